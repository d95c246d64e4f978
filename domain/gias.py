"""A download of *Get Information About Schools*: which of its rows are schools here, and what as.

Columns are named as the download names them. Types, phases and provision are those of the register
of September 2026; a type that is not here is left out and counted, never guessed.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from domain.cells import NOT_TEXT, CellFault, FileFaults, in_order
from domain.frozen import Frozen
from domain.places import PayeeKind, Phase, Setting

_URN, _LA, _NUMBER = "URN", "LA (code)", "EstablishmentNumber"
_NAME, _TYPE = "EstablishmentName", "TypeOfEstablishment (name)"
_STATUS, _OPENS, _CLOSES = "EstablishmentStatus (name)", "OpenDate", "CloseDate"
_PHASE, _LOW, _HIGH = "PhaseOfEducation (name)", "StatutoryLowAge", "StatutoryHighAge"
_TRUST, _TRUST_NAME = "Trusts (code)", "Trusts (name)"
_PROVISION = "TypeOfResourcedProvision (name)"
COLUMNS = (
    *(_URN, _LA, _NUMBER, _NAME, _TYPE, _STATUS, _OPENS, _CLOSES),
    *(_PHASE, _LOW, _HIGH, _TRUST, _TRUST_NAME, _PROVISION),
)
"""What has to be there; of the columns SEN1 to SEN13 those that are, are read."""

_MAINTAINED, _ACADEMY = PayeeKind.MAINTAINED_SCHOOL, PayeeKind.ACADEMY_TRUST
_BY_INVOICE = PayeeKind.PROVIDER
_TYPES: dict[str, tuple[PayeeKind, Setting]] = {
    "community school": (_MAINTAINED, Setting.MAINSTREAM),
    "voluntary aided school": (_MAINTAINED, Setting.MAINSTREAM),
    "voluntary controlled school": (_MAINTAINED, Setting.MAINSTREAM),
    "foundation school": (_MAINTAINED, Setting.MAINSTREAM),
    "local authority nursery school": (_MAINTAINED, Setting.MAINSTREAM),
    "community special school": (_MAINTAINED, Setting.SPECIAL),
    "foundation special school": (_MAINTAINED, Setting.SPECIAL),
    "pupil referral unit": (_MAINTAINED, Setting.ALTERNATIVE_PROVISION),
    "academy converter": (_ACADEMY, Setting.MAINSTREAM),
    "academy sponsor led": (_ACADEMY, Setting.MAINSTREAM),
    "academy 16-19 converter": (_ACADEMY, Setting.MAINSTREAM),
    "academy 16 to 19 sponsor led": (_ACADEMY, Setting.MAINSTREAM),
    "free schools": (_ACADEMY, Setting.MAINSTREAM),
    "free schools 16 to 19": (_ACADEMY, Setting.MAINSTREAM),
    "city technology college": (_ACADEMY, Setting.MAINSTREAM),
    "university technical college": (_ACADEMY, Setting.MAINSTREAM),
    "studio schools": (_ACADEMY, Setting.MAINSTREAM),
    "academy special converter": (_ACADEMY, Setting.SPECIAL),
    "academy special sponsor led": (_ACADEMY, Setting.SPECIAL),
    "free schools special": (_ACADEMY, Setting.SPECIAL),
    "academy alternative provision converter": (_ACADEMY, Setting.ALTERNATIVE_PROVISION),
    "academy alternative provision sponsor led": (_ACADEMY, Setting.ALTERNATIVE_PROVISION),
    "free schools alternative provision": (_ACADEMY, Setting.ALTERNATIVE_PROVISION),
    "further education": (_BY_INVOICE, Setting.MAINSTREAM),
    "sixth form centres": (_BY_INVOICE, Setting.MAINSTREAM),
    "other independent school": (_BY_INVOICE, Setting.MAINSTREAM),
    "other independent special school": (_BY_INVOICE, Setting.SPECIAL),
    "non-maintained special school": (_BY_INVOICE, Setting.SPECIAL),
    "special post 16 institution": (_BY_INVOICE, Setting.SPECIAL),
}
_PHASES = {
    "nursery": Phase.EARLY_YEARS,
    "primary": Phase.PRIMARY,
    "middle deemed primary": Phase.PRIMARY,
    "secondary": Phase.SECONDARY,
    "middle deemed secondary": Phase.SECONDARY,
    "all-through": Phase.ALL_THROUGH,
    "16 plus": Phase.POST_16,
}
_WITH_PROVISION = {"resourced provision", "sen unit", "resourced provision and sen unit"}
_OPEN = {"open", "open, but proposed to close"}
_OPENING, _CLOSED = "proposed to open", "closed"
_DAY = re.compile(r"([0-9]{2})[-/]([0-9]{2})[-/]([0-9]{4})")
_SEN = re.compile(r"SEN(1[0-3]|[1-9]) \(name\)")
_CODE = re.compile(r"[a-z0-9][a-z0-9_.:-]{0,63}")
_LONGEST_NAME = 200
_COMPULSORY_FROM, _COMPULSORY_UNTIL = 5, 16
_FIRST_OF_MIDDLE, _LAST_OF_PRIMARY = 9, 12
"""Ages: of compulsory education, and where middle schools begin and the last primaries end."""


class SchoolFacts(Frozen):
    """What a school is called and is, on a day."""

    urn: str | None
    name: str
    phase: Phase
    setting: Setting
    payee_kind: PayeeKind


class TrustListed(Frozen):
    """A trust as the register lists it with a school: by its group number and its name."""

    code: str
    name: str


class Establishment(Frozen):
    """An open or opening school of the council, as a row of the download has it."""

    row: int
    """As a spreadsheet counts: the headings are row 1."""
    number: str
    """Its DfE number, council and establishment: a school keeps it when it becomes an academy."""
    facts: SchoolFacts
    trust: TrustListed | None
    opens_on: date | None
    is_open: bool
    expertise: frozenset[str]
    """The needs for which the register says it has provision, as its own short codes."""


class Download(Frozen):
    """What a download says of one council's schools."""

    council: str
    schools: tuple[Establishment, ...]
    closed: dict[str, date | None]
    """URN of each that has closed, and when, where the register says."""
    left_out: dict[str, int]
    """Open rows of types that are no schools here, counted by type."""


