"""Lines of an answer as markdown in which no word of a document acts.

The answer's own markdown (bold, list signs, block quotes, [n]) acts; everything else is escaped. What a document says
is shown letter for letter, yet makes no link, mention, heading, html or citation of its own: it comes from anyone who
can file a document.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from bot.answer.draft import flat
from bot.records import Answer
from indexer.layout import sign_mark

_WORD_JOINER = "\u2060"
_ACTIVE = re.compile(r"[\\`*_~\[\]|]")
_LINE_START = re.compile(r"^(\s*)(?:(?=[#+=-])|(\d{1,9})(?=[.)](?:\s|$)))")
_LOOKS_CITED = re.compile(r"\\\[(?=\d+\\\])")
_DOMAINS = "com|net|org|info|edu|gov|biz|name|pro|app|dev|online|site|shop|xyz|cloud|page|link|live|top|club|store|tech"
# Where clients find links: "//", mail addresses, hosts. "t.ex", "m.fl" and "o.dy" are words, and no top domains.
_LINK = re.compile(
    r"(?<=/)(?=/)|(?<=mailto)(?=:)|(?<=\w)(?=@\w)|(?<=www)(?=\.)"
    rf"|(?<=\w\.)(?=(?:{_DOMAINS}|xn--\w+|(?!ex|fl|dy)[a-z]{{2}})\b)",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# Signs without a picture: soft hyphens, zero-width ones, direction of reading, fillers, tags. A joiner within an emoji
# and the sign that tells whether it has colours stay.
_UNSEEN = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f"
    r"\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
    r"|(?<![\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])\u200d"
)
_TOKEN = re.compile(r"(\*\*|\[[0-9]{1,4}\])")
_STRUCTURE = re.compile(r"^ {0,6}(?:[-*] +|> ?|\d{1,3}[.)] +)(?=\S)")
_NEEDS_MASK = re.compile(r"\*\*|\[\d+\]|\n|^\s*(?:[-*>]|\d{1,3}[.)])\s")
_LIST_LINE = re.compile(r"(?:[-–—•*+]|\d{1,3}[.)]|[a-zåäö]\))\s")


@dataclass(frozen=True, slots=True)
class Line:
    """A rendered line: `cited` the numbers the answer gives it, `quoted` whether it is part of a block quote."""

    text: str
    cited: tuple[int, ...] = ()
    quoted: bool = False


def escape(text: str, at_start: bool = True) -> str:
    r"""The text so that markdown, html and link detection leave it alone; a reader sees it unchanged.

    `at_start`: the text begins a line, where also list and heading signs act. What looks like a link or a citation
    marker is broken by an invisible word joiner, as a backslash stops neither.

    >>> escape("# Se *bilaga* <b>1</b>")
    '\\# Se \\*bilaga\\* &lt;b&gt;1&lt;/b&gt;'
    """
    text = printable(text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = unlink(text)
    text = _LOOKS_CITED.sub(lambda m: m[0] + _WORD_JOINER, _ACTIVE.sub(r"\\\g<0>", text))
    return _LINE_START.sub(lambda m: f"{m[1]}{m[2] or ''}\\", text) if at_start else text


def unlink(text: str) -> str:
    """The text with an invisible word joiner wherever a client would find a link in it."""
    return _LINK.sub(_WORD_JOINER, text)


def render_lines(answer: Answer, shown: Collection[int]) -> list[Line]:
    """The answer's lines, escaped, with the markers of the shown citations; empty lines are gone."""
    known = {c.n for c in answer.citations}
    rows = _split_rows(answer.text, _document_texts(answer))
    lines = (_render_row(row, known, shown) for row in rows)
    return [line for line in lines if line.text.strip()]


def _document_texts(answer: Answer) -> re.Pattern[str] | None:
    """What in the answer are a document's words and could pass for the answer's own markdown; None where nothing is.

    White space may differ, and a block quote's sign may stand between lines. A text that is hardly more than a
    marker ("[1]") is no evidence of where it came from.
    """
    texts = {t for c in answer.citations for t in (c.quote, flat(c.quote), c.title, c.body, c.document_name) if t}
    risky = [t for t in texts if _NEEDS_MASK.search(t) and len(re.findall(r"[^\W\d_]", t)) > 2]
    risky.sort(key=lambda t: (-len(t), t))
    if not risky:
        return None
    return re.compile("|".join(r"[\s>]+".join(re.escape(word) for word in text.split()) for text in risky))


