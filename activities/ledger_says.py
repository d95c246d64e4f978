"""What the ledger answers to an act of finance, as the refusal that it means to whoever did it."""

from domain.ledger.answers import LedgerAnswer, Result, Shortfall
from domain.money import pounds
from domain.refusals import BudgetExceeded, NotValid, TooLate

_CLOSED = frozenset({Result.PERIOD_CLOSED, Result.ACCOUNT_CLOSED, Result.ALREADY_CLOSED})


def check_done(answer: LedgerAnswer, asked: str, would_help: str | None = None) -> None:
    """Refuse what the ledger refused: with the pots that lack money, or what else is in the way."""
    if answer.is_done:
        return
    if answer.refusal == Result.EXCEEDS_AVAILABLE:
        raise BudgetExceeded(asked, "; ".join(map(_lacks, answer.shortfalls)), would_help)
    if answer.refusal in _CLOSED:
        raise TooLate(
            asked,
            f"the ledger answers {_in_words(answer)}",
            "Use an open month and year, or have the month reopened by those who may.",
        )
    if answer.refusal == Result.NOT_FOUND:
        raise NotValid(
            asked,
            "a budget that it names was never set for this year or one before it",
            would_help or "Set the budget first.",
        )
    raise NotValid(asked, f"the ledger answers {_in_words(answer)}", would_help)


def _in_words(answer: LedgerAnswer) -> str:
    return str(answer.refusal).replace("_", " ")


def _lacks(short: Shortfall) -> str:
    return (
        f"{short.pot} in {short.financial_year} has {pounds(short.available_pence)}"
        f" of {pounds(short.asked_pence)} that is asked of it"
    )
