"""The map that a request walks on: who may do what, and where."""

import pytest

from domain.people import Role
from domain.stages import ALLOWED_AT, ALLOWED_TO, ENDED, REQUEST_ACTS, ActKind, Stage


def test_every_act_belongs_to_somebody() -> None:
    """No act is without a role, and none is open to all."""
    assert set(ALLOWED_TO) == set(ActKind)
    assert all(ALLOWED_TO.values())


def test_each_act_on_a_request_has_its_stages_and_no_other_act_has() -> None:
    """The map of stages is a request's; meetings, finance and payment runs have their own."""
    assert set(ALLOWED_AT) == REQUEST_ACTS
    assert all(ALLOWED_AT.values())


def test_nothing_leaves_an_ended_request() -> None:
    """A decided or withdrawn request takes no further act."""
    assert not [act for act, stages in ALLOWED_AT.items() if stages & ENDED]


def test_somebody_can_move_every_open_stage_on() -> None:
    """No open stage waits for ever: a person can always do something there."""
    reached = {stage for stages in ALLOWED_AT.values() for stage in stages}
    assert reached == set(Stage) - ENDED


@pytest.mark.promise(1)
@pytest.mark.parametrize(
    "act",
    [
        ActKind.PRICE,
        ActKind.AUTHORISE,
        ActKind.AUTHORISE_DIFFERENTLY,
        ActKind.AUTHORISE_OVERSPEND,
        ActKind.DECLINE,
    ],
)
def test_only_an_officer_decides(act: ActKind) -> None:
    """Neither school nor panel may price, authorise or decline."""
    assert ALLOWED_TO[act] == {Role.COUNCIL_OFFICER, Role.SEN_OFFICER}


@pytest.mark.promise(10)
def test_where_there_is_no_money_nothing_can_be_declined() -> None:
    """At an empty budget there are many ways on, and "no" is none of them."""
    at_no_money = {act for act, stages in ALLOWED_AT.items() if Stage.NO_MONEY in stages}
    assert at_no_money == {
        ActKind.ADVISE_REQUEST,
        ActKind.AUTHORISE,
        ActKind.AUTHORISE_OVERSPEND,
        ActKind.REFER_UP,
        ActKind.RETURN_TO_PANEL,
        ActKind.RETURN_TO_SCHOOL,
        ActKind.WITHDRAW,
    }


def test_a_school_may_withdraw_from_submission_until_the_decision() -> None:
    """A draft is only deleted, and a decision stands."""
    assert ALLOWED_AT[ActKind.WITHDRAW] == set(Stage) - ENDED - {Stage.DRAFT}
