"""The pdf reader, on pages written by hand: what stands where, in which order it is drawn, and in which type."""

import shutil

import pytest

from indexer import ocr
from indexer.ocr import read_tsv
from indexer.pdf_text import compose
from indexer.read_pdf import read_pdf
from indexer.reading import ReadError

WIDE = "Nätverket beslutar att bjuda in förslagsställaren till nästa möte i"


def t(x, y, text, size=11, bold=False, matrix=False, angle=None):
    """A drawing of text at a place; with `matrix` the size stands in the text matrix, as some programs write it."""
    escaped = text.replace("\\", "\\\\").replace("(", r"\(").replace(")", r"\)")
    font = f"/{'B' if bold else 'F'} {1 if matrix else size} Tf"
    turn = angle or (f"{size} 0 0 {size}" if matrix else "1 0 0 1")
    return f"BT {font} {turn} {x} {y} Tm ({escaped}) Tj ET\n"


def pdf(*pages):
    kids = " ".join(f"{6 + 2 * n} 0 R" for n in range(len(pages)))
    fonts = "<< /F 3 0 R /B 4 0 R >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
        b"<< >>",
    ]
    for n, page in enumerate(pages):
        content = page.encode("cp1252")
        box = f"/MediaBox [0 0 595 842] /Contents {7 + 2 * n} 0 R /Resources << /Font {fonts} >>"
        objects.append(f"<< /Type /Page /Parent 2 0 R {box} >>".encode())
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, one) for n, one in enumerate(objects, start=1))
    return b"%PDF-1.4\n" + body + b"trailer\n<< /Root 1 0 R /Size %d >>\n%%%%EOF\n" % (len(objects) + 1)


def texts(*drawn):
    return [line.text for line in read_pdf(pdf("".join(drawn))).lines if line.text.strip()]


LEFT = ["vänster text som går", "över flera rader och", "fyller sin spalt helt", "innan den tar slut."]
RIGHT = ["höger text som läses", "först när den vänstra", "är slut, rad för rad,", "hela vägen ned till sist."]
TABLE = [
    t(60, 700, "Nr"),
    t(100, 700, "Ärende"),
    t(400, 700, "Ansvarig"),
    t(60, 680, "1."),
    t(100, 680, "Resor och"),
    t(100, 667, "boende"),
    t(400, 680, "Eva Ek"),
    t(60, 640, "2."),
    t(100, 640, "Budget"),
    t(400, 640, "Bo Al"),
]


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        ([t(60, 700, "§ 45"), t(150, 700, "Yrkesresan")], ["§ 45 Yrkesresan"]),
        ([t(150, 700, "Yrkesresan"), t(150, 686, WIDE), t(60, 700, "§ 45")], ["§ 45 Yrkesresan", WIDE]),
        (
            [
                *(t(60, 700 - 13 * n, one) for n, one in enumerate(LEFT)),
                *(t(320, 700 - 13 * n, one) for n, one in enumerate(RIGHT)),
            ],
            LEFT + RIGHT,
        ),
        (
            [
                t(60 + 260 * k, 700 - 13 * n, one)
                for n, both in enumerate(zip(LEFT * 2, RIGHT * 2, strict=True))
                for k, one in enumerate(both)
            ],
            LEFT * 2 + RIGHT * 2,
        ),
        (TABLE, ["Nr | Ärende | Ansvarig", "1. | Resor och boende | Eva Ek", "2. | Budget | Bo Al"]),
        (
            [
                t(60, 700, "Plats"),
                t(200, 700, "Rådhuset"),
                t(60, 680, "Beslutande"),
                t(200, 680, "Eva Ek (S)"),
                t(200, 667, "Bo Al (M)"),
                t(60, 600, WIDE),
            ],
            ["Plats | Rådhuset", "Beslutande | Eva Ek (S)", "Bo Al (M)", WIDE],
        ),
        (
            [
                t(60, 700, "Närvarande"),
                t(300, 700, "Frånvarande"),
                t(60, 687, "Eva Ek"),
                t(300, 687, "Ola Öst"),
                t(60, 674, "Bo Al"),
            ],
            ["Närvarande", "Eva Ek", "Bo Al", "Frånvarande", "Ola Öst"],
        ),
        ([t(60, 600, "Text på sidan"), t(60, 800, "Sidhuvud")], ["Sidhuvud", "Text på sidan"]),
        ([t(60, 40, "Sidfot"), t(60, 600, "Text på sidan")], ["Text på sidan", "Sidfot"]),
        ([t(60, 700, "Text på sidan"), t(20, 300, "Signerat", angle="0 1 -1 0")], ["Text på sidan"]),
        (
            [t(100 + 14 * n, 100, one, angle="0 1 -1 0") for n, one in enumerate(["Sidan ligger", "ned helt"])],
            ["Sidan ligger", "ned helt"],
        ),
        ([t(60, 700, "f¨or n°agra")], ["för n°agra"]),
        ([t(60, 700, "4. Resor", bold=True), t(112, 700, "Vi reser i mars.")], ["4. Resor", "Vi reser i mars."]),
        ([t(60, 700, "•"), t(90, 700, "att resa")], ["• att resa"]),
        (
            [t(60, 700, "Beslut"), t(150, 700, "Nämnden beslutar att resa till"), t(150, 687, "Norge i mars.")],
            ["Beslut", "Nämnden beslutar att resa till", "Norge i mars."],
        ),
    ],
    ids=[
        "number and title on a baseline",
        "number drawn last",
        "columns drawn one by one",
        "columns drawn line by line",
        "table with a wrapped cell",
        "label and value",
        "people in two lists",
        "header drawn last",
        "footer drawn first",
        "stamp in the margin",
        "page set sideways",
        "accent beside its letter",
        "run-in heading",
        "bullet",
        "side heading",
    ],
)
def test_text_of_a_page_in_reading_order(drawn, expected):
    assert texts(*drawn) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\u030a o\u0308 A\u030a", "å ö Å"),
        ("˚aret ¨oppnas", "året öppnas"),
        ("ide´ ok", "idé ok"),
        ("25 °C", "25 °C"),
    ],
    ids=["combining", "before", "after", "degrees"],
)
def test_accents_are_put_on_their_letters(text, expected):
    assert compose(text) == expected


