"""Who may do what: roles held by date, interests, and who is barred from a case.

It is the person that is barred, not the role (promise 6). Authority by amount is in ``authority``.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from uuid import UUID

from domain.frozen import Frozen


class Role(StrEnum):
    """What a person may do, at a place and between dates."""

    SENCO = "senco"
    HEAD = "head"
    BUSINESS_MANAGER = "business_manager"
    PANEL_MEMBER = "panel_member"
    PANEL_CHAIR = "panel_chair"
    PANEL_ADMINISTRATOR = "panel_administrator"
    VICE_CHAIR = "vice_chair"
    SPECIALIST = "specialist"
    """Sits on a panel for a health or specialist service, signed in by that service."""
    OBSERVER = "observer"
    """Reads what a panel reads, and does not vote."""
    TRUST_SEND_LEAD = "trust_send_lead"
    SERVICE = "service"
    """Answers for a service of the Team Around the Cluster: sees what is asked of it, no more."""
    SEN_OFFICER = "sen_officer"
    COUNCIL_OFFICER = "council_officer"
    FINANCE_OFFICER = "finance_officer"
    POLICY_OFFICER = "policy_officer"
    LEADER = "leader"


VOTING = (Role.PANEL_MEMBER, Role.PANEL_CHAIR, Role.VICE_CHAIR)
"""Who votes on a panel unless its rules say otherwise: chair and vice-chair are members of it, and
vote once like each of them."""

MAY_VOTE = (*VOTING, Role.SPECIALIST)
"""Whom a panel's rules may let vote."""

ON_PANEL = (*MAY_VOTE, Role.OBSERVER, Role.PANEL_ADMINISTRATOR)
"""Whoever comes to a cluster's panel, with a vote or without one."""


class RoleHeld(Frozen):
    """A role held at a place: school, cluster, trust, service or the council, between two dates."""

    role: Role
    school: str | None = None
    cluster: str | None = None
    trust: str | None = None
    service: str | None = None
    grade: str | None = None
    """An officer's grade in the scheme of delegation: it names the limit of authority."""
    from_on: date
    until_on: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the role is held on the day; the last day is the one before ``until_on``."""
        return self.from_on <= day and (self.until_on is None or day < self.until_on)


class Person(Frozen):
    """Somebody who signs in: known by issuer and subject, never by what they are called."""

    id: UUID
    issuer: str
    subject: str
    roles: tuple[RoleHeld, ...] = ()

    def held_on(self, day: date, *roles: Role) -> tuple[RoleHeld, ...]:
        """The given roles this person holds on the day, wherever they hold them."""
        return tuple(held for held in self.roles if held.role in roles and held.holds_on(day))


class Interest(StrEnum):
    """Why a member must stand aside, or ``NONE``: each is declared per item."""

    NONE = "none"
    OWN_SCHOOL = "own_school"
    OWN_TRUST = "own_trust"
    FAMILY = "family"
    EMPLOYMENT = "employment"
    OTHER = "other"


class Part(StrEnum):
    """A part already played in a case, or a tie to it, that keeps a person from deciding it."""

    SUBMITTED = "submitted"
    CONFIRMED = "confirmed"
    MODERATED = "moderated"
    PREPARED = "prepared"
    FAMILY = "family"
    OWN_SCHOOL = "own_school"
    OWN_TRUST = "own_trust"
    OTHER = "other"


class PartPlayed(Frozen):
    """One person's part in one case, as the record has it."""

    person_id: UUID
    part: Part


def parts_of(person_id: UUID, played: Iterable[PartPlayed]) -> tuple[Part, ...]:
    """The parts this person has played in the case: empty when nothing bars them."""
    return tuple(sorted({each.part for each in played if each.person_id == person_id}))
