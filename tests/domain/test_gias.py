"""The register's download: which rows are schools here, as what, and every fault at once."""

from datetime import date

import pytest

from domain.gias import COLUMNS, TrustListed, read_download
from domain.places import PayeeKind, Phase, Setting
from tests.domain.downloads import download, faults, read, row


def test_a_row_becomes_a_school_as_the_register_has_it() -> None:
    """Name, phase, setting, payee, number and needs come from the register's own columns."""
    found = read(row(sen="SLCN - Speech, language and Communication", opens="01-09-2001"))
    (school,) = found.schools
    assert (school.row, school.number, school.opens_on) == (2, "8862001", date(2001, 9, 1))
    assert school.facts.name == "Ashdown School"
    assert school.facts.payee_kind is PayeeKind.MAINTAINED_SCHOOL
    assert school.expertise == {"slcn"}
    assert school.trust is None


@pytest.mark.parametrize(
    ("type_", "provision", "kind", "setting"),
    [
        ("Community school", "", PayeeKind.MAINTAINED_SCHOOL, Setting.MAINSTREAM),
        ("Foundation School", "SEN unit", PayeeKind.MAINTAINED_SCHOOL, Setting.RESOURCE_PROVISION),
        ("Academy converter", "Resourced provision", PayeeKind.ACADEMY_TRUST, None),
        ("Academy special converter", "SEN unit", PayeeKind.ACADEMY_TRUST, Setting.SPECIAL),
        ("Pupil referral unit", "", PayeeKind.MAINTAINED_SCHOOL, Setting.ALTERNATIVE_PROVISION),
        ("Non-maintained special school", "", PayeeKind.PROVIDER, Setting.SPECIAL),
    ],
)
def test_type_and_provision_say_setting_and_payee(
    type_: str, provision: str, kind: PayeeKind, setting: Setting | None
) -> None:
    """A unit or resourced provision makes a mainstream school one with a resource provision."""
    (school,) = read(row(type=type_, provision=provision)).schools
    assert school.facts.payee_kind is kind
    assert school.facts.setting is (setting or Setting.RESOURCE_PROVISION)


@pytest.mark.parametrize(
    ("phase", "low", "high", "means"),
    [
        ("Nursery", "", "", Phase.EARLY_YEARS),
        ("Middle deemed secondary", "", "", Phase.SECONDARY),
        ("Not applicable", "2", "5", Phase.EARLY_YEARS),
        ("Not applicable", "4", "11", Phase.PRIMARY),
        ("Not applicable", "11", "19", Phase.SECONDARY),
        ("Not applicable", "16", "19", Phase.POST_16),
        ("Not applicable", "2", "19", Phase.ALL_THROUGH),
    ],
)
def test_a_school_without_a_phase_has_that_of_its_ages(
    phase: str, low: str, high: str, means: Phase
) -> None:
    """Special schools and pupil referral units have no phase in the register."""
    (school,) = read(row(phase=phase, low=low, high=high)).schools
    assert school.facts.phase is means


def test_an_academy_has_its_trust_by_number_and_name() -> None:
    """A maintained school supported by a foundation is in no academy trust."""
    found = read(
        row(type="Academy converter", trust="TR01", trust_name="Weirs"),
        row(urn="100002", number="2002", trust="TR02", trust_name="A foundation"),
        row(urn="100003", number="2003", type="Studio schools"),
    )
    assert [each.trust for each in found.schools] == [
        TrustListed(code="tr01", name="Weirs"),
        None,
        None,
    ]


def test_what_is_closed_or_no_school_here_is_told_apart() -> None:
    """Closed rows count by URN, other types are counted by name, other councils not at all."""
    found = read(
        row(),
        row(urn="100002", status="Closed", closes="31-08-2026", type="Anything"),
        row(urn="100003", status="Closed"),
        row(urn="100004", type="Welsh establishment"),
        row(urn="100005", type=""),
        row(urn="100006", status="Proposed to open"),
        row(urn="100007", la="887", name=""),
        council="886",
    )
    assert [each.facts.urn for each in found.schools] == ["100001"]
    assert found.closed == {"100002": date(2026, 8, 31), "100003": None}
    assert found.left_out == {
        "Welsh establishment": 1,
        "no type": 1,
        "Proposed to open, without a day": 1,
    }


def test_a_download_saved_again_as_utf_8_reads_the_same() -> None:
    """The register writes Windows-1252; a spreadsheet saves UTF-8 with a mark."""
    name = "St Zoë's School"
    content = download(row(name=name))
    again = b"\xef\xbb\xbf" + content.decode("cp1252").encode()
    assert read_download(content) == read_download(again)
    (school,) = read(row(name=name)).schools
    assert school.facts.name == name


@pytest.mark.promise(13)
def test_every_fault_is_listed_by_row_and_column() -> None:
    """Nothing is taken of a download that is faulty anywhere."""
    academy = {"type": "Academy converter"}
    found = read_download(
        download(
            row(urn="12", number="20", name="", opens="2001-09-01"),
            row(urn="100002", number="2002", status="Sleeping"),
            row(urn="100003", number="2003", phase="Not applicable", low="", high="x"),
            row(urn="100004", number="2004", opens="31-02-2001", sen="** - Stars", **academy),
            row(urn="100005", number="2005", trust="*", trust_name="", **academy),
            row(urn="100005", number="2005"),
            row(urn="100006", number="2005"),
        )
    )
    assert faults(found) == [
        (2, "EstablishmentName"),
        (2, "URN"),
        (2, "EstablishmentNumber"),
        (2, "OpenDate"),
        (3, "EstablishmentStatus (name)"),
        (4, "StatutoryLowAge"),
        (4, "StatutoryHighAge"),
        (5, "OpenDate"),
        (5, "SEN1 (name)"),
        (6, "Trusts (code)"),
        (6, "Trusts (name)"),
        (7, "URN"),
        (7, "EstablishmentNumber"),
        (8, "EstablishmentNumber"),
    ]


def test_a_school_without_a_number_goes_by_its_urn() -> None:
    """Some providers have no establishment number."""
    (school,) = read(row(number="")).schools
    assert school.number == "urn100001"


@pytest.mark.promise(13)
def test_a_file_that_is_none_of_the_registers_is_refused_whole() -> None:
    """Missing columns are named; several councils, none, or another one are told as such."""
    lacking = [name for name in COLUMNS if name != "OpenDate"]
    at_hand = {name: value for name, value in row().items() if name in lacking}
    assert faults(read_download(download(at_hand, headings=lacking))) == [(1, "OpenDate")]
    two = download(row(), row(la="887"))
    for content, council in ((two, None), (two, "888"), (download(), None)):
        assert faults(read_download(content, council)) == [(0, "")]
    huge = download(row()) + b'"' + b"x" * 200_000 + b'"\n'
    assert faults(read_download(huge)) == [(0, "")]
