"""Short minutes for the parser's tests, and the comparison of parsed minutes with gold."""

import re
from dataclasses import dataclass

from indexer.layout import RawLine, assemble
from indexer.parse import parse_document
from indexer.records import Document, Sidecar


def document_of(text, name="minutes", folder="", **marks):
    """A document of the text, line by line; `marks` are given to every line ("**x**" is bold, "## x" a heading)."""
    raw = []
    for line in text.strip("\n").split("\n"):
        heading = len(line) - len(line.lstrip("#"))
        bold = line.startswith("**")
        table = " | " in line
        raw.append(RawLine(line.lstrip("# ").strip("*"), heading=heading, bold=bold, table=table, hard=table, **marks))
    text, lines = assemble(raw)
    return Document(name, f"{name}.txt", f"{name}.txt", folder, "0", text, lines, Sidecar())


def parsed(text, name="minutes", **marks):
    """The first meeting of the text."""
    return parse_document(document_of(text, name, **marks))[0]


def words(text):
    """A text for comparison: letters and digits only, in lower case."""
    return re.sub(r"[^0-9a-zåäöéü]+", " ", (text or "").lower()).strip()


def same_title(found, wanted):
    """Whether two titles are the same, or one a long beginning of the other."""
    a, b = words(found), words(wanted)
    return a == b or (min(len(a), len(b)) >= 12 and (a.startswith(b) or b.startswith(a)))


@dataclass
class Counts:
    """What was found, what is gold and what is both."""

    hits: int = 0
    found: int = 0
    gold: int = 0

    @property
    def f1(self):
        """The harmonic mean of precision and recall; 1.0 where there is nothing to find and nothing found."""
        return 2 * self.hits / (self.found + self.gold) if self.found + self.gold else 1.0


@dataclass
class Figures:
    """The parser's figures over documents with gold."""

    items: Counts
    decisions: Counts
    presenters: Counts
    dates: float


def compare(meetings, gold):
    """The figures of parsed meetings (by document id) against gold entries."""
    items, decisions, presenters, dates = Counts(), Counts(), Counts(), 0
    for entry in gold:
        meeting = meetings.get(entry["doc"])
        left = list(meeting.items) if meeting else []
        items.gold += len(entry["items"])
        items.found += len(left)
        dates += bool(meeting) and _same_date(meeting.date, entry["date"])
        for wanted in entry["items"]:
            _count_people(presenters, wanted, None)
            decisions.gold += len(wanted["decisions"])
            number = wanted["number"]
            item = next((i for i in left if number in ("", i.number) and same_title(i.title, wanted["title"])), None)
            if item is None:
                continue
            left.remove(item)
            items.hits += 1
            decisions.found += len(item.decisions)
            decisions.hits += _matched([d.text for d in item.decisions], wanted["decisions"])
            _count_people(presenters, wanted, item)
        decisions.found += sum(len(i.decisions) for i in left)
    return Figures(items, decisions, presenters, dates / len(gold))


def _same_date(found, wanted):
    return found is None if wanted is None else bool(found) and found.startswith(wanted)


def _matched(found, starts):
    left = [words(text) for text in found]
    hits = 0
    for start in map(words, starts):
        hit = next((t for t in left if start in t[: len(start) + 60]), None)
        if hit is not None:
            left.remove(hit)
            hits += 1
    return hits


def _count_people(counts, wanted, item):
    names = set(map(words, wanted.get("presenters", [])))
    if item is None:
        counts.gold += len(names)
        return
    found = set(map(words, item.presenters)) - set(map(words, wanted.get("presenters_optional", [])))
    counts.found += len(found)
    counts.hits += len(found & names)
