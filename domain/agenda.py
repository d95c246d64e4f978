"""A meeting's agenda: its order, which item is taken now and next, and why one is put off."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from uuid import UUID

from domain.frozen import Frozen
from domain.refusals import NotAtThisStage
from domain.screening import Fault

_TO_TAKE = "to take this item"
_WAITS = frozenset({"listed", "in_ballot"})
_CAN_BE_TAKEN = _WAITS | {"heard"}
"""An item that was voted on before the meeting can still be talked about in it."""


class DeferredBecause(StrEnum):
    """Why an item is put off to the next meeting: a code, so that a county can count them."""

    NO_TIME = "no_time"
    PAPERS_MISSING = "papers_missing"
    PRESENTER_AWAY = "presenter_away"
    TOO_FEW_MEMBERS = "too_few_members"
    SCHOOL_ASKS = "school_asks"
    OTHER = "other"
    NOT_REACHED = "not_reached"
    """The meeting was closed before it."""
    CALLED_OFF = "called_off"
    """The meeting was not held."""


OF_THE_MEETING = frozenset({DeferredBecause.NOT_REACHED, DeferredBecause.CALLED_OFF})
"""Reasons that follow from what became of the meeting: nobody gives them for one item."""


class AgendaPlace(Frozen):
    """An item in its place on an agenda: how far it has come, and whether it has been taken."""

    item_id: UUID
    reference: str
    state: str
    is_taken: bool


class NowAndNext(Frozen):
    """Which item is being taken, and which follows."""

    now_id: UUID | None = None
    next_id: UUID | None = None


def now_and_next(agenda: Sequence[AgendaPlace], current: UUID | None) -> NowAndNext:
    """Say which item is current, and the first that waits to be taken, in the agenda's order."""
    waiting = (each.item_id for each in agenda if each.state in _WAITS and not each.is_taken)
    return NowAndNext(now_id=current, next_id=next(waiting, None))


def check_may_take(agenda: Sequence[AgendaPlace], item_id: UUID) -> None:
    """Refuse to take an item out of its order, or one that is not to be heard here.

    One that was taken may be taken again. Raises `NotAtThisStage`.
    """
    place = next(each for each in agenda if each.item_id == item_id)
    if place.state not in _CAN_BE_TAKEN:
        raise NotAtThisStage(_TO_TAKE, f"it is {place.state.replace('_', ' ')}")
    if place.is_taken:
        return
    before = agenda[: agenda.index(place)]
    waiting = [each.reference for each in before if each.state in _WAITS and not each.is_taken]
    if waiting:
        raise NotAtThisStage(
            _TO_TAKE,
            f"{waiting[0]} comes before it on the agenda",
            "Take the items in their order, or put the earlier one off.",
        )


def faults_of_order(agenda: Sequence[UUID], asked: Sequence[UUID]) -> tuple[Fault, ...]:
    """List everything that is wrong with a new order: it names each item of the agenda once."""
    return tuple(_faults_of_order(agenda, asked))


def _faults_of_order(agenda: Sequence[UUID], asked: Sequence[UUID]) -> Iterator[Fault]:
    for place, item_id in enumerate(asked):
        field = f"items.{place}"
        if item_id not in agenda:
            yield Fault(
                code="not_on_agenda",
                says="The meeting's agenda has no such item.",
                would_help="Leave it out: read the agenda again.",
                field=field,
            )
        elif item_id in asked[:place]:
            yield Fault(
                code="named_twice",
                says="The item is named twice.",
                would_help="Give each item one place.",
                field=field,
            )
    left_out = sum(each not in asked for each in agenda)
    if left_out:
        yield Fault(
            code="left_out",
            says=f"The new order leaves out {left_out} of the agenda's items.",
            would_help="Name every item of the agenda; read it again, one may have come since.",
            field="items",
        )
