"""A pack is data within limits: nothing in it runs, and however large it is the answer is short."""

import time
from pathlib import Path

import pytest

from domain import checking
from domain.checking import MOST_CHARACTERS_OF_ALL, MOST_TOLD, faults_of
from domain.policy.found import MOST_DAYS, MOST_ROWS_IN_ALL
from domain.policy.load import MOST_ALIKE, MOST_CHARACTERS, MOST_LISTED, load_pack
from domain.policy.matching import Match
from domain.worked import MOST_CASES
from tests.domain.policy.writing import (
    CONTINUUM,
    NIL,
    TARIFF,
    continuum_text,
    table,
    tariff_text,
)

CASES = "cases/worked.toml"
NOTHING = "{},"
ROW = "{ amount_pounds = 1 },"
WRONG = "{ amount_pounds = 1, wealth = 2 },"


def told(tariff: str, **more: str) -> list[str]:
    """All that is said of a pack with this tariff."""
    return list(map(str, faults_of({CONTINUUM: continuum_text(), TARIFF: tariff, **more})))


@pytest.mark.parametrize("row", [NOTHING, "1,"])
def test_a_hundred_thousand_rows_are_one_fault_and_soon_told(row: str) -> None:
    """A list that no scheme could have is one fault with its line, not one for each row."""
    begun = time.process_time()
    (said,) = told(tariff_text(NIL + table(row * 100_000)))
    assert said.startswith(f"{TARIFF}, line ")
    assert f"has 100000 entries; {MOST_LISTED} are the most" in said
    assert time.process_time() - begun < 20


def test_a_file_of_a_million_characters_is_one_fault_without_being_read() -> None:
    """A hundred thousand real rows are too long for a file; nothing of it is looked at."""
    (said,) = told(tariff_text(table(ROW * 100_000)))
    assert said.startswith(f"{TARIFF}: the file: longer than {MOST_CHARACTERS} characters")


def test_a_fault_that_repeats_from_row_to_row_is_told_so_often_and_counted() -> None:
    """Four thousand rows with the same wrong word are fifty faults and a number."""
    said = told(tariff_text(table(WRONG * 4_000)))
    assert len(said) == MOST_ALIKE + 1
    assert "is a name that nothing reads; and so in 3949 more places" in said[-1]


def test_a_pack_with_faults_of_every_kind_is_told_so_far_and_counted() -> None:
    """Whoever has hundreds of different faults mends the first ones first."""
    words = ", ".join(f"w{chr(97 + n // 26)}{chr(97 + n % 26)} = 1" for n in range(MOST_TOLD + 100))
    said = told(tariff_text(table(f"{{ amount_pounds = 1, {words} }}")))
    assert len(said) == MOST_TOLD + 1
    assert said[-1] == "the pack: the pack: has 100 more faults. Mend these first."


def test_a_document_with_too_many_rows_or_days_is_not_held_against_itself() -> None:
    """What would take minutes to compare is one fault, and nothing is compared."""
    rows = "".join(table(ROW * 600).replace('"table"', f'"t{number}"') for number in range(4))
    (said,) = told(tariff_text(rows))
    assert f"{MOST_ROWS_IN_ALL} are the most" in said
    days = "".join(
        f'{{ amount_pounds = 1, in_force_from = 2026-10-{number:02}, authority = "A" }},'
        for number in range(1, MOST_DAYS + 2)
    )
    (said,) = told(tariff_text(table(days)))
    assert f"changes on {MOST_DAYS + 1} days by itself; {MOST_DAYS} are the most" in said


def test_the_largest_tables_are_compared_a_bounded_number_of_times(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Rows are held against one another two by two, whatever days they have."""
    compared: list[int] = []
    meets = Match.meets

    def counted(one: Match, other: Match) -> bool:
        compared.append(1)
        return meets(one, other)

    monkeypatch.setattr(Match, "meets", counted)
    rows = "".join(
        f"{{ points = {{ exactly = {number} }}, amount_pounds = {number} }},"
        for number in range(600)
    )
    tariff = tariff_text(table(rows), top='given = ["points"]\n')
    assert faults_of({TARIFF: tariff}) == []
    assert 0 < len(compared) < 600 * 600 / 2 + 600 * 10


def test_a_pack_of_too_many_characters_is_refused_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """All files together have a limit too, and no file is read beyond it."""
    monkeypatch.setattr(checking, "load_version", None)
    size = MOST_CHARACTERS_OF_ALL // 10
    pack = {f"tariff/20{number}-01-01.toml": "#" * (size + 1) for number in range(10, 20)}
    (fault,) = faults_of(pack)
    assert fault.says == f"has more than {MOST_CHARACTERS_OF_ALL} characters"
    assert fault.line is None


FACTS = "facts = { levels = { speech = 1, learning = 0 } }"
CASE = f"{{ {FACTS}, tier = 'low', says = 'A', annual_pounds = 0 }},\n"
HEAD = 'on = 2026-10-05\nfacts = { kind = "individual" }\n'


def test_golden_cases_beyond_the_limit_are_one_fault_and_not_run() -> None:
    """A pack has enough cases to show its edges; the file beyond the limit is refused, not run."""
    some = f"{HEAD}case = [{CASE * (MOST_CASES // 2)}]"
    files = {"cases/a.toml": some, "cases/b.toml": some, "cases/c.toml": some}
    (said,) = told(tariff_text(), **files)
    assert said.startswith("cases/c.toml: the file: brings the pack to more than")


@pytest.mark.parametrize(
    "value",
    [
        "__import__('os').system('true')",
        '"{{ 1 + 1 }}"',
        '"${PATH}"',
        '"!include /etc/hostname"',
        '"file:///etc/hostname"',
        '"=1+1"',
    ],
)
def test_nothing_in_a_pack_is_run_or_read(value: str, tmp_path: Path) -> None:
    """What looks like code, a template or a path is a text like another, or no TOML at all."""
    found = tariff_text(NIL.replace('"Nothing is paid."', value))
    faults = faults_of({CONTINUUM: continuum_text(), TARIFF: found})
    if value.startswith('"'):
        assert faults == []
        (version,) = load_pack({TARIFF: found})
        assert value.strip('"') in version.canonical
    else:
        assert faults[0].says.startswith("not TOML")
        assert faults[0].line is not None
    assert list(tmp_path.iterdir()) == []
