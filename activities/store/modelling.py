"""What models are made of and what they came to: decided cases with their frozen inputs; results.

No name of a child is read here, and no id of one is kept: cases are numbered.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from activities.clock import LONDON
from activities.store import ledger
from activities.store.casework import Recorded
from activities.store.events import Happening, write_event
from activities.store.forecasting import cluster_of
from activities.store.policies import document_on, version_of
from activities.store.tables import ModellingFileRow, ModellingRow
from domain.assessment import GIVES_SUPPORT, owed_by_school
from domain.authority import owed_by_plans
from domain.case import Case
from domain.frozen import Frozen
from domain.ledger.accounts import UNLIMITED, FinancialYear
from domain.moderation import Recommendation
from domain.needs import NeedsProfile
from domain.policy.schemes import Continuum, Tariff
from domain.refusals import NoPolicyInForce
from domain.request import RequestContent

_ROWS = 500
_DECIDED = text(
    "SELECT d.inputs, d.policy, d.annual_pence AS decided_pence, p.tier, p.band,"
    " p.annual_pence AS placed_pence, p.plan_provision_id, r.cluster_code AS cluster"
    ' FROM decision AS d JOIN "placing" AS p ON p.id = d.placing_id'
    " JOIN support_request AS r ON r.decision_id = d.id"
    " WHERE d.decided_at >= :from_at AND d.decided_at < :until_at"
    " ORDER BY d.decided_at, r.reference"
)
"""The decision that a request stands by: one that was reconsidered counts as last decided."""


class DecidedCase(Frozen):
    """A case as it was decided: what rules read of it, and what they and people made of it."""

    number: int
    """Counted on in order of decision."""
    case: Case
    cluster: str
    gives_support: bool
    """Whether support was advised, or nobody advised anything."""
    has_plan: bool
    owed_known: bool
    owed: dict[str, int]
    """What plans set out a year, by school, pence."""
    continuum_id: UUID
    tariff_id: UUID
    tier: str
    band: str | None
    by_the_rules_pence: int | None
    """What the rules of its day gave, before a place in a plan or a person's price; pence a year.

    Nothing where they gave no amount.
    """
    by_a_person_pence: int | None
    """What a person priced it at, where no rule did."""
    decided_pence: int
    """What the officer signed."""


def decided_cases(session: Session, from_on: date, until_on: date) -> tuple[DecidedCase, ...]:
    """Read the requests that were decided on the days from one until another, as last decided."""
    span = {"from_at": _begins_at(from_on), "until_at": _begins_at(until_on)}
    streamed = {"stream_results": True, "yield_per": _ROWS}
    rows = session.connection().execute(_DECIDED, span, execution_options=streamed).mappings()
    return tuple(_decided(number, row) for number, row in enumerate(rows, start=1))


def schemes_on(session: Session, day: date) -> tuple[Continuum, Tariff]:
    """Read the continuum and tariff in force on a day, or refuse."""
    continuum = document_on(session, "continuum", Continuum, day)
    tariff = document_on(session, "tariff", Tariff, day)
    if continuum is None or tariff is None:
        what = "continuum" if continuum is None else "tariff"
        raise NoPolicyInForce(f"to model cases on {day}", f"no {what} is in force on that day")
    return continuum, tariff


def schemes_of(session: Session, continuum_id: UUID, tariff_id: UUID) -> tuple[Continuum, Tariff]:
    """Read the pair of published documents that a case was decided by."""
    continuum = version_of(session, continuum_id).document
    tariff = version_of(session, tariff_id).document
    assert isinstance(continuum, Continuum)
    assert isinstance(tariff, Tariff)
    return continuum, tariff


def budgets_of(session: Session, year: FinancialYear) -> tuple[dict[str, int], int | None]:
    """Add up a year's budgets: by cluster, with its contingency, and all that decisions draw on."""
    by_cluster: dict[str, int] = {}
    whole: int | None = None
    for balance in ledger.balances(session, year):
        if not balance.is_open or balance.pot in UNLIMITED:
            continue
        whole = (whole or 0) + balance.allocated_pence
        cluster = cluster_of(balance.pot)
        if cluster is not None:
            by_cluster[cluster] = by_cluster.get(cluster, 0) + balance.allocated_pence
    return by_cluster, whole


def save_modelling(
    session: Session,
    act: Recorded,
    figures: Mapping[str, Any],
    files: Mapping[str, bytes],
    now: datetime,
) -> None:
    """Keep what a model came to, with its files, and say so; it has the act's id."""
    assert act.person_id is not None, "somebody asked"
    cases: int = figures["comparison"]["cases"]
    session.add(
        ModellingRow(
            id=act.id, asked_by=act.person_id, cases=cases, figures=dict(figures), made_at=now
        )
    )
    session.flush()
    for name, content in files.items():
        session.add(
            ModellingFileRow(
                modelling_id=act.id,
                name=name,
                sha256=hashlib.sha256(content).hexdigest(),
                size=len(content),
                content=content,
            )
        )
    session.flush()
    happening = Happening(
        kind="policies_modelled",
        subject="modelling",
        subject_id=act.id,
        at=now,
        facts={"cases": cases, "files": len(files)},
    )
    write_event(session, happening)


def _begins_at(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=LONDON)


def _decided(number: int, row: Any) -> DecidedCase:
    inputs, policy = row["inputs"], row["policy"]
    content = RequestContent.model_validate_json(json.dumps(inputs["content"]))
    profile = inputs["profile"]
    said = inputs["recommendation"]
    placed_pence = row["placed_pence"]
    by_a_person = "priced_by" in inputs
    by_rules = inputs.get("instead_of_pence") if row["plan_provision_id"] else placed_pence
    return DecidedCase(
        number=number,
        case=Case.from_content(
            content,
            NeedsProfile.model_validate_json(json.dumps(profile)) if profile else None,
            date.fromisoformat(inputs["on"]),
        ),
        cluster=row["cluster"],
        gives_support=said is None or Recommendation(said) in GIVES_SUPPORT,
        has_plan=content.has_plan,
        owed_known=not content.has_plan or owed_by_plans(content) is not None,
        owed=owed_by_school(content),
        continuum_id=UUID(policy["continuum"]["id"]),
        tariff_id=UUID(policy["tariff"]["id"]),
        tier=row["tier"],
        band=row["band"],
        by_the_rules_pence=None if by_a_person else by_rules,
        by_a_person_pence=placed_pence if by_a_person else None,
        decided_pence=row["decided_pence"],
    )
