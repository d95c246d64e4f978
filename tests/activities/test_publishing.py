"""Policy on its way from a draft to being in force, and out of force again, in a real record."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from activities.names import OfPublication
from activities.publishing import Publishing
from activities.store import reading
from activities.store.session import transaction
from domain.acts import ActOutcome
from domain.publication import PublicationStage
from domain.refusals import Barred, NotAtThisStage, NotValid, Refusal, RoleNeeded, Unknown
from domain.stages import ActKind
from tests.activities.behind import slip_in
from tests.activities.publishing_world import (
    FAULTY,
    NOTE,
    SECOND,
    SECOND_DAY,
    PolicyWorld,
    second_tariff,
)
from tests.activities.small_county import policy_files
from tests.activities.world import World

TEN = timedelta(hours=10)


@pytest.fixture
def policy(world: World) -> PolicyWorld:
    """The small county's policy desk."""
    return PolicyWorld(world)


def told(policy: PolicyWorld, outcome: ActOutcome) -> tuple[str, str, str]:
    """What a refused act was told: its code, what is in the way, what would help."""
    no = policy.refusal(outcome.act_id)
    return no["code"], no["in_the_way"], no["would_help"]


def test_a_draft_is_published_when_two_others_have_approved_it(policy: PolicyWorld) -> None:
    """Drafted, checked, its impact worked out, approved twice: in force from its day."""
    publication_id = policy.drafts(second_tariff())
    seen = policy.sees(publication_id)
    assert (seen.stage, seen.found, seen.note) == (PublicationStage.FOR_APPROVAL, (), NOTE)
    assert seen.impact == {"worked_out": True, "tried": ["tariff"]}
    (changed,) = seen.differs
    assert changed.beside is not None
    assert any("£" in each.says for each in changed.changes)
    assert policy.approves("policy.2", publication_id).done
    assert policy.sees(publication_id).stage is PublicationStage.FOR_APPROVAL
    assert policy.approves("leader.1", publication_id).done
    seen = policy.sees(publication_id)
    assert (seen.stage, [each.by for each in seen.approved], len(seen.published)) == (
        PublicationStage.PUBLISHED,
        ["policy.2", "leader.1"],
        1,
    )
    rows = policy.world.rows(
        "SELECT in_force_from, in_force_until, publication_id FROM policy_version"
        " WHERE kind = 'tariff' ORDER BY in_force_from"
    )
    assert [(row.in_force_from, row.in_force_until) for row in rows] == [
        (date(2026, 9, 1), SECOND_DAY),
        (SECOND_DAY, None),
    ]
    assert rows[1].publication_id == publication_id
    assert policy.events()[-5:] == [
        "policy_drafted",
        "policy_for_approval",
        "policy_approved",
        "policy_approved",
        "policy_published",
    ]


def test_a_faulty_draft_is_kept_with_every_fault_and_mended(policy: PolicyWorld) -> None:
    """Nothing that was written is lost; the revision is checked anew."""
    publication_id = policy.drafts(FAULTY)
    seen = policy.sees(publication_id)
    assert (seen.stage, seen.files) == (PublicationStage.FAULTY, FAULTY)
    assert len(seen.found) > 1
    assert {fault.file for fault in seen.found} == {SECOND}
    assert "policy_faulty" in policy.events()
    said = {"files": second_tariff(), "note": "mended"}
    assert policy.acts("policy.2", ActKind.REVISE_POLICY, publication_id, **said).done
    assert policy.goes_on(publication_id) is PublicationStage.FOR_APPROVAL
    seen = policy.sees(publication_id)
    assert [(each.revision, each.note, each.faults) for each in seen.revisions] == [
        (1, NOTE, len(policy_faults(policy, publication_id))),
        (2, "mended", 0),
    ]


def policy_faults(policy: PolicyWorld, publication_id: UUID) -> list[object]:
    """The faults kept with a first revision."""
    sql = "SELECT faults FROM publication_draft WHERE publication_id = :id AND revision = 1"
    found: list[object] = policy.world.one(sql, id=publication_id)
    return found


@pytest.mark.promise(6)
def test_neither_writer_nor_first_approver_approves(policy: PolicyWorld) -> None:
    """Promise 6: the drafter, whoever revised it, and one person twice are refused at the door."""
    publication_id = policy.drafts(second_tariff())
    said = {"files": second_tariff(), "note": "the same"}
    assert policy.acts("policy.2", ActKind.REVISE_POLICY, publication_id, **said).done
    policy.goes_on(publication_id)
    for who in ("policy.1", "policy.2"):
        with pytest.raises(Barred, match="drafted or revised"):
            policy.approves(who, publication_id)
    assert policy.approves("policy.3", publication_id).done
    with pytest.raises(Barred, match="already"):
        policy.approves("policy.3", publication_id)
    with pytest.raises(RoleNeeded):
        policy.approves("finance.1", publication_id)


