"""Words about children without what the children are called: papers say a pupil's number.

A name that is also a word is left where it is plainly not a name: in small letters, and a month
beside a number. Letters that are two words' beginnings, such as TA, are left as well.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from string import ascii_letters
from typing import Any

from domain.frozen import Frozen

WRITTEN = frozenset(
    {
        *("about", "family_views", "child_views", "informed_how", "cannot_because"),
        *("urgent_because", "what", "what_changed", "title", "from_whom", "outcomes"),
        *("answer", "grounds", "new_evidence", "reason", "asks"),
    }
)
"""What people write in a request, an answer or a challenge; everything else is a code."""
LONGEST = 20_000
"""Letters that a field takes: a number may be longer than the name it stands for."""
_NO_INITIALS = frozenset({"TA", "EP", "PE", "IT", "RE", "LA", "SM", "PT", "GP", "AP", "AM", "PM"})
_MONTHS = frozenset({"April", "May", "June", "August"})
_SHORTEST = 2
"""Letters: what is no longer, of a name of several parts, is as likely to be a word."""
_APOSTROPHES = "['\u2018\u2019\u02bc`\u00b4]"
_BETWEEN = "[\\s\u2010-\u2015-]"
_MARKS = "[\u0300-\u036f]*"
_LATIN = [chr(code) for code in range(0xC0, 0x250)]
_ACCENTED = {
    base: "".join(each for each in _LATIN if unicodedata.normalize("NFD", each)[0] == base)
    for base in ascii_letters
}
_UNSEEN = "[\u00ad\u200b-\u200d\u2060\ufeff]*"


class ChildCalled(Frozen):
    """What a child is called, and the number that papers say instead."""

    number: str
    given_name: str
    family_name: str


def without_names(words: str, children: Sequence[ChildCalled]) -> str:
    """Put a child's number where the child's name, or initials, stand in some words.

    >>> sam = ChildCalled(number="D26001", given_name="Sam", family_name="Okoro")
    >>> without_names("Sam needs help; S.O. likes sums, as does same-aged Kim.", (sam,))
    'D26001 needs help; D26001 likes sums, as does same-aged Kim.'
    """
    for patterns_of in (_of_whole_name, _of_part):
        for child in children:
            for pattern in patterns_of(child):
                words = pattern.sub(child.number, words)
    return words


def papers_without_names(papers: Any, children: Sequence[ChildCalled]) -> Any:
    """Do so in everything that somebody wrote, wherever it stands in a paper."""
    if isinstance(papers, Mapping):
        return {name: _of_field(name, value, children) for name, value in papers.items()}
    if isinstance(papers, list | tuple):
        return [papers_without_names(each, children) for each in papers]
    return papers


def _of_field(name: str, value: Any, children: Sequence[ChildCalled]) -> Any:
    if name not in WRITTEN:
        return papers_without_names(value, children)
    if isinstance(value, str):
        return without_names(value, children)[:LONGEST]
    if isinstance(value, list | tuple):
        return [_of_field(name, each, children) for each in value]
    return papers_without_names(value, children)


def _of_whole_name(child: ChildCalled) -> list[re.Pattern[str]]:
    """Full names however they are written: they come first, since two may share a part."""
    given, family = child.given_name.strip(), child.family_name.strip()
    whole = [f"{_spelt(given)}[\\s,]+{_spelt(family)}", f"{_spelt(family)}[\\s,]+{_spelt(given)}"]
    return [_word(each, re.IGNORECASE) for each in whole if given and family]


def _of_part(child: ChildCalled) -> list[re.Pattern[str]]:
    """Each name by itself, then initials."""
    given, family = child.given_name.strip(), child.family_name.strip()
    found = []
    for name in (*_parts(family), *_parts(given)):
        if name:
            found += [_word(_no_date(each)) for each in (name, name.upper())]
    if given and family:
        first, last = re.escape(given[0].upper()), re.escape(family[0].upper())
        found.append(_word(f"{first}\\.\\s?{last}\\b\\.?"))
        if first + last not in _NO_INITIALS:
            found.append(_word(first + last))
    return found


def _parts(name: str) -> list[str]:
    """A name, and each name of which it is made: of Anne-Marie both Anne and Marie."""
    parts = [each for each in re.split(r"[\s-]+", name) if each != name]
    return [name, *(each for each in parts if len(each) > _SHORTEST and each[0].isupper())]


def _spelt(name: str) -> str:
    """A name letter by letter, with or without its accents, and whatever unseen stands between."""
    return _UNSEEN.join(_like(letter) for letter in unicodedata.normalize("NFC", name))


def _like(letter: str) -> str:
    """One letter of a name as people type it: apostrophes and hyphens have many shapes."""
    for alike in (_APOSTROPHES, _BETWEEN):
        if re.fullmatch(alike, letter):
            return alike
    base = unicodedata.normalize("NFD", letter)[0]
    return f"[{re.escape(base + letter + _ACCENTED.get(base, ''))}]{_MARKS}"


def _no_date(name: str) -> str:
    """A name such as May, but not where it is the month of a date."""
    if name.title() not in _MONTHS:
        return _spelt(name)
    return rf"(?<!\b\d )(?<!\b\d\d ){_spelt(name)}(?! \d)"


def _word(pattern: str, flags: int = 0) -> re.Pattern[str]:
    return re.compile(f"(?<![^\\W_]){pattern}(?![^\\W_])", flags)
