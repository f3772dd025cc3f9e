"""Which lines of a document are the headings of its agenda items: a chain of numbers, else typography."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from indexer.labels import APPENDIX, CLOSING, OUTCOME, SIGNATURE, STRUCTURE
from indexer.numbering import (
    Candidate,
    best_chain,
    find_candidates,
    is_steady,
    sentence_list,
    strip_title,
    with_strays,
)
from indexer.people import find_people, is_name, presenters
from indexer.records import Line
from indexer.titles import Heading, with_titles

__all__ = ["APPENDIX", "SIGNATURE", "Heading", "find_headings", "preamble_end"]

_NO_HEADING = re.compile(r"[-–•*·]\s|\W*\d{1,2}[:.]\d\d\b|https?://|[a-zåäö]")


_OPENS_LIST = re.compile(
    r"(?i)\s(?:beslut(?:ar|ade|at)|beslöt|yrkar|yrkade|föreslår|föreslog)(?:\s(?:på|därför|följande|att|enhälligt)\b.{0,40})?\W*$"
    r"|^\W*(?:att-satser|yrkanden?)\W*$"
)
"""What stands over a list of clauses ("Mötet beslutade") is no title."""


def _strength(i: int, text: str, lines: Sequence[Line], body_size: float) -> int:
    """How strongly a line is a heading: 3 marked, 2 bold or large, 1 a short line over a paragraph, 0 not at all."""
    line = lines[i]
    shown = text[line.start : line.end]
    if line.table or line.quoted or line.furniture or len(shown) > 140 or not re.search(r"[^\W\d_]", shown):
        return 0
    if STRUCTURE.match(shown) or SIGNATURE.match(shown) or OUTCOME.match(shown):
        return 0
    if _OPENS_LIST.search(shown) and not line.heading:
        return 0
    if line.heading:
        return 3
    if is_name(shown) or _NO_HEADING.match(shown) or shown.endswith((".", ",", ";", "!")) or i + 1 == len(lines):
        return 0
    if i and text[lines[i - 1].end - 1] == ":" and line.start - lines[i - 1].end <= 2:
        return 0
    large = bool(body_size) and line.size > body_size * 1.12
    if ((line.bold or large) and len(shown) < 110) or (shown.isupper() and len(shown) > 3):
        return 2
    return 1 if _stands_over(i, shown, text, lines) else 0


def _stands_over(i: int, shown: str, text: str, lines: Sequence[Line]) -> bool:
    """Whether a short line with space above it stands over a paragraph."""
    if len(shown) > 80 or len(shown.split()) > 10 or "\t" in shown or re.search(r":\s+\S", shown):
        return False
    if i and lines[i].start - lines[i - 1].end <= 1 and not lines[i - 1].furniture:
        return False
    following = text[lines[i + 1].start : lines[i + 1].end]
    says = bool(STRUCTURE.match(following) or OUTCOME.match(following)) or following.endswith((".", "?", ":"))
    if lines[i + 1].start - lines[i].end > 1:
        return says or len(following) > len(shown)
    listed = re.match(r"[-–•*]\s", following)
    return ((says or len(following) > len(shown)) and not listed) or bool(re.search(r"[a-zåäö]\.$", following))


def _body_size(lines: Iterable[Line]) -> float:
    """The font size that most of the text has; 0.0 where sizes are unknown."""
    weights: Counter[float] = Counter()
    for line in lines:
        if line.size:
            weights[round(line.size, 1)] += line.end - line.start
    return weights.most_common(1)[0][0] if weights else 0.0


def _unnumbered(text: str, lines: Sequence[Line], first: int) -> list[Heading]:
    """Headings by typography, of the strongest kind that the document uses at least twice."""
    size = _body_size(lines)
    strength = {i: _strength(i, text, lines, size) for i in range(first, _closing(text, lines))}
    marked = [i for i, s in strength.items() if s == 3]
    named = _over_names(text, lines, strength)
    if len(named) >= 3:
        return [_heading_at(text, lines, i) for i in sorted({*named, *(i for i, s in strength.items() if s >= 2)})]
    for level in sorted({lines[i].heading for i in marked}):
        at_level = [i for i in marked if lines[i].heading == level]
        if len(at_level) >= 2:
            return [_heading_at(text, lines, i) for i in marked if lines[i].heading <= level and i >= at_level[0]]
    for wanted in (2, 1):
        rows = [i for i, s in strength.items() if s >= wanted]
        rows = _largest(rows, lines) if wanted == 2 and size else rows
        if len(rows) >= 2:
            return [_heading_at(text, lines, i) for i in rows]
    return []


def _over_names(text: str, lines: Sequence[Line], strength: Mapping[int, int]) -> list[int]:
    """The lines with a line of names right below them and text below that: titles over who presents them."""
    found = []
    for i in strength:
        if i + 2 >= len(lines) or lines[i].table:
            continue
        shown, below = (text[line.start : line.end] for line in lines[i : i + 2])
        if not shown[0].isupper() or len(shown) > 200 or shown.endswith((".", ":", ",")) or "\t" in shown:
            continue
        if STRUCTURE.match(shown) or SIGNATURE.match(shown) or find_people(shown):
            continue
        if presenters([below], ()) and not below.endswith("."):
            found.append(i)
    return found


def _largest(rows: list[int], lines: Sequence[Line]) -> list[int]:
    """Of bold or large lines those of the largest size, where it is used three times: the others are subheadings."""
    biggest = max((round(lines[i].size, 1) for i in rows), default=0.0)
    of_size = [i for i in rows if lines[i].size >= biggest - 0.1]
    return of_size if len(of_size) >= 3 else rows


def _closing(text: str, lines: Sequence[Line]) -> int:
    """The index of the line where the minutes end and signatures, appendices or older minutes begin."""
    for i in range(max(6, len(lines) // 3), len(lines)):
        if lines[i].end - lines[i].start < 90 and CLOSING.match(text[lines[i].start : lines[i].end]):
            return i
    return len(lines)


def _heading_at(text: str, lines: Sequence[Line], i: int) -> Heading:
    """The unnumbered heading on a line."""
    title = strip_title(text[lines[i].start : lines[i].end])
    start = text.find(title, lines[i].start)
    return Heading(i, i, "", title, start, start + len(title))


_AGENDA_HEAD = re.compile(
    r"(?i)^\W*(?:(?:mötes|minnes)?anteckningar|dagordning|agenda|föredragningslista|protokoll)\s*:?\s*$"
)
_FRONT_LABEL = re.compile(
    r"""(?ix)^\W*(?:deltagare|deltog|närvarande|närvaro|frånvarande|frånvaro|medverkande|plats|tid|datum|förhinder|ordförande
      |sekreterare|mötesordförande|beslutande|övriga|ersättare|ledamöter|gäst\w*|justerare|antecknar|med\ var
      |kunde\ inte|mötesledare|protokollförare|saknades|på\ plats|(?:med|borta|där)(?=\s*:)
      |present|attendees|participants|apologies|absent|date|location)\b
      [^:]{0,30}(?: : | \t | \s\|\s | $ )"""
)
_TITLE_WORD = re.compile(
    r"(?i)\b(?:\w*protokoll|(?:minnes|mötes)?anteckning(?:ar)?|kallelse)\b(?! (?:från|av) (?:förra|"
    r"föregående|mars|april))"
)
_EARLIER = re.compile(r"(?i)\b(?:föregående|förra|senaste|tidigare)\b")
_ATTENDED = re.compile(r"(?i)\b(?:medverka|deltog|deltar|närvara|antecknade|ersätt|förhinder|frånvarande|kallad|kl)\w*")


def preamble_end(text: str, lines: Sequence[Line]) -> int:
    """The index of the first line that can open an unnumbered agenda: after title, labels and lists of people."""
    last = 0
    for i, line in enumerate(lines[:80]):
        shown = text[line.start : line.end]
        if _AGENDA_HEAD.match(shown) and i > 2 and not _lists_agenda(text, lines, i):
            return i + 1
        titled = i < 8 and len(shown) < 120 and _TITLE_WORD.search(shown) and not _EARLIER.search(shown)
        if _FRONT_LABEL.match(shown) or titled:
            last = i + 1
        elif _is_sentence(shown) and not line.table:
            break
    return last


def _is_sentence(shown: str) -> bool:
    """Whether a line is running text rather than a list of people: some words in lower case, a full stop."""
    words = re.findall(r"(?<![\w-])[a-zåäö]{2,}", shown)
    ended = bool(re.search(r"[a-zåäö]{2}[.?!]$", shown))
    return len(shown) > 12 and len(words) >= 2 and ended and not _ATTENDED.search(shown)


def _lists_agenda(text: str, lines: Sequence[Line], at: int) -> bool:
    """Whether the next lines are a plain list of the items, without text between."""
    following = [text[line.start : line.end] for line in lines[at + 1 : at + 5]]
    return len(following) == 4 and all(len(shown) < 90 and not shown.endswith(".") for shown in following)


_USUAL = re.compile(
    r"""(?ix) öppna | övrig | nästa | avslut | inledning | välkom | föregående | förra | justera | dagordning
      | ekonomi | rapport
      | information | laget\ runt | val\ av | presentation"""
)


def _bare_titles(text: str, lines: Sequence[Line], first: int) -> list[Heading]:
    """Titles in a text without any typography, not even empty lines: a short line between two sentences.

    Only where three or more stand, one of them a title that agendas usually have.
    """
    until = min(_closing(text, lines), len(lines) - 1)
    rows = [i for i in range(max(first, 1), until) if _is_bare_title(text, lines, i, i == first)]
    if len(rows) < 3 or not any(_USUAL.search(text[lines[i].start : lines[i].end]) for i in rows):
        return []
    return [_heading_at(text, lines, i) for i in rows]


def _is_bare_title(text: str, lines: Sequence[Line], i: int, opens: bool) -> bool:
    before, shown, after = (text[line.start : line.end] for line in lines[i - 1 : i + 2])
    if shown.endswith(":") and shown.count(" ") < 5:
        shown, after = shown[:-1], after if after.endswith((".", "!", "?", ":")) else ""
    if (
        not after
        or not shown
        or len(shown) > 60
        or not shown[0].isupper()
        or re.search(r"[.,;:!?]$|\d[:.]\d|\t|:\s", shown)
        or is_name(shown)
    ):
        return False
    if lines[i].table or lines[i].furniture or STRUCTURE.match(shown) or SIGNATURE.match(shown):
        return False
    begins = after[0].isupper() or after[0].isdigit()
    return (opens or before.endswith((".", "!", "?"))) and begins and after.endswith((".", "!", "?", ":"))


_BULLET_TITLE = re.compile(r"(?P<bullet>[*•·●▪►‣–-])\s+(?P<title>[A-ZÅÄÖ0-9”\"].{1,78})$")


def _bulleted(text: str, lines: Sequence[Line]) -> list[Heading]:
    """Titles with a bullet before them, each with space above it and plain text right below: three at least."""
    found: dict[str, list[Heading]] = {}
    for i in range(1, min(_closing(text, lines), len(lines) - 1)):
        line, below = lines[i], lines[i + 1]
        match = _BULLET_TITLE.match(text[line.start : line.end])
        closed = text[lines[i - 1].end - 1] in ".!?"
        apart = (closed or line.start - lines[i - 1].end > 1) and below.start - line.end <= 1
        if match is None or not apart or match["title"].endswith((".", ",", ";", ":")):
            continue
        if _BULLET_TITLE.match(text[below.start : below.end]) or text[below.start].islower():
            continue
        title = strip_title(match["title"])
        start = line.start + match.start("title")
        found.setdefault(match["bullet"], []).append(Heading(i, i, "", title, start, start + len(title)))
    best = max(found.values(), key=len, default=[])
    return best if len(best) >= 3 else []


def _is_marked_otherwise(chain: Sequence[Candidate], text: str, lines: Sequence[Line]) -> bool:
    """Whether the document marks three headings or more of one level and the numbered lines are not among them."""
    marked = [line.heading for line in lines if line.heading and not STRUCTURE.match(text[line.start : line.end])]
    most = max(Counter(marked).values(), default=0)
    on_chain = sum(bool(lines[one.line].heading) for one in chain)
    return most >= 3 and on_chain < 0.34 * len(chain) and most > 0.6 * len(chain)


def _is_inner_list(chain: Sequence[Candidate], lines: Sequence[Line]) -> bool:
    """Whether the numbers are a plain list inside the text: line after line, in a small part of the document."""
    if not chain or chain[0].family != "plain":
        return False
    bodies = sum(other.line - one.line > 1 for one, other in pairwise(chain))
    marked = any(lines[one.line].heading or lines[one.line].bold or lines[one.line].table for one in chain)
    return not marked and bodies <= 0.2 * len(chain) and chain[-1].line - chain[0].line < 0.3 * len(lines)


def find_headings(text: str, lines: Sequence[Line]) -> list[Heading]:
    """The headings of the agenda items, in order; [] where the document shows none."""
    weight, chain = best_chain(text, lines)
    if chain and len(chain) < 4 and chain[0].line > _closing(text, lines):
        weight, chain = 0.0, []
    average = weight / len(chain) if chain else 0.0
    sure = (average >= 0.55 or (average > 0.1 and is_steady(chain))) and not _is_inner_list(chain, lines)
    alone = len(chain) == 1 and chain[0].family == "section" and sure  # an extract of the minutes: one §
    if (len(chain) >= 2 or alone) and sure and not _is_marked_otherwise(chain, text, lines):
        return with_titles(with_strays(chain, text, lines), text, lines)
    first = preamble_end(text, lines)
    found = _unnumbered(text, lines, first)
    printed = {one.line: one for one in find_candidates(text, lines)}
    if len(found) >= 3 and sum(h.line in printed for h in found) >= 0.7 * len(found):
        return with_titles([printed[h.line] for h in found if h.line in printed], text, lines)
    found = found or _bare_titles(text, lines, first)
    if not found and len(chain) >= 2 and average > 0.2:
        return with_titles(chain, text, lines)
    return found or _bulleted(text, lines) or with_titles(sentence_list(text, lines), text, lines)
