"""What services answer to what a panel asked of them: rows, in order, each once."""

from uuid import UUID

from sqlmodel import Session

from activities.store import services
from activities.store.reading.services import may_answer
from activities.store.recording.said import Saying
from activities.store.tables import ServiceAnswerRow
from domain.frozen import Frozen
from domain.refusals import Unknown
from domain.services import ServiceAnswer, ServiceState, state_after, words_of


class ServiceAnswered(Frozen):
    """What a service answered, and where that leaves what it was asked."""

    state: ServiceState
    asked_id: UUID


def answer_service(
    session: Session, saying: Saying, asked_id: UUID, choices: ServiceAnswer
) -> ServiceAnswered:
    """Take the answer of a service: it accepts, declines with a reason, or reports what came.

    Answers of two people of a service take turns; the second is told where it stands by then.
    """
    caller = saying.caller
    row = services.take(session, asked_id)
    if row is None or not may_answer(session, caller, row):
        raise Unknown("what was asked", "there is none of that id that you may see")
    after = state_after(choices, ServiceState(row.state))
    answer = ServiceAnswerRow(
        id=saying.id,
        asked_id=asked_id,
        state=after,
        person_id=caller.person.id,
        words=words_of(choices),
        answered_at=caller.now,
    )
    session.add(answer)
    session.flush()
    services.move(session, row, after, caller.now)
    return ServiceAnswered(asked_id=asked_id, state=after)
