"""Which lines of a document are the headings of its agenda items: numbered ones as a chain, else by typography.

A numbered agenda is the best chain of candidates through the document: numbers that go up by one, lines that look like
headings, bodies between them. Inner lists that restart at 1, and references such as "3.5.10", do not fit the chain.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from indexer.people import is_name
from indexer.records import Line

_TITLE = r"(?P<title>\S.*)?$"
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("section", re.compile(r"^(?:[A-ZÅÄÖ][\w.]{0,30}\s?)?(?P<printed>§{1,2}\s?(?P<n>\d{1,4}(?:\.\d{1,2})?)(?:/\d{2,4}\b|\s?[a-z]\b)?)[.:)]?(?:\s*[-–—]\s*(?=\D))?\s*" + _TITLE)),
    ("section", re.compile(r"^(?P<printed>(?P<n>\d{1,3})\s?§)(?!\s*(?:\d|i\s|och\s))[.:)]?\s*(?:[-–—]\s*)?" + _TITLE)),
    ("word", re.compile(r"^(?:(?:punkt|pkt\.?|dagordningspunkt|ärende|item|agenda item|paragraf|nr)\s+|[p#]\s?(?=\d))(?P<printed>(?P<n>\d{1,3}(?:\.\d{1,2})?))\s*[.:)–—-]*\s*" + _TITLE, re.I)),
    ("code", re.compile(r"^(?P<printed>(?P<code>[A-ZÅÄÖ]{2,6}|[A-ZÅÄÖ][a-zåäö]{1,2})[\s-](?P<n>\d{1,4}))[.:)]?(?:\s+(?:[-–—]\s*)?" + r"(?P<title>[A-ZÅÄÖ0-9”\"].*)?)?$")),
    ("year", re.compile(r"^(?P<printed>(?P<n>\d{1,3})/(?:19|20)\d\d)[.:)]?(?:\s+(?P<title>[A-ZÅÄÖ].*))?$")),
    ("roman", re.compile(r"^(?P<printed>(?P<n>[IVX]{1,5}))[.)]\s+" + r"(?P<title>[A-ZÅÄÖ].*)$")),
    ("letter", re.compile(r"^(?P<printed>(?P<n>[A-Z]))[.)]\s+" + r"(?P<title>[A-ZÅÄÖ].*)$")),
    ("plain", re.compile(r"^\(?(?P<printed>(?P<n>\d{1,3}(?:\.\d{1,2}){0,2}))\s?(?P<mark>[.):]|\s[-–—](?=\s)|\s\|(?=\s)|(?=\s{1,6}[A-ZÅÄÖ”\"])|(?=\s*$))\s*" + _TITLE)),
)  # fmt: skip
_DNR = re.compile(r"^\W*(?:(?:dnr|diarienr|diarienummer|ärendenr|d?nr)\b[\s.:]*\S.*|[A-ZÅÄÖ]{2,5}[\s-]?\d{4}[/:-]\d+.*|\d{4}[/:]\d+\s*)$", re.I)
_DNR_TAIL = re.compile(r"\s*[(,|]?\s*(?:dnr|diarienummer|diarienr)\b\s*.*$", re.I)
STRUCTURE = re.compile(
    r"(?i)^\W*(?:besluts?(?:underlag|gång)?|(?:styrelsens|nämndens|mötets|stämmans|kommunstyrelsens|nätverkets|\w+s) beslut|förslag till beslut|beslutsförslag|"
    r"sammanfattning(?: av ärendet)?|ärende(?:beskrivning|ts beredning|t)?|bakgrund|yrkanden?|propositionsordning|omröstning\w*|votering\w*|reservation(?:er)?|"
    r"särskilt yttrande|protokollsutdrag.*|beslutet skickas till|skickas till|expedieras.*|kopia till|jäv|underlag|handlingar|bedömning|motivering|diskussion|redogörelse|"
    r"överläggning|svar|åtgärd(?:er)?|att göra|bilag(?:a|or)\b.*|(?:närvarande|frånvarande|deltagare|deltagande|medverkande|deltog|plats|lokal|tid|datum|tid och plats|plats och tid|datum och tid|mötesdatum|sammanträdesdatum)(?: \w+){0,2}(?:\s*:.*|\s\|.*)?|dagordning|föredragningslista|"
    r"agenda|kallelse|anteckningar(?: från mötet)?|minnesanteckning\w*.*|mötesanteckning\w*.*|protokoll\b.*|sammanträdesprotokoll.*|innehåll(?:sförteckning)?|underskrift(?:er)?|"
    r"justera[drs]\w*\b.*|justering\w*|vid (?:tangent|antecknin|protokoll|pennan)\w*.*|anteckn\w+ förda.*|sekreterare|ordförande|paragrafer|utdragsbestyrkande|beslutande|ledamöter.*|ersättare.*|tjänstemän|gäster|inbjudna|övriga (?:deltagare|närvarande|deltagande)|"
    r"föredragande\w*\b.*|ansvarig\w*|presentation|noterades?|decision|background|nätverket|lokal|mötestid|kallade|förhinder|anmält förhinder|ej närvarande|beslutsparagraf\w*)\s*:?\s*$"
)
SIGNATURE = re.compile(
    r"(?i)^\W*(?:vid (?:tangent\w+|antecknin\w+|protokollet|pennan|datorn|skrivbordet)|(?:minnes)?anteckn\w+ (?:för[dt]a?|av|gjorda|skrivna|upprättade)\b|(?:för|upprättat|skrivet) av\b|"
    r"underskrift(?:er|ssida)?\b|justera[ds](?:e|es|at)?\b(?! att)|justerare\s*:?\s*$|justeras\b|mötessekreterare\s*$|sekreterare\s*:?\s*$|ordförande\s*:?\s*$|som ovan|protokollet justeras|vid protokollet|"
    r"detta dokument (?:är|har) .{0,20}(?:signera|undertecknat)|dokumentet är (?:digitalt|elektroniskt)|digitalt signerat|elektronisk(?:t)? (?:underskrift|signer)|signerat med|signatur\w*\s*:?\s*_*$|anslag(?:/bevis|sbevis)|_{6,})"
)
APPENDIX = re.compile(r"(?i)^\W*(?:bilaga\s*(?:\d+|[A-Z])?\b(?!\w)|motion(?:\s+\d+)?\s*[:–-]|tidigare (?:minnes)?(?:anteckningar|protokoll)|föregående (?:minnes)?(?:anteckningar|protokoll)\s*\(|bilagor\s*:?$)")
OUTCOME = re.compile(r"(?i)^(?:lades |läggs )?till handlingarna\W*$|^(?:godkändes|bordlades|bordläggs|utgår|utgick|noterades?|avslås|bifall|bifalles|inget att rapportera|inga|inget nytt|enligt förslag|ajourneras)\W*$")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of an agenda item: the line it starts on, the last line it covers, number as printed and title.

    `number` is "" for an unnumbered heading; the title's span is [start, end) in the document. `body` is where the item's
    body begins where that is on the heading's own last line (further cells of a table row, a run-in text), else 0.
    """

    line: int
    last_line: int
    number: str
    title: str
    start: int
    end: int
    body: int = 0


