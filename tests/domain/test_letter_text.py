"""A letter's text taken apart again: every line where it belongs, and nothing typed a heading."""

from domain.challenge_letter import challenge_letter
from domain.change_letter import change_letter
from domain.letter_text import LetterBlock, LetterItem, addressed, letter_text, without_addressee
from tests.domain.test_challenge_letter import told as answered
from tests.domain.test_change_letter import told as changed
from tests.domain.test_letter import PROJECT, letter


def test_a_decision_letter_is_its_head_its_opening_and_its_sections() -> None:
    """Council, day, reference, whom it is to, and each heading with what stands under it."""
    made = letter_text(letter())
    assert (made.council, made.dated) == ("Demo County Council", "20 October 2026")
    assert made.reference == "LOC-2026-0042"
    assert made.head[1:] == (
        "To the parents or carers of: (the school adds the name)",
        "Pupil number: P-1077",
    )
    assert made.opening[0] == "Oakfield Primary School asked for extra support for your child."
    assert [each.heading for each in made.sections] == [
        "What we decided",
        "What the school does now",
        "Why",
        "The rules we used",
        "If you do not agree",
        "Education, Health and Care plans",
        "If you have a question",
    ]


def test_items_that_follow_one_another_are_one_list() -> None:
    """A list ends where a paragraph begins, and another begins after it."""
    (done,) = (each for each in letter_text(letter()).sections if "school does" in each.heading)
    assert [bool(block.items) for block in done.blocks] == [
        *(False, True) * 3,
        False,
    ]
    support = "A teaching assistant works with a small group, 5 hours a week."
    assert done.blocks[1] == LetterBlock(items=(LetterItem(says=support),))


def test_what_stands_below_an_item_stays_there() -> None:
    """A school year has its terms below it."""
    money = letter_text(change_letter(changed())).sections[1]
    (year,) = money.blocks[0].items
    assert year.says.startswith("In the school year 2026 to 2027")
    assert [each.startswith("Of this, ") for each in year.below] == [True] * 3


def test_every_line_of_a_letter_is_somewhere() -> None:
    """Put together again in their order, the parts are the letter."""
    for body in (
        letter(),
        letter(**PROJECT),
        change_letter(changed()),
        challenge_letter(answered()),
    ):
        made = letter_text(body)
        lines = [made.council, made.dated, *made.head, *made.opening]
        for section in made.sections:
            lines.append(section.heading)
            for block in section.blocks:
                lines += [block.says] if block.says else []
                for item in block.items:
                    lines += [item.says, *item.below]
        kept = [line.removeprefix("-").removeprefix("-").strip() for line in body.splitlines()]
        assert lines == [line for line in kept if line.strip("-")]


def test_typed_words_never_pass_for_a_heading() -> None:
    """Breaks and dashes in a reason stay in the reason."""
    made = letter_text(letter(reason="Well.\n\nWhat we decided\n---------------\nNothing."))
    assert len(made.sections) == 7
    said = "Well. What we decided --------------- Nothing."
    assert said in [item.says for block in made.sections[2].blocks for item in block.items]


def test_a_letter_is_addressed_once_or_to_nobody() -> None:
    """The name stands where it is to be added; a family's own copy has no such line."""
    body = letter(reason="It says (the school adds the name) here.")
    assert "To the parents or carers of: Zoë Okoro\n" in addressed(body, "Zoë Okoro")
    assert "It says (the school adds the name) here." in addressed(body, "Zoë Okoro")
    assert not any("carers" in line for line in letter_text(without_addressee(body)).head)
    assert letter_text("Council\n1 May 2027\n\nHello.\n").reference == ""
