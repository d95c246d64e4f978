"""Budgets: set from a file, moved with authority, filled from the overspend or another council."""

from collections.abc import Callable, Iterable

from activities import opening, two_people
from activities.books import entered_in, open_always
from activities.finance_desk import FinanceDesk
from activities.handed_in import found_whole, to_use
from activities.ledger_says import check_done
from activities.store import budgets, closing, files, ledger
from activities.store.casework import Recorded
from activities.store.files import FileKind, HandedIn
from domain.budgeting import BudgetRow
from domain.finance_acts import CoveringOverspend, RecoupingFromCouncil, SettingBudgets, Viring
from domain.ledger.accounts import HIGH_NEEDS_BLOCK, FinancialYear, PotCode, usual_source
from domain.ledger.answers import LedgerAnswer, Result
from domain.ledger.journal import Allocate, Context, Line, OpenAccounts, PotYear, Verb, entry_id
from domain.ledger.year import AuthoriseOverspend, Recoup, Vire
from domain.money import pounds
from domain.refusals import NotValid
from domain.stages import ActKind


def set_budgets(desk: FinanceDesk, act: Recorded) -> None:
    """Open the pots of a file for their years and give them their money, each by its authority.

    A year that promises have reached already is filled before it is opened, so that it never
    opens below nought.
    """
    said = SettingBudgets.model_validate(act.choices, strict=False)
    file = to_use(desk, said.file_id, FileKind.BUDGETS)
    cells = files.cells_of(desk.session, file.id)
    rows = found_whole(files.budgets_in(desk.session, cells, desk.day), file, cells).rows
    _check_further(desk, rows)
    for year in sorted({row.financial_year for row in rows}):
        of_year = [row for row in rows if row.financial_year == year]
        _Setting(desk, act, file, year).set_up(of_year)
    files.use_file(desk.session, file.id, act.id)


def vire(desk: FinanceDesk, act: Recorded) -> None:
    """Move available money between budgets, as far as the finance policy lets this person."""
    said = Viring.model_validate(act.choices, strict=False)
    assert act.person_id is not None, "a virement is somebody's"
    asked = f"to vire {pounds(said.pence)} from {said.from_pot} to {said.to_pot}"
    _check_set(desk, said.financial_year, (said.from_pot, said.to_pot), asked)
    clause = desk.policy.virement_clause(
        said.from_pot,
        (said.to_pot,),
        said.pence,
        closing.roles_of(desk.session, act.person_id, desk.day),
    )
    command = Vire(
        id=entry_id(act.id, Verb.VIRE),
        from_pot=said.from_pot,
        lines=(_line(said.to_pot, said.financial_year, said.pence),),
        context=entered_in(
            desk,
            act,
            said.financial_year,
            authority=f"{said.authority}, {clause}",
            reason="virement",
            **_coded(desk, said.to_pot),
        ),
    )
    check_done(
        ledger.vire(desk.session, command),
        asked,
        "Vire what is available there, or from another budget; nothing was moved.",
    )


def cover_overspend(desk: FinanceDesk, act: Recorded) -> None:
    """Fill a pot from the recorded overspend, so that what is owed can be paid (promise 10).

    As far as the finance policy lets this person, all that has covered the pot's year included;
    where it wants two people, once another has said the same.
    """
    said = CoveringOverspend.model_validate(act.choices, strict=False)
    assert act.person_id is not None, "a cover is somebody's"
    asked = f"to cover {pounds(said.pence)} of {said.pot} from the recorded overspend"
    _check_set(desk, said.financial_year, (said.pot,), asked)
    budgets.take_turns(desk.session, "overspend", said.pot, said.financial_year)
    clause = desk.policy.overspend_clause(
        said.pot,
        said.pence,
        budgets.covered_pence(desk.session, said.pot, said.financial_year),
        closing.roles_of(desk.session, act.person_id, desk.day),
    )
    if two_people.cover_waits(desk, act, said):
        return
    command = AuthoriseOverspend(
        id=entry_id(act.id, Verb.AUTHORISE_OVERSPEND),
        lines=(_line(said.pot, said.financial_year, said.pence),),
        context=entered_in(
            desk,
            act,
            said.financial_year,
            authority=f"{said.authority}, {clause}",
            reason="overspend",
            reference=f"act/{said.seconds}" if said.seconds else None,
            **_coded(desk, said.pot),
        ),
    )
    check_done(ledger.authorise_overspend(desk.session, command), asked)


