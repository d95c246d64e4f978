"""The scheme of delegation: the shape of the authority policy."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from domain.frozen import Frozen
from domain.places import Level
from domain.policy.document import PolicyDocument, Sentence, refuse_all
from domain.request import Code, Pence


class ToOfficer(StrEnum):
    """Why a request is with a named officer instead of a panel or a table."""

    PLAN = "plan"
    URGENT = "urgent"
    NO_CONTACT = "no_contact"
    DISAGREEMENT = "disagreement"
    CANNOT = "cannot"
    UNPRICED = "unpriced"


class Grade(Frozen):
    """An officer's grade in the scheme of delegation: what it may sign, and up to how much."""

    code: Code
    title: Sentence
    limit_pence: Pence
    """The most it may sign, pence a year."""
    levels: tuple[Level, ...] = Field(min_length=1)
    may_authorise_overspend: bool = False
    carries_out_key_decisions: bool = False
    """May sign what the Cabinet Member has decided, whatever the amount."""


class AuthorityScheme(PolicyDocument):
    """The scheme of delegation: who may authorise what, and who is named for what."""

    kind: Literal["authority"]
    grades: tuple[Grade, ...] = Field(min_length=1, max_length=50)
    decider_at: dict[Level, Code]
    """The grade of the named decider when a request has climbed to a level."""
    desk: dict[ToOfficer, Code]
    """The grade of the named officer for each reason that takes a request to a person."""
    key_decision_over_pence: Pence
    """More than this is a key decision. Source: DOMAIN.md 5, key decisions."""
    key_decision_divisions: Annotated[int, Field(ge=2, le=100)] = 2

    @model_validator(mode="after")
    def _somebody_can_sign(self) -> Self:
        codes = [grade.code for grade in self.grades]
        faults = [
            f"grade {code} is defined twice" for code in sorted(set(codes)) if codes.count(code) > 1
        ]
        faults += [
            f"the limit of grade {g.code} covers nothing" for g in self.grades if not g.limit_pence
        ]
        faults += [
            f"nobody is named to decide at {lv} level" for lv in Level if lv not in self.decider_at
        ]
        faults += [f"nobody is named for {why}" for why in ToOfficer if why not in self.desk]
        named = {*self.decider_at.values(), *self.desk.values()}
        faults += [f"there is no grade {code}" for code in sorted(named - set(codes))]
        faults += [
            f"{code} is named to decide at {level} level and may not sign there"
            for level, code in self.decider_at.items()
            if any(g.code == code and level not in g.levels for g in self.grades)
        ]
        if not any(grade.may_authorise_overspend for grade in self.grades):
            faults.append("no grade may authorise an overspend, so what is owed could not be paid")
        if not any(grade.carries_out_key_decisions for grade in self.grades):
            faults.append("no grade carries out key decisions")
        refuse_all(faults)
        return self
