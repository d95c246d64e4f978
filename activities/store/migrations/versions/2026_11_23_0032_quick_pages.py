"""Indexes by which pages find what they show among ten years of requests."""

from activities.store.migrations.scripts import run_script

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the indexes."""
    run_script("0032_quick_pages.sql")


def downgrade() -> None:
    """Refuse: a record is never taken away."""
    raise NotImplementedError("The record is never taken away: restore a backup instead.")
