"""Who plays: people signed in, the events they hear of, the clock they share, their lines."""

from collections.abc import Callable
from datetime import datetime
from time import monotonic

import httpx

from deploy.demo.conductor import Conductor
from deploy.demo.county import roles_held
from deploy.demo.printing import say_step, words
from deploy.demo.voice import Voice
from deploy.demo.watch import Watch

TITLES = {"senco": "SENCO", "sen_officer": "SEN officer", "head_of_sen": "head of SEN"}
"""Titles that are not their codes as words."""

Mint = Callable[[str], str]
"""Makes a token for a person by subject."""


class Company:
    """Everybody in the play, each with a token of their own."""

    def __init__(self, web: httpx.AsyncClient, mint: Mint, conductor: Conductor) -> None:
        self._web = web
        self._mint = mint
        self._conductor = conductor
        self._voices: dict[str, Voice] = {}
        self._began = monotonic()
        self.watch = Watch(self.voice("officer.director"))
        self.steps = 0
        self.first_decision_seconds = 0.0

    def voice(self, subject: str) -> Voice:
        """The person of a subject, signed in."""
        if subject not in self._voices:
            self._voices[subject] = Voice(self._web, subject, self._mint(subject))
        return self._voices[subject]

    async def until(self, instant: datetime) -> None:
        """Wait for an instant of the county's clock."""
        await self._conductor.until(instant)

    def step(self, subject: str, what: str, came: str, *, role: str | None = None) -> None:
        """Print a step that somebody took, in which role, and what came of it."""
        self.steps += 1
        say_step(self._conductor.now, who(subject, role), what, came)

    def is_decided(self) -> None:
        """Note when the first request was decided."""
        self.first_decision_seconds = self.first_decision_seconds or monotonic() - self._began


def who(subject: str, code: str | None = None) -> str:
    """Say who speaks by role and place, in the given role or else in their first.

    Where that does not tell one person from another, the subject stands beside it: what a token
    is asked for by.

    >>> who("senco.quillmere"), who("officer.area-1"), who("head.oakrill", "panel_chair")
    ('SENCO, Quillmere', 'area manager (officer.area-1)', 'panel chair, Alder (head.oakrill)')
    """
    roles = roles_held()[subject]
    role = next((each for each in roles if each["role"] == code), roles[0])
    code = role.get("grade") or role["role"]
    title = TITLES.get(code) or words(code)
    place = role.get("school") or role.get("cluster")
    if place is None:
        return f"{title} ({subject})"
    said = f"{title}, {place.replace('-', ' ').title()}"
    kind, _, where = subject.partition(".")
    return said if code.endswith(kind) and where == place else f"{said} ({subject})"
