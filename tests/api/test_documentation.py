"""The documentation: complete, true, and served without asking anybody else."""

import re
from uuid import UUID

import pytest
from fastapi import FastAPI

from api.documentation import operations, written_for
from api.examples import EXAMPLES
from tests.api.web import Web

NIL = str(UUID(int=0))


async def test_the_page_asks_nobody_else_for_anything(web: Web) -> None:
    """A page of plain HTML: no script, and no address of another host in it."""
    answer = await web.client.get("/docs")
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "<script" not in answer.text
    assert re.findall(r"(?:src|href)=\"(?!#|/openapi\.json)", answer.text) == []
    assert "POST /api/requests/{request_id}/authorise" in answer.text


async def test_every_body_has_an_example_and_every_answer_says_what_it_is(app: FastAPI) -> None:
    """What may be sent is shown, and no answer is just successful."""
    for path, method, told in operations(written_for(app)):
        if "requestBody" in told:
            bodies = told["requestBody"]["content"].values()
            assert any("example" in each for each in bodies), (method, path)
        says = {each["description"] for each in told["responses"].values()}
        assert "Successful Response" not in says, (method, path)


@pytest.mark.parametrize("address", EXAMPLES)
async def test_an_example_can_be_sent_as_it_stands(address: str, web: Web) -> None:
    """Whatever becomes of it, it is not malformed."""
    method, _, path = address.partition(" ")
    answer = await web.says(
        "officer.1", re.sub(r"{\w+}", NIL, path), EXAMPLES[address], method=method
    )
    codes = {"unknown", "role_needed", "authority_too_low"}
    assert answer.json().get("code") in codes, answer.text
