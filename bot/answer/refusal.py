"""An honest no: what was looked for and where, and the nearest thing that does exist, offered as an offer."""

import re
from collections.abc import Iterable

from bot.answer.assignments import asks_only_whose
from bot.answer.draft import under_subject
from bot.answer.evidence import Evidence
from bot.answer.select import supported
from bot.answer.wording import count_meetings, format_date, item_name, join, word
from bot.intents import is_thanks
from bot.records import Answer, Statement
from bot.relevance import Candidate
from indexer.lexical import query_words
from indexer.records import Meeting

_EMPTY = {"deferred": "nothing_deferred", "list": "no_decisions_at"}
_SHORT = re.compile(r"[^\W\d_]{4,20}(?: [^\W\d_]{2,16}){0,3}")
"""A title that can stand in a question as it is."""
NEAREST = 0.03
"""Least score of an item worth offering beside a no."""


def refuse(evidence: Evidence, elsewhere: Evidence | None = None) -> Answer:
    """The refusal of a question that nothing in the index answers. It cites nothing.

    `elsewhere` is the evidence without the question's filters: what it supports is offered, not claimed.
    """
    asked, language = evidence.asked, evidence.asked.language
    if asked.carried and asked.carried.lacks:
        return _answer(evidence, [word(language, asked.carried.lacks)])
    lines = [_reason(evidence)]
    if asked.no_body:
        lines.append(word(language, "bodies").format(bodies=join(list(evidence.catalog.bodies[:12]), language)))
    elif offered := supported(elsewhere) if elsewhere is not None else []:
        lines.append(_named(offered[0], "offer", language))
    elif asked.missing or not (evidence.meetings or evidence.of):
        lines += _existing(evidence)
    else:
        lines.append(_searched(evidence))
        if evidence.candidates and evidence.candidates[0].hit.score >= NEAREST:
            lines.append(_named(evidence.candidates[0], "nearest", language))
    return under_subject(_answer(evidence, lines), asked.carried.subject if asked.carried else "")


def _answer(evidence: Evidence, lines: list[str]) -> Answer:
    asked = evidence.asked
    statements = tuple(Statement(line) for line in lines if line)
    return Answer(
        question=asked.question,
        text="\n".join(s.text for s in statements),
        refused=True,
        intent=asked.intent,
        language=asked.language,
        statements=statements,
    )


def _where(evidence: Evidence) -> str:
    asked, language = evidence.asked, evidence.asked.language
    bodies = list(asked.query.bodies)
    parts = [word(language, "where").format(bodies=join(bodies, language)) if bodies else word(language, "where_all")]
    when = [f for f in asked.filters if f not in bodies and not f.startswith("punkt ")]
    if when:
        parts.append(word(language, "where_when").format(when=join(when, language)))
    return " ".join(parts)


def _reason(evidence: Evidence) -> str:
    asked, language = evidence.asked, evidence.asked.language
    if asked.no_body:
        return word(language, "no_body").format(body=asked.no_body[0])
    if asked.missing or not (evidence.meetings or evidence.of):
        named = list(asked.missing) or list(asked.filters)
        return (
            word(language, "no_filter").format(filters=join(named, language))
            if named
            else word(language, "not_found_bare").format(where=_where(evidence))
        )
    if asked.intent in _EMPTY and not evidence.weights and not evidence.cut:
        return word(language, _EMPTY[asked.intent])
    held = {re.sub(r"^\D+", "", item.number) for meeting in evidence.meetings for item in meeting.items}
    if asked.query.numbers and held & set(asked.query.numbers) and len(evidence.meetings) > 1:
        name = item_name(asked.query.numbers[0], True, "", language)
        return word(language, "which_meeting").format(number=name)
    if asked.query.numbers:
        name = item_name(asked.query.numbers[0], True, "", language)
        return word(language, "no_number").format(number=name, where=_where(evidence))
    if asks_only_whose(evidence):
        return word(language, "no_assignment").format(
            who=join(list(asked.people[:3]), language), where=_where(evidence)
        )
    topic = _as_typed(asked.query.topic)
    if not topic or (asked.carried and asked.carried.own is not None):
        return word(language, "not_found_bare").format(where=_where(evidence))
    return word(language, "not_found").format(topic=f"”{' '.join(topic[:8])}”", where=_where(evidence))


