"""What would mend a policy file, said to a policy officer: by the line, or by the kind of fault."""

import re

_LINES = (
    (r"=\s*[\u2018\u2019\u201c\u201d]", 'Write straight quotes: "like these".'),
    (r"=\s*[\"']?£", "Write the amount without £ and without quotes: 753.00."),
    (r"=\s*\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b", "Write a day as 2026-09-01: year, month, day."),
    (r"=\s*\d{1,3}(,\d{3})+(?!\d)", "Write a number without commas: 8111.00, not 8,111.00."),
    (r"^\s*[A-Za-z_][\w.-]*\s*:", "Write name = value, with = in place of the colon."),
    (r"^[^#\"']*[^\x00-\x7f]", "A letter or space here only looks like one: type the line anew."),
    (r"^\s*\[[^\]]*\]?\s*$", "Write a heading as [[steps]], once for each step."),
    (r"=\s*(?!true\b|false\b|inf\b|nan\b)[A-Za-z]", 'Put a text between quotes: "like this".'),
    (r"^[^\"#]*\"[^\"]*$", "Close the quotes on the line that opens them."),
)
"""How a line looks that is no TOML, and what would mend it; the first that fits is said."""

_SAID = (
    ("Invalid date", "There is no such day: look at a calendar."),
    ("Duplicate", "It is there twice: keep one."),
    ("Cannot overwrite", "It is there twice: keep one, or begin each step with [[steps]]."),
    ("Cannot declare", "It is there twice: keep one, or begin each step with [[steps]]."),
)
"""What the reader says of some lines, and what would mend those."""

_ANY_LINE = "Mend the line; a value is name = value."
ANY_VALUE = "Mend the value; the README of policy has examples."
_CODES = "pattern '^[a-z0-9]"

_BY_KIND = {
    "missing": "Write the value; nothing is assumed for it.",
    "extra_forbidden": "No rule reads it: mend its name or take it out.",
    "int_type": "Write a whole number without quotes or point; money in whole pence,"
    " or in pounds under a name that ends in _pounds.",
    "decimal_type": "Write an exact number.",
    "decimal_parsing": "Write an exact number.",
    "date_from_datetime_parsing": "Write a day as 2026-09-01.",
    "date_parsing": "Write a day as 2026-09-01.",
    "union_tag_invalid": "Use one of the rule forms that the README of policy lists.",
    "union_tag_not_found": "Say which rule form it is: form = ...",
    "enum": "Use one of the listed words.",
    "literal_error": "Use one of the listed words.",
    "too_long": "Split it, or take out what is not used.",
    "string_too_long": "Shorten it.",
}


def of_line(line: str, says: str) -> str:
    """Say what would mend a line that is no TOML, by what its reader says and how it looks.

    >>> of_line("in_force_from = 01/09/2026", "Expected newline")
    'Write a day as 2026-09-01: year, month, day.'
    >>> of_line("amount_pounds = 8,111", "Expected newline")
    'Write a number without commas: 8111.00, not 8,111.00.'
    """
    by_words = (help_ for word, help_ in _SAID if word in says)
    by_looks = (help_ for looks, help_ in _LINES if re.search(looks, line))
    return next(by_words, None) or next(by_looks, _ANY_LINE)


def of_value(kind: str, says: str) -> str:
    """Say what would mend a value that the model of its kind refuses.

    >>> of_value("missing", "Field required")
    'Write the value; nothing is assumed for it.'
    """
    if kind == "string_pattern_mismatch" and _CODES in says:
        return "Write a code: small letters, digits and _, beginning with one of the first two."
    return _BY_KIND.get(kind, ANY_VALUE)
