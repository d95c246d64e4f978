"""A panel and who asks it, as cases need it: of the demo county, or of one made as large as wished.

Schools that ask send nobody to the panel, so that no member is barred from a case.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from deploy.demo.county import Pupil, panel_of, places, schools_of, without_plan

VOTES = 9
SIGNER = "officer.locality-1"

_SENDING, _ASKING = 8, 4
"""Schools of a made cluster: those that send a member to its panel, and those that ask it."""
_PUPILS_A_SCHOOL = 12
_FROM_ON = date(2026, 9, 1)


@dataclass(frozen=True)
class Panel:
    """A cluster's panel by its people's sign-ins, and the pupils for whom it is asked."""

    cluster: str
    members: tuple[str, ...]
    """The chair first."""
    pupils: tuple[Pupil, ...]

    @property
    def chair(self) -> str:
        """Who opens and closes its ballots."""
        return self.members[0]

    @property
    def voters(self) -> tuple[str, ...]:
        """The nine who vote on each case."""
        return self.members[-VOTES:]


def demo_panel(cluster: str) -> Panel:
    """Take a panel of the demo county; a pupil of the first school that does not chair it asks."""
    chairs = panel_of(cluster)[0].split(".")[1]
    school = next(each.code for each in schools_of(cluster) if each.code != chairs)
    members = tuple(each for each in panel_of(cluster) if each.split(".")[1] != school)
    return Panel(cluster=cluster, members=members, pupils=without_plan(school)[-1:])


def demo_panels() -> tuple[Panel, ...]:
    """Take every panel of the demo county."""
    return tuple(demo_panel(each["code"]) for each in places()["clusters"])


def made_panels(count: int) -> tuple[Panel, ...]:
    """Make panels of as many clusters as wished, ten members each, forty-eight pupils."""
    return tuple(_made_panel(f"cluster-{number:02}") for number in range(1, count + 1))


def made_county(panels: tuple[Panel, ...], issuer: str) -> dict[str, Any]:
    """Write the county of these panels as its register, with one officer who signs."""
    return {
        "areas": [{"code": "all", "name": "The whole county"}],
        "clusters": [{"code": p.cluster, "name": p.cluster.title(), "area": "all"} for p in panels],
        "trusts": [],
        "schools": [_school_row(p.cluster, code) for p in panels for code in _schools(p.cluster)],
        "people": [
            {"issuer": issuer, "subject": subject, "called": subject.title(), "roles": roles}
            for subject, roles in _roles(panels)
        ],
        "pupils": [_pupil_row(pupil) for panel in panels for pupil in panel.pupils],
    }


def _schools(cluster: str) -> tuple[str, ...]:
    return tuple(f"{cluster}-school-{each:02}" for each in range(1, _ASKING + _SENDING + 1))


def _made_panel(cluster: str) -> Panel:
    schools = _schools(cluster)
    members = (
        *(f"head.{school}" for school in schools[_ASKING:]),
        f"adviser.{cluster}.health",
        f"adviser.{cluster}.teaching",
    )
    pupils = (
        _made_pupil(school, number)
        for number in range(1, _PUPILS_A_SCHOOL + 1)
        for school in schools[:_ASKING]
    )
    return Panel(cluster=cluster, members=members, pupils=tuple(pupils))


def _made_pupil(school: str, number: int) -> Pupil:
    return Pupil(
        id=uuid5(NAMESPACE_URL, f"{school}/{number}"),
        number=f"{school}/{number}",
        school=school,
        phase="primary",
        key_stage=2,
        setting="mainstream",
        sen_status="sen_support",
        home_council=places()["council"],
    )


def _school_row(cluster: str, code: str) -> dict[str, Any]:
    return {
        "code": code,
        "name": code.title(),
        "phase": "primary",
        "payee_kind": "maintained_school",
        "cluster": cluster,
        "from_on": _FROM_ON,
    }


def _pupil_row(pupil: Pupil) -> dict[str, Any]:
    named = {"given_name": "Pupil", "family_name": pupil.number, "born_on": date(2018, 1, 1)}
    return {**vars(pupil), **named}


def _roles(panels: tuple[Panel, ...]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    yield SIGNER, [_role("council_officer", grade="locality_officer")]
    for panel in panels:
        at = {"cluster": panel.cluster}
        yield f"administrator.{panel.cluster}", [_role("panel_administrator", **at)]
        for school in _schools(panel.cluster)[:_ASKING]:
            yield f"senco.{school}", [_role("senco", school=school)]
            yield f"head.{school}", [_role("head", school=school)]
        for member in panel.members:
            chairs = [_role("panel_chair", **at)] if member == panel.chair else []
            yield member, [_role("panel_member", **at), *chairs]


def _role(role: str, **at: str) -> dict[str, Any]:
    return {"role": role, "from_on": _FROM_ON, **at}
