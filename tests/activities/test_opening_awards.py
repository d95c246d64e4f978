"""Day one: live awards of the old system become commitments, with what they had been paid."""

from datetime import date

import pytest

from activities.store.ledger_check import verify
from activities.store.reading import why
from activities.store.session import transaction
from domain.refusals import NotValid
from domain.stages import ActKind
from tests.activities.behind import refused_by, run_sql
from tests.activities.finance_world import FinanceWorld
from tests.activities.handed_in import AWARDS, Row, awards_file, changed
from tests.activities.small_county import named
from tests.activities.world import World


@pytest.fixture
def desk(world: World) -> FinanceWorld:
    """The small county with its finance desk."""
    return FinanceWorld(world)


def stands(world: World, pot: str, year: int) -> dict[str, int]:
    """What stands at each stage of a pot's year, pence."""
    rows = world.rows(
        "SELECT stage, balance_pence FROM ledger_account WHERE pot = :pot"
        " AND financial_year = :year",
        pot=pot,
        year=year,
    )
    return {row.stage: row.balance_pence for row in rows}


def _total(annual: str, paid: str) -> Row:
    """The row that ends a file, where all that was paid was paid this year."""
    return ("TOTAL", "", "", "", annual, "", "", "", paid, paid)


@pytest.mark.promise(4)
def test_live_awards_are_promised_and_what_was_paid_is_paid(desk: FinanceWorld) -> None:
    """Promise 4: day one stands as the old system said, and once, however often it runs."""
    act = desk.records("finance.1", ActKind.IMPORT_AWARDS, file_id=awards_file(desk.world))
    assert desk.carries_out(act).done, desk.refusal(desk.carries_out(act))
    before = desk.world.tables()
    assert desk.carries_out(act).done
    assert desk.world.tables() == before
    paid = 100_000 + 150_000
    this_year = stands(desk.world, "cluster:alder", 2026)
    assert this_year["paid"] == paid
    assert sum(this_year.values()) == 6_000_000
    assert stands(desk.world, "cluster:alder", 2025) == {
        "available": 0,
        "held": 0,
        "committed": 0,
        "paid": 250_000,
    }
    promised = sum(
        stands(desk.world, pot, year).get("committed", 0)
        for pot in ("cluster:alder", "exceptional")
        for year in (2026, 2027)
    )
    worth = desk.world.one("SELECT sum(total_pence)::bigint FROM award")
    assert promised == worth - paid - 250_000
    with transaction(desk.world.engine) as session:
        assert verify(session) == []


@pytest.mark.promise(2)
def test_an_opening_entry_explains_itself(desk: FinanceWorld) -> None:
    """Promise 2: the import, its file's hash, its officer, the award by its old reference."""
    act = desk.records("finance.1", ActKind.IMPORT_AWARDS, file_id=awards_file(desk.world))
    assert desk.carries_out(act).done
    sha256 = desk.world.one("SELECT sha256 FROM file_handed_in")
    for entry in desk.entries(act):
        assert (entry.reason, entry.reference) == ("opening", "opening")
        with transaction(desk.world.engine) as session:
            chain = why(session, entry.id, shows_votes=False, is_finance=True)
        assert chain.finance_act is not None
        assert chain.finance_act.person_id == named("finance.1")
        assert chain.finance_act.file is not None
        assert chain.finance_act.file.sha256 == sha256
        if entry.verb in {"commit", "pay"}:
            (award,) = chain.awards
            assert str(award.opening_reference).startswith("OLD/")
            assert award.school_code in {"ashdown", "brook", "gorse"}
    coded = {
        (each.section_251_line, each.cost_centre)
        for each in desk.entries(act)
        if each.verb == "pay"
    }
    assert {line for line, _ in coded} == {"1.2.1", "1.2.2"}


