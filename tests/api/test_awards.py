"""Awards at the door: changed by officers, read by the school they go to, officers and finance."""

import asyncio
import csv
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any
from uuid import UUID

import pytest

from domain.stages import ActKind
from tests.activities.by_hand import ByHand
from tests.activities.changed_awards import ChangedAwards
from tests.activities.small_county import PLANTED
from tests.api.web import Web, code_of

LEAVES = {"kind": "leaver", "last_on": "2026-12-18"}
CENSUS = "2027-01-21"
WORDS = f"Because of {PLANTED}"


@pytest.fixture
def awards(hand: ByHand) -> ChangedAwards:
    """Awards that are signed, paid and changed by hand."""
    return ChangedAwards(hand)


@pytest.fixture
def other(awards: ChangedAwards) -> UUID:
    """Another award of ashdown's, signed before time passes."""
    return awards.awarded(number=2)


@pytest.fixture
def award_id(awards: ChangedAwards, request: pytest.FixtureRequest) -> UUID:
    """An award of ashdown's, three instalments of which are paid."""
    if "other" in request.fixturenames:
        request.getfixturevalue("other")
    found = awards.awarded(number=1)
    awards.comes(date(2027, 1, 20))
    awards.pays_until(found, date(2027, 1, 20))
    return found


def change(award_id: UUID, **said: Any) -> dict[str, Any]:
    """A change as it is sent."""
    return {"award_id": str(award_id), "change": said or LEAVES, "reason": WORDS}


async def changed_by_now(web: Web, award_id: UUID) -> dict[str, Any]:
    """The award as its SENCO reads it, once the change that was recorded has taken effect."""
    for _ in range(100):
        whole: dict[str, Any] = (await web.get("senco.ashdown", f"/awards/{award_id}")).json()
        if whole["changes"]:
            return whole
        await asyncio.sleep(0.1)
    raise AssertionError("the change never took effect")


async def test_an_officer_changes_an_award_and_the_school_sees_what_it_means(
    web: Web, award_id: UUID
) -> None:
    """What is due and paid to the day, what comes back, why, and what became of each instalment."""
    answer = await web.says("officer.1", "/finance/change-award", change(award_id))
    assert answer.status_code in {200, 202}, answer.text
    whole = await changed_by_now(web, award_id)
    assert (whole["worth_pence"], whole["due_to_date_pence"]) == (40_175, 40_175)
    assert whole["paid_to_date_pence"] == 40_175
    assert (whole["until_on"], whole["annual_pence"]) == ("2026-12-19", 0)
    (made,) = whole["changes"]
    assert (made["kind"], made["reason"]) == ("leaver", WORDS)
    assert (made["worth_before_pence"], made["take_back_pence"]) == (259_003, 37_525)
    states = [each["state"] for each in whole["instalments"]]
    assert states == ["paid"] * 3 + ["cancelled"] * 7
    assert [each["pence"] for each in whole["taken_back"]] == [37_525]


FORESEEN = (
    LEAVES,
    {"kind": "transfer", "from_on": "2026-12-19", "to_council": "riverside"},
    {"kind": "changed_amount", "from_on": "2027-02-01", "annual_pence": 200_000},
)


@pytest.mark.parametrize("said", FORESEEN, ids=lambda said: str(said["kind"]))
async def test_a_change_is_foreseen_as_it_is_posted(
    web: Web, award_id: UUID, awards: ChangedAwards, said: dict[str, Any]
) -> None:
    """To the penny and by year: what recording it then does; the question records nothing."""
    path = f"/awards/{award_id}/foresee-change"
    answer = await web.says("officer.1", path, {"change": said})
    seen = answer.json()
    assert answer.status_code == 200, answer.text
    assert not awards.world.rows("SELECT id FROM award_change")
    assert seen["paid_pence"] == awards.paid(award_id)
    assert (await web.says("officer.1", "/finance/change-award", change(award_id, **said))).json()
    whole = await changed_by_now(web, award_id)
    (made,) = whole["changes"]
    for name in ("worth_before_pence", "worth_after_pence", "take_back_pence", "claimed_pence"):
        assert seen[name] == made[name], name
    assert seen["due_to_date_pence"] == whole["due_to_date_pence"]
    due: dict[int, int] = {}
    for each in whole["instalments"]:
        if each["state"] == "due":
            due[each["financial_year"]] = due.get(each["financial_year"], 0) + each["pence"]
    years = {each["financial_year"]: each for each in seen["years"]}
    assert due == {year: each["due_after_pence"] for year, each in years.items() if year in due}
    assert sum(due.values()) == seen["still_due_after_pence"]
    assert sum(each["take_back_pence"] for each in years.values()) == made["take_back_pence"]


