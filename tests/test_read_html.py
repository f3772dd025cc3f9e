"""The web page reader: what is content, where lines break, which numbers and weights they carry."""

import pytest

from indexer.read_html import read_html
from indexer.reading import ReadError

WORD = """<html><head><meta charset=utf-8><style>p.MsoNormal{margin:0}</style></head><body>
<p class=MsoListParagraph><b><!--[if !supportLists]--><span style='mso-list:Ignore'>4.<span>&nbsp;&nbsp;</span></span>
<!--[endif]-->Färdtjänst<o:p></o:p></b></p>
<p class=MsoListParagraph><span style='font-family:Wingdings'><span style='mso-list:
Ignore'>§<span>&nbsp;</span></span></span>nya regler</p></body></html>"""
LONG = "<p>" + "Nämnden diskuterar frågan. " * 20 + "</p>"
PAGE = f"""<?xml version="1.0" encoding="utf-16"?><!doctype html><html><head><title>Kommunen</title></head><body>
<div id="cookie-consent"><p>Vi använder kakor</p></div><header><p>Logotyp</p></header><nav><a>Start</a></nav>
<ul class="meny"><li>Bygga</li></ul><main><header><h1>Socialnämnden</h1></header>{LONG}
<footer>Sekreterare Eva Ek</footer>
<div class="share-buttons">Dela</div><form><label>Tyck till</label></form></main><aside>Relaterat</aside>
<footer>Kontakt</footer></body></html>"""

CASES = {
    "headings and paragraphs": ("<h2>§ 4 Resor</h2><p>Vi  reser\n nu.</p>", ["§ 4 Resor", "Vi reser nu."]),
    "numbers of lists": (
        "<ol start=5><li>A<li>B<li value=9>C</ol><ol type=a><li>D</ol><ol reversed><li>E<li>F</ol><ul><li>G</ul>",
        ["5. A", "6. B", "9. C", "a. D", "2. E", "1. F", "- G"],
    ),
    "list without marks": ("<ol style='list-style: none'><li>§ 1 A</ol>", ["§ 1 A"]),
    "list in a list": ("<ol><li><b>A</b><ol><li>x</ol>efter<li>B</ol>", ["1. A", "1. x", "efter", "2. B"]),
    "definitions": (
        "<dl><dt>Närvarande<dd>Eva Ek<dt>§ 4 Resor<dd><p>Vi reser.</p><p>Nu.</p></dl>",
        ["Närvarande | Eva Ek", "§ 4 Resor", "Vi reser.", "Nu."],
    ),
    "table": (
        "<table><tr><th>Nr<th>Ärende<tr><td>1<td><p>Resor</p><p>Vi reser.</p></table>",
        ["Nr | Ärende", "1 | Resor", "Vi reser."],
    ),
    "page laid out as a table": ("<table><tr><td><h1>A</h1><p>B</p></td></tr></table>", ["A", "B"]),
    "line breaks": ("<p><b>A</b><br>B<br/>C</p>text<div>D</div>E", ["A", "B", "C", "text", "D", "E"]),
    "run-in heading": ("<p><strong>4. Resor</strong> Vi reser.</p>", ["4. Resor", "Vi reser."]),
    "preformatted": ("<pre>A\n  B</pre>", ["A", "B"]),
    "hidden": ("<p hidden>A</p><p style='display:none'>B</p><p>C <del>D</del></p><script>E</script>", ["C"]),
    "word": (WORD, ["4. Färdtjänst", "- nya regler"]),
    "menus and banners": (PAGE, ["Socialnämnden", " ".join(["Nämnden diskuterar frågan."] * 20), "Sekreterare Eva Ek"]),
    "external entity": (
        '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><html><body><p>A &x; B</p></body></html>',
        ["A &x; B"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_lines_of_a_page(name):
    page, expected = CASES[name]
    assert [line.text for line in read_html(page.encode()) if line.text] == expected


def test_headings_weight_and_size_come_from_tags_classes_and_styles():
    page = """<style>/* x */ .c4{font-weight:700;font-size:13pt} p.stor, .c9 {font-style:italic}</style>
    <p class="rubrik2">A</p><div role=heading aria-level=3>B</div><p><span class=c4>C</span></p><p class=c9>D</p>
    <p style="font-weight:bold">E <span style="font-weight:normal">f</span></p><blockquote>G</blockquote>"""
    a, b, c, d, e, g = [line for line in read_html(page.encode()) if line.text]
    assert (a.heading, b.heading) == (2, 3)
    assert (c.bold, c.size, d.italic, e.bold, g.quoted) == (True, 13.0, True, False, True)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_encoding_is_told_by_the_bytes_not_by_the_page(encoding):
    page = "<html><head><meta charset=utf-8></head><body><p>Åtgärder för äldre i Örebro</p></body></html>"
    assert [line.text for line in read_html(page.encode(encoding)) if line.text] == ["Åtgärder för äldre i Örebro"]


def test_elements_too_deep_are_refused():
    with pytest.raises(ReadError, match="nivåer"):
        read_html(b"<div>" * 200 + b"A")


@pytest.mark.parametrize("data", [b"", b"<html></html>", b"<!-- -->"], ids=["empty", "bare", "comment"])
def test_page_without_text_has_no_lines(data):
    assert [line for line in read_html(data) if line.text] == []
