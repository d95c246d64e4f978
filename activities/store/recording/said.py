"""What somebody says, under an idempotency key: said again, it is answered as the first time."""

import hashlib
import json
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import text
from sqlmodel import Session

from activities.store.reading.caller import Caller
from activities.store.session import ask
from domain.frozen import Frozen
from domain.refusals import KeyReused

_SAYINGS = UUID("0d0d5c39-5c3c-5a0b-8f5d-7b1f0f5a6f11")
_SAID_BEFORE = text("SELECT content_sha256, answer FROM said_before(:person, :key)")
_REMEMBER = text(
    "INSERT INTO said (person_id, key, content_sha256, answer, recorded_at)"
    " VALUES (:person, :key, :content_sha256, CAST(:answer AS jsonb), :at)"
)


class Saying(Frozen):
    """Somebody says something now, under a key of their own, so that repeating it does no harm."""

    caller: Caller
    key: str
    content_sha256: str

    @property
    def id(self) -> UUID:
        """The id of whatever this makes: the same whenever it is said again (promise 4)."""
        return uuid5(_SAYINGS, f"{self.caller.person.id}/{self.key}")


def content_hash(*content: object) -> str:
    """Hash what is said: where it was sent and what it contained, in one fixed spelling."""
    written = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def answered(session: Session, saying: Saying) -> dict[str, Any] | None:
    """Give the answer of the first time, if there was one.

    What one person says is taken in one by one, whatever the key, so that it has an order.
    """
    said = {"person": saying.caller.person.id, "key": saying.key}
    rows = ask(session, _SAID_BEFORE, said)
    if not rows:
        return None
    row = rows[0]
    if row.content_sha256 != saying.content_sha256:
        raise KeyReused(
            "to say this under a key that was used before", "the content is not the same"
        )
    answer: dict[str, Any] = row.answer
    return answer


def remember(session: Session, saying: Saying, answer: dict[str, Any]) -> None:
    """Keep the answer with the key, in the transaction that makes it true."""
    row = {
        "person": saying.caller.person.id,
        "key": saying.key,
        "content_sha256": saying.content_sha256,
        "answer": json.dumps(answer),
        "at": saying.caller.now,
    }
    ask(session, _REMEMBER, row)
