"""Who may do what to a draft of policy and when, and until when a version governs."""

from datetime import date
from uuid import uuid4

import pytest

from domain.publication import (
    MOST_CASES_NAMED,
    PUBLICATION_ALLOWED_AT,
    PUBLICATION_ENDED,
    Beginning,
    PublicationStage,
    Stretch,
    Used,
    bars_approver,
    check_another_governs,
    check_as_seen,
    check_policy_approver,
    check_publication_act,
    check_still_to_come,
    check_unchanged_since,
    check_withdrawing,
    draft_content,
    draft_hash,
    ends_alone,
    governs_until,
    left_without,
)
from domain.refusals import Barred, NotAtThisStage, NotValid
from domain.stages import PUBLICATION_ACTS, ActKind

TODAY = date(2027, 3, 31)
TARIFF = Beginning("tariff", date(2027, 4, 1))
WRITER, APPROVER, OTHER = uuid4(), uuid4(), uuid4()


def test_every_act_on_a_draft_has_its_stages() -> None:
    """What has ended hears no act on a draft; only what waits for it is approved."""
    assert set(PUBLICATION_ALLOWED_AT) == PUBLICATION_ACTS - {ActKind.DRAFT_POLICY}
    for allowed in PUBLICATION_ALLOWED_AT.values():
        assert not allowed & PUBLICATION_ENDED
    assert PUBLICATION_ALLOWED_AT[ActKind.APPROVE_POLICY] == {PublicationStage.FOR_APPROVAL}


def test_an_act_out_of_its_stage_is_refused_with_where_it_fits() -> None:
    """The refusal says where the draft stands, and when the act makes sense."""
    check_publication_act(ActKind.APPROVE_POLICY, PublicationStage.FOR_APPROVAL)
    with pytest.raises(NotAtThisStage, match="the draft is given up") as refused:
        check_publication_act(ActKind.APPROVE_POLICY, PublicationStage.GIVEN_UP)
    assert "while a draft is for approval" in refused.value.help


@pytest.mark.promise(6)
def test_writers_nobody_and_the_same_person_twice_are_barred() -> None:
    """Promise 6: two people who wrote none of it, whatever roles they hold."""
    check_policy_approver(OTHER, (WRITER,), (APPROVER,))
    with pytest.raises(Barred, match="already"):
        check_policy_approver(APPROVER, (WRITER,), (APPROVER,))
    for person_id in (WRITER, None):
        with pytest.raises(Barred, match="drafted or revised"):
            check_policy_approver(person_id, (WRITER,), (APPROVER,))
    assert not bars_approver(ActKind.REVISE_POLICY, WRITER, (WRITER,), ())


def test_what_is_approved_is_what_was_seen() -> None:
    """The hash is of the names and the texts, in whatever order they were sent."""
    files = {"b.toml": "x = 1", "a.toml": "é"}
    assert draft_hash(files) == draft_hash(dict(reversed(files.items())))
    assert draft_hash(files) != draft_hash({**files, "a.toml": "e"})
    assert "é" in draft_content(files)
    check_as_seen(draft_hash(files), draft_hash(files))
    with pytest.raises(NotValid, match="another hash"):
        check_as_seen("0" * 64, draft_hash(files))


@pytest.mark.promise(9)
def test_a_day_that_has_begun_is_not_written_anew() -> None:
    """Promise 9: every version that is late is named; the day before is early enough."""
    check_still_to_come([TARIFF], TODAY)
    with pytest.raises(NotValid) as refused:
        check_still_to_come(
            [TARIFF, Beginning("panel", date(2027, 1, 1)), Beginning("letters", date(2028, 1, 1))],
            TARIFF.from_on,
        )
    assert refused.value.in_the_way == (
        "the tariff begins on 2027-04-01, and it is 2027-04-01 already;"
        " the panel begins on 2027-01-01, and it is 2027-04-01 already"
    )


def test_what_was_checked_beside_other_policy_is_checked_anew() -> None:
    """An impact that was worked out beside another tariff is nobody's to approve."""
    check_unchanged_since("same", "same")
    with pytest.raises(NotAtThisStage, match="published or withdrawn since"):
        check_unchanged_since("before", "after")


