"""Scenes of what a panel gives: services, conditions, shares, dissent, and no mainstream school."""

from collections.abc import Mapping

from deploy.demo.asked import Asked
from deploy.demo.asks import levels, line, project, pupil_asked, support
from deploy.demo.county import without_plan
from deploy.demo.printing import words
from deploy.demo.theatre import Play

SPEECH, PSYCHOLOGY = "speech-and-language", "educational-psychology"
REVIEW_ON = "2027-03-12"


async def project_is_shared_out(play: Play) -> None:
    """A project is shared between two schools; a service is asked, accepts and reports."""
    coaching = line("Coaching for calm starts", "3", weeks=30, staff="teacher")
    asked = await play.asks("orchardsley", project("Calm starts in two schools", [coaching]))
    panel = play.panel("damson")
    ballot = await panel.hears(asked)
    await asked.reaches("sign_off")
    choices = {
        "advice": "Begin with the youngest classes, and let the two schools visit each other.",
        "services": [
            {
                "service": SPEECH,
                "asks": "Show both schools' teams how to start a morning with pictures.",
                "by_on": "2026-12-11",
            },
            {
                "service": PSYCHOLOGY,
                "asks": "Help the two schools agree how they will see what has changed.",
                "by_on": "2026-12-04",
            },
        ],
        "conditions": ["Both schools tell the cluster's panel each term how it goes."],
        "review_on": REVIEW_ON,
        "sharing": {
            "shared_in": "parts",
            "whole": 5,
            "shares": [
                {"school": "orchardsley", "share": 3},
                {"school": "ivelbeck", "share": 2},
            ],
        },
    }
    what = "as chair advises: three parts of five to Orchardsley, two to Ivelbeck; two services"
    await asked.act(panel.chair, "advise_request", choices, "sign_off", what=what)
    member = panel.members[1]
    dissent = {"words": "I would have begun with the oldest classes.", "named": True}
    await play.voice(member).says("POST", f"/api/ballots/{ballot['id']}/dissent", dissent)
    play.step(member, "has dissent recorded", f"{asked.reference}: named in the minutes")
    await _answers(play, asked, SPEECH, "accept", {"note": "We come on two Tuesdays."})
    done = {"is_done": True, "came_of_it": "Both teams start with pictures now."}
    await _answers(play, asked, SPEECH, "report", done)
    busy = {"reason": "Every psychologist is with statutory assessments until January."}
    await _answers(play, asked, PSYCHOLOGY, "decline", busy)
    await asked.signed_by("officer.locality-2")
    letter = await play.voice("senco.orchardsley").reads(f"/api/requests/{asked.id}/letter")
    shared = [
        row.removeprefix("- ") for row in letter["body"].splitlines() if row.endswith(" a year")
    ]
    play.step("senco.orchardsley", "reads the letter", "; ".join(shared))


async def mainstream_is_not_right(play: Play) -> None:
    """The panel sees that no mainstream school is right: a SEN officer takes it from there."""
    pupil = pupil_asked(without_plan("sedgeworthy")[0])
    need = levels(3, 3, 4, 0)
    provision = [line("An adult beside the pupil all day", "20")]
    asked = await play.asks(
        "sedgeworthy", support("Every room is too loud", [pupil], need, provision)
    )
    panel = play.panel("alder")
    await panel.hears(asked)
    await asked.reaches("sign_off")
    why = "No class of this size can be quiet enough; a smaller setting has to be looked for."
    what = "as chair advises: a mainstream school is not right"
    await asked.act(
        panel.chair, "advise_request", {"to_sen_officer": why}, "with_officer", what=what
    )
    states = {
        "profile": {"levels": need, "descriptors": []},
        "recommendation": "as_asked",
        "reason": "Support as asked until a place is found; an assessment is asked for beside it.",
    }
    await asked.act("sen-officer.1", "moderate", states, "sign_off")
    await asked.signed_by("officer.area-1")


async def _answers(
    play: Play, asked: Asked, service: str, answer: str, said: Mapping[str, object]
) -> None:
    """A service answers what it was asked on a request."""
    voice = play.voice(f"service.{service}")
    for line_ in await voice.reads("/api/services/asked"):
        if line_["reference"] == asked.reference:
            path = f"/api/services/asked/{line_['id']}/{answer}"
            told = await voice.says("POST", path, said)
            play.step(voice.subject, f"{answer}s what is asked", words(told["state"]))


SCENES = (project_is_shared_out, mainstream_is_not_right)
