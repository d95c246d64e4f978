"""An issuer for tests: it signs what it is told to, and says where its keys are."""

import json
from datetime import timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ed25519

from activities.clock import SystemClock
from activities.settings import Issuer
from api.problems import Unwell
from tests.activities.small_county import ISSUER

AUDIENCE = "locality"
ISSUERS = (Issuer(issuer=ISSUER, audience=AUDIENCE),)


class Signer:
    """One issuer with keys that can be changed; counts how often its keys were asked for."""

    def __init__(self) -> None:
        self.asked = 0
        self.is_away = False
        self._keys: dict[str, ed25519.Ed25519PrivateKey] = {}
        self.rotate("first")

    def rotate(self, kid: str) -> None:
        """Sign with a new key from now on, and forget the one before."""
        self._keys = {kid: ed25519.Ed25519PrivateKey.generate()}
        self._kid = kid

    def fetch(self, url: str) -> dict[str, Any]:
        """Answer for discovery and keys, unless nobody is there."""
        if self.is_away:
            raise Unwell("nobody answers")
        if url == f"{ISSUER}/.well-known/openid-configuration":
            return {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/keys"}
        self.asked += 1
        listed = [
            {
                **json.loads(jwt.algorithms.OKPAlgorithm.to_jwk(key.public_key())),
                "kid": kid,
                "alg": "EdDSA",
            }
            for kid, key in self._keys.items()
        ]
        return {"keys": listed}

    def token(self, subject: str, **changed: Any) -> str:
        """A token for a subject; claims may be changed, and left out by giving nothing."""
        now = SystemClock().now()
        claims = {
            "iss": ISSUER,
            "sub": subject,
            "aud": AUDIENCE,
            "exp": now + timedelta(minutes=5),
            **changed,
        }
        given = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(given, self._keys[self._kid], "EdDSA", headers={"kid": self._kid})
