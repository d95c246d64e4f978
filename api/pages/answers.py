"""What was answered on a form, in words: to be looked at once more before anything is done."""

from collections.abc import Mapping
from datetime import date

from api.pages.forms import Field, Form, Kind
from api.pages.typed import BOXES
from domain.explaining import day_in_words

_EMPTY, _NONE_TICKED = "Not answered", "None"
"""To leave every box empty is an answer: somebody who has no interest ticks none."""


def answers_of(form: Form, typed: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """What was answered, to be looked at once more: label, answer, and the field to change."""
    # Of rows, which have many fields, only what was answered.
    return [
        (label, shown or (_NONE_TICKED if each.kind is Kind.ANY_OF else _EMPTY), each.first)
        for label, shown, each in _told(form, typed)
        if shown or label == each.label
    ]


def answered(form: Form, typed: Mapping[str, str]) -> list[tuple[str, str]]:
    """What was answered, label by label, without what was not."""
    return [(label, shown) for label, shown, _ in _told(form.filled(typed), typed) if shown]


def _told(form: Form, typed: Mapping[str, str]) -> list[tuple[str, str, Field]]:
    """Each question, what was answered to it, which may be nothing, and its field."""
    return [
        (form.several.asked(each) if form.several else each.label, _shown(each, typed), each)
        for each in form.fields
        if each.kind not in {Kind.CARRIED, Kind.FILE}
    ]


def _in_boxes(of: Field, typed: Mapping[str, str]) -> str:
    """A day as it is read, and what is none as it was typed."""
    written, _ = BOXES[of.kind](of, typed)
    try:
        return day_in_words(date.fromisoformat(written or ""))
    except ValueError:
        return " ".join(filter(None, (typed.get(name, "") for name in of.names())))


def _in_pounds(text: str) -> str:
    """An amount as amounts are written, and what is none as it was typed.

    >>> _in_pounds("6000.00"), _in_pounds("£12,5"), _in_pounds("lots")
    ('£6,000.00', '£12,5', '£lots')
    """
    figures = text.removeprefix("£")
    whole, point, rest = figures.partition(".")
    return f"£{int(whole):,}{point}{rest}" if whole.isdecimal() else f"£{figures}"


def _shown(of: Field, typed: Mapping[str, str]) -> str:
    if of.kind in BOXES:
        return _in_boxes(of, typed)
    if of.kind is Kind.ANY_OF:
        return "; ".join(o.says for o in of.options if typed.get(f"{of.name}.{o.code}"))
    text = typed.get(of.name, "")
    if of.kind is Kind.YES_NO:
        return {"yes": "Yes", "no": "No"}.get(text, text)
    if of.kind is Kind.POUNDS and text:
        return _in_pounds(text)
    return next((each.says for each in of.options if each.code == text), text)
