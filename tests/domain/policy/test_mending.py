"""A line that is no TOML, or a value that is none, is told with what would mend it."""

import pytest

from domain.policy.load import PackFaulty, load_version, read_toml
from tests.conftest import ROOT
from tests.domain.policy.writing import TARIFF

SHIPPED = ROOT / "domain/policy/packs"

LINES = {
    "in_force_from = 01/09/2026": "Write a day as 2026-09-01",
    "in_force_from = 2026-09-31": "There is no such day",
    "amount_pounds = £251": "without £",
    "amount_pounds = 8,111": "without commas",
    "rows = [{ band = ['a'], amount_pounds = 8,111.50 }]": "without commas",
    "kind = “tariff”": "straight quotes",
    "kind = tariff": "between quotes",
    'kind = "tariff': "Close the quotes",
    'form: "amounts"': "in place of the colon",
    "[[steps]": "[[steps]]",
    "kind\u00a0= 3": "only looks like one",
    "form = '1'\nform = '2'": "It is there twice",
    "rows = [{ points = 1, points = 2 }]": "It is there twice",
    "a = 1\n[a]\nb = 2": "It is there twice",
    "= 3": "a value is name = value",
    "rows = [": "a value is name = value",
}


@pytest.mark.promise(13)
@pytest.mark.parametrize("line", LINES)
def test_what_would_mend_a_line_is_said_for_the_line(line: str) -> None:
    """Promise 13: an officer who writes no programs is told how the line has to look."""
    with pytest.raises(PackFaulty) as refused:
        read_toml(TARIFF, f"title = 'first'\n{line}\n")
    (fault,) = refused.value.faults
    assert LINES[line] in fault.would_help
    assert fault.line is not None


def test_what_has_no_end_is_told_without_the_readers_own_words() -> None:
    """A number or a nest too deep for the reader is a sentence about the file."""
    for text, says in (("x = " + "9" * 5000, "too long"), ("x = " + "[" * 9000, "too deeply")):
        with pytest.raises(PackFaulty) as refused:
            read_toml(TARIFF, text)
        (fault,) = refused.value.faults
        assert fault.says.endswith(says)
        assert "sys" not in str(fault)


def test_a_mark_that_an_editor_puts_before_a_text_is_no_fault() -> None:
    """What is saved as "UTF-8 with BOM" is read, and its faults stand on their lines."""
    assert read_toml(TARIFF, "\ufeffkind = 'tariff'") == ({"kind": "tariff"}, [])
    assert read_toml(TARIFF, "kind = 'tariff'".encode("utf-8-sig")) == ({"kind": "tariff"}, [])
    with pytest.raises(PackFaulty) as refused:
        load_version(TARIFF, "\ufeffkind = 'tariff'\nwealth = 3\n")
    assert {fault.line for fault in refused.value.faults if fault.where == "wealth"} == {2}


def test_an_amount_that_is_none_hides_nothing_else_of_its_file() -> None:
    """What is no amount stands as nought while the rest is read, and is told with it."""
    text = "kind = 'tariff'\nwealth = 3\nsum_pounds = '£1'\nlost_pounds = 1\nlost_pence = 1\n"
    with pytest.raises(PackFaulty) as refused:
        load_version(TARIFF, text)
    told = {fault.where: fault.line for fault in refused.value.faults}
    assert (told["sum_pounds"], told["lost_pounds"], told["wealth"]) == (3, 4, 2)
    sound = (SHIPPED / "herefordshire/tariff/2025-09-01.toml").read_text()
    with pytest.raises(PackFaulty) as refused:
        load_version(TARIFF, sound.replace("amount_pounds = 251.00", "amount_pounds = '£251'"))
    (fault,) = refused.value.faults
    assert fault.says == "not an amount in pounds and pence"


def test_a_code_is_described_and_not_shown_as_a_pattern_alone() -> None:
    """A band A1 is told how a code is written."""
    with pytest.raises(PackFaulty) as refused:
        load_version(TARIFF, "kind = 'tariff'\nbands = [{ code = 'A1', title = 'A1' }]\n")
    (of_band,) = (each for each in refused.value.faults if each.where.startswith("bands"))
    assert "small letters" in of_band.would_help
