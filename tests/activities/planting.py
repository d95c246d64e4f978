"""How a test alters a ledger that no verb would alter."""

from sqlalchemy import create_engine, text

from activities.settings import Settings


def plant(database: Settings, *faults: str) -> None:
    """Alter the ledger as only a superuser with the triggers off can; each alters something."""
    assert database.database_owner_url is not None
    engine = create_engine(database.database_owner_url)
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL ROLE NONE"))
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for fault in faults:
            assert connection.execute(text(fault)).rowcount != 0
    engine.dispose()
