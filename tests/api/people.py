"""People whom the web has to know apart, besides those that the small county has."""

from activities.store.recording import County
from domain.people import Role
from tests.activities.small_county import FIRST_DAY, ISSUER, named

SCHOOL = ("senco.ashdown", "head.ashdown", "business.ashdown")
OTHER_SCHOOL = ("senco.brook", "head.brook", "business.brook")
PANEL = ("head.crane", "head.dell", "administrator.alder")
OTHER_PANEL = ("head.gorse", "administrator.cedar")
OFFICERS = ("officer.1", "sen.1")
FINANCE = ("finance.1",)
OUTSIDE = ("policy.1", "leader.1")
EVERYBODY = (*SCHOOL, *OTHER_SCHOOL, *PANEL, *OTHER_PANEL, *OFFICERS, *FINANCE, *OUTSIDE)


def _person(subject: str, role: Role, school: str | None = None) -> dict[str, object]:
    held = {"role": role, "from_on": FIRST_DAY, "school": school}
    return {
        "id": named(subject),
        "issuer": ISSUER,
        "subject": subject,
        "called": subject,
        "roles": [held],
    }


ALSO_THERE = County.model_validate(
    {
        "areas": [],
        "clusters": [],
        "schools": [],
        "people": [
            _person("business.ashdown", Role.BUSINESS_MANAGER, "ashdown"),
            _person("business.brook", Role.BUSINESS_MANAGER, "brook"),
            _person("finance.1", Role.FINANCE_OFFICER),
            _person("leader.1", Role.LEADER),
        ],
    },
    strict=False,
)
"""A business manager of two schools, finance, and a leader."""
