"""Challenges: when one may be made, who may act on it, and which panel looks again."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from domain.policy.load import load_version
from domain.policy.panel import PanelRules
from domain.policy.reconsidering import ReconsiderationRules
from domain.reconsideration import (
    CHALLENGE_ALLOWED_AT,
    CHALLENGE_ENDED,
    TURN_OF,
    ChallengeStage,
    NotedDecision,
    check_challenge_act,
    check_fresh,
    check_in_window,
    check_senior,
    panel_to_look,
    turn_on,
)
from domain.refusals import AuthorityTooLow, Barred, NotAtThisStage, NotValid, RoleNeeded, TooLate
from domain.stages import CHALLENGE_ACTS, ActKind
from tests.conftest import ROOT

UNTIL = datetime(2026, 11, 10, tzinfo=UTC)
BEFORE, AFTER = UNTIL - timedelta(seconds=1), UNTIL


def rules(**own: object) -> PanelRules:
    """The demo county's panel rules, with a part on reconsideration."""
    path = ROOT / "domain/policy/packs/demo/panel/2026-09-01.toml"
    document = load_version("panel/2026-09-01.toml", path.read_text(encoding="utf-8")).document
    assert isinstance(document, PanelRules)
    part = ReconsiderationRules.model_validate(own)
    return document.model_copy(update={"reconsideration": part})


def test_every_stage_says_whose_turn_it_is_and_every_act_where_it_fits() -> None:
    """Nobody's turn is the end, and nothing fits there."""
    assert {stage for stage, turn in TURN_OF.items() if turn is None} == CHALLENGE_ENDED
    assert set(CHALLENGE_ALLOWED_AT) == CHALLENGE_ACTS - {ActKind.CHALLENGE}
    assert not [kind for kind, stages in CHALLENGE_ALLOWED_AT.items() if stages & CHALLENGE_ENDED]


def test_an_act_fits_its_stage_or_is_refused() -> None:
    """Before its time it is not at this stage; after the end it is too late."""
    check_challenge_act(ActKind.TAKE_CHALLENGE, ChallengeStage.CHALLENGED)
    with pytest.raises(NotAtThisStage):
        check_challenge_act(ActKind.RECONSIDER, ChallengeStage.LISTED)
    with pytest.raises(TooLate):
        check_challenge_act(ActKind.WITHDRAW_CHALLENGE, ChallengeStage.ANSWERED)


@pytest.mark.promise(6)
def test_whoever_had_a_part_neither_takes_nor_answers() -> None:
    """Promise 6: it is the person that is barred; taking a challenge back is nobody's decision."""
    involved = uuid4()
    for kind in (ActKind.TAKE_CHALLENGE, ActKind.RECONSIDER):
        check_fresh(kind, uuid4(), (involved,))
        for person in (involved, None):
            with pytest.raises(Barred):
                check_fresh(kind, person, (involved,))
    check_fresh(ActKind.WITHDRAW_CHALLENGE, involved, (involved,))


@pytest.mark.promise(12)
def test_the_window_closes_at_its_instant() -> None:
    """Promise 12: a second before it is in time; at the instant itself it is late."""
    assert not check_in_window(BEFORE, UNTIL, None, rules(), is_officer=False)
    with pytest.raises(TooLate, match="10 November 2026 at 00:00"):
        check_in_window(AFTER, UNTIL, None, rules(), is_officer=True)
    assert check_in_window(AFTER, UNTIL, "The letter was lost.", rules(), is_officer=True)
    with pytest.raises(RoleNeeded):
        check_in_window(AFTER, UNTIL, "The letter was lost.", rules(), is_officer=False)
    with pytest.raises(NotValid):
        check_in_window(BEFORE, UNTIL, "For safety.", rules(), is_officer=True)


def test_a_council_may_admit_nothing_late() -> None:
    """Then not even a reason helps; a complaint does."""
    strict = rules(late_with_reason=False)
    with pytest.raises(TooLate) as refused:
        check_in_window(AFTER, UNTIL, "The letter was lost.", strict, is_officer=True)
    assert "complaint" in refused.value.help


def test_the_policy_names_the_panel_that_looks_again() -> None:
    """The cluster's own entry comes first, then the one for all, then the one that stands in."""
    named = rules(panel="cedar", panel_for={"elm": "oak"})
    assert panel_to_look(named, "elm", None) == "oak"
    assert panel_to_look(named, "alder", None) == "cedar"
    assert panel_to_look(named, "cedar", None) == named.fallback_for("cedar")
    assert panel_to_look(rules(), "alder", None) == rules().fallback_for("alder")
    assert panel_to_look(named, "alder", "birch") == "birch"
    with pytest.raises(NotValid):
        panel_to_look(named, "alder", "alder")


def test_the_answer_is_given_by_no_junior_of_who_decided() -> None:
    """As high a limit is enough; a lower one is not."""
    check_senior(500_000, 500_000)
    with pytest.raises(AuthorityTooLow, match="£5,000"):
        check_senior(499_999, 500_000)


@pytest.mark.parametrize(
    ("stage", "effective_on", "wanted_on", "turn"),
    [
        (ChallengeStage.LISTED, None, None, "panel"),
        (ChallengeStage.FOR_DECISION, None, None, "senior_officer"),
        (ChallengeStage.FOR_DECISION, None, date(2026, 11, 1), "cabinet_member"),
        (ChallengeStage.FOR_DECISION, date(2026, 12, 1), None, "cabinet_member"),
        (ChallengeStage.FOR_DECISION, date(2026, 11, 2), None, "senior_officer"),
        (ChallengeStage.FOR_DECISION, date(2026, 11, 2), date(2026, 11, 1), "senior_officer"),
        (ChallengeStage.FOR_DECISION, date(2026, 11, 1), date(2026, 11, 1), "cabinet_member"),
    ],
)
def test_an_answer_waits_for_a_key_decision_or_its_day(
    stage: ChallengeStage, effective_on: date | None, wanted_on: date | None, turn: str
) -> None:
    """Refused before its day is no want of another; refused on it, what was noted covers less."""
    noted = None
    if effective_on is not None:
        noted = NotedDecision(number="26/00077", effective_on=effective_on, annual_pence=1)
    assert turn_on(stage, noted, wanted_on, date(2026, 11, 2)) == turn
