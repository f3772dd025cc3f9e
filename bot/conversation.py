"""Follow-up questions: what a short question leaves out is taken from the turn before it, or it stands alone.

Pure: turns in, an Understanding out; no clock. Conservative: a question with a subject of its own is a new
one, and what was carried over is told in `Carried.subject`, the answer's first line.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.answer.wording import format_date, word
from bot.catalog import Catalog, MeetingEntry
from bot.commands import Command, read_command
from bot.follow_up import Fragment, Parts, read_fragment, without_dates
from bot.query import Understanding, understand
from bot.records import Carried, Turn
from indexer.dates import ENGLISH_MONTHS, MONTHS

FEW = 2
"""Of an answer that cites no more items than this, "mer" shows the first from end to end."""
_BY_TOPIC = frozenset(("decision", "comparison", "timeline", "direct", "list", "action", "attachments", "deferred"))
_NEEDS_TOPIC = frozenset(("decision", "comparison", "timeline", "direct"))
_SAME_MEETING = re.compile(r"(?i)\b(?:samma|det|same|that) (?:möte|mötet|sammanträde|sammanträdet|meeting)\b")
_RESPONSIBLE = re.compile(r"(?i)\b(?:ansvar\w*|responsible)$")
_PREPOSITION = re.compile(r"(?i)^(?:i|på|hos|från|under|vid|in|on|at|from|of|during)\s+")
_YEARLESS = re.compile(
    rf"(?i)\b(?:vår(?:en)?|höst(?:en)?|sommar(?:en)?|vinter(?:n)?|{'|'.join((*MONTHS, *ENGLISH_MONTHS))})$"
)


def resolve(question: str, turns: Sequence[Turn], catalog: Catalog, today: date) -> Understanding:
    """What the question asks, with what it leaves out taken from the turns before it (oldest first).

    `carried` is None where the question stands alone; then it is understood exactly as without turns.
    """
    alone = understand(question, catalog, today)
    fragment = read_fragment(alone.query.question, catalog, today) if turns and alone.intent != "help" else None
    if fragment is None:
        return alone
    command = read_command(fragment.parts.wording, fragment.asked.query.numbers)
    if command is not None and not (command.kind == "number" and fragment.filtered):
        asked = _show(command, fragment, turns, catalog, today)
    else:
        asked = _lean(fragment, turns[-1], catalog, today)
    return alone if asked is None else replace(asked, question=question)


# Whether something is left out, and what


def _gap(fragment: Fragment, last: Turn) -> str:
    """What the question leaves out: "wording" (it changes the filters only), "topic" (it changes what the question
    before was about), "subject" (it asks something else of the same), "meeting" (it asks about the meeting cited),
    "filters" (it goes on within the same), or "" where it stands alone.
    """
    if fragment.parts.topic:
        return _gap_beside_topic(fragment, last)
    if not fragment.asks:
        return "wording" if fragment.filtered and fragment.asked.intent == "direct" else ""
    if fragment.filtered and not fragment.cued and not fragment.says and fragment.asked.intent not in _NEEDS_TOPIC:
        return ""
    intent = fragment.asked.intent
    if intent in ("meetings", "agenda", "next", "deferred"):
        return _gap_of_register(fragment, last)
    if intent in ("attendance", "item") or (fragment.meeting and intent not in _NEEDS_TOPIC):
        return "meeting"
    if intent == "direct" and fragment.asked.asks == "when" and fragment.meeting:
        return "" if fragment.filtered else "meeting"
    if intent == "list" and fragment.everything:
        return ""
    if last.topic:
        return "subject"
    return "" if intent in _NEEDS_TOPIC else "meeting"


def _gap_beside_topic(fragment: Fragment, last: Turn) -> str:
    """What a question with words of its own leaves out: "och färdtjänsten?", "vilka rutiner gäller för den?"."""
    if fragment.cued and not fragment.asks and len(fragment.parts.topic.split()) <= 3:
        return "topic" if last.intent in _BY_TOPIC or fragment.asked.people else ""
    if _SAME_MEETING.search(fragment.parts.wording):
        return "meeting"
    return "subject" if fragment.meant and last.topic else ""


def _gap_of_register(fragment: Fragment, last: Turn) -> str:
    """Lists over the whole register stand alone, but for "mötet", a pronoun, or "och ..."."""
    if fragment.meeting and fragment.asked.intent != "next":
        return "meeting"
    if fragment.meant and last.topic and fragment.asked.intent == "deferred":
        return "subject"
    return "filters" if fragment.cued and not fragment.filtered else ""


# Filling it in


def _lean(fragment: Fragment, last: Turn, catalog: Catalog, today: date) -> Understanding | None:
    """The question with its gap filled from the last turn; None where it stands alone."""
    gap = _gap(fragment, last)
    if gap == "meeting":
        return _of_meetings(fragment, last, catalog, today)
    parts, topic = fragment.parts, last.topic
    if gap == "wording":
        wording = without_dates(last.wording, today) if parts.when else last.wording
    elif gap == "topic":
        wording, topic = _with_topic(last, parts.topic), parts.topic
    elif gap == "subject":
        wording, topic = _about(fragment, last)
    elif gap == "filters":
        wording, topic = fragment.asked.query.question, ""
    else:
        return None
    filters = _merge(fragment, last, wording, topic)
    within = tuple(dict.fromkeys(item for item in last.items if item)) if gap == "subject" and topic else ()
    return _understand(filters, fragment, last, within, catalog, today)


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
    link = ("for" if english else "för") if _RESPONSIBLE.search(wording) else ("about" if english else "om")
    return f"{wording} {link} {last.topic}", last.topic


def _merge(fragment: Fragment, last: Turn, wording: str, topic: str) -> Parts:
    """The filters of the question, and of the last turn those that it says nothing of."""
    parts, placed = fragment.parts, bool(fragment.parts.bodies or fragment.parts.where or _no_body(fragment))
    when = parts.when or last.when
    years = re.findall(r"\b(?:19|20)\d\d\b", " ".join(last.when))
    if parts.when and years and _YEARLESS.search(parts.when[-1]):
        when = (*parts.when[:-1], f"{parts.when[-1]} {years[-1]}")
    bodies, where = (parts.bodies, parts.where) if placed else (last.bodies, last.where)
    return Parts(wording, topic, bodies, where, when)


def _no_body(fragment: Fragment) -> tuple[str, ...]:
    return fragment.asked.no_body or ((fragment.unknown,) if fragment.unknown else ())


def _understand(
    parts: Parts, fragment: Fragment, last: Turn, within: tuple[str, ...], catalog: Catalog, today: date
) -> Understanding:
    """The question in full, understood as if it had been typed so."""
    bodies = [f"hos {' '.join(parts.bodies)}"] if parts.bodies else []
    asked = understand(" ".join([parts.wording, *parts.when, *bodies, *parts.where]), catalog, today)
    language = _language(fragment, last)
    return replace(
        asked,
        language=language,
        query=replace(asked.query, bodies=parts.bodies),
        no_body=_no_body(fragment) or asked.no_body,
        carried=Carried(_tell(parts), within),
    )


def _of_meetings(fragment: Fragment, last: Turn, catalog: Catalog, today: date) -> Understanding | None:
    """The question put to the meetings just cited, of the bodies it names; None where there are none."""
    wanted = fragment.parts.bodies
    cited = [e for e in catalog.meetings if e.id in last.meetings and (not wanted or e.body in wanted)]
    if not cited or fragment.parts.where or fragment.parts.when:
        return None
    bodies = tuple(dict.fromkeys(e.body for e in cited))
    days = tuple(format_date(e.date, e.date_precision, "sv") for e in cited[:1] if len(cited) == 1 and e.date)
    parts = Parts(fragment.asked.query.question, "", bodies, (), days)
    asked = _understand(parts, fragment, last, (), catalog, today)
    if asked.intent == "direct" and asked.asks == "when" and not fragment.parts.topic:
        asked = replace(asked, intent="meetings")  # "när var mötet?"
    return replace(
        asked,
        query=replace(asked.query, meetings=tuple(e.id for e in cited), since=None, until=None),
        organisations=fragment.asked.organisations,
        missing=(),
        carried=Carried(_tell_meetings(cited, asked.language)),
    )


def _language(fragment: Fragment, last: Turn) -> str:
    return fragment.language or last.language


def _tell(parts: Parts) -> str:
    """What is asked about and within which filters, in words: "yrkesresan, Nätverket Norrdal, 2022"."""
    bodies = parts.bodies if len(parts.bodies) <= 3 else (*parts.bodies[:3], "…")
    bare = [
        re.sub(r"(?i)^(?:i|på|hos|från|under|vid|in|on|at|from|of|during)\s+", "", one)
        for one in (*parts.where, *parts.when)
    ]
    told = ", ".join(filter(None, (parts.topic, *bodies, *bare)))
    return re.sub(r"[*\n]", " ", told)


def _tell_meetings(cited: Sequence[MeetingEntry], language: str) -> str:
    if len(cited) > 1:
        return word(language, "cited_meetings").format(n=len(cited))
    day = format_date(cited[0].date, cited[0].date_precision, language)
    return f"{word(language, 'cited_meeting').format(date=day)}, {cited[0].body}"


# Commands


def _show(
    command: Command, fragment: Fragment, turns: Sequence[Turn], catalog: Catalog, today: date
) -> Understanding | None:
    """The items that a command wants shown, or the question before, to be gone on with."""
    last = turns[-1]
    items = tuple(dict.fromkeys(item for item in last.items if item))
    if command.kind in ("more", "rest"):
        if last.left:
            return _go_on(turns, catalog, today)
        if command.kind == "rest" or last.intent == "whole" or not 0 < len(items) <= FEW:
            return _nothing(fragment, last, "no_more")
    if command.kind == "number":
        asked = _of_meetings(fragment, last, catalog, today)
        return asked and replace(asked, carried=Carried(within=items, whole=True))
    if command.kind == "source":
        items = last.items[command.place - 1 : command.place] if command.place else ()
    elif command.kind == "place":
        items = items[command.place - 1 : command.place]
    if not any(items):
        return _nothing(fragment, last, "no_item")
    asked = fragment.asked
    query = replace(asked.query, items=items, meetings=None, since=None, until=None)
    return replace(asked, intent="item", language=_language(fragment, last), query=query, carried=Carried(whole=True))


def _go_on(turns: Sequence[Turn], catalog: Catalog, today: date) -> Understanding:
    """The last question once more, from the line where its answer stopped."""
    last = turns[-1]
    asked = resolve(last.question, turns[:-1], catalog, today)
    carried = asked.carried or Carried(_tell(Parts("", last.topic, last.bodies, last.where, last.when)))
    return replace(asked, carried=replace(carried, skip=last.shown))


def _nothing(fragment: Fragment, last: Turn, lacks: str) -> Understanding:
    return replace(fragment.asked, language=_language(fragment, last), carried=Carried(lacks=lacks))
