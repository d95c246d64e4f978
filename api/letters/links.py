"""Addresses in a letter's words as links, with everything else made safe to stand in a page."""

import re

from markupsafe import Markup, escape

_ADDRESS = re.compile(
    r"(?P<mail>[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)"
    r"|(?P<web>https?://[A-Za-z0-9./_~?=&%#-]*[A-Za-z0-9/])"
)


def linked(says: str) -> Markup:
    """Write words with their addresses as links; nothing typed becomes markup.

    >>> str(linked("<b> a@b.example"))
    '&lt;b&gt; <a class="govuk-link" href="mailto:a@b.example">a@b.example</a>'
    """
    parts: list[Markup] = []
    end = 0
    for found in _ADDRESS.finditer(says):
        parts.append(escape(says[end : found.start()]))
        to = f"mailto:{found[0]}" if found["mail"] else found[0]
        parts.append(Markup('<a class="govuk-link" href="{}">{}</a>').format(to, found[0]))
        end = found.end()
    parts.append(escape(says[end:]))
    return Markup("").join(parts)
