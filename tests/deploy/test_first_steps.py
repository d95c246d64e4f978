"""What the READMEs tell a newcomer to do first: people who exist, files that can be loaded."""

import re
import tomllib

import pytest

from activities.store.recording.county import County
from deploy.demo.county import HERE, PEOPLE_TO_BE, roles_held
from tests.conftest import ROOT


def test_the_people_named_to_a_newcomer_exist_and_differ() -> None:
    """Everybody whom the demo's last lines name has a role, and no two the same."""
    named = ("senco", "panel_chair", "council_officer", "finance_officer", "policy_officer")
    for subject, role in zip(PEOPLE_TO_BE, named, strict=True):
        assert role in {each["role"] for each in roles_held()[subject]}


@pytest.mark.parametrize("subject", PEOPLE_TO_BE)
def test_the_readme_names_the_same_people(subject: str) -> None:
    """README and demo name the same people."""
    assert f"`{subject}`" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_small_county_of_the_runbook_can_be_loaded() -> None:
    """The example of the runbook is a whole county to the model that loads it."""
    runbook = (HERE.parent / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", runbook, re.DOTALL)
    found = County.model_validate(tomllib.loads(example), strict=False)
    assert (len(found.schools), len(found.people), len(found.pupils)) == (1, 1, 1)
