"""An activity that works for minutes says that it is still there, from a thread of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from threading import Event, Thread

from temporalio import activity

_EVERY_SECONDS = 5.0


@contextmanager
def signs_of_life(every_seconds: float = _EVERY_SECONDS) -> Iterator[None]:
    """Tell the engine every few seconds that the work goes on, until the block ends.

    A worker that is killed falls silent, and the engine begins the activity anew elsewhere.
    """
    if not activity.in_activity():
        yield
        return
    has_ended = Event()
    context = copy_context()

    def tell() -> None:
        while not has_ended.wait(every_seconds):
            context.run(activity.heartbeat)

    telling = Thread(target=tell, name="signs-of-life", daemon=True)
    telling.start()
    try:
        yield
    finally:
        has_ended.set()
        telling.join()
