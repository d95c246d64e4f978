"""Who may see a cluster's plan: its clusters' schools and panels, officers, finance and leaders."""

from collections.abc import Collection

from sqlmodel import Session

from activities.store.reading.caller import OFFICERS, Caller
from activities.store.reading.clusters import clusters_of
from domain.people import Role

_EVERYWHERE = (*OFFICERS, Role.FINANCE_OFFICER, Role.LEADER)


def sees_every_plan(caller: Caller) -> bool:
    """Whether every cluster's plan is the person's to see: officers', finance's and leaders'."""
    return caller.holds(*_EVERYWHERE)


def may_see_plan(session: Session, caller: Caller, clusters: Collection[str]) -> bool:
    """Whether the person may see the plan of these clusters."""
    return sees_every_plan(caller) or bool(clusters_of(session, caller) & set(clusters))