def test_an_opening_award_is_paid_on_like_any_other(desk: FinanceWorld) -> None:
    """Its instalments follow those that were paid; the payee and the days are the file's."""
    assert desk.does("finance.1", ActKind.IMPORT_AWARDS, file_id=awards_file(desk.world)).done
    (row,) = desk.world.rows("SELECT * FROM award WHERE opening_reference = 'OLD/2'")
    assert (row.payee_code, row.payee_kind, row.until_on) == (
        "weirs",
        "academy_trust",
        date(2027, 9, 1),
    )
    assert (row.request_id, row.decision_id) == (None, None)
    numbers = desk.world.rows(
        "SELECT number, pence FROM instalment WHERE award_id = :id ORDER BY number", id=row.id
    )
    assert [each.number for each in numbers] == list(range(1, len(numbers) + 1))
    assert [each.pence for each in numbers[:2]] == [250_000, 150_000]
    assert sum(each.pence for each in numbers) == row.total_pence == 730_000
    left = desk.world.rows(
        "SELECT number FROM ledger_commitment_instalment AS i WHERE commit_id = :id"
        " AND ledger_ended_by(commit_id, number) IS NULL",
        id=row.commit_id,
    )
    assert len(left) == len(numbers) - 2


def test_totals_that_differ_are_a_fault_and_nothing_is_kept(desk: FinanceWorld) -> None:
    """A penny is enough: the file is not taken, and no award is there."""
    with pytest.raises(NotValid) as no:
        awards_file(desk.world, changed(AWARDS, (3, 8), "5000.01"))
    (fault,) = no.value.faults  # type: ignore[attr-defined]
    assert fault.field == "I5"
    assert "£5,000.00" in fault.says
    assert desk.world.rows("SELECT id FROM file_handed_in") == []


def test_what_is_not_live_is_a_fault_by_its_row(desk: FinanceWorld) -> None:
    """One that has ended and one that was paid before it begins: both are said at once."""
    rows = changed(AWARDS, (0, 5), "2027-01-01")
    rows = changed(changed(rows, (2, 5), "2026-01-01"), (2, 6), "2026-08-31")
    with pytest.raises(NotValid) as no:
        awards_file(desk.world, rows)
    faults = no.value.faults  # type: ignore[attr-defined]
    assert [each.field for each in faults] == ["row 2", "row 4"]
    assert "before it begins" in faults[0].says
    assert "only live awards" in faults[1].says


def test_an_award_by_terms_that_no_calendar_has_is_a_fault_of_its_last_day(
    desk: FinanceWorld,
) -> None:
    """A provider is paid by terms: what lies beyond the published ones is not guessed."""
    row = ("OLD/9", "juniper", "juniper", "provider", "6000.00", "2026-09-01", "2033-08-31")
    rows = [(*row, "cedar", "0.00", "0.00"), _total("6000.00", "0.00")]
    with pytest.raises(NotValid) as no:
        awards_file(desk.world, rows)
    (fault,) = no.value.faults  # type: ignore[attr-defined]
    assert fault.field == "G2"
    assert "no terms" in fault.says


@pytest.mark.promise(4)
def test_an_award_is_imported_once_whatever_file_it_is_in(desk: FinanceWorld) -> None:
    """Promise 4: the old system's reference comes a second time, and is a fault by its cell."""
    assert desk.does("finance.1", ActKind.IMPORT_AWARDS, file_id=awards_file(desk.world)).done
    other = [AWARDS[0], _total("6000.00", "1000.00")]
    with pytest.raises(NotValid) as no:
        awards_file(desk.world, other)
    (fault,) = no.value.faults  # type: ignore[attr-defined]
    assert fault.field == "A2"
    assert "imported before" in fault.says


@pytest.mark.promise(4)
def test_two_files_with_the_same_award_import_it_once(desk: FinanceWorld) -> None:
    """Promise 4: both were whole when they were handed in; the second is refused by the first."""
    other = [AWARDS[0], _total("6000.00", "1000.00")]
    first, second = awards_file(desk.world), awards_file(desk.world, other)
    assert desk.does("finance.1", ActKind.IMPORT_AWARDS, file_id=first).done
    told = desk.refusal(desk.does("finance.2", ActKind.IMPORT_AWARDS, file_id=second))
    assert told["code"] == "not_valid"
    assert "imported before" in told["in_the_way"]


