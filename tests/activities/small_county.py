"""A county small enough to know by heart: two clusters, eleven schools, and people of every role.

What children are called here is found nowhere else, so that a leak can be searched for.
"""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from activities.store.recording import Budgets, County
from domain.needs import AreaOfNeed, NeedsProfile
from domain.people import Role
from domain.request import (
    Cycle,
    Evidence,
    ProvisionLine,
    PupilAsked,
    RequestContent,
    RequestKind,
    SenStatus,
)
from tests.conftest import ROOT

ISSUER = "https://issuer.invalid"
PACK = ROOT / "domain/policy/packs/demo"
FIRST_DAY = date(2026, 9, 1)
NAMES = UUID("0c0c54f5-8f3c-5b27-9ad9-7e2c44a1d0e7")

CLUSTERS = {"alder": "north", "cedar": "south"}
SCHOOLS = {
    "ashdown": "alder",
    "brook": "alder",
    "crane": "alder",
    "dell": "alder",
    "elm": "alder",
    "fern": "alder",
    "gorse": "cedar",
    "heath": "cedar",
    "iris": "cedar",
    "juniper": "cedar",
    "kelp": "cedar",
}
TRUST = ("fern", "kelp", "brook")
"""Schools of the one trust, which straddles the clusters."""
PROVIDER = "juniper"
"""The one school that is paid by invoice."""
PANELS = {
    "alder": ("head.crane", "head.dell", "head.elm", "senco.fern", "adviser.1", "adviser.2"),
    "cedar": ("head.gorse", "head.heath", "head.iris", "senco.kelp", "adviser.3"),
}
"""Members of each panel; the first is its chair."""
OFFICERS = {
    "officer.1": (Role.COUNCIL_OFFICER, "locality_officer"),
    "officer.2": (Role.COUNCIL_OFFICER, "locality_officer"),
    "manager.1": (Role.COUNCIL_OFFICER, "area_manager"),
    "manager.2": (Role.COUNCIL_OFFICER, "area_manager"),
    "head-of-sen": (Role.COUNCIL_OFFICER, "head_of_sen"),
    "director": (Role.COUNCIL_OFFICER, "director"),
    "sen.1": (Role.SEN_OFFICER, "sen_officer"),
    "sen.2": (Role.SEN_OFFICER, "sen_officer"),
}
PUPILS_A_SCHOOL = 6
WITH_PLAN = 5
"""The last pupil of each school has a plan."""
PLANTED = "Xylwickle"
"""Every planted name and sentence has this in it."""

POUNDS = {
    "high_needs_block": 5_000_000,
    "cluster:alder": 60_000,
    "cluster:cedar": 60_000,
    "exceptional": 200_000,
    "contingency:cluster:alder": 5_000,
    "contingency:cluster:cedar": 5_000,
    "contingency:area:north": 20_000,
    "contingency:area:south": 20_000,
    "contingency:council": 30_000,
}


def named(word: str) -> UUID:
    """An id that is always the same for the same word."""
    return uuid5(NAMES, word)


def pupil_id(school: str, number: int = 0) -> UUID:
    """The id of a school's pupil."""
    return named(f"pupil/{school}/{number}")


def policy_files(*, later: bool = False) -> dict[str, str]:
    """The demo pack's first versions, and with ``later`` those that were published after them."""
    found = sorted(PACK.glob("*/[0-9]*.toml"))
    return {
        str(path.relative_to(PACK)): path.read_text(encoding="utf-8")
        for path in found
        if later or _is_first(path, found)
    }


def _is_first(path: Path, all_of_them: list[Path]) -> bool:
    return path == min(each for each in all_of_them if each.parent == path.parent)


def budgets(**pounds: int) -> Budgets:
    """What the pots are given, some of it changed: ``contingency__council`` for a colon."""
    changed = {name.replace("__", ":"): amount for name, amount in pounds.items()}
    given = {**POUNDS, **changed}
    return Budgets(
        authority="Small County decision 26/00001",
        years=(2026, 2027),
        pence={pot: amount * 100 for pot, amount in given.items() if amount},
    )


def county() -> County:
    """Everything the small county is made of, as its registers would send it."""
    return County.model_validate(
        {
            "areas": [{"code": code, "name": code} for code in ("north", "south")],
            "clusters": [{"code": c, "name": c, "area": a} for c, a in CLUSTERS.items()],
            "trusts": [{"code": "weirs", "name": "Weirs"}],
            "schools": [_school(code) for code in SCHOOLS],
            "people": [_person(subject, roles) for subject, roles in _roles().items()],
            "pupils": [_pupil(s, n) for s in SCHOOLS for n in range(PUPILS_A_SCHOOL)],
            "family_ties": [
                {"person": "adviser.2", "pupil": _number("ashdown", 1)},
                {"person": "officer.2", "pupil": _number("ashdown", 1)},
            ],
            "plan_provisions": [
                {
                    "id": named("provision"),
                    "cluster": "alder",
                    "academic_year": 2026,
                    "service": "Speech and language service",
                    "area_of_need": AreaOfNeed.COMMUNICATION,
                    "up_to_level": 3,
                    "places": 2,
                    "annual_pence": 2_400_000,
                }
            ],
        },
        strict=False,
    )


