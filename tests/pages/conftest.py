"""A real Chromium at the pages of a small county in a real PostgreSQL."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from fastapi import FastAPI
from playwright.async_api import Browser, async_playwright

from api.parts import Parts
from tests.api.conftest import (  # noqa: F401  the small county at the door is theirs
    app,
    composed,
    delivery,
    engine,
    furnished_for_the_web,
    hand,
    parts,
    signer,
    small_county,
    web,
    world,
)
from tests.api.tokens import Signer
from tests.pages.browser import chromium
from tests.pages.site import Site, site_of


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for the session; each test opens a window of its own."""
    async with async_playwright() as playwright:
        kind = playwright.chromium
        opened = await kind.launch(executable_path=chromium(kind.executable_path))
        yield opened
        await opened.close()


@pytest_asyncio.fixture(loop_scope="session")
async def site(
    app: FastAPI,  # noqa: F811
    parts: Parts,  # noqa: F811
    signer: Signer,  # noqa: F811
    tmp_path: Path,
) -> AsyncIterator[Site]:
    """The pages of the small county, served, with the schools' and the council's issuers."""
    async with site_of(app, parts, tmp_path, signer) as served:
        yield served
