"""What schools, panels and services take away as files: the API and the pages give the same."""

from datetime import date

from sqlmodel import Session

from activities.store import reading
from activities.store.reading import Caller, plan_lists
from activities.store.reading import award_lists as money
from activities.store.reading.services import asked_listing
from api.downloads import Lists
from domain.explaining import day_in_words


def award_lists(session: Session, caller: Caller, school: str | None = None) -> Lists:
    """Awards as they stand, and their instalments."""
    return Lists(
        name="awards",
        about=(("Awards", "as they stand"), *_about(session, caller.day, school)),
        listings=(
            money.award_listing(money.every_award(session, caller, school=school)),
            money.instalment_listing(money.instalments(session, caller, school=school)),
        ),
    )


def instalment_lists(session: Session, caller: Caller, school: str | None = None) -> Lists:
    """The instalments of awards."""
    found = money.instalments(session, caller, school=school)
    return Lists(
        name="instalments",
        about=(("Instalments", "of awards"), *_about(session, caller.day, school)),
        listings=(money.instalment_listing(found),),
    )


def top_up_lists(session: Session, caller: Caller, on: date, school: str | None = None) -> Lists:
    """Pupils' top-ups on a census day."""
    found = reading.top_ups_on(session, caller, on, school=school)
    census = ("Census day", day_in_words(on))
    return Lists(
        name=f"top-ups-{on.isoformat()}",
        about=(census, *_about(session, caller.day, school)),
        listings=(money.top_up_listing(found, on),),
    )


def remittance_lists(session: Session, caller: Caller) -> Lists:
    """What the person's schools were paid, and what for."""
    found = reading.remittances(session, caller)
    return Lists(
        name="remittances",
        about=(("Remittances", "sent"), *_about(session, caller.day, None)),
        listings=(money.remittance_listing(found),),
    )


def asked_lists(session: Session, caller: Caller, *, late: bool = False) -> Lists:
    """What panels asked of services."""
    found = reading.asked_of_services(session, caller, late=late)
    about = (("Asked of services", "what is late" if late else "everything"),)
    return Lists(
        name="services-asked",
        about=(*about, *_about(session, caller.day, None)),
        listings=(asked_listing(found),),
    )


def cluster_plan_lists(
    session: Session, caller: Caller, cluster: str, year: int | None = None
) -> Lists:
    """A cluster's plan of an academic year: its items, who said what, and what it is used for."""
    found = reading.cluster_plan(session, caller, cluster, year)
    used = reading.service_listing((found.use,) if found.use else ())
    years = f"{found.academic_year} to {found.academic_year + 1}"
    return Lists(
        name=f"plan-{cluster}-{found.academic_year}",
        about=(
            ("Cluster", reading.cluster_names(session, (cluster,)).get(cluster, cluster)),
            ("Academic year", years),
            ("Read on", day_in_words(caller.day)),
        ),
        listings=(*plan_lists.cluster_plan_listings(found), used),
    )


def plan_use_lists(session: Session, caller: Caller, year: int) -> Lists:
    """Every cluster's plan of an academic year, and what its services are used for."""
    found = reading.plan_uses(session, caller, year)
    return Lists(
        name="plans",
        about=(("Academic year", f"{year} to {year + 1}"),),
        listings=(reading.plan_listing(found), reading.service_listing(found)),
    )


def _about(session: Session, day: date, school: str | None) -> tuple[tuple[str, str], ...]:
    read_on = ("Read on", day_in_words(day))
    if school is None:
        return (read_on,)
    name = reading.school_names(session, (school,)).get(school, school)
    return (("School", name), read_on)
