"""How tests write on a draft by its pages: a form read, filled in and sent as a browser would."""

import re
from html import unescape
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import httpx

from tests.api.bodies import content
from tests.api.web import Web

_INPUT = re.compile(r"<input\b[^>]*>")
_AREA = re.compile(r"<textarea\b[^>]*\bname=\"([^\"]*)\"[^>]*>(.*?)</textarea>", re.DOTALL)
_SELECT = re.compile(r"<select\b[^>]*\bname=\"([^\"]*)\"[^>]*>(.*?)</select>", re.DOTALL)
_CHOSEN = re.compile(r"<option value=\"([^\"]*)\"\s+selected")


async def begun(web: Web, who: str = "senco.ashdown", **changed: Any) -> str:
    """A draft that says all that is asked, some of it changed."""
    school = who.partition(".")[2]
    body = {"school": school, "content": {**content(), **changed}}
    answer = await web.says(who, "/drafts", body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def opened(client: httpx.AsyncClient, path: str) -> dict[str, str]:
    """What a form's boxes hold when its page is opened."""
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return held(answer.text)


async def sent(
    client: httpx.AsyncClient, path: str, step: str = "", **typed: str
) -> httpx.Response:
    """Open a form, change some boxes, and send it; `__` stands for a point in a name."""
    form = await opened(client, path)
    changed = {name.replace("__", "."): value for name, value in typed.items()}
    return await client.post(path, data={**form, **changed, "_step": step})


def held(html: str) -> dict[str, str]:
    """Every box of a page's form, as a browser would send it."""
    main = html[html.index("<main") :]
    boxes = {name: unescape(text).removeprefix("\n") for name, text in _AREA.findall(main)}
    for name, options in _SELECT.findall(main):
        chosen = _CHOSEN.search(options)
        boxes[name] = unescape(chosen[1]) if chosen else ""
    for tag in _INPUT.findall(main):
        name, kind = _of(tag, "name"), _of(tag, "type")
        if name and (kind not in {"radio", "checkbox"} or " checked" in tag) and kind != "file":
            boxes[name] = _of(tag, "value")
    return boxes


def _of(tag: str, attribute: str) -> str:
    found = re.search(rf"\b{attribute}=\"([^\"]*)\"", tag)
    return unescape(found[1]) if found else ""


TYPES = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(20) + b"IEND\xaeB`\x82"
PDF = b"%PDF-1.7\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF\n"


def packed(**parts: bytes) -> bytes:
    """A zip file of parts; `__` stands for a point in a name."""
    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as made:
        for name, part in parts.items():
            made.writestr(name.replace("__", "."), part)
    return written.getvalue()


def word(**more: bytes) -> bytes:
    """A Word document, with parts that it should not have."""
    return packed(**{"[Content_Types]__xml": TYPES, "word/document__xml": b"<w/>", **more})
