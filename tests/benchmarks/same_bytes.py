"""The rival of the pages: a FastAPI route that gives the same bytes, read beforehand."""

from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from activities.settings import settings

FOLDER = "same-bytes"


def create_app() -> FastAPI:
    """Serve every file of the run's folder under its number."""
    app = FastAPI(openapi_url=None)
    folder = Path(settings().state_folder) / FOLDER
    held = {int(path.stem): path.read_bytes() for path in folder.glob("*.html")}

    @app.get("/{number}")
    async def same(number: int) -> HTMLResponse:
        return HTMLResponse(held[number])

    return app
