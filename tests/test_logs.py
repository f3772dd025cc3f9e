import asyncio
import io
import json
import logging

import pytest
from aiohttp.http_exceptions import BadHttpMessage
from made_answers import QUESTION

from bot.logs import name_error, set_up_logging, trace


@pytest.fixture
def logged():
    """The lines logged so far, as JSON; the set-up of logging is put back afterwards."""
    root, stream = logging.getLogger(), io.StringIO()
    kept = root.handlers[:], root.level, {name: logging.getLogger(name).level for name in ("bot", "indexer")}
    set_up_logging(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:], root.level = kept[:2]
    for name, level in kept[2].items():
        logging.getLogger(name).setLevel(level)


def failing():
    """An error whose words, and whose cause's, quote what somebody asked."""
    try:
        try:
            raise KeyError(QUESTION)
        except KeyError as cause:
            raise ValueError(f"bad question: {QUESTION}") from cause
    except ValueError as error:
        return error


def test_a_record_is_a_line_of_json(logged):
    logging.getLogger("bot.respond").info("turn", extra={"outcome": "answered", "ms": 12.5, "question": QUESTION})
    (line,) = logged()
    assert (line["level"], line["logger"], line["message"]) == ("INFO", "bot.respond", "turn")
    assert (line["outcome"], line["ms"]) == ("answered", 12.5)
    assert line["time"].endswith("+00:00")
    assert "question" not in line


def test_an_error_is_told_without_its_words(logged):
    logging.getLogger("bot.app").error("A turn failed", exc_info=failing())
    (line,) = logged()
    assert line["error"] == "builtins.ValueError < builtins.KeyError"
    assert "test_logs.py" in line["trace"]
    assert "yrkesresan" not in json.dumps(line)


def test_a_library_says_one_line_and_no_more(logged):
    future = f"future: <Task finished exception=ValueError({QUESTION!r})>"
    logging.getLogger("asyncio").error("Task exception was never retrieved\n%s", future)
    logging.getLogger("other").warning("x" * 1000)
    logging.getLogger("other").info("not this")
    assert [line["message"] for line in logged()] == ["Task exception was never retrieved", "x" * 200]


async def test_a_task_that_nobody_waited_for_is_logged_without_its_words(logged):
    async def fail():
        raise failing()

    task = asyncio.create_task(fail())
    await asyncio.wait({task})
    asyncio.get_running_loop().call_exception_handler(
        {"message": "Task exception was never retrieved", "exception": task.exception(), "future": task}
    )
    (line,) = logged()
    assert "ValueError" in line["error"]
    assert "yrkesresan" not in json.dumps(line)


def test_what_is_no_http_does_not_fill_the_log(logged):
    logging.getLogger("aiohttp.server").error("Error handling request", exc_info=BadHttpMessage("x"))
    assert logged() == []


def test_values_that_are_no_json_are_still_logged(logged):
    logging.getLogger("bot.x").info("turn", extra={"reference": object(), "scope": "å"})
    assert logged()[0]["scope"] == "å"


def test_causes_that_go_in_a_ring_end():
    error = ValueError()
    error.__cause__ = KeyError()
    error.__cause__.__cause__ = error
    assert name_error(error) == "builtins.ValueError < builtins.KeyError"
    assert trace(error) == ""
