"""A second decision's money: what the first gave is changed from a day, and never rewritten.

Each award changes as any other does, by dated entries; a school that had none is given one.
"""

from dataclasses import dataclass
from dataclasses import replace as changed
from datetime import date
from uuid import UUID

from activities import award_desk, awarding, changing, funding, sharing
from activities.award_desk import AwardDesk, Deciding
from activities.awarding import Signature
from activities.desk import Desk
from activities.finance_desk import FinanceDesk
from activities.store import deciding
from activities.store.casework import Recorded
from activities.store.deciding import Placed
from domain.adjusting import Adjustment, History, stretches
from domain.finance_acts import AwardChange, ChangedAmount
from domain.refusals import NotValid


@dataclass(frozen=True)
class Replacing:
    """A decision that takes an earlier one's place: what it rests on, and from when it holds."""

    desk: Desk
    placed: Placed
    signature: Signature
    decision_id: UUID
    act: Recorded
    from_on: date | None = None
    """As said; else more is given from the first day, and less from today."""


def replace(of: Replacing) -> None:
    """Bring every award of a request to what the second decision gives its school."""
    session = of.desk.session
    before = deciding.awards_of(session, of.desk.request.id)
    if any(each.moved_on for each in before):
        raise NotValid(
            "to put another amount in its place",
            "a pupil has moved on with what was given, and it is another school's now",
            "Change the award of that school instead: the decision stands.",
        )
    funding.give_back(of.desk, of.placed, of.act.id)
    by_school = _by_school(of)
    for each in before:
        _change(of, each.id, by_school.get(each.school, 0))
    schools = {each.school for each in before}
    fresh = {school: pence for school, pence in by_school.items() if school not in schools}
    if any(fresh.values()):
        total = sum(fresh.values())
        awarding.award(
            of.desk,
            of.placed.model_copy(
                update={"by_school": fresh, "annual_pence": total, "hold_id": None}
            ),
            changed(of.signature, annual_pence=total),
            of.decision_id,
        )


def amount_on(history: History, day: date) -> int:
    """What an award gives a year on a day, pence; nothing before it begins and after it ends."""
    found = (each for each in stretches(history) if each.from_on <= day < each.until_on)
    return next((each.annual_pence for each in found), 0)


def _by_school(of: Replacing) -> dict[str, int]:
    annual_pence = of.signature.annual_pence
    if not annual_pence:
        return {}
    return sharing.by_school(of.placed, annual_pence, of.desk.request.content)


def _change(of: Replacing, award_id: UUID, annual_pence: int) -> None:
    """Change one award, unless it gives as much already."""
    finance = FinanceDesk(session=of.desk.session, now=of.desk.now)
    by = Deciding(of.decision_id, of.signature.overspend_authority)
    desk = award_desk.take(finance, of.act, award_id, by)
    history = desk.award.history
    from_on = of.from_on or _first_day(history, annual_pence, of.desk.day)
    if amount_on(history, from_on) == annual_pence:
        return
    change = ChangedAmount(kind="changed_amount", from_on=from_on, annual_pence=annual_pence)
    changing.carry_out(desk, change, _as_decided)


def _first_day(history: History, annual_pence: int, today: date) -> date:
    """More is due from the first day on; what was given until today is not taken back."""
    now = amount_on(history, max(history.from_on, min(today, _last(history))))
    return history.from_on if annual_pence > now else max(history.from_on, today)


def _last(history: History) -> date:
    return max((each.from_on for each in stretches(history)), default=history.from_on)


def _as_decided(desk: AwardDesk, change: AwardChange, found: Adjustment) -> None:
    """Refuse nothing more: the whole decision was checked before any of its awards changes."""
