"""One question through all the steps: understand, embed, search, weigh, compose, check."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache, cached_property
from typing import Any

import numpy as np

from bot.access import Rights, named_in
from bot.acts import find_presumed
from bot.answer import LONGEST, compose
from bot.answer.evidence import Evidence, only_items
from bot.answer.refusal import ask_for_question, refuse
from bot.answer.select import WEIGHED
from bot.answer.topic import is_unsure
from bot.catalog import Catalog, MeetingEntry
from bot.conversation import resolve
from bot.in_full import needs_model, read_rewrite, told_in_full
from bot.kept import Kept
from bot.query import MAX_QUESTION, Understanding, second_reading, understand, without_filters
from bot.records import Answer, Citation, Turn
from bot.relevance import Candidate, in_swedish, topic_weights, weigh
from bot.scope import narrow
from bot.turns import KEPT, next_turns
from indexer.database import Place
from indexer.embed import Embedder
from indexer.engines import open_index
from indexer.generation import Generation, load_current, ways_out
from indexer.lexical import word_tokens, words
from indexer.records import AgendaItem, DamagedError, Document, Hit, Meeting, Origin, Query
from indexer.search import RankedIndex
from indexer.store import Register

DEPTH = 30
"""Items that search puts forward to be weighed."""
HELPFUL = 5
"""Meetings in which the help looks for something to ask about."""
KEPT_MEETINGS = 1_000
"""Whole meetings kept in memory once read (about 25 KB each); "vad sköts upp?" goes through all of them."""
PART = 50
"""Meetings read at a time when a library is made ready."""
KEPT_VIEWS = 32
"""Views of a library, for different rights, that are kept: some 100 KB each, for 1,000 documents."""
KEPT_ANSWERS = 500
"""Answers kept in memory (about 10 KB each): after a meeting, many ask the same."""
NOWHERE = "__"
"""A token that no chunk has: a stem is never empty."""
Embed = Callable[[str], np.ndarray[Any, np.dtype[np.float32]]]
"""A wording to its vector."""
_Asked = tuple[tuple[Understanding, ...], int | None]
"""All that an answer out of one library depends on: the question's readings, and how long a list may be."""
_SEARCHES = frozenset(("decision", "comparison", "timeline", "direct", "action", "attendance", "attachments"))


class AccessError(Exception):
    """A fault in the enforcement of access rules, caught before anything left."""


class Library:
    """One opened generation with what questions need of it over and over. Threads may share it."""

    def __init__(self, generation: Generation, index: RankedIndex | None = None) -> None:
        """Opens the generation's index, or takes the part of it that is given."""
        self.generation = generation
        self.index = index or open_index(generation)
        with self.index.reading():
            self.catalog = _catalog(self.index.register)
            self.origins = self.index.register.origins()
        self.answers: Kept[_Asked, tuple[Answer, Understanding]] = Kept(KEPT_ANSWERS)
        self._meetings = _Meetings(self.index.register)
        self.headers = {
            e.id: Meeting(e.id, e.id, e.body, e.date, e.date_precision, "", ()) for e in self.catalog.meetings
        }
        self._origins = {origin.id: origin for origin in self.origins}
        self._views: OrderedDict[Rights, _View | None] = OrderedDict()
        self._lock = threading.Lock()

    def holds(self, citation: Citation) -> bool:
        """Whether the document that the citation quotes may be seen here."""
        return True

    @property
    def failed(self) -> Mapping[str, str]:
        """Path -> why, of documents that could not be read when the index was built."""
        return self.generation.manifest.failed

    def origin(self, document: str) -> Origin | None:
        """The document (its id) as rules see it; None where the index has no such document."""
        return self._origins.get(document)

    @cached_property
    def named(self) -> frozenset[str]:
        """The object ids that sidecars let in."""
        return named_in(self.origins)

    def view(self, rights: Rights) -> "Library":
        """What somebody with these rights sees of it: for them an index without the other documents, in its answers,
        lists, counts and figures. The library itself where they may see everything.
        """
        rights = rights.relevant(self.named | rights.rules.named)
        with self._lock:
            if rights not in self._views:
                documents = rights.documents(self.origins)
                self._views[rights] = None if len(documents) == len(self.origins) else self._view_of(documents)
            view = self._views[rights]
            self._views.move_to_end(rights)
            while len(self._views) > KEPT_VIEWS:
                self._views.popitem(last=False)
        return self if view is None else view

    def _view_of(self, documents: frozenset[str]) -> "_View":
        same = (view for view in self._views.values() if view is not None and view.readable == documents)
        return next(same, None) or _View(self, documents)

    def warm(self) -> None:
        """Works out beforehand what the first question would have to wait for."""
        with self.index.reading():
            self.index.warm()
            ids = [entry.id for entry in self.catalog.meetings[:KEPT_MEETINGS]]
            for first in range(0, len(ids), PART):  # in parts: others answer meanwhile
                self._meetings.get(ids[first : first + PART])

    def document(self, document: str) -> Document:
        return self.index.register.document(document)

    def meetings(self, ids: Sequence[str]) -> tuple[Meeting, ...]:
        """Whole meetings."""
        return self._meetings.get(ids)

    def headers_of(self, ids: Sequence[str]) -> tuple[Meeting, ...]:
        """The meetings without their items and attendees; those of all, newest first, are kept."""
        return self._all_headers if len(ids) == len(self.headers) else tuple(self.headers[name] for name in ids)

    @cached_property
    def _all_headers(self) -> tuple[Meeting, ...]:
        return tuple(self.headers[name] for name in self.index.register.select_meetings(Query("", "")))

    def idf(self, word: str) -> float:
        """The word's inverse document frequency over the index's chunks, by its stem; a short word weighs half."""
        value = self.index.idf(word_tokens(word)[0])
        return value * (0.5 if len(word) <= 3 and word.islower() else 1.0)


