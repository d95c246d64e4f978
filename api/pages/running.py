"""What whoever runs a meeting does in it: open, take, order, put off, ballots, close."""

from typing import Any

from fastapi import APIRouter
from sqlmodel import Session

from activities.store import reading, recording
from activities.store.reading import BallotView, Caller, MeetingView, agenda
from activities.store.reading.agenda import ItemView
from activities.store.reading.caller import RUN_IT
from activities.store.recording import Ordering
from api.pages.forms import Field, Form, Kind, Option
from api.pages.sending import Ids, act_page, record_page
from api.pages.words_of_panels import PUT_OFF
from domain.agenda import OF_THE_MEETING, DeferredBecause
from domain.frozen import Frozen
from domain.meeting_time import why_not_called_off
from domain.people import Role
from domain.refusals import NotAtThisStage, Refusal, RoleNeeded
from domain.stages import ActKind

router = APIRouter(include_in_schema=False)

_CHAIRS = (Role.PANEL_CHAIR, Role.VICE_CHAIR)
_OVER = "the meeting is over"


class Nothing(Frozen):
    """A form with a button alone."""


def not_run_by(caller: Caller, cluster: str, asked: str, *roles: Role) -> Refusal | None:
    """Say why something of a meeting is not offered: somebody else runs the panel."""
    if cluster in caller.clusters(*(roles or RUN_IT)):
        return None
    return RoleNeeded(asked, "whoever runs the panel does")


def back_to(found: MeetingView) -> tuple[str, str]:
    """The way back to a meeting's page."""
    return ("Back to the meeting", f"/meetings/{found.id}")


def _meeting(session: Session, caller: Caller, ids: Ids) -> MeetingView:
    return reading.meeting(session, caller, ids["meeting_id"])


def _over(found: MeetingView, asked: str) -> Refusal | None:
    return None if found.stage == "called" else NotAtThisStage(asked, _OVER)


def _opening(session: Session, caller: Caller, ids: Ids) -> Form:
    found, asked = _meeting(session, caller, ids), "to open the meeting"
    return Form(
        title="Open the meeting",
        button="Open the meeting",
        fields=(),
        back=back_to(found),
        lead=(
            "From now on items are taken in their order, and the minutes note who is in the room.",
            "The order of the agenda cannot be changed any more.",
        ),
        keep="Not yet",
        not_now=not_run_by(caller, found.cluster, asked) or _over(found, asked),
    )


def _closing(session: Session, caller: Caller, ids: Ids) -> Form:
    found, asked = _meeting(session, caller, ids), "to close the meeting"
    left = [each.reference for each in found.items if each.state == "listed"]
    running = [each.reference for each in found.items if each.state == "in_ballot"]
    return Form(
        title="Close the meeting",
        button="Close the meeting",
        fields=(),
        back=back_to(found),
        lead=(
            *((f"Not heard, and listed for another meeting: {', '.join(left)}.",) if left else ()),
            *((f"Ballots that go on until their time: {', '.join(running)}.",) if running else ()),
            "The minutes are made from what was recorded.",
        ),
        warning="A meeting that is closed is not opened again.",
        keep="Go on with the meeting",
        not_now=not_run_by(caller, found.cluster, asked) or _over(found, asked),
    )


def _calling_off(session: Session, caller: Caller, ids: Ids) -> Form:
    found = _meeting(session, caller, ids)
    listed = [each.reference for each in found.items if each.state == "listed"]
    return Form(
        title="Call the meeting off",
        button="Call the meeting off",
        fields=(
            Field(
                "reason",
                "Why it is not held",
                Kind.LONG,
                hint="Everybody who was to come reads it. Do not name a child.",
                missing="Enter why it is not held",
            ),
        ),
        back=back_to(found),
        lead=(
            *((f"Listed for another meeting: {', '.join(listed)}.",) if listed else ()),
            "Everybody who was to come is told.",
        ),
        warning="A meeting that is called off is not held at another time. Call another one.",
        keep="Hold the meeting",
        not_now=_why_not_called_off(caller, found),
    )


def may_call_off(caller: Caller, found: MeetingView) -> bool:
    """Whether the person is offered to call a meeting off."""
    return _why_not_called_off(caller, found) is None


def _why_not_called_off(caller: Caller, found: MeetingView) -> Refusal | None:
    asked = "to call the meeting off"
    if not_now := not_run_by(caller, found.cluster, asked, *_CHAIRS) or _over(found, asked):
        return not_now
    begun = why_not_called_off(
        is_opened=found.opened_at is not None,
        has_ballot=any(each.round for each in found.items),
        has_room=found.has_room,
    )
    return NotAtThisStage(asked, begun) if begun else None


def _ordering(session: Session, caller: Caller, ids: Ids) -> Form:
    """Choose an item for each place of the agenda, which works without script too."""
    found, asked = _meeting(session, caller, ids), "to put the agenda in another order"
    names = reading.school_names(session, {each.school for each in found.items})
    options = tuple(
        Option(str(each.id), f"{each.reference}, {names[each.school]}") for each in found.items
    )
    fields = tuple(
        Field(
            f"items.{place}",
            f"Item {place + 1}",
            Kind.LIST,
            options=options,
            missing=f"Choose which item is number {place + 1}",
        )
        for place in range(len(options))
    )
    is_open = found.opened_at is not None
    opened = NotAtThisStage(asked, "the meeting has been opened") if is_open else None
    return Form(
        title="Change the order of the agenda",
        button="Save the order",
        fields=fields,
        back=back_to(found),
        lead=("Choose which item comes at each place; each of them once.",),
        values={f"items.{place}": each.code for place, each in enumerate(options)},
        not_now=not_run_by(caller, found.cluster, asked) or _over(found, asked) or opened,
    )


