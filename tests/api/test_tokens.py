"""Who comes in: tokens that are accepted, and every kind that is not."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from typing import Any

import httpx
import jwt
import pytest
from fastapi import FastAPI

from activities.clock import SystemClock
from api.auth import Tokens
from api.problems import NotSignedIn, Unwell
from tests.activities.small_county import ISSUER
from tests.api.tokens import AUDIENCE, ISSUERS, Signer
from tests.api.web import Web, code_of

SUBJECT = "officer.1"


async def asked(web: Web, token: str, scheme: str = "Bearer") -> httpx.Response:
    """Ask who I am with a token as it stands."""
    headers = {"Authorization": f"{scheme} {token}"}
    return await web.client.get("/api/me", headers=headers)


async def test_a_persons_token_says_who_they_are(web: Web) -> None:
    """The bearer is the person on record, with the roles of today."""
    me = (await web.get(SUBJECT, "/me")).json()
    assert me["subject"] == SUBJECT
    assert [role["role"] for role in me["roles"]] == ["council_officer"]


async def test_tokens_that_are_not_accepted(web: Web, signer: Signer) -> None:
    """Expired, for somebody else, of nobody, unsigned or broken: 401, and never why in detail."""
    now = SystemClock().now()
    claims = {"iss": ISSUER, "sub": SUBJECT, "aud": AUDIENCE, "exp": now + timedelta(minutes=5)}
    stranger = Signer()
    wrong = {
        "expired": signer.token(SUBJECT, exp=now - timedelta(minutes=5)),
        "for another audience": signer.token(SUBJECT, aud="elsewhere"),
        "of another issuer": signer.token(SUBJECT, iss="https://elsewhere.invalid"),
        "without an expiry": signer.token(SUBJECT, exp=None),
        "without a subject": signer.token(SUBJECT, sub=None),
        "without an audience": signer.token(SUBJECT, aud=None),
        "not valid yet": signer.token(SUBJECT, nbf=now + timedelta(minutes=5)),
        "unsigned": jwt.encode(claims, "", algorithm="none"),
        "signed with a shared secret": jwt.encode(
            claims, "a shared secret of thirty-two bytes", "HS256", headers={"kid": "first"}
        ),
        "signed by a stranger with the same key id": stranger.token(SUBJECT),
        "broken": "not.a.token",
        "cut": signer.token(SUBJECT)[:-4],
        "endless": "x" * 9_000,
    }
    for name, token in wrong.items():
        answer = await asked(web, token)
        assert answer.status_code == 401, name
        assert code_of(answer) == "not_signed_in"
        assert answer.headers["www-authenticate"] == "Bearer"
    for scheme in ("Basic", "bearerx", ""):
        assert (await asked(web, signer.token(SUBJECT), scheme)).status_code == 401
    assert (await web.client.get("/api/me")).status_code == 401


async def test_nobody_on_record_is_told_so(web: Web) -> None:
    """An issuer's word for a stranger opens nothing."""
    assert code_of(await web.get("a.stranger", "/me")) == "role_needed"


async def test_every_address_but_health_asks_for_a_token(app: FastAPI, web: Web) -> None:
    """Nothing can be read or said by nobody, but what a family's link and its second fact open."""
    id_ = "00000000-0000-0000-0000-000000000000"
    for path, methods in app.openapi()["paths"].items():
        for method in methods:
            if path in ("/api/health", "/api/family"):
                continue
            address = path.replace("{kind}", "tariff")
            for name in ("draft", "request", "act", "meeting", "item", "ballot", "entry"):
                address = address.replace(f"{{{name}_id}}", id_)
            answer = await web.client.request(method, address)
            assert answer.status_code == 401, (method, path)


def test_a_rotated_key_is_found_and_the_old_one_is_not() -> None:
    """An unknown key id makes us look again; tokens of a key that is gone are refused."""
    signer, now = Signer(), [0.0]
    tokens = Tokens(ISSUERS, fetch=signer.fetch, tick=lambda: now[0])
    old = signer.token(SUBJECT)
    assert tokens.subject_of(f"Bearer {old}").subject == SUBJECT
    signer.rotate("second")
    now[0] += 60
    assert tokens.subject_of(f"Bearer {signer.token(SUBJECT)}").subject == SUBJECT
    with pytest.raises(NotSignedIn):
        tokens.subject_of(f"Bearer {old}")
    assert signer.asked == 2


