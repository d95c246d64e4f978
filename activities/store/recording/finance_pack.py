"""What finance hands out and takes in by file: packs that went out, notional budgets of schools."""

from datetime import datetime
from typing import Annotated
from uuid import uuid4

from pydantic import Field
from sqlalchemy import text
from sqlmodel import Session, col, select

from activities.store.events import Happening, write_event
from activities.store.tables import FinancePackRow, SchoolNotionalRow, SchoolRow
from domain.finance_acts import Reference, Year
from domain.frozen import Frozen
from domain.ledger.accounts import FinancialYear
from domain.ledger.journal import Period
from domain.refusals import NotValid
from domain.request import Code, Pence

_LAST_NOTIONAL = text(
    "SELECT DISTINCT ON (school_code) school_code, revision, pence FROM school_notional"
    " WHERE financial_year = :year ORDER BY school_code, revision DESC"
)


class PackMade(Frozen):
    """A month's pack as it goes out: its files by hash, and the ledger's sealed head in it."""

    financial_year: FinancialYear
    period: Period
    head: str
    files: dict[str, str]


class NotionalBudgets(Frozen):
    """Schools' notional SEN budgets of a financial year, pence, and where they are published."""

    financial_year: Year
    authority: Reference
    pence: Annotated[dict[Code, Pence], Field(min_length=1)]


def keep_pack(session: Session, made: PackMade, now: datetime) -> None:
    """Keep that a pack went out, and say so: what it vouched for is found against its head."""
    row = FinancePackRow(
        id=uuid4(),
        financial_year=made.financial_year,
        period=made.period,
        head=made.head,
        files=made.files,
        made_at=now,
    )
    session.add(row)
    facts = {
        "financial_year": made.financial_year,
        "period": made.period,
        "head": made.head,
        "files": len(made.files),
    }
    write_event(
        session,
        Happening(
            kind="finance_pack_made", subject="finance_pack", subject_id=row.id, at=now, facts=facts
        ),
    )


def load_notional(session: Session, budgets: NotionalBudgets, now: datetime) -> int:
    """Write schools' notional budgets; what stands as it is said stays. Gives how many changed.

    A school that the record does not know is refused with all others like it, and none is written.
    """
    known = set(session.exec(select(SchoolRow.code).where(col(SchoolRow.code).in_(budgets.pence))))
    if unknown := sorted(set(budgets.pence) - known):
        raise NotValid("to load notional budgets", f"no such school: {', '.join(unknown)}")
    rows = session.connection().execute(_LAST_NOTIONAL, {"year": budgets.financial_year})
    last = {row.school_code: (row.revision, row.pence) for row in rows}
    changed = 0
    for school, pence in sorted(budgets.pence.items()):
        revision, stands = last.get(school, (0, None))
        if stands != pence:
            changed += 1
            session.add(
                SchoolNotionalRow(
                    school_code=school,
                    financial_year=budgets.financial_year,
                    revision=revision + 1,
                    pence=pence,
                    authority=budgets.authority,
                    loaded_at=now,
                )
            )
    return changed
