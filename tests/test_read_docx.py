"""The Word reader, on files put together from XML: each shows a thing that Word prints otherwise than it stores it."""

import io
import zipfile

import pytest

from indexer.docx_numbering import number
from indexer.read_docx import read_docx
from indexer.reading import ReadError

NS = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
}
SPACES = " ".join(f'xmlns:{name}="{uri}"' for name, uri in NS.items())
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
PARTS = {
    "document": "document.main",
    "numbering": "numbering",
    "styles": "styles",
    "header1": "header",
    "footer1": "footer",
}
STYLES = """
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>
 <w:rPr><w:sz w:val="22"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Rubrik1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/>
 <w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr><w:rPr><w:b/><w:sz w:val="28"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Egen"><w:name w:val="Punkt"/><w:basedOn w:val="Rubrik1"/></w:style>
<w:style w:type="character" w:styleId="Fet"><w:name w:val="Stark"/><w:rPr><w:b/></w:rPr></w:style>
"""


def level(at, text, form="decimal", start=1, more=""):
    what = f'<w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{text}"/>'
    return f'<w:lvl w:ilvl="{at}">{what}</w:lvl>'


NUMBERING = f"""
<w:abstractNum w:abstractNumId="0">{level(0, "§ %1", start=45)}{level(1, "%1.%2")}</w:abstractNum>
<w:abstractNum w:abstractNumId="1">{level(0, "%1.")}{level(1, "%2)", "lowerLetter")}</w:abstractNum>
<w:abstractNum w:abstractNumId="2">{level(0, "·", "bullet")}</w:abstractNum>
<w:abstractNum w:abstractNumId="3">{level(0, " ", "bullet")}</w:abstractNum>
<w:num w:numId="6"><w:abstractNumId w:val="3"/></w:num>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="2"/></w:num>
<w:num w:numId="4"><w:abstractNumId w:val="1"/>
 <w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>
 <w:lvlOverride w:ilvl="1"><w:startOverride w:val="1"/></w:lvlOverride></w:num>
<w:num w:numId="5"><w:abstractNumId w:val="1"/>
 <w:lvlOverride w:ilvl="0">{level(0, "Punkt %1", start=7)}</w:lvlOverride></w:num>
"""


def docx(body, header="", footer=""):
    links = "".join(
        f'<Relationship Id="{name}" Type="{OFFICE}/{name.strip("1")}" Target="{name}.xml"/>'
        for name in PARTS
        if name != "document"
    )
    types = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{WORD}.{kind}+xml"/>' for name, kind in PARTS.items()
    )
    ends = ("header", "footer")
    section = "".join(f'<w:{end}Reference w:type="default" r:id="{end}1"/>' for end in ends)
    roots = {
        "document": ("document", f"<w:body>{body}<w:sectPr>{section}</w:sectPr></w:body>"),
        "numbering": ("numbering", NUMBERING),
        "styles": ("styles", STYLES),
        "header1": ("hdr", header or p("")),
        "footer1": ("ftr", footer or p("")),
    }
    package = "http://schemas.openxmlformats.org/package/2006"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="rels"'
            f' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{types}</Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="a" Type="{OFFICE}/officeDocument"'
            ' Target="word/document.xml"/></Relationships>',
        )
        archive.writestr(
            "word/_rels/document.xml.rels", f'<Relationships xmlns="{package}/relationships">{links}</Relationships>'
        )
        for name, (root, content) in roots.items():
            archive.writestr(f"word/{name}.xml", f"<w:{root} {SPACES}>{content}</w:{root}>")
    return out.getvalue()


def r(text, bold=False, more=""):
    return f"<w:r><w:rPr>{'<w:b/>' if bold else ''}{more}</w:rPr><w:t xml:space='preserve'>{text}</w:t></w:r>"


def p(*runs, style="", num=""):
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    at, _, list_id = num.partition(":")
    numbered = f'<w:numPr><w:ilvl w:val="{at}"/><w:numId w:val="{list_id}"/></w:numPr>' if num else ""
    return (
        f"<w:p><w:pPr>{named}{numbered}</w:pPr>{''.join(one if one.startswith('<') else r(one) for one in runs)}</w:p>"
    )


def tc(*paragraphs, more=""):
    return f"<w:tc><w:tcPr>{more}</w:tcPr>{''.join(paragraphs)}</w:tc>"


def table(*rows):
    return "<w:tbl>" + "".join(f"<w:tr>{''.join(row)}</w:tr>" for row in rows) + "</w:tbl>"


BREAK = "<w:r><w:br/></w:r>"
BOX = f"<w:txbxContent>{p('I rutan')}</w:txbxContent>"
TWICE = (
    f"<w:r><mc:AlternateContent><mc:Choice><w:drawing>{BOX}</w:drawing></mc:Choice>"
    f"<mc:Fallback><w:pict>{BOX}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
)
FIELD = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>'

