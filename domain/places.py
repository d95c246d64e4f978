"""Council, area, cluster, trust and school: where a request belongs, by date."""

from datetime import date
from enum import StrEnum

from domain.frozen import Frozen


class Phase(StrEnum):
    """The phase of education a school or pupil is in; tariffs may differ by it."""

    EARLY_YEARS = "early_years"
    PRIMARY = "primary"
    SECONDARY = "secondary"
    ALL_THROUGH = "all_through"
    POST_16 = "post_16"


class Setting(StrEnum):
    """The kind of setting a pupil learns in; tariffs may differ by it."""

    MAINSTREAM = "mainstream"
    RESOURCE_PROVISION = "resource_provision"
    SPECIAL = "special"
    ALTERNATIVE_PROVISION = "alternative_provision"


class PayeeKind(StrEnum):
    """How a payee is paid: by journal or advance, to a trust, or by invoice."""

    MAINTAINED_SCHOOL = "maintained_school"
    ACADEMY_TRUST = "academy_trust"
    PROVIDER = "provider"


class Level(StrEnum):
    """The level of the model that decides: escalation climbs from cluster to area to council."""

    CLUSTER = "cluster"
    AREA = "area"
    COUNCIL = "council"


class School(Frozen):
    """A school as it stands on a day: its cluster and trust are those of that day."""

    code: str
    name: str
    phase: Phase
    payee_kind: PayeeKind
    cluster: str
    area: str
    trust: str | None = None
    electoral_division: str | None = None


class Membership(Frozen):
    """A place's belonging to another from a day until the day before another (both by date)."""

    member: str
    of: str
    from_on: date
    until_on: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the belonging covers the day; the last day is the one before ``until_on``."""
        return self.from_on <= day and (self.until_on is None or day < self.until_on)