async def test_a_change_is_foreseen_for_officers_alone(web: Web, award_id: UUID) -> None:
    """A school that reads the award may not; to others there is none of that id."""
    path, said = f"/awards/{award_id}/foresee-change", {"change": LEAVES}
    for who, code in (
        ("senco.ashdown", "role_needed"),
        ("finance.1", "role_needed"),
        ("senco.brook", "unknown"),
        ("leader.1", "unknown"),
    ):
        assert code_of(await web.says(who, path, said)) == code, who
    late = {"change": {"kind": "leaver", "last_on": "2031-01-01"}}
    assert code_of(await web.says("officer.1", path, late)) == "not_valid"


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("senco.ashdown", 200),
        ("business.ashdown", 200),
        ("officer.1", 200),
        ("finance.1", 200),
        ("officer.2", 403),
        ("senco.brook", 404),
        ("head.crane", 404),
        ("policy.1", 404),
        ("leader.1", 404),
    ],
)
async def test_an_award_is_read_by_those_it_concerns(
    web: Web, award_id: UUID, who: str, status: int
) -> None:
    """A relative among the officers is kept out; to everybody else it does not exist."""
    answer = await web.get(who, f"/awards/{award_id}")
    assert answer.status_code == status, answer.text


async def test_those_who_follow_the_money_read_no_words(
    web: Web, awards: ChangedAwards, award_id: UUID
) -> None:
    """Promise 8: neither a reason nor an outcome reaches finance or the business manager."""
    awards.changed(award_id, "leaver", last_on=date(2026, 12, 18))
    for who in ("finance.1", "business.ashdown"):
        answer = await web.get(who, f"/awards/{award_id}")
        assert PLANTED not in answer.text
        assert answer.json()["changes"][0]["reason"] is None


async def test_a_school_does_not_learn_where_the_pupil_went(
    web: Web, awards: ChangedAwards, award_id: UUID
) -> None:
    """The next school has an award of its own; each sees the one, the council both."""
    moves: dict[str, Any] = {"from_on": date(2027, 1, 11), "to_school": "brook"}
    made = awards.changed(award_id, "transfer", **moves)
    here = (await web.get("senco.ashdown", f"/awards/{award_id}")).json()
    assert here["changes"][0]["next_award_id"] is None
    assert "brook" not in str(here)
    there = (await web.get("senco.brook", f"/awards/{made.next_award_id}")).json()
    assert (there["follows_id"], there["school"]) == (None, "brook")
    council = (await web.get("finance.1", f"/awards/{award_id}")).json()
    assert council["changes"][0]["next_award_id"] == str(made.next_award_id)


@pytest.mark.promise(8)
async def test_why_a_pupil_moved_is_for_officers(
    web: Web, awards: ChangedAwards, award_id: UUID
) -> None:
    """Promise 8: neither school reads it, for it may say where the pupil went, or came from."""
    easter: dict[str, Any] = {"from_on": date(2027, 4, 12), "annual_pence": 400_000}
    awards.changed(award_id, "changed_amount", **easter)
    moves: dict[str, Any] = {"from_on": date(2027, 2, 1), "to_school": "brook"}
    made = awards.changed(award_id, "transfer", **moves)
    reasons = {
        who: [each["reason"] for each in (await web.get(who, f"/awards/{one}")).json()["changes"]]
        for who, one in (
            ("senco.ashdown", award_id),
            ("senco.brook", made.next_award_id),
            ("officer.1", award_id),
        )
    }
    assert reasons["senco.ashdown"][1] is None
    assert reasons["senco.brook"] == [None]
    assert None not in (reasons["senco.ashdown"][0], *reasons["officer.1"])


@pytest.mark.promise(8)
async def test_a_school_hears_nothing_of_the_award_of_the_next_one(
    web: Web, awards: ChangedAwards, award_id: UUID
) -> None:
    """Promise 8: in its events and its request's timeline; officers with a tie hear of neither."""
    moves: dict[str, Any] = {"from_on": date(2027, 2, 1), "to_school": "brook"}
    made = awards.changed(award_id, "transfer", **moves)
    awards.changed(made.next_award_id, "leaver", last_on=date(2027, 3, 12))
    request_id = awards.world.one("SELECT request_id FROM award WHERE id = :id", id=award_id)
    heard = {
        who: {
            each["subject_id"]
            for each in (await web.get(who, "/events")).json()
            if each["kind"] == "award_changed"
        }
        for who in ("senco.ashdown", "senco.brook", "officer.1", "officer.2")
    }
    assert heard == {
        "senco.ashdown": {str(award_id)},
        "senco.brook": {str(made.next_award_id)},
        "officer.1": {str(award_id), str(made.next_award_id)},
        "officer.2": set(),
    }
    for who, told in (("senco.ashdown", 1), ("officer.1", 2)):
        timeline = (await web.get(who, f"/requests/{request_id}/timeline")).json()
        assert [each["kind"] for each in timeline].count("award_changed") == told


