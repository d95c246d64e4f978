"""What the database itself holds of publishing policy, whatever the code above it does."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from psycopg import errors
from sqlalchemy.exc import ProgrammingError

from domain.stages import ActKind
from tests.activities.behind import refused_by, run_sql, slip_in
from tests.activities.by_hand import ByHand
from tests.activities.publishing_world import FAULTY, PolicyWorld, second_tariff
from tests.activities.small_county import named, request
from tests.activities.world import World

_APPROVE = (
    "INSERT INTO publication_approval (publication_id, revision, person_id, act_id, sha256,"
    " approved_at) SELECT d.publication_id, :revision, :person, :act, d.sha256, now()"
    " FROM publication_draft AS d WHERE d.publication_id = :id AND d.revision = 1"
)
_COPY_OF_VERSION = (
    "INSERT INTO policy_version SELECT (jsonb_populate_record(v, jsonb_build_object("
    "'id', gen_random_uuid(), 'sha256', 'another', 'in_force_from', CAST('2030-01-01' AS date),"
    " 'in_force_until', NULL, 'publication_id', CAST(:publication AS uuid)))).*"
    " FROM policy_version AS v WHERE kind = 'letters'"
)
_FORWARD = "UPDATE publication SET revision = 2, stage = 'drafted' WHERE id = :id"


@pytest.fixture
def policy(world: World) -> PolicyWorld:
    """The small county's policy desk."""
    return PolicyWorld(world)


def approves_behind(policy: PolicyWorld, who: str, publication_id: UUID, revision: int = 1) -> None:
    """Put an approval straight into the table."""
    sha256 = policy.sees(publication_id).sha256
    act = slip_in(policy.world, who, ActKind.APPROVE_POLICY, publication_id, sha256=sha256)
    said = {"id": publication_id, "person": named(who), "act": act.id, "revision": revision}
    run_sql(policy.world, _APPROVE, **said)


@pytest.mark.promise(6)
def test_the_database_bars_writers_and_counts_two(policy: PolicyWorld) -> None:
    """Promise 6: nobody who wrote it approves, nobody twice, and one is not enough."""
    world = policy.world
    publication_id = policy.drafts(second_tariff())
    publish = "UPDATE publication SET stage = 'published' WHERE id = :id"
    with refused_by("nobody_approves_their_own_policy"):
        approves_behind(policy, "policy.1", publication_id)
    with refused_by("two_approve_a_publication"):
        run_sql(world, publish, id=publication_id)
    approves_behind(policy, "policy.2", publication_id)
    with refused_by("publication_approval_pkey"):
        approves_behind(policy, "policy.2", publication_id)
    with refused_by("two_approve_a_publication"):
        run_sql(world, publish, id=publication_id)
    with refused_by("an_approval_is_of_what_waits"):
        approves_behind(policy, "leader.1", publication_id, revision=2)
    approves_behind(policy, "leader.1", publication_id)
    run_sql(world, publish, id=publication_id)


@pytest.mark.promise(6)
def test_a_version_comes_from_an_approved_publication(policy: PolicyWorld, hand: ByHand) -> None:
    """Promise 6: before the first request anybody may set up; then nothing but a publication."""
    publication_id = policy.drafts(second_tariff())
    with refused_by("policy_is_published_by_two"):
        run_sql(policy.world, _COPY_OF_VERSION, publication=publication_id)
    hand.listed(request())
    with refused_by("policy_is_published_by_two"):
        run_sql(policy.world, _COPY_OF_VERSION, publication=None)