class _Meetings:
    """Whole meetings of a register: a generation never changes, so that those read once are kept."""

    def __init__(self, register: Register) -> None:
        self._register, self._kept = register, dict[str, Meeting]()

    def get(self, ids: Sequence[str]) -> tuple[Meeting, ...]:
        missing = [name for name in ids if name not in self._kept]
        read = {one.id: one for one in self._register.meetings(missing)} if missing else {}
        if len(self._kept) + len(read) <= KEPT_MEETINGS:
            self._kept |= read
        return tuple(self._kept.get(name) or read[name] for name in ids)


class _View(Library):
    """A library as if its index held the `readable` documents alone. Texts and meetings are the whole library's, which
    is asked for what may be read only.

    The library itself, which holds its views, is not held: it is to be freed as soon as a newer one has taken its
    place, and not only when Python next looks for such cycles.
    """

    def __init__(self, whole: Library, readable: frozenset[str]) -> None:
        super().__init__(whole.generation, whole.index.restricted(readable))
        self.readable, self._register, self._all_meetings = readable, whole.index.register, whole._meetings
        self.answers = Kept(KEPT_ANSWERS // 10)

    def holds(self, citation: Citation) -> bool:
        return citation.document in self.readable

    @property
    def failed(self) -> Mapping[str, str]:
        return {}  # whose minutes they are is not known

    def document(self, document: str) -> Document:
        return self._register.document(document) if document in self.readable else super().document(document)

    def meetings(self, ids: Sequence[str]) -> tuple[Meeting, ...]:
        return self._all_meetings.get(ids) if self.headers.keys() >= set(ids) else super().meetings(ids)


def open_library(index: Place, model_id: str | None) -> Library:
    """The generation in use, checked and opened. Raises IndexerError where there is none, or it is damaged or of
    another model, and says what else there is.
    """
    try:
        return load_current(index, Library, model_id)
    except DamagedError as error:
        raise DamagedError(". ".join([str(error).removesuffix("."), *ways_out(index)])) from error


def _catalog(register: Register) -> Catalog:
    entry = ("id", "body", "date", "date_precision")
    rows = register.many(entry, f"SELECT {', '.join(entry)} FROM meetings ORDER BY date IS NULL, date DESC, n")

    def distinct(column: str, table: str) -> list[str]:
        sql = f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL ORDER BY {column}"
        return [row[0] for row in register.many((column,), sql)]

    return Catalog(
        bodies=register.bodies(),
        aliases=register.aliases(),
        meetings=tuple(MeetingEntry(*row) for row in rows),
        people=tuple(dict.fromkeys([*distinct("name", "attendees"), *distinct("person", "assignments")])),
        organisations=tuple(distinct("organisation", "attendees")),
    )


def find(library: Library, asked: Understanding, embed: Embed | None) -> tuple[list[Hit], float, float]:
    """The hits behind an answer, with the milliseconds that embedding and search took; `embed` None searches by words
    alone.
    """
    started = time.perf_counter()
    wording = asked.wording or asked.query.question
    vector = embed(in_swedish(wording) if asked.language == "en" else wording) if embed is not None else None
    embedded = time.perf_counter()
    hits = library.index.search_items(asked.query, vector, DEPTH)
    return hits, 1000 * (embedded - started), 1000 * (time.perf_counter() - embedded)


def answer_now(
    question: str,
    library: Library,
    embedder: Callable[[], Embedder],
    today: date,
    longest: int | None = LONGEST,
    turns: Sequence[Turn] = (),
) -> Answer:
    """The answer to a question out of one generation, leaning on the turns before it, its lists cut to `longest` cited
    lines (None: never). Blocking; the embedder is only fetched where search needs it.
    """
    return converse(question, turns, library, embedder, today, longest)[0]


def converse(
    question: str,
    turns: Sequence[Turn],
    library: Library,
    embedder: Callable[[], Embedder],
    today: date,
    longest: int | None = LONGEST,
    *,
    reuse: bool = False,
) -> tuple[Answer, tuple[Turn, ...]]:
    """The answer to a question that may lean on the turns before it (oldest first), and the turns with this one.

    With `reuse`, a question that is understood as an earlier one was gets the answer that the library has kept.
    """
    started = time.perf_counter()
    if not question.strip(" \t\r\n\x00"):
        return replace(ask_for_question("sv", question), generation=library.generation.number), tuple(turns)
    turns = turns if _are_readable(turns, library) else ()
    readings = resolve(question, turns, library.catalog, today)
    kept = library.answers.get((readings, longest)) if reuse else None
    if kept is None:
        with library.index.reading():
            answer, asked, spent = _answer(readings, library, embedder, longest)
        if reuse:
            library.answers.put((readings, longest), (answer, asked))
    else:
        (answer, asked), spent = kept, {}
    if not all(library.holds(citation) for citation in answer.citations):
        raise AccessError("an answer cites what its reader may not see")
    total = 1000 * (time.perf_counter() - started)
    spent = {**spent, "answer": total - sum(spent.values()), "total": total} if kept is None else {"total": total}
    answer = replace(answer, ms=tuple((name, round(ms, 1)) for name, ms in spent.items()), reused=kept is not None)
    return answer, next_turns(turns, asked, answer, library.catalog)


def turns_for_model(answer: Answer, question: str, turns: Sequence[Turn], library: Library) -> tuple[Turn, ...]:
    """The turns out of which a language model is to put the question in full; none where it is not to be asked."""
    return tuple(turns) if needs_model(answer, question, turns) and _are_readable(turns, library) else ()


def converse_in_full(
    written: str,
    question: str,
    turns: Sequence[Turn],
    library: Library,
    embedder: Callable[[], Embedder],
    today: date,
    longest: int | None = LONGEST,
) -> tuple[Answer, tuple[Turn, ...]] | None:
    """The answer to the question in full as a language model wrote it, and the turns with it; None where what it wrote
    is not the same question, or has no answer either.
    """
    full = read_rewrite(written, question, turns, library.catalog, today)
    answer, later = converse(full, (), library, embedder, today, longest) if full else (None, ())
    if answer is None or answer.refused:
        return None
    return told_in_full(answer, question, full), (*turns, *later)[-KEPT:]


def _answer(
    readings: Sequence[Understanding], library: Library, embedder: Callable[[], Embedder], longest: int | None
) -> tuple[Answer, Understanding, dict[str, float]]:
    """The answer to the first of the readings that has one, that reading, and the milliseconds that embedding and
    search took.
    """
    embed = _embed_once(embedder)
    embed_ms = search_ms = 0.0
    for asked in readings:
        evidence, embedding, searching = find_evidence(asked, library, embed)
        answer = compose(evidence, longest)
        embed_ms, search_ms = embed_ms + embedding, search_ms + searching
        if not answer.refused:
            break
    if answer.refused:
        answer = _try_again(evidence, library, embed, longest) or answer
    elif is_unsure(answer) and (again := second_reading(asked)) is not None:
        other = compose(find_evidence(again, library, embed)[0], longest)
        answer = other if _says(other, again.required) and not is_unsure(other) else answer
    full = asked.query.question if asked.carried else ""
    answer = replace(answer, generation=library.generation.number, full=full)
    return answer, asked, {"embed": embed_ms, "search": search_ms}


def _are_readable(turns: Sequence[Turn], library: Library) -> bool:
    """Whether all that the turns are about may still be seen. What a later turn carries may stem from any earlier one,
    so a conversation is leant on as a whole or not at all.
    """
    if not turns:
        return True
    people, items = set(library.catalog.people), {item for turn in turns for item in turn.items if item}
    return (
        all(library.headers.keys() >= set(turn.meetings) and people >= set(turn.people) for turn in turns)
        and all(body in library.catalog.bodies for turn in turns for body in turn.bodies)
        and len(library.index.register.items(items)) == len(items)
    )


def _try_again(evidence: Evidence, library: Library, embed: Embed, longest: int | None) -> Answer | None:
    """The answer to the question read in its second way; else the no with an offer of what there is without the
    question's filters; None where neither is to be had.
    """
    again = second_reading(evidence.asked)
    if again is not None:
        other = compose(find_evidence(again, library, embed)[0], longest)
        if _says(other, again.required):
            return other
    wide = without_filters(evidence.asked)
    return None if wide is None else refuse(evidence, find_evidence(wide, library, embed)[0])


def look_up(
    question: str, library: Library, embedder: Callable[[], Embedder], today: date
) -> tuple[Evidence, float, float]:
    """What a question asks and the evidence for its answer; with the milliseconds spent in embedding and in search."""
    return find_evidence(understand(question, library.catalog, today), library, _embed_once(embedder))


def find_evidence(asked: Understanding, library: Library, embed: Embed) -> tuple[Evidence, float, float]:
    """The evidence for a question as understood; with the milliseconds spent in embedding and in search."""
    hits: list[Hit] = []
    embed_ms = search_ms = 0.0
    searches = asked.intent in _SEARCHES or (asked.intent == "deferred" and find_presumed(asked.query.question))
    if searches and not asked.missing and not asked.no_body:
        hits, embed_ms, search_ms = find(library, asked, embed)
    return gather(library, asked, hits), embed_ms, search_ms


def _says(answer: Answer, required: Sequence[str]) -> bool:
    """Whether a citation, with its item's title, holds all these words."""
    cited = [f"{c.title or ''} {c.quote}".casefold() for c in answer.citations]
    return any(all(word.casefold() in text for word in required) for text in cited)


def _embed_once(embedder: Callable[[], Embedder]) -> Embed:
    """Embeds the wordings of one question, each once: a question read again has the same."""
    return cache(lambda text: _vector(embedder(), text))


def _vector(embedder: Embedder, text: str) -> np.ndarray[Any, np.dtype[np.float32]]:
    vector: np.ndarray[Any, np.dtype[np.float32]] = embedder.queries([text[:MAX_QUESTION]])[0]
    return vector


def gather(library: Library, asked: Understanding, hits: list[Hit]) -> Evidence:
    """The evidence for an answer: the hits weighed, and the register within the filters where the intent needs it."""
    register = library.index.register
    nowhere = library.index.idf(NOWHERE)
    weights = topic_weights(asked.key, library.idf, nowhere, asked.language)
    named = {word for place in asked.required for word in words(place)}  # asked for by themselves: no evidence
    weights = {word: weight for word, weight in weights.items() if word not in named} or weights
    candidates: tuple[Candidate, ...] = ()
    if hits:
        items = register.items(hit.item for hit in hits)

        def text_of(meeting: Meeting, item: AgendaItem) -> str:
            return library.document(meeting.document).text[item.start : item.end]

        candidates = tuple(weigh(hits, items, text_of, weights))
    filters = replace(asked.query, numbers=()) if asked.intent == "item" else asked.query
    ids = register.select_meetings(filters)
    if asked.intent == "help":
        ids = ids[:HELPFUL]
    known = frozenset(term for term in weights if any(library.idf(w) < nowhere for w in words(term)))
    whole = asked.intent not in ("decision", "comparison", "timeline", "direct")
    scope = narrow(asked, ids, library.index, known, {c.meeting.id for c in candidates}) if whole else None
    ids = ids if scope is None else scope.meetings
    held = {one.id: one for one in library.meetings(ids if whole else _with_lists(asked, candidates, ids))}
    meetings = tuple(held.get(i) or library.headers[i] for i in ids) if held else library.headers_of(ids)
    if asked.query.items is not None:
        meetings = tuple(only_items(meeting, asked.query.items) for meeting in meetings)
    return Evidence(
        asked=asked,
        catalog=library.catalog,
        candidates=candidates,
        weights=weights,
        meetings=meetings,
        documents=library.document,
        known=known,
        of=0 if scope is None else scope.total,
        cut="" if scope is None else scope.cut,
    )


def _with_lists(asked: Understanding, candidates: Sequence[Candidate], ids: Sequence[str]) -> list[str]:
    """The meetings of the first candidates, where somebody is named: their lists tell whether those were there."""
    near = {one.meeting.id for one in candidates[:WEIGHED]} if asked.people else set()
    return [name for name in ids if name in near] if near else []


def search_now(
    question: str, library: Library, embedder: Callable[[], Embedder], today: date, k: int
) -> tuple[Query, list[Hit]]:
    """The query a question becomes, and its `k` best items: what `motesminnet search` prints."""
    asked = understand(question, library.catalog, today)
    return asked.query, library.index.search_items(
        asked.query, _vector(embedder(), asked.wording or asked.query.question), k
    )
