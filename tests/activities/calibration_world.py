"""Calibration in the small county: cases are written, given levels, and voted on by panels."""

from datetime import timedelta
from uuid import UUID

from activities.store import recording
from activities.store.recording import CaseWritten, LevelsKept
from activities.store.session import transaction
from domain.calibration_paper import CalibrationPaper
from domain.moderation import Recommendation, Vote
from domain.needs import AreaOfNeed, NeedsProfile
from tests.activities.by_hand import ByHand
from tests.activities.small_county import named, policy_files
from tests.activities.world import WHY, World

SETTERS = ("officer.1", "officer.2", "sen.1")
WRITER = "policy.1"
PAPER = CalibrationPaper(
    about="Help with understanding what is said in class",
    views="The family hears more words at home",
    tried="Two cycles of small group work",
)
ALDER = ("head.crane", "head.dell", "head.elm")
CEDAR = ("head.gorse", "head.heath", "head.iris")
RULES = """
[calibration]
cases_a_meeting = {a_meeting}
set_by = 3
setters_within_levels = 1
tolerance_levels = 0.25
least_cases = 5
"""


def is_calibrated(world: World, a_meeting: int = 2) -> None:
    """Publish panel rules from today on that calibrate, before anything is asked."""
    day = world.clock.now().date()
    (text,) = (text for name, text in policy_files().items() if name.startswith("panel/"))
    said = text.replace("in_force_from = 2026-09-01", f"in_force_from = {day}", 1)
    said += RULES.format(a_meeting=a_meeting)
    with transaction(world.engine) as session:
        files = {**policy_files(), f"panel/{day}.toml": said}
        recording.publish_pack(session, files, world.clock.now())


def writes(
    world: World, code: str, paper: CalibrationPaper = PAPER, who: str = WRITER
) -> CaseWritten:
    """A policy officer writes a case and names three to set its levels."""
    with world.saying(who, code) as (session, saying):
        setters = [named(each) for each in SETTERS]
        return recording.write_calibration_case(session, saying, code, paper, setters)


def proposes(world: World, case_id: UUID, who: str, levels: tuple[int, ...]) -> LevelsKept:
    """One of the three proposes the levels of a case."""
    with world.saying(who, case_id) as (session, saying):
        return recording.propose_levels(session, saying, case_id, levels_of(levels), WHY)


def has_levels(world: World, code: str, levels: tuple[int, ...]) -> UUID:
    """A case that was written and has its definitive levels."""
    case_id = writes(world, code).id
    for setter in SETTERS:
        proposes(world, case_id, setter, levels)
    return case_id


def levels_of(levels: tuple[int, ...]) -> dict[AreaOfNeed, int]:
    """A level for each area of need in order."""
    return dict(zip(AreaOfNeed, levels, strict=True))


def stated(levels: tuple[int, ...]) -> CalibrationPaper:
    """The paper of a case whose made-up school states these levels."""
    return PAPER.model_copy(update={"stated": NeedsProfile(levels=levels_of(levels))})


def calls(world: World, hand: ByHand, cluster: str) -> UUID:
    """A cluster's panel is called together for a week from now; the meeting's id."""
    world.clock.move_on(timedelta(minutes=1))
    meeting_id = world.calls_meeting(cluster, world.clock.now() + timedelta(days=7))
    hand.goes_on()
    return meeting_id


def closes(world: World, hand: ByHand, meeting_id: UUID) -> None:
    """A panel's meeting is closed, and what was voted in it on made-up cases with it."""
    world.closes_meeting(meeting_id)
    hand.goes_on()


def ballots(world: World, meeting_id: UUID) -> dict[str, UUID]:
    """The ballots on calibration cases in a meeting, by the code of the case."""
    rows = world.rows(
        "SELECT c.code, b.id FROM calibration_ballot AS b JOIN calibration_case AS c"
        " ON c.id = b.case_id WHERE b.meeting_id = :id ORDER BY c.code",
        id=meeting_id,
    )
    return {row.code: row.id for row in rows}


def votes(world: World, member: str, ballot_id: UUID, levels: tuple[int, ...]) -> int:
    """A member votes on a calibration case; which of the member's revisions it is."""
    cast = Vote(
        person_id=named(member),
        levels=levels_of(levels),
        recommendation=Recommendation.AS_ASKED,
        reason=WHY,
    )
    with world.saying(member, ballot_id) as (session, saying):
        return recording.cast_calibration_vote(session, saying, ballot_id, cast).revision


def panel_votes(
    world: World, hand: ByHand, cluster: str, levels: tuple[int, ...], members: tuple[str, ...]
) -> UUID:
    """A panel meets, its members vote alike on every calibration case, and it closes."""
    meeting_id = calls(world, hand, cluster)
    for ballot_id in ballots(world, meeting_id).values():
        for member in members:
            votes(world, member, ballot_id, levels)
    closes(world, hand, meeting_id)
    return meeting_id
