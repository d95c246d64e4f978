"""Named timeouts and retry policies, each with its reason."""

from datetime import timedelta

from temporalio.common import RetryPolicy

ONE_TRANSACTION = timedelta(seconds=30)
"""An activity is one transaction; a longer one is stuck behind a lock, and starts again."""

UNTIL_IT_WORKS = RetryPolicy(
    initial_interval=timedelta(milliseconds=200),
    backoff_coefficient=2.0,
    maximum_interval=timedelta(seconds=10),
)
"""Without an end: what was acknowledged takes effect, however long the database is away."""
