"""Calling members of a panel to an urgent request: a meeting without a room, and its ballot."""

from collections.abc import Iterator
from uuid import UUID

from sqlmodel import Session

from activities.store import members, urgent
from activities.store.reading.caller import OFFICERS, Caller, concerns_of
from activities.store.reading.panel import is_kept_out
from activities.store.reading.policies import panel_rules
from activities.store.recording.acts import Subject, write_act
from activities.store.recording.said import Saying
from activities.store.tables import RequestRow
from domain.acts import ActRef
from domain.frozen import Frozen
from domain.moderation import missing_for_quorum
from domain.people import Role
from domain.policy.panel import PanelRules
from domain.refusals import Barred, NotAtThisStage, NotValid, RoleNeeded, Unknown
from domain.stages import ALLOWED_TO, ActKind, Stage
from domain.urgent import TO_CALL, CallingUrgent, between_meetings, waits_for_members, who_is_called

_DESK = tuple(ALLOWED_TO[ActKind.CALL_URGENT].difference(OFFICERS))
_MORE = "Name other members, or more of them; without them an officer looks at the request."


def record_urgent(
    session: Session, saying: Saying, _kind: ActKind, _subject_id: UUID, choices: Frozen
) -> ActRef:
    """Call a sub-panel, or the whole panel online, to urgent requests that an officer has.

    Who is called goes on record with the act. The ballot opens when the act is carried out; until
    then, and without a quorum after it, the requests are the officer's.
    """
    assert isinstance(choices, CallingUrgent)
    caller = saying.caller
    requests = [_request(session, caller, choices, each) for each in choices.request_ids]
    _check_they_wait(requests)
    rules = panel_rules(session, requests[0].pins)
    voting = members.voting_members(session, choices.cluster, caller.day, rules)
    called = who_is_called(rules, choices.cluster, voting, choices.members)
    _check_quorum(session, caller, requests, {each: voting[each] for each in called or voting})
    row = urgent.call(
        session, saying.id, choices.cluster, rules.urgent.to, caller.person.id, caller.now
    )
    facts = {"way": rules.urgent.to.value}
    subject = Subject(subject="meeting", id=row.id, cluster=choices.cluster, facts=facts)
    with_all = choices.model_copy(update={"members": called})
    return write_act(session, saying, ActKind.CALL_URGENT, subject, with_all)


def _request(
    session: Session, caller: Caller, choices: CallingUrgent, request_id: UUID
) -> RequestRow:
    """Read a request of the cluster that the person may call members to."""
    if not caller.holds(*OFFICERS) and choices.cluster not in caller.clusters(*_DESK):
        raise RoleNeeded(TO_CALL, "who runs the cluster's panel does, or an officer")
    row = session.get(RequestRow, request_id)
    if row is None or row.cluster_code != choices.cluster:
        raise Unknown("this request", "the cluster has none of that id")
    if is_kept_out(session, caller, row):
        raise Barred(TO_CALL, "an interest bars you from choosing who looks at it")
    return row


def _check_they_wait(requests: list[RequestRow]) -> None:
    """Refuse what is not urgent alone, or is not an officer's now; every fault is told."""
    faults = list(_faults(requests))
    if faults:
        raise NotAtThisStage(
            TO_CALL,
            "; ".join(faults),
            "Only what is urgent, and for no other reason an officer's, is taken between meetings.",
        )


def _faults(requests: list[RequestRow]) -> Iterator[str]:
    if len({row.id for row in requests}) < len(requests):
        yield "a request is named twice"
    if len({row.pins["panel"] for row in requests}) > 1:
        yield "they were submitted under different panel rules: call members to each by itself"
    for row in requests:
        if not waits_for_members(Stage(row.stage), row.why.get("officer_for", [])):
            yield f"{row.reference} does not wait for members"


def _check_quorum(
    session: Session,
    caller: Caller,
    requests: list[RequestRow],
    sitting: dict[UUID, frozenset[Role]],
) -> None:
    """Refuse a ballot that interests on record leave without a quorum."""
    for row in requests:
        rules: PanelRules = between_meetings(panel_rules(session, row.pins))
        case = concerns_of(session, row, caller.day)
        barring = members.known_to_bar(session, sitting, case, rules, caller.day)
        free = [kinds for person_id, kinds in sitting.items() if not barring[person_id]]
        missing = missing_for_quorum(free, rules)
        if missing:
            raise NotValid(
                TO_CALL,
                f"interests leave {len(free)} who may vote on {row.reference}: {missing} too few",
                _MORE,
            )