@pytest.mark.promise(6)
def test_an_approval_is_that_persons_own_act_on_this_draft(policy: PolicyWorld) -> None:
    """Promise 6: no act of another person, of another kind, or on another draft stands for it."""
    world, publication_id = policy.world, policy.drafts(second_tariff())
    sha256 = policy.sees(publication_id).sha256
    approve, give_up = ActKind.APPROVE_POLICY, ActKind.GIVE_UP_POLICY
    for act in (
        slip_in(world, "policy.1", approve, publication_id, sha256=sha256),
        slip_in(world, "policy.2", give_up, publication_id),
        slip_in(world, "policy.2", approve, uuid4(), sha256=sha256),
        slip_in(world, "policy.2", approve, publication_id, sha256="0" * 64),
    ):
        said = {"id": publication_id, "person": named("policy.2"), "act": act.id, "revision": 1}
        with refused_by("an_approval_is_an_act"):
            run_sql(world, _APPROVE, **said)


@pytest.mark.promise(6)
def test_a_revision_is_its_writers_own_act(policy: PolicyWorld) -> None:
    """Promise 6: nobody is said to have written what another wrote, nor a revision to come."""
    world, publication_id = policy.world, policy.drafts(second_tariff())
    revise = (
        "INSERT INTO publication_draft (publication_id, revision, act_id, written_by, written_at,"
        " content, sha256) SELECT publication_id, 2, :act, :who, written_at, content, sha256"
        " FROM publication_draft WHERE publication_id = :id"
    )
    act = slip_in(world, "policy.1", ActKind.REVISE_POLICY, publication_id)
    said = {"id": publication_id, "act": act.id}
    with refused_by("a_revision_is_an_act"):
        run_sql(world, revise, **said, who=named("policy.1"))
    run_sql(world, _FORWARD, id=publication_id)
    with refused_by("a_revision_is_an_act"):
        run_sql(world, revise, **said, who=named("policy.2"))


@pytest.mark.promise(6)
def test_a_version_is_one_that_was_approved(policy: PolicyWorld, hand: ByHand) -> None:
    """Promise 6: no other document is slipped under an old publication, nor one of another day."""
    publication_id = policy.publishes(second_tariff())
    hand.listed(request())
    with refused_by("policy_is_published_by_two"):
        run_sql(policy.world, _COPY_OF_VERSION, publication=publication_id)


@pytest.mark.promise(9)
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE policy_version SET in_force_until = in_force_until - 1 WHERE kind = 'tariff'",
        "UPDATE policy_version SET in_force_until = '2027-01-01' WHERE kind = 'letters'",
    ],
)
def test_no_day_is_taken_from_a_version(policy: PolicyWorld, sql: str) -> None:
    """Promise 9: a version governs until the next of its kind begins, or until its own end."""
    policy.publishes(second_tariff())
    with refused_by("versions_follow_one_another"):
        run_sql(policy.world, sql)


@pytest.mark.promise(9)
def test_a_withdrawal_is_somebodys_act_on_the_version(policy: PolicyWorld) -> None:
    """Promise 9: no other act stands for it."""
    world, version_id = policy.world, policy.version(policy.publishes(second_tariff()))
    act = slip_in(world, "policy.1", ActKind.WITHDRAW_POLICY, uuid4(), version_id=str(uuid4()))
    with refused_by("a_withdrawal_is_an_act"):
        run_sql(
            world,
            "UPDATE policy_version SET withdrawn_at = now(), withdrawn_by = :who,"
            " withdrawn_act = :act WHERE id = :id",
            id=version_id,
            act=act.id,
            who=named("policy.1"),
        )


def test_an_approval_is_of_what_waits_for_it(policy: PolicyWorld) -> None:
    """A faulty draft is not approved, and neither is another revision of a sound one."""
    with refused_by("an_approval_is_of_what_waits"):
        approves_behind(policy, "policy.2", policy.drafts(FAULTY))


