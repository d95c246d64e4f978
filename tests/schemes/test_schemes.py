"""The format can say every scheme that the field describes: one pack for each, with golden cases.

The structures are published (DOMAIN.md, sections 3 and 4); what is not, each pack's source says is
invented. The packs beside this file are for this proof alone and are shipped to nobody.
"""

from pathlib import Path

import pytest

from domain.checking import faults_of
from domain.policy.load import cases_of, load_pack, policies_of
from domain.policy.reference import FORMS
from domain.policy.schemes import Scheme
from domain.worked import differences, read_worked

HERE = Path(__file__).resolve().parent
SCHEMES = sorted(folder.name for folder in HERE.iterdir() if (folder / "tariff").is_dir())
PUBLISHED = {"demo", "herefordshire", "nottingham_city", "costed_provision", "white_paper"}
"""What is shipped says the rest of the field's schemes."""


def texts_of(scheme: str) -> dict[str, str]:
    """The files of a scheme by name."""
    folder = HERE / scheme
    return {
        file.relative_to(folder).as_posix(): file.read_text() for file in folder.rglob("*.toml")
    }


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_scheme_of_the_field_is_a_pack_without_fault(scheme: str) -> None:
    """Each structure is sound by the check, its golden cases among it."""
    assert list(map(str, faults_of(texts_of(scheme)))) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_scheme_gives_what_its_cases_expect(scheme: str) -> None:
    """Each golden case comes out to the penny: said here too, whatever the check runs."""
    files = texts_of(scheme)
    pack = load_pack(policies_of(files))
    worked = [each for name, text in cases_of(files).items() for each in read_worked(name, text)]
    assert worked
    assert [found for each in worked for found in differences(each, pack)] == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_scheme_says_what_of_it_is_invented(scheme: str) -> None:
    """No invented figure passes for a council's own."""
    for version in load_pack(policies_of(texts_of(scheme))):
        assert "invented" in version.document.source


def test_every_rule_form_is_met_in_a_scheme_or_a_pack() -> None:
    """No form is kept that no scheme of the field needs."""
    packs = HERE.parents[1] / "domain" / "policy" / "packs"
    folders = [*(HERE / name for name in SCHEMES), *(packs / name for name in PUBLISHED)]
    used = {
        step.model_dump()["form"]
        for folder in folders
        for file in folder.glob("[ct]*/2*.toml")
        for version in load_pack({file.name: file.read_text()})
        if isinstance(version.document, Scheme)
        for step in version.document.rules
    }
    assert used == FORMS.keys()
