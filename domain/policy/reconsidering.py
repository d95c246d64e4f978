"""How a challenge to a decision is taken up: the reconsideration part of the panel rules.

The window itself is ``reconsideration_within_school_days``; without this part nothing is added.
"""

from pydantic import Field

from domain.frozen import Frozen
from domain.policy.document import Count
from domain.request import Code


class ReconsiderationRules(Frozen):
    """Which panel looks again, by when it is answered, and whether a late challenge may be heard.

    Source: Rochdale's two steps; the numbers are the council's.
    """

    panel: Code | None = None
    """The cluster whose panel looks again; without it the one that stands in for the cluster's."""
    panel_for: dict[Code, Code] = Field(default_factory=dict)
    """Another panel for the clusters that need one."""
    answer_within_school_days: Count | None = None
    """School days from the challenge to its answer; without it there is no set day."""
    late_with_reason: bool = True
    """Whether an officer may admit a challenge after the window, with a reason."""
