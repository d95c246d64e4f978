"""The money of an award that changes: given back, promised instead, and taken back, by the ledger.

A refusal of the ledger becomes one that says what stands in the way and what would help.
"""

from dataclasses import dataclass
from uuid import UUID, uuid5

from activities.award_desk import AwardDesk
from activities.ledger_says import check_done
from activities.store import changes, ledger
from activities.store.changes import AwardHeld, PaidLine
from domain.award import Instalment, by_financial_year
from domain.foreseeing import taken_in_turn
from domain.ledger.accounts import DEFICIT
from domain.ledger.answers import LedgerAnswer, Result
from domain.ledger.journal import Commit, Hold, Line, Verb, entry_id
from domain.ledger.year import Cancel, Recoup
from domain.money import pounds
from domain.refusals import BudgetExceeded, NotAtThisStage

_ASKED = "to change this award"


@dataclass(frozen=True)
class Promise:
    """Where money is promised: the commitment, and the pot that pays."""

    commit_id: UUID
    pot: str


def cancel(desk: AwardDesk, numbers: tuple[int, ...]) -> None:
    """Give back what will not fall due; one that stands in a run that is being approved stays."""
    held = changes.runs_with(desk.session, desk.award.id, numbers)
    if held:
        raise NotAtThisStage(
            _ASKED,
            f"an instalment of it stands in payment run {', '.join(held)}, not approved yet",
            "Record the change again when the run is paid, or have the run abandoned first.",
        )
    for commit_id in sorted({desk.award.promised_by[number] for number in numbers}):
        command = Cancel(
            id=entry_id(desk.key, Verb.CANCEL, commit_id),
            commitment_id=commit_id,
            instalment_numbers=tuple(n for n in numbers if desk.award.promised_by[n] == commit_id),
            context=desk.context(desk.award.pot, desk.award.payee_kind),
        )
        _done(ledger.cancel(desk.session, command))


def promise(
    desk: AwardDesk, held: AwardHeld, promised: tuple[Instalment, ...], pots: tuple[str, ...]
) -> Promise:
    """Promise instalments from the first pot that covers all of them, climbing until one does."""
    refused: list[LedgerAnswer] = []
    for pot in dict.fromkeys(pots):
        more = {"award_id": held.id, "authority": _authority_to_overspend(desk, pot)}
        said = desk.context(pot, held.payee_kind, **more)
        years = by_financial_year(promised).items()
        lines = tuple(Line(pot=pot, financial_year=year, pence=pence) for year, pence in years)
        hold_id = entry_id(desk.key, Verb.HOLD, held.id, pot)
        answer = ledger.hold(desk.session, Hold(id=hold_id, lines=lines, context=said))
        if answer.is_done:
            commit_id = entry_id(desk.key, Verb.COMMIT, held.id, pot)
            command = Commit(
                id=commit_id,
                hold_id=hold_id,
                instalments=tuple(each.in_pot(pot) for each in promised),
                context=said,
            )
            _done(ledger.commit(desk.session, command))
            return Promise(commit_id, pot)
        if not answer.shortfalls:
            check_done(answer, _ASKED)
        refused.append(answer)
    raise _too_little(refused)


def take_back(desk: AwardDesk, pence: int) -> None:
    """Take back what was paid beyond what is due, the latest year first, and tell the next run.

    What was paid in a year that is closed comes back in the year that the books are in. What the
    bank has not answered is not taken: it may come back by itself, and then it must be there.
    """
    books = desk.finance.context(desk.act).financial_year
    lines = changes.paid_lines(desk.session, desk.award.id)
    in_turn = taken_in_turn(pence, (each.answered_pence for each in lines))
    for paid, taken in zip(lines, in_turn, strict=True):
        if taken:
            year = books if paid.is_closed else paid.financial_year
            _recoup(desk, paid, Line(pot=paid.pot, financial_year=year, pence=taken))
    if pence := pence - sum(in_turn):
        runs = ", ".join(changes.runs_unanswered(desk.session, desk.award.id))
        raise NotAtThisStage(
            _ASKED,
            f"{pounds(pence)} of what it takes back was sent in payment run {runs},"
            " and the bank has not answered",
            "Record the change again when the answer is read.",
        )


def _recoup(desk: AwardDesk, paid: PaidLine, line: Line) -> None:
    """Take a line back on its commitment: an entry of its own, and a note for the next run."""
    command = Recoup(
        id=entry_id(desk.key, Verb.RECOUP, paid.commitment_id, paid.pot, paid.financial_year),
        commitment_id=paid.commitment_id,
        lines=(line,),
        context=desk.context(paid.pot, desk.award.payee_kind),
    )
    _done(ledger.recoup(desk.session, command))
    made = (uuid5(command.id, "take back"), desk.act.id)
    changes.save_take_back(desk.session, desk.award, line, made, desk.finance.now)


def _authority_to_overspend(desk: AwardDesk, pot: str) -> str | None:
    """The authority by which the award already draws on the recorded overspend, if it does."""
    if pot != DEFICIT:
        return None
    if desk.by and desk.by.overspend_authority:
        return desk.by.overspend_authority
    given = ledger.entry(desk.session, desk.award.commit_id)
    return given.context.authority if given else None


def _too_little(refused: list[LedgerAnswer]) -> BudgetExceeded:
    """Say that no pot covers it, how much the first lacks, and who can do something about it."""
    short = [each for answer in refused[:1] for each in answer.shortfalls]
    lacks = " and ".join(
        f"{each.pot} lacks {pounds(each.shortfall_pence)} in {each.financial_year}"
        for each in short
    )
    return BudgetExceeded(
        _ASKED,
        f"none of {len(refused)} pots covers it{': ' if lacks else ''}{lacks}",
        "Ask finance to move money there or to cover it from the recorded overspend, with its"
        " authority; then record the change again.",
    )


def _done(answer: LedgerAnswer) -> None:
    """Refuse what the ledger refused, in words that help."""
    if answer.refusal == Result.ALREADY_RESOLVED:
        raise NotAtThisStage(
            _ASKED,
            "an instalment of it has just been paid or cancelled",
            "Record the change again: it is worked out anew.",
        )
    check_done(answer, _ASKED)
