"""Numbered lines of a document, and the chain of them that is its agenda.

A numbered agenda is the best chain of candidates through the document: numbers that go up by one, lines that look like
headings, bodies between them. Inner lists that restart at 1, and references such as "3.5.10", do not fit the chain.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from indexer.labels import OUTCOME, STRUCTURE
from indexer.records import Line

_TITLE = r"(?P<title>\S.*)?$"
_SECTION = (
    r"^(?:[A-ZÅÄÖ][\w.]{0,30}\s?)?(?P<printed>§{1,2}\s?(?P<n>\d{1,4}(?:\.\d{1,2})?)(?:/\d{2,4}\b|\s?[a-z]\b)?)[.:)]?"
    r"(?:\s*[-–—]\s*(?=\D))?\s*"
)
_SECTION_AFTER = r"^(?P<printed>(?P<n>\d{1,3})\s?§)(?!\s*(?:\d|i\s|och\s))[.:)]?\s*(?:[-–—]\s*)?"
_WORD = (
    r"(?i)^(?:(?:punkt|pkt\.?|dagordningspunkt|ärende|item|agenda item|paragraf|nr)\s+|[p#]\s?(?=\d))"
    r"(?P<printed>(?P<n>\d{1,3}(?:\.\d{1,2})?))\s*[.:)–—-]*\s*"
)
_CODE = r"^(?P<printed>(?P<code>[A-ZÅÄÖ]{2,6}|[A-ZÅÄÖ][a-zåäö]{1,2})[\s-](?P<n>\d{1,4}))[.:)]?"
_CODE_TITLE = r"(?:\s+(?:[-–—]\s*)?(?P<title>[A-ZÅÄÖ0-9”\"].*)?)?$"
_YEAR = r"^(?P<printed>(?P<n>\d{1,3})/(?:19|20)\d\d)[.:)]?(?:\s+(?P<title>[A-ZÅÄÖ].*))?$"
_PLAIN = (
    r"^\(?(?P<printed>(?P<n>\d{1,3}(?:\.\d{1,2}){0,2}))\s?"
    r"(?P<mark>[.):]|\s[-–—](?=\s)|\s\|(?=\s)|(?=\s{1,6}[A-ZÅÄÖ”\"])|(?=\s*$))\s*"
)
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("section", re.compile(_SECTION + _TITLE)),  # "§ 12 Titel", "Ks § 12", "§ 3/22"
    ("section", re.compile(_SECTION_AFTER + _TITLE)),  # "12 § Titel"
    ("word", re.compile(_WORD + _TITLE)),  # "Punkt 3: Titel", "Nr 3", "P3", "#3"
    ("code", re.compile(_CODE + _CODE_TITLE)),  # "FHR 29 Titel", "KS-12"
    ("year", re.compile(_YEAR)),  # "12/2022 Titel"
    ("roman", re.compile(r"^(?P<printed>(?P<n>[IVX]{1,5}))[.)]\s+(?P<title>[A-ZÅÄÖ].*)$")),
    ("letter", re.compile(r"^(?P<printed>(?P<n>[A-Z]))[.)]\s+(?P<title>[A-ZÅÄÖ].*)$")),
    ("plain", re.compile(_PLAIN + _TITLE)),  # "3. Titel", "3) Titel", "5.2 Titel", "3 | Titel"
)
_WEIGHT = {
    "section": 1.6, "word": 1.2, "year": 0.8, "code": 0.6, "plain": 0.4, "roman": 0.2, "letter": 0.2,
}  # fmt: skip
_HIGHEST = 400
"""A bare number above this is no number of an item: a year, a sum, a postcode."""

DIARY = re.compile(
    r"""(?ix)^\W*(?:
        (?:dnr|diarienr|diarienummer|ärendenr|d?nr)\b[\s.:]*\S.*
      | (?-i:[A-ZÅÄÖ]{2,5})[\s-]?\d{4}[/:-]\d+.*
      | \d{4}[/:]\d+\s*
    )$"""
)
"""A line that holds a diary number."""
_DIARY_TAIL = re.compile(r"\s*[(,|]?\s*\b(?:dnr|diarienummer|diarienr)\b.*$", re.I)
_REFERENCE = re.compile(
    r"""(?ix)att\s | (?:kap|st|p)\b | i\ (?:stadgarna|lagen|reglementet|kommunallagen)
      | (?:jan(?:uari)?|feb(?:ruari)?|mars?|apr(?:il)?|maj|juni?|juli?|aug(?:usti)?|sept?(?:ember)?|okt(?:ober)?
        |nov(?:ember)?|dec(?:ember)?)\b
      | (?:kr|procent|%|st|år|personer|platser|timmar|minuter|dagar)\b"""
)
"""What follows a number that counts something or refers to something, and numbers no item."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A numbered line: its index, the family of its number, the number to count with and as printed, its title.

    `weight` says how much it looks like a heading; `neat`, that it is set as one: short, with space above it.
    """

    line: int
    family: str
    key: tuple[int, ...]
    printed: str
    title: str
    weight: float
    neat: bool = False


def strip_title(title: str) -> str:
    """A title without what is not its words: a trailing colon, diary number, table cells after the first."""
    title = title.split(" | ")[0] if " | " in title else title
    return _DIARY_TAIL.sub("", title).strip().strip("*_").rstrip(":").strip()


def _heading_weight(line: Line, title: str, family: str, bare: bool, after: str, blank_before: bool) -> float:
    """How much a numbered line looks like a heading: typography, a short capitalised title, a body after it."""
    weight = _WEIGHT[family] - (0.5 if bare else 0.0)
    weight += 1.2 * bool(line.heading) + 0.7 * line.bold + 0.3 * blank_before
    shown = strip_title(title)
    if not shown:
        return weight - 0.3 if after and not after[:1].islower() else weight - 1.5
    if shown[0].islower():
        weight -= 1.2
    if len(shown) > 160 or len(re.findall(r"[.!?]\s+[A-ZÅÄÖ]", shown)) > 1:
        weight -= 0.8
    elif shown.endswith((".", ";", ",")):
        weight -= 0.5
    return weight - 2.5 if _REFERENCE.match(shown) else weight


def _is_neat(line: Line, title: str, after: str, blank: bool) -> bool:
    """Whether a numbered line is set as a heading: a short capitalised title with space above it and text below."""
    short = bool(title) and title[0].isupper() and len(title) <= 80 and not title.endswith((".", ",", ";", ":"))
    return short and (blank or line.bold or bool(line.heading)) and bool(after) and not _PATTERNS[-1][1].match(after)


def _key(number: str) -> tuple[int, ...]:
    """A printed number as one can count with it: "5.2" (5, 2), "IV" (4,)."""
    return tuple(int(n) for n in number.split(".")) if number[0].isdigit() else (_roman(number),)


def _roman(number: str) -> int:
    values = [{"I": 1, "V": 5, "X": 10}[c] for c in number]
    return sum(-v if any(after > v for after in values[i + 1 :]) else v for i, v in enumerate(values))


def find_candidates(text: str, lines: Sequence[Line]) -> list[Candidate]:
    """The numbered lines of a document, of every family."""
    return [one for i in range(len(lines)) for one in _candidates_at(text, lines, i)]


def _candidates_at(text: str, lines: Sequence[Line], i: int) -> list[Candidate]:
    """What a line is numbered as: nothing, one family, or two where "I." may be a roman number or a letter."""
    line = lines[i]
    shown = text[line.start : line.end]
    after = text[lines[i + 1].start : lines[i + 1].end] if i + 1 < len(lines) else ""
    blank = i == 0 or line.start - lines[i - 1].end > 1
    found: list[Candidate] = []
    for family, pattern in () if line.furniture or line.quoted else _PATTERNS:
        match = pattern.match(shown)
        if match is None:
            continue
        key = (ord(match["n"]) - 64,) if family == "letter" else _key(match["n"])
        title = (match["title"] or "").strip()
        bare = family == "plain" and not match["mark"].strip()
        if not _is_number(key, family, line, bare and "|" not in shown):
            break
        name = f"code:{match['code']}" if family == "code" else family
        weight = _heading_weight(line, title, family, bare, after, blank)
        neat = _is_neat(line, title, after, blank)
        found.append(Candidate(i, name, key, match["printed"].strip(), title, weight, neat))
        if family != "roman":
            break
    return found


def _is_number(key: tuple[int, ...], family: str, line: Line, bare: bool) -> bool:
    """Whether a number can be an item's: not a year or a sum, not a third level, not a cell of figures."""
    if family == "plain" and ((line.table and bare) or (len(key) == 3 and not line.heading)):
        return False
    return not (key[0] > _HIGHEST and (family == "plain" or family == "code"))


