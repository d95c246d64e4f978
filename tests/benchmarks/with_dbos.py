"""The same case with DBOS: the same people, rows and transactions, in the same PostgreSQL.

Each program is web half and worker in one, as DBOS means it: a request and a meeting are workflows
that receive acts, run the activities' own work as steps, and tell outcomes as events. Votes are
rows here too. Reads what to play from its input, and writes how many seconds it took.
"""

import asyncio
import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import uvloop
from dbos import DBOS, SetWorkflowID

from activities.casework import Casework
from activities.names import BallotToHear, Deed, MeetingStanding, OfMeeting, OfRequest, Standing
from activities.panels import Panels
from activities.settings import Settings, settings
from activities.store import recording
from activities.store.recording import SubjectRef
from activities.store.session import make_engine
from domain.acts import ActOutcome, ActRef
from domain.frozen import Frozen
from domain.stages import ActKind
from tests.benchmarks.case import Cases, Council
from tests.benchmarks.panel import demo_panel

_THREADS = 128
_CONNECTIONS = 40
_EVENT_SECONDS = 60.0
_NUMBERING_SECONDS = 1.0
_UNTIL_SOMEBODY_COMES_SECONDS = 48 * 3600.0
_STARTING = frozenset({ActKind.SUBMIT, ActKind.CALL_MEETING})

Json = dict[str, Any]


class County:
    """The activities' own work, called from steps."""

    casework: Casework
    panels: Panels


def take_up_request(request_id: str) -> Json:
    """Screen a request."""
    return _json(
        County.casework.take_up(OfRequest.model_validate_json(_ref("request", request_id)))
    )


def hear_panel(ballot: Json) -> Json:
    """Take a closed ballot in."""
    return _json(County.casework.hear_panel(_read(BallotToHear, ballot)))


def carry_out_act(deed: Json) -> Json:
    """Carry out an act on a request."""
    return _json(County.casework.carry_out(_read(Deed, deed)))


def let_time_pass(request_id: str) -> Json:
    """Do what follows by itself."""
    of = OfRequest.model_validate_json(_ref("request", request_id))
    return _json(County.casework.let_time_pass(of))


def take_up_meeting(meeting_id: str) -> Json:
    """Take a meeting up."""
    return _json(County.panels.take_up(OfMeeting.model_validate_json(_ref("meeting", meeting_id))))


def carry_out_in_meeting(deed: Json) -> Json:
    """Carry out a chair's act."""
    return _json(County.panels.carry_out(_read(Deed, deed)))


def close_due(meeting_id: str) -> Json:
    """Close the ballots whose time has come."""
    of = OfMeeting.model_validate_json(_ref("meeting", meeting_id))
    return _json(County.panels.close_due(of))


step_take_up = DBOS.step(name="take_up_request")(take_up_request)
step_hear = DBOS.step(name="hear_panel")(hear_panel)
step_carry_out = DBOS.step(name="carry_out_act")(carry_out_act)
step_time = DBOS.step(name="let_time_pass")(let_time_pass)
step_take_up_meeting = DBOS.step(name="take_up_meeting")(take_up_meeting)
step_in_meeting = DBOS.step(name="carry_out_in_meeting")(carry_out_in_meeting)
step_close_due = DBOS.step(name="close_due")(close_due)


def support_request(request_id: str, act_id: str) -> str | None:
    """One request: taken up, then carried on by acts and closed ballots to its ending."""
    standing: Standing = _read(Standing, step_take_up(request_id))
    DBOS.set_event(act_id, {"act_id": act_id, "done": True})
    while not standing.has_ended:
        message = DBOS.recv(timeout_seconds=_seconds(standing.waits_until_at, standing.now_at))
        if message is None:
            standing = _read(Standing, step_time(request_id))
        elif "ballot_id" in message:
            standing = _read(Standing, step_hear(message))
        else:
            told = step_carry_out({"subject_id": request_id, "act": message})
            standing = _read(Standing, told)
            DBOS.set_event(message["id"], told["outcome"])
    return standing.ending


