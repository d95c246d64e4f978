"""A seat at the door: what the database alone can decide is a refusal there, and no failure."""

from tests.activities.by_hand import ByHand
from tests.activities.roster_world import begins, meeting_ahead, substitutes
from tests.activities.world import World
from tests.api.bodies import vote
from tests.api.web import Web, code_of


async def test_a_substitute_whose_member_already_voted_is_refused_in_words(
    web: Web, hand: ByHand, world: World
) -> None:
    """One clear refusal that says what would help; the member's own vote stands."""
    meeting_id, item_id = meeting_ahead(world, hand)
    substitutes(world, meeting_id, "head.elm", "senco.elm")
    ballot_id = begins(world, hand, item_id)
    for who in ("head.elm", "senco.elm"):
        world.declares(who, item_id)
    path = f"/ballots/{ballot_id}/vote"
    assert (await web.says("head.elm", path, vote(), method="PUT")).status_code == 200
    answer = await web.says("senco.elm", path, vote(), method="PUT")
    assert code_of(answer) == "not_at_this_stage"
    assert "the seat has its vote" in answer.json()["in_the_way"]
    assert world.one("SELECT count(*) FROM vote WHERE ballot_id = :id", id=ballot_id) == 1
