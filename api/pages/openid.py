"""Signing in by OpenID Connect: the code flow with PKCE, its state and its nonce.

What a token says is ``auth``'s to judge; who the person is, the record's.
"""

import base64
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from pydantic import ValidationError

from activities.settings import Issuer
from api.auth import Subject, Tokens
from api.keys import Fetch, fetch_json
from api.problems import NotSignedIn, Unwell
from domain.frozen import Frozen

BACK = "/sign-in/back"
"""Where issuers send people back to; it is registered with each of them."""
SIGNED_OUT = "/signed-out"

_PATIENCE_SECONDS = 5.0
_FRESH_SECONDS = 300.0
_LONGEST_KEPT = 4000


class Begun(Frozen):
    """A sign-in on its way: what the browser keeps until it comes back."""

    number: int
    state: str
    nonce: str
    verifier: str
    then: str

    def written(self) -> str:
        """Write it for a cookie."""
        return base64.urlsafe_b64encode(self.model_dump_json().encode()).decode()


def read_back(written: str | None) -> Begun | None:
    """Read what the browser kept; what is none of ours is nothing."""
    if not written or len(written) > _LONGEST_KEPT:
        return None
    try:
        return Begun.model_validate_json(base64.urlsafe_b64decode(written))
    except (ValueError, ValidationError):
        return None


def answered(came_back: str) -> dict[str, str]:
    """What an issuer said with the browser that it sent back."""
    return dict(parse_qsl(urlsplit(came_back).query))


@dataclass
class _Found:
    """An issuer's discovery, and when it was fetched."""

    told: Mapping[str, Any]
    at: float


class SignIns:
    """The issuers by which people sign in to the pages, in the order of the settings."""

    def __init__(
        self,
        issuers: tuple[Issuer, ...],
        address: str,
        fetch: Fetch = fetch_json,
        tick: Callable[[], float] = time.monotonic,
    ) -> None:
        self._issuers = issuers
        self._address = address
        self._fetch = fetch
        self._tick = tick
        self._found: dict[str, _Found] = {}

    @property
    def called(self) -> tuple[str, ...]:
        """What the sign-in page calls each of them."""
        return tuple(each.called for each in self._issuers)

    @property
    def origins(self) -> tuple[str, ...]:
        """Where a form may lead a browser on to: signing out ends at the issuer."""
        found = (urlsplit(each.issuer) for each in self._issuers)
        return tuple(f"{each.scheme}://{each.netloc}" for each in found)

    def begin(self, number: int, then: str) -> tuple[str, Begun]:
        """Begin to sign in: where the browser goes, and what it keeps."""
        if not 0 <= number < len(self._issuers):
            raise NotSignedIn("there is no such way to sign in")
        issuer = self._issuers[number]
        begun = Begun(
            number=number,
            state=secrets.token_urlsafe(24),
            nonce=secrets.token_urlsafe(24),
            verifier=secrets.token_urlsafe(48),
            then=then,
        )
        url, _ = self._client(issuer).create_authorization_url(
            self._told(issuer, "authorization_endpoint"),
            state=begun.state,
            code_verifier=begun.verifier,
            nonce=begun.nonce,
        )
        return str(url), begun

    def finish(self, begun: Begun | None, tokens: Tokens, came_back: str) -> Subject:
        """Finish a sign-in: the code is exchanged for an identity token, and that is verified."""
        answer = answered(came_back)
        if begun is None or answer.get("state") != begun.state:
            raise NotSignedIn("this is not the browser that began it, or it took too long")
        if not 0 <= begun.number < len(self._issuers) or "code" not in answer:
            raise NotSignedIn("your organisation did not let you in")
        issuer = self._issuers[begun.number]
        client = self._client(issuer)
        try:
            given = client.fetch_token(
                self._told(issuer, "token_endpoint"),
                authorization_response=came_back,
                state=begun.state,
                code_verifier=begun.verifier,
            )
        except AuthlibBaseError as error:
            raise NotSignedIn(f"your organisation did not let you in ({error.error})") from error
        except (httpx2.HTTPError, ValueError) as error:
            raise Unwell("your organisation's sign-in cannot be reached") from error
        finally:
            client.close()
        subject = tokens.subject_at_sign_in(str(given.get("id_token")), begun.nonce)
        if subject.issuer != issuer.issuer:
            raise NotSignedIn("the identity token is another issuer's")
        return subject

    def out(self, issuer: str) -> str:
        """Where a browser goes to sign out at the issuer too; to our own page, if it has none.

        Source: OpenID Connect RP-Initiated Logout 1.0, 2.
        """
        after = f"{self._address}{SIGNED_OUT}"
        known = next((each for each in self._issuers if each.issuer == issuer), None)
        if known is None:
            return after
        try:
            end = self._discovered(known).get("end_session_endpoint")
        except Unwell:
            end = None
        asked = urlencode({"client_id": known.client, "post_logout_redirect_uri": after})
        return f"{end}?{asked}" if end else after

    def _client(self, issuer: Issuer) -> Any:
        return OAuth2Client(
            client_id=issuer.client,
            client_secret=issuer.client_secret,
            code_challenge_method="S256",
            redirect_uri=f"{self._address}{BACK}",
            scope="openid",
            timeout=_PATIENCE_SECONDS,
        )

    def _told(self, issuer: Issuer, name: str) -> str:
        try:
            return str(self._discovered(issuer)[name])
        except KeyError:
            raise Unwell("your organisation's sign-in does not say where it is") from None

    def _discovered(self, issuer: Issuer) -> Mapping[str, Any]:
        """What an issuer says of itself, asked for again every few minutes."""
        held = self._found.get(issuer.issuer)
        if held is None or self._tick() - held.at > _FRESH_SECONDS:
            base = issuer.issuer.rstrip("/")
            told = self._fetch(f"{base}/.well-known/openid-configuration")
            if told.get("issuer") != issuer.issuer:
                raise Unwell("your organisation's sign-in names another issuer")
            held = self._found[issuer.issuer] = _Found(told, self._tick())
        return held.told
