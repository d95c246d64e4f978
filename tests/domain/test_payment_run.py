"""A payment run on its way: stages, the person who is barred, what is approved, further answers."""

from datetime import date
from uuid import uuid4

import pytest

from domain.finance_acts import ApprovingRun, PreparingRun, SettlingDifference
from domain.payment_run import (
    RUN_ALLOWED_AT,
    RUN_ENDED,
    RemittanceState,
    RunStage,
    bars_approval,
    check_approver,
    check_as_prepared,
    check_period,
    check_run_act,
    check_settler,
    check_settling,
    needs_answer,
    run_reference,
    undoes,
)
from domain.refusals import Barred, NotAtThisStage, NotValid
from domain.stages import RUN_ACTS, ActKind

PREPARER, OTHER = uuid4(), uuid4()
TODAY = date(2026, 11, 10)


def test_every_act_on_a_run_has_its_stages() -> None:
    """Whatever can be done to a run, but preparing it, says where; an end is an end.

    Only a payment that comes back is settled in a run that is closed.
    """
    assert set(RUN_ALLOWED_AT) == RUN_ACTS - {ActKind.PREPARE_RUN}
    at_an_end = {kind for kind, stages in RUN_ALLOWED_AT.items() if stages & RUN_ENDED}
    assert at_an_end == {ActKind.SETTLE_DIFFERENCE}
    assert RunStage.ABANDONED not in RUN_ALLOWED_AT[ActKind.SETTLE_DIFFERENCE]


@pytest.mark.parametrize("kind", sorted(RUN_ALLOWED_AT))
@pytest.mark.parametrize("stage", RunStage)
def test_an_act_is_refused_where_it_does_not_fit(kind: ActKind, stage: RunStage) -> None:
    """The refusal says where the run stands and where the act would fit."""
    if stage in RUN_ALLOWED_AT[kind]:
        check_run_act(kind, stage)
        return
    with pytest.raises(NotAtThisStage) as refused:
        check_run_act(kind, stage)
    assert stage in refused.value.in_the_way
    assert all(each in refused.value.help for each in RUN_ALLOWED_AT[kind])


@pytest.mark.promise(6)
def test_whoever_prepared_a_run_does_not_approve_it() -> None:
    """Promise 6: it is the person that is barred, and nobody in particular is nobody's second."""
    check_approver(OTHER, PREPARER)
    for person_id in (PREPARER, None):
        assert bars_approval(ActKind.APPROVE_RUN, person_id, PREPARER)
        with pytest.raises(Barred):
            check_approver(person_id, PREPARER)
    assert not bars_approval(ActKind.ABANDON_RUN, PREPARER, PREPARER)


def test_only_what_was_prepared_is_approved() -> None:
    """Another number of lines, or another total, is refused, both at once."""
    check_as_prepared(ApprovingRun(lines=3, total_pence=500), 3, 500)
    with pytest.raises(NotValid) as refused:
        check_as_prepared(ApprovingRun(lines=2, total_pence=501), 3, 500)
    assert refused.value.in_the_way == "it has 3 lines, not 2; it comes to £5.00, not £5.01"


@pytest.mark.parametrize(
    ("period", "until", "faults"),
    [
        (8, date(2026, 11, 30), 0),
        (8, date(2026, 10, 1), 0),
        (9, date(2026, 12, 1), 1),
        (8, date(2026, 12, 1), 1),
        (12, date(2027, 4, 1), 2),
    ],
)
def test_a_run_is_of_a_month_that_has_come(period: int, until: date, faults: int) -> None:
    """Due days after the month, and a month too far ahead, are refused together."""
    said = PreparingRun(financial_year=2026, period=period, due_until_on=until)
    if not faults:
        check_period(said, TODAY)
        return
    with pytest.raises(NotValid) as refused:
        check_period(said, TODAY)
    assert len(refused.value.in_the_way.split("; ")) == faults


def test_a_payment_of_nothing_waits_for_no_answer() -> None:
    """Where all of it was netted there is nothing that a bank could say."""
    assert needs_answer(1)
    assert not needs_answer(0)


def test_a_run_has_a_name_for_others() -> None:
    """It sorts by year and month, and is unlike any other's."""
    assert run_reference(2026, 11, 12) == "PR-2026-11-12"


def settling(as_what: str, paid_pence: int | None = None) -> SettlingDifference:
    """What somebody says became of a payment."""
    facts = {"line_id": uuid4(), "settled_as": as_what, "paid_pence": paid_pence}
    return SettlingDifference.model_validate(facts | {"reason": "The bank telephoned."})


def test_a_payment_is_undone_when_another_amount_arrived() -> None:
    """Rejected, short or too much; paid as it was sent it stands."""
    assert undoes(settling("rejected"), 100)
    assert undoes(settling("paid", 99), 100)
    assert not undoes(settling("paid", 100), 100)
    assert not undoes(settling("paid"), 100)


def test_what_was_rejected_names_no_amount() -> None:
    """Nothing arrived, so there is nothing to name."""
    with pytest.raises(ValueError, match="name no amount"):
        settling("rejected", 50)


@pytest.mark.parametrize(
    ("state", "as_what", "paid", "sent", "fits"),
    [
        (RemittanceState.SENT, "paid", None, 100, True),
        (RemittanceState.SENT, "rejected", None, 100, True),
        (RemittanceState.PAID, "rejected", None, 100, True),
        (RemittanceState.PAID, "paid", 90, 100, True),
        (RemittanceState.PAID, "paid", None, 100, False),
        (RemittanceState.PAID, "rejected", None, 0, False),
        (RemittanceState.REJECTED, "rejected", None, 100, False),
    ],
)
def test_what_is_closed_is_settled_only_when_it_comes_back(
    state: RemittanceState, as_what: str, paid: int | None, sent: int, *, fits: bool
) -> None:
    """A payment that was made may be returned; one that came back is over."""
    if fits:
        check_settling(settling(as_what, paid), state, sent)
        return
    with pytest.raises(NotAtThisStage, match=f"it is {state} already"):
        check_settling(settling(as_what, paid), state, sent)


def test_a_difference_in_the_amount_is_never_closed_unnamed() -> None:
    """Where an answer says another amount, whoever settles it as paid says how much it was."""
    said = settling("paid")
    check_settling(said, RemittanceState.SENT, 100_00, {100_00})
    with pytest.raises(NotValid) as refused:
        check_settling(said, RemittanceState.SENT, 100_00, {90_00, 100_00})
    assert refused.value.in_the_way == "£100.00 was sent, and an answer says £90.00"
    check_settling(settling("paid", 90_00), RemittanceState.SENT, 100_00, {90_00})
    check_settling(settling("rejected"), RemittanceState.SENT, 100_00, {90_00})


@pytest.mark.promise(6)
def test_whoever_made_a_payment_does_not_undo_it() -> None:
    """Promise 6: neither preparer nor approver, and nobody in particular, is the other person."""
    check_settler(uuid4(), PREPARER, OTHER)
    for person_id in (PREPARER, OTHER, None):
        with pytest.raises(Barred):
            check_settler(person_id, PREPARER, OTHER)
