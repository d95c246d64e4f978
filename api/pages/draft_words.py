"""The words of the pages on which a request is written, for sections, kinds of staff and files."""

from collections.abc import Callable

from api.pages.words import NEEDS, in_words
from domain.drafting import NEEDS as IN_SECTIONS
from domain.drafting import HowFar, Section
from domain.policy.delegation import ToOfficer
from domain.request import RequestKind

KIND_HINTS = {
    RequestKind.ADVICE: "Advice and services for a pupil or a group. It brings no money.",
    RequestKind.INDIVIDUAL: "Support for one pupil of your school.",
    RequestKind.GROUP: "Support for two pupils or more with needs that are alike.",
    RequestKind.PROJECT: "Something that schools of the cluster build together. It names no pupil"
    " and no needs: what was written of them is taken out.",
}
"""What each kind of request is, for who chooses one."""
SECTIONS = {
    Section.ABOUT: "What you ask for",
    Section.PUPILS: "Who it is for",
    Section.HOME_COUNCIL: "The council of the pupil's home",
    **{section: NEEDS[area] for section, area in IN_SECTIONS.items()},
    Section.CHILD: "The child's or young person's views",
    Section.FAMILY: "The family's views",
    Section.CYCLES: "Assess, plan, do, review",
    Section.SPENDING: "What the school spends already",
    Section.PROVISION: "Provision map",
    Section.OUTCOMES: "Intended outcomes",
    Section.EVIDENCE: "Evidence",
    Section.DIVISIONS: "Electoral divisions",
    Section.OFFICER: "Urgent, or cannot be given",
}
GROUPS = (
    ("What is asked for", (Section.ABOUT, Section.PUPILS, Section.HOME_COUNCIL)),
    ("Needs", tuple(IN_SECTIONS)),
    ("Views", (Section.CHILD, Section.FAMILY)),
    ("What the school has done", (Section.CYCLES, Section.SPENDING)),
    ("Support", (Section.PROVISION, Section.OUTCOMES, Section.DIVISIONS)),
    ("Evidence, and what else matters", (Section.EVIDENCE, Section.OFFICER)),
)
"""The sections as the task list groups them."""
HOW_FAR = {
    HowFar.NOT_STARTED: "Not started",
    HowFar.INCOMPLETE: "Incomplete",
    HowFar.COMPLETE: "Complete",
    HowFar.OPTIONAL: "Optional",
}
TO_OFFICER = {
    ToOfficer.PLAN: "a pupil has an Education, Health and Care plan",
    ToOfficer.URGENT: "it is urgent",
    ToOfficer.NO_CONTACT: "the family could not be reached",
    ToOfficer.DISAGREEMENT: "the family disagrees",
    ToOfficer.CANNOT: "something cannot be given",
    ToOfficer.UNPRICED: "no published amount fits it",
}
"""Why a council officer looks at a request first: reads on after "because"."""
_LONGEST_ABBREVIATION = 4
_A_MEGABYTE = 1000


def staff(code: str) -> str:
    """Write the code of a kind of staff; a short one is an abbreviation.

    >>> staff("hlta"), staff("therapist")
    ('HLTA', 'Therapist')
    """
    return code.upper() if len(code) <= _LONGEST_ABBREVIATION else in_words(code)


def size(count: int) -> str:
    """Write how large a file is.

    >>> size(900), size(240_000), size(5_300_000)
    ('1 kB', '240 kB', '5.3 MB')
    """
    kilo = max(round(count / 1000), 1)
    return f"{kilo} kB" if kilo < _A_MEGABYTE else f"{count / 1_000_000:.1f} MB"


FILTERS: dict[str, Callable[..., str]] = {
    "section": SECTIONS.__getitem__,
    "section_address": lambda section: section.value.replace("_", "-"),
    "how_far": HOW_FAR.__getitem__,
    "to_officer": TO_OFFICER.__getitem__,
    "staff": staff,
    "size": size,
}
"""What templates may call a value by."""
