"""The demo's issuer: what its tokens say, and that old ones outlive a new key for a while."""

import os
import stat
from datetime import timedelta
from pathlib import Path

import httpx
import jwt
import pytest

from activities.settings import Issuer, Settings, environment_of, settings
from deploy.issuer import AUDIENCE, create_app, mint, rotate, signing_key

ISSUER = "http://127.0.0.1:8010"


@pytest.fixture
def issuer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> httpx.AsyncClient:
    """The issuer with its keys in the test's own folder."""
    chosen = Settings(
        database_url="postgresql://nobody@127.0.0.1/none",
        state_folder=tmp_path,
        issuers=(Issuer(issuer=ISSUER, audience=AUDIENCE),),
    )
    for name, value in environment_of(chosen).items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    client = httpx.AsyncClient(transport=httpx.ASGITransport(create_app()), base_url=ISSUER)
    settings.cache_clear()
    return client


async def verified(issuer: httpx.AsyncClient, token: str) -> dict[str, object]:
    """Verify a token with the published keys alone, as the API does."""
    keys = jwt.PyJWKSet.from_dict((await issuer.get("/keys")).json())
    key = keys[jwt.get_unverified_header(token)["kid"]]
    claims: dict[str, object] = jwt.decode(
        token, key, algorithms=["RS256"], audience=AUDIENCE, issuer=ISSUER
    )
    return claims


async def test_a_token_names_its_bearer_and_verifies_with_the_published_keys(
    issuer: httpx.AsyncClient, tmp_path: Path
) -> None:
    """Discovery leads to the keys, and a minted token verifies with them."""
    found = (await issuer.get("/.well-known/openid-configuration")).json()
    assert (found["issuer"], found["jwks_uri"]) == (ISSUER, f"{ISSUER}/keys")
    assert (await verified(issuer, mint(tmp_path, "person-7", AUDIENCE, ISSUER)))[
        "sub"
    ] == "person-7"


async def test_a_token_of_the_key_before_still_verifies(
    issuer: httpx.AsyncClient, tmp_path: Path
) -> None:
    """After a rotation new tokens use the new key and older ones stay good; much older do not."""
    old = mint(tmp_path, "person-7", AUDIENCE, ISSUER)
    rotate(tmp_path)
    new = mint(tmp_path, "person-7", AUDIENCE, ISSUER)
    assert jwt.get_unverified_header(old)["kid"] != jwt.get_unverified_header(new)["kid"]
    assert (await verified(issuer, old))["sub"] == (await verified(issuer, new))["sub"]
    rotate(tmp_path)
    rotate(tmp_path)
    with pytest.raises(KeyError):
        await verified(issuer, old)


def test_a_key_that_served_its_time_is_followed_by_another(tmp_path: Path) -> None:
    """A key older than its lifetime signs nothing more."""
    first = signing_key(tmp_path)
    assert signing_key(tmp_path) == first
    aged = first.rename(first.with_name("20200101T000000000000Z.pem"))
    assert signing_key(tmp_path) > aged


async def test_an_expired_token_is_refused(issuer: httpx.AsyncClient, tmp_path: Path) -> None:
    """A token says when it ends, on the machine's own clock."""
    token = mint(tmp_path, "person-7", AUDIENCE, ISSUER, timedelta(seconds=-1))
    with pytest.raises(jwt.ExpiredSignatureError):
        await verified(issuer, token)


async def test_private_keys_stay_private(issuer: httpx.AsyncClient, tmp_path: Path) -> None:
    """The key files are their owner's alone, and what is published holds no private part."""
    mint(tmp_path, "person-7", AUDIENCE, ISSUER)
    published = (await issuer.get("/keys")).json()["keys"]
    assert published
    assert all(set(key) == {"alg", "e", "key_ops", "kid", "kty", "n", "use"} for key in published)
    for path in (tmp_path / "issuer").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == stat.S_IRUSR | stat.S_IWUSR
        assert path.stat().st_uid == os.geteuid()
