"""The equality assessment: what came of requests for whom, in counts that name nobody.

What is recorded of pupils is read here and nowhere else, and only counts leave it. Everybody is
shown the same: small numbers are hidden from policy officers too.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from activities.store.reading.asked_days import Days, check_whole_year, equality_on, in_days
from activities.store.reading.caller import Caller
from activities.store.reading.listing import Listing, in_pounds
from domain.equality import (
    CharacteristicOutcomes,
    GroupOutcomes,
    PupilsAlike,
    outcomes_by_characteristic,
)
from domain.frozen import Frozen
from domain.people import Role
from domain.periods import academic_year_begins
from domain.policy.equality import Equality
from domain.refusals import RoleNeeded

_DECIDED = text(f"""
WITH one AS MATERIALIZED (
    SELECT p.pupil_id, coalesce(d.result ->> 'tier', d.tier) AS tier,
        d.kind <> 'declined' AND d.result ->> 'provision_id' IS NOT NULL AS has_place,
        -- several share an amount equally; who comes first has the odd pennies
        d.annual_pence / count(*) OVER beside + CASE WHEN
            row_number() OVER (beside ORDER BY p.pupil_id) <= d.annual_pence % count(*) OVER beside
            THEN 1 ELSE 0 END AS annual_pence,
        (r.submitted_at AT TIME ZONE 'Europe/London')::date AS submitted_on,
        (d.decided_at AT TIME ZONE 'Europe/London')::date
            - (r.submitted_at AT TIME ZONE 'Europe/London')::date AS waiting_days
    FROM support_request AS r JOIN decision AS d ON d.id = r.decision_id
    JOIN request_pupil AS p ON p.request_id = r.id AND p.version = r.version
    WHERE {in_days("d.decided_at")}
    WINDOW beside AS (PARTITION BY d.id)
)
SELECT asked.characteristic, c.value AS recorded, one.tier, one.has_place,
    count(*) AS pupils, sum(one.annual_pence)::bigint AS annual_pence,
    count(*) AS waited, sum(one.waiting_days) AS waiting_days
FROM one CROSS JOIN unnest(CAST(:characteristics AS text[])) AS asked (characteristic)
LEFT JOIN pupil_characteristic AS c
    ON c.pupil_id = one.pupil_id AND c.characteristic = asked.characteristic
    AND c.from_on <= one.submitted_on AND (c.until_on IS NULL OR c.until_on > one.submitted_on)
GROUP BY asked.characteristic, c.value, one.tier, one.has_place, one.annual_pence > 0
""")  # noqa: S608  our own words
_RECORDED = text("""
SELECT c.pupil_id, jsonb_object_agg(c.characteristic, c.value) AS recorded
FROM pupil_characteristic AS c WHERE c.pupil_id = ANY (:pupils)
    AND c.from_on <= :day AND (c.until_on IS NULL OR c.until_on > :day)
GROUP BY c.pupil_id
""")


class EqualityView(Frozen):
    """Outcomes of an academic year's decisions by characteristic."""

    academic_year: int
    smallest_shown: int
    """A count below it is hidden, and whatever would give it away."""
    authority: str
    """By which the equality policy is in force."""
    characteristics: tuple[CharacteristicOutcomes, ...]


def equality(session: Session, caller: Caller, year: int) -> EqualityView:
    """Report a year's decisions by recorded characteristic, for policy officers and leaders.

    Leaders are given years that have ended: numbers that still grow tell by how much.
    """
    if not caller.holds(Role.POLICY_OFFICER, Role.LEADER):
        raise RoleNeeded(
            "to read outcomes by characteristic", "policy officers and leaders read them"
        )
    days = Days(from_on=academic_year_begins(year), until_on=academic_year_begins(year + 1))
    if not caller.holds(Role.POLICY_OFFICER):
        check_whole_year(caller, days)
    policy = equality_on(session, caller.day)
    return EqualityView(
        academic_year=year,
        smallest_shown=policy.smallest_shown,
        authority=policy.authority,
        characteristics=outcomes_by_characteristic(_decided(session, days, policy), policy),
    )


def _decided(session: Session, days: Days, policy: Equality) -> tuple[PupilsAlike, ...]:
    """Count what the decisions that stand came to, by the day of decision, alike with alike."""
    characteristics = [each.code for each in policy.characteristics]
    asked = {**days.model_dump(), "characteristics": characteristics}
    rows = session.connection().execute(_DECIDED, asked).mappings()
    return tuple(PupilsAlike.model_validate(dict(row)) for row in rows)


def recorded_on(
    session: Session, pupil_ids: Iterable[UUID], day: date
) -> dict[UUID, dict[str, str]]:
    """Read what is recorded of pupils on a day, for counting alone: it goes on to no person."""
    asked = {"pupils": list(pupil_ids), "day": day}
    return {row.pupil_id: row.recorded for row in session.connection().execute(_RECORDED, asked)}


def equality_listings(found: EqualityView) -> tuple[Listing, ...]:
    """The report as lists, one for each characteristic, its total last."""
    return tuple(_listing(each) for each in found.characteristics)


def _listing(found: CharacteristicOutcomes) -> Listing:
    tiers = tuple(found.total.by_tier)
    return Listing(
        name=found.characteristic,
        headings=(
            *("characteristic", "group", "title", "pupils"),
            *tiers,
            *("awarded", "given_place", "given_nothing", "mean_annual", "mean_waiting_days"),
        ),
        rows=tuple(_cells(found, each, tiers) for each in (*found.groups, found.total)),
    )


def _cells(
    found: CharacteristicOutcomes, each: GroupOutcomes, tiers: tuple[str, ...]
) -> tuple[Any, ...]:
    return (
        *(found.characteristic, each.group, each.title, each.pupils),
        *(each.by_tier[tier] for tier in tiers),
        *(each.awarded, each.given_place, each.given_nothing),
        *(in_pounds(each.mean_annual_pence), each.mean_waiting_days),
    )
