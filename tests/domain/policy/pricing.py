"""Cases and tariff steps that the tests of pricing share."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.case import Case
from domain.places import Phase
from domain.request import ProvisionLine, PupilAsked, RequestKind, SenStatus
from domain.tariff import Price

DAY = date(2026, 10, 5)


def pupil_of(
    number: int, school: str, spends_pence: int = 0, phase: Phase = Phase.PRIMARY
) -> PupilAsked:
    """A pupil at a school."""
    return PupilAsked(
        pupil_id=UUID(int=number),
        school=school,
        sen_status=SenStatus.SEN_SUPPORT,
        home_council="test",
        phase=phase,
        key_stage=2,
        school_spends_pence=spends_pence,
    )


def line_of(
    hours: str, group_size: int = 1, staff: str = "ta", resources_pence: int = 0
) -> ProvisionLine:
    """A year's provision of some hours a week."""
    return ProvisionLine(
        what="Support",
        staff=staff,
        hours_a_week=Decimal(hours),
        group_size=group_size,
        weeks=38,
        resources_pence=resources_pence,
    )


def group_of(*pupils: PupilAsked, hours: str = "10", group_size: int = 1) -> Case:
    """A group's case."""
    return Case(
        kind=RequestKind.GROUP,
        day=DAY,
        pupils=pupils,
        provision=(line_of(hours, group_size),),
    )


ONE = Case(kind=RequestKind.INDIVIDUAL, day=DAY, provision=(line_of("10"),))

COST = """
[[steps]]
id = "cost"
form = "costed_provision"
says = "Hours by rate."
rates = { ta = { weekly_hour_a_year_pounds = 653.60, over_weeks = 38 } }
"""

SHARE = """
[[steps]]
id = "share"
form = "school_share"
says = "The school meets the first £6,000."
per = { individual = "pupil", group = "PER", project = "never" }
shares = [{ annual_pounds = 6000 }]
spending_counts = true
"""

PER_PUPIL_AND_SCHOOL = SHARE.replace("PER", "pupil_and_school")


def amounts_of(found: Price) -> tuple[int | None, int | None, int | None]:
    """What it costs, what the school meets, what is funded."""
    return found.gross_pence, found.school_share_pence, found.annual_pence
