"""A file becomes a Document: what it is, its text whole, its spans right, its sidecar heeded."""

import json
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from indexer import read_office
from indexer.layout import RawLine
from indexer.read import SUFFIXES, detect, read_document
from indexer.read_text import decode, read_text
from indexer.reading import ReadError, check_amount
from indexer.records import Sidecar
from indexer.schema import sidecar_from_json, to_json, to_row
from indexer.sidecar import sidecar

HERE = Path(__file__).parent
FIXTURES, SAMPLE = HERE / "fixtures" / "minutes", HERE.parent / "data" / "minutes"
GOLD = json.loads((FIXTURES / "gold.json").read_text())
SCANNED = {one["file"] for one in GOLD if one.get("scanned")}
CONVERTED = {".odt", ".doc", ".rtf"}
NO_OFFICE = pytest.mark.skipif(read_office.program() is None, reason="LibreOffice is not installed")
FILES = [
    pytest.param(path, id=path.name, marks=NO_OFFICE if path.suffix in CONVERTED else ())
    for path in (*sorted(SAMPLE.iterdir()), *sorted(FIXTURES.iterdir()))
    if path.suffix in SUFFIXES and path.name not in SCANNED
]
FACTS = [
    (
        "folkhalsoradet-norrada-2023-11-16.docx",
        0,
        "120 000 kr ur folkhälsoanslaget avsätts till utbildning i första hjälpen",
    ),
    ("socialchefsnatverket-ostrand-2023-09-15.docx", 0, "Ingegerd Tunman | Hallberga | Frånvarande"),
    (
        "socialchefsnatverket-vasterled-maj-2024.docx",
        0,
        "att Cecilia Dunker skickar ut en instruktion senast den 14 juni.",
    ),
    ("socialnamnden-ekhamra-2023-10-18.docx", 0, "Eivor Malmstedt | V | tjänstgör för Rasmus Ekelöv (V)"),
    ("socialchefsnatverket-ostrand-mars.pdf", 2, "gemensam utbildningsdag om skyddat boende den 24 april."),
    ("socialchefsnatverket-ostrand-mars.pdf", 4, "13) Rundan"),
    ("socialchefsnatverket-vasterled-2023-12-01.pdf", 2, "6. Rekvirering av medel för god och nära vård 2023"),
    ("socialnamnden-ekhamra-2024-04-17.pdf", 1, "Kerstin Möllerstedt, ordförande | S | Närvarande"),
    ("socialnamnden-ekhamra-2024-04-17.pdf", 2, "2. Kostnaden, 640 000 kronor, finansieras inom budgetramen"),
    ("socialnamnden-ekhamra-2024-04-17.pdf", 3, "§ 31 Taxa för matdistribution"),
    ("aldreomsorgsnatverket-sjobygden.md", 0, "Sjöbygden"),
    ("f22_kulturnamnd.docx", 0, "§ 112 Val av justerare"),
    ("f25_elevrad.docx", 0, "5 | Toaletterna | Det saknas papper på plan 2."),
    ("f26_demokratiberedning.docx", 0, "Medborgarförslag om cykelväg till Kråknäs\n"),
    ("f29_bibliotekskonsortium.html", 0, "8. Nästa möte"),
    ("f31_institutionsstyrelse.pdf", 1, "1 Sammanträdets öppnande och fastställande av föredragningslistan"),
    ("f31_institutionsstyrelse.pdf", 2, "5 Kursutbud läsåret 2019/2020"),
    ("f32_teknisk_namnd.pdf", 1, "§ 25 | Upphandling av vinterväghållning | 2"),
    ("f32_teknisk_namnd.pdf", 3, "Lokala trafikföreskrifter på Ågatan\n"),
    ("f34_brukarforum.pdf", 2, "6) Val av sammankallande 2023"),
    ("f37_skyddskommitte.pdf", 1, "4. | Ventilation i tvätteriet | Uno Hagfalk"),
    ("f37_skyddskommitte.pdf", 2, "7. | Företagshälsovård, nytt avtal | Feven Abraha"),
    ("f41_socialberedning.pdf", 2, "5. Praktikplatser för socionomstudenter"),
]


@pytest.mark.parametrize("path", FILES)
def test_lines_cover_the_text_in_order(path):
    document = read_document(path, path.parent)
    at = 0
    for line in document.lines:
        shown = document.text[line.start : line.end]
        assert line.start >= at
        assert shown == shown.strip() != ""
        assert "\n" not in shown
        assert not document.text[at : line.start].strip()
        at = line.end
    assert not document.text[at:].strip()
    pages = [line.page for line in document.lines]
    assert pages == sorted(pages)
    assert (pages[0] == 1) == (path.suffix == ".pdf" or ("\f" in path.read_bytes().decode("latin-1") and pages[-1] > 1))


