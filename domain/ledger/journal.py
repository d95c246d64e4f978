"""Entry and posting: an entry that does not balance cannot exist.

Also what a caller asks of the ledger (the commands) and what every entry says about itself.
"""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Self
from uuid import UUID, uuid5

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from domain.frozen import Frozen
from domain.ledger.accounts import Account, FinancialYear, PotCode
from domain.money import BIGGEST_PENCE, Pence, PositivePence

_LEDGER = UUID("6f0f3c5e-6f0e-5b8c-9c39-5d0a9a1c7f42")

Period = Annotated[int, Field(ge=1, le=12)]
"""A month of the financial year: 1 is April, 12 is March."""

Reference = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}$")]
"""A code of another system or of a closed period: no spaces, so nobody writes words in it."""

PeriodName = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}/(0[1-9]|1[0-2])$")]
"""A financial year and one of its periods, such as ``2026/03``."""


class Verb(StrEnum):
    """What an entry does; each is one function of the database, the only way to write."""

    OPEN = "open"
    ALLOCATE = "allocate"
    HOLD = "hold"
    RELEASE = "release"
    COMMIT = "commit"
    PAY = "pay"
    REVERSE = "reverse"
    VIRE = "vire"
    RECOUP = "recoup"
    CANCEL = "cancel"
    CARRY_FORWARD = "carry_forward"
    AUTHORISE_OVERSPEND = "authorise_overspend"
    CLOSE = "close"
    CLOSE_ACCOUNTS = "close_accounts"
    REOPEN = "reopen"


MOVES_NOTHING = frozenset({Verb.OPEN, Verb.CLOSE, Verb.CLOSE_ACCOUNTS, Verb.REOPEN})
"""Verbs whose entries stand in the journal without a posting."""


def entry_id(act_id: UUID, verb: Verb, *more: object) -> UUID:
    """Name the one entry that an act, or a due instalment, makes by a verb (promise 4).

    What is asked again after a crash gets the same id, so the ledger knows it again. `more` tells
    apart several entries of one act, such as each instalment of a payment run.
    """
    return uuid5(_LEDGER, "/".join(map(str, (act_id, verb, *more))))


class Line(Frozen):
    """An amount of one pot and one financial year, in pence."""

    pot: PotCode
    financial_year: FinancialYear
    pence: PositivePence


class PotYear(Frozen):
    """A pot in a financial year: what is opened before it is limited."""

    pot: PotCode
    financial_year: FinancialYear


class Instalment(Frozen):
    """A dated part of a commitment: the year and period are those it falls due in."""

    number: Annotated[int, Field(ge=1)]
    due_on: date
    pot: PotCode
    financial_year: FinancialYear
    period: Period
    pence: PositivePence


class Context(Frozen):
    """What every entry says about itself, so that every penny explains itself (promise 2).

    Year and period are those of the books it is entered in, which for a late item are not those
    of the day it takes effect on. A repeated command may carry another instant: the first stands.
    """

    recorded_at: AwareDatetime
    effective_on: date
    financial_year: FinancialYear
    period: Period
    academic_year: int
    request_id: UUID | None = None
    award_id: UUID | None = None
    decision_id: UUID | None = None
    act_id: UUID | None = None
    actor_id: UUID | None = None
    policy_version_ids: tuple[str, ...] = ()
    reason: str | None = None
    authority: str | None = None
    section_251_line: str | None = None
    cost_centre: str | None = None
    reference: Reference | None = None
    """What the entry answers to outside, such as a line of an import; a code, never words."""
    run_id: UUID | None = None
    """The payment run that this payment was made in."""
    belongs_to: PeriodName | None = None
    """The closed period that a late item belongs to, and is entered after."""


