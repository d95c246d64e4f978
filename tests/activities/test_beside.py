"""What goes on beside the delivery of acts: again and again, whatever goes wrong, until it ends."""

import asyncio
import threading

import pytest

from activities import beside
from activities.beside import again_and_again


async def test_a_look_that_fails_is_made_again(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log has the kind of what went wrong, and not its words."""
    monkeypatch.setattr(beside, "_AFTER_A_FAULT_SECONDS", 0.0)
    looked = threading.Semaphore(0)
    times = iter(range(10_000))

    def look() -> None:
        looked.release()
        if next(times) == 0:
            raise ValueError("Xylwickle")

    going_on = asyncio.create_task(again_and_again(look, 0.001))
    for _ in range(3):
        assert await asyncio.to_thread(looked.acquire, timeout=10)
    going_on.cancel()
    await asyncio.wait({going_on})
    assert going_on.cancelled()
    said = "".join(capsys.readouterr())
    assert "look_put_off" in said
    assert "ValueError" in said
    assert "Xylwickle" not in said


async def test_a_look_under_way_comes_to_its_end() -> None:
    """Told to end, it waits for the thread that is with the record."""
    begun, may_end, ended = threading.Event(), threading.Event(), threading.Event()

    def look() -> None:
        begun.set()
        may_end.wait(10)
        ended.set()

    going_on = asyncio.create_task(again_and_again(look, 1.0))
    await asyncio.to_thread(begun.wait, 10)
    going_on.cancel()
    done, _ = await asyncio.wait({going_on}, timeout=0.05)
    assert not done
    may_end.set()
    await asyncio.wait({going_on})
    assert ended.is_set()
