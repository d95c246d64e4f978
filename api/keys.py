"""An issuer's keys: fetched by discovery, kept for a time, and never a reason to wait in a queue.

What a token says, and whose it is, belongs to ``auth``.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import jwt

from api.problems import Unwell

Fetch = Callable[[str], Mapping[str, Any]]
Later = Callable[[Callable[[], None]], None]

_TIMEOUT_SECONDS = 2.0
_FLOOR_SECONDS = 10.0
"""Between two questions to an issuer, whether the first was answered or not."""
_FRESH_SECONDS = 300.0
"""Keys older than this are asked for again, beside the request that noticed."""
_KEPT_SECONDS = 4 * 3600.0
"""Keys that cannot be fetched again serve so long, so that a withdrawn key dies in the end."""
_FIRST_WAIT_SECONDS = 2 * _TIMEOUT_SECONDS


def fetch_json(url: str) -> Mapping[str, Any]:
    """Fetch a document of an issuer."""
    try:
        answer = httpx.get(url, timeout=_TIMEOUT_SECONDS, follow_redirects=False)
        answer.raise_for_status()
        found: Mapping[str, Any] = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise Unwell("an issuer's keys cannot be fetched at this moment") from error
    return found


def in_a_thread(work: Callable[[], None]) -> None:
    """Do something beside the request that noticed it is due."""
    threading.Thread(target=work, name="issuer-keys", daemon=True).start()


@dataclass(frozen=True)
class _Held:
    """The keys as they were last fetched."""

    by_id: dict[str, jwt.PyJWK] = field(default_factory=dict)
    fetched_at: float = float("-inf")


class Keyring:
    """One issuer's keys. No lock is held while the issuer is asked, so known keys always serve."""

    def __init__(
        self,
        issuer: str,
        fetch: Fetch = fetch_json,
        tick: Callable[[], float] = time.monotonic,
        later: Later = in_a_thread,
    ) -> None:
        self._issuer = issuer
        self._fetch = fetch
        self._tick = tick
        self._later = later
        self._held = _Held()
        self._asked_at = float("-inf")
        self._is_unanswered = False
        self._deciding = threading.Lock()
        self._arrived = threading.Event()

    def key(self, kid: str) -> jwt.PyJWK:
        """Find a key: a known one at once, an unknown one by asking, at most so often."""
        known = self._known(kid)
        if known is not None:
            if self._tick() - self._held.fetched_at >= _FRESH_SECONDS and self._is_due():
                self._later(self._ask)
            return known
        if self._is_due():
            self._ask()
        elif not self._held.by_id:
            self._arrived.wait(_FIRST_WAIT_SECONDS)
        known = self._known(kid)
        if known is not None:
            return known
        if self._is_unanswered:
            raise Unwell("an issuer's keys cannot be fetched at this moment")
        raise jwt.InvalidKeyError

    def _known(self, kid: str) -> jwt.PyJWK | None:
        held = self._held
        is_kept = self._tick() - held.fetched_at < _KEPT_SECONDS
        return held.by_id.get(kid) if is_kept else None

    def _is_due(self) -> bool:
        """Whether to ask now; whoever is told so asks, and nobody else until the floor is past."""
        with self._deciding:
            if self._tick() - self._asked_at < _FLOOR_SECONDS:
                return False
            self._asked_at = self._tick()
            self._is_unanswered = True
            self._arrived.clear()
            return True

    def _ask(self) -> None:
        """Fetch the keys; a failure leaves those there are, and counts as having asked."""
        try:
            self._held = _Held(self._fetched(), self._tick())
            self._is_unanswered = False
        except Unwell:
            return
        finally:
            self._arrived.set()

    def _fetched(self) -> dict[str, jwt.PyJWK]:
        base = self._issuer.rstrip("/")
        found = self._fetch(f"{base}/.well-known/openid-configuration")
        if found.get("issuer") != self._issuer:
            raise Unwell("an issuer's discovery names another issuer")
        try:
            listed = jwt.PyJWKSet.from_dict(dict(self._fetch(str(found["jwks_uri"])))).keys
        except (KeyError, jwt.PyJWTError) as error:
            raise Unwell("an issuer's keys cannot be read") from error
        return {str(key.key_id): key for key in listed}