@pytest.mark.promise(6)
def test_what_gets_past_the_door_is_refused_by_the_activity(policy: PolicyWorld) -> None:
    """Promise 6: an approval by the drafter, of another hash, or a second time has no effect."""
    publication_id = policy.drafts(second_tariff())
    sha256 = policy.sees(publication_id).sha256
    for who, named, code in (
        ("policy.1", sha256, "barred"),
        ("policy.2", "0" * 64, "not_valid"),
    ):
        act = slip_in(policy.world, who, ActKind.APPROVE_POLICY, publication_id, sha256=named)
        outcome = policy.carries_out(act, publication_id)
        assert (outcome.done, outcome.code) == (False, code)
    assert policy.sees(publication_id).approvals == 0


def test_a_revision_voids_the_approvals_before_it(policy: PolicyWorld) -> None:
    """Whoever approved the one before has to look again, and may; what they saw stays on record."""
    publication_id = policy.drafts(second_tariff())
    before = policy.sees(publication_id).sha256
    assert policy.approves("policy.2", publication_id).done
    said = {"files": second_tariff(date(2026, 11, 1)), "note": "a month later"}
    assert policy.acts("policy.1", ActKind.REVISE_POLICY, publication_id, **said).done
    policy.goes_on(publication_id)
    with pytest.raises(NotValid, match="another hash"):
        policy.acts("leader.1", ActKind.APPROVE_POLICY, publication_id, sha256=before)
    assert policy.approves("leader.1", publication_id).done
    seen = policy.sees(publication_id)
    assert [(each.revision, each.counts) for each in seen.approved] == [(1, False), (2, True)]
    assert seen.stage is PublicationStage.FOR_APPROVAL
    assert policy.approves("policy.2", publication_id).done
    assert policy.sees(publication_id).stage is PublicationStage.PUBLISHED


@pytest.mark.promise(9)
def test_a_day_that_has_begun_is_refused_at_the_second_approval(policy: PolicyWorld) -> None:
    """Promise 9: a day's cases are decided by what governed it; midnight is London's."""
    publication_id = policy.drafts(second_tariff())
    assert policy.approves("policy.2", publication_id).done
    late = datetime(2026, 10, 5, 23, 30, tzinfo=UTC)
    policy.world.clock.move_on(late - policy.world.clock.now())
    outcome = policy.approves("leader.1", publication_id)
    code, why, helps = told(policy, outcome)
    assert (code, why) == (
        "not_valid",
        "the tariff begins on 2026-10-06, and it is 2026-10-06 already",
    )
    assert "Revise it" in helps
    assert policy.sees(publication_id).approvals == 1
    said = {"files": second_tariff(), "note": "again"}
    assert policy.acts("policy.1", ActKind.REVISE_POLICY, publication_id, **said).done
    assert policy.goes_on(publication_id) is PublicationStage.FAULTY
    (fault,) = policy.sees(publication_id).found
    assert (fault.where, fault.file) == ("in_force_from", SECOND)


def test_other_policy_since_the_check_is_refused(policy: PolicyWorld) -> None:
    """What was checked and shown was checked beside something else."""
    first = policy.drafts(second_tariff())
    second = policy.drafts(second_tariff(date(2026, 12, 1)))
    for who in ("policy.2", "leader.1"):
        assert policy.approves(who, first).done
    outcome = policy.approves("policy.2", second)
    assert told(policy, outcome)[0] == "not_at_this_stage"
    said = {"files": second_tariff(date(2026, 12, 1)), "note": "as before"}
    assert policy.acts("policy.1", ActKind.REVISE_POLICY, second, **said).done
    policy.goes_on(second)
    for who in ("policy.2", "leader.1"):
        assert policy.approves(who, second).done


def test_a_draft_that_is_given_up_stays_on_record(policy: PolicyWorld) -> None:
    """It hears nothing more, and publishes nothing."""
    publication_id = policy.drafts(second_tariff())
    assert policy.acts("policy.2", ActKind.GIVE_UP_POLICY, publication_id).done
    seen = policy.sees(publication_id)
    assert (seen.stage, seen.files) == (PublicationStage.GIVEN_UP, second_tariff())
    assert "policy_given_up" in policy.events()
    for kind, said in (
        (ActKind.GIVE_UP_POLICY, {}),
        (ActKind.REVISE_POLICY, {"files": second_tariff(), "note": "too late"}),
        (ActKind.APPROVE_POLICY, {"sha256": seen.sha256}),
    ):
        with pytest.raises(NotAtThisStage):
            policy.acts("policy.3", kind, publication_id, **said)


