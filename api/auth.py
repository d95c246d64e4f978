"""Who is asking: a signed token of a named issuer, and the person on record behind it.

What that person may do is not decided here; where keys come from is ``keys``' business.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from hmac import compare_digest

import jwt

from activities.settings import Issuer
from api.keys import Fetch, Keyring, Later, fetch_json, in_a_thread
from api.problems import NotSignedIn

ALGORITHMS = ("RS256", "ES256", "EdDSA")
"""Asymmetric alone: a token signed with a shared secret, or not at all, is none."""

_LEEWAY_SECONDS = 5
_LONGEST_TOKEN = 8192
_LONGEST_SUBJECT = 255
"""OpenID Connect Core 1.0, 2: a subject has at most 255 ASCII characters."""


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
        later: Later = in_a_thread,
    ) -> None:
        self._issuers = {each.issuer: each for each in issuers}
        self._keys = {
            each.issuer: Keyring(each.issuer, fetch=fetch, tick=tick, later=later)
            for each in issuers
        }

    def subject_of(self, authorization: str | None) -> Subject:
        """Verify a bearer token, or say what is wrong with it and nothing more."""
        return self._verified(_bearer(authorization), None)

    def subject_at_sign_in(self, token: str, nonce: str) -> Subject:
        """Verify an identity token: it is for our client, and answers this one sign-in."""
        return self._verified(token, nonce)

    def _verified(self, token: str, nonce: str | None) -> Subject:
        try:
            issuer = self._issuer_of(token)
            key = self._key_of(issuer, token)
            claims = jwt.decode(
                token,
                key,
                algorithms=list(ALGORITHMS),
                audience=issuer.audience if nonce is None else issuer.client,
                issuer=issuer.issuer,
                leeway=_LEEWAY_SECONDS,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        except jwt.ExpiredSignatureError:
            raise NotSignedIn("the token has expired") from None
        except jwt.PyJWTError:
            raise NotSignedIn("the token is not one that is accepted here") from None
        if nonce is not None and not compare_digest(str(claims.get("nonce")), nonce):
            raise NotSignedIn("the identity token answers another sign-in")
        return Subject(issuer=issuer.issuer, subject=_subject_in(str(claims["sub"])))

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
        return self._keys[issuer.issuer].key(str(header.get("kid")))


def _subject_in(claimed: str) -> str:
    """Take a subject that can be looked up: some of what JSON can write, no record can hold."""
    if not 0 < len(claimed) <= _LONGEST_SUBJECT or not claimed.isprintable():
        raise NotSignedIn("the token is not one that is accepted here")
    return claimed


def _bearer(authorization: str | None) -> str:
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token or len(token) > _LONGEST_TOKEN:
        raise NotSignedIn("there is no bearer token")
    return token.strip()
