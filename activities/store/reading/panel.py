"""What panel members see: items, what they declared, and the papers of items they may read."""

from collections.abc import Iterable
from uuid import UUID

from pydantic import Field
from sqlmodel import Session, col, select

from activities.store.children import children_of
from activities.store.reading.caller import (
    PANEL,
    RUN_IT,
    Caller,
    concerns_of,
    concerns_of_all,
    ties_of,
)
from activities.store.reading.policies import panel_rules
from activities.store.reading.words import Said, said_on
from activities.store.reconsiderations import at_item, involved_at
from activities.store.seats import seat_of
from activities.store.tables import (
    ActRow,
    AgendaItemRow,
    InterestRow,
    MeetingRow,
    RequestRow,
    RequestVersionRow,
)
from activities.store.urgent import urgent_of
from domain.frozen import Frozen
from domain.interests import bars, check_may_take_part, known_interests
from domain.people import Interest
from domain.policy.schemes import Continuum
from domain.policy.urgent import UrgentTo
from domain.reconsideration import Challenger
from domain.reconsideration_acts import Challenging
from domain.refusals import Barred, Unknown
from domain.request import RequestContent, RequestKind
from domain.screening import Fault
from domain.stages import ActKind
from domain.unnamed import papers_without_names


class Heard:
    """An item with the meeting that hears it and the request it is about."""

    def __init__(self, item: AgendaItemRow, meeting: MeetingRow, request: RequestRow) -> None:
        self.item = item
        self.request = request
        self.meeting_id = meeting.id
        self.cluster = meeting.cluster_code


class ChallengePaper(Frozen):
    """Why a decision is challenged, as the second panel reads it; never what was decided."""

    by: Challenger
    grounds: tuple[str, ...]
    new_evidence: tuple[str, ...]


class Papers(Frozen):
    """What a panel reads of a request: the need and the support asked for, never a band."""

    item_id: UUID
    reference: str
    kind: RequestKind
    version: int
    content: RequestContent
    answers: tuple[Said, ...]
    """What the school answered, where a panel asked."""
    numbers: dict[UUID, str] = Field(default_factory=dict)
    """The numbers of the children; what they are called is in nothing that a panel reads."""
    continuum: UUID
    """The version of the continuum by which the need is moderated: its levels and descriptors."""
    challenge: ChallengePaper | None = None
    """What is challenged and why, where the panel looks again at what others moderated."""


def heard_item(session: Session, caller: Caller, item_id: UUID, asked: str = "this item") -> Heard:
    """Read an item of a meeting of the person's own cluster, or in which the person has a seat.

    Any other is unknown.

    ``asked`` is what the person asked for: an answer in other words would say that it exists.
    """
    found = session.exec(
        select(AgendaItemRow, MeetingRow, RequestRow)
        .join(MeetingRow, col(MeetingRow.id) == AgendaItemRow.meeting_id)
        .join(RequestRow, col(RequestRow.id) == AgendaItemRow.request_id)
        .where(AgendaItemRow.id == item_id)
    ).first()
    if found is None or not _may_look(session, caller, *found[:2]):
        raise Unknown(asked, "there is none of that id that you may see")
    return Heard(*found)


def _may_look(session: Session, caller: Caller, item: AgendaItemRow, meeting: MeetingRow) -> bool:
    """Whether the person is of the cluster's panel, or sits in it for this item.

    An item of a sub-panel is for those who were called, and for who runs the panel.
    """
    called = urgent_of(session, meeting.id) is UrgentTo.SUB_PANEL
    if meeting.cluster_code in caller.clusters(*(RUN_IT if called else PANEL)):
        return True
    return seat_of(session, caller.person.id, meeting.id, item.id) is not None


def item_on(session: Session, caller: Caller, request_id: UUID) -> UUID | None:
    """The latest item of a request that the person may look at on a panel; else nothing.

    A panel reads papers and no request: the item is where it finds them.
    """
    found = session.exec(
        select(AgendaItemRow, MeetingRow)
        .join(MeetingRow, col(MeetingRow.id) == AgendaItemRow.meeting_id)
        .where(AgendaItemRow.request_id == request_id)
        .order_by(col(MeetingRow.starts_at).desc(), col(AgendaItemRow.id))
    )
    return next(
        (item.id for item, meeting in found if _may_look(session, caller, item, meeting)), None
    )


