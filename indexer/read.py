"""A file -> Document. The only module that opens minutes."""

import hashlib
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

from indexer.layout import RawLine, assemble
from indexer.records import Document, IndexerError, Sidecar

READER_VERSION = "1"


class ReadError(IndexerError):
    """A document that cannot be read; the message says which and why."""


def _decode(data: bytes) -> str:
    """The text of the bytes: by byte order mark, else utf-8, else utf-16 where every other byte is zero, else cp1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    zeros = data[:2000].count(0)
    if zeros > len(data[:2000]) // 4:
        return data.decode("utf-16-le" if data[1:2] == b"\0" else "utf-16-be", errors="replace")
    return data.decode("cp1252", errors="replace")


_HEADING = re.compile(r"^\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_TABLE_RULE = re.compile(r"^\s*\|?\s*:?-{3,}:?\s*(\|\s*:?-*:?\s*)*$")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\s+\"[^\"]*\")?\)")
_TAG = re.compile(r"</?(?:b|strong|i|em|u|br|p|span|div|sup|sub|font)\b[^<>]*>", re.I)
_EMPHASIS = re.compile(r"(\*\*\*|\*\*|__|\*)(?=[^\s*])(.+?)(?<=[^\s*])\1")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>~])")


def _plain(text: str) -> str:
    """A markdown line without its markup: emphasis, links, tags and escapes."""
    text = _TAG.sub("", _LINK.sub(r"\1", text))
    for _ in range(2):
        text = _EMPHASIS.sub(r"\2", text)
    return _ESCAPE.sub(r"\1", text)


def _is_row(line: str) -> bool:
    return bool(re.search(r"\S\s*\|", line)) and "||" not in line


_RUN_IN = re.compile(r"^(\s*(?:#+\s*)?\*\*\s*(?:§+\s?|punkt\s|ärende\s)?\d[^*]{2,120}\*\*)\s+(?=[A-ZÅÄÖ”\"])(.+)$", re.I)


def _markdown_lines(line: str, page: int, in_table: bool) -> list[RawLine]:
    """A source line as raw lines: a run-in heading and its text apart, a table row with breaks in its cells in several."""
    if (run_in := _RUN_IN.match(line)) is not None:
        return [_markdown_line(run_in[1], page, False), _markdown_line(run_in[2], page, False)]
    if in_table and _is_row(line) and re.search(r"<br\s*/?>", line):
        cells = [re.split(r"\s*<br\s*/?>\s*", cell.strip()) for cell in line.strip().strip("|").split("|")]
        row = " | ".join(cell[0] for cell in cells)
        rest = [RawLine(_plain(text), hard=True, page=page) for cell in cells for text in cell[1:] if text]
        return [_markdown_line(row, page, True), *rest]
    return [_markdown_line(line, page, in_table)]


def _markdown_line(line: str, page: int, in_table: bool) -> RawLine:
    heading = 0
    quoted = False
    if (quote := re.match(r"^\s{0,3}>\s?", line)) is not None:
        line, quoted = line[quote.end() :], True
    if (match := _HEADING.match(line)) is not None:
        heading, line = len(match[1]), match[2]
    core = re.sub(r"^\s*(?:(?:[-*+•]|\d+[.)]|§\s?\d+)\s+)?", "", line).strip()
    bold = bool(re.fullmatch(r"(?:\*\*|__|<b>|<strong>).+(?:\*\*|__|</b>|</strong>)[:.]?", core)) and not (
        "**" in core[2:-3]
    )
    italic = bool(re.fullmatch(r"[*_](?![*_]).+[*_]", core)) and not bold
    table = _is_row(line) and (in_table or line.count("|") > 1)
    text = _plain(line)
    if table:
        text = " | ".join(cell.strip() for cell in text.strip().strip("|").split("|"))
    return RawLine(
        text, heading=heading, bold=bold, italic=italic, quoted=quoted, table=table, hard=table or bool(heading), page=page
    )


def _join_emphasis(lines: list[str]) -> list[str]:
    """Closes and reopens ** at the line break of an emphasis that runs over lines, so that each line stands alone."""
    result, is_open = [], False
    for line in lines:
        if not line.strip():
            is_open = False
        text = f"**{line}" if is_open and line.strip() else line
        if text.count("**") % 2:
            text, is_open = text.rstrip() + "**", True
        else:
            is_open = False
        result.append(text)
    return result


def _read_text(data: bytes) -> list[RawLine]:
    text = _decode(data)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.startswith("---\n") and (front := re.match(r"---\n(?:.*\n){0,40}?---\n", text)) is not None:
        text = re.sub(r"(?m)^---$", "", front[0]) + text[front.end() :]  # front matter is no underlined heading
    pages = text.split("\f")
    raw: list[RawLine] = []
    for number, page in enumerate(pages, 1):
        lines = _join_emphasis(page.split("\n"))
        for i, line in enumerate(lines):
            if _TABLE_RULE.match(line) and "|" in line:
                continue
            if re.fullmatch(r"\s*([=_~*-])\1{2,}\s*", line):
                if raw and raw[-1].text.strip() and line.strip()[0] in "=-" and i and lines[i - 1].strip():
                    level = 1 if "=" in line else 2
                    last = raw[-1]
                    raw[-1] = RawLine(last.text, heading=level, hard=True, page=last.page)
                raw.append(RawLine(""))
                continue
            in_table = any(_is_row(near) for near in (*lines[max(0, i - 1) : i], *lines[i + 1 : i + 2]))
            raw += _markdown_lines(line, number if len(pages) > 1 else 0, in_table)
    return raw


def _read_docx(data: bytes) -> list[RawLine]:
    from indexer.read_docx import read_docx

    return read_docx(data)


def _read_pdf(data: bytes) -> list[RawLine]:
    from indexer.read_pdf import read_pdf

    return read_pdf(data)


def _read_html(data: bytes) -> list[RawLine]:
    from indexer.read_html import read_html

    return read_html(_decode(data))


_READERS: dict[str, Callable[[bytes], list[RawLine]]] = {
    ".txt": _read_text,
    ".md": _read_text,
    ".markdown": _read_text,
    ".docx": _read_docx,
    ".pdf": _read_pdf,
    ".html": _read_html,
    ".htm": _read_html,
}
SUFFIXES: frozenset[str] = frozenset(_READERS)


def read_sidecar(path: Path) -> tuple[Sidecar, bytes]:
    """The sidecar `NAME.meta.toml` beside a document, and its bytes; both empty where there is none.

    Raises ReadError where it is not TOML, or holds a key that is not known.
    """
    beside = path.with_name(path.stem + ".meta.toml")
    if not beside.is_file():
        return Sidecar(), b""
    data = beside.read_bytes()
    try:
        values = tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ReadError(f"{beside.name!r} går inte att läsa som TOML: {error}. Rätta filen.") from error
    known = {"body", "date", "title", "url", "aliases", "access"}
    if unknown := sorted(set(values) - known):
        raise ReadError(f"{beside.name!r} har okända nycklar {unknown}; kända är {sorted(known)}.")
    texts = {k: str(values[k]) for k in ("body", "date", "title", "url") if k in values}
    aliases = values.get("aliases", [])
    if not isinstance(aliases, list):
        raise ReadError(f"{beside.name!r}: aliases ska vara en lista, till exempel ['GR'].")
    return Sidecar(**texts, aliases=tuple(str(a) for a in aliases)), data


def read_document(path: Path, root: Path) -> Document:
    """The document at `path`, which lies under the source folder `root`.

    Raises ReadError, naming the file and the reason, where it cannot be read or holds no text.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise ReadError(f"{path.name!r}: formatet {path.suffix!r} kan inte läsas. Spara som docx, pdf, md, html eller txt.")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ReadError(f"{path.name!r} går inte att öppna: {error.strerror}. Kontrollera rättigheterna.") from error
    if not data:
        raise ReadError(f"{path.name!r} är tom (0 byte). Ersätt filen.")
    sidecar, beside = read_sidecar(path)
    try:
        raw = reader(data)
    except ReadError as error:
        raise ReadError(f"{path.name!r}: {error}") from error
    text, lines = assemble(raw)
    if not text.strip():
        raise ReadError(f"{path.name!r} har ingen text. Är den inskannad? Spara den med text och försök igen.")
    relative = path.relative_to(root)
    return Document(
        id=path.stem,
        name=path.name,
        path=relative.as_posix(),
        folder=relative.parent.name,
        sha256=hashlib.sha256(data + beside).hexdigest(),
        text=text,
        lines=lines,
        sidecar=sidecar,
    )
