"""Months and years in the record: which books are open, and what is kept when they are closed."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import text
from sqlmodel import Session, func, select

from activities.store.days import on_day
from activities.store.events import Happening, write_event
from activities.store.forecasting import cluster_of
from activities.store.session import ask
from activities.store.tables import (
    ForecastLineRow,
    RoleHeldRow,
    StatementRow,
    YearEndRow,
    YearEndSignatureRow,
)
from domain.award import Instalment
from domain.closing import Books, CarriedPot, YearAndPeriod, books_for
from domain.forecast import Forecast, ShortfallAhead
from domain.frozen import Frozen
from domain.ledger.accounts import FinancialYear
from domain.ledger.journal import Period
from domain.people import Role, RoleHeld
from domain.periods import financial_year
from domain.policy.limits import Authoriser

_IS_OPEN = text("SELECT period_is_open(:year, :period)")
_LAST_CLOSED = text(
    "SELECT actor_id FROM ledger_entry WHERE verb = 'close'"
    " AND financial_year = :year AND period = :period ORDER BY number DESC LIMIT 1"
)


class Closed(Frozen):
    """What an act does to a month, or to the last of a year: which act, which month, and when."""

    act_id: UUID
    financial_year: FinancialYear
    period: Period
    at: datetime


class YearEnded(Frozen):
    """A year that was closed: by whom, and whose signatures it has of those that it needs."""

    closed_by: UUID
    must_sign: tuple[str, ...]
    signed: dict[str, UUID]
    """Who signed, by the capacity that the policy names."""

    @property
    def left(self) -> tuple[str, ...]:
        """The capacities in which nobody has signed yet."""
        return tuple(each for each in self.must_sign if each not in self.signed)


def books(session: Session, day: date) -> Books:
    """Find the books that something of a day is entered in, and keep them open until the end.

    Nothing is refused for being late: what belongs to a closed month goes to the next open one,
    with a reference to its own. A close that comes meanwhile waits for this transaction.
    """
    closed: set[YearAndPeriod] = set()
    while True:
        found = books_for(day, closed)
        wanted = {"year": found.financial_year, "period": found.period}
        if ask(session, _IS_OPEN, wanted)[0].period_is_open:
            return found
        closed.add((found.financial_year, found.period))


def in_open_years(
    session: Session, day: date, planned: tuple[Instalment, ...]
) -> tuple[Instalment, ...]:
    """Enter what fell due in a year that has ended in the first open books after it.

    A closed month of an open year changes nothing: its promise stands in the year all the same.
    """
    return tuple(
        _moved_on(each, books(session, each.due_on))
        if each.financial_year < financial_year(day)
        else each
        for each in planned
    )


def _moved_on(planned: Instalment, entered: Books) -> Instalment:
    if entered.financial_year == planned.financial_year:
        return planned
    into = {"financial_year": entered.financial_year, "period": entered.period}
    return planned.model_copy(update=into)


def last_closed_by(session: Session, year: FinancialYear, period: Period) -> UUID | None:
    """Say who closed a month last, if anybody did."""
    wanted = {"year": year, "period": period}
    found: UUID | None = session.connection().execute(_LAST_CLOSED, wanted).scalar()
    return found


def roles_of(session: Session, person_id: UUID, day: date) -> tuple[RoleHeld, ...]:
    """The roles that a person holds on a day."""
    rows = session.exec(
        select(RoleHeldRow).where(
            RoleHeldRow.person_id == person_id,
            on_day(RoleHeldRow, day),
        )
    )
    return tuple(
        RoleHeld(
            role=Role(row.role),
            school=row.school_code,
            cluster=row.cluster_code,
            grade=row.grade,
            from_on=row.from_on,
            until_on=row.until_on,
        )
        for row in rows
    )


def signatory(authoriser: Authoriser) -> str:
    """Name whose signature is asked for: a role, and the grade where one is named."""
    return f"{authoriser.role}:{authoriser.grade}" if authoriser.grade else authoriser.role.value


def capacities(held: Iterable[RoleHeld]) -> frozenset[str]:
    """Name everything that somebody with these roles may sign as."""
    roles = tuple(held)
    graded = {signatory(Authoriser(role=each.role, grade=each.grade)) for each in roles}
    return frozenset(graded | {each.role.value for each in roles})


def save_forecast(
    session: Session, closed: Closed, seen: Forecast, short: Sequence[ShortfallAhead]
) -> None:
    """Keep what each pot was seen to come to, and say each shortfall to those it concerns."""
    lacks = {each.pot: each for each in short}
    for pot in seen.pots:
        ahead = lacks.get(pot.pot)
        row = ForecastLineRow(
            id=uuid5(closed.act_id, f"forecast/{pot.pot}"),
            act_id=closed.act_id,
            pot=pot.pot,
            cluster_code=cluster_of(pot.pot),
            financial_year=closed.financial_year,
            period=closed.period,
            budget_pence=pot.budget_pence,
            forecast_pence=pot.forecast_pence,
            shortfall_pence=ahead.short_pence if ahead else 0,
            is_warned=ahead is not None,
            makes=[list(part) for part in ahead.made_of] if ahead else [],
            made_at=closed.at,
        )
        session.add(row)
        if ahead is not None:
            _say(session, closed, row)


def save_statements(session: Session, closed: Closed, figures: dict[str, dict[str, Any]]) -> None:
    """Keep each cluster's statement of the month, and tell its chair that it is there."""
    for cluster, told in sorted(figures.items()):
        revision = _revisions(session, closed, cluster) + 1
        row = StatementRow(
            id=uuid5(closed.act_id, f"statement/{cluster}"),
            cluster_code=cluster,
            financial_year=closed.financial_year,
            period=closed.period,
            revision=revision,
            act_id=closed.act_id,
            figures=told,
            made_at=closed.at,
        )
        session.add(row)
        facts = {**_month(closed), "revision": revision}
        write_event(
            session,
            Happening(
                kind="statement_ready",
                subject="statement",
                subject_id=row.id,
                at=closed.at,
                facts=facts,
                cluster=cluster,
            ),
        )


