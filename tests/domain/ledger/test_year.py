"""What a year asks of the ledger: commands that say what they mean, and movements that balance."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue, ValidationError

from domain.ledger.accounts import DEFICIT, RECOUPED, Account, MoneyStage
from domain.ledger.answers import FaultyPayment, LedgerAnswer
from domain.ledger.balances import replay
from domain.ledger.entries import (
    Postings,
    cancellation,
    carrying,
    overspend,
    payment,
    recoupment,
    taken_back,
    virement,
)
from domain.ledger.journal import Context, JournalEntry, Line, Posting, Verb
from domain.ledger.year import (
    Cancel,
    CarryForward,
    CarryLine,
    PayLine,
    PayRun,
    Recoup,
    Reversal,
    ReverseRun,
    Vire,
)

CONTEXT = Context(
    recorded_at=datetime(2027, 3, 31, 7, tzinfo=UTC),
    effective_on=date(2027, 3, 31),
    financial_year=2026,
    period=12,
    academic_year=2026,
)
LINE = Line(pot="cluster:a", financial_year=2026, pence=100)
carry_lines = st.builds(
    lambda stage, pence: carried(stage, pence if stage is MoneyStage.AVAILABLE else abs(pence)),
    st.sampled_from([MoneyStage.AVAILABLE, MoneyStage.HELD, MoneyStage.COMMITTED]),
    st.integers(-1000, 1000).filter(bool),
)
acts = st.one_of(
    st.builds(virement, st.just([LINE]), st.just("cluster:b")),
    st.builds(overspend, st.just([LINE])),
    st.builds(cancellation, st.just([LINE])),
    st.builds(taken_back, st.just([LINE])),
    st.builds(recoupment, st.just([LINE])),
    st.builds(carrying, st.lists(carry_lines, min_size=1, unique_by=lambda one: one.order)),
)


def carried(stage: MoneyStage, pence: int, into: MoneyStage | None = None) -> CarryLine:
    """What stands in cluster A at the end of the year."""
    return CarryLine(
        pot="cluster:a",
        financial_year=2026,
        stage=stage,
        pence=pence,
        into_pot="cluster:a",
        into_stage=into or stage,
    )


def standing(*all_postings: Iterable[Posting]) -> dict[Account, int]:
    """What stands in each account, leaving out those with nothing."""
    totals = replay(posting for postings in all_postings for posting in postings)
    return {account: pence for account, pence in totals.items() if pence}


@pytest.mark.promise(11)
@given(acts)
def test_every_act_of_a_year_balances_in_each_year(postings: Postings) -> None:
    """An entry can be made of it, which no entry can that does not balance year by year."""
    if postings:
        entry = JournalEntry(
            id=uuid4(), number=1, verb=Verb.VIRE, context=CONTEXT, postings=postings
        )
        assert entry.postings == postings


@pytest.mark.promise(11)
def test_an_entry_that_balances_only_over_two_years_cannot_exist() -> None:
    """A year's books are closed by themselves, so they balance by themselves."""
    legs = tuple(
        Posting(
            account=Account(pot="cluster:a", financial_year=year, stage=MoneyStage.AVAILABLE),
            pence=pence,
        )
        for year, pence in ((2026, -1), (2027, 1))
    )
    with pytest.raises(ValidationError, match="each year"):
        JournalEntry(id=uuid4(), number=1, verb=Verb.VIRE, context=CONTEXT, postings=legs)


def test_money_taken_back_is_available_again() -> None:
    """From a payee it is no longer paid; from elsewhere it stands below nought in recouped."""
    assert standing(payment(LINE), taken_back([LINE]), cancellation([LINE])) == standing(
        cancellation([LINE]), cancellation([LINE])
    )
    recouped = Account(pot=RECOUPED, financial_year=2026, stage=MoneyStage.AVAILABLE)
    assert standing(recoupment([LINE]))[recouped] == -100
    deficit = recouped.model_copy(update={"pot": DEFICIT})
    assert standing(overspend([LINE]))[deficit] == -100


@pytest.mark.parametrize(
    ("stage", "pence", "into"),
    [
        (MoneyStage.AVAILABLE, 0, None),
        (MoneyStage.PAID, 1, None),
        (MoneyStage.COMMITTED, 1, MoneyStage.AVAILABLE),
        (MoneyStage.AVAILABLE, 1, MoneyStage.HELD),
        (MoneyStage.HELD, 1, MoneyStage.COMMITTED),
        (MoneyStage.HELD, -1, None),
    ],
)
def test_what_is_carried_keeps_its_meaning(
    stage: MoneyStage, pence: int, into: MoneyStage | None
) -> None:
    """Nothing is not carried, nor what was paid; and a promise stays a promise."""
    with pytest.raises(ValidationError):
        carried(stage, pence, into)


