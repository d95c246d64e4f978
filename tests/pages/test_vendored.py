"""What was taken over from others is what came out, without what a council may not use."""

import json
import re
from pathlib import Path

import pytest

from deploy.vendoring.vendor import LETTERS, PAGES, TESTS, hashes_of
from tests.conftest import ROOT

STATIC = ROOT / "api/static"


@pytest.mark.parametrize("folder", [PAGES, TESTS, LETTERS], ids=["pages", "tests", "letters"])
def test_nothing_was_changed_by_hand(folder: Path) -> None:
    """Each file has the hash that it was vendored with, and comes with its licence."""
    written = json.loads((folder / "hashes.json").read_text())
    assert written == hashes_of(folder)
    assert "LICENCE.txt" in written


def test_pages_use_neither_the_crown_nor_its_font_nor_anybody_elses_files() -> None:
    """A council is not on GOV.UK: no font of theirs, no crest, and no address of another host."""
    for path in STATIC.rglob("*.css"):
        css = path.read_text(encoding="utf-8")
        assert not re.search(r"GDS Transport|crest|@font-face|url\(|@import", css), path.name


def test_the_components_and_their_styles_are_of_one_version() -> None:
    """Macros and styles move together: one version with styles of another looks broken."""
    asked = json.loads((ROOT / "deploy/vendoring/package.json").read_text())["dependencies"]
    css = (PAGES / "govuk-frontend.min.css").read_text(encoding="utf-8")
    assert f'--govuk-frontend-version:"{asked["govuk-frontend"]}"' in css
    assert '"govuk-frontend-jinja==4.1.0"' in (ROOT / "pyproject.toml").read_text()


def test_templates_have_no_style_or_script_of_their_own() -> None:
    """The browser runs and paints only what comes from a file: templates hold none of either."""
    for path in (ROOT / "api/templates").glob("*.html"):
        html = path.read_text(encoding="utf-8")
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*src=)", html)
