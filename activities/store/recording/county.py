"""Loading a county: its places, people and pupils, as a council's own registers have them.

Loading the same again changes nothing, so it may be run every night.
"""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any
from uuid import UUID, uuid5

from pydantic import Field
from sqlalchemy import literal
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, SQLModel, col, select

from activities.store.recording.characteristics import RecordedOf, keep_characteristics
from activities.store.recording.opening_plans import load_opening_plans
from activities.store.tables import (
    AreaRow,
    ClusterInAreaRow,
    ClusterRow,
    FamilyTieRow,
    PersonRow,
    PupilNameRow,
    PupilOnRollRow,
    PupilRow,
    RoleHeldRow,
    SchoolFactsRow,
    SchoolInClusterRow,
    SchoolInTrustRow,
    SchoolRow,
    ServiceRow,
    SignInRow,
    TrustRow,
)
from domain.frozen import Frozen
from domain.needs import AreaOfNeed
from domain.people import Role
from domain.places import PayeeKind, Phase, Setting
from domain.request import Code, Pence, SenStatus

_COUNTY = UUID("2a7e5c93-1d54-5f0a-9b1e-6c8f2f4d7a30")
_Name = Annotated[str, Field(min_length=1, max_length=200)]
_ROWS_AT_ONCE = 500


class Place(Frozen):
    """An area or a trust."""

    code: Code
    name: _Name


class Cluster(Place):
    """A cluster, in one area from a day on; without a day, from the county's first."""

    area: Code
    from_on: date | None = None


class SchoolListed(Place):
    """A school with its cluster and trust from a day on."""

    phase: Phase
    payee_kind: PayeeKind
    electoral_division: Code | None = None
    setting: Setting = Setting.MAINSTREAM
    cluster: Code
    trust: Code | None = None
    from_on: date


class RoleListed(Frozen):
    """A role with the place at which it is held, and between which days."""

    role: Role
    school: Code | None = None
    cluster: Code | None = None
    trust: Code | None = None
    area: Code | None = None
    service: Code | None = None
    grade: Code | None = None
    from_on: date
    until_on: date | None = None


class SignIn(Frozen):
    """A further issuer that knows the person, and by which subject."""

    issuer: _Name
    subject: _Name


class PersonListed(Frozen):
    """Somebody who signs in, with the roles held."""

    id: UUID | None = None
    issuer: _Name
    subject: _Name
    called: _Name
    also: tuple[SignIn, ...] = ()
    """Other sign-ins of the same person, such as the council's beside the school's."""
    roles: tuple[RoleListed, ...] = ()


class PupilListed(Frozen):
    """A pupil by number, with the facts rules read and the name that only the school sees."""

    id: UUID | None = None
    number: _Name
    school: Code
    sen_status: SenStatus
    home_council: Code
    phase: Phase
    key_stage: Annotated[int, Field(ge=0, le=5)]
    setting: Setting = Setting.MAINSTREAM
    given_name: _Name
    family_name: _Name
    born_on: date
    from_on: date | None = None
    """Since when the facts hold; without a day, since the county's first."""
    characteristics: dict[Code, Code] = Field(default_factory=dict, max_length=30)
    """What is recorded for the equality assessment; what is not recorded is left out."""


class Tie(Frozen):
    """A family tie: a person by subject, a pupil by number."""

    person: _Name
    pupil: _Name


class ProvisionListed(Frozen):
    """Shared provision of a cluster's plan."""

    id: UUID | None = None
    cluster: Code
    academic_year: int
    service: _Name
    area_of_need: AreaOfNeed
    up_to_level: int
    places: Annotated[int, Field(ge=0)]
    annual_pence: Pence


class ServiceListed(Place):
    """A service of the Team Around the Cluster, and whom to turn to there: a role, no name."""

    contact: _Name


class County(Frozen):
    """Everything of a county that Locality has to know before anybody can ask for anything."""

    areas: tuple[Place, ...]
    clusters: tuple[Cluster, ...]
    trusts: tuple[Place, ...] = ()
    schools: tuple[SchoolListed, ...]
    people: tuple[PersonListed, ...]
    pupils: tuple[PupilListed, ...] = ()
    family_ties: tuple[Tie, ...] = ()
    plan_provisions: tuple[ProvisionListed, ...] = ()
    services: tuple[ServiceListed, ...] = ()


