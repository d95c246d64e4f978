"""The laws of double entry, on the postings that each act makes."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ledger.accounts import Account, MoneyStage
from domain.ledger.balances import by_pot, replay
from domain.ledger.entries import (
    Postings,
    allocation,
    commitment,
    hold,
    payment,
    release,
    reversal,
)
from domain.ledger.journal import Context, JournalEntry, Line, Posting, Verb

CONTEXT = Context(
    recorded_at=datetime(2026, 10, 5, 7, tzinfo=UTC),
    effective_on=date(2026, 10, 5),
    financial_year=2026,
    period=7,
    academic_year=2026,
)
lines = st.builds(
    Line,
    pot=st.sampled_from(["cluster:a", "cluster:b", "exceptional"]),
    financial_year=st.sampled_from([2026, 2027]),
    pence=st.integers(1, 10**9),
)
line_sets = st.lists(
    lines, min_size=1, max_size=6, unique_by=lambda one: (one.pot, one.financial_year)
)
acts = st.one_of(
    st.builds(allocation, line_sets, st.just("high_needs_block")),
    st.builds(hold, line_sets),
    st.builds(release, line_sets),
    st.builds(commitment, line_sets, line_sets),
    st.builds(payment, lines),
)


def standing(*all_postings: Iterable[Posting]) -> dict[Account, int]:
    """What stands in each account, leaving out those with nothing."""
    totals = replay(posting for postings in all_postings for posting in postings)
    return {account: pence for account, pence in totals.items() if pence}


def written(verb: Verb, postings: Postings) -> JournalEntry:
    """The entry that postings make."""
    return JournalEntry(id=UUID(int=1), number=1, verb=verb, context=CONTEXT, postings=postings)


@pytest.mark.promise(11)
@given(acts)
def test_every_act_sums_to_zero(postings: Postings) -> None:
    """Whatever an act moves, what goes in came out of somewhere."""
    assert sum(posting.pence for posting in postings) == 0
    assert all(posting.pence for posting in postings)


@given(line_sets)
def test_a_hold_given_back_restores_what_was_available(held: list[Line]) -> None:
    """Hold then release leaves no trace in any balance."""
    assert standing(hold(held), release(held)) == {}


@given(line_sets, line_sets)
def test_a_commitment_ends_its_hold_whole(held: list[Line], promised: list[Line]) -> None:
    """After a sign-off nothing is held, and what was promised came out of available."""
    after = standing(hold(held), commitment(held, promised))
    straight = standing(hold(promised), commitment(promised, promised))
    assert after == straight
    assert all(account.stage is not MoneyStage.HELD for account in after)


@given(line_sets)
def test_a_commitment_at_the_hold_does_not_touch_available(held: list[Line]) -> None:
    """Promising what was held moves it on and nothing else."""
    stages = {posting.account.stage for posting in commitment(held, held)}
    assert stages == {MoneyStage.HELD, MoneyStage.COMMITTED}


@given(line_sets, line_sets)
def test_a_commitment_undone_gives_everything_back(held: list[Line], promised: list[Line]) -> None:
    """The reversal of a commitment leaves the pots as they were before the hold."""
    promise = commitment(held, promised)
    undone = reversal(written(Verb.COMMIT, promise))
    assert standing(hold(held), promise, undone) == {}


@given(lines)
def test_a_payment_undone_is_due_again(line: Line) -> None:
    """A rejected payment puts the money back where it was promised."""
    paid = payment(line)
    assert standing(paid, reversal(written(Verb.PAY, paid))) == {}


@given(line_sets)
def test_an_allocation_undone_is_as_if_never_made(given_lines: list[Line]) -> None:
    """The reversal of an allocation is its exact mirror."""
    budgets = allocation(given_lines, "high_needs_block")
    assert standing(budgets, reversal(written(Verb.ALLOCATE, budgets))) == {}


@given(st.lists(acts, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_independent_entries_does_not_matter(
    journal: list[Postings], dice: Random
) -> None:
    """Balances are sums, so the same entries in another order give the same balances."""
    shuffled = list(journal)
    dice.shuffle(shuffled)
    assert standing(*shuffled) == standing(*journal)


@given(st.lists(acts, max_size=8))
def test_available_is_allocated_less_held_committed_and_paid(journal: list[Postings]) -> None:
    """The four stages of a pot add up to what it was given, whatever happened since."""
    totals = replay(posting for postings in journal for posting in postings)
    for pot in by_pot(totals, frozenset({("cluster:a", 2026)})):
        rest = pot.held_pence + pot.committed_pence + pot.paid_pence
        assert pot.available_pence == pot.allocated_pence - rest
        assert pot.is_open == ((pot.pot, pot.financial_year) == ("cluster:a", 2026))
    assert sum(pot.allocated_pence for pot in by_pot(totals)) == 0


def test_the_four_stages_of_a_worked_year() -> None:
    """£900 given, £300 held, £250 of it promised and £100 paid leaves £650 available."""
    line = Line(pot="cluster:a", financial_year=2026, pence=900_00)
    held = line.model_copy(update={"pence": 300_00})
    promised = line.model_copy(update={"pence": 250_00})
    first = line.model_copy(update={"pence": 100_00})
    journal = (
        allocation((line,), "high_needs_block"),
        hold((held,)),
        commitment((held,), (promised,)),
        payment(first),
    )
    cluster, block = by_pot(replay(posting for postings in journal for posting in postings))
    assert (cluster.available_pence, cluster.held_pence) == (650_00, 0)
    assert (cluster.committed_pence, cluster.paid_pence) == (150_00, 100_00)
    assert block.available_pence == -900_00
