"""Presentations: slides in their order, titles as headings, what is hidden or repeated left out."""

import io
import shutil
import zipfile
from pathlib import Path

import pytest

from indexer.parse import parse_document
from indexer.read import read_document
from indexer.read_office import convert, program
from indexer.read_slides import read_odp, read_pptx
from indexer.reading import ReadError

MINUTES = Path(__file__).parent / "fixtures" / "minutes"
_NS = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_RELS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'


def shape(kind, *paragraphs):
    """A shape of a slide: a placeholder of the kind, with its paragraphs ("> x" is one level down)."""
    text = "".join(
        f'<a:p><a:pPr lvl="{int(one.startswith("> "))}"/><a:r><a:t>{one.removeprefix("> ")}</a:t></a:r></a:p>'
        for one in paragraphs
    )
    return f'<p:sp><p:nvSpPr><p:nvPr><p:ph type="{kind}"/></p:nvPr></p:nvSpPr><p:txBody>{text}</p:txBody></p:sp>'


def pptx(*slides, order=None):
    """A PowerPoint file of the slides (shapes as xml; a leading "hidden" hides one), shown in the order given."""
    buffer = io.BytesIO()
    order = order or range(1, len(slides) + 1)
    with zipfile.ZipFile(buffer, "w") as archive:
        ids = "".join(f'<p:sldId id="{255 + n}" r:id="rId{n}"/>' for n in order)
        archive.writestr(
            "ppt/presentation.xml", f"<p:presentation {_NS}><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>"
        )
        rels = "".join(f'<Relationship Id="rId{n}" Target="slides/slide{n}.xml"/>' for n in order)
        archive.writestr("ppt/_rels/presentation.xml.rels", f"<Relationships {_RELS}>{rels}</Relationships>")
        for n, shapes in enumerate(slides, 1):
            show = ' show="0"' if shapes.startswith("hidden") else ""
            tree = f"<p:cSld><p:spTree>{shapes.removeprefix('hidden')}</p:spTree></p:cSld>"
            archive.writestr(f"ppt/slides/slide{n}.xml", f"<p:sld {_NS}{show}>{tree}</p:sld>")
    return buffer.getvalue()


def read(data):
    return [(line.text, line.heading, line.page) for line in read_pptx(data) if line.text]


def test_slides_in_the_order_shown_with_titles_as_headings():
    slides = [shape("title", "Två") + shape("body", "b", "> c"), shape("ctrTitle", "Ett") + shape("subTitle", "a")]
    assert read(pptx(*slides, order=[2, 1])) == [
        ("Ett", 1, 1), ("a", 0, 1), ("Två", 2, 2), ("b", 0, 2), ("- c", 0, 2),
    ]  # fmt: skip


def test_hidden_slide_number_and_date_are_left_out():
    slides = [
        shape("title", "Ett") + shape("sldNum", "1") + shape("dt", "2024-01-01") + shape("ftr", "Kommunen"),
        "hidden" + shape("title", "Utkast"),
    ]
    assert [text for text, _, _ in read(pptx(*slides))] == ["Ett"]


def test_title_that_goes_on_is_written_once():
    slides = [
        shape("title", "Möte"),
        *(shape("title", one) + shape("body", "x") for one in ("Budget", "Budget, forts.")),
    ]
    assert [text for text, _, _ in read(pptx(*slides))] == ["Möte", "Budget", "x", "x"]


def test_table_of_a_slide_is_rows():
    cell = "<a:tc><a:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p></a:txBody></a:tc>"
    table = (
        f"<p:graphicFrame><a:tbl><a:tr>{cell.format('Åtgärd')}{cell.format('Ansvarig')}</a:tr></a:tbl></p:graphicFrame>"
    )
    lines = [line for line in read_pptx(pptx(shape("title", "Ett") + table)) if line.table]
    assert [line.text for line in lines] == ["Åtgärd | Ansvarig"]


@pytest.mark.parametrize("reader", [read_pptx, read_odp])
@pytest.mark.parametrize("data", [b"PK\x03\x04", pptx(shape("title", "Ett"))[:-40]], ids=["no zip", "cut off"])
def test_broken_presentation_says_so(reader, data):
    with pytest.raises(ReadError, match="presentationen är skadad"):
        reader(data)


def test_old_presentation_is_read_through_libreoffice(tmp_path):
    if (soffice := program()) is None:
        pytest.skip("LibreOffice is not installed")
    new, made = (MINUTES / "f61_kulturskolor.pptx").read_bytes(), tmp_path / "made"
    made.mkdir()
    try:
        old = convert(soffice, new, "pptx", "ppt", made)
    except ReadError:
        pytest.skip("LibreOffice Impress is not installed (libreoffice-impress-nogui)")
    path = tmp_path / "bilder.ppt"
    path.write_bytes(old)
    shutil.copy(MINUTES / "f61_kulturskolor.pptx", tmp_path)
    titles = [
        [item.title for item in parse_document(read_document(one, tmp_path))[0].items]
        for one in (path, tmp_path / "f61_kulturskolor.pptx")
    ]
    assert titles[0] == titles[1] != []
