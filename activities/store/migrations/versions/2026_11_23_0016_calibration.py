"""Calibration cases, their definitive levels and the votes on them."""

from activities.store.migrations.scripts import run_script

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make their tables."""
    run_script("0016_calibration.sql")


def downgrade() -> None:
    """Refuse: a record is never taken away."""
    raise NotImplementedError("The record is never taken away: restore a backup instead.")
