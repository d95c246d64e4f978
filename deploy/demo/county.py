"""The demo county: its places from places.toml, its people, pupils and ties worked out from them.

Everything is invented and comes out the same each time. Pupils have names found nowhere else in
the project, so that a test can search everything that is written for them.
"""

import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from deploy.demo.names import adult_name, child_name

DEMO = UUID("6f1d4a52-30f0-5c07-9f43-6d656c6f6469")
"""The namespace of every id the demo makes."""

HERE = Path(__file__).parent
PANEL_SCHOOLS = 8
"""How many schools of a cluster send a member; two advisers make ten."""

FAMILY = (("adviser.alder.teaching", "quillmere"), ("officer.locality-2", "brindlemoor"))
"""Who is family of a pupil of which school: a panel member, and an officer."""

_HAS_PLAN = "education_health_and_care_plan"
_SEN_SUPPORT = "sen_support"
_EVERY_PLAN = 5
"""Every fifth pupil has a plan."""
_EVERY_OUTSIDER = 50
"""Every fiftieth pupil lives in another council's area."""

_NOTIONAL_POUNDS, _NOTIONAL_STEP_POUNDS = 38_400, 1_150
"""The first school's notional SEN budget, and how much more each next one has."""

_COUNCIL_PEOPLE = (
    ("officer.locality-1", "council_officer", "locality_officer"),
    ("officer.locality-2", "council_officer", "locality_officer"),
    ("officer.area-1", "council_officer", "area_manager"),
    ("officer.area-2", "council_officer", "area_manager"),
    ("officer.head", "council_officer", "head_of_sen"),
    ("officer.director", "council_officer", "director"),
    ("sen-officer.1", "sen_officer", "sen_officer"),
    ("sen-officer.2", "sen_officer", "sen_officer"),
    ("finance.1", "finance_officer", None),
    ("finance.2", "finance_officer", None),
    ("finance.3", "finance_officer", None),
    ("policy.1", "policy_officer", None),
    ("policy.2", "policy_officer", None),
    ("leader.1", "leader", None),
    ("officer.deputy", "council_officer", "director"),
)
"""Who works for the council: subject, role and, for those who sign, the grade."""

PEOPLE_TO_BE = {
    "senco.cawthrush": "SENCO of Cawthrush: its requests, a decision and a letter",
    "head.harebellow": "chair of the Birch panel: meetings, ballots and what they came to",
    "officer.locality-2": "locality officer: what waits for a signature, and decisions",
    "finance.1": "finance officer: the ledger, every entry and why it is there",
    "policy.1": "policy officer: drafts, what they would change, models, departures, outcomes",
}
"""Some of whom a newcomer can be: subject, and what there is to see as them."""


@dataclass(frozen=True)
class School:
    """A school of the demo, as its cluster's line in places.toml has it."""

    code: str
    phase: str
    cluster: str
    trust: str | None
    setting: str
    division: str


@dataclass(frozen=True)
class Pupil:
    """A pupil of the demo by number; the name goes to the register and nowhere else."""

    id: UUID
    number: str
    school: str
    phase: str
    key_stage: int
    setting: str
    sen_status: str
    home_council: str


@cache
def places() -> dict[str, Any]:
    """Read the county's places."""
    return tomllib.loads((HERE / "places.toml").read_text(encoding="utf-8"))


@cache
def schools() -> tuple[School, ...]:
    """List every school, in the order of the file."""
    return tuple(
        School(
            code=each["code"],
            phase=each["phase"],
            cluster=cluster["code"],
            trust=each.get("trust"),
            setting=_setting(each),
            division=f"{cluster['code']}-{'east' if number % 2 else 'west'}",
        )
        for cluster in places()["clusters"]
        for number, each in enumerate(cluster["schools"])
    )


def schools_of(cluster: str) -> tuple[School, ...]:
    """List the schools of a cluster, in the order of the file."""
    return tuple(school for school in schools() if school.cluster == cluster)


