"""Which values differ between two documents of a kind: by path, before and after, and in words."""

from datetime import date
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.policy.changed import ChangedValue, changed_values
from domain.policy.document import PolicyDocument
from domain.policy.load import load_version
from tests.domain.demo_county import PACK

TARIFF, CONTINUUM = "tariff/2026-10-06.toml", "continuum/2026-09-01.toml"
KINDS = sorted(path.parent.name for path in PACK.glob("*/2026-09-01.toml"))


@cache
def text_of(file: str) -> str:
    """A file of the demo pack."""
    return (PACK / file).read_text(encoding="utf-8")


def loaded(text: str) -> PolicyDocument:
    """A document from its text."""
    return load_version("file", text).document


def changes(file: str, *edits: tuple[str, str]) -> dict[str, ChangedValue]:
    """What differs by path when words of a file are changed."""
    text = text_of(file)
    for before, after in edits:
        assert before in text
        text = text.replace(before, after, 1)
    return {each.value: each for each in changed_values(loaded(text_of(file)), loaded(text))}


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_differs_in_nothing_from_itself(kind: str) -> None:
    """Of every kind of policy."""
    document = loaded(text_of(f"{kind}/2026-09-01.toml"))
    assert changed_values(document, document) == ()


def test_the_dearer_tariff_differs_in_its_rates_and_amounts_alone() -> None:
    """Each is named by its path and told as a person reads it."""
    found = changed_values(loaded(text_of("tariff/2026-09-01.toml")), loaded(text_of(TARIFF)))
    values = {each.value: each for each in found if not each.in_words_only}
    assert len(values) == 13
    e2 = values["steps.amount_by_band.rows.3"]
    assert e2.says == "e2 early_years/primary: £4,974.00 to £5,124.00"
    assert (e2.before, e2.after, e2.kind) == ("£4,974.00", "£5,124.00", "tariff")
    ta = values["steps.cost.rates.ta"]
    assert ta.says == "ta, weekly hour a year: £653.60 to £672.60"
    assert {each.value for each in found if each.in_words_only} == {"authority", "source"}


def test_a_row_is_known_by_what_it_is_for_wherever_it_stands() -> None:
    """A row in front of the others moves them and changes none."""
    before = '  { band = ["e1"], phase = ["early_years", "primary"], amount_pounds = 3216.00 },'
    split = before.replace('"early_years", ', "") + "\n" + before.replace(', "primary"', "")
    found = changes(TARIFF, (before, split))
    assert set(found) == {"steps.amount_by_band.rows.1", "steps.amount_by_band.rows.2"}
    first = [
        each
        for each in changed_values(
            loaded(text_of(TARIFF)), loaded(text_of(TARIFF).replace(before, split))
        )
        if each.value == "steps.amount_by_band.rows.1"
    ]
    assert [(each.before, each.after) for each in first] == [
        (None, "£3,216.00"),
        ("£3,216.00", None),
    ]
    assert [each.says for each in first] == [
        "e1 primary: new, £3,216.00",
        "e1 early_years/primary: taken out, it was £3,216.00",
    ]


def test_a_moved_row_keeps_both_of_its_paths() -> None:
    """What read it before is counted by where it stood then."""
    first = '  { band = ["e1"], phase = ["early_years", "primary"], amount_pounds = 3216.00 },\n'
    second = first.replace("early_years", "post_16").replace("3216", "1")
    found = changes(
        TARIFF, (first, second.replace(', "primary"', "") + first), ("5124.00", "5125.00")
    )
    moved = found["steps.amount_by_band.rows.4"]
    assert moved.value_before == "steps.amount_by_band.rows.3"
    assert (moved.before, moved.after) == ("£5,124.00", "£5,125.00")


@pytest.mark.parametrize(
    ("edit", "path", "says"),
    [
        (
            ("at_least = 20, at_most = 27", "at_least = 20, at_most = 26"),
            "steps.band_by_points.steps.2",
            "e2, at most: 27 to 26",
        ),
        (
            ("at_most_pounds = 12000.00", "at_most_pounds = 12500.00"),
            "steps.most_for_predictable_needs",
            "most_for_predictable_needs, at most: £12,000.00 to £12,500.00",
        ),
        (
            ("scores = [0, 1, 3, 6, 10, 16]", "scores = [0, 1, 3, 6, 10, 17]"),
            "steps.points.weights.communication_and_interaction.scores.6",
            "communication_and_interaction level 5: 16 to 17",
        ),
        (
            ('group = "pupil_and_school"', 'group = "pupil"'),
            "steps.share.per.group",
            "group: pupil_and_school to pupil",
        ),
        (
            ("spending_counts = true", "spending_counts = false"),
            "steps.share",
            "share, spending counts: yes to no",
        ),
        (
            ("annual_pounds = 6000.00", "annual_pounds = 6001.00"),
            "steps.share.shares.1",
            "share: £6,000.00 to £6,001.00",
        ),
        (
            ("points = { at_least = 52 }", "points = { at_least = 60 }"),
            "steps.above_the_table",
            "above_the_table, when: exceptional points 52 or more to exceptional points 60 or more",
        ),
    ],
)
def test_each_value_of_a_tariff_has_its_path(edit: tuple[str, str], path: str, says: str) -> None:
    """Thresholds, limits, scores, shares and conditions."""
    found = changes(TARIFF, edit)
    assert set(found) == {path}
    assert found[path].says == says
    assert not found[path].in_words_only


