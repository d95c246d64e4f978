"""What a panel advised on an item, as its minutes say it; a child's name becomes its number."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from activities.store import advising
from activities.store.advising import of_item, standing_advice
from activities.store.children import children_of
from activities.store.remembered import of_each
from activities.store.services import services
from activities.store.tables import AgendaItemRow, SchoolRow
from domain.advice import Advising
from domain.minutes import AdviceNoted, ServiceNoted
from domain.unnamed import without_names


def advice_on(session: Session, item_id: UUID) -> AdviceNoted | None:
    """Read the advice that stands on an item; nothing before its ballot was heard (promise 7)."""
    said = of_item(session, item_id).advice
    if said is None:
        return None
    request_id = session.get_one(AgendaItemRow, item_id).request_id
    children = tuple(children_of(session, request_id).values())

    def read(words: str) -> str:
        return without_names(words, children)

    names = {each.code: each.name for each in services(session)}
    return AdviceNoted(
        advice=read(said.advice) if said.advice else None,
        services=tuple(
            ServiceNoted(service=names[each.service], asks=read(each.asks), by_on=each.by_on)
            for each in said.services
        ),
        conditions=tuple(read(each) for each in said.conditions),
        review_on=said.review_on,
        shared_between=_schools(session, said),
        to_sen_officer=read(said.to_sen_officer) if said.to_sen_officer else None,
    )


def read_ahead(session: Session, items: Sequence[AgendaItemRow]) -> None:
    """Let a session that looks read at once what a panel advised on several items."""
    advising.read_ahead(session, items)
    given = [standing_advice(session, each.request_id) for each in items]
    of = [each.request_id for each, said in zip(items, given, strict=True) if said is not None]
    children_of(session, *of)
    shared = [said.sharing.shares for said in given if said is not None and said.sharing]
    _named(session, [each.school for shares in shared for each in shares])


def _schools(session: Session, said: Advising) -> tuple[str, ...]:
    if said.sharing is None:
        return ()
    return tuple(sorted(_named(session, [each.school for each in said.sharing.shares]).values()))


def _named(session: Session, schools: list[str]) -> dict[str, str]:
    def ask(codes: list[str]) -> dict[str, str]:
        rows = session.exec(
            select(SchoolRow.code, SchoolRow.name).where(col(SchoolRow.code).in_(codes))
        )
        return dict(rows.all())

    return of_each(session, "names of schools", schools, ask)
