"""Who is asking: a signed token of a named issuer, and the person on record behind it.

What that person may do is not decided here. Keys are found by discovery and kept; an unknown key id
makes us look again, at most so often.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import httpx
import jwt

from activities.settings import Issuer
from api.problems import NotSignedIn, Unwell

ALGORITHMS = ("RS256", "ES256", "EdDSA")
"""Asymmetric alone: a token signed with a shared secret, or not at all, is none."""

_FLOOR_SECONDS = 10.0
_LEEWAY_SECONDS = 5
_LONGEST_TOKEN = 8192

Fetch = Callable[[str], Mapping[str, Any]]


def fetch_json(url: str) -> Mapping[str, Any]:
    """Fetch a document of an issuer."""
    try:
        answer = httpx.get(url, timeout=3.0, follow_redirects=False)
        answer.raise_for_status()
        found: Mapping[str, Any] = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise Unwell("an issuer's keys cannot be fetched at this moment") from error
    return found


@dataclass
class _Keys:
    """One issuer's keys as they were last fetched."""

    by_id: dict[str, jwt.PyJWK] = field(default_factory=dict)
    fetched_at: float = float("-inf")


@dataclass(frozen=True)
class Subject:
    """Whom a verified token speaks for: an issuer's subject."""

    issuer: str
    subject: str


class Tokens:
    """Verifies tokens of the issuers that the settings name."""

    def __init__(
        self,
        issuers: tuple[Issuer, ...],
        fetch: Fetch = fetch_json,
        tick: Callable[[], float] = time.monotonic,
    ) -> None:
        self._issuers = {each.issuer: each for each in issuers}
        self._fetch = fetch
        self._tick = tick
        self._keys = {each.issuer: _Keys() for each in issuers}
        self._lock = Lock()

    def subject_of(self, authorization: str | None) -> Subject:
        """Verify a bearer token, or say what is wrong with it and nothing more."""
        token = _bearer(authorization)
        try:
            issuer = self._issuer_of(token)
            key = self._key_of(issuer, token)
            claims = jwt.decode(
                token,
                key,
                algorithms=list(ALGORITHMS),
                audience=issuer.audience,
                issuer=issuer.issuer,
                leeway=_LEEWAY_SECONDS,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        except jwt.ExpiredSignatureError:
            raise NotSignedIn("the token has expired") from None
        except jwt.PyJWTError:
            raise NotSignedIn("the token is not one that is accepted here") from None
        return Subject(issuer=issuer.issuer, subject=str(claims["sub"]))

    def _issuer_of(self, token: str) -> Issuer:
        """Which named issuer a token claims to be of; its signature is looked at next."""
        claims = jwt.decode(token, options={"verify_signature": False})
        issuer = self._issuers.get(str(claims.get("iss")))
        if issuer is None:
            raise jwt.InvalidIssuerError
        return issuer

    def _key_of(self, issuer: Issuer, token: str) -> jwt.PyJWK:
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in ALGORITHMS:
            raise jwt.InvalidAlgorithmError
        wanted = str(header.get("kid"))
        with self._lock:
            keys = self._keys[issuer.issuer]
            is_due = self._tick() - keys.fetched_at >= _FLOOR_SECONDS
            if wanted not in keys.by_id and is_due:
                keys.by_id = self._fetched(issuer)
                keys.fetched_at = self._tick()
            if wanted not in keys.by_id:
                raise jwt.InvalidKeyError
            return keys.by_id[wanted]

    def _fetched(self, issuer: Issuer) -> dict[str, jwt.PyJWK]:
        base = issuer.issuer.rstrip("/")
        found = self._fetch(f"{base}/.well-known/openid-configuration")
        if found.get("issuer") != issuer.issuer:
            raise Unwell("an issuer's discovery names another issuer")
        try:
            listed = jwt.PyJWKSet.from_dict(dict(self._fetch(str(found["jwks_uri"])))).keys
        except (KeyError, jwt.PyJWTError) as error:
            raise Unwell("an issuer's keys cannot be read") from error
        return {str(key.key_id): key for key in listed}


def _bearer(authorization: str | None) -> str:
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token or len(token) > _LONGEST_TOKEN:
        raise NotSignedIn("there is no bearer token")
    return token.strip()
