"""From the text of a policy file to its model: exact, bounded, and never from a path.

Whoever reads the folder hands over names and texts. Every fault is found before anything is
refused, so that a policy officer mends a file once.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from domain.frozen import Frozen
from domain.policy.document import PolicyDocument
from domain.policy.model import KINDS as OTHER_KINDS
from domain.policy.schemes import Continuum, Tariff

KINDS: dict[str, type[Frozen]] = {"continuum": Continuum, "tariff": Tariff, **OTHER_KINDS}
"""Every kind of policy with its model."""

PINNED = frozenset(KINDS) - {"finance"}
"""The kinds that a request is pinned to: finance acts are under the policy of their own day."""

MOST_CHARACTERS = 500_000
"""The longest a policy file may be: a published scheme takes some thousands."""
MOST_DIGITS = 18
"""The most digits on either side of a number's point."""
DEEPEST = 12
"""How deep a document may nest."""

_POUNDS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?")
_AT_PLACE = re.compile(r"\(at (.*?)\)$")


class PolicyFault(Frozen):
    """One fault of a pack: in which file, where in it, what is wrong and what would mend it."""

    file: str
    where: str
    says: str
    would_help: str

    def __str__(self) -> str:
        return f"{self.file}: {self.where}: {self.says}. {self.would_help}"


