"""Raw lines as a file gives them -> canonical text and its lines: double spacing, page headers, wrapped lines.

What this module joins stays joined: everything below works on its result and never maps back.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from indexer.records import Line


@dataclass(frozen=True, slots=True)
class RawLine:
    """A line as the format gives it; fields as in `Line`. `hard` lines (table rows, paragraphs) are never joined.

    `room` is the space left on the line, in average characters, where the format tells; negative where it does not.
    """

    text: str
    heading: int = 0
    bold: bool = False
    italic: bool = False
    quoted: bool = False
    table: bool = False
    furniture: bool = False
    hard: bool = False
    size: float = 0.0
    page: int = 0
    ocr: bool = False
    column: int = 0
    room: float = -1.0


_SPACES = re.compile(r"[ \u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_DECIDING = re.compile(r"(?i)\W*(?:[\wåäö-]+s\s)?(?:beslut|förslag till beslut|att)\b")
_COLUMN = re.compile(r"(?<=[^\s.)])[ \u00a0]{3,}(?=\S)|(?<=[a-zåäö)][.)])[ \u00a0]{3,}(?=\S)")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff]")
_TURNING = re.compile(r"[\u202b\u202e\u2067]")
"""What makes Swedish text read from right to left: never by chance, and what it hides is to be seen."""
_LIST_START = re.compile(
    r"\s*(?:[-–•*·▪●○‣►◦\u25aa\uf0b7o]\s|\(?\d+[.)]\s|\(?[a-zåäö][.)]\s|\d+(?:\.\d+)+\.?\s|§\s?\d|att\s)"
)
_NUMBERED = re.compile(r"\s*(?:§+\s?\d|\d+(?:\.\d+)*[.):]?\s|punkt\s+\d|ärende\s+\d)", re.I)
_ITEM_LIKE = re.compile(r"\s*(?:§+\s?\d+|\d+(?:\.\d+)*[.):]|punkt\s+\d+\W*|ärende\s+\d+\W*)\s+[^\W\d]", re.I)
_OPEN_END = re.compile(
    r"(?i)(?:,|\b(?:den|det|de|en|ett|och|samt|till|från|i|på|av|om|för|med|mot|vid|under|senast|"
    r"cirka|ca|kl\.?|punkt|punkterna|eller|som|är|nr|§+))$"
)
_NUMBER_ON = re.compile(r"(?:\d{1,4}|\d+[.,:]\d+(?:[.,:]\d+)*)(?:\s|[–-])\s?(?!\s)[^\W\d]")
_DATE_ON = re.compile(
    r"\d{1,2}\s(?:januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december)\b", re.I
)
_LABEL_END = re.compile(r"(?:[.:;!?]|\bbesl(?:ut|utar|utade|utades|öt))\s*$", re.I)
_CLAUSE = re.compile(r"(?:[-–•*]\s*|\(?\w{1,2}[.)]\s*|(?:[\wåäö-]+s\s)?[Bb]eslut\s?:\s*)?att\s")
_WORD_END = re.compile(r"[\w,–-]$")
_NARROW, _WIDE = frozenset("iljtfr.,:;'!|()[]-I "), frozenset("mwMWÅÄÖ@%—")


def clean(text: str) -> str:
    """Text in canonical form: composed (NFC), plain spaces, a tab for a wide gap, nothing invisible or trailing; signs
    that turn the direction of reading stand as visible marks.
    """
    text = unicodedata.normalize("NFC", text.replace(" \u030a", "\u030a"))
    text = _TURNING.sub(lambda sign: sign_mark(sign[0]), text)
    text = _INVISIBLE.sub("", text).rstrip()
    return _SPACES.sub(" ", _COLUMN.sub("\t", text))


def sign_mark(sign: str) -> str:
    """What an invisible sign is shown as.

    >>> sign_mark(chr(0x202E))
    '‹U+202E›'
    """
    return f"‹U+{ord(sign):04X}›"


def width(text: str) -> float:
    """The width of a line as a proportional font sets it, in average characters: enough to tell a full line."""
    return sum(0.55 if c in _NARROW else 1.45 if c in _WIDE else 1.2 if c.isupper() else 1.0 for c in text)


def undouble(lines: Sequence[RawLine]) -> list[RawLine]:
    """Without the empty line after every line of a double-spaced text; other empty lines stay.

    A text is double-spaced where nine of ten lines are followed by an empty one and many of them break a sentence.
    """
    full = [i for i, line in enumerate(lines) if line.text.strip()]
    followed = [i for i in full if i + 1 < len(lines) and not lines[i + 1].text.strip()]
    broken = sum(
        lines[i + 2].text[:1].islower() and bool(_WORD_END.search(lines[i].text))
        for i in followed
        if i + 2 < len(lines)
    )
    if len(full) < 20 or len(followed) < 0.9 * len(full) or broken < 0.15 * len(full):
        return list(lines)
    keep = [True] * len(lines)
    for i in followed:
        keep[i + 1] = False
    return [line for line, kept in zip(lines, keep, strict=True) if kept]


def _shape(text: str) -> str:
    return re.sub(r"\d+", "#", " ".join(text.split())).casefold()


def _edges(lines: Sequence[RawLine], depth: int = 4) -> dict[int, list[int]]:
    """For each page, the indices of its first and last few lines with text."""
    pages: dict[int, list[int]] = {}
    for i, line in enumerate(lines):
        if line.page and line.text.strip():
            pages.setdefault(line.page, []).append(i)
    return {page: list(dict.fromkeys(rows[:depth] + rows[-depth:])) for page, rows in pages.items()}


def _page_furniture(lines: Sequence[RawLine]) -> set[int]:
    """Lines that stand at the same place at the edge of most pages, page numbers aside alike: headers and footers."""
    edges = _edges(lines)
    if len(edges) < 2:
        return set()
    places: Counter[tuple[str, int]] = Counter()
    for rows in edges.values():
        places.update({(_shape(lines[i].text), k) for n, i in enumerate(rows) for k in _ranks(n, len(rows))})
    need = max(2, 0.6 * (len(edges) - 1))
    return {
        i
        for rows in edges.values()
        for n, i in enumerate(rows)
        if not lines[i].hard
        and not _ITEM_LIKE.match(lines[i].text)
        and not _DECIDING.match(lines[i].text)
        and max(sum(places[_shape(lines[i].text), k + d] for d in (-1, 0, 1)) for k in _ranks(n, len(rows))) >= need
    }


def _ranks(n: int, total: int) -> tuple[int, int]:
    """A line's place counted from the top of the edge lines and, negative, from their bottom; the two never meet."""
    return n + 10, n - total - 10


