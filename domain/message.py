"""A message in plain words, made from codes: reference, stage, who acts next, by when, and where.

It never names a child, and holds nothing that anybody wrote: there is no field for it (promise 8).
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.explaining import day_in_words
from domain.frozen import Frozen
from domain.people import Role
from domain.reminding import ReminderStep
from domain.waiting import WAITING, Waits

_CLOSING = "Locality writes no child's name in a message. Please write none in an answer to it."
_NOON = time(12)
_CAPITALS = frozenset({"sen", "senco", "send"})
_STAGES = {
    "returned": "returned to the school",
    "with_officer": "with a council officer",
    "listed": "listed for the panel",
    "in_ballot": "before the panel",
    "more_information": "the panel has a question",
    "unpriced": "to be priced",
    "no_money": "waiting for money",
    "sign_off": "with the council for a decision",
    "key_decision": "waiting for the Cabinet Member",
    "challenged": "challenged, and not yet with a panel",
    "for_decision": "challenged, and to be answered by a senior officer",
    "seen_coming": "a budget will run short",
    "faulty": "the draft has faults",
    "written": "waiting for its levels",
    "sent": "sent to the bank",
}
"""Stages whose code alone says too little; the others are written as they are."""
_CALLED_OFF = "called_off"
"""Where a meeting stands that is not held."""
_ANSWERED = "answered"
"""Where a challenge stands that is over: its answer and a decision that it brings are two facts."""
_OVER = {_ANSWERED: "the challenge is answered", _CALLED_OFF: "a meeting is called off"}
"""What is said in short of what is over; anything else is decided."""


class Message(Frozen):
    """The facts of a message; its words are made from them and from nothing else."""

    step: ReminderStep
    waits: Waits | None
    """What waits; nothing where something was decided."""
    reference: str | None
    stage: str
    acts_next: Role | None
    """Who acts next, where it is not the reader."""
    place: str | None
    """The school or the cluster of whoever acts next, by its name."""
    by_at: datetime | None
    page: str
    zone: str = "Europe/London"
    """Where the reader's clock stands."""


def subject_line(message: Message) -> str:
    """Write the one line that shows in a list: what, about which reference, by when.

    >>> subject_line(Message(step=ReminderStep.BEFORE, waits=Waits.ANSWER_PANEL,
    ...     reference="LOC-2026-000001", stage="more_information", acts_next=None, place=None,
    ...     by_at=datetime(2026, 10, 12, 17, tzinfo=ZoneInfo("UTC")), page="/requests/1"))
    'LOC-2026-000001: please answer the panel by 6pm on Monday 12 October 2026'
    """
    about = message.reference or message.place or "Locality"
    if message.waits is None:
        return f"{about}: {_OVER.get(message.stage, 'decided')}"
    says = WAITING[message.waits].says
    when = _when(message)
    if message.step is ReminderStep.ESCALATED:
        return f"{about}: late, {_who(message)} was to {says}{when}"
    late = "late, " if message.step is ReminderStep.AFTER else ""
    return f"{about}: {late}please {says}{when}"


def body(message: Message, site: str = "") -> str:
    """Write the message: a sentence each for what, where it stands, by when, and where to go."""
    lines = [
        *_what(message),
        f"Stage: {_STAGES.get(message.stage, message.stage.replace('_', ' '))}.",
    ]
    if message.place is not None and message.step is not ReminderStep.ESCALATED:
        lines.append(f"Place: {message.place}.")
    lines += [f"Sign in and go to {site}{message.page}", _CLOSING]
    return "\n\n".join(lines) + "\n"


def _what(message: Message) -> list[str]:
    about = message.reference or "This"
    if message.waits is None:
        return [_decided(message)]
    says, when = WAITING[message.waits].says, _when(message)
    if message.step is ReminderStep.ESCALATED:
        return [f"{about} is late: {_who(message)} was to {says}{when}.", "You may have to help."]
    if message.step is ReminderStep.AFTER:
        return [f"{about} is late. Please {says}: it was due{when}.", _next_is_you()]
    opening = "is now with you" if message.step is ReminderStep.TURN else "still waits for you"
    return [f"{about} {opening}. Please {says}{when}.", _next_is_you()]


def _decided(message: Message) -> str:
    if message.stage == _CALLED_OFF:
        return "A meeting of the panel is called off. When it was to be, and why, is on its page."
    if message.stage == _ANSWERED:
        about = message.reference or "your request"
        return f"The challenge to the decision on {about} is answered. The answer is on its page."
    return f"{message.reference or 'This'} is decided. The decision and its letter are on its page."


def _next_is_you() -> str:
    return "Who acts next: you."


def _who(message: Message) -> str:
    """Name who was to act by role and place; who that is in person is not the message's to say."""
    role = _called(message.acts_next or Role.COUNCIL_OFFICER)
    at = f" of {message.place}" if message.place else ""
    return f"the {role}{at}"


def _called(role: Role) -> str:
    """Name a role as it is written.

    >>> _called(Role.SENCO), _called(Role.TRUST_SEND_LEAD), _called(Role.PANEL_CHAIR)
    ('SENCO', 'trust SEND lead', 'panel chair')
    """
    words = role.split("_")
    return " ".join(each.upper() if each in _CAPITALS else each for each in words)


def _when(message: Message) -> str:
    """Say by when: an hour on a day, or a day's end where the deadline is midnight."""
    if message.by_at is None:
        return ""
    local = message.by_at.astimezone(ZoneInfo(message.zone))
    if local.time() == time():
        day = local.date() - timedelta(days=1)
        return f" by the end of {day:%A} {day_in_words(day)}"
    return f" by {_hour(local.time())} on {local:%A} {day_in_words(local.date())}"


def _hour(at: time) -> str:
    """Write an hour as people say it.

    >>> _hour(time(18)), _hour(time(9, 30)), _hour(time(0, 15)), _hour(time(12))
    ('6pm', '9:30am', '12:15am', '12pm')
    """
    hour = at.hour % 12 or 12
    minutes = f":{at.minute:02}" if at.minute else ""
    return f"{hour}{minutes}{'pm' if at >= _NOON else 'am'}"
