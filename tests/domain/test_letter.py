"""The decision letter: what was decided, by which rule, until when, and how to challenge it."""

from datetime import date

import pytest

from domain.letter import Contacts, DecisionTold, decision_letter
from domain.request import RequestKind
from domain.stages import Ending
from domain.working import Source, Step

STEP = Step(
    rule="exceptional_band",
    says="The points of the four areas of need name a band.",
    read={"points": "9"},
    gave="band C",
    source=Source(
        policy="tariff/demo",
        version="0123456789ab",
        in_force_from=date(2026, 9, 1),
        authority="decision 26/00007",
    ),
)

TOLD = DecisionTold(
    council="Demo County Council",
    reference="LOC-2026-0042",
    pupil_numbers=("P-1077",),
    school="Oakfield Primary School",
    kind=RequestKind.INDIVIDUAL,
    ending=Ending.AUTHORISED,
    decided_on=date(2026, 10, 20),
    decided_by="area manager",
    annual_pence=497_400,
    from_on=date(2026, 11, 2),
    last_on=date(2027, 8, 31),
    support=("A teaching assistant works with a small group, 5 hours a week.",),
    services=("the speech and language service",),
    outcomes=("joins in a game with two others at break",),
    grounds=("The panel saw a need that the school cannot meet alone.",),
    reason="We read the therapist's report.",
    steps=(STEP, STEP.model_copy(update={"says": "Band C has an amount.", "gave": "£4,974.00"})),
    review_on=date(2027, 2, 1),
    challenge_by_on=date(2026, 11, 24),
    contacts=Contacts(
        questions="the locality team on 01000 000001",
        complaints="the complaints team on 01000 000002",
        sendiass="Demo SENDIASS on 01000 000003",
        ehc_needs_assessment="the SEN team on 01000 000004",
    ),
)


def letter(**changed: object) -> str:
    """The letter, with some facts changed."""
    return decision_letter(TOLD.model_copy(update=changed))


@pytest.mark.promise(2, 13)
def test_a_letter_says_everything_a_family_needs() -> None:
    """Decision, amount, dates, support, reason, rules with their source, and every way on."""
    text = letter()
    for said in (
        "Our reference: LOC-2026-0042",
        "Pupil number: P-1077",
        "Oakfield Primary School asked for extra support for your child.",
        "We agreed to what the school asked for.",
        "The council adds £4,974.00 a year.",
        "This runs from 2 November 2026 to 31 August 2027.",
        "its area manager",
        "- A teaching assistant works with a small group, 5 hours a week.",
        "- It works with the speech and language service.",
        "- What this is for: joins in a game with two others at break",
        "by 1 February 2027",
        "The panel saw a need",
        "We read the therapist's report.",
        "- The points of the four areas of need name a band. Here: band C.",
        "tariff/demo, in force since 1 September 2026, by decision 26/00007.",
        "look again, until 24 November 2026",
        "the complaints team on 01000 000002",
        "Ombudsman",
        "Demo SENDIASS on 01000 000003",
    ):
        assert said in text
    assert text.count("They come from") == 1


@pytest.mark.promise(10)
@pytest.mark.parametrize("ending", Ending)
def test_every_letter_says_that_an_assessment_can_be_asked_for_at_any_time(ending: Ending) -> None:
    """Whatever was decided, an EHC needs assessment waits for nothing here."""
    text = letter(ending=ending)
    assert "You can ask for an Education, Health and Care needs assessment at any time." in text
    assert "the SEN team on 01000 000004" in text


@pytest.mark.promise(10)
def test_a_plan_is_said_to_stand() -> None:
    """With a plan the letter says that section F is owed, without one it does not mention it."""
    assert "all that its section F sets out must be given" in letter(has_plan=True)
    assert "section F" not in letter()


@pytest.mark.promise(8)
def test_a_letter_leaves_the_name_to_the_school() -> None:
    """It names no child, and shows families of a group none of each other's numbers."""
    assert "(the school adds the name)" in letter()
    group = letter(kind=RequestKind.GROUP, pupil_numbers=("P-1", "P-2"))
    assert "a group of pupils that your child is in" in group
    assert "P-1" not in group


def test_a_letter_about_a_project_is_to_the_school() -> None:
    """A project names no pupil and greets no family."""
    project = letter(kind=RequestKind.PROJECT, pupil_numbers=())
    assert "asked for support for a project" in project
    assert "parents or carers" not in project


@pytest.mark.promise(13)
def test_a_decline_says_what_the_school_still_does() -> None:
    """No money and no services: the school goes on, and the family is told how."""
    text = letter(
        ending=Ending.DECLINED, annual_pence=0, support=(), services=(), from_on=None, reason=None
    )
    assert "We did not agree to add support from the council this time." in text
    assert "It goes on with the support it gives now" in text
    assert "The council adds" not in text
    assert "This runs from" not in text


def test_a_place_in_the_cluster_plan_needs_no_money() -> None:
    """A place is support; the letter says so, and that nothing is added in money."""
    text = letter(place="the language base", annual_pence=0, steps=(), outcomes=(), review_on=None)
    assert "There is a place in the language base" in text
    assert "No money is added" in text
    assert "No table of amounts was used." in text
