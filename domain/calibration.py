"""A calibration case: written from an old one, its levels set beforehand, put to every panel blind.

It has no pupil, school, payee or amount, so that there is nothing to decide and nothing to pay. To
members it is an item like any other until their ballot has closed.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from enum import StrEnum
from statistics import median
from uuid import UUID

from domain.frozen import Frozen
from domain.needs import AreaOfNeed
from domain.policy.calibrating import CalibrationRules
from domain.refusals import NotAtThisStage, NotValid
from domain.request import Code
from domain.screening import Fault


class CalibrationState(StrEnum):
    """Where a calibration case stands."""

    DRAFTED = "drafted"
    """Written; nobody has set its levels."""
    SET = "set"
    """It has its definitive levels and waits for a meeting."""
    IN_USE = "in_use"
    """It stood on a panel's agenda: not every panel has voted on it."""
    RETIRED = "retired"
    """Every panel has voted, or somebody took it out; it is never used again."""


class LevelsProposed(Frozen):
    """What one of the named people makes of a case, apart from the others, and why."""

    person_id: UUID
    levels: dict[AreaOfNeed, int]
    reason: str


class CalibrationCase(Frozen):
    """A made-up case with levels that were set before any panel saw it."""

    code: Code
    written_by: UUID
    proposed: tuple[LevelsProposed, ...] = ()
    """What each of those who set the levels had proposed."""
    definitive: dict[AreaOfNeed, int] | None = None
    """The level in the middle of those proposed, for each area of need."""
    listed_for: tuple[Code, ...] = ()
    """Clusters on whose agenda it stood, in order."""
    voted_by: tuple[Code, ...] = ()
    """Clusters whose ballot on it has closed."""
    retired_on: date | None = None

    @property
    def state(self) -> CalibrationState:
        """Where it stands, as what has happened to it says."""
        if self.retired_on is not None:
            return CalibrationState.RETIRED
        if self.listed_for:
            return CalibrationState.IN_USE
        return CalibrationState.DRAFTED if self.definitive is None else CalibrationState.SET

    def is_known_to(self, person_id: UUID) -> bool:
        """Whether this person wrote it or set its levels, and so may not vote on it (promise 6)."""
        return person_id in {self.written_by, *(each.person_id for each in self.proposed)}

    def shows_levels_to(self, person_id: UUID) -> bool:
        """Whether the definitive levels may be shown: only once retired, but to who knows them.

        Until then another panel has yet to vote, and blind is blind (promise 7).
        """
        return self.state is CalibrationState.RETIRED or self.is_known_to(person_id)


def faults_of_levels(
    proposed: Sequence[LevelsProposed], rules: CalibrationRules, scale: range
) -> tuple[Fault, ...]:
    """List everything that keeps proposed levels from becoming definitive.

    ``scale`` are the levels of the continuum in force.
    """
    return (
        *_faults_of_people(proposed, rules),
        *(fault for each in proposed for fault in faults_of_proposal(each, scale)),
        *_faults_of_spread(proposed, rules),
    )


def with_levels(
    case: CalibrationCase,
    proposed: Sequence[LevelsProposed],
    rules: CalibrationRules,
    scale: range,
) -> CalibrationCase:
    """Give a drafted case its definitive levels: in each area the one in the middle.

    Refused with every fault at once, and for a case that already has its levels: what panels are
    held against does not move.
    """
    asked = f"setting the levels of calibration case {case.code}"
    _refuse_unless(case, {CalibrationState.DRAFTED}, asked)
    faults = faults_of_levels(proposed, rules, scale)
    if faults:
        raise NotValid(asked, " ".join(dict.fromkeys(fault.says for fault in faults)))
    levels = {a: int(median(each.levels[a] for each in proposed)) for a in AreaOfNeed}
    return case.model_copy(update={"proposed": tuple(proposed), "definitive": levels})