def agenda_runs(candidates: Sequence[Candidate], text: str, lines: Sequence[Line]) -> list[tuple[int, int]]:
    """The runs (from, to in `candidates`) that are an agenda or a table of contents before the minutes themselves.

    An agenda is a run of numbers in close order, with next to nothing between them, whose numbers come again later,
    with mostly the same titles.
    """
    runs: list[tuple[int, int]] = []
    last = {one.key: i for i, one in enumerate(candidates)}
    start = 0
    while start < len(candidates):
        end = start + 1
        while end < len(candidates) and _is_close(candidates[end - 1], candidates[end], text, lines):
            end += 1
        if end - start >= 3 and _comes_again(candidates, start, end, last, text, lines):
            runs.append((start, end))
        start = end
    return runs


def _comes_again(
    candidates: Sequence[Candidate],
    start: int,
    end: int,
    last: dict[tuple[int, ...], int],
    text: str,
    lines: Sequence[Line],
) -> bool:
    """Whether most numbers of a run stand again after it, and half of those with the same title."""
    again = [one for one in candidates[start:end] if last[one.key] >= end]
    if len(again) < 0.6 * (end - start):
        return False
    first: dict[tuple[int, ...], Candidate] = {}
    wanted = {one.key for one in again}
    for one in candidates[end:]:
        if one.key in wanted:
            first.setdefault(one.key, one)
    same = [o for o in again if _alike(plain_title(o, text, lines), plain_title(first[o.key], text, lines))]
    return len(same) >= 0.5 * len(again)


