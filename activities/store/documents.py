"""Where documents lie that the record does not hold itself: an object store that the settings name.

An object is named by the SHA-256 of its content: nothing of a child is in the name, and the same
bytes are the same object. Nothing waits for a store inside a transaction, and nothing is deleted.
"""

import hashlib
import os
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Self
from urllib.parse import unquote, urlsplit

from obstore.exceptions import BaseError
from obstore.store import LocalStore, from_url

if TYPE_CHECKING:
    from obstore.store import ObjectStore, RetryConfig

_TRIED_AGAIN: "RetryConfig" = {"max_retries": 2, "retry_timeout": timedelta(seconds=20)}


class Place(StrEnum):
    """Where the bytes of a document lie."""

    RECORD = "record"
    OBJECT_STORE = "object_store"


class DocumentsAway(Exception):
    """The object store does not answer, or there is none that the settings name."""


class DocumentLost(Exception):
    """The object store has nothing under the name, or something else than was handed in."""


class Documents:
    """An object store: a folder, an S3-compatible one, Azure's or Google's.

    Who it lets in it reads from its own environment, as its own programs do (`AWS_...`,
    `AZURE_STORAGE_...`, `GOOGLE_...`).
    """

    def __init__(self, url: str) -> None:
        self._folder: Path | None = None
        parts = urlsplit(url)
        if parts.scheme == "file":
            self._folder = Path(unquote(parts.path))
            self._store: ObjectStore = LocalStore(self._folder, mkdir=True)
        else:
            self._store = from_url(url, retry_config=_TRIED_AGAIN)

    @classmethod
    def of_settings(cls, url: str) -> Self | None:
        """The store that a setting names; none, where documents are kept in the record."""
        return cls(url) if url else None

    def put(self, content: bytes) -> None:
        """Keep bytes, so that a loss of power does not lose them; kept before, nothing changes."""
        name = _name_of(hashlib.sha256(content).hexdigest())
        try:
            self._store.put(name, content, use_multipart=False)
            if self._folder is not None:
                _written_down(self._folder / name)
        except (BaseError, OSError) as error:
            raise DocumentsAway from error

    def get(self, sha256: str) -> bytes:
        """Give bytes back as they were handed in, and no others."""
        try:
            content = bytes(self._store.get(_name_of(sha256)).bytes())
        except FileNotFoundError as error:
            raise DocumentLost from error
        except (BaseError, OSError) as error:
            raise DocumentsAway from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise DocumentLost
        return content


def _name_of(sha256: str) -> str:
    """Spread over folders, as a folder with all of them would be slow to look through."""
    return f"{sha256[:2]}/{sha256}"


def _written_down(path: Path) -> None:
    """Have the disk keep a file and its name: a folder's store leaves that to the machine."""
    for each in (path, path.parent, path.parent.parent):
        opened = os.open(each, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
