"""What people see: read models from plain queries, each cut to the role of who asks."""

from activities.store.files import HandedIn
from activities.store.ledger_check import law_broken
from activities.store.reading import drafting, evidence
from activities.store.reading.acts import ActView, act
from activities.store.reading.advice import AdvisedView, advice
from activities.store.reading.agreement import (
    AgreementView,
    OwnLevelsView,
    agreement_of,
    own_levels,
    panel_agreement,
)
from activities.store.reading.agreement_lists import agreement_listings, consistency_listings
from activities.store.reading.asked_days import Days
from activities.store.reading.attendance import MeetingAttendance
from activities.store.reading.awards import (
    AwardLine,
    AwardWhole,
    award,
    awards,
)
from activities.store.reading.beancount import beancount_journal
from activities.store.reading.budgets import (
    AskingFormula,
    BudgetLineView,
    FormulaView,
    budget_lines,
    file_content,
    formula_share,
    handed_in,
    latest_files,
)
from activities.store.reading.calibration import (
    CalibrationBallotLine,
    CalibrationBallotView,
    CaseLine,
    CaseView,
    calibration_ballot,
    calibration_ballots,
    calibration_case,
    calibration_cases,
)
from activities.store.reading.caller import Caller, person_of
from activities.store.reading.change_letters import ChangeLetterView, change_letters
from activities.store.reading.claims import (
    ClaimLine,
    CouncilOwes,
    claim_lines,
    claim_listing,
    claims,
)
from activities.store.reading.cluster_plans import (
    ClusterPlanView,
    PlanLine,
    PlanView,
    cluster_plan,
    plan,
)
from activities.store.reading.clusters import ClusterLine, ClusterView, cluster, clusters
from activities.store.reading.consistency import (
    ConsistencyView,
    consistency_of,
    panel_consistency,
)
from activities.store.reading.decisions import DecisionView, LetterView, decision, letter
from activities.store.reading.departure_lists import departure_listings
from activities.store.reading.departures import DeparturesView, departures
from activities.store.reading.drafts import DraftView, draft
from activities.store.reading.equality import EqualityView, equality, equality_listings
from activities.store.reading.events import EventView, all_events, events, timeline
from activities.store.reading.finance_pack import FinancePack, finance_pack
from activities.store.reading.finance_reports import (
    BesideLine,
    Report,
    ReportBy,
    ReportLine,
    Span,
    all_beside,
    beside_listing,
    counted,
    report_listing,
)
from activities.store.reading.ledger import (
    BalanceView,
    Why,
    all_balances,
    balances,
    differences,
    entries,
    why,
    why_for,
)
from activities.store.reading.listing import Listing
from activities.store.reading.meetings import (
    BallotView,
    MeetingLine,
    MeetingView,
    ballot,
    ballot_meeting,
    item_meeting,
    meeting,
    meetings,
)
from activities.store.reading.messages import (
    MessageState,
    MessageView,
    OutboxLine,
    outbox,
    own_messages,
)
from activities.store.reading.minutes import MinutesView, minutes
from activities.store.reading.modelling import (
    AskingShares,
    ModellingFile,
    ModellingLine,
    ModellingView,
    formulas_compared,
    modelling,
    modelling_file,
    modellings,
)
from activities.store.reading.overspends import OverspendView, overspends
from activities.store.reading.panel import Papers, papers
from activities.store.reading.panel_duty import PanelDuty, panel_duty
from activities.store.reading.payments import (
    InRunView,
    RunLine,
    RunView,
    payment_run,
    payment_runs,
    run_file,
    run_lines,
)
from activities.store.reading.plan_use import (
    PlanUse,
    ServiceUse,
    plan_listing,
    plan_uses,
    service_listing,
)
from activities.store.reading.policies import PolicyView, policies_on, version_on
from activities.store.reading.policy_versions import VersionView, policy_versions
from activities.store.reading.publications import (
    PublicationLine,
    PublicationView,
    publication,
    publications,
)
from activities.store.reading.published_names import cluster_names, school_names, titles_under
from activities.store.reading.pupils import PupilView, pupils
from activities.store.reading.reconsiderations import (
    ChallengeLine,
    ChallengeView,
    challenges_of,
    reconsideration,
    reconsiderations,
)
from activities.store.reading.remittances import (
    RemittanceView,
    remittance,
    remittances,
    remittances_of,
)
from activities.store.reading.requests import RequestLine, RequestView, request, requests
from activities.store.reading.rerun import Differs, Rerun, rerun
from activities.store.reading.services import (
    AskedLine,
    AskedView,
    asked_of_service,
    asked_of_services,
    services,
)
from activities.store.reading.statements import (
    ForecastView,
    Month,
    ShortfallView,
    StatementLine,
    StatementView,
    YearEndView,
    forecast_now,
    months,
    shortfalls_seen,
    statement,
    statements,
    year_end_of,
)
from activities.store.reading.told_reports import beside, report
from activities.store.reading.top_ups import TopUp, top_ups_on
from activities.store.reading.waiting_for_others import ForOthers, waiting_for_others
from activities.store.reading.worklist import Task, worklist
from activities.store.sealing import SealedHead, sealed_head
from activities.store.services import Service

