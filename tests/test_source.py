import asyncio
import functools
import http.server
import re
import shutil
import subprocess
import threading
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.links import Target, digest, sign
from bot.markdown import printable
from bot.page import open_page
from bot.pipeline import open_library
from bot.source import CHANGED, HEADERS, OCR, Excerpt, render_notice, render_source
from indexer.records import IndexerError

KEY, DAY = b"k" * 32, 86_400
QUOTE = "Nätverket ställer sig bakom Yrkesresan."
HOSTILE = "<script>alert(1)</script> <img src=x onerror=alert(1)> </mark></p> & \"'"
CHROMIUM = shutil.which("chromium")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")


class Read(HTMLParser):
    """A page as a reader gets it: tags, what stands in marks, and all text."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.open, self.marked, self.text, self.attributes = [], [], [], "", []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.open.append(tag)
        self.attributes += [name for name, _ in attrs]

    def handle_endtag(self, tag):
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data):
        if "style" not in self.open:
            self.text += data
        if "mark" in self.open:
            self.marked.append(data)


@pytest.fixture
def excerpt(minutes):
    """An item with a body of three lines, the quote in the last."""
    made = minutes("norrdal", "Norrdal").item(
        "10", "Yrkesresan", f"Bo informerade.\n- en punkt\nBeslut: {QUOTE}", page=3
    )
    document, meeting = made.document(path="norrdal.pdf"), made.meeting()
    start = document.text.index(QUOTE)
    return Excerpt(document, meeting, meeting.items[0], start, start + len(QUOTE))


def test_the_page_shows_the_item_with_the_quote_marked(excerpt):
    page = Read(render_source(excerpt, "den 1 april 2022"))
    assert page.marked == [QUOTE]
    assert [line for line in page.text.split("\n") if line.strip()] == [
        "Yrkesresan – Norrdal",
        "Norrdal",
        "10) Yrkesresan",
        *("Möte4 mars 2022", "Punkt10", "Sida3", "Dokumentnorrdal.pdf"),
        *("Bo informerade.", "- en punkt", f"Beslut: {QUOTE}"),
        "Utdrag ur norrdal.pdf, visat av Mötesminnet. Det markerade är det som svaret citerar.",
        "Länken slutar fungera den 1 april 2022.",
    ]


def test_a_quote_over_several_lines_is_marked_in_each(excerpt):
    start = excerpt.document.text.index("informerade")
    page = render_source(replace(excerpt, start=start, end=excerpt.end - 1), "")
    assert Read(page).marked == ["informerade.", "- en punkt", f"Beslut: {QUOTE[:-1]}"]
    assert page.count('id="citat"') == 1


def test_a_quoted_heading_is_marked_in_the_heading(excerpt):
    start = excerpt.document.text.index("Yrkesresan")
    page = render_source(replace(excerpt, start=start, end=start + 10), "")
    assert '<h1>10) <mark id="citat">Yrkesresan</mark></h1>' in page


def test_a_quote_in_no_item_is_shown_with_what_stands_around_it(minutes):
    made = minutes("norrdal", "Norrdal").attendee("Anna Ek").attendee("Bo Lind").item("1", "Inledning")
    document, meeting = made.document(), made.meeting()
    page = Read(render_source(Excerpt(document, meeting, None, 0, 16), ""))
    assert page.marked == ["Anna Ek", "Bo Lind"]
    assert "Mötet 4 mars 2022" in page.text
    assert "Inledning" not in page.text


def test_what_has_moved_is_not_marked_and_said(excerpt):
    page = Read(render_source(replace(excerpt, moved=True), ""))
    assert (page.marked, CHANGED in page.text) == ([], True)


def test_scanned_text_is_told(excerpt):
    assert OCR not in render_source(excerpt, "")
    assert OCR in render_source(replace(excerpt, item=replace(excerpt.item, ocr=True)), "")


def test_nothing_in_a_document_acts(minutes):
    made = minutes("x", f"Norrdal {HOSTILE}").item("1", HOSTILE, HOSTILE)
    document = replace(made.document(), name=HOSTILE)
    page = render_source(Excerpt(document, made.meeting(), made.meeting().items[0], 3, 90), "")
    read, plain = Read(page), Read(render_notice("Titel", "Mening."))
    assert set(read.tags) <= set(plain.tags) | {"dl", "dt", "dd", "article", "footer", "mark"}
    assert set(read.attributes) <= {"lang", "charset", "name", "content", "class", "id"}
    assert read.text.count("<script>alert(1)</script>") >= 4


def as_shown(text):
    """The letters and digits of a text as it is shown: signs that cannot be seen as marks."""
    return "".join(c for c in printable(text) if c.isalnum())


@given(text=st.text(min_size=1, max_size=200), start=st.integers(0, 200), size=st.integers(0, 200))
@example(text="0\xad1", start=0, size=3)
def test_any_text_comes_out_as_it_is_and_in_place(text, start, size):
    from conftest import MinutesBuilder

    made = MinutesBuilder("x", "Norrdal").item("1", "Titel", text)
    document, item = made.document(), made.items[0]
    at = item.body_start + min(start, len(text))
    read = Read(render_source(Excerpt(document, made.meeting(), item, at, min(at + size, item.end)), ""))
    assert as_shown(document.text[item.body_start : item.end]) in as_shown(read.text)
    assert as_shown("".join(read.marked)) == as_shown(document.text[at : min(at + size, item.end)])


def test_the_policy_lets_nothing_run_and_nothing_in():
    policy = HEADERS["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert not re.search(r"unsafe|script|http|\*", policy)
    assert "frame-ancestors 'none'" in policy


# From a token to a page


@pytest.fixture(scope="module")
def library(small_index):
    return open_library(small_index, None)


def target_in(library, **fields):
    text = library.document("norrdal-2022-03-04").text
    quote = "Nätverket ställer sig bakom Yrkesresan och tar kostnaden 2023."
    item = next(i for i in library.meetings(["norrdal-2022-03-04"])[0].items if i.number == "2")
    start = text.index(quote)
    base = Target(
        "norrdal-2022-03-04", "norrdal-2022-03-04", item.id, start, start + len(quote), digest(quote), 9 * DAY
    )
    return replace(base, **fields)


def opened(target, library, key=KEY, now=0.0):
    return asyncio.run(open_page(sign(target, key), KEY, now, seen(library)))


def seen(library):
    async def view(reader):
        return library

    return view


def test_a_good_link_gives_the_page(library):
    page = opened(target_in(library), library)
    assert page.status == 200
    assert "Länken slutar fungera den 10 januari 1970." in page.html


@pytest.mark.parametrize(
    ("fields", "how", "status", "words"),
    [
        ({}, {"now": 9.0 * DAY}, 403, "Länken har gått ut"),
        ({}, {"key": b"x" * 32}, 403, "Länken är inte giltig"),
        ({"document": "borta"}, {}, 404, "Källan finns inte längre"),
        ({"meeting": "borta"}, {}, 404, "Källan finns inte längre"),
        ({"item": "borta"}, {}, 404, "Källan finns inte längre"),
        ({"meeting": "granvik"}, {}, 404, "Källan finns inte längre"),
    ],
)
def test_any_other_link_gives_a_page_that_says_why(library, fields, how, status, words):
    page = opened(target_in(library, **fields), library, **how)
    assert (page.status, words in page.html) == (status, True)
    assert "Yrkesresan" not in page.html


def test_a_quote_that_has_moved_is_told(library):
    page = opened(target_in(library, start=0, end=10), library)
    assert (page.status, CHANGED in page.html, "<mark" in page.html) == (200, True, False)


def test_a_wrong_link_opens_no_index():
    async def never(reader):
        raise AssertionError

    assert asyncio.run(open_page("a.b", KEY, 0, never)).status == 403


def test_without_an_index_the_page_says_so(library):
    async def none(reader):
        raise IndexerError("inget index")

    assert asyncio.run(open_page(sign(target_in(library), KEY), KEY, 0, none)).status == 503


# In a browser


def chromium(*arguments):
    """What headless chromium prints."""
    always = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--virtual-time-budget=2000")
    done = subprocess.run([CHROMIUM, *always, *arguments], capture_output=True, text=True, timeout=90, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def long_page(minutes):
    """A page whose words, names and table rows are longer than a phone is wide."""
    body = "\n".join(
        ["Text " * 60, "Ettordsomaldrigtarslut" * 20, "Kommun | Antal | " * 20, "- punkt " * 30, f"Beslut: {QUOTE * 9}"]
    )
    made = minutes("n", "Nätverket" * 12).item("10", "Åtgärdsprogrammet" * 9, body)
    document = replace(made.document(), name="protokoll" * 20 + ".docx")
    start = document.text.index(QUOTE)
    return render_source(Excerpt(document, made.meeting(), made.meeting().items[0], start, start + 300), "den 1 april")


MEASURE = """<script>
const seen = getComputedStyle(document.querySelector("mark")), page = getComputedStyle(document.documentElement);
document.title = [innerWidth, document.documentElement.scrollWidth, page.backgroundColor, seen.backgroundColor,
  page.color].join("|");
