"""What panel members see: items, what they declared, and the papers of items they may read."""

from uuid import UUID

from sqlmodel import Session, col, select

from activities.store.reading.caller import PANEL, Caller, concerns_of, ties_of
from activities.store.reading.policies import panel_rules
from activities.store.reading.words import Said, said_on
from activities.store.tables import (
    AgendaItemRow,
    InterestRow,
    MeetingRow,
    RequestRow,
    RequestVersionRow,
)
from domain.frozen import Frozen
from domain.interests import bars, check_may_take_part, known_interests
from domain.people import Interest, Role
from domain.policy.schemes import Continuum
from domain.refusals import RoleNeeded, Unknown
from domain.request import RequestContent, RequestKind
from domain.screening import Fault
from domain.stages import ActKind

READERS = (Role.PANEL_MEMBER, Role.PANEL_CHAIR, Role.PANEL_ADMINISTRATOR)


class Heard:
    """An item with the meeting that hears it and the request it is about."""

    def __init__(self, item: AgendaItemRow, meeting: MeetingRow, request: RequestRow) -> None:
        self.item = item
        self.request = request
        self.meeting_id = meeting.id
        self.cluster = meeting.cluster_code


class Papers(Frozen):
    """What a panel reads of a request: the need and the support asked for, never a band."""

    item_id: UUID
    reference: str
    kind: RequestKind
    version: int
    content: RequestContent
    answers: tuple[Said, ...]
    """What the school answered, where a panel asked."""


def heard_item(session: Session, caller: Caller, item_id: UUID, asked: str = "this item") -> Heard:
    """Read an item of a meeting of the person's own cluster; any other is unknown.

    ``asked`` is what the person asked for: an answer in other words would say that it exists.
    """
    found = session.exec(
        select(AgendaItemRow, MeetingRow, RequestRow)
        .join(MeetingRow, col(MeetingRow.id) == AgendaItemRow.meeting_id)
        .join(RequestRow, col(RequestRow.id) == AgendaItemRow.request_id)
        .where(AgendaItemRow.id == item_id)
    ).first()
    if found is None or found[1].cluster_code not in caller.clusters(*PANEL):
        raise Unknown(asked, "there is none of that id that you may see")
    return Heard(*found)


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


def papers(session: Session, caller: Caller, item_id: UUID) -> Papers:
    """Give the papers of an item to whoever declared an interest and is not barred (promise 6)."""
    heard = heard_item(session, caller, item_id)
    if heard.cluster not in caller.clusters(*READERS):
        raise RoleNeeded("to read the papers", "the panel of the cluster reads them")
    rules = panel_rules(session, heard.request.pins)
    declared = declared_by(session, caller, item_id)
    check_may_take_part(declared, known_of(session, caller, heard.request), rules)
    return Papers(
        item_id=item_id,
        reference=heard.request.reference,
        kind=RequestKind(heard.request.kind),
        version=heard.request.version,
        content=content_of(session, heard.request),
        answers=said_on(session, heard.request.id, (ActKind.ANSWER,)),
    )


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
