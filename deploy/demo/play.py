"""Plays the demo: loads the county, lets its people use Locality, prints what comes of it.

Run as ``python -m deploy.demo.play BASE_URL``; played again on the same state it doubles nothing.
"""

import argparse
import asyncio
import sys
import time
from contextlib import suppress
from datetime import timedelta

import httpx

from activities.clock import FIRST_MORNING
from activities.settings import Settings, settings
from deploy.demo.closing import say_ledger, say_proof, say_rerun, say_where, say_why
from deploy.demo.conductor import Conductor
from deploy.demo.loading import load_budgets, load_county
from deploy.demo.printing import complain, say, say_title
from deploy.demo.scenes import OVERTURE, SCENES, Scene
from deploy.demo.theatre import Play
from deploy.demo.time import Clockwork
from deploy.issuer import mint

_ANSWER_SECONDS = 30.0
_CONNECTIONS = 24
_PACK = "finance-pack-2026-11"


async def play(base_url: str, chosen: Settings) -> int:
    """Play every scene side by side, then say what it came to; return the exit status."""
    began = time.monotonic()
    issuer = chosen.issuers[0]
    limits = httpx.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS)
    async with (
        httpx.AsyncClient(base_url=base_url, timeout=_ANSWER_SECONDS, limits=limits) as web,
        Clockwork(chosen) as clockwork,
    ):
        conductor = Conductor(clockwork.now(), clockwork.move_to)
        stage = Play(
            web,
            lambda subject: mint(chosen.state_folder, subject, issuer.audience, issuer.issuer),
            conductor,
            chosen.state_folder / _PACK,
        )
        failed = await _play_all(stage, conductor)
        await say_ledger(stage)
        await say_why(stage)
        await say_proof(stage)
        await say_rerun()
        say_where(base_url)
    scenes = 1 + len(SCENES)
    say_title(f"{scenes - len(failed)} of {scenes} scenes came out as written")
    say(f"{stage.steps} steps in {time.monotonic() - began:.0f} s;")
    say(f"the first request was decided after {stage.first_decision_seconds:.0f} s.")
    for line in failed:
        complain(line)
    return 1 if failed else 0


async def _play_all(stage: Play, conductor: Conductor) -> list[str]:
    """Play the scenes side by side and list those that did not come out as written."""
    failed: list[str] = []

    async def played(scene: Scene) -> None:
        try:
            await scene(stage)
        except Exception as wrong:  # noqa: BLE001 - one scene that fails must not stop the others
            failed.append(f"{scene.__name__}: {type(wrong).__name__}: {wrong}")

    if not await stage.voice("finance.1").reads("/api/ledger/balances"):
        await asyncio.to_thread(load_budgets)
    following = asyncio.create_task(stage.watch.follow())
    say_title("The demo county plays a term of requests, finance's year and a change of policy")
    if conductor.now - FIRST_MORNING > timedelta(days=1):
        say("It was played before: what is said again is answered as the first time.\n")
    await played(OVERTURE)
    await stage.panels_are_called()
    acting = [asyncio.create_task(conductor.plays(played(scene))) for scene in SCENES]
    await asyncio.sleep(0)
    await conductor.conduct()
    await asyncio.gather(*acting)
    following.cancel()
    with suppress(asyncio.CancelledError):
        await following
    return failed


def main() -> int:
    """Read the command line, load the county and play."""
    reader = argparse.ArgumentParser(prog="deploy.demo.play", description=__doc__)
    reader.add_argument("base_url", help="where the API is served")
    asked = reader.parse_args()
    chosen = settings()
    load_county(chosen.issuers[0].issuer)
    return asyncio.run(play(asked.base_url, chosen))


if __name__ == "__main__":
    sys.exit(main())
