"""What is wrong with a value that a model refuses, said as what follows its name: "is missing".

The models' checker has words of its own, which speak of inputs and of types; whoever writes a
policy or a county's file reads these instead.
"""

from collections.abc import Mapping, Sequence
from typing import Any

_NO_NUMBER, _NO_WHOLE = "is not a number", "is not a whole number"
_NO_DAY, _NO_TIME, _NO_INSTANT = (
    "is not a day",
    "is not a time of day",
    "is not a day with a time and a zone",
)
_NO_LIST, _NO_TABLE, _NO_TEXT = "is not a list", "is not a table of names", "is not a text"
_NONE_OF = "is not one of these: {expected}"
_SAYS = {
    "missing": "is missing",
    "extra_forbidden": "is a name that nothing reads",
    "none_required": "is to be left out",
    "int_type": _NO_WHOLE,
    "int_parsing": _NO_WHOLE,
    "int_from_float": _NO_WHOLE,
    "decimal_type": _NO_NUMBER,
    "decimal_parsing": _NO_NUMBER,
    "finite_number": _NO_NUMBER,
    "decimal_max_places": "has more than {decimal_places} decimal places",
    "decimal_max_digits": "has more than {max_digits} digits",
    "decimal_whole_digits": "has more than {whole_digits} digits before the point",
    "bool_type": "is neither true nor false",
    "bool_parsing": "is neither true nor false",
    "string_type": _NO_TEXT,
    "string_too_short": "has fewer characters than {min_length}",
    "string_too_long": "has more than {max_length} characters",
    "string_pattern_mismatch": "is not written as {pattern}",
    "date_type": _NO_DAY,
    "date_parsing": _NO_DAY,
    "date_from_datetime_parsing": _NO_DAY,
    "date_from_datetime_inexact": _NO_DAY,
    "time_type": _NO_TIME,
    "time_parsing": _NO_TIME,
    "datetime_type": _NO_INSTANT,
    "datetime_parsing": _NO_INSTANT,
    "datetime_from_date_parsing": _NO_INSTANT,
    "timezone_aware": _NO_INSTANT,
    "uuid_type": "is not an id",
    "uuid_parsing": "is not an id",
    "tuple_type": _NO_LIST,
    "list_type": _NO_LIST,
    "set_type": _NO_LIST,
    "frozen_set_type": _NO_LIST,
    "dict_type": _NO_TABLE,
    "model_type": _NO_TABLE,
    "model_attributes_type": _NO_TABLE,
    "too_short": "has fewer entries than {min_length}",
    "too_long": "has more than {max_length} entries",
    "greater_than_equal": "is less than {ge}",
    "greater_than": "is not more than {gt}",
    "less_than_equal": "is more than {le}",
    "less_than": "is not less than {lt}",
    "enum": _NONE_OF,
    "literal_error": _NONE_OF,
    "union_tag_invalid": "is not one of these: {expected_tags}",
    "union_tag_not_found": "does not say its {discriminator}",
}
"""What is said of each kind of fault, with what the model would have taken."""


def in_plain_words(fault: Mapping[str, Any]) -> str:
    """Say what is wrong with a value; a rule of ours has said it in words of its own.

    >>> in_plain_words({"type": "missing", "msg": "Field required"})
    'is missing'
    >>> in_plain_words({"type": "value_error", "msg": "Value error, the first day is too late"})
    'the first day is too late'
    """
    says = _SAYS.get(str(fault["type"]))
    if says is None:
        return str(fault["msg"]).removeprefix("Value error, ")
    return says.format_map(_unquoted(fault.get("ctx", {})))


def in_a_sentence(fault: Mapping[str, Any], name: str | None = None) -> str:
    """Say what is wrong with a value and which: by a name, or by where it stands without one.

    A rule of ours has said it whole.

    >>> in_a_sentence({"type": "missing", "loc": ("body", "pupils", 0, "pupil_id"), "msg": ""})
    'pupil_id is missing'
    >>> in_a_sentence({"type": "uuid_parsing", "loc": ("body", "pupils", 0), "msg": ""})
    'entry 1 of pupils is not an id'
    >>> in_a_sentence({"type": "model_type", "loc": ("body",), "msg": ""})
    'what was sent is not a table of names'
    >>> in_a_sentence({"type": "missing", "loc": ("from_on",), "msg": ""}, "First day")
    'First day is missing'
    >>> in_a_sentence({"type": "value_error", "loc": (), "msg": "Value error, it ends too early"})
    'it ends too early'
    """
    says = in_plain_words(fault)
    return f"{name or _named(fault['loc'])} {says}" if fault["type"] in _SAYS else says


def _named(place: Sequence[int | str]) -> str:
    """What a value goes by: its name, or which entry of what it is."""
    if not place or place[-1] == "body":
        return "what was sent"
    last = place[-1]
    return f"entry {last + 1} of {_named(place[:-1])}" if isinstance(last, int) else last


def _unquoted(context: Mapping[str, Any]) -> dict[str, str]:
    """What the model would have taken, without the marks that the checker puts around words."""
    return {name: str(value).replace("'", "") for name, value in context.items()}
