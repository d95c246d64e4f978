"""Messages that wait to be sent, and what was reminded of."""

from activities.store.migrations.scripts import run_script

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make their tables."""
    run_script("0019_outbox.sql")


def downgrade() -> None:
    """Refuse: a record is never taken away."""
    raise NotImplementedError("The record is never taken away: restore a backup instead.")
