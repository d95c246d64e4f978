"""Submitting and answering: what must hold from the moment at which a school says so.

The policy versions in force are pinned, the day by which it is decided is worked out once, and the
words are kept as they were; where the request goes next is its workflow's to say.
"""

from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from activities.store.casework import play_part
from activities.store.places import place_on
from activities.store.published import share_turns
from activities.store.reading.caller import Caller
from activities.store.reading.policies import pins_on, policy
from activities.store.reading.registered import faults_of_pupils
from activities.store.recording.acts import Subject, check_not_waiting, write_act
from activities.store.recording.drafts import locked_draft
from activities.store.recording.faults import ContentFaulty, SavedMeanwhile
from activities.store.recording.said import Saying
from activities.store.tables import (
    DraftRow,
    RequestPupilRow,
    RequestRow,
    RequestVersionRow,
)
from domain.acts import ActRef, Submitting
from domain.authority import owed_by_plans
from domain.people import Part
from domain.periods import SchoolDays
from domain.policy.model import Calendar, PanelRules
from domain.refusals import NotAtThisStage, NotConfirmedByHead, NotValid
from domain.request import RequestContent
from domain.stages import ALLOWED_AT, ActKind, Stage

_NEXT_REFERENCE = text("SELECT nextval('request_reference')")
_ASKED = "to submit the request"


def submit(session: Session, saying: Saying, draft_id: UUID, choices: Submitting) -> ActRef:
    """Submit a draft that the head has confirmed; after a return, the same draft again."""
    draft = locked_draft(session, saying.caller, draft_id)
    content = _confirmed(draft, choices)
    row = session.get(RequestRow, draft_id, with_for_update=True)
    if row is not None and row.stage not in ALLOWED_AT[ActKind.SUBMIT]:
        raise NotAtThisStage(_ASKED, "it has been submitted already")
    check_pupils(session, content, draft.school_code, saying.caller.day)
    if row is None:
        row = _begun(session, saying.caller, draft, content)
    else:
        check_not_waiting(session, draft_id, ActKind.SUBMIT)
    _play_parts(session, saying.caller, draft)
    act = write_act(session, saying, ActKind.SUBMIT, subject_of(row), choices)
    write_version(session, saying, row, content)
    return act


def subject_of(row: RequestRow) -> Subject:
    """A request as the subject of an act."""
    return Subject(
        subject="request",
        id=row.id,
        cluster=row.cluster_code,
        school=row.school_code,
        facts={"reference": row.reference},
    )


def write_version(
    session: Session, saying: Saying, row: RequestRow, content: RequestContent
) -> None:
    """Keep what the request says from now on, beside what it said before."""
    session.flush()
    row.version += 1
    row.has_plan = content.has_plan
    row.kind = content.kind
    row.owed_annual_pence = owed_by_plans(content)
    session.add(row)
    session.add(
        RequestVersionRow(
            request_id=row.id,
            number=row.version,
            content=content.model_dump(mode="json"),
            act_id=saying.id,
            recorded_at=saying.caller.now,
        )
    )
    for pupil in content.pupils:
        named = RequestPupilRow(
            request_id=row.id,
            pupil_id=pupil.pupil_id,
            version=row.version,
            school_code=pupil.school,
        )
        session.add(named)


def check_pupils(session: Session, content: RequestContent, school: str, day: date) -> None:
    """Refuse pupils, or facts about them, that the record does not have; every one at once.

    A pupil nobody knows and a pupil of another school look the same to whoever asks.
    """
    faults = faults_of_pupils(session, content, school, day)
    if faults:
        raise ContentFaulty(_ASKED, faults)


def _confirmed(draft: DraftRow, choices: Submitting) -> RequestContent:
    if draft.version != choices.draft_version:
        raise SavedMeanwhile(draft.version)
    if draft.confirmed_version != draft.version:
        raise NotConfirmedByHead(_ASKED, "the head has not confirmed the draft as it stands")
    return RequestContent.model_validate(draft.content, strict=False)


def _begun(
    session: Session, caller: Caller, draft: DraftRow, content: RequestContent
) -> RequestRow:
    """Begin the request's own row, pinned to the policies in force today (promise 9).

    Whoever is publishing for today, since before midnight, is waited for; nobody begins to.
    """
    share_turns(session)
    pins = pins_on(session, caller.day)
    rules = policy(session, pins["panel"], PanelRules)
    calendar = policy(session, pins["calendar"], Calendar)
    place = place_on(session, draft.school_code, caller.day)
    if place is None:
        raise NotValid(_ASKED, "the school belongs to no cluster today")
    number = session.connection().execute(_NEXT_REFERENCE).scalar_one()
    days = rules.decision_within_school_days
    row = RequestRow(
        id=draft.id,
        reference=f"LOC-{caller.day.year}-{number:06d}",
        kind=content.kind,
        school_code=draft.school_code,
        cluster_code=place.cluster,
        area_code=place.area,
        has_plan=content.has_plan,
        owed_annual_pence=owed_by_plans(content),
        stage=Stage.SUBMITTED,
        pins=pins,
        submitted_at=caller.now,
        submitted_by=caller.person.id,
        version=0,
        stage_since_at=caller.now,
        decide_by_at=SchoolDays(calendar).deadline(caller.day, days),
    )
    session.add(row)
    return row


def _play_parts(session: Session, caller: Caller, draft: DraftRow) -> None:
    assert draft.confirmed_by is not None
    session.flush()
    play_part(session, draft.id, Part.SUBMITTED, caller.person.id)
    play_part(session, draft.id, Part.CONFIRMED, draft.confirmed_by)
