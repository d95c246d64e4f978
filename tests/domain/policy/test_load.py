"""Reading policy files: exact, bounded, with every fault at once, and known by a hash."""

import json
from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.policy.load import (
    MOST_CHARACTERS,
    PackFaulty,
    PolicyVersion,
    canonical_of,
    document_hash,
    load_pack,
    load_version,
)
from domain.policy.schemes import Tariff
from tests.domain.policy.writing import NIL, continuum_text, tariff, tariff_text, version


def faults_in(text: str | bytes) -> list[tuple[str, str]]:
    """Where each fault is and what it says."""
    with pytest.raises(PackFaulty) as refused:
        load_version("test.toml", text)
    assert all(fault.file == "test.toml" and fault.would_help for fault in refused.value.faults)
    assert str(refused.value.faults[0]) in str(refused.value)
    return [(fault.where, fault.says) for fault in refused.value.faults]


@pytest.mark.promise(9)
def test_a_version_read_again_from_its_stored_text_is_the_same() -> None:
    """The hash and every value survive the way into a database and back."""
    loaded = version(continuum_text())
    stored = json.loads(loaded.canonical)
    again = PolicyVersion.from_canonical(json.dumps(dict(reversed(stored.items()))))
    assert again == loaded
    assert again.document == loaded.document
    assert len(loaded.sha256) == 64


@pytest.mark.promise(9)
def test_any_change_of_a_value_changes_the_hash() -> None:
    """A version cannot be altered without being another version."""
    dearer = NIL.replace("amount_pounds = 0", "amount_pounds = 0.01")
    assert version(tariff_text(NIL)).sha256 != version(tariff_text(dearer)).sha256


def test_comments_and_order_do_not_change_the_hash() -> None:
    """The document is hashed and not its typography."""
    text = tariff_text()
    moved = "# A comment\n" + text.replace('kind = "tariff"\n', "", 1)
    moved = moved.replace('source = "A test"', 'source = "A test"\nkind = "tariff"')
    assert version(moved).sha256 == version(text).sha256


@pytest.mark.parametrize(
    ("written", "pence"),
    [("251", 251_00), ("125.50", 125_50), ('"0.01"', 1), ("0.1", 10), ("007.5", None)],
)
def test_pounds_become_whole_pence_exactly(written: str, pence: int | None) -> None:
    """Pounds are read as decimals, half-pounds too; no float ever stands between."""
    text = NIL.replace("amount_pounds = 0", f"amount_pounds = {written}")
    if pence is None:
        assert faults_in(tariff_text(text))
        return
    (step,) = tariff(text).steps
    assert step.model_dump()["rows"][0]["amount_pence"] == pence


@pytest.mark.parametrize("written", ["0.005", "1e3", "-1", "true", "[1]", '"1,000"', "inf"])
def test_what_is_no_amount_in_pounds_and_pence_is_a_fault(written: str) -> None:
    """Parts of a penny, powers, signs, lists and words are refused and never rounded."""
    text = NIL.replace("amount_pounds = 0", f"amount_pounds = {written}")
    assert faults_in(tariff_text(text))[0][0] == "steps.0.rows.0.amount_pounds"


def test_pence_with_a_point_are_a_fault() -> None:
    """Whole pence are whole: a decimal under a name in pence is refused."""
    text = NIL.replace("amount_pounds = 0", "amount_pence = 753.50")
    assert "is not a whole number" in faults_in(tariff_text(text))[0][1]


def test_an_amount_in_pounds_and_in_pence_is_defined_twice() -> None:
    """Two definitions of one value are a fault even where they agree."""
    text = NIL.replace("amount_pounds = 0", "amount_pounds = 1, amount_pence = 100")
    where, says = faults_in(tariff_text(text))[0]
    assert (where, says) == (
        "steps.0.rows.0.amount_pounds",
        "defined twice: amount_pence is there too",
    )


def test_every_fault_of_a_file_is_told_at_once() -> None:
    """A missing authority, a wrong day, a word nobody reads and a float all come in one answer."""
    text = """
kind = "tariff"
council = "test"
in_force_from = "2026-02-30"
source = "A test"
speed = 3
[[steps]]
id = "a"
form = "amounts"
says = "x"
rows = [{ amount_pence = "1" }]
"""
    assert {where for where, _ in faults_in(text)} == {
        "in_force_from",
        "authority",
        "speed",
        "steps.0.amounts.rows.0.amount_pence",
    }


