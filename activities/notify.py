"""GOV.UK Notify: an email by a template, and what its answer means for the next try.

A small client on what is here already, and not Notify's own: that one brings a second HTTP library
and an argument parser that nobody has kept since 2014, for one address and one signed token.
"""

from datetime import datetime
from typing import Protocol
from uuid import UUID

import httpx
import jwt

from domain.frozen import Frozen

_PATH = "/v2/notifications/email"
_PATIENCE_SECONDS = 20.0
_ID_LETTERS = 36
"""An API key ends with the service's id and its secret, each as long as a UUID and joined by -."""
_CREATED = 201
_AWAY = 500
_WORTH_ANOTHER_TRY = frozenset({401, 403, 408, 429})
"""A key that is being changed, or a clock that is off, is mended by people; the message waits."""


class Email(Frozen):
    """What is sent to one address; ``reference`` is how Notify tells two messages apart."""

    address: str
    template_id: str
    reference: UUID
    subject_line: str
    body: str


class Sent(Frozen):
    """It was taken, under the name that Notify gives it."""

    id: str


class NotSent(Frozen):
    """It was not taken: why, as a code, and whether it is worth another try."""

    failure: str
    again: bool


class Post(Protocol):
    """Sends an email."""

    def send(self, email: Email, now: datetime) -> Sent | NotSent:
        """Send an email now; whatever goes wrong is an answer."""
        ...


class Notify:
    """Speaks to GOV.UK Notify as one service."""

    def __init__(self, address: str, api_key: str) -> None:
        self._url = f"{address.rstrip('/')}{_PATH}"
        self._secret = api_key[-_ID_LETTERS:]
        self._service_id = api_key[-2 * _ID_LETTERS - 1 : -_ID_LETTERS - 1]

    def send(self, email: Email, now: datetime) -> Sent | NotSent:
        """Send an email by its template; what Notify says in words is not kept, only its code."""
        sent = {
            "email_address": email.address,
            "template_id": email.template_id,
            "reference": str(email.reference),
            "personalisation": {"subject": email.subject_line, "body": email.body},
        }
        headers = {"Authorization": f"Bearer {self._token(now)}"}
        try:
            answer = httpx.post(self._url, json=sent, headers=headers, timeout=_PATIENCE_SECONDS)
        except httpx.RequestError as away:
            return NotSent(failure=f"away_{type(away).__name__}".lower(), again=True)
        status = answer.status_code
        if status == _CREATED:
            return Sent(id=_its_name(answer) or str(email.reference))
        again = status in _WORTH_ANOTHER_TRY or status >= _AWAY
        return NotSent(failure=f"status_{status}", again=again)

    def _token(self, now: datetime) -> str:
        """Sign who is speaking and when; Notify takes a token for half a minute."""
        claims = {"iss": self._service_id, "iat": int(now.timestamp())}
        return jwt.encode(claims, self._secret, algorithm="HS256")


def _its_name(answer: httpx.Response) -> str:
    """What Notify calls an email that it took: taken is taken, whatever else the answer says."""
    try:
        told = answer.json()
    except ValueError:
        return ""
    return str(told.get("id", "")) if isinstance(told, dict) else ""
