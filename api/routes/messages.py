"""What waits for others, my messages, and what of the outbox was not sent."""

from fastapi import APIRouter

from activities.store import reading
from activities.store.reading import ForOthers, MessageView, OutboxLine
from api.parts import Asking, WithParts

router = APIRouter(tags=["people"])


@router.get("/worklist/others")
def waiting_for_others(caller: Asking, parts: WithParts) -> tuple[ForOthers, ...]:
    """List what I had a part in and waits for others: who acts next, by when; oldest first."""
    return parts.read(lambda session: reading.waiting_for_others(session, caller))


@router.get("/me/messages")
def own_messages(caller: Asking, parts: WithParts) -> tuple[MessageView, ...]:
    """List the messages that were written to me, sent or not, the last first."""
    return parts.read(lambda session: reading.own_messages(session, caller))


@router.get("/outbox")
def outbox(caller: Asking, parts: WithParts) -> tuple[OutboxLine, ...]:
    """List messages that were not sent: for officers, and for those who run a panel its own."""
    return parts.read(lambda session: reading.outbox(session, caller))
