"""What importing costs: a fresh interpreter for each core module, and for the command itself."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HEAVY = ("botbuilder", "aiohttp", "torch", "faiss", "sentence_transformers")
DEV = ("pytest", "hypothesis", "ruff", "mypy", "_pytest")
EDGES = {"bot.app", "bot.connector", "bot.openid", "bot.service", "bot.teams"}
"""The modules that may import aiohttp and botbuilder; all others are quick to import."""


def modules(package):
    """The names of a package's modules, its subpackages' too."""
    paths = sorted((ROOT / package).rglob("*.py"))
    dotted = [path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".") for path in paths]
    return [name.removesuffix(".__init__") for name in dotted]


def fresh(code, *arguments, **environ):
    """What a fresh interpreter that runs the code prints, as JSON."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env={**os.environ, **environ},
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


LOADED = f"""
import json, sys
before = set(sys.modules)
__import__(sys.argv[1])
print(json.dumps(sorted(name for name in {HEAVY + DEV!r} if name in sys.modules and name not in before)))
"""


@pytest.mark.parametrize("module", sorted({*modules("indexer"), *modules("bot")} - EDGES))
def test_module_imports_nothing_heavy(module):
    assert fresh(LOADED, module) == []


def test_indexer_never_imports_bot():
    code = "import json, sys\nfor name in sys.argv[1:]: __import__(name)\nprint(json.dumps('bot' in sys.modules))"
    assert fresh(code, *modules("indexer")) is False


RUN = """
import contextlib, io, json, sys
from click.testing import CliRunner
from bot.cli import main
result = CliRunner().invoke(main, sys.argv[1:])
loaded = [n for n in %r if n in sys.modules]
print(json.dumps([result.exit_code, result.stdout, result.stderr, loaded]))
"""


def command(*arguments, **environ):
    """Exit status, stdout, stderr, and which of the heavy modules the command loaded."""
    return fresh(RUN % (HEAVY + DEV,), *map(str, arguments), **environ)


@pytest.mark.parametrize("arguments", [["--help"], ["ask", "--help"], ["index", "-h"], ["--version"], ["serve", "-h"]])
def test_help_loads_nothing_heavy(arguments):
    status, shown, told, loaded = command(*arguments)
    assert (status, told, loaded) == (0, "", [])
    assert "motesminnet" in shown


def test_help_works_without_dev_tools():
    """Any attempt to import a tool of [dev] fails, as where only `pip install motesminnet` was run."""
    code = f"""
import json, sys
for name in {DEV!r}: sys.modules[name] = None
from click.testing import CliRunner
from bot.cli import main
print(json.dumps([CliRunner().invoke(main, [*one, "--help"]).exit_code for one in ([], *([c] for c in main.commands))]))
"""
    assert set(fresh(code)) == {0}


def test_a_register_question_loads_no_model_at_all(small_index):
    status, shown, told, loaded = command("ask", "vilka möten har hållits?", "--index", small_index)
    assert (status, told) == (0, "")
    assert "Socialchefsnätverket Norrdal" in shown
    assert set(loaded) <= {"faiss"}


def test_bytes_that_are_no_text_do_not_break_a_real_terminal(small_index):
    """Python turns bad bytes of the command line into lone surrogates, which no strict stdout takes."""
    words = [b"vilka m\xc3\xb6ten har h\xe5llits? \xff", b"--index", os.fsencode(small_index)]
    for extra in ([], [b"--json"]):
        done = subprocess.run(
            [sys.executable, "-m", "bot.cli", "ask", *words, *extra],
            cwd=ROOT,
            env={**os.environ, "PYTHONIOENCODING": "utf-8:strict"},
            check=False,
            capture_output=True,
            timeout=60,
        )
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout.decode("utf-8").strip()


@pytest.mark.model
def test_a_question_on_a_ready_index_loads_no_torch(sample_index):
    status, shown, told, loaded = command("ask", "vad beslutades om yrkesresan?", "--index", sample_index)
    assert (status, told) == (0, "")
    assert "[1]" in shown
    assert set(loaded) <= {"faiss"}
