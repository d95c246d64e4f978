"""Every placing and decision ever stored, worked out anew from what it kept (promises 2 and 9).

Each was frozen with what it read and the policy it was under. The rules of today's code, given
these, come to the same figures and the same working, or it is told where they do not. What people
set themselves is told apart: a price where no rule gave one, a place in the cluster plan instead of
money, an officer's other amount.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from pydantic import ValidationError
from sqlmodel import Session, col, select

from activities.store.deciding import hash_of
from activities.store.reading.rerun_policies import Stamps
from activities.store.tables import DecisionRow, PlacingRow, RequestRow
from domain.advice import SharingOut
from domain.assessment import Assessed, assess, shared_out
from domain.frozen import Frozen
from domain.moderation import Recommendation
from domain.needs import NeedsProfile
from domain.refusals import Refusal
from domain.request import RequestContent
from domain.stages import Ending

_ROWS = 500
_RULES_GIVE = ("tier", "route", "band", "fund", "services", "because")
_OF_PLACING = {"tier": "tier", "band": "band", "policy": "policy", "working": "working"}
_BY_THE_RULES = {
    "by_the_rules_pence": "annual_pence",
    "by_the_rules_tier": "tier",
    "by_the_rules_band": "band",
}
"""What a decision says that the rules gave, where an officer may have named something else."""

Found = tuple[str, object, object]
"""What differs, as it was stored and as it comes out now."""


class Differs(Frozen):
    """One thing that does not come out as it was stored."""

    reference: str
    """The request's."""
    of: str
    """Which of its placings or decisions, such as ``placing 2``."""
    what: str
    stored: str
    now: str


class Rerun(Frozen):
    """What running everything again came to."""

    placings: int
    decisions: int
    set_by_people: int
    """Decisions whose amount a person set, beside or instead of the rules."""
    differences: tuple[Differs, ...]


def rerun(session: Session) -> Rerun:
    """Run every placing and decision again, and tell each difference with its request."""
    runs = _Runs(session)
    differences = (*runs.of_placings(), *runs.of_decisions())
    return Rerun(
        placings=runs.placings,
        decisions=runs.decisions,
        set_by_people=runs.set_by_people,
        differences=differences,
    )