def test_an_earlier_day_and_what_is_published_are_faults(policy: PolicyWorld) -> None:
    """What follows would have been decided without it; what is there is no change."""
    policy.publishes(second_tariff())
    earlier = policy.sees(policy.drafts(second_tariff(date(2026, 10, 6)))).found
    assert [fault.says for fault in earlier] == ["holds no version that is not published already"]
    policy.publishes(second_tariff(date(2027, 4, 1)))
    (fault,) = policy.sees(policy.drafts(second_tariff(date(2027, 1, 1)))).found
    assert fault.says == "a tariff in force from 2027-04-01 is published"
    assert "withdraw" in fault.would_help


def test_a_whole_pack_is_a_draft_of_what_is_new_in_it(policy: PolicyWorld) -> None:
    """What is published already is no change, and is published no second time."""
    publication_id = policy.publishes(policy_files(later=True))
    new = policy_files(later=True).keys() - policy_files().keys()
    assert len(policy.sees(publication_id).published) == len(new) > 0


def test_golden_cases_of_a_draft_are_run_with_it(policy: PolicyWorld) -> None:
    """A case that comes out otherwise stops the draft."""
    case = '[[case]]\nname = "wrong"\n'
    seen = policy.sees(policy.drafts({**second_tariff(), "cases/wrong.toml": case}))
    assert seen.stage is PublicationStage.FAULTY
    assert {fault.file for fault in seen.found} == {"cases/wrong.toml"}


@pytest.mark.promise(9)
def test_no_draft_stands_in_for_what_is_published_by_the_name_of_its_file(
    policy: PolicyWorld,
) -> None:
    """Promise 9: the check names what is published; a draft of that name is a fault too."""
    day = date(2027, 4, 1)
    policy.publishes(second_tariff(day))
    (text,) = second_tariff(day, **{'authority = "': 'authority = "Another '}).values()
    (fault,) = policy.sees(policy.drafts({f"published/tariff/{day}.toml": text})).found
    assert fault.says == "a tariff in force from 2027-04-01 is published"


@pytest.mark.promise(6)
def test_an_approval_is_of_the_revision_that_was_read(policy: PolicyWorld) -> None:
    """Promise 6: the same files again are another revision, whose impact nobody has seen yet."""
    publication_id = policy.drafts(second_tariff())
    sha256 = policy.sees(publication_id).sha256
    said = {"sha256": sha256}
    waiting = policy.world.does("policy.2", ActKind.APPROVE_POLICY, publication_id, **said)
    revised = {"files": second_tariff(), "note": "The same again"}
    assert policy.acts("policy.1", ActKind.REVISE_POLICY, publication_id, **revised).done
    assert policy.goes_on(publication_id) is PublicationStage.FOR_APPROVAL
    assert policy.sees(publication_id).sha256 == sha256
    late = policy.carries_out(waiting, publication_id)
    assert "revised since" in policy.refusal(late.act_id)["in_the_way"]
    assert policy.sees(publication_id).approved == ()
    assert policy.approves("policy.2", publication_id).done


def test_a_leader_is_shown_the_impact_as_it_may_be_shown_outside(policy: PolicyWorld) -> None:
    """Whoever approves without a policy or finance role sees no line that is one child's case."""
    told = {"comparison": {"cases": 1}, "says": ["1 loses"], "outside": {"cases": 40}}
    policy.publishing = Publishing(policy.world.engine, policy.world.clock, lambda *_: told)
    publication_id = policy.drafts(second_tariff())
    for who in ("policy.2", "finance.1"):
        assert policy.sees(publication_id, who).impact == {"worked_out": True, **told}
    shown = policy.sees(publication_id, "leader.1").impact
    assert shown == {"worked_out": True, "outside": {"cases": 40}}


def test_a_draft_without_a_scheme_has_no_impact_and_says_so(policy: PolicyWorld) -> None:
    """Letters decide no case; they are approved like everything else."""
    text = policy_files()["letters/2026-09-01.toml"].replace("2026-09-01", "2026-12-01")
    seen = policy.sees(policy.drafts({"letters/2026-12-01.toml": text}))
    assert seen.impact == {
        "worked_out": False,
        "why": "Nothing in it says what a case is given.",
    }


