"""What a download changes: by date, each once, and never a day that has been."""

from datetime import date

import pytest

from domain.cells import Cells, FileFaults, cells_of_csv
from domain.places import PayeeKind, Phase
from domain.school_changes import (
    Changed,
    Known,
    Placed,
    Registered,
    SchoolChange,
    SchoolPlan,
    plan,
    read_places,
)
from tests.domain.downloads import ON, SINCE, facts, faults, known, placed, read, registered, row

LATER = date(2027, 1, 4)
ACADEMY = {"type": "Academy converter", "trust": "TR01", "trust_name": "Weirs"}


def planned(known_: Known, *rows: dict[str, str], places: tuple[Placed, ...] = ()) -> SchoolPlan:
    """What rows of a download change, without a fault."""
    found = plan(known_, read(*rows), places, ON)
    assert isinstance(found, SchoolPlan), found
    return found


def told(found: SchoolPlan) -> list[tuple[str, Changed, date, str | None]]:
    """What changes of which school, from when, to what."""
    return [(each.school, each.what, each.from_on, each.to) for each in found.changes]


def test_what_is_as_it_was_changes_nothing() -> None:
    """Importing again is no change."""
    found = planned(known(registered()), row())
    assert (found.changes, found.trusts, found.notices) == ((), (), ())


def test_a_school_that_is_called_otherwise_is_from_that_day_on() -> None:
    """The change says what it was, and what it was stays known until the day."""
    found = planned(known(registered()), row(name="Ashdown Primary", phase="All-through"))
    (change,) = found.changes
    assert (change.what, change.from_on) == (Changed.FACTS, ON)
    assert change.facts == facts(name="Ashdown Primary", phase=Phase.ALL_THROUGH)
    assert "Ashdown Primary (was Ashdown School)" in change.says


def test_a_new_school_begins_with_all_that_belongs_to_it() -> None:
    """It goes by its number, or by the code that the file of clusters gives it."""
    places = (placed(urn="100002", school="newdell"),)
    new = row(urn="100002", number="2002", sen="ASD - Autistic Spectrum Disorder", **ACADEMY)
    found = planned(known(registered()), row(), new, places=places)
    assert told(found) == [
        ("newdell", Changed.SCHOOL, LATER, None),
        ("newdell", Changed.TRUST, LATER, "tr01"),
        ("newdell", Changed.CLUSTER, LATER, "cedar"),
        ("newdell", Changed.EXPERTISE_BEGINS, LATER, "asd"),
    ]
    assert [trust.name for trust in found.trusts] == ["Weirs"]
    alone = planned(known(), row())
    assert told(alone) == [("8862001", Changed.SCHOOL, ON, None)]
    assert alone.notices == ("8862001: Ashdown School is in no cluster yet",)


def test_a_school_that_becomes_an_academy_stays_the_school() -> None:
    """Its URN changes and its number does not; what it is begins on the day it opened."""
    school = registered("8862001")
    found = planned(
        known(school),
        row(status="Closed", closes="31-10-2026"),
        row(urn="100009", opens="01-11-2026", **ACADEMY),
    )
    opened = date(2026, 11, 1)
    assert told(found) == [
        ("8862001", Changed.FACTS, opened, None),
        ("8862001", Changed.TRUST, opened, "tr01"),
    ]
    assert found.changes[0].facts == facts(urn="100009", payee_kind=PayeeKind.ACADEMY_TRUST)


def test_the_file_of_clusters_says_which_school_carries_another_on() -> None:
    """A sponsored academy has another number: its URN beside the code keeps the history."""
    places = (placed(urn="100009", school="ashdown", cluster="alder", from_on=LATER),)
    new = row(urn="100009", number="4009", opens="01-11-2026", **ACADEMY)
    found = planned(known(registered()), row(status="Closed"), new, places=places)
    assert {each.school for each in found.changes} == {"ashdown"}
    assert Changed.ENDED not in {each.what for each in found.changes}


