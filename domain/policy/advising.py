"""What a panel's advice sets in motion: the advice part of the panel rules.

Without it services see no papers and have five school days to answer.
"""

from domain.frozen import Frozen
from domain.policy.document import Count


class AdviceRules(Frozen):
    """How long a service has to accept or decline, and whether it reads the papers."""

    services_answer_within_school_days: Count = 5
    services_read_papers: bool = False
    """Whether a service reads the whole request, and not its reference and area of need alone."""
