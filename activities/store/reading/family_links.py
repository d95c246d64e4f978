"""Links for families as who may make them sees them: for whom, until when, and how they stand.

A school's desk makes them for its own pupils, whom it knows by name; an officer by number.
"""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from activities.store.families import LinkUse, ended_of, hash_of, uses_of
from activities.store.reading.caller import Caller
from activities.store.reading.policies import policy, version_on
from activities.store.reading.requests import seen
from activities.store.reading.seeing import sight
from activities.store.tables import (
    FamilyLinkRow,
    LetterRow,
    PersonRow,
    PupilNameRow,
    PupilRow,
    RequestPupilRow,
    RequestRow,
)
from domain.family_link import FamilyLinkState, state_of
from domain.frozen import Frozen
from domain.policy.telling import Letters
from domain.refusals import NotAtThisStage, Unknown


class PupilOfLink(Frozen):
    """A pupil for whose family a link can be made."""

    pupil_id: UUID
    number: str
    called: str | None
    """For the desk of the pupil's own school."""
    has_birth_date: bool
    """Whether the record has the day that opens a link: without it none can be made."""


class FamilyLinkLine(Frozen):
    """A link as it stands; what the family holds is in no record."""

    id: UUID
    pupil_id: UUID
    made_by: str
    made_at: datetime
    ends_at: datetime
    state: FamilyLinkState
    wrong: int
    """How many wrong dates were tried."""
    tries: int
    opened_at: datetime | None
    """When it was opened last."""


class FamilyLinks(Frozen):
    """For whom links can be made on a decided request, and those that were."""

    request_id: UUID
    reference: str
    days: int
    """For how many days a link lasts, where nobody says another number."""
    tries: int
    pupils: tuple[PupilOfLink, ...]
    links: tuple[FamilyLinkLine, ...]


def family_links(session: Session, caller: Caller, request_id: UUID) -> FamilyLinks:
    """List the links of a decided request: for the desk of the pupils' school, and officers."""
    row = seen(session, caller, request_id)
    pupils = linkable(session, caller, row)
    rules = letters_on(session, caller)
    return FamilyLinks(
        request_id=row.id,
        reference=row.reference,
        days=rules.family_link_days,
        tries=rules.family_link_tries,
        pupils=pupils,
        links=_lines(session, caller, row, pupils),
    )


def family_link(
    session: Session, caller: Caller, link_id: UUID
) -> tuple[FamilyLinks, FamilyLinkLine]:
    """Read one link, among those of its request; another school's is unknown."""
    row = session.get(FamilyLinkRow, link_id)
    if row is not None:
        links = family_links(session, caller, row.request_id)
        for each in links.links:
            if each.id == link_id:
                return links, each
    raise Unknown("this link", "there is none of that id that you may see")


def family_link_is(session: Session, link_id: UUID, token: str) -> bool:
    """Whether a token is the one that a link was made with: told again, it may be another."""
    row = session.get(FamilyLinkRow, link_id)
    return row is not None and row.token_sha256 == hash_of(token)


def linkable(session: Session, caller: Caller, row: RequestRow) -> tuple[PupilOfLink, ...]:
    """Find the pupils for whose families this person makes links; refuse where there are none."""
    sees = sight(session, caller, row)
    desks = sees.partner_desks | ({row.school_code} if sees.desk else set())
    if not (desks or sees.council):
        raise Unknown("the family's links", "there are none that you may see")
    _check_written(session, row)
    found = session.exec(
        select(PupilRow, RequestPupilRow.school_code, PupilNameRow)
        .join(RequestPupilRow, col(RequestPupilRow.pupil_id) == PupilRow.id)
        .join(PupilNameRow, col(PupilNameRow.pupil_id) == PupilRow.id, isouter=True)
        .where(RequestPupilRow.request_id == row.id, RequestPupilRow.version == row.version)
        .order_by(PupilRow.number)
    )
    pupils = tuple(
        PupilOfLink(
            pupil_id=pupil.id,
            number=pupil.number,
            called=f"{name.given_name} {name.family_name}" if name and school in desks else None,
            has_birth_date=name is not None,
        )
        for pupil, school, name in found
        if sees.council or school in desks
    )
    if not pupils:
        raise Unknown("the family's links", "no child of yours is behind this request")
    return pupils


def letters_on(session: Session, caller: Caller) -> Letters:
    """Give the letters policy of the day: how long links last, and how few tries they allow."""
    return policy(session, version_on(session, "letters", caller.day).id, Letters)


def _check_written(session: Session, row: RequestRow) -> None:
    query = select(LetterRow.id).where(LetterRow.request_id == row.id).limit(1)
    if session.exec(query).first() is None:
        raise NotAtThisStage(
            "to make a link for the family",
            "the request is not decided yet",
            "Make it when the decision's letter is there.",
        )


def _lines(
    session: Session, caller: Caller, row: RequestRow, pupils: tuple[PupilOfLink, ...]
) -> tuple[FamilyLinkLine, ...]:
    own = [each.pupil_id for each in pupils]
    found = session.exec(
        select(FamilyLinkRow, PersonRow.called)
        .join(PersonRow, col(PersonRow.id) == FamilyLinkRow.made_by)
        .where(FamilyLinkRow.request_id == row.id, col(FamilyLinkRow.pupil_id).in_(own))
        .order_by(col(FamilyLinkRow.made_at).desc(), col(FamilyLinkRow.id))
    ).all()
    links = [link for link, _ in found]
    uses, ended = uses_of(session, links), ended_of(session, links)
    return tuple(
        _line(caller, link, made_by, uses.get(link.id, LinkUse()), is_ended=link.id in ended)
        for link, made_by in found
    )


def _line(
    caller: Caller, link: FamilyLinkRow, made_by: str, use: LinkUse, *, is_ended: bool
) -> FamilyLinkLine:
    return FamilyLinkLine(
        id=link.id,
        pupil_id=link.pupil_id,
        made_by=made_by,
        made_at=link.made_at,
        ends_at=link.ends_at,
        state=state_of(caller.now, link.ends_at, use.wrong, link.tries, is_ended=is_ended),
        wrong=use.wrong,
        tries=link.tries,
        opened_at=use.opened_at,
    )
