"""The levels that counted in a first round, kept beside the ballot once it has closed."""

from activities.store.migrations.scripts import run_script

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add their column, the triggers that fill it, and fill it for ballots that have closed."""
    run_script("0033_counted_levels.sql")


def downgrade() -> None:
    """Refuse: a record is never taken away."""
    raise NotImplementedError("The record is never taken away: restore a backup instead.")
