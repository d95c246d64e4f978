"""The facts of a request that policy rules read, and nothing else about it.

Which rule reads which fact is policy data; nothing here places or prices.
"""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Annotated, TypeVar

from pydantic import Field

from domain.frozen import Frozen
from domain.needs import NeedsProfile
from domain.places import Phase, Setting
from domain.request import Code, ProvisionLine, PupilAsked, RequestContent, RequestKind, SenStatus

Steps = Annotated[int, Field(ge=0, le=100)]
Counted = Annotated[int, Field(ge=0, le=100_000)]
HoursAWeek = Annotated[Decimal, Field(ge=0, le=168, max_digits=6)]
Points = Annotated[Decimal, Field(ge=0, le=100_000, max_digits=10)]

T = TypeVar("T")

_SEPTEMBER, _APRIL = 9, 4
MOST_FACTS = 200
"""The most levels, descriptors or counts that one case may carry."""


class Case(Frozen):
    """What rules may read of a request, as it stood on the day that its policy was pinned.

    ``phase``, ``key_stage``, ``setting`` and ``sen_status`` hold for every pupil, or are unknown
    here and read from each pupil; a case from a published table has no pupils at all.
    """

    kind: RequestKind
    day: date
    """The day whose policy decides."""
    starts_on: date | None = None
    """First day of the support; its year is the year of the amounts."""
    levels: dict[Code, Steps] = Field(default_factory=dict, max_length=MOST_FACTS)
    """Whole steps by domain of need: the four areas, or whatever domains the council has."""
    descriptors: Annotated[tuple[Code, ...], Field(max_length=MOST_FACTS)] = ()
    pupils: Annotated[tuple[PupilAsked, ...], Field(max_length=60)] = ()
    provision: Annotated[tuple[ProvisionLine, ...], Field(max_length=200)] = ()
    phase: Phase | None = None
    key_stage: Annotated[int, Field(ge=0, le=5)] | None = None
    setting: Setting | None = None
    sen_status: SenStatus | None = None
    hours: HoursAWeek | None = None
    """Hours a week for which the place is funded, where a council's table asks."""
    settings_group: Code | None = None
    """The council's named group of settings, where amounts differ by it."""
    points: Points | None = None
    """Points scored on a published matrix that the pack does not hold itself."""
    band: Code | None = None
    """A band given by people, where the pack does not work it out itself."""
    counts: dict[Code, Counted] = Field(default_factory=dict, max_length=MOST_FACTS)
    """What is counted for a school, such as pupils funded last year."""

    @classmethod
    def from_content(
        cls, content: RequestContent, profile: NeedsProfile | None, day: date
    ) -> "Case":
        """Take from a request what rules read, with the profile a panel or officer moderated.

        The school's own view of the need is left behind: it is moderated before it is placed.
        """
        return cls(
            kind=content.kind,
            day=day,
            starts_on=content.starts_on,
            levels={area.value: level for area, level in profile.levels.items()} if profile else {},
            descriptors=profile.descriptors if profile else (),
            pupils=content.pupils,
            provision=content.provision,
            phase=_shared(content.pupils, lambda pupil: pupil.phase),
            key_stage=_shared(content.pupils, lambda pupil: pupil.key_stage),
            setting=_shared(content.pupils, lambda pupil: pupil.setting),
            sen_status=_shared(content.pupils, lambda pupil: pupil.sen_status),
        )

    @property
    def academic_year(self) -> int:
        """The calendar year in which the academic year of the support begins, on 1 September."""
        first = self.starts_on or self.day
        return first.year - (first.month < _SEPTEMBER)

    @property
    def financial_year(self) -> int:
        """The calendar year in which the financial year of the support begins, on 1 April."""
        first = self.starts_on or self.day
        return first.year - (first.month < _APRIL)

    @cached_property
    def provision_hours(self) -> Fraction:
        """Hours of adult time a week for one pupil: shared hours count by the pupil's share.

        Source: Durham 2015/16, minutes divided by group size (DOMAIN.md, T3).
        """
        return sum(
            (line.weekly_hours / line.group_size for line in self.provision),
            start=Fraction(0),
        )


def _shared(pupils: Iterable[PupilAsked], fact: Callable[[PupilAsked], T]) -> T | None:
    """Give the fact that every pupil shares, or nothing when they differ."""
    found = {fact(pupil) for pupil in pupils}
    return found.pop() if len(found) == 1 else None
