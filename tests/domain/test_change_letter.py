"""The letter of a changed award: what is different, from when, why by its kind, and what then."""

from datetime import date

import pytest

from domain.adjusting import History
from domain.change_letter import AwardChangeTold, change_letter, years_changed
from domain.finance_acts import (
    AwardChange,
    ChangedAmount,
    LateStart,
    Leaver,
    Resumed,
    Suspended,
    Transfer,
)
from domain.request import RequestKind
from tests.domain.demo_county import calendar
from tests.domain.test_challenge_letter import CONTACTS

BEGINS, ENDS = date(2026, 9, 1), date(2027, 9, 1)
AWARD = History(annual_pence=365_000, from_on=BEGINS, until_on=ENDS)
HALVED = ChangedAmount(kind="changed_amount", from_on=date(2027, 1, 4), annual_pence=182_500)
STOPPED = Suspended(kind="suspended", from_on=date(2026, 11, 2), until_on=date(2026, 12, 2))
GONE = Transfer(kind="transfer", from_on=date(2027, 1, 4), to_school="elmbrook")
AWAY = Transfer(kind="transfer", from_on=date(2027, 1, 4), to_council="riverside")
LEFT = Leaver(kind="leaver", last_on=date(2027, 1, 3))


def told(change: AwardChange = HALVED, award: History = AWARD, **facts: object) -> AwardChangeTold:
    """A change of an award of ten pounds a day, with some facts changed."""
    after = award.model_copy(update={"changes": (*award.changes, change)})
    usual: dict[str, object] = {
        "council": "Small County",
        "reference": "LOC-2026-000001",
        "pupil_numbers": ("ashdown-0",),
        "school": "Ashdown School",
        "kind": RequestKind.INDIVIDUAL,
        "change": change,
        "changed_on": date(2026, 12, 14),
        "changed_by": "Locality officer",
        "annual_before_pence": 365_000,
        "years": years_changed(award, after, calendar().terms),
        "last_on": date(2027, 8, 31),
        "challenge_by_on": date(2027, 1, 29),
        "has_plan": False,
        "contacts": CONTACTS,
    }
    return AwardChangeTold.model_validate(usual | facts)


def test_another_amount_is_told_by_the_year_and_by_the_term() -> None:
    """The day it begins, both amounts a year, and what year and terms come to, to the penny."""
    letter = change_letter(told())
    assert "From 4 January 2027 the council adds £1,825 a year." in letter
    assert "Before, it was £3,650 a year." in letter
    assert "- In the school year 2026 to 2027 it comes to £2,450; before this change, £3,650" in (
        letter
    )
    assert "1 September 2026 to 3 January 2027: £1,250, as before." in letter
    assert "The support runs until 31 August 2027." in letter
    assert "it costs something else now" in letter
    assert "made for the council by its Locality officer" in letter


def test_the_terms_of_a_year_come_to_the_year() -> None:
    """Holidays belong to the term before them: no day is in two terms, or in none."""
    (year,) = told().years
    assert len(year.terms) == 3
    assert sum(each.after_pence for each in year.terms) == year.after_pence == 245_000
    assert sum(each.before_pence for each in year.terms) == year.before_pence == 365_000
    assert year.terms[0].from_on == BEGINS


def test_a_term_before_the_award_began_is_left_out() -> None:
    """An award from January on has no autumn to tell of."""
    award = AWARD.model_copy(update={"from_on": date(2027, 1, 4)})
    letter = change_letter(told(award=award))
    assert "1 September 2026 to" not in letter
    assert "Of this, 4 January 2027 to 11 April 2027: " in letter


def test_a_year_without_terms_in_the_calendar_is_told_as_a_whole() -> None:
    """What the calendar does not have is not made up."""
    after = AWARD.model_copy(update={"changes": (HALVED,)})
    (year,) = years_changed(AWARD, after, ())
    assert (year.terms, year.after_pence) == ((), 245_000)
    assert "Of this" not in change_letter(told(years=(year,)))


