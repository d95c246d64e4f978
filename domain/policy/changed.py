"""Which values differ between two documents of a kind, by the path of each and in words.

A model has to show that what was changed is read at all: a reform that was silently not applied
looks like one that costs nothing.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from domain.frozen import Frozen
from domain.money import pounds
from domain.policy.document import PolicyDocument
from domain.policy.matching import NAMES, Match
from domain.policy.rules import Rule
from domain.policy.schemes import Scheme

TABLES = (
    *("rows", "shares", "steps", "options", "weights", "descriptors", "shared_caps"),
    *("allowances", "rates", "per"),  # "per" of a school's share alone: elsewhere it is a word
)
"""The words of a rule form that hold values of their own, each with a path."""

WORDS = frozenset({"says", "title", "services", "authority", "source"})
"""What a document says to people: a change of it changes no case."""

_OF_THE_DOCUMENT = frozenset({"kind", "council", "in_force_from", "in_force_until", "sha256"})
_NAMED_BY = ("code", "means", "count", "domains", "id", "clause", "cluster", "on")
_ALONE = ("", "order", "amount_pence", "annual_pence", "each_pence")
"""Parts that need no name of their own beside the value's."""
_MOST_SHOWN = 300


class ChangedValue(Frozen):
    """One value that differs: where it is in either document, and what it was and is."""

    kind: str
    value: str
    """Its path in the later document, or in the earlier one where it was taken out."""
    value_before: str | None
    """Its path in the earlier document; rows move when others come before them."""
    before: str | None
    """Nothing where it is new."""
    after: str | None
    """Nothing where it was taken out."""
    says: str
    in_words_only: bool = False
    """Whether only what people read differs, so that no case can come out otherwise."""


class _Value(Frozen):
    """A value of a document: its path, what it is called, and its parts in words."""

    path: str
    label: str
    parts: dict[str, str]


_Values = dict[tuple[str, ...], _Value]


def changed_values(before: PolicyDocument, after: PolicyDocument) -> tuple[ChangedValue, ...]:
    """List every value that differs between two documents of a kind, in the later one's order.

    A row of a table is the same row where it is for the same cases; a step is known by its id.
    Days and authority of the documents themselves are no values.
    """
    was, became = _values(before), _values(after)
    kind = str(getattr(after, "kind", ""))
    found = [_changed(kind, was.get(key), value) for key, value in became.items()]
    found += [_changed(kind, value, None) for key, value in was.items() if key not in became]
    found += _changed_orders(kind, before, after)
    return tuple(each for each in found if each is not None)


def _values(document: PolicyDocument) -> _Values:
    """Take a document apart into its values, each known by what stays the same when it changes."""
    found: _Values = {}
    for name in type(document).model_fields:
        held = getattr(document, name)
        if name == "steps" and isinstance(document, Scheme):
            for rule in document.rules:
                found |= _values_of_rule(rule)
        elif name not in _OF_THE_DOCUMENT:
            found |= _values_in(name, held)
    return found


def _values_of_rule(rule: Rule) -> _Values:
    """Take a step apart: as a whole, and each row or entry of its tables."""
    path = f"steps.{rule.id}"
    tables = {name: getattr(rule, name) for name in TABLES if _is_table(getattr(rule, name, None))}
    found: _Values = {(path,): _value(path, rule.id, rule, but=tables)}
    for name, table in tables.items():
        found |= _values_in(f"{path}.{name}", table, without=rule.id)
    return found


def _values_in(path: str, held: Any, *, without: str | None = None) -> _Values:
    """Take a part of a document apart: entries by their names, rows by what they are for.

    What a row without conditions is called is for the caller to say.
    """
    if not _is_table(held):
        return {(path,): _value(path, _called(path), held)}
    if isinstance(held, Mapping):
        entries: _Values = {}
        for key, each in held.items():
            entries |= _values_of_entry(f"{path}.{key}", str(key), each)
        return entries
    rows = enumerate(zip(_names(held), held, strict=True), start=1)
    return {
        (path, name): _value(
            f"{path}.{getattr(each, 'code', row)}", _name(each) or without or path, each
        )
        for row, (name, each) in rows
    }


def _values_of_entry(path: str, label: str, held: Any) -> _Values:
    """Take an entry as one value; each level of a weight has points of its own."""
    scores: tuple[Decimal, ...] = getattr(held, "scores", ())
    found: _Values = {(path,): _value(path, label, held, but=("scores",))}
    for level, points in enumerate(scores):
        at = f"{path}.scores.{level + 1}"
        found[(at,)] = _value(at, f"{label} level {level}", points)
    return found


def _is_table(held: object) -> bool:
    """Whether it holds values of its own: entries by name, or rows."""
    is_rows = isinstance(held, tuple) and any(isinstance(each, BaseModel) for each in held)
    return is_rows or isinstance(held, Mapping)


