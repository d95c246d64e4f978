"""The ledger: its tables, the verbs that alone write to them, and who may call those."""

from alembic import op

from activities.store.migrations.scripts import run_script

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_IN_ORDER = ("tables", "guards", "steps", "looks", "verbs", "rights")


def upgrade() -> None:
    """Make everything as the role that owns the ledger: not as the one that owns the record."""
    op.execute("SELECT set_config('locality.migrating_as', current_user, true)")
    op.execute("SET LOCAL ROLE locality_ledger")
    for part in _IN_ORDER:
        run_script(f"ledger_{part}.sql")
    op.execute("SELECT set_config('role', current_setting('locality.migrating_as'), true)")


def downgrade() -> None:
    """Refuse: a ledger is corrected by entries, never taken away."""
    raise NotImplementedError("The ledger is never taken away: restore a backup instead.")
