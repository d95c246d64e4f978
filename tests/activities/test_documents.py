"""An object store: bytes are given back as they were handed in, or it is said that they are not."""

from hashlib import sha256
from pathlib import Path

import pytest

from activities.store.documents import DocumentLost, Documents, DocumentsAway
from tests.pages.site import listen

CONTENT = b"%PDF-1.7 a report\n%%EOF\n"
NAME = sha256(CONTENT).hexdigest()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a folder's store begins, with a space in its name."""
    return tmp_path / "kept here" / "evidence"


def test_bytes_come_back_as_they_were_under_a_name_that_tells_nothing(folder: Path) -> None:
    """Kept twice it is one object, whose name is its hash; an object of our own making is whole."""
    documents = Documents(folder.as_uri())
    documents.put(CONTENT)
    documents.put(CONTENT)
    assert Documents(folder.as_uri()).get(NAME) == CONTENT
    kept = [each for each in folder.rglob("*") if each.is_file()]
    assert [(each.name, each.read_bytes()) for each in kept] == [(NAME, CONTENT)]


def test_what_was_changed_or_taken_away_is_given_to_nobody(folder: Path) -> None:
    """Bytes that are not what was handed in are none of ours, however they came there."""
    documents = Documents(folder.as_uri())
    with pytest.raises(DocumentLost):
        documents.get(NAME)
    documents.put(CONTENT)
    (kept,) = (each for each in folder.rglob("*") if each.is_file())
    kept.write_bytes(CONTENT + b"more")
    with pytest.raises(DocumentLost):
        documents.get(NAME)


def test_a_store_that_does_not_answer_is_told_of_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """S3 by its own settings of the environment, at an address where nobody is."""
    taken, address = listen()
    taken.close()
    for name, value in {
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": "here",
        "AWS_ENDPOINT_URL": address,
        "AWS_ALLOW_HTTP": "true",
    }.items():
        monkeypatch.setenv(name, value)
    documents = Documents("s3://bucket/evidence")
    with pytest.raises(DocumentsAway):
        documents.put(CONTENT)
    with pytest.raises(DocumentsAway):
        documents.get(NAME)
