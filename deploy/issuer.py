"""A small OpenID Connect issuer for the demo: discovery, rotating keys, tokens for anybody named.

It asks nobody for a password, so it is for invented people on one machine only. A council names its
own issuers in the settings and never starts this one. Its sign-in page is in ``issuer_page``.
"""

import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from fastapi import FastAPI

from activities.clock import SystemClock
from activities.settings import settings
from deploy.demo.people import people_to_be
from deploy.issuer_page import Client, Group, offer_sign_in

AUDIENCE = "locality"
KEY_LIFETIME = timedelta(days=30)
TOKEN_LIFETIME = timedelta(hours=12)
_KEYS_KEPT = 3
_ALGORITHM = "RS256"
_NAMED_BY = "%Y%m%dT%H%M%S%fZ"


def create_app() -> FastAPI:
    """Make the issuer that the settings name first, with its keys in the state folder."""
    chosen = settings()
    return compose_issuer(
        Client(chosen.issuers[0].issuer, chosen.issuers[0].client, chosen.address),
        chosen.state_folder,
        people_to_be(),
    )


def compose_issuer(client: Client, state_folder: Path, people: Iterable[Group]) -> FastAPI:
    """Make an issuer for one client, at whose sign-in page one is any of the people."""
    issuer = client.issuer
    app = FastAPI(title="Locality's demo issuer", docs_url=None, redoc_url=None)

    @app.get("/.well-known/openid-configuration")
    def discovery() -> dict[str, Any]:
        """Say where the keys are, how tokens are signed and where people sign in."""
        return {
            "issuer": issuer,
            "jwks_uri": f"{issuer}/keys",
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "end_session_endpoint": f"{issuer}/sign-out",
            "id_token_signing_alg_values_supported": [_ALGORITHM],
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
            "subject_types_supported": ["public"],
        }

    @app.get("/keys")
    def keys() -> dict[str, Any]:
        """List the public keys that tokens may be signed with at this moment."""
        signing_key(state_folder)
        return {"keys": [_public(path) for path in _key_files(state_folder)]}

    def identity(subject: str, nonce: str) -> str:
        """An identity token, which answers one sign-in."""
        return mint(state_folder, subject, client.id, issuer, nonce=nonce)

    offer_sign_in(app, client, tuple(people), identity)
    return app


def mint(
    state_folder: Path,
    subject: str,
    audience: str,
    issuer: str,
    lifetime: timedelta = TOKEN_LIFETIME,
    nonce: str | None = None,
) -> str:
    """Return a token that says its bearer is `subject`, signed with the newest key.

    Tokens live on the machine's own clock, whatever the demo does with its own.
    """
    key = signing_key(state_folder)
    now = SystemClock().now()
    claims = {
        "iss": issuer,
        "sub": subject,
        "aud": audience,
        "iat": now,
        "exp": now + lifetime,
        "jti": str(uuid4()),
        **({"nonce": nonce} if nonce is not None else {}),
    }
    return jwt.encode(claims, key.read_bytes(), algorithm=_ALGORITHM, headers={"kid": key.stem})


def signing_key(state_folder: Path) -> Path:
    """Return the newest key's file; a key that has served its time is followed by a new one."""
    found = _key_files(state_folder)
    now = SystemClock().now()
    if found and now - _made_at(found[-1]) < KEY_LIFETIME:
        return found[-1]
    return rotate(state_folder)


def rotate(state_folder: Path) -> Path:
    """Make a new signing key and return its file; the last few keep verifying older tokens."""
    folder = state_folder / "issuer"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = folder / f"{SystemClock().now().strftime(_NAMED_BY)}.pem"
    _write_privately(made, _new_key())
    for old in _key_files(state_folder)[:-_KEYS_KEPT]:
        old.unlink(missing_ok=True)
    return made


def _new_key() -> bytes:
    """Return a fresh private key."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _write_privately(path: Path, content: bytes) -> None:
    """Write a file that nobody else may read and nobody sees half written."""
    unfinished = path.with_suffix(f".{uuid4().hex}")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    unfinished.rename(path)


def _key_files(state_folder: Path) -> list[Path]:
    """Return the key files, oldest first."""
    return sorted((state_folder / "issuer").glob("*.pem"))


def _made_at(key: Path) -> datetime:
    """Return when a key was made, which its name says."""
    return datetime.strptime(key.stem, _NAMED_BY).replace(tzinfo=UTC)


def _public(key: Path) -> dict[str, Any]:
    """Return a key's public half in the form that verifiers read."""
    private = serialization.load_pem_private_key(key.read_bytes(), password=None)
    assert isinstance(private, rsa.RSAPrivateKey)
    written = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(private.public_key()))
    return {**written, "kid": key.stem, "use": "sig", "alg": _ALGORITHM}
