"""Items of an agenda as pages: interests first, then papers, then what the ballot came to."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from activities.store import reading, recording
from activities.store.reading import AdvisedView, BallotView, Caller, Papers, agenda
from activities.store.reading.agenda import ItemLine
from activities.store.reading.caller import RUN_IT
from activities.store.reading.policies import policy
from activities.store.reading.services import service_names
from activities.store.recording import DeclaringAll
from api.pages.doing import JustDone, doing
from api.pages.forms import Field, Form, Kind, Option
from api.pages.frame import page
from api.pages.pictures_of_ballots import levels_on, picture
from api.pages.sending import Ids, on, record_page
from api.pages.visitor import Looking
from api.pages.words_of_panels import INTERESTS, INTERESTS_OF_OTHERS
from api.parts import WithParts
from api.schemas import Declaring
from domain.people import Interest, Role
from domain.policy.schemes import Continuum
from domain.refusals import Barred, Unknown

router = APIRouter(include_in_schema=False)

_WAIT = ("listed", "in_ballot")


@router.get("/items/{item_id:uuid}")
def one_item(
    request: Request, item_id: UUID, visitor: Looking, parts: WithParts, asked: JustDone
) -> Response:
    """Show an item: to declare an interest in, to read, and what came of it once it is closed."""

    def read(session: Session) -> dict[str, Any]:
        whole = read_item(session, visitor.caller, item_id)
        return {**whole, "doing": doing(session, visitor.caller, asked)}

    return page(request.scope, "item.html", **parts.read(read))


@router.get("/ballots/{ballot_id:uuid}")
def one_ballot(
    request: Request, ballot_id: UUID, visitor: Looking, parts: WithParts, asked: JustDone
) -> Response:
    """Lead whoever may vote to the vote, the panel to the item; show others what came of it."""
    caller = visitor.caller

    def read(session: Session) -> dict[str, Any] | str:
        found = reading.ballot(session, caller, ballot_id)
        try:
            line = agenda.item(session, caller, found.item_id)
        except Unknown:
            return {**_of_officer(session, caller, found), "doing": doing(session, caller, asked)}
        votes = line.may_vote and line.ballot_id == ballot_id
        return f"/ballots/{ballot_id}/vote" if votes else f"/items/{line.id}"

    told = parts.read(read)
    if isinstance(told, str):
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"{told}{query}", 303)
    return page(request.scope, "ballot.html", **told)


def read_item(session: Session, caller: Caller, item_id: UUID) -> dict[str, Any]:
    """Read everything of an item that the person may see."""
    line = agenda.item(session, caller, item_id)
    papers = papers_of(session, caller, line)
    ballot = reading.ballot(session, caller, line.ballot_id) if line.ballot_id else None
    runs = line.cluster in caller.clusters(*RUN_IT)
    return {
        "line": line,
        "papers": papers,
        "ballot": ballot,
        "picture": picture_of(session, ballot, papers),
        "advised": _advised(session, caller, line),
        "runs": runs,
        "chairs": line.cluster in caller.clusters(Role.PANEL_CHAIR, Role.VICE_CHAIR),
        "cluster": reading.cluster_names(session, (line.cluster,))[line.cluster],
        "schools": school_names(session, line, papers),
        "services": service_names(session),
    }


def papers_of(session: Session, caller: Caller, line: ItemLine) -> Papers | None:
    """Read the papers, where the person has declared and nothing bars."""
    if line.declared is None or line.barred:
        return None
    try:
        return reading.papers(session, caller, line.id)
    except Barred:
        return None


def picture_of(session: Session, ballot: BallotView | None, papers: Papers | None) -> Any:
    """Draw the levels of a closed ballot beside those that the school stated."""
    if ballot is None or ballot.result is None or papers is None:
        return None
    scale = policy(session, papers.continuum, Continuum)
    return picture(ballot.result, levels_on(scale), papers.content.profile)


def school_names(session: Session, line: ItemLine, papers: Papers | None) -> dict[str, str]:
    """The names of the schools that an item is about."""
    pupils = papers.content.pupils if papers else ()
    return reading.school_names(session, {line.school, *(each.school for each in pupils)})


def _of_officer(session: Session, caller: Caller, ballot: BallotView) -> dict[str, Any]:
    """A ballot as an officer reads it: the result, and the votes without their voters' names."""
    if ballot.result is None:
        return {"ballot": ballot, "picture": None}
    asked = reading.request(session, caller, ballot.request_id)
    edition = next(each.id for each in asked.policies if each.kind == "continuum")
    scale = levels_on(policy(session, edition, Continuum))
    own = asked.content.profile if asked.content else None
    return {"ballot": ballot, "picture": picture(ballot.result, scale, own)}