@pytest.mark.parametrize(
    ("text", "where", "says"),
    [
        ('kind = "tariff"\nkind = "tariff"\n', "line 2", "not TOML"),
        ("kind = ", "end of document", "not TOML"),
        (b"\xff", "the file", "not UTF-8"),
        ("x = " + "[" * 5000, "the file", "not TOML"),
        (f"x = {'[' * 20}{']' * 20}", "x.0", "nested too deeply"),
        ("x = nan", "x", "no number of this world"),
        ("x = 1e99999999", "x", "no number of this world"),
        ("x = 1e-99999999", "x", "no number of this world"),
        (f"x = 0x{'f' * 5000}", "x", "no number of this world"),
        (f"x = {'9' * 5000}", "the file", "not TOML"),
        ("#" * (MOST_CHARACTERS + 1), "the file", "longer than"),
        ('kind = "prices"', "kind", "no such kind of policy"),
        ("", "kind", "no such kind of policy"),
        (tariff_text().replace("council", 'sha256 = "0"\ncouncil'), "sha256", "its own hash"),
    ],
)
def test_what_is_no_policy_file_is_told_apart(text: str | bytes, where: str, says: str) -> None:
    """Wrong TOML, wrong bytes, too deep, too long, no number, no kind: each says what it is."""
    found = faults_in(text)[0]
    assert found[0].startswith(where)
    assert says in found[1]


def test_faults_do_not_repeat_what_was_typed() -> None:
    """A fault says where and why, never the value: a file may hold anything by mistake."""
    with pytest.raises(PackFaulty) as refused:
        load_version("test.toml", tariff_text().replace("2026-09-01", '"Rosalind Fry"'))
    assert "Rosalind" not in str(refused.value)


def test_a_pack_with_faults_in_two_files_tells_both() -> None:
    """Loading refuses a pack whole, with the faults of every file."""
    with pytest.raises(PackFaulty) as refused:
        load_pack({"a.toml": "x =", "b.toml": "y =", "c.toml": tariff_text()})
    assert [fault.file for fault in refused.value.faults] == ["a.toml", "b.toml"]


def test_a_pack_without_faults_is_read_whole() -> None:
    """Every file of a sound pack becomes a version."""
    pack = load_pack({"a.toml": continuum_text(), "b.toml": tariff_text()})
    assert [each.kind for each in pack] == ["continuum", "tariff"]
    assert isinstance(pack[1].document, Tariff)
    assert pack[1].document.sha256 == pack[1].sha256


def test_a_stored_text_that_is_no_json_is_refused() -> None:
    """A row that was cut off is told as a fault and not as a crash."""
    with pytest.raises(PackFaulty, match="line 1"):
        PolicyVersion.from_canonical('{"kind":')


def test_floats_and_sets_have_no_place_in_a_document() -> None:
    """A document that holds what TOML has no exact form for is not hashed."""
    with pytest.raises(TypeError, match="holds no float"):
        canonical_of({"a": {"b": [0.1]}})
    with pytest.raises(TypeError, match="holds no set"):
        canonical_of({"a": {1, 2}})
    stored = version(tariff_text()).canonical
    with pytest.raises(PackFaulty, match="not exact"):
        PolicyVersion.from_canonical(stored.replace('"amount_pence":0', '"amount_pence":0.5'))


def test_times_are_written_as_text() -> None:
    """A time of day in a policy, such as a deadline's, is part of the hash."""
    assert canonical_of({"at": time(18, 0)}) == '{"at":"18:00:00"}'


VALUES = st.recursive(
    st.integers() | st.booleans() | st.text() | st.dates() | st.decimals(allow_nan=False, places=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), VALUES, max_size=4))
def test_the_order_of_keys_never_changes_the_hash(document: dict[str, object]) -> None:
    """The same values hash alike however they are ordered."""
    backwards = dict(reversed(document.items()))
    assert document_hash(document) == document_hash(backwards)


def test_equal_numbers_that_are_written_differently_are_different_documents() -> None:
    """A document is what was written: 1.5 and 1.50 are two texts of one value."""
    assert document_hash({"a": Decimal("1.5")}) != document_hash({"a": Decimal("1.50")})
    assert document_hash({"a": date(2026, 9, 1)}) == document_hash({"a": "2026-09-01"})


@pytest.mark.parametrize(
    "text",
    [
        "a" + ".a" * 100_000 + " = 1",
        "[a" + ".a" * 100_000 + "]",
        "title = 'x'\n" + '"\\""' + ' . "\\""' * 40_000 + " = 1",
        "'a'" + "\t.'a'" * 40_000 + " = 1",
    ],
)
def test_a_key_of_very_many_parts_is_refused_before_it_is_read(text: str) -> None:
    """Reading it would take hours; a sentence with points is no key."""
    (fault,) = faults_in(text)
    assert "dotted key of more than" in fault[1]
    sentence = ". ".join(["Some words"] * 100)
    assert "dotted" not in str(faults_in(f'title = "{sentence} 1.2.3.4.5.6.7.8.9.10.11.12"'))
