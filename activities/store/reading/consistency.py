"""How far each panel stands apart, by the cases that every panel is given, beside live departures.

Closed ballots on calibration cases alone. A chair is told of cases that are retired: before that,
another panel has yet to vote, and a mean with one's own votes in it would tell the levels.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session

from activities.store import calibration
from activities.store.reading.agreement import SEES_EVERY_PANEL, check_may_see
from activities.store.reading.asked_days import Days, in_days, is_ended_year, smallest_shown
from activities.store.reading.calibration import last_votes_of
from activities.store.reading.caller import OFFICERS, Caller
from activities.store.reading.departures import ClusterLeft, left_by_cluster
from domain.calibration import CalibrationCase, CalibrationState
from domain.consistency import (
    Basis,
    Levels,
    PanelDifferences,
    Standing,
    against_definitive,
    against_others,
    panel_levels,
)
from domain.frozen import Frozen
from domain.people import Role
from domain.policy.calibrating import CalibrationRules
from domain.refusals import NoPolicyInForce

_CLOSED = text(
    "SELECT b.id, b.case_id, b.cluster_code FROM calibration_ballot AS b"  # noqa: S608  our own words
    f" WHERE {in_days('b.closed_at')}"
    " ORDER BY b.cluster_code, b.closed_at, b.id"
)
_NAMES = text("SELECT code, name FROM cluster ORDER BY code")


class PanelConsistency(Frozen):
    """Where a panel stands, in levels, and how often its live cases left the stated level."""

    cluster: str
    name: str
    differences: PanelDifferences
    stands_apart: bool
    """Whether its whole interval lies beyond the tolerance, over all areas of need together."""
    levels_stated: int | None
    """Levels that schools stated in live cases of these days; None where it may not be shown."""
    levels_left: int | None
    """Of these, how many the panel left."""
    left_percent: int | None


class ConsistencyView(Frozen):
    """Every panel's difference from one reference between two days, by the rules in force."""

    days: Days
    basis: Basis
    tolerance_levels: Decimal
    least_cases: int
    retired_only: bool
    """Whether cases that other panels have yet to vote on are left out."""
    panels: tuple[PanelConsistency, ...]


def panel_consistency(
    session: Session, caller: Caller, days: Days, basis: Basis, cluster: str | None = None
) -> ConsistencyView:
    """Report where panels stand, to whoever may see them; against all others in any case."""
    clusters = check_may_see(caller, days, cluster)
    rules = _rules(session, caller.day)
    retired_only = not caller.holds(*SEES_EVERY_PANEL)
    differences = _differences(session, days, basis, rules, retired_only=retired_only)
    found = _view(session, (days, basis, rules), differences, _left(session, caller, days))
    shown = [each for each in found.panels if clusters is None or each.cluster in clusters]
    return found.model_copy(update={"panels": tuple(shown), "retired_only": retired_only})


def consistency_of(session: Session, days: Days, basis: Basis, today: date) -> ConsistencyView:
    """Report the same of all panels and cases: for the command line, that asks nobody."""
    rules = _rules(session, today)
    differences = _differences(session, days, basis, rules, retired_only=False)
    return _view(session, (days, basis, rules), differences, left_by_cluster(session, days, 1))


def _view(
    session: Session,
    asked: tuple[Days, Basis, CalibrationRules],
    differences: dict[str, PanelDifferences],
    left: dict[str, ClusterLeft],
) -> ConsistencyView:
    """Every panel that had a calibration case or a live one, in the order of their codes."""
    days, basis, rules = asked
    names = {row.code: row.name for row in session.connection().execute(_NAMES)}
    return ConsistencyView(
        days=days,
        basis=basis,
        tolerance_levels=rules.tolerance_levels,
        least_cases=rules.least_cases,
        retired_only=False,
        panels=tuple(
            _panel(code, name, differences.get(code, _nothing(basis, rules)), left.get(code))
            for code, name in names.items()
            if code in differences or code in left
        ),
    )


def _left(session: Session, caller: Caller, days: Days) -> dict[str, ClusterLeft]:
    """Live departures as far as the person may be shown them, as in the report of departures.

    Who is neither officer nor policy officer is shown academic years that have ended.
    """
    if not (caller.holds(Role.POLICY_OFFICER, *OFFICERS) or is_ended_year(caller, days)):
        return {}
    return left_by_cluster(session, days, smallest_shown(session, caller))


def _rules(session: Session, day: date) -> CalibrationRules:
    rules = calibration.calibration_rules_on(session, day)
    if rules is None:
        raise NoPolicyInForce(
            f"how panels are calibrated on {day}",
            "the panel rules in force have no part on it, and so no tolerance",
        )
    return rules


def _differences(
    session: Session, days: Days, basis: Basis, rules: CalibrationRules, *, retired_only: bool
) -> dict[str, PanelDifferences]:
    """Hold every panel's votes of the days against the reference that is asked for."""
    rows = session.connection().execute(_CLOSED, days.model_dump()).all()
    cases = calibration.cases(session, *{row.case_id for row in rows}) if rows else {}
    counted = [row for row in rows if not retired_only or _is_retired(cases[row.case_id])]
    panels = _panels(session, counted, cases)
    if basis is Basis.OTHER_PANELS:
        return against_others(panels, rules)
    definitive = {case.code: case.definitive or {} for case in cases.values()}
    return against_definitive(panels, definitive, rules)


def _is_retired(case: CalibrationCase) -> bool:
    return case.state is CalibrationState.RETIRED


def _panels(
    session: Session, rows: Sequence[Row[Any]], cases: dict[Any, CalibrationCase]
) -> dict[str, dict[str, Levels]]:
    """Each panel's levels on each case; on a case that nobody voted on it gave none."""
    found: dict[str, dict[str, Levels]] = defaultdict(dict)
    votes = last_votes_of(session, [row.id for row in rows])
    for row in rows:
        levels = panel_levels(votes[row.id])
        found[row.cluster_code][cases[row.case_id].code] = levels
    return found


def _nothing(basis: Basis, rules: CalibrationRules) -> PanelDifferences:
    """What is said of a panel that had no case: that there were too few."""
    empty: dict[str, dict[str, Levels]] = {"": {}}
    if basis is Basis.OTHER_PANELS:
        return against_others(empty, rules)[""]
    return against_definitive(empty, {}, rules)[""]


def _panel(
    code: str, name: str, differences: PanelDifferences, left: ClusterLeft | None
) -> PanelConsistency:
    return PanelConsistency(
        cluster=code,
        name=name,
        differences=differences,
        stands_apart=differences.over_all.standing in (Standing.HIGHER, Standing.LOWER),
        levels_stated=left.in_play if left else None,
        levels_left=left.departed if left else None,
        left_percent=left.departed_percent if left else None,
    )
