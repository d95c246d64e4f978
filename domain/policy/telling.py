"""Who writes to families, and where a family turns: the shape of the letters policy."""

from typing import Literal

from pydantic import Field

from domain.family_link import MOST_DAYS, MOST_TRIES
from domain.letter import Contacts
from domain.policy.document import PolicyDocument, Sentence


class Letters(PolicyDocument):
    """What every letter of the council says about the council itself."""

    kind: Literal["letters"]
    council_name: Sentence
    contacts: Contacts
    family_link_days: int = Field(default=60, ge=1, le=MOST_DAYS)
    """For how many days a family can open the link to its decision, where nobody says another."""
    family_link_tries: int = Field(default=5, ge=1, le=MOST_TRIES)
    """After how many wrong dates of birth a link opens nothing any more."""
