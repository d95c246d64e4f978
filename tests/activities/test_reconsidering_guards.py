"""Who looks again and who answers: nobody with a part, by the rules and by the database."""

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from activities.names import NotAllowed, OfChallenge
from activities.store import reading, recording
from activities.store.session import transaction
from domain.people import Interest
from domain.policy.load import load_version
from domain.reconsideration import Answer
from domain.refusals import Barred, NotAtThisStage, NotValid, Refusal, RoleNeeded, Unknown
from domain.stages import ActKind
from tests.activities.behind import refused_by, slip_in, write_vote
from tests.activities.by_hand import ByHand
from tests.activities.challenged import CEDAR, Challenged, challenges
from tests.activities.changed_awards import ChangedAwards
from tests.activities.small_county import FIRST_DAY, PLANTED, named, policy_files, request
from tests.activities.world import WHY


@pytest.fixture
def looks(hand: ByHand) -> Challenged:
    """Challenges made, looked at and answered by hand."""
    return Challenged(ChangedAwards(hand))


@pytest.fixture
def declined(looks: Challenged) -> UUID:
    """A request that an area manager declined."""
    request_id = looks.hand.recommended(request())
    looks.done(looks.world.does("manager.1", ActKind.DECLINE, request_id))
    return request_id


def also_sits(looks: Challenged, member: str) -> None:
    """A member of the first panel comes to sit on the second one as well."""
    with looks.world.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO role_held (id, person_id, role, cluster_code, from_on)"
                " VALUES (:id, :person, 'panel_member', 'cedar', :day)"
            ),
            {"id": uuid4(), "person": named(member), "day": FIRST_DAY},
        )


@pytest.mark.promise(6)
def test_whoever_moderated_reads_and_votes_no_second_time(
    looks: Challenged, declined: UUID
) -> None:
    """Promise 6: kept from papers and ballot, counted in no quorum, and held by the database."""
    also_sits(looks, "head.crane")
    ballot_id = looks.in_ballot(looks.challenged(declined))
    item_id = looks.world.one("SELECT item_id FROM ballot WHERE id = :id", id=ballot_id)
    looks.world.declares("head.crane", item_id)
    with pytest.raises(Barred, match="second look"):
        looks.world.votes("head.crane", ballot_id)
    with transaction(looks.world.engine) as session, pytest.raises(Barred, match="second look"):
        reading.papers(session, looks.world.caller(session, "head.crane"), item_id)
    with refused_by("fresh_people_look_again"):
        write_vote(looks.world, ballot_id, "head.crane")
    meeting_id, _ = looks.world.meeting_of(item_id)
    with transaction(looks.world.engine) as session:
        seen = reading.meeting(session, looks.world.caller(session, "head.gorse"), meeting_id)
    (item,) = seen.items
    assert item.second_look
    assert item.who_may_vote is not None
    assert (item.who_may_vote.members, item.who_may_vote.eligible) == (6, 5)


@pytest.mark.promise(6)
def test_whoever_decided_neither_takes_nor_answers_a_challenge(
    looks: Challenged, declined: UUID
) -> None:
    """Promise 6: refused at the door, when it is carried out, and by the database alone."""
    look_id = looks.challenged(declined)
    with pytest.raises(Barred, match="had a part"):
        looks.world.does("manager.1", ActKind.TAKE_CHALLENGE, look_id)
    slipped = slip_in(looks.world, "manager.1", ActKind.TAKE_CHALLENGE, look_id)
    assert looks.outcome(slipped) == ("refused", "barred")
    looks.looked_at(look_id)
    with pytest.raises(Barred):
        looks.answers(look_id, "stands", "manager.1")
    said = {"answer": "stands", "sent_back_to": "panel"}
    slipped = slip_in(looks.world, "manager.1", ActKind.RECONSIDER, look_id, **said)
    assert looks.outcome(slipped) == ("refused", "barred")
    for person in ("manager.1", "head.gorse", "senco.ashdown"):
        with refused_by("fresh_people_answer"), looks.world.engine.begin() as connection:
            connection.execute(
                text(
                    "UPDATE reconsideration SET stage = 'answered', answer = 'stands',"
                    " answered_by = :who, answered_act = :act, ended_at = :at WHERE id = :id"
                ),
                {
                    "who": named(person),
                    "act": slipped.id,
                    "at": looks.world.clock.now(),
                    "id": look_id,
                },
            )


