"""What people see: read models from plain queries, each cut to the role of who asks."""

from activities.store.reading.acts import ActView, act
from activities.store.reading.caller import Caller, person_of
from activities.store.reading.decisions import DecisionView, LetterView, decision, letter
from activities.store.reading.drafts import DraftView, draft
from activities.store.reading.events import EventView, all_events, events, timeline
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
from activities.store.reading.panel import Papers, papers
from activities.store.reading.policies import PolicyView, policies_on, version_on
from activities.store.reading.pupils import PupilView, pupils
from activities.store.reading.requests import RequestLine, RequestView, request, requests
from activities.store.reading.worklist import Task, worklist

__all__ = [
    "ActView",
    "BalanceView",
    "BallotView",
    "Caller",
    "DecisionView",
    "DraftView",
    "EventView",
    "LetterView",
    "MeetingLine",
    "MeetingView",
    "Papers",
    "PolicyView",
    "PupilView",
    "RequestLine",
    "RequestView",
    "Task",
    "Why",
    "act",
    "all_balances",
    "all_events",
    "balances",
    "ballot",
    "ballot_meeting",
    "decision",
    "differences",
    "draft",
    "entries",
    "events",
    "item_meeting",
    "letter",
    "meeting",
    "meetings",
    "papers",
    "person_of",
    "policies_on",
    "pupils",
    "request",
    "requests",
    "timeline",
    "version_on",
    "why",
    "why_for",
    "worklist",
]
