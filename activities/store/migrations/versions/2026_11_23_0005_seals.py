"""Seals: a hash chain over the ledger's entries, written in the background."""

from alembic import op

from activities.store.migrations.scripts import run_script

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make everything as the role that owns the ledger."""
    op.execute("SELECT set_config('locality.migrating_as', current_user, true)")
    op.execute("SET LOCAL ROLE locality_ledger")
    run_script("0005_seals.sql")
    op.execute("SELECT set_config('role', current_setting('locality.migrating_as'), true)")


def downgrade() -> None:
    """Refuse: a ledger is corrected by entries, never taken away."""
    raise NotImplementedError("The ledger is never taken away: restore a backup instead.")
