"""A file -> Document. The only module that opens minutes."""

import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from indexer.layout import assemble
from indexer.reading import Patience, ReadError, Reading, check_amount, no_patience, size_problem
from indexer.records import Document, IndexerError
from indexer.sidecar import read_sidecar

READER_VERSION = "7"

Reader = Callable[[bytes, Patience], Reading]

_UNZIPPED, _RATIO, _MEMBERS = 300_000_000, 150, 5_000


def _text(data: bytes, patience: Patience) -> Reading:
    from indexer.read_text import read_text

    return Reading(read_text(data))


def _html(data: bytes, patience: Patience) -> Reading:
    from indexer.read_html import read_html

    return Reading(read_html(data))


def _docx(data: bytes, patience: Patience) -> Reading:
    from indexer.read_docx import read_docx

    return Reading(read_docx(data))


def _pptx(data: bytes, patience: Patience) -> Reading:
    from indexer.read_slides import read_pptx

    return Reading(read_pptx(data))


def _odp(data: bytes, patience: Patience) -> Reading:
    from indexer.read_slides import read_odp

    return Reading(read_odp(data))


def _pdf(data: bytes, patience: Patience) -> Reading:
    from indexer.read_pdf import read_pdf

    return read_pdf(data, patience)


def _office(kind: str) -> Reader:
    def read(data: bytes, patience: Patience) -> Reading:
        from indexer.read_office import read_office

        return read_office(data, kind, patience)

    return read


_READERS: dict[str, Reader] = {
    "text": _text,
    "html": _html,
    "docx": _docx,
    "pdf": _pdf,
    "pptx": _pptx,
    "odp": _odp,
    **{kind: _office(kind) for kind in ("odt", "doc", "rtf", "ppt")},
}
_KINDS = {
    ".txt": "text",
    ".md": "text",
    ".markdown": "text",
    ".html": "html",
    ".htm": "html",
    ".docx": "docx",
    ".docm": "docx",
    ".pdf": "pdf",
    **{f".{kind}": kind for kind in ("odt", "doc", "rtf", "pptx", "ppt", "odp")},
}
_NAMES = {
    "text": "en textfil", "html": "en webbsida", "docx": "ett Word-dokument (docx)", "pdf": "en pdf",
    "odt": "ett LibreOffice-dokument (odt)", "doc": "ett äldre Word-dokument (doc)", "rtf": "ett rtf-dokument",
    "pptx": "en presentation (pptx)", "ppt": "en äldre presentation (ppt)", "odp": "en presentation (odp)",
}  # fmt: skip
SUFFIXES: frozenset[str] = frozenset(_KINDS)

_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"BM")
_PARTS = (("word/document.xml", "docx"), ("ppt/presentation.xml", "pptx"))
_OPEN_DOCUMENT = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.presentation": "odp",
}


def read_document(path: Path, root: Path, patience: Patience = no_patience) -> Document:
    """The document at `path`, which lies under the source folder `root`.

    What a file is shows in its first bytes; where its name says otherwise, it is read as what it is, with a problem.
    Raises ReadError, naming the file and the reason, where it cannot be read or holds no text.
    """
    try:
        data = _bytes(path)
        settled, beside = read_sidecar(path)
        kind = detect(data, path.suffix.lower())
        reading = _READERS[kind](data, patience)
        check_amount(reading.lines)
    except RecursionError as error:
        raise ReadError(f"{path.name!r}: elementen ligger för djupt inuti varandra. Spara om filen.") from error
    except IndexerError as error:
        raise ReadError(f"{path.name!r}: {error}") from error
    text, lines = assemble(reading.lines)
    if not re.search(r"\w", text):
        raise ReadError(f"{path.name!r}: filen har ingen text. Är den inskannad? Spara den med text och försök igen.")
    relative = path.relative_to(root)
    return Document(
        id=path.stem,
        name=path.name,
        path=relative.as_posix(),
        folder=relative.parent.name,
        sha256=hashlib.sha256(data + beside).hexdigest(),
        text=text,
        lines=lines,
        sidecar=settled,
        problems=(*_misnamed(path, kind), *reading.problems),
    )


