"""Worked cases: examples in the field's words, with what a pack has to make of them.

Officers write them beside a pack; a pack that gives anything else is not the one they published.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import Field, ValidationError

from domain.case import Case
from domain.continuum import place
from domain.frozen import Frozen
from domain.money import Rounding, instalments
from domain.policy.in_force import in_force
from domain.policy.load import PackFaulty, PolicyVersion, canonical_of, faults_of_model, read_toml
from domain.policy.schemes import Continuum, Tariff
from domain.refusals import Refusal
from domain.request import Code, Pence, Words
from domain.tariff import Price, price

_PUPIL = {"sen_status": "sen_support", "home_council": "this", "school": "the_school"}
_LINE = {"what": "Support"}

Scheme = TypeVar("Scheme", Continuum, Tariff)


class SchoolExpected(Frozen):
    """What one school of a group is to have, pence a year."""

    school: Code
    annual_pence: Pence


class WorkedCase(Frozen):
    """One example: what it shows, its facts, and what has to come out of them."""

    says: Words
    pack: Code
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
    """Read a file of worked cases; what its head states holds for every case that differs not."""
    found = read_toml(file, text)
    cases = found.pop("case", [])
    facts = found.pop("facts", {})
    day = found.pop("on", None)
    merged = ({**found, **each, "facts": {**facts, **each.get("facts", {})}} for each in cases)
    return tuple(_worked(file, each, day) for each in merged)


def differences(worked: WorkedCase, versions: Iterable[PolicyVersion]) -> list[str]:
    """Say where the pack gives something else than the example expects."""
    pack = tuple(versions)
    try:
        placing = place(worked.case, _document(pack, "continuum", worked.case.day, Continuum))
    except Refusal as refusal:
        return _unlike("refused", worked.refused, refusal.code)
    priced = price(worked.case, placing.tier, _document(pack, "tariff", worked.case.day, Tariff))
    return [
        *_unlike("refused", worked.refused, None),
        *_unlike("tier", worked.tier, placing.tier),
        *_unlike("to a person", worked.to_a_person, priced.to_a_person),
        *_unlike("annual", worked.annual_pence, priced.annual_pence),
        *_unlike("band", worked.band, priced.band),
        *_differences_of_parts(worked, priced),
    ]


def _differences_of_parts(worked: WorkedCase, priced: Price) -> list[str]:
    found: list[str] = []
    if worked.gross_pence is not None:
        found += _unlike("gross", worked.gross_pence, priced.gross_pence)
    if worked.school_share_pence is not None:
        found += _unlike("school's share", worked.school_share_pence, priced.school_share_pence)
    if worked.by_school:
        expected = {each.school: each.annual_pence for each in worked.by_school}
        found += _unlike("by school", expected, priced.per_school_pence)
    if worked.instalment_pence is not None and priced.annual_pence is not None:
        parts = instalments(priced.annual_pence, worked.instalments, Rounding.RESIDUE_LAST)
        found += _unlike("instalment", worked.instalment_pence, parts[0])
    return found


def _unlike(what: str, expected: object, came: object) -> list[str]:
    return [] if expected == came else [f"{what}: expected {expected}, came {came}"]


def _document(pack: tuple[PolicyVersion, ...], kind: str, day: date, model: type[Scheme]) -> Scheme:
    document = in_force(pack, kind, day).document
    assert isinstance(document, model)
    return document


def _worked(file: str, stated: Mapping[str, Any], day: object) -> WorkedCase:
    """Fill in what rules do not read, such as the id of a pupil, and build the example."""
    facts = dict(stated["facts"])
    pupils = enumerate(facts.pop("pupils", ()), start=1)
    case = facts | {
        "day": stated.get("on", day),
        "pupils": [_pupil(number, pupil) for number, pupil in pupils],
        "provision": [_LINE | line for line in facts.pop("provision", ())],
    }
    expected = {key: value for key, value in stated.items() if key not in {"facts", "on"}}
    try:
        return WorkedCase.model_validate_json(canonical_of(expected | {"case": case}), strict=True)
    except ValidationError as error:
        raise PackFaulty(faults_of_model(file, error)) from None


def _pupil(number: int, stated: Mapping[str, Any]) -> dict[str, Any]:
    known = {key: value for key, value in stated.items() if key != "pupil"}
    return _PUPIL | {"pupil_id": str(UUID(int=stated.get("pupil", number)))} | known
