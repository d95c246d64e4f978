"""A letter as a tagged PDF: one template lays it out, and its words go in as data.

What the letter's font cannot show is said in words: a PDF/UA has no blank boxes.
"""

import json
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst
from fastapi import Response

from activities.clock import LONDON
from api.downloads import as_file
from api.letters.copies import LetterCopy
from domain.explaining import day_in_words

PDF = "application/pdf"
AS_PDF: dict[int | str, dict[str, Any]] = {
    200: {"description": "The letter as a tagged PDF.", "content": {PDF: {}}}
}
_TEMPLATE = Path(__file__).with_name("letter.typ")
_STANDARD: Final = "ua-1"
_OWN_FONT = Path(__file__).with_name("fonts")
_SHOWN = (
    r"\u0020-\u007e\u00a0-\u00ac\u00ae-\u02af\u0370-\u0373\u0375-\u0377\u037a-\u037d\u037f"
    r"\u0384-\u0386\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u0482\u0488-\u04ff\u0510-\u0513"
    r"\u051a-\u051d\u05d0-\u05ea\u1e00-\u1eff\u2010-\u2027\u2030-\u2040\u2042\u2044-\u2052"
    r"\u2054-\u205e\u2070-\u2071\u2074-\u208e\u2090-\u209c\u20a0-\u20c0\u2100-\u211e\u2120"
    r"\u2122\u2124\u2127-\u2129\u212c-\u2138\u2150-\u2151\u2153-\u215e\u2190-\u22ff"
    r"\u25a0-\u25ff\u2713-\u2714\u2717\ufb00-\ufb06"
)
"""The letters that Libertinus Serif has, of the scripts that it has: a test prints every one."""
_UNSHOWN = re.compile(f"[^{_SHOWN}]+")


def as_pdf(copy: LetterCopy) -> Response:
    """Answer with a letter as a file."""
    return as_file(copy.file_name, PDF, letter_pdf(copy))


def letter_pdf(copy: LetterCopy) -> bytes:
    """Lay a letter out as PDF/UA-1: tagged, titled, in British English, under its headings."""
    told = {**copy.text.model_dump(mode="json"), "title": copy.title, "foot": _foot(copy)}
    made = typst.compile(
        _template(),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"letter": json.dumps(_printable(told))},
        format="pdf",
        pdf_standards=_STANDARD,
        # A PDF's own time has whole seconds, a real clock has not.
        timestamp=copy.written_at.replace(microsecond=0),
    )
    assert isinstance(made, bytes)
    return made


def in_font(says: str) -> str:
    """Write words with the letters that the font has; of others it is said what they are.

    >>> in_font("Well done 😀, Zoë")
    'Well done (grinning face), Zoë'
    """
    return _UNSHOWN.sub(_in_words, unicodedata.normalize("NFC", says))


def _in_words(found: re.Match[str]) -> str:
    """Name signs one by one; of a word in another script, say which script it is."""
    seen = [each for each in found[0] if unicodedata.category(each)[0] in "LNPS"]
    names = [unicodedata.name(each, "sign") for each in seen]
    if any(unicodedata.category(each)[0] == "L" for each in seen):
        return f"(a word in {names[0].split()[0].capitalize()} letters)"
    return f"({', '.join(dict.fromkeys(name.lower() for name in names))})" if names else ""


def _printable(told: Any) -> Any:
    if isinstance(told, str):
        return in_font(told)
    if isinstance(told, dict):
        return {name: _printable(value) for name, value in told.items()}
    return [_printable(each) for each in told] if isinstance(told, list) else told


def _foot(copy: LetterCopy) -> str:
    written = f"Written on {day_in_words(copy.written_at.astimezone(LONDON).date())}"
    return f"{written}, wording {copy.wording.name}" if copy.wording else written


@cache
def _template() -> bytes:
    return _TEMPLATE.read_bytes()


@cache
def _fonts() -> typst.Fonts:
    """The letters' own font, made for people with low vision, and those of the compiler behind it.

    They are the same on every machine: letters that the own font lacks are those of Libertinus.
    """
    return typst.Fonts(include_system_fonts=False, font_paths=[str(_OWN_FONT)])
