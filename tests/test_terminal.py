"""What `ask` looks like on a terminal, and that it stays plain where there is none."""

import io
import os
import pty
import re
import subprocess
import sys
from dataclasses import replace

import pytest
from made_answers import make_answer, make_many
from made_index import run
from rich.console import Console
from rich.text import Text

from bot import terminal
from bot.answer import FIRST_LINES, SPARE, shorten
from bot.answer.wording import word
from bot.records import Statement

BOLD, DIM, OFF = "\x1b[1m", "\x1b[2m", "\x1b[0m"


def drawn(answer, width=60):
    """The answer as a terminal of this width gets it."""
    out = io.StringIO()
    terminal.draw_answer(
        Console(file=out, force_terminal=True, width=width, highlight=False, legacy_windows=False), answer
    )
    return out.getvalue()


def plain(text):
    return re.sub(r"\x1b\[[\d;]*m", "", text)


def list_of(count):
    """An answer with so many cited lines, as statements too."""
    many = make_many(count)
    statements = [Statement(f"- ”{c.quote}” [{c.n}]", (c.n,)) for c in many.citations]
    return replace(many, statements=tuple(statements), text="\n".join(s.text for s in statements))


def test_headings_are_bold_marks_and_sources_dim():
    shown = drawn(make_answer("**Norrdal**\n- ”Informationen noteras.” [1] [2]"))
    assert shown.startswith(
        f"{BOLD}Norrdal{OFF}\n- ”Informationen noteras.”{DIM} [1] [2]{OFF}\n\n{BOLD}Källor{OFF}\n{DIM}[1]"
    )


def test_long_lines_hang_below_their_beginning():
    shown = plain(drawn(make_answer(), width=42)).splitlines()
    assert shown[1:4] == [
        "- ”Nätverket ställer sig bakom Yrkesresan",
        "  och tar kostnaden 2023.” [1]",
        "",
    ]
    source = shown.index("Källor") + 1
    assert shown[source : source + 2] == ["[1] Norrdal, 4 mars 2022, punkt 10.", "    norrdal-2022-03-04.docx"]
    assert max(map(len, shown)) <= 42


@pytest.mark.parametrize("width", [1, 5, 30, 300])
def test_every_word_is_there_whatever_the_width(width):
    answer = make_answer()
    shown = plain(drawn(answer, width))
    assert re.sub(r"\s", "", answer.text.replace("**", "")) in re.sub(r"\s", "", shown)
    assert max(map(len, shown.splitlines())) <= max(30, terminal.WIDTH)


def test_nothing_in_a_document_acts_on_the_terminal():
    shown = drawn(make_answer("- ”[bold]a[/bold] \x1b[31mb\x9b2J :smile:” [1]"))
    assert "[bold]a[/bold] [31mb2J :smile:" in shown
    assert "\x1b[31m" not in shown


def test_refusal_has_no_sources():
    assert drawn(make_answer("Jag hittar inget.", ())) == "Jag hittar inget.\n"


@pytest.mark.parametrize(
    ("count", "shown"), [(FIRST_LINES + SPARE, FIRST_LINES + SPARE), (FIRST_LINES + SPARE + 1, FIRST_LINES)]
)
def test_long_list_is_cut_on_a_terminal_only(monkeypatch, capsys, count, shown):
    answer = list_of(count)
    terminal.print_answer(answer, whole=False)
    assert capsys.readouterr().out.count("- ”") == count
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    terminal.print_answer(answer, whole=False)
    cut = plain(capsys.readouterr().out)
    assert cut.count("- ”") == shown
    assert (f"Och {count - shown} till. Lägg till --all för att se dem." in cut) == (shown < count)
    assert len(re.findall(r"^(?:\[\d+\] )+", cut, re.MULTILINE)) <= shown
    terminal.print_answer(answer, whole=True)
    assert plain(capsys.readouterr().out).count("- ”") == count


def test_a_list_cut_twice_counts_all_that_is_left_out():
    short = shorten(shorten(list_of(20), 15), 12, more="and_more_all")
    assert short.text.endswith(word("sv", "and_more_all").format(n=8))
    assert (short.left_out, len(short.citations)) == (8, 12)


def test_indent_goes_before_every_line():
    out = io.StringIO()
    terminal.draw_line(Console(file=out, width=30), Text("Fel: " + "ord " * 12), indent=3)
    assert all(re.match(r" {3}\S", line) and len(line) <= 30 for line in out.getvalue().splitlines())


def test_ask_on_a_real_terminal(small_index):
    if sys.platform == "win32":
        pytest.skip("there are no pseudo-terminals")
    own, other = pty.openpty()
    command = [sys.executable, "-m", "bot.cli", "ask", "vilka möten har hållits?", "--index", str(small_index)]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80"}
    environment.pop("NO_COLOR", None)
    done = subprocess.run(command, stdin=other, stdout=other, stderr=subprocess.PIPE, env=environment, check=False)
    os.close(other)
    shown = os.read(own, 65_536).decode()
    os.close(own)
    assert (done.returncode, done.stderr) == (0, b"")
    assert f"{BOLD}Källor{OFF}" in shown
    assert plain(shown).replace("\r\n", "\n") == run("ask", "vilka möten har hållits?", "--index", small_index).stdout