@dataclass(frozen=True, slots=True)
class _Candidate:
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
    return _DNR_TAIL.sub("", title).strip().strip("*_").rstrip(":").strip()


def _texts(text: str, lines: Sequence[Line]) -> list[str]:
    return [text[line.start : line.end] for line in lines]


def _heading_weight(line: Line, title: str, family: str, mark: str, after: str, blank_before: bool) -> float:
    """How much a numbered line looks like a heading: typography, a short capitalised title, a body after it."""
    weight = {"section": 1.6, "word": 1.2, "code": 0.6, "plain": 0.4, "roman": 0.2, "letter": 0.2, "year": 0.8}[family]
    if family == "plain" and not mark.strip():
        weight -= 0.5
    weight += 1.2 if line.heading else 0.0
    weight += 0.7 if line.bold else 0.0
    weight += 0.3 if blank_before else 0.0
    shown = strip_title(title)
    if not shown:
        return weight - 0.3 if after and not after[:1].islower() else weight - 1.5
    if shown[0].islower():
        weight -= 1.2
    if len(shown) > 160 or len(re.findall(r"[.!?]\s+[A-ZÅÄÖ]", shown)) > 1:
        weight -= 0.8
    elif shown.endswith((".", ";", ",")):
        weight -= 0.5
    if re.match(r"(?i)att\s|(?:kap|st|p)\b|i (?:stadgarna|lagen|reglementet|kommunallagen)|(?:jan|feb|mar|apr|maj|jun|jul|aug|sep|okt|nov|dec)\w*\b|(?:kr|procent|%|st|år|personer|platser|timmar|minuter|dagar)\b", shown):
        weight -= 2.5
    return weight


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


