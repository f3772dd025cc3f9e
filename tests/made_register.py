"""A register without an index: invented minutes as records, so that questions are understood and answered in memory."""

import math
from collections import Counter
from dataclasses import replace
from datetime import date

from conftest import MinutesBuilder

from bot.answer import compose
from bot.answer.evidence import Evidence
from bot.catalog import Catalog, MeetingEntry
from bot.query import understand
from bot.relevance import coverage, topic_weights, weigh
from bot.when import is_inside
from indexer.lexical import word_tokens, words
from indexer.records import Assignment, Decision, Hit, IndexerError

TODAY = date(2024, 6, 10)
NORRDAL = "Socialchefsnätverket Norrdal"
VASTERLID = "Socialchefsnätverket Västerlid"
SJOVIK = "Omsorgsnämnden Sjövik"
GRANVIK = "Folkhälsorådet Granvik"
LEDNING = "Ledningsgruppen Sjövik"
OSTRA = "Samverkansnätverket Östra Sjölanden (SÖS)"
BODIES = (GRANVIK, LEDNING, SJOVIK, OSTRA, NORRDAL, VASTERLID)
ALIASES = {LEDNING: ("LG",), NORRDAL: ("norrdalarna",)}
PEOPLE = ("Anna Ek", "Anna-Lena Åhs", "Bo Lind", "Cecilia Alm")
ORGANISATIONS = ("Sjövik", "Tallhamra", "Region Norrdal")
DATES = {
    "n24": (NORRDAL, "2024-05-16"),
    "s24": (SJOVIK, "2024-03-12"),
    "n23": (NORRDAL, "2023-10-20"),
    "s23": (SJOVIK, "2023-03"),
    "n22": (NORRDAL, "2022-03-04"),
    "v21": (VASTERLID, "2021"),
    "g0": (GRANVIK, None),
}
"""The meetings of `CATALOG`, newest first: id -> body, date."""


def entry(name, body, when):
    """A meeting as the catalog lists it."""
    return MeetingEntry(name, body, when, {10: "day", 7: "month", 4: "year"}[len(when)] if when else "unknown")


CATALOG = Catalog(BODIES, ALIASES, tuple(entry(m, *values) for m, values in DATES.items()), PEOPLE, ORGANISATIONS)


def asked(question, catalog=CATALOG, today=TODAY):
    """What is understood of a question."""
    return understand(question, catalog, today)


class Minutes(MinutesBuilder):
    """Minutes that also put off, assign and present; each adds to the item before."""

    def defers(self, text):
        return self._add("deferrals", Decision(text, "deferred", *self.write(text)))

    def assigns(self, who, text, person=None):
        return self._add("assignments", Assignment(who, text, None, text, *self.write(text), person=person))

    def presented_by(self, *names):
        self.items[-1] = replace(self.items[-1], presenters=names)
        return self

    def _add(self, name, one):
        item = self.items[-1]
        self.items[-1] = replace(item, end=len(self.text), **{name: (*getattr(item, name), one)})
        return self


def catalog_of(minutes, aliases=None):
    """The catalog that an index over the minutes has."""
    meetings = sorted((m.meeting() for m in minutes), key=lambda m: m.date or "", reverse=True)
    listed = [a for m in meetings for a in m.attendees]
    return Catalog(
        bodies=tuple(sorted({m.body for m in meetings})),
        aliases=aliases or {},
        meetings=tuple(entry(m.id, m.body, m.date) for m in meetings),
        people=tuple(sorted({a.name for a in listed})),
        organisations=tuple(sorted({a.organisation for a in listed if a.organisation})),
    )


def shelf(minutes):
    """Documents by id, as the register gives them."""
    held = {m.id: m.document() for m in minutes}

    def document(name):
        if name not in held:
            raise IndexerError(f"No document {name!r} in the index.")
        return held[name]

    return document


def evidence(question, *minutes, today=TODAY, aliases=None):
    """The evidence for a question: filters as the register's, and words in place of the embedding model."""
    catalog = catalog_of(minutes, aliases)
    understood = understand(question, catalog, today)
    scope = tuple(m for m in (one.meeting() for one in minutes) if _is_in(understood.query, m, catalog))
    scope = tuple(sorted(scope, key=lambda m: m.date or "", reverse=True))
    document = shelf(minutes)
    items = {item.id: (meeting, item) for meeting in scope for item in meeting.items}
    texts = {name: document(m.document).text[i.start : i.end] for name, (m, i) in items.items()}
    weights = topic_weights(understood.key, _idf([text for m in minutes for text in [m.text]]))
    shares = {name: coverage(weights, text) for name, text in texts.items()}
    ranked = sorted((name for name in shares if shares[name]), key=lambda name: -shares[name])
    hits = [_hit(n, name, items[name][0].id, shares[name]) for n, name in enumerate(ranked, 1)]
    candidates = tuple(weigh(hits, items, lambda _, item: texts[item.id], weights))
    known = frozenset(term for term in weights if any(coverage({term: 1.0}, m.text) for m in minutes))
    return Evidence(understood, catalog, candidates, weights, scope, document, known)


def ask(question, *minutes, **values):
    """The answer to a question over the minutes."""
    return compose(evidence(question, *minutes, **values))


def lines(answer):
    """The lines of an answer, headings without their stars."""
    return [statement.text.strip("*") for statement in answer.statements]


def quotes(answer):
    """What an answer cites, in order: the words of each citation on one line."""
    return [" ".join(c.quote.split()) for c in answer.citations]


def _is_in(query, meeting, catalog):
    listed = next(e for e in catalog.meetings if e.id == meeting.id)
    return (
        (not query.bodies or meeting.body in query.bodies)
        and (query.meetings is None or meeting.id in query.meetings)
        and (query.since is None or is_inside(listed, query.since, query.until))
    )


def _hit(n, item, meeting, share):
    dense = 0.05 * share
    return Hit(f"{item}.1", item, meeting, n, dense + 0.1 * share**2, dense, share)


def _idf(texts):
    counts = Counter(stem for text in texts for stem in {word_tokens(word)[0] for word in words(text)})
    return lambda word: math.log(1 + (len(texts) + 0.5) / (counts[word_tokens(word)[0]] + 0.5))
