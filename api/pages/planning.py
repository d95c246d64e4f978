"""What is done to cluster plans: proposed, changed, spoken on, signed, returned, reported on."""

import re
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from activities.store import reading
from activities.store.reading import Caller, PlanView
from activities.store.reading.planning import Planning, plan_clusters, planning
from api.pages.forms import Field, Form, Kind, Option
from api.pages.frame import page
from api.pages.plan_items import ONE_A_LINE, item_fields
from api.pages.plans import PATH_OF, offered_on, own_voices, waiting_on
from api.pages.school_words import INTERESTS, OUTCOMES, SHARING
from api.pages.sending import Ids, act_page
from api.pages.several import Several
from api.pages.visitor import Looking
from api.pages.words import day
from api.parts import WithParts
from domain.explaining import whole_pounds
from domain.people import Interest
from domain.plan_acts import MOST_ITEMS
from domain.refusals import NotAtThisStage, RoleNeeded, Unknown
from domain.stages import ALLOWED_TO, ActKind

router = APIRouter(include_in_schema=False)

_YEAR = re.compile(r"2\d{3}")


@router.get("/plans/new")
def new_plan(
    request: Request,
    visitor: Looking,
    parts: WithParts,
    cluster: Annotated[str, Query(max_length=64)] = "",
    year: Annotated[int | None, Query(ge=2000, le=2199)] = None,
    beside: Annotated[list[str] | None, Query(max_length=9)] = None,
) -> Response:
    """Ask of which cluster a plan is to be, of which year, and whether others plan with it."""
    caller = visitor.caller
    own = caller.clusters(*ALLOWED_TO[ActKind.PROPOSE_PLAN])
    if not own:
        raise RoleNeeded("to propose a plan", "the chair or the administrator of a cluster does it")

    def read(session: Session) -> tuple[dict[str, str], Planning]:
        everywhere = {each.code: each.name for each in plan_clusters(session)}
        return everywhere, planning(session, caller, sorted(own)[:1])

    names, facts = parts.read(read)
    if cluster in own and year in facts.open_years:
        others = [each for each in beside or () if each in names and each != cluster]
        return RedirectResponse(f"/plans/new/{year}/{','.join((cluster, *others))}", 303)
    told: dict[str, Any] = {"own": {code: names[code] for code in sorted(own)}, "names": names}
    return page(request.scope, "plan_new.html", years=facts.open_years, **told)


def _proposing(session: Session, caller: Caller, ids: Ids) -> Form:
    year, named = ids["year"], tuple(dict.fromkeys(ids["clusters"].split(",")))
    if not _YEAR.fullmatch(year):
        raise Unknown("this academic year", "there is none of that name")
    facts = planning(session, caller, named)
    at_desk = named[0] in caller.clusters(*ALLOWED_TO[ActKind.PROPOSE_PLAN])
    not_now = None
    if not at_desk:
        not_now = RoleNeeded(
            "to propose this plan", "the chair or the administrator of the cluster does it"
        )
    adds: dict[str, Any] = {"cluster": named[0], "academic_year": int(year)}
    together = len(named) > 1
    if together:
        adds["sharing.clusters"] = list(named)
    return Form(
        title="Propose a plan",
        button="Propose the plan",
        fields=_sharing(named, facts) if together else (),
        back=("Back to the plans", f"/plans?cluster={named[0]}&year={year}"),
        caption=f"{_names(named, facts)}, {year} to {int(year) + 1}",
        lead=(
            "Its schools say yes or no, one voice each.",
            "Once they have agreed, its money is held, and a council officer signs it.",
        ),
        adds=adds,
        is_checked=True,
        several=Several("items", "Item", item_fields(facts), "Add another item", most=MOST_ITEMS),
        made="/plans/{id}",
        not_now=not_now,
    )


def _names(named: tuple[str, ...], facts: Planning) -> str:
    return " and ".join(facts.clusters[each] for each in named)


