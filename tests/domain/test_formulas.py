"""A total shared by several formulas beside each other: each to the penny, against last year."""

from decimal import Decimal

from domain.formulas import FormulaTried, share_by
from domain.policy.finance import FormulaFactor, FormulaRule
from tests.domain.demo_county import finance
from tests.domain.test_formula import cluster, rule

TOTAL_PENCE = 1000_00
FINANCE = finance()


def tried(name: str, by: FormulaRule) -> FormulaTried:
    """A formula to be compared."""
    named = FormulaTried.of(name, FINANCE)
    return named.model_copy(update={"rule": by})


def only(factor: FormulaFactor) -> FormulaRule:
    """A formula that looks at one thing alone."""
    weights = {each: Decimal(each is factor) for each in FormulaFactor}
    return rule().model_copy(update={"weights": weights})


def test_clusters_stand_in_order_with_their_share_under_each_formula() -> None:
    """Half of the pupils and all of the deprivation: who gains by which is counted."""
    clusters = [
        cluster("cedar", 50, 10, 4, last_year=600_00),
        cluster("alder", 50, 0, 0, last_year=400_00),
    ]
    formulas = (tried("heads", only(FormulaFactor.PUPILS)), tried("now", rule()))
    found = share_by(TOTAL_PENCE, clusters, formulas)
    alder, cedar = found.clusters
    assert (alder.cluster, alder.shares, alder.changes) == (
        "alder",
        (500_00, 250_00),
        (100_00, -150_00),
    )
    assert (cedar.shares, cedar.changes) == ((500_00, 750_00), (-100_00, 150_00))
    assert (found.gain, found.lose) == ((1, 1), (1, 1))
    assert found.last_year_pence == TOTAL_PENCE
    assert found.formulas == formulas
    assert [bool(lines) for lines in found.working] == [True, True]


def test_where_a_cluster_is_new_there_is_no_year_to_compare_with() -> None:
    """It neither gains nor loses, and the year before is told of nobody as a whole."""
    clusters = [cluster("alder", 1, 1, 1, last_year=1), cluster("beech", 1, 1, 1)]
    found = share_by(TOTAL_PENCE, clusters, [tried("heads", rule())])
    assert found.clusters[1].changes == (None,)
    assert found.last_year_pence is None
    assert (found.gain, found.lose) == ((1,), (0,))
    assert sum(line.shares[0] for line in found.clusters) == TOTAL_PENCE
    assert found.formulas[0].authority == FINANCE.authority