def panel_meeting(meeting_id: str, act_id: str) -> None:
    """One meeting: its chair's acts, and ballots that close by their time."""
    standing = _read(MeetingStanding, step_take_up_meeting(meeting_id))
    DBOS.set_event(act_id, {"act_id": act_id, "done": True})
    while not (standing.closed and not standing.ballots_open):
        message = DBOS.recv(timeout_seconds=_seconds(standing.next_close_at, standing.now_at))
        if message is None:
            told = step_close_due(meeting_id)
        else:
            told = step_in_meeting({"subject_id": meeting_id, "act": message})
            DBOS.set_event(message["id"], told["outcome"])
        standing = _read(MeetingStanding, told)
        for ballot in told["unheard"]:
            request = f"request/{ballot['request_id']}"
            DBOS.send(request, ballot, idempotency_key=ballot["ballot_id"])


WORKFLOWS = {
    "request": DBOS.workflow(name="SupportRequest")(support_request),
    "meeting": DBOS.workflow(name="PanelMeeting")(panel_meeting),
}


class ByMessages:
    """Acts reach their workflows as messages, and outcomes come back as events."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_CONNECTIONS)

    async def outcome(self, subject: SubjectRef, act: ActRef) -> ActOutcome | None:
        """Start or tell the workflow, and wait for the event."""
        loop = asyncio.get_running_loop()
        told = await loop.run_in_executor(self._threads, self._tell, subject, act)
        return None if told is None else _read(ActOutcome, told)

    def _tell(self, subject: SubjectRef, act: ActRef) -> Json | None:
        workflow_id = f"{subject.subject}/{subject.id}"
        if act.kind in _STARTING:
            with SetWorkflowID(workflow_id):
                DBOS.start_workflow(WORKFLOWS[subject.subject], str(subject.id), str(act.id))
        else:
            message = act.model_dump(mode="json")
            DBOS.send(workflow_id, message, idempotency_key=str(act.id))
        told: Json | None = DBOS.get_event(workflow_id, str(act.id), _EVENT_SECONDS)
        return told


def _ref(kind: str, subject_id: str) -> str:
    return json.dumps({f"{kind}_id": subject_id})


def _read(model: type[Any], told: Json) -> Any:
    return model.model_validate_json(json.dumps(told))


def _json(told: Frozen) -> Json:
    return told.model_dump(mode="json")


def _seconds(until: datetime | None, now: datetime) -> float:
    if until is None:
        return _UNTIL_SOMEBODY_COMES_SECONDS
    return max((until - now).total_seconds(), 0.0)


def launch(chosen: Settings) -> None:
    """Start DBOS beside the record, with enough threads and connections for every open case."""
    owner = chosen.database_owner_url
    assert owner is not None
    DBOS(
        config={
            "name": "bench",
            "system_database_url": owner.replace("postgresql+psycopg://", "postgresql://"),
            "application_version": "bench",
            "executor_id": chosen.task_queue,
            "sys_db_pool_size": _CONNECTIONS,
            "max_executor_threads": _THREADS,
            "notification_coalesce_sec": 0.001,
            "log_level": "ERROR",
        }
    )
    DBOS.launch()


async def serve(chosen: Settings, clusters: list[str]) -> None:
    """Call the panels, then play what is asked for, line by line."""
    engine = make_engine(chosen.database_url, chosen.pool_size)
    council = Council(chosen)
    County.casework = Casework(engine, council.parts.clock)
    County.panels = Panels(engine, council.parts.clock)
    cases = Cases(council, ByMessages(), [demo_panel(each) for each in clusters])
    await cases.call_meetings()
    _tell({"ready": 1.0})
    while line := await asyncio.to_thread(sys.stdin.readline):
        count, at_once = json.loads(line)
        _tell({"seconds": await cases.play(count, at_once)})


def _tell(what: dict[str, float]) -> None:
    """Answer whoever started this program."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def number_events_again_and_again(chosen: Settings) -> None:
    """What Locality's sweeper does each second: the same rows, so the same numbers."""
    engine = make_engine(chosen.database_url, 1)
    pause = threading.Event()
    while not pause.wait(_NUMBERING_SECONDS):
        recording.number_events(engine)


def main() -> None:
    """Serve until the input ends."""
    chosen = settings()
    launch(chosen)
    threading.Thread(target=number_events_again_and_again, args=(chosen,), daemon=True).start()
    uvloop.run(serve(chosen, sys.argv[1:]))
    DBOS.destroy()


if __name__ == "__main__":
    main()
