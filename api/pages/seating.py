"""Who takes part in a meeting, from a page: who comes, sits in whose stead, and is in the room."""

from collections.abc import Iterable
from uuid import UUID

from fastapi import APIRouter
from sqlmodel import Session

from activities.store import reading, recording
from activities.store.reading import Caller, ClusterView, MeetingView, agenda
from activities.store.reading.caller import RUN_IT
from activities.store.recording import Borrowing, Coming, EverybodyHere, InRoom, Substituting
from api.pages.forms import Field, Form, Kind, Option, typed_of
from api.pages.running import back_to, not_run_by
from api.pages.sending import Ids, on, record_page
from api.pages.words import ROLES
from domain.people import MAY_VOTE
from domain.refusals import NotAtThisStage, Refusal, RoleNeeded

router = APIRouter(include_in_schema=False)

_YES, _NO = "yes", "no"


def _meeting(session: Session, caller: Caller, ids: Ids) -> MeetingView:
    return reading.meeting(session, caller, ids["meeting_id"])


def _held(caller: Caller, found: MeetingView, asked: str) -> Refusal | None:
    """Why nothing is said of a room: it is somebody else's, or it is not open."""
    refused = not_run_by(caller, found.cluster, asked)
    if refused is None and (found.stage != "called" or found.opened_at is None):
        return NotAtThisStage(asked, "the meeting is not being held", "Open it on its day.")
    return refused


def _coming(session: Session, caller: Caller, ids: Ids) -> Form:
    found = _meeting(session, caller, ids)
    comes = Field(
        "comes",
        "Do you come to the meeting?",
        Kind.YES_NO,
        hint="Who does not come counts as away, and may name somebody to sit in their stead.",
        missing="Say whether you come",
    )
    over = NotAtThisStage("to say whether you come", "the meeting is over")
    return Form(
        title="Say whether you come",
        button="Save",
        fields=(comes,),
        back=back_to(found),
        values=typed_of(Kind.YES_NO, "comes", found.comes),
        not_now=None if found.stage == "called" else over,
    )


def _in_the_room(session: Session, caller: Caller, ids: Ids) -> Form:
    found = _meeting(session, caller, ids)
    here = {
        each.person_id: each.called
        for each in found.in_the_room
        if each.item_id is None and each.left_at is None
    }
    options = {**_panel(reading.cluster(session, caller, found.cluster)), **_stand_ins(found)}
    options |= {person: options.get(person, called) for person, called in here.items()}
    return Form(
        title="Who is in the room",
        button="Save",
        fields=(
            Field(
                "people",
                "Everybody who is in the room now",
                Kind.ANY_OF,
                hint="Whoever you tick has come in, whoever you do not has left.",
                options=_options(options),
            ),
        ),
        back=back_to(found),
        values=typed_of(Kind.ANY_OF, "people", here),
        not_now=_held(caller, found, "to record who is in the room"),
    )


def _presence(session: Session, caller: Caller, ids: Ids) -> Form:
    found = _meeting(session, caller, ids)
    cluster = reading.cluster(session, caller, found.cluster)
    there = {each.person_id: each.called for each in found.in_the_room if each.left_at is None}
    people = {**_panel(cluster), **_others(cluster), **_stand_ins(found), **there}
    return Form(
        title="Somebody comes in or leaves",
        button="Save",
        fields=(
            Field("person_id", "Who", Kind.LIST, options=_options(people)),
            Field(
                "is_here",
                "Comes in or leaves",
                Kind.YES_NO,
                missing="Say whether they come in or leave",
                options=(Option(_YES, "Comes in"), Option(_NO, "Leaves")),
            ),
            Field(
                "item_id",
                "For which item (optional)",
                Kind.LIST,
                hint="Left empty, for the whole meeting.",
                options=tuple(Option(str(each.id), each.reference) for each in found.items),
            ),
            Field(
                "presents",
                "Do they present the item for the school? (optional)",
                Kind.YES_NO,
                hint="Whoever presents answers questions, and leaves before the vote.",
            ),
        ),
        back=back_to(found),
        not_now=_held(caller, found, "to record who is in the room"),
    )


