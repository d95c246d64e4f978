"""Signing in: nothing but an issuer's own answer to this browser's own question opens a session."""

from base64 import urlsafe_b64encode
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from activities.store.session import each_by_itself
from api.pages.visitor import safe_then
from deploy.issuer import mint
from tests.pages.site import STRANGER, Site

SENCO = "senco.ashdown"


async def began(client: httpx.AsyncClient, then: str = "/") -> str:
    """Begin to sign in by the first issuer; returns where the browser is sent."""
    sent = await client.get("/sign-in/with/0", params={"then": then})
    assert sent.status_code == 303
    return sent.headers["location"]


async def chose(url: str, subject: str = SENCO) -> str:
    """Be somebody at the issuer's; returns the address that the browser comes back by."""
    async with httpx.AsyncClient() as browser:
        answer = await browser.post(url, data={"subject": subject})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def changed(url: str, **values: str | None) -> str:
    """An address with other values in its query."""
    base, _, query = url.partition("?")
    kept = {**dict(parse_qsl(query)), **values}
    return f"{base}?{urlencode({name: each for name, each in kept.items() if each is not None})}"


def sessions(site: Site) -> list[Any]:
    """Every session on record."""
    with each_by_itself(site.parts.engine) as connection:
        rows = connection.execute(text("SELECT key_sha256, subject, ended_at FROM web_session"))
        return list(rows)


async def test_signing_in_asks_with_pkce_state_and_nonce(site: Site) -> None:
    """The question has a fresh challenge, state and nonce each time, and no secret in it."""
    async with site.client() as client:
        first, second = [parse_qs(urlsplit(await began(client)).query) for _ in range(2)]
    assert first["code_challenge_method"] == ["S256"]
    assert first["redirect_uri"] == [f"{site.address}/sign-in/back"]
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name][0]) >= 32
        assert first[name] != second[name]


async def test_a_sign_in_opens_a_session_and_goes_where_one_wanted_to(site: Site) -> None:
    """The way back leads on to the page asked for, with a cookie that no script can read."""
    async with site.client() as client:
        back = await chose(await began(client, "/policies/tariff"))
        answer = await client.get(back)
        cookie = answer.headers["set-cookie"]
        assert (answer.status_code, answer.headers["location"]) == (303, "/policies/tariff")
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert (await client.get("/policies/tariff")).status_code == 200
        (kept,) = sessions(site)
        assert client.cookies["locality"] not in kept.key_sha256


async def test_a_new_session_has_a_new_key_and_ends_the_one_before(site: Site) -> None:
    """A key that somebody put into the browser beforehand is worth nothing after signing in."""
    planted = site.signed_in(SENCO)
    async with site.client(planted) as client:
        await client.get(await chose(await began(client)))
        assert client.cookies.get("locality", domain="127.0.0.1") != planted
    assert [each.ended_at is None for each in sessions(site)].count(True) == 1
    async with site.client(planted) as client:
        assert (await client.get("/")).status_code == 303


@pytest.mark.parametrize(
    "wrong",
    [{"state": "x" * 32}, {"state": None}, {"code": "x" * 32}, {"code": None}],
    ids=["state", "no-state", "code", "no-code"],
)
async def test_a_way_back_that_was_tampered_with_opens_nothing(
    site: Site, wrong: dict[str, str | None]
) -> None:
    """Another state or code than this browser's is a page that says so, and no session."""
    async with site.client() as client:
        back = await chose(await began(client))
        answer = await client.get(changed(back, **wrong))
    assert answer.status_code == 401
    assert "You are not signed in" in answer.text
    assert sessions(site) == []


async def test_a_code_works_once_and_in_the_browser_that_asked(site: Site) -> None:
    """Somebody who sees the way back, before or after, cannot use it."""
    async with site.client() as client, site.client() as thief:
        back = await chose(await began(client))
        assert (await thief.get(back)).status_code == 401
        await began(thief)
        assert (await thief.get(back)).status_code == 401
        assert (await client.get(back)).status_code == 303
        assert (await client.get(back)).status_code == 401
    assert len(sessions(site)) == 1


async def test_the_issuer_gives_nothing_for_a_code_without_its_verifier(site: Site) -> None:
    """PKCE is enforced: a code that was overheard is worth nothing."""
    async with site.client() as client, httpx.AsyncClient() as thief:
        for verifier in ("", "x" * 64):
            back = await chose(await began(client))
            form = {
                "grant_type": "authorization_code",
                "code": dict(parse_qsl(urlsplit(back).query))["code"],
                "redirect_uri": f"{site.address}/sign-in/back",
                "client_id": "locality",
                "code_verifier": verifier,
            }
            answer = await thief.post(f"{site.issuers[0]}/token", data=form)
            assert (answer.status_code, answer.json()) == (400, {"error": "invalid_grant"})


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "other"},
        {"redirect_uri": "https://thief.example/"},
        {"response_type": "token"},
        {"code_challenge_method": "plain"},
        {"code_challenge": ""},
        {"nonce": ""},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
