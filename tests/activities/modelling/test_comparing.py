"""Cases decided again under candidates: sums worked by hand, laws that hold for any, refusals."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.modelling.assessing import OWED, STANDING, CaseSet, Standing, settled
from activities.modelling.comparing import compare, submitted_in_the_year_of
from activities.modelling.county import county
from activities.modelling.frames import Frames
from activities.modelling.result import (
    GROUPINGS,
    Compared,
    Counted,
    Touched,
    in_words,
)
from activities.modelling.touched import refuse_untouched
from domain.refusals import NotValid
from tests.activities.modelling.schemes import ON, Edit, now, pair, small_set, then

E1_PRIMARY = '  { band = ["e1"], phase = ["early_years", "primary"], amount_pounds = 3120.00 },'
DEARER: Edit = (E1_PRIMARY, E1_PRIMARY.replace("3120", "3000"))
CHEAPER_HOURS: Edit = (
    "ta = { weekly_hour_a_year_pounds = 653.60",
    "ta = { weekly_hour_a_year_pounds = 760.00",
)
ADDS_UP = (
    *("now_pence", "then_pence", "difference_pence", "gained_pence", "lost_pence"),
    *("unpriced_then_pence", "unpriced_now_pence"),
)
COUNTS = (
    *("cases", "gain", "lose", "stay", "to_a_person_now", "to_a_person_then", "refused_now"),
    *("refused_then", "newly_to_a_person", "no_longer_to_a_person"),
)


def compared(cases: CaseSet, *edits: Edit, of_continuum: tuple[Edit, ...] = ()) -> Compared:
    """What cases come to when words of the tariff or continuum are changed."""
    candidate = then(*edits, of_continuum=of_continuum)
    found = compare(cases, (now(), [candidate]), ON, accepts_untouched=True)
    return found.comparison.candidates[0]


def line(found: Compared, by: str, key: str) -> Counted:
    """One line of a breakdown."""
    return next(each for each in found.by[by] if each.key == key)


def test_a_small_set_comes_to_what_is_worked_by_hand() -> None:
    """£120 less for one primary pupil in e1; £2,128 more for the map, £532 for the project."""
    found = compared(small_set(), DEARER, CHEAPER_HOURS)
    total = found.total
    assert total.cases == 6
    assert total.now_pence == 312_000 + 345_000 + 497_400 + 707_200 + 326_800
    assert total.difference_pence == -12_000 + 212_800 + 53_200
    assert total.then_pence == total.now_pence + total.difference_pence
    assert (total.gain, total.lose, total.stay) == (2, 1, 2)
    assert (total.gained_pence, total.lost_pence) == (266_000, 12_000)
    assert (total.most_gained_pence, total.most_lost_pence) == (212_800, 12_000)
    assert (total.middle_gained_pence, total.middle_lost_pence) == (53_200, 12_000)
    assert (total.to_a_person_now, total.to_a_person_then) == (1, 1)


def test_the_small_set_is_broken_down_by_what_it_is_grouped_by() -> None:
    """By cluster, school, phase, area of need, kind and tier."""
    found = compared(small_set(), DEARER, CHEAPER_HOURS)
    assert line(found, "cluster", "alder").difference_pence == -12_000 + 53_200
    assert line(found, "school", "oak").difference_pence == -12_000 + 212_800
    assert line(found, "school", "not_known").now_pence == 326_800
    assert line(found, "school", "elm").to_a_person_now == 1
    assert line(found, "phase", "secondary").stay == 1
    assert line(found, "area_of_need", "several").cases == 3
    assert line(found, "kind", "project").gain == 1
    assert line(found, "tier", "predictable").gained_pence == 212_800
    assert tuple(found.by) == GROUPINGS


def test_cases_that_would_go_to_a_person_are_told_apart_and_save_nothing() -> None:
    """Where the table prints no amount for e2 any more, £4,974 is not a saving."""
    row = '  { band = ["e2"], phase = ["early_years", "primary"], amount_pounds = 4974.00 },'
    found = compared(
        small_set(), (row, row.replace("amount_pounds = 4974.00", "to_a_person = true"))
    )
    total = found.total
    assert total.newly_to_a_person == 1
    assert (total.difference_pence, total.unpriced_then_pence) == (0, 497_400)
    assert (total.gain, total.lose, total.stay) == (0, 0, 4)
    back = compare(
        small_set(),
        (then((row, row.replace("amount_pounds = 4974.00", "to_a_person = true"))), [now()]),
        ON,
    ).comparison.candidates[0]
    assert back.total.no_longer_to_a_person == 1
    assert back.total.unpriced_now_pence == 497_400


def test_cases_that_move_to_another_tier_or_band_are_counted() -> None:
    """Where exceptional begins at 17 points, those of 16 are costed instead of e1."""
    edit = ("at_least = 16, means", "at_least = 17, means")
    found = compared(small_set(), of_continuum=(edit,))
    moves = {(m.of, m.now, m.then): m.cases for m in found.moved}
    assert moves["tier", "exceptional", "predictable"] == 2
    assert moves["band", "e1", "none"] == 2
    assert moves["band", "to_a_person", "to_a_person"] == 1


def test_a_changed_value_says_how_many_cases_read_it() -> None:
    """One case read the amount of e1, and it is named in words."""
    found = compared(small_set(), DEARER)
    (touched,) = found.touched
    assert touched.says == "e1 early_years/primary: £3,120.00 to £3,000.00"
    assert (touched.cases_now, touched.cases_then) == (1, 1)


def test_a_changed_value_that_no_case_reads_is_refused_by_name() -> None:
    """Issue 5.5: a model in which a change touched none fails, and says which."""
    row = '  { band = ["e4"], phase = ["early_years", "primary"], amount_pounds = 12540.00 },'
    candidate = then(DEARER, (row, row.replace("12540", "12541")))
    with pytest.raises(NotValid, match=r"amount_by_band\.rows\.7 .*£12,540\.00 to £12,541\.00"):
        compare(small_set(), (now(), [candidate]), ON)
    found = compare(small_set(), (now(), [candidate]), ON, accepts_untouched=True)
    assert [each.value for each in found.comparison.candidates[0].untouched] == [
        "steps.amount_by_band.rows.7"
    ]
    assert "no case reads tariff steps.amount_by_band.rows.7" in "\n".join(
        in_words(found.comparison)
    )


def test_a_row_that_is_taken_out_is_read_by_those_who_read_it_before() -> None:
    """By one case here, and by none where nobody stood in the band: then it is untouched."""
    e2 = '  { band = ["e2"], phase = ["early_years", "primary"], amount_pounds = 4974.00 },\n'
    (read,) = compared(small_set(), (e2, "")).touched
    assert (read.after, read.cases_now, read.cases_then) == (None, 1, 0)
    e4 = '  { band = ["e4"], phase = ["early_years", "primary"], amount_pounds = 12540.00 },\n'
    (unread,) = compared(small_set(), (e4, "")).untouched
    assert (unread.cases_now, unread.cases_then) == (0, 0)


def test_what_a_person_has_to_place_has_no_amount_unless_its_tier_brings_none() -> None:
    """As the assessment has it: a tie is a person's; below the threshold nothing is paid."""
    asked = pl.DataFrame({"number": [1, 2, 3], "kind": ["individual", "individual", "advice"]})
    cases = pl.DataFrame(
        {
            "number": [1, 2, 3],
            "tier": ["exceptional", "universal", "exceptional"],
            "band": ["e1", None, None],
            "annual_pence": [312_000, 0, 312_000],
            "placed_by_a_person": [True, True, True],
            "refused": pl.Series([None, None, None], dtype=pl.String),
        }
    )
    schools = pl.DataFrame(
        schema={"number": pl.Int64, "school": pl.String, "annual_pence": pl.Int64}
    )
    told, _ = settled(asked, cases, schools, pair()[0], Standing())
    assert told["pence"].to_list() == [None, 0, 0]
    assert told["outcome"].to_list() == ["to_a_person", "priced", "priced"]