def test_a_draft_says_what_its_hash_says(policy: PolicyWorld) -> None:
    """The database works the hash out itself; no approval is of another."""
    publication_id = policy.drafts(second_tariff())
    draft = (
        "INSERT INTO publication_draft (publication_id, revision, act_id, written_by, written_at,"
        " content, sha256) SELECT publication_id, 2, :act, written_by, written_at, content || ' ',"
        " sha256 FROM publication_draft WHERE publication_id = :id"
    )
    act = slip_in(policy.world, "policy.1", ActKind.REVISE_POLICY, publication_id)
    run_sql(policy.world, _FORWARD, id=publication_id)
    with refused_by("draft_has_its_own_hash"):
        run_sql(policy.world, draft, id=publication_id, act=act.id)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE publication SET stage = 'drafted' WHERE id = :id",
        "UPDATE publication SET stage = 'checked' WHERE id = :id",
        "UPDATE publication SET stage = 'withdrawn' WHERE id = :id",
        "UPDATE publication SET revision = 3, stage = 'drafted' WHERE id = :id",
        "UPDATE publication SET revision = 2 WHERE id = :id",
    ],
)
def test_a_publication_goes_forward(policy: PolicyWorld, sql: str) -> None:
    """It comes back only as its next revision."""
    publication_id = policy.drafts(second_tariff())
    with refused_by("a_publication_goes_forward"):
        run_sql(policy.world, sql, id=publication_id)


def test_what_was_found_out_about_a_draft_stays(policy: PolicyWorld) -> None:
    """No fault is taken away and no impact made smaller afterwards."""
    publication_id = policy.drafts(second_tariff())
    for sql in (
        "UPDATE publication_draft SET faults = '[{}]' WHERE publication_id = :id",
        "UPDATE publication_draft SET impact = '{}' WHERE publication_id = :id",
        "UPDATE publication_draft SET checked_against = '' WHERE publication_id = :id",
    ):
        with refused_by("a_draft_is_checked_once"):
            run_sql(policy.world, sql, id=publication_id)


def test_a_publication_begins_drafted(policy: PolicyWorld) -> None:
    """None begins as one that waits for approval."""
    begin = (
        "INSERT INTO publication (id, stage, revision, drafted_by, drafted_at)"
        " VALUES (:id, 'for_approval', 1, :who, now())"
    )
    with refused_by("a_publication_begins_drafted"):
        run_sql(policy.world, begin, id=uuid4(), who=named("policy.1"))


@pytest.mark.promise(9)
def test_what_is_used_is_not_withdrawn_and_what_is_withdrawn_stays_so(
    policy: PolicyWorld, hand: ByHand
) -> None:
    """Promise 9: the database looks for itself, and no withdrawal is taken back."""
    world = policy.world
    second = policy.version(policy.publishes(second_tariff()))
    hand.listed(request())
    withdraw = (
        "UPDATE policy_version SET withdrawn_at = now(), withdrawn_by = :who,"
        " withdrawn_act = (SELECT id FROM act LIMIT 1) WHERE id = :id"
    )
    first = world.one(
        "SELECT id FROM policy_version WHERE kind = 'tariff' ORDER BY in_force_from LIMIT 1"
    )
    with refused_by("nothing_used_is_withdrawn"):
        run_sql(world, withdraw, id=first, who=named("policy.1"))
    world.clock.move_on(timedelta(minutes=1))
    assert policy.withdraws(second).done
    with refused_by("withdrawn_once"):
        run_sql(
            world,
            "UPDATE policy_version SET withdrawn_at = NULL, withdrawn_by = NULL,"
            " withdrawn_act = NULL WHERE id = :id",
            id=second,
        )


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE publication_draft SET content = ''",
        "UPDATE publication_approval SET sha256 = ''",
        "DELETE FROM publication",
        "DELETE FROM publication_draft",
        "DELETE FROM publication_approval",
        "UPDATE publication SET drafted_by = drafted_by",
    ],
)
def test_what_was_written_and_approved_is_never_changed(policy: PolicyWorld, sql: str) -> None:
    """The application's own role has no right to rewrite the past."""
    policy.drafts(second_tariff())
    with pytest.raises(ProgrammingError) as refused:
        run_sql(policy.world, sql)
    assert isinstance(refused.value.orig, errors.InsufficientPrivilege)