class PackFaulty(ValueError):
    """A pack cannot be loaded; every fault that was found is listed."""

    def __init__(self, faults: Iterable[PolicyFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


class PolicyVersion(Frozen):
    """One version of one kind of a council's policy: immutable, known by its hash."""

    kind: str
    council: str
    in_force_from: date
    in_force_until: date | None = None
    authority: str
    sha256: str
    canonical: str
    """The document as canonical JSON: what is hashed, stored and read again."""
    document: PolicyDocument

    @classmethod
    def from_canonical(cls, canonical: str, file: str = "policy") -> "PolicyVersion":
        """Read a stored version again; the same text gives the same hash and the same model."""
        try:
            found = json.loads(canonical)
        except json.JSONDecodeError as error:
            fault = _fault(file, f"line {error.lineno}", error.msg, "Store the document as it was.")
            raise PackFaulty([fault]) from None
        return version_of(found, file)


def load_version(file: str, text: str | bytes) -> PolicyVersion:
    """Read one policy file, or refuse it with all its faults.

    Pounds become whole pence here and nowhere else; a part of a penny is refused.
    """
    return version_of(read_toml(file, text), file)


def read_toml(file: str, text: str | bytes) -> dict[str, Any]:
    """Read exact values from TOML, every ``_pounds`` turned into whole ``_pence``."""
    found = _toml_of(file, text)
    faults = list(_faults_of_values(file, found))
    if faults:
        raise PackFaulty(faults)
    return found


def load_pack(files: Mapping[str, str]) -> tuple[PolicyVersion, ...]:
    """Read every file of a pack, names to texts, or refuse it with the faults of all of them."""
    versions: list[PolicyVersion] = []
    faults: list[PolicyFault] = []
    for file, text in sorted(files.items()):
        try:
            versions.append(load_version(file, text))
        except PackFaulty as faulty:
            faults.extend(faulty.faults)
    if faults:
        raise PackFaulty(faults)
    return tuple(versions)


def canonical_of(found: Mapping[str, Any]) -> str:
    """Write a document in the one way that is hashed: keys in order, decimals and days as text.

    >>> canonical_of({"b": Decimal("1.50"), "a": date(2026, 9, 1)})
    '{"a":"2026-09-01","b":"1.50"}'
    """
    if any(isinstance(value, float) for _, _, _, value, _ in _walk(found)):
        raise TypeError("a policy document holds no float")
    return json.dumps(
        found, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_as_text
    )


def document_hash(found: Mapping[str, Any]) -> str:
    """Identify a document: the SHA-256 of its canonical text."""
    return hashlib.sha256(canonical_of(found).encode()).hexdigest()


def version_of(found: Mapping[str, Any], file: str) -> PolicyVersion:
    """Build the version from what a file says, by the model of its kind."""
    for where, _, _, value, _ in _walk(found):
        if isinstance(value, float):
            wrong = _fault(file, where, "not exact", "Write a number with a point as text.")
            raise PackFaulty([wrong])
    if "sha256" in found:
        wrong = _fault(file, "sha256", "a document cannot state its own hash", "Leave it out.")
        raise PackFaulty([wrong])
    model = KINDS.get(str(found.get("kind")))
    if model is None:
        kinds = ", ".join(KINDS)
        raise PackFaulty([_fault(file, "kind", "no such kind of policy", f"Use one of: {kinds}.")])
    canonical = canonical_of(found)
    try:
        document = model.model_validate_json(canonical, strict=True)
    except ValidationError as error:
        raise PackFaulty(faults_of_model(file, error)) from None
    assert isinstance(document, PolicyDocument), "every kind of policy is a PolicyDocument"
    sha256 = document_hash(found)
    if isinstance(document, Continuum | Tariff):
        document = document.model_copy(update={"sha256": sha256})
    return PolicyVersion(
        kind=str(found["kind"]),
        council=document.council,
        in_force_from=document.in_force_from,
        in_force_until=document.in_force_until,
        authority=document.authority,
        sha256=sha256,
        canonical=canonical,
        document=document,
    )


_WOULD_HELP = {
    "missing": "Write the value; nothing is assumed for it.",
    "extra_forbidden": "No rule reads it: mend its name or take it out.",
    "int_type": "Write a whole number without quotes or point; money in whole pence,"
    " or in pounds under a name that ends in _pounds.",
    "decimal_type": "Write an exact number.",
    "date_from_datetime_parsing": "Write a day as 2026-09-01.",
    "union_tag_invalid": "Use one of the rule forms that the README of policy lists.",
    "union_tag_not_found": "Say which rule form it is: form = ...",
    "enum": "Use one of the listed words.",
    "literal_error": "Use one of the listed words.",
    "too_long": "Split it, or take out what is not used.",
}


def faults_of_model(file: str, error: ValidationError) -> tuple[PolicyFault, ...]:
    """Say every fault that the model of a kind found, where it is and what would mend it."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    # A list of which every item is at fault counts as empty: its items say what to mend.
    emptied = {each["loc"][:deep] for each in found for deep in range(len(each["loc"]))}
    return tuple(
        _fault(
            file,
            ".".join(str(part) for part in each["loc"]) or "the document",
            each["msg"].removeprefix("Value error, "),
            _WOULD_HELP.get(each["type"], "Mend the value; the README of policy has examples."),
        )
        for each in found
        if not (each["type"] == "too_short" and each["loc"] in emptied)
    )


def _toml_of(file: str, text: str | bytes) -> dict[str, Any]:
    """Read the text, or say why it is none."""
    if len(text) > MOST_CHARACTERS:
        says = f"longer than {MOST_CHARACTERS} characters"
        raise PackFaulty([_fault(file, "the file", says, "A policy file is one published scheme.")])
    try:
        found = tomllib.loads(text if isinstance(text, str) else text.decode(), parse_float=Decimal)
    except UnicodeDecodeError:
        raise PackFaulty([_fault(file, "the file", "not UTF-8", "Save it as UTF-8.")]) from None
    except (ValueError, RecursionError) as error:
        raise PackFaulty([_fault_of_toml(file, error)]) from None
    return found


def _fault_of_toml(file: str, error: Exception) -> PolicyFault:
    message = str(error)
    place = _AT_PLACE.search(message)
    where = place.group(1) if place else "the file"
    says = _AT_PLACE.sub("", message).strip() or "nested too deeply"
    return _fault(file, where, f"not TOML: {says}", "Mend the line; a value is name = value.")


def _faults_of_values(file: str, found: dict[str, Any]) -> Iterator[PolicyFault]:
    """Turn pounds to pence in place, and say which values can be no policy's."""
    for where, holder, key, value, depth in list(_walk(found)):
        if depth > DEEPEST:
            yield _fault(file, where, "nested too deeply", "Bring it up a level.")
        elif not _is_of_this_world(value):
            yield _fault(file, where, "no number of this world", "Write an exact number.")
        elif isinstance(key, str) and key.endswith("_pounds") and isinstance(holder, dict):
            pence = _pence_of(value)
            if pence is None:
                help_ = "Write pounds with at most two places, such as 753.00."
                yield _fault(file, where, "not an amount in pounds and pence", help_)
            elif (name := f"{key.removesuffix('_pounds')}_pence") in holder:
                yield _fault(file, where, f"defined twice: {name} is there too", "Keep one.")
            else:
                del holder[key]
                holder[name] = pence


Holder = Mapping[str, Any] | list[Any]


def _walk(
    holder: Holder, at: str = "", depth: int = 1
) -> Iterator[tuple[str, Holder, str | int, Any, int]]:
    """Visit every value with the way to it; deeper than allowed is reported, not followed."""
    pairs: Iterable[tuple[str | int, Any]] = (
        enumerate(holder) if isinstance(holder, list) else holder.items()
    )
    for key, value in pairs:
        where = f"{at}.{key}" if at else str(key)
        yield where, holder, key, value, depth
        if isinstance(value, dict | list) and depth <= DEEPEST:
            yield from _walk(value, where, depth + 1)


def _is_of_this_world(value: object) -> bool:
    """Whether a number can be written out: an exponent of a million is three bytes in a file."""
    if isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        return isinstance(exponent, int) and abs(exponent) <= MOST_DIGITS
    return not isinstance(value, int) or abs(value) < 10**MOST_DIGITS


def _pence_of(pounds: object) -> int | None:
    """Give whole pence, exactly, or nothing where it is no amount of pounds and pence.

    >>> _pence_of(Decimal("125.50")), _pence_of(Decimal("0.005")), _pence_of("753")
    (12550, None, 75300)
    """
    if isinstance(pounds, bool) or not isinstance(pounds, int | Decimal | str):
        return None
    return int(Decimal(str(pounds)) * 100) if _POUNDS.fullmatch(str(pounds)) else None


def _as_text(value: object) -> str:
    """Write what JSON has no form for."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    raise TypeError(f"a policy document holds no {type(value).__name__}")


def _fault(file: str, where: str, says: str, would_help: str) -> PolicyFault:
    return PolicyFault(file=file, where=where, says=says, would_help=would_help)
