"""The only reader of the environment: every setting, its meaning and its default.

A setting is named `LOCALITY_` and its name here in capitals; `deploy/README.md` lists them all.
"""

import json
import os
from enum import StrEnum
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from domain.reminding import ReminderStep

_PREFIX = "LOCALITY_"
_STATE_FOLDER = ".locality/state"
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_WHITE, _GLARE, _READABLE = 1.0, 0.05, 4.5


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
    called: str = "your work account"
    """What the sign-in page calls it, such as "a council account"."""
    client_id: str | None = None
    """How the issuer knows Locality's pages; left out, it is the audience."""
    client_secret: str | None = Field(default=None, repr=False)
    """What the pages prove themselves with to the issuer; a public client has none."""

    @property
    def client(self) -> str:
        """The client that signs people in, which an identity token is for."""
        return self.client_id or self.audience


class Settings(BaseSettings):
    """What differs between one machine and another.

    Nothing about a council is a setting but what its pages are called and their colour.
    """

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX,
        env_ignore_empty=True,
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
    )

    database_url: str = Field(repr=False)
    """PostgreSQL as the role `locality_app`, which the API, the worker and the tests use."""

    database_owner_url: str | None = Field(default=None, repr=False)
    """PostgreSQL as a login acting as `locality_owner`; only migrations use it."""

    pool_size: int = Field(default=10, ge=1, le=200)
    """Callers that each process serves from the database at once; it keeps twice as many open."""

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

    site_url: str = Field(default="", pattern=r"^(https?://[^/\s]+)?$")
    """Where browsers find the pages: written before the page that a message names. Empty, it is
    the API's own address on loopback."""

    council_name: str = Field(default="Your council", min_length=1, max_length=60)
    """What the head of every page says."""

    council_colour: str = Field(default="#12436d", pattern="^#[0-9a-f]{6}$")
    """The colour of the head of every page, dark enough for white letters."""

    session_idle_minutes: int = Field(default=60, ge=1, le=24 * 60)
    """After how long without a page somebody who signed in has to do so again."""

    session_hours: int = Field(default=12, ge=1, le=24)
    """After how long somebody has to sign in again, whatever they did meanwhile."""

    session_kept_days: int = Field(default=30, ge=1, le=366)
    """How long it is kept who was signed in when, after it was over."""

    notify_url: str = ""
    """The address of GOV.UK Notify; without one messages are shown and not sent."""

    notify_api_key: str | None = Field(
        default=None, repr=False, pattern=r"^.+-[0-9a-f-]{36}-[0-9a-f-]{36}$"
    )
    """The key of the council's service there; without one, too, messages are shown alone."""

    notify_templates: dict[ReminderStep, str] = {}
    """The template of each step of messages, as a JSON object: `turn`, `before`, `after`,
    `escalated`, `decided`. It has two places, `subject` and `body`; a step without one stays."""

    evidence_store: str = Field(default="", pattern=r"^((file|s3|az|gs)://[^\s@?#]+)?$")
    """The object store that documents handed in with requests are kept in, such as
    `s3://bucket/folder`, `az://container/folder` or `file:///a/folder`; empty, PostgreSQL."""

    log_format: LogFormat = LogFormat.JSON
    """`console` at a terminal, `json` everywhere else."""

    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")
    """The least serious line that is written."""

    @property
    def address(self) -> str:
        """Where browsers find the pages."""
        return self.site_url or f"http://{self.api_host}:{self.api_port}"

    @field_validator("site_url")
    @classmethod
    def _is_guarded(cls, url: str) -> str:
        """Refuse an address that would send a session's cookie in the open."""
        parts = urlsplit(url)
        if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            raise ValueError("pages are served over https, or on this machine alone")
        return url

    @field_validator("council_colour")
    @classmethod
    def _is_dark(cls, colour: str) -> str:
        """Refuse a colour on which white letters cannot be read. Source: WCAG 2.2, 1.4.3."""
        if (_WHITE + _GLARE) / (luminance(colour) + _GLARE) < _READABLE:
            raise ValueError("white letters need a darker colour: a contrast of 4.5 to 1")
        return colour


def luminance(colour: str) -> float:
    """How light a colour is, from 0 to 1. Source: WCAG 2.2, "relative luminance".

    >>> round(luminance("#ffffff"), 3), round(luminance("#12436d"), 3)
    (1.0, 0.052)
    """
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    """Take the bend out of one part of a colour. Source: WCAG 2.2, as above."""
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4  # noqa: PLR2004


@cache
def settings() -> Settings:
    """Return the settings of this process, read once from its environment.

    What the environment leaves open is looked up in the file that the supervisor of one machine
    writes, so that a command typed beside a running demo finds it.
    """
    return Settings(_env_file=_written_settings())


def write_settings(chosen: Settings) -> None:
    """Write settings down for commands typed on this machine; only its owner may read them."""
    found = sorted(_as_environment(chosen).items())
    lines = [f"{name}='{_quoted(value)}'\n" for name, value in found]
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


def _quoted(value: str) -> str:
    r"""Write a value so that it is read back between single quotes as it was.

    >>> print(_quoted("King's County"))
    King\'s County
    """
    return value.replace("\\", "\\\\").replace("'", "\\'")


def _written_settings() -> Path:
    """Return where the supervisor writes what it chose; there is no such file elsewhere."""
    return Path(os.environ.get(f"{_PREFIX}STATE_FOLDER", _STATE_FOLDER)) / "settings.env"
