"""Styles, scripts and pictures of the pages, under an address that changes when one does."""

import hashlib
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

router = APIRouter(include_in_schema=False)

_FOLDER = Path(__file__).resolve().parent.parent / "static"
_MEDIA = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_FOR_GOOD = "public, max-age=31536000, immutable"
_COLOURS = ":root{{--govuk-brand-colour:{colour};--locality-colour:{colour}}}\n"
"""The council's own: the one style that is not a file."""


class Assets:
    """Every file that a page may ask for, read once, and the version of them all together."""

    def __init__(self, colour: str) -> None:
        self._files = {
            path.name: path.read_bytes()
            for path in sorted(_FOLDER.rglob("*"))
            if path.suffix in _MEDIA
        }
        self._files["council.css"] = _COLOURS.format(colour=colour).encode()
        together = b"".join(name.encode() + content for name, content in self._files.items())
        self.version = hashlib.sha256(together).hexdigest()[:12]

    def address(self, name: str) -> str:
        """Where a browser finds a file of this version."""
        assert name in self._files
        return f"/static/{self.version}/{name}"

    def answer(self, version: str, name: str) -> Response:
        """Give a file: for good under its own version, and not to be kept under another."""
        content = self._files.get(name)
        if content is None:
            raise HTTPException(404)
        headers = {
            "Cache-Control": _FOR_GOOD if version == self.version else "no-cache",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(content, headers=headers, media_type=_MEDIA[Path(name).suffix])


@router.get("/static/{version}/{name}")
async def static(request: Request, version: str, name: str) -> Response:
    """Give a style, a script or a picture."""
    assets = request.app.state.house.assets
    assert isinstance(assets, Assets)
    return assets.answer(version, name)