def test_an_impact_that_cannot_be_worked_out_is_told_and_blocks_nothing(
    policy: PolicyWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever approves reads why there is no figure."""

    def refused(*_asked: object) -> dict[str, object]:
        raise NotValid("to compare", "nothing was decided", "Wait for a year.")

    monkeypatch.setattr(policy.publishing, "_impact_of", refused)
    seen = policy.sees(policy.drafts(second_tariff()))
    assert seen.stage is PublicationStage.FOR_APPROVAL
    assert seen.impact == {
        "worked_out": False,
        "why": "to compare: nothing was decided. Wait for a year.",
    }


@pytest.mark.promise(4)
def test_every_activity_answers_as_the_first_time(policy: PolicyWorld) -> None:
    """Promise 4: taken up, checked, tried, approved and withdrawn twice, it is done once."""
    publication_id = policy.writes(second_tariff())
    of = OfPublication(publication_id=publication_id)
    desk = policy.publishing
    for activity in (desk.take_up, desk.check, desk.work_out_impact):
        assert activity(of).stage == activity(of).stage
    assert desk.check(of).stage is PublicationStage.FOR_APPROVAL
    before = policy.world.tables()
    desk.check(of)
    desk.work_out_impact(of)
    assert policy.world.tables() == before
    sha256 = policy.sees(publication_id).sha256
    for who in ("policy.2", "leader.1"):
        act = policy.world.does(who, ActKind.APPROVE_POLICY, publication_id, sha256=sha256)
        first = policy.carries_out(act, publication_id)
        after = policy.world.tables()
        assert policy.carries_out(act, publication_id) == first
        assert policy.refuses(act, publication_id, "barred") == first
        assert policy.world.tables() == after


def test_what_was_worked_out_for_an_earlier_revision_is_left(policy: PolicyWorld) -> None:
    """A revision that comes while a check runs is checked itself; the old finding is dropped."""
    publication_id = policy.writes(second_tariff())
    said = {"files": FAULTY, "note": "meanwhile"}

    class Meanwhile:
        """Somebody revises the draft while its impact is being worked out."""

        def __call__(self, *_asked: object) -> dict[str, object]:
            assert policy.acts("policy.2", ActKind.REVISE_POLICY, publication_id, **said).done
            return {"tried": "too late"}

    policy.publishing.check(OfPublication(publication_id=publication_id))
    policy.publishing._impact_of = Meanwhile()  # noqa: SLF001
    told = policy.publishing.work_out_impact(OfPublication(publication_id=publication_id))
    assert told.stage is PublicationStage.DRAFTED
    assert policy.sees(publication_id).impact is None


def test_the_workflows_refusal_is_told_in_words_that_help(policy: PolicyWorld) -> None:
    """By code the rules say why; where things stand otherwise by now, at least the stage."""
    publication_id = policy.drafts(second_tariff())
    sha256 = policy.sees(publication_id).sha256
    own = slip_in(policy.world, "policy.1", ActKind.APPROVE_POLICY, publication_id, sha256=sha256)
    assert told(policy, policy.refuses(own, publication_id, "barred"))[1] == (
        "you drafted or revised it"
    )
    other = slip_in(policy.world, "policy.2", ActKind.APPROVE_POLICY, publication_id, sha256=sha256)
    no = policy.refuses(other, publication_id, "not_at_this_stage")
    assert told(policy, no)[:2] == ("not_at_this_stage", "the draft is for approval")


@pytest.mark.parametrize("who", ["officer.1", "head.crane"])
def test_drafts_are_not_everybodys_to_see(policy: PolicyWorld, who: str) -> None:
    """To whoever has nothing to do with policy they look as if there were none."""
    publication_id = policy.drafts(second_tariff())
    with pytest.raises(Unknown):
        policy.sees(publication_id, who)
    with transaction(policy.world.engine) as session, pytest.raises(Unknown):
        reading.publications(session, policy.world.caller(session, who))
    with pytest.raises(Unknown):
        policy.acts(who, ActKind.GIVE_UP_POLICY, publication_id)
    with pytest.raises(Refusal):
        policy.drafts(second_tariff(), who)
    with pytest.raises(Unknown):
        policy.acts("policy.1", ActKind.GIVE_UP_POLICY, uuid4())


def test_a_worklist_shows_what_waits_for_whom(policy: PolicyWorld) -> None:
    """A faulty draft waits for its writer; a sound one for those who may approve it, by its day."""
    faulty, sound = policy.drafts(FAULTY), policy.drafts(second_tariff())

    def waits(who: str) -> list[tuple[str, UUID]]:
        with transaction(policy.world.engine) as session:
            tasks = reading.worklist(session, policy.world.caller(session, who))
        return [(task.waits, task.id) for task in tasks if "policy" in task.waits]

    assert waits("policy.1") == [("mend_policy", faulty)]
    assert waits("leader.1") == [("approve_policy", sound)]
    policy.approves("leader.1", sound)
    assert waits("leader.1") == []
    assert waits("policy.2") == [("approve_policy", sound)]
    assert waits("officer.1") == []