def test_what_was_used_is_named_and_counted() -> None:
    """At most twenty references of each sort, and how many more there are."""
    references = tuple(f"LOC-2026-{number:06d}" for number in range(MOST_CASES_NAMED))
    used = (
        Used("by requests", references, 23),
        Used("by payment runs", ("PR-2026-07-1",), 1),
        Used("by nothing", (), 0),
    )
    with pytest.raises(NotValid) as refused:
        check_withdrawing(TARIFF, TODAY, used, leaves_a_trace=True)
    says = refused.value.in_the_way
    assert says.startswith("it was used: by requests LOC-2026-000000, ")
    assert says.endswith("LOC-2026-000019 and 3 more; by payment runs PR-2026-07-1")


def test_what_nothing_is_pinned_to_is_withdrawn_before_its_day_alone() -> None:
    """What it governed would not know of it; a kind that is pinned would have been found."""
    finance = Beginning("finance", TODAY)
    check_withdrawing(TARIFF, TODAY, (), leaves_a_trace=False)
    check_withdrawing(finance, TODAY, (), leaves_a_trace=True)
    with pytest.raises(NotValid, match="has governed since 2027-03-31"):
        check_withdrawing(finance, TODAY, (), leaves_a_trace=False)


@pytest.mark.parametrize(
    ("own", "others", "until"),
    [
        (None, [], None),
        (None, [date(2025, 9, 1)], None),
        (None, [date(2028, 4, 1), date(2027, 9, 1)], date(2027, 9, 1)),
        (date(2027, 6, 1), [date(2027, 9, 1)], date(2027, 6, 1)),
        (date(2027, 12, 1), [date(2027, 9, 1)], date(2027, 9, 1)),
    ],
)
def test_a_version_governs_until_its_own_end_or_the_next(
    own: date | None, others: list[date], until: date | None
) -> None:
    """Whichever comes first; what came before it bounds nothing."""
    assert governs_until(own, TARIFF.from_on, others) == until


SPRING, AUTUMN, YEAR_AFTER = date(2027, 4, 1), date(2027, 9, 1), date(2028, 4, 1)


@pytest.mark.parametrize(
    ("own", "others", "alone"),
    [
        (None, [], None),
        (AUTUMN, [], AUTUMN),
        (AUTUMN, [Stretch(date(2025, 9, 1), None)], AUTUMN),
        (AUTUMN, [Stretch(SPRING, AUTUMN)], AUTUMN),
        (AUTUMN, [Stretch(AUTUMN, None)], None),
        (AUTUMN, [Stretch(date(2027, 5, 1), None)], None),
        (AUTUMN, [Stretch(YEAR_AFTER, None)], None),
    ],
)
def test_a_version_that_ends_needs_one_that_follows(
    own: date | None, others: list[Stretch], alone: date | None
) -> None:
    """What came before it ends where it begins; one that follows too late is the pack's fault."""
    assert ends_alone(Stretch(SPRING, own), others) == alone


@pytest.mark.parametrize(
    ("own", "others", "left"),
    [
        (None, [], SPRING),
        (None, [Stretch(date(2026, 9, 1), None)], None),
        (None, [Stretch(date(2026, 9, 1), SPRING)], SPRING),
        (None, [Stretch(date(2026, 9, 1), AUTUMN)], AUTUMN),
        (None, [Stretch(AUTUMN, None)], SPRING),
        (AUTUMN, [Stretch(date(2026, 9, 1), AUTUMN)], None),
        (AUTUMN, [Stretch(date(2026, 9, 1), date(2027, 1, 1))], SPRING),
    ],
)
def test_withdrawing_leaves_no_day_that_nothing_governs(
    own: date | None, others: list[Stretch], left: date | None
) -> None:
    """The last before it governs on; the day on which that ends too is told."""
    assert left_without(Stretch(SPRING, own), others, TODAY) == left


def test_days_that_are_over_need_nothing_that_governs_them() -> None:
    """From today on is what counts, within and after the version's own days."""
    assert left_without(Stretch(SPRING, AUTUMN), [], YEAR_AFTER) is None
    assert left_without(Stretch(SPRING, YEAR_AFTER), [], AUTUMN) == AUTUMN


def test_a_version_without_which_nothing_governs_stays() -> None:
    """The refusal says which day, and what would help."""
    check_another_governs(TARIFF, None)
    with pytest.raises(NotValid, match="no other tariff would govern 2027-09-01") as refused:
        check_another_governs(TARIFF, AUTUMN)
    assert "takes its place" in refused.value.help
