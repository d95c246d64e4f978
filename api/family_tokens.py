"""What a family holds: made of the caller's own credential, so that said twice it is one link.

The record keeps its hash, and no part of what it is made of: who reads the record cannot make it.
"""

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256

from activities.store.recording import Saying

FAMILY = "/family/"
"""Where a link leads, before its token."""


def token_of(credential: str, saying: Saying) -> str:
    """Make the token of the link that is asked for: nobody without the credential can."""
    made = hmac.new(credential.encode(), f"family link {saying.id}".encode(), sha256).digest()
    return urlsafe_b64encode(made).decode().rstrip("=")


def link_to(site: str, token: str) -> str:
    """Write a link out, as it is given to the family."""
    return f"{site}{FAMILY}{token}"
