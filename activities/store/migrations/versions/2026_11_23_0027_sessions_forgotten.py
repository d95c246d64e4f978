"""Sessions that were over long ago go."""

from activities.store.migrations.scripts import run_script

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the door by which they go."""
    run_script("0027_sessions_forgotten.sql")


def downgrade() -> None:
    """Refuse: a record is never taken away."""
    raise NotImplementedError("The record is never taken away: restore a backup instead.")
