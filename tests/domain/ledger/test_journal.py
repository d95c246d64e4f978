"""Entries balance, answers explain themselves, and ids are the same however often asked."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError

from domain.ledger.accounts import (
    DEFICIT,
    EXCEPTIONAL,
    HIGH_NEEDS_BLOCK,
    OPENING,
    Account,
    MoneyStage,
    area_contingency,
    cluster_contingency,
    cluster_pot,
    floor_pence,
    usual_source,
)
from domain.ledger.answers import LedgerAnswer, Shortfall
from domain.ledger.journal import (
    Allocate,
    Commit,
    Context,
    Instalment,
    JournalEntry,
    Line,
    Posting,
    Verb,
    entry_id,
)

CONTEXT = Context(
    recorded_at=datetime(2026, 10, 5, 7, tzinfo=UTC),
    effective_on=date(2026, 10, 5),
    financial_year=2026,
    period=7,
    academic_year=2026,
)
AVAILABLE = Account(pot="cluster:a", financial_year=2026, stage=MoneyStage.AVAILABLE)
HELD = Account(pot="cluster:a", financial_year=2026, stage=MoneyStage.HELD)


def entry(verb: Verb, *postings: Posting) -> JournalEntry:
    """An entry that says nothing else of interest."""
    return JournalEntry(id=uuid4(), number=1, verb=verb, context=CONTEXT, postings=postings)


def instalment(number: int, pence: int) -> Instalment:
    """An instalment of the autumn."""
    return Instalment(
        number=number,
        due_on=date(2026, 11, 1),
        pot="cluster:a",
        financial_year=2026,
        period=8,
        pence=pence,
    )


@pytest.mark.promise(11)
def test_an_entry_that_does_not_balance_cannot_exist() -> None:
    """What goes in must come out of somewhere, to the penny."""
    with pytest.raises(ValidationError, match="balance"):
        entry(Verb.HOLD, Posting(account=AVAILABLE, pence=-100), Posting(account=HELD, pence=99))


def test_an_entry_posts_to_an_account_once() -> None:
    """Two postings to one account in one entry would hide what moved."""
    with pytest.raises(ValidationError, match="once"):
        entry(Verb.HOLD, Posting(account=HELD, pence=-1), Posting(account=HELD, pence=1))


def test_an_entry_moves_money_unless_it_only_opens_accounts() -> None:
    """Opening stands in the journal without postings; nothing else may."""
    assert entry(Verb.OPEN).recorded_at == CONTEXT.recorded_at
    with pytest.raises(ValidationError, match="moves money"):
        entry(Verb.PAY)


def test_a_posting_of_nothing_cannot_exist() -> None:
    """A posting moves something, one way or the other."""
    with pytest.raises(ValidationError, match="moves something"):
        Posting(account=HELD, pence=0)


@pytest.mark.parametrize("pence", [0, -1, 0.5, "100", True, 10**17])
def test_a_line_is_whole_pence_above_nought(pence: object) -> None:
    """Fractions, text, nothing and less than nothing are not amounts that move."""
    with pytest.raises(ValidationError):
        Line.model_validate({"pot": "cluster:a", "financial_year": 2026, "pence": pence})


@pytest.mark.parametrize("pot", ["", "Cluster:a", "cluster:", "cluster:a:b:c", "cluster:a b"])
def test_a_pot_is_named_in_one_way(pot: str) -> None:
    """Names that would read the same to a person are not two pots."""
    with pytest.raises(ValidationError):
        Line(pot=pot, financial_year=2026, pence=1)


def test_a_pot_and_year_has_one_line_and_lines_are_ordered() -> None:
    """The same content is the same text, however a caller orders it."""
    b = Line(pot="cluster:b", financial_year=2026, pence=1)
    a = Line(pot="cluster:a", financial_year=2026, pence=2)
    command = Allocate(id=uuid4(), lines=(b, a), source_pot=OPENING, context=CONTEXT)
    assert command.sorted_lines == (a, b)
    with pytest.raises(ValidationError, match="one line"):
        Allocate(id=uuid4(), lines=(a, a), source_pot=OPENING, context=CONTEXT)


def test_a_commitment_comes_to_what_its_instalments_come_to() -> None:
    """The lines of a promise are worked out, so they cannot differ from its instalments."""
    promise = Commit(
        id=uuid4(),
        hold_id=uuid4(),
        instalments=(instalment(1, 100), instalment(2, 50)),
        context=CONTEXT,
    )
    assert promise.lines == (Line(pot="cluster:a", financial_year=2026, pence=150),)


def test_each_instalment_has_its_own_number() -> None:
    """Two instalments of one number could not be told apart when one is paid."""
    with pytest.raises(ValidationError, match="own number"):
        Commit(
            id=uuid4(),
            hold_id=uuid4(),
            instalments=(instalment(1, 100), instalment(1, 50)),
            context=CONTEXT,
        )


@pytest.mark.promise(4)
def test_an_act_and_a_verb_always_make_the_same_id() -> None:
    """A step repeated after a crash names the same entry; another verb or part names another."""
    act = UUID("11111111-2222-4333-8444-555555555555")
    assert entry_id(act, Verb.HOLD) == entry_id(act, Verb.HOLD)
    assert len({entry_id(act, verb, part) for verb in Verb for part in range(3)}) == len(Verb) * 3


def test_only_available_money_may_lack_a_floor() -> None:
    """Unlimited pots and years not yet opened have none; held, committed and paid always do."""
    deficit = Account(pot=DEFICIT, financial_year=2026, stage=MoneyStage.AVAILABLE)
    assert floor_pence(AVAILABLE, is_open=True) == 0
    assert floor_pence(AVAILABLE, is_open=False) is None
    assert floor_pence(deficit, is_open=True) is None
    assert floor_pence(HELD, is_open=False) == 0


def test_budgets_come_from_the_block_and_the_block_from_opening() -> None:
    """Each pot has a usual source, named once."""
    pots = (cluster_pot("a"), cluster_contingency("a"), area_contingency("b"), EXCEPTIONAL)
    assert {usual_source(pot) for pot in pots} == {HIGH_NEEDS_BLOCK}
    assert usual_source(HIGH_NEEDS_BLOCK) == OPENING


def test_an_answer_says_whether_it_is_done() -> None:
    """Created and exists are yes, and have no refusal."""
    answer = LedgerAnswer(result="exists", detail={"number": 3})
    assert answer.is_done
    assert (answer.refusal, answer.differs_in, answer.shortfalls) == (None, None, ())


@pytest.mark.promise(13)
def test_a_repeated_refusal_still_says_why() -> None:
    """The second no names the first reason and what was short, so a person can act on it."""
    short = {
        "pot": "cluster:a",
        "financial_year": 2026,
        "stage": "available",
        "available_pence": 40,
        "asked_pence": 100,
        "shortfall_pence": 60,
    }
    answer = LedgerAnswer.model_validate(
        {
            "result": "id_already_failed",
            "detail": {"first_result": "exceeds_available", "shortfalls": [short]},
        }
    )
    assert not answer.is_done
    assert answer.refusal == "exceeds_available"
    assert answer.shortfalls == (Shortfall.model_validate(short, strict=False),)


def test_an_answer_names_the_field_that_differs() -> None:
    """The same id with other content is told which field is another."""
    answer = LedgerAnswer(result="exists_with_different_lines", detail={"number": 3})
    assert (answer.differs_in, answer.refusal) == ("lines", "exists_with_different_lines")
