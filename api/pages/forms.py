"""Forms: the fields that people fill in, and what they typed as the body that the API takes.

A form is told once: one template draws it, one reader makes a body of it, and each fault of the
body's model stands at the field that it came from.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from pydantic import ValidationError
from sqlmodel import Session

from activities.clock import LONDON
from activities.store.reading import Caller
from api.pages.fault_words import in_words, sentence
from api.pages.typed import BOXES, READERS, as_it_is
from domain.malformed import in_a_sentence
from domain.refusals import Refusal
from domain.stages import ActKind

Fault = dict[str, str]
"""What is wrong, and the address of the field that it is wrong with."""

_NOWHERE = "#main-content"
_TICKED = "yes"
_DATE_PARTS = ("day", "month", "year")


class Kind(StrEnum):
    """How a field is filled in, and what its text becomes."""

    TEXT = "text"
    LONG = "long"
    WHOLE = "whole"
    """A whole number."""
    DECIMAL = "decimal"
    """A number that may have a point; it stays text, for no float is exact."""
    POUNDS = "pounds"
    """An amount, typed in pounds; the body has pence."""
    DAY = "day"
    """Three boxes, `NAME-day`, `-month` and `-year`; the body has a date."""
    INSTANT = "instant"
    """A day and a time by the council's clock, `NAME-time`; the body has the instant."""
    ONE_OF = "one_of"
    """Radios."""
    LIST = "list"
    """A drop-down list, where there are too many for radios."""
    ANY_OF = "any_of"
    """Tick boxes, each a field of its own, `NAME.CODE`; the body has the list of codes."""
    YES_NO = "yes_no"
    LINES = "lines"
    """Several, each typed on a line of its own."""
    CARRIED = "carried"
    """Not shown: what the form was drawn for."""
    FILE = "file"
    """A file; it comes beside what is typed, and the body has nothing of it."""


@dataclass(frozen=True)
class Option:
    """One of the things to choose from."""

    code: str
    says: str
    hint: str = ""


class _Key(str):
    """A code that a value stands under, however it is written."""

    __slots__ = ()


@dataclass(frozen=True)
class Field:
    """One thing to fill in: its place in the body (`levels.semh`), what it is called, how."""

    name: str
    label: str
    kind: Kind = Kind.TEXT
    hint: str = ""
    missing: str = ""
    """What is said where nothing was entered: `Enter why you withdraw the request`."""
    options: tuple[Option, ...] = ()
    rows: int = 5
    width: str = ""
    """Of a short field, in the field's own words: `5`, `10`, `20`."""
    legend: str = ""
    """A heading that this field begins a part of the form with."""
    beside: str = ""
    """Another field without which this one says nothing: it counts only where that is filled in."""
    is_number: bool = False
    """Whether the codes of its options are whole numbers, such as levels."""
    key: str = ""
    """The code that its name ends with, where the body has codes and values: a code of digits is
    no row's number, and a point in one leads no further."""

    @property
    def place(self) -> tuple[str, ...]:
        """The names that lead to its place in the body."""
        if not self.key:
            return tuple(self.name.split("."))
        return (*self.name.removesuffix(f".{self.key}").split("."), _Key(self.key))

    def names(self) -> tuple[str, ...]:
        """The names under which the field's own inputs are sent."""
        if self.kind is Kind.DAY:
            return tuple(f"{self.name}-{part}" for part in _DATE_PARTS)
        if self.kind is Kind.INSTANT:
            return tuple(f"{self.name}-{part}" for part in (*_DATE_PARTS, "time"))
        if self.kind is Kind.ANY_OF:
            return tuple(f"{self.name}.{each.code}" for each in self.options)
        return (self.name,)

    @property
    def first(self) -> str:
        """The id of the input that a fault leads to."""
        return self.names()[0] if self.names() else self.name


class Grows(Protocol):
    """What of a form is filled in as often as it is needed; ``several`` has it."""

    @property
    def more(self) -> str:
        """What the button for one more is called."""

    def rows(self, typed: Mapping[str, str], more: int) -> tuple[Field, ...]:
        """The fields of every row that was typed, and of as many more as are asked for."""

    def asked(self, of: Field) -> str:
        """What a field is called among all answers, where it is one of a row."""

    def faults(self, typed: Mapping[str, str], says: str) -> tuple[Fault, ...]:
        """What a rule says of rows, each at its row."""


Step = Callable[[Mapping[str, str]], tuple[Mapping[str, str], tuple[Fault, ...]]]


