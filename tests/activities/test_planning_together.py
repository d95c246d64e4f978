"""Clusters that plan together, plans that change, and what of their money comes back."""

from datetime import date
from uuid import UUID, uuid4

import pytest

from activities.store import reading
from activities.store.session import transaction
from domain.plan_acts import ItemEnding, SharingRule
from domain.refusals import NotValid, Unknown
from domain.stages import ActKind
from tests.activities.by_hand import ByHand
from tests.activities.changed_awards import ChangedAwards
from tests.activities.payment_world import PaymentWorld
from tests.activities.planned import PRICE_PENCE, Planned, item, together
from tests.activities.small_county import FIRST_DAY


@pytest.fixture
def plans(hand: ByHand) -> Planned:
    """Clusters that plan, by hand."""
    return Planned(hand)


@pytest.mark.parametrize(
    ("sharing", "alder", "cedar"),
    [
        (together(), 500_001, 500_000),
        (together(SharingRule.BY_PUPILS, alder=2000, cedar=1000), 666_667, 333_334),
        (together(SharingRule.BY_AGREED_SHARES, alder=1, cedar=3), 250_000, 750_001),
    ],
)
@pytest.mark.promise(5)
def test_two_clusters_share_a_plan_to_the_penny(
    plans: Planned, sharing: object, alder: int, cedar: int
) -> None:
    """Promise 5: each pays its own part from its own budget; both clusters' schools speak."""
    plan_id = plans.proposed(item(annual_pence=1_000_001), sharing=sharing)
    for school in ("ashdown", "brook", "crane", "dell"):
        plans.done(plans.speaks(plan_id, school))
    assert plans.stage(plan_id) == "proposed"
    for school in ("gorse", "heath", "iris"):
        plans.done(plans.speaks(plan_id, school))
    assert plans.stage(plan_id) == "agreed"
    held = {"cluster:alder": (alder, 0), "cluster:cedar": (cedar, 0)}
    assert plans.world.moved() == held
    low = plans.signs(plan_id, "officer.1")
    assert plans.outcome(low) == ("refused", "authority_too_low")
    plans.done(plans.signs(plan_id))
    assert plans.world.moved() == {pot: (0, pence) for pot, (pence, _) in held.items()}
    rows = plans.world.rows(
        "SELECT cluster_code, places FROM plan_provision WHERE item_id = :id",
        id=plans.item_of(plan_id),
    )
    assert sum(row.places for row in rows) == 4
    assert ChangedAwards(plans.hand).is_sound()


def test_clusters_and_their_rule_are_looked_at_as_well(plans: Planned) -> None:
    """All that is wrong with the sharing is told beside the items."""
    wrong = together(SharingRule.BY_PUPILS, alder=5, elder=3)
    with pytest.raises(NotValid) as no:
        plans.proposes(item(outcomes=("More",)), sharing=wrong, cluster="alder")
    assert "cluster cedar has no weight" in no.value.in_the_way
    assert "a weight for elder" in no.value.in_the_way


def test_where_one_cluster_lacks_the_money_nothing_is_held(plans: Planned) -> None:
    """All of it or none: what was held of the other is given back."""
    plan_id = plans.proposed(sharing=together())
    ChangedAwards(plans.hand).spends("cluster:cedar")
    before = plans.world.moved()
    plans.schools_agree(plan_id)
    assert plans.stage(plan_id) == "agreed"
    assert plans.world.moved() == before


