import io
import os
import signal
import time
import zipfile
from pathlib import Path

import pytest

from indexer.build import build_index
from indexer.read import SUFFIXES
from indexer.records import IndexerError
from indexer.sandbox import Limits, Sandbox, read_and_parse
from indexer.sources import SourceFile, scan_folder

SAMPLE = Path(__file__).parent.parent / "data/minutes"
GOOD = "Nätverket Norr\n\nMöte 2023-05-11\n\n1. Resor\n\nBeslut: Nätverket ansluter sig till resan.\n"
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"'
    ' Target="word/document.xml"/></Relationships>'
)
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def docx(body, before="", **parts):
    xml = f'<?xml version="1.0"?>{before}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
    return zipped({"[Content_Types].xml": TYPES, "_rels/.rels": RELATIONS, "word/document.xml": xml, **parts})


def zipped(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def paragraph(text):
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def pdf(trailer="", pages="/Kids [3 0 R] /Count 1", content="BT /F 12 Tf 72 700 Td (1. Resor) Tj ET"):
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages {pages} >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body = "%PDF-1.4\n" + "".join(f"{n} 0 obj\n{one}\nendobj\n" for n, one in enumerate(objects, start=1))
    return f"{body}trailer\n<< /Root 1 0 R /Size 6 {trailer} >>\n%%EOF\n".encode()


LOCK = f"/ID [<00><00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <{'a7' * 32}> /U <{'5c' * 32}> >>"
NESTED = 3000
ENTITY = '<!DOCTYPE w:document [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'
LAUGHS = "<!DOCTYPE w:document [<!ENTITY a 'ha'>{}]>".format(
    "".join(f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip("abcdefghi", "bcdefghij", strict=True))
)

HOSTILE = {
    "bomb.docx": (lambda: docx(paragraph(" " * 60_000_000)), "packas upp mer än 150 gånger .*zipbomb"),
    "parts.docx": (lambda: zipped({f"word/{n}.xml": "" for n in range(6000)}), "6000 delar, mer än något protokoll"),
    "tables.docx": (
        lambda: docx("<w:tbl><w:tr><w:tc>" * 60 + paragraph("1. Resor") + "</w:tc></w:tr></w:tbl>" * 60),
        "nivåer inuti varandra|skadad",
    ),
    "deep.docx": (lambda: docx("<w:sdt>" * NESTED + paragraph("1. Resor") + "</w:sdt>" * NESTED), "skadad|inuti"),
    "deep.html": (lambda: b"<html><body>" + b"<div>" * 100_000 + b"1. Resor", "inuti varandra|ingen text"),
    "secret.docx": (lambda: docx(paragraph("&secret;"), before=ENTITY), "ingen text|skadad|inget giltigt"),
    "laughs.docx": (lambda: docx(paragraph("&j;"), before=LAUGHS), "ingen text|skadad|inget giltigt"),
    "half.docx": (lambda: docx(paragraph("1. Resor" * 999))[:700], "avkortad eller skadad"),
    "half.pdf": (lambda: pdf()[:60], "ingen giltig pdf"),
    "locked.pdf": (lambda: pdf(trailer=LOCK), "låst med lösenord"),
    "locked.docx": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600),
        "låst med lösenord",
    ),
    "loop.pdf": (lambda: pdf(pages="/Kids [2 0 R] /Count 9999999"), "ingen giltig pdf|sidor"),
    "blank.pdf": (lambda: pdf(content=""), "har någon text"),
    "program.docx": (lambda: b"MZ\x90\0\3\0\0\0" + bytes(range(256)) * 40, "varken text eller ett Word-dokument"),
    "program.txt": (lambda: b"\x7fELF\2\1\1" + bytes(range(256)) * 40, "varken text eller"),
    "picture.pdf": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(99), "är en bild"),
    "sheet.docx": (lambda: zipped({"xl/workbook.xml": "<x/>"}), "kalkylblad"),
    "archive.docx": (lambda: zipped({"a.txt": "x"}), "zip-arkiv"),
    "empty.txt": (lambda: b"", r"tom \(0 byte\)"),
    "white.md": (lambda: b" \n\n---\n \xc2\xa0\n", "ingen text"),
    "bare.docx": (lambda: docx("<w:p/>"), "ingen text"),
}


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox() as made:
        yield made


