"""The background half: turns the key on workflows, activities and the sweeper."""

import asyncio
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
import uvloop
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.worker import (
    ActivityInboundInterceptor,
    ExecuteActivityInput,
    Interceptor,
    Worker,
)

from activities.beside import again_and_again
from activities.casework import Casework
from activities.clock import Clock, SystemClock, clock_of
from activities.finance import Finance
from activities.forgetting import Forgetting
from activities.logs import configure_logs
from activities.modelling_runs import Modelling
from activities.outgoing import outgoing_of
from activities.panels import Panels
from activities.payment_runs import PaymentRuns
from activities.planning import Plans
from activities.publishing import Publishing
from activities.reconsidering import Reconsiderations
from activities.reminding import Reminding
from activities.settings import ClockKind, Settings, settings
from activities.store.guards import constraint_of
from activities.store.session import make_engine
from api.delivery import Delivery, Sweeper
from workflows.cluster_plan import ClusterPlan
from workflows.connection import connect
from workflows.finance_act import FinanceAct
from workflows.panel_meeting import PanelMeeting
from workflows.payment_run import PaymentRun
from workflows.policy_modelling import PolicyModelling
from workflows.policy_publication import PolicyPublication
from workflows.policy_withdrawal import PolicyWithdrawal
from workflows.reconsideration import Reconsideration
from workflows.support_request import SupportRequest

THREADS = 8
"""Activities at once: enough for two cores, and few enough not to crowd one busy budget."""
TASKS = 8
"""Workflow tasks at once: after a restart a mass of replays trips the deadlock detector."""
GRACE = timedelta(seconds=40)
"""Longer than the longest activity, so that stopping never cuts one short."""
OPEN_CASES = 2_000
"""Workflows kept in memory: more than a county has open at a time, or each step replays one."""
LOOK_SECONDS = 1.0
"""Between two looks for what is due to be said: each is a question or two while nothing is."""
SEND_SECONDS = 5.0
FORGET_SECONDS = 3_600.0
WORKFLOWS: tuple[type, ...] = (
    SupportRequest,
    PanelMeeting,
    FinanceAct,
    PaymentRun,
    PolicyPublication,
    PolicyWithdrawal,
    PolicyModelling,
    Reconsideration,
    ClusterPlan,
)

log = structlog.get_logger(__name__)


class Unspoken(Interceptor):
    """Errors leave an activity as their kind alone: their text may quote a row (promise 8)."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002
        """Stand between an activity and Temporal."""
        return _UnspokenActivity(next)


class _UnspokenActivity(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002
        try:
            return await super().execute_activity(input)
        except ApplicationError:
            raise
        except DBAPIError as error:
            state, constraint = constraint_of(error)
            said = f"database {state} {constraint or ''}".strip()
            log.warning("activity_failed", activity=input.fn.__name__, sqlstate=state)
            raise ApplicationError(said, type="Database") from None
        except Exception as error:  # noqa: BLE001 - whatever it says may quote a row
            kind = type(error).__name__
            where = _last_line(error)
            log.warning("activity_failed", activity=input.fn.__name__, error=kind, where=where)
            raise ApplicationError(f"{kind} at {where}", type=kind) from None


def _last_line(error: BaseException) -> str:
    """The file and line an error came from: enough to mend it, and nothing of what it said."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "nowhere"
    return f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}"


async def run(chosen: Settings, stop: asyncio.Event) -> None:
    """Serve workflows, activities and undelivered acts until told to stop."""
    engine = make_engine(chosen.database_url, max(chosen.pool_size, THREADS))
    clock = clock_of(chosen, engine)
    client = await connect(
        chosen.temporal_address,
        chosen.temporal_namespace,
        moves_time=chosen.clock is ClockKind.MOVED,
    )
    with ThreadPoolExecutor(THREADS) as threads:
        worker = Worker(
            client,
            task_queue=chosen.task_queue,
            workflows=WORKFLOWS,
            activities=activities_of(engine, clock),
            activity_executor=threads,
            max_concurrent_activities=THREADS,
            max_concurrent_local_activities=THREADS,
            max_concurrent_workflow_tasks=TASKS,
            max_cached_workflows=OPEN_CASES,
            graceful_shutdown_timeout=GRACE,
            interceptors=[Unspoken()],
        )
        delivery = Delivery(partial(_given, client), engine, clock, chosen.task_queue)
        sweeper = Sweeper(delivery, engine, clock)
        async with worker:
            log.info("worker_started", task_queue=chosen.task_queue)
            going_on = {asyncio.create_task(sweeper.run()), *_beside(chosen, engine, clock)}
            await stop.wait()
            for each in going_on:
                each.cancel()
            await asyncio.wait(going_on)
    engine.dispose()


def _beside(chosen: Settings, engine: Engine, clock: Clock) -> set[asyncio.Task[None]]:
    """Look for what is due to be said, send it where the settings say by what, and forget.

    Sessions run on the machine's own clock, whatever the record's says.
    """
    forgetting = Forgetting(engine, SystemClock(), timedelta(days=chosen.session_kept_days))
    looking = {
        again_and_again(Reminding(engine, clock).look, LOOK_SECONDS),
        again_and_again(forgetting.look, FORGET_SECONDS),
    }
    outgoing = outgoing_of(chosen, engine, clock)
    if outgoing is not None:
        looking.add(again_and_again(outgoing.empty, SEND_SECONDS))
    return {asyncio.create_task(each) for each in looking}


def activities_of(engine: Engine, clock: Clock) -> list[Callable[..., Any]]:
    """Every activity that this worker serves."""
    casework, panels = Casework(engine, clock), Panels(engine, clock)
    finance, runs = Finance(engine, clock), PaymentRuns(engine, clock)
    publishing, modelling = Publishing(engine, clock), Modelling(engine, clock)
    challenges, plans = Reconsiderations(engine, clock), Plans(engine, clock)
    return [
        casework.take_up,
        casework.hear_panel,
        casework.carry_out,
        casework.refuse,
        casework.let_time_pass,
        panels.take_up,
        panels.carry_out,
        panels.close_due,
        finance.carry_out,
        runs.take_up,
        runs.carry_out,
        runs.refuse,
        runs.write_papers,
        publishing.take_up,
        publishing.check,
        publishing.work_out_impact,
        publishing.carry_out,
        publishing.refuse,
        publishing.withdraw,
        modelling.run_model,
        challenges.take_up,
        challenges.carry_out,
        challenges.refuse,
        challenges.let_wait,
        plans.take_up,
        plans.carry_out,
        plans.refuse,
        plans.let_wait,
    ]


async def _given(client: Client) -> Client:
    """Hand out the worker's own client, connected already."""
    return client


def main() -> None:
    """Start the background half and stop it on a signal, letting what is under way finish."""
    chosen = settings()
    configure_logs(chosen)
    stop = asyncio.Event()

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        for each in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(each, stop.set)
        await run(chosen, stop)

    uvloop.run(serve())


if __name__ == "__main__":
    main()
