"""A numbered line -> the heading of an agenda item: where its title ends and where the item's text begins."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from indexer.item_rows import sentences
from indexer.numbering import DIARY, Candidate, strip_title
from indexer.records import Line

_COLON = re.compile(r"([A-ZÅÄÖ][^.:?!]{2,60}):\s+(\S.*)$")
_RUN_IN = re.compile(r"([A-ZÅÄÖ][^.:?!]{2,60})\.\s+([A-ZÅÄÖ]\S*\s\S+\s.*)$")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of an agenda item: the line it starts on, the last line it covers, number as printed and title.

    `number` is "" for an unnumbered heading; the title's span is [start, end) in the document. `body` is where the
    item's body begins where that is on the heading's own last line (cells of a table row, a run-in text), else 0.
    """

    line: int
    last_line: int
    number: str
    title: str
    start: int
    end: int
    body: int = 0


def _body_on_line(text: str, line: Line, title_end: int) -> int:
    """Where the cells after the title begin in a heading that is a table row, or 0."""
    if not line.table or not text.startswith(" |", title_end):
        return 0
    start = title_end + 2
    while start < line.end and text[start] in " |":
        start += 1
    return start if start < line.end else 0


def _title_of(one: Candidate, taken: set[int], text: str, lines: Sequence[Line]) -> tuple[str, int]:
    """A candidate's title and the line it ends on: the next one where the number (or diary number) stands alone."""
    title = one.title
    if title.startswith("| ") or " | " in title:
        title = next((cell.strip() for cell in title.split("|") if len(cell.strip()) > 1), "")
    if title and not DIARY.match(title):
        return title, one.line
    last = one.line
    for i in range(one.line + 1, min(one.line + 4, len(lines))):
        if i in taken:
            break
        last = i
        following = text[lines[i].start : lines[i].end]
        if not DIARY.match(following) and not lines[i].furniture:
            return following, last
    return title, last


def with_titles(chain: Sequence[Candidate], text: str, lines: Sequence[Line]) -> list[Heading]:
    """The chain's headings, each with its title; text that runs on after the title on its line is body."""
    taken = {one.line for one in chain}
    run_on = sum(bool(_COLON.match(one.title)) for one in chain) >= 0.5 * len(chain)
    result = []
    for one in chain:
        title, last = _title_of(one, taken, text, lines)
        clean = strip_title(title)
        start = text.find(clean, lines[one.line].start, lines[last].end) if clean else lines[one.line].start
        start = max(start, lines[one.line].start)
        end = start + len(clean)
        body = _body_on_line(text, lines[last], end) if last == one.line and clean else 0
        run_in = _COLON.match(clean) if run_on else _RUN_IN.match(clean) if len(clean) > 70 else None
        beside = re.match(
            r"([^\t]*[^\W\d_]{3}[^\t]*)\t+(\S.*)$", clean
        )  # a title with its text in a column to the right
        run_in = run_in or beside or _ELECTED.match(clean) or _RUN_ON.match(clean)
        if not body and run_in is not None:
            whole, clean, body = clean, run_in[1], start + run_in.start(2)
            end = start + len(clean)
            body = start if _states(whole, followed=False) and _STATES.search(clean) else body
        elif not body and (first := _first_sentence(clean)) != clean:
            clean, end, body = first, start + len(first), start
        elif not body and _states(clean, followed=last + 1 < len(lines) and last + 1 not in taken):
            body = start
        result.append(Heading(one.line, last, one.printed, clean or one.printed, start, end, body))
    return result


_ELECTED = re.compile(r"((?:[Ff]yllnads)?[Vv]al av [^:.?!]{3,60}):\s+(?=[A-ZÅÄÖ])(\S.*)$")
_RUN_ON = re.compile(
    r"((?:[Ff]yllnads)?[Vv]al av [^:.?!]{3,60}?)\s+"
    r"(Till\s[^:.?!]{3,60}\s(?:om|ny)?(?:valdes|väljs|utses|utsågs)\b.*)$"
)
_STATES = re.compile(
    r"(?i)\b(?:hälsa(?:r|de)|öppna(?:r|de|s|des)|avsluta(?:r|de|s|des)|inled(?:er|de|s|des)|förklara(?:r|de|s|des)|"
    r"val(?:de|des)|välj(?:er|s)|(?:om|ny)(?:valdes|väljs)|utse(?:r|s)|utsågs?|beslut(?:ar|ade|as|ades)|beslöts?|"
    r"godkän(?:ner|de|ns|des)|fastställ(?:er|de|s|des)|bevilja(?:r|de|s|des)|läggs|lades|besvara(?:s|des)|"
    r"befanns|ansågs?|bordl(?:äggs|ades)|avslogs|avslås|bifölls|bifalles|presentera(?:s|des)|"
    r"gicks? igenom|lästes? upp)\b"
)
"""A finite verb of meetings: what it stands in is a statement rather than a title."""


def _states(title: str, followed: bool) -> bool:
    """Whether a numbered line is a whole statement ("§ 4 Dagordningen godkändes."): `followed` by text it must end."""
    return len(title.split()) > 1 and (title.endswith(".") or not followed) and bool(_STATES.search(title))


def _first_sentence(title: str) -> str:
    """The first sentence of a numbered line that is a statement with more after it; else the line as it is."""
    spans = sentences(title)
    first = title[: spans[0][1]] if spans else title
    return first if len(spans) > 1 and _states(first, followed=True) else title