def one(root, name):
    return SourceFile(name.rpartition(".")[0], name, "0" * 64)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_fails_with_its_reason_and_the_next_is_read(tmp_path, sandbox, name):
    make, reason = HOSTILE[name]
    (tmp_path / name).write_bytes(make())
    (tmp_path / "good.txt").write_text(GOOD)
    with pytest.raises(IndexerError, match=reason) as told:
        sandbox.read(tmp_path, one(tmp_path, name))
    assert name in str(told.value)
    assert "root:" not in str(told.value)
    assert sandbox.read(tmp_path, one(tmp_path, "good.txt")).document.text.startswith("Nätverket Norr")


def test_sandbox_gives_what_reading_here_gives(tmp_path, sandbox):
    (tmp_path / "good.txt").write_text(GOOD)
    (tmp_path / "good.meta.toml").write_text('body = "Nätverket Syd"\naccess = ["syd"]')
    found = sandbox.read(tmp_path, one(tmp_path, "good.txt"))
    assert found == read_and_parse(tmp_path, one(tmp_path, "good.txt"))
    assert found.document.sidecar.access == ("syd",)
    assert (found.document.id, found.document.sha256) == ("good", "0" * 64)


def test_reading_that_takes_too_long_is_stopped_and_the_sandbox_lives_on(tmp_path):
    (tmp_path / "good.txt").write_text(GOOD)
    with Sandbox(Limits(seconds=2.0)) as sandbox:
        sandbox.read(tmp_path, one(tmp_path, "good.txt"))
        os.kill(sandbox._child.pid, signal.SIGSTOP)  # as one that works without end
        with pytest.raises(IndexerError, match="mer än 2 sekunder"):
            sandbox.read(tmp_path, one(tmp_path, "good.txt"))
        assert sandbox.read(tmp_path, one(tmp_path, "good.txt")).meetings


def test_reader_that_needs_too_much_memory_is_told_as_that(tmp_path):
    (tmp_path / "long.txt").write_bytes(b"Ett ord till. " * 8_000_000)
    with (
        Sandbox(Limits(memory=300_000_000)) as sandbox,
        pytest.raises(IndexerError, match=r"mer minne|kraschade|status"),
    ):
        sandbox.read(tmp_path, one(tmp_path, "long.txt"))


def test_crash_is_told_with_its_signal(tmp_path):
    (tmp_path / "good.txt").write_text(GOOD)
    with Sandbox() as sandbox:
        sandbox.read(tmp_path, one(tmp_path, "good.txt"))
        child = sandbox._child
        os.kill(child.pid, signal.SIGSEGV)
        time.sleep(0.2)
        child.poll = lambda: None  # not noticed before the request is sent
        with pytest.raises(IndexerError, match=r"kraschade|oväntat"):
            sandbox.read(tmp_path, one(tmp_path, "good.txt"))
        assert sandbox.read(tmp_path, one(tmp_path, "good.txt")).meetings


def test_child_gets_no_secrets_and_nothing_heavy(tmp_path, monkeypatch):
    monkeypatch.setenv("MOTESMINNET_OPENAI_API_KEY", "hemlig")
    (tmp_path / "good.txt").write_text(GOOD)
    with Sandbox() as sandbox:
        sandbox.read(tmp_path, one(tmp_path, "good.txt"))
        environ = Path(f"/proc/{sandbox._child.pid}/environ").read_text()
        libraries = Path(f"/proc/{sandbox._child.pid}/maps").read_text()
    assert "hemlig" not in environ
    assert not any(name in libraries for name in ("torch", "faiss", "numpy"))


def test_run_goes_on_past_hostile_files_and_reports_each(tmp_path, embedder):
    source = tmp_path / "minutes"
    source.mkdir()
    (source / "good.txt").write_text(GOOD)
    names = ["bomb.docx", "locked.pdf", "deep.html", "empty.txt"]
    for name in names:
        (source / name).write_bytes(HOSTILE[name][0]())
    with (source / "sparse.pdf").open("wb") as file:
        file.truncate(2 << 30)
    (tmp_path / "outside.txt").write_text(GOOD)
    (source / "link.txt").symlink_to(tmp_path / "outside.txt")
    with Sandbox() as sandbox:
        report = build_index(source, tmp_path / "index", embedder.model_id, lambda: embedder, read=sandbox.read)
    assert [one.path for one in report.failed] == sorted([*names, "sparse.pdf"])
    assert (
        next(one.reason for one in report.failed if one.path == "sparse.pdf") == "filen är 2147 MB, gränsen är 200 MB"
    )
    assert [one.path for one in report.skipped] == ["link.txt"]
    assert (report.documents, report.added) == (1, ("good.txt",))


def test_all_sample_minutes_pass_through(sandbox):
    for file in scan_folder(SAMPLE, SUFFIXES).files:
        assert sandbox.read(SAMPLE, file).meetings
