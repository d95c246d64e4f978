"""What works for minutes is heard of while it works, and no longer."""

import time
from threading import enumerate as threads

from temporalio.testing import ActivityEnvironment

from activities.signs_of_life import signs_of_life


def test_an_activity_is_heard_of_until_it_has_ended() -> None:
    """The engine is told every so often, by a thread that ends with the work."""
    heard: list[object] = []
    environment = ActivityEnvironment()
    environment.on_heartbeat = lambda *told: heard.append(told)

    def work() -> int:
        with signs_of_life(0.01):
            deadline = time.monotonic() + 5
            while len(heard) < 3 and time.monotonic() < deadline:
                time.sleep(0.01)
        return len(heard)

    assert environment.run(work) >= 3
    assert not [each for each in threads() if each.name == "signs-of-life"]


def test_the_same_work_is_done_outside_of_an_activity() -> None:
    """A test or a command calls it by hand, and there is nobody to tell."""
    with signs_of_life(0.01):
        time.sleep(0.03)
    assert not [each for each in threads() if each.name == "signs-of-life"]
