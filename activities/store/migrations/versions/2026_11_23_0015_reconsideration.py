"""Challenges to a decision, and what became of them."""

from activities.store.migrations.scripts import run_script

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make their tables."""
    run_script("0015_reconsideration.sql")


def downgrade() -> None:
    """Refuse: a record is never taken away."""
    raise NotImplementedError("The record is never taken away: restore a backup instead.")
