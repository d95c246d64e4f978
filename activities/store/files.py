"""Files that finance hands in: rows and their bytes, and what the domain reads in them.

What a file may name is what the record knows on the day: its pots, its schools, its years.
"""

from collections.abc import Set as AbstractSet
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from activities.store.locks import NO_KEY
from activities.store.sheets import read_cells
from activities.store.tables import AreaRow, ClusterRow, FileRow, SchoolRow
from domain.budgeting import AwardFile, BudgetFile, award_rows, budget_rows
from domain.cells import Cells, FileFaults
from domain.frozen import Frozen
from domain.ledger.accounts import (
    COMMISSIONED,
    COUNCIL_CONTINGENCY,
    EXCEPTIONAL,
    HIGH_NEEDS_BLOCK,
    FinancialYear,
    PotCode,
    area_contingency,
    cluster_contingency,
    cluster_pot,
)
from domain.periods import financial_year
from domain.refusals import NotAtThisStage, Unknown

YEARS_AHEAD = 2
"""A budget is set for this financial year or one of the next two; another is a slip of the pen."""


class FileKind(StrEnum):
    """What a file that is handed in says."""

    BUDGETS = "budgets"
    OPENING_AWARDS = "opening_awards"
    ANSWER = "answer"


class HandedIn(Frozen):
    """A file as the record has it, without its bytes."""

    id: UUID
    kind: FileKind
    sha256: str
    form: str
    rows: int
    total_pence: int | None
    handed_in_by: UUID
    handed_in_at: datetime
    act_id: UUID | None
    """The act that made of it what it says."""


def file_of(session: Session, file_id: UUID) -> HandedIn | None:
    """Read a file's row, if there is one of that id."""
    row = session.get(FileRow, file_id)
    return _handed_in(row) if row else None


def take_file(session: Session, file_id: UUID) -> HandedIn | None:
    """Read a file's row and lock it until the transaction ends."""
    row = session.get(FileRow, file_id, with_for_update=NO_KEY)
    return _handed_in(row) if row else None


def not_used(file: HandedIn | None, kind: FileKind) -> HandedIn:
    """Refuse a file that is not there, says something else, or has taken effect already."""
    asked = f"to use this file of {kind.replace('_', ' ')}"
    if file is None or file.kind is not kind:
        raise Unknown(asked, "no such file was handed in", "Hand the file in first.")
    if file.act_id is not None:
        raise NotAtThisStage(
            asked,
            f"it took effect already, by the act {file.act_id}",
            "Nothing was changed, and nothing has to be said twice. Something further is a further"
            " file, with an authority of its own.",
        )
    return file


def use_file(session: Session, file_id: UUID, act_id: UUID) -> None:
    """Say which act made of a file what it says; the database holds that it is one."""
    session.get_one(FileRow, file_id).act_id = act_id
    session.flush()


def cells_of(session: Session, file_id: UUID) -> Cells:
    """Read a kept file's cells; it was found readable before it was kept."""
    found = read_cells(session.get_one(FileRow, file_id).content)
    assert not isinstance(found, FileFaults), "a kept file can be read"
    return found


def budgets_in(session: Session, cells: Cells, day: date) -> BudgetFile | FileFaults:
    """Read budgets, of the years and pots that may have one on a day."""
    this_year = financial_year(day)
    return budget_rows(cells, years_from(this_year), pots_of(session))


def awards_in(session: Session, cells: Cells) -> AwardFile | FileFaults:
    """Read live awards of the old system, of schools and pots that are known."""
    schools = frozenset(session.exec(select(SchoolRow.code)))
    return award_rows(cells, schools, pots_of(session))


def years_from(year: FinancialYear) -> AbstractSet[FinancialYear]:
    """Give the years that budgets may be set for in a year."""
    return frozenset(range(year, year + YEARS_AHEAD + 1))


def pots_of(session: Session) -> AbstractSet[PotCode]:
    """Name every pot that may have a budget: the council's, and each cluster's and area's."""
    clusters = session.exec(select(ClusterRow.code)).all()
    areas = session.exec(select(AreaRow.code)).all()
    return frozenset(
        {
            HIGH_NEEDS_BLOCK,
            EXCEPTIONAL,
            COUNCIL_CONTINGENCY,
            COMMISSIONED,
            *map(cluster_pot, clusters),
            *map(cluster_contingency, clusters),
            *map(area_contingency, areas),
        }
    )


def latest_files(session: Session, limit: int) -> tuple[HandedIn, ...]:
    """List files that were handed in, the latest first."""
    rows = session.exec(
        select(FileRow)
        .order_by(col(FileRow.handed_in_at).desc(), col(FileRow.id))
        .limit(limit)
        .options(defer(FileRow.content))  # type: ignore[arg-type]
    )
    return tuple(_handed_in(row) for row in rows)


def _handed_in(row: FileRow) -> HandedIn:
    facts = row.model_dump(include=set(HandedIn.model_fields))
    return HandedIn.model_validate(facts, strict=False)
