"""A county in which everything has happened that a page can be about, so that each has something.

Played once for a module; a test has a copy of its own (``furnished_for_the_web``).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from activities.store import recording
from activities.store.session import transaction
from domain.moderation import Recommendation
from domain.people import Interest
from domain.plan_acts import OutcomeMet
from domain.request import RequestContent, RequestKind
from domain.services import AcceptingService
from domain.stages import ActKind
from tests.activities.advice_world import advises, asked_ids, enrol_services, wants
from tests.activities.advice_world import answers as service_answers
from tests.activities.by_hand import ByHand
from tests.activities.calibration_world import RULES, has_levels, writes
from tests.activities.challenged import CEDAR, Challenged
from tests.activities.changed_awards import ChangedAwards
from tests.activities.handed_in import awards_file, budgets_file
from tests.activities.meeting_world import (
    CHAIR,
    agenda,
    its_day_comes,
    opens,
    puts_in_order,
    room,
    sees,
    takes,
)
from tests.activities.payment_world import PaymentWorld, pounds_of
from tests.activities.planned import Planned, item
from tests.activities.publishing_world import PolicyWorld, second_tariff
from tests.activities.roster_world import enrol
from tests.activities.small_county import (
    PLANTED,
    WITH_PLAN,
    asked,
    policy_files,
    profile,
    pupil_id,
    request,
)
from tests.activities.term import HIGHEST
from tests.activities.test_challenge_outcomes import EXCEPTIONAL, KEY_PENCE, PREDICTABLE
from tests.activities.test_two_people import COVER
from tests.activities.world import WHY, World

Ids = dict[str, UUID]
LONG = f"{PLANTED} Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch and so on, " * 3
"""Words as people paste them: long ones, and many."""
COGNITION = (2, 3, 0, 0)
"""Levels that the cluster's own pot pays for."""
_HEARD = "SELECT item_id FROM ballot WHERE id = :id"
_MADE_UP = "SELECT id FROM calibration_ballot WHERE meeting_id = :id"
_MONEY = datetime(2026, 11, 16, 8, tzinfo=UTC)
_SUB_PANEL = ('urgent.to = "sub_panel"', "urgent.ballot_open_hours = 6", "urgent.members = 3")
_BROOKS = ("head.crane", "head.dell", "head.elm")
_ELMS = ("head.crane", "head.dell", "senco.fern")


@dataclass
class Played:
    """The county as it goes on, and what each thing in it goes by."""

    hand: ByHand
    ids: Ids

    @property
    def world(self) -> World:
        """Its record."""
        return self.hand.world

    def comes(self, at: datetime) -> None:
        """Come to an instant that is still ahead."""
        clock = self.world.clock
        clock.move_on(max(at - clock.now(), timedelta()))


def play(hand: ByHand) -> Ids:
    """Play it from the first morning to a winter's day; tells what things go by."""
    played = Played(hand, {})
    rules(hand.world)
    enrol(hand.world)
    enrol_services(hand.world)
    PolicyWorld(hand.world)
    for code in ("wren", "finch"):
        has_levels(hand.world, code, (2, 3, 1, 0))
    played.ids["case"] = writes(hand.world, "robin").id
    drafts(played)
    decisions(played)
    with_people(played)
    challenges(played)
    services(played)
    plans(played)
    awards(played)
    policy(played)
    played.comes(_MONEY)
    money(played)
    panels(played)
    return played.ids


def rules(world: World) -> None:
    """Panels are calibrated and called to urgent requests, and an overspend wants two people."""
    day = world.clock.now().date()
    files = policy_files()
    (panel,) = (text for name, text in files.items() if name.startswith("panel/"))
    (finance,) = (text for name, text in files.items() if name.startswith("finance/"))
    first = ("in_force_from = 2026-09-01", f"in_force_from = {day}", 1)
    panel = panel.replace(*first).replace("rounds = 2", "\n".join(("rounds = 2", *_SUB_PANEL)), 1)
    finance = finance.replace(*first).replace(
        "warn_at_share", "overspend_needs_second_person = true\nwarn_at_share", 1
    )
    said = {f"panel/{day}.toml": panel + RULES.format(a_meeting=1), f"finance/{day}.toml": finance}
    with transaction(world.engine) as session:
        recording.publish_pack(session, {**files, **said}, world.clock.now())


