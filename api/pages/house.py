"""What the pages are made of: whose they are, where they live, and how one signs in to them."""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property

from fastapi import Request
from starlette.types import Scope

from activities.clock import Clock, SystemClock
from activities.settings import Settings
from api.pages.assets import Assets
from api.pages.openid import SignIns


@dataclass(frozen=True)
class House:
    """The pages' own parts, composed once in ``app``."""

    name: str
    colour: str
    address: str
    """Scheme and host at which browsers come in."""
    sign_ins: SignIns
    idle: timedelta
    lasts: timedelta
    clock: Clock = field(default_factory=SystemClock)
    """Sessions live on the machine's own clock, whatever the demo does with its own."""

    @cached_property
    def assets(self) -> Assets:
        """Styles, scripts and pictures."""
        return Assets(self.colour)

    @property
    def is_https(self) -> bool:
        """Whether browsers come by https: everywhere but on the machine itself."""
        return self.address.startswith("https://")

    def cookie(self, name: str) -> str:
        """Name a cookie so that a browser keeps it to this host and to https, where there is any.

        Source: RFC 6265bis, 4.1.3.2, the prefix ``__Host-``.
        """
        return f"__Host-{name}" if self.is_https else name


def make_house(chosen: Settings) -> House:
    """Make the pages' parts from the settings; no issuer is asked before somebody signs in."""
    return House(
        name=chosen.council_name,
        colour=chosen.council_colour,
        address=chosen.address,
        sign_ins=SignIns(chosen.issuers, chosen.address),
        idle=timedelta(minutes=chosen.session_idle_minutes),
        lasts=timedelta(hours=chosen.session_hours),
    )


def house_of(request: Request) -> House:
    """Find the house of the application that was asked."""
    return house_in(request.scope)


def house_in(scope: Scope) -> House:
    """Find the house where there is no request yet."""
    found = scope["app"].state.house
    assert isinstance(found, House)
    return found