def due_for(
    cluster: str, cases: Iterable[CalibrationCase], rules: CalibrationRules | None
) -> tuple[CalibrationCase, ...]:
    """Choose the calibration cases for a cluster's next agenda, as many as the policy says.

    Those already in use go first, most used first, so that every panel is held against the same
    cases and they retire soon. No calibration in the policy, no cases.
    """
    if rules is None:
        return ()
    usable = {CalibrationState.SET, CalibrationState.IN_USE}
    fresh = [each for each in cases if each.state in usable and cluster not in each.listed_for]
    fresh.sort(key=lambda each: (-len(each.listed_for), each.code))
    return tuple(fresh[: rules.cases_a_meeting])


def listed(case: CalibrationCase, cluster: str) -> CalibrationCase:
    """Put a case on a cluster's agenda: once only, and never before its levels are set."""
    asked = f"listing calibration case {case.code}"
    _refuse_unless(case, {CalibrationState.SET, CalibrationState.IN_USE}, asked)
    if cluster in case.listed_for:
        raise NotAtThisStage(asked, "this panel has already seen it", "Choose another case.")
    return case.model_copy(update={"listed_for": (*case.listed_for, cluster)})


def voted(
    case: CalibrationCase, cluster: str, clusters: Collection[str], on: date
) -> CalibrationCase:
    """Note that a panel's ballot on a case has closed; with the last of ``clusters`` it retires.

    Told twice it is once (promise 4). A panel that votes after somebody retired the case counts.
    """
    assert cluster in case.listed_for, "a panel votes on what stood on its agenda"
    if cluster in case.voted_by:
        return case
    noted = case.model_copy(update={"voted_by": (*case.voted_by, cluster)})
    every = set(clusters) <= set(noted.voted_by)
    return retired(noted, on) if every and noted.retired_on is None else noted


def retired(case: CalibrationCase, on: date) -> CalibrationCase:
    """Take a case out of use for good, from whatever state it is in."""
    usable = set(CalibrationState) - {CalibrationState.RETIRED}
    _refuse_unless(case, usable, f"retiring calibration case {case.code}")
    return case.model_copy(update={"retired_on": on})


def _refuse_unless(case: CalibrationCase, states: Collection[CalibrationState], asked: str) -> None:
    if case.state not in states:
        stands = case.state.replace("_", " ")
        raise NotAtThisStage(asked, f"it is {stands}", "Choose another case, or write a new one.")


def _faults_of_people(
    proposed: Sequence[LevelsProposed], rules: CalibrationRules
) -> Iterator[Fault]:
    if len(proposed) != rules.set_by:
        yield Fault(
            code="setters",
            says=f"{rules.set_by} people set the levels of a case, and {len(proposed)} have.",
            would_help="Ask as many people as the panel rules say, each apart from the others.",
            field="proposed",
        )
    times = Counter(each.person_id for each in proposed)
    if any(count > 1 for count in times.values()):
        yield Fault(
            code="setter_twice",
            says="The same person has proposed levels twice.",
            would_help="Keep one proposal of each person.",
            field="proposed",
        )


def faults_of_proposal(proposal: LevelsProposed, scale: range) -> Iterator[Fault]:
    """List everything that keeps one person's proposal from being kept."""
    if not proposal.reason.strip():
        yield Fault(
            code="setter_reason",
            says="A proposal of levels says why.",
            would_help="Give the reasons, so that panels can learn from them afterwards.",
            field="reason",
        )
    for area in AreaOfNeed:
        if proposal.levels.get(area) not in scale:
            yield Fault(
                code="setter_level",
                says=f"A proposal has no level of the scale for {area.replace('_', ' ')}.",
                would_help=f"Give a level from {scale[0]} to {scale[-1]}; nought is no need.",
                field=f"levels.{area}",
            )


def _faults_of_spread(
    proposed: Sequence[LevelsProposed], rules: CalibrationRules
) -> Iterator[Fault]:
    for area in AreaOfNeed:
        levels = [each.levels[area] for each in proposed if area in each.levels]
        if levels and max(levels) - min(levels) > rules.setters_within_levels:
            yield Fault(
                code="setters_apart",
                says=f"Those who set the levels are too far apart in {area.replace('_', ' ')}.",
                would_help="Talk about it and propose again, or make the case plainer.",
                field=f"levels.{area}",
            )
