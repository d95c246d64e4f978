"""The published format: schema and page of reference say what the loader takes, and no more."""

import json
import tomllib
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from domain.policy.case_schema import BESIDE_FACTS, EXPECTED
from domain.policy.load import KINDS, PackFaulty, load_version
from domain.policy.reference import FORMS, reference
from domain.policy.schema import PARTS, said_of, schema_of
from domain.policy.schemes import Tariff
from domain.worked import WorkedCase, differences, read_worked

POLICY = Path(__file__).resolve().parents[3] / "domain" / "policy"
SCHEMES = POLICY.parents[1] / "tests" / "schemes"
EXAMPLES = POLICY / "examples"
FILES = [
    file
    for folder in (POLICY / "packs", SCHEMES, EXAMPLES)
    for file in sorted(folder.rglob("*.toml"))
    if file.parent.name not in {"cases", "forms"} and file.stem not in {"case", "cases"}
]
AROUND_A_STEP = """
kind = "tariff"
council = "anywhere"
in_force_from = 2026-09-01
authority = "Decision 1"
source = "A test"
bands = [{ code = "a", title = "A" }, { code = "b", title = "B" }, { code = "c", title = "C" }]
"""
CHECKER = Draft202012Validator(schema_of(), format_checker=FormatChecker())


def as_json(found: Any) -> Any:  # any TOML
    """Write TOML as an editor's validator does: days and times as text."""
    if isinstance(found, dict):
        return {key: as_json(value) for key, value in found.items()}
    if isinstance(found, list):
        return [as_json(value) for value in found]
    return found.isoformat() if isinstance(found, date | datetime | time) else found


def told(text: str, checker: Draft202012Validator = CHECKER) -> list[str]:
    """Where the schema finds a fault in a text."""
    found = checker.iter_errors(as_json(tomllib.loads(text)))
    return sorted(".".join(map(str, each.absolute_path)) or "the file" for each in found)


def test_the_schema_is_one() -> None:
    """What is published is itself sound by the dialect that it names, whole and by part."""
    for part in (None, *PARTS):
        Draft202012Validator.check_schema(schema_of(part))


@pytest.mark.parametrize("file", FILES, ids=lambda file: "/".join(file.parts[-3:]))
def test_every_file_that_is_shipped_meets_the_schema(file: Path) -> None:
    """What the loader reads the schema takes, by the whole format and by the file's kind alone."""
    text = file.read_text()
    assert told(text) == []
    kind = str(tomllib.loads(text)["kind"])
    assert told(text, Draft202012Validator(schema_of(kind))) == []


TARIFF = (EXAMPLES / "tariff.toml").read_text()
AMOUNT = "amount_pounds = 3000.00"


@pytest.mark.parametrize(
    ("text", "instead", "where"),
    [
        ('kind = "tariff"', 'kind = "tarif"', "kind"),
        ('council = "anywhere"', "", "the file"),
        ("in_force_from = 2026-09-01", "in_force_from = 2026", "in_force_from"),
        ('source = "Anywhere', 'sauce = "x"\nsource = "Anywhere', "the file"),
        ('form = "assigned"', 'form = "asigned"', "steps.1"),
        (AMOUNT, "amount_pence = 3000.5", "steps.2"),
        (AMOUNT, 'amount_pounds = "3000.005"', "steps.2"),
        (AMOUNT, "amount_pounds = -1", "steps.2"),
        (AMOUNT, f"{AMOUNT}, amount_pence = 300000", "steps.2"),
        (AMOUNT, 'amount_pounds = 3000.00, phase = "primary"', "steps.2"),
        (AMOUNT, "amount_pounds = 3000.00, wealth = 1", "steps.2"),
        ('code = "one"', 'code = "One"', "bands.0.code"),
    ],
)
def test_a_planted_fault_is_found_by_the_schema_and_by_the_loader(
    text: str, instead: str, where: str
) -> None:
    """Whoever mends what an editor shows has mended what the loader would refuse."""
    assert text in TARIFF
    faulty = TARIFF.replace(text, instead, 1)
    assert told(faulty) == [where]
    with pytest.raises(PackFaulty):
        load_version("tariff/2026-09-01.toml", faulty)