def read_download(content: bytes, council: str | None = None) -> Download | FileFaults:
    """Read a council's schools from a download, or list every fault by row and column.

    ``council`` is the three digits of ``LA (code)``; without it the file has to be of one council.
    """
    try:
        table = csv.DictReader(io.StringIO(_text(content), newline=""))
        headings = table.fieldnames or ()
        rows = [(number, row) for number, row in enumerate(table, start=2) if any(row.values())]
    except csv.Error:
        return _whole("is no CSV", "Hand in the file as it was downloaded.")
    missing = [name for name in COLUMNS if name not in headings]
    if missing:
        help_ = "Download all establishment data, and change nothing in it."
        faults = [
            CellFault(row=1, column=name, says="is missing", would_help=help_) for name in missing
        ]
        return FileFaults(faults=tuple(faults))
    councils = {str(row[_LA]).strip() for _, row in rows}
    if council is None and len(councils) == 1:
        (council,) = councils
    if council not in councils:
        return _no_council(councils, council)
    own = [_Row(n, row) for n, row in rows if str(row[_LA]).strip() == council]
    return _of_council(council, own, [name for name in headings if _SEN.fullmatch(name)])


class _Row:
    """One row of the download; what it cannot give is noted as a fault."""

    def __init__(self, number: int, values: Mapping[str | None, str | list[str] | None]) -> None:
        self.number = number
        self.faults: list[CellFault] = []
        self._values = values

    def text(self, column: str) -> str:
        return str(self._values.get(column) or "").strip()

    def fault(self, column: str, says: str, would_help: str) -> None:
        at = CellFault(row=self.number, column=column, says=says, would_help=would_help)
        self.faults.append(at)

    def matching(self, column: str, pattern: str, would_help: str) -> str:
        text = self.text(column)
        if not re.fullmatch(pattern, text):
            self.fault(column, "is not of its form" if text else "is empty", would_help)
        return text

    def day(self, column: str) -> date | None:
        """Give a day as the register writes it, 01-09-2026; none where there is none."""
        text = self.text(column)
        found = _DAY.fullmatch(text)
        if not text:
            return None
        try:
            if found:
                return date(int(found[3]), int(found[2]), int(found[1]))
        except ValueError:
            found = None
        self.fault(column, "is no day", "The register writes days as 01-09-2026.")
        return None