def test_type_and_page_of_a_line():
    pages = (
        t(60, 700, "Rubrik", size=16, bold=True) + t(60, 670, "Brödtext"),
        t(60, 700, "Sida två", size=12, matrix=True),
    )
    first, body, second = [line for line in read_pdf(pdf(*pages)).lines if line.text.strip()]
    assert (first.size, first.bold, first.page) == (16.0, True, 1)
    assert (body.size, body.bold, body.page) == (11.0, False, 1)
    assert (second.size, second.page) == (12.0, 2)


def test_gap_between_paragraphs_is_an_empty_line():
    drawn = [t(60, 700, "Första raden i stycket går"), t(60, 687, "vidare här."), t(60, 650, "Nytt stycke.")]
    assert [line.text for line in read_pdf(pdf("".join(drawn))).lines][:4] == [
        "Första raden i stycket går",
        "vidare här.",
        "",
        "Nytt stycke.",
    ]


SCANNED = "0.5 g 50 50 400 600 re f\n"


def test_scanned_pages_without_ocr_are_counted(monkeypatch):
    monkeypatch.setattr(ocr, "missing_tool", lambda: "Installera OCR.")
    with pytest.raises(ReadError, match=r"3 av 3 sidor saknar text: de är inskannade. Installera OCR"):
        read_pdf(pdf(SCANNED, SCANNED, SCANNED))
    reading = read_pdf(pdf(t(60, 700, "Text"), SCANNED))
    assert reading.problems == ("1 av 2 sidor saknar text (sida 2): de är inskannade. Installera OCR.",)


def test_blank_page_is_no_scanned_one():
    assert read_pdf(pdf(t(60, 700, "Text"), "")).problems == ()


TSV = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n" + "".join(
    f"5\t1\t1\t{par}\t{line}\t1\t0\t0\t9\t30\t{conf}\t{text}\n"
    for par, line, conf, text in [
        (1, 1, 96, "$"),
        (1, 1, 90, "1."),
        (1, 1, 90, "Resor"),
        (2, 1, 84, "Vi"),
        (2, 1, -1, "|"),
    ]
)


def test_words_of_tesseract_become_lines_with_section_signs():
    found = read_tsv(TSV, 3)
    assert [(line.text, line.page) for line in found.lines] == [("§ 1. Resor", 3), ("", 3), ("Vi", 3)]
    assert found.confidence == 90


def test_wide_gap_between_words_of_tesseract_is_a_tab():
    words = [(0, "Bo"), (60, "Ek"), (400, "Eva"), (470, "Al")]
    rows = "".join(f"5\t1\t1\t1\t1\t{n}\t{left}\t0\t50\t20\t90\t{text}\n" for n, (left, text) in enumerate(words, 1))
    assert [line.text for line in read_tsv(TSV.split("\n")[0] + "\n" + rows, 1).lines] == ["Bo Ek\tEva Al"]


@pytest.mark.skipif(
    shutil.which("tesseract") is None or bool(ocr.missing_tool()), reason="tesseract-ocr-swe is not installed"
)
def test_scanned_fixture_is_read_by_ocr_and_says_so(fixtures_minutes):
    reading = read_pdf((fixtures_minutes / "f38_byalag_skannad.pdf").read_bytes())
    text = "\n".join(line.text for line in reading.lines)
    assert "§ 3. Majbrasan" in text
    assert "Vägbidrag" in text
    assert all(line.ocr for line in reading.lines if line.text)
    assert reading.problems == ("1 av 1 sidor saknar text och är lästa med OCR: jämför citat därifrån med originalet.",)


@pytest.fixture
def fixtures_minutes(request):
    return request.path.parent / "fixtures" / "minutes"
