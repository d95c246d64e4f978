"""Models of policy as those who have to do with policy see them: figures and files, no pupils."""

from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, model_validator
from sqlalchemy import text
from sqlmodel import Session, col, select

from activities.store.policies import document_on
from activities.store.publications import draft_of
from activities.store.reading.caller import Caller
from activities.store.reading.publications import OF_CASES, OF_POLICY
from activities.store.tables import ActRow, ModellingFileRow, ModellingRow
from domain.formula import ClusterCounts
from domain.formulas import FormulaTried, SharesCompared, share_by
from domain.frozen import Frozen
from domain.money import PositivePence
from domain.policy.finance import Finance, FormulaRule
from domain.policy.load import PackFaulty, load_version, policies_of
from domain.policy_acts import MOST_CANDIDATES
from domain.refusals import NoPolicyInForce, NotValid, RoleNeeded, Unknown
from domain.request import Code
from domain.stages import ALLOWED_TO, ActKind

MOST_AT_ONCE = 200

_LIST = text(
    "SELECT a.id, a.recorded_at AS asked_at, a.outcome, m.made_at, m.cases,"
    " CASE WHEN :sees_cases OR a.choices #>> '{cases,kind}' <> 'decided'"
    " THEN coalesce(m.figures -> 'says', '[]'::jsonb) ELSE '[]' END AS says,"
    " ARRAY(SELECT c ->> 'name' FROM jsonb_array_elements(a.choices -> 'candidates') AS c)"
    " AS candidates"
    " FROM act AS a LEFT JOIN modelling AS m ON m.id = a.id"
    " WHERE a.kind = 'model_policies' ORDER BY a.recorded_at DESC, a.id LIMIT :most"
)


class ModellingLine(Frozen):
    """A model in a list: what was tried, whether it is through, and what it came to in words."""

    id: UUID
    asked_at: datetime
    outcome: str | None
    """``done`` or ``refused``; nothing while it is being worked out."""
    made_at: datetime | None
    cases: int | None
    candidates: tuple[str, ...]
    says: tuple[str, ...]


class ModellingFile(Frozen):
    """A file of a model, without its bytes."""

    name: str
    size: int
    sha256: str


class ModellingView(Frozen):
    """A model: its figures by candidate, cluster, school and so on, and its files."""

    id: UUID
    asked_at: datetime
    outcome: str | None
    refusal: dict[str, Any] | None
    made_at: datetime | None
    cases: int | None
    says: tuple[str, ...]
    comparison: dict[str, Any] | None
    """Every line of every candidate; as it may be shown outside the council where that was asked.

    Nothing while it is being worked out, or where it was refused.
    """
    files: tuple[ModellingFile, ...]


class FormulaAsked(Frozen):
    """A formula to try: a rule as it is sent, a draft's, or the one in force on a day."""

    name: Code
    rule: FormulaRule | None = None
    publication_id: UUID | None = None
    on: date | None = None

    @model_validator(mode="after")
    def _says_one(self) -> Self:
        said = (self.rule, self.publication_id, self.on)
        if sum(each is not None for each in said) != 1:
            raise ValueError("send a rule, name a publication, or say a day: one of the three")
        return self


class AskingShares(Frozen):
    """A total for clusters to share by several formulas, with what they count of each."""

    total_pence: PositivePence
    clusters: Annotated[tuple[ClusterCounts, ...], Field(min_length=1, max_length=500)]
    formulas: Annotated[tuple[FormulaAsked, ...], Field(min_length=1, max_length=MOST_CANDIDATES)]

    @model_validator(mode="after")
    def _has_names(self) -> Self:
        names = [each.name for each in self.formulas]
        if len(set(names)) < len(names):
            raise ValueError("each formula has a name of its own")
        return self


def formulas_compared(session: Session, caller: Caller, asked: AskingShares) -> SharesCompared:
    """Share a total by several formulas, beside each other and last year; nothing is recorded."""
    if not caller.holds(*ALLOWED_TO[ActKind.MODEL_POLICIES]):
        raise RoleNeeded("to share a total by several formulas", "it is not among your roles today")
    tried = [_formula(session, each, caller.day) for each in asked.formulas]
    return share_by(asked.total_pence, asked.clusters, tried)