def test_a_school_known_without_a_urn_gets_it_from_the_day_of_the_download() -> None:
    """A county that was loaded by hand knows no URN; nothing of its past is altered."""
    school = registered(facts=facts(urn=None))
    places = (placed(urn="100001", school="ashdown", cluster="alder"),)
    found = planned(known(school), row(opens="01-10-2026"), places=places)
    assert told(found) == [("ashdown", Changed.FACTS, ON, None)]
    assert "urn 100001 (was not known)" in found.changes[0].says


def test_what_opens_later_waits_or_begins_then() -> None:
    """A new school begins on its first day; a school's successor when it has opened."""
    coming = {"status": "Proposed to open", "opens": "01-02-2027"}
    new = row(urn="100002", number="2002", **coming)
    places = (placed(urn="100002", from_on=SINCE),)
    found = planned(known(registered()), row(), new, places=places)
    assert {each.from_on for each in found.changes} == {date(2027, 2, 1)}
    waits = planned(known(registered()), row(), row(urn="100009", **coming))
    assert waits.changes == ()
    assert waits.notices == ("8862001: becomes Ashdown School when that opens",)
    school = registered("8862001", facts=facts(urn="100000"))
    gone = planned(known(school), row(urn="100009", **coming))
    assert gone.changes == ()


def test_a_school_leaves_and_joins_trusts_by_date() -> None:
    """A trust is known by the register's number, or by the code under which it was loaded."""
    academy = facts(payee_kind=PayeeKind.ACADEMY_TRUST)
    school = registered(facts=academy, trust="weirs", trust_from_on=SINCE)
    stays = planned(known(school, weirs="Weirs"), row(**ACADEMY))
    assert (stays.changes, stays.trusts) == ((), ())
    left = planned(known(school, weirs="Weirs"), row(type="Academy converter"))
    assert told(left) == [("ashdown", Changed.TRUST, ON, None)]
    named = planned(known(registered(facts=academy, trust="tr01"), tr01="Wiers"), row(**ACADEMY))
    assert named.changes == ()
    assert [trust.name for trust in named.trusts] == ["Weirs"]


def test_a_school_changes_cluster_on_the_day_that_the_file_says() -> None:
    """It may be a school that the download does not have; the cluster it is in already is none."""
    other = registered("brook", facts=facts(urn="100002", name="Brook"))
    places = (placed(school="ashdown"), placed(3, urn="100002"), placed(4, school="crane"))
    third = registered("crane", facts=facts(urn="100003"), cluster="cedar")
    found = planned(known(registered(), other, third), row(), places=places)
    assert told(found) == [
        ("ashdown", Changed.CLUSTER, LATER, "cedar"),
        ("brook", Changed.CLUSTER, LATER, "cedar"),
    ]
    assert found.notices == (
        "brook: Brook is not in the download",
        "crane: Ashdown School is not in the download",
    )
    nowhere = registered(cluster=None, cluster_from_on=None)
    placed_first = planned(known(nowhere), row(), places=(placed(urn="100001"),))
    assert told(placed_first) == [("ashdown", Changed.CLUSTER, LATER, "cedar")]


def test_needs_provided_for_begin_and_end_as_the_register_says() -> None:
    """What the council adds itself is not the register's to end."""
    school = registered(expertise=frozenset({"asd", "hi"}))
    found = planned(known(school), row(sen="HI - Hearing Impairment"))
    assert told(found) == [("ashdown", Changed.EXPERTISE_ENDS, ON, "asd")]
    back = planned(known(registered()), row(sen="HI - Hearing Impairment"))
    assert told(back) == [("ashdown", Changed.EXPERTISE_BEGINS, ON, "hi")]


@pytest.mark.parametrize(
    ("closes", "ends"), [("31-10-2026", date(2026, 10, 31)), ("", ON), ("31-08-2020", ON)]
)
def test_a_school_that_has_closed_ends(closes: str, ends: date) -> None:
    """On the day that the register says, as far as the record goes back, else on this day."""
    found = planned(known(registered()), row(status="Closed", closes=closes))
    assert told(found) == [("ashdown", Changed.ENDED, ends, None)]
    again = planned(known(registered(has_ended=True)), row(status="Closed", closes=closes))
    assert again.changes == ()