def test_a_carrying_says_each_thing_once_and_in_order() -> None:
    """Two lines from one stage to one pot are one line."""
    held, available = carried(MoneyStage.HELD, 5), carried(MoneyStage.AVAILABLE, -7)
    command = CarryForward(id=uuid4(), lines=(held, available), context=CONTEXT)
    assert command.sorted_lines == (available, held)
    with pytest.raises(ValidationError, match="one line"):
        CarryForward(id=uuid4(), lines=(held, held), context=CONTEXT)


def test_a_virement_goes_to_another_pot() -> None:
    """From a pot to itself nothing would move."""
    assert Vire(id=uuid4(), from_pot="cluster:b", lines=(LINE,), context=CONTEXT).lines == (LINE,)
    with pytest.raises(ValidationError, match="another"):
        Vire(id=uuid4(), from_pot="cluster:a", lines=(LINE,), context=CONTEXT)


def test_money_comes_back_on_a_commitment_or_from_a_council() -> None:
    """From one of the two, never from both or from nowhere."""
    assert Recoup(id=uuid4(), lines=(LINE,), council="medway", context=CONTEXT).council == "medway"
    for commitment, council in ((None, None), (uuid4(), "medway")):
        with pytest.raises(ValidationError, match="one of the two"):
            Recoup(
                id=uuid4(),
                lines=(LINE,),
                commitment_id=commitment,
                council=council,
                context=CONTEXT,
            )


def test_an_instalment_is_cancelled_once() -> None:
    """The same number twice is a slip of whoever asks."""
    commitment = uuid4()
    with pytest.raises(ValidationError, match="once"):
        Cancel(id=uuid4(), commitment_id=commitment, instalment_numbers=(1, 2, 1), context=CONTEXT)
    named = Cancel(id=uuid4(), commitment_id=commitment, instalment_numbers=(2, 1), context=CONTEXT)
    assert named.instalment_numbers == (2, 1)


@pytest.mark.promise(4)
def test_a_run_pays_an_instalment_once() -> None:
    """Neither two payments of one instalment nor two of one id."""
    first = PayLine(id=uuid4(), commitment_id=uuid4(), instalment_number=1, line=LINE)
    same_due = first.model_copy(update={"id": uuid4()})
    same_id = first.model_copy(update={"instalment_number": 2})
    assert len(PayRun(id=uuid4(), payments=(first,), context=CONTEXT).payments) == 1
    for other in (same_due, same_id):
        with pytest.raises(ValidationError, match="once"):
            PayRun(id=uuid4(), payments=(first, other), context=CONTEXT)


@pytest.mark.parametrize("words", ["late for Sam", "", "a" * 101, "-1"])
def test_a_reference_is_a_code_and_never_words(words: str) -> None:
    """Nobody's name gets into the ledger by way of a reference."""
    for field in ("reference", "belongs_to"):
        with pytest.raises(ValidationError):
            Context.model_validate(CONTEXT.model_dump() | {field: words})


@pytest.mark.promise(13)
def test_an_answer_lists_the_payments_that_stood_in_the_way() -> None:
    """Each with the result that it would have had alone; another answer lists none."""
    faulty: dict[str, JsonValue] = {
        "id": str(uuid4()),
        "commitment_id": str(uuid4()),
        "instalment_number": 3,
        "result": "already_resolved",
    }
    answer = LedgerAnswer(result="payments_refused", detail={"payments": [faulty]})
    assert answer.faulty_payments == (FaultyPayment.model_validate(faulty, strict=False),)
    assert LedgerAnswer(result="created", detail={"payments": 4}).faulty_payments == ()


@pytest.mark.promise(11)
def test_a_payment_is_undone_once_in_a_run_each_by_an_id_of_its_own() -> None:
    """Neither the same payment twice, nor two by one entry."""
    first, other = (Reversal(id=uuid4(), reverses_id=uuid4()) for _ in range(2))
    ReverseRun(id=uuid4(), reversals=(first, other), context=CONTEXT)
    for twice in (
        first.model_copy(update={"id": uuid4()}),
        first.model_copy(update={"reverses_id": uuid4()}),
    ):
        with pytest.raises(ValidationError, match="undone once"):
            ReverseRun(id=uuid4(), reversals=(first, twice), context=CONTEXT)
