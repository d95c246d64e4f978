"""The activity of a model: cases decided again under candidates, and what that comes to, stored.

And what a draft of policy would have made of the year's cases, which is worked out the same way.
What is needed is read first, and worked out with nothing locked; then it is stored.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session
from temporalio import activity

from activities.clock import Clock, day_of
from activities.draft_check import Published, faults_beside, loaded, published_beside
from activities.modelling.assessing import CaseSet
from activities.modelling.comparing import CasesCompared, Scheme, compare
from activities.modelling.county import county
from activities.modelling.decided import Pinned, as_decided, case_set_of
from activities.modelling.packs import files_of_comparison
from activities.modelling.result import SMALLEST_SHOWN, Comparison, in_words, shown_outside
from activities.modelling.touched import Pair
from activities.names import RUN_MODEL, OfPolicyAct, PolicyActTold
from activities.settling import settled
from activities.signs_of_life import signs_of_life
from activities.store import casework, modelling, publications
from activities.store.casework import Recorded
from activities.store.modelling import DecidedCase
from activities.store.session import transaction
from domain.acts import ActOutcome
from domain.periods import financial_year
from domain.policy.in_force import in_force
from domain.policy.load import PolicyVersion
from domain.policy.schemes import Continuum, Tariff
from domain.policy_acts import Candidate, DecidedCases, GeneratedCounty, ModellingPolicies
from domain.refusals import NotValid, Refusal, Unknown

NOW = "now"
"""What a report calls the policy that is in force."""
DRAFT = "draft"
"""What it calls a draft that is about to be approved."""
_MOST_FAULTS = 20

Keep = Callable[[Session, Recorded], None]


class Modelling:
    """What is worked out of cases and candidate policies, on one database and by one clock."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    @activity.defn(name=RUN_MODEL.name)
    def run_model(self, of: OfPolicyAct) -> PolicyActTold:
        """Work out a recorded question, or refuse it; asked again, it tells the outcome again."""
        with signs_of_life():
            now = self._clock.now()
            with transaction(self._engine) as session:
                act = casework.recorded_act(session, of.act_id)
            if act.outcome is not None:
                return PolicyActTold(outcome=act.outcome)
            keep = self._worked_out(act, now)
            return PolicyActTold(outcome=self._settled(act, now, keep))

    def _worked_out(self, act: Recorded, now: datetime) -> Keep:
        """Work out what was asked; a refusal is kept for the act to be refused with."""
        asked = ModellingPolicies.model_validate(act.choices, strict=False)
        try:
            with transaction(self._engine) as session:
                question = _gathered(session, asked, now)
            figures, files = _answered(question)
        except Refusal as no:
            return _refusing(no)
        return lambda session, act: modelling.save_modelling(session, act, figures, files, now)

    def _settled(self, act: Recorded, now: datetime, keep: Keep) -> ActOutcome:
        """Store what came out with the act's outcome, unless somebody else was first."""
        with transaction(self._engine) as session:
            act = casework.recorded_act(session, act.id)
            return act.outcome or settled(session, act, now, lambda: keep(session, act))


@dataclass(frozen=True)
class _Tried:
    """A candidate as it was asked: its files, beside what is published."""

    name: str
    files: Mapping[str, str]
    beside: Published


@dataclass(frozen=True)
class _Decided:
    """Decided cases as the record has them, with the documents that decided them and budgets."""

    cases: tuple[DecidedCase, ...]
    pinned: Pinned
    budgets: Mapping[str, int]
    budget_pence: int | None

    def as_set(self) -> CaseSet:
        """Put them into columns."""
        return case_set_of(self.cases, self.budgets, self.budget_pence)


@dataclass(frozen=True)
class _Question:
    """All that a model is worked out of."""

    on: date
    now: Pair
    tried: tuple[_Tried, ...]
    cases: _Decided | GeneratedCounty
    accepts_untouched: bool


def _gathered(session: Session, asked: ModellingPolicies, now: datetime) -> _Question:
    """Read what a model is worked out of, or refuse where it is not there."""
    on = asked.on or day_of(now)
    cases = asked.cases
    return _Question(
        on=on,
        now=modelling.schemes_on(session, on),
        tried=tuple(_tried(session, each, on) for each in asked.candidates),
        cases=_decided(session, cases.from_on, cases.until_on, day_of(now))
        if isinstance(cases, DecidedCases)
        else cases,
        accepts_untouched=asked.accepts_untouched,
    )


def _tried(session: Session, candidate: Candidate, on: date) -> _Tried:
    files = candidate.files
    if candidate.publication_id is not None:
        draft = publications.draft_of(session, candidate.publication_id)
        if draft is None:
            raise Unknown(f"candidate {candidate.name}", "there is no draft of policy of that id")
        files = draft.files
    assert files is not None, "a candidate is a draft or brings its files"
    return _Tried(candidate.name, files, published_beside(session, files, on))


