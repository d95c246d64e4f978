"""An overspend that two people sign: the same, by another person, once."""

from uuid import UUID

import pytest

from domain.overspend import Overspend, Proposal, check_seconding
from domain.refusals import Barred, NotAtThisStage, NotValid

ACT, ANNA, BEN = UUID(int=1), UUID(int=2), UUID(int=3)
OF_FIR = Overspend(pence=200_000, authority="26/00072", pot="cluster:fir", financial_year=2026)
PROPOSED = Proposal(act_id=ACT, proposed_by=ANNA, overspend=OF_FIR)


def test_another_person_who_says_the_same_seconds_it() -> None:
    """Nothing more is asked of the second than of the first."""
    check_seconding(PROPOSED, OF_FIR, BEN)


@pytest.mark.promise(6)
def test_nobody_seconds_what_they_proposed() -> None:
    """Promise 6: it is the person that is barred, whatever else they hold."""
    with pytest.raises(Barred, match="you proposed it yourself"):
        check_seconding(PROPOSED, OF_FIR, ANNA)


def test_what_is_seconded_is_not_seconded_again() -> None:
    """It has taken effect, and a third person changes nothing."""
    with pytest.raises(NotAtThisStage, match="another person has seconded it already"):
        check_seconding(PROPOSED.model_copy(update={"is_seconded": True}), OF_FIR, BEN)


@pytest.mark.promise(13)
def test_every_difference_from_what_was_proposed_is_told_at_once() -> None:
    """Promise 13: another pot, another amount and another authority are three."""
    other = Overspend(pence=1, authority="26/00073", pot="cluster:fir", financial_year=2027)
    with pytest.raises(NotValid) as refused:
        check_seconding(PROPOSED, other, BEN)
    assert refused.value.in_the_way == (
        "it was proposed for cluster:fir in 2026; £2,000.00 was proposed, and not £0.01;"
        " it was proposed by the authority 26/00072"
    )
