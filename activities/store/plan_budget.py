"""What a plan comes to, dated by the payments policy, beside what its clusters have.

The ledger itself has the last word when money is held and committed (promise 5).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from activities.store import ledger
from activities.store.closing import in_open_years
from activities.store.deciding import payee_code, payee_kind
from activities.store.policies import Policies
from domain.cluster_plan import Dated, PlanParty, dated_for
from domain.ledger.journal import Line
from domain.money import pounds
from domain.periods import financial_year
from domain.places import PayeeKind
from domain.plan_acts import ItemEnding, PlanItem
from domain.refusals import BudgetExceeded

_FREED = text(
    "SELECT a.pot, i.financial_year, sum(i.pence)::bigint AS pence FROM instalment AS i"
    " JOIN award AS a ON a.id = i.award_id WHERE a.plan_item_id = :item AND i.due_on >= :day"
    " AND ledger_ended_by(i.commit_id, i.number) IS NULL GROUP BY a.pot, i.financial_year"
)


def payee_of(session: Session, item: PlanItem, day: date) -> tuple[str, PayeeKind]:
    """Who is paid for an item, and how: its provider, or else its school or the school's trust."""
    if item.provider is not None:
        return item.provider, PayeeKind.PROVIDER
    return payee_code(session, item.school, day), payee_kind(session, item.school)


def dated_items(
    session: Session,
    items: Sequence[tuple[UUID, PlanItem]],
    of: tuple[int, Sequence[PlanParty]],
    policies: Policies,
    day: date,
) -> dict[UUID, Dated]:
    """Date what each item comes to, for each cluster that pays; ``of`` is the year and parties.

    What fell due in a year that has ended is entered in the first open books after it.
    """
    year, parties = of
    found: dict[UUID, Dated] = {}
    for item_id, item in items:
        kind = payee_of(session, item, day)[1]
        by = policies.payments, policies.calendar
        dated = dated_for((item_id, item, kind), year, parties, by)
        found[item_id] = {
            cluster: in_open_years(session, day, planned)
            for cluster, planned in dated.items()
            if planned
        }
    return found


def freed_by(session: Session, endings: Sequence[ItemEnding]) -> dict[tuple[str, int], int]:
    """What ending items gives back, by pot and year: their instalments that are not paid yet."""
    freed: dict[tuple[str, int], int] = {}
    for ending in endings:
        wanted = {"item": ending.item_id, "day": ending.from_on}
        for row in session.connection().execute(_FREED, wanted):
            key = (row.pot, row.financial_year)
            freed[key] = freed.get(key, 0) + row.pence
    return freed


def check_covered(
    session: Session, lines: Sequence[Line], freed: Mapping[tuple[str, int], int], day: date
) -> None:
    """Refuse a plan that is larger than its clusters' budgets, with all that each lacks.

    Raises `BudgetExceeded`. A later year that has no budget yet may be promised ahead of it.
    """
    lacks = tuple(_lacking(session, lines, freed, day))
    if lacks:
        total = sum(line.pence for line in lines)
        raise BudgetExceeded(
            f"to plan for {pounds(total)}",
            "; ".join(lacks),
            "Leave something out, begin it later, share it with another cluster, or ask finance to"
            " move money to the cluster; then propose the plan again.",
        )


def _lacking(
    session: Session, lines: Sequence[Line], freed: Mapping[tuple[str, int], int], day: date
) -> Iterator[str]:
    has = {
        (each.pot, each.financial_year): each.available_pence
        for each in ledger.balances(session)
        if each.is_open
    }
    for line in lines:
        key = (line.pot, line.financial_year)
        if key in has:
            left = has[key] + freed.get(key, 0)
            if left < line.pence:
                yield f"{line.pot} has {pounds(left)} of {pounds(line.pence)} in {key[1]}"
        elif line.financial_year <= financial_year(day):
            yield f"{line.pot} has no budget for {line.financial_year}"
