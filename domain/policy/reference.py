"""The page of reference of the policy format, made from the same models as its schema.

Whoever reads the folder of examples hands over their texts: `policy schema --reference`.
"""

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from domain.frozen import Frozen
from domain.policy.load import KINDS
from domain.policy.schema import CASE, GOLDEN, schema_of
from domain.policy.schemes import FigureRule, MoneyRule

FORMS: dict[str, type[Frozen]] = {
    str(get_args(form.model_fields["form"].annotation)[0]): form
    for form in (*get_args(FigureRule), *get_args(MoneyRule))
}
"""Every rule form by the word that a step names it with."""

_HEAD = """\
# The format of policy files: reference

Made by `python -m api.cli policy schema --reference` from the models that read the files; a test
keeps it true and runs every example. The same as JSON Schema is `schema.json` beside this page, for
editors: begin a file with `#:schema` and the way to it. How packs work is told in `README.md`.

An amount `..._pence` may be written `..._pounds` instead, with at most two places. A value marked *
has to be there. A number is exact, however it is written. Nothing that is not named here is taken.
"""
_OF_FORMS = """\
The steps of a continuum or tariff. A continuum has no `amounts`, `school_share`, `limit`,
`counted`, `rounded` or `to_a_person`.
"""
_OF_GOLDEN = """\
Examples in the field's words with what has to come out of them. Everything but `says` may be said
once in the head instead of in each of the cases; facts of a case are added to those of the head.
"""
_NUMBER = {"integer": "a whole number", "number": "a number", "boolean": "true or false"}
_TEXT = {True: "a code", False: "text"}
_DATES = {"date": "a day", "time": "a time of day"}


def reference(examples: Mapping[str, str]) -> str:
    """Write the page; ``examples`` are TOML by kind, by form as ``forms/<form>``, and ``case``."""
    definitions: dict[str, Any] = schema_of()["$defs"]
    golden = {**schema_of(GOLDEN), "description": _OF_GOLDEN}
    told = _Told({**definitions, GOLDEN: golden}, examples)
    steps = {form: model.__name__ for form, model in FORMS.items()}
    kinds = {kind: model.__name__ for kind, model in KINDS.items()}
    apart = {*steps.values(), *kinds.values(), "Case"}
    parts = sorted(name for name in definitions if name not in apart)
    lines = [
        _HEAD,
        "## Kinds of file\n",
        *(told.part(f"`{kind}`", name, kind) for kind, name in kinds.items()),
        "## Rule forms\n",
        _OF_FORMS,
        *(told.part(f"`{form}`", name, f"forms/{form}") for form, name in steps.items()),
        "## Parts of files\n",
        *(told.part(name, name) for name in parts),
        "## A case\n",
        told.part(f"`{CASE}`", "Case", CASE),
        "## Golden cases\n",
        told.part(f"`{GOLDEN}`", GOLDEN, GOLDEN),
    ]
    return "\n".join(lines)


class _Told:
    """Writes one definition after the other."""

    def __init__(self, definitions: Mapping[str, Any], examples: Mapping[str, str]) -> None:
        self._definitions = definitions
        self._examples = examples

    def part(self, heading: str, name: str, example: str | None = None) -> str:
        """Write one definition: what it means, its values, and its example where it has one."""
        found = self._definitions[name]
        lines = [f"### {heading}\n", _paragraph(found.get("description", "")), ""]
        if "enum" in found:
            lines += ["One of " + ", ".join(f"`{value}`" for value in found["enum"]) + ".", ""]
        else:
            lines += [*self._table(found), ""]
        if example is not None:
            lines += ["```toml", self._examples[example].strip(), "```", ""]
        return "\n".join(lines)

    def _table(self, found: Mapping[str, Any]) -> Iterator[str]:
        needed = _needed(found)
        yield "| Value | Is | Meaning |"
        yield "|---|---|---|"
        for name, value in found["properties"].items():
            if name.endswith("_pounds"):
                continue
            star = " *" if name in needed else ""
            said = value.get("description", "").replace("|", "\\|")
            yield f"| `{name}`{star} | {self._is(value)} | {said} |"

    def _is(self, value: Mapping[str, Any]) -> str:
        if "$ref" in value:
            return self._named(value["$ref"])
        if "const" in value:
            return f"`{value['const']}`"
        if "enum" in value:
            return " or ".join(f"`{each}`" for each in value["enum"])
        if "anyOf" in value or "oneOf" in value:
            return self._any(value.get("anyOf") or value["oneOf"])
        return self._plain(value)

    def _plain(self, value: Mapping[str, Any]) -> str:
        kind = value.get("type")
        if kind == "array":
            return f"a list: {self._is(value['items'])}"
        if "properties" in value:
            names = (name for name in value["properties"] if not name.endswith("_pounds"))
            return f"a table of {', '.join(f'`{name}`' for name in names)}"
        if kind == "object":
            return f"by code: {self._is(_each(value))}"
        if kind == "string":
            return str(
                _DATES.get(value.get("format", ""), "a code" if "pattern" in value else "text")
            )
        return _NUMBER[str(kind)] + _bounds(value)

    def _any(self, choices: list[Mapping[str, Any]]) -> str:
        """A number may be written as text; else whatever is one of several is named."""
        number = next((each for each in choices if each.get("type") == "number"), None)
        if number is not None:
            return self._plain(number)
        return " or ".join(self._is(each) for each in choices)

    def _named(self, to: str) -> str:
        name = to.rpartition("/")[2]
        form = next((form for form, model in FORMS.items() if model.__name__ == name), None)
        return f"[`{form}`](#{form})" if form else f"[{name}](#{name.lower()})"


def _needed(found: Mapping[str, Any]) -> set[str]:
    """What has to be there, amounts among it that may be written in either way."""
    either = [way for rule in found.get("allOf", ()) for way in rule.get("oneOf", ())]
    return {*found.get("required", ()), *(name for way in either for name in way["required"])}


def _each(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """What stands under each code."""
    patterns: Mapping[str, Any] = value.get("patternProperties", {})
    each: Mapping[str, Any]
    for each in patterns.values():
        return each
    each = value["additionalProperties"]
    return each


def _bounds(value: Mapping[str, Any]) -> str:
    """How small and how great a number may be."""
    low = value.get("minimum", value.get("exclusiveMinimum"))
    high = value.get("maximum", value.get("exclusiveMaximum"))
    if low is None:
        return ""
    return f", {low:g} or more" if high is None else f", {low:g} to {high:g}"


def _paragraph(description: str) -> str:
    return "\n".join(line.strip() for line in description.strip().splitlines())
