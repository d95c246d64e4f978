"""Areas of need, levels and the needs profile that a school states and a panel moderates."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from domain.frozen import Frozen


class AreaOfNeed(StrEnum):
    """The four broad areas of need. Source: SEND Code of Practice 2015, 6.28 to 6.35."""

    COMMUNICATION = "communication_and_interaction"
    COGNITION = "cognition_and_learning"
    SEMH = "social_emotional_and_mental_health"
    SENSORY = "sensory_and_or_physical"


class NeedsProfile(Frozen):
    """A level for each area of need, in steps of the council's continuum; 0 is no additional need.

    Which levels exist is policy data, so only the continuum can say whether a level is one.
    """

    levels: dict[AreaOfNeed, Annotated[int, Field(ge=0, le=100)]]
    descriptors: Annotated[
        tuple[Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.:-]{0,63}$")], ...],
        Field(max_length=200),
    ] = ()
    """Codes of the published descriptors that were ticked, in any area."""

    def steps_from(self, other: "NeedsProfile") -> int:
        """How many steps of the scale lie between two profiles, every area of need together.

        An area that one of them leaves out has no additional need there.

        >>> semh = AreaOfNeed.SEMH
        >>> NeedsProfile(levels={semh: 3}).steps_from(NeedsProfile(levels={semh: 1}))
        2
        """
        return sum(abs(self.levels.get(a, 0) - other.levels.get(a, 0)) for a in AreaOfNeed)
