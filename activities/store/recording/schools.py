"""Schools as the register has them: a download held against the record, and what follows written.

Nothing of the past is altered: what has changed ends, and what is now begins that day.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from sqlmodel import Session, SQLModel, col, select

from activities.store.sheets import read_cells
from activities.store.tables import (
    ClusterRow,
    SchoolExpertiseRow,
    SchoolFactsRow,
    SchoolInClusterRow,
    SchoolInTrustRow,
    SchoolRow,
    TrustRow,
)
from domain.cells import FileFaults
from domain.expertise import Expertise, read_expertise
from domain.frozen import Frozen
from domain.gias import SchoolFacts, read_download
from domain.places import PayeeKind, Phase, Setting
from domain.school_changes import (
    Changed,
    Known,
    Registered,
    SchoolChange,
    SchoolPlan,
    plan,
    read_places,
)

_DAY = timedelta(days=1)
_REGISTER, _COUNCIL = "register", "council"
_BELONGS: tuple[Any, ...] = (
    SchoolFactsRow,
    SchoolInTrustRow,
    SchoolInClusterRow,
    SchoolExpertiseRow,
)


class SchoolFiles(Frozen):
    """What is handed in of schools: the register's download, and which cluster each belongs to."""

    download: bytes
    places: bytes | None = None
    council: str | None = None
    """The three digits of its ``LA (code)``; not needed where the download is of one council."""
    on: date
    """The day of the download: from then on holds what it says otherwise than the record."""


def planned_schools(session: Session, files: SchoolFiles) -> SchoolPlan | FileFaults:
    """Say what the files change, or every fault of them; nothing is written."""
    cells = read_cells(files.places) if files.places is not None else []
    if isinstance(cells, FileFaults):
        return cells
    places = read_places(cells) if files.places is not None else ()
    download = read_download(files.download, files.council)
    faults = [each for each in (download, places) if isinstance(each, FileFaults)]
    if faults:
        return FileFaults(faults=tuple(fault for each in faults for fault in each.faults))
    assert not isinstance(download, FileFaults)
    assert not isinstance(places, FileFaults)
    return plan(_known(session), download, places, files.on)


def write_schools(session: Session, planned: SchoolPlan) -> None:
    """Write what a plan says, each change by its day."""
    for trust in planned.trusts:
        session.merge(TrustRow(code=trust.code, name=trust.name))
    session.flush()
    for change in planned.changes:
        _WRITTEN_BY[change.what](session, change)
        session.flush()


def planned_expertise(session: Session, content: bytes) -> tuple[Expertise, ...] | FileFaults:
    """Read a council's file of what its schools have expertise in, or list every fault of it."""
    cells = read_cells(content)
    if isinstance(cells, FileFaults):
        return cells
    rows = session.exec(select(SchoolExpertiseRow).where(SchoolExpertiseRow.told_by == _COUNCIL))
    held = [
        Expertise(
            school=row.school_code,
            expertise=row.expertise,
            from_on=row.from_on,
            until_on=row.until_on,
        )
        for row in rows
    ]
    return read_expertise(cells, frozenset(session.exec(select(SchoolRow.code))), held)


def write_expertise(session: Session, told: tuple[Expertise, ...]) -> int:
    """Write what is new, and the ends that are; say how many rows there were of either."""
    count = 0
    for each in told:
        row = session.exec(
            select(SchoolExpertiseRow).where(
                SchoolExpertiseRow.school_code == each.school,
                SchoolExpertiseRow.expertise == each.expertise,
                SchoolExpertiseRow.told_by == _COUNCIL,
                SchoolExpertiseRow.from_on == each.from_on,
            )
        ).first()
        if row is None:
            facts = {**each.model_dump(exclude={"school"}), "school_code": each.school}
            row = SchoolExpertiseRow(id=uuid4(), told_by=_COUNCIL, **facts)
        elif row.until_on == each.until_on or each.until_on is None:
            continue
        row.until_on = each.until_on
        session.add(row)
        session.flush()
        count += 1
    return count


