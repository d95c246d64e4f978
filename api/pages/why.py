"""Why a ledger entry is there: its whole chain on one page, from the money to the rules."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from activities.store import reading
from activities.store.reading import PolicyView, Why
from activities.store.reading.finance_why import FinanceActLink
from activities.store.reading.ledger import BallotLink, DecisionLink, RequestLink
from activities.store.reading.plan_why import PlanLink
from activities.store.reading.published_names import pot_names, school_names, titles_under
from activities.store.reading.requests import PlacingView
from api.pages.journal_table import entries_table, posting_rows
from api.pages.money_words import FILES, MONTHS, PAYEES, VERBS, of, year_called
from api.pages.sheets import Cell, Part, Sheet, Table, Words, draw_sheet, facts, money, rows
from api.pages.visitor import Looking
from api.pages.words import (
    ENDINGS,
    KINDS,
    POLICIES,
    RECOMMENDED,
    day,
    eve,
    in_words,
    instant,
    policy_title,
)
from api.pages.workings import levels_told
from api.parts import WithParts
from domain.explaining import in_titles
from domain.ledger.journal import JournalEntry

router = APIRouter(include_in_schema=False)

_BACK = ("Ledger", "/ledger")
_SHORT = 12
Titles = Mapping[str, str]


@router.get("/ledger/entries/{entry_id:uuid}")
def why(request: Request, entry_id: UUID, visitor: Looking, parts: WithParts) -> Response:
    """Explain an entry: what it did, by whose act and decision, under which rules."""

    def read(session: Session) -> dict[str, Any]:
        found = reading.why_for(session, visitor.caller, entry_id)
        codes = {each.school_code for each in found.awards}
        codes |= {found.request.school} if found.request else set()
        return {
            "why": found,
            "pots": pot_names(session),
            "schools": school_names(session, codes),
            "titles": _titles(session, found.policies),
        }

    told = parts.read(read)
    found: Why = told["why"]
    sheet = Sheet(
        title=f"Entry {found.entry.number}: {of(VERBS, found.entry.verb).lower()}",
        caption="Why this money moved",
        back=_BACK,
        parts=tuple(_chain(found, told["pots"], told["schools"], told["titles"])),
    )
    return draw_sheet(request, sheet)


def _titles(session: Session, policies: tuple[PolicyView, ...]) -> dict[str, str]:
    """Published titles of tiers and bands, by the versions behind the entry."""
    versions = {each.kind: {"id": each.id} for each in policies}
    return titles_under(session, versions) if {"continuum", "tariff"} <= set(versions) else {}


def _chain(found: Why, pots: Titles, schools: Titles, titles: Titles) -> Iterator[Part]:
    """Every link that there is, one after the other."""
    yield from _of_entry(found.entry, pots)
    yield from _of_money(found, schools)
    yield from _of_case(found, titles)
    if found.request:
        yield _of_request(found.request, schools)
    yield from _words(found)
    if found.follows:
        yield entries_table("What it follows", found.follows, pots)
    yield _of_policies(found.policies)


def _of_money(found: Why, schools: Titles) -> Iterator[Part]:
    """What of finance, of a plan, and of an award is behind it."""
    if found.finance_act:
        yield _of_act(found.finance_act)
    if found.plan:
        yield _of_plan(found.plan, schools)
    if found.awards:
        yield _of_awards(found, schools)


def _of_case(found: Why, titles: Titles) -> Iterator[Part]:
    """What was decided, by which rules, on which recommendation."""
    if found.decision:
        yield _of_decision(found.decision)
        yield _of_working(found.decision.working, titles)
    if found.placing:
        yield _of_placing(found.placing, titles, found.moderated_by_act)
    if found.ballot:
        yield from _of_ballot(found.ballot, titles)


def _of_entry(entry: JournalEntry, pots: Titles) -> Iterator[Part]:
    said = entry.context
    month = f"{MONTHS[said.period]} of {year_called(said.financial_year)}"
    late = f"late: it belongs to {said.belongs_to}" if said.belongs_to else ""
    yield facts(
        ("From when it counts", day(said.effective_on)),
        ("In the books of", Cell(month, below=late)),
        ("Recorded", instant(said.recorded_at)),
        ("Instalment", _instalment(entry)),
        ("Decision", said.authority),
        ("Reference", said.reference),
        ("Section 251 line", said.section_251_line),
        ("Cost centre", said.cost_centre),
        ("Payment run", Cell("the run", f"/payment-runs/{said.run_id}") if said.run_id else None),
    )
    yield Table(
        caption="What it moved",
        columns=("Pot", "Year", "As", "Amount"),
        figures=frozenset({"Amount"}),
        rows=posting_rows(entry, pots),
        empty="It moves no money: it opens or closes.",
    )


def _instalment(entry: JournalEntry) -> str | None:
    if entry.instalment_number is None:
        return None
    again = f", attempt {entry.attempt}" if entry.attempt and entry.attempt > 1 else ""
    return f"{entry.instalment_number}{again}"


def _of_act(act: FinanceActLink) -> Part:
    file = act.file
    return facts(
        ("What was done", in_words(act.kind)),
        ("By", act.officer),
        ("On", instant(act.recorded_at)),
        ("Why", act.reason),
        ("From the file", of(FILES, file.kind) if file else None),
        ("Its fingerprint (SHA-256)", file.sha256 if file else None),
        title="The act behind it",
    )


def _of_plan(plan: PlanLink, schools: Titles) -> Part:
    agreed = ", ".join(schools.get(each, each) for each in plan.agreed)
    return facts(
        ("Plan", Cell(plan.reference, f"/plans/{plan.id}")),
        ("Clusters", ", ".join(plan.clusters)),
        ("For", plan.item),
        ("A year", money(plan.annual_pence)),
        ("Schools that agreed", agreed),
        ("Schools that did not", ", ".join(plan.against)),
        ("Signed by", plan.officer or plan.grade),
        ("Signed on", instant(plan.signed_at)),
        ("Cabinet Member's decision", plan.key_decision_number),
        title="The cluster plan behind it",
    )


def _of_awards(found: Why, schools: Titles) -> Part:
    return Table(
        caption="What was awarded",
        columns=("Award", "Payee", "From", "Last day", "A year", "In all"),
        figures=frozenset({"A year", "In all"}),
        rows=rows(
            (
                Cell(
                    schools.get(each.school_code, each.school_code),
                    f"/awards/{each.id}",
                    below=each.opening_reference or "",
                ),
                of(PAYEES, each.payee_kind),
                day(each.from_on),
                eve(each.until_on),
                money(each.annual_pence),
                money(each.total_pence),
            )
            for each in found.awards
        ),
    )


def _of_decision(decision: DecisionLink) -> Part:
    return facts(
        ("Decided", of(ENDINGS, decision.kind)),
        ("On", instant(decision.decided_at)),
        ("By", decision.officer),
        ("At the level of", in_words(decision.level)),
        ("A year", money(decision.annual_pence)),
        ("Grounds", "\n".join(decision.grounds)),
        ("Alternatives considered", decision.alternatives),
        ("Why it departs from the rules", decision.reason),
        ("Dispensation", decision.dispensation),
        ("Cabinet Member's decision", decision.key_decision_number),
        ("Fingerprint of what it read", decision.inputs_sha256[:_SHORT]),
        title="The decision",
    )


def _of_working(working: Mapping[str, Any], titles: Titles) -> Part:
    return Table(
        caption="How the rules came to it",
        columns=("The rule", "Here", "In force since", "By the authority of"),
        rows=rows(
            (
                step["says"],
                in_titles(step["gave"], titles),
                Cell(
                    day(step["source"]["in_force_from"]),
                    below=policy_title(step["source"]["policy"].partition("/")[0]),
                ),
                step["source"]["authority"],
            )
            for step in working.get("steps", ())
        ),
        empty="No rule was needed.",
    )


def _of_placing(placing: PlacingView, titles: Titles, by_act: str | None) -> Part:
    levels = (placing.profile or {}).get("levels", {})
    return facts(
        ("Recommended", of(RECOMMENDED, placing.recommendation)),
        ("Where the need stands", titles.get(placing.tier, placing.tier)),
        ("Band", titles.get(placing.band, placing.band) if placing.band else None),
        ("A year by the rules", money(placing.annual_pence, hidden="to be priced by a person")),
        ("Levels", "\n".join(levels_told(levels, titles))),
        ("Stated by an officer", in_words(by_act) if by_act else None),
        title="The need as it was moderated, and what it comes to",
    )


def _of_ballot(ballot: BallotLink, titles: Titles) -> Iterator[Part]:
    yield facts(
        ("Round", str(ballot.round)),
        ("Closed", instant(ballot.closed_at)),
        ("It came to", of(RECOMMENDED, str((ballot.result or {}).get("recommendation", "")))),
        title="The panel's ballot",
    )
    if ballot.votes:
        yield Table(
            caption="Its votes, without whose",
            columns=("Vote", "Levels", "Reason"),
            rows=rows(
                (
                    "Abstained"
                    if each["abstained"]
                    else of(RECOMMENDED, each["recommendation"] or ""),
                    "; ".join(levels_told(each["levels"] or {}, titles)),
                    each["reason"] or "the descriptors that were ticked",
                )
                for each in ballot.votes
            ),
        )


def _of_request(request: RequestLink, schools: Titles) -> Part:
    versions = len(request.versions_recorded_at)
    return facts(
        ("Reference", Cell(request.reference, f"/search?q={request.reference}")),
        ("For", of(KINDS, request.kind)),
        ("School", schools.get(request.school, request.school)),
        ("Submitted", instant(request.submitted_at)),
        ("Decided in version", f"{request.version} of {versions}"),
        title="The request",
    )


def _words(found: Why) -> Iterator[Part]:
    """What was written with the acts on the request, for officers."""
    for said in found.words:
        told = [
            f"{in_words(name)}: {each if isinstance(each, str) else '; '.join(each)}"
            for name, each in said.words.items()
        ]
        title = f"{in_words(said.kind)}, {instant(said.recorded_at)}"
        yield Words(tuple(told), title=title)


def _of_policies(policies: tuple[PolicyView, ...]) -> Part:
    return Table(
        caption="The rules, as they were in force",
        columns=("Policy", "In force since", "By the authority of", "Version"),
        rows=rows(
            (
                Cell(POLICIES[each.kind][0], f"/policies/{each.kind}"),
                day(each.in_force_from),
                each.authority,
                each.sha256[:_SHORT],
            )
            for each in policies
        ),
        empty="No policy version is named by this entry.",
    )
