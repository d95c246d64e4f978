"""What goes on beside the delivery of acts, at a pace of its own, and never stops it."""

import asyncio
from collections.abc import Callable

import structlog

log = structlog.get_logger(__name__)

_AFTER_A_FAULT_SECONDS = 5.0


async def again_and_again(look: Callable[[], object], pause_seconds: float) -> None:
    """Look in a thread for ever, with a pause between; whatever goes wrong is tried again later.

    Cancelled, it ends when the look under way has ended, so that none is left with the record.
    """
    while True:
        looking = asyncio.ensure_future(asyncio.to_thread(look))
        try:
            await asyncio.shield(looking)
        except asyncio.CancelledError:
            await asyncio.wait({looking})
            raise
        except Exception as wrong:  # noqa: BLE001 - what it says may quote a row
            log.warning("look_put_off", because=type(wrong).__name__)
            await asyncio.sleep(_AFTER_A_FAULT_SECONDS)
        await asyncio.sleep(pause_seconds)
