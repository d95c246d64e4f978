"""Worked cases: examples in the field's words, with what a pack has to make of them.

Officers write them into a pack, under ``cases/``; a pack that gives anything else is not the one
they published, and its check says so.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import Field, ValidationError

from domain.case import Case
from domain.continuum import place
from domain.frozen import Frozen
from domain.money import Rounding, instalments, pounds
from domain.policy.in_force import in_force
from domain.policy.load import (
    PackFaulty,
    PolicyFault,
    PolicyVersion,
    canonical_of,
    faults_of_model,
    read_toml,
    with_lines,
)
from domain.policy.schemes import Continuum, Tariff
from domain.refusals import Refusal
from domain.request import Code, Pence, Words
from domain.tariff import Price, price

_PUPIL = {"sen_status": "sen_support", "home_council": "this", "school": "the_school"}
_LINE = {"what": "Support"}

MOST_CASES = 2_000
"""The most golden cases that one pack may have: each is placed and priced by its check."""

Scheme = TypeVar("Scheme", Continuum, Tariff)


class SchoolExpected(Frozen):
    """What one school of a group is to have, pence a year."""

    school: Code
    annual_pence: Pence


class WorkedCase(Frozen):
    """One example: what it shows, its facts, and what has to come out of them."""

    says: Words
    pack: Code | None = None
    """The pack that it is for: a reminder for a reader, since it lies in the pack's folder."""
    case: Case
    tier: Code
    band: Code | None = None
    annual_pence: Pence | None = None
    gross_pence: Pence | None = None
    school_share_pence: Pence | None = None
    instalments: Annotated[int, Field(ge=1, le=53)] = 1
    instalment_pence: Pence | None = None
    """The first of the instalments, the residue being paid with the last."""
    to_a_person: bool = False
    by_school: tuple[SchoolExpected, ...] = ()
    refused: Code | None = None
    """The code of the refusal, where the case cannot be placed at all."""


def read_worked(file: str, text: str) -> tuple[WorkedCase, ...]:
    """Read a file of worked cases; what its head states holds for every case that differs not.

    Refused with the faults of every case, each by its number in the file and its line.
    """
    found, faults = read_toml(file, text)
    misshapen = list(_faults_of_shape(file, found))
    if misshapen:
        raise PackFaulty(with_lines((*faults, *misshapen), text))
    cases, facts, day = found.pop("case"), found.pop("facts", {}), found.pop("on", None)
    worked: list[WorkedCase] = []
    for number, each in enumerate(cases, start=1):
        merged = {**found, **each, "facts": {**facts, **each.get("facts", {})}}
        try:
            worked.append(_worked(file, merged, day))
        except PackFaulty as faulty:
            faults += (_of_case(number, fault) for fault in faulty.faults)
    if faults:
        raise PackFaulty(with_lines(faults, text))
    return tuple(worked)


def faults_of_cases(
    cases: Mapping[str, str], versions: Iterable[PolicyVersion] | None
) -> Iterator[PolicyFault]:
    """Say which golden cases cannot be read, and which come out otherwise than they expect.

    Without versions, because they are at fault themselves, the cases are read and not run.
    """
    pack = None if versions is None else tuple(versions)
    left = MOST_CASES
    for file, text in cases.items():
        try:
            worked = read_worked(file, text)
        except PackFaulty as faulty:
            yield from faulty.faults
            continue
        left -= len(worked)
        if left < 0:
            yield _too_many(file)
            return
        if pack is not None:
            yield from with_lines(_unmet(file, worked, pack), text)


def _unmet(
    file: str, worked: Iterable[WorkedCase], pack: tuple[PolicyVersion, ...]
) -> Iterator[PolicyFault]:
    for number, each in enumerate(worked, start=1):
        for difference in differences(each, pack):
            yield PolicyFault(
                file=file,
                where=f"case {number}",
                says=f"does not come out as written: {difference}",
                would_help="Mend the policy, or the case where the case is wrong.",
            )


def differences(worked: WorkedCase, versions: Iterable[PolicyVersion]) -> list[str]:
    """Say where the pack gives something else than the example expects."""
    pack, day = tuple(versions), worked.case.day
    try:
        placing = place(worked.case, _document(pack, "continuum", day, Continuum))
        priced = price(worked.case, placing.tier, _document(pack, "tariff", day, Tariff))
    except Refusal as refusal:
        told = _unlike("refused", worked.refused, refusal.code)
        return [f"{difference} ({refusal.in_the_way})" for difference in told]
    return [
        *_unlike("refused", worked.refused, None),
        *_unlike("tier", worked.tier, placing.tier),
        *_unlike("to a person", worked.to_a_person, priced.to_a_person),
        *_unlike_pence("annual", worked.annual_pence, priced.annual_pence),
        *_unlike("band", worked.band, priced.band),
        *_differences_of_parts(worked, priced),
    ]


