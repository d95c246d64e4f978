"""What people say, committed before it is acted on: the web's only way to write.

Every function works in the caller's transaction; committed is acknowledged (promise 3).
"""

from activities.store.file_faults import FileFaulty
from activities.store.files import FileKind
from activities.store.recording.acting import record_act
from activities.store.recording.budgets import Budgets, load_budgets
from activities.store.recording.county import County, load_county
from activities.store.recording.drafts import confirm_draft, create_draft, save_draft
from activities.store.recording.faults import ContentFaulty, SavedMeanwhile, VoteFaulty
from activities.store.recording.files import FileKept, keep_file
from activities.store.recording.finance_pack import (
    NotionalBudgets,
    PackMade,
    keep_pack,
    load_notional,
)
from activities.store.recording.outcomes import (
    Held,
    SubjectKind,
    SubjectRef,
    Waiting,
    delivering,
    has_ended,
    number_events,
    outcome_of,
    refuse,
    subjects_unfinished,
    subjects_waiting,
)
from activities.store.recording.panel import Cast, Declared, cast_vote, declare_interest
from activities.store.recording.policy import publish, publish_pack
from activities.store.recording.said import Saying, answered, content_hash, remember
from activities.store.sealing import seal as seal_entries

__all__ = [
    "Budgets",
    "Cast",
    "ContentFaulty",
    "County",
    "Declared",
    "FileFaulty",
    "FileKept",
    "FileKind",
    "Held",
    "NotionalBudgets",
    "PackMade",
    "SavedMeanwhile",
    "Saying",
    "SubjectKind",
    "SubjectRef",
    "VoteFaulty",
    "Waiting",
    "answered",
    "cast_vote",
    "confirm_draft",
    "content_hash",
    "create_draft",
    "declare_interest",
    "delivering",
    "has_ended",
    "keep_file",
    "keep_pack",
    "load_budgets",
    "load_county",
    "load_notional",
    "number_events",
    "outcome_of",
    "publish",
    "publish_pack",
    "record_act",
    "refuse",
    "remember",
    "save_draft",
    "seal_entries",
    "subjects_unfinished",
    "subjects_waiting",
]
