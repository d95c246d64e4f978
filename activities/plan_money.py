"""The money of a cluster plan: held when its schools agree, committed once when it is signed.

Each cluster pays its own part from its own pot; an entry is one cluster's, in order of pots.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from activities import award_desk, changing
from activities.award_desk import AwardDesk
from activities.finance_desk import FinanceDesk
from activities.store import cluster_plans, deciding, ledger, plan_budget, plan_items, plans
from activities.store.casework import Recorded
from activities.store.cluster_plans import PlanInHand
from activities.store.deciding import Given
from activities.store.plan_items import ItemHeld
from activities.store.policies import Policies
from domain.adjusting import Adjustment
from domain.award import Instalment, by_financial_year
from domain.cluster_plan import Dated, shared_between
from domain.finance_acts import AwardChange, Leaver
from domain.ledger.accounts import cluster_pot
from domain.ledger.journal import Commit, Context, Hold, Line, Release, Verb, entry_id
from domain.money import pounds
from domain.periods import ONE_DAY
from domain.places import PayeeKind
from domain.plan_acts import ItemEnding, PlanItem
from domain.refusals import BudgetExceeded


@dataclass(frozen=True)
class PlanDesk:
    """A plan on the desk: the transaction, the instant, the act, and the rules it is under."""

    finance: FinanceDesk
    plan: PlanInHand
    act: Recorded
    policies: Policies

    @property
    def day(self) -> date:
        """The day it is in the council's place."""
        return self.finance.day

    def context(self, pot: str, payee: PayeeKind | None, **more: Any) -> Context:
        """What an entry made for the plan in a pot says about itself."""
        coding = self.finance.policy.coding_for(pot, payee)
        facts: dict[str, Any] = {
            "policy_version_ids": tuple(sorted(self.plan.pins.values())),
            "section_251_line": coding.section_251_line,
            "cost_centre": coding.cost_centre,
        }
        return self.finance.context(self.act, **facts | more)


@dataclass(frozen=True)
class _Part:
    """What one cluster pays of a plan: each item's instalments, numbered in one row."""

    cluster: str
    by_item: dict[UUID, tuple[Instalment, ...]]

    @property
    def pot(self) -> str:
        return cluster_pot(self.cluster)

    @property
    def lines(self) -> tuple[Line, ...]:
        """What it comes to by financial year."""
        every = (each for planned in self.by_item.values() for each in planned)
        years = by_financial_year(every).items()
        return tuple(Line(pot=self.pot, financial_year=year, pence=pence) for year, pence in years)


def hold(desk: PlanDesk) -> bool:
    """Hold what each cluster pays, all of it or none; says whether it is held.

    Schools that have agreed have agreed: where the money has gone meanwhile nothing is held, and
    the signing asks for it once more.
    """
    parts = _parts(desk)
    held: dict[str, UUID] = {}
    for part in parts:
        hold_id = entry_id(desk.act.id, Verb.HOLD, part.pot)
        said = desk.context(part.pot, None)
        answer = ledger.hold(desk.finance.session, Hold(id=hold_id, lines=part.lines, context=said))
        if not answer.is_done:
            _release(desk, held)
            return False
        held[part.cluster] = hold_id
    for cluster, hold_id in held.items():
        cluster_plans.keep_hold(desk.finance.session, desk.plan, cluster, hold_id)
    return True


def give_back(desk: PlanDesk) -> None:
    """Give back what is held for a plan."""
    _release(desk, desk.plan.holds)
    for cluster in desk.plan.holds:
        cluster_plans.keep_hold(desk.finance.session, desk.plan, cluster, None)


def promise(desk: PlanDesk) -> None:
    """Commit a signed plan, once: an award for each item and cluster, and the places it has.

    What a change ends goes first, so that what it frees may pay what it adds. Raises
    `BudgetExceeded` where a cluster's budget does not cover its part (promise 5).
    """
    for ending in plan_items.endings_of(desk.finance.session, desk.plan.id):
        _end(desk, ending)
    items = {each.id: each for each in plan_items.items_of(desk.finance.session, desk.plan.id)}
    for part in _parts(desk):
        commit_id = _committed(desk, part)
        for item_id, planned in part.by_item.items():
            _award(desk, items[item_id], (part, planned), commit_id)
    for item in items.values():
        _give_places(desk, item)


def _parts(desk: PlanDesk) -> tuple[_Part, ...]:
    """What each cluster pays, in order of pots."""
    held = plan_items.items_of(desk.finance.session, desk.plan.id)
    items = [(each.id, asked) for each in held if (asked := each.asked) is not None]
    of = (desk.plan.academic_year, desk.plan.parties)
    dated = plan_budget.dated_items(desk.finance.session, items, of, desk.policies, desk.day)
    clusters = sorted({cluster for each in dated.values() for cluster in each})
    return tuple(_part(cluster, dated) for cluster in clusters)