def _item(session: Session, caller: Caller, ids: Ids) -> tuple[ItemView, tuple[str, str]]:
    line = agenda.item(session, caller, ids["item_id"])
    return line, ("Back to the item", f"/items/{line.id}")


def _taking(session: Session, caller: Caller, ids: Ids) -> Form:
    line, _ = _item(session, caller, ids)
    return Form(
        title=f"Take {line.reference}",
        button="Take this item",
        fields=(),
        back=("Back to the meeting", f"/meetings/{line.meeting_id}"),
        lead=("It is the current item until the next is taken.",),
        not_now=not_run_by(caller, line.cluster, "to take this item"),
    )


def _waiting(caller: Caller, line: ItemView, asked: str) -> Refusal | None:
    """Why the chair is not offered an item: it is not the chair's, or it does not wait."""
    refused = not_run_by(caller, line.cluster, asked, *_CHAIRS)
    if refused is None and (line.stage != "called" or line.state != "listed"):
        return NotAtThisStage(asked, "it is not waiting to be heard in this meeting")
    return refused


def _opening_ballot(session: Session, caller: Caller, ids: Ids) -> Form:
    line, back = _item(session, caller, ids)
    who = line.who_may_vote
    counted = f"{who.eligible} may vote; a quorum is {who.quorum}." if who else ""
    again = f" round {line.round + 1}" if line.round else ""
    return Form(
        title=f"Open a ballot on {line.reference}{':' if again else ''}{again}",
        button="Open the ballot",
        fields=(
            Field(
                "closes_at",
                "When it closes at the latest (optional)",
                Kind.INSTANT,
                hint="Left empty, the panel's rules say. You can close it earlier. Time: 14:30",
            ),
        ),
        back=back,
        lead=(
            *filter(None, (counted,)),
            "Everybody votes blind: nobody sees a vote before the ballot has closed.",
        ),
        adds={"item_id": str(line.id)},
        about=line.meeting_id,
        not_now=_waiting(caller, line, "to open a ballot"),
    )


def _deferring(session: Session, caller: Caller, ids: Ids) -> Form:
    line, back = _item(session, caller, ids)
    return Form(
        title=f"Put {line.reference} off",
        button="Put it off",
        fields=(
            Field(
                "because",
                "Why it is put off",
                Kind.ONE_OF,
                missing="Choose why it is put off",
                options=tuple(
                    Option(each.value, PUT_OFF[each])
                    for each in DeferredBecause
                    if each not in OF_THE_MEETING
                ),
            ),
            Field(
                "reason",
                "In your own words",
                Kind.LONG,
                hint="It stays with the record of what you did. Do not name the child.",
                missing="Enter why it is put off",
            ),
        ),
        back=back,
        lead=("It goes to the next meeting of the panel.",),
        adds={"item_id": str(line.id)},
        about=line.meeting_id,
        not_now=_waiting(caller, line, "to put the item off"),
    )


def _closing_ballot(session: Session, caller: Caller, ids: Ids) -> Form:
    ballot = reading.ballot(session, caller, ids["ballot_id"])
    line = agenda.item(session, caller, ballot.item_id)
    asked = "to close the ballot"
    return Form(
        title=f"Close the ballot on {line.reference}",
        button="Close the ballot",
        fields=(),
        back=("Back to the item", f"/items/{line.id}"),
        lead=("Ask in the room whether everybody has voted: who has is shown to nobody.",),
        warning="No vote can be given or changed any more once the ballot has closed.",
        keep="Leave it open",
        adds={"ballot_id": str(ballot.id)},
        about=line.meeting_id,
        not_now=not_run_by(caller, line.cluster, asked, *_CHAIRS) or _closed(ballot, asked),
    )


def _closed(ballot: BallotView, asked: str) -> Refusal | None:
    return NotAtThisStage(asked, "it has closed") if ballot.is_closed else None


def _order(session: Session, said: Any, ids: Ids, body: Ordering) -> Frozen:
    return recording.set_order(session, said, ids["meeting_id"], body)


_MEETING, _ITEM = "/meetings/{meeting_id:uuid}", "/items/{item_id:uuid}"
act_page(router, f"{_MEETING}/open", ActKind.OPEN_MEETING, "meeting", _opening)
act_page(router, f"{_MEETING}/close", ActKind.CLOSE_MEETING, "meeting", _closing)
act_page(router, f"{_MEETING}/call-off", ActKind.CALL_OFF_MEETING, "meeting", _calling_off)
act_page(router, f"{_ITEM}/ballot", ActKind.OPEN_BALLOT, "meeting", _opening_ballot)
act_page(router, f"{_ITEM}/defer", ActKind.DEFER, "meeting", _deferring)
act_page(
    router,
    "/ballots/{ballot_id:uuid}/close",
    ActKind.CLOSE_BALLOT,
    "meeting",
    _closing_ballot,
)
record_page(router, f"{_MEETING}/order", Ordering, _ordering, _order, "order")
record_page(
    router,
    f"{_ITEM}/take",
    Nothing,
    _taking,
    lambda session, said, ids, _: recording.take_item(session, said, ids["item_id"]),
    "taken",
)
