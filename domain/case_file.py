"""Reads a case from a file in the field's words: the facts that rules read, and nothing else.

Generous in what it takes (facts may lie at the top or under a heading, and what no rule reads may
be left out), strict in what it does not know: every word that is no fact is told at once.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from domain.case import Case
from domain.continuum import faults_of_levels
from domain.policy.load import PackFaulty, PolicyFault, canonical_of, faults_of_model
from domain.policy.schemes import Continuum, Tariff
from domain.request import RequestKind

HEADINGS = ("facts", "case")
"""Where a file may keep its facts; without either they lie at the top."""

_BESIDE = frozenset({"on", "day", "says", "pack"})
"""What a file may say beside its facts, wherever they lie."""
_EXPECTED = frozenset(
    {"tier", "band", "annual_pence", "gross_pence", "school_share_pence", "instalments"}
    | {"instalment_pence", "to_a_person", "by_school", "refused"}
)
"""What a worked case expects: it stands beside its facts, and is left to the runner of cases."""

_UNREAD = {"phase": "primary", "key_stage": 2, "sen_status": "sen_support"}
"""What stands for a fact of a pupil that no rule reads, so that nobody has to write it."""
_SHARED = (*_UNREAD, "setting")
_EXAMPLE = "levels = { cognition_and_learning = 3 }"


def day_of(found: Mapping[str, Any]) -> date | None:
    """The day that a file itself says it is decided on, if it says one."""
    day = found.get("on", found.get("day"))
    return day if isinstance(day, date) and not isinstance(day, datetime) else None


def case_of(file: str, found: Mapping[str, Any], day: date, reads: frozenset[str]) -> Case:
    """Build the case that a file tells, decided by the policy of a day.

    ``found`` is what its TOML holds, pounds already in pence; ``reads`` are the figures and facts
    that the rules look at: a pupil may leave out what is not among them. Raises `PackFaulty` with
    every fault.
    """
    facts, faults = _facts_of(file, found)
    under = _under(found)
    pupils, missing = _pupils_of(facts, reads)
    faults += (_fault(file, f"{under}{where}", *missed) for where, *missed in missing)
    provision = [_line(line) for line in _tables(facts.get("provision"))]
    told: dict[str, Any] = {"kind": RequestKind.INDIVIDUAL.value} | _shared_by(facts) | facts
    told["day"] = day
    told |= {"pupils": pupils} if pupils else {}
    told |= {"provision": provision} if provision else {}
    try:
        case = Case.model_validate_json(canonical_of(told), strict=True)
    except ValidationError as error:
        wrong = faults_of_model(file, error)
        faults += (each.model_copy(update={"where": f"{under}{each.where}"}) for each in wrong)
        raise PackFaulty(faults) from None
    if faults:
        raise PackFaulty(faults)
    return case


def faults_of_needs(
    file: str, found: Mapping[str, Any], day: date, schemes: tuple[Continuum, Tariff]
) -> tuple[PolicyFault, ...]:
    """Say where a file names a domain, level, descriptor or band that the policy does not have.

    What is no level or code at all is passed over: the model of a case tells of it.
    """
    facts, _ = _facts_of(file, found)
    under = _under(found)
    continuum, tariff = schemes
    faults = [
        _fault(file, f"{under}{where}", says, "Use those of the continuum in force.")
        for where, need in _needs_of(facts)
        if (alone := _case_with(need, day)) is not None
        for says in faults_of_levels(alone, continuum)
    ]
    bands = [band.code for band in tariff.bands]
    given = facts.get("band")
    if bands and isinstance(given, str) and given not in bands:
        help_ = f"Use one of the tariff in force: {', '.join(bands)}."
        faults.append(_fault(file, f"{under}band", f"there is no band {given}", help_))
    return tuple(faults)


def _needs_of(facts: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each level and each ticked descriptor that is told, alone."""
    levels = facts.get("levels")
    for domain, level in levels.items() if isinstance(levels, dict) else ():
        yield f"levels.{domain}", {"levels": {domain: level}}
    for code in _tables(facts.get("descriptors")):
        yield "descriptors", {"descriptors": [code]}


def _case_with(need: dict[str, Any], day: date) -> Case | None:
    told = {"kind": RequestKind.INDIVIDUAL.value, "day": day} | need
    try:
        return Case.model_validate_json(canonical_of(told), strict=True)
    except ValidationError:
        return None


def _under(found: Mapping[str, Any]) -> str:
    """The heading under which a file keeps its facts, as a place begins with it."""
    return next((f"{heading}." for heading in HEADINGS if heading in found), "")


def _facts_of(file: str, found: Mapping[str, Any]) -> tuple[dict[str, Any], list[PolicyFault]]:
    """Find the facts in a file, and say what stands beside them and is nothing of theirs."""
    headings = [heading for heading in HEADINGS if heading in found]
    if not headings:
        return {key: value for key, value in found.items() if key not in _BESIDE}, []
    told = found[headings[0]]
    if isinstance(told, list) and len(told) == 1:
        told = told[0]
    faults = [
        _fault(file, key, "is no part of a case", f"Put facts under [{headings[0]}].")
        for key in found
        if key not in {headings[0], *_BESIDE, *_EXPECTED}
    ]
    if not isinstance(told, dict):
        says = "holds no facts of one case"
        faults.append(_fault(file, headings[0], says, f"Write one case, such as {_EXAMPLE}."))
        return {}, faults
    return {key: value for key, value in told.items() if key not in _BESIDE}, faults


def _pupils_of(
    facts: Mapping[str, Any], reads: frozenset[str]
) -> tuple[list[Any], list[tuple[str, str, str]]]:
    """Fill in what a pupil's facts leave out and no rule reads; say what a rule does read."""
    pupils: list[Any] = []
    missing: list[tuple[str, str, str]] = []
    for place, told in enumerate(_tables(facts.get("pupils"))):
        if not isinstance(told, dict):
            pupils.append(told)
            continue
        shared = {fact: facts[fact] for fact in _SHARED if fact in facts}
        given = shared | told
        missing += [
            (f"pupils.{place}.{fact}", "is missing and a rule reads it", "Write it.")
            for fact in _UNREAD
            if fact not in given and fact in reads
        ]
        pupils.append(_UNREAD | _filled(place, given))
    return pupils, missing


def _shared_by(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that every pupil shares are the request's too, as they are for one that is made."""
    pupils = [told for told in _tables(facts.get("pupils")) if isinstance(told, dict)]
    return {
        fact: pupils[0][fact]
        for fact in _SHARED
        if pupils and all(fact in told and told[fact] == pupils[0].get(fact) for told in pupils)
    }


def _filled(place: int, given: Mapping[str, Any]) -> dict[str, Any]:
    number = given.get("pupil", place + 1)
    known = {key: value for key, value in given.items() if key != "pupil"}
    filled = {"home_council": "this", "school": "the_school"}
    if isinstance(number, int) and 0 <= number < 2**128:
        filled["pupil_id"] = str(UUID(int=number))
    return filled | known


def _line(told: object) -> object:
    """A line of the provision map: minutes may stand for hours, and nobody has to name it."""
    if not isinstance(told, dict):
        return told
    hours = {"hours_a_week": 0} if "minutes_a_week" in told else {}
    return {"what": "Support"} | hours | told


def _tables(told: object) -> Iterator[object]:
    """What stands in a list; anything else is left to the model, which says what is wrong."""
    if isinstance(told, list):
        yield from told


def _fault(file: str, where: str, says: str, would_help: str) -> PolicyFault:
    return PolicyFault(file=file, where=where, says=says, would_help=would_help)