def recoup_from_council(desk: FinanceDesk, act: Recorded) -> None:
    """Take in what another council pays for a pupil of its own, into the pot that had met it."""
    said = RecoupingFromCouncil.model_validate(act.choices, strict=False)
    asked = f"to take in {pounds(said.pence)} from another council for {said.pot}"
    budgets.take_turns(desk.session, "recoup", said.council, budgets.in_ledger(said.reference))
    budgets.check_not_taken_in(desk.session, said.council, said.reference)
    _check_set(desk, said.financial_year, (said.pot,), asked)
    said_of_it = entered_in(
        desk,
        act,
        said.financial_year,
        reason="recoupment",
        reference=budgets.in_ledger(said.reference),
        **_coded(desk, said.pot),
    )
    open_always(desk, act, said.financial_year, said_of_it)
    command = Recoup(
        id=entry_id(act.id, Verb.RECOUP),
        lines=(_line(said.pot, said.financial_year, said.pence),),
        council=said.council,
        context=said_of_it,
    )
    check_done(ledger.recoup(desk.session, command), asked)


class _Setting:
    """One file's budgets of one year."""

    def __init__(
        self, desk: FinanceDesk, act: Recorded, file: HandedIn, year: FinancialYear
    ) -> None:
        self._desk, self._act, self._file, self._year = desk, act, file, year
        self._context = entered_in(desk, act, year, reason="budget")

    def set_up(self, rows: Iterable[BudgetRow]) -> None:
        """Open, fill, and open what could only be opened once it was filled."""
        open_always(self._desk, self._act, self._year, self._context)
        # The block first: it is where the others' money comes from.
        ordered = sorted(rows, key=lambda row: (row.pot != HIGH_NEEDS_BLOCK, row.row))
        balances = ledger.balances(self._desk.session, self._year)
        known = {each.pot for each in balances if each.is_open}
        ahead = [row for row in ordered if row.pot not in known and not self._is_open(row)]
        for row in ordered:
            self._fill(row)
        for row in ahead:
            check_done(self._opened(row, "filled"), self._asked(row))

    def _is_open(self, row: BudgetRow) -> bool:
        """Open a row's pot by itself; false where more is promised from it than it has yet."""
        answer = self._opened(row)
        if answer.refusal == Result.EXCEEDS_AVAILABLE:
            return False
        check_done(answer, self._asked(row))
        return True

    def _opened(self, row: BudgetRow, *when: str) -> LedgerAnswer:
        pot_year = PotYear(pot=row.pot, financial_year=self._year)
        command = OpenAccounts(
            id=entry_id(self._act.id, Verb.OPEN, self._year, row.pot, *when),
            accounts=(pot_year,),
            context=self._said(row),
        )
        return ledger.open_accounts(self._desk.session, command)

    def _fill(self, row: BudgetRow) -> None:
        command = Allocate(
            id=entry_id(self._act.id, Verb.ALLOCATE, row.row),
            lines=(_line(row.pot, self._year, row.pence),),
            source_pot=usual_source(row.pot),
            context=self._said(row),
        )
        check_done(ledger.allocate(self._desk.session, command), self._asked(row))
        budgets.save_line(self._desk.session, command.id, self._file.id, row)

    def _said(self, row: BudgetRow) -> Context:
        own = {
            "authority": row.authority,
            "section_251_line": row.section_251_line,
            "cost_centre": row.cost_centre,
        }
        return self._context.model_copy(update=own)

    def _asked(self, row: BudgetRow) -> str:
        return f"to set the budget of {row.pot} in {self._year}"


def _check_further(desk: FinanceDesk, rows: tuple[BudgetRow, ...]) -> None:
    """Refuse to give a pot its year's budget twice by one decision."""
    before = budgets.set_before(desk.session, rows)
    if before:
        listed = ", ".join(f"row {row.row}: {row.pot} in {row.financial_year}" for row in before)
        raise NotValid(
            "to set these budgets",
            f"their authority has given these their budget already: {listed}",
            "A further budget is a further decision: give it its own authority.",
        )


def _check_set(
    desk: FinanceDesk, year: FinancialYear, pots: tuple[PotCode, ...], asked: str
) -> None:
    """Refuse money of a year in which a budget was never set: there is no floor under it yet."""
    known = {each.pot for each in ledger.balances(desk.session, year) if each.is_open}
    missing = [pot for pot in pots if pot not in known]
    if missing:
        listed = " and ".join(missing)
        raise NotValid(asked, f"no budget of {listed} is set for {year}", "Set the budget first.")


def _line(pot: PotCode, year: FinancialYear, pence: int) -> Line:
    return Line(pot=pot, financial_year=year, pence=pence)


def _coded(desk: FinanceDesk, pot: PotCode) -> dict[str, str]:
    """The section 251 line and cost centre of an entry that pays nobody."""
    coding = desk.policy.coding_for(pot)
    return {"section_251_line": coding.section_251_line, "cost_centre": coding.cost_centre}


EFFECTS: dict[ActKind, Callable[[FinanceDesk, Recorded], None]] = {
    ActKind.SET_BUDGETS: set_budgets,
    ActKind.IMPORT_AWARDS: opening.import_awards,
    ActKind.VIRE: vire,
    ActKind.COVER_OVERSPEND: cover_overspend,
    ActKind.RECOUP_FROM_COUNCIL: recoup_from_council,
}
"""What each act does."""
