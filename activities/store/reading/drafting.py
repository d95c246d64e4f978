"""A draft as it is written: how far each section is, the rules it is held to, and what it costs."""

from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from sqlmodel import Session

from activities.store.policies import document_on
from activities.store.reading.caller import Caller, called
from activities.store.reading.drafts import DraftView, as_draft, seen_draft
from activities.store.reading.policies import policy
from activities.store.reading.registered import faults_of_pupils
from activities.store.tables import DraftRow, RequestRow
from domain.drafting import SectionState, sections_of
from domain.frozen import Frozen
from domain.map_cost import MapCost, cost_of_map
from domain.policy.delegation import ToOfficer
from domain.policy.document import PolicyDocument
from domain.policy.model import Screening
from domain.policy.schemes import Continuum, Tariff
from domain.refusals import NoPolicyInForce
from domain.screening import screen
from domain.stages import Stage

Document = TypeVar("Document", bound=PolicyDocument)


class DraftProgress(Frozen):
    """A draft, section by section, as screening would find it if it were submitted now."""

    draft: DraftView
    stage: Stage
    """A draft's own stage, until it has been submitted; then its request's."""
    reference: str | None
    saved_by: str
    """Whoever saved it last, as colleagues are called."""
    sections: tuple[SectionState, ...]
    officer_for: tuple[ToOfficer, ...]
    """Why an officer would look at it first, whatever is missing."""


@dataclass(frozen=True)
class DraftRules:
    """A draft that is written on now, with the rules in force for it."""

    progress: DraftProgress
    continuum: Continuum
    tariff: Tariff


def draft_progress(session: Session, caller: Caller, draft_id: UUID) -> DraftProgress:
    """Read how far a draft of the person's own school is; any other is unknown."""
    row = seen_draft(session, caller, draft_id)
    return _progress(session, caller, row, session.get(RequestRow, draft_id))


def draft_rules(session: Session, caller: Caller, draft_id: UUID) -> DraftRules:
    """Read a draft with the levels, descriptors and rates that are in force for it.

    A request that was returned stays under the rules that it was submitted under (promise 9).
    """
    row = seen_draft(session, caller, draft_id)
    request = session.get(RequestRow, draft_id)
    return DraftRules(
        progress=_progress(session, caller, row, request),
        continuum=_in_force(session, caller, request, "continuum", Continuum),
        tariff=_in_force(session, caller, request, "tariff", Tariff),
    )


def draft_cost(session: Session, caller: Caller, draft_id: UUID) -> MapCost:
    """Say what a draft's provision map costs a year by the published rates of staff."""
    row = seen_draft(session, caller, draft_id)
    request = session.get(RequestRow, draft_id)
    tariff = _in_force(session, caller, request, "tariff", Tariff)
    return cost_of_map(as_draft(row).content, tariff, caller.day)


def _progress(
    session: Session, caller: Caller, row: DraftRow, request: RequestRow | None
) -> DraftProgress:
    rules = _in_force(session, caller, request, "screening", Screening)
    draft = as_draft(row)
    found = screen(draft.content, rules, rules.council, caller.day)
    registered = faults_of_pupils(session, draft.content, draft.school, caller.day)
    return DraftProgress(
        draft=draft,
        stage=Stage(request.stage) if request else Stage.DRAFT,
        reference=request.reference if request else None,
        saved_by=called(session, row.saved_by),
        sections=sections_of(draft.content, rules, (*found.faults, *registered)),
        officer_for=found.officer_for,
    )


def _in_force(
    session: Session, caller: Caller, request: RequestRow | None, kind: str, model: type[Document]
) -> Document:
    if request is not None:
        return policy(session, request.pins[kind], model)
    found = document_on(session, kind, model, caller.day)
    if found is None:
        raise NoPolicyInForce(f"the {kind} policy on {caller.day}", "no version covers the day")
    return found
