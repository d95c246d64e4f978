"""Awards, their instalments, census-day top-ups and remittances as lists that can be taken away.

A list has everything that the person may see, however many pages it is shown on.
"""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from activities.clock import LONDON
from activities.store.changes import INSTALMENT_STATE
from activities.store.reading.awards import MOST_AT_ONCE, AwardLine, awards
from activities.store.reading.caller import Caller
from activities.store.reading.listing import Listing, in_pounds
from activities.store.reading.remittances import RemittanceView
from activities.store.reading.top_ups import TopUp
from domain.frozen import Frozen
from domain.periods import ONE_DAY

_INSTALMENTS = text(
    "SELECT i.award_id, i.number, i.due_on, i.pence, i.financial_year, i.period,"  # noqa: S608  our own words
    f" {INSTALMENT_STATE} AS state FROM instalment AS i WHERE i.award_id = ANY (:awards)"
    " ORDER BY i.due_on, i.award_id, i.number"
)


class InstalmentLine(Frozen):
    """An instalment among those of several awards: of which, when it is due, what became of it."""

    award_id: UUID
    reference: str | None
    school: str
    number: int
    due_on: date
    pence: int
    financial_year: int
    period: int
    state: str


def every_award(
    session: Session, caller: Caller, *, school: str | None = None
) -> tuple[AwardLine, ...]:
    """List every award that the person may see, page by page."""
    found: list[AwardLine] = []
    while True:
        after = found[-1].id if found else None
        page = awards(session, caller, school=school, after=after)
        found.extend(page)
        if len(page) < MOST_AT_ONCE:
            return tuple(found)


def instalments(
    session: Session, caller: Caller, *, school: str | None = None
) -> tuple[InstalmentLine, ...]:
    """List the instalments of every award that the person may see, the first due first."""
    of = {each.id: each for each in every_award(session, caller, school=school)}
    rows = session.connection().execute(_INSTALMENTS, {"awards": list(of)})
    return tuple(
        InstalmentLine(
            **row._asdict(), reference=of[row.award_id].reference, school=of[row.award_id].school
        )
        for row in rows
    )


def award_listing(lines: Iterable[AwardLine]) -> Listing:
    """Awards as a list, in pounds; ``to`` is the last day on which anything is due."""
    headings = ("reference", "school", "kind", "paid_to", "from", "to", "annual", "worth")
    return Listing(
        name="awards",
        headings=(*headings, "due_to_date", "paid_to_date", "changed", "award"),
        rows=tuple(
            (
                each.reference,
                each.school,
                each.kind,
                each.payee_code,
                each.from_on.isoformat(),
                (each.until_on - ONE_DAY).isoformat(),
                in_pounds(each.annual_pence),
                in_pounds(each.worth_pence),
                in_pounds(each.due_to_date_pence),
                in_pounds(each.paid_to_date_pence),
                "yes" if each.changed else "no",
                str(each.id),
            )
            for each in lines
        ),
    )


def instalment_listing(lines: Iterable[InstalmentLine]) -> Listing:
    """Instalments as a list, in pounds: due, paid or cancelled."""
    headings = ("reference", "school", "instalment", "due_on", "amount", "state")
    return Listing(
        name="instalments",
        headings=(*headings, "financial_year", "period", "award"),
        rows=tuple(
            (
                each.reference,
                each.school,
                each.number,
                each.due_on.isoformat(),
                in_pounds(each.pence),
                each.state,
                each.financial_year,
                each.period,
                str(each.award_id),
            )
            for each in lines
        ),
    )


def top_up_listing(lines: Iterable[TopUp], on: date) -> Listing:
    """Top-ups on a census day as a list, in pounds."""
    headings = ("census_day", "reference", "school", "pupil_number", "has_plan", "annual")
    return Listing(
        name="top-ups",
        headings=(*headings, "from", "to", "award"),
        rows=tuple(
            (
                on.isoformat(),
                each.reference,
                each.school,
                each.pupil_number,
                "yes" if each.has_plan else "no",
                in_pounds(each.annual_pence),
                each.from_on.isoformat(),
                (each.until_on - ONE_DAY).isoformat(),
                str(each.award_id),
            )
            for each in lines
        ),
    )


def remittance_listing(found: Iterable[RemittanceView]) -> Listing:
    """What was paid, a line for each instalment; what was taken back is below nought."""
    headings = ("remittance", "state", "approved_on", "paid_to", "school", "due_on", "amount")
    return Listing(
        name="remittances",
        headings=(*headings, "taken_off", "instalment", "section_251_line", "award"),
        rows=tuple(
            (
                each.reference,
                each.state,
                each.approved_at.astimezone(LONDON).date().isoformat() if each.approved_at else "",
                each.payee,
                line.school,
                line.due_on.isoformat(),
                in_pounds(-line.pence if line.is_taken_back else line.pence),
                in_pounds(line.netted_pence),
                line.instalment_number,
                line.section_251_line,
                str(line.award_id),
            )
            for each in found
            for line in each.lines
        ),
    )
