"""How far the members of each panel agree, and a member's own levels beside the panel's.

Closed ballots alone, and of these the votes that counted; before the close nothing here depends on
a vote (promise 7). Agreement is measured on first rounds: after a discussion votes follow it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from json import loads
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session

from activities.store.reading.asked_days import Days, in_days
from activities.store.reading.caller import OFFICERS, Caller
from activities.store.reading.panel import levels_of
from activities.store.reading.policies import continuum
from domain.agreement import Agreement, Pattern, agreement_by_area
from domain.frozen import Frozen
from domain.moderation import Tally, Vote
from domain.needs import AreaOfNeed
from domain.own_levels import OwnBallot, OwnPage, own_page
from domain.people import Role
from domain.refusals import NotValid, RoleNeeded

Levels = Mapping[AreaOfNeed, Pattern]
"""The levels given to a case, by area of need, each in order."""

SEES_EVERY_PANEL = (*OFFICERS, Role.POLICY_OFFICER, Role.LEADER)
_OWN_PANEL = (Role.PANEL_CHAIR, Role.VICE_CHAIR)

_SEED = 1
"""Of the bootstrap: whoever asks again is told the same."""

_FIRST_ROUNDS = (
    "SELECT m.cluster_code AS cluster, c.name, r.continuum,"  # noqa: S608  our own words
    " b.counted_levels::text AS levels, count(*) AS times FROM ballot AS b"
    " JOIN support_request AS r ON r.id = b.request_id"
    " JOIN agenda_item AS i ON i.id = b.item_id JOIN meeting AS m ON m.id = i.meeting_id"
    " JOIN cluster AS c ON c.code = m.cluster_code"
    " WHERE b.round = 1 AND b.closed_at IS NOT NULL AND b.counted_levels IS NOT NULL"
    f" AND {in_days('b.closed_at')}"
    " AND (CAST(:clusters AS text[]) IS NULL OR m.cluster_code = ANY (:clusters))"
)
_ALIKE = text(f"{_FIRST_ROUNDS} GROUP BY 1, 2, 3, 4 ORDER BY 1, min(b.closed_at), 4")
"""First rounds by panel and scale; those whose members voted alike are counted together."""
_IN_TURN = text(f"{_FIRST_ROUNDS} GROUP BY 1, 2, 3, 4, b.id ORDER BY 1, b.closed_at, b.id")
"""The same, each by itself: an interval is drawn from them as they closed."""

_OWN = text(
    "SELECT b.id, b.result, r.reference, v.levels, v.abstained"
    " FROM (SELECT DISTINCT ON (ballot_id) ballot_id, levels, abstained FROM vote"
    "  WHERE person_id = :person ORDER BY ballot_id, revision DESC) AS v"
    " JOIN ballot AS b ON b.id = v.ballot_id JOIN support_request AS r ON r.id = b.request_id"
    " WHERE b.closed_at IS NOT NULL AND b.result IS NOT NULL"
    " AND NOT (SELECT d.bars FROM interest AS d WHERE d.item_id = b.item_id"
    "  AND d.person_id = :person ORDER BY d.revision DESC LIMIT 1)"
    " AND NOT (has_a_part(:person, b.request_id, :day)).other"
    " ORDER BY b.closed_at, r.reference DESC, b.id"
)
"""One's own last votes, in ballots whose result no interest keeps one from."""


class PanelAgreement(Frozen):
    """How far a panel's members agreed before they talked, on cases of one scale of levels."""

    cluster: str
    name: str
    lowest_level: int
    highest_level: int
    """Of the scale that the cases' continuum has."""
    ballots: int
    """First rounds that closed in these days."""
    areas: dict[AreaOfNeed, Agreement]


class AgreementView(Frozen):
    """Every panel's agreement between two days; with intervals where one panel is asked for."""

    days: Days
    panels: tuple[PanelAgreement, ...]


class OwnLevelsView(OwnPage):
    """My levels beside the panel's in ballots that have closed; nobody else is shown this."""

    references: dict[str, str]
    """Of each ballot: the reference of its request."""


def check_may_see(caller: Caller, days: Days, cluster: str | None) -> tuple[str, ...] | None:
    """Name the clusters whose panels the person may see, None for every one; or refuse."""
    if days.until_on <= days.from_on:
        raise NotValid("to report these days", "the last of them is before the first")
    if caller.holds(*SEES_EVERY_PANEL):
        return None if cluster is None else (cluster,)
    own = caller.clusters(*_OWN_PANEL)
    if not own or (cluster is not None and cluster not in own):
        raise RoleNeeded(
            "to read how far panels agree",
            "officers, policy officers and leaders do, and a chair of the own panel",
        )
    return tuple(sorted(own)) if cluster is None else (cluster,)


def panel_agreement(
    session: Session, caller: Caller, days: Days, cluster: str | None = None
) -> AgreementView:
    """Report how far the members of each panel agreed, in first rounds that closed in the days.

    An interval takes a moment to draw, so it is given where a panel is asked for by itself.
    """
    clusters = check_may_see(caller, days, cluster)
    return agreement_of(session, days, clusters)


def agreement_of(
    session: Session, days: Days, clusters: Sequence[str] | None = None
) -> AgreementView:
    """Report the same of the named clusters, or of all: for the command line, that asks nobody."""
    asked = {**days.model_dump(), "clusters": None if clusters is None else list(clusters)}
    seed = _SEED if clusters is not None and len(clusters) == 1 else None
    rows = session.connection().execute(_ALIKE if seed is None else _IN_TURN, asked).all()
    return AgreementView(days=days, panels=tuple(_panels(session, rows, seed)))


def _panels(
    session: Session, rows: Iterable[Row[Any]], seed: int | None
) -> Iterable[PanelAgreement]:
    """Cases of one scale go together: editions of a continuum may have other levels."""
    found: dict[tuple[str, str, range], list[tuple[Levels, int]]] = defaultdict(list)
    scales: dict[str, range] = {}
    for row in rows:
        if row.continuum not in scales:
            scales[row.continuum] = levels_of(continuum(session, {"continuum": row.continuum}))
        case = (_levels_counted(row.levels), row.times)
        found[row.cluster, row.name, scales[row.continuum]].append(case)
    for (cluster, name, scale), cases in found.items():
        yield PanelAgreement(
            cluster=cluster,
            name=name,
            lowest_level=scale[0],
            highest_level=scale[-1],
            ballots=sum(times for _, times in cases),
            areas=agreement_by_area(cases, scale, seed),
        )


@lru_cache(maxsize=4_096)
def _levels_counted(written: str) -> Levels:
    """Read the levels that counted on a case, as the database wrote them beside its ballot."""
    return {AreaOfNeed(area): tuple(levels) for area, levels in loads(written).items()}


def own_levels(session: Session, caller: Caller) -> OwnLevelsView:
    """Set my levels beside the panel's, for my own learning: nobody else's vote is in it."""
    person_id = caller.person.id
    asked = {"person": person_id, "day": caller.day}
    rows = session.connection().execute(_OWN, asked).all()
    ballots = [
        OwnBallot(
            ballot_id=row.id,
            own=_as_vote(row, person_id),
            panel=Tally.model_validate(row.result, strict=False).moderated,
        )
        for row in rows
    ]
    page = own_page(person_id, person_id, ballots)
    return OwnLevelsView(**dict(page), references={str(row.id): row.reference for row in rows})


def _as_vote(row: Row[Any], person_id: Any) -> Vote:
    return Vote(
        person_id=person_id,
        levels={AreaOfNeed(area): level for area, level in row.levels.items()},
        abstained=row.abstained,
    )