def said_of(session: Session, closed: Closed, kind: str, **facts: Any) -> None:
    """Write the event of what became of a month or a year: codes alone."""
    happening = Happening(
        kind=kind,
        subject="finance",
        subject_id=closed.act_id,
        at=closed.at,
        facts=_month(closed) | facts,
    )
    write_event(session, happening)


def year_ended(session: Session, year: FinancialYear) -> YearEnded | None:
    """Read who closed a year, and who has signed it; nothing where it was not closed."""
    row = session.get(YearEndRow, year)
    if row is None:
        return None
    signed = session.exec(
        select(YearEndSignatureRow).where(YearEndSignatureRow.financial_year == year)
    )
    return YearEnded(
        closed_by=row.closed_by,
        must_sign=tuple(row.must_sign),
        signed={each.signed_as: each.person_id for each in signed},
    )


def save_year_end(
    session: Session, closed: Closed, ended: YearEnded, carried: Sequence[CarriedPot]
) -> None:
    """Keep that a year is closed: where what was left went, and who has to sign."""
    row = YearEndRow(
        financial_year=closed.financial_year,
        act_id=closed.act_id,
        closed_by=ended.closed_by,
        closed_at=closed.at,
        must_sign=list(ended.must_sign),
        carried=[each.model_dump(mode="json") for each in carried],
    )
    session.add(row)
    session.flush()


def save_signature(session: Session, closed: Closed, person_id: UUID, signed_as: str) -> None:
    """Keep a signature; the database refuses that of whoever closed the year."""
    row = YearEndSignatureRow(
        financial_year=closed.financial_year,
        signed_as=signed_as,
        person_id=person_id,
        act_id=closed.act_id,
        signed_at=closed.at,
    )
    session.add(row)
    session.flush()


def _month(closed: Closed) -> dict[str, Any]:
    return {"financial_year": closed.financial_year, "period": closed.period}


def _revisions(session: Session, closed: Closed, cluster: str) -> int:
    found = session.exec(
        select(func.max(StatementRow.revision)).where(
            StatementRow.cluster_code == cluster,
            StatementRow.financial_year == closed.financial_year,
            StatementRow.period == closed.period,
        )
    )
    return found.one() or 0


def _say(session: Session, closed: Closed, row: ForecastLineRow) -> None:
    facts = {
        **_month(closed),
        "pot": row.pot,
        "budget_pence": row.budget_pence,
        "forecast_pence": row.forecast_pence,
        "shortfall_pence": row.shortfall_pence,
        "made_of": row.makes,
    }
    write_event(
        session,
        Happening(
            kind="shortfall_seen_coming",
            subject="forecast",
            subject_id=row.id,
            at=closed.at,
            facts=facts,
            cluster=row.cluster_code,
        ),
    )