def _without_agenda(candidates: Sequence[Candidate], text: str, lines: Sequence[Line]) -> list[Candidate]:
    """The candidates without those of an agenda before the minutes."""
    dropped = {i for start, end in agenda_runs(candidates, text, lines) for i in range(start, end)}
    return [one for i, one in enumerate(candidates) if i not in dropped]


def _is_close(one: Candidate, other: Candidate, text: str, lines: Sequence[Line]) -> bool:
    """Whether the numbers go up and nothing that could be the body of an item stands between the two lines."""
    if other.key <= one.key or other.line - one.line > 4:
        return False
    between = [text[line.start : line.end] for line in lines[one.line + 1 : other.line]]
    return not any(
        len(shown) > 90 or re.search(r"[a-zåäö)][.!?:]$", shown) or STRUCTURE.match(shown) or OUTCOME.match(shown)
        for shown in between
    )


def plain_title(one: Candidate, text: str, lines: Sequence[Line]) -> str:
    """A candidate's title in lower case, letters only; on the next line where the number stands alone."""
    title = one.title
    if (not title or DIARY.match(title)) and one.line + 1 < len(lines):
        following = lines[one.line + 1]
        title = text[following.start : following.end]
    return re.sub(r"[\W\d_]+", " ", title.casefold()).strip()


def _alike(a: str, b: str) -> bool:
    n = min(len(a), len(b), 14)
    return n >= 4 and a[:n] == b[:n]


def _step(before: tuple[int, ...], after: tuple[int, ...], neat: bool = False) -> float | None:
    """The worth of `after` following `before` in an agenda; None where it cannot. A gap or a misprint costs.

    It costs less where both lines are set as `neat` headings are.
    """
    if after == before:
        return -0.3 if neat else -0.7  # printed twice by mistake
    if len(after) == len(before) + 1 and after[:-1] == before:
        return 0.5 if after[-1] == 1 else -1.0 if after[-1] == 2 else None
    if len(after) == len(before) and after[:-1] == before[:-1]:
        gap = after[-1] - before[-1]
    elif len(after) <= len(before) and after[:-1] == before[: len(after) - 1]:
        gap = after[-1] - before[len(after) - 1]
    elif len(after) > len(before) and after[0] == before[0] + 1 and after[1] == 1:
        return 0.2
    else:
        return None
    if gap < 1:
        return None
    return 0.6 if gap == 1 else (-0.3 if neat else -0.7) * min(gap - 1, 4)


