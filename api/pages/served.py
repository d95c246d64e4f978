"""The pages put together: every subject, their house, and what goes wrong."""

import re
from collections.abc import Iterator

from fastapi import FastAPI
from fastapi.routing import APIRoute

from api.pages import (
    about,
    acting,
    agreement,
    assets,
    award_changes,
    awards,
    calibrating,
    calibration,
    calling,
    claims,
    closing_words,
    clusters,
    covers,
    deciding,
    door,
    draft_evidence,
    draft_provision,
    draft_sections,
    drafts,
    family,
    family_links,
    foresight,
    formula_shares,
    handing_in,
    items,
    journal,
    letters,
    meetings,
    messages,
    modellings,
    money,
    money_acts,
    months,
    my_levels,
    my_work,
    overview,
    payment_runs,
    planning,
    plans,
    policies,
    policy_reports,
    publications,
    pupils,
    reconsiderations,
    remittances,
    reports,
    requests,
    run_acts,
    running,
    search,
    seating,
    services,
    statements,
    together,
    voting,
    why,
    wrong,
)
from api.pages.house import House

_PANEL = (
    *(calling, meetings, items, voting, running, seating, closing_words, calibrating),
    my_levels,
)
_OF_MONEY = (
    *(money, handing_in, formula_shares, money_acts, claims),
    *(journal, why, run_acts, payment_runs),
)
_OF_REPORTS = (months, foresight, statements, reports, search)
_SUBJECTS = (
    *(assets, door, my_work, requests, acting, policies, about),
    *(drafts, draft_sections, draft_provision, draft_evidence, pupils),
    *(awards, remittances, reconsiderations, plans, planning, services, messages),
    *(deciding, together, covers, award_changes),
    *(publications, modellings, policy_reports, agreement, overview, clusters, calibration),
    *_PANEL,
    *_OF_MONEY,
    *_OF_REPORTS,
    *(letters, family_links, family),
)


def serve_pages(app: FastAPI, house: House) -> None:
    """Serve the pages beside the API."""
    app.state.house = house
    for subject in _SUBJECTS:
        app.include_router(subject.router)
    wrong.register(app)


def addresses() -> Iterator[str]:
    """Every address at which a page can be looked at, with the names of its ids in braces."""
    for subject in _SUBJECTS:
        for route in subject.router.routes:
            if isinstance(route, APIRoute) and "GET" in (route.methods or ()):
                yield re.sub(r":\w+}", "}", route.path)
