"""How a workflow asks an activity, and how it reads the time: one way for all of them."""

from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.exceptions import FailureError

with workflow.unsafe.imports_passed_through():
    from activities.names import ActivityName, Asked, Told
    from workflows.timeouts import (
        AT_ONCE,
        NEVER_AGAIN,
        ONE_TRANSACTION,
        SIGN_OF_LIFE,
        SOME_MINUTES,
        UNTIL_IT_WORKS,
    )


_AT_ONCE = "asked_at_once"
"""From 23 November 2026; a case that was begun before goes on as it began."""


async def ask(activity: ActivityName[Asked, Told], asked: Asked) -> Told:
    """Ask an activity and wait for what it tells, through every retry.

    It is asked once within the workflow's own task, which spares the engine two round trips; where
    that does not work out, as an activity that the engine keeps until it does. Asked twice, an
    activity answers as the first time (promise 4).
    """
    if not activity.may_take_long and workflow.patched(_AT_ONCE):
        try:
            return await _ask_at_once(activity, asked)
        except FailureError:
            workflow.logger.info("not_told_at_once", extra={"activity": activity.name})
    told: Told = await workflow.execute_activity(
        activity.name,
        asked,
        result_type=activity.told,
        start_to_close_timeout=SOME_MINUTES if activity.works_for_minutes else ONE_TRANSACTION,
        heartbeat_timeout=SIGN_OF_LIFE if activity.works_for_minutes else None,
        retry_policy=UNTIL_IT_WORKS,
    )
    return told


async def _ask_at_once(activity: ActivityName[Asked, Told], asked: Asked) -> Told:
    told: Told = await workflow.execute_local_activity(
        activity.name,
        asked,
        result_type=activity.told,
        start_to_close_timeout=AT_ONCE,
        retry_policy=NEVER_AGAIN,
    )
    return told


class RecordedTime:
    """The time as the record's clock has it, carried forward by the workflow's own clock.

    In production the two are the same, however late an answer is read. In the demo and the tests
    the record's clock is moved: the difference is taken from the last activity's answer, so that a
    replay sees it again.
    """

    def __init__(self) -> None:
        self._ahead = timedelta()

    def set_by(self, moved_to_at: datetime | None) -> None:
        """Take the difference from an answer that has just arrived, where the clock was moved."""
        self._ahead = moved_to_at - workflow.now() if moved_to_at else timedelta()

    def until(self, instant: datetime | None) -> timedelta | None:
        """How long it is until the instant: never negative, and nothing where there is none."""
        if instant is None:
            return None
        return max(instant - (workflow.now() + self._ahead), timedelta())
