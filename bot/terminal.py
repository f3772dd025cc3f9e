"""Answers on a terminal: bold headings, hanging indents, dim sources; plain text where the output is no terminal."""

import re
import sys

from rich.console import Console
from rich.text import Text

from bot.answer import FIRST_LINES, SPARE, shorten
from bot.markdown import printable
from bot.records import Answer
from bot.show import answer_lines, print_plain, source_lines

WIDTH = 100
"""Characters to a line at most: longer ones are hard to read."""
_LEAD = re.compile(r"- |(?:\[\d+\] )+")
_MARKS = re.compile(r"(?: \[\d+\])+$")


def print_answer(answer: Answer, whole: bool) -> None:
    """The answer on stdout; on a terminal a long list is cut after its first lines, unless `whole`."""
    if not sys.stdout.isatty():
        print_plain(answer)
        return
    draw_answer(Console(highlight=False), answer if whole else shorten(answer, FIRST_LINES, SPARE, "and_more_all"))


def draw_answer(console: Console, answer: Answer) -> None:
    """The answer and its sources, drawn on this console."""
    for line, heading in answer_lines(answer):
        text = Text(printable(line), "bold" if heading else "")
        text.highlight_regex(_MARKS, "dim")
        draw_line(console, text)
    sources = source_lines(answer)
    if sources:
        console.print()
    for line, heading in sources:
        draw_line(console, Text(printable(line), "bold" if heading else "dim"))


def draw_line(console: Console, text: Text, indent: int = 0) -> None:
    """The text in lines of at most WIDTH characters, which begin below what follows its list sign or marks."""
    found = _LEAD.match(text.plain)
    lead, rest = text.divide([found.end() if found else 0])
    room = max(20, min(console.width, WIDTH) - len(lead) - indent)
    for number, line in enumerate(rest.wrap(console, room) or [rest]):
        line.rstrip()
        before = lead if number == 0 else Text(" " * len(lead))
        console.print(Text(" " * indent) + before + line, soft_wrap=True)