def test_an_amount_that_has_to_be_there_is_asked_for_in_either_way() -> None:
    """A school's share without an amount is a fault, in pounds or in pence it is none."""
    share = AROUND_A_STEP + (EXAMPLES / "forms/school_share.toml").read_text()
    assert told(share) == []
    assert told(share.replace("annual_pounds = 8000.00", "annual_pence = 800000")) == []
    assert told(share.replace(", annual_pounds = 8000.00", "")) == ["steps.0"]


@pytest.mark.parametrize("form", sorted(FORMS))
def test_every_rule_form_has_an_example_that_loads(form: str) -> None:
    """The page shows no form without one, and each example is read as it stands."""
    text = AROUND_A_STEP + (EXAMPLES / "forms" / f"{form}.toml").read_text()
    assert told(text) == []
    document = load_version("tariff/2026-09-01.toml", text).document
    assert isinstance(document, Tariff)
    assert {step.form for step in document.steps} == {form}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_has_an_example_that_loads(kind: str) -> None:
    """An officer can begin from a file that the loader takes."""
    text = (EXAMPLES / f"{kind}.toml").read_text()
    assert load_version(f"{kind}/2026-09-01.toml", text).kind == kind


def test_a_case_may_keep_its_facts_at_the_top_or_under_a_heading() -> None:
    """The schema of a case takes both shapes, and no word that is no fact."""
    checker = Draft202012Validator(schema_of("case"), format_checker=FormatChecker())
    text = (EXAMPLES / "case.toml").read_text()
    assert told(text, checker) == []
    assert told("points = 3\npupils = [{ pupil = 1 }]\n", checker) == []
    assert told(text.replace("phase =", "faze ="), checker) == ["facts"]
    assert told("faze = 3", checker) == ["the file"]


GOLDEN_FILES = [*(POLICY / "packs").rglob("cases/*.toml"), *SCHEMES.rglob("cases/*.toml")]


@pytest.mark.parametrize("file", GOLDEN_FILES, ids=lambda file: "/".join(file.parts[-3:]))
def test_golden_cases_meet_the_schema_of_golden_cases(file: Path) -> None:
    """What a pack expects of itself is written in a format that is published too."""
    checker = Draft202012Validator(schema_of("cases"), format_checker=FormatChecker())
    assert told(file.read_text(), checker) == []


def test_the_example_of_golden_cases_comes_out_and_names_what_they_may_expect() -> None:
    """The example runs against the example pack; the schema has each word that is expected."""
    versions = [
        load_version(f"{kind}/2026-09-01.toml", (EXAMPLES / f"{kind}.toml").read_text())
        for kind in ("continuum", "tariff")
    ]
    worked = read_worked("cases.toml", (EXAMPLES / "cases.toml").read_text())
    assert [difference for each in worked for difference in differences(each, versions)] == []
    words = {name.replace("_pounds", "_pence") for name in (*EXPECTED, *BESIDE_FACTS)}
    assert words - {"on"} == WorkedCase.model_fields.keys() - {"case"}


def test_every_value_of_a_file_says_what_it_means_where_its_model_does() -> None:
    """The docstring behind a field is the field's description, a base's among them."""
    rule = schema_of("tariff")["$defs"]["Limit"]["properties"]
    assert rule["under_it"]["description"] == said_of(FORMS["limit"])["under_it"]
    assert "base rule" in rule["exception_to"]["description"]
    assert "sha256" not in schema_of("tariff")["$defs"]["Tariff"]["properties"]


MAKE = "make it anew: python -m api.cli policy schema"


def test_the_published_schema_is_the_one_that_the_models_make() -> None:
    """The file beside the models, which editors use, is never behind them."""
    assert json.loads((POLICY / "schema.json").read_text()) == schema_of(), MAKE


def test_the_page_of_reference_is_the_one_that_the_models_make() -> None:
    """The page names every kind, form and value of today, with the examples that were just run."""
    texts = {
        file.relative_to(EXAMPLES).with_suffix("").as_posix(): file.read_text()
        for file in EXAMPLES.rglob("*.toml")
    }
    page = reference(texts)
    assert all(f"### `{part}`" in page for part in (*PARTS, *FORMS))
    assert (POLICY / "REFERENCE.md").read_text() == page, f"{MAKE} --reference"
    for definition in schema_of()["$defs"].values():
        for value in definition.get("properties", ()):
            assert f"`{value.replace('_pounds', '_pence')}`" in page