def _block_furniture(lines: Sequence[RawLine]) -> set[int]:
    """A page header inside a text without pages: the block on top of the text that returns three times or more."""
    rows = [i for i, line in enumerate(lines) if line.text.strip()]
    shapes = [_shape(lines[i].text) for i in rows]
    for top in range(min(3, len(rows))):
        places = [n for n, shape in enumerate(shapes) if shape == shapes[top]]
        named = len(re.findall(r"[^\W\d_]", shapes[top])) >= 4
        if len(places) < 3 or not named or _LIST_START.match(lines[rows[top]].text) or _DECIDING.match(shapes[top]):
            continue
        length = 1
        while (
            top + length < min(places[1:])
            and not _DECIDING.match(shapes[top + length])
            and all(n + length < len(shapes) and shapes[n + length] == shapes[top + length] for n in places)
        ):
            length += 1
        return {rows[n + k] for n in places for k in range(length)}
    return set()


def drop_furniture(lines: Sequence[RawLine]) -> list[RawLine]:
    """Without repeated page headers and footers; the first of each stays, marked."""
    marked = _page_furniture(lines) | _block_furniture(lines)
    seen: set[str] = set()
    result = []
    for i, line in enumerate(lines):
        if i not in marked:
            result.append(line)
        elif (shape := _shape(line.text)) not in seen:
            seen.add(shape)
            result.append(replace(line, furniture=True))
        else:
            result.append(replace(line, text=""))
    return result


def _hyphen(left: str, right: str, words: Counter[str], typeset: bool) -> str:
    """Two halves of a word broken at a line's end, with or without the hyphen, as the rest of the text writes it."""
    head, tail = re.findall(r"\w+$", left[:-1]), re.findall(r"^\w+", right)
    if tail and tail[0] in ("och", "eller", "samt"):
        return f"{left} {right}"  # "studie- och yrkesvägledare"
    if head and tail:
        joined, kept = (head[0] + tail[0]).casefold(), f"{head[0]}-{tail[0]}".casefold()
        if words[joined] and not words[kept]:
            return left[:-1] + right
        if words[kept] or not typeset or head[0].isupper():
            return left + right
        return left[:-1] + right
    return left + right


def _is_names(text: str) -> bool:
    """Whether the line reads as names and organisations rather than a sentence: most of its words are capitalised."""
    words = [w for w in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text) if w not in ("och", "samt", "från")]
    return len(words) >= 2 and sum(w[0].isupper() for w in words) >= 0.7 * len(words)