def drafts(played: Played) -> None:
    """One in the writing, one of a pupil from elsewhere, a project, one confirmed."""
    elsewhere = asked("ashdown", 0, home_council="riverside")
    for name, content in (
        ("draft", request(number=0, about=LONG)),
        ("of another council", request(number=0, pupils=(elsewhere,))),
        ("project", request(RequestKind.PROJECT)),
        ("confirmed", request(number=2)),
    ):
        with played.world.saying("senco.ashdown", name) as (session, saying):
            draft = recording.create_draft(session, saying, "ashdown", content)
        played.ids[name] = draft.id
    with played.world.saying("head.ashdown") as (session, saying):
        recording.confirm_draft(session, saying, played.ids["confirmed"], 1)
    said = recording.PuttingForward(to_school="brook")
    with played.world.saying("senco.ashdown", "brook") as (session, saying):
        kept = recording.put_forward(session, saying, pupil_id("ashdown"), said)
    played.ids["pupil"], played.ids["put forward"] = kept.pupil_id, kept.id


def decisions(played: Played) -> None:
    """Requests at every desk: heard by a panel, placed, priced, signed and declined."""
    hand, ids = played.hand, played.ids
    ids["to sign"] = hand.recommended(request(about=LONG))
    ids["to price"] = hand.recommended(request(number=4, profile=profile(*HIGHEST)), HIGHEST)
    ids["asked for more"] = hand.recommended(
        request(number=2), recommendation=Recommendation.MORE_INFORMATION
    )
    ids["decided"] = _signed(hand, request(number=3, profile=profile(*COGNITION)), COGNITION)
    ids["award"] = hand.world.one("SELECT id FROM award WHERE request_id = :id", id=ids["decided"])
    ids["declined"] = _declined(hand, request(number=1), "ashdown", _BROOKS)


def with_people(played: Played) -> None:
    """Requests that wait for a person: urgent, of a pupil with a plan, only just submitted."""
    hand, world, ids = played.hand, played.hand.world, played.ids
    ids["urgent"] = world.submits(
        request(school="brook", urgent_because="No school from Monday"), "brook"
    )
    ids["with a plan"] = world.submits(request(number=WITH_PLAN))
    ids["submitted"] = world.submits(request(school="dell", number=1), "dell")
    hand.goes_on()
    ids["listed"] = hand.listed(request(school="fern", number=2), "fern")


def challenges(played: Played) -> None:
    """One is new, one was looked at, one waits for the Cabinet Member, one is answered."""
    looks = Challenged(ChangedAwards(played.hand))
    world, ids = played.world, played.ids
    for name, number in (("new", 2), ("looked at", 3), ("key", 4)):
        declined = _declined(
            played.hand, request(school="elm", number=number), "elm", _ELMS, PREDICTABLE
        )
        ids[f"challenge {name}"] = looks.challenged(declined, who="senco.elm")
    ids["challenge answered"] = looks.challenged(ids["declined"])
    for name in ("looked at", "key", "answered"):
        look_id = ids[f"challenge {name}"]
        looks.looked_at(look_id, EXCEPTIONAL if name == "key" else (4, 3, 2, 0))
        world.clock.move_on(timedelta(minutes=10))
    looks.outcome(
        looks.answers(ids["challenge key"], "replaced", "director", annual_pence=KEY_PENCE)
    )
    looks.answered(ids["challenge answered"], "stands", who="director")