def test_more_untouched_values_than_can_be_read_are_counted() -> None:
    """Twenty are named, and how many more there are."""
    untouched = [
        Touched(
            kind="tariff",
            value=f"steps.table.rows.{row}",
            value_before=None,
            before=None,
            after="£1.00",
            says="new, £1.00",
            cases_now=0,
            cases_then=0,
        )
        for row in range(1, 26)
    ]
    with pytest.raises(NotValid, match=r"25 of the values .* and 5 more"):
        refuse_untouched("then", untouched)


def test_what_people_read_alone_needs_no_case_to_read_it() -> None:
    """A title that differs changes no case, and is not counted."""
    words = then(('title = "Exceptional 1"', 'title = "Exceptional one"'))
    (touched,) = compare(small_set(), (now(), [words]), ON).comparison.candidates[0].touched
    assert (touched.in_words_only, touched.cases_now, touched.cases_then) == (True, None, None)


def test_a_tier_that_leads_elsewhere_is_read_by_the_cases_on_it() -> None:
    """A route is no step: it counts the cases of its tier."""
    edit = ('route = "predictable"\nservices', 'route = "below"\nservices')
    found = compared(small_set(), of_continuum=(edit,))
    (touched,) = found.touched
    assert (touched.value, touched.cases_now, touched.cases_then) == ("tiers.predictable", 1, 1)
    assert found.total.lost_pence == 707_200


