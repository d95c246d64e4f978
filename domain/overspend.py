"""An overspend that needs two people: the first proposes it, and another says the same.

It is the person that has to be another, not the role. Source: the council's finance policy, where
``overspend_needs_second_person`` is set; what is owed is paid all the same, by two (promise 10).
"""

from collections.abc import Iterator
from uuid import UUID

from domain.frozen import Frozen
from domain.ledger.accounts import FinancialYear, PotCode
from domain.money import Pence, pounds
from domain.refusals import Barred, NotAtThisStage, NotValid

_ASKED = "to second this overspend"


class Overspend(Frozen):
    """What draws on the recorded overspend: of a pot's year, or a year of a request's support."""

    pence: Pence
    authority: str
    pot: PotCode | None = None
    financial_year: FinancialYear | None = None
    placing_id: UUID | None = None
    """How the request's need was placed and priced when it was proposed."""


class Proposal(Frozen):
    """An overspend as a first person proposed it: another person's word makes it take effect."""

    act_id: UUID
    proposed_by: UUID
    overspend: Overspend
    is_seconded: bool = False


def check_seconding(proposal: Proposal, said: Overspend, person_id: UUID) -> None:
    """Refuse whoever proposed it, what has its second already, and anything but the same.

    Everything in which the two differ is told at once. Source: promise 6.
    """
    if proposal.is_seconded:
        raise NotAtThisStage(
            _ASKED, "another person has seconded it already", "Nothing has to be said twice."
        )
    if proposal.proposed_by == person_id:
        raise Barred(_ASKED, "you proposed it yourself", "Another person says the same.")
    differs = tuple(_differences(proposal.overspend, said))
    if differs:
        raise NotValid(
            _ASKED,
            "; ".join(differs),
            "Say exactly what was proposed, or propose another overspend.",
        )


def _differences(proposed: Overspend, said: Overspend) -> Iterator[str]:
    if (proposed.pot, proposed.financial_year) != (said.pot, said.financial_year):
        yield f"it was proposed for {proposed.pot} in {proposed.financial_year}"
    if proposed.pence != said.pence:
        yield f"{pounds(proposed.pence)} was proposed, and not {pounds(said.pence)}"
    if proposed.authority != said.authority:
        yield f"it was proposed by the authority {proposed.authority}"
