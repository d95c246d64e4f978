"""The documentation of the API: the OpenAPI document with examples, and a page of plain HTML.

The page asks nobody else for anything: a council's network may have no way out.
"""

import json
from collections.abc import Iterator
from html import escape
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse

from api.examples import EXAMPLES
from api.problems import Problem

_PREFIX = "/api"
_STYLE = """
body { font: 16px/1.5 sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
code, pre { font-family: monospace; background: #f3f3f3 } pre { padding: .75rem; overflow: auto }
h3 { border-top: 1px solid #bbb; padding-top: 1rem }
td, th { text-align: left; padding: 0 1rem 0 0 }
"""
_SAYS = {
    "200": "What was asked for, or what became of what was said.",
    "201": "It was begun; this is how it stands.",
}


def document(app: FastAPI) -> None:
    """Serve the OpenAPI document and its page from the application's own routes."""
    app.openapi = lambda: written_for(app)  # type: ignore[method-assign]

    @app.get("/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        headers = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
        return HTMLResponse("\n".join(_page(written_for(app))), headers=headers)


def written_for(app: FastAPI) -> dict[str, Any]:
    """Write the documentation: tokens, examples, and the problem document that failures are."""
    if app.openapi_schema is None:
        written = get_openapi(
            title=app.title, version=app.version, summary=app.summary, routes=app.routes
        )
        parts = written["components"]
        found = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        parts["schemas"].update(found.pop("$defs", {}))
        parts["schemas"]["Problem"] = found
        parts["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        written["security"] = [{"token": []}]
        for path, method, told in operations(written):
            _complete(f"{method.upper()} {path.removeprefix(_PREFIX)}", told)
        app.openapi_schema = written
    return app.openapi_schema


def operations(written: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Walk over every path and method with what is told of it."""
    for path, methods in written["paths"].items():
        for method, told in methods.items():
            yield path, method, told


def _complete(address: str, told: dict[str, Any]) -> None:
    """Give an operation its example, and an answer that says what it is."""
    if address in EXAMPLES:
        told["requestBody"]["content"]["application/json"]["example"] = EXAMPLES[address]
    for status, says in _SAYS.items():
        if status in told["responses"]:
            told["responses"][status]["description"] = says


def _page(written: dict[str, Any]) -> Iterator[str]:
    title = escape(written["info"]["title"])
    yield f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
    yield f"<style>{_STYLE}</style></head><body><h1>{title}</h1>"
    yield f"<p>{escape(written['info']['summary'])}</p>"
    yield '<p>For machines: <a href="/openapi.json">openapi.json</a>.</p>'
    for path, method, told in operations(written):
        yield from _operation(f"{method.upper()} {path}", told)
    yield "<h2>Shapes</h2>"
    for name, shape in written["components"]["schemas"].items():
        yield from _shape(name, shape)
    yield "</body></html>"


def _operation(address: str, told: dict[str, Any]) -> Iterator[str]:
    yield f"<h3><code>{escape(address)}</code></h3>"
    yield f"<p>{escape(told.get('description', told.get('summary', '')))}</p>"
    for each in told.get("parameters", []):
        needed = "needed" if each.get("required") else "may be left out"
        says = escape(each.get("description", ""))
        yield f"<p><code>{escape(each['name'])}</code> ({each['in']}, {needed}) {says}</p>"
    for media, body in told.get("requestBody", {}).get("content", {}).items():
        yield f"<p>Takes {_type(body['schema'])} ({escape(media)})</p>"
        if "example" in body:
            yield f"<pre>{escape(_as_sent(body['example']))}</pre>"
    for status, answer in told["responses"].items():
        shapes = " ".join(
            _type(each.get("schema", {})) for each in answer.get("content", {}).values()
        )
        yield f"<p><b>{status}</b> {escape(answer['description'])} {shapes}</p>"


def _as_sent(example: object) -> str:
    """Show an example: text as it is, everything else as JSON."""
    return example if isinstance(example, str) else json.dumps(example, indent=2)


def _shape(name: str, shape: dict[str, Any]) -> Iterator[str]:
    yield f'<h3 id="{escape(name)}">{escape(name)}</h3>'
    yield f"<p>{escape(shape.get('description', ''))}</p>"
    if "enum" in shape:
        yield f"<p>One of <code>{escape(', '.join(map(str, shape['enum'])))}</code></p>"
    needed = shape.get("required", [])
    yield "<table>"
    for field, told in shape.get("properties", {}).items():
        must = "needed" if field in needed else ""
        yield f"<tr><td><code>{escape(field)}</code></td><td>{_type(told)}</td><td>{must}</td></tr>"
    yield "</table>"


def _type(told: dict[str, Any]) -> str:
    """Name a type in a few words, with a link where it has a shape of its own."""
    if "$ref" in told:
        name = escape(told["$ref"].rsplit("/", 1)[-1])
        return f'<a href="#{name}">{name}</a>'
    if "anyOf" in told:
        return " or ".join(_type(each) for each in told["anyOf"])
    if told.get("type") == "array":
        return f"list of {_type(told.get('items', {}))}"
    return escape(str(told.get("format", told.get("type", ""))))
