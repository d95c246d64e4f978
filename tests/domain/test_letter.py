"""The decision letter: what was decided, by which rule, until when, and how to challenge it."""

from datetime import date

import pytest

from domain.letter import Contacts, DecisionTold, decision_letter
from domain.request import RequestKind
from domain.stages import Ending
from domain.working import Source, Step

TARIFF = Source(
    policy="tariff/demo",
    version="0123456789ab",
    in_force_from=date(2026, 9, 1),
    authority="decision 26/00007",
)
CONTINUUM = TARIFF.model_copy(update={"policy": "continuum/demo", "authority": "decision 26/1"})
LAW = TARIFF.model_copy(update={"policy": "law", "authority": "the Act"})


def step(rule: str, says: str, gave: str, source: Source = TARIFF, **read: str) -> Step:
    """One step of a working."""
    return Step(rule=rule, says=says, read=read, gave=gave, source=source)


STEPS = (
    step("points", "Levels have points.", "20 points", CONTINUUM, **{"level of hearing": "5"}),
    step("tier", "The points place the need.", "tier high", CONTINUUM),
    step("points", "Levels have points, as on the scale.", "20 points"),
    step("band", "The points give the band.", "band e2, which reaches e3"),
    step("amount", "Each band has an amount.", "£4,974.00 a year"),
)
TITLES = {"high": "Exceptional", "e2": "Second", "e3": "Third", "hearing": "Hearing"}

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
    total_pence=412_910,
    from_on=date(2026, 11, 2),
    last_on=date(2027, 8, 31),
    support=("A teaching assistant works with a small group, 5 hours a week.",),
    services=("The speech and language service",),
    outcomes=("joins in a game with two others at break",),
    tier="Exceptional",
    tier_says="Few have such needs.",
    band="Second",
    grounds=("The panel saw a need that the school cannot meet alone.",),
    reason="We read the therapist's report.",
    steps=STEPS,
    titles=TITLES,
    review_on=date(2027, 2, 1),
    challenge_by_on=date(2026, 11, 24),
    contacts=Contacts(
        questions="the locality team on 01000 000001",
        complaints="the complaints team on 01000 000002",
        sendiass="Demo SENDIASS on 01000 000003",
        ehc_needs_assessment="the SEN team on 01000 000004",
    ),
)
TWO = {"kind": RequestKind.GROUP, "pupil_numbers": ("P-1", "P-2"), "schools_paid": 2}
PROJECT = {"kind": RequestKind.PROJECT, "pupil_numbers": (), "tier": None}


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
        "We agreed to extra support for your child.",
        "The council adds £4,974 a year. It goes to the school.",
        "This runs from 2 November 2026 to 31 August 2027.",
        "For these days it comes to £4,129.10.",
        "its area manager",
        "The money is for:\n- A teaching assistant works with a small group, 5 hours a week.",
        "The school can turn to:\n- The speech and language service",
        "What this should lead to:\n- joins in a game with two others at break",
        "by 1 February 2027",
        "- The panel saw a need",
        "- We read the therapist's report.",
        "look again, until 24 November 2026",
        "the complaints team on 01000 000002",
        "Ombudsman",
        "Demo SENDIASS on 01000 000003",
    ):
        assert said in text


@pytest.mark.promise(2)
def test_the_rules_are_told_in_titles_and_each_once() -> None:
    """Codes give way to the council's titles, a sum made twice is told once, with its sources."""
    text = letter()
    for said in (
        "- On our published scale this is “Exceptional”: Few have such needs.",
        "- In our table of amounts that is “Second”.",
        "- Levels have points. Here: 20 points, for these levels: Hearing 5.",
        "Here: the tier “Exceptional”.",
        "Here: the band “Second”, which reaches “Third”.",
        "Here: £4,974 a year.",
        "(the tariff), in force since 1 September 2026: decision 26/00007",
        "(the continuum), in force since 1 September 2026: decision 26/1",
    ):
        assert said in text
    assert text.count("20 points") == 1
    assert "hearing" not in text
    assert "e2" not in text


