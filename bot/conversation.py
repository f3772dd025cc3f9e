"""Follow-up questions: what a short question leaves out is taken from the turn before it, or it stands alone.

Pure: turns in, an Understanding out; no clock. Conservative: a question with a subject of its own is a new one, and
what was carried over is told in `Carried.subject`, the answer's first line.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from textwrap import shorten

from bot.answer.wording import format_date, word
from bot.catalog import Catalog, MeetingEntry
from bot.commands import Command, read_command
from bot.follow_up import Fragment, Parts, read_fragment, without_dates
from bot.gaps import find_gap
from bot.query import Understanding, understand
from bot.records import Carried, Turn
from indexer.dates import ENGLISH_MONTHS, MONTHS

FEW = 2
"""Of an answer that cites no more items than this, "mer" shows the first from end to end."""
_RESPONSIBLE = re.compile(r"(?i)\b(?:responsible|in charge)\b")
_OF_ITEMS = frozenset(("direct", "decision", "action", "attachments", "deferred"))
_KINDS = frozenset(("who", "when", "how_much", "how_many", "why"))
_PREPOSITION = re.compile(r"(?i)^(?:i|på|från|under|vid|in|on|at|from|of|during)\s+")
_YEARLESS = re.compile(
    rf"(?i)\b(?:vår(?:en)?|höst(?:en)?|sommar(?:en)?|vinter(?:n)?|{'|'.join((*MONTHS, *ENGLISH_MONTHS))})$"
)


def resolve(question: str, turns: Sequence[Turn], catalog: Catalog, today: date) -> tuple[Understanding, ...]:
    """What the question asks, with what it leaves out taken from the turns before it (oldest first): readings to be
    tried in order until one is answered.

    A question that stands alone has one, understood exactly as without turns, and its `carried` is None.
    """
    alone = understand(question, catalog, today)
    fragment = read_fragment(alone.query.question, catalog, today) if turns and alone.intent != "help" else None
    if fragment is None:
        return (alone,)
    command = read_command(fragment.parts.wording, fragment.asked.query.numbers)
    if command is not None and not (command.kind == "number" and fragment.filtered):
        readings = _show(command, fragment, turns, catalog, today)
    else:
        readings = _lean(fragment, turns[-1], catalog, today)
    return tuple(replace(asked, question=question) if asked.carried else alone for asked in readings) or (alone,)


# Filling it in


def _lean(fragment: Fragment, last: Turn, catalog: Catalog, today: date) -> tuple[Understanding, ...]:
    """The question with its gap filled from the last turn; none where it stands alone."""
    gap = find_gap(fragment, last)
    if gap == "meeting":
        return _of_meetings(fragment, last, catalog, today)
    if gap == "thing":
        return _ask_of_thing(fragment, last, catalog, today)
    parts, topic = fragment.parts, last.topic
    if gap == "wording":
        wording, topic = last.wording, last.topic
        if parts.when:
            wording, topic = without_dates(wording, today), without_dates(topic, today)
    elif gap == "topic":
        wording, topic = _with_topic(last, parts.topic), parts.topic
    elif gap == "subject":
        wording, topic = _about(fragment, last)
    elif gap == "filters":
        wording, topic = fragment.asked.query.question, ""
    else:
        return ()
    asked = _understand(_merge(fragment, last, wording, topic), fragment, last, catalog, today)
    return _ask_of_topic(asked, topic, fragment, last) if gap == "subject" and topic == last.topic else (asked,)


def _ask_of_topic(asked: Understanding, topic: str, fragment: Fragment, last: Turn) -> tuple[Understanding, ...]:
    """What is asked of a known topic: of the items just cited, then of all that are about it. What they are about need
    not be shown again, only what is asked; where nothing was cited, the topic is not known.
    """
    if fragment.says and fragment.parts.where:
        asked = replace(asked, intent="direct")  # "vad tyckte Tallnäs?": what one member said is no decision
    items = _items(last)
    if not items or asked.intent not in _OF_ITEMS:
        return (asked,)
    of_items = replace(asked.query, items=items)
    if asked.intent != "direct":
        return replace(asked, key="", query=of_items), asked
    own = _own(fragment, last)
    if not own and asked.asks not in _KINDS:
        return (asked,)
    asked = replace(asked, key=topic, carried=replace(asked.carried or Carried(), own=own))
    cited = replace(asked, query=of_items)
    if asked.asks == "why" and not own:
        return (cited,)  # why what was just said
    if "ansvarar" in own:  # else who has an assignment
        return cited, replace(asked, intent="action", key="", query=of_items), asked
    return cited, asked


def _ask_of_thing(fragment: Fragment, last: Turn, catalog: Catalog, today: date) -> tuple[Understanding, ...]:
    """What is asked about a thing that the answer mentioned: of the items just cited, then as it stands alone."""
    wording, topic = _about(fragment, last) if last.topic else (fragment.parts.wording, "")
    asked = _understand(_merge(fragment, last, wording, topic), fragment, last, catalog, today)
    carried = replace(asked.carried or Carried(), own=fragment.own)
    return replace(asked, carried=carried, query=replace(asked.query, items=_items(last))), fragment.asked


def _own(fragment: Fragment, last: Turn) -> tuple[str, ...]:
    """The words of the question that a sentence must hold to answer it; the minutes are Swedish."""
    if _language(fragment, last) == "en":
        return ("ansvarar",) if _RESPONSIBLE.search(fragment.parts.wording) else ()
    return (*fragment.own, *fragment.parts.where) if fragment.says else fragment.own


def _items(turn: Turn) -> tuple[str, ...]:
    """The items that the turn's answer cites, each once."""
    return tuple(dict.fromkeys(item for item in turn.items if item))


