"""Whether a ballot could have a quorum: asked before it is opened, of interests and never of votes.

Without it members of a neighbouring panel are borrowed first.
"""

from sqlmodel import Session

from activities.store.reading.called import missing_at
from activities.store.reading.caller import Caller
from activities.store.reading.policies import panel_rules
from activities.store.tables import AgendaItemRow, MeetingRow, RequestRow
from domain.refusals import NotAtThisStage


def check_can_have_quorum(
    session: Session, caller: Caller, meeting: MeetingRow, item: AgendaItemRow
) -> None:
    """Refuse a ballot that cannot have a quorum though everybody votes whom no interest bars."""
    request = session.get_one(RequestRow, item.request_id)
    rules = panel_rules(session, request.pins)
    if not rules.refuse_hopeless_ballots:
        return
    missing = missing_at(session, caller, item.id, request)
    if missing:
        neighbours = " or ".join(rules.borrows_from(meeting.cluster_code))
        raise NotAtThisStage(
            "to open a ballot",
            f"interests leave too few members for a quorum: {missing} short",
            f"Borrow members of {neighbours} for the item; the agenda says who may be borrowed.",
        )