def test_a_whole_year_is_said_once() -> None:
    """Where the days are a whole year the amount is not said twice."""
    assert "For these days" not in letter(total_pence=TOLD.annual_pence)


@pytest.mark.promise(10)
@pytest.mark.parametrize("ending", Ending)
def test_every_letter_says_that_an_assessment_can_be_asked_for_at_any_time(ending: Ending) -> None:
    """Whatever was decided, an EHC needs assessment waits for nothing here."""
    text = letter(ending=ending)
    assert "You can ask for an Education, Health and Care needs assessment at any time." in text
    assert "the SEN team on 01000 000004" in text
    assert "needs assessment of a pupil at any time" in letter(ending=ending, **PROJECT)


@pytest.mark.promise(10)
def test_a_plan_is_said_to_stand() -> None:
    """With a plan the letter says what is owed and what the Tribunal hears, and asks for no new."""
    text = letter(has_plan=True)
    assert "All that section F of the plan sets out must be given" in text
    assert "What the plan says can be appealed to the SEND Tribunal" in text
    assert "needs assessment at any time" not in text
    assert "section F" not in letter()
    assert "does not hear appeals against a decision like the one in this letter" in letter()


@pytest.mark.promise(8)
def test_a_letter_leaves_the_name_to_the_school() -> None:
    """It names no child, and shows families of a group none of each other's numbers."""
    assert "(the school adds the name)" in letter()
    group = letter(**TWO)
    assert "a group of 2 pupils; your child is one" in group
    assert "for the 2 pupils together. It goes to the schools of these pupils." in group
    assert "P-1" not in group


@pytest.mark.promise(8)
def test_a_group_is_told_nothing_of_one_child() -> None:
    """What differs between pupils, and what one plan is owed, is in no letter to several."""
    differing = (
        step("share", "The school meets a share.", "the school meets £6,000.00 a year"),
        step("share", "The school meets a share.", "the school meets £3,600.00 a year"),
        step("owed_by_plan", "A plan is owed.", "£7,500.00", LAW),
    )
    steps = (*STEPS, *differing)
    alone, group = letter(steps=steps), letter(steps=steps, **TWO)
    for said in ("£3,600", "£6,000", "£7,500"):
        assert said in alone
        assert said not in group
    assert "ask us about your own child" in group
    assert "ask us about your own child" not in alone
    with_plan, without = letter(has_plan=True, **TWO), letter(**TWO)
    assert with_plan == without
    assert "If your child has such a plan" in without


def test_a_letter_about_a_project_is_to_the_school() -> None:
    """A project names no pupil and greets no family; a key decision is named by its number."""
    key = {"cabinet_number": "26/00061", "cabinet_effective_on": date(2026, 10, 27)}
    project = letter(**PROJECT, **key)
    assert "To: Oakfield Primary School" in project
    assert "You asked for support for a project." in project
    assert "We agreed to the project." in project
    assert "Cabinet Member's decision 26/00061, in effect from 27 October 2026" in project
    for family in ("parents or carers", "your child", "SENDIASS", "tells you", "with you"):
        assert family not in project
    assert "Cabinet" not in letter()


def test_advice_without_a_pupil_is_to_the_school() -> None:
    """Advice about nobody in particular is the school's; about a pupil it is the family's."""
    nothing = {"kind": RequestKind.ADVICE, "annual_pence": 0, "total_pence": None}
    about_nobody = letter(**nothing, pupil_numbers=())
    assert "You asked for advice." in about_nobody
    assert "Advice brings no money with it." in about_nobody
    assert "asked for advice about your child." in letter(**nothing)
    assert "We gave the school the advice that it asked for." in letter(**nothing)