@pytest.mark.promise(11)
def test_a_change_ends_an_item_and_adds_another_by_dated_entries(plans: Planned) -> None:
    """Promise 11: agreed and signed as the first; what was paid beyond the day is taken back."""
    plan_id = plans.signed()
    paying = PaymentWorld(plans.world)
    paying.paid(date(2026, 10, 31))
    first = plans.item_of(plan_id)
    ends = ItemEnding(item_id=first, from_on=date(2027, 3, 1))
    change = plans.changes(plan_id, add=(item(name="Outreach", annual_pence=600_000),), end=(ends,))
    plans.done(change)
    (row,) = plans.world.rows("SELECT * FROM cluster_plan WHERE id = :id", id=change.id)
    assert (row.follows_id, row.annual_pence) == (plan_id, 600_000)
    plans.schools_agree(change.id)
    plans.done(plans.signs(change.id))
    (award,) = plans.world.rows("SELECT id FROM award WHERE plan_item_id = :id", id=first)
    worth = round(PRICE_PENCE * (date(2027, 3, 1) - FIRST_DAY).days / 365)
    changed = plans.world.rows("SELECT * FROM award_change WHERE award_id = :id", id=award.id)
    assert [(each.kind, each.worth_after_pence) for each in changed] == [("leaver", worth)]
    assert changed[0].take_back_pence == PRICE_PENCE - worth
    with transaction(plans.world.engine) as session:
        finance = plans.world.caller(session, "finance.1")
        (alder,) = (e for e in reading.plan_uses(session, finance, 2026) if e.cluster == "alder")
    assert (alder.paid_pence, alder.due_pence) == (worth, 600_000)
    ended = plans.world.one("SELECT until_on FROM cluster_plan_item WHERE id = :id", id=first)
    assert ended == date(2027, 3, 1)
    assert plans.world.one(
        "SELECT until_on FROM plan_provision WHERE item_id = :id", id=first
    ) == date(2027, 3, 1)
    assert ChangedAwards(plans.hand).is_sound()
    with pytest.raises(NotValid, match="it is a change itself"):
        plans.changes(change.id, add=(item(name="More"),))


def test_what_an_ending_frees_may_pay_what_is_added(plans: Planned) -> None:
    """A cluster whose budget is all in its plan swaps one service for another."""
    plan_id = plans.signed()
    ChangedAwards(plans.hand).spends("cluster:alder")
    ends = ItemEnding(item_id=plans.item_of(plan_id), from_on=FIRST_DAY)
    change = plans.changes(plan_id, add=(item(name="Outreach"),), end=(ends,))
    plans.done(change)
    plans.schools_agree(change.id)
    plans.done(plans.signs(change.id))
    assert plans.world.moved()["cluster:alder"][1] == PRICE_PENCE
    assert ChangedAwards(plans.hand).is_sound()


@pytest.mark.promise(13)
def test_every_fault_of_a_change_is_told_at_once(plans: Planned) -> None:
    """Promise 13: an item that is not there, one ended twice, a day beyond it, nothing at all."""
    plan_id = plans.signed()
    own = plans.item_of(plan_id)
    wrong = (
        ItemEnding(item_id=uuid4(), from_on=date(2027, 1, 1)),
        ItemEnding(item_id=own, from_on=date(2029, 1, 1)),
        ItemEnding(item_id=own, from_on=date(2027, 1, 1)),
    )
    with pytest.raises(NotValid) as no:
        plans.changes(plan_id, end=wrong, add=(item(school="gorse"),))
    for fault in ("ending 1 names no item", "ending 2 is on 2029", "ending 3 names", "item 1 is"):
        assert fault in no.value.in_the_way
    with pytest.raises(NotValid, match="neither adds an item nor ends one"):
        plans.changes(plan_id)
    for unknown in (uuid4(), plan_id):
        who = "administrator.cedar"
        with pytest.raises(Unknown):
            plans.changes(unknown, add=(item(name="More"),), who=who)


def test_what_a_plan_pays_is_changed_by_the_plan_alone(plans: Planned) -> None:
    """An officer who would change the award is told to change the plan."""
    plans.signed()
    award_id: UUID = plans.world.one("SELECT id FROM award WHERE plan_item_id IS NOT NULL")
    change = {"kind": "leaver", "last_on": date(2027, 1, 4)}
    with pytest.raises(NotValid, match="item of a cluster plan"):
        ChangedAwards(plans.hand).money.does(
            "officer.1", ActKind.CHANGE_AWARD, award_id=award_id, change=change
        )
