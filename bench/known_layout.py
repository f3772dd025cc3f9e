"""Reads the minutes that `corpus.py` makes without the parser, in a fiftieth of its time: for a million items.

It knows the six layouts, as the real parser does not; `tests/test_bench.py` holds that the two agree on what items,
dates, bodies and attendees there are. Decisions are found by their labels alone, assignments by two verbs.
"""

import re
from pathlib import Path

from indexer.records import AgendaItem, Assignment, Attendee, Decision, Document, Meeting
from indexer.sandbox import Parsed
from indexer.sources import SourceFile

_HEADING = re.compile(r"^(?:#{2,3} (?:(\d+)\) )?|(§ \d+) |(\d+)[).] )(?:\*\*)?([^\n*]+)(?:\*\*)?$", re.MULTILINE)
_DECIDED = re.compile(r"^(?:Beslut: )?(?:- )?((?:[A-ZÅÄÖ]\w+ beslutar att|att|Att) [^\n]+)$", re.MULTILINE)
_PRESENT = re.compile(r"^Närvarande: ([^\n]+)$", re.MULTILINE)
_ABSENT = re.compile(r"^Frånvarande: ([^\n]+)$", re.MULTILINE)
_PERSON = re.compile(r"([^;,]+), ([^;(]+?)(?: \((\w+)\))?(?:;|$)")
_NAME = re.compile(r"[^,]+")
_PROMISE = re.compile(r"([A-ZÅÄÖ][\w-]+ [A-ZÅÄÖ][\w-]+) (återkommer|får i uppdrag) [^.\n]+\.")


def read_known(root: Path, file: SourceFile, mask: bool = True) -> Parsed:
    """The document and its meeting; `mask` is what a reader is asked, there is nothing to mask."""
    path = root / file.inner
    text = path.read_text(encoding="utf-8").strip()
    document = Document(file.id, path.name, file.path, "", file.sha256, text, ())
    day = path.stem[-10:]
    body = text.split("\n", 1)[0].removeprefix("# Minnesanteckningar ")
    start = text.index("Datum: ")
    return Parsed(
        document,
        (
            Meeting(
                document.id,
                document.id,
                body,
                day,
                "day",
                "raden Datum",
                tuple(_items(document)),
                tuple(_attendees(text)),
                date_start=start,
                date_end=text.index("\n", start),
            ),
        ),
    )


def _attendees(text: str):
    for found in _PRESENT.finditer(text):
        for one in _PERSON.finditer(text, found.start(1), found.end(1)):
            name, organisation, role = one.groups()
            start = one.start(1) + len(name) - len(name.lstrip())
            yield Attendee(name.strip(), organisation, "present", start, start + len(name.strip()), role)
    for found in _ABSENT.finditer(text):
        for one in _NAME.finditer(text, found.start(1), found.end(1)):
            start = one.start() + len(one[0]) - len(one[0].lstrip())
            yield Attendee(one[0].strip(), None, "absent", start, start + len(one[0].strip()))


def _items(document: Document):
    headings = list(_HEADING.finditer(document.text))
    ends = [one.start() for one in headings[1:]] + [len(document.text)]
    for ordinal, (heading, end) in enumerate(zip(headings, ends, strict=True), start=1):
        number = heading[1] or heading[2] or heading[3]
        body = (heading.end(), end)
        yield AgendaItem(
            f"{document.id}#{ordinal}",
            number or str(ordinal),
            number is not None,
            heading[4],
            heading.start(),
            len(document.text[:end].rstrip()),
            heading.end(),
            decisions=tuple(
                Decision(one[1], _kind(one[1]), *one.span(1)) for one in _DECIDED.finditer(document.text, *body)
            ),
            assignments=tuple(
                Assignment(one[1], one[0], None, one[0], *one.span(), person=one[1])
                for one in _PROMISE.finditer(document.text, *body)
            ),
        )


def _kind(text: str) -> str:
    if "bordlägga" in text:
        return "deferred"
    return "noted" if "informationen" in text else "substantive"
