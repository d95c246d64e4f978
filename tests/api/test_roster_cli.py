"""The commands of places and people: what they say, what they write, and that twice is once."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from activities.settings import Settings
from tests.activities.small_county import ISSUER
from tests.api.test_cli import Run, run  # noqa: F401  the fixture
from tests.domain.downloads import download, row

PLACES = "urn,school,cluster,from_on\n"
ROSTER = "issuer,subject,same_as,called,role,place,grade,from_on,until_on\n"


@pytest.fixture
def tables(small_county: Settings) -> Any:
    """The rows that a query gives."""

    def look(sql: str) -> list[tuple[Any, ...]]:
        engine = create_engine(small_county.database_url)
        with engine.connect() as connection:
            found = [tuple(each) for each in connection.execute(text(sql))]
        engine.dispose()
        return found

    return look


def file_of(folder: Path, name: str, content: str | bytes) -> Path:
    """A file that is handed in."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def four_schools() -> list[dict[str, str]]:
    """Four of the county's schools in the register: one an academy since, one closed."""
    known = [
        row(urn=f"10000{place}", number=f"200{place}", name=f"{code.title()} School")
        for place, code in enumerate(("ashdown", "crane", "dell", "elm"), start=1)
    ]
    known[0] |= {"EstablishmentName": "Ashdown Academy", "EstablishmentNumber": "4001"}
    known[0] |= {"TypeOfEstablishment (name)": "Academy converter"}
    known[0] |= {"Trusts (code)": "TR09", "Trusts (name)": "Weirs", "SEN1 (name)": "ASD - Autism"}
    known[3] |= {"EstablishmentStatus (name)": "Closed"}
    return known


def test_schools_keep_their_history(run: Run, tmp_path: Path, tables: Any) -> None:  # noqa: F811
    """Name, trust, cluster and URN end and begin by date; imported again nothing changes."""
    known = four_schools()
    first = file_of(tmp_path, "first.csv", download(*known[:3], row(urn="100004", number="2004")))
    codes = ("ashdown", "crane", "dell", "elm")
    named = [f"10000{n},{code},alder,2026-09-01\n" for n, code in enumerate(codes, start=1)]
    clusters = file_of(tmp_path, "clusters.csv", PLACES + "".join(named))
    asked = ("schools", first, "--clusters", clusters, "--on", "2026-10-20")
    assert "nothing was written" in run(*asked, "--dry-run")[1]
    assert tables("SELECT count(*) FROM school_facts WHERE urn IS NOT NULL") == [(0,)]
    assert run(*asked)[0] == 0
    status, said, _ = run(*asked)
    assert (status, said.splitlines()[-1]) == (0, "0 changes")
    facts = "SELECT name, urn, from_on::text, until_on::text FROM school_facts"
    assert tables(f"{facts} WHERE school_code = 'ashdown' ORDER BY from_on") == [
        ("Ashdown School", None, "2026-09-01", "2026-10-20"),
        ("Ashdown Academy", "100001", "2026-10-20", None),
    ]
    assert tables("SELECT name, payee_kind FROM school WHERE code = 'ashdown'") == [
        ("Ashdown Academy", "academy_trust")
    ]
    assert tables("SELECT trust_code FROM school_in_trust WHERE school_code = 'ashdown'") == [
        ("weirs",)
    ]
    assert tables("SELECT expertise, told_by FROM school_expertise") == [("asd", "register")]
    del known[0]["SEN1 (name)"]
    later = file_of(tmp_path, "later.csv", download(*known))
    moved = file_of(tmp_path, "moved.csv", f"{PLACES},dell,cedar,2027-01-04\n")
    status, said, _ = run("schools", later, "--clusters", moved, "--on", "2026-12-01")
    assert status == 0, said
    belonged = "SELECT cluster_code, until_on::text FROM school_in_cluster"
    assert tables(f"{belonged} WHERE school_code = 'dell' ORDER BY from_on") == [
        ("alder", "2027-01-04"),
        ("cedar", None),
    ]
    assert tables("SELECT until_on::text FROM school_expertise") == [("2026-12-01",)]
    assert tables(f"{belonged} WHERE school_code = 'elm'") == [("alder", "2026-12-01")]


def test_a_school_leaves_its_trust_and_a_new_one_begins(
    run: Run,  # noqa: F811
    tmp_path: Path,
    tables: Any,
) -> None:
    """Both by date; a new trust is listed by the register's number."""
    fern = row(urn="100005", number="2005", name="Fern School")
    new = row(urn="100006", name="Maple Free School", type="Free schools", number="4006")
    new |= {"Trusts (code)": "TR10", "Trusts (name)": "New Trust"}
    file = file_of(tmp_path, "gias.csv", download(fern, new))
    clusters = f"{PLACES}100005,fern,alder,2026-09-01\n100006,maple,alder,2026-10-01\n"
    places = file_of(tmp_path, "clusters.csv", clusters)
    status, said, _ = run("schools", file, "--clusters", places, "--on", "2026-10-20")
    assert status == 0
    assert "fern: trust none from 2026-10-20" in said
    belonged = "SELECT trust_code, until_on::text FROM school_in_trust WHERE school_code"
    assert tables(f"{belonged} = 'fern'") == [("weirs", "2026-10-20")]
    assert tables(f"{belonged} = 'maple'") == [("tr10", None)]
    assert tables("SELECT phase FROM school WHERE code = 'maple'") == [("primary",)]


