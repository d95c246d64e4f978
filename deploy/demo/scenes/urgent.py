"""A scene between meetings: what cannot wait is voted on by three members who are called to it."""

from deploy.demo.asks import levels, line, pupil_asked, support
from deploy.demo.county import panel_of, person_id, school_of, without_plan
from deploy.demo.finance import at
from deploy.demo.panel import REASON
from deploy.demo.theatre import Play
from deploy.demo.voice import Json

_SCHOOL = "osiergate"


async def three_are_called(play: Play) -> None:
    """The administrator calls the chair and two advisers; their ballot is open for a day.

    Other members have nothing to do with it, and an officer signs as ever.
    """
    await play.until(at(2026, 11, 10))
    need = levels(1, 1, 3, 0)
    pupil = pupil_asked(without_plan(_SCHOOL)[0])
    content = {
        **support(
            "Staying in school at all",
            [pupil],
            need,
            [line("A known adult beside the pupil", "14")],
        ),
        "urgent_because": "The next meeting is in three weeks, and lessons begin again on Monday.",
    }
    asked = await play.asks(_SCHOOL, content, "with_officer")
    cluster = school_of(_SCHOOL).cluster
    chair, *_, health, teaching = panel_of(cluster)
    called = (chair, health, teaching)
    desk = play.voice(f"administrator.{cluster}")
    wanted = {
        "cluster": cluster,
        "request_ids": [asked.id],
        "members": [str(person_id(each)) for each in called],
    }
    meeting = await desk.does("/api/meetings/urgent", wanted, step="call_urgent")
    await asked.reaches("in_ballot")
    came = f"{asked.reference}: three members, one day"
    play.step(desk.subject, "calls members to an urgent request", came)
    agenda: Json = await desk.reads(f"/api/meetings/{meeting['act_id']}")
    (item,) = agenda["items"]
    for member in called:
        voice, vote = play.voice(member), {"recommendation": "as_asked", "levels": need}
        await voice.says("POST", f"/api/items/{item['id']}/interest", {"interest": "none"})
        await voice.reads(f"/api/items/{item['id']}/papers")
        path = f"/api/ballots/{item['ballot_id']}/vote"
        await voice.says("PUT", path, {**vote, "reason": REASON})
    await play.voice(chair).does(f"/api/ballots/{item['ballot_id']}/close", {})
    play.step(
        chair, f"closes the ballot on {asked.reference}", "the same day, and not in three weeks"
    )
    await asked.reaches("sign_off")
    await asked.signed_by("officer.head")  # its cluster has nothing left: money from higher up


SCENES = (three_are_called,)