@pytest.mark.promise(5)
def test_awards_beyond_the_budget_are_not_imported_and_say_so(desk: FinanceWorld) -> None:
    """Promise 5: which pot lacks how much; once the overspend is covered they come in."""
    rows = changed(AWARDS, (0, 4), "900000.00")
    rows = changed(rows, (3, 4), "904850.00")
    file_id = awards_file(desk.world, rows)
    told = desk.refusal(desk.does("finance.1", ActKind.IMPORT_AWARDS, file_id=file_id))
    assert told["code"] == "budget_exceeded"
    assert "cluster:alder in 2026 has £60,000.00" in told["in_the_way"]
    assert desk.world.rows("SELECT id FROM award") == []
    for year in (2026, 2027):
        cover = {"pot": "cluster:alder", "financial_year": year, "pence": 90_000_000}
        assert desk.does("director", ActKind.COVER_OVERSPEND, **cover).done
    assert desk.does("finance.1", ActKind.IMPORT_AWARDS, file_id=file_id).done


@pytest.mark.promise(5)
def test_a_pot_that_nobody_gave_anything_this_year_pays_nothing(desk: FinanceWorld) -> None:
    """Promise 5: what the years before paid from it opens no floorless year after them."""
    row = ("OLD/7", "ashdown", "ashdown", "maintained_school", "3650.00", "2025-09-01")
    rows = [(*row, "2027-08-31", "commissioned", "2500.00", "0.00")]
    rows.append(("TOTAL", "", "", "", "3650.00", "", "", "", "2500.00", "0.00"))
    file_id = awards_file(desk.world, rows)
    told = desk.refusal(desk.does("finance.1", ActKind.IMPORT_AWARDS, file_id=file_id))
    assert told["code"] == "budget_exceeded"
    assert "commissioned has no budget for 2026" in told["in_the_way"]
    assert stands(desk.world, "commissioned", 2026) == {}
    assert stands(desk.world, "commissioned", 2025) == {}


def test_nobody_is_paid_but_whom_the_register_knows(desk: FinanceWorld) -> None:
    """A made-up payee, another school and a wrong kind: all at once, by row, with who it is."""
    rows = changed(AWARDS, (0, 2), "somebody-else")
    rows = changed(changed(rows, (1, 3), "provider"), (2, 2), "ashdown")
    with pytest.raises(NotValid) as no:
        awards_file(desk.world, rows)
    faults = no.value.faults  # type: ignore[attr-defined]
    assert [each.field for each in faults] == ["C2", "D3", "C4"]
    assert "is not who is paid for ashdown" in faults[0].says
    assert "Write ashdown as maintained_school" in faults[0].would_help
    assert "Write weirs as academy_trust" in faults[1].would_help


def test_a_provider_of_the_register_may_be_paid_for_a_school(desk: FinanceWorld) -> None:
    """It is named by its own code in the register, which says that it is paid as a provider."""
    rows = changed(changed(AWARDS, (0, 2), "juniper"), (0, 3), "provider")
    assert desk.does("finance.1", ActKind.IMPORT_AWARDS, file_id=awards_file(desk.world, rows)).done
    (row,) = desk.world.rows("SELECT * FROM award WHERE payee_code = 'juniper'")
    assert (row.school_code, row.payee_kind) == ("ashdown", "provider")


@pytest.mark.promise(2)
def test_an_award_comes_from_a_decision_or_an_import(desk: FinanceWorld) -> None:
    """Promise 2: the database takes none that comes from neither, or from both."""
    assert desk.does("finance.1", ActKind.IMPORT_AWARDS, file_id=awards_file(desk.world)).done
    with refused_by("given_by_one"):
        run_sql(
            desk.world,
            "INSERT INTO award SELECT (jsonb_populate_record(a, jsonb_build_object("
            "'id', CAST(:id AS text), 'opening_act_id', NULL, 'opening_reference', NULL))).*"
            " FROM award AS a"
            " WHERE opening_reference = 'OLD/1'",
            id=str(named("an award of nobody's")),
        )
