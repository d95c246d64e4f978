"""What a run wrote for others and what they answered: files, notices, answers and their lines."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, text
from sqlmodel import Session, select

from activities.store.events import Happening, write_event
from activities.store.tables import AnswerLineRow, RunAnswerRow, RunFileRow
from domain.bank_answer import AnswerRead
from domain.frozen import Frozen

_NOTICE = text("UPDATE remittance SET notice = :notice WHERE id = :id")

_REVERSALS = text(
    "SELECT count(*) FROM run_file"
    " WHERE run_id = :run AND kind NOT IN ('payment_file', 'journal_file')"
)
_TOLD = text(
    "SELECT l.answered_pence FROM answer_line AS l JOIN run_answer AS a ON a.act_id = l.act_id"
    " WHERE a.run_id = :run AND l.reference = :reference AND l.status = 'paid'"
    " AND l.answered_pence IS NOT NULL"
)
REVERSAL_FILE = "reversal_file"
"""What the journals of payments that came back are kept as: numbered, for there may be several."""

_SCHOOLS = text("SELECT DISTINCT school_code FROM run_line WHERE run_id = :run ORDER BY 1")


class Answer(Frozen):
    """An answer that was read for a run: by which act, from which file."""

    act_id: UUID
    run_id: UUID
    file_id: UUID
    read_at: datetime


def save_files(
    session: Session, run_id: UUID, files: Mapping[str, tuple[str, str]], now: datetime
) -> None:
    """Keep a run's files as they go out, by kind: name and text."""
    for kind, (name, written) in files.items():
        content = written.encode()
        session.add(
            RunFileRow(
                run_id=run_id,
                kind=kind,
                name=name,
                content=content,
                sha256=hashlib.sha256(content).hexdigest(),
                written_at=now,
            )
        )


def save_reversal(session: Session, run_id: UUID, written: tuple[str, str], now: datetime) -> None:
    """Keep a journal of payments that came back, its name and its text, numbered on."""
    number = 1 + session.connection().execute(_REVERSALS, {"run": run_id}).scalar_one()
    name, text_of = written
    kind = f"{REVERSAL_FILE}_{number}"
    save_files(session, run_id, {kind: (f"{name}-{number}.csv", text_of)}, now)
    session.flush()


def told_of(session: Session, run_id: UUID, reference: str) -> frozenset[int]:
    """Amounts that answers to a run said were paid of a payment, of lines that were left open."""
    rows = session.connection().execute(_TOLD, {"run": run_id, "reference": reference})
    return frozenset(rows.scalars())


def save_notices(session: Session, notices: Iterable[tuple[UUID, str]]) -> None:
    """Keep each payee's notice as it is sent."""
    rows = [{"id": remittance_id, "notice": notice} for remittance_id, notice in notices]
    session.connection().execute(_NOTICE, rows)


def tell_schools(session: Session, run_id: UUID, reference: str, now: datetime) -> None:
    """Write each school's event that something of a run is for it."""
    rows = session.connection().execute(_SCHOOLS, {"run": run_id})
    for row in rows.all():
        happening = Happening(
            kind="remittance_sent",
            subject="payment_run",
            subject_id=run_id,
            at=now,
            facts={"reference": reference},
            school=row.school_code,
        )
        write_event(session, happening)


def was_read(session: Session, run_id: UUID, file_id: UUID) -> bool:
    """Whether a file was read as an answer to this run before."""
    found = select(RunAnswerRow.act_id).where(
        RunAnswerRow.run_id == run_id, RunAnswerRow.file_id == file_id
    )
    return session.exec(found).first() is not None


def save_answer(session: Session, answer: Answer, read: AnswerRead) -> None:
    """Keep what an answer came to, and every line that only a person acts upon."""
    session.add(
        RunAnswerRow(
            **answer.model_dump(),
            paid=len(read.paid),
            rejected=len(read.rejected),
            listed=len(read.listed),
        )
    )
    session.flush()
    rows = [
        {"act_id": answer.act_id, "number": number, **each.model_dump()}
        for number, each in enumerate(read.listed, start=1)
    ]
    if rows:
        session.connection().execute(insert(AnswerLineRow), rows)