def _formula(session: Session, asked: FormulaAsked, day: date) -> FormulaTried:
    if asked.rule is not None:
        return FormulaTried(
            name=asked.name, rule=asked.rule, in_force_from=day, authority="none: as it was sent"
        )
    if asked.publication_id is not None:
        return FormulaTried.of(asked.name, _drafted(session, asked.name, asked.publication_id))
    on = asked.on or day
    finance = document_on(session, "finance", Finance, on)
    if finance is None:
        raise NoPolicyInForce(f"to share by {asked.name}", f"no finance policy governs {on}")
    return FormulaTried.of(asked.name, finance)


def _drafted(session: Session, name: str, publication_id: UUID) -> Finance:
    """Read the finance policy of a draft, the last where it has several."""
    draft = draft_of(session, publication_id)
    files = policies_of(draft.files) if draft else {}
    found = []
    for file, text_of in sorted(files.items()):
        try:
            found.append(load_version(file, text_of).document)
        except PackFaulty:
            continue
    finances = [each for each in found if isinstance(each, Finance)]
    if not finances:
        raise Unknown(f"the finance policy of {name}", "no draft of that id has a sound one")
    return max(finances, key=lambda each: each.in_force_from)


def modellings(session: Session, caller: Caller) -> tuple[ModellingLine, ...]:
    """List the models that were asked for, the last first."""
    _check_may_look(caller)
    asked = {"most": MOST_AT_ONCE, "sees_cases": caller.holds(*OF_CASES)}
    rows = session.connection().execute(_LIST, asked).mappings()
    return tuple(ModellingLine.model_validate(dict(row), strict=False) for row in rows)


def modelling(
    session: Session, caller: Caller, modelling_id: UUID, *, outside: bool
) -> ModellingView:
    """Read a model; as it may be shown outside the council, if that is asked.

    Leaders are shown no other of cases that were decided: a line of one case is a child.
    """
    _check_may_look(caller)
    act = _asked(session, modelling_id)
    outside = outside or not _sees_cases(caller, act)
    row = session.get(ModellingRow, modelling_id)
    figures = row.figures if row else {}
    if outside and row is not None and figures.get("outside") is None:
        raise NotValid(
            "to show this model outside the council",
            f"it is of {row.cases} cases, and so few could be known",
            "Model more cases.",
        )
    return ModellingView(
        id=act.id,
        asked_at=act.recorded_at,
        outcome=act.outcome,
        refusal=act.refusal,
        made_at=row.made_at if row else None,
        cases=row.cases if row else None,
        says=() if outside else tuple(figures.get("says", ())),
        comparison=figures.get("outside" if outside else "comparison"),
        files=() if outside else _files(session, modelling_id),
    )


def modelling_file(session: Session, caller: Caller, modelling_id: UUID, name: str) -> bytes:
    """Read a file of a model; those of decided cases have a line for each."""
    _check_may_look(caller)
    if not _sees_cases(caller, _asked(session, modelling_id)):
        raise RoleNeeded(
            "to download what cases that were decided come to",
            "each is a line of it, and a leader sees no child's case",
            "Read the model: it says what may be shown of all of them together.",
        )
    row = session.get(ModellingFileRow, (modelling_id, name))
    if row is None:
        raise Unknown("this file", "the model has none of that name")
    return row.content


def _asked(session: Session, modelling_id: UUID) -> ActRow:
    act = session.get(ActRow, modelling_id)
    if act is None or act.kind != ActKind.MODEL_POLICIES:
        raise Unknown("this model", "none of that id was asked for")
    return act


def _sees_cases(caller: Caller, act: ActRow) -> bool:
    """Whether every line of a model is this person's to see; nobody is in a county made up."""
    return caller.holds(*OF_CASES) or act.choices["cases"]["kind"] != "decided"


def _check_may_look(caller: Caller) -> None:
    if not caller.holds(*OF_POLICY):
        raise RoleNeeded("to look at models of policy", "it is not among your roles today")


def _files(session: Session, modelling_id: UUID) -> tuple[ModellingFile, ...]:
    shown = (col(ModellingFileRow.name), col(ModellingFileRow.size), col(ModellingFileRow.sha256))
    rows = session.exec(
        select(*shown)
        .where(ModellingFileRow.modelling_id == modelling_id)
        .order_by(col(ModellingFileRow.name))
    )
    return tuple(ModellingFile(name=name, size=size, sha256=sha) for name, size, sha in rows)
