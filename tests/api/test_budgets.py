"""Budgets over HTTP: files handed in, every fault by cell, who may do and see what."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from api.examples import EXAMPLES
from api.limits import LARGEST_BODY, LARGEST_FILE
from domain.budgeting import AWARD_COLUMNS
from tests.activities.handed_in import AWARDS, BUDGETS, changed, csv_of, xlsx_of
from tests.activities.world import World
from tests.api.people import EVERYBODY, FINANCE, OFFICERS
from tests.api.web import Web, code_of

OFFICE_ACTS = ("set-budgets", "import-awards", "vire", "cover-overspend", "recoup-from-council")
LOOKS = (*FINANCE, *OFFICERS, "leader.1")


async def hands_in(
    web: Web, who: str, content: bytes, kind: str = "budgets", key: str | None = None
) -> httpx.Response:
    """Somebody hands a file in."""
    headers = {**web.headers(who), "Idempotency-Key": key or str(uuid4())}
    return await web.client.post(
        "/api/finance/files", params={"kind": kind}, content=content, headers=headers
    )


async def test_a_file_is_handed_in_and_becomes_budgets(web: Web) -> None:
    """Sent, looked at, used by an act, and seen in both years' columns."""
    sent = await hands_in(web, "finance.1", csv_of(BUDGETS))
    assert sent.status_code == 200, sent.text
    kept = sent.json()
    assert (kept["rows"], kept["total_pence"], kept["act_id"]) == (4, 532_100_050, None)
    done = await web.says("finance.1", "/finance/set-budgets", {"file_id": kept["id"]})
    assert done.status_code == 200, done.text
    lines = (await web.get("leader.1", "/finance/budgets", year=2028)).json()
    alder = next(each for each in lines if each["pot"] == "cluster:alder")
    assert (alder["pence"], alder["row"], alder["authority"]) == (6_000_000, 3, "26/00101")
    assert (alder["april_to_august_pence"], alder["september_to_march_pence"]) == (
        2_500_000,
        3_500_000,
    )
    assert alder["file_sha256"] == kept["sha256"]
    path = f"/finance/files/{kept['id']}"
    assert (await web.get("finance.1", path)).json()["act_id"] == done.json()["act_id"]
    assert (await web.get("finance.1", f"{path}/content")).content == csv_of(BUDGETS)
    (listed,) = (await web.get("finance.1", "/finance/files")).json()
    assert listed["id"] == kept["id"]
    again = await web.says("finance.1", "/finance/set-budgets", {"file_id": kept["id"]})
    assert code_of(again) == "not_at_this_stage"


@pytest.mark.promise(13)
async def test_a_file_with_faults_is_answered_with_each_of_them(web: Web, world: World) -> None:
    """Promise 13: cell, what is wrong and what would help; and nothing is written."""
    rows = changed(changed(BUDGETS, (1, 2), "£60,000"), (2, 1), "2025")
    for content in (csv_of(rows), xlsx_of(rows)):
        answer = await hands_in(web, "finance.1", content)
        assert code_of(answer) == "not_valid"
        told = answer.json()
        assert [each["field"] for each in told["faults"]] == ["C3", "B4"]
        assert all(each["would_help"] for each in told["faults"])
    for table in ("file_handed_in", "said"):
        assert world.one(f"SELECT count(*) FROM {table}") == 0  # noqa: S608  our own names


@pytest.mark.promise(4)
async def test_a_file_said_twice_is_said_once(web: Web, world: World) -> None:
    """Promise 4: the same key is answered as before, another content under it is refused."""
    key = str(uuid4())
    first = await hands_in(web, "finance.1", csv_of(BUDGETS), key=key)
    again = await hands_in(web, "finance.1", csv_of(BUDGETS), key=key)
    assert again.json() == first.json()
    other = await hands_in(web, "finance.1", xlsx_of(BUDGETS), key=key)
    assert code_of(other) == "key_reused"
    assert world.one("SELECT count(*) FROM file_handed_in") == 1


async def test_a_file_may_be_larger_than_a_body_and_not_endless(web: Web) -> None:
    """Up to five mebibytes are looked at; a byte more is turned away unread."""
    lines = csv_of(BUDGETS) + b"\r\n" * LARGEST_BODY
    assert code_of(await hands_in(web, "finance.1", lines)) == "not_valid"
    answer = await hands_in(web, "finance.1", b"x" * (LARGEST_FILE + 1))
    assert code_of(answer) == "too_large"