def services(played: Played) -> None:
    """A panel asks two services: one has taken it on."""
    world = played.world
    request_id = played.ids["to sign"]
    asks = (wants(), wants("behaviour"))
    advises(world, request_id, advice=LONG, services=asks, conditions=(WHY, LONG))
    played.hand.goes_on()
    asked_of = asked_ids(world, request_id)
    played.ids["asked"] = asked_of["speech asked"]
    played.ids["taken on"] = asked_of["behaviour asked"]
    taken_on = AcceptingService(note=LONG)
    service_answers(world, "service.behaviour", asked_of["behaviour asked"], taken_on)


def plans(played: Played) -> None:
    """A cluster's plan is signed and reported on, another's agreed."""
    planned = Planned(played.hand)
    signed = planned.signed(item(name="Learning hub"))
    planned.done(
        planned.reports(
            signed,
            item_id=planned.item_of(signed),
            term_on=date(2026, 9, 3),
            outcome=OutcomeMet.PARTLY,
        )
    )
    played.ids["plan signed"] = signed
    hub = item(name=LONG[:80], annual_pence=200_000, school="gorse")
    played.ids["plan agreed"] = planned.agreed(hub, who="administrator.cedar", cluster="cedar")


def awards(played: Played) -> None:
    """An award is suspended, which its family is told."""
    awards = ChangedAwards(played.hand)
    award_id = played.ids["award"]
    winter = date(2026, 12, 1), date(2027, 1, 20)
    awards.changed(award_id, "suspended", from_on=winter[0], until_on=winter[1])
    played.ids["change"] = played.world.one("SELECT id FROM change_letter")


def policy(played: Played) -> None:
    """A draft with faults, and one that waits to be approved."""
    desk = PolicyWorld(played.world)
    faulty = {"tariff/2027-04-01.toml": 'kind = "tariff"\ncouncil = 3'}
    played.ids["draft with faults"] = desk.drafts(faulty)
    played.ids["draft for approval"] = desk.drafts(second_tariff(date(2027, 4, 1)))
    played.ids["version"] = played.world.one("SELECT id FROM policy_version WHERE kind = 'letters'")


def money(played: Played) -> None:
    """Months closed, files, moves, overspends, and a payment run at each stage."""
    world, ids = played.world, played.ids
    changed = ChangedAwards(played.hand)
    desk = changed.money
    vired = {"from_pot": "cluster:cedar", "to_pot": "cluster:alder", "financial_year": 2026}
    assert desk.does("finance.1", ActKind.VIRE, **vired, pence=100_00).done
    ids["overspend"] = desk.records("finance.1", ActKind.COVER_OVERSPEND, **COVER).id
    desk.carries_out(ids["overspend"])
    seconded = COVER | {"pence": 1_000_00}
    first = desk.records("finance.1", ActKind.COVER_OVERSPEND, **seconded)
    desk.carries_out(first)
    assert desk.does("finance.2", ActKind.COVER_OVERSPEND, **seconded, seconds=first.id).done
    ids["entry"] = world.one("SELECT id FROM ledger_entry WHERE verb = 'commit' LIMIT 1")
    runs(played)
    changed.spends("cluster:alder", but_pence=1_00)
    for month in range(1, 8):
        closing = {"financial_year": 2026, "period": month}
        assert desk.does("finance.1", ActKind.CLOSE_PERIOD, **closing).done
    ids["statement"] = world.one("SELECT id FROM statement ORDER BY period DESC LIMIT 1")
    ids["budgets"], ids["awards"] = budgets_file(world), awards_file(world)


