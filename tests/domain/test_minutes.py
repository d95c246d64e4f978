"""Minutes written out to be read: plain sentences about what happened, and nothing of a vote."""

from datetime import UTC, date, datetime

import pytest

from domain.agenda import DeferredBecause
from domain.minutes import (
    AdviceNoted,
    Correction,
    DissentNoted,
    InterestNoted,
    Minutes,
    MinutesItem,
    Presenter,
    RoundNoted,
    ServiceNoted,
    WasThere,
    minutes_text,
)
from domain.moderation import Recommendation
from domain.people import Interest, Role
from domain.request import RequestKind
from tests.domain.demo_county import person


def at(hour: int, minute: int = 0, day: int = 24) -> datetime:
    """An instant of the meeting's day in November, when London's clocks show UTC."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def item(**changed: object) -> MinutesItem:
    """An item that was taken and advised upon."""
    facts: dict[str, object] = {
        "item_id": person("item"),
        "position": 1,
        "reference": "ALD-0001",
        "kind": RequestKind.INDIVIDUAL,
        "school": "Ashdown School",
        "is_second_look": False,
        "state": "heard",
        "taken_at": at(9, 40),
        "in_the_room": ("Ann", "Ben"),
        "presenters": (Presenter(called="Pat", school="Ashdown School", left_at=at(9, 50)),),
        "interests": (InterestNoted(called="Cem", interests=(Interest.FAMILY,), stood_aside=True),),
        "rounds": (ROUND,),
        "deferred_because": None,
        "deferred_to_at": None,
    }
    return MinutesItem.model_validate({**facts, **changed})


ROUND = RoundNoted(
    round=1,
    closed_at=at(10),
    cast=5,
    eligible=6,
    quorate=True,
    recommendation=Recommendation.AS_ASKED,
)


def minutes(*items: MinutesItem, **changed: object) -> Minutes:
    """A meeting's minutes."""
    there = WasThere(
        called="Ann",
        roles=(Role.PANEL_CHAIR, Role.PANEL_MEMBER),
        school="Crane School",
        arrived_at=at(9, 25),
        left_at=None,
    )
    substitute = WasThere(
        called="Sam",
        roles=(),
        school=None,
        in_stead_of="Dee",
        arrived_at=at(9, 30),
        left_at=at(10, 15),
    )
    facts: dict[str, object] = {
        "meeting_id": person("meeting"),
        "cluster": "alder",
        "cluster_name": "Alder",
        "starts_at": at(9, 30),
        "opened_at": at(9, 32),
        "closed_at": at(11),
        "there": (there, substitute),
        "apologies": ("Dee", "Eve"),
        "items": items,
        "calibration_cases": 2,
    }
    return Minutes.model_validate({**facts, **changed})


def test_minutes_read_as_plain_sentences() -> None:
    """Who was there, what was taken, who stood aside, and what the panel advises."""
    assert minutes_text(minutes(item())) == (
        "Minutes of the panel of Alder, 24 November 2026\n"
        "\n"
        "The meeting opened at 09:32 and closed at 11:00.\n"
        "\n"
        "In the room:\n"
        "- Ann, panel chair and panel member, Crane School (from 09:25)\n"
        "- Sam, in place of Dee (from 09:30 to 10:15)\n"
        "Apologies: Dee, Eve.\n"
        "The panel voted on 2 made-up cases that every panel is given.\n"
        "\n"
        "1. ALD-0001 (individual request, Ashdown School)\n"
        "   Taken at 09:40 with Ann, Ben in the room.\n"
        "   Pat of Ashdown School answered questions and left at 09:50.\n"
        "   Cem has an interest: family, and stood aside.\n"
        "   Round 1 of voting: 5 of 6 voted. The panel advises support as asked.\n"
    )


def test_a_meeting_that_nobody_opened_says_so() -> None:
    """Its ballots were voted on, and nobody was recorded in a room."""
    quiet = {"opened_at": None, "there": (), "apologies": (), "calibration_cases": 0}
    text = minutes_text(minutes(**quiet))
    assert "The meeting was not opened in the room. It closed at 11:00.\n" in text
    assert "Nobody was recorded as being in the room.\n" in text
    assert "Apologies" not in text
    assert "made-up" not in text


def test_a_close_on_another_day_is_told_with_its_day() -> None:
    """Whoever closes a meeting weeks later is not read as having closed it that morning."""
    later = datetime(2026, 12, 9, 9, tzinfo=UTC)
    assert "closed at 09:00 on 9 December 2026.\n" in minutes_text(minutes(closed_at=later))
    quiet = minutes_text(minutes(opened_at=None, closed_at=later))
    assert "It closed at 09:00 on 9 December 2026.\n" in quiet
    early = minutes_text(minutes(opened_at=None, closed_at=at(9, day=20)))
    assert "closed at 09:00 on 20 November 2026, before it was to begin.\n" in early


