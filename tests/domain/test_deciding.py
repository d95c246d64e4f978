"""What a pack makes of a case: tier, price, instalments and working, in one answer."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from domain.case import Case
from domain.decided_words import in_words
from domain.deciding import decide, read_by, schemes_on
from domain.needs import AreaOfNeed
from domain.places import PayeeKind, Phase
from domain.policy.load import PolicyVersion, load_pack
from domain.refusals import NoPolicyInForce, NotValid
from domain.request import ProvisionLine, PupilAsked, RequestKind
from domain.worked import WorkedCase, read_worked

POLICY = Path(__file__).resolve().parents[2] / "domain" / "policy"
SCHEMES = Path(__file__).resolve().parents[1] / "schemes"
Pack = tuple[PolicyVersion, ...]


def pack_in(folder: Path) -> Pack:
    """The versions of a pack by its folder."""
    files = folder.rglob("*.toml")
    return load_pack({file.relative_to(folder).as_posix(): file.read_text() for file in files})


DEMO, MATRIX = pack_in(POLICY / "packs" / "demo"), pack_in(POLICY / "packs" / "herefordshire")
DERBY, LEEDS = pack_in(SCHEMES / "derby"), pack_in(SCHEMES / "leeds")
LEICESTER = pack_in(SCHEMES / "leicester")
DAY = date(2026, 10, 5)


def case(**facts: object) -> Case:
    """A case of the demo county."""
    told = {"kind": RequestKind.INDIVIDUAL, "day": DAY, "phase": Phase.PRIMARY} | facts
    return Case.model_validate(told)


def levels(*found: int) -> dict[str, int]:
    """Levels by area of need."""
    return dict(zip((area.value for area in AreaOfNeed), found, strict=True))


def ta(hours: int) -> ProvisionLine:
    """A teaching assistant through the year."""
    return ProvisionLine(what="Support", staff="ta", hours_a_week=Decimal(hours), weeks=38)


@pytest.mark.promise(2)
def test_a_case_is_placed_priced_and_split_with_its_whole_working() -> None:
    """Promise 2: tier, band, amount, dated instalments, and each rule with where it is from."""
    decided = decide(DEMO, case(levels=levels(4, 4, 0, 0)))
    assert (decided.title, decided.band_title) == ("Exceptional", "Exceptional 2")
    assert decided.annual_pence == 4974_00 == sum(each.pence for each in decided.instalments)
    assert [each.due_on for each in decided.instalments][:2] == [
        date(2026, 9, 15),
        date(2026, 10, 15),
    ]
    assert [step.rule for step in decided.working][-1] == "amount_by_band"
    assert all(step.source.authority for step in decided.working)


def test_a_matrix_printed_and_paid_by_the_term_is_split_in_three() -> None:
    """Without a calendar the payments in force say into how many parts: T1 as printed."""
    decided = decide(MATRIX, case(day=date(2025, 11, 3), points=Decimal(10), hours=Decimal(15)))
    assert [each.pence for each in decided.instalments] == [125_50] * 3
    assert {each.due_on for each in decided.instalments} == {None}


def test_a_table_by_the_term_is_paid_by_the_term_where_nothing_says_otherwise() -> None:
    """A pack without payments is paid as its table is printed, and else as one sum."""
    areas = (code for code in schemes_on(LEEDS, DAY)[0].domains)
    needs = {domain.code: 2 if domain.code.startswith("f") else 0 for domain in areas}
    young = decide(LEEDS, case(levels=needs, phase=Phase.EARLY_YEARS))
    assert [each.pence for each in young.instalments] == [550_50] * 3
    older = decide(LEEDS, case(levels=needs))
    assert [each.pence for each in older.instalments] == [3300_00]


def test_four_weekly_payments_make_thirteen_parts_with_the_residue_last() -> None:
    """Derby's remittance every four weeks: what thirteen do not divide is with the last."""
    parts = [each.pence for each in decide(DERBY, case()).instalments]
    assert (len(parts), parts[0], parts[-1], sum(parts)) == (13, 76_92, 76_96, 1000_00)


def test_who_is_paid_decides_how() -> None:
    """A provider sends an invoice each term, so that a year of the same amount is three parts."""
    exceptional = case(levels=levels(4, 4, 0, 0))
    by_invoice = decide(DEMO, exceptional, PayeeKind.PROVIDER)
    assert [each.number for each in by_invoice.instalments] == [1, 2, 3]


def test_a_year_beyond_the_calendar_is_split_without_days() -> None:
    """Where the calendar has no terms of the year, the parts are known and their days are not."""
    decided = decide(DEMO, case(levels=levels(4, 4, 0, 0), starts_on=date(2035, 9, 3)))
    assert len(decided.instalments) == 12
    assert decided.instalments[0].due_on is None


def golden_of(folder: Path) -> list[WorkedCase]:
    """The golden cases of a pack that are not refused."""
    files = sorted(folder.glob("cases/*.toml"))
    worked = [each for file in files for each in read_worked(file.name, file.read_text())]
    return [each for each in worked if each.refused is None]