@pytest.mark.promise(6)
def test_whoever_challenged_for_a_family_does_not_answer_it(
    looks: Challenged, declined: UUID
) -> None:
    """Promise 6: who brought the family's challenge has a part in it from then on."""
    look_id = looks.done(challenges(looks.world, declined, "director", by="family"))
    looks.looked_at(look_id)
    with pytest.raises(Barred):
        looks.answers(look_id, "stands", "director")


def test_a_junior_officer_does_not_give_the_answer(looks: Challenged, declined: UUID) -> None:
    """The final step is a senior officer's: of no lower limit than who decided first."""
    look_id = looks.challenged(declined)
    looks.looked_at(look_id)
    act = looks.answers(look_id, "stands", "officer.1")
    assert looks.outcome(act) == ("refused", "authority_too_low")
    looks.answered(look_id, "stands", who="manager.2")


def test_a_challenge_goes_to_another_clusters_panel(looks: Challenged, declined: UUID) -> None:
    """Not to the panel that moderated, nor to one that there is not."""
    look_id = looks.challenged(declined)
    for cluster in ("alder", "nowhere"):
        with pytest.raises(NotValid):
            looks.world.does("director", ActKind.TAKE_CHALLENGE, look_id, cluster=cluster)
    looks.taken(look_id, cluster="cedar", who="director")
    assert looks.sees("senco.ashdown", look_id).panel == "cedar"


def test_what_waits_is_seen_by_whose_turn_it_is(looks: Challenged, declined: UUID) -> None:
    """Officers with no part have it on their worklists; the school sees whose turn it is."""
    look_id = looks.challenged(declined)
    assert "take_challenge" in waits(looks, "officer.1")
    assert "take_challenge" not in waits(looks, "manager.1")
    assert looks.sees("head.ashdown", look_id).waits_for == "officer"
    looks.looked_at(look_id)
    assert "reconsider" in waits(looks, "head-of-sen")
    assert looks.sees("head.ashdown", look_id).waits_for == "senior_officer"
    with transaction(looks.world.engine) as session:
        caller = looks.world.caller(session, "senco.ashdown")
        (line,) = reading.reconsiderations(session, caller)
        assert reading.challenges_of(session, caller, declined) == (line,)
        told = [each.kind for each in reading.timeline(session, caller, declined)]
        stranger = looks.world.caller(session, "senco.brook")
        assert reading.reconsiderations(session, stranger) == ()
        with pytest.raises(Unknown):
            reading.reconsideration(session, stranger, look_id)
    assert told.count("challenge_moved_on") == 2


def waits(looks: Challenged, who: str) -> list[str]:
    """What waits for somebody."""
    with transaction(looks.world.engine) as session:
        return [each.waits for each in reading.worklist(session, looks.world.caller(session, who))]


@pytest.mark.promise(7)
def test_the_second_panel_reads_why_it_is_challenged_and_not_what_was_decided(
    looks: Challenged, declined: UUID
) -> None:
    """Promise 7, and needs come first: grounds and new evidence, and no band, amount or ending."""
    item_id = looks.taken(looks.challenged(declined))
    looks.world.declares("head.gorse", item_id, Interest.NONE)
    with transaction(looks.world.engine) as session:
        caller = looks.world.caller(session, "head.gorse")
        paper = reading.papers(session, caller, item_id)
        with pytest.raises(Refusal):
            reading.decision(session, caller, declined)
        with pytest.raises(Refusal):
            reading.request(session, caller, declined)
    assert paper.challenge is not None
    assert paper.challenge.new_evidence == ("A report of October",)
    assert "declined" not in paper.model_dump_json()
    assert set(paper.challenge.model_dump()) == {"by", "grounds", "new_evidence"}


@pytest.mark.promise(8)
def test_no_word_of_a_challenge_is_in_its_events(looks: Challenged, declined: UUID) -> None:
    """Promise 8: codes and references, and nothing that anybody wrote."""
    look_id = looks.challenged(declined)
    looks.looked_at(look_id)
    looks.answered(look_id, "sent_back")
    rows = looks.world.rows("SELECT facts::text FROM event WHERE subject = 'reconsideration'")
    assert len(rows) >= 6
    assert not [row for row in rows if PLANTED in row.facts or WHY in row.facts]