@pytest.mark.promise(13)
def test_faulty_files_of_schools_are_refused_whole(
    run: Run,  # noqa: F811
    tmp_path: Path,
    tables: Any,
) -> None:
    """Every fault of both files with row and column, and nothing written."""
    file = file_of(tmp_path, "gias.csv", download(row(name=""), row(status="Sleeping")))
    places = file_of(tmp_path, "clusters.csv", f"{PLACES},,alder,soon\n")
    asked = ("schools", file, "--clusters", places, "--on", "2026-10-20")
    status, _, complaint = run(*asked)
    assert status == 1
    for told in ("row 2, EstablishmentName", "row 3, EstablishmentStatus (name)", "row 2, urn"):
        assert told in complaint
    empty = file_of(tmp_path, "empty.csv", "")
    assert run("schools", file, "--clusters", empty, "--on", "2026-10-20")[0] == 1
    assert run("schools", tmp_path / "missing.csv", "--on", "2026-10-20")[0] == 1
    assert tables("SELECT count(*) FROM school_facts WHERE urn IS NOT NULL") == [(0,)]


def test_a_roster_adds_people_roles_and_ends(run: Run, tmp_path: Path, tables: Any) -> None:  # noqa: F811
    """New people and roles, a name that is another now, a sign-in more, an end: and once."""
    rows = [
        f"{ISSUER},head.dell,,Dell Head,panel_member,alder,,2026-09-01,2027-09-01",
        f"{ISSUER},new.1,,New One,observer,alder,,2026-09-01,",
        f"{ISSUER},new.1,,New One,trust_send_lead,weirs,,2026-09-01,",
        "https://health.invalid,n.one,new.1,New One,specialist,cedar,,2026-09-01,",
        f"{ISSUER},manager.1,,Manager,council_officer,,area_manager,2026-09-01,",
    ]
    file = file_of(tmp_path, "people.csv", ROSTER + "\n".join(rows))
    told = "1 people, 2 renamed, 1 sign_ins, 3 roles, 1 ended, 0 addresses"
    assert run("people", file, "--dry-run")[1] == f"{told}; nothing was written\n"
    assert run("people", file)[1] == f"{told}\n"
    assert (
        run("people", file)[1] == "0 people, 0 renamed, 0 sign_ins, 0 roles, 0 ended, 0 addresses\n"
    )
    held = (
        "SELECT DISTINCT role FROM role_held JOIN sign_in USING (person_id) WHERE subject = 'n.one'"
    )
    assert sorted(tables(held)) == [("observer",), ("specialist",), ("trust_send_lead",)]


@pytest.mark.promise(13)
def test_a_roster_with_the_same_person_twice_is_refused(
    run: Run,  # noqa: F811
    tmp_path: Path,
    tables: Any,
) -> None:
    """One clear refusal with every fault, and nothing of the roster written."""
    rows = [
        f"{ISSUER},new.1,,New One,observer,alder,,2026-09-01,",
        f"{ISSUER},new.1,,Another Name,panel_member,alder,,2026-09-01,",
        f"{ISSUER},new.1,,New One,observer,alder,,2026-10-01,",
        f"{ISSUER},new.2,,New One,king,nowhere,,2026-09-01,",
    ]
    file = file_of(tmp_path, "people.csv", ROSTER + "\n".join(rows))
    status, _, complaint = run("people", file)
    assert status == 1
    for told in ("row 3, called", "row 4, role", "row 5, role"):
        assert told in complaint
    assert run("people", file_of(tmp_path, "empty.csv", ""))[0] == 1
    assert tables("SELECT count(*) FROM sign_in WHERE subject LIKE 'new.%'") == [(0,)]


def test_expertise_is_told_by_date(run: Run, tmp_path: Path, tables: Any) -> None:  # noqa: F811
    """What is new is added, an end is given, the same again is no news; faults are listed."""
    heading = "school,expertise,from_on,until_on\n"
    file = file_of(tmp_path, "first.csv", f"{heading}dell,outreach,2026-09-01,\n")
    assert run("expertise", file, "--dry-run")[1] == ("1 of 1 rows are news; nothing was written\n")
    assert run("expertise", file)[1] == "1 of 1 rows are news\n"
    assert run("expertise", file)[1] == "0 of 1 rows are news\n"
    file = file_of(tmp_path, "end.csv", f"{heading}dell,outreach,2026-09-01,2027-09-01\n")
    assert run("expertise", file)[1] == "1 of 1 rows are news\n"
    assert tables("SELECT until_on::text, told_by FROM school_expertise") == [
        ("2027-09-01", "council")
    ]
    bad = file_of(tmp_path, "bad.csv", f"{heading}nowhere,outreach,2026-09-01,\n")
    assert "row 2, school" in run("expertise", bad)[2]
    assert run("expertise", file_of(tmp_path, "empty.csv", ""))[0] == 1


def test_a_roster_says_where_people_are_written_to(
    run: Run,  # noqa: F811
    tmp_path: Path,
    tables: Any,
) -> None:
    """A new address begins today and ends the one before; said again it is no news."""
    heading = ROSTER.replace("\n", ",email\n")
    row = f"{ISSUER},head.dell,,{{called}},head,dell,,2026-09-01,,{{email}}\n"
    (called,) = tables(
        "SELECT called FROM person JOIN sign_in ON person_id = id WHERE subject = 'head.dell'"
    )[0]
    told = []
    for name, email in (
        ("a", "one@dell.example"),
        ("b", "one@dell.example"),
        ("c", "two@d.example"),
    ):
        said = heading + row.format(called=called, email=email)
        told.append(run("people", file_of(tmp_path, f"{name}.csv", said))[1])
    assert [each.strip().rpartition(", ")[2] for each in told] == [
        "1 addresses",
        "0 addresses",
        "1 addresses",
    ]
    found = tables("SELECT email, until_on IS NULL FROM contact ORDER BY from_on")
    assert found == [("one@dell.example", False), ("two@d.example", True)]
