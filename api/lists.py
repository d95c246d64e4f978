"""What schools, panels and services take away as files: each list by its query.

The API and the pages give the same, by `downloads.offer_files`.
"""

from datetime import date
from typing import Annotated

from fastapi import Path, Query
from sqlmodel import Session

from activities.store import reading
from activities.store.reading import Caller, Listing, PanelDuty, plan_lists
from activities.store.reading import award_lists as money
from activities.store.reading.services import asked_listing
from api.downloads import Lists, Reads
from domain.explaining import day_in_words

School = Annotated[str | None, Query(max_length=40, pattern=r"^[A-Za-z0-9_-]*$")]
On = Annotated[date, Query(description="The census day.")]
Late = Annotated[bool, Query(description="Only what is late.")]
Code = Annotated[str, Path(max_length=64, pattern=r"^[a-z0-9][a-z0-9_.:-]*$")]
ThisYear = Annotated[
    int | None, Query(ge=2000, le=2199, description="2026 begins on 1 September 2026.")
]
PlanYear = Annotated[int, Query(ge=2000, le=2199, description="2026 begins on 1 September 2026.")]
AcademicYear = Annotated[int, Query(ge=2000, le=2098, description="2026 begins on 1 September.")]


def awards(school: School = None) -> Reads:
    """Awards as they stand, and their instalments on a sheet of their own."""

    def read(session: Session, caller: Caller) -> Lists:
        own = school or None
        return Lists(
            name="awards",
            about=(("Awards", "as they stand"), *_about(session, caller.day, own)),
            listings=(
                money.award_listing(money.every_award(session, caller, school=own)),
                money.instalment_listing(money.instalments(session, caller, school=own)),
            ),
        )

    return read


def instalments(school: School = None) -> Reads:
    """The instalments of awards."""

    def read(session: Session, caller: Caller) -> Lists:
        own = school or None
        found = money.instalments(session, caller, school=own)
        return Lists(
            name="instalments",
            about=(("Instalments", "of awards"), *_about(session, caller.day, own)),
            listings=(money.instalment_listing(found),),
        )

    return read


def top_ups(on: On, school: School = None) -> Reads:
    """Pupils' top-ups on a census day."""

    def read(session: Session, caller: Caller) -> Lists:
        own = school or None
        found = reading.top_ups_on(session, caller, on, school=own)
        return Lists(
            name=f"top-ups-{on.isoformat()}",
            about=(("Census day", day_in_words(on)), *_about(session, caller.day, own)),
            listings=(money.top_up_listing(found, on),),
        )

    return read


def remittances() -> Reads:
    """What the person's schools were paid, and what for: a line for each instalment."""

    def read(session: Session, caller: Caller) -> Lists:
        found = reading.remittances(session, caller)
        return Lists(
            name="remittances",
            about=(("Remittances", "sent"), *_about(session, caller.day, None)),
            listings=(money.remittance_listing(found),),
        )

    return read


def asked(late: Late = False) -> Reads:  # noqa: FBT002
    """What panels asked of services."""

    def read(session: Session, caller: Caller) -> Lists:
        found = reading.asked_of_services(session, caller, late=late)
        about = (("Asked of services", "what is late" if late else "everything"),)
        return Lists(
            name="services-asked",
            about=(*about, *_about(session, caller.day, None)),
            listings=(asked_listing(found),),
        )

    return read


def cluster_plan(code: Code, year: ThisYear = None) -> Reads:
    """A cluster's plan of an academic year: its items, who said what, and what it is used for."""

    def read(session: Session, caller: Caller) -> Lists:
        found = reading.cluster_plan(session, caller, code, year)
        used = reading.service_listing((found.use,) if found.use else ())
        years = f"{found.academic_year} to {found.academic_year + 1}"
        return Lists(
            name=f"plan-{code}-{found.academic_year}",
            about=(
                ("Cluster", reading.cluster_names(session, (code,)).get(code, code)),
                ("Academic year", years),
                ("Read on", day_in_words(caller.day)),
            ),
            listings=(*plan_lists.cluster_plan_listings(found), used),
        )

    return read


def plan_uses(year: PlanYear) -> Reads:
    """Every cluster's plan of an academic year, and what its services are used for."""

    def read(session: Session, caller: Caller) -> Lists:
        found = reading.plan_uses(session, caller, year)
        return Lists(
            name="plans",
            about=(("Academic year", f"{year} to {year + 1}"),),
            listings=(reading.plan_listing(found), reading.service_listing(found)),
        )

    return read


def panel_duty(year: ThisYear = None) -> Reads:
    """Which schools sat on a panel in an academic year, and which still owe a turn."""

    def read(session: Session, caller: Caller) -> Lists:
        found = reading.panel_duty(session, caller, year)
        report = ("report", "panels that schools sat on")
        return Lists(
            name="panel-duty",
            about=(report, ("academic year", str(found.academic_year))),
            listings=(_duty(found),),
        )

    return read


def _duty(found: PanelDuty) -> Listing:
    return Listing(
        name="panel-duty",
        headings=("cluster", "school", "name", "sat", "owes"),
        rows=tuple(
            (each.cluster, each.school, each.name, each.sat, each.owes) for each in found.lines
        ),
    )


def _about(session: Session, day: date, school: str | None) -> tuple[tuple[str, str], ...]:
    read_on = ("Read on", day_in_words(day))
    if school is None:
        return (read_on,)
    name = reading.school_names(session, (school,)).get(school, school)
    return (("School", name), read_on)
