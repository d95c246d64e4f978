"""A search for an auditor: any reference to its chain."""

from typing import Annotated

from fastapi import APIRouter, Query

from activities.store.reading.search import Chain, search
from api.parts import Asking, WithParts

router = APIRouter(prefix="/search", tags=["search"])

Said = Annotated[
    str,
    Query(
        min_length=1,
        max_length=100,
        pattern=r"^ *[A-Za-z:/._-]*[0-9][A-Za-z0-9:/._-]* *$",
        description="A request's, run's or payment's reference, an award's of the old system, the"
        " number of an entry, or the id of any of them: each holds a figure, and no name does.",
    ),
]


@router.get("")
def found(reference: Said, caller: Asking, parts: WithParts) -> Chain:
    """Find what a reference is of, and everything of the money that hangs together with it."""
    return parts.read(lambda session: search(session, caller, reference))
