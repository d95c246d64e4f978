"""Rows written behind the rules' back by the application's own role: what holds then is PostgreSQL.

Nothing here checks anything; that is the point.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import errors
from psycopg.sql import SQL, Identifier
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, SQLModel, col, select

from activities.store.session import transaction
from activities.store.tables import ActRow, DecisionRow, PlacingRow, RequestRow, VoteRow
from domain.acts import CHOICES, ActRef
from domain.stages import (
    CHALLENGE_ACTS,
    FINANCE_ACTS,
    MEETING_ACTS,
    PLAN_ACTS,
    PUBLICATION_ACTS,
    RUN_ACTS,
    ActKind,
)
from tests.activities.small_county import named
from tests.activities.world import WHY, World

_FIRST_SLIPPED_IN = 1_000


@contextmanager
def refused_by(constraint: str) -> Iterator[None]:
    """What happens inside is refused by this constraint of the database."""
    with pytest.raises(DBAPIError) as refused:
        yield
    assert isinstance(refused.value.orig, errors.Error)
    assert refused.value.orig.diag.constraint_name == constraint


def slip_in(world: World, who: str, kind: ActKind, on: UUID, **choices: Any) -> ActRef:
    """Record an act that recording would refuse."""
    words = {"reason": WHY, "grounds": [WHY], "alternatives": WHY, "authority": "26/00042"}
    said = {name: word for name, word in words.items() if name in CHOICES[kind].model_fields}
    person_id = named(who)
    act = ActRow(
        id=uuid4(),
        kind=kind,
        subject=_subject(kind),
        subject_id=on,
        number=_FIRST_SLIPPED_IN + len(world.rows("SELECT id FROM act")),
        person_id=person_id,
        choices=said | choices,
        recorded_at=world.clock.now(),
    )
    with transaction(world.engine) as session:
        session.add(act)
        return ActRef(id=act.id, kind=kind, person_id=person_id)


def _subject(kind: ActKind) -> str:
    """What an act of a kind is about."""
    of: dict[str, AbstractSet[ActKind]] = {
        "meeting": MEETING_ACTS,
        "finance": FINANCE_ACTS,
        "payment_run": RUN_ACTS,
        "publication": PUBLICATION_ACTS,
        "reconsideration": CHALLENGE_ACTS,
        "cluster_plan": PLAN_ACTS,
        "withdrawal": {ActKind.WITHDRAW_POLICY},
        "modelling": {ActKind.MODEL_POLICIES},
    }
    return next((subject for subject, kinds in of.items() if kind in kinds), "request")


def write_vote(world: World, ballot_id: UUID, voter: str, at: datetime | None = None) -> None:
    """Put a vote straight into the table."""
    with transaction(world.engine) as session:
        session.add(
            VoteRow(
                id=uuid4(),
                ballot_id=ballot_id,
                person_id=named(voter),
                member_id=named(voter),
                revision=1,
                abstained=False,
                levels={},
                descriptors=[],
                recommendation="as_asked",
                reason=WHY,
                recorded_at=at or world.clock.now(),
            )
        )


def write_decision(
    world: World, request_id: UUID, officer: str, kind: str, annual_pence: int
) -> None:
    """Put a decision straight into the table."""
    act = slip_in(world, officer, ActKind.WITHDRAW, request_id)
    with transaction(world.engine) as session:
        placed = _last_placing(session, request_id)
        session.add(
            DecisionRow(
                id=uuid4(),
                request_id=request_id,
                number=1,
                act_id=act.id,
                officer_id=named(officer),
                placing_id=placed.id,
                kind=kind,
                level="cluster",
                annual_pence=annual_pence,
                recommended=placed.recommendation,
                tier=placed.tier,
                grounds=[WHY],
                alternatives=WHY,
                interests=[],
                inputs={},
                inputs_sha256="",
                policy={},
                result={},
                working={},
                decided_at=world.clock.now(),
            )
        )


def plant(owner_url: str, table: str, constraint: str) -> None:
    """Have the owner add a constraint that refuses every new row of a table from now on."""
    url = owner_url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(url) as connection:
        statement = SQL("ALTER TABLE {} ADD CONSTRAINT {} CHECK (false) NOT VALID")
        connection.execute(statement.format(Identifier(table), Identifier(constraint)))


def run_sql(world: World, sql: str, **values: Any) -> None:
    """Run a statement as the application's own role."""
    with world.engine.begin() as connection:
        connection.execute(text(sql), values)


def another_request(changed: str, of: str) -> str:
    """Write a statement that copies a request ``r``, with what SQL says is changed of it.

    What the database itself works out of a row is left to it.
    """
    names = SQLModel.metadata.tables[RequestRow.__tablename__].columns.keys()
    copied = ", ".join(f"c.{name}" for name in names)
    return (
        f"INSERT INTO support_request ({', '.join(names)}) SELECT {copied} FROM"  # noqa: S608
        f" (SELECT (jsonb_populate_record(r, {changed})).* FROM support_request AS r {of}) AS c"
    )


def _last_placing(session: Session, request_id: UUID) -> PlacingRow:
    found = select(PlacingRow).where(PlacingRow.request_id == request_id)
    return session.exec(found.order_by(col(PlacingRow.number))).all()[-1]
