"""A letter's text taken apart: what a page and a PDF lay out of the one text that was kept.

How a letter is worded is in ``letter``, ``change_letter`` and ``challenge_letter``. Typed words
are folded into one line there, so that no one of them can pass for a heading or a list here.
"""

from collections.abc import Iterator, Sequence

from domain.frozen import Frozen
from domain.letter import NAME_TO_ADD, REFERENCE, TO_THE_FAMILY

_ITEM, _BELOW = "- ", "-- "


class LetterItem(Frozen):
    """One thing in a list, with what stands below it."""

    says: str
    below: tuple[str, ...] = ()


class LetterBlock(Frozen):
    """A paragraph; or a list, where there are items."""

    says: str = ""
    items: tuple[LetterItem, ...] = ()


class LetterSection(Frozen):
    """What stands under one heading."""

    heading: str
    blocks: tuple[LetterBlock, ...]


class LetterText(Frozen):
    """A letter: who writes, when, about what and to whom; how it opens; and its sections."""

    council: str
    dated: str
    head: tuple[str, ...]
    """Reference, whom it is to, and the pupil's number, a line each."""
    opening: tuple[str, ...]
    sections: tuple[LetterSection, ...]

    @property
    def reference(self) -> str:
        """What the letter says it is about, for a file's name; empty where it says nothing."""
        found = (line for line in self.head if line.startswith(REFERENCE))
        return next((line.removeprefix(REFERENCE) for line in found), "")


def letter_text(body: str) -> LetterText:
    r"""Take a letter's text apart.

    >>> made = letter_text("Council\n1 May 2027\n\nIt opens.\n\nWhy\n---\n- One\n-- More\nEnd.\n")
    >>> made.council, made.dated, made.opening, made.sections[0].heading
    ('Council', '1 May 2027', ('It opens.',), 'Why')
    >>> [(each.says, [item.says for item in each.items]) for each in made.sections[0].blocks]
    [('', ['One']), ('End.', [])]
    """
    parts = [part.splitlines() for part in body.strip("\n").split("\n\n")]
    council, dated, *head = parts[0]
    sections = [part for part in parts[1:] if _is_section(part)]
    opening = [line for part in parts[1:] if not _is_section(part) for line in part]
    return LetterText(
        council=council,
        dated=dated,
        head=tuple(head),
        opening=tuple(opening),
        sections=tuple(
            LetterSection(heading=part[0], blocks=tuple(_blocks(part[2:]))) for part in sections
        ),
    )


def addressed(body: str, called: str) -> str:
    """Put a child's name where the school is to add it: for the school and the family alone."""
    return body.replace(NAME_TO_ADD, called, 1)


def without_addressee(body: str) -> str:
    """Leave out whom a letter is to: a family that opened its own link is not named to itself."""
    return body.replace(f"{TO_THE_FAMILY}{NAME_TO_ADD}\n", "", 1)


def _is_section(part: Sequence[str]) -> bool:
    return len(part) > 1 and bool(part[0]) and part[1] == "-" * len(part[0])


def _blocks(lines: Sequence[str]) -> Iterator[LetterBlock]:
    """Each paragraph by itself, and items that follow one another as one list."""
    items: list[LetterItem] = []
    for line in lines:
        if line.startswith(_BELOW) and items:
            last = items[-1]
            below = (*last.below, line.removeprefix(_BELOW))
            items[-1] = last.model_copy(update={"below": below})
        elif line.startswith(_ITEM):
            items.append(LetterItem(says=line.removeprefix(_ITEM)))
        else:
            if items:
                yield LetterBlock(items=tuple(items))
            items = []
            yield LetterBlock(says=line)
    if items:
        yield LetterBlock(items=tuple(items))
