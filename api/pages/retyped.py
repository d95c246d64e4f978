"""What was said once, put back into the boxes of the form that it was typed in: nothing is lost.

An act that its workflow refuses was recorded with its words; they can be changed and sent again.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from api.pages.forms import Field, Form, Kind, typed_of

_NOT_TYPED = frozenset({Kind.CARRIED, Kind.FILE})
"""What the form itself was drawn with, and is drawn with anew."""
_AS_READ: Mapping[Kind, Callable[[str], Any]] = {
    Kind.DAY: date.fromisoformat,
    Kind.INSTANT: datetime.fromisoformat,
}


def retyped(form: Form, said: Mapping[str, Any]) -> dict[str, str]:
    """What a form's boxes hold for a body that was sent with it: the way back of `body_of`.

    A box that was left empty is empty again, whatever the form begins with.

    >>> boxes = (Field("annual_pence", "Amount", Kind.POUNDS), Field("plan.on", "Day", Kind.DAY))
    >>> form = Form("Title", "Save", boxes, ("Back", "/"))
    >>> retyped(form, {"annual_pence": 123450, "plan": {"on": "2026-10-05"}})["annual_pence"]
    '1234.50'
    """
    typed = dict(form.values)
    for each in _boxes(form, said):
        if each.kind in _NOT_TYPED:
            continue
        typed |= dict.fromkeys(each.names(), "")
        value = _at(said, each.name)
        if isinstance(value, str) and value and each.kind in _AS_READ:
            value = _AS_READ[each.kind](value)
        if not isinstance(value, dict):
            typed |= typed_of(each.kind, each.name, value)
    return typed


def _boxes(form: Form, said: Mapping[str, Any]) -> Iterator[Field]:
    """The fields of the form, and of as many rows as were sent."""
    yield from form.fields
    if form.several is not None:
        most = max((len(each) for each in said.values() if isinstance(each, list)), default=0)
        yield from form.several.rows({}, most)


def _at(said: Any, name: str) -> Any:
    """What stands at a place of a body, such as `items.0.name`; nothing, where it is not there."""
    for part in name.split("."):
        if isinstance(said, dict):
            said = said.get(part)
        elif isinstance(said, list) and part.isdigit():
            said = said[int(part)] if int(part) < len(said) else None
        else:
            return None
    return said
