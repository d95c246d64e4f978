"""Where an officer pauses before an act: over budget, own interest, reversal, departure."""

from typing import Any

import pytest

from domain.acts import Authorising, AuthorisingDifferently, AuthorisingOverspend, Declining
from domain.authority import lacks_for_cover
from domain.frozen import Frozen
from domain.moderation import Recommendation
from domain.pausing import OnDesk, Pause, pauses
from domain.people import Interest
from domain.stages import ActKind, Ending
from tests.domain.demo_county import authority

DESK = OnDesk(recommended=Recommendation.AS_ASKED, annual_pence=500_000, left_pence=100_000)
SAID: dict[str, Any] = {"grounds": ("Because",), "alternatives": "None"}
YES = Authorising(**SAID)
NO = Declining(**SAID, reason="Because")


def _differently(pence: int) -> AuthorisingDifferently:
    return AuthorisingDifferently(**SAID, annual_pence=pence, reason="Because")


@pytest.mark.parametrize(
    ("kind", "said", "desk", "wanted"),
    [
        (ActKind.AUTHORISE, YES, {}, ()),
        (ActKind.DECLINE, NO, {}, (Pause.DEPARTS_FROM_PANEL,)),
        (ActKind.DECLINE, NO, {"recommended": Recommendation.NONE}, ()),
        (ActKind.DECLINE, NO, {"recommended": None}, ()),
        (
            ActKind.AUTHORISE,
            YES,
            {"recommended": Recommendation.ADVICE},
            (Pause.DEPARTS_FROM_PANEL,),
        ),
        (ActKind.AUTHORISE_DIFFERENTLY, _differently(500_000), {}, ()),
        (
            ActKind.AUTHORISE_DIFFERENTLY,
            _differently(600_001),
            {},
            (Pause.OVER_BUDGET, Pause.DEPARTS_FROM_PANEL),
        ),
        (
            ActKind.AUTHORISE_DIFFERENTLY,
            _differently(600_000),
            {"left_pence": None},
            (Pause.DEPARTS_FROM_PANEL,),
        ),
        (
            ActKind.AUTHORISE_OVERSPEND,
            AuthorisingOverspend(**SAID, authority="26/00042", reason="Owed"),
            {},
            (Pause.OVER_BUDGET,),
        ),
        (
            ActKind.AUTHORISE,
            Authorising(**SAID, interests=(Interest.OWN_TRUST,)),
            {"decided_before": Ending.DECLINED},
            (Pause.OWN_INTEREST, Pause.REVERSAL),
        ),
        (ActKind.AUTHORISE, Authorising(**SAID, interests=(Interest.NONE,)), {}, ()),
        (ActKind.AUTHORISE, YES, {"annual_pence": None, "recommended": Recommendation.NONE}, ()),
    ],
)
def test_a_pause_is_due_where_it_is_hard_to_go_back(
    kind: ActKind, said: Frozen, desk: dict[str, object], wanted: tuple[Pause, ...]
) -> None:
    """Each reason on its own, and an act as everybody advised is not paused at all."""
    assert pauses(kind, said, DESK.model_copy(update=desk)) == wanted


@pytest.mark.promise(6)
@pytest.mark.parametrize(
    ("own", "cover", "lacks"),
    [
        ("locality_officer", "area_manager", False),
        ("area_manager", "locality_officer", True),
        ("sen_officer", "locality_officer", True),
        ("sen_officer", "sen_officer", False),
        ("sen_officer", "area_manager", False),
        ("head_of_sen", "director", False),
        ("director", "head_of_sen", True),
        ("locality_officer", "no_such_grade", True),
    ],
)
def test_cover_is_given_by_whoever_signs_as_much(own: str, cover: str, *, lacks: bool) -> None:
    """Limit, levels, overspends, key decisions and plans: a colleague lacks none of them."""
    assert lacks_for_cover((own,), (cover,), authority()) is lacks