FOLDERS = [
    folder
    for holder in (POLICY / "packs", SCHEMES)
    for folder in sorted(holder.iterdir())
    if (folder / "cases").is_dir()
]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_golden_case_is_decided_as_it_expects(folder: Path) -> None:
    """What the check holds a pack to is what whoever tries the case is told, instalments too."""
    pack = pack_in(folder)
    for worked in golden_of(folder):
        found = decide(pack, worked.case)
        told = (found.tier, found.band, found.to_a_person, found.annual_pence)
        assert told == (worked.tier, worked.band, worked.to_a_person, worked.annual_pence)
        if worked.instalment_pence is not None:
            assert found.instalments[0].pence == worked.instalment_pence
            assert len(found.instalments) == worked.instalments
            assert sum(part.pence for part in found.instalments) == worked.annual_pence


def test_every_printed_term_of_the_matrix_is_paid_three_times() -> None:
    """T1 whole: twenty groups in two columns of hours, at both edges, each term as printed."""
    printed = [each for each in golden_of(POLICY / "packs" / "herefordshire") if each.band]
    terms = [each for each in printed if each.instalment_pence]
    assert len({(each.band, each.case.hours) for each in terms}) == 40
    for each in terms:
        parts = decide(MATRIX, each.case).instalments
        assert [part.pence for part in parts] == [each.instalment_pence] * 3


@pytest.mark.promise(10)
def test_what_no_table_prices_is_a_persons_and_never_nothing() -> None:
    """Promise 10: an unpriced case has no amount and no instalment, and says why."""
    decided = decide(DEMO, case(levels=levels(5, 5, 5, 5)))
    assert (decided.annual_pence, decided.to_a_person, decided.instalments) == (None, True, ())
    assert decided.because
    assert decided.because.startswith("52 points or more")


def test_what_nobody_could_place_is_a_persons_too() -> None:
    """A best fit that fits nothing waits for people, whatever its tier's price."""
    decided = decide(LEICESTER, case(descriptors=("own_timetable",)))
    assert (decided.tier, decided.annual_pence) == ("discussed", None)
    assert decided.because == "No option fits: too few of its descriptors are ticked."


@pytest.mark.parametrize("kind", [RequestKind.INDIVIDUAL, RequestKind.ADVICE])
def test_below_the_threshold_there_is_no_money_and_nothing_to_price(kind: RequestKind) -> None:
    """Needs that a school meets itself bring services, and no instalment of nothing."""
    decided = decide(DEMO, case(kind=kind, levels=levels(1, 0, 0, 0)))
    assert (decided.annual_pence, decided.instalments, decided.because) == (0, (), None)
    assert decided.services


def test_a_case_that_cannot_be_placed_is_refused() -> None:
    """A level that the continuum lacks is refused; so is a day without a policy."""
    with pytest.raises(NotValid):
        decide(DEMO, case(levels=levels(9, 0, 0, 0)))
    with pytest.raises(NoPolicyInForce):
        decide(DEMO, case(day=date(2020, 1, 1)))


def test_what_the_rules_read_is_known_before_a_case_is() -> None:
    """The figures and facts of both documents together: a case may leave out the rest."""
    read = read_by(*schemes_on(DEMO, DAY))
    assert {"phase", "points", "tier", "kind"} <= read
    assert "key_stage" not in read


Told = Callable[[], str]
GROUP = tuple(
    PupilAsked.model_validate(
        {
            "pupil_id": f"00000000-0000-0000-0000-00000000000{number}",
            "school": school,
            "sen_status": "sen_support",
            "home_council": "demo",
            "phase": "primary",
            "key_stage": 2,
        },
        strict=False,
    )
    for number, school in ((1, "oak"), (2, "elm"))
)
PREDICTABLE = levels(3, 0, 0, 0)


@pytest.mark.promise(2)
@pytest.mark.parametrize(
    ("pack", "facts", "sentences"),
    [
        (
            DEMO,
            {"levels": levels(4, 4, 0, 0)},
            [
                "On the published scale this is “Exceptional”: Needs that a cluster cannot plan",
                "In the table of amounts that is “Exceptional 2”.",
                "It comes to £4,974 a year. A year of it is paid in 12 instalments: £414.50 each",
                ", from 15 September 2026.",
                "The school can turn to: The specialist teaching team; Educational psychology;",
                "Here: 20 points, for these levels: Communication and interaction 4, Cognition",
                "You find them in:",
            ],
        ),
        (
            DEMO,
            {"levels": PREDICTABLE, "kind": RequestKind.GROUP, "pupils": GROUP},
            ["It brings no money.", "By school: oak £0, elm £0."],
        ),
        (
            DEMO,
            {"levels": PREDICTABLE, "provision": (ta(13),)},
            ["The support costs £8,496.80 a year; the school meets £6,000 of it."],
        ),
        (
            DEMO,
            {"levels": levels(5, 5, 5, 5)},
            ["No published table decides this, so a named officer does. 52 points or more"],
        ),
        (DERBY, {}, ["paid in 13 instalments: £76.92 at first and £76.96 at the end."]),
        (
            DEMO,
            {"kind": RequestKind.PROJECT, "provision": (ta(1),)},
            ["It comes to £653.60 a year. It is paid as one sum."],
        ),
    ],
)
def test_a_decision_is_told_in_sentences(
    pack: Pack, facts: dict[str, object], sentences: list[str]
) -> None:
    """Promise 2: what it is, what it comes to, how it is paid, and why, in words to read aloud."""
    told = "\n".join(in_words(decide(pack, case(**facts))))
    for sentence in sentences:
        assert sentence in told
