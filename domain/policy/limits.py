"""Who may do something with money, and up to how much: clauses of a council's financial scheme."""

from collections.abc import Iterable, Sequence
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from domain.frozen import Frozen
from domain.money import pounds
from domain.people import Role, RoleHeld
from domain.refusals import AuthorityTooLow
from domain.request import Code, Pence

Clause = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ./:-]{1,79}$")]
"""A paragraph of the council's scheme by its number: it goes into the ledger as the authority."""


class Authoriser(Frozen):
    """Who may do something: a role, and for an officer the grade in the scheme of delegation."""

    role: Role
    grade: Code | None = None

    def is_held(self, roles: Iterable[RoleHeld]) -> bool:
        """Whether one of the roles held on the day is this one."""
        return any(held.role is self.role and self.grade in (None, held.grade) for held in roles)

    def __str__(self) -> str:
        words = self.role.replace("_", " ")
        return f"{words} of grade {self.grade}" if self.grade else words


Authorisers = Annotated[tuple[Authoriser, ...], Field(min_length=1, max_length=20)]


class LimitByClause(Frozen):
    """What these people may do with money, and up to how much, by a clause."""

    what: ClassVar[tuple[str, str]]
    """The verb, and over what the limit is counted: told in a refusal."""
    clause: Clause
    by: Authorisers
    up_to_pence: Pence


def clause_of(
    limits: Sequence[LimitByClause], pence: int, roles: Iterable[RoleHeld], asked: str
) -> Clause:
    """Find the first clause that covers so much and that one of the roles held is named in.

    Raises `AuthorityTooLow`, saying who may instead, or that nobody may.
    """
    held = tuple(roles)
    enough = [limit for limit in limits if limit.up_to_pence >= pence]
    for limit in enough:
        if any(who.is_held(held) for who in limit.by):
            return limit.clause
    verb, counted = limits[0].what
    if not enough:
        most = pounds(max(limit.up_to_pence for limit in limits))
        raise AuthorityTooLow(asked, f"nobody may {verb} more than {most} {counted} here")
    able = ", ".join(sorted({str(who) for limit in enough for who in limit.by}))
    raise AuthorityTooLow(asked, f"it is above what you may {verb}", f"It may be done by: {able}.")