def runs(played: Played) -> None:
    """One whose answer left a payment open, one that was sent, one to approve."""
    paying = PaymentWorld(played.world)
    for name, school in (("left open", "ashdown"), ("sent", "brook"), ("prepared", "dell")):
        for each in (school, "gorse", "kelp", "juniper"):
            paying.award(each)
        if name == "prepared":
            played.ids["run prepared"] = paying.prepared()
            break
        run_id = paying.sent()
        played.ids[f"run {name}"] = run_id
        *lines, last = sorted(paying.remittances(run_id).values(), key=lambda row: row.reference)
        told = [(row.reference, pounds_of(row.pay_pence), "paid") for row in lines]
        told.append((last.reference, "1.00", "paid"))
        if name == "left open":
            paying.answers(run_id, *told)
            played.ids["payment"], played.ids["remittance"] = last.id, lines[0].id
        else:
            paying.hands_in(told)


def panels(played: Played) -> None:
    """A meeting that is over, one that is being held, and one to come whose panel is too few."""
    hand, world, ids = played.hand, played.world, played.ids
    over = "SELECT id FROM meeting WHERE cluster_code = 'alder' ORDER BY starts_at LIMIT 1"
    ids["over"] = world.one(over)
    world.closes_meeting(world.one(over))
    hand.goes_on()
    late = request(number=0, school="crane", starts_on=date(2027, 1, 4))
    ids["to challenge"] = _declined(hand, late, "crane", ("head.dell", "head.elm", "senco.fern"))
    too_few(played)
    meeting_id, items = agenda(world, hand, "brook", "elm")
    # Others wait for it too, in no order of ours, among them items of its members' own schools.
    waiting = [each.id for each in sees(world, CHAIR, meeting_id).items]
    puts_in_order(world, meeting_id, *items, *(each for each in waiting if each not in items))
    ids["held"], ids["in ballot"], ids["waits"] = meeting_id, items[0], items[1]
    its_day_comes(world, meeting_id)
    opens(world, hand, meeting_id)
    for who in _ELMS:
        room(world, who, meeting_id)
    takes(world, items[0])
    world.opens(items[0])
    hand.goes_on()
    world.declares("head.dell", items[0])
    ids["ballot"] = world.one("SELECT id FROM ballot WHERE item_id = :id", id=items[0])
    ids["ballot closed"] = world.one(
        "SELECT id FROM ballot WHERE closed_at IS NOT NULL AND request_id = :id", id=ids["to sign"]
    )
    nurture = item(name="Nurture room", annual_pence=100)
    ids["plan proposed"] = Planned(hand).proposed(nurture)
    ids["heard"] = world.one(_HEARD, id=ids["ballot closed"])
    ids["made up"] = world.one(_MADE_UP, id=meeting_id)
    ids["made up over"] = world.one(_MADE_UP, id=ids["over"])


def too_few(played: Played) -> None:
    """A neighbouring panel is called for January, and interests leave it without a quorum."""
    hand, world, ids = played.hand, played.world, played.ids
    request_id = world.submits(request(school="heath", number=2), "heath")
    hand.goes_on()
    world.calls_meeting("cedar", datetime(2027, 1, 12, 9, 30, tzinfo=UTC))
    hand.goes_on()
    item_id = world.item_of(request_id)
    ids["too few"] = item_id
    ids["to come"] = world.meeting_of(item_id)[0]
    for member in (*CEDAR[1:], "senco.kelp"):
        world.declares(member, item_id, Interest.OTHER)


def _signed(hand: ByHand, content: RequestContent, levels: tuple[int, ...]) -> UUID:
    request_id = hand.recommended(content, levels)
    hand.world.authorises("officer.1", request_id)
    hand.goes_on()
    assert hand.world.ending(request_id) == "authorised"
    return request_id


def _declined(
    hand: ByHand,
    content: RequestContent,
    school: str,
    members: Iterable[str],
    levels: tuple[int, ...] = (4, 3, 2, 0),
) -> UUID:
    """A request that an officer declined; it is challenged by its school."""
    request_id = hand.recommended(content, levels, school=school, members=tuple(members))
    hand.world.does("officer.1", ActKind.DECLINE, request_id)
    hand.goes_on()
    assert hand.world.ending(request_id) == "declined"
    return request_id
