"""The ledger's year: further verbs, closed periods, and payment runs in one call."""

from alembic import op

from activities.store.migrations.scripts import run_script

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_IN_ORDER = ("tables", "guards", "steps", "looks", "year_looks", "verbs", "year", "run", "rights")


def upgrade() -> None:
    """Make everything as the role that owns the ledger."""
    op.execute("SELECT set_config('locality.migrating_as', current_user, true)")
    op.execute("SET LOCAL ROLE locality_ledger")
    for part in _IN_ORDER:
        run_script(f"0004_ledger_{part}.sql")
    op.execute("SELECT set_config('role', current_setting('locality.migrating_as'), true)")


def downgrade() -> None:
    """Refuse: a ledger is corrected by entries, never taken away."""
    raise NotImplementedError("The ledger is never taken away: restore a backup instead.")
