"""The small county with a finance desk: whoever is named does an act of finance, and it is done.

``FinanceWorld`` records the act as the web does and carries it out as its workflow does, by the
activity itself.
"""

from typing import Any
from uuid import UUID

from activities.finance import Finance
from activities.names import OfFinanceAct
from activities.store import recording
from activities.store.recording import County
from activities.store.session import transaction
from domain.acts import CHOICES, ActOutcome, ActRef
from domain.people import Role
from domain.stages import ActKind
from tests.activities.small_county import FIRST_DAY, ISSUER, named
from tests.activities.world import World

OFFICERS: dict[str, tuple[Role, str | None]] = {
    "finance.1": (Role.FINANCE_OFFICER, None),
    "finance.2": (Role.FINANCE_OFFICER, None),
    "finance.3": (Role.FINANCE_OFFICER, None),
    "leader.1": (Role.LEADER, None),
}
"""Who deals with money, with the grade in the scheme of delegation where one is held."""


def _person(subject: str, role: Role, grade: str | None) -> dict[str, object]:
    return {
        "id": named(subject),
        "issuer": ISSUER,
        "subject": subject,
        "called": subject,
        "roles": [{"role": role, "grade": grade, "from_on": FIRST_DAY}],
    }


FINANCE_PEOPLE = County.model_validate(
    {
        "areas": [],
        "clusters": [],
        "schools": [],
        "people": [_person(subject, *held) for subject, held in OFFICERS.items()],
    },
    strict=False,
)
"""People whom only the money has to know."""


class FinanceWorld:
    """A world in which finance acts: recorded first, then carried out."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.finance = Finance(world.engine, world.clock)
        with transaction(world.engine) as session:
            recording.load_county(session, FINANCE_PEOPLE)

    def records(self, subject: str, kind: ActKind, **choices: Any) -> ActRef:
        """Somebody does an act of finance, which waits for being carried out."""
        if "authority" in CHOICES[kind].model_fields:
            choices = {"authority": "26/00042", **choices}
        return self.world.does(subject, kind, named(f"{kind} is its own subject"), **choices)

    def carries_out(self, act: ActRef | UUID) -> ActOutcome:
        """The activity of the act's workflow runs, once."""
        act_id = act.id if isinstance(act, ActRef) else act
        return self.finance.carry_out(OfFinanceAct(act_id=act_id)).outcome

    def does(self, subject: str, kind: ActKind, **choices: Any) -> ActOutcome:
        """Somebody does an act of finance, and it is carried out; says what became of it."""
        return self.carries_out(self.records(subject, kind, **choices))

    def refusal(self, outcome: ActOutcome) -> dict[str, Any]:
        """What a refused act was told: code, asked, in the way and what would help."""
        sql = "SELECT refusal FROM act WHERE id = :id"
        found: dict[str, Any] | None = self.world.one(sql, id=outcome.act_id)
        assert found is not None, "the act was done"
        return found

    def entries(self, act: ActRef | ActOutcome) -> list[Any]:
        """The ledger entries that an act made, in order: verb, reference, authority and pots."""
        act_id = act.id if isinstance(act, ActRef) else act.act_id
        return self.world.rows(
            "SELECT * FROM ledger_entry WHERE act_id = :id ORDER BY number", id=act_id
        )
