"""The record: places, people, requests, panels, acts, decisions, policy versions and events."""

from activities.store.migrations.scripts import run_script

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; ``alembic check`` holds them to the models."""
    run_script("0001_record.sql")


def downgrade() -> None:
    """Refuse: the record only moves forward."""
    raise NotImplementedError("The record only moves forward: restore a backup instead.")
