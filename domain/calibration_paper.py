"""What panels read of a calibration case: need and support, rewritten until no child is in it.

There is no pupil, no school and no amount to give, so that nothing can be decided or paid by it.
"""

from collections.abc import Iterator, Sequence
from typing import Annotated
from uuid import UUID

from pydantic import Field

from domain.frozen import Frozen
from domain.needs import AreaOfNeed, NeedsProfile
from domain.policy.calibrating import CalibrationRules
from domain.request import Words
from domain.screening import Fault


class CalibrationPaper(Frozen):
    """The paper of a made-up case, in the parts that a request has."""

    about: Words
    views: Words
    """Of the family and the child, as they might be."""
    tried: Words
    """The graduated approach: what was done, and what changed."""
    evidence: Annotated[tuple[Words, ...], Field(max_length=50)] = ()
    outcomes: Annotated[tuple[Words, ...], Field(max_length=20)] = ()
    stated: NeedsProfile | None = None
    """The levels that the made-up school states: a vote that departs from them says why."""

    @property
    def words(self) -> str:
        """Everything that is written in it, to be searched for a child's name."""
        return "\n".join((self.about, self.views, self.tried, *self.evidence, *self.outcomes))


def faults_of_writing(
    paper: CalibrationPaper,
    setters: Sequence[UUID],
    rules: CalibrationRules,
    scale: range,
    *,
    names_a_child: bool,
) -> tuple[Fault, ...]:
    """List everything that keeps a case from being written.

    ``setters`` are the people named to set its levels; ``names_a_child`` is whether the words hold
    the name or number of a pupil on record; ``scale`` are the levels of the continuum in force.
    """
    return (
        *_faults_of_setters(setters, rules),
        *_faults_of_stated(paper, scale),
        *(_NAMES_A_CHILD if names_a_child else ()),
    )


_NAMES_A_CHILD = (
    Fault(
        code="names_a_child",
        says="The paper has the name or the number of a pupil on record.",
        would_help="Rewrite the case until nobody can tell from whose it was made.",
        field="paper",
    ),
)


def _faults_of_setters(setters: Sequence[UUID], rules: CalibrationRules) -> Iterator[Fault]:
    if len(set(setters)) != len(setters):
        yield Fault(
            code="setter_twice",
            says="The same person is named twice.",
            would_help="Name each person once.",
            field="setters",
        )
    if len(setters) != rules.set_by:
        yield Fault(
            code="setters",
            says=f"{rules.set_by} people set the levels of a case, and {len(setters)} are named.",
            would_help="Name as many people as the panel rules say.",
            field="setters",
        )


def _faults_of_stated(paper: CalibrationPaper, scale: range) -> Iterator[Fault]:
    if paper.stated is None:
        return
    for area in AreaOfNeed:
        if paper.stated.levels.get(area) not in scale:
            yield Fault(
                code="level_unknown",
                says=f"The paper states no level of the scale for {area.replace('_', ' ')}.",
                would_help=f"Give a level from {scale[0]} to {scale[-1]}, or state none at all.",
                field=f"paper.stated.levels.{area}",
            )