@pytest.mark.parametrize(("name", "page", "fact"), FACTS)
def test_text_and_page_of_a_fact(name, page, fact):
    folder = SAMPLE if (SAMPLE / name).exists() else FIXTURES
    document = read_document(folder / name, folder)
    assert fact in document.text
    assert (document.page_at(document.text.index(fact)) or 0) == page
    assert document.problems == ()


TEXT = "Åtgärder för äldre – § 4 på möte\nRad två\n"


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("cp1252"),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        TEXT.encode("utf-32"),
        TEXT.replace("\n", "\r\n").encode("cp1252"),
        TEXT.replace("\n", "\r").encode(),
        (TEXT * 30).encode().replace(b"R", b"\xff", 1).replace(b"\xff", b"R"),
    ],
    ids=["utf-8", "bom", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "crlf", "cr", "long"],
)
def test_bytes_become_text_in_any_encoding(data):
    assert decode(data).startswith(TEXT)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("Åtgärder för äldre på möte".encode("cp850"), "Åtgärder för äldre på möte"),
        ("Åtgärder för äldre på möte".encode("mac_roman"), "Åtgärder för äldre på möte"),
        ("Åtgärder för äldre på möte".encode().decode("cp1252").encode(), "Åtgärder för äldre på möte"),
        ("Åtgärder för äldre på möte, ".encode() * 20 + b"\xff.", "Åtgärder för äldre på möte, " * 20 + "\ufffd."),
        (b"Only plain letters", "Only plain letters"),
    ],
    ids=["dos", "mac", "encoded twice", "a stray byte", "ascii"],
)
def test_odd_encodings(data, expected):
    assert decode(data) == expected


def test_form_feed_begins_a_page():
    lines = [line for line in read_text("Ett\n\fTvå\f".encode()) if line.text]
    assert [(line.text, line.page) for line in lines] == [("Ett", 1), ("Två", 2)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("## § 4 Resor ##", [("§ 4 Resor", 2, False)]),
        ("Resor\n=====", [("Resor", 1, False)]),
        ("**4. Resor** Vi reser.", [("4. Resor", 0, True), ("Vi reser.", 0, False)]),
        ("**Resor\ntill Norge**", [("Resor", 0, True), ("till Norge", 0, True)]),
        (
            "| 1 | Resor |\n|---|---|\n| 2 | Val<br>Eva |",
            [("1 | Resor", 0, False), ("2 | Val", 0, False), ("Eva", 0, False)],
        ),
        (r"4\. [Resor](http://x.se) \*", [("4. Resor *", 0, False)]),
    ],
    ids=["heading", "underlined", "run-in", "bold over lines", "table", "link and escapes"],
)
def test_markdown(source, expected):
    assert [(line.text, line.heading, line.bold) for line in read_text(source.encode()) if line.text] == expected


@pytest.mark.parametrize(
    ("suffix", "source", "problem"),
    [
        (
            ".pdf",
            "folkhalsoradet-norrada-2023-11-16.docx",
            "Filen heter .pdf men är ett Word-dokument (docx); den är läst som det.",
        ),
        (".docx", "socialchefsnatverket-ostrand-mars.pdf", "Filen heter .docx men är en pdf; den är läst som det."),
        (
            ".doc",
            "ifo-chefsnatverket-norradal-2024-02-09.txt",
            "Filen heter .doc men är en textfil; den är läst som det.",
        ),
    ],
)
def test_wrong_suffix_is_read_as_what_it_is_and_told(tmp_path, suffix, source, problem):
    shutil.copy(SAMPLE / source, tmp_path / f"a{suffix}")
    document = read_document(tmp_path / f"a{suffix}", tmp_path)
    assert document.problems == (problem,)
    assert document.text == read_document(SAMPLE / source, SAMPLE).text


