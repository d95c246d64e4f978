"""What rules may read of a request."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest

from domain.case import Case
from domain.needs import AreaOfNeed, NeedsProfile
from domain.places import Phase
from domain.request import ProvisionLine, PupilAsked, RequestContent, RequestKind, SenStatus

DAY = date(2026, 10, 5)


def pupil_of(number: int, phase: Phase) -> PupilAsked:
    """A pupil of a phase."""
    return PupilAsked(
        pupil_id=UUID(int=number),
        school="oak",
        sen_status=SenStatus.SEN_SUPPORT,
        home_council="demo",
        phase=phase,
        key_stage=2,
    )


def test_a_case_takes_the_moderated_profile_and_not_the_schools() -> None:
    """What the school thought of the need is not what is placed."""
    schools = NeedsProfile(levels={AreaOfNeed.SEMH: 5})
    moderated = NeedsProfile(levels={AreaOfNeed.SEMH: 2}, descriptors=("se2a",))
    content = RequestContent(
        kind=RequestKind.GROUP,
        profile=schools,
        pupils=(pupil_of(1, Phase.PRIMARY), pupil_of(2, Phase.SECONDARY)),
        starts_on=date(2027, 1, 4),
    )
    case = Case.from_content(content, moderated, DAY)
    assert case.levels == {"social_emotional_and_mental_health": 2}
    assert case.descriptors == ("se2a",)
    assert (case.phase, case.key_stage) == (None, 2)
    assert case.day == DAY


def test_a_project_is_a_case_without_a_profile() -> None:
    """A project brings its provision map and no levels."""
    line = ProvisionLine(what="Room", staff="ta", hours_a_week=Decimal(3), group_size=2, weeks=38)
    content = RequestContent(kind=RequestKind.PROJECT, provision=(line,))
    case = Case.from_content(content, None, DAY)
    assert (case.levels, case.descriptors, case.pupils) == ({}, (), ())
    assert case.provision_hours == Fraction(3, 2)


@pytest.mark.parametrize(
    ("first", "academic", "financial"),
    [
        (date(2026, 8, 31), 2025, 2026),
        (date(2026, 9, 1), 2026, 2026),
        (date(2027, 3, 31), 2026, 2026),
        (date(2027, 4, 1), 2026, 2027),
        (None, 2026, 2026),
    ],
)
def test_the_years_are_those_of_the_first_day_of_support(
    first: date | None, academic: int, financial: int
) -> None:
    """Years begin on 1 September and 1 April; without a first day the day of the policy counts."""
    case = Case(kind=RequestKind.ADVICE, day=DAY, starts_on=first)
    assert (case.academic_year, case.financial_year) == (academic, financial)
