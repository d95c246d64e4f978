"""Golden cases run with their pack: what cannot be read, and what comes out otherwise, by line."""

import pytest

from domain.checking import faults_of
from domain.policy.load import cases_of, load_pack, policies_of
from tests.domain.policy.writing import CONTINUUM, TARIFF, continuum_text, table, tariff_text

FILE = "cases/edges.toml"
LOW = 'facts = { levels = { speech = 1, learning = 0 } }, tier = "low"'
HIGH = 'facts = { levels = { speech = 1, learning = 1 } }, tier = "high"'
CASES = f"""# Two cases at the edge.
on = 2026-10-05
facts = {{ kind = "individual" }}

case = [
  {{ says = "the last below", {LOW}, annual_pounds = 0.00 }},
  {{ says = "the first above", {HIGH}, annual_pounds = 7.50 }},
]
"""
UNLIKE = "does not come out as written"
REFUSED = f"case 1: {UNLIKE}: refused: expected nothing, came"
PACK = {
    CONTINUUM: continuum_text(),
    TARIFF: tariff_text(
        table("{ tier = ['low'], amount_pounds = 0 }, { tier = ['high'], amount_pounds = 7.50 }")
    ),
}


def told(cases: str, **files: str) -> list[str]:
    """All that is said of the small pack with these golden cases."""
    return list(map(str, faults_of({**PACK, FILE: cases, **files})))


def test_golden_cases_that_come_out_as_written_are_no_fault() -> None:
    """A pack that does what its cases say is sound, and its cases are no policy of it."""
    assert told(CASES) == []
    pack = {**PACK, FILE: CASES}
    assert [version.kind for version in load_pack(pack)] == ["continuum", "tariff"]
    assert set(policies_of(pack)) == set(PACK)
    assert set(cases_of(pack)) == {FILE}


@pytest.mark.promise(13)
@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        (
            "7.50",
            "7.51",
            7,
            "case 2: does not come out as written: annual: expected £7.51, came £7.50",
        ),
        (
            'tier = "low"',
            'tier = "high"',
            6,
            "case 1: does not come out as written: tier: expected high, came low",
        ),
        (
            "speech = 1, learning = 0",
            "speech = 9, learning = 0",
            6,
            f"{REFUSED} not_valid (speech has no level 9)",
        ),
        (
            "2026-10-05",
            "2025-10-05",
            6,
            f"{REFUSED} no_policy_in_force (no version has begun by then)",
        ),
        (
            'facts = { kind = "individual" }',
            'facts = { kind = "several" }',
            6,
            "case 1, facts.kind: is not one of these: advice, individual, group or project",
        ),
        (
            "learning = 1 }",
            "learning = 1 }, wealth = 3",
            7,
            "case 2, facts.wealth: is a name that nothing reads",
        ),
        (
            "levels = { speech = 1, learning = 1 }",
            "pupils = 3",
            7,
            "case 2, facts.pupils: is not a list",
        ),
        (
            "levels = { speech = 1, learning = 1 }",
            "provision = [4]",
            7,
            "case 2, facts.provision.0: ",
        ),
        ("7.50", "7.505", 7, "case.1.annual_pounds: not an amount in pounds and pence"),
        ('says = "the first above", ', "", 7, "case 2, says: is missing"),
        (
            "facts = { levels = { speech = 1, learning = 1 } }",
            "facts = 4",
            7,
            "case 2: is no table with its facts",
        ),
        ('facts = { kind = "individual" }', "facts = 5", 3, "facts: is no table of facts"),
        ("on = 2026-10-05", "on = [", 3, "not TOML"),
    ],
)
def test_a_golden_case_that_cannot_be_read_or_fails_is_told_by_its_line(
    old: str, new: str, line: int, says: str
) -> None:
    """Promise 13: which case it is, on which line of what file, what was expected and what came."""
    found = told(CASES.replace(old, new, 1))
    assert found[0].startswith(f"{FILE}, line {line}: ")
    assert says in found[0]


@pytest.mark.parametrize("text", ["on = 2026-10-05", "case = []", "case = 3", ""])
def test_a_file_without_cases_is_a_fault(text: str) -> None:
    """A file that holds no case would prove nothing."""
    (said,) = told(text)
    assert "has no cases. List them under case." in said


def test_a_case_that_is_no_table_is_told_by_its_number() -> None:
    """What stands among the cases and is none is told with the others."""
    assert "case 2: is no table with its facts" in told("case = [{ tier = 'low' }, 3]")[0]


def test_every_case_of_a_file_is_told_at_once() -> None:
    """An officer mends a file of cases once: wrong words in all of its cases come together."""
    found = told(CASES.replace("levels", "heights"))
    assert [each.split(": ")[1] for each in found] == [
        "case 1, facts.heights",
        "case 2, facts.heights",
    ]


def test_cases_are_not_run_on_a_pack_that_is_at_fault_itself() -> None:
    """A case that fails because the table is wrong would be told twice: the table is told."""
    broken = PACK[TARIFF].replace("amount_pounds = 7.50", "amount_pounds = 7.505")
    (said,) = told(CASES.replace("7.50", "8.00"), **{TARIFF: broken})
    assert said.startswith(f"{TARIFF}, line ")
    assert "not an amount in pounds and pence" in said


def test_cases_are_run_though_another_kind_is_at_fault() -> None:
    """A calendar that cannot be read keeps nobody from knowing what a case comes to."""
    found = told(CASES.replace("7.50", "8.00"), **{"calendar/2026-09-01.toml": "kind ="})
    assert [each.split(",")[0] for each in found] == ["calendar/2026-09-01.toml", FILE]


def test_a_file_of_cases_that_cannot_be_read_hides_no_other() -> None:
    """Two files of cases are told apart, each by its own name."""
    found = told(CASES.replace("7.50", "8.00"), **{"cases/other.toml": "case ="})
    assert [each.split(",")[0] for each in found] == [FILE, "cases/other.toml"]


def test_a_pack_may_be_looked_at_without_being_run() -> None:
    """Whoever tries one case on a draft does not wait for all of its golden cases."""
    pack = {**PACK, FILE: CASES.replace("7.50", "8.00")}
    assert len(faults_of(pack)) == 1
    assert faults_of(pack, tries=False) == []