def _text(content: bytes) -> str:
    """Decode a download: the register writes Windows-1252, and UTF-8 once it was saved again."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _whole(says: str, would_help: str) -> FileFaults:
    return FileFaults(faults=(CellFault(row=0, column="", says=says, would_help=would_help),))


def _no_council(councils: set[str], asked: str | None) -> FileFaults:
    if asked is not None:
        says = "has no establishment of that council"
        return _whole(says, "Give the three digits of its LA (code).")
    if not councils:
        return _whole("has no establishment", "Download all establishment data.")
    says = f"has establishments of {len(councils)} councils"
    return _whole(says, "Say which is yours, by the three digits of its LA (code).")


def _of_council(council: str, rows: Sequence[_Row], sen: Sequence[str]) -> Download | FileFaults:
    left_out: Counter[str] = Counter()
    closed: dict[str, date | None] = {}
    schools: list[Establishment] = []
    for row in rows:
        status = row.text(_STATUS).casefold()
        if status == _CLOSED:
            closed[row.text(_URN)] = row.day(_CLOSES)
        elif status not in _OPEN | {_OPENING}:
            row.fault(_STATUS, "is no status of the register", "Open, closed or proposed to open.")
        elif row.text(_TYPE).casefold() not in _TYPES:
            left_out[row.text(_TYPE) or "no type"] += 1
        elif status == _OPENING and not row.text(_OPENS):
            left_out["Proposed to open, without a day"] += 1
        else:
            schools.append(_school(row, council, sen, is_open=status in _OPEN))
    faults = [fault for row in rows for fault in row.faults]
    faults += _twice(schools)
    if faults:
        return in_order(faults)
    return Download(council=council, schools=tuple(schools), closed=closed, left_out=dict(left_out))


def _school(row: _Row, council: str, sen: Sequence[str], *, is_open: bool) -> Establishment:
    """Read a school; where the row has faults, what is read stands in for them and goes nowhere."""
    payee_kind, setting = _TYPES[row.text(_TYPE).casefold()]
    if setting is Setting.MAINSTREAM and row.text(_PROVISION).casefold() in _WITH_PROVISION:
        setting = Setting.RESOURCE_PROVISION
    name = row.text(_NAME)
    if not name or NOT_TEXT in name or len(name) > _LONGEST_NAME:
        row.fault(_NAME, "is no name", "Hand in the file as it was downloaded.")
    urn = row.matching(_URN, r"[0-9]{6}", "A URN has six digits.")
    number = row.matching(_NUMBER, r"[0-9]{4}|", "An establishment's number has four digits.")
    return Establishment(
        row=row.number,
        number=f"{council}{number}" if number else f"urn{urn}",
        facts=SchoolFacts(
            urn=urn, name=name, phase=_phase(row), setting=setting, payee_kind=payee_kind
        ),
        trust=_trust(row) if payee_kind is PayeeKind.ACADEMY_TRUST else None,
        opens_on=row.day(_OPENS),
        is_open=is_open,
        expertise=frozenset(_expertise(row, sen)),
    )


def _phase(row: _Row) -> Phase:
    """Give the phase, or what the ages come to: special schools and units have no phase."""
    named = _PHASES.get(row.text(_PHASE).casefold())
    if named is not None:
        return named
    low, high = (
        row.matching(name, r"[0-9]{1,2}", "Ages are whole years.") for name in (_LOW, _HIGH)
    )
    if not (low.isdigit() and high.isdigit()):
        return Phase.ALL_THROUGH
    return _of_ages(int(low), int(high))


def _of_ages(low: int, high: int) -> Phase:
    if high <= _COMPULSORY_FROM:
        return Phase.EARLY_YEARS
    if high <= _LAST_OF_PRIMARY:
        return Phase.PRIMARY
    if low >= _COMPULSORY_UNTIL:
        return Phase.POST_16
    return Phase.SECONDARY if low >= _FIRST_OF_MIDDLE else Phase.ALL_THROUGH


def _trust(row: _Row) -> TrustListed | None:
    code, name = row.text(_TRUST), row.text(_TRUST_NAME)
    if not code and not name:
        return None
    if not _CODE.fullmatch(code.casefold()):
        row.fault(_TRUST, "is no group number", "The register gives a trust's number and name.")
    if not name or NOT_TEXT in name or len(name) > _LONGEST_NAME:
        row.fault(_TRUST_NAME, "is no name", "The register gives a trust's number and name.")
    return TrustListed(code=code.casefold(), name=name)


def _expertise(row: _Row, columns: Sequence[str]) -> Iterator[str]:
    """Give the codes of the needs provided for, as "slcn" of "SLCN - Speech, language and ..."."""
    for column in columns:
        code = row.text(column).partition(" - ")[0].strip().casefold()
        if code not in ("", "not applicable"):
            if _CODE.fullmatch(code):
                yield code
            else:
                row.fault(column, "is no type of provision", "It begins with a short code.")


def _twice(schools: Sequence[Establishment]) -> Iterator[CellFault]:
    """Say which open schools have a URN, or a number, that another row has too."""
    for column, of in (
        (_URN, [(each.facts.urn, each.row) for each in schools]),
        (_NUMBER, [(each.number, each.row) for each in schools if each.is_open]),
    ):
        first: dict[str | None, int] = {}
        for value, row in of:
            if value in first:
                says = f"is that of row {first[value]} too"
                yield CellFault(row=row, column=column, says=says, would_help="Keep one of them.")
            first.setdefault(value, row)