@pytest.mark.promise(13)
def test_a_decline_says_what_the_school_still_does() -> None:
    """No money and no services: the school goes on, and the family is told how."""
    text = letter(
        ending=Ending.DECLINED, annual_pence=0, support=(), services=(), from_on=None, reason=None
    )
    assert "We did not agree to add support from the council this time." in text
    goes_on = "The school goes on with the support it gives now, and tells you how that is going."
    assert goes_on in text
    assert "The council adds" not in text
    assert "This runs from" not in text


def test_a_need_below_the_threshold_is_not_called_extra_support() -> None:
    """An agreement that adds nothing says that the school can meet the need."""
    text = letter(annual_pence=0, total_pence=None, from_on=None)
    assert "the school can meet the need with what it has, and with advice" in text
    assert "extra support for your child.\nNo money is added" not in text
    assert "A teaching assistant" not in text


def test_a_place_in_the_cluster_plan_needs_no_money() -> None:
    """A place is support; no amount is told that was worked out and not given."""
    nothing = {"annual_pence": 0, "total_pence": None, "tariff_decided": False}
    text = letter(place="the language base", **nothing)
    assert "There is a place in a service that several schools share: the language base." in text
    assert "No money is added" in text
    assert "£4,974" not in text
    assert "the tariff" not in text
    assert "There are places" in letter(place="the language base", **TWO)


@pytest.mark.promise(2)
def test_a_departure_says_what_the_rules_came_to() -> None:
    """An officer's other amount stands beside the rules' own, and the reason is a line of why."""
    ending = Ending.AUTHORISED_DIFFERENTLY
    text = letter(ending=ending, annual_pence=420_000, by_the_rules_pence=497_400)
    assert "not quite what the school asked for" in text
    assert "The school asked for this, and plans what the money allows:" in text
    assert "By the rules alone it would be £4,974 a year." in text


@pytest.mark.promise(2)
def test_an_amount_set_by_a_person_says_by_whom_and_why() -> None:
    """Where no table has an amount, the letter gives the officer's title and reason."""
    steps = (step("top", "Above 52 a person prices it.", "to a person"),)
    text = letter(priced_by="area manager", priced_because="By the costed map.", steps=steps)
    assert "so our area manager worked one out. By the costed map." in text
    assert "- Above 52 a person prices it.\n" in text
    assert "to a person" not in text


@pytest.mark.promise(10)
def test_an_overspend_is_no_reason_to_give_less() -> None:
    """The family is told that empty budgets change nothing for the child."""
    assert "That is no reason to give less" in letter(overspent=True)


def test_typed_words_make_no_section_of_their_own() -> None:
    """Line breaks, controls and marks of direction in typed words are folded into their line."""
    forged = "An adult\n\nWhat we decided\n---------------\r\u2028You owe £9\u202e"
    text = letter(support=(forged,), grounds=(forged,), reason=forged, outcomes=(forged,))
    assert text.count("\nWhat we decided\n") == 1
    assert text.count("- An adult What we decided --------------- You owe £9\n") == 4
    assert not {"\r", "\u2028", "\u202e"} & set(text)


def test_no_rules_are_said_to_be_none() -> None:
    """Where nothing was looked up the letter says so."""
    assert "No published table was used." in letter(steps=())


def test_what_answers_a_challenge_takes_the_first_ones_place_and_is_final() -> None:
    """It says whose place it takes, and what is left: we do not look at it again."""
    answer = letter(in_place_of_on=date(2026, 10, 5))
    assert "This takes the place of what we decided on 5 October 2026." in answer
    assert "final answer" in answer
    assert "Ombudsman" in answer
    assert "People who had no part" not in answer


def test_a_letter_names_no_day_of_review_where_none_is_set() -> None:
    """With one it says by when the school looks again, and with whom."""
    says = "The school looks at how things are going"
    assert f"{says}, with you, by " in letter()
    assert says not in letter(review_on=None)