@dataclass(frozen=True)
class Form:
    """A form on a page of its own."""

    title: str
    button: str
    fields: tuple[Field, ...]
    back: tuple[str, str]
    """What the way back is called, and where it leads; also where it goes on to once done."""
    caption: str = ""
    lead: tuple[str, ...] = ()
    """What stands above the fields, a paragraph each."""
    warning: str = ""
    """What cannot be undone about it."""
    keep: str = ""
    """What the link is called that leaves all as it is."""
    values: Mapping[str, str] = field(default_factory=dict)
    """What the fields hold when the form is opened, by the names of their inputs."""
    adds: Mapping[str, Any] = field(default_factory=dict)
    """What the body holds beside what is typed."""
    is_checked: bool = False
    """Whether the answers are looked at once more before anything is done."""
    foretells: Callable[[Session, Caller, Any], Mapping[str, Any]] | None = None
    """Reads what is shown beside the answers, of the body that was made of them: what it would
    come to. A refusal is told at the form."""
    check_template: str = "check_page.html"
    pause: Callable[[Any], Sequence[str]] = lambda _made: ()
    """Why one is asked whether one is sure, a sentence each, of the body that was made."""
    template: str = "form_page.html"
    told: Mapping[str, Any] = field(default_factory=dict)
    """What a template of its own is told beside."""
    not_now: Refusal | None = None
    """Why it is not offered now. Sent all the same, the record answers: it may be a repetition."""
    several: Grows | None = None
    """What is filled in more than once, below the other fields."""
    elsewhere: str = ""
    """The page to look at instead, where there is nothing to fill in now."""
    about: UUID | None = None
    """What the act is about, where the address names something else: an item's meeting."""
    act: ActKind | None = None
    """The act that it says: where one was refused, its words can come back to the form."""
    made: str = ""
    """Where what an act makes is found once it is done; its id takes the place of ``{id}``."""

    goes_on: str = ""
    """Where it goes on to once done, where that is not the way back."""
    shows: Callable[[Mapping[str, str], int], Mapping[str, Any]] | None = None
    """What its template is told of what was typed, and of how many more rows are asked for."""
    steps: Mapping[str, Step] = field(default_factory=dict)
    """What further buttons make of what was typed, before the form is drawn again: none is done."""

    @property
    def then(self) -> str:
        """Where it goes on to once done."""
        return self.goes_on or self.back[1]

    def filled(self, typed: Mapping[str, str], more: int = 0) -> "Form":
        """The form with a row for each that was typed, and for as many more as are asked for."""
        if self.several is None:
            return self
        return replace(self, fields=(*self.fields, *self.several.rows(typed, more)))


def body_of(form: Form, typed: Mapping[str, str]) -> tuple[dict[str, Any], tuple[Fault, ...]]:
    """Make the body that the API takes, and tell what cannot be made into anything.

    A field that was left empty is left out, so that the body's own rules say whether it may be.

    >>> amount = Field("annual_pence", "Amount", Kind.POUNDS)
    >>> form = Form("Title", "Save", (amount, Field("from_on", "From", Kind.DAY)), ("Back", "/"))
    >>> day = {"from_on-day": "5", "from_on-month": "10", "from_on-year": "2026"}
    >>> body_of(form, {"annual_pence": "£1,234.50", **day})
    ({'annual_pence': 123450, 'from_on': '2026-10-05'}, ())
    """
    named, faults = _named(form, typed)
    body: dict[str, Any] = _rows_as_lists(named)
    return body, faults


def faults_of(
    form: Form, typed: Mapping[str, str], error: ValidationError, found: Sequence[Fault] = ()
) -> tuple[Fault, ...]:
    """Tell every fault of a body at the field it came from, in the words of the form, once each."""
    told = {each["href"]: each for each in found}
    named, _ = _named(form, typed)
    for each in error.errors(include_url=False):
        at = next(_fields_at(form, _as_named(named, each["loc"])), None)
        if at is None:
            says = sentence(in_a_sentence(each))
            told.setdefault(f"{_NOWHERE}{says}", {"text": says, "href": _NOWHERE})
        else:
            told.setdefault(f"#{at.first}", _fault_at(at, typed, each))
    order = [f"#{each.first}" for each in form.fields]
    return tuple(sorted(told.values(), key=lambda one: _place(order, one["href"])))


def typed_of(kind: Kind, name: str, value: Any) -> dict[str, str]:
    """What a form's inputs hold for a value of the record, so that it can be changed.

    >>> typed_of(Kind.POUNDS, "annual_pence", 123450)
    {'annual_pence': '1234.50'}
    """
    if value is None:
        return {}
    if kind in BOXES:
        held = value.astimezone(LONDON) if isinstance(value, datetime) else value
        at = {f"{name}-time": f"{held:%H:%M}"} if kind is Kind.INSTANT else {}
        return at | {f"{name}-{part}": str(getattr(held, part)) for part in _DATE_PARTS}
    if kind is Kind.ANY_OF:
        return {f"{name}.{code}": _TICKED for code in value}
    return {name: _WRITERS.get(kind, str)(value)}


