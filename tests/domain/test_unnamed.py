"""Papers say a child's number: names and initials go, in whichever way they were written."""

import pytest

from domain.unnamed import LONGEST, ChildCalled, papers_without_names, without_names

SAM = ChildCalled(number="D26001", given_name="Sam", family_name="Okoro")
MAY = ChildCalled(number="D26002", given_name="May", family_name="Hill")

pytestmark = pytest.mark.promise(8)


@pytest.mark.parametrize(
    "written",
    [
        *("Sam Okoro", "sam okoro", "SAM OKORO", "Okoro, Sam", "Okoro Sam", "Sam\nOkoro"),
        *("Sam", "SAM", "Okoro", "OKORO", "S.O.", "S. O.", "S.O", "SO"),
        *("S\u200bam", "Ok\u00adoro", "Sam\u200b"),
    ],
)
def test_a_name_becomes_the_number(written: str) -> None:
    """Promise 8: whole, in part, in capitals, with unseen letters between, and as initials."""
    told = without_names(f"We know {written}'s needs; ({written}) is glad.", (SAM,))
    assert told.replace("\u200b", "") == "We know D26001's needs; (D26001) is glad."


@pytest.mark.parametrize(
    "written",
    ["the same sum", "Samantha", "sam in small letters", "also so", "Okorocha", "2SO4"],
)
def test_what_is_no_name_stays(written: str) -> None:
    """Parts of longer words, and words in small letters, are not names."""
    assert without_names(written, (SAM,)) == written


@pytest.mark.parametrize(
    ("given", "family", "written"),
    [
        *(("Zoë", "O'Brien", each) for each in ("Zoe", "Zoe\u0308")),
        *(("Zoë", "O'Brien", each) for each in ("O\u2019Brien", "O\u2019BRIEN")),
        ("Zoe", "O\u2019Brien", "Zoë O'Brien"),
        *(("Anne-Marie", "Hill", each) for each in ("Anne Marie", "Anne\u2011Marie", "Anne")),
        *(("Anne", "Hill Jones", each) for each in ("Hill-Jones", "Jones", "HILL")),
    ],
)
def test_a_name_is_known_however_it_is_typed(given: str, family: str, written: str) -> None:
    """Promise 8: another apostrophe or hyphen, no accent, or one name of several, is the name."""
    child = ChildCalled(number="D26004", given_name=given, family_name=family)
    assert without_names(f"With {written}, daily", (child,)) == "With D26004, daily"


def test_children_who_share_a_name_keep_their_own_numbers() -> None:
    """A whole name says which of two children it is; one that both have is the first one's."""
    kim = SAM.model_copy(update={"number": "D26009", "given_name": "Kim"})
    told = without_names("Sam Okoro, Kim Okoro and Kim; the Okoro family", (kim, SAM))
    assert told == "D26001, D26009 and D26009; the D26009 family"


def test_small_words_in_a_name_stay_words() -> None:
    """Of several names those are looked for alone that are long enough, and begin as names do."""
    child = ChildCalled(number="D26005", given_name="Jo Al", family_name="van der Berg")
    told = without_names("Jo and Al, der van; Jo Al van der Berg; Berg", (child,))
    assert told == "Jo and Al, der van; D26005; D26005"


def test_a_month_beside_a_number_is_no_child() -> None:
    """In a date the month stays; the child of that name does not."""
    told = without_names("Since 12 May, and in May 2026, May walks up the hill.", (MAY,))
    assert told == "Since 12 May, and in May 2026, D26002 walks up the hill."


def test_letters_that_stand_for_something_else_stay() -> None:
    """A teaching assistant is not a child whose names begin alike; with points it is."""
    toby = ChildCalled(number="D26003", given_name="Toby", family_name="Ash")
    assert without_names("A TA helps T.A. daily", (toby,)) == "A TA helps D26003 daily"


def test_half_a_name_is_enough() -> None:
    """A child of whom only one name is on record, or none at all."""
    given = SAM.model_copy(update={"family_name": ""})
    assert without_names("Sam O. is here", (given,)) == "D26001 O. is here"
    nobody = SAM.model_copy(update={"given_name": "", "family_name": " "})
    assert without_names("Sam is here", (nobody,)) == "Sam is here"


def test_only_what_people_write_is_looked_at() -> None:
    """Codes and ids are left as they are, wherever they stand; lists and nested parts are read."""
    papers = {
        "school": "Sam",
        "about": None,
        "outcomes": ["Sam reads", "more"],
        "answers": [{"kind": "answer", "words": {"answer": "Sam May does"}}],
        "what": {"title": "SAM"},
        "level": 3,
    }
    assert papers_without_names(papers, (SAM, MAY)) == {
        "school": "Sam",
        "about": None,
        "outcomes": ["D26001 reads", "more"],
        "answers": [{"kind": "answer", "words": {"answer": "D26001 D26002 does"}}],
        "what": {"title": "D26001"},
        "level": 3,
    }


def test_a_number_never_makes_a_field_too_long() -> None:
    """What a field takes is kept to, also where a number is longer than a name."""
    told = papers_without_names({"about": "Sam " * (LONGEST // 4)}, (SAM,))
    assert len(told["about"]) == LONGEST