def test_a_value_is_told_without_the_sentence_that_says_it_too() -> None:
    """A limit and its sentence change together: the limit is what is read."""
    found = changes(TARIFF, ("£12,000", "£11,700"), ("= 12000.00", "= 11700.00"))
    limit = found["steps.most_for_predictable_needs"]
    assert limit.says == "most_for_predictable_needs, at most: £12,000.00 to £11,700.00"
    assert not limit.in_words_only


def test_two_parts_of_one_value_are_told_together_by_their_names() -> None:
    """A rate that is stated another way."""
    found = changes(TARIFF, ("over_weeks = 38, hours_a_week_at_most = 5", "over_weeks = 39"))
    teacher = found["steps.cost.rates.teacher"]
    assert teacher.before == "over weeks 38, hours a week at most 5"
    assert teacher.after == "over weeks 39"


def test_the_words_of_a_policy_are_no_values() -> None:
    """A sentence or a title that differs changes no case, and is told apart."""
    found = changes(
        CONTINUUM,
        ('title = "Targeted"', 'title = "Targeted support"'),
        ('says = "The points place the need on the continuum."', 'says = "Points place it."'),
    )
    assert set(found) == {"tiers.targeted", "steps.tier_by_points"}
    assert all(each.in_words_only for each in found.values())


def test_a_tier_that_leads_elsewhere_is_a_value() -> None:
    """Its route decides whether money comes of it."""
    found = changes(CONTINUUM, ('route = "predictable"\nservices', 'route = "below"\nservices'))
    assert found["tiers.predictable"].says == "predictable, route: predictable to below"


def test_a_step_under_another_condition_on_levels_or_descriptors_is_told_in_words() -> None:
    """Conditions on domains and descriptors read as they are meant."""
    found = changes(
        CONTINUUM,
        (
            'any_descriptor = ["clinical"]',
            "levels = { sensory_and_or_physical = { at_least = 4 } }",
        ),
    )
    assert found["steps.clinical_procedures"].says == (
        "clinical_procedures, when: individual/group any of clinical"
        " to individual/group level of sensory and or physical 4 or more"
    )


def test_steps_in_another_order_are_told() -> None:
    """The order of steps decides; that of two is one change."""
    text = text_of(TARIFF)
    first = text.index('[[steps]]\nid = "above_the_table"')
    second = text.index('[[steps]]\nid = "band_by_points"')
    third = text.index('[[steps]]\nid = "amount_by_band"')
    swapped = text[:first] + text[second:third] + text[first:second] + text[third:]
    (found,) = changed_values(loaded(text), loaded(swapped))
    assert found.value == "steps"
    assert "above_the_table, band_by_points" in str(found.before)
    assert "band_by_points, above_the_table" in str(found.after)


def test_a_plain_kind_of_policy_is_told_by_its_names_and_rows() -> None:
    """Policies that are no rule forms are compared too."""
    found = changes(
        "finance/2026-09-01.toml",
        ("statement_day = 10", "statement_day = 11"),
        ("up_to_pence = 1_000_000", "up_to_pence = 1_000_001"),
        ("pupils = 0.5, deprivation = 0.3", "pupils = 0.4, deprivation = 0.4"),
    )
    assert found["statement_day"].says == "statement day: 10 to 11"
    assert found["virements.1"].says == ("Financial scheme 4.1, up to: £10,000.00 to £10,000.01")
    assert "weights" in found["formula"].says
    assert not found["statement_day"].in_words_only


@given(st.integers(min_value=0, max_value=20_000), st.integers(min_value=0, max_value=20_000))
def test_a_change_and_its_reverse_tell_the_same_values(before: int, after: int) -> None:
    """Whichever way one looks, the same value differs, with before and after turned round."""
    of = "at_most_pounds = 12000.00"
    documents = [
        loaded(text_of(TARIFF).replace(of, f"at_most_pounds = {pounds}"))
        for pounds in (before, after)
    ]
    there = changed_values(documents[0], documents[1])
    back = changed_values(documents[1], documents[0])
    assert [(each.value, each.before, each.after) for each in there] == [
        (each.value, each.after, each.before) for each in back
    ]
    assert len(there) == (before != after)


def test_days_of_a_document_are_no_value() -> None:
    """The same rules from another day are the same rules."""
    found = changes(TARIFF, ("in_force_from = 2026-10-06", "in_force_from = 2027-10-06"))
    assert found == {}
    assert loaded(text_of(TARIFF)).in_force_from == date(2026, 10, 6)
