"""How long a long pdf takes to read and to parse: `python -m bench.bench_pdf [--pages N] [--json FILE]`.

The pdf is made here: one meeting's minutes, items with numbered headings in larger bold type, sub-headings, paragraphs
out of the corpus, a header and a footer on every page. In one process and in turn (A B C A B C ...): pdfium's bare text
of every page, our reading (layout, styles, page headers, wrapped lines), the parsing of what was read.
"""

import argparse
import tempfile
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium

from bench import corpus
from bench.measure import finish, machine, median, print_table
from indexer.parse import parse_document
from indexer.read import read_document
from indexer.records import Document, Meeting

WIDTHS = {
    191: "'", 222: "ijl‘’", 260: "|", 278: " !,./:;I[]\\ft", 333: "()-`r", 355: '"', 389: "*", 500: "ckJsvxyz",
    584: "+<=>~", 611: "FTZ", 667: "&ABEKPSVXYÄÅ", 722: "CDHNRU", 778: "GOQÖ", 833: "Mm", 889: "%", 944: "W",
    1000: "—", 1015: "@",
}  # fmt: skip
WIDTH = {char: width for width, chars in WIDTHS.items() for char in chars}
"""Helvetica's widths in thousandths of the size; digits and the other letters have 556."""

PAGE_WIDTH, PAGE_HEIGHT, MARGIN = 595, 842, 71
TOP, BOTTOM, HEAD, FOOT = 766, 84, 806, 40
BODY, LABEL, TITLE, SMALL = 11, 12, 14, 9
ITEMS_PER_PAGE = 6
"""More of the corpus's items than a page holds; three make one item here."""


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text on a page: its left end and baseline in points, its type."""

    x: float
    y: float
    size: int
    bold: bool
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or a heading, with the space above it; a heading has its next two lines on the same page."""

    text: str
    size: int = BODY
    bold: bool = False
    above: int = 6


@dataclass(frozen=True, slots=True)
class Item:
    """An item as written: what the parser is to find."""

    number: str
    title: str
    paragraphs: tuple[str, ...]
    decisions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """The pdf and what stands in it."""

    data: bytes
    pages: int
    items: tuple[Item, ...]


def make(pages: int) -> Made:
    """The minutes of one long meeting, of that many pages or one more: the last item is whole."""
    minutes = corpus.generate(max(600, pages * ITEMS_PER_PAGE))
    front = next(one for one in minutes if "\n§ " in one.text)
    subject = front.body.split()[0]
    paper, items = _Paper(), []
    for block in _front(front):
        paper.add(block)
    for item in _items(minutes):
        if items and len(paper.pages) >= pages:
            break
        items.append(item)
        for block in _blocks(item, subject):
            paper.add(block)
    count = len(paper.pages)
    laid_out = [[*_edges(front, n, count), *page] for n, page in enumerate(paper.pages, 1)]
    return Made(pdf(laid_out), count, tuple(items))


def _front(minutes: corpus.Minutes) -> Iterator[Block]:
    title, *rows = minutes.text.split("\n\n\n")[0].split("\n\n")
    yield Block(title, 18, True)
    yield from (Block(row) for row in rows)