async def test_a_claim_on_another_council_is_the_councils_to_see(
    web: Web, awards: ChangedAwards, award_id: UUID
) -> None:
    """Finance sees whom to ask for how much, and for which days."""
    awards.changed(award_id, "transfer", from_on=date(2026, 12, 7), to_council="shire")
    whole = (await web.get("finance.1", f"/awards/{award_id}")).json()
    (claim,) = whole["claims"]
    assert (claim["council"], claim["from_on"]) == ("shire", "2026-12-07")
    assert claim["pence"] == whole["changes"][0]["claimed_pence"] > 0
    assert (await web.get("senco.ashdown", f"/awards/{award_id}")).json()["claims"] == []


async def test_what_a_council_owes_goes_down_with_what_comes_in(
    web: Web, awards: ChangedAwards, award_id: UUID
) -> None:
    """Finance takes in part of a claim; what is left is open, and schools see none of it."""
    made = awards.changed(award_id, "transfer", from_on=date(2026, 12, 7), to_council="shire")
    paid = {"council": "shire", "pot": "exceptional", "financial_year": 2026, "pence": 10_000}
    done = awards.money.does("finance.1", ActKind.RECOUP_FROM_COUNCIL, reference="INV-881", **paid)
    assert done.done
    (owes,) = (await web.get("finance.1", "/awards/claims")).json()
    assert (owes["council"], owes["claimed_pence"]) == ("shire", made.claimed_pence)
    assert (owes["came_in_pence"], owes["open_pence"]) == (10_000, made.claimed_pence - 10_000)
    assert [each["award_id"] for each in owes["claims"]] == [str(award_id)]
    assert code_of(await web.get("head.ashdown", "/awards/claims")) == "role_needed"


async def test_awards_are_listed_as_they_stand(
    web: Web, awards: ChangedAwards, award_id: UUID, other: UUID
) -> None:
    """A school lists its own, the council any school's; nobody else lists any."""
    awards.changed(other, "changed_amount", from_on=date(2027, 1, 4), annual_pence=400_000)
    listed = (await web.get("head.ashdown", "/awards")).json()
    assert {each["id"] for each in listed} == {str(award_id), str(other)}
    changed = next(each for each in listed if each["id"] == str(other))
    assert (changed["annual_pence"], changed["changed"]) == (400_000, True)
    assert (await web.get("head.brook", "/awards")).json() == []
    assert (await web.get("head.brook", "/awards", school="ashdown")).json() == []
    assert len((await web.get("finance.1", "/awards", school="ashdown")).json()) == 2
    (last,) = (await web.get("finance.1", "/awards", after=min(listed, key=_id)["id"])).json()
    assert last["id"] == max(listed, key=_id)["id"]
    assert code_of(await web.get("policy.1", "/awards")) == "role_needed"


async def test_top_ups_on_a_census_day(
    web: Web, awards: ChangedAwards, award_id: UUID, other: UUID
) -> None:
    """Pupils by number for the school and officers; whoever left before is not on it."""
    (one, two) = (await web.get("business.ashdown", "/awards/top-ups", on=CENSUS)).json()
    assert {one["pupil_number"], two["pupil_number"]} == {"ashdown-1", "ashdown-2"}
    assert one["annual_pence"] == 312_000
    awards.changed(award_id, "leaver", last_on=date(2027, 1, 20))
    (left,) = (await web.get("officer.1", "/awards/top-ups", on=CENSUS)).json()
    assert (left["award_id"], left["pupil_number"]) == (str(other), "ashdown-2")
    (told,) = (await web.get("finance.1", "/awards/top-ups", on=CENSUS, school="ashdown")).json()
    assert (told["award_id"], told["pupil_number"]) == (str(other), None)
    assert (await web.get("head.brook", "/awards/top-ups", on=CENSUS)).json() == []
    awards.changed(
        other, "changed_amount", from_on=date.fromisoformat(CENSUS), annual_pence=400_000
    )
    (more,) = (await web.get("officer.1", "/awards/top-ups", on=CENSUS)).json()
    assert (more["annual_pence"], more["from_on"]) == (400_000, CENSUS)


