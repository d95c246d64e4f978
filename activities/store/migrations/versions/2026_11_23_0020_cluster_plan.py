"""The cluster plan: proposed, agreed, signed, paid and reported on."""

from activities.store.migrations.scripts import run_script

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make their tables."""
    run_script("0020_cluster_plan.sql")


def downgrade() -> None:
    """Refuse: a record is never taken away."""
    raise NotImplementedError("The record is never taken away: restore a backup instead.")
