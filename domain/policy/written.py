"""A stored version written as a file again: the same document, by the same hash.

What is published is read beside a draft, and shown to whoever goes on from it.
"""

import json
from typing import Any

from domain.policy.load import PolicyVersion


def toml_of(version: PolicyVersion) -> str:
    """Write a version as TOML that loads to the very same document.

    Days, decimals and money are as they are stored: text, text, and whole pence.
    """
    found: dict[str, Any] = json.loads(version.canonical)
    return "".join(f"{_key(key)} = {_value(value)}\n" for key, value in found.items())


def _value(value: Any) -> str:  # whatever JSON can hold
    if isinstance(value, dict):
        inside = ", ".join(f"{_key(key)} = {_value(each)}" for key, each in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list):
        return "[" + "".join(f"\n  {_value(each)}," for each in value) + ("\n]" if value else "]")
    return _text(value) if isinstance(value, str) else json.dumps(value)


def _key(key: str) -> str:
    return key if key.isascii() and key.replace("_", "").isalnum() else _text(key)


def _text(text: str) -> str:
    """Write text as TOML does: as JSON, but for the one letter that only TOML forbids."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