async def test_a_school_hears_that_its_award_changed(
    web: Web, awards: ChangedAwards, award_id: UUID
) -> None:
    """In its events and its request's timeline, without a word of why."""
    awards.changed(award_id, "leaver", last_on=date(2026, 12, 18))
    for who in ("senco.ashdown", "finance.1", "officer.1"):
        heard = (await web.get(who, "/events", after=0)).json()
        (event,) = [each for each in heard if each["kind"] == "award_changed"]
        assert event["facts"]["award_id"] == str(award_id)
        assert event["facts"]["change"] == "leaver"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"kind": "leaver"}, "malformed"),
        ({"kind": "leaver", "last_on": "2026-02-30"}, "malformed"),
        ({"kind": "moved", "from_on": "2027-01-11"}, "malformed"),
        ({"kind": "changed_amount", "from_on": "2027-01-11", "annual_pence": -1}, "malformed"),
        ({"kind": "changed_amount", "from_on": "2027-01-11", "annual_pence": 1.5}, "malformed"),
        ({"kind": "leaver", "last_on": "2026-12-18", "name": "Ann"}, "malformed"),
        (
            {"kind": "suspended", "from_on": "2027-02-01", "until_on": "2027-01-01"},
            "not_valid",
        ),
        ({"kind": "late_start", "from_on": "2026-11-03"}, "not_valid"),
        ({"kind": "transfer", "from_on": "2027-01-11", "to_school": "nowhere"}, "not_valid"),
    ],
)
async def test_bad_input_is_told_and_nothing_is_written(
    web: Web, award_id: UUID, said: dict[str, Any], code: str
) -> None:
    """A change that does not fit, or is no change, is a problem document, never a 500."""
    before = await web.get("officer.1", f"/awards/{award_id}")
    answer = await web.says("officer.1", "/finance/change-award", change(award_id, **said))
    assert (answer.status_code, code_of(answer)) == (422, code), answer.text
    assert (await web.get("officer.1", f"/awards/{award_id}")).json() == before.json()


def _id(each: dict[str, Any]) -> UUID:
    return UUID(each["id"])


async def test_a_family_is_told_of_a_change_and_the_desk_adds_the_name(
    web: Web, awards: ChangedAwards, award_id: UUID
) -> None:
    """The school's desk and officers read the letter; to everybody else there is none."""
    awards.changed(award_id, "leaver", last_on=date(2027, 2, 12))
    for subject in ("senco.ashdown", "head.ashdown", "officer.1"):
        (letter,) = (await web.get(subject, f"/awards/{award_id}/letters")).json()
        assert "Its last day is 12 February 2027." in letter["body"]
        assert bool(letter["pupils"]) is (subject != "officer.1")
    for subject in ("finance.1", "business.ashdown", "leader.1", "senco.brook", "head.crane"):
        answer = await web.get(subject, f"/awards/{award_id}/letters")
        assert (answer.status_code, code_of(answer)) == (404, "unknown"), subject


async def test_a_council_is_claimed_from_line_by_line(
    web: Web, awards: ChangedAwards, award_id: UUID
) -> None:
    """A file of each award's days and part: it comes to what the council owes, and names nobody."""
    awards.changed(
        award_id, "transfer", from_on=date(2027, 1, 4), to_council="riverside", officer="manager.1"
    )
    answer = await web.get("finance.1", "/awards/claims/csv")
    assert answer.headers["content-type"].startswith("text/csv")
    (line,) = csv.DictReader(StringIO(answer.text.lstrip("\ufeff")))
    (council,) = (await web.get("finance.1", "/awards/claims")).json()
    assert Decimal(line["claimed"]).scaleb(2) == council["claimed_pence"]
    assert (line["council"], line["award"]) == ("riverside", str(award_id))
    assert line["from"] == "2027-01-04"
    days = (date.fromisoformat(line["to"]) - date(2027, 1, 4)).days + 1
    assert int(line["days"]) == days
    due = Decimal(line["annual"]) * days / 365
    assert abs(due - Decimal(line["claimed"])) <= Decimal(line["annual"]) / 365
    assert PLANTED not in answer.text
    for council_asked, lines in (("riverside", 2), ("moors", 1)):
        answer = await web.get("officer.1", "/awards/claims/csv", council=council_asked)
        assert len(answer.text.splitlines()) == lines
    assert code_of(await web.get("senco.ashdown", "/awards/claims/csv")) == "role_needed"
