"""A draft of policy on its way: checked, its impact worked out, approved by two people, in force.

What a draft says is checked in ``policy.check``; this is who may do what to it, and when.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from domain.refusals import Barred, NotAtThisStage, NotValid
from domain.stages import ActKind

APPROVALS_NEEDED = 2
"""Two people approve, neither of whom has written any of it."""
ALSO_BY_DAY = frozenset({"authority", "calendar", "contingency", "payments"})
"""Kinds that requests are pinned to, and that are also read as they govern the day: deadlines of
meetings, and what is done to awards that were opened without a request, name no version of them."""
MOST_CASES_NAMED = 20
"""So many cases are named where they stand in the way; of the others it is said how many."""


class PublicationStage(StrEnum):
    """Where a draft of policy stands."""

    DRAFTED = "drafted"
    """It is on record as it was written; every fault of it is being looked for."""
    FAULTY = "faulty"
    """It has faults, all of them listed; it waits for a revision."""
    CHECKED = "checked"
    """It is sound; what it would have made of the year's cases is being worked out."""
    FOR_APPROVAL = "for_approval"
    """Its impact is there to be read; two people approve it, or it is revised or given up."""
    PUBLISHED = "published"
    """Every version in it is published, each in force from its own day."""
    GIVEN_UP = "given_up"
    WITHDRAWN = "withdrawn"
    """Every version that it published has been withdrawn since."""


PUBLICATION_ENDED = frozenset(
    {PublicationStage.PUBLISHED, PublicationStage.GIVEN_UP, PublicationStage.WITHDRAWN}
)
"""Stages in which nothing is waited for; a version of a published one may still be withdrawn."""

_OPEN = frozenset(PublicationStage) - PUBLICATION_ENDED

PUBLICATION_ALLOWED_AT: dict[ActKind, frozenset[PublicationStage]] = {
    ActKind.REVISE_POLICY: _OPEN,
    ActKind.APPROVE_POLICY: frozenset({PublicationStage.FOR_APPROVAL}),
    ActKind.GIVE_UP_POLICY: _OPEN,
}
"""At which stages an act on a draft makes sense."""


