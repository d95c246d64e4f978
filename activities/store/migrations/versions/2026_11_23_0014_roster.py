"""Places and people as they are, by date, and who sits in for whom."""

from activities.store.migrations.scripts import run_script

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make their tables."""
    run_script("0014_roster.sql")


def downgrade() -> None:
    """Refuse: a record is never taken away."""
    raise NotImplementedError("The record is never taken away: restore a backup instead.")
