"""How a migration runs the SQL file it stands for: whole, in the migration's own transaction."""

from pathlib import Path

from alembic import op

_FOLDER = Path(__file__).with_name("sql")


def run_script(name: str) -> None:
    """Run one file of ``sql/`` as it is written, without looking for parameters in it."""
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    driver.execute((_FOLDER / name).read_text(encoding="utf-8"))
