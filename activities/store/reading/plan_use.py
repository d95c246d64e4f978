"""What a plan is used for: places given, kept and unused, what they cost, what is paid of it."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlmodel import Session

from activities.store.reading.caller import Caller
from activities.store.reading.listing import Listing, in_pounds
from domain.frozen import Frozen
from domain.money import pro_rata
from domain.people import Role
from domain.refusals import RoleNeeded

_LOOKS = (Role.FINANCE_OFFICER, Role.COUNCIL_OFFICER, Role.SEN_OFFICER, Role.LEADER)

_SERVICES = text(
    "SELECT p.cluster_code, p.service, p.area_of_need, p.up_to_level, p.places, p.annual_pence,"
    " p.until_on, t.plan_id, p.item_id,"
    " count(*) FILTER (WHERE g.state = 'given') AS given,"
    " count(*) FILTER (WHERE g.state = 'kept') AS kept"
    " FROM plan_provision AS p LEFT JOIN plan_place AS g ON g.provision_id = p.id"
    " LEFT JOIN cluster_plan_item AS t ON t.id = p.item_id"
    " WHERE p.academic_year = :year AND (:every OR p.cluster_code = :cluster)"
    " GROUP BY p.id, t.plan_id ORDER BY p.cluster_code, p.service, p.id"
)
_MONEY = text(
    "SELECT y.cluster_code, count(DISTINCT y.plan_id) AS plans,"
    " coalesce(sum(m.due), 0)::bigint AS due_pence,"
    " (coalesce(sum(m.paid), 0) - coalesce(sum(b.pence), 0))::bigint AS paid_pence"
    " FROM cluster_plan AS l JOIN cluster_plan_party AS y ON y.plan_id = l.id"
    " LEFT JOIN LATERAL (SELECT"
    " sum(i.pence) FILTER (WHERE ledger_ended_by(i.commit_id, i.number) IS NULL) AS due,"
    " sum(i.pence) FILTER (WHERE EXISTS (SELECT FROM ledger_entry AS e WHERE e.verb = 'pay'"
    " AND e.commitment_id = i.commit_id AND e.instalment_number = i.number AND NOT EXISTS"
    " (SELECT FROM ledger_entry AS back WHERE back.reverses_id = e.id))) AS paid"
    " FROM cluster_plan_item AS t JOIN award AS a ON a.plan_item_id = t.id"
    " AND a.pot = 'cluster:' || y.cluster_code JOIN instalment AS i ON i.award_id = a.id"
    " WHERE t.plan_id = l.id) AS m ON true"
    " LEFT JOIN LATERAL (SELECT sum(k.pence) AS pence FROM cluster_plan_item AS t"
    " JOIN award AS a ON a.plan_item_id = t.id AND a.pot = 'cluster:' || y.cluster_code"
    " JOIN take_back AS k ON k.award_id = a.id WHERE t.plan_id = l.id) AS b ON true"
    " WHERE l.academic_year = :year AND l.stage IN ('signed', 'ended')"
    " AND (:every OR y.cluster_code = :cluster) GROUP BY y.cluster_code"
)


class ServiceUse(Frozen):
    """A shared service of a cluster's plan: its places, who has them, and what unused ones cost."""

    cluster: str
    service: str
    area_of_need: str
    up_to_level: int
    places: int
    given: int
    kept: int
    """Kept for requests that are not decided."""
    unused: int
    annual_pence: int
    """What the cluster pays for it, pence a year."""
    unused_pence: int
    """What of that is for places that nobody has."""


class PlanUse(Frozen):
    """A cluster's plan of an academic year in figures: cost, places, promised and paid."""

    cluster: str
    plans: int
    """Signed plans in which it has a part, changes among them."""
    services: tuple[ServiceUse, ...]
    places: int
    given: int
    kept: int
    unused: int
    unused_pence: int
    due_pence: int
    """Promised and not paid."""
    paid_pence: int
    """Paid, less what was taken back of it."""


def plan_uses(session: Session, caller: Caller, year: int) -> tuple[PlanUse, ...]:
    """Report every cluster's plan of an academic year: for finance, officers and leaders."""
    if not caller.holds(*_LOOKS):
        raise RoleNeeded("to report on plans", "it is finance's, officers' and leaders'")
    return uses_of(session, year)


def uses_of(session: Session, year: int, cluster: str | None = None) -> tuple[PlanUse, ...]:
    """Add up plans of an academic year by cluster, of one if it is named."""
    wanted = {"year": year, "every": cluster is None, "cluster": cluster or ""}
    services: dict[str, list[ServiceUse]] = {}
    for row in session.connection().execute(_SERVICES, wanted):
        unused = max(row.places - row.given - row.kept, 0)
        use = ServiceUse(
            cluster=row.cluster_code,
            service=row.service,
            area_of_need=row.area_of_need,
            up_to_level=row.up_to_level,
            places=row.places,
            given=row.given,
            kept=row.kept,
            unused=unused,
            annual_pence=row.annual_pence,
            unused_pence=pro_rata(row.annual_pence, unused, row.places) if row.places else 0,
        )
        services.setdefault(row.cluster_code, []).append(use)
    money = {row.cluster_code: row for row in session.connection().execute(_MONEY, wanted)}
    return tuple(
        _use(code, services.get(code, ()), money.get(code))
        for code in sorted(services.keys() | money.keys())
    )


def plan_listing(found: Sequence[PlanUse]) -> Listing:
    """The report as a list with headings, in pounds: a line for each cluster."""
    headings = ("cluster", "plans", "places", "given", "kept", "unused", "unused_cost", "due")
    return Listing(
        name="plans",
        headings=(*headings, "paid"),
        rows=tuple(
            (
                each.cluster,
                each.plans,
                each.places,
                each.given,
                each.kept,
                each.unused,
                in_pounds(each.unused_pence),
                in_pounds(each.due_pence),
                in_pounds(each.paid_pence),
            )
            for each in found
        ),
    )


def service_listing(found: Sequence[PlanUse]) -> Listing:
    """The services of the report, a line each, in pounds."""
    headings = ("cluster", "service", "area_of_need", "up_to_level", "places", "given", "kept")
    return Listing(
        name="services",
        headings=(*headings, "unused", "annual_cost", "unused_cost"),
        rows=tuple(
            (
                use.cluster,
                use.service,
                use.area_of_need,
                use.up_to_level,
                use.places,
                use.given,
                use.kept,
                use.unused,
                in_pounds(use.annual_pence),
                in_pounds(use.unused_pence),
            )
            for each in found
            for use in each.services
        ),
    )


def _use(cluster: str, services: Sequence[ServiceUse], money: object) -> PlanUse:
    return PlanUse(
        cluster=cluster,
        plans=getattr(money, "plans", 0),
        services=tuple(services),
        places=sum(each.places for each in services),
        given=sum(each.given for each in services),
        kept=sum(each.kept for each in services),
        unused=sum(each.unused for each in services),
        unused_pence=sum(each.unused_pence for each in services),
        due_pence=getattr(money, "due_pence", 0),
        paid_pence=getattr(money, "paid_pence", 0),
    )