def _candidates(text: str, lines: Sequence[Line]) -> list[_Candidate]:
    shown = _texts(text, lines)
    result = []
    for i, line in enumerate(lines):
        if line.furniture or line.quoted:
            continue
        for family, pattern in _PATTERNS:
            match = pattern.match(shown[i])
            if match is None:
                continue
            key = (ord(match["n"]) - 64,) if family == "letter" else _key(match["n"])
            title = (match["title"] or "").strip()
            mark = match.groupdict().get("mark") or ""
            if family == "plain" and line.table and not mark.strip() and "|" not in shown[i]:
                break
            if key[0] > 400 and family in ("plain", "code") or (family == "plain" and len(key) == 3 and not line.heading):
                break
            after = shown[i + 1] if i + 1 < len(lines) else ""
            blank = i == 0 or lines[i].start - lines[i - 1].end > 1
            weight = _heading_weight(line, title, family, mark, after, blank)
            name = f"code:{match['code']}" if family == "code" else family
            result.append(_Candidate(i, name, key, match["printed"].strip(), title, weight, _is_neat(line, title, after, blank)))
            if family != "roman":  # "I." may be a letter too
                break
    return result


def _without_agenda(candidates: Sequence[_Candidate], text: str, lines: Sequence[Line]) -> list[_Candidate]:
    """The candidates without those of an agenda or a table of contents that stands before the minutes themselves.

    An agenda is a run of numbers in close order, with next to nothing between them, whose numbers come again later, with
    mostly the same titles.
    """
    dropped: set[int] = set()
    i = 0
    while i < len(candidates):
        end = i + 1
        while end < len(candidates) and candidates[end].key > candidates[end - 1].key and _is_close(candidates[end - 1], candidates[end], text, lines):
            end += 1
        later = {one.key: _candidate_title(one, text, lines) for one in reversed(candidates[end:])}
        again = [one for one in candidates[i:end] if one.key in later]
        same = [one for one in again if _alike(_candidate_title(one, text, lines), later[one.key])]
        if end - i >= 3 and len(again) >= 0.6 * (end - i) and len(same) >= 0.5 * len(again):
            dropped.update(range(i, end))
        i = end
    return [one for i, one in enumerate(candidates) if i not in dropped]


def _is_close(one: _Candidate, other: _Candidate, text: str, lines: Sequence[Line]) -> bool:
    """Whether nothing that could be the body of an item stands between two numbered lines."""
    between = [text[line.start : line.end] for line in lines[one.line + 1 : other.line]]
    return len(between) <= 3 and not any(re.search(r"[a-zåäö)][.!?:]$", shown) or len(shown) > 90 or STRUCTURE.match(shown) or OUTCOME.match(shown) for shown in between)


def _candidate_title(one: _Candidate, text: str, lines: Sequence[Line]) -> str:
    title = one.title
    if (not title or _DNR.match(title)) and one.line + 1 < len(lines):
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


def _chain(candidates: Sequence[_Candidate], lines: Sequence[Line], text: str) -> tuple[float, list[_Candidate]]:
    """The heaviest chain through candidates of one family, and its weight."""
    best: list[float] = []
    back: list[int] = []
    for i, one in enumerate(candidates):
        first = one.key[-1] if len(one.key) == 1 else sum(one.key)
        start = 0.5 if one.key == (1,) else -0.2 if one.family == "section" or one.family.startswith("code") else -0.5 * min(first, 4)
        score, prior = start, -1
        for j in range(max(0, i - 120), i):
            step = _step(candidates[j].key, one.key, one.neat and candidates[j].neat)
            if step is None or best[j] + step <= score:
                continue
            score, prior = best[j] + step, j
        gap = one.line - candidates[i - 1].line if i else 9
        nxt = candidates[i + 1].line - one.line if i + 1 < len(candidates) else 9
        crowded = -0.7 if nxt == 1 and not _RUN_ON.match(one.title) and not lines[one.line].heading and not lines[one.line].bold else 0.15 if nxt > 1 else 0.0
        best.append(score + one.weight + crowded - (0.2 if gap == 1 and nxt == 1 and not lines[one.line].bold else 0.0))
        back.append(prior)
    if not best:
        return 0.0, []
    at = max(range(len(best)), key=lambda k: best[k])
    weight = best[at]
    chain = []
    while at >= 0:
        chain.append(candidates[at])
        at = back[at]
    return weight, chain[::-1]