def _sharing(named: tuple[str, ...], facts: Planning) -> tuple[Field, ...]:
    """How clusters that plan together share its cost, and its places."""
    rule = Field(
        "sharing.rule",
        "How they share the cost and the places",
        Kind.ONE_OF,
        legend="Planning together",
        options=tuple(Option(code, says) for code, says in SHARING.items()),
    )
    weights = (
        Field(
            f"sharing.weights.{each}",
            f"Pupils, or agreed shares, of {facts.clusters[each]}",
            Kind.WHOLE,
            hint="Leave empty where they share equally.",
            key=each,
        )
        for each in named
    )
    return (rule, *weights)


def _on(
    session: Session, caller: Caller, ids: Ids, kind: ActKind
) -> tuple[PlanView, dict[str, Any]]:
    """A plan, and what every form on one has; held back where it is not the person's now."""
    it = reading.plan(session, caller, ids["plan_id"])
    path, title = PATH_OF[kind]
    offered = offered_on(caller, it, waiting_on(session, caller, it.id))
    not_now = None
    if kind not in offered:
        says = "it is not for you to do now; the plan says whose turn it is"
        not_now = NotAtThisStage(f"to {path.replace('-', ' ')} on this plan", says)
    return it, {
        "title": title,
        "back": ("Back to the plan", f"/plans/{it.id}"),
        "caption": it.reference,
        "not_now": not_now,
    }


def _changing(session: Session, caller: Caller, ids: Ids) -> Form:
    it, told = _on(session, caller, ids, ActKind.CHANGE_PLAN)
    facts = planning(session, caller, it.clusters)
    reason = Field("reason", "Why the plan is changed", Kind.LONG)
    return Form(
        **told,
        button="Propose the change",
        fields=(reason, *(each for row in _endings(it, caller.day) for each in row)),
        lead=(
            "Like the plan, its schools say yes or no to a change, and an officer signs it.",
            "Until then the plan stays as it is. Items may end early, be added, or both.",
        ),
        adds={"plan_id": str(it.id)},
        is_checked=True,
        several=Several("add", "Item", item_fields(facts), "Add another item", most=MOST_ITEMS),
        made="/plans/{id}",
    )


def _endings(it: PlanView, today: date) -> list[tuple[Field, ...]]:
    """For each item that is there, the day from which it may end."""
    live = [each for each in it.items if not each.ended and each.until_on > today][:MOST_ITEMS]
    return [
        (
            Field(
                f"end.{row}.from_on",
                f"End {each.name} from (optional)",
                Kind.DAY,
                hint="The first day on which it is there no more.",
                legend="" if row else "Items that end early",
            ),
            Field(
                f"end.{row}.item_id",
                each.name,
                Kind.CARRIED,
                beside=f"end.{row}.from_on",
            ),
        )
        for row, each in enumerate(live)
    ]


def _voicing(session: Session, caller: Caller, ids: Ids) -> Form:
    it, told = _on(session, caller, ids, ActKind.VOICE_ON_PLAN)
    own = own_voices(caller, it)
    names = reading.school_names(session, own)
    school = Field(
        "school",
        "School",
        Kind.ONE_OF,
        options=tuple(Option(each, names.get(each, each)) for each in own),
    )
    fields = (
        Field(
            "agrees",
            "Does your school agree to the plan?",
            Kind.YES_NO,
            missing="Choose yes or no",
        ),
        Field(
            "reason",
            "Why (optional)",
            Kind.LONG,
            hint="The schools of the plan and the council's officers read this.",
        ),
    )
    return Form(
        **told,
        button="Say it for your school",
        fields=(school, *fields) if len(own) != 1 else fields,
        adds={"school": own[0]} if len(own) == 1 else {},
        lead=(
            f"It comes to {whole_pounds(it.annual_pence)} a year.",
            "A school's last word counts, until their time is over or they have agreed.",
        ),
    )


