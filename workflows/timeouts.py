"""Named timeouts and retry policies, each with its reason."""

from datetime import timedelta

from temporalio.common import RetryPolicy

ONE_TRANSACTION = timedelta(seconds=30)
"""An activity is one transaction; a longer one is stuck behind a lock, and starts again."""

SOME_MINUTES = timedelta(minutes=20)
"""What works something out, such as a year's cases under another policy, before its transaction."""

SIGN_OF_LIFE = timedelta(seconds=30)
"""What works for minutes says that it is there more often than this, or it begins anew."""

AT_ONCE = timedelta(seconds=5)
"""Within the workflow's own task: well before the engine takes the task away, after ten seconds."""

NEVER_AGAIN = RetryPolicy(maximum_attempts=1)
"""What did not work out within the task is the engine's to keep and to repeat: while the database
is away the history must not grow."""

UNTIL_IT_WORKS = RetryPolicy(
    initial_interval=timedelta(milliseconds=200),
    backoff_coefficient=2.0,
    maximum_interval=timedelta(seconds=10),
)
"""Without an end: what was acknowledged takes effect, however long the database is away."""
