"""A case on file: generous in what it takes, strict in what it does not know."""

from datetime import date
from decimal import Decimal

import pytest

from domain.case import Case
from domain.case_file import case_of, day_of, faults_of_needs
from domain.places import Phase, Setting
from domain.policy.load import PackFaulty, read_toml
from domain.request import RequestKind, SenStatus
from tests.domain.policy.writing import continuum, tariff

DAY = date(2026, 10, 5)
EVERYTHING = frozenset({"phase", "key_stage", "sen_status"})


def case(text: str, *reads: str) -> Case:
    """The case of a text, where rules read the named facts."""
    return case_of("case.toml", read_toml("case.toml", text)[0], DAY, frozenset(reads))


def faults(text: str, *reads: str) -> list[str]:
    """Where a text is at fault."""
    with pytest.raises(PackFaulty) as refused:
        case(text, *reads)
    return [fault.where for fault in refused.value.faults]


@pytest.mark.parametrize("heading", ["", "[facts]\n", "[case]\n", "[[case]]\n"])
def test_facts_lie_at_the_top_or_under_a_heading(heading: str) -> None:
    """The same facts are the same case wherever the file keeps them."""
    found = case(f"{heading}points = 12\nhours = 15\nsettings_group = 'a'\n")
    assert found.points == 12
    assert found.hours == 15
    assert found.settings_group == "a"
    assert (found.kind, found.day) == (RequestKind.INDIVIDUAL, DAY)


def test_what_a_worked_case_expects_may_stand_beside_its_facts() -> None:
    """A golden case is tried as it is written: its expectations are another's business."""
    head = "says = 'A1'\non = 2025-11-03\ntier = 'a'\nannual_pounds = 753.00\n"
    text = f"{head}[facts]\npoints = 10\n"
    assert case(text).points == 10
    assert day_of(read_toml("case.toml", text)[0]) == date(2025, 11, 3)


@pytest.mark.parametrize("text", ["", "on = 'soon'", "on = 2026-10-05T10:00:00"])
def test_a_file_that_names_no_day_leaves_it_to_whoever_asks(text: str) -> None:
    """Only a day is a day: neither words nor an instant."""
    assert day_of(read_toml("case.toml", text)[0]) is None


def test_what_no_rule_reads_of_a_pupil_may_be_left_out() -> None:
    """A pupil is a line of the case even where nothing is said of it; numbers tell pupils apart."""
    found = case("pupils = [{}, { school = 'oak' }, { pupil = 1, phase = 'secondary' }]")
    assert [pupil.school for pupil in found.pupils] == ["the_school", "oak", "the_school"]
    assert found.pupils[0].pupil_id == found.pupils[2].pupil_id != found.pupils[1].pupil_id
    assert found.phase is None


def test_what_a_rule_reads_of_a_pupil_is_asked_for_all_at_once() -> None:
    """Nothing that decides is guessed: each missing fact of each pupil is told."""
    text = "[facts]\npupils = [{ phase = 'primary' }, { key_stage = 3 }]"
    assert faults(text, *EVERYTHING) == [
        "facts.pupils.0.key_stage",
        "facts.pupils.0.sen_status",
        "facts.pupils.1.phase",
        "facts.pupils.1.sen_status",
    ]


def test_a_pupil_has_what_the_case_says_of_all() -> None:
    """What is said once for the case holds for each pupil that says nothing else."""
    text = "phase = 'primary'\nkey_stage = 2\nsetting = 'special'\nsen_status = 'sen_support'\n"
    found = case(text + "pupils = [{}, { phase = 'secondary' }]", *EVERYTHING)
    assert [pupil.phase for pupil in found.pupils] == [Phase.PRIMARY, Phase.SECONDARY]
    assert {pupil.setting for pupil in found.pupils} == {Setting.SPECIAL}


