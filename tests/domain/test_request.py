"""What a request says: strict, frozen, and never repeating what was typed when it is wrong."""

from decimal import Decimal

import pytest
from pydantic import ValidationError

from domain.authority import owed_by_plans
from domain.request import ProvisionLine, RequestContent, RequestKind
from tests.domain.demo_county import pupil, pupil_with_plan, request


@pytest.mark.promise(10)
def test_a_request_knows_what_is_owed() -> None:
    """One pupil with a plan makes something owed; the plans of a group add up."""
    assert not request().has_plan
    assert owed_by_plans(request()) == 0
    group = request(RequestKind.GROUP, pupils=(pupil(), pupil_with_plan()))
    assert group.has_plan
    assert owed_by_plans(group) == 800_000


@pytest.mark.parametrize("kind", RequestKind)
def test_a_request_survives_being_written_and_read(kind: RequestKind) -> None:
    """A whole request of each kind is the same after JSON."""
    content = request(kind)
    assert RequestContent.model_validate_json(content.model_dump_json()) == content


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("hours_a_week", Decimal("1.005")),
        ("hours_a_week", Decimal(61)),
        ("group_size", 0),
        ("weeks", 54),
        ("resources_pence", -1),
        ("resources_pence", 0.5),
        ("staff", "Ms Smith"),
        ("what", ""),
        ("unknown", 1),
    ],
)
def test_a_line_that_cannot_be_is_refused(field: str, value: object) -> None:
    """Hours to two places, weeks of a year, whole pence, codes without names, known fields."""
    line = request().provision[0].model_dump()
    with pytest.raises(ValidationError):
        ProvisionLine.model_validate({**line, field: value})


@pytest.mark.promise(8)
def test_a_fault_does_not_repeat_what_was_typed() -> None:
    """A name in the wrong field does not travel on in the error's text."""
    with pytest.raises(ValidationError) as refused:
        RequestContent.model_validate({"kind": RequestKind.ADVICE, "about": 1, "Jo Bloggs": "x"})
    assert "extra_forbidden" in str(refused.value)
    fault = request().model_dump()
    fault["provision"][0]["staff"] = "Jo Bloggs"
    with pytest.raises(ValidationError) as refused:
        RequestContent.model_validate(fault)
    assert "Bloggs" not in str(refused.value)


def test_a_request_does_not_change_once_it_is_stated() -> None:
    """A fact is frozen: a change is another fact."""
    with pytest.raises(ValidationError):
        request().kind = RequestKind.GROUP  # type: ignore[misc]