def _as_typed(topic: str) -> list[str]:
    """The words that the topic is searched by, as they were typed."""
    typed = {word.casefold(): word for word in re.findall(r"[\w-]+", topic)}
    return [typed.get(word, word) for word in query_words(topic)]


def say_cut(evidence: Evidence) -> str:
    """How many meetings an answer was sought in, of those within the filters, and how to ask for all."""
    said = word(evidence.asked.language, f"only_{evidence.cut}")
    return said.format(n=len(evidence.meetings), meetings=count_meetings(evidence.of, evidence.asked.language))


def _searched(evidence: Evidence) -> str:
    if evidence.cut:
        return say_cut(evidence)
    if evidence.of > len(evidence.meetings):  # only those were read that the register told of
        return word(evidence.asked.language, "searched_all").format(
            meetings=count_meetings(evidence.of, evidence.asked.language)
        )
    years = sorted({m.date[:4] for m in evidence.meetings if m.date})
    shown = (
        years[0]
        if len(years) == 1
        else f"{years[0]}–{years[-1]}"
        if years
        else word(evidence.asked.language, "undated")
    )
    return word(evidence.asked.language, "searched").format(
        meetings=count_meetings(len(evidence.meetings), evidence.asked.language), years=shown
    )


def _named(candidate: Candidate, key: str, language: str) -> str:
    """The words `key` about an item."""
    item, meeting = candidate.item, candidate.meeting
    name = item_name(item.number, item.number_printed, item.title, language)
    title = f"{name}, ”{item.title}”" if item.number_printed else name
    return word(language, key).format(
        title=title, body=meeting.body, date=format_date(meeting.date, meeting.date_precision, language)
    )


def _existing(evidence: Evidence) -> list[str]:
    language = evidence.asked.language
    bodies = evidence.asked.query.bodies
    entries = [e for e in evidence.catalog.meetings if not bodies or e.body in bodies][:6]
    if not entries:
        return []
    shown = [f"{e.body} {format_date(e.date, e.date_precision, language)}" for e in entries]
    return [word(language, "exists").format(meetings="; ".join(shown))]


def say_help(evidence: Evidence) -> Answer:
    """What the bot can be asked, with examples out of the index; to whoever thanks, no more than is polite."""
    language, catalog = evidence.asked.language, evidence.catalog
    if is_thanks(evidence.asked.question):
        return _answer(evidence, [word(language, "welcome")])
    dated = next((e for e in catalog.meetings if e.date_precision == "day"), None)
    topic = _example(evidence.meetings) or "…"
    examples = [f"- vad beslutades om {topic}?" if language == "sv" else f"- what was decided about {topic}?"]
    if dated is not None:
        date = format_date(dated.date, dated.date_precision, language)
        examples += (
            [f"- vilka beslut fattades den {date}?", f"- vilka deltog den {date}?"]
            if language == "sv"
            else [f"- which decisions were made on {date}?", f"- who attended on {date}?"]
        )
    examples += (
        ["- vad sköts upp?", "- vilka möten har hållits?"]
        if language == "sv"
        else ["- what was deferred?", "- which meetings were held?"]
    )
    lines = [word(language, "help"), *examples]
    if catalog.bodies:
        lines.append(
            word(language, "in_index").format(
                meetings=count_meetings(len(catalog.meetings), language),
                bodies=join(list(catalog.bodies[:12]), language),
            )
        )
    return _answer(evidence, lines)


def _example(meetings: Iterable[Meeting]) -> str:
    """A topic to ask about: the title of the first item that decided something and has a short one; "" without any."""
    for item in (item for meeting in meetings for item in meeting.items):
        if any(d.kind == "substantive" for d in item.decisions) and _SHORT.fullmatch(item.title):
            return item.title if item.title[1].isupper() else item.title[0].lower() + item.title[1:]
    return ""


def ask_for_question(language: str, question: str) -> Answer:
    """The reply to an empty question."""
    line = word(language, "empty")
    return Answer(
        question=question, text=line, refused=True, intent="help", language=language, statements=(Statement(line),)
    )
