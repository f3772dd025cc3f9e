"""What a conversation keeps of its questions and answers, for a follow-up to lean on."""

from collections.abc import Sequence
from dataclasses import replace

from bot.asking_words import is_empty
from bot.bodies import find_people
from bot.body_names import said_words
from bot.catalog import Catalog
from bot.follow_up import take_apart
from bot.query import Understanding
from bot.records import Answer, Carried, Turn
from indexer.lexical import word_tokens, words

QUOTES, MENTIONED = 10, 80
"""Quotes whose words are kept, and how many of them: those at the head of the answer are what one goes on about."""
KEPT = 5
"""Turns of a conversation that are kept; a follow-up leans on the last."""


def next_turns(turns: Sequence[Turn], asked: Understanding, answer: Answer, catalog: Catalog) -> tuple[Turn, ...]:
    """The conversation after an answer, its last turns only. Greetings, and commands that had nothing to show, leave
    it as it was.
    """
    last, carried = turns[-1] if turns else None, asked.carried or Carried()
    if asked.intent == "help" or carried.lacks or (carried.whole and answer.refused):
        return tuple(turns)
    if last is not None and carried.skip:
        return (*turns[:-1], _cited(last, answer, carried.skip))
    if last is not None and carried.whole:
        shown = replace(last, question=asked.question, intent="whole", topic=last.topic or _title(answer))
        return (*turns, _cited(shown, answer))[-KEPT:]
    turn = _turn(asked, answer, catalog, last if asked.carried else None)
    return (*turns, turn)[-KEPT:] if turn.topic or turn.meetings or turn.bodies or turn.when else tuple(turns)


def _turn(asked: Understanding, answer: Answer, catalog: Catalog, before: Turn | None) -> Turn:
    """The turn of a question and its answer; `before` is the one it leant on, None where it stood alone."""
    parts = take_apart(asked)
    quoted = " ".join(c.quote for c in answer.citations)
    turn = Turn(
        question=asked.question,
        intent=asked.intent,
        asks=asked.asks,
        language=asked.language,
        wording=parts.wording,
        topic=parts.topic or (before.topic if before else _title(answer)),
        bodies=parts.bodies,
        where=parts.where,
        when=parts.when,
        people=asked.people or _named(quoted, catalog) or (before.people if before else ()),
    )
    if answer.refused and before and (turn.bodies, turn.where, turn.when) == (before.bodies, before.where, before.when):
        return replace(turn, meetings=before.meetings, items=before.items)  # what was shown is still there to ask of
    turn = _cited(turn, answer)
    if before and answer.citations and not any(turn.items):  # who attended: the items are those of before
        return replace(turn, items=before.items, mentioned=before.mentioned)
    return turn


def _title(answer: Answer) -> str:
    """The title of the one item that an answer cites; "" where it cites several or none, or is about no item."""
    if answer.intent not in ("item", "direct", "decision"):
        return ""
    titles = {c.title for c in answer.citations if c.title}
    return next(iter(titles)) if len(titles) == 1 else ""


def _named(text: str, catalog: Catalog) -> tuple[str, ...]:
    """The people whose whole names stand in the text."""
    near = [p for p in catalog.people_index.beginning(said_words(text.casefold())) if p in text]
    return find_people(text, replace(catalog, people=tuple(near))) if near else ()  # no other spellings: they are dear


def _cited(turn: Turn, answer: Answer, skipped: int = 0) -> Turn:
    """The turn with what the answer cites and shows."""
    return replace(
        turn,
        meetings=tuple(dict.fromkeys(c.meeting for c in answer.citations)),
        items=tuple(c.item or "" for c in answer.citations),
        mentioned=_stems(" ".join(c.quote for c in answer.citations[:QUOTES] if c.item)),
        shown=skipped + sum(bool(s.citations) for s in answer.statements),
        left=answer.left_out,
    )


def _stems(text: str) -> tuple[str, ...]:
    """The stems of the words that name something, each once, the first of them."""
    return tuple(dict.fromkeys(word_tokens(w)[0][2:] for w in words(text) if not w.isdigit() and not is_empty(w)))[
        :MENTIONED
    ]