def school_of(code: str) -> School:
    """Find a school by its code."""
    return next(school for school in schools() if school.code == code)


def panel_of(cluster: str) -> tuple[str, ...]:
    """Name a panel's members by subject: the chair first, then heads, SENCOs and two advisers.

    Every other school sends its head, the rest their SENCO.
    """
    sending = schools_of(cluster)[-PANEL_SCHOOLS:]
    peers = [
        f"{'senco' if number % 2 else 'head'}.{school.code}"
        for number, school in enumerate(sending)
    ]
    return (*peers, f"adviser.{cluster}.health", f"adviser.{cluster}.teaching")


@cache
def pupils() -> tuple[Pupil, ...]:
    """List every pupil: three or four of each school, one in five with a plan."""
    return tuple(_pupils())


def pupils_of(school: str) -> tuple[Pupil, ...]:
    """List a school's pupils."""
    return tuple(pupil for pupil in pupils() if pupil.school == school)


def without_plan(school: str) -> tuple[Pupil, ...]:
    """List a school's pupils on SEN support who live in the county."""
    council = places()["council"]
    found = (p for p in pupils_of(school) if p.sen_status == _SEN_SUPPORT)
    return tuple(pupil for pupil in found if pupil.home_council == council)


def with_plan(school: str) -> tuple[Pupil, ...]:
    """List a school's pupils who have an Education, Health and Care plan."""
    return tuple(pupil for pupil in pupils_of(school) if pupil.sen_status == _HAS_PLAN)


def names_of_pupils() -> tuple[tuple[str, str], ...]:
    """List the given and family name of every pupil, planted to be searched for."""
    return tuple(child_name(number) for number in range(len(pupils())))


def person_id(subject: str) -> UUID:
    """Give the id of a person of the demo."""
    return uuid5(DEMO, f"person/{subject}")


def county(issuer: str) -> dict[str, Any]:
    """Put the whole county together, for people who sign in with tokens of `issuer`."""
    found = places()
    return {
        "areas": found["areas"],
        "clusters": [
            {"code": each["code"], "name": each["name"], "area": each["area"]}
            for each in found["clusters"]
        ],
        "trusts": found["trusts"],
        "schools": list(_school_rows()),
        "people": list(_people_rows(issuer)),
        "pupils": list(_pupil_rows()),
        "family_ties": list(_ties()),
        "services": found["services"],
        "plan_provisions": [
            {"id": uuid5(DEMO, f"provision/{each['cluster']}/{number}"), **each}
            for number, each in enumerate(found["plan_provisions"])
        ],
    }


def notional_budgets() -> str:
    """Write what each school's budget is thought to hold for SEN, in pounds a year, as CSV."""
    rows = (
        f"{school.code},{_NOTIONAL_POUNDS + number * _NOTIONAL_STEP_POUNDS}.00"
        for number, school in enumerate(schools())
    )
    return "\n".join(("school,amount", *rows, ""))


def _setting(school: dict[str, Any]) -> str:
    if school.get("special"):
        return "special"
    return "alternative_provision" if school.get("alternative") else "mainstream"


def _pupils() -> Iterator[Pupil]:
    number = 0
    council = places()["council"]
    for place, school in enumerate(schools()):
        for turn in range(4 if place % 3 == 0 else 3):
            yield Pupil(
                id=uuid5(DEMO, f"pupil/{number}"),
                number=f"D{26_000 + number * 7}",
                school=school.code,
                phase=school.phase,
                key_stage=_key_stage(school.phase, turn),
                setting=school.setting,
                sen_status=_HAS_PLAN if number % _EVERY_PLAN == 0 else _SEN_SUPPORT,
                home_council=council if (number + 1) % _EVERY_OUTSIDER else "elsewhere",
            )
            number += 1


def _key_stage(phase: str, turn: int) -> int:
    stages = {"early_years": (0,), "primary": (1, 2), "secondary": (3, 4), "post_16": (5,)}
    possible = stages.get(phase, (1, 2, 3, 4))
    return possible[turn % len(possible)]