CASES = {
    "number by style": (p("Öppnande", style="Rubrik1") + p("Resor", style="Rubrik1"), ["§ 45 Öppnande", "§ 46 Resor"]),
    "number by a style that is based on it": (p("Resor", style="Egen"), ["§ 45 Resor"]),
    "number switched off": (p("Bilaga", style="Rubrik1", num="0:0"), ["Bilaga"]),
    "sub-items": (
        p("A", style="Rubrik1") + p("B", num="1:1") + p("C", num="1:1") + p("D", style="Rubrik1") + p("E", num="1:1"),
        ["§ 45 A", "45.1 B", "45.2 C", "§ 46 D", "46.1 E"],
    ),
    "letters": (
        p("A", num="0:2") + p("B", num="1:2") + p("C", num="1:2") + p("D", num="0:2"),
        ["1. A", "a) B", "b) C", "2. D"],
    ),
    "bullets": (p("A", num="0:3"), ["- A"]),
    "list that goes on, and one begun anew": (
        p("A", num="0:2") + p("Text") + p("B", num="0:2") + p("C", num="0:4") + p("D", num="0:4"),
        ["1. A", "Text", "2. B", "1. C", "2. D"],
    ),
    "list in a list with its own start": (
        p("A", num="0:2") + p("x", num="1:4") + p("y", num="1:4") + p("B", num="0:2"),
        ["1. A", "a) x", "b) y", "2. B"],
    ),
    "further paragraph of an item": (
        p("A", num="0:2") + p("mer", num="0:6") + p("B", num="0:2"),
        ["1. A", "mer", "2. B"],
    ),
    "level overridden": (p("A", num="0:5"), ["Punkt 7 A"]),
    "empty paragraph counts": (p("A", num="0:2") + p("", num="0:2") + p("B", num="0:2"), ["1. A", "3. B"]),
    "break inside a heading": (p("Resor", BREAK, "till Norge", style="Rubrik1"), ["§ 45 Resor till Norge"]),
    "break after a bold line": (p(r("Resor", True), BREAK, "Vi reser."), ["Resor", "Vi reser."]),
    "run-in heading": (p(r("4. Resor ", True), "Vi reser i mars."), ["4. Resor", "Vi reser i mars."]),
    "run-in heading with automatic number": (p(r("Resor.", True), " Vi reser.", num="0:2"), ["1. Resor.", "Vi reser."]),
    "label run in is left": (p(r("Beslut: ", True), "Vi reser."), ["Beslut: Vi reser."]),
    "tracked changes": (
        p("Vi ", f"<w:del>{r('flyger')}</w:del>", f"<w:ins>{r('reser')}</w:ins>", " nu."),
        ["Vi reser nu."],
    ),
    "hidden text": (p("Syns", r(" inte", more="<w:vanish/>")), ["Syns"]),
    "field code": (p("Sida ", FIELD, "3"), ["Sida 3"]),
    "text box once": (p("Före", TWICE) + p("Efter"), ["Före", "I rutan", "Efter"]),
    "content control and link": (
        f"<w:sdt><w:sdtContent>{p('A')}</w:sdtContent></w:sdt>" + p(f"<w:hyperlink>{r('B')}</w:hyperlink>"),
        ["A", "B"],
    ),
    "table": (
        table((tc(p("Nr")), tc(p("Ärende"))), (tc(p("1")), tc(p("Resor"), p("Vi reser.")))),
        ["Nr | Ärende", "1 | Resor", "Vi reser."],
    ),
    "merged cells": (
        table(
            (tc(p("A"), more='<w:vMerge w:val="restart"/>'), tc(p("B"))), (tc(p("A"), more="<w:vMerge/>"), tc(p("C")))
        ),
        ["A | B", "C"],
    ),
    "frame table": (table((tc(p("Protokoll"), p("Resor", num="0:2")),)), ["Protokoll", "1. Resor"]),
    "numbers in a table": (
        table((tc(p("", num="0:2")), tc(p("A"))), (tc(p("Resor", num="0:2")), tc(p("B")))),
        ["1. | A", "2. Resor | B"],
    ),
    "table in a table": (table((tc(table((tc(p("A")), tc(p("B")))), p("")), tc(p("C")))), ["A | B | C"]),
    "tab and hyphens": (
        p("<w:r><w:t>§ 1</w:t><w:tab/><w:t>E</w:t><w:noBreakHyphen/><w:t>post</w:t></w:r>"),
        ["§ 1\tE-post"],
    ),
}


def shown(data):
    return [line.text for line in read_docx(data) if line.text.strip()]


@pytest.mark.parametrize("name", CASES)
def test_text_is_as_word_shows_it(name):
    body, expected = CASES[name]
    assert [line.text for line in read_docx(docx(body)) if line.text.strip()] == expected


def test_headers_and_footers_are_furniture_before_the_text():
    lines = [one for one in read_docx(docx(p("Text"), header=p("Sidhuvud"), footer=p("Sidfot"))) if one.text]
    assert [(one.text, one.furniture) for one in lines] == [("Sidhuvud", True), ("Sidfot", True), ("Text", False)]


def test_type_comes_from_runs_and_styles():
    body = p("Rubrik", style="Egen") + p(r("fet", more='<w:rStyle w:val="Fet"/>')) + p(r("fet", True), " och inte")
    rubrik, fet, half = [one for one in read_docx(docx(body)) if one.text]
    assert (rubrik.heading, rubrik.bold, rubrik.size, rubrik.hard) == (1, True, 14.0, True)
    assert (fet.heading, fet.bold, fet.size) == (0, True, 11.0)
    assert not half.bold


@pytest.mark.parametrize(
    ("n", "form", "expected"),
    [
        (1, "upperRoman", "I"),
        (1999, "lowerRoman", "mcmxcix"),
        (27, "lowerLetter", "aa"),
        (3, "ordinal", "3"),
        (0, "upperRoman", "0"),
    ],
)
def test_number_forms(n, form, expected):
    assert number(n, form) == expected


@pytest.mark.parametrize("data", [b"PK\x03\x04 half", b"", b"text"], ids=["half", "empty", "text"])
def test_what_is_no_word_file_is_refused(data):
    with pytest.raises(ReadError, match="Word"):
        read_docx(data)
