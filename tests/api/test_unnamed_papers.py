"""Papers, minutes and events name no child, whatever a school typed."""

from datetime import timedelta

import pytest

from domain.people import Interest
from tests.activities.by_hand import ByHand
from tests.activities.small_county import PLANTED, pupil_id, request
from tests.api.web import Web

GIVEN, FAMILY = f"{PLANTED}a", f"ashdown{PLANTED}"
SPELLINGS = (
    *(f"{GIVEN} {FAMILY}", f"{FAMILY}, {GIVEN}", GIVEN, FAMILY, GIVEN.upper(), FAMILY.upper()),
    *("X.A.", "X. A.", "XA", f"{GIVEN[:3]}\u200b{GIVEN[3:]}", f"{GIVEN}'s"),
    f"{GIVEN.lower()} {FAMILY}",
)
SHOWN = (GIVEN.lower(), FAMILY.lower(), "x.a.", "x. a.", " xa ")


@pytest.mark.promise(8)
async def test_papers_minutes_and_events_name_no_child(web: Web, hand: ByHand) -> None:
    """Promise 8: planted in every field in every spelling; the pupil's number stands instead."""
    planted = " | ".join(SPELLINGS)
    whole = request()
    content = whole.model_copy(
        update={
            **dict.fromkeys(("about", "family_views", "child_views", "informed_how"), planted),
            "outcomes": (planted,),
            "provision": tuple(
                each.model_copy(update={"what": planted}) for each in whole.provision
            ),
            "cycles": tuple(
                each.model_copy(update={"what_changed": planted}) for each in whole.cycles
            ),
            "evidence": tuple(
                each.model_copy(update={"title": planted, "from_whom": planted})
                for each in whole.evidence
            ),
        }
    )
    request_id, ballot_id = hand.in_ballot(content)
    item_id = hand.world.item_of(request_id)
    meeting_id, _ = hand.world.meeting_of(item_id)
    hand.world.panel_votes(ballot_id)
    hand.world.closes(ballot_id)
    hand.goes_on()
    papers = await web.get("head.crane", f"/items/{item_id}/papers")
    assert papers.status_code == 200
    assert papers.json()["numbers"] == {str(pupil_id("ashdown")): "ashdown-0"}
    assert papers.json()["content"]["about"].count("ashdown-0") == len(SPELLINGS)
    hand.world.declares("head.dell", item_id, Interest.NONE)
    hand.world.clock.move_on(timedelta(days=30))
    hand.world.closes_meeting(meeting_id)
    hand.goes_on()
    told = papers.text
    for path in ("/events", f"/meetings/{meeting_id}", f"/meetings/{meeting_id}/minutes"):
        answer = await web.get("head.crane", path)
        assert answer.status_code == 200, path
        told += answer.text
    assert not [each for each in SHOWN if each in told.lower()]
