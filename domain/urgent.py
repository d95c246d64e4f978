"""An urgent request between meetings: who of a panel is called to it, and by which rules they vote.

Pure rules; who the members are, and what keeps them out, is looked up elsewhere.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Annotated
from uuid import UUID

from pydantic import Field

from domain.frozen import Frozen
from domain.people import Role
from domain.policy.delegation import ToOfficer
from domain.policy.panel import PanelRules
from domain.policy.urgent import UrgentTo
from domain.refusals import NotValid
from domain.request import Code
from domain.stages import Stage

TO_CALL = "to call members to an urgent request"
MOST_AT_ONCE = 10


class CallingUrgent(Frozen):
    """Members of a cluster's panel are called to urgent requests that cannot wait for a meeting."""

    cluster: Code
    request_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=MOST_AT_ONCE)]
    members: Annotated[tuple[UUID, ...], Field(max_length=20)] = ()
    """Who sits in the sub-panel, where no standing one is named, or beside it."""


def between_meetings(rules: PanelRules) -> PanelRules:
    """Say by which rules members vote between meetings: one round, and a quorum of its own.

    There is nobody to talk to before a second round, so a tie goes as it does in the last.
    """
    own = rules.urgent.quorum_members
    changed: dict[str, object] = {
        "ballot_open_hours": rules.urgent.ballot_open_hours,
        "rounds": 1,
    }
    if own is not None:
        changed |= {"quorum_members": own, "quorum_share": None, "quorum_by_kind": {}}
    return rules.model_copy(update=changed)


def who_is_called(
    rules: PanelRules,
    cluster: str,
    voting: Mapping[UUID, AbstractSet[Role]],
    named: Sequence[UUID],
) -> tuple[UUID, ...]:
    """Say who sits in the sub-panel; for an online ballot nobody is named, as everybody votes.

    ``voting`` are those who vote on the cluster's panel, and as what. Of a standing sub-panel
    whoever votes no more is left out. Every fault is told at once.
    """
    faults = list(_faults_of_call(rules, cluster, voting, named))
    standing = [each for each in rules.urgent.people.get(cluster, ()) if each in voting]
    called = tuple(dict.fromkeys([*standing, *named]))
    sits = rules.urgent.to is UrgentTo.SUB_PANEL
    if sits and not faults and len(called) < rules.urgent.members:
        faults.append(
            f"{rules.urgent.members} members sit in the sub-panel, and {len(called)} are named"
        )
    if faults:
        raise NotValid(TO_CALL, "; ".join(faults), "Name members of this panel, each once.")
    return called if sits else ()


def _faults_of_call(
    rules: PanelRules,
    cluster: str,
    voting: Mapping[UUID, AbstractSet[Role]],
    named: Sequence[UUID],
) -> Iterator[str]:
    if rules.urgent.to is UrgentTo.OFFICER:
        yield "the panel's rules leave urgent requests to an officer"
    if rules.urgent.to is UrgentTo.ONLINE_BALLOT and named:
        yield "the whole panel votes, so nobody is named"
    if len(set(named)) < len(named) or set(named) & set(rules.urgent.people.get(cluster, ())):
        yield "somebody is named twice, or sits in the standing sub-panel already"
    wanted = frozenset(rules.urgent.kinds)
    strangers = [each for each in named if each not in voting]
    if strangers:
        yield f"{len(strangers)} of those named have no vote on this panel"
    if wanted and any(each in voting and not wanted & voting[each] for each in named):
        yield "somebody named is not of the kinds of member that the rules ask for"


def waits_for_members(stage: Stage, officer_for: Iterable[str]) -> bool:
    """Whether a request is with an officer because it is urgent, and for nothing else.

    A plan, a disagreement or no contact is for a person whatever the panel's members say.
    """
    return stage is Stage.WITH_OFFICER and set(officer_for) == {ToOfficer.URGENT}