def _substituting(session: Session, caller: Caller, ids: Ids) -> Form:
    found, asked = _meeting(session, caller, ids), "to name a substitute"
    runs = found.cluster in caller.clusters(*RUN_IT)
    cluster = reading.cluster(session, caller, found.cluster)
    voting = {
        each.person_id: _described(each.called, each.roles, MAY_VOTE)
        for each in cluster.panel
        if set(each.roles) & set(MAY_VOTE) and (runs or each.person_id == caller.person.id)
    }
    over = None if found.stage == "called" else NotAtThisStage(asked, "the meeting is over")
    nobody = RoleNeeded(asked, "the chair, the administrator or the member whose seat it is does")
    return Form(
        title="Somebody sits in a member's stead",
        button="Save",
        fields=(
            Field("member_id", "Whose seat it is", Kind.LIST, options=_options(voting)),
            Field(
                "substitute_id",
                "Who sits there (optional)",
                Kind.LIST,
                hint="A SENCO or head of the cluster. Both have one vote together.",
                options=_options(_others(cluster)),
            ),
            Field(
                "is_away",
                "Is the member away and nobody sits there? (optional)",
                Kind.YES_NO,
                hint="With neither a substitute nor a yes, the member comes after all.",
            ),
        ),
        back=back_to(found),
        lead=("Name a substitute before the meeting begins; the last naming counts.",),
        not_now=over or (None if voting else nobody),
    )


def _borrowing(session: Session, caller: Caller, ids: Ids) -> Form:
    line, asked = agenda.item(session, caller, ids["item_id"]), "to borrow a member"
    who = line.who_may_vote
    free = who.may_be_borrowed if who else ()
    options = tuple(Option(str(each.person_id), f"{each.called}, {each.cluster}") for each in free)
    nobody = NotAtThisStage(asked, "a quorum can be had, or nobody is free to be borrowed")
    return Form(
        title="Borrow a member",
        button="Borrow",
        fields=(
            Field(
                "person_id",
                "Who comes for this item alone",
                Kind.LIST,
                options=options,
                missing="Choose whom to borrow",
            ),
        ),
        back=("Back to the item", f"/items/{line.id}"),
        caption=line.reference,
        lead=("Members of neighbouring panels whom nothing on record keeps out.",),
        not_now=not_run_by(caller, line.cluster, asked) or (None if free else nobody),
    )


def _panel(cluster: ClusterView) -> dict[UUID, str]:
    return {
        each.person_id: _described(each.called, each.roles, each.roles) for each in cluster.panel
    }


def _others(cluster: ClusterView) -> dict[UUID, str]:
    return {each.person_id: _described(each.called, (), ()) for each in cluster.may_stand_in}


def _stand_ins(found: MeetingView) -> dict[UUID, str]:
    return {
        each.person_id: f"{each.called}, for {each.in_stead_of_called}"
        for each in found.substitutes
        if each.person_id is not None
    }


def _described(called: str, roles: Iterable[str], shown: Iterable[str]) -> str:
    told = [ROLES[each].lower() for each in ROLES if each in set(roles) & set(shown)]
    return ", ".join((called, *told))


def _options(people: dict[UUID, str]) -> tuple[Option, ...]:
    by_name = sorted(people.items(), key=lambda each: (each[1], each[0]))
    return tuple(Option(str(person_id), called) for person_id, called in by_name)


_MEETING = "/meetings/{meeting_id:uuid}"
record_page(
    router,
    f"{_MEETING}/attendance",
    Coming,
    _coming,
    on("meeting_id", recording.answer_meeting),
    "attendance",
)
record_page(
    router,
    f"{_MEETING}/room",
    EverybodyHere,
    _in_the_room,
    on("meeting_id", recording.record_room),
    "room",
)
record_page(
    router,
    f"{_MEETING}/presence",
    InRoom,
    _presence,
    on("meeting_id", recording.record_presence),
    "room",
)
record_page(
    router,
    f"{_MEETING}/substitutes",
    Substituting,
    _substituting,
    on("meeting_id", recording.name_substitute),
    "substitute",
)
record_page(
    router,
    "/items/{item_id:uuid}/borrowed",
    Borrowing,
    _borrowing,
    on("item_id", recording.borrow_member),
    "borrowed",
)