def test_an_empty_set_is_noughts() -> None:
    """No case is no error: all is nothing."""
    empty = CaseSet(small_set().frames.part(0, 0))
    found = compared(empty, DEARER)
    assert found.total.cases == found.total.now_pence == found.total.then_pence == 0
    assert all(lines == () for lines in found.by.values())
    assert found.untouched


def test_a_set_that_no_rule_prices_has_no_amount_on_either_side() -> None:
    """Cases above the table are a person's, and no sum is made up for them."""
    frames = small_set().frames
    found = compared(CaseSet(frames.only(pl.Series([4], dtype=pl.Int64))), DEARER)
    total = found.total
    assert (total.now_pence, total.then_pence, total.compared) == (0, 0, 0)
    assert (total.to_a_person_now, total.to_a_person_then) == (1, 1)
    assert total.most_gained_pence is None


def test_a_panel_that_advised_nothing_brings_nothing_and_a_plan_is_owed() -> None:
    """Promise 10: what a plan sets out is given whatever panel and tariff say."""
    standing = Standing(
        pl.DataFrame(
            [
                (1, False, False, True),
                (2, False, True, True),
                (3, True, True, True),
                (5, True, True, False),
            ],
            schema=STANDING,
            orient="row",
        ),
        pl.DataFrame([(2, "ash", 900_000), (3, "elm", 100_000)], schema=OWED, orient="row"),
    )
    found = compared(small_set(standing), DEARER)
    assert line(found, "school", "oak").now_pence == 0
    assert line(found, "school", "ash").now_pence == 900_000
    assert line(found, "school", "elm").now_pence == 497_400
    assert found.total.now_pence == 900_000 + 497_400 + 326_800
    assert found.total.to_a_person_now == 2