def draft_content(files: Mapping[str, str]) -> str:
    """Write a draft's files, names to texts, in the one way that is hashed and kept.

    >>> draft_content({"b.toml": "x = 1", "a.toml": ""})
    '{"a.toml":"","b.toml":"x = 1"}'
    """
    return json.dumps(dict(files), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def draft_hash(files: Mapping[str, str]) -> str:
    """Identify what a draft says: whoever approves names it by this."""
    return hashlib.sha256(draft_content(files).encode()).hexdigest()


class Beginning(NamedTuple):
    """A version of a draft: which kind of policy it is, and the day from which it governs."""

    kind: str
    from_on: date


def check_publication_act(kind: ActKind, stage: PublicationStage) -> None:
    """Refuse an act that does not fit where the draft stands.

    Raises `NotAtThisStage`.
    """
    allowed = PUBLICATION_ALLOWED_AT[kind]
    if stage not in allowed:
        wanted = " or ".join(sorted(each.replace("_", " ") for each in allowed))
        raise NotAtThisStage(
            f"to {kind.replace('_', ' ')}",
            f"the draft is {stage.replace('_', ' ')}",
            f"This is done while a draft is {wanted}; look at the draft again.",
        )


def bars_approver(
    kind: ActKind, person_id: UUID | None, written_by: Collection[UUID], approved: Collection[UUID]
) -> bool:
    """Whether this is an approval by somebody who wrote in the draft, or approved it before."""
    return kind is ActKind.APPROVE_POLICY and (
        person_id is None or person_id in written_by or person_id in approved
    )


def check_policy_approver(
    person_id: UUID | None, written_by: Collection[UUID], approved: Collection[UUID]
) -> None:
    """Refuse whoever drafted or revised it, and whoever has approved it before (promise 6).

    Raises `Barred`.
    """
    if not bars_approver(ActKind.APPROVE_POLICY, person_id, written_by, approved):
        return
    if person_id in approved:
        raise Barred(
            "to approve this draft",
            "you have approved it already",
            "A second person, who has written none of it, approves it too.",
        )
    raise Barred(
        "to approve this draft",
        "you drafted or revised it",
        "Two others, a policy officer or a leader, have to look at it.",
    )


def check_as_seen(seen_sha256: str, sha256: str) -> None:
    """Refuse an approval of anything but exactly what the draft says now.

    Raises `NotValid`.
    """
    if seen_sha256 != sha256:
        raise NotValid(
            "to approve this draft",
            "it does not say what you approve: it has another hash",
            "Read the draft as it stands now, and approve what it says.",
        )


def check_still_to_come(begins: Iterable[Beginning], today: date) -> None:
    """Refuse to publish what would govern a day that has begun: those cases are decided already.

    ``today`` is the day in the council's place. Raises `NotValid` with every version that is late.
    """
    late = tuple(said_late(begins, today))
    if late:
        raise NotValid(
            "to publish this draft",
            "; ".join(late),
            "Revise it with a day that is still to come; then it is checked and approved anew.",
        )


def said_late(begins: Iterable[Beginning], today: date) -> Iterator[str]:
    """Say which versions begin on a day that is not to come any more."""
    for each in begins:
        if each.from_on <= today:
            yield f"the {each.kind} begins on {each.from_on}, and it is {today} already"


def check_unchanged_since(checked_against: str, published_now: str) -> None:
    """Refuse to publish what was checked, and whose impact was shown, beside other policy.

    Both name everything that is published, by one hash. Raises `NotAtThisStage`.
    """
    if checked_against != published_now:
        raise NotAtThisStage(
            "to approve this draft",
            "other policy was published or withdrawn since it was checked",
            "Revise it, with the same files if they still hold: it is checked against what is"
            " published now, and its impact is worked out anew.",
        )


class Used(NamedTuple):
    """What a version of policy was used for: one sort of thing, and its references."""

    what: str
    references: tuple[str, ...]
    """The first of them, in order."""
    many: int
    """How many there are in all."""


def check_withdrawing(
    begins: Beginning, today: date, used: Iterable[Used], *, leaves_a_trace: bool
) -> None:
    """Refuse to withdraw what anything was decided, paid or entered by, with the cases named.

    A kind of which not everything names the version that it followed leaves no trace there, so that
    it is withdrawn only before its first day. Raises `NotValid`.
    """
    asked = f"to withdraw the {begins.kind} in force from {begins.from_on}"
    help_ = "Publish a version that takes its place from a day to come; what was decided stays."
    found = "; ".join(_named(each) for each in used if each.many)
    if found:
        raise NotValid(asked, f"it was used: {found}", help_)
    if not leaves_a_trace and begins.from_on <= today:
        says = f"it has governed since {begins.from_on}, and not all of it is pinned to it"
        raise NotValid(asked, says, help_)


class Stretch(NamedTuple):
    """A version of one kind of policy: its first day, and its end by its own document's word."""

    from_on: date
    own_until: date | None
    """The first day on which it no longer governs; none if its document says nothing."""


def ends_alone(of: Stretch, others: Iterable[Stretch]) -> date | None:
    """The day from which nothing would govern, because a version ends and none follows.

    ``others`` are the other versions of its kind, published or to be published with it. A gap
    before one that follows too late is a fault of the pack (``policy.check``), and no end.

    >>> ends_alone(Stretch(date(2027, 4, 1), date(2028, 4, 1)), [])
    datetime.date(2028, 4, 1)
    """
    is_followed = any(each.from_on > of.from_on for each in others)
    return None if is_followed else of.own_until


def left_without(of: Stretch, others: Iterable[Stretch], today: date) -> date | None:
    """The first day, today or later, that a version governs and none of the others would.

    ``others`` are the other versions of its kind that are not withdrawn: the last before it governs
    on, unless its own document ends it.

    >>> left_without(Stretch(date(2026, 9, 1), None), [], date(2026, 10, 5))
    datetime.date(2026, 10, 5)
    """
    kept = sorted(others)
    first = max(of.from_on, today)
    before = [each for each in kept if each.from_on < of.from_on]
    if before:
        own_until = before[-1].own_until
        if own_until is None:
            return None
        first = max(first, own_until)
    until = governs_until(of.own_until, of.from_on, (each.from_on for each in kept))
    return first if until is None or first < until else None


def check_another_governs(begins: Beginning, left_from: date | None) -> None:
    """Refuse to withdraw a version without which there are days that nothing governs.

    On such a day nobody could ask for support: every kind is needed. Raises `NotValid`.
    """
    if left_from is not None:
        raise NotValid(
            f"to withdraw the {begins.kind} in force from {begins.from_on}",
            f"no other {begins.kind} would govern {left_from}, and nobody could ask for support",
            "Publish a version that takes its place from a day to come: it governs from then on.",
        )


def _named(used: Used) -> str:
    more = used.many - len(used.references)
    named = ", ".join(used.references)
    return f"{used.what} {named}" + (f" and {more} more" if more else "")


def governs_until(
    own_until: date | None, from_on: date, others_from: Iterable[date]
) -> date | None:
    """The first day on which a version no longer governs: its own, or the next one's first day.

    ``others_from`` are the first days of the other versions of its kind that are not withdrawn.

    >>> governs_until(None, date(2026, 9, 1), [date(2027, 4, 1), date(2025, 9, 1)])
    datetime.date(2027, 4, 1)
    """
    later = [day for day in others_from if day > from_on]
    ends = [day for day in (own_until, *later) if day is not None]
    return min(ends, default=None)
