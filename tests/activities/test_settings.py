"""Settings: read from the environment, handed on, and found by a command typed beside a demo."""

import stat
from pathlib import Path

import pytest
from pydantic import ValidationError

from activities.settings import (
    ClockKind,
    Issuer,
    Settings,
    environment_of,
    settings,
    write_settings,
)

CHOSEN = Settings(
    database_url="postgresql+psycopg://locality_app@/locality?host=/a b&port=5432",
    clock=ClockKind.MOVED,
    issuers=(Issuer(issuer="https://login.example", audience="locality"),),
    api_port=8123,
)


@pytest.fixture(autouse=True)
def _read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read the settings of this test's environment, not of another's."""
    for name in environment_of(CHOSEN):
        if name.startswith("LOCALITY_"):
            monkeypatch.delenv(name, raising=False)
    settings.cache_clear()


def test_settings_survive_being_handed_to_another_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What one process chose is what the process that it starts reads."""
    for name, value in environment_of(CHOSEN).items():
        monkeypatch.setenv(name, value)
    assert settings() == CHOSEN
    settings.cache_clear()


def test_a_command_beside_the_supervisor_finds_what_it_chose(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Written settings fill what the environment leaves open; only their owner reads them."""
    monkeypatch.setenv("LOCALITY_STATE_FOLDER", str(tmp_path))
    write_settings(CHOSEN)
    monkeypatch.setenv("LOCALITY_API_PORT", "9000")
    found = settings()
    settings.cache_clear()
    assert found.database_url == CHOSEN.database_url
    assert found.issuers == CHOSEN.issuers
    assert found.api_port == 9000
    assert stat.S_IMODE((tmp_path / "settings.env").stat().st_mode) == 0o600


def test_a_wrong_setting_is_named_without_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake in a setting says which one, and never repeats a password."""
    monkeypatch.setenv("LOCALITY_API_PORT", "s3cret")
    with pytest.raises(ValidationError, match="api_port") as refused:
        Settings(database_url="")
    assert "s3cret" not in str(refused.value)
    assert "psycopg" not in repr(CHOSEN)