async def test_the_issuer_refuses_a_question_that_is_not_the_pages(
    site: Site, wrong: dict[str, str]
) -> None:
    """Nobody is sent anywhere but to the pages, and never without PKCE."""
    async with site.client() as client, httpx.AsyncClient() as browser:
        url = changed(await began(client), **wrong)
        assert (await browser.get(url)).status_code == 400
        assert (await browser.post(url, data={"subject": SENCO})).status_code == 400


async def test_an_identity_token_of_another_sign_in_opens_nothing(
    site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    """A token with another nonce, or for another client, is none, though its signature is good."""
    for claims in ({"nonce": "another"}, {"audience": "another"}):
        audience = claims.get("audience", "locality")
        token = mint(
            tmp_path / "1", SENCO, audience, site.issuers[0], nonce=claims.get("nonce", "")
        )

        class Answers:
            def fetch_token(self, *_: Any, token: str = token, **__: Any) -> dict[str, str]:
                return {"id_token": token}

            def close(self) -> None:
                pass

        async with site.client() as client:
            back = await chose(await began(client))
            with monkeypatch.context() as patched:
                patched.setattr(site.house.sign_ins, "_client", lambda _issuer: Answers())
                assert (await client.get(back)).status_code == 401
    assert sessions(site) == []


async def test_an_issuer_that_is_away_is_a_page_that_says_so(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While an issuer does not answer, nobody is told that they did something wrong."""
    async with site.client() as client:
        url = await began(client)
        back = await chose(url)
        monkeypatch.setattr(site.house.sign_ins, "_told", lambda *_: "http://127.0.0.1:1/token")
        answer = await client.get(back)
    assert answer.status_code == 503
    assert "the service is unavailable" in answer.text


async def test_a_cookie_of_somebodys_own_making_is_none(site: Site) -> None:
    """What the browser keeps between is read strictly: nonsense is as good as nothing."""
    for kept in ("x", "%00", urlsafe_b64encode(b'{"number": 7}').decode(), "A" * 5000):
        async with site.client() as client:
            client.cookies.set("locality-signing-in", kept)
            answer = await client.get("/sign-in/back?code=x&state=y")
        assert answer.status_code == 401


@pytest.mark.parametrize(
    "then",
    ["//thief.example", "https://thief.example", "/\\thief.example", "/a\\b", "", "/sign-in", "x"],
)
def test_after_signing_in_one_goes_to_a_page_of_ours(then: str) -> None:
    """An address that leads elsewhere leads to one's own work."""
    assert safe_then(then) == "/"
    assert safe_then("/requests?stage=decided") == "/requests?stage=decided"


async def test_signing_out_ends_the_session_here_and_at_the_issuer(site: Site) -> None:
    """The key is worth nothing from then on, and the issuer is told to forget too."""
    key = site.signed_in(SENCO)
    async with site.client(key) as client:
        out = await client.post("/sign-out", data=site.form(key))
        assert out.headers["location"].startswith(f"{site.issuers[0]}/sign-out?client_id=locality")
        again = await client.post("/sign-out", data=site.form(key))
        assert again.headers["location"] == "/signed-out"
    async with site.client(key) as client:
        assert (await client.get("/")).status_code == 303


async def test_who_is_on_nobodys_record_gets_no_session(site: Site) -> None:
    """The issuer vouches for somebody whom the record does not know: nothing is opened."""
    async with site.client() as client:
        answer = await client.get(await chose(await began(client), STRANGER))
    assert answer.status_code == 403
    assert STRANGER in answer.text
    assert sessions(site) == []


async def test_over_https_cookies_are_this_hosts_alone_and_https_is_kept_to(site: Site) -> None:
    """In earnest the key is sent over https and to this host only, and so is everything else."""
    site.house = site.app.state.house = replace(site.house, address="https://locality.example")
    async with site.client(site.signed_in(SENCO)) as client:
        drawn = await client.get("/")
        sent = await client.get("/sign-in/with/0")
    assert drawn.status_code == 200
    assert "max-age=31536000" in drawn.headers["strict-transport-security"]
    assert sent.headers["set-cookie"].startswith("__Host-locality-signing-in=")
    assert "Secure" in sent.headers["set-cookie"]
    assert "Domain" not in sent.headers["set-cookie"]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE web_session SET ended_at = NULL",
        "UPDATE web_session SET ends_at = ends_at + interval '1 year'",
        "UPDATE web_session SET subject = 'officer.1'",
        "DELETE FROM web_session",
    ],
    ids=["revive", "prolong", "become", "delete"],
)
async def test_the_record_holds_what_a_session_is(site: Site, change: str) -> None:
    """A session that has ended stays ended, and none lasts longer or becomes somebody else's."""
    key = site.signed_in(SENCO)
    async with site.client(key) as client:
        await client.post("/sign-out", data=site.form(key))
    with (
        pytest.raises(DBAPIError) as held,
        each_by_itself(site.parts.engine) as connection,
    ):
        connection.execute(text(change))
    assert getattr(held.value.orig, "sqlstate", None) in {"42501", "23514"}