def _value(path: str, label: str, held: Any, *, but: Iterable[str] = ()) -> _Value:
    """Take one value with its parts in words; what is left at nothing is no part."""
    if not isinstance(held, BaseModel):
        return _Value(path=path, label=label, parts={"": _shown(path, held)})
    left = {*but, *(Match.model_fields if isinstance(held, Match) else ())}
    parts = {
        name: _shown(name, getattr(held, name))
        for name, field in type(held).model_fields.items()
        if name not in left and getattr(held, name) != field.get_default(call_default_factory=True)
    }
    return _Value(path=path, label=label, parts=parts)


def _names(rows: Iterable[Any]) -> list[str]:
    """Name each row by what it is for; a second one of the same name is told apart by number."""
    seen: Counter[str] = Counter()
    names = []
    for each in rows:
        name = _name(each)
        seen[name] += 1
        names.append(f"{name} ({seen[name]})")
    return names


def _name(row: Any) -> str:
    if isinstance(row, Match):
        return _conditions(row)
    named = (getattr(row, name) for name in _NAMED_BY if getattr(row, name, None))
    return _shown("", next(named, ""))


def _conditions(match: Match) -> str:
    """Write what a row is for.

    >>> _conditions(Match(band=("e2",), any_descriptor=("clinical",)))
    'e2 any of clinical'
    """
    names = ["/".join(match.of_name(name)) for name in NAMES if name in match.named]
    numbers = [f"{_called(number)} {bounds}" for number, bounds in match.ranges.items()]
    numbers += [f"level of {_called(code)} {bounds}" for code, bounds in match.levels.items()]
    ticked = [f"any of {', '.join(match.any_descriptor)}"] if match.any_descriptor else []
    return " ".join((*names, *numbers, *ticked))


def _changed_orders(
    kind: str, before: PolicyDocument, after: PolicyDocument
) -> list[ChangedValue | None]:
    """Compare the order of steps, tiers and bands, as far as both documents have them."""
    was, became = _orders(before), _orders(after)
    found: list[ChangedValue | None] = []
    for name, codes in became.items():
        earlier = [code for code in was[name] if code in codes]
        later = [code for code in codes if code in was[name]]
        parts = ({"order": ", ".join(each)} for each in (earlier, later))
        values = (_Value(path=name, label=name, parts=each) for each in parts)
        found.append(_changed(kind, *values))
    return found


def _orders(document: PolicyDocument) -> dict[str, tuple[str, ...]]:
    if not isinstance(document, Scheme):
        return {}
    scale = document.scale
    return {
        "steps": tuple(rule.id for rule in document.rules),
        "tiers": scale.tiers,
        "bands": scale.bands,
    }


def _changed(kind: str, was: _Value | None, became: _Value | None) -> ChangedValue | None:
    """Compare a value with what it was; nothing where they say the same."""
    earlier, later = (each.parts if each else None for each in (was, became))
    if earlier == later:
        return None
    stands = became or was
    assert stands is not None, "a value is in one of the documents at least"
    parts = tuple(
        part
        for part in {**(later or {}), **(earlier or {})}
        if (earlier or {}).get(part) != (later or {}).get(part)
    )
    is_only_words = None not in (was, became) and {*parts} <= WORDS
    if None not in (was, became) and not is_only_words:
        parts = tuple(part for part in parts if part not in WORDS)  # the sentence follows the value
    before, after = _written(earlier, parts), _written(later, parts)
    return ChangedValue(
        kind=kind,
        value=stands.path,
        value_before=was.path if was else None,
        before=before,
        after=after,
        says=_sentence(stands.label, parts, before, after),
        in_words_only=stands.path in WORDS or is_only_words,
    )


def _written(parts: Mapping[str, str] | None, differing: tuple[str, ...]) -> str | None:
    """Write the parts that differ, with their names where one alone would not be understood."""
    if parts is None:
        return None
    if len(differing) == 1:
        return parts.get(differing[0], "none")[:_MOST_SHOWN]
    said = (f"{_called(part)} {parts[part]}" for part in differing if part in parts)
    return ", ".join(said)[:_MOST_SHOWN] or "none"


def _sentence(label: str, parts: tuple[str, ...], before: str | None, after: str | None) -> str:
    alone = len(parts) == 1 and parts[0] not in _ALONE
    what = f"{label}, {_called(parts[0])}" if alone else label
    if before is None:
        return f"{what}: new, {after}"
    if after is None:
        return f"{what}: taken out, it was {before}"
    return f"{what}: {before} to {after}"


def _called(name: str) -> str:
    return name.removesuffix("_pence").replace("_", " ")


def _shown(name: str, value: Any) -> str:
    """Write a value as a person reads it; pence become pounds here."""
    if isinstance(value, BaseModel):
        return _of_model(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_shown(name, each)}" for key, each in value.items())
    if isinstance(value, tuple | list):
        return ", ".join(_shown(name, each) for each in value)
    return _plain(name, value)


def _plain(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and name.endswith("_pence"):
        return pounds(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "none" if value is None else str(value)


def _of_model(value: BaseModel) -> str:
    parts = _value("", "", value).parts
    said = [_conditions(value)] if isinstance(value, Match) else []
    said += [f"{_called(name)} {part}" for name, part in parts.items()]
    return " ".join(each for each in said if each) or "always"
