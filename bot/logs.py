"""Logs as lines of JSON that hold no question, no answer and no name.

An error is told by its type and the code lines it passed, never by its message, which may quote what somebody wrote.
"""

import json
import logging
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TextIO

OURS = ("bot.", "indexer.")
FIELDS = (
    "reference",
    "outcome",
    "intent",
    "scope",
    "generation",
    "ms",
    "reason",
    "status",
    "prompt",
    "kept",
    "dropped",
)
"""What a record may carry beside its message, with `extra=`."""
MAX_FOREIGN = 200


class JsonFormatter(logging.Formatter):
    """One record as a line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The record, its error without the error's words."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
        }
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = name_error(record.exc_info[1])
            line["trace"] = trace(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def set_up_logging(stream: TextIO | None = None) -> None:
    """Log as JSON to the stream (stderr by default), our own modules from INFO and the libraries from WARNING."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter())
    handler.addFilter(_is_worth_a_line)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in OURS:
        logging.getLogger(name.rstrip(".")).setLevel(logging.INFO)
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)  # a line for each attempt


def name_error(error: BaseException) -> str:
    """The types of an error and its causes. Never their messages."""
    return " < ".join(f"{type(e).__module__}.{type(e).__qualname__}" for e in _chain(error))


def trace(error: BaseException) -> str:
    """The code lines of an error's traceback and of its causes', without messages."""
    return "".join(line for e in _chain(error) for line in traceback.format_tb(e.__traceback__)).rstrip()


def _is_worth_a_line(record: logging.LogRecord) -> bool:
    """Whether to log the record: what is no HTTP at all aiohttp refuses by itself, and it must not fill the log."""
    error = record.exc_info[1] if record.exc_info else None
    return type(error).__module__ != "aiohttp.http_exceptions"


def _message(record: logging.LogRecord) -> str:
    """The record's message. A library's is cut to its first line: asyncio, for one, goes on with the error's words."""
    message = record.getMessage()
    if record.name.startswith(OURS):
        return message
    return message.split("\n", 1)[0][:MAX_FOREIGN]


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what caused it, innermost last; a ring of causes ends."""
    seen: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in seen:
        yield cause
        seen.append(cause)
        cause = cause.__cause__ or cause.__context__