async def test_live_awards_come_in_by_a_file(web: Web, world: World) -> None:
    """Handed in and imported; why says the import to finance."""
    kept = await hands_in(web, "finance.1", csv_of(AWARDS, AWARD_COLUMNS), "opening_awards")
    assert kept.status_code == 200, kept.text
    said = {"file_id": kept.json()["id"]}
    done = await web.says("finance.1", "/finance/import-awards", said)
    assert done.status_code == 200, done.text
    entry = world.one("SELECT id FROM ledger_entry WHERE verb = 'pay' LIMIT 1")
    why = (await web.get("finance.1", f"/ledger/entries/{entry}/why")).json()
    assert why["finance_act"]["kind"] == "import_awards"
    assert why["finance_act"]["file"]["sha256"] == kept.json()["sha256"]
    assert why["finance_act"]["officer"]
    assert why["awards"][0]["opening_reference"].startswith("OLD/")
    to_leader = (await web.get("leader.1", f"/ledger/entries/{entry}/why")).json()
    assert to_leader["finance_act"]["officer"] is None


@pytest.mark.promise(6)
@pytest.mark.parametrize("act", OFFICE_ACTS)
async def test_acts_on_budgets_belong_to_finance(act: str, web: Web) -> None:
    """Promise 6: nobody else does them; some may be an officer's whose limit covers it."""
    for subject in EVERYBODY:
        answer = await web.says(subject, f"/finance/{act}", EXAMPLES[f"POST /finance/{act}"])
        if subject in FINANCE:
            assert answer.status_code != 403, subject
        elif act in {"vire", "cover-overspend"} and subject == "officer.1":
            assert code_of(answer) == "authority_too_low"
        else:
            assert code_of(answer) == "role_needed", subject


async def test_files_are_finances_and_budgets_for_those_who_follow_the_money(web: Web) -> None:
    """A file that was handed in is nobody else's to read; budgets are."""
    kept = (await hands_in(web, "finance.1", csv_of(BUDGETS))).json()
    path = f"/finance/files/{kept['id']}"
    for subject in EVERYBODY:
        for of_files in ("/finance/files", path, f"{path}/content"):
            may = subject in FINANCE
            answer = await web.get(subject, of_files)
            assert answer.status_code == (200 if may else 403), (subject, of_files)
        answer = await web.get(subject, "/finance/budgets", year=2026)
        assert answer.status_code == (200 if subject in LOOKS else 403), subject
        sent = await hands_in(web, subject, csv_of(BUDGETS))
        assert sent.status_code == (200 if subject in FINANCE else 403), subject
        shares = EXAMPLES["POST /finance/formula-shares"]
        answer = await web.says(subject, "/finance/formula-shares", shares)
        assert answer.status_code == (200 if subject in FINANCE else 403), subject
    nowhere = await web.get("finance.1", f"/finance/files/{uuid4()}")
    assert code_of(nowhere) == "unknown"


async def test_a_formulas_shares_can_be_handed_in_as_they_come(web: Web, world: World) -> None:
    """To the penny, with the working, and as a file of budgets that is found whole."""
    asked: dict[str, Any] = EXAMPLES["POST /finance/formula-shares"]
    answer = await web.says("finance.1", "/finance/formula-shares", asked)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    shares = told["shares"]["shares"]
    assert sum(each["pence"] for each in shares) == asked["total_pence"]
    assert told["working"]
    assert told["policy_authority"]
    assert world.rows("SELECT id FROM file_handed_in") == []
    kept = await hands_in(web, "finance.1", told["budgets_csv"].encode())
    assert kept.json()["total_pence"] == asked["total_pence"]
    twice = {**asked, "clusters": asked["clusters"] * 2}
    assert code_of(await web.says("finance.1", "/finance/formula-shares", twice)) == "not_valid"


async def test_a_code_that_no_council_has_is_malformed(web: Web, world: World) -> None:
    """A council is named by its code, an authority by its number: words are not taken."""
    said = EXAMPLES["POST /finance/recoup-from-council"]
    for changed_in in (
        {"council": "a council: with words"},
        {"reference": "because, really"},
        {"reference": "Annie Xylwickle of Ashdown"},
        {"reference": "Annie Xylwickle 2"},
        {"reference": "AnnieXylwickle"},
    ):
        answer = await web.says("finance.1", "/finance/recoup-from-council", {**said, **changed_in})
        assert code_of(answer) == "malformed", answer.text
    assert world.rows("SELECT id FROM act") == []


async def test_overspends_that_wait_are_for_finance_and_officers(web: Web) -> None:
    """Nothing is proposed where one person may cover by themselves; nobody else sees the list."""
    for subject in EVERYBODY:
        answer = await web.get(subject, "/finance/overspends")
        if subject in (*OFFICERS, *FINANCE):
            assert answer.json() == [], subject
        else:
            assert code_of(answer) == "role_needed", subject
