"""The check that every answer passes before it leaves, whoever wrote it: each quote stands in its span.

What fails is dropped; with nothing left, the answer becomes a refusal.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from bot.answer.draft import Documents, flat, render
from bot.records import Answer, Citation, Statement
from indexer.records import IndexerError

_MARK = re.compile(r"\[(\d+)\]")
_LEAD = re.compile(r"- \*\*((?:(?!\*\*).)+):\*\* ")
"""The fact that a statement sets before its quote."""
_HEADING = re.compile(r"\*\*(?:(?!\*\*).)+\*\*")


def is_supported(citation: Citation, documents: Documents) -> bool:
    """Whether the quote is the document's words at the span, and is not empty."""
    try:
        text = documents(citation.document).text
    except IndexerError:  # no such document
        return False
    inside = 0 <= citation.start < citation.end <= len(text)
    return inside and text[citation.start : citation.end] == citation.quote and bool(citation.quote.strip())


def check_answer(answer: Answer, documents: Documents) -> Answer:
    """The answer without what does not hold: citations whose quote is not at its span, statements that lean on them,
    statements that claim something without a citation, headings left over nothing.

    Citations are renumbered from 1. A refusal keeps what it says without citing.
    """
    if answer.refused:
        told = tuple(s for s in answer.statements if not s.citations)
        return replace(answer, statements=told, citations=(), text=render(told))
    good = {c.n: c for c in answer.citations if is_supported(c, documents)}
    kept = [s for s in answer.statements if _is_heading(s) or _holds(s, good)]
    kept = [s for i, s in enumerate(kept) if s.citations or any(t.citations for t in kept[i + 1 : _reach(s, i)])]
    used = list(dict.fromkeys(n for s in kept for n in s.citations))
    numbers = {n: i for i, n in enumerate(used, 1)}
    statements = tuple(_renumber(s, numbers, [flat(good[n].quote) for n in s.citations]) for s in kept)
    citations = tuple(replace(good[n], n=numbers[n]) for n in used)
    return replace(answer, statements=statements, citations=citations, refused=not used, text=render(statements))


def _is_heading(statement: Statement) -> bool:
    """Whether the statement is a line of our own words over others: bold from end to end, and cites nothing."""
    return not statement.citations and _HEADING.fullmatch(statement.text) is not None


def _reach(heading: Statement, at: int) -> int | None:
    """How far a heading's lines may lie: to the next line; to the end (None) for one that opens all with a colon."""
    return None if heading.text.endswith(":**") else at + 2


def _holds(statement: Statement, good: Mapping[int, Citation]) -> bool:
    """Whether the statement has citations, all of them good, and quotes nothing but what they hold; the fact that
    is set before a quote must stand in it.

    Quotation marks may stand in a title too, and inside a quote: a quote that is shown whole is set aside first.
    """
    if not statement.citations or any(n not in good for n in statement.citations):
        return False
    cited = [good[n] for n in statement.citations]
    rest = statement.text
    lead = _LEAD.match(rest)
    if lead is not None and not any(lead[1] in flat(c.quote) for c in cited):
        return False
    for quote in _longest_first(flat(c.quote) for c in cited):
        rest = rest.replace(f"”{quote}”", "")
    known = [flat(part) for c in cited for part in (c.quote, c.title or "")]
    shown = flat(_outermost(rest))
    return any(shown in part for part in known)


def _outermost(text: str) -> str:
    """What stands between the first quotation mark and the last; "" where nothing is quoted."""
    first, last = text.find("”"), text.rfind("”")
    return text[first + 1 : last] if first < last else ""


def _longest_first(quotes: Iterable[str]) -> list[str]:
    return sorted(quotes, key=len, reverse=True)


def _renumber(statement: Statement, numbers: Mapping[int, int], quotes: Iterable[str]) -> Statement:
    """The statement with its citations' new numbers, in its text too; a "[1]" inside a quote is the minutes' own."""
    if all(numbers[n] == n for n in statement.citations):  # as a rule; a pattern for each statement is dear
        return statement
    whole = "|".join(re.escape(f"”{quote}”") for quote in _longest_first(quotes))

    def write(mark: re.Match[str]) -> str:
        number = int(mark[1]) if mark[1] else None
        return f"[{numbers[number]}]" if number in statement.citations else mark[0]

    text = re.sub(f"{whole}|{_MARK.pattern}" if whole else _MARK, write, statement.text)
    return Statement(text, tuple(numbers[n] for n in statement.citations))
