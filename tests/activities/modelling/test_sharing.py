"""A county's total shared between clusters by several formulas, beside last year."""

from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from activities.modelling.packs import files_of_shares
from activities.modelling.sharing import read_counts
from domain.formula import ClusterCounts
from domain.formulas import FormulaTried, share_by
from domain.money import Rounding
from domain.policy.finance import Finance, FormulaFactor, FormulaRule
from domain.policy.load import PackFaulty, load_version
from domain.refusals import NotValid
from tests.domain.demo_county import PACK

COUNTS = """cluster,last_year_pounds,pupils,deprivation,prior_attainment
alder,50000.00,1000,0.5,200
birch,30000.00,3000,0.5,200
"""
TOTAL = 8_000_000
BY_PUPILS = FormulaRule(
    weights={FormulaFactor.PUPILS: Decimal(1)}, rounding=Rounding.LARGEST_REMAINDER
)


def demo() -> FormulaTried:
    """The demo county's formula, with its floor and cap."""
    path = PACK / "finance" / "2026-09-01.toml"
    finance = load_version(path.name, path.read_text(encoding="utf-8")).document
    assert isinstance(finance, Finance)
    return FormulaTried.of("now", finance)


def by_pupils() -> FormulaTried:
    """A formula that counts heads and nothing else."""
    return demo().model_copy(update={"name": "by_pupils", "rule": BY_PUPILS})


def test_two_formulas_share_a_total_as_is_worked_by_hand() -> None:
    """By heads a quarter and three quarters; now held between 3 % less and 10 % more."""
    shared = share_by(TOTAL, read_counts("counts.csv", COUNTS), [demo(), by_pupils()])
    alder, birch = shared.clusters
    assert (alder.cluster, alder.last_year_pence) == ("alder", 5_000_000)
    assert alder.shares == (4_850_000, 2_000_000)
    assert birch.shares == (3_150_000, 6_000_000)
    assert alder.changes == (-150_000, -3_000_000)
    assert birch.changes == (150_000, 3_000_000)
    assert alder.limited_by == ("floor", None)
    assert shared.last_year_pence == TOTAL
    assert (shared.gain, shared.lose) == ((1, 1), (1, 1))
    assert "held at its floor" in "\n".join(shared.working[0])


@settings(max_examples=25, deadline=None)
@given(
    total=st.integers(1, 10**12),
    heads=st.lists(st.integers(1, 10**6), min_size=1, max_size=30),
)
def test_the_shares_of_every_formula_add_up_to_the_total(total: int, heads: list[int]) -> None:
    """To the penny, whatever is counted; what changed is against last year or not at all."""
    counts = [
        ClusterCounts(
            cluster=f"c{place:03}",
            counts={FormulaFactor.PUPILS: Decimal(count)},
            last_year_pence=count if place % 2 else None,
        )
        for place, count in enumerate(heads)
    ]
    shared = share_by(total, counts, [by_pupils(), by_pupils()])
    for place in range(2):
        assert sum(each.shares[place] for each in shared.clusters) == total
    for each in shared.clusters:
        last = each.last_year_pence
        assert each.changes[0] == (None if last is None else each.shares[0] - last)
    assert shared.last_year_pence is None


def test_the_files_of_shares_hold_every_cluster_under_every_formula() -> None:
    """A chart beside the list, the working in sentences, and a table in Parquet."""
    shared = share_by(TOTAL, read_counts("counts.csv", COUNTS), [demo(), by_pupils()])
    files = files_of_shares(shared)
    assert set(files) == {"shares.xlsx", "shares.json", "shares.parquet"}
    table = pl.read_parquet(BytesIO(files["shares.parquet"]))
    assert table["share_pence"].sum() == 2 * TOTAL
    book = load_workbook(BytesIO(files["shares.xlsx"]))
    assert book.sheetnames == ["about", "shares", "changes", "working"]
    with ZipFile(BytesIO(files["shares.xlsx"])) as parts:
        assert [name for name in parts.namelist() if "charts/chart" in name] == [
            "xl/charts/chart1.xml"
        ]
    rows = list(book["shares"].iter_rows(values_only=True))
    assert rows[0] == ("cluster", "last year", "now", "by_pupils")
    assert rows[1] == ("alder", 50_000, 48_500, 20_000)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", ["the file: has no rows"]),
        ("pupils\n1", ["row 1: has no column cluster"]),
        ("cluster,colour\na,1", ["row 1: colour is no factor"]),
        (
            "cluster,pupils,last_year_pounds\nA B,x,1.234\nb,1",
            [
                "row 2, cluster: is no code",
                "row 2, pupils: is no count",
                "row 2, last_year_pounds: is no amount",
                "row 3: has another number of cells",
            ],
        ),
        ("cluster,pupils\na,1,2", ["row 2: has another number of cells"]),
    ],
)
def test_every_fault_of_a_file_of_counts_is_told(text: str, says: list[str]) -> None:
    """By row and column, all at once."""
    with pytest.raises(PackFaulty) as refused:
        read_counts("counts.csv", text)
    assert [f"{each.where}: {each.says}" for each in refused.value.faults] == says


def test_a_file_of_more_clusters_than_there_can_be_is_refused() -> None:
    """A file of pupils instead of clusters is a slip."""
    rows = "\n".join(f"c{row},1" for row in range(10_001))
    with pytest.raises(PackFaulty, match="more than 10000 rows"):
        read_counts("counts.csv", f"cluster,pupils\n{rows}")


def test_counts_that_a_formula_needs_and_nobody_gave_are_refused() -> None:
    """As where one formula shares: every fault of the counts."""
    counts = read_counts("counts.csv", "cluster,pupils\nalder,1\nbirch,2")
    with pytest.raises(NotValid, match="deprivation"):
        share_by(TOTAL, counts, [by_pupils(), demo()])
