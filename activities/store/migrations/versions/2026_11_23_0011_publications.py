"""Drafts of policy, their approvals, and versions that are withdrawn."""

from activities.store.migrations.scripts import run_script

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and say who may write to them."""
    run_script("0011_publications.sql")


def downgrade() -> None:
    """Refuse: a record is never taken away."""
    raise NotImplementedError("The record is never taken away: restore a backup instead.")
