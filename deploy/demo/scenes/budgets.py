"""Scenes of the year's beginning: live awards of the old system, budgets, shares, virements."""

from deploy.demo.finance import (
    SHARED_PENCE,
    YEAR,
    acts,
    at,
    counted_clusters,
    hands_in,
    is_faulty,
    is_refused,
)
from deploy.demo.printing import money, words
from deploy.demo.theatre import Play


def _lines(*lines: str) -> str:
    return "\r\n".join((*lines, ""))


_AWARD_COLUMNS = (
    "reference,school,payee,payee_kind,annual_amount,from,last_day,pot,paid_to_date,paid_this_year"
)
_AWARDS = (
    _AWARD_COLUMNS,
    "OLD-0117,puddlestow,puddlestow,maintained_school,5400.00,2025-09-01,2027-08-31,cedar,5850.00,2700.00",
    "OLD-0152,harebellow,lanternfield,academy_trust,7200.00,2026-09-01,2027-08-31,birch,600.00,600.00",
    "OLD-0160,ivelbeck,ivelbeck,maintained_school,3600.00,2026-09-01,2027-08-31,damson,300.00,300.00",
    "OLD-0171,emberthwaite,emberthwaite,maintained_school,4800.00,2026-09-01,2027-08-31,cedar,400.00,400.00",
)
_TOTAL = "TOTAL,,,,21000.00,,,,7150.00,4000.00"
_WRONG_TOTAL = "TOTAL,,,,21000.00,,,,7100.00,4000.00"

_BUDGET_COLUMNS = "pot,financial_year,amount,section_251_line,cost_centre,authority"
_FURTHER = (
    "commissioned,2026,60000.00,1.2.5,HN500,26/00019",
    "commissioned,2027,60000.00,1.2.5,HN500,26/00019",
    "birch,2026,5000.00,1.2.4,HN100,26/00019",
)
_FAULTY = (
    'commissioned,2026,"£60,000.00",1.2.5,HN500,26/00019',
    "commissioned,2062,60000.00,1.2.5,HN500,26/00019",
    "birch,2026,5000.00,1.2.4,HN100,26/00019",
    "birch,2026,-5000.00,1.2.4,HN100,26/00019",
    "brich,2026,5000.005,1.2.4,HN100,",
)
OLD_AWARDS = _lines(*_AWARDS, _TOTAL)
"""Live awards of the old system, equal to its totals."""
FAULTY_AWARDS = _lines(*_AWARDS, _WRONG_TOTAL)
FURTHER_BUDGETS = _lines(_BUDGET_COLUMNS, *_FURTHER)
"""Budgets by a further decision: commissioned services, and more for Birch."""
FAULTY_BUDGETS = _lines(_BUDGET_COLUMNS, *_FAULTY)


async def day_one(play: Play) -> None:
    """Awards that the old system still pays come over as promises, equal to its totals."""
    what = "the old system's live awards"
    await is_faulty(play, "opening_awards", FAULTY_AWARDS, what=what)
    kept = await hands_in(play, "opening_awards", OLD_AWARDS, what=what)
    await acts(play, "finance.1", "import_awards", {"file_id": kept["id"]})
    came = f"{kept['rows']} awards of {money(kept['total_pence'])} a year; what was paid is paid"
    play.step("finance.1", "imports them as opening commitments", came)


async def budget_file(play: Play) -> None:
    """A file of budgets comes back with every fault by its cell; whole, it is set."""
    what = "a file of further budgets"
    await is_faulty(play, "budgets", FAULTY_BUDGETS, what=what)
    kept = await hands_in(play, "budgets", FURTHER_BUDGETS, what=what)
    await acts(play, "finance.1", "set_budgets", {"file_id": kept["id"]})
    came = f"{money(kept['total_pence'])} from the block, by decision 26/00019"
    play.step("finance.1", "sets these budgets", came)


async def formula_share(play: Play) -> None:
    """Next year's total is shared between clusters by the formula, to the penny."""
    asked = {
        "total_pence": SHARED_PENCE,
        "financial_year": YEAR + 1,
        "authority": "26/00020",
        "clusters": counted_clusters(),
    }
    shared = await play.voice("finance.1").says("POST", "/api/finance/formula-shares", asked)
    for share in shared["shares"]["shares"]:
        parts = ", ".join(f"{words(e['factor'])} {money(e['pence'])}" for e in share["parts"])
        limit = f"; held by the {share['limited_by']}" if share["limited_by"] else ""
        what = f"works out {share['cluster'].title()}'s share by the formula"
        play.step("finance.1", what, f"{money(share['pence'])}: {parts}{limit}")
    total = sum(share["pence"] for share in shared["shares"]["shares"])
    what = f"adds up the shares of {money(SHARED_PENCE)}"
    play.step("finance.1", what, f"{money(total)}, to the penny; a file of budgets, not set yet")


async def virements(play: Play) -> None:
    """A small virement is finance's own; a large one is refused to it and another's to make."""
    small = _virement("cluster:alder", "contingency:area:north", 3_000_00)
    await acts(play, "finance.1", "vire", small)
    came = "moved, by clause 4.1 of the financial scheme"
    play.step("finance.1", "vires £3,000 from Alder to the North Area", came)
    large = _virement("exceptional", "cluster:birch", 60_000_00)
    what = "tries to vire £60,000"
    await is_refused(play, "finance.1", "vire", large, what=what, code="authority_too_low")
    await acts(play, "officer.head", "vire", large)
    came = "moved, by clause 4.2"
    play.step("officer.head", "vires £60,000 from exceptional to Birch", came)


async def large_virement(play: Play) -> None:
    """A quiet cluster's money goes where it is asked for: so much that only the director may."""
    await play.until(at(2026, 11, 12, 11))
    large = _virement("cluster:damson", "exceptional", 165_000_00)
    await acts(play, "officer.director", "vire", large)
    came = "moved, by clause 4.3; what is promised stays in Damson's budget"
    play.step("officer.director", "vires £165,000 from Damson to exceptional", came)


def _virement(from_pot: str, to_pot: str, pence: int) -> dict[str, object]:
    return {
        "from_pot": from_pot,
        "to_pot": to_pot,
        "financial_year": YEAR,
        "pence": pence,
        "authority": "26/00021",
        "reason": "More is asked for there than was thought in spring.",
    }


SCENES = (day_one, budget_file, formula_share, virements, large_virement)
