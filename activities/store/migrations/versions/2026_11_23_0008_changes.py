"""What changes in an award: leavers, transfers, amounts, suspensions."""

from activities.store.migrations.scripts import run_script

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and say who may write to them."""
    run_script("0008_changes.sql")


def downgrade() -> None:
    """Refuse: a record is never taken away."""
    raise NotImplementedError("The record is never taken away: restore a backup instead.")
