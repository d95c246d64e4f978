"""What is wrong with what was typed, said as a form's pages say it."""

from collections.abc import Mapping
from typing import Any

from domain.malformed import in_a_sentence
from domain.money import pounds

_NO_DAY = "{0} must be a day that exists, like 27 3 2027"
_NOT_LISTED = "Choose {1} from the list"
_SAYS = {
    "string_too_long": "Use {max_length} characters or fewer",
    "string_too_short": "Use {min_length} characters or more",
    "greater_than_equal": "{0} must be {ge} or more",
    "greater_than": "{0} must be more than {gt}",
    "less_than_equal": "{0} must be {le} or less",
    "less_than": "{0} must be less than {lt}",
    "date_from_datetime_parsing": _NO_DAY,
    "date_parsing": _NO_DAY,
    "date_type": _NO_DAY,
    "enum": _NOT_LISTED,
    "literal_error": _NOT_LISTED,
    "uuid_parsing": _NOT_LISTED,
    "string_pattern_mismatch": "{0} is not written in the way that is asked for",
}


def in_words(label: str, error: Mapping[str, Any], *, in_pounds: bool) -> str:
    """Say what is wrong with a field as its pages do, where the checker's own words would not."""
    says = _SAYS.get(error["type"])
    if says is None:
        return sentence(in_a_sentence(error, label))
    if says is _NOT_LISTED and label.endswith("?"):
        return f"{label} Choose from the list"
    written = pounds if in_pounds else "{:,}".format
    limits = {
        name: written(limit) if isinstance(limit, int) else limit
        for name, limit in error.get("ctx", {}).items()
    }
    return says.format(label, label[:1].lower() + label[1:], **limits)


def sentence(says: str) -> str:
    """Begin what is wrong as a sentence begins."""
    return says[:1].upper() + says[1:]
