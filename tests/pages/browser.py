"""A real Chromium for tests: found, or installed where that can be done; never done without."""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

_ON_THE_PATH = ("chromium-headless-shell", "chromium", "google-chrome", "chromium-browser")
_PACKAGES = ("chromium-headless-shell", "fonts-liberation2")
_LOCK = ROOT / ".locality/cache/browser.lock"
_NONE = """
No Chromium was found, and none could be installed, so the pages cannot be proved.
Name one with CHROMIUM_PATH=/path/to/chromium, or install it: `playwright install chromium`, or on
Debian `apt-get install chromium-headless-shell fonts-liberation2`.
"""


class NoBrowser(Exception):
    """There is no browser to test with; the tests fail, for nothing else proves a page."""


def chromium(playwrights_own: str) -> str:
    """Find a Chromium, or install one; two processes of tests do not install at once."""
    found = _found(playwrights_own)
    if found is None:
        _LOCK.parent.mkdir(parents=True, exist_ok=True)
        with _LOCK.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            found = _found(playwrights_own) or _installed(playwrights_own)
    if found is None:
        raise NoBrowser(_NONE)
    return found


def _found(playwrights_own: str) -> str | None:
    named = os.environ.get("CHROMIUM_PATH")  # noqa: TID251  a browser is no setting of Locality
    if named:
        return named
    if Path(playwrights_own).exists():
        return playwrights_own
    return next((path for name in _ON_THE_PATH if (path := shutil.which(name))), None)


def _installed(playwrights_own: str) -> str | None:
    """Ask Playwright for its own, and then, as root on Debian, the distribution for its own."""
    _tried([sys.executable, "-m", "playwright", "install", "chromium"])
    if (found := _found(playwrights_own)) is None and os.geteuid() == 0:
        apt = shutil.which("apt-get")
        if apt is not None:
            _tried([apt, "update", "-qq"])
            _tried([apt, "install", "-y", "-qq", "--no-install-recommends", *_PACKAGES])
            found = _found(playwrights_own)
    return found


def _tried(command: list[str]) -> None:
    """Run a command that may fail: whether it helped is looked at afterwards."""
    subprocess.run(command, check=False, capture_output=True, timeout=300)
