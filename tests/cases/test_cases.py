"""The one runner of golden cases: every pack that is shipped, against the cases that lie in it."""

from pathlib import Path

import pytest

from domain.checking import faults_of
from domain.policy.load import PolicyVersion, cases_of, load_pack
from domain.worked import WorkedCase, differences, read_worked

PACKS = Path(__file__).resolve().parents[2] / "domain" / "policy" / "packs"
SHIPPED = sorted(folder.name for folder in PACKS.iterdir())


def texts_of(pack: str) -> dict[str, str]:
    """The files of a pack by name."""
    folder = PACKS / pack
    return {
        file.relative_to(folder).as_posix(): file.read_text() for file in folder.rglob("*.toml")
    }


GOLDEN = [
    (pack, worked)
    for pack in SHIPPED
    for file, text in cases_of(texts_of(pack)).items()
    for worked in read_worked(file, text)
]


@pytest.fixture(scope="module")
def packs() -> dict[str, tuple[PolicyVersion, ...]]:
    """Every pack that is shipped, read once."""
    return {pack: load_pack(texts_of(pack)) for pack in SHIPPED}


@pytest.mark.promise(2)
@pytest.mark.promise(10)
@pytest.mark.parametrize(
    ("pack", "worked"), GOLDEN, ids=[f"{pack}: {worked.says}" for pack, worked in GOLDEN]
)
def test_a_golden_case_comes_out_as_published(
    pack: str, worked: WorkedCase, packs: dict[str, tuple[PolicyVersion, ...]]
) -> None:
    """Promises 2 and 10: a case in the field's words gets the tier, band and pence published."""
    assert differences(worked, packs[pack]) == []


@pytest.mark.parametrize("pack", SHIPPED)
def test_a_pack_that_is_shipped_has_no_fault(pack: str) -> None:
    """The check of a pack finds nothing in the packs that come with the project."""
    assert list(map(str, faults_of(texts_of(pack)))) == []


@pytest.mark.parametrize("pack", SHIPPED)
def test_a_pack_that_is_shipped_has_golden_cases(pack: str) -> None:
    """No published amounts are shipped without examples that hold them to the penny."""
    assert cases_of(texts_of(pack))


def test_a_pack_with_another_amount_fails_its_golden_case() -> None:
    """A wrong penny in a table is found by the case that was published for it, with its line."""
    files = texts_of("herefordshire")
    file = "tariff/2025-09-01.toml"
    files[file] = files[file].replace("amount_pounds = 251.00", "amount_pounds = 251.01")
    cases = next(iter(cases_of(files)))
    lines = files[cases].splitlines()
    found = faults_of(files)
    assert {fault.file for fault in found} == {cases}
    assert all("A1: 1" in lines[(fault.line or 0) - 1] for fault in found)
    assert {fault.says for fault in found} == {
        "does not come out as written: annual: expected £753.00, came £753.03",
        "does not come out as written: instalment: expected £251.00, came £251.01",
    }
    assert len(found) == 4
