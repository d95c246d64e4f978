"""Budgets as finance sees them: files handed in, what each line gave, and a formula's shares."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlmodel import Session, col, select

from activities.store import files, ledger
from activities.store.files import HandedIn
from activities.store.policies import document_on
from activities.store.reading.caller import Caller
from activities.store.reading.ledger import check_may_look
from activities.store.tables import BudgetLineRow, ClusterRow, FileRow
from domain.budgeting import BUDGET_COLUMNS
from domain.closing import by_academic_year
from domain.finance_acts import Reference, Year
from domain.formula import ClusterCounts, FormulaShares, formula_shares
from domain.frozen import Frozen
from domain.ledger.accounts import FinancialYear, cluster_pot
from domain.money import PositivePence
from domain.people import Role
from domain.policy.finance import Finance, FormulaFactor
from domain.refusals import NoPolicyInForce, RoleNeeded, Unknown
from domain.request import Code, Pence
from domain.stages import ALLOWED_TO, ActKind

_MOST_FILES = 200


class BudgetLineView(Frozen):
    """What a line of a file gave to a pot in a year, in both years' columns; pence."""

    entry_id: UUID
    file_id: UUID
    file_sha256: str
    row: int
    pot: str
    financial_year: FinancialYear
    pence: int
    april_to_august_pence: int
    """5/12, in the academic year that began before the financial year."""
    september_to_march_pence: int
    """7/12, in the academic year that begins in it."""
    section_251_line: str
    cost_centre: str
    authority: str
    set_at: datetime


class AskingFormula(Frozen):
    """A total for clusters to share, with what the formula counts of each."""

    total_pence: PositivePence
    financial_year: Year
    authority: Reference
    """The decision under which the shares would be handed in as budgets."""
    clusters: Annotated[tuple[ClusterCounts, ...], Field(min_length=1, max_length=500)]


class FormulaView(Frozen):
    """Shares with their working, and the same as a file of budgets that can be handed in."""

    shares: FormulaShares
    working: tuple[str, ...]
    policy_authority: str
    """The decision that the formula's rule rests on."""
    policy_in_force_from: date
    budgets_csv: str


class ClusterBasis(Frozen):
    """A cluster that a total may be shared between, and what it was given the year before."""

    cluster: Code
    name: str
    last_year_pence: Pence | None
    """Nothing where it had no budget in that year."""


class FormulaBasis(Frozen):
    """What a total is shared by today: the formula in force, and the clusters."""

    financial_year: FinancialYear
    """The year that would be shared; the year before it is the last year."""
    factors: tuple[FormulaFactor, ...]
    """What the formula in force counts of each cluster."""
    policy_authority: str
    policy_in_force_from: date
    clusters: tuple[ClusterBasis, ...]


def formula_basis(session: Session, caller: Caller, year: FinancialYear) -> FormulaBasis:
    """Say what the formula in force today counts, of which clusters, and what each had last year.

    For those who share a total by it, and those who try other formulas.
    """
    if not caller.holds(Role.FINANCE_OFFICER, *ALLOWED_TO[ActKind.MODEL_POLICIES]):
        raise RoleNeeded("to share a total by the formula", "it is finance's and policy officers'")
    policy = document_on(session, "finance", Finance, caller.day)
    if policy is None:
        raise NoPolicyInForce("to share a total", "no finance policy is in force today")
    given = {each.pot: each.allocated_pence for each in ledger.balances(session, year - 1, None)}
    named = session.exec(select(ClusterRow).order_by(ClusterRow.name)).all()
    return FormulaBasis(
        financial_year=year,
        factors=policy.formula.factors,
        policy_authority=policy.authority,
        policy_in_force_from=policy.in_force_from,
        clusters=tuple(
            ClusterBasis(
                cluster=row.code, name=row.name, last_year_pence=given.get(cluster_pot(row.code))
            )
            for row in named
        ),
    )


def handed_in(session: Session, caller: Caller, file_id: UUID) -> HandedIn:
    """Read what is known of a file that was handed in."""
    check_finance(caller, "to read a file that was handed in")
    found = files.file_of(session, file_id)
    if found is None:
        raise Unknown("this file", "there is none of that id")
    return found


def latest_files(session: Session, caller: Caller) -> tuple[HandedIn, ...]:
    """List the files that were handed in, the latest first."""
    check_finance(caller, "to list files that were handed in")
    return files.latest_files(session, _MOST_FILES)


def file_content(session: Session, caller: Caller, file_id: UUID) -> tuple[str, bytes]:
    """Give a file back as it came: its form and its bytes."""
    found = handed_in(session, caller, file_id)
    return found.form, session.get_one(FileRow, file_id).content


def budget_lines(session: Session, caller: Caller, year: int) -> tuple[BudgetLineView, ...]:
    """List what the files gave each pot in a year, for those who may look into the ledger."""
    check_may_look(caller)
    rows = session.exec(
        select(BudgetLineRow, FileRow.sha256, FileRow.handed_in_at)
        .join(FileRow, col(FileRow.id) == col(BudgetLineRow.file_id))
        .where(BudgetLineRow.financial_year == year)
        .order_by(col(BudgetLineRow.pot), col(BudgetLineRow.authority))
    )
    return tuple(_line_view(row, sha256, at) for row, sha256, at in rows)


def formula_share(session: Session, caller: Caller, asked: AskingFormula) -> FormulaView:
    """Share a total by the formula of the finance policy in force today, and show the working."""
    check_finance(caller, "to share a total by the formula")
    policy = document_on(session, "finance", Finance, caller.day)
    if policy is None:
        raise NoPolicyInForce("to share a total", "no finance policy is in force today")
    shared = formula_shares(asked.total_pence, asked.clusters, policy.formula)
    return FormulaView(
        shares=shared,
        working=shared.lines(),
        policy_authority=policy.authority,
        policy_in_force_from=policy.in_force_from,
        budgets_csv=_as_budgets(shared, asked, policy),
    )


def check_finance(caller: Caller, asked: str) -> None:
    """Refuse what is finance's alone."""
    if not caller.holds(Role.FINANCE_OFFICER):
        raise RoleNeeded(asked, "it is finance's")


def _as_budgets(shared: FormulaShares, asked: AskingFormula, policy: Finance) -> str:
    """Write shares as a file of budgets: codes and numbers alone, so nothing needs quoting."""
    lines = [",".join(BUDGET_COLUMNS)]
    for share in shared.shares:
        pot = cluster_pot(share.cluster)
        coding = policy.coding_for(pot)
        cells = {
            "pot": pot,
            "financial_year": str(asked.financial_year),
            "amount": f"{share.pence // 100}.{share.pence % 100:02}",
            "section_251_line": coding.section_251_line,
            "cost_centre": coding.cost_centre,
            "authority": asked.authority,
        }
        if share.pence:
            lines.append(",".join(cells[name] for name in BUDGET_COLUMNS))
    return "\r\n".join((*lines, ""))


def _line_view(row: BudgetLineRow, sha256: str, at: datetime) -> BudgetLineView:
    columns = by_academic_year(row.pence)
    facts = row.model_dump(exclude={"id"})
    return BudgetLineView(**facts, **dict(columns), entry_id=row.id, file_sha256=sha256, set_at=at)