def _differences_of_parts(worked: WorkedCase, priced: Price) -> list[str]:
    found: list[str] = []
    if worked.gross_pence is not None:
        found += _unlike_pence("gross", worked.gross_pence, priced.gross_pence)
    if worked.school_share_pence is not None:
        found += _unlike_pence(
            "school's share", worked.school_share_pence, priced.school_share_pence
        )
    if worked.by_school:
        expected = {each.school: each.annual_pence for each in worked.by_school}
        found += _unlike("by school", expected, priced.per_school_pence)
    if worked.instalment_pence is not None and priced.annual_pence is not None:
        parts = instalments(priced.annual_pence, worked.instalments, Rounding.RESIDUE_LAST)
        found += _unlike_pence("instalment", worked.instalment_pence, parts[0])
    return found


def _unlike(what: str, expected: object, came: object) -> list[str]:
    """Tell a difference; what is not there is nothing, in words."""
    if expected == came:
        return []
    return [f"{what}: expected {_said(expected)}, came {_said(came)}"]


def _unlike_pence(what: str, expected: int | None, came: int | None) -> list[str]:
    in_pounds = (None if pence is None else pounds(pence) for pence in (expected, came))
    return _unlike(what, *in_pounds)


def _said(value: object) -> str:
    words = {None: "nothing", True: "yes", False: "no"}
    return words.get(value, str(value)) if isinstance(value, bool | None) else str(value)


def _document(pack: tuple[PolicyVersion, ...], kind: str, day: date, model: type[Scheme]) -> Scheme:
    document = in_force(pack, kind, day).document
    assert isinstance(document, model)
    return document


def _faults_of_shape(file: str, found: Mapping[str, Any]) -> Iterator[PolicyFault]:
    """Say what is no list of cases, before anything is taken from it."""
    cases = found.get("case")
    if not isinstance(cases, list) or not cases:
        yield _fault(file, "the document", "has no cases", "List them under case.")
        return
    if not isinstance(found.get("facts", {}), dict):
        yield _fault(file, "facts", "is no table of facts", "Write facts = { kind = ... }.")
    for number, each in enumerate(cases, start=1):
        if not isinstance(each, dict) or not isinstance(each.get("facts", {}), dict):
            help_ = "Write it as a table: { says = ..., facts = { ... }, tier = ... }."
            yield _fault(file, f"case {number}", "is no table with its facts", help_)


def _fault(file: str, where: str, says: str, would_help: str) -> PolicyFault:
    return PolicyFault(file=file, where=where, says=says, would_help=would_help)


def _of_case(number: int, fault: PolicyFault) -> PolicyFault:
    """Say of which case a fault is, in the words of its file: its facts are called facts there."""
    where = re.sub(r"^case\b", "facts", fault.where)
    place = f"case {number}" if where == "the document" else f"case {number}, {where}"
    return fault.model_copy(update={"where": place})


def _too_many(file: str) -> PolicyFault:
    says = f"brings the pack to more than {MOST_CASES} golden cases"
    return _fault(file, "the file", says, "Keep those that show an edge, a band or an exception.")


def _worked(file: str, stated: Mapping[str, Any], day: object) -> WorkedCase:
    """Fill in what rules do not read, such as the id of a pupil, and build the example."""
    facts = dict(stated["facts"])
    case = facts | {"day": stated.get("on", day)}
    if _lists_tables(facts.get("pupils")):
        case["pupils"] = [_pupil(n, pupil) for n, pupil in enumerate(facts["pupils"], start=1)]
    if _lists_tables(facts.get("provision")):
        case["provision"] = [_LINE | line for line in facts["provision"]]
    expected = {key: value for key, value in stated.items() if key not in {"facts", "on"}}
    try:
        return WorkedCase.model_validate_json(canonical_of(expected | {"case": case}), strict=True)
    except ValidationError as error:
        raise PackFaulty(faults_of_model(file, error)) from None


def _lists_tables(stated: object) -> bool:
    """Whether it is what it should be; whatever else it is, the model says what is wrong."""
    return isinstance(stated, list) and all(isinstance(each, dict) for each in stated)


def _pupil(number: int, stated: Mapping[str, Any]) -> dict[str, Any]:
    """Name a pupil by its number in the case: the same number twice is one child twice."""
    known = {key: value for key, value in stated.items() if key != "pupil"}
    named = stated.get("pupil", number)
    pupil_id = str(UUID(int=named)) if isinstance(named, int) and named >= 0 else str(named)
    return _PUPIL | {"pupil_id": pupil_id} | known