class _Runs:
    """Goes through all that is stored, in order, and counts."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._stamps = Stamps(session)
        self.placings = self.decisions = self.set_by_people = 0

    def of_placings(self) -> Iterator[Differs]:
        """Place and price every moderated need again."""
        query = (
            select(PlacingRow, RequestRow.reference, RequestRow.school_code, RequestRow.pins)
            .join(RequestRow, col(RequestRow.id) == PlacingRow.request_id)
            .order_by(RequestRow.reference, col(PlacingRow.number))
            .execution_options(yield_per=_ROWS)
        )
        for row, reference, school, pins in self._session.exec(query):
            self.placings += 1
            found = (*_kept(row), *self._stamps.faults(row.policy, pins), *self._again(row, school))
            yield from _told(reference, f"placing {row.number}", found)

    def of_decisions(self) -> Iterator[Differs]:
        """Hold every decision against the placing that it was made on."""
        query = (
            select(DecisionRow, PlacingRow, RequestRow.reference)
            .join(PlacingRow, col(PlacingRow.id) == DecisionRow.placing_id)
            .join(RequestRow, col(RequestRow.id) == DecisionRow.request_id)
            .order_by(RequestRow.reference, col(DecisionRow.number))
            .execution_options(yield_per=_ROWS)
        )
        for row, placing, reference in self._session.exec(query):
            self.decisions += 1
            self.set_by_people += _is_set_by_a_person(row, placing)
            found = (*_kept(row), *_decided(row, placing))
            yield from _told(reference, f"decision {row.number}", found)

    def _again(self, row: PlacingRow, school: str) -> Iterator[Found]:
        """Give what the rules make of the frozen inputs, and hold the stored figures against it."""
        schemes = self._stamps.schemes(row.policy)
        if schemes is None:
            return  # told already: there is no such version, or it cannot be read
        try:
            content = RequestContent.model_validate_json(json.dumps(row.inputs["content"]))
            said = row.inputs["recommendation"]
            assessed = assess(
                content,
                _profile(row.inputs["profile"]),
                Recommendation(said) if said else None,
                date.fromisoformat(row.inputs["on"]),
                schemes,
            )
        except (ValidationError, ValueError, KeyError, Refusal) as error:
            # Its name alone: what was typed stays where it is.
            yield "what it read", "a case that the rules decide", type(error).__name__
            return
        yield from _of_rules(row, assessed)
        yield from _of_money(row, assessed, school, content)
        yield from _of_working(row.working["steps"], assessed.working.model_dump(mode="json"))


def _kept(row: PlacingRow | DecisionRow) -> Iterator[Found]:
    """What was read is what was read then."""
    yield "inputs_sha256", row.inputs_sha256, hash_of(row.inputs)


def _of_rules(row: PlacingRow, assessed: Assessed) -> Iterator[Found]:
    """The figures that nobody but the rules gives."""
    stored = row.model_dump(include={"tier", "route", "band"}) | row.inputs
    now = assessed.model_dump(mode="json", include=set(_RULES_GIVE))
    for what in _RULES_GIVE:
        yield what, stored.get(what), now[what]


def _of_money(
    row: PlacingRow, assessed: Assessed, school: str, content: RequestContent
) -> Iterator[Found]:
    """The amounts: of the rules, or of the officer who priced it, or nothing beside a place."""
    by_school = assessed.falls_to(school)
    by_the_rules, amount = row.annual_pence, row.annual_pence
    if "instead_of_pence" in row.inputs:
        by_the_rules, amount = row.inputs["instead_of_pence"], 0
        by_school = dict.fromkeys(by_school, 0)
    elif "priced_by" in row.inputs and amount is not None:
        by_the_rules = None
        by_school = shared_out(amount, by_school, content)
    if row.inputs.get("shared_out"):
        by_school = _as_advised(row, content)
    yield "annual_pence", by_the_rules, assessed.annual_pence
    yield "annual_pence beside the rules", row.annual_pence, amount
    yield "by_school_pence", row.by_school_pence, by_school


def _as_advised(row: PlacingRow, content: RequestContent) -> dict[str, int]:
    """What each school has by the shares that the panel named; nothing before it is priced."""
    shares = SharingOut.model_validate(row.inputs["shared_out"], strict=False)
    if not row.annual_pence:
        return dict.fromkeys((each.school for each in shares.shares), 0)
    return shares.between(row.annual_pence, content)


def _of_working(stored: list[dict[str, Any]], now: dict[str, Any]) -> Iterator[Found]:
    """The working, step by step: which rule, what it read, what it gave, whence."""
    again = now["steps"]
    yield "working", [step["rule"] for step in stored], [step["rule"] for step in again]
    for number, (before, after) in enumerate(zip(stored, again, strict=False), start=1):
        for part in before.keys() | after.keys():
            yield f"working, step {number}, {part}", before.get(part), after.get(part)


def _decided(row: DecisionRow, placing: PlacingRow) -> Iterator[Found]:
    """A decision keeps what its placing came to; another amount is a person's, with a reason."""
    inputs = {key: said for key, said in row.inputs.items() if key != "placing"}
    of_placing = {k: said for k, said in placing.inputs.items() if k not in {"services", "fund"}}
    yield "inputs", hash_of(inputs), hash_of(of_placing)
    yield "placing", row.inputs.get("placing"), str(placing.id)
    for own, theirs in _OF_PLACING.items():
        yield own, getattr(row, own), getattr(placing, theirs)
    yield "recommended", row.recommended, placing.recommendation
    for said, theirs in _BY_THE_RULES.items():
        by_the_rules = getattr(placing, theirs)
        # A decision signed before tiers and bands could be departed from does not say them.
        yield said, row.result.get(said, by_the_rules), by_the_rules
    if row.kind == Ending.DECLINED:
        yield "annual_pence", row.annual_pence, 0
    elif not row.reason:
        yield "annual_pence without a reason", row.annual_pence, placing.annual_pence or 0


def _is_set_by_a_person(row: DecisionRow, placing: PlacingRow) -> bool:
    return "priced_by" in placing.inputs or row.annual_pence != (placing.annual_pence or 0)


def _profile(found: Mapping[str, Any] | None) -> NeedsProfile | None:
    return None if found is None else NeedsProfile.model_validate_json(json.dumps(found))


def _told(reference: str, of: str, found: tuple[Found, ...]) -> Iterator[Differs]:
    """Tell what differs, in words that fit a line."""
    for what, stored, now in found:
        if stored != now:
            yield Differs(
                reference=reference, of=of, what=what, stored=_shown(stored), now=_shown(now)
            )


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)
