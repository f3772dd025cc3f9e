"""The pure halves around a language model: an answer's citations as its sources, its checked sentences as an answer."""

import json
from collections.abc import Sequence
from dataclasses import replace

from bot.answer.draft import render
from bot.answer.wording import format_date, item_name, word
from bot.cited import quote_of
from bot.prose import find_markers
from bot.records import Answer, Citation, Statement
from bot.verify import Verdict, enough, quoted, renumber

INTENTS = frozenset(("decision", "timeline", "comparison", "direct"))
"""What prose helps; lists, counts and attendance read best as they are."""
MOST = 10
"""Citations that a model is given: what one Teams message shows, and what it can be held to repeat whole."""
_DECIDED = frozenset(("substantive", "deferred", "consultation"))
_FIELDS = {
    "sv": ("nr", "möte", "datum", "punkt", "slag", "text"),
    "en": ("n", "body", "date", "item", "kind", "text"),
}
_KINDS = {
    "sv": {
        "substantive": "beslut",
        "formal": "formellt beslut",
        "noted": "noterat",
        "deferred": "uppskjutet",
        "consultation": "svar",
        None: "text",
    },
    "en": {
        "substantive": "decision",
        "formal": "formal decision",
        "noted": "noted",
        "deferred": "put off",
        "consultation": "reply",
        None: "text",
    },
}


def suits(answer: Answer) -> bool:
    """Whether a model may write this answer anew: one of few sources, which says nothing of its own about them.

    A doubt ("Jag är inte säker ..."), a correction of the question, or a line that tells what is left out would be
    lost in prose; then the answer stays as it is.
    """
    if answer.refused or answer.intent not in INTENTS or answer.left_out or not 0 < len(answer.citations) <= MOST:
        return False
    bodies = tuple(f"**{citation.body}" for citation in answer.citations)
    told = [s.text for s in answer.statements if not s.citations]
    return all(text.startswith(bodies) for text in (told[1:] if subject_of(answer) else told))


def subject_of(answer: Answer) -> Statement | None:
    """The first line that tells what a follow-up's answer is about ("Om yrkesresan:"); None where there is none."""
    before, _, after = word(answer.language, "about").partition("{subject}")
    first = answer.statements[0] if answer.statements else Statement("")
    is_subject = first.text.startswith(f"**{before}") and first.text.endswith(f"{after}**") and not first.citations
    return first if is_subject else None


def sources_text(answer: Answer) -> str:
    """The answer's citations for the prompt: a JSON object a line, so that no text can end its own field."""
    return "\n".join(_source(citation, answer.language) for citation in answer.citations)


def _source(citation: Citation, language: str) -> str:
    date = format_date(citation.date, citation.date_precision, language)
    values = (
        citation.n,
        citation.body,
        date,
        _item(citation, language),
        _KINDS[language][citation.kind if citation.kind in _KINDS[language] else None],
        citation.quote,
    )
    return json.dumps(dict(zip(_FIELDS[language], values, strict=True)), ensure_ascii=False)


def _item(citation: Citation, language: str) -> str:
    """ "punkt 10 (Yrkesresan)", "punkten Yrkesresan"; "" for a citation to the meeting itself."""
    if citation.number is None:
        return ""
    title = citation.title or ""
    name = item_name(citation.number, bool(citation.number_printed), title, language)
    return f"{name} ({title})" if citation.number_printed and title else name


def rewrite(answer: Answer, verdicts: Sequence[Verdict], *, whole: bool = True) -> Answer | None:
    """The answer in the sentences that hold, and the quotes that stand for others; None where too little is left.

    A decision that the sentences leave out is quoted after them; where they leave out most, nothing is left.
    `whole` False: what there is of it so far, however little.
    """
    told = [one for one in verdicts if one.text]
    if whole:
        left_out = _left_out(answer, told)
        decided = sum(c.kind in _DECIDED for c in answer.citations)
        if not told or not enough(verdicts) or 2 * len(left_out) > decided:
            return None
        told += left_out
    said, order = renumber(told)
    subject = subject_of(answer)
    sentences = (Statement(one.text, one.citations) for one in said)
    statements = (*([subject] if subject else []), *sentences)
    by_number = {c.n: c for c in answer.citations}
    citations = tuple(replace(by_number[old], n=new) for new, old in enumerate(order, 1))
    return replace(answer, statements=statements, citations=citations, text=render(statements), mode="llm")


def _left_out(answer: Answer, told: Sequence[Verdict]) -> list[Verdict]:
    """The decisions that no sentence leans on, as quotes."""
    used = {n for one in told for n in one.citations}
    lacking = [quote_of(c) for c in answer.citations if c.kind in _DECIDED and c.n not in used]
    return [Verdict(quoted(one, answer.language), False, "", (one.n,)) for one in lacking]


def unchecked(answer: Answer, text: str) -> Answer:
    """The answer as the model wrote it, with those of its markers that mean something: for figures only."""
    used = set(find_markers(text))
    citations = tuple(c for c in answer.citations if c.n in used)
    return replace(answer, text=text, citations=citations, refused=not text.strip(), mode="llm")
