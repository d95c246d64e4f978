"""Money by kind of need: every figure for finance, small numbers hidden from everybody else."""

from tests.activities.by_hand import ByHand
from tests.api.people import OFFICERS
from tests.api.test_reports import YEAR, authorised, read
from tests.api.web import Web, code_of


async def test_small_numbers_by_kind_of_need_are_finances_alone(web: Web, hand: ByHand) -> None:
    """One request is told to finance; officers and leaders are told that it is hidden."""
    authorised(hand)
    exact = await read(web, "finance.1", "/reports/by/need")
    assert (exact["lines"][0]["requests"], exact["smallest_shown"]) == (1, None)
    for subject in (*OFFICERS, "leader.1"):
        told = await read(web, subject, "/reports/by/need")
        assert told["smallest_shown"] >= 3
        for each in (*told["lines"], told["total"]):
            figures = [each[name] for name in ("requests", "held_pence", "promised_pence")]
            assert (figures, each["paid_pence"]) == ([None] * 3, None), subject
    answer = await web.get("leader.1", "/reports/by/need/csv", **YEAR)
    assert "cognition_and_learning,cognition_and_learning,,,," in answer.text


async def test_a_leader_is_told_of_needs_by_the_year(web: Web) -> None:
    """Two spans beside one another would give a small number away: the whole year, or nothing."""
    some = {**YEAR, "from_period": 1, "until_period": 7}
    assert code_of(await web.get("leader.1", "/reports/by/need", **some)) == "not_valid"
    for subject, by in (("leader.1", "school"), ("officer.1", "need"), ("finance.1", "need")):
        assert (await web.get(subject, f"/reports/by/{by}", **some)).status_code == 200
