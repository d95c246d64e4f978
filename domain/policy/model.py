"""The kinds of policy that are not rule forms, gathered under one name.

Continuum and tariff have forms of their own. Here is the shape, never what is true of a council:
values come from dated TOML, and every document names its authority and its source.
"""

from domain.frozen import Frozen
from domain.policy.calibrating import CalibrationRules
from domain.policy.climbing import Contingency, Draw, PotKind, PotToTry
from domain.policy.dates import BankHoliday, Calendar, DayUnit, MeetingDate, Term
from domain.policy.delegation import AuthorityScheme, Grade, ToOfficer
from domain.policy.demands import WITHOUT_CONTACT, Check, Demand, Screening
from domain.policy.document import PolicyDocument
from domain.policy.equality import Equality
from domain.policy.finance import Finance
from domain.policy.panel import ALWAYS_BARRING, Median, Moderation, PanelRules, TieRule
from domain.policy.paying import Frequency, PaymentRule, Payments
from domain.policy.reminding import ReminderRule, Reminders
from domain.policy.telling import Letters

__all__ = [
    "ALWAYS_BARRING",
    "KINDS",
    "WITHOUT_CONTACT",
    "AuthorityScheme",
    "BankHoliday",
    "Calendar",
    "CalibrationRules",
    "Check",
    "Contingency",
    "DayUnit",
    "Demand",
    "Draw",
    "Equality",
    "Finance",
    "Frequency",
    "Grade",
    "Letters",
    "Median",
    "MeetingDate",
    "Moderation",
    "PanelRules",
    "PaymentRule",
    "Payments",
    "PolicyDocument",
    "PotKind",
    "PotToTry",
    "ReminderRule",
    "Reminders",
    "Screening",
    "Term",
    "TieRule",
    "ToOfficer",
]

KINDS: dict[str, type[Frozen]] = {
    "panel": PanelRules,
    "authority": AuthorityScheme,
    "calendar": Calendar,
    "payments": Payments,
    "screening": Screening,
    "contingency": Contingency,
    "letters": Letters,
    "finance": Finance,
    "equality": Equality,
    "reminders": Reminders,
}
"""Each kind of policy with its model; a file says which it is in ``kind``."""