def _bytes(path: Path) -> bytes:
    if path.suffix.lower() not in SUFFIXES:
        raise ReadError(f"formatet {path.suffix!r} kan inte läsas. Spara som docx, pdf, md, html eller txt.")
    try:
        if reason := size_problem(path.stat().st_size):
            raise ReadError(f"{reason}. Dela upp filen eller spara om den.")
        data = path.read_bytes()
    except OSError as error:
        raise ReadError(f"filen går inte att öppna: {error.strerror}. Kontrollera rättigheterna.") from error
    if not data:
        raise ReadError("filen är tom (0 byte). Ersätt den.")
    return data


def _misnamed(path: Path, kind: str) -> tuple[str, ...]:
    if _KINDS[path.suffix.lower()] == kind:
        return ()
    return (f"Filen heter {path.suffix} men är {_NAMES[kind]}; den är läst som det.",)


def detect(data: bytes, suffix: str) -> str:
    """The kind of document that the bytes are: "pdf", "docx", "text" ...; the suffix decides where they do not say.

    Raises ReadError where they are no document, are locked, or unzip to more than they should.
    """
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _zipped(data)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _compound(data)
    if head.startswith(b"{\\rtf"):
        return "rtf"
    if data.startswith(_IMAGES):
        raise ReadError("filen är en bild, inte ett dokument. Spara den som pdf och försök igen.")
    if re.match(rb"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body)\b", head, re.I | re.S):
        return "html"
    return _plain(data, suffix)


def _plain(data: bytes, suffix: str) -> str:
    """The kind of what has no signature of its own: text or html, by its suffix."""
    from indexer.read_text import is_binary

    kind = _KINDS[suffix]
    if is_binary(data):
        raise ReadError(f"filen är varken text eller {_NAMES[kind]}; den är skadad eller av ett annat slag.")
    if kind in ("text", "html"):
        return kind
    if kind in ("pdf", "docx") and len(data) < 200:
        raise ReadError(f"filen är inte {_NAMES[kind]}; den är avkortad eller av ett annat slag.")
    return "text"


def _zipped(data: bytes) -> str:
    """The kind of a zipped document. Raises ReadError where it is none, is locked, or would unfold too far."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _check_members(members, len(data))
            names = {member.filename for member in members}
            for part, kind in _PARTS:
                if part in names:
                    return kind
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                kind_of = archive.read("mimetype").strip()
                if kind_of in _OPEN_DOCUMENT:
                    return _open_document(archive, names, _OPEN_DOCUMENT[kind_of])
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        zlib.error,
        NotImplementedError,
        OSError,
        ValueError,
        EOFError,
    ) as error:
        raise ReadError("filen är avkortad eller skadad (zip). Öppna den i Word och spara om den.") from error
    if any(name.startswith("xl/") for name in names):
        raise ReadError("filen är ett kalkylblad. Spara protokollet som docx eller pdf.")
    raise ReadError("filen är ett zip-arkiv, inget dokument. Packa upp det.")


def _check_members(members: list[zipfile.ZipInfo], packed: int) -> None:
    """Raises ReadError on an archive that unfolds too far; the readers then hold to the sizes it states."""
    size = sum(member.file_size for member in members)
    if size > _UNZIPPED or len(members) > _MEMBERS:
        raise ReadError(f"filen packas upp till {size // 1_000_000} MB i {len(members)} delar, mer än något protokoll.")
    for member in members:
        if member.flag_bits & 1:
            raise ReadError("filen är låst med lösenord. Spara en olåst kopia.")
        if member.file_size > 10_000_000 and member.file_size > _RATIO * max(1, member.compress_size):
            raise ReadError(
                f"filen packas upp mer än {_RATIO} gånger ({member.file_size // 1_000_000} MB): en zipbomb."
            )
    if size > 20_000_000 and size > _RATIO * packed:
        raise ReadError(f"filen packas upp mer än {_RATIO} gånger ({size // 1_000_000} MB): en zipbomb.")


def _open_document(archive: zipfile.ZipFile, names: set[str], kind: str) -> str:
    manifest = "META-INF/manifest.xml"
    if manifest in names and b"encryption-data" in archive.read(manifest):
        raise ReadError("filen är låst med lösenord. Spara en olåst kopia.")
    return kind


def _compound(data: bytes) -> str:
    """The kind of a file in Microsoft's older container, by the names in its directory (in utf-16)."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise ReadError("filen är låst med lösenord. Spara en olåst kopia.")
    if "WordDocument".encode("utf-16-le") in data:
        return "doc"
    if "PowerPoint Document".encode("utf-16-le") in data:
        return "ppt"
    raise ReadError("filen är varken ett Word-dokument eller en presentation. Spara protokollet som docx eller pdf.")