def test_budgets_stand_beside_clusters_and_the_total() -> None:
    """A cluster without one has none."""
    cases = replace(small_set(), budgets={"alder": 1_000_000}, budget_pence=9_000_000)
    found = compared(cases, DEARER)
    assert line(found, "cluster", "alder").budget_pence == 1_000_000
    assert line(found, "cluster", "birch").budget_pence is None
    assert found.total.budget_pence == 9_000_000


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 2**20),
    count=st.integers(1, 400),
    pounds=st.integers(0, 9_000),
    most=st.integers(0, 30_000),
    points=st.integers(10, 30),
)
def test_every_breakdown_adds_up_to_the_total_whatever_changes(
    seed: int, count: int, pounds: int, most: int, points: int
) -> None:
    """To the penny, for any county; and what then costs more is what each line says it is."""
    edits = (
        (E1_PRIMARY, E1_PRIMARY.replace("3120", str(pounds))),
        ("at_most_pounds = 12000.00", f"at_most_pounds = {most}.00"),
    )
    cases = county(seed, count, ON, [pair()])
    of_continuum = (("at_least = 16, means", f"at_least = {points}, means"),)
    found = compared(cases, *edits, of_continuum=of_continuum)
    assert found.total.cases == count
    for by, lines in found.by.items():
        for name in ADDS_UP:
            assert sum(getattr(each, name) for each in lines) == getattr(found.total, name), by
        if by != "school":
            for name in COUNTS:
                assert sum(getattr(each, name) for each in lines) == getattr(found.total, name), by
    for each in (found.total, *(each for lines in found.by.values() for each in lines)):
        more = each.difference_pence - each.unpriced_then_pence + each.unpriced_now_pence
        assert each.then_pence - each.now_pence == more
        assert each.difference_pence == each.gained_pence - each.lost_pence
    for figure in ("tier", "band"):
        assert sum(m.cases for m in found.moved if m.of == figure) == count


def test_the_same_cases_in_parts_come_to_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """A set is decided some cases at a time; how many makes no difference."""
    cases = county(5, 500, ON, [pair()])
    whole = compared(cases, DEARER)
    told: list[tuple[str, int]] = []
    monkeypatch.setattr("activities.modelling.comparing.AT_ONCE", 97)
    found = compare(
        cases,
        (now(), [then(DEARER)]),
        ON,
        accepts_untouched=True,
        tell=lambda what, many: told.append((what, many)),
    )
    assert found.comparison.candidates[0] == whole
    assert sum(many for what, many in told if what == "then") == 500
    assert len(told) == 12


def test_several_candidates_stand_beside_the_same_now() -> None:
    """Each with its own total; the cases of each are kept apart."""
    candidates = [then(DEARER, name="one"), then(CHEAPER_HOURS, name="two")]
    found = compare(small_set(), (now(), candidates), ON)
    one, two = found.comparison.candidates
    assert (one.total.difference_pence, two.total.difference_pence) == (-12_000, 266_000)
    assert set(found.cases) == {"one", "two"}
    assert found.cases["one"]["difference"].to_list() == [-12_000, 0, 0, None, 0, 0]


@pytest.mark.parametrize(
    ("day", "starts_on", "on", "moved_day", "moved_start"),
    [
        (
            date(2025, 10, 14),
            date(2026, 1, 5),
            date(2026, 9, 1),
            date(2026, 10, 14),
            date(2027, 1, 5),
        ),
        (date(2026, 5, 3), date(2026, 9, 1), date(2026, 9, 1), date(2027, 5, 3), date(2027, 9, 1)),
        (date(2026, 9, 1), None, date(2026, 9, 1), date(2026, 9, 1), None),
        (
            date(2024, 2, 29),
            date(2024, 2, 29),
            date(2026, 9, 1),
            date(2027, 2, 28),
            date(2027, 2, 28),
        ),
        (
            date(2029, 10, 1),
            date(2029, 11, 1),
            date(2026, 9, 1),
            date(2026, 10, 1),
            date(2026, 11, 1),
        ),
    ],
)
def test_a_case_is_taken_as_submitted_on_its_own_day_in_the_year_of_the_comparison(
    day: date, starts_on: date | None, on: date, moved_day: date, moved_start: date | None
) -> None:
    """And its support starts as many years later, so that conditions on years follow."""
    frames = Frames.of(
        pl.DataFrame(
            {"number": [1], "kind": ["individual"], "day": [day], "starts_on": [starts_on]},
            schema_overrides={"starts_on": pl.Date},
        )
    )
    moved = submitted_in_the_year_of(frames, on).cases
    assert (moved["day"].item(), moved["starts_on"].item()) == (moved_day, moved_start)
