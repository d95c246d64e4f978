"""What the database holds by itself: no overlap, no vote of the barred, no 'no' to a plan."""

from activities.store.migrations.scripts import run_script

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the exclusion constraints, the guards and the application's rights."""
    run_script("0003_guards.sql")
    run_script("0003_rights.sql")


def downgrade() -> None:
    """Refuse: the record only moves forward."""
    raise NotImplementedError("The record only moves forward: restore a backup instead.")
