"""Which version worded a letter, and the links by which families read their decisions."""

from activities.store.migrations.scripts import run_script

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and make the tables."""
    run_script("0025_families.sql")


def downgrade() -> None:
    """Refuse: a record is never taken away."""
    raise NotImplementedError("The record is never taken away: restore a backup instead.")
