"""One model per input of a workflow. Ids alone: what people wrote stays in PostgreSQL."""

from uuid import UUID

from domain.frozen import Frozen


class RequestRef(Frozen):
    """Which request a ``SupportRequest`` carries; it takes up where the record stands."""

    request_id: UUID


class MeetingRef(Frozen):
    """Which meeting a ``PanelMeeting`` carries; it takes up where the record stands."""

    meeting_id: UUID


class FinanceRef(Frozen):
    """Which act of finance a ``FinanceAct`` carries out."""

    act_id: UUID


class RunRef(Frozen):
    """Which payment run a ``PaymentRun`` carries; it takes up where the record stands."""

    run_id: UUID


class PublicationRef(Frozen):
    """Which draft a ``PolicyPublication`` carries; it takes up where the record stands."""

    publication_id: UUID


class PolicyActRef(Frozen):
    """Which act a ``PolicyWithdrawal`` or a ``PolicyModelling`` carries out."""

    act_id: UUID


class ChallengeRef(Frozen):
    """Which challenge a ``Reconsideration`` carries; it takes up where the record stands."""

    reconsideration_id: UUID


class PlanRef(Frozen):
    """Which plan a ``ClusterPlan`` carries; it takes up where the record stands."""

    plan_id: UUID


class BallotHeard(Frozen):
    """A ballot on the request has closed: its result is in the record."""

    ballot_id: UUID
