"""A made-up download of the register: the columns that are read, in the register's own form."""

import csv
import io
from collections.abc import Sequence
from datetime import date

from domain.cells import FileFaults
from domain.gias import COLUMNS, Download, SchoolFacts, read_download
from domain.places import PayeeKind, Phase, Setting
from domain.school_changes import Known, Placed, Registered

HEADINGS = (*COLUMNS, "SEN1 (name)", "SEN2 (name)", "Postcode")
SINCE = date(2026, 9, 1)
ON = date(2026, 11, 20)
_ASHDOWN = {
    "URN": "100001",
    "LA (code)": "886",
    "EstablishmentNumber": "2001",
    "EstablishmentName": "Ashdown School",
    "TypeOfEstablishment (name)": "Community school",
    "EstablishmentStatus (name)": "Open",
    "PhaseOfEducation (name)": "Primary",
    "StatutoryLowAge": "4",
    "StatutoryHighAge": "11",
    "TypeOfResourcedProvision (name)": "Not applicable",
    "SEN1 (name)": "Not Applicable",
}


def row(**changed: str) -> dict[str, str]:
    """A row of Ashdown School, with some of it changed: ``la`` for its column and so on."""
    named = {
        "urn": "URN",
        "la": "LA (code)",
        "number": "EstablishmentNumber",
        "name": "EstablishmentName",
        "type": "TypeOfEstablishment (name)",
        "status": "EstablishmentStatus (name)",
        "opens": "OpenDate",
        "closes": "CloseDate",
        "phase": "PhaseOfEducation (name)",
        "low": "StatutoryLowAge",
        "high": "StatutoryHighAge",
        "trust": "Trusts (code)",
        "trust_name": "Trusts (name)",
        "provision": "TypeOfResourcedProvision (name)",
        "sen": "SEN1 (name)",
    }
    return {**_ASHDOWN, **{named[name]: value for name, value in changed.items()}}


def download(*rows: dict[str, str], headings: Sequence[str] = HEADINGS) -> bytes:
    """A file as the register writes it: Windows-1252, quoted."""
    text = io.StringIO(newline="")
    table = csv.DictWriter(text, headings, restval="", quoting=csv.QUOTE_ALL)
    table.writeheader()
    table.writerows(rows)
    return text.getvalue().encode("cp1252")


def read(*rows: dict[str, str], council: str | None = None) -> Download:
    """The download of some rows, without a fault."""
    found = read_download(download(*rows), council)
    assert isinstance(found, Download), found
    return found


def faults(found: object) -> list[tuple[int, str]]:
    """Where the faults are."""
    assert isinstance(found, FileFaults), found
    return [(fault.row, fault.column) for fault in found.faults]


def facts(**changed: object) -> SchoolFacts:
    """What Ashdown School is, with some of it changed."""
    said = {
        "urn": "100001",
        "name": "Ashdown School",
        "phase": Phase.PRIMARY,
        "setting": Setting.MAINSTREAM,
        "payee_kind": PayeeKind.MAINTAINED_SCHOOL,
    }
    return SchoolFacts.model_validate({**said, **changed})


def registered(code: str = "ashdown", **changed: object) -> Registered:
    """A school that the record has since September."""
    said: dict[str, object] = {
        "code": code,
        "facts": facts(),
        "facts_from_on": SINCE,
        "cluster": "alder",
        "cluster_from_on": SINCE,
    }
    return Registered.model_validate({**said, **changed})


def known(*schools: Registered, **trusts: str) -> Known:
    """What the record knows: two clusters, and these schools and trusts."""
    return Known(schools=schools, trusts=trusts, clusters=frozenset({"alder", "cedar"}))


def placed(at: int = 2, *, urn: str = "", school: str = "", **changed: object) -> Placed:
    """A row of the file of clusters."""
    said: dict[str, object] = {"cluster": "cedar", "from_on": date(2027, 1, 4)}
    return Placed.model_validate({"row": at, "urn": urn, "school": school, **said, **changed})