def load_county(session: Session, county: County) -> dict[str, int]:
    """Add what is not there yet, and say how many of each were new."""
    _add(session, AreaRow, (each.model_dump() for each in county.areas))
    _add(session, TrustRow, (each.model_dump() for each in county.trusts))
    _add(session, ClusterRow, (_named(each) for each in county.clusters))
    _add(session, ClusterInAreaRow, _in_areas(county))
    added = {"schools": _add(session, SchoolRow, (_as_school(each) for each in county.schools))}
    _add(session, SchoolFactsRow, (_as_known(each) for each in county.schools))
    _add(session, SchoolInClusterRow, _in_clusters(county))
    _add(session, SchoolInTrustRow, _in_trusts(county))
    _add(session, ServiceRow, (each.model_dump() for each in county.services))
    added["people"] = _add(session, PersonRow, (_as_person(each) for each in county.people))
    _add(session, SignInRow, _sign_ins(county))
    _add(session, RoleHeldRow, _roles(county))
    added["pupils"] = _add(session, PupilRow, (_as_pupil(each) for each in county.pupils))
    _keep_roll(session, county)
    keep_characteristics(session, _recorded(county))
    _add(session, PupilNameRow, (_as_name(each) for each in county.pupils))
    _add(session, FamilyTieRow, _ties(county))
    load_opening_plans(session, (_as_provision(each) for each in county.plan_provisions))
    return added


def _add(session: Session, table: type[SQLModel], rows: Iterable[dict[str, Any]]) -> int:
    """Insert rows that are not there, in batches; a row that is there stays as it is."""
    waiting = list(rows)
    count = 0
    for first in range(0, len(waiting), _ROWS_AT_ONCE):
        batch = waiting[first : first + _ROWS_AT_ONCE]
        adding = insert(table).values(batch).on_conflict_do_nothing().returning(literal(1))
        count += len(session.connection().execute(adding).all())
    return count


def _named(cluster: Cluster) -> dict[str, Any]:
    return {"code": cluster.code, "name": cluster.name}


def _first_day(county: County) -> date:
    """The first day of the county: what has no day of its own holds from there."""
    return min((school.from_on for school in county.schools), default=date.min)


def _in_areas(county: County) -> Iterable[dict[str, Any]]:
    for cluster in county.clusters:
        from_on = cluster.from_on or _first_day(county)
        yield {
            "id": uuid5(_COUNTY, f"area/{cluster.code}/{cluster.area}/{from_on}"),
            "cluster_code": cluster.code,
            "area_code": cluster.area,
            "from_on": from_on,
        }


def _as_school(school: SchoolListed) -> dict[str, Any]:
    return school.model_dump(include={"code", "name", "phase", "payee_kind", "electoral_division"})


def _as_known(school: SchoolListed) -> dict[str, Any]:
    facts = school.model_dump(include={"name", "phase", "setting", "payee_kind", "from_on"})
    key = uuid5(_COUNTY, f"facts/{school.code}/{school.from_on}")
    return {"id": key, "school_code": school.code, **facts}


def _in_clusters(county: County) -> Iterable[dict[str, Any]]:
    for school in county.schools:
        yield _belongs(school, "cluster", school.cluster)


def _in_trusts(county: County) -> Iterable[dict[str, Any]]:
    for school in county.schools:
        if school.trust is not None:
            yield _belongs(school, "trust", school.trust)


def _belongs(school: SchoolListed, what: str, of: str) -> dict[str, Any]:
    return {
        "id": uuid5(_COUNTY, f"{what}/{school.code}/{of}/{school.from_on}"),
        "school_code": school.code,
        f"{what}_code": of,
        "from_on": school.from_on,
    }


def person_id_of(issuer: str, subject: str) -> UUID:
    """The id of a person who is listed without one: the same, whichever file lists them."""
    return uuid5(_COUNTY, f"person/{issuer}/{subject}")


