"""People of the roster beyond the small county's, and panel rules that give some a vote."""

from datetime import timedelta
from uuid import UUID

from activities.store import recording
from activities.store.recording import Borrowing, County, Substituted, Substituting
from activities.store.session import transaction
from domain.people import Role
from domain.stages import ActKind
from tests.activities.by_hand import ByHand
from tests.activities.small_county import FIRST_DAY, ISSUER, PLANTED, named, policy_files, request
from tests.activities.world import World

VICE, OBSERVER, SPECIALIST = "vice.alder", "observer.alder", "specialist.alder"
TRUST_LEAD = "lead.weirs"
_HELD: dict[str, dict[str, object]] = {
    VICE: {"role": Role.VICE_CHAIR, "cluster": "alder"},
    OBSERVER: {"role": Role.OBSERVER, "cluster": "alder"},
    SPECIALIST: {"role": Role.SPECIALIST, "cluster": "alder"},
    TRUST_LEAD: {"role": Role.TRUST_SEND_LEAD, "trust": "weirs"},
}
ALSO_ON_ROSTER = County.model_validate(
    {
        "areas": [],
        "clusters": [],
        "schools": [],
        "people": [
            {
                "id": named(subject),
                "issuer": ISSUER,
                "subject": subject,
                "called": f"{PLANTED} {subject}",
                "roles": [{**held, "from_on": FIRST_DAY}],
            }
            for subject, held in _HELD.items()
        ],
    },
    strict=False,
)
"""A vice-chair, an observer and a specialist of one panel, and the SEND lead of the trust."""


def enrol(world: World) -> None:
    """Put these people on the small county's record."""
    with transaction(world.engine) as session:
        recording.load_county(session, ALSO_ON_ROSTER)


def other_rules(world: World, *lines: str) -> None:
    """Publish panel rules from today on that have some lines more, before anything is asked."""
    day = world.clock.now().date()
    (text,) = (text for name, text in policy_files().items() if name.startswith("panel/"))
    said = text.replace("in_force_from = 2026-09-01", f"in_force_from = {day}", 1)
    said = said.replace("rounds = 2", "\n".join(("rounds = 2", *lines)), 1)
    with transaction(world.engine) as session:
        files = {**policy_files(), f"panel/{day}.toml": said}
        recording.publish_pack(session, files, world.clock.now())


def is_away(world: World, meeting_id: UUID, member: str) -> Substituted:
    """The administrator notes that a member is away and nobody sits in their stead."""
    choices = Substituting(member_id=named(member), is_away=True)
    with world.saying("administrator.alder", meeting_id, member) as (session, saying):
        return recording.name_substitute(session, saying, meeting_id, choices)


def borrows(world: World, item_id: UUID, member: str, by: str = "head.crane") -> None:
    """The chair, or somebody else, borrows a member of another panel for an item."""
    with world.saying(by, item_id, member) as (session, saying):
        choices = Borrowing(person_id=named(member))
        recording.borrow_member(session, saying, item_id, choices)


def substitutes(
    world: World, meeting_id: UUID, member: str, substitute: str | None, by: str | None = None
) -> Substituted:
    """The administrator, or somebody else, names who sits in a member's stead."""
    choices = Substituting(
        member_id=named(member), substitute_id=named(substitute) if substitute else None
    )
    with world.saying(by or "administrator.alder", meeting_id, member) as (session, saying):
        return recording.name_substitute(session, saying, meeting_id, choices)


def meeting_ahead(world: World, hand: ByHand) -> tuple[UUID, UUID]:
    """A request listed for a meeting that is still to come: the meeting and its item."""
    request_id = hand.listed(request())
    item_id = world.item_of(request_id)
    return world.meeting_of(item_id)[0], item_id


def begins(world: World, hand: ByHand, item_id: UUID, chair: str = "head.crane") -> UUID:
    """The meeting begins, and a ballot is opened on the item."""
    meeting_id, _ = world.meeting_of(item_id)
    starts_at = world.one("SELECT starts_at FROM meeting WHERE id = :id", id=meeting_id)
    world.clock.move_on(max(starts_at - world.clock.now(), timedelta()))
    return opened(world, hand, item_id, chair)


def opened(world: World, hand: ByHand, item_id: UUID, chair: str = "head.crane") -> UUID:
    """Somebody opens a ballot on an item."""
    meeting_id, _ = world.meeting_of(item_id)
    world.does(chair, ActKind.OPEN_BALLOT, meeting_id, item_id=item_id)
    hand.goes_on()
    request_id = world.one("SELECT request_id FROM agenda_item WHERE id = :id", id=item_id)
    return world.ballot_of(request_id)