def _with_topic(last: Turn, topic: str) -> str:
    """The last question's wording about another topic."""
    if last.topic and last.topic in last.wording:
        return last.wording.replace(last.topic, topic)
    return f"{last.wording} {'about' if last.language == 'en' else 'om'} {topic}"


def _about(fragment: Fragment, last: Turn) -> tuple[str, str]:
    """The question's own wording with what it is asked of: the last topic, or the one person of the last turn where it
    says "hon" or "han"; and that by itself.
    """
    wording = fragment.parts.wording
    if fragment.person and len(last.people) == 1:
        return f"{wording} {last.people[0]}", last.people[0]
    english = _language(fragment, last) == "en"
    return f"{wording} {'about' if english else 'om'} {last.topic}", last.topic


def _merge(fragment: Fragment, last: Turn, wording: str, topic: str) -> Parts:
    """The filters of the question, and of the last turn those that it says nothing of."""
    parts = fragment.parts
    when = parts.when or last.when
    years = re.findall(r"\b(?:19|20)\d\d\b", " ".join(last.when))
    if parts.when and years and _YEARLESS.search(parts.when[-1]):
        when = (*parts.when[:-1], f"{parts.when[-1]} {years[-1]}")
    bodies, where = (parts.bodies, parts.where) if fragment.placed else (last.bodies, last.where)
    return Parts(wording, topic, bodies, where, when)


def _no_body(fragment: Fragment) -> tuple[str, ...]:
    return fragment.asked.no_body or ((fragment.unknown,) if fragment.unknown else ())


def _understand(parts: Parts, fragment: Fragment, last: Turn, catalog: Catalog, today: date) -> Understanding:
    """The question in full, understood as if it had been typed so."""
    places = [f"i {name}" for name in (*parts.where, " ".join(parts.bodies)) if name]
    asked = understand(" ".join([parts.wording, *parts.when, *places]), catalog, today)
    return replace(
        asked,
        language=_language(fragment, last),
        query=replace(asked.query, bodies=parts.bodies),
        no_body=_no_body(fragment) or (() if parts.bodies else asked.no_body),
        carried=Carried(_tell(parts)),
    )


