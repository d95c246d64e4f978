"""SQLModel tables: no behaviour, private to the store; rows are built from domain objects."""

from sqlmodel import SQLModel

from activities.store.tables.budgets import BudgetLineRow, FileRow
from activities.store.tables.calibration import (
    CalibrationBallotRow,
    CalibrationCaseRow,
    CalibrationProposalRow,
    CalibrationSetterRow,
    CalibrationVoteRow,
)
from activities.store.tables.casework import (
    ActRow,
    AwardRow,
    DecisionRow,
    DraftRow,
    InstalmentRow,
    LetterRow,
    PartPlayedRow,
    PlacingRow,
    PlanPlaceRow,
    PlanProvisionRow,
    RequestPupilRow,
    RequestRow,
    RequestVersionRow,
)
from activities.store.tables.change_letters import ChangeLetterRow
from activities.store.tables.changes import AwardChangeRow, CouncilClaimRow
from activities.store.tables.closing import (
    FinancePackRow,
    ForecastLineRow,
    SchoolNotionalRow,
    StatementRow,
    YearEndRow,
    YearEndSignatureRow,
)
from activities.store.tables.cluster_plans import (
    ClusterPlanEndingRow,
    ClusterPlanItemRow,
    ClusterPlanOutcomeRow,
    ClusterPlanPartyRow,
    ClusterPlanRow,
    ClusterPlanSchoolRow,
    ClusterPlanVoiceRow,
)
from activities.store.tables.covers import CoverRow
from activities.store.tables.departures import DepartureRow, PupilCharacteristicRow
from activities.store.tables.evidence import EvidenceFileRow
from activities.store.tables.families import FamilyLinkEndRow, FamilyLinkRow, FamilyLinkTryRow
from activities.store.tables.meetings import (
    AttendanceRow,
    ItemTakenRow,
    MinutesNoteRow,
    MinutesReadRow,
    MinutesRow,
    PresenceRow,
)
from activities.store.tables.modelling import ModellingFileRow, ModellingRow
from activities.store.tables.outbox import ContactRow, MessageRow, ReminderLookRow
from activities.store.tables.overspends import OverspendProposalRow
from activities.store.tables.panel import AgendaItemRow, BallotRow, InterestRow, MeetingRow, VoteRow
from activities.store.tables.payments import (
    AnswerLineRow,
    PaymentRunRow,
    RemittanceRow,
    RunAnswerRow,
    RunFileRow,
    RunLineRow,
    TakeBackRow,
)
from activities.store.tables.people import (
    AreaRow,
    ClusterInAreaRow,
    ClusterRow,
    FamilyTieRow,
    PersonRow,
    PupilNameRow,
    PupilOnRollRow,
    PupilRow,
    RoleHeldRow,
    SchoolInClusterRow,
    SchoolInTrustRow,
    SchoolRow,
    SignInRow,
    TrustRow,
)
from activities.store.tables.policy import (
    PolicyVersionRow,
    PublicationApprovalRow,
    PublicationDraftRow,
    PublicationRow,
)
from activities.store.tables.put_forward import PutForwardRow
from activities.store.tables.reconsiderations import (
    ReconsiderationInvolvedRow,
    ReconsiderationItemRow,
    ReconsiderationRow,
)
from activities.store.tables.record import ClockOffsetRow, EventRow, SaidRow
from activities.store.tables.roster import SchoolExpertiseRow, SchoolFactsRow, SeatRow
from activities.store.tables.services import (
    DissentRow,
    ServiceAnswerRow,
    ServiceAskedRow,
    ServiceRow,
)
from activities.store.tables.sessions import WebSessionRow
from activities.store.tables.urgent import UrgentMeetingRow

__all__ = [
    "ActRow",
    "AgendaItemRow",
    "AnswerLineRow",
    "AreaRow",
    "AttendanceRow",
    "AwardChangeRow",
    "AwardRow",
    "BallotRow",
    "BudgetLineRow",
    "CalibrationBallotRow",
    "CalibrationCaseRow",
    "CalibrationProposalRow",
    "CalibrationSetterRow",
    "CalibrationVoteRow",
    "ChangeLetterRow",
    "ClockOffsetRow",
    "ClusterInAreaRow",
    "ClusterPlanEndingRow",
    "ClusterPlanItemRow",
    "ClusterPlanOutcomeRow",
    "ClusterPlanPartyRow",
    "ClusterPlanRow",
    "ClusterPlanSchoolRow",
    "ClusterPlanVoiceRow",
    "ClusterRow",
    "ContactRow",
    "CouncilClaimRow",
    "CoverRow",
    "DecisionRow",
    "DepartureRow",
    "DissentRow",
    "DraftRow",
    "EventRow",
    "EvidenceFileRow",
    "FamilyLinkEndRow",
    "FamilyLinkRow",
    "FamilyLinkTryRow",
    "FamilyTieRow",
    "FileRow",
    "FinancePackRow",
    "ForecastLineRow",
    "InstalmentRow",
    "InterestRow",
    "ItemTakenRow",
    "LetterRow",
    "MeetingRow",
    "MessageRow",
    "MinutesNoteRow",
    "MinutesReadRow",
    "MinutesRow",
    "ModellingFileRow",
    "ModellingRow",
    "OverspendProposalRow",
    "PartPlayedRow",
    "PaymentRunRow",
    "PersonRow",
    "PlacingRow",
    "PlanPlaceRow",
    "PlanProvisionRow",
    "PolicyVersionRow",
    "PresenceRow",
    "PublicationApprovalRow",
    "PublicationDraftRow",
    "PublicationRow",
    "PupilCharacteristicRow",
    "PupilNameRow",
    "PupilOnRollRow",
    "PupilRow",
    "PutForwardRow",
    "ReconsiderationInvolvedRow",
    "ReconsiderationItemRow",
    "ReconsiderationRow",
    "ReminderLookRow",
    "RemittanceRow",
    "RequestPupilRow",
    "RequestRow",
    "RequestVersionRow",
    "RoleHeldRow",
    "RunAnswerRow",
    "RunFileRow",
    "RunLineRow",
    "SQLModel",
    "SaidRow",
    "SchoolExpertiseRow",
    "SchoolFactsRow",
    "SchoolInClusterRow",
    "SchoolInTrustRow",
    "SchoolNotionalRow",
    "SchoolRow",
    "SeatRow",
    "ServiceAnswerRow",
    "ServiceAskedRow",
    "ServiceRow",
    "SignInRow",
    "StatementRow",
    "TakeBackRow",
    "TrustRow",
    "UrgentMeetingRow",
    "VoteRow",
    "WebSessionRow",
    "YearEndRow",
    "YearEndSignatureRow",
]
