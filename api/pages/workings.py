"""How pages tell what a rule looked at, and what was departed from: words for the codes of both."""

import re
from collections.abc import Mapping
from typing import Any

from api.pages.draft_words import staff
from api.pages.policy_words import PHASES, SETTINGS
from api.pages.words import KINDS, NEEDS, STATUSES, in_words
from domain.departure import DepartsFrom
from domain.explaining import in_titles, whole_pounds

_LEVEL_OF = "level of "
_OF_STAFF = re.compile(r"(?<=hours a week of )\w+")
_VALUES: dict[str, Mapping[Any, str]] = {
    "kind": KINDS,
    "phase": PHASES,
    "setting": SETTINGS,
    "sen_status": STATUSES,
}
"""Facts whose value is a code that the council does not publish a title of."""
_AREAS = {str(area): title for area, title in NEEDS.items()}
_NAMES = {
    "kind": "what was asked for",
    "sen_status": "SEN status",
    "row": "row of the published table",
    "printed": "amount in the published table",
    "per": "counted per",
}


def looked_at(read: Mapping[str, str], titles: Mapping[str, str]) -> str:
    """Write what a rule looked at, with words and published titles for codes.

    >>> looked_at({"kind": "individual", "level of sensory": "3"}, {"sensory": "Sensory"})
    'what was asked for: support for a pupil; Sensory: level 3'
    >>> looked_at({"line 1": "5 hours a week of ta for 38 weeks at £17.20 an hour"}, {})
    'line 1: 5 hours a week of TA for 38 weeks at £17.20 an hour'
    """
    return "; ".join(_fact(name, value, titles) for name, value in read.items())


def levels_told(levels: Mapping[str, int], titles: Mapping[str, str]) -> list[str]:
    """Write levels with the area of need each is in, in the order in which the field names them.

    >>> levels_told({"hearing": 1, "sensory_and_or_physical": 3}, {"hearing": "Hearing"})
    ['Sensory and/or physical: 3', 'Hearing: 1']
    """
    order = (
        *(area for area in _AREAS if area in levels),
        *(area for area in levels if area not in _AREAS),
    )
    return [f"{_area(area, titles)}: {levels[area]}" for area in order]


def departed_by(departs_from: DepartsFrom, decided: str) -> str:
    """Write what was stated, worked out or decided: an amount in pounds, a code as words.

    >>> departed_by(DepartsFrom.AMOUNT, "312000"), departed_by(DepartsFrom.TIER, "exceptional")
    ('£3,120 a year', 'exceptional')
    """
    if departs_from is DepartsFrom.AMOUNT:
        return f"{whole_pounds(int(decided))} a year"
    return _within(in_words(decided))


def _fact(name: str, value: str, titles: Mapping[str, str]) -> str:
    area = name.removeprefix(_LEVEL_OF)
    if area != name:
        return f"{_area(area, titles)}: level {value}"
    if name in _VALUES:
        told = _within(_VALUES[name].get(value, in_words(value)))
    else:
        told = _OF_STAFF.sub(lambda code: staff(code[0]), in_titles(titles.get(value, value), {}))
    return f"{_NAMES.get(name, name.replace('_', ' '))}: {told}"


def _area(area: str, titles: Mapping[str, str]) -> str:
    return titles.get(area) or _AREAS.get(area) or in_words(area)


def _within(words: str) -> str:
    """Write words as they stand within a sentence; an abbreviation stays as it is."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]
