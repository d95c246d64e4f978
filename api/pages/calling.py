"""Meetings are called from a page: one, a year of them, or members to an urgent request."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from sqlmodel import Session

from activities.store import reading, recording
from activities.store.reading import Caller, Task, version_on
from activities.store.reading.caller import RUN_IT
from activities.store.reading.clusters import OnPanel
from activities.store.reading.policies import policy
from activities.store.recording import CallingYear
from api.pages.forms import Field, Form, Kind, Option
from api.pages.sending import Ids, act_page, record_page
from api.pages.words import weekday
from domain.people import MAY_VOTE
from domain.periods import academic_year
from domain.policy.panel import PanelRules
from domain.policy.urgent import UrgentTo
from domain.refusals import NotAtThisStage, RoleNeeded
from domain.stages import ActKind
from domain.waiting import Waits

router = APIRouter(include_in_schema=False)

_BACK = ("Back to the meetings", "/meetings")


def _cluster(session: Session, caller: Caller) -> tuple[Field, dict[str, str], RoleNeeded | None]:
    """The question for which cluster; where there is one alone it is not asked."""
    run = sorted(caller.clusters(*RUN_IT))
    names = reading.cluster_names(session, run)
    options = tuple(Option(code, names[code]) for code in run)
    kind = Kind.LIST if len(run) > 1 else Kind.CARRIED
    refused = None if run else RoleNeeded("to call a panel", "whoever runs a panel does")
    values = {"cluster": run[0]} if len(run) == 1 else {}
    return Field("cluster", "Cluster", kind, options=options), values, refused


def _calling(session: Session, caller: Caller, _ids: Ids) -> Form:
    cluster, values, refused = _cluster(session, caller)
    starts = Field(
        "starts_at",
        "When it begins",
        Kind.INSTANT,
        hint="A working day to come, for example 24 11 2026 and 9:30",
        missing="Enter the day and the time",
    )
    return Form(
        title="Call a meeting",
        button="Call the meeting",
        fields=(cluster, starts),
        back=_BACK,
        lead=("Members are told by a message. Requests that are complete come onto its agenda.",),
        values=values,
        is_checked=True,
        not_now=refused,
        made="/meetings/{id}",
    )


def _calling_year(session: Session, caller: Caller, _ids: Ids) -> Form:
    cluster, values, refused = _cluster(session, caller)
    this = academic_year(caller.day)
    years = tuple(Option(str(y), f"September {y} to August {y + 1}") for y in (this, this + 1))
    return Form(
        title="Call a year of meetings",
        button="Call the meetings",
        fields=(
            cluster,
            Field("year", "Academic year", Kind.ONE_OF, options=years, is_number=True),
        ),
        back=_BACK,
        lead=(
            "Every meeting of the council's calendar that is still to come is called.",
            "What has been called stands as it is.",
        ),
        values=values,
        not_now=refused,
    )


def _calling_members(session: Session, caller: Caller, _ids: Ids) -> Form:
    cluster, values, refused = _cluster(session, caller)
    waiting = reading.worklist(session, caller, frozenset({Waits.CALL_MEMBERS}))
    rules = policy(session, version_on(session, "panel", caller.day).id, PanelRules)
    asked = "to call members to an urgent request"
    nothing = NotAtThisStage(asked, "no urgent request waits for members of your panel")
    return Form(
        title="Call members to an urgent request",
        button="Call them",
        fields=(
            cluster,
            Field(
                "request_ids",
                "Urgent requests",
                Kind.ANY_OF,
                missing="Choose at least one request",
                options=tuple(_request(each) for each in waiting),
            ),
            *_members(session, caller, rules),
        ),
        back=_BACK,
        lead=("Ballots open at once, between meetings; members vote online.",),
        values=values,
        is_checked=True,
        not_now=refused or (None if waiting else nothing),
        made="/meetings/{id}",
    )


def _request(task: Task) -> Option:
    by = f"Decision due by {weekday(task.by_at)}" if task.by_at else ""
    return Option(str(task.id), task.reference or "", by)


def _members(session: Session, caller: Caller, rules: PanelRules) -> tuple[Field, ...]:
    """Who may be named to a sub-panel; where the whole panel votes, nobody is."""
    if rules.urgent.to is not UrgentTo.SUB_PANEL:
        return ()
    panels = [reading.cluster(session, caller, c).panel for c in sorted(caller.clusters(*RUN_IT))]
    voters = [each for panel in panels for each in panel if _votes(each)]
    names = reading.school_names(session, {each.school for each in voters if each.school})
    options = tuple(_member(each, names) for each in voters)
    hint = f"{rules.urgent.members} sit in it, with those who stand in the rules already."
    return (Field("members", "Who sits in the sub-panel", Kind.ANY_OF, hint, options=options),)


def _votes(member: OnPanel) -> bool:
    return bool(set(member.roles) & set(MAY_VOTE))


def _member(member: OnPanel, names: Mapping[str, str]) -> Option:
    school = names.get(member.school, "") if member.school else ""
    return Option(str(member.person_id), member.called, school)


def _year(session: Session, said: Any, _ids: Ids, body: CallingYear) -> Any:
    return recording.call_year(session, said, body)


act_page(router, "/meetings/new", ActKind.CALL_MEETING, "meeting", _calling, makes=True)
act_page(router, "/meetings/urgent", ActKind.CALL_URGENT, "meeting", _calling_members, makes=True)
record_page(router, "/meetings/year", CallingYear, _calling_year, _year, "year_called")
