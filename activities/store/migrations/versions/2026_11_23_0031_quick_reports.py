"""What reports read of a request at a glance: its levels and sums beside its documents."""

from activities.store.migrations.scripts import run_script

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns that the database itself fills, and indexes by day."""
    run_script("0031_quick_reports.sql")


def downgrade() -> None:
    """Refuse: a record is never taken away."""
    raise NotImplementedError("The record is never taken away: restore a backup instead.")
