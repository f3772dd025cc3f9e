"""Plain text and markdown -> raw lines; and bytes -> text, whatever the encoding."""

import re

from indexer.layout import RawLine

_SWEDISH = re.compile("[åäöÅÄÖéÉ–”’§½]")
_ODD = re.compile(
    r"[^\x20-\x7e\n\r\t\f\u00a0-\u00ff\u2010-\u2026–”“’‘•€šžŠŽ]|(?<=[a-z])[\u00a1-\u00bf„”†‡Š‹ŒŽ™](?=[a-z])"
)
_DOUBLED = re.compile("Ã[¥¤¶…„–©]|â€[“”œ™]|Â[§ ]")
_BREAKS = re.compile("\r\n|[\r\x0b\x85\u2028\u2029]")


def decode(data: bytes) -> str:
    """The text of the bytes, with plain newlines.

    By byte order mark; else utf-16 where every other byte is zero; else utf-8; else the single-byte encoding (cp1252,
    DOS, Mac) that gives the most Swedish letters. Text that was encoded twice ("Ã¥") is put right.
    """
    return _BREAKS.sub("\n", _repair(_decode(data)))


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return data.decode("utf-32", errors="replace")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    head = data[:4000]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) > len(head) // 5:
        return data.decode("utf-16-le" if odd > even else "utf-16-be", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    loose = data.decode("utf-8-sig", errors="replace")
    if (broken := loose.count("\ufffd")) * 20 < len(_SWEDISH.findall(loose)) or (broken == 1 and len(data) > 200_000):
        return loose  # utf-8 with a stray byte
    texts = [data.decode(name, errors="replace") for name in ("cp1252", "cp850", "mac_roman")]
    return max(texts, key=lambda text: len(_SWEDISH.findall(text)) - 3 * len(_ODD.findall(text)))


def _repair(text: str) -> str:
    if len(_DOUBLED.findall(text)) < 3:
        return text
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text


def is_binary(data: bytes) -> bool:
    """Whether the bytes are no text in any encoding: control characters that no text has."""
    sample = _decode(data[:20_000])
    odd = sum((c < " " and c not in "\t\n\r\f\x0b\x1a\x1b") or c == "\x7f" for c in sample)
    return odd > max(2, len(sample) // 200) or sample.count("\ufffd") > max(4, len(sample) // 20)


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


_RUN_IN = re.compile(
    r"^(\s*(?:#+\s*)?\*\*\s*(?:§+\s?|punkt\s|ärende\s)?\d[^*]{2,120}\*\*)\s+(?=[A-ZÅÄÖ”\"])(.+)$", re.I
)


def _markdown_lines(line: str, page: int, in_table: bool) -> list[RawLine]:
    """A source line as lines: a run-in heading and its text apart, a table row with breaks in its cells as several."""
    if (run_in := _RUN_IN.match(line)) is not None:
        return [_markdown_line(run_in[1], page, False), _markdown_line(run_in[2], page, False)]
    if in_table and _is_row(line) and re.search(r"<br\s*/?>", line):
        cells = [re.split(r"\s*<br\s*/?>\s*", cell.strip()) for cell in line.strip().strip("|").split("|")]
        row = " | ".join(cell[0] for cell in cells)
        rest = [
            RawLine(_plain(text), hard=True, page=page, column=n)
            for n, cell in enumerate(cells, 1)
            for text in cell[1:]
            if text
        ]
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
    bold = (
        bool(re.fullmatch(r"(?:\*\*|__|<b>|<strong>).+(?:\*\*|__|</b>|</strong>)[:.]?", core))
        and "**" not in core[2:-3]
    )
    italic = bool(re.fullmatch(r"[*_](?![*_]).+[*_]", core)) and not bold
    table = _is_row(line) and (in_table or line.count("|") > 1)
    text = _plain(line)
    if table:
        text = " | ".join(cell.strip() for cell in text.strip().strip("|").split("|"))
    return RawLine(
        text,
        heading=heading,
        bold=bold,
        italic=italic,
        quoted=quoted,
        table=table,
        hard=table or bool(heading),
        page=page,
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


def read_text(data: bytes) -> list[RawLine]:
    """The lines of a text or markdown file; a form feed begins a page. Raises nothing: any text has lines."""
    text = decode(data)
    if text.startswith("---\n") and (front := re.match(r"---\n(?:.*\n){0,40}?---\n", text)) is not None:
        text = re.sub(r"(?m)^---$", "", front[0]) + text[front.end() :]  # front matter is no underlined heading
    pages = text.rstrip("\f\n ").split("\f")
    raw: list[RawLine] = []
    for number, page in enumerate(pages, 1):
        _read_page(_join_emphasis(page.split("\n")), number if len(pages) > 1 else 0, raw)
    return raw


def _read_page(lines: list[str], page: int, raw: list[RawLine]) -> None:
    """Appends the lines of a page; an underline makes the line above it a heading."""
    for i, line in enumerate(lines):
        if _TABLE_RULE.match(line) and "|" in line:
            continue
        if re.fullmatch(r"\s*([=_~*-])\1{2,}\s*", line):
            if raw and raw[-1].text.strip() and line.strip()[0] in "=-" and i and lines[i - 1].strip():
                raw[-1] = RawLine(raw[-1].text, heading=1 if "=" in line else 2, hard=True, page=page)
            raw.append(RawLine(""))
            continue
        in_table = any(_is_row(near) for near in (*lines[max(0, i - 1) : i], *lines[i + 1 : i + 2]))
        raw += _markdown_lines(line, page, in_table)
