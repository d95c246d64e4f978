"""What rules work on: one line for each pupil at a school, or one for the whole request.

Sums stay exact fractions until a price is stated: rounding on the way would lose pennies.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Self
from uuid import UUID

from domain.case import Case
from domain.frozen import Frozen
from domain.money import nearest, pounds
from domain.policy.matching import Facts
from domain.request import PupilAsked, RequestKind

NOTHING = Fraction(0)
PENCE_A_POUND = 100


@dataclass(frozen=True)
class Scale:
    """The order of tiers and of bands, least need first, as the document declares them."""

    tiers: tuple[str, ...] = ()
    bands: tuple[str, ...] = ()

    def of(self, figure: str) -> tuple[str, ...]:
        """The codes of tiers or bands in their order."""
        return self.tiers if figure == "tier" else self.bands


@dataclass(frozen=True)
class Line:
    """One pupil at one school, or a request without pupils; amounts are pence a year, exact."""

    facts: Facts
    pupil_id: UUID | None = None
    school: str | None = None
    school_spends_pence: int = 0
    gross: Fraction = NOTHING
    share: Fraction = NOTHING
    """What the school meets of the gross itself."""
    adjusted: Fraction = NOTHING
    """What floors, caps and rounding added to or took from the net."""
    to_a_person: str | None = None
    """Why no rule prices it: it waits for a named officer."""

    @property
    def net(self) -> Fraction:
        """What is left to be funded."""
        return self.gross - self.share + self.adjusted

    def figured(self, figure: str, value: str | Fraction | None) -> Self:
        """The same line with a tier, a band, a level or points settled."""
        if isinstance(value, Fraction):
            return replace(self, facts=self.facts.with_number(figure, value))
        return replace(self, facts=self.facts.with_name(figure, value))

    def costing(self, more: Fraction) -> Self:
        """The same line with a sum added to its gross."""
        gross = self.gross + more
        facts = self.facts.with_number("cost", gross / PENCE_A_POUND)
        return replace(self, gross=gross, facts=facts)

    def netting(self, pence: Fraction) -> Self:
        """The same line with its net brought to a sum, by a floor, a cap or rounding."""
        return replace(self, adjusted=self.adjusted + pence - self.net)

    def left_to_a_person(self, because: str) -> Self:
        """The same line without a price."""
        return replace(self, to_a_person=because)


@dataclass(frozen=True)
class Outcome:
    """What a rule made of a line, what it read on the way, and what it gave in words."""

    line: Line
    gave: str
    read: Mapping[str, str] = field(default_factory=dict)
    value: Frozen | None = None
    """The row of a table or the option that was used."""


def lines_of(case: Case) -> tuple[Line, ...]:
    """One line for each pupil of the case; one for the whole when it has none."""
    if case.kind is RequestKind.PROJECT or not case.pupils:
        return (line_of_all(case),)
    shared = line_of_all(case).facts
    return tuple(_line_of(pupil, shared) for pupil in case.pupils)


def line_of_all(case: Case) -> Line:
    """The case as one line: what is placed on a continuum is the request, not each pupil."""
    names = {
        "kind": case.kind,
        "band": case.band,
        "phase": case.phase,
        "setting": case.setting,
        "settings_group": case.settings_group,
        "sen_status": case.sen_status,
    }
    numbers = {
        "points": _exact(case.points),
        "key_stage": _exact(case.key_stage),
        "hours": _exact(case.hours),
        "provision_hours": case.provision_hours,
        "pupils": Fraction(len(case.pupils)),
        "academic_year": Fraction(case.academic_year),
        "financial_year": Fraction(case.financial_year),
    }
    return Line(Facts(names, numbers, case.levels, frozenset(case.descriptors)))


def _line_of(pupil: PupilAsked, shared: Facts) -> Line:
    facts = (
        shared.with_name("phase", pupil.phase)
        .with_name("setting", pupil.setting)
        .with_name("sen_status", pupil.sen_status)
        .with_number("key_stage", Fraction(pupil.key_stage))
    )
    return Line(facts, pupil.pupil_id, pupil.school, pupil.school_spends_pence)


def _exact(number: int | Decimal | None) -> Fraction | None:
    """Give a number without rounding; what is not known stays unknown."""
    return None if number is None else Fraction(number)


def heads(case: Case) -> int:
    """How many bear what a request costs as a whole: its pupils, or a project as one."""
    return 1 if case.kind is RequestKind.PROJECT else max(len(case.pupils), 1)


def whole_pence(exact: Fraction) -> int:
    """Give an exact sum to the nearest penny, half a penny up."""
    return nearest(exact)


def a_year(exact: Fraction) -> str:
    """Write a yearly sum as a person reads it."""
    return f"{pounds(whole_pence(exact))} a year"
