"""What the demo's schools ask for: whole requests, of which a scene may change a part."""

from collections.abc import Iterable
from typing import Any

from deploy.demo.county import Pupil

Content = dict[str, Any]

COMMUNICATION = "communication_and_interaction"
COGNITION = "cognition_and_learning"
SEMH = "social_emotional_and_mental_health"
SENSORY = "sensory_and_or_physical"

STARTS_ON, ENDS_ON = "2026-11-02", "2027-09-01"
_SPENDS_PENCE = 2_400_00


def levels(communication: int, cognition: int, semh: int, sensory: int) -> dict[str, int]:
    """Give a level for each of the four areas of need."""
    return {COMMUNICATION: communication, COGNITION: cognition, SEMH: semh, SENSORY: sensory}


def line(what: str, hours: str, *, group: int = 1, weeks: int = 38, staff: str = "ta") -> Content:
    """Give one line of a costed provision map."""
    return {
        "what": what,
        "staff": staff,
        "hours_a_week": hours,
        "group_size": group,
        "weeks": weeks,
    }


def pupil_asked(pupil: Pupil, *, owed_pence: int | None = None) -> Content:
    """Give a pupil as a request counts them: by id and facts, never by name."""
    asked = {
        "pupil_id": str(pupil.id),
        "school": pupil.school,
        "sen_status": pupil.sen_status,
        "home_council": pupil.home_council,
        "phase": pupil.phase,
        "key_stage": pupil.key_stage,
        "setting": pupil.setting,
        "school_spends_pence": _SPENDS_PENCE,
    }
    return asked if owed_pence is None else {**asked, "owed_annual_pence": owed_pence}


def support(
    about: str, pupils: Iterable[Content], need: dict[str, int], provision: Iterable[Content]
) -> Content:
    """Ask for support for one pupil or a group, with everything that screening looks for."""
    named = list(pupils)
    return {
        "kind": "individual" if len(named) == 1 else "group",
        "about": about,
        "pupils": named,
        "profile": {"levels": need, "descriptors": []},
        "provision": list(provision),
        "cycles": [
            _cycle("2026-01-12", "2026-03-20", "Small steps forward, not kept over the holidays."),
            _cycle("2026-04-20", "2026-07-10", "Progress with an adult beside; little alone."),
        ],
        "evidence": [{"title": "Assessment report", "from_whom": "specialist teacher"}],
        "outcomes": ["Joins in a whole lesson, three days in five, by the summer."],
        "family_views": "We see how hard mornings are and would like help that lasts.",
        "child_views": "I like it when somebody tells me first what comes next.",
        "informed_on": "2026-09-28",
        "informed_how": "In person, at a meeting in school",
        "starts_on": STARTS_ON,
        "ends_on": ENDS_ON,
    }


def advice(about: str, pupils: Iterable[Content]) -> Content:
    """Ask for advice alone: neither a costed map nor cycles."""
    return {
        "kind": "advice",
        "about": about,
        "pupils": list(pupils),
        "family_views": "We would be glad of any ideas.",
        "informed_on": "2026-09-29",
        "informed_how": "By phone",
    }


def project(about: str, provision: Iterable[Content], divisions: Iterable[str] = ()) -> Content:
    """Ask for a project that builds capacity for a cluster: no pupil, no profile."""
    return {
        "kind": "project",
        "about": about,
        "provision": list(provision),
        "outcomes": ["Every school of the cluster has somebody who can coach the others."],
        "electoral_divisions": list(divisions),
        "starts_on": STARTS_ON,
        "ends_on": ENDS_ON,
    }


def _cycle(started_on: str, reviewed_on: str, what_changed: str) -> Content:
    return {"started_on": started_on, "reviewed_on": reviewed_on, "what_changed": what_changed}
