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
