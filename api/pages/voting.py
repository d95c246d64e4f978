"""Votes as pages: the papers and the published descriptors beside my levels, advice and reason.

Nothing here reads anybody else's vote. The same form takes a vote on a made-up case.
"""

from dataclasses import replace
from typing import Any

from fastapi import APIRouter
from sqlmodel import Session

from activities.store import reading, recording
from activities.store.reading import Caller, agenda
from activities.store.reading.agenda import ItemView
from activities.store.reading.meetings import OwnVote
from activities.store.reading.policies import policy
from activities.store.recording import Dissenting, Saying
from api.pages.forms import Field, Form, Kind, Option, typed_of
from api.pages.items import papers_of, school_names
from api.pages.sending import Ids, on, record_page
from api.pages.words import NEEDS, RECOMMENDED
from api.schemas import Voting
from domain.frozen import Frozen
from domain.moderation import Recommendation, Vote
from domain.needs import AreaOfNeed
from domain.policy.schemes import Continuum
from domain.refusals import NotAtThisStage
from domain.request import RequestKind

router = APIRouter(include_in_schema=False)

REASON = (
    "Tick the descriptors that fit, or write. Where a level is not the school's, or you advise"
    " anything but support as asked or advice, write why. Do not name the child."
)


def vote_fields(scale: Continuum, *, has_profile: bool = True) -> tuple[Field, ...]:
    """The fields of a vote: a level with its published sentence for each area, advice, reason."""
    return (
        *(level_fields(scale) if has_profile else ()),
        *((descriptor_field(scale),) if has_profile and scale.descriptors else ()),
        Field(
            "recommendation",
            "What the panel should advise",
            Kind.ONE_OF,
            missing="Choose what the panel should advise",
            options=tuple(Option(each.value, RECOMMENDED[each]) for each in Recommendation),
        ),
        Field("reason", "Your reason", Kind.LONG, hint=REASON),
    )


def level_fields(scale: Continuum) -> tuple[Field, ...]:
    """Radios for each area of need, with what is published of each level."""
    return tuple(
        Field(
            f"levels.{area}",
            NEEDS[area],
            Kind.ONE_OF,
            missing=f"Choose a level for {NEEDS[area][:1].lower()}{NEEDS[area][1:]}",
            options=_levels(scale, area),
            is_number=True,
        )
        for area in AreaOfNeed
    )


def _levels(scale: Continuum, area: AreaOfNeed) -> tuple[Option, ...]:
    """The levels of an area with their sentences; a scale with domains of its own has none here."""
    said = {each.level: each.says for d in scale.domains if d.code == area for each in d.levels}
    found = [each.level for domain in scale.domains for each in domain.levels]
    levels = sorted(said) or range(min(found, default=0), max(found, default=0) + 1)
    return tuple(Option(str(level), f"Level {level}", said.get(level, "")) for level in levels)


def descriptor_field(scale: Continuum) -> Field:
    """Tick boxes for the published descriptors: a reason without typing."""
    options = tuple(Option(each.code, each.says) for each in scale.descriptors)
    return Field("descriptors", "Descriptors that fit", Kind.ANY_OF, options=options)


def descriptors_by_area(scale: Continuum) -> dict[str, list[Option]]:
    """The descriptors beside the levels of their area, each with the level that it describes."""
    found: dict[str, list[Option]] = {}
    for each in scale.descriptors:
        option = Option(each.code, each.says, f"Level {each.level}")
        found.setdefault(f"levels.{each.domain}", []).append(option)
    return found


def vote_typed(mine: OwnVote | None) -> dict[str, str]:
    """What the form holds: my last vote, to be looked at and changed; else nothing."""
    if mine is None or mine.abstained:
        return {}
    return {
        **{f"levels.{area}": str(level) for area, level in mine.levels.items()},
        **typed_of(Kind.ANY_OF, "descriptors", mine.descriptors),
        "recommendation": mine.recommendation or "",
        "reason": mine.reason,
    }