def _of_meetings(fragment: Fragment, last: Turn, catalog: Catalog, today: date) -> tuple[Understanding, ...]:
    """The question put to the meetings just cited, of the bodies it names; none where there are none."""
    wanted = fragment.parts.bodies
    cited = [e for e in catalog.meetings if e.id in last.meetings and (not wanted or e.body in wanted)]
    if not cited or fragment.parts.where or fragment.parts.when:
        return ()
    bodies = tuple(dict.fromkeys(e.body for e in cited))
    days = tuple(format_date(e.date, e.date_precision, "sv") for e in cited[:1] if len(cited) == 1 and e.date)
    parts = Parts(fragment.asked.query.question.strip(" ?!."), "", bodies, (), days)
    asked = _understand(parts, fragment, last, catalog, today)
    if asked.intent == "direct" and asked.asks == "when" and not fragment.parts.topic:
        asked = replace(asked, intent="meetings")  # "när var mötet?"
    meetings = replace(asked.query, meetings=tuple(e.id for e in cited), since=None, until=None)
    carried = Carried(_tell_meetings(cited, asked.language))
    named = fragment.asked.organisations  # not the body's own: "vilka deltog från Tallnäs?"
    return (replace(asked, query=meetings, organisations=named, missing=(), no_body=(), carried=carried),)


def _language(fragment: Fragment, last: Turn) -> str:
    return fragment.language or last.language


def _tell(parts: Parts) -> str:
    """What is asked about and within which filters, in words: "yrkesresan, Nätverket Norrdal, 2022"."""
    bodies = parts.bodies if len(parts.bodies) <= 3 else (*parts.bodies[:3], "…")
    dates = (_PREPOSITION.sub("", one) for one in parts.when)
    told = (shorten(parts.topic.replace("*", " "), 80, placeholder=" …"), *bodies, *parts.where, *dates)
    return ", ".join(filter(None, told))


def _tell_meetings(cited: Sequence[MeetingEntry], language: str) -> str:
    if len(cited) > 1:
        return word(language, "cited_meetings").format(n=len(cited))
    day = format_date(cited[0].date, cited[0].date_precision, language)
    return f"{word(language, 'cited_meeting').format(date=day)}, {cited[0].body}"


# Commands


def _show(
    command: Command, fragment: Fragment, turns: Sequence[Turn], catalog: Catalog, today: date
) -> tuple[Understanding, ...]:
    """The items that a command wants shown, or the question before, to be gone on with."""
    last, items = turns[-1], _items(turns[-1])
    if command.kind in ("more", "rest"):
        if last.left:
            return _go_on(turns, catalog, today)
        if command.kind == "rest" or last.intent == "whole" or not 0 < len(items) <= FEW:
            return (_nothing(fragment, last, "no_more"),)
    if command.kind == "number":
        return _show_number(fragment, last, catalog, today)
    if command.kind == "source":
        items = last.items[command.place - 1 : command.place] if command.place else ()
    elif command.kind == "place":
        items = items[command.place - 1 : command.place]
    if not any(items):
        return (_nothing(fragment, last, "no_item"),)
    query = replace(fragment.asked.query, items=items)
    language = _language(fragment, last)
    return (replace(fragment.asked, intent="item", language=language, query=query, carried=Carried(whole=True)),)


def _show_number(fragment: Fragment, last: Turn, catalog: Catalog, today: date) -> tuple[Understanding, ...]:
    """The item with the number: of those just cited, else of their meetings."""
    readings = [replace(asked, carried=Carried(whole=True)) for asked in _of_meetings(fragment, last, catalog, today)]
    items = _items(last)
    return (*(replace(asked, query=replace(asked.query, items=items)) for asked in readings if items), *readings)


def _go_on(turns: Sequence[Turn], catalog: Catalog, today: date) -> tuple[Understanding, ...]:
    """The last question once more, from the line where its answer stopped."""
    last = turns[-1]
    told = Carried(_tell(Parts("", last.topic, last.bodies, last.where, last.when)))
    readings = resolve(last.question, turns[:-1], catalog, today)
    return tuple(replace(asked, carried=replace(asked.carried or told, skip=last.shown)) for asked in readings)


def _nothing(fragment: Fragment, last: Turn, lacks: str) -> Understanding:
    return replace(fragment.asked, language=_language(fragment, last), carried=Carried(lacks=lacks))
