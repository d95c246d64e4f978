"""How far the members of each panel agree, and a member's own levels beside the panel's.

Closed ballots alone, and of these the votes that counted; before the close nothing here depends on
a vote (promise 7). Agreement is measured on first rounds: after a discussion votes follow it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session

from activities.store.reading.asked_days import Days, in_days
from activities.store.reading.caller import OFFICERS, Caller
from activities.store.reading.panel import levels_of
from activities.store.reading.policies import continuum
from domain.agreement import Agreement, agreement_by_area
from domain.frozen import Frozen
from domain.moderation import Tally, Vote
from domain.needs import AreaOfNeed
from domain.own_levels import OwnBallot, OwnPage, own_page
from domain.people import Role
from domain.refusals import NotValid, RoleNeeded

SEES_EVERY_PANEL = (*OFFICERS, Role.POLICY_OFFICER, Role.LEADER)
_OWN_PANEL = (Role.PANEL_CHAIR, Role.VICE_CHAIR)

_SEED = 1
"""Of the bootstrap: whoever asks again is told the same."""

_LAST_VOTES = (
    "SELECT DISTINCT ON (v.ballot_id, v.member_id) v.ballot_id, v.person_id, v.levels,"
    " v.abstained FROM vote AS v ORDER BY v.ballot_id, v.member_id, v.revision DESC"
)
_FIRST_ROUNDS = text(
    "SELECT m.cluster_code AS cluster, c.name, r.pins ->> 'continuum' AS continuum,"  # noqa: S608
    f" b.id, v.person_id, v.levels, v.abstained FROM ({_LAST_VOTES}) AS v"
    " JOIN ballot AS b ON b.id = v.ballot_id JOIN support_request AS r ON r.id = b.request_id"
    " JOIN agenda_item AS i ON i.id = b.item_id JOIN meeting AS m ON m.id = i.meeting_id"
    " JOIN cluster AS c ON c.code = m.cluster_code"
    " WHERE b.round = 1 AND b.closed_at IS NOT NULL AND b.result IS NOT NULL"
    f" AND {in_days('b.closed_at')}"
    " AND (CAST(:clusters AS text[]) IS NULL OR m.cluster_code = ANY (:clusters))"
    " AND EXISTS (SELECT FROM part_played AS q WHERE q.request_id = r.id"
    "  AND q.person_id = v.person_id AND q.part = 'moderated')"
    " ORDER BY 1, b.closed_at, b.id, v.person_id"
)
"""The votes of first rounds that counted: who voted and was then barred did not moderate."""

_OWN = text(
    "SELECT b.id, b.result, r.reference, v.levels, v.abstained"
    " FROM (SELECT DISTINCT ON (ballot_id) ballot_id, levels, abstained FROM vote"
    "  WHERE person_id = :person ORDER BY ballot_id, revision DESC) AS v"
    " JOIN ballot AS b ON b.id = v.ballot_id JOIN support_request AS r ON r.id = b.request_id"
    " WHERE b.closed_at IS NOT NULL AND b.result IS NOT NULL"
    " AND NOT (SELECT d.bars FROM interest AS d WHERE d.item_id = b.item_id"
    "  AND d.person_id = :person ORDER BY d.revision DESC LIMIT 1)"
    " AND NOT (has_a_part(:person, b.request_id, :day)).other"
    " ORDER BY b.closed_at, b.id"
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
    rows = session.connection().execute(_FIRST_ROUNDS, asked).all()
    seed = _SEED if clusters is not None and len(clusters) == 1 else None
    return AgreementView(days=days, panels=tuple(_panels(session, rows, seed)))


def _panels(
    session: Session, rows: Iterable[Row[Any]], seed: int | None
) -> Iterable[PanelAgreement]:
    """Cases of one scale go together: editions of a continuum may have other levels."""
    found: dict[tuple[str, str, range], dict[Any, list[Vote]]] = defaultdict(dict)
    for row in rows:
        scale = levels_of(continuum(session, {"continuum": row.continuum}))
        ballots = found[row.cluster, row.name, scale]
        ballots.setdefault(row.id, []).append(_as_vote(row, row.person_id))
    for (cluster, name, scale), ballots in found.items():
        yield PanelAgreement(
            cluster=cluster,
            name=name,
            lowest_level=scale[0],
            highest_level=scale[-1],
            ballots=len(ballots),
            areas=agreement_by_area(list(ballots.values()), scale, seed),
        )


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
