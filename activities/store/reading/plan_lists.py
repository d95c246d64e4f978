"""A cluster's plan as lists that can be taken away: items, what schools said, outcomes by term."""

from collections.abc import Iterator

from activities.store.reading.cluster_plans import (
    ClusterPlanView,
    ItemView,
    PlanView,
    ReportView,
    VoiceView,
)
from activities.store.reading.listing import Cell, Listing, in_pounds
from domain.periods import ONE_DAY


def cluster_plan_listings(found: ClusterPlanView) -> tuple[Listing, ...]:
    """The plans of a cluster's year: a line for each item, for each school, for each report."""
    items = ("plan", "stage", "item", "name", "kind", "based_at", "paid_to", "places")
    more = ("hours_a_week", "annual", "annual_for_this_cluster", "from", "to", "ended", "outcomes")
    reports = ("plan", "item", "name", "term_begins", "outcome", "words")
    return (
        Listing(
            name="items",
            headings=(*items, *more),
            rows=tuple(_item(plan, each, found.cluster) for plan, each in _items(found)),
        ),
        Listing(
            name="voices",
            headings=("plan", "school", "cluster", "agrees", "reason"),
            rows=tuple(_voice(plan, each) for plan in found.plans for each in plan.voices),
        ),
        Listing(
            name="outcomes",
            headings=reports,
            rows=tuple(
                _report(plan, item, each) for plan, item in _items(found) for each in item.reports
            ),
        ),
    )


def _items(found: ClusterPlanView) -> Iterator[tuple[PlanView, ItemView]]:
    return ((plan, item) for plan in found.plans for item in plan.items)


def _item(plan: PlanView, item: ItemView, cluster: str) -> tuple[Cell, ...]:
    return (
        plan.reference,
        plan.stage,
        item.number,
        item.name,
        item.kind,
        item.school,
        item.provider or item.school,
        item.places,
        item.hours_a_week,
        in_pounds(item.annual_pence),
        in_pounds(item.by_cluster_pence.get(cluster)),
        item.from_on.isoformat(),
        (item.until_on - ONE_DAY).isoformat(),
        "yes" if item.ended else "no",
        "; ".join(item.outcomes),
    )


def _voice(plan: PlanView, voice: VoiceView) -> tuple[Cell, ...]:
    said = {None: "", True: "yes", False: "no"}[voice.agrees]
    return (plan.reference, voice.school, voice.cluster, said, voice.reason)


def _report(plan: PlanView, item: ItemView, report: ReportView) -> tuple[Cell, ...]:
    term = report.term_first_on.isoformat()
    return (plan.reference, item.number, item.name, term, report.outcome, report.words)
