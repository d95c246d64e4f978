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
from pydantic_core import ErrorDetails

from domain.frozen import Frozen
from domain.malformed import in_plain_words
from domain.policy import mending
from domain.policy.document import PolicyDocument, SeveralFaults
from domain.policy.located import NO_PLACE, Located
from domain.policy.model import KINDS as OTHER_KINDS
from domain.policy.numbers import is_of_this_world, pence_of
from domain.policy.schemes import Continuum, Tariff

KINDS: dict[str, type[Frozen]] = {"continuum": Continuum, "tariff": Tariff, **OTHER_KINDS}
"""Every kind of policy with its model."""

PINNED = frozenset(KINDS) - {"finance", "equality", "reminders"}
"""The kinds that a request is pinned to: acts of finance are under the policy of their own day,
and what an equality assessment looks at, or who is reminded when, decides no case."""

MOST_CHARACTERS = 500_000
"""The longest a policy file may be: a published scheme takes some thousands."""
DEEPEST = 12
"""How deep a document may nest."""
LONGEST_KEY = 30
"""How many parts a dotted key may have: reading one of thousands of parts would take hours."""
MOST_LISTED = 5_000
"""The most entries that one list or table may have, whatever it lists."""
MOST_ALIKE = 50
"""How often one and the same fault is told of a file, place by place."""
CASES = "cases"
"""The folder of a pack's golden cases: they are run with it and are no policy themselves."""

_AMOUNT = "_pounds"
_AT_PLACE = re.compile(r"\(at (.*?)\)$")
_NUMBER = re.compile(r"\d+")
_LINE = re.compile(r"line (\d+)")
_PART_OF_KEY = r"""(?:[A-Za-z0-9_-]++|"(?:[^"\\\n]++|\\.)*+"|'[^'\n]*+')"""
_LONG_KEY = re.compile(
    rf"(?<![A-Za-z0-9_-]){_PART_OF_KEY}(?:[ \t]*+\.[ \t]*+{_PART_OF_KEY}){{{LONGEST_KEY}}}"
)


class PolicyFault(Frozen):
    """One fault of a pack: in which file, where in it, what is wrong and what would mend it."""

    file: str
    where: str
    says: str
    would_help: str
    line: int | None = None
    """The line of the file, from 1; none where the file as a whole is at fault."""

    def __str__(self) -> str:
        line = "" if self.line is None else f", line {self.line}"
        where = self.where.removeprefix(f"line {self.line}, ")
        return f"{self.file}{line}: {where}: {self.says}. {self.would_help}"


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
    found, faults = read_toml(file, text)
    try:
        version = version_of(found, file)
    except PackFaulty as faulty:
        raise PackFaulty(with_lines((*faults, *faulty.faults), text)) from None
    if faults:
        raise PackFaulty(with_lines(faults, text))
    return version


def read_toml(file: str, text: str | bytes) -> tuple[dict[str, Any], list[PolicyFault]]:
    """Read exact values from TOML, every ``_pounds`` turned into whole ``_pence``.

    What is no amount is told beside them and stands as nought, so that the rest can be read and
    told too. What has no bounds is refused at once.
    """
    found = _toml_of(file, text)
    faults = list(_faults_of_length(file, found)) or list(_faults_of_values(file, found))
    if any(not fault.where.endswith(_AMOUNT) for fault in faults):
        raise PackFaulty(with_lines(faults, text))
    return found, faults


def with_lines(faults: Iterable[PolicyFault], text: str | bytes) -> tuple[PolicyFault, ...]:
    """Give the faults of one file with the lines that they stand on, as far as they have one."""
    told = tuple(faults)
    if all(fault.line is not None or fault.where in NO_PLACE for fault in told):
        return told
    located = Located.of(_unmarked(text))
    return tuple(
        fault
        if fault.line is not None
        else fault.model_copy(update={"line": located.line_of(fault.where, fault.says)})
        for fault in told
    )


def policies_of(files: Mapping[str, str]) -> dict[str, str]:
    """The files of a pack that are policy, by name: golden cases are left out.

    >>> sorted(policies_of({"tariff/2026-09-01.toml": "", "cases/edges.toml": ""}))
    ['tariff/2026-09-01.toml']
    """
    return {file: text for file, text in sorted(files.items()) if not _is_of_cases(file)}


def cases_of(files: Mapping[str, str]) -> dict[str, str]:
    """The files of a pack that hold golden cases, by name."""
    return {file: text for file, text in sorted(files.items()) if _is_of_cases(file)}


def _is_of_cases(file: str) -> bool:
    return CASES in file.split("/")[-2:-1]


def load_pack(files: Mapping[str, str]) -> tuple[PolicyVersion, ...]:
    """Read every policy of a pack, names to texts, or refuse it with the faults of all of them."""
    versions: list[PolicyVersion] = []
    faults: list[PolicyFault] = []
    for file, text in policies_of(files).items():
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