def _sorted_lines(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Put lines in order, so that the same content is the same text; no pot and year twice."""
    ordered = tuple(sorted(lines, key=lambda line: (line.pot, line.financial_year)))
    if len({(line.pot, line.financial_year) for line in ordered}) != len(ordered):
        raise ValueError("A pot and year has one line.")
    return ordered


def total_by_pot_and_year(lines: Iterable[Line | Instalment]) -> tuple[Line, ...]:
    """Add up amounts that fall in the same pot and year."""
    totals: dict[tuple[str, int], int] = {}
    for line in lines:
        key = (line.pot, line.financial_year)
        totals[key] = totals.get(key, 0) + line.pence
    return tuple(
        Line(pot=pot, financial_year=year, pence=pence)
        for (pot, year), pence in sorted(totals.items())
    )


class WithLines(Frozen):
    """Shared by commands that say which amounts of which pots they move."""

    lines: Annotated[tuple[Line, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _each_pot_and_year_once(self) -> Self:
        _sorted_lines(self.lines)
        return self

    @property
    def sorted_lines(self) -> tuple[Line, ...]:
        """The lines in the one order in which they are written down."""
        return _sorted_lines(self.lines)


class OpenAccounts(Frozen):
    """Open pots for a financial year: from then on their available money has a floor."""

    verb: ClassVar[Verb] = Verb.OPEN
    id: UUID
    accounts: Annotated[tuple[PotYear, ...], Field(min_length=1)]
    context: Context


class Allocate(WithLines):
    """Give budgets to pots, out of another pot; out of the deficit only with authority."""

    verb: ClassVar[Verb] = Verb.ALLOCATE
    id: UUID
    source_pot: PotCode
    context: Context


class Hold(WithLines):
    """Reserve available money on a panel's recommendation; nobody is promised anything yet."""

    verb: ClassVar[Verb] = Verb.HOLD
    id: UUID
    context: Context


class Release(Frozen):
    """Give the whole of a hold back; a hold ends once, by this or by a commitment."""

    verb: ClassVar[Verb] = Verb.RELEASE
    id: UUID
    hold_id: UUID
    context: Context


class Commit(Frozen):
    """Promise an award's instalments against a hold, on sign-off.

    Above the hold the difference is taken from what is available in the same entry; below it the
    rest is given back. Several financial years are several lines of the one entry.
    """

    verb: ClassVar[Verb] = Verb.COMMIT
    id: UUID
    hold_id: UUID
    instalments: Annotated[tuple[Instalment, ...], Field(min_length=1)]
    context: Context

    @model_validator(mode="after")
    def _numbers_are_distinct(self) -> Self:
        if len({one.number for one in self.instalments}) != len(self.instalments):
            raise ValueError("Each instalment has its own number.")
        return self

    @property
    def lines(self) -> tuple[Line, ...]:
        """What the instalments come to, by pot and year."""
        return total_by_pot_and_year(self.instalments)


class Pay(Frozen):
    """Pay one instalment of a commitment, whole; a rejected one is due again as a new attempt."""

    verb: ClassVar[Verb] = Verb.PAY
    id: UUID
    commitment_id: UUID
    instalment_number: Annotated[int, Field(ge=1)]
    attempt: Annotated[int, Field(ge=1)] = 1
    line: Line
    context: Context


class Reverse(Frozen):
    """Undo an entry by one of its own: any that moved money, but for holds, releases and carrying.

    A payment's money is committed again, so its instalment is due again. What a commitment still
    promises is available again, as if the hold before it had been released.
    """

    verb: ClassVar[Verb] = Verb.REVERSE
    id: UUID
    reverses_id: UUID
    context: Context


Command = OpenAccounts | Allocate | Hold | Release | Commit | Pay | Reverse
"""Everything that a request asks of the ledger; what a year asks of it is in `year`."""


class Posting(Frozen):
    """One account's part of an entry: above nought is put in, below nought taken out."""

    account: Account
    pence: Pence

    @model_validator(mode="after")
    def _moves_something(self) -> Self:
        if self.pence == 0:
            raise ValueError("A posting moves something.")
        return self


class JournalEntry(Frozen):
    """An entry as it stands in the journal, for ever; a mistake is corrected by another.

    `number` only orders a listing: entries recorded at the same time may appear a little late,
    so a reader that must miss nothing starts again from before its last.
    """

    id: UUID
    number: Annotated[int, Field(ge=1)]
    verb: Verb
    context: Context
    postings: tuple[Posting, ...]
    resolves_id: UUID | None = None
    """The hold that this entry ended."""
    reverses_id: UUID | None = None
    """The entry that this one undid."""
    commitment_id: UUID | None = None
    """The commitment that this draws on: a payment, a cancelling, or money taken back."""
    instalment_number: int | None = None
    attempt: int | None = None

    @model_validator(mode="after")
    def _balances(self) -> Self:
        years: dict[int, int] = {}
        for posting in self.postings:
            year = posting.account.financial_year
            years[year] = years.get(year, 0) + posting.pence
        if any(years.values()):
            raise ValueError("An entry that does not balance in each year cannot exist.")
        if len({posting.account.order for posting in self.postings}) != len(self.postings):
            raise ValueError("An entry posts to an account once.")
        if (self.verb in MOVES_NOTHING) != (not self.postings):
            raise ValueError("An entry moves money, unless it only opens or closes.")
        return self

    @property
    def recorded_at(self) -> datetime:
        """The instant at which the entry was recorded."""
        return self.context.recorded_at


assert BIGGEST_PENCE * 100 < 2**63  # a hundred of the largest amounts still fit a database column
