"""Whether a question leaves something out, and what: by its words, and by what the turn before offers."""

import re

from bot.bodies import fold
from bot.follow_up import Fragment
from bot.records import Turn
from indexer.lexical import word_tokens

NEEDS_TOPIC = frozenset(("decision", "comparison", "timeline", "direct"))
_BY_TOPIC = NEEDS_TOPIC | {"list", "action", "attachments", "deferred"}
_DEFINITE = re.compile(r"[^\W\d]{3,}(?:n|et|na)")
_THING_ASKED = frozenset(("who", "when", "how_much", "how_many", "why"))
_LEADING = frozenset(("who", "when", "how_much", "why"))
_SAME_MEETING = re.compile(r"(?i)\b(?:samma|det|same|that) (?:möte|mötet|sammanträde|sammanträdet|meeting)\b")


def find_gap(fragment: Fragment, last: Turn) -> str:
    """What the question leaves out: "wording" (it changes the filters only), "topic" (it changes what the question
    before was about), "subject" (it asks something else of the same), "thing" (it asks about a thing that the answer
    mentioned), "meeting" (it asks about the meeting cited), "filters" (it goes on within the same), or "" where it
    stands alone.
    """
    if fragment.speaks:
        return ""
    if fragment.parts.topic:
        return _gap_beside_topic(fragment, last)
    if not fragment.asking:
        return "wording" if fragment.filtered and (fragment.cued or fragment.asked.intent == "direct") else ""
    intent = fragment.asked.intent
    if fragment.person and len(last.people) == 1:
        return "subject"
    if fragment.filtered and not fragment.cued and not _is_short(fragment):
        return ""
    if intent in ("meetings", "agenda", "next", "deferred"):
        return _gap_of_register(fragment, last)
    if intent in ("attendance", "item") or (fragment.meeting and intent not in NEEDS_TOPIC):
        return "meeting"
    if intent == "direct" and fragment.asked.asks == "when" and fragment.meeting:
        return "" if fragment.filtered else "meeting"
    if intent == "list" and fragment.everything:
        return ""
    if last.topic and not _is_person(last):
        return "subject"
    return "" if intent in NEEDS_TOPIC else "meeting"


def _is_person(last: Turn) -> bool:
    """Whether the last question was about somebody: "när då?" asks nothing of a person."""
    return fold(last.topic) in {fold(person) for person in last.people}


def _is_short(fragment: Fragment) -> bool:
    """Whether a question with a filter leaves something out without saying so by an "och": "vad kostar den i
    Norrdal?", "vem ansvarar i Norrdal?", "vad sa Norrdal?".
    """
    if fragment.asked.intent not in NEEDS_TOPIC | {"list"}:
        return False
    if fragment.meant and fragment.asked.intent != "list":
        return True
    if not fragment.placed or fragment.parts.when or (fragment.parts.bodies and fragment.parts.where):
        return False
    return fragment.says or (fragment.asked.asks in _LEADING and len(fragment.own) <= 1 and fragment.asking <= 2)


def _gap_beside_topic(fragment: Fragment, last: Turn) -> str:
    """What a question with words of its own leaves out: "och färdtjänsten?", "vilka rutiner gäller för den?"."""
    if fragment.cued and not fragment.asking and len(fragment.parts.topic.split()) <= 3:
        about_people = last.intent in ("attendance", "meetings") or _is_person(last)
        return "topic" if (about_people if fragment.asked.people else last.intent in _BY_TOPIC) else ""
    if _SAME_MEETING.search(fragment.parts.wording):
        return "meeting"
    if fragment.meant and last.topic:
        return "subject"
    return "thing" if _is_mentioned(fragment, last) else ""


def _is_mentioned(fragment: Fragment, last: Turn) -> bool:
    """Whether the question is about one thing, in the definite, that the answer's quotes hold: "när ska rutinen vara
    klar?". It may be about another one; so what the answer cited is only looked at first.
    """
    thing = fragment.parts.topic
    if fragment.asked.intent != "direct" or fragment.asked.asks not in _THING_ASKED or fragment.filtered:
        return False
    return _DEFINITE.fullmatch(thing) is not None and word_tokens(thing.casefold())[0][2:] in last.mentioned


def _gap_of_register(fragment: Fragment, last: Turn) -> str:
    """Lists over the whole register stand alone, but for "mötet", a pronoun, or "och ..."."""
    if fragment.meeting and fragment.asked.intent != "next":
        return "meeting"
    if fragment.meant and last.topic and fragment.asked.intent == "deferred":
        return "subject"
    return "filters" if fragment.cued and not fragment.filtered else ""
