"""The scenes of the play: every end of a request's way, finance's year, and a change of policy.

A scene is told by the people in it and knows nothing of another; they run side by side and share
the county's clock.
"""

from collections.abc import Awaitable, Callable

from deploy.demo.scenes import (
    advice,
    budgets,
    calibration,
    challenges,
    changes,
    desk,
    endings,
    kinds,
    meetings,
    money,
    panels,
    plans,
    policy,
    reminders,
    urgent,
    year,
)
from deploy.demo.theatre import Play

Scene = Callable[[Play], Awaitable[None]]

OVERTURE: Scene = desk.urgent_goes_to_an_officer
"""Played first and alone: it needs no panel, so the first request is soon decided."""

SCENES: tuple[Scene, ...] = (
    *desk.SCENES,
    *panels.SCENES,
    *urgent.SCENES,
    *money.SCENES,
    *endings.SCENES,
    *kinds.SCENES,
    *advice.SCENES,
    *meetings.SCENES,
    *challenges.SCENES,
    *calibration.SCENES,
    *plans.SCENES,
    *budgets.SCENES,
    *changes.SCENES,
    *year.SCENES,
    *policy.SCENES,
    *reminders.SCENES,
)
"""Every other scene, played side by side."""
