"""What is stored is written as a file again, and is the very same document."""

import json

import pytest

from domain.policy.load import PolicyVersion, load_pack, load_version
from domain.policy.written import toml_of
from tests.conftest import ROOT

PACKS = sorted((ROOT / "domain/policy/packs").iterdir())


@pytest.mark.parametrize("pack", [pytest.param(path, id=path.name) for path in PACKS])
def test_every_shipped_version_is_written_as_it_was(pack: object) -> None:
    """The same hash, so that what is published can be read beside a draft."""
    folder = ROOT / "domain/policy/packs" / str(getattr(pack, "name", ""))
    files = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*.toml")
    }
    for version in load_pack(files):
        assert load_version("again", toml_of(version)).sha256 == version.sha256


def test_words_that_toml_cannot_hold_as_they_are_survive() -> None:
    """Quotes, backslashes, lines, control letters, and the one letter that only TOML forbids."""
    text = 'kind = "contingency"\ncouncil = "demo"\nin_force_from = 2026-09-01\n'
    pack = ROOT / "domain/policy/packs/demo/contingency/2026-09-01.toml"
    version = load_version("contingency", pack.read_text(encoding="utf-8"))
    assert text.splitlines()[0] in pack.read_text(encoding="utf-8")
    found = json.loads(version.canonical)
    found["source"] = 'a "quoted" \\ line\nand \t\x01 \x7f 東'
    changed = PolicyVersion.from_canonical(
        json.dumps(found, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    )
    assert load_version("again", toml_of(changed)).sha256 == changed.sha256