def _start(one: Candidate) -> float:
    """The worth of a chain's beginning with a candidate: best with 1, running numbers with any."""
    if one.key == (1,):
        return 0.5
    if one.family == "section" or one.family.startswith("code"):
        return -0.2
    return -0.5 * min(one.key[0] if len(one.key) == 1 else sum(one.key), 4)


def _spacing(candidates: Sequence[Candidate], i: int, lines: Sequence[Line]) -> float:
    """The worth of what stands around a candidate: a body below it, or the next number at once as in a list."""
    one = candidates[i]
    above = one.line - candidates[i - 1].line if i else 9
    below = candidates[i + 1].line - one.line if i + 1 < len(candidates) else 9
    marked = lines[one.line].bold or bool(lines[one.line].heading)
    if below > 1:
        return 0.15
    listed = -0.7 if not marked and not RUN_ON.match(one.title) else 0.0
    return listed - (0.2 if above == 1 and not lines[one.line].bold else 0.0)


def _chain(candidates: Sequence[Candidate], lines: Sequence[Line]) -> tuple[float, list[Candidate]]:
    """The heaviest chain through candidates of one family, and its weight."""
    best: list[float] = []
    back: list[int] = []
    for i, one in enumerate(candidates):
        score, prior = _start(one), -1
        for j in range(max(0, i - 120), i):
            step = _step(candidates[j].key, one.key, one.neat and candidates[j].neat)
            if step is not None and best[j] + step > score:
                score, prior = best[j] + step, j
        best.append(score + one.weight + _spacing(candidates, i, lines))
        back.append(prior)
    if not best:
        return 0.0, []
    at = max(range(len(best)), key=lambda k: best[k])
    weight, chain = best[at], []
    while at >= 0:
        chain.append(candidates[at])
        at = back[at]
    return weight, chain[::-1]


def best_chain(text: str, lines: Sequence[Line]) -> tuple[float, list[Candidate]]:
    """The best chain over all families of numbers, and its weight; (0, []) where no line is numbered."""
    families: dict[str, list[Candidate]] = {}
    for one in find_candidates(text, lines):
        families.setdefault(one.family, []).append(one)
    options = [_chain(_without_agenda(members, text, lines), lines) for members in families.values()]
    return max(options, key=lambda option: option[0], default=(0.0, []))


def with_strays(chain: Sequence[Candidate], text: str, lines: Sequence[Line]) -> list[Candidate]:
    """The chain with the numbers it lacks that stand out of their order: an item taken before another ("§ 32" first).

    Only where the numbers carry a sign of their own ("§", "FUM"), each set as the chain's others are.
    """
    if len(chain) < 4 or not chain[0].family.startswith(("section", "code", "word")):
        return list(chain)
    have = {one.key for one in chain}
    neat = sum(one.neat for one in chain) >= 0.8 * len(chain)
    strays = {
        one.key: one
        for one in find_candidates(text, lines)
        if one.family == chain[0].family
        and one.key not in have
        and chain[0].key < one.key < chain[-1].key
        and chain[0].line < one.line < chain[-1].line
        and len(one.key) == len(chain[0].key)
        and (one.neat or not neat)
        and one.weight >= min(member.weight for member in chain)
    }
    return sorted([*chain, *strays.values()], key=lambda one: one.line)


def sentence_list(text: str, lines: Sequence[Line]) -> list[Candidate]:
    """The numbered lines of minutes that are nothing but a list of sentences, 1, 2, 3 ... to their end; else []."""
    for family in ("section", "plain"):
        run: list[Candidate] = []
        for one in find_candidates(text, lines):
            if one.family == family and one.key == (len(run) + 1,) and one.title:
                run.append(one)
        said = sum((one.title.count(" ") > 1 or one.title.endswith(".")) and one.title[0].isupper() for one in run)
        if len(run) >= 6 and said >= 0.7 * len(run):
            return run
    return []


def is_steady(chain: Sequence[Candidate]) -> bool:
    """Whether the numbers run 1, 2, 3 ... with hardly a break, four at least."""
    tops = list(dict.fromkeys(one.key[0] for one in chain))
    ups = sum(b == a + 1 for a, b in pairwise(tops))
    return len(tops) >= 4 and tops[0] == 1 and ups >= 0.8 * (len(tops) - 1)


RUN_ON = re.compile(r"[A-ZÅÄÖ][^.:?!]{2,60}[.:]\s+[A-ZÅÄÖ]")
"""A title with a sentence after it on the same line."""
