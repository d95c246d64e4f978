"""Who writes to families, and where a family turns: the shape of the letters policy."""

from typing import Literal

from domain.letter import Contacts
from domain.policy.document import PolicyDocument, Sentence


class Letters(PolicyDocument):
    """What every letter of the council says about the council itself."""

    kind: Literal["letters"]
    council_name: Sentence
    contacts: Contacts