def test_only_years_that_differ_are_told() -> None:
    """A change in the second year leaves the first out; where none differs it is the first."""
    award = AWARD.model_copy(update={"until_on": date(2028, 9, 1)})
    later = HALVED.model_copy(update={"from_on": date(2027, 9, 1)})
    after = award.model_copy(update={"changes": (later,)})
    assert [each.from_on.year for each in years_changed(award, after, ())] == [2027]
    assert [each.from_on.year for each in years_changed(award, award, ())] == [2026]
    nothing = AWARD.model_copy(update={"annual_pence": 0})
    assert [each.after_pence for each in years_changed(nothing, nothing, ())] == [0]


@pytest.mark.parametrize(
    ("change", "says", "because"),
    [
        (LEFT, "Its last day is 3 January 2027.", "your child leaves the school"),
        (GONE, "goes on at the next school from 4 January 2027", "goes to another school"),
        (AWAY, "Its last day is 3 January 2027.", "That council is responsible"),
        (
            LateStart(kind="late_start", from_on=date(2026, 8, 20)),
            "is paid for from 20 August 2026 on",
            "had begun to support your child",
        ),
        (STOPPED, "From 2 November 2026 to 1 December 2026 the council adds no money.", "not"),
    ],
)
def test_each_kind_of_change_has_its_own_words(
    change: AwardChange, says: str, because: str
) -> None:
    """Why is said by the kind: no officer's words are in it, and where a pupil went is not."""
    letter = change_letter(told(change))
    assert says in letter
    why = letter.partition("Why\n---")[2].partition("If you do not agree")[0]
    assert because in why
    assert "elmbrook" not in letter
    assert "riverside" not in letter


def test_money_comes_again_only_where_the_award_still_runs_then() -> None:
    """A suspension until the award's end, or beyond it, promises nothing after it."""
    again = "From 2 December 2026 it adds money again."
    assert again in change_letter(told(STOPPED))
    ended = told(STOPPED).model_copy(update={"last_on": date(2026, 12, 1)})
    assert again not in change_letter(ended)


def test_a_suspension_that_is_lifted_is_told_from_its_day() -> None:
    """The support is given again, and the year says what that comes to."""
    stopped = AWARD.model_copy(update={"changes": (STOPPED,)})
    letter = change_letter(told(Resumed(kind="resumed", from_on=date(2026, 11, 22)), stopped))
    assert "From 22 November 2026 the council adds again what it had stopped." in letter
    assert "£3,450; before this change, £3,350" in letter


def test_a_family_is_told_what_it_can_do() -> None:
    """Look again by a day, complaint, Ombudsman, SENDIASS, and an assessment at any time."""
    letter = change_letter(told())
    assert "You can ask us to look at this again, until 29 January 2027." in letter
    for word in ("complaints team", "Ombudsman", "SENDIASS", "at any time", "Pupil number"):
        assert word in letter
    assert "section F" not in letter


@pytest.mark.promise(10)
@pytest.mark.parametrize("has_plan", [True, None])
def test_a_plan_is_owed_whatever_changes(has_plan: bool | None) -> None:  # noqa: FBT001
    """Promise 10 on the page, and where the record does not say whether there is a plan."""
    assert "section F" in change_letter(told(has_plan=has_plan))


@pytest.mark.promise(8)
def test_a_groups_families_are_told_of_no_pupil() -> None:
    """Promise 8: several families read it, so no number is in it."""
    letter = change_letter(told(pupil_numbers=("a-1", "a-2"), kind=RequestKind.GROUP))
    assert "Pupil number" not in letter
    assert "the support for the group costs" in letter


def test_a_projects_letter_is_the_schools() -> None:
    """No child is behind it: no SENDIASS, and the complaint is the school's own."""
    letter = change_letter(told(kind=RequestKind.PROJECT, pupil_numbers=(), reference=""))
    assert "To: Ashdown School" in letter
    assert "Our reference" not in letter
    assert "SENDIASS" not in letter
    assert "the complaints team" in letter


def test_an_award_of_which_nothing_is_left_has_no_last_day() -> None:
    """A pupil who never came: nothing is due, and the letter says so by the year."""
    never = Leaver(kind="leaver", last_on=date(2026, 8, 31))
    letter = change_letter(told(never, last_on=None))
    assert "it comes to £0; before this change, £3,650" in letter
    unpaid = ChangedAmount(kind="changed_amount", from_on=BEGINS, annual_pence=0)
    assert "The support runs until" not in change_letter(told(unpaid, last_on=None))