def test_only_one_challenge_of_two_at_once_comes_to_anything(
    looks: Challenged, declined: UUID
) -> None:
    """The school and an officer for the family, in the same instant: one is told so."""
    first = challenges(looks.world, declined)
    with pytest.raises(NotAtThisStage):
        challenges(looks.world, declined, "manager.2", by="family")
    said = {"request_id": str(declined), "by": "family", "asks": WHY}
    second = slip_in(looks.world, "manager.2", ActKind.CHALLENGE, named("another"), **said)
    looks.hand.goes_on()
    told = {looks.outcome(first), looks.outcome(second)}
    assert told == {("done", None), ("refused", "not_at_this_stage")}


def test_nobody_else_challenges_or_acts_on_a_challenge(looks: Challenged, declined: UUID) -> None:
    """Another school knows of none; a panel's chair is told that the role is wanting."""
    with pytest.raises(Unknown):
        challenges(looks.world, declined, "senco.gorse")
    look_id = looks.challenged(declined)
    with pytest.raises(Unknown):
        looks.world.does("senco.gorse", ActKind.WITHDRAW_CHALLENGE, look_id)
    with pytest.raises(RoleNeeded):
        looks.world.does("head.crane", ActKind.WITHDRAW_CHALLENGE, look_id)
    with pytest.raises(Unknown):
        looks.world.does("director", ActKind.RECONSIDER, uuid4(), answer=Answer.STANDS)


@pytest.mark.promise(12)
def test_the_day_of_an_answer_passes_and_it_goes_on(looks: Challenged) -> None:
    """Promise 12: an instant from the policy's school days, kept, shown, and told once."""
    files = policy_files()
    (name,) = (each for each in files if each.startswith("panel/"))
    later = files[name].replace("2026-09-01", "2026-10-07", 1)
    later = later.replace("answer_within_school_days = 40", "answer_within_school_days = 10")
    version = load_version("panel/2026-10-07.toml", later)
    with transaction(looks.world.engine) as session:
        recording.publish(session, version, None, looks.world.clock.now())
    looks.awards.comes(date(2026, 10, 8))
    request_id = looks.hand.recommended(request())
    looks.done(looks.world.does("manager.1", ActKind.DECLINE, request_id))
    look_id = looks.challenged(request_id)
    until = looks.sees("senco.ashdown", look_id).answer_by_at
    assert until is not None
    assert until - looks.world.clock.now() > timedelta(days=14)
    of = OfChallenge(reconsideration_id=look_id)
    assert looks.hand.challenges.let_wait(of).waits_until_at == until
    assert not looks.sees("senco.ashdown", look_id).overdue
    looks.world.clock.move_on(until - looks.world.clock.now())
    assert looks.hand.challenges.let_wait(of).waits_until_at is None
    looks.hand.challenges.let_wait(of)
    assert looks.sees("senco.ashdown", look_id).overdue
    assert looks.world.one("SELECT count(*) FROM event WHERE kind = 'challenge_overdue'") == 1
    assert isinstance(until, datetime)


def test_the_workflows_own_refusal_is_kept_with_the_act(looks: Challenged, declined: UUID) -> None:
    """In words that say where the challenge stands."""
    look_id = looks.challenged(declined)
    said = {"answer": "stands", "sent_back_to": "panel"}
    act = slip_in(looks.world, "director", ActKind.RECONSIDER, look_id, **said)
    no = NotAllowed(subject_id=look_id, act=act, code="not_at_this_stage")
    told = looks.hand.challenges.refuse(no)
    assert told.outcome is not None
    assert told.outcome.code == "not_at_this_stage"
    assert looks.refusal(act)["in_the_way"] == "the challenge is challenged"


def test_a_challenge_that_is_put_off_stays_a_challenge(looks: Challenged, declined: UUID) -> None:
    """Deferred, and left over when the meeting ends: the next meeting of the panel has it."""
    item_id = looks.taken(looks.challenged(declined))
    meeting_id, _ = looks.world.meeting_of(item_id)
    looks.world.calls_meeting("cedar", looks.world.clock.now() + timedelta(days=24))
    looks.hand.goes_on()
    looks.done(looks.world.closes_meeting(meeting_id))
    (listed,) = looks.world.rows(
        "SELECT i.id FROM agenda_item AS i JOIN reconsideration_item AS r ON r.item_id = i.id"
        " WHERE i.state = 'listed'"
    )
    looks.done(looks.world.opens(listed.id))
    ballot_id = looks.world.one("SELECT id FROM ballot WHERE item_id = :id", id=listed.id)
    looks.world.panel_votes(ballot_id, members=CEDAR)
    looks.done(looks.world.closes(ballot_id))
    assert looks.world.one("SELECT stage FROM reconsideration") == "for_decision"
