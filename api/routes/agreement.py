"""How far panels agree within themselves, and with the levels that others or setters gave."""

from fastapi import APIRouter

from activities.store import reading
from activities.store.reading import AgreementView, ConsistencyView, Days
from api import report_lists
from api.downloads import offer_files
from api.parts import Asking, WithParts
from api.report_lists import Cluster, FromDay, Held, UntilDay
from domain.consistency import Basis

router = APIRouter(prefix="/panels", tags=["panel"])


@router.get("/agreement")
def agreement(
    caller: Asking, parts: WithParts, from_on: FromDay, until_on: UntilDay, cluster: Cluster = None
) -> AgreementView:
    """Report how far members agreed before they talked; of one panel, with intervals."""
    days = Days(from_on=from_on, until_on=until_on)
    return parts.read(lambda session: reading.panel_agreement(session, caller, days, cluster))


@router.get("/consistency")
def consistency(
    caller: Asking,
    parts: WithParts,
    from_on: FromDay,
    until_on: UntilDay,
    against: Held = Basis.DEFINITIVE,
    cluster: Cluster = None,
) -> ConsistencyView:
    """Report how far each panel stands apart on calibration cases, and whether that is said."""
    days = Days(from_on=from_on, until_on=until_on)
    return parts.read(
        lambda session: reading.panel_consistency(session, caller, days, against, cluster)
    )


offer_files(router, "/agreement", report_lists.agreement)
offer_files(router, "/consistency", report_lists.consistency)
