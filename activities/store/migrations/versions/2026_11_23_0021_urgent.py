"""Urgent looks between meetings, and what ballots need beside."""

from activities.store.migrations.scripts import run_script

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make their tables."""
    run_script("0021_urgent.sql")


def downgrade() -> None:
    """Refuse: a record is never taken away."""
    raise NotImplementedError("The record is never taken away: restore a backup instead.")
