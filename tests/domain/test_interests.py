"""Who stands aside, and who may not decide: the person is barred, not the role."""

from uuid import UUID

import pytest

from domain.interests import (
    ChairCannot,
    Concerns,
    Ties,
    bars,
    bars_from_deciding,
    check_acts_for_chair,
    check_declaration,
    check_may_decide,
    check_may_take_part,
    known_interests,
    why_chair_cannot,
)
from domain.people import Interest, Part, PartPlayed
from domain.refusals import Barred, NotValid, RoleNeeded
from tests.domain.demo_county import panel, person

ME = person("me")
TRUST_MAY_VOTE = panel(barring=("own_school", "family"))


def me(*, school: str = "elsewhere", trust: str | None = None) -> Ties:
    """My ties on the day."""
    return Ties(
        person_id=ME,
        schools=frozenset({school}),
        trusts=frozenset() if trust is None else frozenset({trust}),
    )


def case(*parts: Part) -> Concerns:
    """A case of two schools and a trust, in which I played some parts and another submitted."""
    mine = tuple(PartPlayed(person_id=ME, part=part) for part in parts)
    other = PartPlayed(person_id=person("somebody"), part=Part.SUBMITTED)
    return Concerns(
        schools=frozenset({"oakfield", "elmbrook"}),
        trusts=frozenset({"harbour"}),
        played=(*mine, other),
    )


@pytest.mark.parametrize(
    ("ties", "parts", "known"),
    [
        (me(), (), ()),
        (me(school="elmbrook"), (), (Interest.OWN_SCHOOL,)),
        (me(trust="harbour"), (), (Interest.OWN_TRUST,)),
        (me(), (Part.FAMILY,), (Interest.FAMILY,)),
        (me(), (Part.SUBMITTED,), (Interest.OWN_SCHOOL,)),
        (me(), (Part.MODERATED, Part.PREPARED), ()),
    ],
    ids=["none", "a school of the group", "trust", "family", "submitted, then moved", "own work"],
)
def test_the_record_knows_some_interests(
    ties: Ties, parts: tuple[Part, ...], known: tuple[Interest, ...]
) -> None:
    """Schools, trusts and parts on record show interests; moderating is a panel's own work."""
    assert known_interests(ties, case(*parts)) == known


@pytest.mark.promise(6)
def test_a_none_that_the_record_contradicts_is_refused() -> None:
    """A head of the requesting school cannot declare that there is nothing to declare."""
    with pytest.raises(NotValid, match="own school"):
        check_declaration(Interest.NONE, (Interest.OWN_SCHOOL,))


def test_a_true_declaration_is_taken() -> None:
    """None where nothing is known, and an interest where one is, are both accepted."""
    check_declaration(Interest.NONE, ())
    check_declaration(Interest.OWN_SCHOOL, (Interest.OWN_SCHOOL,))


@pytest.mark.promise(6)
@pytest.mark.parametrize("interest", [Interest.OWN_SCHOOL, Interest.FAMILY])
def test_own_school_and_family_bar_under_every_policy(interest: Interest) -> None:
    """Known to the record or declared, they keep the member from papers and ballot."""
    for declared, known in ((interest, ()), (Interest.OTHER, (interest,))):
        with pytest.raises(Barred):
            check_may_take_part(declared, known, TRUST_MAY_VOTE)


def test_own_trust_bars_when_the_policy_says_so() -> None:
    """The demo county bars a colleague of the same trust, another council need not."""
    assert bars(Interest.OWN_TRUST, (), panel()) == (Interest.OWN_TRUST,)
    check_may_take_part(Interest.OWN_TRUST, (Interest.OWN_TRUST,), TRUST_MAY_VOTE)


@pytest.mark.promise(6, 13)
def test_papers_stay_shut_until_an_interest_is_declared() -> None:
    """Declare first, then read; "none" is an answer too, and the refusal says so."""
    with pytest.raises(Barred) as refused:
        check_may_take_part(None, (), panel())
    assert "none" in refused.value.help
    check_may_take_part(Interest.NONE, (), panel())


@pytest.mark.promise(6)
@pytest.mark.parametrize("part", Part)
def test_whoever_has_a_part_in_a_case_cannot_decide_it(part: Part) -> None:
    """Submitting, confirming, moderating, preparing and every tie bar the person."""
    with pytest.raises(Barred):
        check_may_decide(me(), case(part), (), panel())


@pytest.mark.promise(6)
@pytest.mark.parametrize("interest", sorted(set(Interest) - {Interest.NONE}))
def test_a_declared_interest_bars_from_deciding(interest: Interest) -> None:
    """An officer who declares an interest leaves the case to another."""
    with pytest.raises(Barred):
        check_may_decide(me(), case(), (interest,), panel())


def test_a_tie_of_trust_lets_decide_where_the_policy_does_not_bar_it() -> None:
    """What the policy does not name for the panel does not bar the officer either."""
    assert bars_from_deciding(me(trust="harbour"), case(), (), panel()) == (Part.OWN_TRUST,)
    assert bars_from_deciding(me(trust="harbour"), case(), (), TRUST_MAY_VOTE) == ()


def test_somebody_without_a_part_may_decide() -> None:
    """Another person's parts and a declared "none" bar nobody."""
    check_may_decide(me(), case(), (Interest.NONE,), panel())


def test_a_vice_chair_acts_where_no_chair_can() -> None:
    """There is no chair, each is away, or each is away or has an interest in the item."""
    chair, other = person("chair"), person("other")
    nobody: frozenset[UUID] = frozenset()
    both = frozenset({chair, other})
    assert why_chair_cannot(nobody, nobody, nobody) is ChairCannot.NO_CHAIR
    assert why_chair_cannot(both, both, nobody) is ChairCannot.AWAY
    assert why_chair_cannot(both, frozenset({chair}), {other}) is ChairCannot.INTEREST
    assert why_chair_cannot(both, frozenset({chair}), nobody) is None


@pytest.mark.promise(13)
def test_a_vice_chair_leaves_to_the_chair_what_the_chair_can_do() -> None:
    """Unless the panel's rules let a vice-chair act at any time."""
    check_acts_for_chair("to open a ballot", ChairCannot.AWAY, panel())
    check_acts_for_chair("to open a ballot", None, panel(vice_chair_acts="any_time"))
    with pytest.raises(RoleNeeded, match="the chair is there"):
        check_acts_for_chair("to open a ballot", None, panel())
