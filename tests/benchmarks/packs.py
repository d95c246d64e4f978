"""The packs that are shipped, as the continua and tariffs that measurements run."""

from collections.abc import Iterator
from pathlib import Path

from domain.policy.load import load_version
from domain.policy.schemes import Continuum, Scheme, Tariff

PACKS = Path(__file__).parents[2] / "domain" / "policy" / "packs"
DEMO = "demo"


def names() -> tuple[str, ...]:
    """Every pack that places and prices."""
    found = (folder.name for folder in PACKS.iterdir() if (folder / "tariff").is_dir())
    return tuple(sorted(found))


def continua(pack: str) -> tuple[Continuum, ...]:
    """Every version of a pack's continuum, the earliest first."""
    return tuple(each for each in _versions(pack, "continuum") if isinstance(each, Continuum))


def tariffs(pack: str) -> tuple[Tariff, ...]:
    """Every version of a pack's tariff, the earliest first."""
    return tuple(each for each in _versions(pack, "tariff") if isinstance(each, Tariff))


def continuum_beside(pack: str, tariff: Tariff) -> Continuum:
    """The continuum that is in force on the first day of a tariff; else the pack's first."""
    found = continua(pack)
    begun = [each for each in found if each.in_force_from <= tariff.in_force_from]
    return begun[-1] if begun else found[0]


def changed(pack: str, kind: str, before: str, after: str) -> Scheme:
    """Read a pack's first version of a kind with one published value changed."""
    file = min((PACKS / pack / kind).glob("*.toml"))
    text = file.read_text(encoding="utf-8")
    assert text.count(before) == 1, f"{before} is not once in {file.name}"
    return _read(file.name, text.replace(before, after))


def _versions(pack: str, kind: str) -> Iterator[Scheme]:
    for file in sorted((PACKS / pack / kind).glob("*.toml")):
        yield _read(file.name, file.read_text(encoding="utf-8"))


def _read(name: str, text: str) -> Scheme:
    document = load_version(name, text).document
    assert isinstance(document, Scheme)
    return document