parent.postMessage(document.title, "*");
</script></body>"""
FRAME = """<html style="color-scheme: light dark"><title></title><script>onmessage = (e) => document.title = e.data;
</script><iframe src="page.html" width="{}" height="800" frameborder="0"></iframe></html>"""
"""A window of any width: chromium's own is no narrower than 500 pixels."""


@pytest.mark.browser
@needs_chromium
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("dark", [False, True])
def test_the_page_fits_the_window_in_light_and_dark(tmp_path, long_page, width, dark):
    file = tmp_path / "page.html"
    file.write_text(long_page.replace("</body>", MEASURE), encoding="utf-8")
    (tmp_path / "frame.html").write_text(FRAME.format(width), encoding="utf-8")
    scheme = [f"--blink-settings=preferredColorScheme={0 if dark else 1}"]
    dom = chromium(*scheme, "--window-size=1400,900", "--dump-dom", (tmp_path / "frame.html").as_uri())
    inner, needed, page, mark, ink = re.search(r"<title>(.*?)</title>", dom)[1].split("|")
    assert (int(inner), int(needed)) == (width, width)
    assert (page, ink) == (
        ("rgb(27, 29, 33)", "rgb(230, 230, 230)") if dark else ("rgb(255, 255, 255)", "rgb(31, 35, 40)")
    )
    assert mark not in (page, "rgba(0, 0, 0, 0)")


