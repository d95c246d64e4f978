"""Lines of values: every value of any TOML is found on the line that it was written on."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.policy.located import Located
from domain.policy.positions import DEEPEST_FOLLOWED, Way, lines_of
from tests.domain.policy.writing import continuum_text, tariff_text

PACKS = Path(__file__).resolve().parents[3] / "domain" / "policy" / "packs"


def ways_in(value: Any, at: Way = ()) -> Iterator[tuple[Way, Any]]:  # any TOML
    """Every value with the way to it."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, each in pairs:
        yield (*at, key), each
        if isinstance(each, dict | list):
            yield from ways_in(each, (*at, key))


EVERY_FORM = '''# a comment with [brackets] and = signs
one = 1
"quoted key" = "a # no comment [ ] { }" # a comment
'literal.key' = 'C:\\path'
a.b."c.d" = 2
"\\u0041\\tb\\"" = 1979-05-27 07:32:00
long = """
[not.a.table]
key = "no" "" \\
  still""""
raw = \'\'\'
x = 1
\'\'\'
list = [ 1, # one
  "]", [ 2,
    { k = 3, l = [ 4,
      5 ] } ],
  """
,""", +inf, 07:32:00,
]
empty = []
inline = { p = { q = "}" }, r.s = 6 }

[table.x]
y = 0x1F
[[many]]
n = 1
[[many.inner]]
m = 1
[[many.inner]]
m = 2
[[many]]
  [many.sub]
  o = -1_000.5e3
[table]
z = true
'''


def test_every_form_of_toml_is_followed() -> None:
    """Tables, lists of tables, inline ones, long texts, dotted and quoted names."""
    lines = lines_of(EVERY_FORM)
    assert set(lines) == {way for way, _ in ways_in(tomllib.loads(EVERY_FORM))}
    found = {way: EVERY_FORM.splitlines()[line - 1] for way, line in lines.items()}
    assert found["a", "b", "c.d"] == 'a.b."c.d" = 2'
    assert found["long",] == 'long = """'
    assert found["list", 2, 1, "l", 1] == "      5 ] } ],"
    assert found["list", 3] == '  """'
    assert found["inline", "p", "q"].startswith("inline")
    assert lines["many", 0, "inner", 1, "m"] == lines["many", 0, "inner", 1] + 1
    assert found["many", 1, "sub", "o"] == "  o = -1_000.5e3"
    assert found["table",] == "[table.x]"
    assert found["table", "z"] == "z = true"


@pytest.mark.parametrize(
    "file", sorted(PACKS.rglob("*.toml")), ids=lambda file: "/".join(file.parts[-3:])
)
def test_every_value_of_a_shipped_pack_has_a_line(file: Path) -> None:
    """The files that are really there are followed to the last value, and no line is made up."""
    text = file.read_text()
    lines = lines_of(text)
    assert set(lines) == {way for way, _ in ways_in(tomllib.loads(text))}
    for way, line in lines.items():
        if isinstance(way[-1], str) and way[-1].replace("_", "").isalnum():
            assert way[-1] in text.splitlines()[line - 1]


MARKS = st.sampled_from(['"@"', "'@'", '"""@"""', '"""@\n\n"""', "'''@\n[a]\n'''", '"@ # ] } ="'])
BLANK = st.sampled_from(["", " ", "\n", " # ] a = {\n", "\n\n"])


def written(value: Any, blanks: Iterator[str], marks: Iterator[str]) -> str:  # any TOML
    """Write a value, with odd blanks in lists and every text with its own number in it."""
    if isinstance(value, list):
        inner = ",".join(
            next(blanks) + written(each, blanks, marks) + next(blanks) for each in value
        )
        return f"[{inner}]"
    if isinstance(value, dict):
        pairs = (f"{key} = {written(each, blanks, marks)}" for key, each in value.items())
        return f"{{ {', '.join(pairs)} }}"
    return next(marks)


