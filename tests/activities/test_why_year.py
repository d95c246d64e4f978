"""Every entry of a year explains itself, those too that no decision on a request made."""

from uuid import UUID, uuid4

import pytest
from sqlmodel import Session

from activities.settings import Settings
from activities.store import ledger, reading
from activities.store.session import make_engine, transaction
from domain.ledger.journal import Reverse, Verb
from domain.ledger.year import Cancel
from tests.activities.by_hand import ByHand
from tests.activities.ledger_books import CONTEXT
from tests.activities.small_county import request

FOLLOWERS = {Verb.RELEASE, Verb.COMMIT, Verb.PAY, Verb.REVERSE, Verb.CANCEL}


@pytest.mark.promise(2)
@pytest.mark.parametrize("shows_votes", [True, False])
def test_every_entry_of_a_year_explains_itself(played: Settings, *, shows_votes: bool) -> None:
    """Whatever the verb: by whose authority, what it followed, and what stood behind that."""
    engine = make_engine(played.database_url, 1)
    with transaction(engine) as session:
        listed = ledger.entries(session, limit=500)
        chains = [reading.why(session, each.id, shows_votes=shows_votes) for each in listed]
    engine.dispose()
    assert {each.entry.verb for each in chains} == set(Verb)
    assert [each.entry for each in chains] == list(listed)
    for each in chains:
        assert bool(each.follows) >= (each.entry.verb in FOLLOWERS)
    (vired,) = (each for each in chains if each.entry.verb is Verb.VIRE)
    assert vired.entry.context.authority == "Scheme 4"
    late = chains[-1]
    assert late.entry.context.reference == "LATE-1"
    assert [each.verb for each in late.follows] == [Verb.COMMIT, Verb.HOLD]


@pytest.mark.promise(2)
def test_what_follows_a_promise_explains_itself_by_its_decision(hand: ByHand) -> None:
    """What undoes a cancelling leads to the decision, though neither says anything of it."""
    request_id = hand.recommended(request())
    hand.world.authorises("head-of-sen", request_id)
    hand.goes_on()
    commitment = hand.world.one("SELECT id FROM ledger_entry WHERE verb = 'commit'")
    with transaction(hand.world.engine) as session:
        ends = cancelled(session, commitment)
        undone = Reverse(id=uuid4(), reverses_id=ends, context=CONTEXT)
        assert ledger.reverse(session, undone).is_done
        chain = reading.why(session, undone.id, shows_votes=True)
    assert [each.verb for each in chain.follows] == [Verb.CANCEL, Verb.COMMIT, Verb.HOLD]
    assert chain.decision is not None
    assert chain.placing is not None
    assert chain.request is not None
    assert chain.request.id == request_id
    assert chain.policies


def cancelled(session: Session, commitment_id: UUID) -> UUID:
    """Cancel the first instalment of a commitment, saying nothing of the case."""
    number = ledger.instalments_of(session, commitment_id)[0].number
    command = Cancel(
        id=uuid4(), commitment_id=commitment_id, instalment_numbers=(number,), context=CONTEXT
    )
    assert ledger.cancel(session, command).is_done
    return command.id
