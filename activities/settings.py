"""The only reader of the environment: every setting, its meaning and its default.

A setting is named `LOCALITY_` and its name here in capitals; `deploy/README.md` lists them all.
"""

import json
import os
from enum import StrEnum
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from domain.reminding import ReminderStep

_PREFIX = "LOCALITY_"
_STATE_FOLDER = ".locality/state"


class ClockKind(StrEnum):
    """Which clock is handed in: the machine's own, or one that the demo and the tests move."""

    SYSTEM = "system"
    MOVED = "moved"


class LogFormat(StrEnum):
    """How a log line is written: for a machine, or for a person at a terminal."""

    JSON = "json"
    CONSOLE = "console"


class Issuer(BaseModel):
    """An OpenID Connect issuer whose tokens are accepted, and the audience they must name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuer: str
    audience: str


class Settings(BaseSettings):
    """What differs between one machine and another; nothing about a council is a setting."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX,
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
    )

    database_url: str = Field(repr=False)
    """PostgreSQL as the role `locality_app`, which the API, the worker and the tests use."""

    database_owner_url: str | None = Field(default=None, repr=False)
    """PostgreSQL as a login acting as `locality_owner`; only migrations use it."""

    pool_size: int = Field(default=10, ge=1, le=200)
    """Database connections each process keeps open."""

    temporal_address: str = "127.0.0.1:7233"
    """Host and port of the Temporal server."""

    temporal_namespace: str = "default"
    """The Temporal namespace of this council."""

    task_queue: str = "locality"
    """The task queue that the worker serves and workflows are started on."""

    state_folder: Path = Path(_STATE_FOLDER)
    """Where one machine keeps everything it must find again."""

    clock: ClockKind = ClockKind.SYSTEM
    """`moved` only for the demo and the tests."""

    issuers: tuple[Issuer, ...] = ()
    """Accepted issuers, as a JSON list of objects with `issuer` and `audience`."""

    api_host: str = "127.0.0.1"
    """The address the API listens on."""

    api_port: int = Field(default=8000, ge=0, le=65535)
    """The port the API listens on."""

    site_url: str = ""
    """Where people open Locality: written before the page that a message names."""

    notify_url: str = ""
    """The address of GOV.UK Notify; without one messages are shown and not sent."""

    notify_api_key: str | None = Field(
        default=None, repr=False, pattern=r"^.+-[0-9a-f-]{36}-[0-9a-f-]{36}$"
    )
    """The key of the council's service there; without one, too, messages are shown alone."""

    notify_templates: dict[ReminderStep, str] = {}
    """The template of each step of messages, as a JSON object: `turn`, `before`, `after`,
    `escalated`, `decided`. It has two places, `subject` and `body`; a step without one stays."""

    log_format: LogFormat = LogFormat.JSON
    """`console` at a terminal, `json` everywhere else."""

    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")
    """The least serious line that is written."""


@cache
def settings() -> Settings:
    """Return the settings of this process, read once from its environment.

    What the environment leaves open is looked up in the file that the supervisor of one machine
    writes, so that a command typed beside a running demo finds it.
    """
    return Settings(_env_file=_written_settings())


def write_settings(chosen: Settings) -> None:
    """Write settings down for commands typed on this machine; only its owner may read them."""
    lines = [f"{name}='{value}'\n" for name, value in sorted(_as_environment(chosen).items())]
    written = _written_settings()
    written.parent.mkdir(parents=True, exist_ok=True)
    written.touch(mode=0o600)
    written.write_text("".join(lines))


def environment_of(chosen: Settings) -> dict[str, str]:
    """Return this process's environment with `chosen` in it, for a process started from here."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_PREFIX)}
    return kept | _as_environment(chosen)


def _as_environment(chosen: Settings) -> dict[str, str]:
    """Write settings the way the environment names them; what is no text is JSON."""
    return {
        f"{_PREFIX}{name.upper()}": value if isinstance(value, str) else json.dumps(value)
        for name, value in chosen.model_dump(mode="json", exclude_none=True).items()
    }


def _written_settings() -> Path:
    """Return where the supervisor writes what it chose; there is no such file elsewhere."""
    return Path(os.environ.get(f"{_PREFIX}STATE_FOLDER", _STATE_FOLDER)) / "settings.env"
