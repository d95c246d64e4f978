"""The demo county's people by role, for the sign-in page: whom a newcomer can be in one click."""

from collections import defaultdict
from collections.abc import Iterable

from deploy.demo.county import PEOPLE_TO_BE, county
from deploy.issuer_page import Group, Persona

_ORDER = {
    "senco": "SENCOs",
    "head": "Heads",
    "business_manager": "Business managers",
    "panel_chair": "Panel chairs",
    "panel_member": "Panel members",
    "vice_chair": "Panel vice-chairs",
    "specialist": "Panel specialists",
    "observer": "Panel observers",
    "panel_administrator": "Panel administrators",
    "trust_send_lead": "Trust SEND leads",
    "service": "Services of the Team Around the Cluster",
    "sen_officer": "SEN officers",
    "council_officer": "Council officers",
    "finance_officer": "Finance officers",
    "policy_officer": "Policy officers",
    "leader": "Leaders",
}


def people_to_be() -> tuple[Group, ...]:
    """List some to begin with, and then everybody by role; who holds two is in both."""
    return grouped(county("")["people"], PEOPLE_TO_BE)


def grouped(people: Iterable[dict[str, object]], first: dict[str, str]) -> tuple[Group, ...]:
    """Group people as a county's file has them by what they do, those to begin with first."""
    by_role: dict[str, list[Persona]] = defaultdict(list)
    called: dict[str, str] = {}
    for each in people:
        subject, called[subject] = str(each["subject"]), str(each["called"])
        roles = each["roles"]
        assert isinstance(roles, list)
        for role in roles:
            by_role[str(role["role"])].append(Persona(subject, called[subject], _where(role)))
    known = ((s, does) for s, does in first.items() if s in called)
    beginning = tuple(Persona(subject, called[subject], does) for subject, does in known)
    rest = tuple(
        Group(title, tuple(by_role[role])) for role, title in _ORDER.items() if role in by_role
    )
    return (Group("Begin with", beginning), *rest) if beginning else rest


def _where(role: dict[str, object]) -> str:
    places = ("school", "cluster", "trust", "service")
    place = next((role[name] for name in places if role.get(name)), "")
    told = str(place or role.get("grade") or "").replace("_", " ").replace("-", " ")
    return told.capitalize()
