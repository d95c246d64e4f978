"""Minutes as each person may read them: without the items in which they have an interest."""

from uuid import UUID

from sqlmodel import Session, col, select

from activities.clock import day_of
from activities.store import minutes as store
from activities.store.advising import of_item
from activities.store.children import children_of
from activities.store.members import declared_among
from activities.store.minutes_advice import advice_on, read_ahead
from activities.store.policies import document_on
from activities.store.reading.caller import (
    OFFICERS,
    SCHOOL_DESK,
    Caller,
    called_among,
    concerns_of_all,
    ties_of,
)
from activities.store.reading.clusters import clusters_of
from activities.store.reading.policies import panel_rules
from activities.store.reconsiderations import involved_among
from activities.store.seats import seats_of
from activities.store.tables import (
    AgendaItemRow,
    MeetingRow,
    MinutesNoteRow,
    PersonRow,
    RequestRow,
)
from domain.frozen import Frozen
from domain.interests import bars, known_interests
from domain.minutes import (
    AdviceNoted,
    Correction,
    DissentNoted,
    Minutes,
    MinutesItem,
    RoundNoted,
    minutes_text,
)
from domain.policy.meeting import MeetingRules
from domain.policy.panel import PanelRules
from domain.refusals import NotAtThisStage, Unknown
from domain.unnamed import without_names


class CameSince(Frozen):
    """What came of an item after the close: ballots that ran on, advice given, and dissent."""

    item_id: UUID
    reference: str
    rounds: tuple[RoundNoted, ...]
    """Every round of the item as it stands now."""
    advice: AdviceNoted | None
    dissent: tuple[DissentNoted, ...]


class MinutesView(Frozen):
    """A meeting's minutes as they were made, with what has come beside them since."""

    minutes: Minutes
    items_left_out: int
    """Items that an interest keeps the reader from."""
    since: tuple[CameSince, ...]
    corrections: tuple[Correction, ...]
    sha256: str
    """Of the whole minutes, as they were made when the meeting closed."""
    is_as_made: bool
    """Whether they still are what that hash says."""

    def as_text(self) -> str:
        """The minutes to be read aloud, with what has come of their items since."""
        since = {each.item_id: each for each in self.since}
        items = tuple(
            item.model_copy(update=dict(since[item.item_id])) if item.item_id in since else item
            for item in self.minutes.items
        )
        whole = self.minutes.model_copy(update={"items": items})
        return minutes_text(whole, self.corrections, self.items_left_out)


def minutes(session: Session, caller: Caller, meeting_id: UUID) -> MinutesView:
    """Read a meeting's minutes; an item in which the reader has an interest is not there."""
    meeting_with_minutes(session, caller, meeting_id)
    kept = store.kept(session, meeting_id)
    assert kept is not None, "whoever came here was shown that there are some"
    hidden = _not_to_be_seen(session, caller, [each.item_id for each in kept.minutes.items])
    shown = tuple(each for each in kept.minutes.items if each.item_id not in hidden)
    return MinutesView(
        minutes=kept.minutes.model_copy(update={"items": shown}),
        items_left_out=len(kept.minutes.items) - len(shown),
        since=_came_since(session, shown),
        corrections=_corrections(session, meeting_id),
        sha256=kept.sha256,
        is_as_made=kept.is_as_made,
    )


def meeting_with_minutes(session: Session, caller: Caller, meeting_id: UUID) -> MeetingRow:
    """Find a meeting whose minutes the person may read; before its close there are none."""
    row = session.get(MeetingRow, meeting_id)
    if row is None or not may_read_minutes(session, caller, row):
        raise Unknown("these minutes", "there are none of that meeting that you may see")
    if store.kept(session, meeting_id) is None:
        raise NotAtThisStage(
            "to read the minutes",
            "the meeting is not over" if row.stage == "called" else "none were made of it",
            "Minutes are made when a meeting is closed.",
        )
    return row


def may_read_minutes(session: Session, caller: Caller, meeting: MeetingRow) -> bool:
    """Whether the panel rules of the meeting's day let the person read its minutes."""
    day = day_of(meeting.starts_at)
    found = document_on(session, "panel", PanelRules, day)
    readers = (found.meetings if found else MeetingRules()).minutes_visible_to
    if caller.holds(*OFFICERS) or meeting.cluster_code in caller.clusters(*readers):
        return True
    at_desk = tuple(role for role in readers if role in SCHOOL_DESK)
    if (
        at_desk
        and caller.schools(*at_desk)
        and meeting.cluster_code in clusters_of(session, caller)
    ):
        return True
    return bool(seats_of(session, caller.person.id, meeting.id))


def _not_to_be_seen(session: Session, caller: Caller, items: list[UUID]) -> frozenset[UUID]:
    """Those of the items from which an interest, or a part in what is challenged, keeps out."""
    rows = session.exec(
        select(AgendaItemRow, RequestRow)
        .join(RequestRow, col(RequestRow.id) == AgendaItemRow.request_id)
        .where(col(AgendaItemRow.id).in_(items))
    ).all()
    person_id = caller.person.id
    declared, involved = declared_among(session, items), involved_among(session, items)
    ties = ties_of(session, caller)
    cases = concerns_of_all(session, [request for _, request in rows], caller.day)
    return frozenset(
        item.id
        for item, request in rows
        if person_id in involved[item.id]
        or bars(
            declared[item.id].get(person_id),
            known_interests(ties, cases[request.id]),
            panel_rules(session, request.pins),
        )
    )


def _came_since(session: Session, items: tuple[MinutesItem, ...]) -> tuple[CameSince, ...]:
    ids = [each.item_id for each in items]
    rows = session.exec(select(AgendaItemRow).where(col(AgendaItemRow.id).in_(ids))).all()
    read_ahead(session, rows)
    store.rounds_among(session, ids)
    noted = [each for row in rows for each in of_item(session, row.id).dissent]
    called_among(session, {each.by for each in noted if each.by})
    return tuple(
        since
        for each, since in ((each, _now(session, each)) for each in items)
        if (since.rounds, since.advice, since.dissent) != (each.rounds, each.advice, each.dissent)
    )


def _now(session: Session, item: MinutesItem) -> CameSince:
    return CameSince(
        item_id=item.item_id,
        reference=item.reference,
        rounds=store.rounds_of(session, item.item_id),
        advice=advice_on(session, item.item_id),
        dissent=store.dissent_on(session, item.item_id),
    )


def _corrections(session: Session, meeting_id: UUID) -> tuple[Correction, ...]:
    """What later meetings noted, with the number of a child whose name somebody wrote."""
    rows = session.exec(
        select(MinutesNoteRow, PersonRow.called, MeetingRow.starts_at)
        .join(PersonRow, col(PersonRow.id) == MinutesNoteRow.noted_by)
        .join(MeetingRow, col(MeetingRow.id) == MinutesNoteRow.noted_in)
        .where(MinutesNoteRow.meeting_id == meeting_id)
        .order_by(col(MinutesNoteRow.noted_at), col(MinutesNoteRow.id))
    )
    found = rows.all()
    heard = select(AgendaItemRow.request_id).where(AgendaItemRow.meeting_id == meeting_id)
    children = children_of(session, *session.exec(heard)) if found else {}
    return tuple(
        Correction(
            words=without_names(row.words, tuple(children.values())),
            called=called,
            noted_at=row.noted_at,
            meeting_at=starts_at,
        )
        for row, called, starts_at in found
    )
