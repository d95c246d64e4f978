"""The format of policy files as JSON Schema 2020-12, made from the models that read them.

It is the format as files are written: pounds beside pence, days, exact numbers. It says the shape;
what only a whole pack shows (gaps, overlaps, more need that pays less) is the check's business.
"""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from domain.case import Case
from domain.policy.case_schema import BESIDE_FACTS, of_a_case, of_golden_cases, pounds_of
from domain.policy.load import KINDS
from domain.request import ProvisionLine, PupilAsked

DIALECT = "https://json-schema.org/draft/2020-12/schema"
CASE, GOLDEN = "case", "cases"
PARTS = (*KINDS, CASE, GOLDEN)
"""What there is a schema of: each kind of policy, a case to try, and a pack's golden cases."""

_PENCE, _IN_POUNDS = "_pence", "_pounds"
_NEVER_WRITTEN = {"sha256"}
_FREE_IN_A_CASE: dict[type[BaseModel], frozenset[str]] = {
    Case: frozenset({"kind", "day"}),
    PupilAsked: frozenset(PupilAsked.model_fields),
    ProvisionLine: frozenset({"what", "hours_a_week"}),
}
"""What a case on file may leave out although a request may not."""
_OFTEN = {
    "council": "Whose policy it is, by its code.",
    "in_force_from": "The first day that it governs.",
    "id": "The step's name, once in a file; the working says it.",
    "says": "The sentence of the policy, as it was published.",
    "when": "The facts under which it applies; without any it always does.",
    "rows": "The rows of the table; two may never apply to one case.",
    "code": "What rules and cases call it.",
    "title": "What people call it.",
    "authority": "The decision that set the value, where it is not the file's own.",
}
"""What is said of values that bear the same name everywhere, where their model says nothing."""
_PUPIL = {"type": "integer", "minimum": 0, "description": "A number to tell pupils apart by."}


class AsAuthored(GenerateJsonSchema):
    """Writes a model as its file is written, with what the docstrings say of each value."""

    def model_schema(self, schema: Any) -> dict[str, Any]:
        """Turn the model's own schema into that of its file."""
        model: type[BaseModel] = schema["cls"]
        found = super().model_schema(schema)
        properties = dict(_authored(model, found.get("properties", {})))
        required = [name for name in found.get("required", ()) if name in properties]
        free = _FREE_IN_A_CASE.get(model, frozenset())
        found["properties"] = properties
        found["required"] = [name for name in required if name not in free]
        _offer_pounds(found)
        return found


@cache
def _published() -> dict[str, Any]:
    models = [(model, "validation") for model in (*KINDS.values(), Case)]
    _, found = models_json_schema(models, schema_generator=AsAuthored)  # type: ignore[arg-type]
    definitions: dict[str, Any] = found["$defs"]
    definitions[Case.__name__]["properties"] |= BESIDE_FACTS
    definitions[Case.__name__]["properties"].pop("day")
    definitions[PupilAsked.__name__]["properties"]["pupil"] = _PUPIL
    return definitions


def schema_of(part: str | None = None) -> dict[str, Any]:
    """The schema of every kind of policy file, or of one kind, or of a case."""
    definitions = _published()
    head = {"$schema": DIALECT, "title": f"Locality {part or 'policy'}"}
    if part is not None:
        model = KINDS.get(part, Case)
        roots = {CASE: of_a_case, GOLDEN: of_golden_cases}
        root = roots[part]() if part in roots else {"$ref": f"#/$defs/{model.__name__}"}
        return {**head, **root, "$defs": dict(sorted(_needed(definitions, model.__name__)))}
    return {
        **head,
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"enum": list(KINDS)}},
        "allOf": [
            {
                "if": {"properties": {"kind": {"const": kind}}},
                "then": {"$ref": f"#/$defs/{model.__name__}"},
            }
            for kind, model in KINDS.items()
        ],
        "$defs": dict(sorted(definitions.items())),
    }


def said_of(model: type[BaseModel]) -> dict[str, str]:
    """What the docstring behind each field of a model says, those of its bases included."""
    said: dict[str, str] = {}
    for each in reversed(model.__mro__):
        if issubclass(each, BaseModel) and each is not BaseModel:
            said |= _written_in(each)
    return said


@cache
def _written_in(model: type[BaseModel]) -> dict[str, str]:
    """Read the docstrings that stand behind fields in the source of one class."""
    (written,) = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    assert isinstance(written, ast.ClassDef)
    said: dict[str, str] = {}
    for field, behind in zip(written.body, written.body[1:], strict=False):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(behind, ast.Expr)
            and isinstance(behind.value, ast.Constant)
        ):
            said[field.target.id] = " ".join(str(behind.value.value).split())
    return said


def _authored(
    model: type[BaseModel], properties: dict[str, Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give each value without what a file cannot hold, with what is said of it."""
    said = said_of(model)
    for name, value in properties.items():
        if name in _NEVER_WRITTEN:
            continue
        written = _without_null(value)
        written.pop("title", None)
        if "patternProperties" in written:
            written["additionalProperties"] = False
        meaning = said.get(name) or _OFTEN.get(name)
        if meaning:
            written["description"] = meaning
        yield name, written


def _without_null(value: dict[str, Any]) -> dict[str, Any]:
    """TOML has no null: what may be nothing is left out."""
    choices = value.get("anyOf", [])
    kept = [each for each in choices if each != {"type": "null"}]
    if len(kept) == len(choices):
        return dict(value)
    rest = {key: each for key, each in value.items() if key not in {"anyOf", "default"}}
    return rest | (kept[0] if len(kept) == 1 else {"anyOf": kept})


def _offer_pounds(found: dict[str, Any]) -> None:
    """An amount is written in whole pence or in pounds, under one name or the other."""
    amounts = [
        name
        for name, value in found["properties"].items()
        if name.endswith(_PENCE) and value.get("type") == "integer"
    ]
    either: list[dict[str, Any]] = []
    for name in amounts:
        pounds = name.removesuffix(_PENCE) + _IN_POUNDS
        found["properties"][pounds] = pounds_of()
        ways = [{"required": [name]}, {"required": [pounds]}]
        if name in found["required"]:
            found["required"].remove(name)
            either.append({"oneOf": ways})
        else:
            either.append({"not": {"required": [name, pounds]}})
    if either:
        found["allOf"] = either
    if not found["required"]:
        del found["required"]


def _needed(definitions: dict[str, Any], name: str) -> Iterator[tuple[str, Any]]:
    """Walk from one definition to all that it refers to."""
    waiting, seen = [name], {name}
    while waiting:
        at = waiting.pop()
        yield at, definitions[at]
        for other in _references(definitions[at]):
            if other not in seen:
                seen.add(other)
                waiting.append(other)


def _references(piece: object) -> Iterator[str]:
    if isinstance(piece, dict):
        if isinstance(piece.get("$ref"), str):
            yield piece["$ref"].rpartition("/")[2]
        for value in piece.values():
            yield from _references(value)
    elif isinstance(piece, list):
        for value in piece:
            yield from _references(value)