@pytest.mark.parametrize(
    ("data", "suffix", "kind"),
    [
        (b"<!DOCTYPE html><p>x", ".txt", "html"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<html>", ".html", "html"),
        (b"{\\rtf1 x}", ".doc", "rtf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), ".doc", "doc"),
        (b"Just text <html>", ".md", "text"),
        (b"\n%PDF-1.7", ".pdf", "pdf"),
    ],
)
def test_kind_is_told_by_the_first_bytes(data, suffix, kind):
    assert detect(data, suffix) == kind


@NO_OFFICE
@pytest.mark.parametrize(
    "kind", ["doc", pytest.param("odt", marks=pytest.mark.slow), pytest.param("rtf", marks=pytest.mark.slow)]
)
def test_office_formats_are_read_through_libreoffice(tmp_path, kind):
    source = SAMPLE / "socialnamnden-ekhamra-2023-10-18.docx"
    made = read_office.convert(read_office.program(), source.read_bytes(), "docx", kind, tmp_path)
    (tmp_path / f"a.{kind}").write_bytes(made)
    found, original = read_document(tmp_path / f"a.{kind}", tmp_path), read_document(source, SAMPLE)
    assert [one.split() for one in found.text.split("\n") if one] == [
        one.split() for one in original.text.split("\n") if one
    ]


@NO_OFFICE
def test_file_that_libreoffice_cannot_read_fails_with_its_reason(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.odt", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", "<broken")
    with pytest.raises(ReadError, match=r"'a.odt': (?:LibreOffice kan inte läsa filen|filen har ingen text)"):
        read_document(tmp_path / "a.odt", tmp_path)


def test_missing_libreoffice_names_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(read_office, "program", lambda: None)
    (tmp_path / "a.rtf").write_bytes(b"{\\rtf1 x}")
    with pytest.raises(ReadError, match=r"formatet rtf läses med LibreOffice, som saknas.*libreoffice-writer-nogui"):
        read_document(tmp_path / "a.rtf", tmp_path)


def test_too_much_text_is_refused():
    with pytest.raises(ReadError, match="för lång"):
        check_amount([RawLine("x")] * 400_001)


SIDECAR = {
    "body": "Nätverket",
    "date": "2023-05-11",
    "title": "Möte",
    "url": "https://example.org/a",
    "aliases": ["NV"],
    "access": ["chefer"],
}


def test_sidecar_is_read_and_comes_back_from_the_register(tmp_path):
    (tmp_path / "a.txt").write_text("1. Resor")
    (tmp_path / "a.meta.toml").write_text(
        'body = "Nätverket"\ndate = 2023-05-11\ntitle = "Möte"\n'
        'url = "https://example.org/a"\naliases = ["NV"]\naccess = ["chefer"]\n'
    )
    found = read_document(tmp_path / "a.txt", tmp_path).sidecar
    assert (
        found
        == sidecar(SIDECAR)
        == Sidecar("Nätverket", "2023-05-11", "Möte", "https://example.org/a", ("NV",), ("chefer",))
    )
    assert sidecar_from_json(to_json(to_row(found))) == found
    row = {name: value for name, value in to_row(found).items() if name != "access"}
    assert sidecar_from_json(to_json(row)) == replace(found, access=())


@pytest.mark.parametrize(
    ("values", "expected"), [({"access": "public"}, ("public",)), ({"access": []}, ("nobody",)), ({}, ())]
)
def test_access_of_a_sidecar(values, expected):
    assert sidecar(values).access == expected


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"date": "11 maj 2023"}, "date är '11 maj 2023', ska vara ÅÅÅÅ-MM-DD"),
        ({"date": "2023-13"}, "ska vara ÅÅÅÅ-MM-DD"),
        ({"date": 2023}, "date är 2023"),
        ({"url": "javascript:alert(1)"}, "ska börja med https://"),
        ({"url": "file:///etc/passwd"}, "ska börja med https://"),
        ({"url": "https://"}, "ska börja med https://"),
        ({"url": "https://a.se/x y"}, "ska börja med https://"),
        ({"body": ""}, "body är '', ska vara en text"),
        ({"title": 4}, "title är 4, ska vara en text"),
        ({"aliases": "GR"}, "aliases är 'GR', ska vara en lista"),
        (
            {"access": "alla"},
            '''access är 'alla', ska vara en lista av texter, till exempel access = \\["..."\\] eller "public"''',
        ),
        ({"access": [1]}, r"access är \[1\]"),
        ({"bod": "x", "dat": "y"}, r"okända nycklar \['bod', 'dat'\]. Kända är"),
    ],
)
def test_wrong_sidecar_is_refused_with_key_and_value(values, message):
    with pytest.raises(ReadError, match=message):
        sidecar(values)


@pytest.mark.parametrize(
    "content", [b"body = ", b"\xff\xfe", b"x = " + b"[" * 5000], ids=["broken", "no utf-8", "deep"]
)
def test_sidecar_that_is_no_toml_names_its_file(tmp_path, content):
    (tmp_path / "a.txt").write_text("1. Resor")
    (tmp_path / "a.meta.toml").write_bytes(content)
    with pytest.raises(ReadError, match=r"'a.txt': sidofilen 'a.meta.toml' går inte att läsa som TOML"):
        read_document(tmp_path / "a.txt", tmp_path)
