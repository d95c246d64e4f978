"""What people say, committed before it is acted on: the web's only way to write.

Every function works in the caller's transaction; committed is acknowledged (promise 3).
"""

from activities.store.file_faults import FileFaulty
from activities.store.files import FileKind
from activities.store.guards import refusal_by
from activities.store.recording.acting import record_act
from activities.store.recording.budgets import Budgets, load_budgets
from activities.store.recording.calibration import (
    CalibrationCast,
    CaseRetired,
    CaseWritten,
    LevelsKept,
    cast_calibration_vote,
    propose_levels,
    retire_calibration_case,
    write_calibration_case,
)
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
from activities.store.recording.roster import PeopleWritten, planned_people, write_people
from activities.store.recording.said import Saying, answered, content_hash, remember
from activities.store.recording.schools import (
    SchoolFiles,
    planned_expertise,
    planned_schools,
    write_expertise,
    write_schools,
)
from activities.store.recording.seats import (
    Borrowed,
    Borrowing,
    Substituted,
    Substituting,
    borrow_member,
    name_substitute,
)
from activities.store.recording.sessions import (
    SessionHeld,
    begin_session,
    end_session,
    session_held,
)
from activities.store.sealing import seal as seal_entries

__all__ = [
    "Borrowed",
    "Borrowing",
    "Budgets",
    "CalibrationCast",
    "CaseRetired",
    "CaseWritten",
    "Cast",
    "ContentFaulty",
    "County",
    "Declared",
    "FileFaulty",
    "FileKept",
    "FileKind",
    "Held",
    "LevelsKept",
    "NotionalBudgets",
    "PackMade",
    "PeopleWritten",
    "SavedMeanwhile",
    "Saying",
    "SchoolFiles",
    "SessionHeld",
    "SubjectKind",
    "SubjectRef",
    "Substituted",
    "Substituting",
    "VoteFaulty",
    "Waiting",
    "answered",
    "begin_session",
    "borrow_member",
    "cast_calibration_vote",
    "cast_vote",
    "confirm_draft",
    "content_hash",
    "create_draft",
    "declare_interest",
    "delivering",
    "end_session",
    "has_ended",
    "keep_file",
    "keep_pack",
    "load_budgets",
    "load_county",
    "load_notional",
    "name_substitute",
    "number_events",
    "outcome_of",
    "planned_expertise",
    "planned_people",
    "planned_schools",
    "propose_levels",
    "publish",
    "publish_pack",
    "record_act",
    "refusal_by",
    "refuse",
    "remember",
    "retire_calibration_case",
    "save_draft",
    "seal_entries",
    "session_held",
    "subjects_unfinished",
    "subjects_waiting",
    "write_calibration_case",
    "write_expertise",
    "write_people",
    "write_schools",
]
