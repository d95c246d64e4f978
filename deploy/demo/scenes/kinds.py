"""Scenes of the other kinds of request: a group from several schools, a project, a key decision."""

from datetime import datetime

from deploy.demo.asked import GROUNDS
from deploy.demo.asks import levels, line, project, pupil_asked, support
from deploy.demo.county import without_plan
from deploy.demo.printing import LONDON
from deploy.demo.theatre import Play

EFFECTIVE_AT = datetime(2026, 10, 27, 9, 0, tzinfo=LONDON)
"""The morning on which the Cabinet Member's decision takes effect."""


async def group_from_several_schools(play: Play) -> None:
    """Four pupils of similar needs at three schools: each school meets its share for each pupil."""
    theirs = [without_plan(school)[0] for school in ("stoatsley", "ottermarsh")]
    for pupil in theirs:
        path = f"/api/pupils/{pupil.id}/put-forward"
        to_school = {"to_school": "marlowfenn"}
        senco = f"senco.{pupil.school}"
        await play.voice(senco).says("POST", path, to_school)
        play.step(senco, "puts a pupil forward for another school's group", "by number")
    pupils = [pupil_asked(each) for each in (*without_plan("marlowfenn")[:2], *theirs)]
    provision = [line("A shared base, three mornings", "20", group=2, staff="hlta")]
    content = support("A base shared by three schools", pupils, levels(1, 3, 2, 0), provision)
    asked = await play.asks("marlowfenn", content)
    await play.panel("birch").hears(asked)
    await asked.reaches("sign_off")
    await asked.signed_by("officer.area-2")


async def project_of_a_cluster(play: Play) -> None:
    """A project builds capacity for a cluster: no pupil, no profile, no school's share."""
    coaching = line("Coaching for every school", "4", weeks=30, staff="teacher")
    asked = await play.asks("foxglovely", project("Coaches for calm classrooms", [coaching]))
    await play.panel("cedar").hears(asked)
    await asked.reaches("sign_off")
    await asked.signed_by("officer.locality-2")


async def key_decision(play: Play) -> None:
    """Significant for two electoral divisions: it waits for the Cabinet Member's decision."""
    outreach = line("Outreach on both sides of the river", "5", staff="teacher")
    divisions = ["damson-east", "damson-west"]
    content = project("Outreach across two divisions", [outreach], divisions)
    asked = await play.asks("lindenhatch", content)
    await play.panel("damson").hears(asked)
    await asked.reaches("key_decision")
    choices = {"number": "26/00061", "effective_on": EFFECTIVE_AT.date().isoformat()}
    what = "records the Cabinet Member's decision 26/00061"
    await asked.act("officer.director", "record_key_decision", choices, "key_decision", what=what)
    early = "tries to sign before it takes effect"
    await asked.is_refused(
        "officer.director", "authorise", GROUNDS, "key_decision_needed", what=early
    )
    await play.until(EFFECTIVE_AT)
    await asked.reaches("sign_off")
    await asked.signed_by("officer.director")


SCENES = (group_from_several_schools, project_of_a_cluster, key_decision)
