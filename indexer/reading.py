"""What every reader gives back, what it raises, and the limits that hold before a file is opened."""

from collections.abc import Callable
from dataclasses import dataclass

from indexer.layout import RawLine
from indexer.records import IndexerError

MAX_BYTES = 200_000_000
"""Larger files are refused unread: minutes are never that big, and the bytes have to fit in memory."""

MAX_LINES = 400_000
MAX_CHARS = 20_000_000
"""What a document may come to as text; a repeated part in a small file can unfold to more."""


Patience = Callable[[], None]
"""Called before an outside program reads the file, which takes longer than a reader of ours may."""


def no_patience() -> None:
    """The patience of who sets no time limit."""


class ReadError(IndexerError):
    """A document that cannot be read; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The lines of a file as its format gives them; `problems` are sentences in Swedish about what was hard to read."""

    lines: list[RawLine]
    problems: tuple[str, ...] = ()


def size_problem(size: int) -> str:
    """Why a file of that many bytes is not read; "" where it is.

    >>> size_problem(2_147_483_648)
    'filen är 2147 MB, gränsen är 200 MB'
    """
    return f"filen är {size // 1_000_000} MB, gränsen är {MAX_BYTES // 1_000_000} MB" if size > MAX_BYTES else ""


def check_amount(lines: list[RawLine]) -> None:
    """Raises ReadError where the lines are more than any minutes have."""
    if len(lines) > MAX_LINES or sum(len(line.text) for line in lines) > MAX_CHARS:
        raise ReadError(f"texten är för lång, mer än {MAX_LINES} rader eller {MAX_CHARS // 1_000_000} miljoner tecken.")
