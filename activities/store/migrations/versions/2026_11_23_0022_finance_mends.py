"""Money: a second person for an overspend, and what else finance lacked."""

from alembic import op

from activities.store.migrations.scripts import run_script

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and the ledger's part as the role that owns the ledger."""
    run_script("0022_finance_mends.sql")
    op.execute("SELECT set_config('locality.migrating_as', current_user, true)")
    op.execute("SET LOCAL ROLE locality_ledger")
    run_script("0022_ledger.sql")
    op.execute("SELECT set_config('role', current_setting('locality.migrating_as'), true)")


def downgrade() -> None:
    """Refuse: a record is never taken away."""
    raise NotImplementedError("The record is never taken away: restore a backup instead.")