def test_unknown_keys_do_not_make_us_ask_again_and_again() -> None:
    """A flood of tokens with invented key ids is one question to the issuer, not a flood."""
    signer, now = Signer(), [0.0]
    tokens = Tokens(ISSUERS, fetch=signer.fetch, tick=lambda: now[0])
    tokens.subject_of(f"Bearer {signer.token(SUBJECT)}")
    stranger = Signer()
    stranger.rotate("invented")
    for _ in range(20):
        now[0] += 0.1
        with pytest.raises(NotSignedIn):
            tokens.subject_of(f"Bearer {stranger.token(SUBJECT)}")
    assert signer.asked == 1


def test_an_issuer_that_is_away_is_no_fault_of_the_token() -> None:
    """Keys that cannot be fetched are told as such; keys that are known go on serving."""
    signer, now = Signer(), [0.0]
    tokens = Tokens(ISSUERS, fetch=signer.fetch, tick=lambda: now[0], later=at_once)
    signer.is_away = True
    with pytest.raises(Unwell):
        tokens.subject_of(f"Bearer {signer.token(SUBJECT)}")
    signer.is_away = False
    now[0] += 10
    assert tokens.subject_of(f"Bearer {signer.token(SUBJECT)}").subject == SUBJECT
    signer.is_away = True
    now[0] += 3600
    assert tokens.subject_of(f"Bearer {signer.token(SUBJECT)}").subject == SUBJECT
    now[0] += 3 * 3600
    with pytest.raises(Unwell):
        tokens.subject_of(f"Bearer {signer.token(SUBJECT)}")


def test_a_withdrawn_key_is_forgotten_though_nobody_uses_a_new_one() -> None:
    """Keys are asked for again after a time, beside the request that noticed it."""
    signer, now = Signer(), [0.0]
    tokens = Tokens(ISSUERS, fetch=signer.fetch, tick=lambda: now[0], later=at_once)
    old = f"Bearer {signer.token(SUBJECT)}"
    assert tokens.subject_of(old).subject == SUBJECT
    signer.rotate("second")
    now[0] += 299
    assert tokens.subject_of(old).subject == SUBJECT
    now[0] += 2
    tokens.subject_of(old)
    with pytest.raises(NotSignedIn):
        tokens.subject_of(old)


def test_forged_tokens_hold_nobody_up_while_an_issuer_hangs() -> None:
    """One forged token waits for the issuer; known keys serve, and other forgeries do not wait."""
    signer, now, hangs, asked_again = Signer(), [0.0], Event(), Event()

    def hanging(url: str) -> Mapping[str, Any]:
        if now[0]:
            asked_again.set()
            hangs.wait(10)
            raise Unwell("it never answered")
        return signer.fetch(url)

    tokens = Tokens(ISSUERS, fetch=hanging, tick=lambda: now[0])
    good = f"Bearer {signer.token(SUBJECT)}"
    tokens.subject_of(good)
    now[0] += 60
    stranger = Signer()
    stranger.rotate("invented")
    forged = f"Bearer {stranger.token(SUBJECT)}"
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(tokens.subject_of, forged)
        assert asked_again.wait(5)
        assert tokens.subject_of(good).subject == SUBJECT
        with pytest.raises(Unwell):
            tokens.subject_of(forged)
        assert not first.done()
        hangs.set()
        assert isinstance(first.exception(5), Unwell)


def test_an_issuer_that_fails_is_not_asked_again_at_once() -> None:
    """A question without an answer counts as asked, as one with an answer does."""
    asked: list[str] = []

    def failing(url: str) -> Mapping[str, Any]:
        asked.append(url)
        raise Unwell("nobody answers")

    tokens = Tokens(ISSUERS, fetch=failing, tick=lambda: 0.0)
    for _ in range(5):
        with pytest.raises(Unwell):
            tokens.subject_of(f"Bearer {Signer().token(SUBJECT)}")
    assert len(asked) == 1


async def test_a_subject_that_no_record_can_hold_is_nobody(web: Web, signer: Signer) -> None:
    """Signed or not, a subject with unwritable characters is 401, and troubles no database."""
    for subject in ("officer.1\x00", "\ud800", "", "x" * 256):
        assert (await asked(web, signer.token(subject))).status_code == 401, ascii(subject)


def at_once(work: Callable[[], None]) -> None:
    """Do at once what would be done beside the request."""
    work()


def test_a_discovery_that_names_another_issuer_is_not_believed() -> None:
    """What an address says of somebody else's keys is worth nothing."""
    signer = Signer()

    def lying(url: str) -> dict[str, object]:
        return {**signer.fetch(url), "issuer": "https://elsewhere.invalid"}

    with pytest.raises(Unwell):
        Tokens(ISSUERS, fetch=lying).subject_of(f"Bearer {signer.token(SUBJECT)}")