def _in_pounds(pence: int) -> str:
    sign = "-" if pence < 0 else ""
    return f"{sign}{abs(pence) // 100}.{abs(pence) % 100:02}"


_WRITERS: dict[Kind, Callable[[Any], str]] = {
    Kind.POUNDS: _in_pounds,
    Kind.YES_NO: lambda value: "yes" if value else "no",
    Kind.LINES: lambda value: "\n".join(map(str, value)),
}


def _named(form: Form, typed: Mapping[str, str]) -> tuple[dict[str, Any], tuple[Fault, ...]]:
    """Put what was typed at its place by name; rows of a list are still named by their numbers."""
    body: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, value in deepcopy(dict(form.adds)).items():
        _put(body, name.split("."), value)
    for each in form.fields:
        if each.beside and not _is_filled(each.beside, typed):
            continue
        value, says = _read(each, typed)
        if says:
            faults.append({"text": says, "href": f"#{each.first}"})
        elif value is not None:
            _put(body, each.place, value)
    return body, tuple(faults)


def _is_filled(name: str, typed: Mapping[str, str]) -> bool:
    return any(typed[each] for each in typed if each.startswith(name))


def _is_rows(value: object) -> bool:
    return isinstance(value, dict) and bool(value) and all(map(_is_number, value))


def _is_number(name: str) -> bool:
    """Whether a name is a row's number: digits, and no code that is written with digits alone."""
    return name.isdigit() and not isinstance(name, _Key)


def _rows_as_lists(value: Any) -> Any:
    """Make lists of what is named by numbers, in their order; rows that were left empty are gone.

    >>> _rows_as_lists({"lines": {"4": {"what": "b"}, "0": {"what": "a"}}})
    {'lines': [{'what': 'a'}, {'what': 'b'}]}
    >>> _rows_as_lists({"weights": {_Key("10"): 3}})
    {'weights': {'10': 3}}
    """
    if not isinstance(value, dict):
        return value
    if _is_rows(value):
        return [_rows_as_lists(value[name]) for name in sorted(value, key=int)]
    return {str(name): _rows_as_lists(each) for name, each in value.items()}


def _as_named(named: Any, at: Sequence[int | str]) -> tuple[str, ...]:
    """The names of a place in the body: a list's place is the row that was typed for it."""
    place: list[str] = []
    for part in at:
        name = str(part)
        if _is_tag(named, name):
            continue
        if isinstance(part, int) and _is_rows(named) and part < len(named):
            name = sorted(named, key=int)[part]
        place.append(name)
        named = named.get(name) if isinstance(named, dict) else None
    return tuple(place)


def _is_tag(named: Any, name: str) -> bool:
    """Whether a part of a place is the kind that something is of, and nothing in the body."""
    return isinstance(named, dict) and name not in named and named.get("kind") == name


def _read(of: Field, typed: Mapping[str, str]) -> tuple[Any, str]:
    """The value that was typed, or nothing, and what is wrong with what cannot be one."""
    if of.kind is Kind.ANY_OF:
        ticked = [each.code for each in of.options if typed.get(f"{of.name}.{each.code}")]
        return ticked or None, ""
    if of.kind in BOXES:
        return BOXES[of.kind](of, typed)
    text = typed.get(of.name, "")
    if not text:
        return None, ""
    return READERS.get(Kind.WHOLE if of.is_number else of.kind, as_it_is)(of, text)


def _put(body: dict[str, Any], path: Sequence[str], value: Any) -> None:
    """Put a value at its place, and make the places that lead to it."""
    for name in path[:-1]:
        body = body.setdefault(name, {})
    body[path[-1]] = value


def _fields_at(form: Form, at: Sequence[str]) -> Iterator[Field]:
    """The fields that stand where a fault was found, or within it, the nearest first."""
    place = ".".join(at)
    inside = [
        each for each in form.fields if place == each.name or place.startswith(f"{each.name}.")
    ]
    yield from sorted(inside, key=lambda each: -len(each.name))
    yield from (each for each in form.fields if place and each.name.startswith(f"{place}."))


def _fault_at(of: Field, typed: Mapping[str, str], error: Mapping[str, Any]) -> Fault:
    is_empty = not any(typed.get(name) for name in of.names())
    chosen = of.kind in {Kind.ONE_OF, Kind.LIST, Kind.ANY_OF, Kind.YES_NO}
    verb = "Choose" if chosen else "Enter"
    missing = of.missing or f"{verb} {of.label[:1].lower()}{of.label[1:]}"
    says = missing if is_empty else in_words(of.label, error, in_pounds=of.kind is Kind.POUNDS)
    return {"text": says, "href": f"#{of.first}"}


def _place(order: Sequence[str], href: str) -> int:
    return order.index(href) if href in order else -1