def known_of(session: Session, caller: Caller, request: RequestRow) -> tuple[Interest, ...]:
    """The interests that the record itself shows between the person and the request."""
    return known_interests(ties_of(session, caller), concerns_of(session, request, caller.day))


def declared_by(session: Session, caller: Caller, item_id: UUID) -> Interest | None:
    """What the person declared last for the item, or nothing yet."""
    found = session.exec(
        select(InterestRow.interest)
        .where(InterestRow.item_id == item_id, InterestRow.person_id == caller.person.id)
        .order_by(col(InterestRow.revision).desc())
        .limit(1)
    ).first()
    return None if found is None else Interest(found)


def is_kept_out(
    session: Session, caller: Caller, request: RequestRow, declared: Interest | None = None
) -> bool:
    """Whether an interest, known or declared, keeps the person out, whatever the role."""
    rules = panel_rules(session, request.pins)
    return bool(bars(declared, known_of(session, caller, request), rules))


def kept_out_of(
    session: Session, caller: Caller, requests: Iterable[RequestRow]
) -> frozenset[UUID]:
    """Those of several requests from which a known interest keeps the person out."""
    rows = list(requests)
    ties, cases = ties_of(session, caller), concerns_of_all(session, rows, caller.day)
    return frozenset(
        row.id
        for row in rows
        if bars(None, known_interests(ties, cases[row.id]), panel_rules(session, row.pins))
    )


def papers(session: Session, caller: Caller, item_id: UUID) -> Papers:
    """Give the papers of an item to whoever declared an interest and is not barred (promise 6).

    Where somebody wrote what a child is called they say the child's number (promise 8).
    """
    heard = heard_item(session, caller, item_id)
    rules = panel_rules(session, heard.request.pins)
    declared = declared_by(session, caller, item_id)
    check_may_take_part(declared, known_of(session, caller, heard.request), rules)
    check_looks_afresh(session, caller, item_id)
    children = children_of(session, heard.request.id)
    whole = Papers(
        item_id=item_id,
        reference=heard.request.reference,
        kind=RequestKind(heard.request.kind),
        version=heard.request.version,
        content=content_of(session, heard.request),
        answers=said_on(session, heard.request.id, (ActKind.ANSWER,)),
        continuum=UUID(heard.request.pins["continuum"]),
        challenge=_challenge_at(session, item_id),
        numbers={pupil_id: child.number for pupil_id, child in children.items()},
    )
    unnamed = papers_without_names(whole.model_dump(mode="json"), tuple(children.values()))
    return Papers.model_validate(unnamed, strict=False)


def check_looks_afresh(session: Session, caller: Caller, item_id: UUID) -> None:
    """Refuse a second look to whoever had a part in what is challenged (promise 6)."""
    check_not_involved(is_involved=caller.person.id in involved_at(session, item_id))


def check_not_involved(*, is_involved: bool) -> None:
    """Refuse it where that has been looked up: a fresh look is for fresh eyes."""
    if is_involved:
        raise Barred(
            "to take part in this item",
            "it is a second look, and you had a part in what is challenged",
        )


def _challenge_at(session: Session, item_id: UUID) -> ChallengePaper | None:
    look_id = at_item(session, item_id)
    if look_id is None:
        return None
    said = Challenging.model_validate(session.get_one(ActRow, look_id).choices, strict=False)
    return ChallengePaper(by=said.by, grounds=said.grounds, new_evidence=said.new_evidence)


def content_of(session: Session, request: RequestRow) -> RequestContent:
    """What the request says in its present version."""
    row = session.get_one(RequestVersionRow, (request.id, request.version))
    return RequestContent.model_validate(row.content, strict=False)


def unknown_descriptors(scale: Continuum, ticked: tuple[str, ...]) -> tuple[Fault, ...]:
    """List the ticked descriptors that the continuum in force does not have."""
    known = {each.code for each in scale.descriptors}
    return tuple(
        Fault(
            code="descriptor_unknown",
            says="The continuum has no such descriptor.",
            would_help="Tick descriptors of the continuum in force.",
            field=f"descriptors.{place}",
        )
        for place, code in enumerate(ticked)
        if code not in known
    )


def levels_of(scale: Continuum) -> range:
    """The levels that the continuum has, from the lowest of any domain to the highest."""
    levels = [each.level for domain in scale.domains for each in domain.levels]
    return range(min(levels, default=0), max(levels, default=0) + 1)
