"""What people say, committed before it is acted on: the web's only way to write.

Every function works in the caller's transaction; committed is acknowledged (promise 3).
"""

from activities.store.file_faults import FileFaulty
from activities.store.files import FileKind
from activities.store.guards import refusal_by
from activities.store.recording.acting import record_act
from activities.store.recording.advising import Dissented, Dissenting, note_dissent
from activities.store.recording.at_once import (
    DeclaredAll,
    DeclaringAll,
    EverybodyHere,
    InterestIn,
    RoomRecorded,
    declare_all,
    record_room,
)
from activities.store.recording.attendance import Answered, Coming, answer_meeting
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
from activities.store.recording.covers import Covering, CoverNamed, end_cover, name_cover
from activities.store.recording.drafts import (
    PartChange,
    confirm_draft,
    create_draft,
    part_mark,
    save_draft,
    save_part,
)
from activities.store.recording.evidence import SentDocument, keep_evidence, would_keep_evidence
from activities.store.recording.families import (
    FamilyAnswer,
    FamilyLinkEnded,
    FamilyLinkMade,
    end_family_link,
    make_family_link,
    open_family_link,
)
from activities.store.recording.faults import ContentFaulty, SavedMeanwhile, VoteFaulty
from activities.store.recording.files import FileKept, keep_file
from activities.store.recording.finance_pack import (
    NotionalBudgets,
    PackMade,
    keep_pack,
    load_notional,
)
from activities.store.recording.meeting_years import (
    CallingYear,
    MeetingOfYear,
    YearCalled,
    call_year,
)
from activities.store.recording.minutes import (
    Corrected,
    Correcting,
    MinutesSeen,
    correct_minutes,
    read_minutes,
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
from activities.store.recording.putting_forward import (
    PutForwardKept,
    PuttingForward,
    end_put_forward,
    put_forward,
)
from activities.store.recording.rooms import (
    InRoom,
    ItemTaken,
    Ordered,
    Ordering,
    RoomKept,
    record_presence,
    set_order,
    take_item,
)
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
from activities.store.recording.services import ServiceAnswered, answer_service
from activities.store.recording.sessions import (
    SessionHeld,
    begin_session,
    end_session,
    session_held,
)
from activities.store.sealing import seal as seal_entries

__all__ = [
    "Answered",
    "Borrowed",
    "Borrowing",
    "Budgets",
    "CalibrationCast",
    "CallingYear",
    "CaseRetired",
    "CaseWritten",
    "Cast",
    "Coming",
    "ContentFaulty",
    "Corrected",
    "Correcting",
    "County",
    "CoverNamed",
    "Covering",
    "Declared",
    "DeclaredAll",
    "DeclaringAll",
    "Dissented",
    "Dissenting",
    "EverybodyHere",
    "FamilyAnswer",
    "FamilyLinkEnded",
    "FamilyLinkMade",
    "FileFaulty",
    "FileKept",
    "FileKind",
    "Held",
    "InRoom",
    "InterestIn",
    "ItemTaken",
    "LevelsKept",
    "MeetingOfYear",
    "MinutesSeen",
    "NotionalBudgets",
    "Ordered",
    "Ordering",
    "PackMade",
    "PartChange",
    "PeopleWritten",
    "PutForwardKept",
    "PuttingForward",
    "RoomKept",
    "RoomRecorded",
    "SavedMeanwhile",
    "Saying",
    "SchoolFiles",
    "SentDocument",
    "ServiceAnswered",
    "SessionHeld",
    "SubjectKind",
    "SubjectRef",
    "Substituted",
    "Substituting",
    "VoteFaulty",
    "Waiting",
    "YearCalled",
    "answer_meeting",
    "answer_service",
    "answered",
    "begin_session",
    "borrow_member",
    "call_year",
    "cast_calibration_vote",
    "cast_vote",
    "confirm_draft",
    "content_hash",
    "correct_minutes",
    "create_draft",
    "declare_all",
    "declare_interest",
    "delivering",
    "end_cover",
    "end_family_link",
    "end_put_forward",
    "end_session",
    "has_ended",
    "keep_evidence",
    "keep_file",
    "keep_pack",
    "load_budgets",
    "load_county",
    "load_notional",
    "make_family_link",
    "name_cover",
    "name_substitute",
    "note_dissent",
    "number_events",
    "open_family_link",
    "outcome_of",
    "part_mark",
    "planned_expertise",
    "planned_people",
    "planned_schools",
    "propose_levels",
    "publish",
    "publish_pack",
    "put_forward",
    "read_minutes",
    "record_act",
    "record_presence",
    "record_room",
    "refusal_by",
    "refuse",
    "remember",
    "retire_calibration_case",
    "save_draft",
    "save_part",
    "seal_entries",
    "session_held",
    "set_order",
    "subjects_unfinished",
    "subjects_waiting",
    "take_item",
    "would_keep_evidence",
    "write_calibration_case",
    "write_expertise",
    "write_people",
    "write_schools",
]