def _items(minutes: Sequence[corpus.Minutes]) -> Iterator[Item]:
    """Items of three of the corpus's: its title and decisions from the first, paragraphs from them all."""
    topics = [item for one in minutes for item in one.items if item.topic]
    for n in range(len(topics) // 3):
        first, *others = topics[3 * n : 3 * n + 3]
        paragraphs = (*first.paragraphs, *(one for other in others for one in other.paragraphs))
        yield Item(f"§ {n + 1}", first.title, paragraphs, first.decisions)


def _blocks(item: Item, subject: str) -> Iterator[Block]:
    """An item as municipal boards set it: what was decided first, then the matter under sub-headings."""
    yield Block(f"{item.number} {item.title}", TITLE, True, 20)
    if item.decisions:
        yield Block("Beslut", LABEL, True, 10)
        yield Block(f"{subject} beslutar")
        yield from (Block(f"att {one}.", above=0) for one in item.decisions)
    half = (len(item.paragraphs) + 1) // 2
    parts = {"Sammanfattning av ärendet": item.paragraphs[:half], "Bedömning": item.paragraphs[half:]}
    for label, paragraphs in parts.items():
        yield Block(label, LABEL, True, 10)
        yield from (Block(one) for one in paragraphs)


def _edges(minutes: corpus.Minutes, page: int, pages: int) -> list[Words]:
    """A page's header and footer."""
    rows = ((HEAD, minutes.body, minutes.day.isoformat()), (FOOT, "Justerandes signatur", f"Sida {page} av {pages}"))
    return [
        Words(x, y, SMALL, False, text)
        for y, left, right in rows
        for x, text in ((MARGIN, left), (PAGE_WIDTH - MARGIN - text_width(right, SMALL), right))
    ]


class _Paper:
    """Pages that fill from the top as blocks are added."""

    def __init__(self) -> None:
        self.pages: list[list[Words]] = [[]]
        self.y = float(TOP)

    def add(self, block: Block) -> None:
        leading = 1.3 * block.size
        self.y -= block.above
        if block.bold and self.y - leading - 3 * 1.3 * BODY < BOTTOM:
            self._turn()
        for line in wrap(block.text, block.size):
            if self.y - leading < BOTTOM:
                self._turn()
            self.y -= leading
            self.pages[-1].append(Words(MARGIN, self.y, block.size, block.bold, line))

    def _turn(self) -> None:
        self.pages.append([])
        self.y = float(TOP)


def text_width(text: str, size: int) -> float:
    return sum(WIDTH.get(char, 556) for char in text) * size / 1000


def wrap(text: str, size: int) -> Iterator[str]:
    """The lines that the text fills between the margins."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}".lstrip()
        if line and text_width(longer, size) > PAGE_WIDTH - 2 * MARGIN:
            yield line
            longer = word
        line = longer
    yield line


def pdf(pages: Sequence[Sequence[Words]]) -> bytes:
    """A pdf in Helvetica of lines at their places: catalogue, page tree, two fonts, then each page and its content."""
    fonts = [
        f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>".encode()
        for name in ("Helvetica", "Helvetica-Bold")
    ]
    kids = " ".join(f"{5 + 2 * n} 0 R" for n in range(len(pages)))
    box = f"/MediaBox [0 0 {PAGE_WIDTH} {PAGE_HEIGHT}] /Resources << /Font << /F0 3 0 R /F1 4 0 R >> >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] {box} >>".encode(),
        *fonts,
    ]
    for n, page in enumerate(pages):
        content = zlib.compress(b"\n".join(_shown(words) for words in page))
        objects.append(f"<< /Type /Page /Parent 2 0 R /Contents {6 + 2 * n} 0 R >>".encode())
        objects.append(b"<< /Length %d /Filter /FlateDecode >>\nstream\n%b\nendstream" % (len(content), content))
    made, places = bytearray(b"%PDF-1.4\n"), []
    for n, one in enumerate(objects, 1):
        places.append(b"%010d 00000 n \n" % len(made))
        made += b"%d 0 obj\n%b\nendobj\n" % (n, one)
    start, count = len(made), len(objects) + 1
    made += b"xref\n0 %d\n0000000000 65535 f \n%b" % (count, b"".join(places))
    return bytes(made + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, start))


def _shown(words: Words) -> bytes:
    """The operators that show a line."""
    text = words.text.encode("cp1252")
    for char in (b"\\", b"(", b")"):
        text = text.replace(char, b"\\" + char)
    place = f"BT /F{int(words.bold)} {words.size} Tf {words.x:.2f} {words.y:.2f} Td (".encode()
    return place + text + b") Tj ET"


def bare(path: Path) -> int:
    """pdfium's text of every page, without layout; its length."""
    length = 0
    with pdfium.PdfDocument(path) as document:
        for page in document:
            text_page = page.get_textpage()
            length += len(text_page.get_text_range())
            text_page.close()
            page.close()
    return length


def written(made: Made) -> dict[str, int]:
    """How many items, paragraphs and decision clauses the pdf holds."""
    return {
        "items": len(made.items),
        "paragraphs": sum(len(item.paragraphs) for item in made.items),
        "decision clauses": sum(len(item.decisions) for item in made.items),
    }


def found(made: Made, document: Document, meetings: Sequence[Meeting]) -> dict[str, int]:
    """How many of them the parser found where they should be, word for word.

    An item counts when its number, its title and its span's first line do; the others when their item's span or its
    decisions hold them.
    """
    parsed = {item.number: item for meeting in meetings for item in meeting.items}
    counts = dict.fromkeys(written(made), 0)
    for item in made.items:
        one = parsed.get(item.number)
        if one is None:
            continue
        text = document.text[one.start : one.end]
        decided = "\n".join(document.text[decision.start : decision.end] for decision in one.decisions)
        counts["items"] += one.title == item.title and text.startswith(f"{item.number} {item.title}\n")
        counts["paragraphs"] += sum(paragraph in text for paragraph in item.paragraphs)
        counts["decision clauses"] += sum(f"att {clause}" in decided for clause in item.decisions)
    return counts


def measure(pages: int, rounds: int, folder: Path) -> dict[str, object]:
    """Seconds of each step, ratios of neighbours, and what was found of what was written."""
    made = make(pages)
    path = folder / "long.pdf"
    path.write_bytes(made.data)
    document = read_document(path, folder)
    meetings = parse_document(document)
    steps = {
        "bare": lambda: bare(path),
        "reading": lambda: read_document(path, folder),
        "parsing": lambda: parse_document(document),
    }
    seconds: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(rounds):
        for name, step in steps.items():
            started = time.perf_counter()
            step()
            seconds[name].append(time.perf_counter() - started)
    seconds["reading and parsing"] = [a + b for a, b in zip(seconds["reading"], seconds["parsing"], strict=True)]
    return {
        "pages": made.pages,
        "megabytes": len(made.data) / 1e6,
        "words": len(document.text.split()),
        "rounds": rounds,
        "seconds": {name: median(spent) for name, spent in seconds.items()},
        "of bare": {name: _ratio(spent, seconds["bare"]) for name, spent in seconds.items()},
        "of reading": {name: _ratio(spent, seconds["reading"]) for name, spent in seconds.items()},
        "written": written(made),
        "found": found(made, document, meetings),
        "read in all": {
            "items": sum(len(meeting.items) for meeting in meetings),
            "decision clauses": sum(len(item.decisions) for meeting in meetings for item in meeting.items),
        },
    }


def _ratio(spent: Sequence[float], other: Sequence[float]) -> float:
    """The median over rounds of one step's time to another's in the same round."""
    return median([a / b for a, b in zip(spent, other, strict=True)])


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory(prefix="motesminnet-bench-") as folder:
        figures = {"machine": machine(), **measure(options.pages, options.rounds, Path(folder))}
    report(figures)
    finish(figures, options.json)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=200, help="pages of the pdf, or one more (%(default)s)")
    parser.add_argument("--rounds", type=int, default=7, help="rounds of A B C (%(default)s)")
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    return parser.parse_args()


def report(figures: dict[str, object]) -> None:
    """Prints the tables."""
    print(f"\n{figures['machine']}")
    names = {
        "bare": "bare text: pdfium's `get_text_range`, every page",
        "reading": "our reading: `read_document`",
        "parsing": "parsing: `parse_document`",
        "reading and parsing": "reading and parsing",
    }
    print_table(
        f"A pdf of {figures['pages']} pages, {figures['words']:,} words, {figures['rounds']} rounds",
        ("step", "s", "ms a page", "to bare text", "to our reading"),
        [
            (name, spent, 1000 * spent / figures["pages"], figures["of bare"][step], figures["of reading"][step])
            for step, name in names.items()
            for spent in [figures["seconds"][step]]
        ],
    )
    print_table(
        "What was written, and found where it should be, word for word",
        ("", "written", "found", "read in all"),
        [
            (name, count, figures["found"][name], figures["read in all"].get(name, ""))
            for name, count in figures["written"].items()
        ],
    )


if __name__ == "__main__":
    main()
