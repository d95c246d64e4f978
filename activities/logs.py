"""Logging, configured once for the API and the worker alike.

A log line is a fact in the past (`decision_recorded`) with keys: identifiers, codes, pence and
instants. Nobody hands a body, a row, a name or free text to a logger; and of an exception only its
type, its place in the code, its SQLSTATE and its constraint are written, since messages quote rows.
"""

import json
import logging
import sys
import traceback
from typing import TextIO

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

from activities.settings import LogFormat, Settings

_SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
)

_FRAMES_KEPT = 12

_WITH_OWN_HANDLERS = ("uvicorn", "uvicorn.error", "uvicorn.access")

_QUIET = ("uvicorn.access", "httpx", "httpcore", "sqlalchemy.engine")


class _Lines(logging.StreamHandler[TextIO]):
    """Writes lines; one that cannot be written is reported without what it would have said."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # the library's name
        """Say which logger lost a line: the library's own report would quote the arguments."""
        lost = {"event": "log_line_lost", "logger": record.name, "level": record.levelname.lower()}
        self.stream.write(json.dumps(lost) + "\n")


def configure_logs(chosen: Settings) -> None:
    """Send every log line of this process, ours and the libraries', to standard error in one form.

    Access logs of the web server are off: the API writes one line of its own for each request.
    """
    handler = _Lines(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_written_as(chosen.log_format),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=chosen.log_level, force=True)
    for name in _WITH_OWN_HANDLERS:
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def exception_named(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace an exception by its type and place; its message may quote a pupil's row.

    >>> exception_named(None, "error", {"event": "lost", "exc_info": ValueError("Sam")})
    {'event': 'lost', 'raised': ['ValueError'], 'raised_at': []}
    """
    raised = _exception_of(event.pop("exc_info", None))
    event.pop("stack_info", None)
    if raised is not None:
        event["raised"] = [_named(each) for each in _causes(raised)]
        frames = traceback.extract_tb(raised.__traceback__)[-_FRAMES_KEPT:]
        event["raised_at"] = [f"{each.filename}:{each.lineno} {each.name}" for each in frames]
    return event


def _exception_of(given: object) -> BaseException | None:
    """Return the exception meant by a logger's `exc_info` in any of the forms it may take."""
    if isinstance(given, BaseException):
        return given
    if isinstance(given, tuple):
        return _exception_of(given[1])
    return sys.exc_info()[1] if given else None


def _causes(raised: BaseException) -> list[BaseException]:
    """Return an exception and what it came from, latest first."""
    found: list[BaseException] = []
    current: BaseException | None = raised
    while current is not None and current not in found:
        found.append(current)
        current = current.__cause__ or current.__context__
    return found


def _named(raised: BaseException) -> str:
    """Name an exception: its type and, from a database, its SQLSTATE and constraint."""
    state = getattr(raised, "sqlstate", None)
    constraint = getattr(getattr(raised, "diag", None), "constraint_name", None)
    return " ".join(str(part) for part in (type(raised).__name__, state, constraint) if part)


def _written_as(form: LogFormat) -> list[Processor]:
    """Return the last steps of a line: one JSON object, or colours for a person."""
    if form is LogFormat.CONSOLE:
        return [exception_named, structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
    return [exception_named, structlog.processors.JSONRenderer()]
