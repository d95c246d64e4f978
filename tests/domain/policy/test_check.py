"""The check of a whole pack: every fault of every file at once, and files against each other."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.checking import MOST_FILES, faults_of
from tests.domain.policy.writing import (
    ALL_LOW,
    BY_POINTS,
    DESCRIPTORS,
    NIL,
    POINTS,
    continuum_text,
    said,
    tariff_text,
)


def test_a_sound_pack_has_no_faults() -> None:
    """The pack that the other tests of this file break is sound to begin with."""
    assert said() == []


def test_faults_of_all_files_come_together() -> None:
    """A policy officer mends a pack once: syntax, model and meaning are told in one answer."""
    pack = {
        "continuum/2026-09-01.toml": continuum_text(BY_POINTS),
        "tariff/2026-09-01.toml": "kind =",
        "panel/2026-09-01.toml": 'kind = "panel"',
    }
    assert {fault.file for fault in faults_of(pack)} == set(pack)


def test_a_file_that_lies_elsewhere_is_told() -> None:
    """A file lies where its kind and first day say."""
    faults = faults_of({"tariff/2026-09-02.toml": tariff_text(), "x.toml": continuum_text()})
    assert [fault.says for fault in faults] == ["does not lie where its kind and day say"] * 2
    assert faults[0].would_help == "Name it tariff/2026-09-01.toml."


def dated(day: str, until: str | None = None, council: str = "test") -> str:
    """A tariff from a day."""
    ends = f"\nin_force_until = {until}" if until else ""
    text = tariff_text().replace('council = "test"', f'council = "{council}"')
    return text.replace("in_force_from = 2026-09-01", f"in_force_from = {day}{ends}")


@pytest.mark.promise(9)
@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (dated("2026-09-01"), dated("2026-10-01"), []),
        (dated("2026-09-01", "2026-10-01"), dated("2026-10-01"), []),
        (dated("2026-09-01", "2026-11-01"), dated("2026-10-01"), ["overlaps second"]),
        (dated("2026-09-01", "2026-09-15"), dated("2026-10-01"), ["leaves no tariff in force"]),
        (dated("2026-09-01"), dated("2026-09-01"), ["first/tariff/2026-09-01.toml defines tariff"]),
        (dated("2026-09-01"), dated("2026-10-01", council="other"), ["holds the policies of"]),
        (dated("2026-09-01"), dated("2026-10-01", "2026-09-20"), ["must be a later day"]),
    ],
)
def test_versions_of_a_kind_follow_one_another(
    first: str, second: str, expected: list[str]
) -> None:
    """Two versions never claim one day, leave none between them, or belong to two councils."""
    day = "2026-09-01" if "from = 2026-09-01" in second else "2026-10-01"
    pack = {"first/tariff/2026-09-01.toml": first, f"second/tariff/{day}.toml": second}
    faults = faults_of(pack)
    assert len(faults) == len(expected)
    for fault, says in zip(faults, expected, strict=True):
        assert says in fault.says


def test_a_tariff_is_held_against_the_continuum_of_its_days_alone() -> None:
    """A tariff speaks of the tiers of the continuum that governs with it, not of an earlier one."""
    later = continuum_text().replace("2026-09-01", "2027-09-01").replace('"high"', '"top"')
    names_top = NIL.replace("rows", 'when = { tier = ["top", "low"] }\nrows')
    newest = tariff_text(names_top).replace("2026-09-01", "2027-09-01")
    pack = {
        "continuum/2026-09-01.toml": continuum_text(),
        "continuum/2027-09-01.toml": later,
        "tariff/2026-09-01.toml": dated("2026-09-01", "2027-09-01"),
        "tariff/2027-09-01.toml": newest,
    }
    assert faults_of(pack) == []
    too_early = tariff_text(names_top)
    faults = faults_of({**pack, "tariff/2026-09-01.toml": too_early})
    assert {fault.says for fault in faults} == {
        "there is no tier top",
        "no step prices tier high, so it would come to nothing",
    }


def test_a_tariff_reads_the_needs_of_its_continuum() -> None:
    """Domains, descriptors and scores of a tariff are those of the continuum beside it."""
    steps = POINTS.replace("learning", "sleep").replace("{ weight = 2 }", "{ scores = [0, 1] }")
    assert said(tariff=tariff_text(steps + NIL)) == [
        "step points: there is no domain of need sleep",
        "step points, weights, speech: level 2 has no points",
    ]


def test_a_continuum_names_the_bands_of_its_tariff() -> None:
    """A band that a continuum reads is one that the tariff beside it has."""
    steps = POINTS + BY_POINTS + ALL_LOW + 'when = { band = ["z"] }'
    text = continuum_text(steps, top=f'given = ["band"]\n{DESCRIPTORS}')
    assert said(continuum=text) == ["step low, when: there is no band z"]


def test_a_pack_has_a_limit_of_files() -> None:
    """A pack of hundreds of files is refused before any of them is read."""
    pack = {f"tariff/{number}.toml": "x =" for number in range(MOST_FILES + 1)}
    (fault,) = faults_of(pack)
    assert fault.says == f"has more than {MOST_FILES} files"


LINES = (continuum_text() + "\n").splitlines(), tariff_text(POINTS + NIL).splitlines()
CHECKERS_WORDS = re.compile(
    r"[Ii]nput should|Field required|Extra inputs|[a-z] should (have|match)"
)
ODD = st.sampled_from(["", "=", "[[steps]]", 'kind = "tariff"', "x = -1", "when = {}", "steps = 1"])


@given(which=st.integers(0, 1), place=st.integers(0, 200), odd=ODD, swallowed=st.integers(0, 3))
def test_the_check_of_any_text_ends_in_faults_and_never_in_a_crash(
    which: int, place: int, odd: str, swallowed: int
) -> None:
    """However a file is cut, doubled or spoilt, the officer gets a list and no stack trace."""
    texts = [list(lines) for lines in LINES]
    at = place % len(texts[which])
    texts[which][at : at + swallowed] = [odd]
    pack = {"continuum/2026-09-01.toml": texts[0], "tariff/2026-09-01.toml": texts[1]}
    for fault in faults_of({file: "\n".join(lines) for file, lines in pack.items()}):
        assert fault.says
        assert fault.would_help
        assert not CHECKERS_WORDS.search(fault.says), fault