@pytest.mark.browser
@needs_chromium
def test_the_policy_lets_the_style_through_and_no_script(tmp_path, long_page):
    """Over HTTP with the real headers the page looks as it does without them, and a script that got in stays still."""
    (tmp_path / "page.html").write_text(long_page, encoding="utf-8")
    (tmp_path / "evil.html").write_text(long_page.replace("</body>", MEASURE), encoding="utf-8")

    class Handler(http.server.SimpleHTTPRequestHandler):
        def end_headers(self):
            for name, value in HEADERS.items():
                self.send_header(name, value)
            super().end_headers()

        def log_message(self, *_):
            pass

    handler = functools.partial(Handler, directory=tmp_path)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}"
        for name, source in (("http", f"{address}/page.html"), ("file", (tmp_path / "page.html").as_uri())):
            chromium("--window-size=600,900", f"--screenshot={tmp_path / name}.png", source)
        dom = chromium("--dump-dom", f"{address}/evil.html")
        server.shutdown()
    assert (tmp_path / "http.png").read_bytes() == (tmp_path / "file.png").read_bytes()
    assert "|" not in re.search(r"<title>(.*?)</title>", dom)[1]


@pytest.mark.browser
@needs_chromium
def test_the_page_prints(tmp_path, long_page):
    file = tmp_path / "page.html"
    file.write_text(long_page, encoding="utf-8")
    chromium("--no-pdf-header-footer", f"--print-to-pdf={tmp_path / 'page.pdf'}", file.as_uri())
    import pypdfium2

    with pypdfium2.PdfDocument(tmp_path / "page.pdf") as pdf:
        text = "".join(page.get_textpage().get_text_range() for page in pdf)
    assert "Nätverket ställer sig bakom Yrkesresan." in " ".join(text.split())
    assert "Utdrag ur" in text