def _school(code: str) -> dict[str, object]:
    trust = {"trust": "weirs"} if code in TRUST else {}
    kind = "academy_trust" if code in TRUST else "maintained_school"
    return {
        "code": code,
        "name": f"{code.title()} School",
        "phase": "primary",
        "payee_kind": "provider" if code == PROVIDER else kind,
        "cluster": SCHOOLS[code],
        "from_on": FIRST_DAY,
        **trust,
    }


def _roles() -> dict[str, list[dict[str, object]]]:
    held: dict[str, list[dict[str, object]]] = {}
    for school in SCHOOLS:
        held[f"senco.{school}"] = [{"role": "senco", "school": school}]
        held[f"head.{school}"] = [{"role": "head", "school": school}]
    for cluster, members in PANELS.items():
        for member in members:
            held.setdefault(member, []).append({"role": "panel_member", "cluster": cluster})
        held[members[0]].append({"role": "panel_chair", "cluster": cluster})
        held[f"administrator.{cluster}"] = [{"role": "panel_administrator", "cluster": cluster}]
    for officer, (role, grade) in OFFICERS.items():
        held[officer] = [{"role": role, "grade": grade}]
    held["policy.1"] = [{"role": "policy_officer"}]
    return held


def _person(subject: str, roles: list[dict[str, object]]) -> dict[str, object]:
    return {
        "id": named(subject),
        "issuer": ISSUER,
        "subject": subject,
        "called": f"{PLANTED} {subject}",
        "roles": [{**role, "from_on": FIRST_DAY} for role in roles],
    }


def _number(school: str, number: int) -> str:
    return f"{school}-{number}"


def _pupil(school: str, number: int) -> dict[str, object]:
    return {
        "id": pupil_id(school, number),
        "number": _number(school, number),
        "school": school,
        "sen_status": SenStatus.PLAN if number == WITH_PLAN else SenStatus.SEN_SUPPORT,
        "home_council": "demo",
        "phase": "primary",
        "key_stage": 2,
        "given_name": f"{PLANTED}a",
        "family_name": f"{school}{PLANTED}",
        "born_on": date(2017, 5, 4),
    }


def asked(school: str, number: int = 0, **changed: object) -> PupilAsked:
    """A pupil of a school as a request counts them, on whom the school spends its share."""
    facts: dict[str, object] = {
        "pupil_id": pupil_id(school, number),
        "school": school,
        "sen_status": SenStatus.PLAN if number == WITH_PLAN else SenStatus.SEN_SUPPORT,
        "home_council": "demo",
        "phase": "primary",
        "key_stage": 2,
        "school_spends_pence": 600_000,
        "owed_annual_pence": 800_000 if number == WITH_PLAN else None,
    }
    return PupilAsked.model_validate({**facts, **changed}, strict=False)


def profile(*levels: int) -> NeedsProfile:
    """A needs profile: a level for each area of need in order."""
    return NeedsProfile(levels=dict(zip(AreaOfNeed, levels, strict=True)))


def line(hours: int = 5, staff: str = "ta", group: int = 1) -> ProvisionLine:
    """A line of a provision map: hours a week of one kind of staff."""
    return ProvisionLine(
        what=f"Support {PLANTED}",
        staff=staff,
        hours_a_week=Decimal(hours),
        group_size=group,
        weeks=38,
    )


def request(
    kind: RequestKind = RequestKind.INDIVIDUAL,
    /,
    school: str = "ashdown",
    number: int = 0,
    **changed: Any,
) -> RequestContent:
    """A whole request of a kind that screening lets through, with some fields changed."""
    said: dict[str, object] = {"kind": kind, "about": f"About {PLANTED}"}
    if kind is not RequestKind.PROJECT:
        said |= {
            "pupils": (asked(school, number),),
            "family_views": f"Views of {PLANTED}",
            "informed_on": date(2026, 9, 20),
            "informed_how": f"By phone to {PLANTED}",
        }
    if kind is not RequestKind.ADVICE:
        said |= {
            "provision": (line(),),
            "outcomes": (f"Outcome {PLANTED}",),
            "starts_on": date(2026, 11, 2),
            "ends_on": date(2027, 9, 1),
        }
    if kind in (RequestKind.INDIVIDUAL, RequestKind.GROUP):
        said |= {
            "profile": profile(4, 3, 2, 0),
            "child_views": f"Likes {PLANTED}",
            "cycles": tuple(_cycle(month) for month in (2, 5)),
            "evidence": (Evidence(title=f"Report {PLANTED}", from_whom="Therapist"),),
        }
    return RequestContent.model_validate({**said, **changed})


def _cycle(month: int) -> Cycle:
    return Cycle(
        started_on=date(2026, month, 1),
        reviewed_on=date(2026, month + 1, 20),
        what_changed=f"Changed {PLANTED}",
    )
