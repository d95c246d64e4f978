"""Day one: live awards of the old system become opening commitments, with what it had paid.

What it paid in years before this one is entered in the year before, and given to the pot there, so
that this year's budgets carry this year's money alone.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID, uuid5

from activities.books import entered_in
from activities.finance_desk import FinanceDesk
from activities.handed_in import found_whole, to_use
from activities.ledger_says import check_done
from activities.store import deciding, files, ledger, opening
from activities.store.casework import Recorded
from activities.store.deciding import Given
from activities.store.files import FileKind, HandedIn
from activities.store.opening import Planned
from domain.finance_acts import ImportingAwards
from domain.ledger.accounts import OPENING
from domain.ledger.journal import (
    Allocate,
    Commit,
    Context,
    Hold,
    Instalment,
    Line,
    OpenAccounts,
    PotYear,
    Verb,
    entry_id,
    total_by_pot_and_year,
)
from domain.ledger.year import PayLine, PayRun
from domain.money import pounds
from domain.periods import financial_year
from domain.places import PayeeKind
from domain.refusals import BudgetExceeded

_ASKED = "to import these awards"
_WOULD_HELP = "Set the budgets first, or cover the overspend; nothing was imported."
REFERENCE = "opening"
"""What entries of an import answer to, beside the award that they name."""


def import_awards(desk: FinanceDesk, act: Recorded) -> None:
    """Promise what each live award still owes, and enter what it had paid, all or nothing."""
    said = ImportingAwards.model_validate(act.choices, strict=False)
    file = to_use(desk, said.file_id, FileKind.OPENING_AWARDS)
    cells = files.cells_of(desk.session, file.id)
    read = found_whole(files.awards_in(desk.session, cells), file, cells)
    found = opening.planned(desk.session, read, desk.day)
    _Importing(desk, act, file).bring_in(found_whole(found, file, cells))
    files.use_file(desk.session, file.id, act.id)


@dataclass(frozen=True)
class _Group:
    """The awards of one school from one pot: one commitment, its instalments in one row."""

    pot: str
    school: str
    payee_kind: PayeeKind
    awards: tuple[Planned, ...]

    @property
    def instalments(self) -> tuple[Instalment, ...]:
        """Every instalment of the commitment."""
        return tuple(one.in_pot(self.pot) for each in self.awards for one in each.instalments)


class _Importing:
    """One file of opening awards on its way into the ledger."""

    def __init__(self, desk: FinanceDesk, act: Recorded, file: HandedIn) -> None:
        self._desk, self._act, self._file = desk, act, file
        year = financial_year(desk.day)
        self._context = entered_in(desk, act, year, reason="opening", reference=REFERENCE)

    def bring_in(self, awards: tuple[Planned, ...]) -> None:
        """Make room in the years before, promise every award, and pay what was paid."""
        groups = tuple(_groups(awards))
        before, ahead = self._parted(groups)
        self._check_covered(before, ahead)
        for line in before:
            self._make_room(line)
        for group in groups:
            self._promise(group)
        given = {
            each.award.reference: self._given(group, each)
            for group in groups
            for each in group.awards
        }
        deciding.save_opening_awards(self._desk.session, given, self._act.id)
        payments = tuple(line for group in groups for line in self._payments(group))
        if payments:
            run = PayRun(id=self._id(Verb.PAY), payments=payments, context=self._context)
            answer = ledger.pay_run(self._desk.session, run)
            check_done(answer, "to enter what the old system had paid")

    def _parted(self, groups: tuple[_Group, ...]) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
        """What the awards come to by pot and year: before this financial year, and from it on."""
        lines = total_by_pot_and_year(one for group in groups for one in group.instalments)
        year = self._context.financial_year
        before = tuple(line for line in lines if line.financial_year < year)
        return before, tuple(line for line in lines if line.financial_year >= year)

    def _check_covered(self, before: tuple[Line, ...], ahead: tuple[Line, ...]) -> None:
        """Say of every pot at once what it lacks; the ledger holds it to that once more.

        A pot that has no budget for this year is one of them: that of an earlier year does not
        stand in for it (promise 5). A later year may be promised ahead of its budget.
        """
        has = {
            (each.pot, each.financial_year): each.available_pence
            for each in ledger.balances(self._desk.session)
            if each.is_open
        }
        now = self._context.financial_year
        used = {line.pot for line in (*before, *ahead) if line.financial_year <= now}
        short = [f"{pot} has no budget for {now}" for pot in sorted(used) if (pot, now) not in has]
        short += [
            f"{line.pot} in {line.financial_year} has"
            f" {pounds(has[line.pot, line.financial_year])} of {pounds(line.pence)}"
            for line in ahead
            if has.get((line.pot, line.financial_year), line.pence) < line.pence
        ]
        if short:
            raise BudgetExceeded(_ASKED, "; ".join(short), _WOULD_HELP)

    def _make_room(self, line: Line) -> None:
        """Give a pot, in a year before this one, exactly what was paid from it there."""
        balances = ledger.balances(self._desk.session, line.financial_year)
        known = {each.pot for each in balances if each.is_open}
        missing = tuple(
            PotYear(pot=pot, financial_year=line.financial_year)
            for pot in (OPENING, line.pot)
            if pot not in known
        )
        if missing:
            opened = OpenAccounts(
                id=self._id(Verb.OPEN, line.pot, line.financial_year),
                accounts=missing,
                context=self._context,
            )
            check_done(ledger.open_accounts(self._desk.session, opened), _ASKED)
        given = Allocate(
            id=self._id(Verb.ALLOCATE, line.pot, line.financial_year),
            lines=(line,),
            source_pot=OPENING,
            context=self._context,
        )
        check_done(ledger.allocate(self._desk.session, given), _ASKED)

    def _promise(self, group: _Group) -> None:
        """Hold and commit all that a school's awards are worth."""
        said = self._said(group)
        held = Hold(
            id=self._id(Verb.HOLD, *_key(group)),
            lines=total_by_pot_and_year(group.instalments),
            context=said,
        )
        check_done(ledger.hold(self._desk.session, held), _ASKED, _WOULD_HELP)
        promised = Commit(
            id=self._commit_id(group),
            hold_id=held.id,
            instalments=group.instalments,
            context=said,
        )
        check_done(ledger.commit(self._desk.session, promised), _ASKED, _WOULD_HELP)

    def _given(self, group: _Group, each: Planned) -> Given:
        award = each.award
        return Given(
            id=self._award_id(each),
            school=award.school,
            payee_code=award.payee,
            payee_kind=award.payee_kind,
            from_on=award.from_on,
            until_on=award.until_on,
            annual_pence=award.annual_pence,
            pot=award.pot,
            commit_id=self._commit_id(group),
            outcomes=(),
            review_on=None,
            instalments=each.instalments,
        )

    def _payments(self, group: _Group) -> Iterator[PayLine]:
        said = self._said(group)
        for each in group.awards:
            for paid in each.plan.paid:
                yield PayLine(
                    id=self._id(Verb.PAY, each.award.reference, paid.number),
                    commitment_id=self._commit_id(group),
                    instalment_number=paid.number,
                    award_id=self._award_id(each),
                    line=Line(pot=group.pot, financial_year=paid.financial_year, pence=paid.pence),
                    section_251_line=said.section_251_line,
                    cost_centre=said.cost_centre,
                )

    def _said(self, group: _Group) -> Context:
        coding = self._desk.policy.coding_for(group.pot, group.payee_kind)
        own = {
            "section_251_line": coding.section_251_line,
            "cost_centre": coding.cost_centre,
        }
        return self._context.model_copy(update=own)

    def _commit_id(self, group: _Group) -> UUID:
        return self._id(Verb.COMMIT, *_key(group))

    def _award_id(self, each: Planned) -> UUID:
        return uuid5(self._file.id, each.award.reference)

    def _id(self, verb: Verb, *more: object) -> UUID:
        return entry_id(self._act.id, verb, *more)


def _groups(awards: tuple[Planned, ...]) -> Iterator[_Group]:
    """Put the awards of one school and pot together, in order, numbered through."""
    found: dict[tuple[str, str, PayeeKind], list[Planned]] = defaultdict(list)
    for each in awards:
        found[each.award.pot, each.award.school, each.award.payee_kind].append(each)
    for (pot, school, payee_kind), together in sorted(found.items()):
        last, numbered = 0, []
        for each in together:
            numbered.append(each.model_copy(update={"plan": each.plan.behind(last)}))
            last += len(each.instalments)
        yield _Group(pot, school, payee_kind, tuple(numbered))


def _key(group: _Group) -> tuple[str, str, str]:
    return group.pot, group.school, group.payee_kind
