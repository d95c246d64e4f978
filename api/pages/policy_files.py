"""Policy documents that come as files: their text takes its place in the form, to be seen there."""

import tomllib
from collections.abc import Mapping

from api.pages.forms import Fault
from api.pages.visitor import SentFile

Typed = Mapping[str, str]
_FILE, _NAME, _TEXT = ".file", ".name", ".text"


def as_typed(typed: Typed, files: Mapping[str, SentFile]) -> tuple[Typed, tuple[Fault, ...]]:
    """Put each file's text where it would have been pasted, under the name it would have."""
    found, faults = dict(typed), list[Fault]()
    for field, sent in files.items():
        row = field.removesuffix(_FILE)
        text = _text_of(sent.content)
        if text is None:
            says = f"{sent.name} must be a text file in UTF-8, as TOML is"
            faults.append({"text": says, "href": f"#{field}"})
            continue
        found[f"{row}{_TEXT}"] = text
        found[f"{row}{_NAME}"] = typed.get(f"{row}{_NAME}") or place_of(text, sent.name)
    return found, tuple(faults)


def place_of(text: str, name: str) -> str:
    r"""Where a document lies in its pack, by what it says; else by its file's own name.

    >>> place_of('kind = "tariff"\nin_force_from = 2027-04-01', "Tariff (2).toml")
    'tariff/2027-04-01.toml'
    >>> place_of("[[cases]]", "cases.toml")
    'cases.toml'
    """
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return name
    kind, begins = told.get("kind"), told.get("in_force_from")
    return f"{kind}/{begins}.toml" if kind and begins else name


def _text_of(content: bytes) -> str | None:
    """A file's text, without the mark that some editors begin it with; nothing where it is none."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text.replace("\r\n", "\n").strip()
