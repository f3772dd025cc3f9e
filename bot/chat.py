"""A conversation on the command line: a question a line, each with those before it in mind."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence

from bot.records import Answer, Turn

Converse = Callable[[str, Sequence[Turn]], tuple[Answer, tuple[Turn, ...]]]
ENDS = frozenset(("", "sluta", "slut", "avsluta", "quit", "exit"))
"""Lines that end a conversation."""


def chat(read: Callable[[], str], converse: Converse) -> Iterator[Answer]:
    """The answers to the lines that `read` gives, until one that ends the conversation, or EOFError."""
    turns: tuple[Turn, ...] = ()
    while True:
        try:
            question = read().strip()
        except EOFError:
            return
        if question.casefold() in ENDS:
            return
        answer, turns = converse(question, turns)
        yield answer


def prompt() -> Callable[[], str]:
    """What reads the next line: asked for on a terminal, else taken from stdin as it is. Raises EOFError at the end."""
    if not sys.stdin.isatty():
        return _read_line
    from rich.console import Console

    console = Console(stderr=True)  # stdout holds the answers only
    console.print("Ställ en fråga. Tom rad eller ”sluta” avslutar.", style="dim")
    return lambda: console.input("[bold]> [/bold]")


def _read_line() -> str:
    line = sys.stdin.buffer.readline()
    if not line:
        raise EOFError
    return line.decode("utf-8", "replace")


def batch_answers(questions: Iterable[tuple[str, str | None]], converse: Converse) -> Iterator[Answer]:
    """The answers in order; questions of the same conversation lean on each other, those of none stand alone."""
    kept: dict[str, tuple[Turn, ...]] = {}
    for question, conversation in questions:
        answer, turns = converse(question, kept.get(conversation, ()) if conversation is not None else ())
        if conversation is not None:
            kept[conversation] = turns
        yield answer
