"""A web page -> raw lines: the main content only, with headings, list numbers, tables and weight. Fetches nothing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from indexer.docx_numbering import number
from indexer.html_content import SKIPPED, content
from indexer.html_style import Rules, Style
from indexer.layout import RawLine
from indexer.read_text import decode
from indexer.reading import ReadError
from indexer.rows import row_lines

_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code dfn em font i ins kbd label mark o:p q s samp small span st1:personname"
    " strike strong sub sup time tt u var wbr".split()
)
_LIST_FORMS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman", "1": "decimal"}
_WORD_BULLETS = "§·ouvØüq-–•\uf0b7\uf0a7"
_PROLOGUE = re.compile(r"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!doctype\s[^>\[]*(?:\[.*?\]\s*)?>)?", re.I | re.S)
_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f\ufffe\uffff]|&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|x0*(?:[0-8bcef]|1[0-9a-f]));",
    re.I,
)
_MAX_DEPTH = 150


@dataclass(slots=True)
class _Piece:
    text: str
    style: Style


def read_html(data: bytes) -> list[RawLine]:
    """The lines of a web page: menus, banners, sidebars and footers are left out; [] where it has no content.

    The bytes decide the encoding, not what the page says about itself: Word's pages often lie.
    """
    from lxml import etree, html

    text = _PROLOGUE.sub("", _CONTROL.sub("", decode(data)), count=1)
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_pis=True)
    try:
        root = html.document_fromstring(text.encode("utf-8"), parser=parser)
    except (ValueError, etree.LxmlError):
        return []
    walker = _Walker(Rules(sheet.text or "" for sheet in root.iter("style")))
    for one in content(root):
        walker.element(one, Style(), 0)
        walker.gap()
    return walker.lines


class _Walker:
    """Walks the elements and gathers lines; text between two block borders is one line."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.lines: list[RawLine] = []
        self._pieces: list[_Piece] = []
        self._prefix = ""

    def element(self, element: Any, style: Style, depth: int) -> None:  # noqa: ANN401 - lxml's types are an extra
        """Adds what the element holds; `style` is that of the element around it."""
        tag = element.tag if isinstance(element.tag, str) else ""
        if not tag or tag in SKIPPED:
            return
        if depth > _MAX_DEPTH:
            raise ReadError(f"elementen ligger mer än {_MAX_DEPTH} nivåer inuti varandra. Spara om filen.")
        own = self.rules.style(element, style)
        if own.hidden:
            return
        if tag == "br":
            self._break()
        elif tag == "tr":
            self.gap_before_row()
            self.lines += row_lines([self._cell(cell, own, depth + 1) for cell in element if cell.tag in ("td", "th")])
        elif tag == "dl":
            self._definitions(element, own, depth + 1)
        elif "mso-list:ignore" in re.sub(r"\s", "", element.get("style", "").lower()):
            self._word_label(element)
        elif tag in _INLINE:
            self._children(element, own, depth + 1)
        else:
            self._block(element, tag, own, depth + 1)

    def gap(self) -> None:
        """Ends the line and the paragraph."""
        self._break()
        if self.lines and self.lines[-1].text:
            self.lines.append(RawLine(""))

    def gap_before_row(self) -> None:
        """Ends the line before a table row."""
        self._break()

    def _block(self, element: Any, tag: str, style: Style, depth: int) -> None:  # noqa: ANN401
        self._break()
        if tag in ("ol", "ul"):
            self._list(element, tag, style, depth)
        elif tag == "pre":
            for line in "".join(element.itertext()).split("\n"):
                self._text(line, style)
                self._break()
        else:
            self._children(element, style, depth)
        self._break()
        if tag not in ("li", "td", "th", "tbody", "thead"):
            self.gap()

    def _children(self, element: Any, style: Style, depth: int) -> None:  # noqa: ANN401
        self._text(element.text, style)
        for child in element:
            self.element(child, style, depth)
            self._text(child.tail, style)

    def _list(self, element: Any, tag: str, style: Style, depth: int) -> None:  # noqa: ANN401
        """The items of a list, each with its number or dash."""
        items = [child for child in element if child.tag == "li"]
        backwards = tag == "ol" and element.get("reversed") is not None
        at = _whole(element.get("start"), len(items) if backwards else 1)
        form = _LIST_FORMS.get(element.get("type", "1"), "decimal")
        plain = tag == "ol" and re.search(r"list-style(?:-type)?:\s*none", element.get("style", ""), re.I)
        for child in element:
            if child.tag == "li":
                at = _whole(child.get("value"), at)
                self._prefix = "" if plain else f"{number(at, form)}. " if tag == "ol" else "- "
                at += -1 if backwards else 1
            self.element(child, style, depth)
            self._break()
            self._prefix = ""

    def _cell(self, cell: Any, style: Style, depth: int) -> list[RawLine]:  # noqa: ANN401
        """The lines of a table cell."""
        kept, self.lines = self.lines, []
        inner = self.rules.style(cell, replace(style, bold=style.bold or cell.tag == "th"))
        if not inner.hidden:
            self._children(cell, inner, depth)
        self._break()
        found, self.lines = [line for line in self.lines if line.text], kept
        return found

    def _definitions(self, element: Any, style: Style, depth: int) -> None:  # noqa: ANN401
        """Terms and what they say: a short pair as a table row, a longer one as a heading line and its text."""
        self._break()
        terms: list[RawLine] = []
        for child in _pairs(element):
            cell = self._cell(child, style, depth)
            if child.tag == "dt":
                self.lines += [replace(line, bold=True) for line in terms]
                terms = cell
                continue
            short = len(terms) == len(cell) == 1 and len(cell[0].text) < 300 and not re.match(r"[§\d]", terms[0].text)
            self.lines += row_lines([terms, cell]) if short else [*(replace(line, bold=True) for line in terms), *cell]
            terms = []
        self.lines += [replace(line, bold=True) for line in terms]
        self.gap()

    def _word_label(self, element: Any) -> None:  # noqa: ANN401
        """The number that Word wrote out before a list item; its bullets are letters of symbol fonts ("§", "o")."""
        label = "".join(element.itertext()).strip()
        self._prefix = "- " if label in _WORD_BULLETS else f"{label} "

    def _text(self, text: str | None, style: Style) -> None:
        if text:
            self._pieces.append(_Piece(re.sub(r"\s+", " ", text), style))

    def _break(self) -> None:
        """Ends the line; a bold numbered heading that plain text follows becomes a line of its own."""
        pieces, self._pieces = self._pieces, []
        if not any(piece.text.strip() for piece in pieces):
            return
        prefix, self._prefix = self._prefix, ""
        for n, part in enumerate(_run_in(pieces, prefix)):
            text = " ".join("".join(piece.text for piece in part).split())
            inked = [piece.style for piece in part if piece.text.strip()]
            self.lines.append(
                RawLine(
                    (prefix if n == 0 else "") + text,
                    heading=min((style.heading for style in inked if style.heading), default=0) if n == 0 else 0,
                    bold=all(style.bold for style in inked),
                    italic=all(style.italic for style in inked),
                    quoted=all(style.quoted for style in inked),
                    size=max(style.size for style in inked),
                    hard=True,
                )
            )


def _run_in(pieces: list[_Piece], prefix: str) -> Iterator[list[_Piece]]:
    inked = [n for n, piece in enumerate(pieces) if piece.text.strip()]
    plain = next((n for n in inked if not pieces[n].style.bold), len(pieces))
    head, rest = ("".join(piece.text for piece in part).strip() for part in (pieces[:plain], pieces[plain:]))
    numbered = re.match(r"(?:§+\s?\d|\d{1,3}(?:\.\d+)?[.):]?\s|punkt\s\d|ärende\s\d|beslut$)", prefix + head, re.I)
    if numbered and re.search(r"[^\W\d_]{3}", head) and len(head) < 120 and re.match(r"[A-ZÅÄÖ”\"]", rest):
        yield pieces[:plain]
        yield pieces[plain:]
    else:
        yield pieces


def _pairs(element: Any) -> Iterator[Any]:  # noqa: ANN401
    """The terms and descriptions of a list, those wrapped in a div too."""
    for child in element:
        if child.tag == "div":
            yield from _pairs(child)
        elif child.tag in ("dt", "dd"):
            yield child


def _whole(text: str | None, default: int) -> int:
    return int(text) if text and re.fullmatch(r"-?\d{1,6}", text.strip()) else default
