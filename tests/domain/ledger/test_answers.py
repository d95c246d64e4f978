"""What the ledger's answers tell: what was faulty, and nothing where nothing was."""

from uuid import UUID

from pydantic import JsonValue

from domain.ledger.answers import FaultyReversal, LedgerAnswer

PAYMENT = UUID(int=1)


def test_an_answer_lists_the_payments_that_cannot_be_undone() -> None:
    """Each with the result that it would have had alone; of any other answer there are none."""
    faulty: JsonValue = {"reverses_id": str(PAYMENT), "result": "already_resolved"}
    refused = LedgerAnswer(result="reversals_refused", detail={"reversals": [faulty]})
    assert refused.faulty_reversals == (
        FaultyReversal(reverses_id=PAYMENT, result="already_resolved"),
    )
    assert LedgerAnswer(result="created", detail={"reversals": 2}).faulty_reversals == ()


def test_an_answer_says_whether_it_refuses_for_the_first_time() -> None:
    """A repeated id is refused as it was, and other content under it is a mistake of the caller."""
    refused = LedgerAnswer(result="insufficient_funds", detail={})
    assert (refused.is_new_refusal, refused.in_words) == (True, "insufficient funds")
    again = {"first_result": "insufficient_funds"}
    others = ("id_already_failed", "exists", "exists_with_different_pence")
    for result in others:
        assert not LedgerAnswer(result=result, detail={**again}).is_new_refusal, result