def _known(session: Session) -> Known:
    last = {
        row.school_code: row
        for row in session.exec(select(SchoolFactsRow).order_by(col(SchoolFactsRow.from_on)))
    }
    trusts = {row.school_code: row for row in _open(session, SchoolInTrustRow)}
    clusters = {row.school_code: row for row in _open(session, SchoolInClusterRow)}
    needs: dict[str, set[str]] = {}
    for row in _open(session, SchoolExpertiseRow):
        if row.told_by == _REGISTER:
            needs.setdefault(row.school_code, set()).add(row.expertise)
    return Known(
        schools=tuple(
            Registered(
                code=code,
                facts=SchoolFacts(
                    urn=row.urn,
                    name=row.name,
                    phase=Phase(row.phase),
                    setting=Setting(row.setting),
                    payee_kind=PayeeKind(row.payee_kind),
                ),
                facts_from_on=row.from_on,
                trust=trusts[code].trust_code if code in trusts else None,
                trust_from_on=trusts[code].from_on if code in trusts else None,
                cluster=clusters[code].cluster_code if code in clusters else None,
                cluster_from_on=clusters[code].from_on if code in clusters else None,
                expertise=frozenset(needs.get(code, ())),
                has_ended=row.until_on is not None,
            )
            for code, row in sorted(last.items())
        ),
        trusts={row.code: row.name for row in session.exec(select(TrustRow))},
        clusters=frozenset(session.exec(select(ClusterRow.code))),
    )


def _open(session: Session, table: Any, **of: object) -> list[Any]:
    """Rows of a table that hold until further notice."""
    query = select(table).where(col(table.until_on).is_(None))
    return list(session.exec(query.filter_by(**of)))


def _end(session: Session, table: Any, on: date, **of: object) -> None:
    """End what holds, on the day, or a day after it begins where that comes later."""
    for row in _open(session, table, **of):
        row.until_on = max(on, row.from_on + _DAY)
        session.add(row)
    session.flush()


def _write_facts(session: Session, change: SchoolChange) -> None:
    assert change.facts is not None
    facts = change.facts.model_dump(mode="json")
    _end(session, SchoolFactsRow, change.from_on, school_code=change.school)
    present = {name: facts[name] for name in ("name", "phase", "payee_kind")}
    row = session.get(SchoolRow, change.school) or SchoolRow(code=change.school, **present)
    for name, value in present.items():
        setattr(row, name, value)
    _put(session, row, SchoolFactsRow, change, **facts)


def _write_trust(session: Session, change: SchoolChange) -> None:
    _end(session, SchoolInTrustRow, change.from_on, school_code=change.school)
    if change.to is not None:
        _put(session, None, SchoolInTrustRow, change, trust_code=change.to)


def _write_cluster(session: Session, change: SchoolChange) -> None:
    _end(session, SchoolInClusterRow, change.from_on, school_code=change.school)
    _put(session, None, SchoolInClusterRow, change, cluster_code=change.to)


def _begin_expertise(session: Session, change: SchoolChange) -> None:
    _put(session, None, SchoolExpertiseRow, change, expertise=change.to, told_by=_REGISTER)


def _end_expertise(session: Session, change: SchoolChange) -> None:
    of = {"school_code": change.school, "expertise": change.to, "told_by": _REGISTER}
    _end(session, SchoolExpertiseRow, change.from_on, **of)


def _end_school(session: Session, change: SchoolChange) -> None:
    for table in _BELONGS:
        _end(session, table, change.from_on, school_code=change.school)


def _put(
    session: Session, first: SQLModel | None, table: Any, change: SchoolChange, **facts: object
) -> None:
    if first is not None:
        session.add(first)
        session.flush()
    session.add(table(id=uuid4(), school_code=change.school, from_on=change.from_on, **facts))


_WRITTEN_BY: dict[Changed, Callable[[Session, SchoolChange], None]] = {
    Changed.SCHOOL: _write_facts,
    Changed.FACTS: _write_facts,
    Changed.TRUST: _write_trust,
    Changed.CLUSTER: _write_cluster,
    Changed.EXPERTISE_BEGINS: _begin_expertise,
    Changed.EXPERTISE_ENDS: _end_expertise,
    Changed.ENDED: _end_school,
}