def _signing(session: Session, caller: Caller, ids: Ids) -> Form:
    it, told = _on(session, caller, ids, ActKind.SIGN_PLAN)
    agreed = sum(each.agrees is True for each in it.voices)
    interests = tuple(
        Option(code, says) for code, says in INTERESTS.items() if code is not Interest.NONE
    )
    fields = (
        Field("grounds", "Grounds", Kind.LINES, hint=ONE_A_LINE),
        Field(
            "alternatives",
            "Alternatives that you considered",
            Kind.LONG,
            missing="Enter the alternatives that you considered",
        ),
        Field(
            "significant_for",
            "Electoral divisions for which it is significant (optional)",
            Kind.LINES,
            hint=f"Their codes. {ONE_A_LINE}",
            legend="If it is a key decision",
            rows=2,
        ),
        Field(
            "key_decision.number",
            "Number of the Cabinet Member's decision (optional)",
            hint="Two digits for the year, a stroke and five digits, like 26/00123.",
            width="10",
        ),
        Field("key_decision.effective_on", "Day on which it takes effect (optional)", Kind.DAY),
        Field(
            "interests",
            "Interests that you have in the plan",
            Kind.ANY_OF,
            legend="Your own interests",
            hint="Leave all empty if you have none. One that bars keeps you from signing.",
            options=interests,
        ),
    )
    return Form(
        **told,
        button="Sign the plan",
        fields=fields,
        lead=(
            (
                f"It comes to {whole_pounds(it.annual_pence)} a year, and {agreed} of"
                f" {len(it.voices)} schools said yes. Signing it commits the money, once."
            ),
        ),
        is_checked=True,
    )


def _returning(session: Session, caller: Caller, ids: Ids) -> Form:
    _, told = _on(session, caller, ids, ActKind.RETURN_PLAN)
    return Form(
        **told,
        button="Return the plan",
        fields=(Field("reason", "Why you return it", Kind.LONG),),
        warning="What is held for it is given back. The cluster proposes another plan instead.",
        keep="Keep the plan",
    )


def _withdrawing(session: Session, caller: Caller, ids: Ids) -> Form:
    _, told = _on(session, caller, ids, ActKind.WITHDRAW_PLAN)
    return Form(
        **told,
        button="Take the plan back",
        fields=(Field("reason", "Why it is taken back", Kind.LONG),),
        warning="What is held for it is given back. You can propose another plan instead.",
        keep="Keep the plan",
    )


def _reporting(session: Session, caller: Caller, ids: Ids) -> Form:
    it, told = _on(session, caller, ids, ActKind.REPORT_OUTCOME)
    terms = planning(session, caller, it.clusters).terms
    fields = (
        Field(
            "item_id",
            "Item",
            Kind.ONE_OF,
            options=tuple(
                Option(str(each.id), each.name, "; ".join(each.outcomes)) for each in it.items
            ),
        ),
        Field(
            "term_on",
            "Term",
            Kind.ONE_OF,
            options=tuple(Option(each.isoformat(), f"The one from {day(each)}") for each in terms),
        ),
        Field(
            "outcome",
            "How far it reached what it is for",
            Kind.ONE_OF,
            options=tuple(Option(code, says) for code, says in OUTCOMES.items()),
        ),
        Field(
            "words",
            "What came of it",
            Kind.LONG,
            hint="Write about children without their names.",
        ),
    )
    return Form(
        **told,
        button="Report the outcome",
        fields=fields,
        lead=("A later report of the same item and term takes the place of this one.",),
    )


act_page(
    router,
    "/plans/new/{year}/{clusters}",
    ActKind.PROPOSE_PLAN,
    "cluster_plan",
    _proposing,
    makes=True,
)
for _kind, _form_of in (
    (ActKind.CHANGE_PLAN, _changing),
    (ActKind.VOICE_ON_PLAN, _voicing),
    (ActKind.SIGN_PLAN, _signing),
    (ActKind.RETURN_PLAN, _returning),
    (ActKind.WITHDRAW_PLAN, _withdrawing),
    (ActKind.REPORT_OUTCOME, _reporting),
):
    act_page(
        router,
        f"/plans/{{plan_id:uuid}}/{PATH_OF[_kind][0]}",
        _kind,
        "cluster_plan",
        _form_of,
        makes=_kind is ActKind.CHANGE_PLAN,
    )
