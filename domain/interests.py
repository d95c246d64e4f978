"""Who stands aside from an item, and who may not decide it: the person is barred, not the role.

Pure rules over ids. The workflow asks them again, and the database holds them too (promise 6).
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from enum import StrEnum
from uuid import UUID

from domain.frozen import Frozen
from domain.people import Interest, Part, PartPlayed, parts_of
from domain.policy.panel import ALWAYS_BARRING, PanelRules, ViceChairActs
from domain.refusals import Barred, NotValid, RoleNeeded

_FROM_PARTS = {
    Part.SUBMITTED: Interest.OWN_SCHOOL,
    Part.CONFIRMED: Interest.OWN_SCHOOL,
    Part.OWN_SCHOOL: Interest.OWN_SCHOOL,
    Part.OWN_TRUST: Interest.OWN_TRUST,
    Part.FAMILY: Interest.FAMILY,
    Part.OTHER: Interest.OTHER,
}
"""What the record of a case says of an interest. Moderating is none: it is a panel's work."""

_OF_PARTS = {
    Interest.OWN_SCHOOL: Part.OWN_SCHOOL,
    Interest.OWN_TRUST: Part.OWN_TRUST,
    Interest.FAMILY: Part.FAMILY,
    Interest.EMPLOYMENT: Part.OTHER,
    Interest.OTHER: Part.OTHER,
}


class Ties(Frozen):
    """The schools and trusts that a person works for on the day."""

    person_id: UUID
    schools: frozenset[str] = frozenset()
    trusts: frozenset[str] = frozenset()


class Concerns(Frozen):
    """Whom a case concerns: the schools that ask or have a pupil in it, their trusts, its parts."""

    schools: frozenset[str]
    trusts: frozenset[str] = frozenset()
    played: tuple[PartPlayed, ...] = ()


def known_interests(ties: Ties, case: Concerns) -> tuple[Interest, ...]:
    """List the interests that the record itself shows; the member is asked to confirm them."""
    known = {
        _FROM_PARTS[part] for part in parts_of(ties.person_id, case.played) if part in _FROM_PARTS
    }
    if ties.schools & case.schools:
        known.add(Interest.OWN_SCHOOL)
    if ties.trusts & case.trusts:
        known.add(Interest.OWN_TRUST)
    return tuple(sorted(known))


def check_declaration(declared: Interest, known: Iterable[Interest]) -> None:
    """Refuse a "none" that the record contradicts."""
    found = tuple(known)
    if declared is Interest.NONE and found:
        raise NotValid(
            "to declare no interest in this item",
            f"the record shows one: {_words(found)}",
            "Declare the interest; if the record is wrong, ask the panel administrator to mend it.",
        )


def bars(
    declared: Interest | None, known: Iterable[Interest], rules: PanelRules
) -> tuple[Interest, ...]:
    """List the interests that bar reading, discussing and voting, by the panel rules in force."""
    held = {*known, *(() if declared is None else (declared,))}
    return tuple(sorted(held & {*rules.barring, *ALWAYS_BARRING}))


def check_may_take_part(
    declared: Interest | None, known: Iterable[Interest], rules: PanelRules
) -> None:
    """Refuse papers and ballot to a member whom an interest bars, or who declared nothing."""
    barring = bars(declared, known, rules)
    if barring:
        raise Barred("to take part in this item", f"an interest bars you: {_words(barring)}")
    if declared is None:
        raise Barred(
            "to take part in this item",
            "you have not declared whether you have an interest in it",
            'Declare your interest first; "none" is an answer too.',
        )


class ChairCannot(StrEnum):
    """Why a vice-chair acts in the chair's place: it is recorded with what the vice-chair does."""

    NO_CHAIR = "no_chair"
    AWAY = "away"
    INTEREST = "interest"


def why_chair_cannot(
    chairs: AbstractSet[UUID], away: AbstractSet[UUID], barred: AbstractSet[UUID]
) -> ChairCannot | None:
    """Say why none of a panel's chairs can take an item; nothing where one of them can."""
    if not chairs:
        return ChairCannot.NO_CHAIR
    if chairs <= away:
        return ChairCannot.AWAY
    return ChairCannot.INTEREST if chairs <= away | barred else None


def check_acts_for_chair(asked: str, cannot: ChairCannot | None, rules: PanelRules) -> None:
    """Refuse a vice-chair what is the chair's, unless the chair cannot or the rules do not mind."""
    if cannot is None and rules.vice_chair_acts is ViceChairActs.WHEN_CHAIR_CANNOT:
        raise RoleNeeded(
            asked,
            "the chair is there and has no interest in the item",
            "Leave it to the chair; or record who sits in the chair's stead in this meeting.",
        )


def bars_from_deciding(
    ties: Ties, case: Concerns, declared: Iterable[Interest], rules: PanelRules
) -> tuple[Part, ...]:
    """List the parts and ties that keep a person from deciding, approving or paying in a case.

    Whoever submitted, confirmed, moderated or prepared is out, and so is whoever an interest ties
    to it. A tie of trust bars when the panel policy says so.
    """
    held = {*known_interests(ties, case), *declared} - {Interest.NONE}
    parts = {*parts_of(ties.person_id, case.played), *(_OF_PARTS[each] for each in held)}
    if Interest.OWN_TRUST not in rules.barring:
        parts.discard(Part.OWN_TRUST)
    return tuple(sorted(parts))


def check_may_decide(
    ties: Ties, case: Concerns, declared: Iterable[Interest], rules: PanelRules
) -> None:
    """Refuse a decision to whoever has a part in the case (promise 6)."""
    found = bars_from_deciding(ties, case, declared, rules)
    if found:
        raise Barred("to decide this request", f"you have a part in it: {_words(found)}")


def _words(codes: Iterable[str]) -> str:
    return ", ".join(code.replace("_", " ") for code in codes)
