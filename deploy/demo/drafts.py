"""Drafts of policy in the play: written, told their faults, read, approved; and who is refused."""

import asyncio
from typing import Self

from deploy.demo.asked import WENT_ON, NotAsPlayed
from deploy.demo.asks import Content
from deploy.demo.printing import count
from deploy.demo.theatre import Play
from deploy.demo.voice import OUTCOME_SECONDS, Json, Refused

_BY_ITSELF = frozenset({"drafted", "checked"})
"""Where a draft stands while its faults are looked for, and while its impact is worked out."""
_LOOK_SECONDS = 0.1

Files = dict[str, str]


class Draft:
    """A draft of policy: who writes it, and how it came out of its checks."""

    def __init__(self, play: Play, writer: str, draft_id: str) -> None:
        self.play = play
        self.writer = writer
        self.id = draft_id
        self._revision = 1
        self._approved = 0

    @classmethod
    async def written(cls, play: Play, writer: str, files: Files, note: str) -> Self:
        """A policy officer drafts policy: files, and what they say of them."""
        said = {"files": files, "note": note}
        drafted = await play.voice(writer).does("/api/policy/publications", said)
        return cls(play, writer, drafted["act_id"])

    async def revised(self, files: Files, note: str) -> None:
        """The writer replaces the draft by another."""
        await self.acts(self.writer, "revise", {"files": files, "note": note})
        self._revision += 1

    async def acts(self, subject: str, act: str, choices: Content) -> None:
        """Somebody revises the draft, approves it or gives it up."""
        await self.play.voice(subject).does(f"/api/policy/publications/{self.id}/{act}", choices)

    async def read_by(self, subject: str) -> Json:
        """Somebody reads the draft, once it has gone as far as it goes by itself."""
        voice = self.play.voice(subject)
        async with asyncio.timeout(OUTCOME_SECONDS):
            while True:
                seen: Json = await voice.reads(f"/api/policy/publications/{self.id}")
                if seen["stage"] not in _BY_ITSELF:
                    return seen
                await asyncio.sleep(_LOOK_SECONDS)

    async def is_faulty(self, what: str) -> None:
        """The check finds faults: each is told by file and line, all at once.

        Played again the draft has gone on, and only how many there were is on record with it.
        """
        seen = await self.read_by(self.writer)
        faults = self._faults(seen)
        if not faults:
            raise NotAsPlayed(f"{what} has no fault")
        came = f"{count(faults, 'fault')}; it is kept, and nobody can approve it"
        self.play.step(self.writer, what, came)
        if seen["revision"] == self._revision:
            for fault in seen["found"]:
                self.play.step(self.writer, f"reads a fault in {_place(fault)}", _told(fault))

    async def is_sound(self, what: str) -> Json:
        """The check finds nothing, and what it would have made of the year's cases is there."""
        seen = await self.read_by(self.writer)
        if self._faults(seen) or seen["impact"] is None:
            raise NotAsPlayed(f"{what}: {seen['stage']}, {seen['found']}")
        changed = sum(
            not each["in_words_only"] for differs in seen["differs"] for each in differs["changes"]
        )
        came = f"no fault; {count(changed, 'value')} changed, two others have to approve"
        self.play.step(self.writer, what, came)
        return seen

    async def is_approved_by(self, subject: str, reason: str) -> None:
        """Somebody reads the draft and approves exactly what it says; the last one publishes it."""
        seen = await self.read_by(subject)
        await self.acts(subject, "approve", {"sha256": seen["sha256"], "reason": reason})
        self._approved += 1
        came = "approved, as it stands to the letter; another has to approve it too"
        if self._approved == seen["approvals_needed"]:
            now = await self.read_by(subject)
            if now["stage"] != "published":
                raise NotAsPlayed(f"the draft is {now['stage']}, and two have approved it")
            came = f"approved by two, and published: {' and '.join(now['versions'])}"
        self.play.step(subject, "reads draft and impact, and approves", came)

    async def is_not_approved_by(self, subject: str, reason: str, *, what: str) -> None:
        """Somebody who wrote in it tries to approve it."""
        seen = await self.read_by(subject)
        choices = {"sha256": seen["sha256"], "reason": reason}
        path = f"/api/policy/publications/{self.id}/approve"
        await is_refused(self.play, subject, path, choices, what=what, code="barred")

    async def is_given_up(self, reason: str, *, what: str) -> None:
        """The writer gives the draft up; it stays on record."""
        await self.acts(self.writer, "give-up", {"reason": reason})
        self.play.step(self.writer, what, "given up; it stays on record")

    def _faults(self, seen: Json) -> int:
        return int(seen["revisions"][self._revision - 1]["faults"])


async def is_refused(
    play: Play, subject: str, path: str, choices: Content, *, what: str, code: str
) -> None:
    """Somebody tries what the rules of policy do not allow, and is told why and what would help.

    Played again it is refused because the draft has gone on.
    """
    try:
        await play.voice(subject).does(path, choices, step="refused")
    except Refused as refused:
        if refused.code not in {code, *WENT_ON}:
            raise
        told = refused.problem
        play.step(subject, what, f"refused: {told['in_the_way']}. {told['would_help']}")
    else:
        raise NotAsPlayed(f"{subject} was not refused: {what}")


def _place(fault: Json) -> str:
    line = f", line {fault['line']}" if fault["line"] else ""
    return f"{fault['file']}{line}"


def _told(fault: Json) -> str:
    return f"{fault['where']}: {fault['says']}. {fault['would_help']}"
