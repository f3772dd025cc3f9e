"""Dates in quotes that can hardly be right: a meeting told as held that is dated after the minutes which tell of it."""

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.answer.draft import flat, render
from bot.answer.spans import sentence_spans
from bot.answer.wording import format_date, word
from bot.records import Answer, Citation, Statement
from indexer.dates import FoundDate, bounds, find_dates

_MEETING = r"\w*(?:möte\w*|sammanträde\w*|träff(?:en)?|meeting)"
_DATED = r",?\s(?:(?:den|on|of)\s)?(?:(?:mån|tis|ons|tors|fre|lör|sön)dag(?:en)?(?:\sden)?\s)?$"
_HELD = re.compile(rf"(?i)\b(?:vid|på|från|under|enligt|at|from|during)\s(?:\S+\s){{0,8}}?{_MEETING}{_DATED}")
"""What stands before the date of a meeting at which something was done."""
_RECORDED = re.compile(
    rf"(?i)\b(?:protokoll\w*|\w*anteckning\w*|minutes)\s(?:från|of|from)\s(?:\S+\s)?(?:{_MEETING}\s)?(?:(?:den|on|of)\s)?$|"
    rf"\b(?:föregående|förra|senaste|förgående|previous|last)\s{_MEETING}{_DATED}"
)
"""What stands before the date of a meeting that must be over: there are minutes of it, or it is the last one."""
_PAST = re.compile(
    r"(?i)\b(?:\w{2,}(?:ades?|ats?)|fick|fanns|gavs?|framkom\w*|lyft\w*|sas?|sades?|togs?|var|blev|kom|hölls?|hade|fattats?|"
    r"beslöt|was|were|had|said|decided|discussed|informed)\b"
)
_TO_COME = re.compile(
    r"(?i)\b(?:ska|skall|kommer|nästa|nästkommande|kommande|inför|planer\w*|boka\w*|flytt\w*|ändra\w*|bjud\w*|inbjud\w*|"
    r"bordl\w*|skjut\w*|sköt\w*|uppsk\w*|återkom\w*|återrapporter\w*|föresl\w*|ställ\w* in|inställ\w*|senast|hålls|"
    r"redovisas|tas upp|beslutas|behandlas|will|next|coming|shall|moved?)\b"
)
"""A sentence with such a word may well tell of a meeting to come."""
_TELLING = re.compile(r"(?i)möte|sammanträde|träff|meeting|protokoll|anteckning|minutes")
"""What `_HELD` and `_RECORDED` find has one of these in it: looking for dates is dear, and most quotes have none."""


def note_slips(answer: Answer) -> Answer:
    """The answer with a note after each line that quotes such a date: it is probably a slip of the pen."""
    cited = {citation.n: citation for citation in answer.citations}
    statements = tuple(
        _noted(statement, [cited[n] for n in statement.citations if n in cited], answer.language)
        for statement in answer.statements
    )
    if statements == answer.statements:
        return answer
    return replace(answer, statements=statements, text=render(statements))


def _noted(statement: Statement, citations: list[Citation], language: str) -> Statement:
    for citation in citations:
        for shown in find_slips(citation.quote, citation.date):
            if shown in statement.text:
                day = format_date(citation.date, citation.date_precision, language)
                note = word(language, "slip").format(date=shown, meeting=day)
                return replace(statement, text=f"{statement.text} {note}")
    return statement


def find_slips(quote: str, date: str | None) -> list[str]:
    """The dates in minutes of a meeting (its date as ISO, or None) of a meeting told as held, though it is a later one,
    as written.

    >>> find_slips("Vid mötet den 4 maj 2022 framkom att medel finns.", "2022-03-04")
    ['4 maj 2022']
    >>> find_slips("Frågan tas upp på mötet den 4 maj 2022.", "2022-03-04")
    []
    """
    return list(_find_slips(quote, date)) if date and _TELLING.search(quote) else []


def _find_slips(quote: str, date: str) -> Iterator[str]:
    for start, end in sentence_spans(quote, 0):
        sentence = flat(quote[start:end])
        for found in find_dates(sentence, short=False):
            if found.iso and bounds(found.iso)[0] > bounds(date)[1] and _is_told_as_held(sentence, found):
                yield re.sub(r"^(?:den|[a-zåäö]+dag(?:en)?)\s+", "", sentence[found.start : found.end].strip(" ."))


def _is_told_as_held(sentence: str, found: FoundDate) -> bool:
    before = sentence[: found.start]
    if _RECORDED.search(before):
        return True
    return bool(_HELD.search(before) and _PAST.search(sentence)) and not _TO_COME.search(sentence)
