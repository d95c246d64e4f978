"""A working in words: sentences for a letter and rows for an officer, from the same steps."""

from datetime import date

import pytest

from domain.explaining import as_table, rows_of, sentences, told
from domain.working import Source, Step

SOURCE = Source(
    policy="tariff/demo",
    version="0123456789abcdef",
    in_force_from=date(2026, 9, 1),
    authority="decision 26/00007",
)
TITLES = {"e2": "Second", "high": "Exceptional", "hearing": "Hearing"}
POINTS = Step(
    rule="points",
    says="Levels have points.",
    read={"level of hearing": "5", "level of sight": "0"},
    gave="16 points",
    source=SOURCE.model_copy(update={"policy": "continuum/demo"}),
)
AMOUNT = Step(
    rule="amount",
    says="Each band has an amount.",
    read={"band": "e2", "tier": "high", "key_stage": "2", "printed": "£4,974.00 a year"},
    gave="£4,974.00 a year",
    source=SOURCE,
)
PERSON = AMOUNT.model_copy(update={"rule": "top", "gave": "unpriced: to a person", "read": {}})


@pytest.mark.promise(2)
def test_a_step_is_told_by_its_sentence_and_what_it_gave() -> None:
    """Promise 2: the policy's own sentence, then the figure, with titles for codes."""
    assert told(POINTS, TITLES) == (
        "Levels have points. Here: 16 points, for these levels: Hearing 5."
    )
    assert told(AMOUNT, TITLES) == "Each band has an amount. Here: £4,974 a year."
    assert told(PERSON, TITLES) == "Each band has an amount."


def test_a_working_is_told_once_for_what_two_documents_both_make() -> None:
    """Rules in their order, each once, then the documents with their days and decisions."""
    again = POINTS.model_copy(update={"source": SOURCE})
    assert list(sentences((POINTS, again, AMOUNT), TITLES)) == [
        "- Levels have points. Here: 16 points, for these levels: Hearing 5.",
        "- Each band has an amount. Here: £4,974 a year.",
        "You find them in:",
        "- our scale of need (the continuum), in force since 1 September 2026: decision 26/00007",
        "- our table of amounts (the tariff), in force since 1 September 2026: decision 26/00007",
    ]
    assert list(sentences((), TITLES)) == ["No published table was used."]


@pytest.mark.promise(2)
def test_every_step_is_a_row_with_its_source() -> None:
    """Promise 2: rule, sentence, what was read, value, and the file, day, authority and version."""
    points, amount = rows_of((POINTS, AMOUNT), TITLES)
    assert points.read == ("level of Hearing: 5", "level of sight: 0")
    assert amount.read == (
        "band: Second",
        "tier: Exceptional",
        "key stage: 2",
        "printed: £4,974 a year",
    )
    assert (amount.gave, amount.policy, amount.version) == (
        "£4,974 a year",
        "tariff/demo",
        "0123456789ab",
    )
    assert (amount.since, amount.authority) == (date(2026, 9, 1), "decision 26/00007")


def test_a_table_keeps_every_cell_in_its_column() -> None:
    """Long cells are folded, so that no line of the table is wider than its columns."""
    long = AMOUNT.model_copy(update={"says": "Each band has an amount that is printed. " * 5})
    table = as_table(rows_of((long, PERSON), TITLES)).splitlines()
    assert table[0].split() == ["rule", "sentence", "read", "gave", "source"]
    rule = table[1]
    starts = [0, *(place + 2 for place in range(len(rule)) if rule[place : place + 2] == "  ")]
    assert max(map(len, table)) <= len(rule)
    for line in table:
        assert all(line[start - 2 : start].strip() == "" for start in starts[1:])
    assert "2026-09-01 (0123456789ab): decision" in " ".join(" ".join(table).split())
