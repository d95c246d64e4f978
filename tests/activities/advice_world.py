"""Services of the Team Around the Cluster and their people, and a chair who advises."""

from datetime import date
from typing import Any
from uuid import UUID

from activities.store import recording
from activities.store.recording import County, Dissented, Dissenting
from activities.store.session import transaction
from domain.acts import ActRef
from domain.advice import ServiceWanted, Share, SharedIn, SharingOut
from domain.people import Role
from domain.services import ServiceAnswer
from domain.stages import ActKind
from tests.activities.small_county import FIRST_DAY, ISSUER, PLANTED, named
from tests.activities.world import World

CHAIR = "head.crane"
SPEECH, BEHAVIOUR = "service.speech", "service.behaviour"
BY_ON = date(2026, 12, 11)
REVIEW_ON = date(2027, 3, 12)
_SERVICES = {"speech": "Speech and Language Service", "behaviour": "Behaviour Support Service"}

SERVICES = County.model_validate(
    {
        "areas": [],
        "clusters": [],
        "schools": [],
        "services": [
            {"code": code, "name": name, "contact": "the link worker of the cluster"}
            for code, name in _SERVICES.items()
        ],
        "people": [
            {
                "id": named(f"service.{code}"),
                "issuer": ISSUER,
                "subject": f"service.{code}",
                "called": f"{PLANTED} {code}",
                "roles": [{"role": Role.SERVICE, "service": code, "from_on": FIRST_DAY}],
            }
            for code in _SERVICES
        ],
    },
    strict=False,
)
"""Two services, each with somebody who answers for it."""


def enrol_services(world: World) -> None:
    """Put the services on the small county's record."""
    with transaction(world.engine) as session:
        recording.load_county(session, SERVICES)


def wants(service: str = "speech", asks: str = "", by_on: date = BY_ON) -> ServiceWanted:
    """Something asked of a service."""
    said = asks or f"Show the team of {PLANTED} how"
    return ServiceWanted(service=service, asks=said, by_on=by_on)


def shares(whole: int, shared_in: SharedIn = SharedIn.PENCE, **by_school: int) -> SharingOut:
    """Shares by school."""
    named_shares = tuple(Share(school=school, share=share) for school, share in by_school.items())
    return SharingOut(shared_in=shared_in, whole=whole, shares=named_shares)


def advises(world: World, request_id: UUID, by: str = CHAIR, **said: Any) -> ActRef:
    """The chair, or somebody else, writes down what the panel advises."""
    return world.does(by, ActKind.ADVISE_REQUEST, request_id, **said)


def asked_ids(world: World, request_id: UUID) -> dict[str, UUID]:
    """What was asked on a request, by service and state."""
    rows = world.rows(
        "SELECT id, service_code, state FROM service_asked WHERE request_id = :id", id=request_id
    )
    return {f"{row.service_code} {row.state}": row.id for row in rows}


def answers(world: World, subject: str, asked_id: UUID, said: ServiceAnswer) -> str:
    """A service answers; the state that it comes to."""
    with world.saying(subject, asked_id, said) as (session, saying):
        return recording.answer_service(session, saying, asked_id, said).state


def dissents(world: World, member: str, ballot_id: UUID, *, is_named: bool = False) -> Dissented:
    """A member has dissent recorded."""
    said = Dissenting(words=f"Not enough for {PLANTED}", named=is_named)
    with world.saying(member, ballot_id) as (session, saying):
        return recording.note_dissent(session, saying, ballot_id, said)
