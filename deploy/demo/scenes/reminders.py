"""Scenes of what is said without anybody saying it: a reminder, an escalation, a decision."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

from deploy.demo.asked import Asked
from deploy.demo.asks import levels, line, pupil_asked, support
from deploy.demo.county import without_plan
from deploy.demo.scenes.desk import moderating
from deploy.demo.theatre import Play
from deploy.demo.watch import PATIENCE_SECONDS

_LOOK_SECONDS = 0.3
_LATE = timedelta(days=5)
"""Longer than a weekend: the school day after a deadline has come."""


async def an_officer_is_reminded(play: Play) -> None:
    """A case lies too long: the officer is reminded, the head of SEN hears that it is late."""
    officer, head = "officer.area-2", "officer.head"
    need = levels(1, 3, 1, 0)
    about = "Help in lessons that the family sees otherwise"
    pupil = pupil_asked(without_plan("larkenholt")[0])
    content = support(about, [pupil], need, [line("Small group each day", "12.5")])
    asked = await play.asks("larkenholt", {**content, "disagreement": True}, "with_officer")
    by_at = await _deadline(play, officer, asked)
    if by_at is not None:
        await play.until(by_at - timedelta(hours=1))
        await _is_told(play, officer, asked, "before")
        await play.until(by_at + _LATE)
        await _is_told(play, head, asked, "escalated")
    heard = "Heard both, late: help inside the lesson meets the need."
    await asked.act(officer, "moderate", moderating(need, heard), "sign_off")
    await asked.signed_by("officer.locality-1")
    if by_at is not None:
        await _is_told(play, "senco.larkenholt", asked, "decided")


async def _deadline(play: Play, officer: str, asked: Asked) -> datetime | None:
    """By when the request is to be looked at; nothing where it was, in an earlier play."""
    voice = play.voice(officer)
    if (await voice.reads(f"/api/requests/{asked.id}"))["stage"] != "with_officer":
        return None
    tasks = await voice.reads("/api/worklist")
    (by_at,) = (task["by_at"] for task in tasks if task["id"] == asked.id)
    return datetime.fromisoformat(by_at)


async def _is_told(play: Play, subject: str, asked: Asked, step: str) -> None:
    """Somebody finds a message of that step about the request, in so many words."""
    found: dict[str, Any] | None = None
    async with asyncio.timeout(PATIENCE_SECONDS):
        while found is None:
            messages = await play.voice(subject).reads("/api/me/messages")
            found = next((m for m in messages if _is(m, asked, step)), None)
            await asyncio.sleep(_LOOK_SECONDS)
    play.step(subject, "finds a message", found["subject_line"])


def _is(message: dict[str, Any], asked: Asked, step: str) -> bool:
    return bool(message["reference"] == asked.reference and message["step"] == step)


SCENES = (an_officer_is_reminded,)
