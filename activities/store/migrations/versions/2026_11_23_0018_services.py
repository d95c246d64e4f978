"""What a panel advises: services asked of the Team Around the Cluster, conditions, dissent."""

from activities.store.migrations.scripts import run_script

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make their tables."""
    run_script("0018_services.sql")


def downgrade() -> None:
    """Refuse: a record is never taken away."""
    raise NotImplementedError("The record is never taken away: restore a backup instead.")
