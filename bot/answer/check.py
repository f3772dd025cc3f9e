"""The check that every answer passes before it leaves, whoever wrote it: each quote stands in its span.

What fails is dropped; with nothing left, the answer becomes a refusal.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.answer.draft import Documents, flat, render
from bot.records import Answer, Citation, Statement

_MARK = re.compile(r"\[(\d+)\]")


def is_supported(citation: Citation, documents: Documents) -> bool:
    """Whether the quote is the document's words at the span, and is not empty."""
    text = documents(citation.document).text
    inside = 0 <= citation.start < citation.end <= len(text)
    return inside and text[citation.start : citation.end] == citation.quote and bool(citation.quote.strip())


def check_answer(answer: Answer, documents: Documents) -> Answer:
    """The answer without what does not hold: citations whose quote is not at its span, statements that lean on them,

    statements that claim something without a citation, headings left over nothing. Citations are renumbered from 1.
    """
    good = {c.n: c for c in answer.citations if is_supported(c, documents)}
    kept: list[Statement] = []
    for statement in answer.statements:
        if any(n not in good for n in statement.citations):
            continue
        quotes = flat(" ".join(good[n].quote for n in statement.citations))
        if statement.citations and not all(flat(q) in quotes for q in _quotes(statement.text)):
            continue
        if not statement.citations and not statement.text.startswith("**") and not answer.refused:
            continue
        kept.append(statement)
    kept = [
        s for i, s in enumerate(kept) if s.citations or answer.refused or any(t.citations for t in kept[i + 1 : i + 2])
    ]
    used = list(dict.fromkeys(n for s in kept for n in s.citations))
    renumbered = {n: i for i, n in enumerate(used, 1)}
    statements = tuple(_renumber(s, renumbered) for s in kept)
    citations = tuple(replace(good[n], n=renumbered[n]) for n in used)
    refused = answer.refused or not citations
    return replace(answer, statements=statements, citations=citations, refused=refused, text=render(statements))


def _renumber(statement: Statement, numbers: Mapping[int, int]) -> Statement:
    """The statement with its citations' new numbers, in its text as well."""
    text = _MARK.sub(
        lambda mark: f"[{numbers[int(mark[1])]}]" if int(mark[1]) in statement.citations else mark[0], statement.text
    )
    return Statement(text, tuple(numbers[n] for n in statement.citations))


def _quotes(text: str) -> list[str]:
    """What stands between the outermost quotation marks of a statement."""
    first, last = text.find("”"), text.rfind("”")
    return [text[first + 1 : last]] if 0 <= first < last else []
