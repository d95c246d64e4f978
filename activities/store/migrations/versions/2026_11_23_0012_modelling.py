"""Modelling runs and what they came to."""

from activities.store.migrations.scripts import run_script

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make their tables."""
    run_script("0012_modelling.sql")


def downgrade() -> None:
    """Refuse: a record is never taken away."""
    raise NotImplementedError("The record is never taken away: restore a backup instead.")