def _part(cluster: str, dated: Mapping[UUID, Dated]) -> _Part:
    numbered: dict[UUID, tuple[Instalment, ...]] = {}
    last = 0
    for item_id, by_cluster in dated.items():
        planned = by_cluster.get(cluster, ())
        if planned:
            numbered[item_id] = tuple(
                each.model_copy(update={"number": last + each.number}) for each in planned
            )
            last += len(planned)
    return _Part(cluster, numbered)


def _committed(desk: PlanDesk, part: _Part) -> UUID:
    """Commit a cluster's part from its hold, or from one that is made for it now."""
    session = desk.finance.session
    said = desk.context(part.pot, None)
    hold_id = desk.plan.holds.get(part.cluster)
    if hold_id is None:
        hold_id = entry_id(desk.act.id, Verb.HOLD, part.pot)
        asked = Hold(id=hold_id, lines=part.lines, context=said)
        _check_covered(part, done=ledger.hold(session, asked).is_done)
    command = Commit(
        id=entry_id(desk.act.id, Verb.COMMIT, part.pot),
        hold_id=hold_id,
        instalments=tuple(
            each.in_pot(part.pot) for planned in part.by_item.values() for each in planned
        ),
        context=said,
    )
    _check_covered(part, done=ledger.commit(session, command).is_done)
    return command.id


def _check_covered(part: _Part, *, done: bool) -> None:
    if not done:
        total = sum(line.pence for line in part.lines)
        raise BudgetExceeded(
            f"to commit {pounds(total)} of {part.pot}",
            "its budget does not cover that any more",
            "Ask finance to move money to the cluster and sign again, or return the plan.",
        )


def _award(
    desk: PlanDesk, item: ItemHeld, of: tuple[_Part, tuple[Instalment, ...]], commit_id: UUID
) -> None:
    """Write what an item pays from one cluster's pot."""
    part, planned = of
    asked = _asked(item)
    session = desk.finance.session
    payee, kind = plan_budget.payee_of(session, asked, desk.day)
    given = Given(
        id=uuid5(item.id, f"award/{part.cluster}"),
        school=asked.school,
        payee_code=payee,
        payee_kind=kind,
        from_on=item.from_on,
        until_on=item.until_on,
        annual_pence=shared_between(item.annual_pence, desk.plan.parties)[part.cluster],
        pot=part.pot,
        commit_id=commit_id,
        outcomes=asked.outcomes,
        review_on=None,
        instalments=planned,
    )
    deciding.save_plan_award(session, given, item.id)


def _give_places(desk: PlanDesk, item: ItemHeld) -> None:
    """Open the places of an item that pupils are matched to: to each cluster what it pays for."""
    asked = _asked(item)
    if asked.area_of_need is None or asked.places is None:
        return
    cost = shared_between(item.annual_pence, desk.plan.parties)
    for cluster, places in shared_between(asked.places, desk.plan.parties).items():
        if not places:
            continue
        provision = plans.Opened(
            id=uuid5(item.id, f"places/{cluster}"),
            item_id=item.id,
            cluster=cluster,
            academic_year=desk.plan.academic_year,
            item=asked,
            places=places,
            annual_pence=cost[cluster],
        )
        plans.open_places(desk.finance.session, provision)


def _end(desk: PlanDesk, ending: ItemEnding) -> None:
    """End an item from a day: what is not due any more is given back, by its award's own change."""
    session = desk.finance.session
    item = plan_items.item_of(session, ending.item_id)
    assert item is not None, "a change ends what is on record"
    for award_id in plan_items.awards_of(session, item.id):
        by = award_desk.Deciding(None)
        change = Leaver(kind="leaver", last_on=ending.from_on - ONE_DAY)
        taken = award_desk.take(desk.finance, desk.act, award_id, by)
        changing.carry_out(taken, change, _as_signed)
    plan_items.end_item(session, item, ending.from_on, desk.plan.id)
    plans.close_places(session, item.id, ending.from_on)


def _as_signed(desk: AwardDesk, change: AwardChange, found: Adjustment) -> None:
    """Refuse nothing more: the plan's change was agreed by its schools, and is signed."""


def _release(desk: PlanDesk, holds: Mapping[str, UUID]) -> None:
    for cluster, hold_id in sorted(holds.items()):
        pot = cluster_pot(cluster)
        release = Release(
            id=entry_id(desk.act.id, Verb.RELEASE, hold_id),
            hold_id=hold_id,
            context=desk.context(pot, None),
        )
        ledger.release(desk.finance.session, release)


def _asked(item: ItemHeld) -> PlanItem:
    assert item.asked is not None, "what is signed here was proposed here"
    return item.asked
