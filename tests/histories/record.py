"""Record histories anew, from a real server: ``python -m tests.histories.record [SCENE ...]``.

Without a scene's name all of them. Only after a change that is patched, or before anything has
ever run in earnest: a history that is thrown away protects nobody's open case.
"""

import argparse
import asyncio
import json
import logging
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from temporalio.client import Client
from temporalio.testing import TimeSkippingConfig, WorkflowEnvironment

from activities.clock import FIRST_MORNING, MovedClock
from activities.embedded import TIME_SKIPPING_FLAGS, EmbeddedPostgres, temporal_program
from activities.settings import Settings
from activities.store.session import make_engine, transaction
from deploy.demo.time import Clockwork
from tests.activities.world import World, furnish
from tests.conftest import migrate, settings_for
from tests.histories.fingerprint import fingerprints
from tests.histories.scenes import SCENES
from tests.workflows.office import Office, working
from worker import activities_of
from workflows.connection import connect

HERE = Path(__file__).parent
FINGERPRINTS = HERE / "fingerprints.json"
TASK_QUEUE = "recorded"
SOMEBODY = "recorder"
"""Stands for the process that ran: a history names no machine."""


def recorded() -> dict[str, Path]:
    """Every recorded history by its scene."""
    return {path.stem: path for path in sorted(HERE.glob("*.json")) if path != FINGERPRINTS}


def anonymous(found: Any) -> Any:
    """Take the names of processes and machines out of a history."""
    if isinstance(found, dict):
        return {
            key: SOMEBODY if key == "identity" else anonymous(value) for key, value in found.items()
        }
    return [anonymous(each) for each in found] if isinstance(found, list) else found


async def play(office: Office, names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Play scenes in their order, and fetch the history that each leaves."""
    left = {name: await scene(office) for name, scene in SCENES.items() if name in names}
    return {name: await _fetched(office.client, workflow_id) for name, workflow_id in left.items()}


async def _fetched(client: Client, workflow_id: str) -> dict[str, Any]:
    history = await client.get_workflow_handle(workflow_id).fetch_history()
    found: dict[str, Any] = anonymous(history.to_json_dict())
    return {"workflow_id": workflow_id, "history": found}


async def _record(chosen: Settings, names: Sequence[str]) -> None:
    engine = make_engine(chosen.database_url, 8)
    clock = MovedClock(engine)
    clock.begin_at(FIRST_MORNING)
    with transaction(engine) as session:
        furnish(session, clock.now())
    client = await connect(chosen.temporal_address, chosen.temporal_namespace, moves_time=True)
    world = World(engine, clock)
    async with (
        Clockwork(chosen) as clockwork,
        working(client, TASK_QUEUE, activities_of(engine, clock)),
    ):
        office = Office(world, client, TASK_QUEUE, clockwork)
        for name, history in (await play(office, names)).items():
            written = json.dumps(history, separators=(",", ":"), sort_keys=True)
            (HERE / f"{name}.json").write_text(written + "\n", encoding="utf-8")
    engine.dispose()
    FINGERPRINTS.write_text(json.dumps(fingerprints(), indent=2) + "\n", encoding="utf-8")


async def _on_servers(chosen: Settings, names: Sequence[str]) -> None:
    environment = await WorkflowEnvironment.start_time_skipping_v2(
        ts_config=TimeSkippingConfig(enabled=False),
        dev_server_existing_path=temporal_program(),
        dev_server_extra_args=list(TIME_SKIPPING_FLAGS),
    )
    async with environment:
        address = environment.client.service_client.config.target_host
        served = {"temporal_address": address, "task_queue": TASK_QUEUE}
        await _record(chosen.model_copy(update=served), names)


def main() -> None:
    """Start servers of its own, play, and write what was recorded."""
    reader = argparse.ArgumentParser(prog="tests.histories.record", description=__doc__)
    reader.add_argument("scenes", nargs="*", metavar="SCENE", help=", ".join(SCENES))
    names = reader.parse_args().scenes or list(SCENES)
    logging.getLogger("temporalio").setLevel(logging.ERROR)
    folder = Path(tempfile.mkdtemp(prefix="locality-record-"))
    server = EmbeddedPostgres(folder / "postgres", durable=False)
    server.start()
    try:
        server.create_database("recorded")
        chosen = settings_for(server, "recorded")
        migrate(chosen)
        asyncio.run(_on_servers(chosen, names))
    finally:
        server.stop()
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
