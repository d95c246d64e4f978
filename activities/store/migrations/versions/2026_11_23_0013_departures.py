"""Where people departed from what was stated, and what is recorded for equality."""

from activities.store.migrations.scripts import run_script

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make their tables."""
    run_script("0013_departures.sql")


def downgrade() -> None:
    """Refuse: a record is never taken away."""
    raise NotImplementedError("The record is never taken away: restore a backup instead.")