def _joins(left: RawLine, right: RawLine, gap: bool, full: float, wrapped: bool) -> bool:
    """Whether `right` goes on with the sentence that `left` breaks off."""
    if left.hard or right.hard or left.furniture or right.furniture or right.quoted != left.quoted:
        return False
    a, b = left.text.rstrip(), right.text.strip()
    if left.heading != right.heading or not a or not b or (_LIST_START.match(b) and (_LABEL_END.search(a) or gap)):
        return False
    if _goes_on(left, right, a, b, gap):
        return True
    overflows = 0 <= left.room < width(b.split()[0])  # the next word would not have fitted on the line
    if overflows and re.search(r"[.!?:]$", a) and not (re.search(r"[.!?]$", b) or width(b) > 0.7 * full):
        return False  # a label after a sentence that fills its line
    wrapped = wrapped or overflows
    if _LIST_START.match(b) and not b.startswith("att "):
        return False
    if b.startswith("att ") and _CLAUSE.match(a) and re.search(r"(?:[,.;]|\b(?:och|samt))$", a):
        return False  # the next clause of a list
    if b.startswith("att ") and _CLAUSE.match(a):
        return not gap and wrapped and width(a + " att") > 0.9 * full
    if left.size and right.size and abs(left.size - right.size) > 0.6:
        return False
    if b[0].islower() or (b[0] in '(”"»' and b[1:2].islower()):
        if b.startswith("att ") and re.search(r"\bbesl\w+$|\buppdra\w*$", a):
            return False
        broken = bool(_WORD_END.search(a)) and not re.search(r":$", a)
        return broken and (width(a) > 0.6 * full if (gap or not wrapped) else width(a) > 0.4 * full)
    if not gap and a.isupper() and b.isupper() and _OPEN_END.search(a):
        return True  # a title in capitals over two lines
    if gap or not wrapped or (_LABEL_END.search(a) and width(a) < 0.8 * full):
        return False
    if left.bold != right.bold or _NUMBERED.match(b) or "\t" in a:
        return False
    if (
        _is_names(a)
        and a.count(",") < 3
        and not re.search(r"(?:,|\b(?:och|samt|från))$", a)
        and not _is_names(" ".join(b.split()[:3]))
    ):
        return False
    if _NUMBERED.match(a) and "," in b and _is_names(b):
        return False
    if _NUMBERED.match(a) and width(a) < 0.85 * full and not _OPEN_END.search(a):
        return False
    return overflows or width(a + " " + b.split()[0]) > (1.0 if _NUMBERED.match(a) or left.bold else 0.97) * full


def _goes_on(left: RawLine, right: RawLine, a: str, b: str, gap: bool) -> bool:
    """Whether a line that begins with a number goes on with a sentence: "senast den" / "31 mars 2024"."""
    if gap or left.heading or right.heading or left.bold != right.bold or abs(left.size - right.size) > 0.6:
        return False
    if _DATE_ON.match(b):
        return bool(_OPEN_END.search(a)) or (bool(_WORD_END.search(a)) and len(a) > 40)
    return (
        bool(_OPEN_END.search(a))
        and not a.endswith("att")
        and bool(_NUMBER_ON.match(b))
        and not re.match(r"\d+\s?§", b)
    )


def join_wrapped(lines: Sequence[RawLine]) -> list[RawLine]:
    """Paragraphs on one line each, where the file breaks its lines at the margin; empty lines between are kept once."""
    texts = [line.text.strip() for line in lines if line.text.strip() and not line.hard]
    if not texts:
        return list(lines)
    widths = sorted(width(t) for t in texts)
    full = widths[int(0.97 * (len(widths) - 1))]
    breaks = sum(b[0].islower() and bool(_WORD_END.search(a)) for a, b in pairwise(texts))
    wrapped = breaks >= 0.15 * len(texts) and 30 < full < 140
    sizes = Counter(round(line.size, 1) for line in lines if line.size and line.text.strip())
    usual = sizes.most_common(1)[0][0] if sizes else 0.0
    words = Counter(w.casefold() for t in texts for w in re.findall(r"\w+(?:-\w+)*", t))
    typeset = sum(bool(re.search(r"[a-zåäö]-$", t)) for t in texts) > 0.03 * len(texts)
    result: list[RawLine] = []
    tail = RawLine("")  # the last line as printed, while result[-1] grows
    blank = False
    for line in lines:
        if not line.text.strip():
            blank = True
            continue
        last = result[-1] if result else None
        room = full * usual / tail.size if usual and tail.size > 1.2 * usual else full  # large type fills a line sooner
        if last is not None and _joins(tail, line, blank, room, wrapped):
            a, b = last.text.rstrip(), line.text.strip()
            text = _hyphen(a, b, words, typeset) if re.search(r"\w-$", a) else f"{a} {b}"
            result[-1] = replace(last, text=text, bold=last.bold and line.bold, italic=last.italic and line.italic)
        else:
            if blank and result:
                result.append(RawLine(""))
            result.append(line)
        tail = line
        blank = False
    return result


def assemble(raw: Sequence[RawLine]) -> tuple[str, tuple[Line, ...]]:
    """The canonical text and the lines that cover it; empty lines carry no record.

    For every line, text[line.start:line.end] is that line without its newline.
    """
    lines = [replace(line, text=clean(line.text)) for line in raw]
    lines = join_wrapped(drop_furniture(undouble(lines)))
    parts: list[str] = []
    records: list[Line] = []
    at = 0
    for line in lines:
        text = line.text.strip()
        if text:
            records.append(
                Line(
                    start=at,
                    end=at + len(text),
                    heading=line.heading,
                    bold=line.bold,
                    italic=line.italic,
                    quoted=line.quoted,
                    table=line.table,
                    furniture=line.furniture,
                    size=line.size,
                    page=line.page,
                    ocr=line.ocr,
                    column=line.column,
                )
            )
        parts.append(text)
        at += len(text) + 1
    return "\n".join(parts), tuple(records)