def _split_rows(text: str, documents: re.Pattern[str] | None) -> list[list[tuple[str, bool]]]:
    """Rows of (text, is a document's): a line break inside a document's text starts no row."""
    rows: list[list[tuple[str, bool]]] = [[]]
    at = 0
    spans = [m.span() for m in documents.finditer(text)] if documents else []
    for start, end in [*spans, (len(text), len(text))]:
        first, *others = text[at:start].split("\n")
        rows[-1].append((first, False))
        rows.extend([(own, False)] for own in others)
        rows[-1].append((text[start:end], True))
        at = end
    return [[piece for piece in row if piece[0]] for row in rows]


def _render_row(row: list[tuple[str, bool]], known: Collection[int], shown: Collection[int]) -> Line:
    """One row in its final form: structure sign, then bold, markers and escaped text."""
    structure, row = _take_structure(row)
    bold = sum(own.count("**") for own, foreign in row if not foreign) // 2 * 2
    parts: list[str] = []
    cited: list[int] = []
    for token, foreign in _tokens(row):
        number = _marker(token) if not foreign else None
        if foreign:
            parts.append(_escape_document(token, not parts, structure == "> "))
        elif token == "**" and bold:
            bold -= 1
            parts.append(token)
        elif number in known and number is not None:
            cited.append(number)
            parts.append(f"[{number}]" if number in shown else "")
        else:
            parts.append(escape(token, not parts))
    text = _without_gaps(parts).rstrip().replace(" • ", "  \n• ")  # the rows of a list in a quote
    return Line(structure + text, tuple(cited), structure == "> ")


def _tokens(row: list[tuple[str, bool]]) -> Iterable[tuple[str, bool]]:
    """The row in pieces: a document's text whole, our own split at bold signs and markers."""
    for text, foreign in row:
        for token in [text] if foreign else _TOKEN.split(text):
            if token:
                yield token, foreign


def _marker(token: str) -> int | None:
    """The number of a marker "[7]", None for any other token."""
    return int(token[1:-1]) if token.startswith("[") and _TOKEN.fullmatch(token) else None


def _without_gaps(parts: list[str]) -> str:
    """The parts joined; the blank before a marker that was taken out goes with it."""
    text = ""
    for part in parts:
        text = text + part if part else text.rstrip(" ")
    return text


def _take_structure(row: list[tuple[str, bool]]) -> tuple[str, list[tuple[str, bool]]]:
    """The row's list or block-quote sign as it is shown ("" where it has none), and the rest without indent.

    A list item becomes a paragraph with a bullet or number: in markdown's own lists a marker is no button.
    """
    if not row or row[0][1]:
        return "", row
    first = row[0][0]
    rest = row[1:]
    # The sign may stand right before a document's text, so the look-ahead needs a stand-in for it.
    match = _STRUCTURE.match(first + ("x" if rest else ""))
    if match:
        sign = match[0].strip()
        shown = "> " if sign == ">" else "• " if sign in "-*" else f"{sign[:-1]}\\{sign[-1]} "
        return shown, [(first[match.end() :], False), *rest]
    return "", [(first.lstrip(), False), *rest]


def _escape_document(text: str, at_start: bool, in_quote: bool) -> str:
    """A document's text on one line; only its own lists keep their line breaks.

    `in_quote`: it stands in a block quote, whose signs before its further lines are the answer's.
    """
    first, *others = text.split("\n")
    rendered = escape(first, at_start)
    for line in others:
        own = line.removeprefix(">").strip() if in_quote else line.strip()
        listed = _LIST_LINE.match(own) is not None
        rendered = rendered.rstrip() + ("  \n" if listed else " ") + escape(own, listed)
    return rendered


def join_lines(lines: list[Line]) -> str:
    """Lines as Teams shows them as lines: each a paragraph, those of a block quote inside it."""
    text = ""
    for before, line in zip([None, *lines], lines, strict=False):
        if before:
            text += "\n>\n" if before.quoted and line.quoted else "\n\n"
        text += line.text
    return text


def printable(text: str) -> str:
    """The text without control signs and lone surrogates, on one line; what cannot be seen (zero-width signs, those
    that turn the direction of reading) is shown as a mark, so that it neither acts nor hides anything.

    >>> printable("Be" + chr(0x200B) + "slut")
    'Be‹U+200B›slut'
    """
    text = _CONTROL.sub("", re.sub(r"[\t\n\r\v\f\u2028\u2029]", " ", text))
    return _UNSEEN.sub(lambda sign: sign_mark(sign[0]), text)