def _school_rows() -> Iterator[dict[str, Any]]:
    names = {s["code"]: s["name"] for c in places()["clusters"] for s in c["schools"]}
    for school in schools():
        provider = school.phase == "post_16" or school.setting == "alternative_provision"
        kind = "academy_trust" if school.trust else "maintained_school"
        yield {
            "code": school.code,
            "name": names[school.code],
            "phase": school.phase,
            "payee_kind": "provider" if provider else kind,
            "electoral_division": school.division,
            "cluster": school.cluster,
            **({"trust": school.trust} if school.trust else {}),
            "from_on": _from_on(),
        }


def _from_on() -> date:
    found: date = places()["from_on"]
    return found


def roles_held() -> dict[str, list[dict[str, str]]]:
    """List the roles of everybody by subject, each with the place where it is held."""
    held: dict[str, list[dict[str, str]]] = {}
    for school in schools():
        held[f"senco.{school.code}"] = [{"role": "senco", "school": school.code}]
        held[f"head.{school.code}"] = [{"role": "head", "school": school.code}]
        held[f"business.{school.code}"] = [{"role": "business_manager", "school": school.code}]
    for cluster in places()["clusters"]:
        code = cluster["code"]
        held[f"administrator.{code}"] = [{"role": "panel_administrator", "cluster": code}]
        for place, member in enumerate(panel_of(code)):
            roles = held.setdefault(member, [])
            roles.append({"role": "panel_member", "cluster": code})
            roles += [{"role": "panel_chair", "cluster": code}] if place == 0 else []
    for subject, role, grade in _COUNCIL_PEOPLE:
        held[subject] = [{"role": role, **({"grade": grade} if grade else {})}]
    for service in places()["services"]:
        held[f"service.{service['code']}"] = [{"role": "service", "service": service["code"]}]
    return held


def _people_rows(issuer: str) -> Iterator[dict[str, Any]]:
    for number, (subject, roles) in enumerate(roles_held().items()):
        yield {
            "id": person_id(subject),
            "issuer": issuer,
            "subject": subject,
            "called": adult_name(number),
            "roles": [{**role, "from_on": _from_on()} for role in roles],
        }


def _pupil_rows() -> Iterator[dict[str, Any]]:
    for number, pupil in enumerate(pupils()):
        given, family = child_name(number)
        born_in = 2026 - {0: 4, 1: 6, 2: 9, 3: 13, 4: 15, 5: 17}[pupil.key_stage]
        yield {
            **vars(pupil),
            "given_name": given,
            "family_name": family,
            "born_on": date(born_in, 1 + number % 8, 1 + number % 28),
            "characteristics": _characteristics(number),
        }


def _characteristics(number: int) -> dict[str, str]:
    """What is recorded of a pupil for the equality assessment: nothing of every ninth."""
    if number % 9 == 0:
        return {}
    return {
        "sex": "female" if number % 5 in (0, 2) else "male",
        "ethnic_group": ("white", "white", "asian", "white", "mixed", "white", "black")[number % 7],
        "free_school_meals": "no" if number % 3 else "yes",
        "home_language": "english" if number % 6 else "other",
        "looked_after": "no" if number % 40 else "yes",
    }


def _ties() -> Iterator[dict[str, Any]]:
    """A panel member's and an officer's child: the record knows, whatever they declare."""
    for subject, school in FAMILY:
        yield {"person": subject, "pupil": without_plan(school)[0].number}


def as_toml(document: dict[str, Any]) -> str:
    """Write the county as the TOML that its command reads: tables of plain values."""
    lines: list[str] = []
    for name, rows in document.items():
        for row in rows:
            lines += [
                f"[[{name}]]",
                *(f"{key} = {_value(value)}" for key, value in row.items()),
                "",
            ]
    return "\n".join(lines)


def _value(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, date | int):
        return str(value)
    return json.dumps(str(value), ensure_ascii=False)
