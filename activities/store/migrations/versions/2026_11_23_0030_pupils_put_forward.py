"""Pupils whom their school puts forward for another school's group."""

from activities.store.migrations.scripts import run_script

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make their table."""
    run_script("0030_pupils_put_forward.sql")


def downgrade() -> None:
    """Refuse: a record is never taken away."""
    raise NotImplementedError("The record is never taken away: restore a backup instead.")