KEYS = st.sampled_from(["a", "b", "c-d", "e_1"])
VALUES = st.recursive(
    st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
TABLES = st.lists(
    st.tuples(st.sampled_from(["[[t]]", "[[u.v]]"]), st.dictionaries(KEYS, VALUES, max_size=3)),
    max_size=4,
)


@given(top=st.dictionaries(KEYS, VALUES, max_size=3), tables=TABLES, data=st.data())
def test_a_planted_mark_is_found_again_on_its_line(
    top: dict[str, Any], tables: list[tuple[str, dict[str, Any]]], data: st.DataObject
) -> None:
    """Whatever is written around a value, its line is where its text begins."""
    blanks = iter(lambda: data.draw(BLANK), None)
    numbers = iter(range(1_000))
    marks = iter(lambda: data.draw(MARKS).replace("@", f"<{next(numbers)}>"), None)
    text = ""
    for head, values in [("", top), *tables]:
        text += f"{data.draw(BLANK)}\n{head}\n"
        text += "".join(f"{k} = {written(v, blanks, marks)}\n" for k, v in values.items())
    lines = lines_of(text)
    document = tomllib.loads(text)
    assert set(lines) == {way for way, _ in ways_in(document)}
    for way, value in ways_in(document):
        if isinstance(value, str):
            mark = value[value.index("<") : value.index(">") + 1]
            assert lines[way] == text[: text.index(mark)].count("\n") + 1


def test_what_lies_too_deep_has_the_line_of_what_holds_it() -> None:
    """Nesting beyond all sense is passed over, whatever brackets stand in its texts."""
    deep = DEEPEST_FOLLOWED + 3
    text = f"a = {'[' * deep}1, ']', {{ b = 1 }}{']' * deep}\nc = 1"
    lines = lines_of(text)
    assert lines["c",] == 2
    assert max(map(len, lines)) <= DEEPEST_FOLLOWED + 1


TARIFF = tariff_text(
    """
[[steps]]
id = "table"
form = "amounts"
says = "A table."
rows = [
  { phase = ["primary"], amount_pounds = 1 },
  { phase = ["secondary"], amount_pounds = 2 },
]

[[steps]]
id = "rates"
form = "costed_provision"
says = "Rates."
rates.ta = { an_hour_pounds = 1 }
rates.hlta = { an_hour_pounds = 2 }
"""
)
SCALE = continuum_text()
PLACES = {
    "step table, row 2": '{ phase = ["secondary"]',
    "step table, when": 'id = "table"',
    "steps.0.amounts.rows.1.amount_pence": '{ phase = ["secondary"]',
    "steps.0.rows.9": "rows = [",
    "step rates, rates, hlta": "rates.hlta",
    "step rates, hlta": "rates.hlta",
    "step nowhere": "council",
    "council": "council",
    "steps": 'id = "table"',
    "missing": "kind",
    "the document": "kind",
}


@pytest.mark.parametrize(("where", "begins"), PLACES.items())
def test_a_place_in_words_leads_to_its_line(where: str, begins: str) -> None:
    """A step by its name, a row by its number, a path of names: each is found, or its holder is."""
    lines = TARIFF.splitlines()
    found = Located.of(TARIFF).line_of(where)
    assert found is not None
    told = lines[found - 1 : found + 1]
    if where in {"step nowhere", "missing", "the document"}:
        assert found == 1
    else:
        assert any(begins in line for line in told)


def test_tiers_domains_and_thresholds_are_found_by_what_they_are_called() -> None:
    """What has a code is found by it; two steps of a scale stand where the second does."""
    located, lines = Located.of(SCALE), SCALE.splitlines()
    tier, domain = located.line_of("tier high"), located.line_of("domain learning")
    scale, named = (
        located.line_of("step tier, low and high"),
        located.line_of("steps", "in step tier"),
    )
    assert tier is not None
    assert domain is not None
    assert 'code = "high"' in lines[tier]
    assert 'code = "learning"' in lines[domain]
    assert scale is not None
    assert "at_least = 3" in lines[scale - 1]
    assert named is not None
    assert 'id = "tier"' in lines[named]


def test_a_whole_file_and_a_text_that_is_no_toml_have_no_line() -> None:
    """Where nothing was read there is nothing to point at."""
    assert Located.of(TARIFF).line_of("the file") is None
    assert Located.of("a = [").line_of("a") is None
    assert Located.of(f"a = {'[' * 9_000}").line_of("a") is None
