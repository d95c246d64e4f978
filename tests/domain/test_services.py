"""What is asked of services: it goes forward only, and is late by an instant."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.refusals import NotAtThisStage
from domain.services import (
    WAITING,
    AcceptingService,
    AskedOfService,
    DecliningService,
    ReportingService,
    ServiceAnswer,
    ServiceState,
    areas_told,
    state_after,
    words_of,
)
from tests.activities.small_county import profile

AT = datetime(2026, 11, 2, tzinfo=UTC)
WEEK = timedelta(days=7)
ACCEPTS, DECLINES = AcceptingService(note="Tuesdays"), DecliningService(reason="Nobody is free")
DONE = ReportingService(is_done=True, came_of_it="It helps")
NOT_DONE = ReportingService(is_done=False, came_of_it="The pupil was away")
FITS = {
    (ServiceState.ASKED, ServiceState.ACCEPTED): ACCEPTS,
    (ServiceState.ASKED, ServiceState.DECLINED): DECLINES,
    (ServiceState.ACCEPTED, ServiceState.DONE): DONE,
    (ServiceState.ACCEPTED, ServiceState.NOT_DONE): NOT_DONE,
}


@pytest.mark.parametrize("now", ServiceState)
@pytest.mark.parametrize("said", [ACCEPTS, DECLINES, DONE, NOT_DONE])
def test_an_answer_fits_where_it_is_the_services_turn(
    now: ServiceState, said: ServiceAnswer
) -> None:
    """What is asked is accepted or declined once, and what was accepted reported once."""
    fits = [after for (before, after), each in FITS.items() if before is now and each is said]
    if fits:
        assert state_after(said, now) is fits[0]
        return
    with pytest.raises(NotAtThisStage) as refused:
        state_after(said, now)
    assert now.replace("_", " ") in refused.value.in_the_way


def test_what_a_service_wrote_is_kept() -> None:
    """A note, a reason, or what came of it."""
    assert [words_of(said) for said in (ACCEPTS, DECLINES, DONE)] == [
        "Tuesdays",
        "Nobody is free",
        "It helps",
    ]
    assert words_of(AcceptingService()) is None


@pytest.mark.promise(12)
@pytest.mark.parametrize("state", ServiceState)
def test_a_service_is_late_once_its_instant_has_passed(state: ServiceState) -> None:
    """First the answer is due and then what was promised; what has ended is never late."""
    asked = AskedOfService(state=state, answer_by_at=AT, by_at=AT + WEEK)
    moment = timedelta(microseconds=1)
    due_at = AT if state is ServiceState.ASKED else AT + WEEK
    assert asked.due_at == due_at
    assert not asked.is_late(due_at)
    assert asked.is_late(due_at + moment) is (state in WAITING)


def test_a_service_is_told_the_areas_of_greatest_need_alone() -> None:
    """Neither levels nor lesser needs; without a profile nothing."""
    assert areas_told(profile(4, 3, 4, 0)) == (
        "communication_and_interaction",
        "social_emotional_and_mental_health",
    )
    assert areas_told(profile(0, 0, 0, 0)) == ()
    assert areas_told(None) == ()
