"""A meeting's agenda: what is taken now and next, in order, and how it is put in another."""

import pytest

from domain.agenda import (
    AgendaPlace,
    NowAndNext,
    check_may_take,
    faults_of_order,
    now_and_next,
)
from domain.refusals import NotAtThisStage
from tests.domain.demo_county import person


def place(name: str, state: str = "listed", *, is_taken: bool = False) -> AgendaPlace:
    """An item of the agenda, by a word."""
    return AgendaPlace(item_id=person(name), reference=name, state=state, is_taken=is_taken)


AGENDA = [place("one"), place("two", "in_ballot"), place("three")]


def test_before_the_first_item_is_taken_it_is_next() -> None:
    """Nothing is current yet."""
    assert now_and_next(AGENDA, None) == NowAndNext(next_id=person("one"))


def test_what_follows_is_the_first_that_waits() -> None:
    """Whatever was put off, taken back or heard before is passed over."""
    agenda = [place("one", is_taken=True), place("two", "deferred"), place("three", "heard")]
    agenda.append(place("four"))
    found = now_and_next(agenda, person("one"))
    assert (found.now_id, found.next_id) == (person("one"), person("four"))
    assert now_and_next(agenda[:3], person("one")).next_id is None


def test_items_are_taken_in_their_order() -> None:
    """A later one is refused while an earlier one waits, and told which that is."""
    check_may_take(AGENDA, person("one"))
    with pytest.raises(NotAtThisStage) as refused:
        check_may_take(AGENDA, person("three"))
    assert refused.value.in_the_way == "one comes before it on the agenda"
    assert "put the earlier one off" in refused.value.help
    check_may_take([place("one", is_taken=True), *AGENDA[1:]], person("two"))


def test_an_item_that_was_taken_may_be_taken_again() -> None:
    """After a further round, or when a presenter came late."""
    agenda = [place("one"), place("two", is_taken=True)]
    check_may_take(agenda, person("two"))


def test_an_item_voted_on_beforehand_can_still_be_talked_about() -> None:
    """Votes come before discussion, where the panel's rules let them."""
    check_may_take([place("one", "heard")], person("one"))


@pytest.mark.parametrize("state", ["deferred", "withdrawn", "no_quorum"])
def test_an_item_that_is_not_heard_here_is_not_taken(state: str) -> None:
    """It was put off, taken back, or goes to another panel."""
    with pytest.raises(NotAtThisStage):
        check_may_take([place("one", state)], person("one"))


def test_an_order_names_every_item_once() -> None:
    """Every fault at once: one unknown, one named twice, one left out."""
    agenda = [person(name) for name in ("one", "two", "three")]
    assert faults_of_order(agenda, list(reversed(agenda))) == ()
    asked = [person("two"), person("elsewhere"), person("two"), person("one")]
    found = faults_of_order(agenda, asked)
    assert [(each.code, each.field) for each in found] == [
        ("not_on_agenda", "items.1"),
        ("named_twice", "items.2"),
        ("left_out", "items"),
    ]
