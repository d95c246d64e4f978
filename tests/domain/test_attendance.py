"""Who comes to a meeting, and whether a quorum is to be foreseen from it."""

from domain.attendance import ExpectedSeat, QuorumForeseen, WhoComes, foresee_quorum
from domain.people import Role
from tests.domain.demo_county import panel, person

RULES = panel()
"""Three members at least, and four in ten."""


def seat(*people: str, kind: Role = Role.PANEL_MEMBER) -> ExpectedSeat:
    """A seat with those who may cast its vote."""
    return ExpectedSeat(people=frozenset(person(each) for each in people), kinds=frozenset({kind}))


def comes(**answers: bool) -> WhoComes:
    """What people answered."""
    return WhoComes(answers={person(name): said for name, said in answers.items()})


FOUR = [seat("ann"), seat("ben"), seat("cem"), seat("dee")]


def test_those_who_accepted_make_the_quorum() -> None:
    """Three of four accept; the fourth has not answered."""
    found = foresee_quorum(FOUR, comes(ann=True, ben=True, cem=True), RULES)
    assert found == QuorumForeseen(
        coming=3, unanswered=1, not_coming=0, quorum=3, is_foreseen=True, short_of=()
    )


def test_whoever_has_not_answered_is_not_counted_on() -> None:
    """Two accept, one declines and one says nothing: no quorum is foreseen."""
    found = foresee_quorum(FOUR, comes(ann=True, ben=True, cem=False), RULES)
    assert (found.coming, found.unanswered, found.not_coming) == (2, 1, 1)
    assert not found.is_foreseen


def test_a_substitute_comes_in_the_members_stead() -> None:
    """Named and not declined; the two have one seat together."""
    seats = [*FOUR[:2], seat("cem", "sam")]
    known = WhoComes(
        answers={person("ann"): True, person("ben"): True},
        away=frozenset({person("cem")}),
        named=frozenset({person("sam")}),
    )
    assert foresee_quorum(seats, known, RULES).is_foreseen
    declined = known.model_copy(update={"answers": {**known.answers, person("sam"): False}})
    found = foresee_quorum(seats, declined, RULES)
    assert (found.coming, found.not_coming) == (2, 1)


def test_a_member_noted_as_away_is_away_whatever_was_answered() -> None:
    """The note is later than the answer: the administrator heard of it by telephone."""
    known = WhoComes(answers={person("ann"): True}, away=frozenset({person("ann")}))
    assert foresee_quorum([seat("ann")], known, RULES).coming == 0


def test_a_seat_whose_people_are_all_barred_is_no_seat() -> None:
    """The quorum is worked out without it, as it is when votes are counted."""
    found = foresee_quorum([*FOUR, seat()], comes(ann=True), RULES)
    assert found.coming + found.unanswered + found.not_coming == 4


def test_a_kind_of_member_that_the_rules_ask_for_is_told_when_it_is_missing() -> None:
    """Enough members come, and no specialist."""
    rules = panel(voting_kinds=["panel_member", "specialist"], quorum_by_kind={"specialist": 1})
    seats = [*FOUR, seat("eve", kind=Role.SPECIALIST)]
    known = comes(ann=True, ben=True, cem=True)
    found = foresee_quorum(seats, known, rules)
    assert (found.is_foreseen, found.short_of) == (False, (Role.SPECIALIST,))
    all_come = comes(ann=True, ben=True, cem=True, eve=True)
    assert foresee_quorum(seats, all_come, rules).is_foreseen
