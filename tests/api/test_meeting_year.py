"""A year of meetings called at once: the published dates and deadlines come out exactly."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from activities.embedded import EmbeddedPostgres
from activities.settings import Settings
from activities.store import recording
from activities.store.published import publish
from activities.store.recording import County
from activities.store.session import make_engine, transaction
from domain.people import Role
from domain.policy.load import PolicyVersion, canonical_of
from tests.activities.small_county import ISSUER, named
from tests.activities.world import World
from tests.api.engine import HandEngine
from tests.api.web import Web, code_of
from tests.conftest import TEMPLATE, StillClock, settings_for
from tests.domain.test_meeting_year import DSPL3, dspl3

DESK = "administrator.dspl3"
IN_APRIL = datetime(2024, 4, 16, 8, 0, tzinfo=UTC)
HERTFORDSHIRE = County.model_validate(
    {
        "areas": [{"code": "north", "name": "North"}],
        "clusters": [{"code": "dspl3", "name": "DSPL3", "area": "north"}],
        "schools": [],
        "people": [
            {
                "id": named(subject),
                "issuer": ISSUER,
                "subject": subject,
                "called": subject,
                "roles": [{"role": role, "cluster": "dspl3", "from_on": date(2024, 4, 15)}],
            }
            for subject, role in (
                (DESK, Role.PANEL_ADMINISTRATOR),
                ("member.dspl3", Role.PANEL_MEMBER),
                ("chair.dspl3", Role.PANEL_CHAIR),
            )
        ],
    },
    strict=False,
)


@pytest.fixture
def clock() -> StillClock:
    """A spring morning before the first of the published panels."""
    return StillClock(IN_APRIL)


@pytest.fixture
def small_county(postgres: EmbeddedPostgres) -> Iterator[Settings]:
    """One cluster, with the calendar that it published and nothing else."""
    name = f"test_{uuid4().hex}"
    postgres.create_database(name, template=TEMPLATE)
    chosen = settings_for(postgres, name)
    engine = make_engine(chosen.database_url)
    calendar = dspl3().calendar.model_dump(mode="python", exclude_none=True)
    with transaction(engine) as session:
        recording.load_county(session, HERTFORDSHIRE)
        version = PolicyVersion.from_canonical(canonical_of(calendar))
        publish(session, version, None, IN_APRIL)
    engine.dispose()
    yield chosen
    postgres.drop_database(name)


def asked(year: int, cluster: str = "dspl3") -> dict[str, object]:
    """A year of a cluster, as it is sent."""
    return {"cluster": cluster, "year": year}


@pytest.mark.promise(12)
async def test_the_eleven_published_panels_and_their_deadlines_are_called(
    web: Web, world: World
) -> None:
    """Two in the one academic year and nine in the next, papers at six in London each."""
    for year, many in ((2023, 2), (2024, 9)):
        told = await web.says(DESK, "/meetings/year", asked(year))
        assert told.status_code == 200, told.text
        assert [each["number"] for each in told.json()["meetings"]] == list(range(1, many + 1))
        assert all(each["called_now"] for each in told.json()["meetings"])
    listed = (await web.get(DESK, "/meetings")).json()
    found = {
        each["starts_at"][:10]: f"{datetime.fromisoformat(each['papers_by_at']):%Y-%m-%dT%H:%M}Z"
        for each in listed
    }
    assert found == DSPL3
    begun = [datetime.fromisoformat(each["starts_at"]) for each in listed]
    assert {(at.hour, at.minute) for at in begun} == {(8, 30), (9, 30)}
    acts = world.rows("SELECT outcome, count(*) FROM act WHERE kind = 'call_meeting' GROUP BY 1")
    assert [tuple(row) for row in acts] == [("done", 11)]


async def test_a_deadline_on_which_schools_are_closed_is_told(web: Web) -> None:
    """Papers for 13 June 2024 are due in half term: whoever calls the year sees it."""
    told = (await web.says(DESK, "/meetings/year", asked(2023))).json()
    assert [each["papers_on_school_day"] for each in told["meetings"]] == [False, True]


@pytest.mark.promise(4)
async def test_a_year_said_twice_is_called_once(web: Web, world: World) -> None:
    """Under its key it is answered as before; under others what was called stands."""
    key = "the-year-2024"
    told = [await web.says(DESK, "/meetings/year", asked(2024), key=key) for _ in range(2)]
    assert told[0].json() == told[1].json()
    others = await asyncio.gather(
        *(web.says(who, "/meetings/year", asked(2024)) for who in (DESK, "chair.dspl3"))
    )
    for answer in others:
        assert [each["called_now"] for each in answer.json()["meetings"]] == [False] * 9
    assert world.one("SELECT count(*) FROM meeting") == 9
    assert world.one("SELECT count(*) FROM act") == 9


@pytest.mark.promise(4)
async def test_two_who_call_the_same_year_at_once_call_it_once(web: Web, world: World) -> None:
    """Chair and administrator in the same instant: nine meetings, each called by one of them."""
    told = await asyncio.gather(
        *(web.says(who, "/meetings/year", asked(2024)) for who in (DESK, "chair.dspl3"))
    )
    assert [answer.status_code for answer in told] == [200, 200]
    called = [each["called_now"] for answer in told for each in answer.json()["meetings"]]
    assert sorted(called) == [False] * 9 + [True] * 9
    assert world.one("SELECT count(*) FROM meeting") == 9


async def test_meetings_that_have_been_are_left_out(web: Web, clock: StillClock) -> None:
    """Called in the middle of a year, what was before is told and not called."""
    clock.move_on(timedelta(days=300))
    told = (await web.says(DESK, "/meetings/year", asked(2024))).json()
    assert [each["number"] for each in told["meetings"]] == [5, 6, 7, 8, 9]
    assert len(told["past"]) == 4


async def test_a_year_is_called_by_who_runs_the_panel(web: Web) -> None:
    """And only one that the calendar reaches, with dates of that cluster in it."""
    refused = await web.says("member.dspl3", "/meetings/year", asked(2024))
    assert code_of(refused) == "role_needed"
    assert code_of(await web.says(DESK, "/meetings/year", asked(2024, "dspl4"))) == "role_needed"
    assert code_of(await web.says(DESK, "/meetings/year", asked(2031))) == "no_policy_in_force"


@pytest.mark.promise(3)
async def test_a_year_is_called_while_the_engine_is_away(
    web: Web, world: World, engine: HandEngine
) -> None:
    """The meetings stand; each begins by itself when the engine is back."""
    engine.is_away = True
    told = await web.says(DESK, "/meetings/year", asked(2024))
    assert told.status_code == 200
    assert world.one("SELECT count(*) FROM act WHERE outcome IS NULL") == 9
