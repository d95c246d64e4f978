"""The scenes of the play: every end of a request's way, finance's year, and a change of policy.

A scene is told by the people in it and knows nothing of another; they run side by side and share
the county's clock.
"""

from collections.abc import Awaitable, Callable

from deploy.demo.scenes import budgets, changes, desk, endings, kinds, money, panels, policy, year
from deploy.demo.theatre import Play

Scene = Callable[[Play], Awaitable[None]]

OVERTURE: Scene = desk.urgent_goes_to_an_officer
"""Played first and alone: it needs no panel, so the first request is soon decided."""

SCENES: tuple[Scene, ...] = (
    *desk.SCENES,
    *panels.SCENES,
    *money.SCENES,
    *endings.SCENES,
    *kinds.SCENES,
    *budgets.SCENES,
    *changes.SCENES,
    *year.SCENES,
    *policy.SCENES,
)
"""Every other scene, played side by side."""
