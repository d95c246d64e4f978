"""What a file of evidence is, by its content: a PDF, a Word document or a picture, or nothing.

A Word document is a zip file that anybody can make: what it says that it unpacks to is looked at,
and nothing of it but its list of contents is unpacked.
"""

import struct
import zlib
from collections.abc import Callable
from enum import StrEnum
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from domain.screening import Fault

LARGEST = 10 * 1024 * 1024
_LARGEST_SAYS = "10 MB"
_MOST_PARTS = 2_000
_LARGEST_UNPACKED = 100 * 1024 * 1024
_LARGEST_TYPES = 256 * 1024
_MOST_TIMES_SMALLER = 200
"""Text packs to a twentieth, and empty pictures a little further; a bomb to a thousandth."""
_LOOKS_LARGE = 1024 * 1024
_IS_LOCKED = 0x1
_TYPES, _DOCUMENT = "[Content_Types].xml", "word/document.xml"
_IS_WORD = b"wordprocessingml.document.main+xml"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_BROKEN = (BadZipFile, KeyError, ValueError, OSError, RuntimeError, EOFError)
_BROKEN_WITHIN = (NotImplementedError, struct.error, zlib.error)
_NEAR_THE_END = 4096


class EvidenceForm(StrEnum):
    """The kinds of file that are taken, by the ending that their names have."""

    PDF = "pdf"
    DOCX = "docx"
    PNG = "png"
    JPEG = "jpg"


MEDIA_TYPES = {
    EvidenceForm.PDF: "application/pdf",
    EvidenceForm.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    EvidenceForm.PNG: "image/png",
    EvidenceForm.JPEG: "image/jpeg",
}
_CALLED = {
    EvidenceForm.PDF: "a PDF",
    EvidenceForm.DOCX: "a Word document",
    EvidenceForm.PNG: "a PNG picture",
    EvidenceForm.JPEG: "a JPEG picture",
}
_DECLARED = {
    **{form.value: form for form in EvidenceForm},
    **{media_type: form for form, media_type in MEDIA_TYPES.items()},
    "jpeg": EvidenceForm.JPEG,
    "jpe": EvidenceForm.JPEG,
}
_SAYS_NOTHING = frozenset({"", "application/octet-stream"})
_TAKEN = "Send a PDF, a Word document (.docx) or a picture (PNG or JPEG)."


def form_of(content: bytes, declared: str) -> EvidenceForm | Fault:
    """Say what a file is, or why it is not taken.

    ``declared`` is what it says of itself, the ending of its name or a media type: a file that is
    another thing than it says is not taken, whatever it is.
    """
    if not content:
        return _fault("file_empty", "There is nothing in the file.", "Choose the file again.")
    if len(content) > LARGEST:
        return _fault(
            "file_too_large",
            f"The file is larger than {_LARGEST_SAYS}.",
            "Save it smaller, or send its pages that matter.",
        )
    found = _found(content)
    if isinstance(found, Fault):
        return found
    declared = declared.split(";", maxsplit=1)[0].strip().lower()
    if declared not in _SAYS_NOTHING and _DECLARED.get(declared) is not found:
        return _fault(
            "file_is_another",
            f"The file says that it is {_as_declared(declared)}, and it is {_CALLED[found]}.",
            "Open it, save it as what it is, and send that.",
        )
    return found


def _as_declared(declared: str) -> str:
    known = _DECLARED.get(declared)
    return _CALLED[known] if known else "of another kind"


def _found(content: bytes) -> EvidenceForm | Fault:
    for form, is_one in _MARKS.items():
        if is_one(content):
            return form
    if content.startswith(_ZIP):
        return _of_zip(content)
    if content.startswith(_OLD_OFFICE):
        return _fault(
            "file_old_or_locked",
            "The file is of an old version of Word, or a password protects it.",
            "Save it without a password as a Word document (.docx) or as a PDF.",
        )
    return _fault("file_unknown", "The file is of a kind that is not taken, or broken.", _TAKEN)


def _ends_with(content: bytes, mark: bytes) -> bool:
    return mark in content[-_NEAR_THE_END:]


_MARKS: dict[EvidenceForm, Callable[[bytes], bool]] = {
    EvidenceForm.PDF: lambda c: c.startswith(b"%PDF-") and _ends_with(c, b"%%EOF"),
    EvidenceForm.PNG: lambda c: (
        c.startswith(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR") and _ends_with(c, b"IEND\xaeB`\x82")
    ),
    EvidenceForm.JPEG: lambda c: c.startswith(b"\xff\xd8\xff") and _ends_with(c, b"\xff\xd9"),
}


def _of_zip(content: bytes) -> EvidenceForm | Fault:
    """A Word document, as long as what it unpacks to is something that can be opened."""
    try:
        with ZipFile(BytesIO(content)) as packed:
            parts = packed.infolist()
            if _is_bomb(parts):
                return _fault(
                    "file_unpacks_too_large",
                    "The file would unpack to far more than a document holds.",
                    "Open it in Word, save it under another name, and send that.",
                )
            is_word = _is_word(packed, {part.filename: part for part in parts})
    except (*_BROKEN, *_BROKEN_WITHIN):
        return _fault("file_broken", "The file is broken.", "Open it, save it again, send that.")
    if is_word:
        return EvidenceForm.DOCX
    return _fault("file_unknown", "The file is packed and is no Word document.", _TAKEN)


def _is_bomb(parts: list[ZipInfo]) -> bool:
    unpacked = sum(part.file_size for part in parts)
    return (
        len(parts) > _MOST_PARTS
        or unpacked > _LARGEST_UNPACKED
        or any(
            part.file_size > max(_LOOKS_LARGE, _MOST_TIMES_SMALLER * part.compress_size)
            for part in parts
        )
    )


def _is_word(packed: ZipFile, parts: dict[str, ZipInfo]) -> bool:
    """Whether it has what every Word document has, nothing that runs, and no password."""
    types = parts.get(_TYPES)
    if types is None or _DOCUMENT not in parts or types.file_size > _LARGEST_TYPES:
        return False
    if any(name.lower().endswith("vbaproject.bin") for name in parts):
        return False
    if any(part.flag_bits & _IS_LOCKED for part in parts.values()):
        return False
    with packed.open(types) as written:
        return _IS_WORD in written.read(_LARGEST_TYPES)


def _fault(code: str, says: str, would_help: str) -> Fault:
    return Fault(code=code, says=says, would_help=would_help, field="file")
