"""What a meeting could not hear because interests left too few: it is not left to wait for ever."""

from uuid import UUID

from activities import effects
from activities.desk import Desk
from activities.store import casework, members, reconsiderations
from domain.moderation import missing_for_quorum


def moves_to_named_panel(desk: Desk, item_id: UUID) -> bool:
    """Move an item on as one that found no quorum, where the rules refused it a ballot for that.

    A ballot that could have no quorum is not opened, so it is counted when its meeting closes: as
    often as the rules say, and then the panel that they name hears it.
    """
    rules = desk.policies.panel
    if not rules.refuse_hopeless_ballots or reconsiderations.at_item(desk.session, item_id):
        return False
    case = casework.concerns(desk.session, desk.request, desk.day)
    free = members.free_seats(desk.session, item_id, case, rules, desk.day)
    if not missing_for_quorum([seat.kinds for seat in free], rules):
        return False
    times = casework.count_no_quorum(desk.session, desk.request)
    if times < rules.fallback_after_meetings:
        return False
    desk.move(effects.listed_with_named_panel(desk))
    return True
