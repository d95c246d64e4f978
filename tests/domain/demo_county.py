"""The demo county's policies as models, and whole requests of each kind to change one thing in."""

import tomllib
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from uuid import UUID, uuid5

from domain.frozen import Frozen
from domain.needs import AreaOfNeed, NeedsProfile
from domain.places import Phase
from domain.policy.model import (
    KINDS,
    AuthorityScheme,
    Calendar,
    Contingency,
    Finance,
    PanelRules,
    Payments,
    Screening,
)
from domain.request import (
    Cycle,
    Evidence,
    ProvisionLine,
    PupilAsked,
    RequestContent,
    RequestKind,
    SenStatus,
)

PACK = Path(__file__).resolve().parents[2] / "domain/policy/packs/demo"
NAMES = UUID("5b0b4a52-7c5f-4b5e-9d3c-0d5a5f3f8a11")
SUBMITTED_ON = date(2026, 10, 5)


def person(name: str) -> UUID:
    """An id that is always the same for the same word."""
    return uuid5(NAMES, name)


def document(kind: str) -> dict[str, object]:
    """The demo county's policy of a kind, as its TOML says it."""
    text = (PACK / kind / "2026-09-01.toml").read_text(encoding="utf-8")
    return tomllib.loads(text, parse_float=Decimal)


@cache
def _policy(kind: str) -> Frozen:
    return KINDS[kind].model_validate(document(kind), strict=False)


def panel(**changed: object) -> PanelRules:
    """The demo panel rules, with some values changed."""
    if not changed:
        found = _policy("panel")
        assert isinstance(found, PanelRules)
        return found
    return PanelRules.model_validate({**document("panel"), **changed}, strict=False)


def authority() -> AuthorityScheme:
    """The demo scheme of delegation."""
    found = _policy("authority")
    assert isinstance(found, AuthorityScheme)
    return found


def calendar() -> Calendar:
    """The demo calendar."""
    found = _policy("calendar")
    assert isinstance(found, Calendar)
    return found


def payments() -> Payments:
    """The demo payment rules."""
    found = _policy("payments")
    assert isinstance(found, Payments)
    return found


def screening() -> Screening:
    """The demo demands on a request."""
    found = _policy("screening")
    assert isinstance(found, Screening)
    return found


def contingency() -> Contingency:
    """The demo order of pots."""
    found = _policy("contingency")
    assert isinstance(found, Contingency)
    return found


def finance(**changed: object) -> Finance:
    """The demo county's rules of the year's money, with some values changed."""
    return Finance.model_validate({**document("finance"), **changed}, strict=False)


def profile(*levels: int) -> NeedsProfile:
    """A needs profile: a level for each area in order."""
    return NeedsProfile(levels=dict(zip(AreaOfNeed, levels, strict=True)))


def pupil(name: str = "first", **changed: object) -> PupilAsked:
    """A pupil on SEN support who lives in the demo county."""
    facts: dict[str, object] = {
        "pupil_id": person(name),
        "school": "oakfield",
        "sen_status": SenStatus.SEN_SUPPORT,
        "home_council": "demo",
        "phase": Phase.PRIMARY,
        "key_stage": 2,
        "school_spends_pence": 600_000,
    }
    return PupilAsked.model_validate({**facts, **changed})


def pupil_with_plan(**changed: object) -> PupilAsked:
    """A pupil whose Education, Health and Care plan sets out provision of £8,000 a year."""
    owed = {"sen_status": SenStatus.PLAN, "owed_annual_pence": 800_000}
    return pupil("planned", **{**owed, **changed})


_LINE = ProvisionLine(
    what="Small group", staff="teaching_assistant", hours_a_week=Decimal(5), group_size=2, weeks=38
)
_CYCLES = tuple(
    Cycle(started_on=date(2026, month, 1), reviewed_on=date(2026, month + 1, 20), what_changed="x")
    for month in (2, 5)
)
_WHOLE: dict[RequestKind, dict[str, object]] = {
    RequestKind.ADVICE: {
        "about": "Ideas for break times",
        "family_views": "Glad of it",
        "informed_on": date(2026, 9, 20),
        "informed_how": "By phone",
    },
    RequestKind.PROJECT: {
        "about": "A language base for the cluster",
        "provision": (_LINE,),
        "outcomes": ("Every school has a trained adult",),
        "starts_on": date(2026, 11, 2),
        "ends_on": date(2027, 9, 1),
    },
}
_WHOLE[RequestKind.INDIVIDUAL] = {
    **_WHOLE[RequestKind.ADVICE],
    **_WHOLE[RequestKind.PROJECT],
    "pupils": (pupil(),),
    "profile": profile(2, 3, 1, 0),
    "child_views": "Likes the quiet room",
    "cycles": _CYCLES,
    "evidence": (Evidence(title="Report", from_whom="Speech and language therapist"),),
}
_WHOLE[RequestKind.GROUP] = {
    **_WHOLE[RequestKind.INDIVIDUAL],
    "pupils": (pupil(), pupil("second", school="elmbrook")),
}


def request(kind: RequestKind = RequestKind.INDIVIDUAL, /, **changed: object) -> RequestContent:
    """A whole request of a kind, with some fields changed; ``None`` leaves one out."""
    return RequestContent.model_validate({"kind": kind, **_WHOLE[kind], **changed})