def _person_id(person: PersonListed) -> UUID:
    return person.id or person_id_of(person.issuer, person.subject)


def _as_person(person: PersonListed) -> dict[str, Any]:
    return {"id": _person_id(person), "called": person.called}


def _sign_ins(county: County) -> Iterable[dict[str, Any]]:
    for person in county.people:
        for each in (SignIn(issuer=person.issuer, subject=person.subject), *person.also):
            yield {"person_id": _person_id(person), **each.model_dump()}


def _roles(county: County) -> Iterable[dict[str, Any]]:
    for person in county.people:
        for held in person.roles:
            place = f"{held.school}/{held.cluster}/{held.grade}/{held.from_on}"
            place += f"/{held.service}" if held.service else ""
            yield {
                "id": uuid5(_COUNTY, f"role/{_person_id(person)}/{held.role}/{place}"),
                "person_id": _person_id(person),
                "role": held.role,
                "school_code": held.school,
                "cluster_code": held.cluster,
                "trust_code": held.trust,
                "area_code": held.area,
                "service_code": held.service,
                "grade": held.grade,
                "from_on": held.from_on,
                "until_on": held.until_on,
            }


def _pupil_id(pupil: PupilListed) -> UUID:
    return pupil.id or uuid5(_COUNTY, f"pupil/{pupil.number}")


def _as_pupil(pupil: PupilListed) -> dict[str, Any]:
    return {"id": _pupil_id(pupil), "number": pupil.number}


_FACTS = {"sen_status", "home_council", "phase", "key_stage", "setting"}


def _keep_roll(session: Session, county: County) -> None:
    """Bring the roll up to date: facts that have changed end, and the new ones begin that day."""
    ids = [_pupil_id(pupil) for pupil in county.pupils]
    rows = session.exec(
        select(PupilOnRollRow).where(
            col(PupilOnRollRow.pupil_id).in_(ids), col(PupilOnRollRow.until_on).is_(None)
        )
    )
    now = {row.pupil_id: row for row in rows}
    for pupil in county.pupils:
        facts = {"school_code": pupil.school, **pupil.model_dump(mode="json", include=_FACTS)}
        known = now.get(_pupil_id(pupil))
        from_on = pupil.from_on or _first_day(county)
        if known is not None and from_on > known.from_on and _differs(known, facts):
            known.until_on = from_on
            session.add(known)
            session.flush()
            known = None
        if known is None:
            key = uuid5(_COUNTY, f"roll/{pupil.number}/{from_on}")
            row = PupilOnRollRow(id=key, pupil_id=_pupil_id(pupil), from_on=from_on, **facts)
            session.add(row)
    session.flush()


def _differs(row: PupilOnRollRow, facts: dict[str, Any]) -> bool:
    return any(getattr(row, name) != value for name, value in facts.items())


def _recorded(county: County) -> Iterable[RecordedOf]:
    for pupil in county.pupils:
        yield RecordedOf(
            pupil_id=_pupil_id(pupil),
            from_on=pupil.from_on or _first_day(county),
            values=pupil.characteristics,
        )


def _as_name(pupil: PupilListed) -> dict[str, Any]:
    named = pupil.model_dump(include={"given_name", "family_name", "born_on"})
    return {"pupil_id": _pupil_id(pupil), **named}


def _ties(county: County) -> Iterable[dict[str, Any]]:
    people = {person.subject: _person_id(person) for person in county.people}
    pupils = {pupil.number: _pupil_id(pupil) for pupil in county.pupils}
    for tie in county.family_ties:
        yield {"person_id": people[tie.person], "pupil_id": pupils[tie.pupil]}


def _as_provision(provision: ProvisionListed) -> dict[str, Any]:
    name = f"provision/{provision.cluster}/{provision.academic_year}/{provision.service}"
    facts = provision.model_dump(exclude={"id", "cluster"})
    return {
        "id": provision.id or uuid5(_COUNTY, name),
        "cluster_code": provision.cluster,
        **facts,
    }
