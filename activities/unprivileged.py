"""Which account of the operating system the embedded PostgreSQL runs under, and what it may reach.

PostgreSQL refuses to run as root. Root lends it an unprivileged account that exists already and
makes none; anybody else runs it as themselves and changes no permission at all.
"""

import os
import pwd
import stat
from pathlib import Path
from typing import NamedTuple

import structlog

_PREFERRED = ("postgres", "nobody")

log = structlog.get_logger(__name__)


class NoUnprivilegedAccount(RuntimeError):
    """Root has no account to lend: neither `postgres` nor `nobody` exists."""


class Account(NamedTuple):
    """An account that root lends to a program."""

    name: str
    uid: int
    gid: int


def account_for(folder: Path) -> Account | None:
    """Return the account to run under, or None for our own.

    A folder that an ordinary user filled earlier keeps its owner, whoever starts it now.
    """
    if os.geteuid() != 0:
        return None
    found = [entry for entry in (*_owner(folder), *_existing()) if entry.pw_uid != 0]
    if not found:
        raise NoUnprivilegedAccount(
            "PostgreSQL does not run as root; run as an ordinary user or add an account `postgres`."
        )
    return Account(found[0].pw_name, found[0].pw_uid, found[0].pw_gid)


def private_folder(folder: Path, account: Account | None) -> Path:
    """Make a folder that its account alone may enter, and return it.

    Refused when somebody else owns it: a socket or a database there would be theirs to read.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if account is not None and folder.stat().st_uid == 0:
        os.chown(folder, account.uid, account.gid)
    owner = folder.lstat()
    if owner.st_uid != (account.uid if account else os.geteuid()) or not stat.S_ISDIR(
        owner.st_mode
    ):
        raise PermissionError(f"{folder} belongs to another account (uid {owner.st_uid}).")
    folder.chmod(0o700)
    return folder


def let_in(account: Account | None, path: Path) -> None:
    """Let the account pass through the folders above `path`: the search bit only, where missing."""
    if account is None:
        return
    for parent in path.absolute().parents:
        mode = parent.stat()
        if not mode.st_mode & _search_bit(mode, account):
            parent.chmod(stat.S_IMODE(mode.st_mode) | stat.S_IXOTH | _search_bit(mode, account))
            log.warning("search_bit_added", folder=str(parent), account=account.name)


def _search_bit(status: os.stat_result, account: Account) -> int:
    """Return the permission bit that decides whether the account may pass through a folder."""
    if status.st_uid == account.uid:
        return stat.S_IXUSR
    return stat.S_IXGRP if status.st_gid == account.gid else stat.S_IXOTH


def _owner(folder: Path) -> list[pwd.struct_passwd]:
    """Return the account that owns a folder, if there is a folder and an account."""
    try:
        return [pwd.getpwuid(folder.stat().st_uid)]
    except (FileNotFoundError, KeyError):
        return []


def _existing() -> list[pwd.struct_passwd]:
    """Return the accounts that root prefers to lend, those that exist."""
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return [known[name] for name in _PREFERRED if name in known]