def test_a_school_that_had_ended_may_begin_again() -> None:
    """It has its old code, and what it is from that day on."""
    found = planned(known(registered(has_ended=True)), row())
    assert told(found) == [("ashdown", Changed.SCHOOL, ON, None)]


def test_who_is_paid_by_invoice_counts_where_the_file_names_it() -> None:
    """A register has hundreds of independent schools; a cluster has those that it names."""
    independent = row(type="Other independent special school", phase="Secondary")
    assert planned(known(), independent).changes == ()
    found = planned(known(), independent, places=(placed(urn="100001"),))
    assert found.changes[0].what is Changed.SCHOOL


def test_types_left_out_are_told() -> None:
    """Nobody has to look for a school that was never taken."""
    found = planned(known(), row(type="Miscellaneous"))
    assert found.notices == ("left out: 1 of type Miscellaneous",)


@pytest.mark.promise(13)
def test_every_fault_of_the_file_of_clusters_is_told() -> None:
    """Clusters and schools that nobody knows, a school twice, and a day that is too early."""
    places = (
        placed(2, urn="100001", cluster="birch"),
        placed(3, school="nowhere"),
        placed(4, urn="999999"),
        placed(5, school="ashdown"),
        placed(6, school="brook", from_on=SINCE),
    )
    other = registered("brook", facts=facts(urn="100002"))
    found = plan(known(registered(), other), read(row()), places, ON)
    assert faults(found) == [
        (2, "cluster (file of clusters)"),
        (3, "school (file of clusters)"),
        (4, "urn (file of clusters)"),
        (5, "school (file of clusters)"),
        (6, "from_on (file of clusters)"),
    ]


@pytest.mark.promise(13)
@pytest.mark.parametrize(
    "school",
    [
        registered(facts=facts(name="Other"), facts_from_on=ON),
        registered(trust="tr02", trust_from_on=ON),
        registered(has_ended=True, facts_from_on=ON),
    ],
)
def test_a_download_that_is_older_than_the_record_is_refused(school: Registered) -> None:
    """What began on that day or later is not put back by it."""
    found = plan(known(school), read(row()), (), ON)
    assert faults(found) == [(2, "EstablishmentName")]


@pytest.mark.promise(13)
def test_two_schools_never_share_a_code() -> None:
    """Where the file of clusters gives one code to two, neither is taken."""
    places = (placed(2, urn="100001", school="one"), placed(3, urn="100002", school="one"))
    found = plan(known(), read(row(), row(urn="100002", number="2002")), places, ON)
    assert (3, "URN") in faults(found)


@pytest.mark.promise(13)
def test_the_file_of_clusters_is_read_whole_or_not_at_all() -> None:
    """Each row names a school, a cluster and a day."""
    good = b"urn,school,cluster,from_on\n100001,,alder,2026-09-01\n,brook,cedar,2026-09-01\n"
    read_ = read_places(cells_of_csv_of(good))
    assert not isinstance(read_, FileFaults)
    assert [(each.urn, each.school) for each in read_] == [("100001", ""), ("", "brook")]
    bad = b"urn,school,cluster,from_on\n12,A B,,2026-02-30\n,,alder,2026-09-01\n"
    assert faults(read_places(cells_of_csv_of(bad))) == [
        (2, "urn"),
        (2, "school"),
        (2, "cluster"),
        (2, "from_on"),
        (3, "urn"),
    ]


def cells_of_csv_of(content: bytes) -> Cells:
    """The cells of a file without a fault."""
    found = cells_of_csv(content)
    assert not isinstance(found, FileFaults)
    return found


def test_a_change_says_what_it_is() -> None:
    """A plan is read by people before it is written."""
    found = planned(known(registered()), row(), places=(placed(school="ashdown"),))
    assert [each.says for each in found.changes] == ["ashdown: cluster cedar from 2027-01-04"]
    assert isinstance(found.changes[0], SchoolChange)
