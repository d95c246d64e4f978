"""Clusters that plan: what they propose, who speaks, who signs, and what is paid of it."""

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from domain.acts import ActRef
from domain.needs import AreaOfNeed
from domain.plan_acts import PlanItem, Sharing, SharingRule
from domain.stages import ActKind
from tests.activities.by_hand import ByHand
from tests.activities.small_county import PLANTED, SCHOOLS
from tests.activities.world import WHY, World

PRICE_PENCE = 1_200_000
ALDER = tuple(school for school, cluster in SCHOOLS.items() if cluster == "alder")
CEDAR = tuple(school for school, cluster in SCHOOLS.items() if cluster == "cedar")
ADMINISTRATOR = "administrator.alder"


def item(**changed: Any) -> PlanItem:
    """A service with four places for pupils whose greatest need is how they learn."""
    facts: dict[str, Any] = {
        "name": "Learning hub",
        "kind": "service",
        "school": "crane",
        "places": 4,
        "hours_a_week": Decimal(25),
        "annual_pence": PRICE_PENCE,
        "area_of_need": AreaOfNeed.COGNITION,
        "up_to_level": 4,
        "outcomes": (f"Outcome {PLANTED}",),
    }
    return PlanItem(**facts | changed)


def together(rule: SharingRule = SharingRule.EQUALLY, **weights: int) -> Sharing:
    """Alder and cedar plan together by a rule."""
    return Sharing(rule=rule, clusters=("alder", "cedar"), weights=weights)


class Planned:
    """A county whose clusters plan, by hand."""

    def __init__(self, hand: ByHand) -> None:
        self.hand = hand
        self.world: World = hand.world

    def proposes(self, *items: PlanItem, who: str = ADMINISTRATOR, **said: Any) -> ActRef:
        """Somebody proposes a plan of a cluster; the act's id is the plan's."""
        facts = {"cluster": "alder", "academic_year": 2026, "items": items or (item(),)}
        return self.world.does(who, ActKind.PROPOSE_PLAN, uuid4(), **facts | said)

    def proposed(self, *items: PlanItem, **said: Any) -> UUID:
        """A plan is proposed; its id."""
        return self.done(self.proposes(*items, **said))

    def changes(self, plan_id: UUID, **said: Any) -> ActRef:
        """The administrator proposes a change of a signed plan."""
        who = said.pop("who", ADMINISTRATOR)
        return self.world.does(who, ActKind.CHANGE_PLAN, uuid4(), plan_id=plan_id, **said)

    def speaks(self, plan_id: UUID, school: str, *, agrees: bool = True) -> ActRef:
        """A school's head says yes or no."""
        said = {"school": school, "agrees": agrees}
        return self.world.does(f"head.{school}", ActKind.VOICE_ON_PLAN, plan_id, **said)

    def agreed(self, *items: PlanItem, **said: Any) -> UUID:
        """A plan is proposed, and enough schools say yes."""
        plan_id = self.proposed(*items, **said)
        self.schools_agree(plan_id)
        return plan_id

    def schools_agree(self, plan_id: UUID) -> None:
        """Every school says yes until the plan is agreed."""
        rows = self.world.rows(
            "SELECT school_code FROM cluster_plan_school WHERE plan_id = :id"
            " ORDER BY cluster_code, school_code",
            id=plan_id,
        )
        for row in rows:
            if self.stage(plan_id) == "proposed":
                self.done(self.speaks(plan_id, row.school_code))

    def signs(self, plan_id: UUID, who: str = "manager.1", **said: Any) -> ActRef:
        """An officer signs a plan."""
        return self.world.does(who, ActKind.SIGN_PLAN, plan_id, **said)

    def signed(self, *items: PlanItem, who: str = "manager.1", **said: Any) -> UUID:
        """A plan is proposed, agreed and signed; its id."""
        plan_id = self.agreed(*items, **said)
        self.done(self.signs(plan_id, who))
        return plan_id

    def reports(self, plan_id: UUID, **said: Any) -> ActRef:
        """The chair reports an outcome."""
        facts = {"words": WHY} | said
        return self.world.does("head.crane", ActKind.REPORT_OUTCOME, plan_id, **facts)

    def done(self, act: ActRef) -> UUID:
        """An act is carried out and is done; its id."""
        assert self.outcome(act) == ("done", None), self.refusal(act)
        return act.id

    def outcome(self, act: ActRef) -> tuple[str | None, str | None]:
        """Carry on, and say what became of an act."""
        self.hand.goes_on()
        return self.world.outcome(act)

    def refusal(self, act: ActRef) -> Any:
        """What a refused act was told."""
        return self.world.one("SELECT refusal FROM act WHERE id = :id", id=act.id)

    def stage(self, plan_id: UUID) -> str:
        """Where a plan stands by the record."""
        return str(self.world.one("SELECT stage FROM cluster_plan WHERE id = :id", id=plan_id))

    def item_of(self, plan_id: UUID, number: int = 1) -> UUID:
        """The id of an item of a plan."""
        sql = "SELECT id FROM cluster_plan_item WHERE plan_id = :id AND number = :number"
        found: UUID = self.world.one(sql, id=plan_id, number=number)
        return found
