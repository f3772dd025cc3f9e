"""A question that leans on the conversation in a way the rules do not see, put in full by a language model.

Pure: what the model is given, and whether what it wrote is the same question. It may only put the conversation's own
words in: none is invented, no filter of the question or the conversation is let go, and none is exchanged.
"""

import json
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.answer.draft import under_line
from bot.answer.wording import word
from bot.asking_words import PERSONS, PRONOUNS, is_small
from bot.bodies import fold
from bot.catalog import Catalog
from bot.paraphrase import key
from bot.query import Understanding, understand
from bot.records import Answer, Turn

PutInFull = Callable[[str, Sequence[Turn], str], Awaitable[str]]
"""Asks a model for a question in full: the question, the turns before it, the language. "" where it gives nothing."""


@dataclass(slots=True)
class FollowUps:
    """What puts questions in full, once there is a model; None without."""

    put: PutInFull | None = None


LONGEST = 40
"""Words of the longest question that is put in full; who writes more says what they mean."""
_FIELDS = {"sv": ("fråga", "ämne", "nätverk", "tid"), "en": ("question", "topic", "body", "time")}
_CUE = re.compile(r"(?i)^\W*(?:(?:ok|okej|jaha|ja|nej|so|well)\W+)*(?:och|men|samt|sen|and|but|what about|how about)\b")
_LOCAL = frozenset("dar da dit there then".split())


def needs_model(answer: Answer, question: str, turns: Sequence[Turn]) -> bool:
    """Whether a model is to be asked what a question leaves out: the rules found nothing in the conversation for it and
    it got no answer, but its words point back ("och ...", "den", "där").
    """
    said = _words(question)
    if not turns or not answer.refused or answer.full or answer.intent == "help" or not 0 < len(said) <= LONGEST:
        return False
    return _CUE.match(question) is not None or bool({fold(w) for w in said} & (PRONOUNS | PERSONS | _LOCAL))


def told_in_full(answer: Answer, question: str, full: str) -> Answer:
    """The answer to the question in full, as the answer to what was typed: its first line tells how that was read."""
    said = word(answer.language, "read_as").format(question=" ".join(re.sub(r"[*_`\[\]<>]", " ", full).split()))
    return replace(under_line(answer, said), question=question, full=full)


def turns_text(turns: Sequence[Turn], language: str) -> str:
    """The questions before for the prompt, a JSON object a line, so that no text can end its own field."""
    return "\n".join(_turn(turn, language) for turn in turns)


def _turn(turn: Turn, language: str) -> str:
    values = (turn.question, turn.topic, ", ".join((*turn.bodies, *turn.where)), ", ".join(turn.when))
    return json.dumps(dict(zip(_FIELDS[language], values, strict=True)), ensure_ascii=False)


def read_rewrite(text: str, question: str, turns: Sequence[Turn], catalog: Catalog, today: date) -> str:
    """The question in full out of what the model wrote; "" where that is not the same question, or adds nothing."""
    full = " ".join(text.split()).strip('"”“» «')
    if "\n" in text.strip() or not 0 < len(_words(full)) <= LONGEST + 20 or _stems(full) == _stems(question):
        return ""
    return full if _says_no_more(full, question, turns) and _keeps(full, question, turns, catalog, today) else ""


def _says_no_more(full: str, question: str, turns: Sequence[Turn]) -> bool:
    """Whether each word of it stands in the question or in the turns before, small words apart; and each word of the
    question that says something stands in it.
    """
    known = _stems(" ".join([question, *(_said(turn) for turn in turns)]))
    own = {key(word) for word in _words(question) if not _points(word)}
    return _stems(full) <= known and own <= _stems(full)


def _said(turn: Turn) -> str:
    return " ".join((turn.question, turn.topic, *turn.bodies, *turn.where, *turn.when, *turn.people))


def _keeps(full: str, question: str, turns: Sequence[Turn], catalog: Catalog, today: date) -> bool:
    """Whether it restricts as the question does, and where the question does not, as the turn before did."""
    asked, alone = understand(full, catalog, today), understand(question, catalog, today)
    last = turns[-1]
    bodies = alone.query.bodies or last.bodies
    if set(asked.query.bodies) != set(bodies) or asked.no_body != alone.no_body:
        return False
    if not set(alone.required) | set(alone.query.numbers) | set(alone.people) <= _restricting(asked):
        return False
    when = alone.when or last.when
    where = last.where if not alone.organisations else ()
    return _stems(" ".join((*when, *where))) <= _stems(full)


def _restricting(asked: Understanding) -> set[str]:
    return {*asked.required, *asked.query.numbers, *asked.people}


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


def _points(word: str) -> bool:
    """Whether a word only binds or points back."""
    return is_small(word) or fold(word) in PRONOUNS | PERSONS | _LOCAL


def _stems(text: str) -> set[str]:
    """The stems of the words that say something, figures among them."""
    return {key(word) for word in _words(text) if not _points(word)}
