"""A web page -> raw lines: block elements become lines, headings keep their level."""

from typing import Any

from indexer.layout import RawLine

_BLOCKS = frozenset("p div li dt dd blockquote pre h1 h2 h3 h4 h5 h6 caption address figcaption".split())
_SKIP = frozenset("script style head nav template noscript".split())


def _inline(element: Any) -> str:
    """The text of an element and its inline children, blocks left out."""
    parts = [element.text or ""]
    for child in element:
        tag = child.tag if isinstance(child.tag, str) else ""
        if tag == "br":
            parts.append("\n")
        elif tag and tag not in _SKIP and tag not in _BLOCKS and tag not in ("table", "ul", "ol"):
            parts.append(_inline(child))
        elif tag:
            parts.append("\n\x00\n")
        parts.append(child.tail or "")
    return "".join(parts)


def _share(element: Any, tags: frozenset[str]) -> bool:
    """Whether all text of the element stands inside one of the tags."""
    whole = "".join(element.itertext()).strip()
    inside = "".join("".join(e.itertext()) for e in element.iter() if e.tag in tags).strip()
    return bool(whole) and len(inside) >= len(whole)


def _emit(text: str, lines: list[RawLine], **style: Any) -> None:
    for line in text.replace("\x00", "").split("\n"):
        if line.strip():
            lines.append(RawLine(" ".join(line.split()), hard=True, **style))


def _walk(element: Any, lines: list[RawLine], prefix: str = "") -> None:
    tag = element.tag if isinstance(element.tag, str) else ""
    if not tag or tag in _SKIP:
        return
    if tag == "tr":
        cells = [" ".join("".join(c.itertext()).split()) for c in element if c.tag in ("td", "th")]
        if any(cells):
            lines.append(RawLine(" | ".join(cells), table=True, hard=True))
        return
    heading = int(tag[1]) if tag in ("h1", "h2", "h3", "h4", "h5", "h6") else 0
    bold = _share(element, frozenset(("b", "strong"))) if tag in _BLOCKS else False
    italic = _share(element, frozenset(("i", "em"))) if tag in _BLOCKS else False
    text = _inline(element) if tag in _BLOCKS or tag in ("body", "td", "section", "article", "main") else ""
    _emit(prefix + text if text.strip() else "", lines, heading=heading, bold=bold, italic=italic)
    number = int(element.get("start", "1")) if tag == "ol" and element.get("start", "1").isdigit() else 1
    for child in element:
        if not isinstance(child.tag, str):
            continue
        if child.tag == "li":
            number = int(child.get("value")) if child.get("value", "").isdigit() else number
            _walk(child, lines, f"{number}. " if tag == "ol" else "- ")
            number += 1
        elif child.tag in _BLOCKS or child.tag in ("table", "tbody", "thead", "tr", "ul", "ol", "section", "article", "main", "body", "header", "footer", "td"):
            _walk(child, lines)
    if tag in _BLOCKS or tag in ("table", "ul", "ol"):
        lines.append(RawLine(""))


def read_html(data: bytes) -> list[RawLine]:
    """The lines of a web page; scripts, styles and navigation are left out. Never fetches anything."""
    from lxml import html

    from indexer.read_text import decode

    text = decode(data)

    try:
        root = html.document_fromstring(text.encode("utf-8"), parser=html.HTMLParser(encoding="utf-8", no_network=True))
    except (ValueError, html.etree.ParserError):
        return []
    lines: list[RawLine] = []
    _walk(root.find("body") if root.find("body") is not None else root, lines)
    return lines
