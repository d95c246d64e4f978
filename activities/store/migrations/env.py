"""How Alembic reaches the database: as its owner, and never waiting long for a lock."""

from alembic import context
from sqlalchemy import Column, create_engine, text

from activities.settings import settings
from activities.store.tables import SQLModel

LEDGER_TABLES = "ledger_"
"""The ledger's tables are written by hand in SQL: they are the verbs' own, not the models'."""

GLANCES = "glance_"
"""Indexes that make reports quick are the database's own, as are columns that it works out."""


def _is_modelled(of: object, name: str | None, kind: str, *_more: object) -> bool:
    if isinstance(of, Column) and of.computed is not None:
        return False
    prefix = {"table": LEDGER_TABLES, "index": GLANCES}.get(kind)
    return prefix is None or not (name or "").startswith(prefix)


def run() -> None:
    """Bring the database to the wanted revision; no lock is waited for above five seconds."""
    url = settings().database_owner_url
    if url is None:
        raise SystemExit(
            "Migrations need LOCALITY_DATABASE_OWNER_URL: a login acting as the owner."
        )
    with create_engine(url, hide_parameters=True).connect() as connection:
        connection.execute(text("SET lock_timeout = '5s'"))
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=SQLModel.metadata,
            include_object=_is_modelled,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