def _advised(session: Session, caller: Caller, line: ItemLine) -> AdvisedView | None:
    """What the panel advised, once its ballot has closed."""
    if line.barred:
        return None
    try:
        return reading.advice(session, caller, line.request_id)
    except Unknown:
        return None


def interest_field(name: str, line: ItemLine) -> Field:
    """The question about one item; what the record shows is said beside it."""
    known = " and ".join(INTERESTS_OF_OTHERS[each].lower() for each in line.known)
    return Field(
        name,
        f"{line.reference}: your interest",
        Kind.ONE_OF,
        hint=f"The record shows: {known}. Please confirm it, or choose another." if known else "",
        missing=f"Say whether you have an interest in {line.reference}",
        options=tuple(Option(each.value, INTERESTS[each]) for each in Interest),
    )


def _note(name: str, line: ItemLine) -> Field:
    return Field(
        name,
        f"More about it, for {line.reference} (optional)",
        hint="For the record: it is in no minutes. Do not name a child.",
    )


def _interest_typed(line: ItemLine) -> str:
    """What is chosen to begin with: what was declared, or what the record shows."""
    return line.declared or next(iter(line.known), "")


def _declaring(session: Session, caller: Caller, ids: Ids) -> Form:
    line = agenda.item(session, caller, ids["item_id"])
    return Form(
        title="Your interest in this item",
        button="Declare",
        fields=(interest_field("interest", line), _note("note", line)),
        back=("Back to the item", f"/items/{line.id}"),
        caption=line.reference,
        lead=(_WHY,),
        values={"interest": _interest_typed(line)},
    )


def _declaring_all(session: Session, caller: Caller, ids: Ids) -> Form:
    found = reading.meeting(session, caller, ids["meeting_id"])
    lines = [each for each in found.items if each.state in _WAIT]
    names = reading.school_names(session, {each.school for each in lines})
    fields: list[Field] = []
    values: dict[str, str] = {}
    for place, line in enumerate(lines):
        at = f"items.{place}"
        fields.append(Field(f"{at}.item_id", "Item", Kind.CARRIED))
        asked = interest_field(f"{at}.interest", line)
        fields += [_headed(asked, f"{place + 1}. {names[line.school]}"), _note(f"{at}.note", line)]
        values |= {f"{at}.item_id": str(line.id), f"{at}.interest": _interest_typed(line)}
    back = ("Back to the meeting", f"/meetings/{found.id}")
    return Form(
        title="Your interests in the items",
        button="Declare",
        fields=tuple(fields),
        back=back,
        lead=(_WHY,),
        values=values,
        elsewhere="" if lines else back[1],
    )


def _headed(of: Field, legend: str) -> Field:
    return Field(of.name, of.label, of.kind, of.hint, of.missing, of.options, legend=legend)


_WHY = (
    "Papers open once you have said whether you have an interest. With an interest that bars by the"
    " panel's rules you stand aside: you neither read nor vote. You can change what you declared."
)


record_page(
    router,
    "/items/{item_id:uuid}/interest",
    Declaring,
    _declaring,
    lambda session, said, ids, body: recording.declare_interest(
        session, said, ids["item_id"], body.interest, body.note
    ),
    "declared",
)
record_page(
    router,
    "/meetings/{meeting_id:uuid}/interests",
    DeclaringAll,
    _declaring_all,
    on("meeting_id", recording.declare_all),
    "declared",
)