def test_what_all_pupils_share_is_the_cases_too() -> None:
    """Rules about the request read what its pupils have in common, as they do for a real one."""
    plan = "sen_status = 'education_health_and_care_plan'"
    found = case(f"pupils = [{{ key_stage = 2, {plan} }}, {{ key_stage = 3, {plan} }}]")
    assert (found.sen_status, found.key_stage) == (SenStatus.PLAN, None)


def test_minutes_may_stand_for_hours_and_pounds_for_pence() -> None:
    """A provision map in minutes, with resources in pounds, is exact."""
    line = "{ staff = 'ta', minutes_a_week = 20, group_size = 3, weeks = 38, resources_pounds = 2 }"
    found = case(f"provision = [{line}, {{ staff = 'ta', hours_a_week = 1.25, weeks = 1 }}]")
    assert [each.hours_a_week for each in found.provision] == [0, Decimal("1.25")]
    assert (found.provision[0].resources_pence, str(found.provision_hours)) == (200, "49/36")


def test_every_word_that_is_no_fact_is_told_at_once() -> None:
    """A misspelt fact is never passed over, in a pupil, a line or beside the heading."""
    pupils = "pupils = [{ wealth = 1, pupil = 'Ann' }, 7]\nprovision = [3, { staff = 'ta' }]\n"
    assert faults(f"size = 3\n[facts]\nlevel = 2\nhours = 'ten'\n{pupils}") == [
        "size",
        "facts.pupils.0.pupil_id",
        "facts.pupils.0.wealth",
        "facts.pupils.1",
        "facts.provision.0",
        "facts.provision.1.hours_a_week",
        "facts.provision.1.weeks",
        "facts.hours",
        "facts.level",
    ]
    assert faults("pupils = 3\n") == ["pupils"]


@pytest.mark.parametrize("heading", ["", "facts"])
def test_a_need_that_the_continuum_does_not_have_is_told_where_it_stands(heading: str) -> None:
    """Every domain, level and descriptor that is not the council's is told by its own place."""
    text = (
        f"{f'[{heading}]' if heading else ''}\nlevels = {{ speech = 2, learning = 9, play = 1 }}\n"
    )
    found = read_toml("case.toml", f"{text}descriptors = ['d1', 'd7']\n")[0]
    under = f"{heading}." if heading else ""
    faulty = faults_of_needs("case.toml", found, DAY, (continuum(), tariff()))
    assert [(fault.where.removeprefix(under), fault.says) for fault in faulty] == [
        ("levels.learning", "learning has no level 9"),
        ("levels.play", "play is no domain of need here"),
        ("descriptors", "there is no descriptor d7"),
    ]
    assert all(fault.where.startswith(under) for fault in faulty)


def test_what_is_no_level_or_code_does_not_hide_the_level_that_is_none() -> None:
    """A level of letters and a descriptor that is no text are the model's to tell; the rest is."""
    found = {"levels": {"speech": "two", "learning": 9}, "descriptors": ["d1", 7], "band": 3}
    faulty = faults_of_needs("case.toml", found, DAY, (continuum(), tariff()))
    assert [fault.where for fault in faulty] == ["levels.learning"]
    assert not faults_of_needs("case.toml", {"levels": 3}, DAY, (continuum(), tariff()))


def test_a_band_that_the_tariff_does_not_have_is_told_with_those_it_has() -> None:
    """A band is mistyped more often than it is one that nobody priced."""
    top = 'given = ["band"]\nbands = [{ code = "a", title = "A" }, { code = "b", title = "B" }]'
    schemes = (continuum(), tariff(top=top))
    (fault,) = faults_of_needs("case.toml", {"facts": {"band": "c"}}, DAY, schemes)
    assert (fault.where, fault.says) == ("facts.band", "there is no band c")
    assert fault.would_help.endswith("a, b.")
    assert not faults_of_needs("case.toml", {"band": "b"}, DAY, schemes)


@pytest.mark.parametrize("text", ["facts = 3", "case = []", "case = [{}, {}]"])
def test_a_heading_without_the_facts_of_one_case_is_refused(text: str) -> None:
    """One file is one case."""
    assert faults(text) == [text.partition(" ")[0]]
