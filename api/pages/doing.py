"""What somebody has just done, told at the head of the page that they come to afterwards."""

import re
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from sqlmodel import Session

from activities.store import reading
from activities.store.reading import ActView, Caller
from activities.store.reading.acts import words_of_act
from domain.refusals import Barred, RoleNeeded, Unknown

_FORM = r"(/[a-z0-9_.:,~-]+){1,8}"
"""The address of a form, as it is told to the page that is gone on to."""
_LONGEST = 300


@dataclass(frozen=True)
class Asked:
    """What the address says was just done: an act, or something recorded at once."""

    act_id: UUID | None
    done: str
    form: str = ""
    """Where it was typed."""
    again: UUID | None = None
    """The refused act whose words a form is to hold once more."""


@dataclass(frozen=True)
class Doing:
    """What was done, and what became of it."""

    act: ActView | None
    done: str = ""
    again: str = ""
    """Where it can be changed and sent again, if it was refused."""
    look: str = ""
    """Where one looks again, while its outcome is to come."""


async def asked_of(
    act: Annotated[UUID | None, Query()] = None,
    done: Annotated[str, Query(pattern="^[a-z_]{1,40}$")] = "",
    form: Annotated[str, Query(pattern=f"^{_FORM}$", max_length=_LONGEST)] = "",
    again: Annotated[UUID | None, Query()] = None,
) -> Asked:
    """Read from the address what was just done."""
    return Asked(act, done, form, again)


JustDone = Annotated[Asked, Depends(asked_of)]


def told_of_form(path: str) -> dict[str, str]:
    """Tell the next page where an act was typed, so that it can be changed if it is refused."""
    is_told = len(path) <= _LONGEST and re.fullmatch(_FORM, path)
    return {"form": path} if is_told else {}


def doing(session: Session, caller: Caller, asked: Asked) -> Doing | None:
    """Read what became of what the person has just done; nothing, if it was not theirs."""
    act_id = asked.again or asked.act_id
    if act_id is None:
        return Doing(None, asked.done) if asked.done else None
    is_own = _is_own(session, caller, act_id)
    if asked.again and not is_own:
        return None
    try:
        act = reading.act(session, caller, act_id)
    except (Barred, RoleNeeded, Unknown):
        return None
    can_change = asked.form and not asked.again and is_own and act.outcome == "refused"
    return Doing(
        act,
        again=f"{asked.form}?again={act.id}" if can_change else "",
        look=f"?act={act.id}" + (f"&form={asked.form}" if asked.form else ""),
    )


def _is_own(session: Session, caller: Caller, act_id: UUID) -> bool:
    """Whether the person did it: an officer reads others' acts too."""
    try:
        words_of_act(session, caller, act_id)
    except Unknown:
        return False
    return True