def _decided(session: Session, from_on: date, until_on: date, day: date) -> _Decided:
    cases = modelling.decided_cases(session, from_on, until_on)
    budgets, budget_pence = modelling.budgets_of(session, financial_year(day))
    pairs = {(each.continuum_id, each.tariff_id) for each in cases}
    pinned = {pair: modelling.schemes_of(session, *pair) for pair in pairs}
    return _Decided(cases, pinned, budgets, budget_pence)


def _answered(question: _Question) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Work a question out: its figures, and the files of it."""
    _refuse_faults(question.tried)
    begins_on = max(question.on, *(_first_day(each) for each in question.tried))
    now = Scheme(NOW, question.now)
    candidates = [
        Scheme(each.name, _pair_over(loaded(each.files).values(), question.now, begins_on))
        for each in question.tried
    ]
    cases = _cases(question, begins_on, [scheme.pair for scheme in (now, *candidates)])
    compared = compare(
        cases, (now, candidates), begins_on, accepts_untouched=question.accepts_untouched
    )
    told = _with_decided(compared.comparison, question.cases)
    return _figures(told), files_of_comparison(CasesCompared(told, compared.cases))


def _refuse_faults(tried: Sequence[_Tried]) -> None:
    """Refuse candidates that are no sound policy, with their faults."""
    faults = [
        f"{each.name}: {fault}"
        for each in tried
        for fault in faults_beside(each.files, each.beside)
    ]
    if faults:
        more = f"; and {len(faults) - _MOST_FAULTS} more" if len(faults) > _MOST_FAULTS else ""
        raise NotValid(
            "to model these candidates",
            f"{len(faults)} faults: {'; '.join(faults[:_MOST_FAULTS])}{more}",
            "Mend them; `policy check` and a draft list every one.",
        )


def _first_day(tried: _Tried) -> date:
    """Find the day from which all that a candidate says of cases governs."""
    versions = [each for each in loaded(tried.files).values() if _decides(each)]
    if not versions:
        raise NotValid(
            f"to model {tried.name}",
            "nothing in it says what a case is given",
            "Give it a continuum or a tariff.",
        )
    return max(each.in_force_from for each in versions)


def _decides(version: PolicyVersion) -> bool:
    return isinstance(version.document, Continuum | Tariff)


def _pair_over(candidate: Iterable[PolicyVersion], beside: Pair, day: date) -> Pair:
    """Take a candidate's documents of a day; what it does not say is as it is beside it."""
    own = tuple(candidate)
    found = [
        in_force(own, kind, day).document if any(each.kind == kind for each in own) else document
        for kind, document in zip(("continuum", "tariff"), beside, strict=True)
    ]
    continuum, tariff = found
    assert isinstance(continuum, Continuum)
    assert isinstance(tariff, Tariff)
    return continuum, tariff


def _cases(question: _Question, begins_on: date, pairs: Sequence[Pair]) -> CaseSet:
    if isinstance(question.cases, _Decided):
        return question.cases.as_set()
    return county(question.cases.seed, question.cases.cases, begins_on, pairs)


def _with_decided(comparison: Comparison, cases: _Decided | GeneratedCounty) -> Comparison:
    """Say beside it what the rules of their days gave, what was signed, and what people priced."""
    if isinstance(cases, GeneratedCounty):
        return comparison
    parts = as_decided(cases.cases, cases.pinned)
    by_people = [
        each.by_a_person_pence for each in cases.cases if each.by_a_person_pence is not None
    ]
    return comparison.model_copy(
        update={
            "as_decided_pence": sum(int(part.cases["pence"].sum()) for part in parts),
            "decided_pence": sum(each.decided_pence for each in cases.cases),
            "by_a_person": len(by_people),
            "by_a_person_pence": sum(by_people),
        }
    )


def _figures(comparison: Comparison) -> dict[str, Any]:
    return {
        "comparison": comparison.model_dump(mode="json"),
        "says": list(in_words(comparison)),
        "outside": None
        if comparison.cases < SMALLEST_SHOWN
        else shown_outside(comparison).model_dump(mode="json"),
    }


def impact_of(
    session: Session, candidates: Sequence[PolicyVersion], now: datetime
) -> dict[str, Any]:
    """Work out what candidates would have made of the cases decided in the year before.

    They stand beside what would govern from their day without them. A changed value that no case
    reads is said, and so is a year without cases. Raises `NoPolicyInForce` where there is nothing
    to stand beside.
    """
    day = day_of(now)
    begins_on = max(day, *(each.in_force_from for each in candidates))
    before = _decided(session, _year_before(day), day + timedelta(days=1), day)
    now_pair = modelling.schemes_on(session, begins_on)
    candidate = Scheme(DRAFT, _pair_over(candidates, now_pair, begins_on))
    compared = compare(
        before.as_set(), (Scheme(NOW, now_pair), [candidate]), begins_on, accepts_untouched=True
    )
    return _figures(_with_decided(compared.comparison, before))


def _year_before(day: date) -> date:
    """The same day of the year before; the 28th of February for a 29th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=day.day - 1)


def _refusing(no: Refusal) -> Keep:
    def keep(_session: Session, _act: Recorded) -> None:
        raise no

    return keep
