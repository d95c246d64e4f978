"""What acts on policy carry: drafts within bounds, and questions that can be answered."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError

from domain.policy_acts import (
    MOST_CANDIDATES,
    MOST_DRAFT_FILES,
    Candidate,
    DecidedCases,
    DraftingPolicy,
    ModellingPolicies,
)

DAY = date(2026, 9, 1)
DECIDED = {"kind": "decided", "from_on": DAY, "until_on": date(2027, 9, 1)}


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"../tariff.toml": ""},
        {"/tariff.toml": ""},
        {"tariff/.toml": ""},
        {"tariff//x.toml": ""},
        {"tariff.toml": "x" * 500_001},
        {f"{number}.toml": "" for number in range(MOST_DRAFT_FILES + 1)},
    ],
)
def test_a_draft_is_bounded_and_names_no_place_on_a_disk(files: dict[str, str]) -> None:
    """Nothing is opened by a name; one that looks like it might be is refused all the same."""
    with pytest.raises(ValidationError):
        DraftingPolicy(files=files, note="x")


def test_a_draft_holds_policy_and_the_cases_that_prove_it() -> None:
    """A file lies in its pack as it would on a disk."""
    files = {"tariff/2027-04-01.toml": "", "cases/e2.toml": "", "published/tariff/x.toml": ""}
    assert DraftingPolicy(files=files, note="x").files == files


def test_days_of_decided_cases_are_in_order() -> None:
    """A span has an end after its beginning."""
    assert DecidedCases.model_validate(DECIDED)
    with pytest.raises(ValidationError, match="later day"):
        DecidedCases.model_validate(DECIDED | {"until_on": DAY})


def test_a_candidate_is_a_draft_on_record_or_files() -> None:
    """One of the two, and not both."""
    assert Candidate(name="next", publication_id=uuid4()).files is None
    both: dict[str, Any] = {"publication_id": uuid4(), "files": {"a.toml": ""}}
    for said in ({}, both):
        with pytest.raises(ValidationError, match="one of the two"):
            Candidate(name="next", **said)


def test_candidates_are_told_apart_and_few() -> None:
    """Each has a name of its own, and no more are asked about than can be read."""
    files = {"a.toml": ""}
    named = tuple(Candidate(name=f"c{number}", files=files) for number in range(7))
    asked = {"cases": {"kind": "generated", "seed": 7, "cases": 1_000}}
    assert ModellingPolicies.model_validate(asked | {"candidates": named[:MOST_CANDIDATES]})
    with pytest.raises(ValidationError):
        ModellingPolicies.model_validate(asked | {"candidates": named})
    with pytest.raises(ValidationError, match="name of its own"):
        ModellingPolicies.model_validate(asked | {"candidates": (named[0], named[0])})
