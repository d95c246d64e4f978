"""A meeting from its calling to its minutes: who comes, who is in the room, what is taken when."""

from activities.store.migrations.scripts import run_script

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make their tables."""
    run_script("0017_meetings.sql")


def downgrade() -> None:
    """Refuse: a record is never taken away."""
    raise NotImplementedError("The record is never taken away: restore a backup instead.")
