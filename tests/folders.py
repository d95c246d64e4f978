"""Where tests keep their servers' files: in memory, on a machine that has the room.

Each test copies a database of its own, and on a disk that is most of what a test takes. Nothing
that is tested depends on it: a process that is killed leaves its files in memory as on a disk.
"""

import os
import shutil
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108  a folder of our own is made in it
_ROOM_BYTES = 4 * 1024**3


def new_folder(kind: str) -> Path:
    """Make a folder for servers of some kind; whoever asked for it removes it."""
    return Path(tempfile.mkdtemp(prefix=f"locality-{kind}-", dir=_MEMORY if _has_room() else None))


def _has_room() -> bool:
    if not os.access(_MEMORY, os.W_OK):
        return False
    return shutil.disk_usage(_MEMORY).free >= _ROOM_BYTES
