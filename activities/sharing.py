"""How a request's money is split between schools: as its panel advised, else as it was placed."""

from typing import Any

from activities.store.deciding import Placed
from domain.advice import SharingOut
from domain.assessment import shared_out
from domain.request import RequestContent

_KEY = "shared_out"


def shares_of(placed: Placed) -> SharingOut | None:
    """The shares by which a placing is shared out, where its panel named any."""
    said = placed.inputs.get(_KEY)
    return SharingOut.model_validate(said, strict=False) if said else None


def by_school(placed: Placed, annual_pence: int, content: RequestContent) -> dict[str, int]:
    """What a yearly amount gives each school, exact to the penny, as the placing is shared."""
    if annual_pence == placed.annual_pence:
        return placed.by_school
    shares = shares_of(placed)
    if shares is not None:
        return shares.between(annual_pence, content)
    return shared_out(annual_pence, placed.by_school, content)


def shared(placed: Placed, sharing: SharingOut, content: RequestContent) -> dict[str, Any]:
    """What changes in a placing that is shared out; until it is priced nobody has anything."""
    inputs = placed.inputs | {_KEY: sharing.model_dump(mode="json")}
    if not placed.annual_pence:
        nothing = dict.fromkeys(sorted(each.school for each in sharing.shares), 0)
        return {"inputs": inputs, "by_school": nothing}
    return {"inputs": inputs, "by_school": sharing.between(placed.annual_pence, content)}