__all__ = [
    "ActView",
    "AdvisedView",
    "AgreementView",
    "AskedLine",
    "AskedView",
    "AskingFormula",
    "AskingShares",
    "AwardLine",
    "AwardWhole",
    "BalanceView",
    "BallotView",
    "BesideLine",
    "BudgetLineView",
    "CalibrationBallotLine",
    "CalibrationBallotView",
    "Caller",
    "CaseLine",
    "CaseView",
    "ChallengeLine",
    "ChallengeView",
    "ChangeLetterView",
    "ClaimLine",
    "ClusterLine",
    "ClusterPlanView",
    "ClusterView",
    "ConsistencyView",
    "CouncilOwes",
    "Days",
    "DecisionView",
    "DeparturesView",
    "Differs",
    "DraftView",
    "EqualityView",
    "EventView",
    "FinancePack",
    "ForOthers",
    "ForecastView",
    "FormulaView",
    "HandedIn",
    "InRunView",
    "LetterView",
    "Listing",
    "MeetingAttendance",
    "MeetingLine",
    "MeetingView",
    "MessageState",
    "MessageView",
    "MinutesView",
    "ModellingFile",
    "ModellingLine",
    "ModellingView",
    "Month",
    "OutboxLine",
    "OverspendView",
    "OwnLevelsView",
    "PanelDuty",
    "Papers",
    "PlanLine",
    "PlanUse",
    "PlanView",
    "PolicyView",
    "PublicationLine",
    "PublicationView",
    "PupilView",
    "RemittanceView",
    "Report",
    "ReportBy",
    "ReportLine",
    "RequestLine",
    "RequestView",
    "Rerun",
    "RunLine",
    "RunView",
    "SealedHead",
    "Service",
    "ServiceUse",
    "ShortfallView",
    "Span",
    "StatementLine",
    "StatementView",
    "Task",
    "TopUp",
    "VersionView",
    "Why",
    "YearEndView",
    "act",
    "advice",
    "agreement_listings",
    "agreement_of",
    "all_balances",
    "all_beside",
    "all_events",
    "asked_of_service",
    "asked_of_services",
    "award",
    "awards",
    "balances",
    "ballot",
    "ballot_meeting",
    "beancount_journal",
    "beside",
    "beside_listing",
    "budget_lines",
    "calibration_ballot",
    "calibration_ballots",
    "calibration_case",
    "calibration_cases",
    "challenges_of",
    "change_letters",
    "claim_lines",
    "claim_listing",
    "claims",
    "cluster",
    "cluster_names",
    "cluster_plan",
    "clusters",
    "consistency_listings",
    "consistency_of",
    "counted",
    "decision",
    "departure_listings",
    "departures",
    "differences",
    "draft",
    "drafting",
    "entries",
    "equality",
    "equality_listings",
    "events",
    "evidence",
    "file_content",
    "finance_pack",
    "forecast_now",
    "formula_share",
    "formulas_compared",
    "handed_in",
    "item_meeting",
    "latest_files",
    "law_broken",
    "letter",
    "meeting",
    "meetings",
    "minutes",
    "modelling",
    "modelling_file",
    "modellings",
    "months",
    "outbox",
    "overspends",
    "own_levels",
    "own_messages",
    "panel_agreement",
    "panel_consistency",
    "panel_duty",
    "papers",
    "payment_run",
    "payment_runs",
    "person_of",
    "plan",
    "plan_listing",
    "plan_uses",
    "policies_on",
    "policy_versions",
    "publication",
    "publications",
    "pupils",
    "reconsideration",
    "reconsiderations",
    "remittance",
    "remittances",
    "remittances_of",
    "report",
    "report_listing",
    "request",
    "requests",
    "rerun",
    "run_file",
    "run_lines",
    "school_names",
    "sealed_head",
    "service_listing",
    "services",
    "shortfalls_seen",
    "statement",
    "statements",
    "timeline",
    "titles_under",
    "top_ups_on",
    "version_on",
    "waiting_for_others",
    "why",
    "why_for",
    "worklist",
    "year_end_of",
]