def as_vote(said: Saying, body: Voting) -> Vote:
    """A vote of whoever says it."""
    return Vote(person_id=said.caller.person.id, **dict(body))


def _voting(session: Session, caller: Caller, ids: Ids) -> Form:
    ballot = reading.ballot(session, caller, ids["ballot_id"])
    line = agenda.item(session, caller, ballot.item_id)
    papers = papers_of(session, caller, line)
    has_profile = line.kind is not RequestKind.PROJECT
    scale = policy(session, papers.continuum, Continuum) if papers else None
    return Form(
        title=f"Your vote on {line.reference}",
        button="Save my vote",
        fields=vote_fields(scale, has_profile=has_profile) if scale else (),
        back=("Back to the meeting", f"/meetings/{line.meeting_id}"),
        caption=f"Round {ballot.round}" if ballot.round > 1 else "",
        values=vote_typed(ballot.mine),
        adds={"levels": {}},
        template="vote.html",
        told={
            "line": line,
            "ballot": ballot,
            "mine": ballot.mine,
            "papers": papers,
            "schools": school_names(session, line, papers),
            "descriptors": descriptors_by_area(scale) if scale and has_profile else {},
            "scale": scale,
            "abstain": f"/ballots/{ballot.id}/abstain",
        },
        elsewhere=_elsewhere(line),
    )


def _elsewhere(line: ItemView) -> str:
    """Where whoever has no vote to give now is led instead."""
    return "" if line.may_vote else f"/items/{line.id}"


def _abstaining(session: Session, caller: Caller, ids: Ids) -> Form:
    ballot = reading.ballot(session, caller, ids["ballot_id"])
    line = agenda.item(session, caller, ballot.item_id)
    return replace(
        ABSTAINING,
        back=("Back to your vote", f"/ballots/{ballot.id}/vote"),
        caption=line.reference,
        elsewhere=_elsewhere(line),
    )


ABSTAINING = Form(
    title="Abstain",
    button="Abstain",
    fields=(Field("reason", "Why you abstain", Kind.LONG, missing="Enter why you abstain"),),
    back=("Back to your vote", "/"),
    lead=(
        "You count for the quorum, and give no levels and no recommendation.",
        "It takes the place of a vote you gave before; you can still vote until the ballot closes.",
    ),
    adds={"levels": {}, "abstained": True},
)


def _dissenting(session: Session, caller: Caller, ids: Ids) -> Form:
    ballot = reading.ballot(session, caller, ids["ballot_id"])
    line = agenda.item(session, caller, ballot.item_id)
    not_now: NotAtThisStage | None = None
    if not ballot.is_closed:
        asked = "to have your dissent recorded"
        not_now = NotAtThisStage(asked, "the ballot is open", "Change your vote instead.")
    return Form(
        title="Have your dissent recorded",
        button="Record my dissent",
        fields=(
            Field(
                "words",
                "In your own words",
                Kind.LONG,
                hint="Panel and officers read it, the school does not. Do not name the child.",
                missing="Enter what you do not agree with",
            ),
            Field(
                "named",
                "Should the minutes name you?",
                Kind.YES_NO,
                missing="Say whether the minutes should name you",
            ),
        ),
        back=("Back to the item", f"/items/{line.id}"),
        caption=line.reference,
        lead=("It changes nothing of what the panel advises, and says nothing of other votes.",),
        not_now=not_now,
    )


def _cast(session: Session, said: Saying, ids: Ids, body: Any) -> Frozen:
    return recording.cast_vote(session, said, ids["ballot_id"], as_vote(said, body))


record_page(router, "/ballots/{ballot_id:uuid}/vote", Voting, _voting, _cast, "voted")
record_page(router, "/ballots/{ballot_id:uuid}/abstain", Voting, _abstaining, _cast, "voted")
record_page(
    router,
    "/ballots/{ballot_id:uuid}/dissent",
    Dissenting,
    _dissenting,
    on("ballot_id", recording.note_dissent),
    "dissent",
)
