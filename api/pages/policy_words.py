"""The words of policy officers' and leaders' pages for their codes; the rest are in ``words``.

A test asks for a word for every code.
"""

from collections.abc import Iterable

from api.pages.words import POLICIES, day
from domain.agreement import ReadAs
from domain.calibration import CalibrationState
from domain.consistency import Basis, Standing
from domain.departure import DepartsFrom, Leaning
from domain.places import Phase, Setting
from domain.publication import PublicationStage

PUBLICATION_STAGES = {
    PublicationStage.DRAFTED: "Being checked",
    PublicationStage.FAULTY: "Has faults",
    PublicationStage.CHECKED: "Being tried on the year's cases",
    PublicationStage.FOR_APPROVAL: "Waits for approval",
    PublicationStage.PUBLISHED: "Published",
    PublicationStage.GIVEN_UP: "Given up",
    PublicationStage.WITHDRAWN: "Withdrawn",
}
PUBLICATION_NEXT = {
    PublicationStage.DRAFTED: "Nobody: it is being checked. Look again in a minute.",
    PublicationStage.FAULTY: "Whoever wrote it: mend every fault and send it again.",
    PublicationStage.CHECKED: "Nobody: what it would have made of the year's cases is being worked"
    " out. Look again in a minute.",
    PublicationStage.FOR_APPROVAL: "Two people who have written none of it: both approve what they"
    " read here.",
    PublicationStage.PUBLISHED: "Nobody: it governs from its first day.",
    PublicationStage.GIVEN_UP: "Nobody: it stays on record.",
    PublicationStage.WITHDRAWN: "Nobody: every version of it was withdrawn.",
}
PUBLICATION_COLOURS = {
    PublicationStage.FAULTY: "red",
    PublicationStage.FOR_APPROVAL: "orange",
    PublicationStage.PUBLISHED: "green",
    PublicationStage.GIVEN_UP: "grey",
    PublicationStage.WITHDRAWN: "grey",
}
"""The colour of a stage's tag; its words say the same."""
CALIBRATION_STATES = {
    CalibrationState.DRAFTED: "Levels are being set",
    CalibrationState.SET: "Ready for a meeting",
    CalibrationState.IN_USE: "Before the panels",
    CalibrationState.RETIRED: "Out of use",
}
READ_AS = {
    ReadAs.TOO_FEW: "Too few votes to say",
    ReadAs.ALL_ALIKE: "Every vote is the same level",
    ReadAs.ALPHA: "Read alpha",
    ReadAs.AC2: "One level dominates: read AC2",
}
STANDINGS = {
    Standing.TOO_FEW: "Too few cases to say",
    Standing.NOT_APART: "Not apart",
    Standing.HIGHER: "Sees more need",
    Standing.LOWER: "Sees less need",
}
BASES = {
    Basis.DEFINITIVE: "The levels set beforehand",
    Basis.OTHER_PANELS: "The other panels",
}
DEPARTS_FROM = {
    DepartsFrom.LEVEL: "Level",
    DepartsFrom.TIER: "Tier",
    DepartsFrom.BAND: "Band",
    DepartsFrom.AMOUNT: "Amount",
    DepartsFrom.DECIDER: "Who decides",
}
LEANINGS = {Leaning.UP: "upwards", Leaning.DOWN: "downwards", Leaning.ASIDE: "neither"}
PHASES = {
    Phase.EARLY_YEARS: "Early years",
    Phase.PRIMARY: "Primary",
    Phase.SECONDARY: "Secondary",
    Phase.ALL_THROUGH: "All-through",
    Phase.POST_16: "Post-16",
}
SETTINGS = {
    Setting.MAINSTREAM: "Mainstream",
    Setting.RESOURCE_PROVISION: "Resource provision",
    Setting.SPECIAL: "Special",
    Setting.ALTERNATIVE_PROVISION: "Alternative provision",
}
GROUPINGS = {
    "cluster": "Cluster",
    "school": "School",
    "phase": "Phase",
    "area_of_need": "Area of need",
    "kind": "Kind of request",
    "tier": "Tier today",
}
"""What a comparison is broken down by."""
OTHERS = {
    "together": "Too few to show apart, together",
    "(other)": "Others together",
    "(total)": "All",
    "none": "None recorded",
    "several": "Several equally",
}
"""Lines that no code is written for."""


def versions_in_words(versions: Iterable[str]) -> str:
    """Write what a draft would publish as it is read.

    >>> versions_in_words(("tariff from 2027-04-01",))
    'Tariff from 1 April 2027'
    """
    told = (each.partition(" from ") for each in versions)
    return ", ".join(f"{POLICIES[kind][0]} from {day(on)}" for kind, _, on in told)
