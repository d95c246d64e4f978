"""Links of families, as rows: found by what the family holds, and how they stand.

Every function works in the caller's transaction.
"""

import hashlib
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, col, func, select

from activities.store.tables import FamilyLinkEndRow, FamilyLinkRow, FamilyLinkTryRow
from domain.family_link import FamilyLinkState, state_of
from domain.frozen import Frozen

_TAKE_TURNS = text("SELECT pg_advisory_xact_lock(hashtextextended(:link, 810025))")


class LinkUse(Frozen):
    """How a link was used: how often, how often wrongly, and when it was opened last."""

    tried: int = 0
    wrong: int = 0
    opened_at: datetime | None = None


def hash_of(token: str) -> str:
    """What the record keeps of a link's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def link_of(session: Session, token: str) -> FamilyLinkRow | None:
    """Find the link that somebody holds, whatever has become of it."""
    return session.exec(
        select(FamilyLinkRow).where(FamilyLinkRow.token_sha256 == hash_of(token))
    ).one_or_none()


def take(session: Session, link_id: UUID) -> None:
    """Take turns at a link, so that many tries at once are counted one by one."""
    session.connection().execute(_TAKE_TURNS, {"link": str(link_id)})


def uses_of(session: Session, links: list[FamilyLinkRow]) -> dict[UUID, LinkUse]:
    """Say how links were used, by their ids; one that was never tried is left out."""
    wrong = func.count().filter(~col(FamilyLinkTryRow.is_right))
    opened = func.max(FamilyLinkTryRow.tried_at).filter(col(FamilyLinkTryRow.is_right))
    rows = session.exec(
        select(FamilyLinkTryRow.link_id, func.count(), wrong, opened)
        .where(col(FamilyLinkTryRow.link_id).in_([each.id for each in links]))
        .group_by(col(FamilyLinkTryRow.link_id))
    )
    return {
        link_id: LinkUse(tried=tried, wrong=wrong, opened_at=opened_at)
        for link_id, tried, wrong, opened_at in rows
    }


def ended_of(session: Session, links: list[FamilyLinkRow]) -> frozenset[UUID]:
    """Say which links somebody closed."""
    wanted = col(FamilyLinkEndRow.link_id).in_([each.id for each in links])
    return frozenset(session.exec(select(FamilyLinkEndRow.link_id).where(wanted)))


def stands(session: Session, link: FamilyLinkRow, now: datetime) -> tuple[FamilyLinkState, LinkUse]:
    """Say whether a link can be opened now, and how it was used so far."""
    use = uses_of(session, [link]).get(link.id, LinkUse())
    is_ended = link.id in ended_of(session, [link])
    return state_of(now, link.ends_at, use.wrong, link.tries, is_ended=is_ended), use