def test_an_item_that_was_not_heard_says_what_became_of_it() -> None:
    """A request that was taken back since it was listed is no bare heading."""
    gone = item(state="withdrawn", taken_at=None, presenters=(), interests=(), rounds=())
    text = minutes_text(minutes(items=(gone,)))
    assert "Ashdown School)\n   Taken off the agenda before it was heard.\n" in text
    assert "Taken off" not in minutes_text(minutes(items=(item(state="withdrawn"),)))


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"closed_at": None}, "Round 1 of voting was open when the meeting closed."),
        (
            {"quorate": None},
            "Round 1 of voting came to nothing: the request was taken back.",
        ),
        ({"quorate": False}, "Round 1 of voting: 5 of 6 voted, which is no quorum."),
        (
            {"recommendation": None},
            "Round 1 of voting: 5 of 6 voted; no recommendation had the majority.",
        ),
        (
            {"recommendation": Recommendation.MORE_INFORMATION},
            "Round 1 of voting: 5 of 6 voted. The panel advises that more information is needed.",
        ),
    ],
    ids=["open", "nothing", "no_quorum", "tie", "more"],
)
def test_what_a_round_came_to_is_said(changed: dict[str, object], says: str) -> None:
    """For each way in which a round may end."""
    noted = ROUND.model_copy(update=changed)
    assert f"   {says}\n" in minutes_text(minutes(item(rounds=(noted,))))


@pytest.mark.parametrize("because", list(DeferredBecause))
def test_every_reason_for_putting_off_is_said_in_words(because: DeferredBecause) -> None:
    """With the day of the meeting that takes it next, where there is one."""
    off = item(deferred_because=because, deferred_to_at=at(9, 30, day=27))
    text = minutes_text(minutes(off))
    assert "   Put off to 27 November 2026: " in text
    assert because.value not in text or "_" not in because.value
    alone = minutes_text(minutes(item(deferred_because=because)))
    assert "   Put off: " in alone


def test_an_item_that_was_not_taken_has_no_time() -> None:
    """Nor a room, a presenter or an interest; a second look is told as one."""
    bare = {"taken_at": None, "in_the_room": (), "presenters": (), "interests": (), "rounds": ()}
    text = minutes_text(minutes(item(**bare, is_second_look=True)))
    assert text.endswith("1. ALD-0001 (individual request, Ashdown School, a second look)\n")
    empty = minutes_text(minutes(item(in_the_room=(), presenters=())))
    assert "   Taken at 09:40.\n" in empty


def test_an_interest_that_does_not_bar_is_told_too() -> None:
    """And a presenter who is not recorded as having left, or whose school is not known."""
    noted = InterestNoted(
        called="Cem", interests=(Interest.OTHER, Interest.OWN_TRUST), stood_aside=False
    )
    pat = Presenter(called="Pat", school=None, left_at=None)
    text = minutes_text(minutes(item(interests=(noted,), presenters=(pat,))))
    assert "   Cem has an interest: other and own trust, which does not bar.\n" in text
    assert "   Pat answered questions.\n" in text


def test_dissent_corrections_and_what_is_left_out_stand_at_their_place() -> None:
    """Dissent with its item; items that the reader may not see are counted; corrections last."""
    correction = Correction(
        words="Eve was there.", called="Ada", noted_at=at(9, 45), meeting_at=at(9, 30)
    )
    thin = DissentNoted(called=None, words="The evidence is thin.")
    named = DissentNoted(called="Ben", words="More is needed.")
    dissenting = item(dissent=(thin, named))
    text = minutes_text(minutes(dissenting), (correction,), items_left_out=1)
    assert "   Dissent was recorded: The evidence is thin.\n" in text
    assert "   Dissent was recorded by Ben: More is needed.\n" in text
    assert "Left out here, because of your interest: 1 item.\n" in text
    assert text.endswith(
        "Correction noted by Ada at the meeting of 24 November 2026: Eve was there.\n"
    )


def test_advice_stands_with_its_item_line_by_line() -> None:
    """What the chair wrote down after the ballot, each on a line; nothing where it is silent."""
    asked = ServiceNoted(
        service="Speech and language team", asks="Visit the class.", by_on=date(2027, 1, 15)
    )
    whole = AdviceNoted(
        advice="Try a visual timetable.",
        services=(asked,),
        conditions=("One adult stays with the group.",),
        review_on=date(2027, 4, 1),
        shared_between=("Brook", "Crane"),
        to_sen_officer="It needs a special school.",
    )
    text = minutes_text(minutes(item(advice=whole)))
    assert (
        "   Advice to the school: Try a visual timetable.\n"
        "   Speech and language team is asked, by 15 January 2027: Visit the class.\n"
        "   On condition: One adult stays with the group.\n"
        "   To be reviewed on 1 April 2027.\n"
        "   Shared out between Brook, Crane.\n"
        "   A mainstream school is not right, for a SEN officer: It needs a special school.\n"
    ) in text
    assert minutes_text(minutes(item(advice=AdviceNoted()))) == minutes_text(minutes(item()))
