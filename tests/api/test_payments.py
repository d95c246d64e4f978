"""Payment runs over HTTP: who may do what, who sees what, and files that can be opened safely."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from activities.names import OfRun
from domain.stages import ActKind
from tests.activities.payment_world import PaymentWorld, pounds_of
from tests.activities.world import World
from tests.api.people import EVERYBODY, FINANCE, OTHER_SCHOOL, SCHOOL
from tests.api.web import Web, code_of

PREPARING = {"financial_year": 2026, "period": 8, "due_until_on": "2026-11-30"}
SEES = (*FINANCE, "leader.1")
DOING: dict[str, dict[str, Any]] = {
    "approve": {"lines": 3, "total_pence": 300_00},
    "abandon": {"reason": "Two awards have changed."},
    "read-answer": {"file_id": str(uuid4())},
    "settle-difference": {
        "line_id": str(uuid4()),
        "settled_as": "paid",
        "reason": "The bank said so.",
    },
}


@pytest.fixture
def paying(world: World) -> PaymentWorld:
    """Awards of two schools of a trust and of a school that is maintained, due in November."""
    world.clock.move_on(timedelta(days=40))
    made = PaymentWorld(world)
    for school in ("ashdown", "brook", "fern"):
        made.award(school)
    return made


async def test_a_run_goes_its_way_over_http(web: Web, paying: PaymentWorld) -> None:
    """Prepared by one, approved by another, downloaded, answered, and closed."""
    run_id = await prepared(web)
    run = (await web.get("finance.2", f"/payment-runs/{run_id}")).json()
    assert (run["stage"], run["lines"], run["total_pence"]) == ("prepared", 3, 300_00)
    assert run["may_be_approved_by_you"]
    path = f"/payment-runs/{run_id}"
    answer = await web.says("finance.2", f"{path}/approve", DOING["approve"])
    assert answer.status_code == 200, answer.text
    run = (await web.get("finance.1", path)).json()
    assert (run["stage"], len(run["files"])) == ("sent", 2)
    listed = (await web.get("finance.1", f"{path}/remittances")).json()
    lines = [(each["reference"], pounds_of(each["pay_pence"]), "paid") for each in listed]
    file_id = str(paying.hands_in(lines))
    answer = await web.says("finance.1", f"{path}/read-answer", {"file_id": file_id})
    assert answer.status_code == 200, answer.text
    assert (await web.get("finance.1", path)).json()["stage"] == "closed"
    assert (await web.get("finance.1", "/payment-runs")).json()[0]["stage"] == "closed"


@pytest.mark.promise(6)
async def test_the_preparer_is_refused_as_approver(web: Web, paying: PaymentWorld) -> None:
    """Promise 6: the person is barred at the door, by name of the fact, and nothing is recorded."""
    run_id = await prepared(web)
    path = f"/payment-runs/{run_id}"
    assert not (await web.get("finance.1", path)).json()["may_be_approved_by_you"]
    answer = await web.says("finance.1", f"{path}/approve", DOING["approve"])
    assert (answer.status_code, code_of(answer)) == (403, "barred")
    acts = paying.world.rows("SELECT kind FROM act WHERE subject = 'payment_run'")
    assert [row.kind for row in acts] == [ActKind.PREPARE_RUN]
    assert (await web.says("director", f"{path}/approve", DOING["approve"])).status_code == 200


async def test_other_figures_than_those_prepared_are_refused(
    web: Web, paying: PaymentWorld
) -> None:
    """Both are told at once, and the run waits still."""
    run_id = await prepared(web)
    said = {"lines": 4, "total_pence": 1}
    answer = await web.says("finance.2", f"/payment-runs/{run_id}/approve", said)
    assert code_of(answer) == "not_valid"
    assert "3 lines, not 4" in answer.json()["in_the_way"]
    assert "£300.00, not £0.01" in answer.json()["in_the_way"]
    assert paying.paid_pence() == 0


async def test_payment_runs_are_finances(web: Web, paying: PaymentWorld) -> None:
    """Leaders and who may approve look on; nobody else learns that there is one."""
    run_id = await prepared(web)
    path = f"/payment-runs/{run_id}"
    for subject in EVERYBODY:
        sees = subject in SEES
        for each in ("", "/lines", "/remittances"):
            answer = await web.get(subject, f"{path}{each}")
            assert answer.status_code == (200 if sees else 404), (subject, each)
        assert (await web.get(subject, "/payment-runs")).status_code == (200 if sees else 404)
        assert (await web.get(subject, f"{path}/files/payment_file")).status_code == 404
        answer = await web.says(subject, "/payment-runs", PREPARING)
        assert (answer.status_code == 403) == (subject not in FINANCE), (subject, answer.text)
    assert (await web.get("finance.2", f"/payment-runs/{uuid4()}")).status_code == 404
    assert paying.paid_pence() == 0


@pytest.mark.parametrize("act", DOING)
async def test_an_act_on_a_run_is_finances(act: str, web: Web, paying: PaymentWorld) -> None:
    """Whoever sees it is told that the act is not theirs; to others the run is unknown."""
    run_id = str(paying.prepared("finance.2"))
    for subject in EVERYBODY:
        answer = await web.says(subject, f"/payment-runs/{run_id}/{act}", DOING[act])
        if subject == "leader.1":
            assert answer.status_code == 403, answer.text
        elif subject not in FINANCE:
            assert answer.status_code == 404, (subject, answer.text)
        else:
            assert answer.status_code in (200, 404, 409), answer.text


async def test_a_school_reads_its_own_remittances(web: Web, paying: PaymentWorld) -> None:
    """Only once they are sent; of a trust's payment only the part that is the school's."""
    run_id = paying.prepared()
    assert (await web.get("business.ashdown", "/remittances")).json() == []
    paying.approves(run_id)
    paying.runs.write_papers(OfRun(run_id=run_id))
    (own,) = (await web.get("senco.ashdown", "/remittances")).json()
    (part,) = (await web.get("senco.brook", "/remittances")).json()
    for subject in SCHOOL:
        assert (await web.get(subject, "/remittances")).json() == [own]
        assert (own["pay_pence"], own["way"]) == (100_00, "advance")
        assert [line["school"] for line in own["lines"]] == ["ashdown"]
        assert "Ashdown School" in own["notice"]
    for subject in OTHER_SCHOOL:
        assert (await web.get(subject, "/remittances")).json() == [part]
        assert (part["payee"], part["due_pence"]) == ("weirs", 100_00)
        assert (part["pay_pence"], part["notice"]) == (None, None)
        assert [line["school"] for line in part["lines"]] == ["brook"]
        seen = await web.get(subject, f"/remittances/{part['id']}")
        assert seen.json() == part
        assert (await web.get(subject, f"/remittances/{own['id']}")).status_code == 404
    for subject in ("head.crane", "policy.1", "officer.1"):
        assert (await web.get(subject, "/remittances")).json() == []
        assert (await web.get(subject, f"/remittances/{own['id']}")).status_code == 404
    whole = (await web.get("finance.1", f"/remittances/{part['id']}")).json()
    assert (whole["pay_pence"], len(whole["lines"])) == (200_00, 2)
    assert (await web.get("finance.1", f"/remittances/{uuid4()}")).status_code == 404


async def test_files_are_downloads_and_no_formula(web: Web, paying: PaymentWorld) -> None:
    """A school that is called like a formula is text to a spreadsheet."""
    with paying.world.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE school SET name = '=1+1' WHERE code = 'ashdown'")
    run_id = paying.prepared()
    paying.approves(run_id)
    paying.runs.write_papers(OfRun(run_id=run_id))
    path = f"/payment-runs/{run_id}/files"
    answer = await web.get("finance.1", f"{path}/payment_file")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "attachment" in answer.headers["content-disposition"]
    assert ",'=1+1," in answer.text
    assert (await web.get("finance.1", f"{path}/journal_file")).status_code == 200
    assert (await web.get("finance.1", f"{path}/other")).status_code == 422


async def test_lines_of_a_run_are_paged(web: Web, paying: PaymentWorld) -> None:
    """From behind a number, as many as asked for."""
    path = f"/payment-runs/{paying.prepared()}/lines"
    first = (await web.get("finance.1", path, limit=2)).json()
    rest = (await web.get("finance.1", path, after=first[-1]["number"])).json()
    assert [each["number"] for each in (*first, *rest)] == [1, 2, 3]
    assert {each["state"] for each in first} == {"prepared"}


async def test_what_an_answer_left_open_is_shown(web: Web, paying: PaymentWorld) -> None:
    """Every line that moved nothing, with what it is and what was sent."""
    run_id = paying.prepared()
    paying.approves(run_id)
    paying.runs.write_papers(OfRun(run_id=run_id))
    paying.answers(run_id, ("PR-2026-08-1/0001", "99.00", "paid"))
    run = (await web.get("finance.1", f"/payment-runs/{run_id}")).json()
    listed = run["answers"][0]["listed"]
    assert [each["finding"] for each in listed] == ["altered_amount", "no_answer"]
    assert (listed[0]["answered_pence"], listed[0]["sent_pence"]) == (99_00, 100_00)


async def test_a_run_of_the_wrong_days_is_refused_with_every_fault(web: Web) -> None:
    """The month is too far ahead, and the day lies after it: both are told."""
    said = {"financial_year": 2026, "period": 12, "due_until_on": "2027-04-30"}
    answer = await web.says("finance.1", "/payment-runs", said)
    assert code_of(answer) == "not_valid"
    assert answer.json()["in_the_way"].count(";") == 1


async def prepared(web: Web) -> str:
    """A run that finance.1 prepared."""
    answer = await web.says("finance.1", "/payment-runs", PREPARING)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["act_id"])


async def test_a_run_is_on_the_worklist_of_whom_it_waits_for(
    web: Web, paying: PaymentWorld
) -> None:
    """Of those who may approve it, not its preparer; once sent, of finance until it is answered."""
    run_id = str(paying.prepared("finance.1"))
    assert await waits_for(web, run_id) == {"finance.2": "approve_run", "director": "approve_run"}
    paying.approves(UUID(run_id))
    assert await waits_for(web, run_id) == {}
    paying.runs.write_papers(OfRun(run_id=UUID(run_id)))
    assert await waits_for(web, run_id) == dict.fromkeys(("finance.1", "finance.2"), "read_answer")


async def test_a_school_hears_that_something_was_sent(web: Web, paying: PaymentWorld) -> None:
    """Its own event, and none of what finance does with the run."""
    run_id = paying.prepared()
    paying.approves(run_id)
    paying.runs.write_papers(OfRun(run_id=run_id))
    for subject in ("business.ashdown", "head.ashdown"):
        (told,) = await of_runs(web, subject)
        assert (told["kind"], told["facts"]) == ("remittance_sent", {"reference": "PR-2026-08-1"})
    assert await of_runs(web, "head.crane") == []
    heard = {each["kind"] for each in await of_runs(web, "finance.1")}
    assert heard >= {"payment_run_prepared", "payment_run_posted", "payment_run_sent"}


async def of_runs(web: Web, subject: str) -> list[dict[str, Any]]:
    """The events of payment runs that somebody hears of."""
    heard = (await web.get(subject, "/events")).json()
    return [each for each in heard if each["subject"] == "payment_run"]


async def waits_for(web: Web, run_id: str) -> dict[str, str]:
    """On whose worklist a run is, and what for."""
    found = {}
    for subject in ("finance.1", "finance.2", "director", "leader.1", "officer.1"):
        for task in (await web.get(subject, "/worklist")).json():
            if task["id"] == run_id:
                found[subject] = task["waits"]
    return found
