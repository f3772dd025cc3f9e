"""The bot's own page of a source: an agenda item as it stands in the minutes, the quote marked.

Pure: records in, html out, with every word of a document escaped. No script, and nothing is fetched from elsewhere.
"""

import base64
import hashlib
import html
from dataclasses import dataclass

from bot.markdown import printable
from indexer.dates import swedish_date
from indexer.records import AgendaItem, Document, Meeting

ANCHOR = "citat"
"""The mark's place in the page: a link that ends in #citat opens there."""
AROUND = 3_000
"""Characters shown on either side of a quote that stands in no item."""

STYLE = """
:root { color-scheme: light dark; --ink: #1f2328; --soft: #5b636d; --line: #d5d9de; --page: #fff; --mark: #fff1b8;
  --edge: #b38600; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e6e6; --soft: #a3abb5; --line: #3d444d; --page: #1b1d21;
  --mark: #4d3f0b; --edge: #e0b93a; } }
* { box-sizing: border-box; }
html { background: var(--page); color: var(--ink); }
body { margin: 0 auto; max-width: 42rem; padding: 2rem 1.25rem 3rem; overflow-wrap: anywhere;
  font: 1.0625rem/1.6 "Segoe UI", system-ui, -apple-system, "Noto Sans", sans-serif; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: .25rem 0 1rem; text-wrap: balance; }
.body { margin: 0; color: var(--soft); font-weight: 600; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .15rem 1rem; margin: 0 0 1.5rem;
  padding: .75rem 0; border: solid var(--line); border-width: 1px 0; font-size: .9375rem; }
dt { color: var(--soft); }
dd { margin: 0; }
article p { margin: 0 0 .5rem; }
#citat { scroll-margin-top: 6rem; }
article p.list { padding-left: 1.25rem; text-indent: -1.25rem; }
mark { background: var(--mark); color: inherit; border-bottom: 2px solid var(--edge); padding: .1em 0;
  -webkit-box-decoration-break: clone; box-decoration-break: clone; print-color-adjust: exact;
  -webkit-print-color-adjust: exact; }
.note { border-left: 3px solid var(--edge); padding: .25rem 0 .25rem .75rem; }
footer { margin-top: 2rem; padding-top: .75rem; border-top: 1px solid var(--line); color: var(--soft);
  font-size: .875rem; }
@page { margin: 2cm; }
@media print { :root { --ink: #000; --soft: #333; --line: #999; --page: #fff; --mark: #fff1b8; --edge: #000; }
  body { max-width: none; padding: 0; font-size: 11pt; } h1 { font-size: 15pt; break-after: avoid; }
  dl, footer { break-inside: avoid; } article p { orphans: 3; widows: 3; } }
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'; sandbox"
    ),
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, noarchive",
}
"""What each page is sent with: it runs nothing, is framed nowhere, kept nowhere, and tells nobody where it was."""

CHANGED = (
    "Protokollet har lästs in på nytt sedan svaret gavs, och citatet står inte kvar på samma ställe. "
    "Så här står det nu."
)
OCR = "Texten är inläst från en skannad sida och kan innehålla läsfel."
_LISTED = ("- ", "– ", "— ", "• ", "* ", "· ")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What a page shows: an item (None: what stands around the quote), and the quote's span in the document.

    `moved` tells that the quote stands there no longer, so that nothing is marked.
    """

    document: Document
    meeting: Meeting
    item: AgendaItem | None
    start: int
    end: int
    moved: bool = False


def render_source(excerpt: Excerpt, until: str) -> str:
    """The page of an excerpt; `until` is the day, in words, on which its link expires."""
    item, meeting = excerpt.item, excerpt.meeting
    heading, first, last = _spans(excerpt)
    title = _marked(excerpt, *heading) if item is not None and heading[0] < heading[1] else _text(_name(excerpt))
    notes = [CHANGED] * excerpt.moved + [OCR] * (item is not None and item.ocr)
    rows = "".join(f"<dt>{_text(name)}</dt><dd>{_text(value)}</dd>\n" for name, value in _facts(excerpt) if value)
    main = f"""<p class="body">{_text(meeting.body)}</p>
<h1>{title}</h1>
<dl>
{rows}</dl>
{"".join(f'<p class="note">{_text(note)}</p>{chr(10)}' for note in notes)}<article>
{_paragraphs(excerpt, first, last)}</article>
<footer>Utdrag ur {_text(excerpt.document.name)}, visat av Mötesminnet. Det markerade är det som svaret citerar.
Länken slutar fungera {_text(until)}.</footer>"""
    return _page(f"{_name(excerpt)} – {meeting.body}", main)


def render_notice(title: str, sentence: str) -> str:
    """A page of our own words: why there is nothing to show, and what to do."""
    return _page(title, f"<h1>{_text(title)}</h1>\n<p>{_text(sentence)}</p>")


def _page(title: str, main: str) -> str:
    return f"""<!DOCTYPE html>
<html lang="sv">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{_text(title)}</title>
<style>{STYLE}</style>
</head>
<body>
<main>
{main}
</main>
</body>
</html>
"""


def _facts(excerpt: Excerpt) -> list[tuple[str, str]]:
    item, meeting = excerpt.item, excerpt.meeting
    page = excerpt.document.page_at(excerpt.start)
    return [
        ("Möte", swedish_date(meeting.date, meeting.date_precision)),
        ("Punkt", item.number if item is not None and item.number_printed else ""),
        ("Sida", str(page) if page is not None else ""),
        ("Dokument", excerpt.document.name),
    ]


def _name(excerpt: Excerpt) -> str:
    item, meeting = excerpt.item, excerpt.meeting
    if item is not None:
        return item.title or f"Punkt {item.number}"
    return f"Mötet {swedish_date(meeting.date, meeting.date_precision)}"


def _spans(excerpt: Excerpt) -> tuple[tuple[int, int], int, int]:
    """The span of the heading, and the first and last offset of the text under it."""
    text, item = excerpt.document.text, excerpt.item
    if item is not None:
        return (item.start, item.body_start), item.body_start, max(item.end, excerpt.end)
    before, after = max(0, excerpt.start - AROUND), min(len(text), excerpt.end + AROUND)
    after = min([i.start for i in excerpt.meeting.items if i.start >= excerpt.end] + [after])
    line = text.rfind("\n", 0, before) + 1
    return (line, line), line, after


def _paragraphs(excerpt: Excerpt, first: int, last: int) -> str:
    """A paragraph a line, list lines with a hanging indent; the mark goes on from line to line."""
    made, at = "", first
    for line in excerpt.document.text[first:last].split("\n"):
        if line.strip():
            listed = ' class="list"' if line.lstrip().startswith(_LISTED) else ""
            made += f"<p{listed}>{_marked(excerpt, at, at + len(line))}</p>\n"
        at += len(line) + 1
    return made


def _marked(excerpt: Excerpt, start: int, end: int) -> str:
    """The document's words at the span, trimmed and escaped, with what the quote covers in a mark."""
    text = excerpt.document.text
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    a, b = max(start, excerpt.start), min(end, excerpt.end)
    if excerpt.moved or a >= b:
        return _text(text[start:end])
    anchor = f' id="{ANCHOR}"' if text[excerpt.start : a].strip() == "" else ""
    return f"{_text(text[start:a])}<mark{anchor}>{_text(text[a:b])}</mark>{_text(text[b:end])}"


def _text(text: str) -> str:
    return html.escape(printable(text))
