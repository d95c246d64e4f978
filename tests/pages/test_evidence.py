"""Documents handed in with a request: taken by what they are, and given to whoever may read it."""

import pytest

from activities.store.evidence_forms import LARGEST, EvidenceForm, form_of
from api.pages.pasting import Column, anything, number, one_of, pasted
from tests.api.web import Web
from tests.pages.site import Site
from tests.pages.writing import PDF, PNG, begun, opened, packed, word

SENCO = "senco.ashdown"


@pytest.mark.parametrize(
    ("content", "declared", "found"),
    [
        (PDF, "pdf", EvidenceForm.PDF),
        (PDF, "application/octet-stream", EvidenceForm.PDF),
        (PNG, "image/png", EvidenceForm.PNG),
        (b"\xff\xd8\xff and so on \xff\xd9", "JPEG", EvidenceForm.JPEG),
        (word(), "docx", EvidenceForm.DOCX),
        (PDF, "docx", "file_is_another"),
        (PDF, "exe", "file_is_another"),
        (b"", "pdf", "file_empty"),
        (b"MZ a program", "pdf", "file_unknown"),
        (b"%PDF-1.7 cut short", "pdf", "file_unknown"),
        (bytes(LARGEST + 1), "pdf", "file_too_large"),
        (word(bomb=bytes(5_000_000)), "docx", "file_unpacks_too_large"),
        (word(**{"word/vbaProject__bin": b"x"}), "docx", "file_unknown"),
        (packed(a=b"b"), "docx", "file_unknown"),
        (word()[:200], "docx", "file_broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "doc", "file_old_or_locked"),
    ],
)
def test_a_file_is_what_its_content_says(content: bytes, declared: str, found: str) -> None:
    """A PDF, a Word document or a picture is taken; a lying, broken or dangerous file is told."""
    told = form_of(content, declared)
    assert getattr(told, "code", told) == found


async def test_a_document_is_its_schools_and_is_told_when_it_lies(site: Site, web: Web) -> None:
    """Kept once, named by the draft, given back to the school's desk, and to nobody else."""
    draft = await begun(web)
    key = site.signed_in(SENCO)
    path = f"/drafts/{draft}/evidence/1"
    async with site.client(key) as client:
        form = await opened(client, path) | {"title": "Report", "from_whom": "Therapist"}
        lies = await client.post(path, data=form, files={"file": ("a.png", PDF, "image/png")})
        assert lies.status_code == 422
        assert "says that it is a PNG picture, and it is a PDF" in lies.text
        taken = await client.post(path, data=form, files={"file": ("a.pdf", PDF, "a/b")})
        assert taken.status_code == 303
        content = (await web.get(SENCO, f"/drafts/{draft}")).json()["content"]
        file_id = content["evidence"][1]["file_id"]
        answer = await client.get(f"/evidence/{file_id}")
        assert answer.content == PDF
        assert answer.headers["content-disposition"].startswith("attachment")
    for who, status in (("head.ashdown", 200), ("officer.1", 404), ("senco.brook", 404)):
        assert (await web.get(who, f"/evidence/{file_id}")).status_code == status
    other = await begun(web)
    body = {"version": 1, "content": content}
    refused = await web.says(SENCO, f"/drafts/{other}", body, method="PUT")
    assert refused.json()["faults"][0]["code"] == "file_unknown"


def test_pasted_rows_are_told_by_row_and_cell() -> None:
    """Headings in any order are found; blanks of merged cells and wrong cells are told by place."""
    columns = (
        Column("what", "Support", (), anything, "words", is_needed=True),
        Column("staff", "Staff", ("who",), one_of({"ta": "TA"}), "one of: TA", is_needed=True),
        Column("hours", "Hours", (), number, "a number"),
    )
    found = pasted("Who\tSupport\tHours\nta\tReading\t2.5 hrs\n\tTalking\tlots\n", columns)
    assert found.rows[0] == {"staff": "ta", "what": "Reading", "hours": "2.5"}
    assert [(row, name) for row, name, _ in found.faults] == [(1, "staff"), (1, "hours")]
    assert found.faults[0][2].startswith("Cell A3 (staff) is empty")
    assert "Cell C3 (hours): “lots”" in found.faults[1][2]
    assert pasted(" \n", columns).faults
    assert "E1" in pasted("a\tta\t1\t\tx", columns).faults[0][2]