def faults_of_model(file: str, error: ValidationError) -> tuple[PolicyFault, ...]:
    """Say every fault that the model of a kind found, where it is and what would mend it."""
    found = error.errors(include_url=False, include_input=False)
    # A list of which every item is at fault counts as empty: its items say what to mend.
    emptied = {each["loc"][:deep] for each in found for deep in range(len(each["loc"]))}
    told = (
        _fault(
            file,
            ".".join(str(part) for part in each["loc"]) or "the document",
            says,
            mending.of_value(each["type"], each["msg"]),
        )
        for each in found
        if not (each["type"] == "too_short" and each["loc"] in emptied)
        for says in _said_by(each)
    )
    return tuple(few_of_each(told))


def few_of_each(faults: Iterable[PolicyFault]) -> Iterator[PolicyFault]:
    """Tell a fault that repeats from row to row so often, and then how often it is there besides.

    Faults are alike where nothing but a number tells them apart.
    """
    alike: dict[tuple[str, str, str], list[PolicyFault]] = {}
    for fault in faults:
        pattern = (fault.file, _NUMBER.sub("#", fault.where), _NUMBER.sub("#", fault.says))
        alike.setdefault(pattern, []).append(fault)
    for several in alike.values():
        yield from several[:MOST_ALIKE]
        if left := several[MOST_ALIKE:]:
            says = f"{left[0].says}; and so in {len(left) - 1} more places"
            yield left[0].model_copy(update={"says": says})


def _said_by(error: ErrorDetails) -> tuple[str, ...]:
    """What one error of a model says: a rule of the field may have found several faults."""
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, SeveralFaults):
        return cause.faults
    return (in_plain_words(error),)


def _toml_of(file: str, text: str | bytes) -> dict[str, Any]:
    """Read the text, or say why it is none."""
    if len(text) > MOST_CHARACTERS:
        says = f"longer than {MOST_CHARACTERS} characters"
        raise PackFaulty([_fault(file, "the file", says, "A policy file is one published scheme.")])
    try:
        exact = _unmarked(text)
    except UnicodeDecodeError:
        raise PackFaulty([_fault(file, "the file", "not UTF-8", "Save it as UTF-8.")]) from None
    _check_keys(file, exact)
    try:
        return tomllib.loads(exact, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise PackFaulty([_fault_of_toml(file, exact, error)]) from None


def _check_keys(file: str, text: str) -> None:
    """Refuse a key of very many parts before it is read: the time for it grows with their square.

    Raises `PackFaulty`.
    """
    if found := _LONG_KEY.search(text):
        line = text.count("\n", 0, found.start()) + 1
        says = f"has a dotted key of more than {LONGEST_KEY} parts"
        fault = _fault(file, f"line {line}", says, "Bring it up: nothing in a policy lies so deep.")
        raise PackFaulty([fault.model_copy(update={"line": line})])


def _unmarked(text: str | bytes) -> str:
    """The text without the mark that some editors put before it, to say that it is UTF-8."""
    return (text if isinstance(text, str) else text.decode()).removeprefix("\ufeff")


def _fault_of_toml(file: str, text: str, error: Exception) -> PolicyFault:
    if isinstance(error, RecursionError):
        return _fault(file, "the file", "not TOML: nested too deeply", "Bring it up a level.")
    message = str(error)
    place = _AT_PLACE.search(message)
    if place is None:  # only a number of more digits than Python reads has no place
        return _fault(file, "the file", "not TOML: a number is too long", "Write it shorter.")
    where, says = place.group(1), _AT_PLACE.sub("", message).strip()
    line = _LINE.match(where)
    number = int(line.group(1)) if line else text.count("\n") + 1
    return PolicyFault(
        file=file,
        where=where,
        says=f"not TOML: {says}",
        would_help=mending.of_line(text.split("\n")[number - 1], says),
        line=number,
    )


def _faults_of_length(file: str, found: dict[str, Any]) -> Iterator[PolicyFault]:
    """Say which lists no published scheme could have: one fault for each, however long it is."""
    for where, _, _, value, _ in _walk(found):
        if isinstance(value, dict | list) and len(value) > MOST_LISTED:
            says = f"has {len(value)} entries; {MOST_LISTED} are the most that anything may have"
            yield _fault(file, where, says, "A policy file is one published scheme: split it.")


def _faults_of_values(file: str, found: dict[str, Any]) -> Iterator[PolicyFault]:
    """Turn pounds to pence in place, and say which values can be no policy's."""
    for where, holder, key, value, depth in list(_walk(found)):
        if depth > DEEPEST:
            yield _fault(file, where, "nested too deeply", "Bring it up a level.")
        elif isinstance(key, str) and key.endswith(_AMOUNT) and isinstance(holder, dict):
            name, pence = f"{key.removesuffix(_AMOUNT)}_pence", pence_of(value)
            if pence is None:
                help_ = "Write pounds with at most two places, such as 753.00."
                yield _fault(file, where, "not an amount in pounds and pence", help_)
            elif name in holder:
                yield _fault(file, where, f"defined twice: {name} is there too", "Keep one.")
            del holder[key]
            holder.setdefault(name, pence or 0)
        elif not is_of_this_world(value):
            yield _fault(file, where, "no number of this world", "Write an exact number.")


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


def _as_text(value: object) -> str:
    """Write what JSON has no form for."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    raise TypeError(f"a policy document holds no {type(value).__name__}")


def _fault(file: str, where: str, says: str, would_help: str) -> PolicyFault:
    return PolicyFault(file=file, where=where, says=says, would_help=would_help)
