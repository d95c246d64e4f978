"""What codes are called, for pages: schools, clusters, pots, tiers, bands and areas of need."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, col, select

from activities.store.payments import payee_names
from activities.store.reading.policies import policy
from activities.store.tables import AreaRow, ClusterRow, SchoolRow
from domain.ledger.accounts import PotCode, area_contingency, cluster_contingency, cluster_pot
from domain.policy.schemes import Continuum, Tariff

_TITLED = ("continuum", "tariff")

_REFERENCES = text(
    "SELECT a.id, coalesce(r.reference, a.opening_reference, p.reference || '/' || t.number, '')"
    " AS reference FROM award AS a LEFT JOIN support_request AS r ON r.id = a.request_id"
    " LEFT JOIN cluster_plan_item AS t ON t.id = a.plan_item_id"
    " LEFT JOIN cluster_plan AS p ON p.id = t.plan_id WHERE a.id = ANY (:awards)"
)


def school_names(session: Session, codes: Iterable[str]) -> dict[str, str]:
    """Give the name of each school, by code."""
    rows = session.exec(select(SchoolRow).where(col(SchoolRow.code).in_(set(codes))))
    return {row.code: row.name for row in rows}


def every_school(session: Session) -> dict[str, str]:
    """Give the name of every school on record, by code, in the order of their names."""
    rows = session.exec(select(SchoolRow).order_by(SchoolRow.name))
    return {row.code: row.name for row in rows}


def names_of_payees(session: Session, codes: Iterable[str]) -> dict[str, str]:
    """Give the name of each school or trust that is paid, by code."""
    return payee_names(session, codes)


def references_of(session: Session, awards: Iterable[UUID]) -> dict[UUID, str]:
    """Give the reference of each award: its request's, the old system's, or its plan's."""
    rows = session.connection().execute(_REFERENCES, {"awards": list(awards)})
    return {row.id: row.reference for row in rows}


def cluster_names(session: Session, codes: Iterable[str] | None = None) -> dict[str, str]:
    """Give the name of each cluster, by code; of all of them, where none are named."""
    query = select(ClusterRow).order_by(ClusterRow.name)
    if codes is not None:
        query = query.where(col(ClusterRow.code).in_(set(codes)))
    rows = session.exec(query)
    return {row.code: row.name for row in rows}


def pot_names(session: Session) -> dict[PotCode, str]:
    """Give the name of each pot of a cluster or an area; the council's own have words of ours."""
    clusters = session.exec(select(ClusterRow).order_by(col(ClusterRow.name))).all()
    areas = session.exec(select(AreaRow).order_by(col(AreaRow.name))).all()
    return {
        **{cluster_pot(each.code): each.name for each in clusters},
        **{cluster_contingency(each.code): f"Contingency of {each.name}" for each in clusters},
        **{area_contingency(each.code): f"Contingency of {each.name} area" for each in areas},
    }


def titles_under(session: Session, versions: Mapping[str, Any]) -> dict[str, str]:
    """Give the published titles of tiers, bands and areas of need by the versions of a decision."""
    return titles_pinned(session, {kind: versions[kind]["id"] for kind in _TITLED})


def titles_pinned(session: Session, pins: Mapping[str, Any]) -> dict[str, str]:
    """Give the published titles by the versions that a request is pinned to."""
    continuum, tariff = (
        policy(session, pins["continuum"], Continuum),
        policy(session, pins["tariff"], Tariff),
    )
    titles = {band.code: band.title for band in tariff.bands}
    titles |= {domain.code: domain.title for domain in continuum.domains}
    return titles | {tier.code: tier.title for tier in continuum.tiers}