def _numbered(text: str, lines: Sequence[Line]) -> tuple[float, list[_Candidate]]:
    """The best chain over all families of numbers."""
    families: dict[str, list[_Candidate]] = {}
    for one in _candidates(text, lines):
        families.setdefault(one.family, []).append(one)
    options = [_chain(_without_agenda(members, text, lines), lines, text) for members in families.values()]
    return max(options, key=lambda option: option[0], default=(0.0, []))


_COLON = re.compile(r"([A-ZÅÄÖ][^.:?!]{2,60}):\s+(\S.*)$")
_RUN_ON = re.compile(r"[A-ZÅÄÖ][^.:?!]{2,60}[.:]\s+[A-ZÅÄÖ]\S*(?:\s+\S+)*[.!?]?\s*$")
_RUN_IN = re.compile(r"([A-ZÅÄÖ][^.:?!]{2,60})\.\s+([A-ZÅÄÖ].*\s\S+\s.*)$")


def _body_on_line(text: str, line: Line, title_end: int) -> int:
    """Where the cells after the title begin in a heading that is a table row, or 0."""
    if not line.table or not text.startswith(" |", title_end):
        return 0
    start = title_end + 2
    while start < line.end and text[start] in " |":
        start += 1
    return start if start < line.end else 0


def _with_titles(chain: Sequence[_Candidate], text: str, lines: Sequence[Line]) -> list[Heading]:
    """The chain's headings, each with its title: on the line, or on the next where the number (or diary number) stands alone."""
    taken = {one.line for one in chain}
    result = []
    run_on = sum(bool(_COLON.match(one.title)) for one in chain) >= 0.5 * len(chain)
    for one in chain:
        last, title = one.line, one.title
        if title.startswith("| ") or " | " in title:
            title = next((cell.strip() for cell in title.split("|") if len(cell.strip()) > 1), "")
        if not title or _DNR.match(title):
            for nxt in range(one.line + 1, min(one.line + 4, len(lines))):
                following = text[lines[nxt].start : lines[nxt].end]
                if nxt in taken:
                    break
                last = nxt
                if not _DNR.match(following) and not lines[nxt].furniture:
                    title = following
                    break
        clean = strip_title(title)
        start = text.find(clean, lines[one.line].start, lines[last].end) if clean else lines[one.line].start
        start = max(start, lines[one.line].start)
        end = start + len(clean)
        body = _body_on_line(text, lines[last], end) if last == one.line and clean else 0
        run_in = _COLON.match(clean) if run_on else _RUN_IN.match(clean) if len(clean) > 70 else None
        if not body and run_in is not None:
            clean, end, body = run_in[1], start + len(run_in[1]), start + run_in.start(2)
        result.append(Heading(one.line, last, one.printed, clean or one.printed, start, end, body))
    return result


def _is_unnumbered(i: int, text: str, lines: Sequence[Line], body_size: float) -> int:
    """How strongly a line is a heading by typography: 3 marked, 2 bold or large, 1 short line over a paragraph, 0 not."""
    line = lines[i]
    shown = text[line.start : line.end]
    if line.table or line.quoted or line.furniture or STRUCTURE.match(shown) or SIGNATURE.match(shown) or OUTCOME.match(shown):
        return 0
    if not re.search(r"[A-Za-zÅÄÖåäö]", shown) or len(shown) > 140:
        return 0
    if line.heading:
        return 3
    if is_name(shown):
        return 0
    if re.match(r"[-–•*·]\s|\W*\d{1,2}[:.]\d\d\b|https?://", shown) or shown.endswith((".", ",", ";", "!")) or shown[0].islower():
        return 0
    before = text[lines[i - 1].start : lines[i - 1].end] if i else ""
    nxt = lines[i + 1] if i + 1 < len(lines) else None
    if before.endswith(":") and line.start - lines[i - 1].end <= 2:
        return 0
    if (line.bold or (body_size and line.size > body_size * 1.12)) and nxt is not None and len(shown) < 110:
        return 2
    if shown.isupper() and len(shown) > 3 and nxt is not None:
        return 2
    if nxt is None or len(shown) > 80 or len(shown.split()) > 10 or "\t" in shown or re.search(r":\s+\S", shown) or is_name(shown):
        return 0
    following = text[nxt.start : nxt.end]
    if i and line.start - lines[i - 1].end <= 1 and not lines[i - 1].furniture:
        return 0
    speaks = bool(STRUCTURE.match(following)) or len(following) > len(shown) or following.endswith((".", "?", ":")) or bool(OUTCOME.match(following))
    if nxt.start - line.end > 1:
        return 1 if speaks else 0
    return 1 if speaks and not re.match(r"[-–•*]\s", following) or re.search(r"[a-zåäö]\.$", following) else 0


