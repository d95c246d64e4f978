"""The one runner of worked cases: every file beside it, against the pack that it names."""

from pathlib import Path

import pytest

from domain.policy.check import faults_of
from domain.policy.load import PolicyVersion, load_pack
from domain.worked import WorkedCase, differences, read_worked

HERE = Path(__file__).resolve().parent
PACKS = HERE.parent.parent / "domain" / "policy" / "packs"

WORKED = [
    worked
    for file in sorted(HERE.glob("*.toml"))
    for worked in read_worked(file.name, file.read_text())
]


def texts_of(pack: str) -> dict[str, str]:
    """The files of a pack by name."""
    folder = PACKS / pack
    return {str(file.relative_to(folder)): file.read_text() for file in folder.rglob("*.toml")}


@pytest.fixture(scope="module")
def packs() -> dict[str, tuple[PolicyVersion, ...]]:
    """Every pack that is shipped, read once."""
    return {folder.name: load_pack(texts_of(folder.name)) for folder in PACKS.iterdir()}


@pytest.mark.promise(2)
@pytest.mark.promise(10)
@pytest.mark.parametrize("worked", WORKED, ids=lambda each: f"{each.pack}: {each.says}")
def test_a_worked_case_comes_out_as_published(
    worked: WorkedCase, packs: dict[str, tuple[PolicyVersion, ...]]
) -> None:
    """A case in the field's words gets the tier, the band and the pennies that were published."""
    assert differences(worked, packs[worked.pack]) == []


def test_a_worked_case_that_expects_something_else_is_told_apart(
    packs: dict[str, tuple[PolicyVersion, ...]],
) -> None:
    """A runner that finds no difference anywhere would prove nothing: a wrong penny shows."""
    worked = next(each for each in WORKED if each.annual_pence and each.instalment_pence)
    wrong = worked.model_copy(update={"annual_pence": (worked.annual_pence or 0) + 1})
    assert differences(wrong, packs[worked.pack]) == [
        f"annual: expected {wrong.annual_pence}, came {worked.annual_pence}"
    ]


@pytest.mark.parametrize("pack", sorted(folder.name for folder in PACKS.iterdir()))
def test_a_pack_that_is_shipped_has_no_fault(pack: str) -> None:
    """The check of a pack finds nothing in the packs that come with the project."""
    assert faults_of(texts_of(pack)) == []


def test_every_pack_with_a_tariff_has_worked_cases() -> None:
    """No published amounts are shipped without examples that hold them to the penny."""
    assert {folder.name for folder in PACKS.iterdir()} == {worked.pack for worked in WORKED}