def _body_size(lines: Sequence[Line]) -> float:
    weights: dict[float, int] = {}
    for line in lines:
        if line.size:
            weights[round(line.size, 1)] = weights.get(round(line.size, 1), 0) + line.end - line.start
    return max(weights, key=lambda size: weights[size]) if weights else 0.0


def _unnumbered(text: str, lines: Sequence[Line], first: int) -> list[Heading]:
    """Headings by typography, of the strongest kind that the document uses at least twice."""
    size = _body_size(lines)
    strength = {i: _is_unnumbered(i, text, lines, size) for i in range(first, _closing(text, lines))}
    chosen: list[int] = []
    marked = [i for i, s in strength.items() if s == 3]
    levels = sorted({lines[i].heading for i in marked})
    for level in levels:
        at_level = [i for i in marked if lines[i].heading == level]
        if len(at_level) >= 2:
            chosen = [i for i in marked if lines[i].heading <= level and i >= at_level[0]]
            break
    if not chosen:
        for wanted in (2, 1):
            rows = [i for i, s in strength.items() if s >= wanted]
            if wanted == 2 and size:
                big = max((round(lines[i].size, 1) for i in rows), default=0.0)
                sizes = [i for i in rows if round(lines[i].size, 1) == big]
                rows = rows if len(sizes) < 2 else [i for i in rows if lines[i].size >= big - 0.1] if len(sizes) >= 3 else rows
            if len(rows) >= 2:
                chosen = rows
                break
    return [_heading_at(text, lines, i) for i in chosen]


_CLOSING = re.compile(
    r"(?i)^\W*(?:vid (?:protokollet|anteckningarna|pennan|tangentbordet)|antecknat av|justeras\s*:?\s*$|detta dokument (?:är|har)|bilaga\b|bilagor\b|"
    r"(?:tidigare|föregående) (?:minnes)?(?:anteckningar|protokoll) \(|motion\s*\d*\s*:)"
)


def _closing(text: str, lines: Sequence[Line]) -> int:
    """The index of the line where the minutes end and signatures, appendices or older minutes begin."""
    for i in range(max(6, len(lines) // 3), len(lines)):
        if _CLOSING.match(text[lines[i].start : lines[i].end]) and lines[i].end - lines[i].start < 90:
            return i
    return len(lines)


def _heading_at(text: str, lines: Sequence[Line], i: int) -> Heading:
    """The unnumbered heading on a line."""
    title = strip_title(text[lines[i].start : lines[i].end])
    start = text.find(title, lines[i].start)
    return Heading(i, i, "", title, start, start + len(title))


_AGENDA_HEAD = re.compile(r"(?i)^\W*(?:anteckningar|dagordning|agenda|mötesanteckningar|minnesanteckningar|föredragningslista|protokoll)\s*:?\s*$")
_FRONT_LABEL = re.compile(
    r"(?i)^\W*(?:deltagare|deltog|närvarande|närvaro|frånvarande|frånvaro|medverkande|plats|tid|datum|förhinder|ordförande|sekreterare|mötesordförande|beslutande|övriga|ersättare|ledamöter|"
    r"gäst\w*|justerare|antecknar)\b[^:]{0,30}(?::|\t|\s\|\s|$)"
)


_TITLE_WORD = re.compile(r"(?i)\b(?:\w*protokoll|(?:minnes|mötes)?anteckning(?:ar)?|kallelse)\b(?! (?:från|av) (?:förra|föregående|mars|april))")
_EARLIER = re.compile(r"(?i)\b(?:föregående|förra|senaste|tidigare)\b")


def preamble_end(text: str, lines: Sequence[Line]) -> int:
    """The index of the first line that can open an unnumbered agenda: after the title, the labels and the lists of people."""
    last = 0
    for i, line in enumerate(lines[:80]):
        shown = text[line.start : line.end]
        if _AGENDA_HEAD.match(shown) and i > 2 and not _lists_agenda(text, lines, i):
            return i + 1
        if _FRONT_LABEL.match(shown) or (i < 8 and _TITLE_WORD.search(shown) and not _EARLIER.search(shown) and len(shown) < 120):
            last = i + 1
        elif _is_sentence(shown) and not line.table:
            break
    return last


def _is_sentence(shown: str) -> bool:
    """Whether a line is running text rather than a list of people: some words in lower case, a full stop."""
    words = re.findall(r"(?<![\w-])[a-zåäö]{2,}", shown)
    return len(shown) > 12 and len(words) >= 2 and bool(re.search(r"[a-zåäö]{2}[.?!]$", shown)) and not _ATTENDED.search(shown)


_ATTENDED = re.compile(r"(?i)\b(?:medverka|deltog|deltar|närvara|antecknade|ersätt|förhinder|frånvarande|kallad|kl)\w*")


def _lists_agenda(text: str, lines: Sequence[Line], at: int) -> bool:
    """Whether the next lines are a plain list of the items, without text between."""
    following = [text[line.start : line.end] for line in lines[at + 1 : at + 5]]
    return len(following) == 4 and all(len(shown) < 90 and not shown.endswith(".") for shown in following)


_USUAL = re.compile(
    r"(?i)öppna|övrig|nästa|avslut|inledning|välkom|föregående|förra|justera|dagordning|ekonomi|rapport|information|laget runt|val av|presentation"
)


def _bare_titles(text: str, lines: Sequence[Line], first: int) -> list[Heading]:
    """Titles in a text without any typography, not even empty lines: a short line between two sentences.

    Only where three or more stand, one of them a title that agendas usually have.
    """
    shown = _texts(text, lines)
    rows = []
    for i in range(max(first, 1), min(_closing(text, lines), len(lines) - 1)):
        one = shown[i]
        short = len(one) <= 60 and one[0].isupper() and not re.search(r"[.,;:!?]$", one) and not re.search(r"\d[:.]\d|\t|:\s", one)
        between = (i == first or shown[i - 1].endswith((".", "!", "?"))) and shown[i + 1][0].isupper() and shown[i + 1].endswith((".", "!", "?", ":"))
        if short and between and not lines[i].table and not lines[i].furniture and not STRUCTURE.match(one) and not SIGNATURE.match(one) and not is_name(one):
            rows.append(i)
    if len(rows) < 3 or not any(_USUAL.search(shown[i]) for i in rows):
        return []
    return [_heading_at(text, lines, i) for i in rows]


def _is_steady(chain: Sequence[_Candidate]) -> bool:
    """Whether the numbers run 1, 2, 3 ... with hardly a break."""
    tops = list(dict.fromkeys(one.key[0] for one in chain))
    return tops[0] == 1 and sum(b == a + 1 for a, b in zip(tops, tops[1:], strict=False)) >= 0.8 * (len(tops) - 1) and len(tops) >= 4


def find_headings(text: str, lines: Sequence[Line]) -> list[Heading]:
    """The headings of the agenda items, in order; [] where the document shows none."""
    weight, chain = _numbered(text, lines)
    if chain and len(chain) < 4 and chain[0].line > _closing(text, lines):
        weight, chain = 0.0, []
    marked = [i for i, line in enumerate(lines) if line.heading and not STRUCTURE.match(text[line.start : line.end])]
    chain_marked = sum(bool(lines[one.line].heading) for one in chain)
    level_counts = [sum(lines[i].heading == level for i in marked) for level in range(1, 7)]
    average = weight / len(chain) if chain else 0.0
    steady = len(chain) >= 4 and average > 0.1 and _is_steady(chain)
    if len(chain) >= 2 and (average >= 0.55 or steady) and not (max(level_counts) >= 3 and chain_marked < 0.34 * len(chain) and max(level_counts) > 0.6 * len(chain)):
        return _with_titles(chain, text, lines)
    first = preamble_end(text, lines)
    plain = _unnumbered(text, lines, first)
    printed = {one.line: one for one in _candidates(text, lines)}
    if len(plain) >= 3 and sum(h.line in printed for h in plain) >= 0.7 * len(plain):
        return _with_titles([printed[h.line] for h in plain if h.line in printed], text, lines)
    plain = plain or _bare_titles(text, lines, first)
    if plain:
        return plain
    return _with_titles(chain, text, lines) if len(chain) >= 2 and average > 0.2 else []
