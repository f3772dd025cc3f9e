"""Swedish personal identity numbers in a text: found in all forms they are printed in, and masked.

A number is one where its date exists and its check digit is right; samordningsnummer (day + 60) count. What has the
form by chance (a telephone number, a case number, a date with a time) is told by the words before it, and where
nothing tells, it is masked: a number too many is an annoyance, one too few is a breach.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from indexer.records import Document, Line

MASK = "[personnummer]"

_HYPHEN = r"[-\u00ad\u2010-\u2015\u2212]"
_MONTH, _DAY = r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])"
# A line may break where a hyphen (or +) shows that the digits belong together, else only before the last four.
_NUMBER = re.compile(
    rf"""(?<!\d)
    (?P<century>(?:18|19|20)[ \u00a0]?)? (?P<year>\d\d)
    (?P<inner>[ ./]|{_HYPHEN})? (?P<month>{_MONTH}) (?(inner)(?P=inner)) (?P<day>{_DAY})
    (?P<gap>\s{{0,2}}(?:{_HYPHEN}|\+)\s{{0,2}}|[ \u00a0]?[\n\t \u00a0]?)
    (?P<serial>\d\n?\d\n?\d\n?\d) (?!\d)""",
    re.VERBOSE,
)
_SIGN = re.compile(rf"{_HYPHEN}|\+")
_WORDS_BEFORE = 30
_PERSONAL = re.compile(r"(?i)person(?:n|id|\b)|\bpnr|p\.nr|samordn|född")
_CASE = re.compile(r"(?i)\b(?:s?dnr|diarie\w*|ärende(?:nr|nummer)?|beteckning|ref(?:erens)?(?:nr|nummer)?)\b[^\d\n]*$")
_PHONE = re.compile(r"(?i)\b(?:tel|tfn|telefon\w*|mobil\w*|ring\w*|sms\w*|swish\w*|växel\w*|fax)\b[^\d\n]*$|\+46|@")
_ACCOUNT = re.compile(r"(?i)(?:konto\w*|giro\w*|\bbg|\bpg|clearing\w*|iban|faktura\w*|ocr)\b[^\d\n]*$")
_TIMED = re.compile(
    r"(?i)\b(?:kl|klockan|datum|tid\w*|perioden?|vecka\w*|möte\w*|sammanträd\w*|mellan|dagar\w*)\b[^\d\n]*$"
)


def find_personal_numbers(text: str) -> list[tuple[int, int]]:
    """The spans of the personal identity numbers in the text, in order.

    >>> [text[a:b] for text in ["Hon, 850709-9805, bor kvar."] for a, b in find_personal_numbers(text)]
    ['850709-9805']
    >>> find_personal_numbers("org.nr 212000-0142, tel 070-123 45 67")
    []
    """
    found, at = [], 0
    while match := _NUMBER.search(text, at):
        if _is_valid(match) and not _is_something_else(match):
            found.append(match.span())
            at = match.end()
        else:
            at = match.start() + 1
    return found


def mask_text(text: str) -> str:
    """The text with a mask in place of each personal identity number.

    >>> mask_text("Ansökan från 19850709-9805.")
    'Ansökan från [personnummer].'
    """
    for start, end in reversed(find_personal_numbers(text)):
        text = text[:start] + MASK + text[end:]
    return text


def mask_document(document: Document) -> Document:
    """The document without personal identity numbers in its text and in what its sidecar says, and a problem that
    counts them; spans follow. An address that holds one is left out.
    """
    spans = find_personal_numbers(document.text)
    text, lines = _masked(document.text, document.lines, spans)
    sidecar = document.sidecar
    told = [sidecar.body or "", sidecar.title or "", sidecar.url or "", *sidecar.aliases]
    count = len(spans) + sum(len(find_personal_numbers(one)) for one in told)
    if not count:
        return document
    beside = replace(
        sidecar,
        body=mask_text(sidecar.body) if sidecar.body else None,
        title=mask_text(sidecar.title) if sidecar.title else None,
        url=None if find_personal_numbers(sidecar.url or "") else sidecar.url,
        aliases=tuple(mask_text(one) for one in sidecar.aliases),
    )
    problem = f"Texten innehåller {count} personnummer, som är dolda i indexet. Se över om de ska stå i originalet."
    return replace(document, text=text, lines=lines, sidecar=beside, problems=(*document.problems, problem))


def _masked(text: str, lines: Sequence[Line], spans: Sequence[tuple[int, int]]) -> tuple[str, tuple[Line, ...]]:
    """The text with masks, and its lines at their new places; a number that runs over lines is masked in each."""
    edits = [
        (start + piece.start(), start + piece.end())
        for start, end in spans
        for piece in re.finditer(r"[^\n]+", text[start:end])
    ]
    parts: list[str] = []
    moved: list[Line] = []
    at, shift, waiting = 0, 0, list(reversed(edits))
    for line in lines:
        start = line.start + shift
        while waiting and waiting[-1][0] < line.end:
            first, last = waiting.pop()
            parts += [text[at:first], MASK]
            shift += len(MASK) - (last - first)
            at = last
        moved.append(replace(line, start=start, end=line.end + shift))
    return "".join([*parts, text[at:]]), tuple(moved)


def _is_valid(match: re.Match[str]) -> bool:
    """Whether the date exists in some century, and the check digit is right."""
    year, month, day = match["year"], int(match["month"]), int(match["day"])
    centuries = [match["century"].strip()] if match["century"] else ["18", "19", "20"]
    exists = any(_exists(int(century + year), month, day % 60 or 60) for century in centuries)
    return exists and _check_digit_is_right([int(d) for d in re.findall(r"\d", match[0])][-10:])


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _check_digit_is_right(digits: Sequence[int]) -> bool:
    """Luhn's sum over ten digits: every second is doubled from the first on, and the digits of the results added."""
    doubled = [digit * (2 - i % 2) for i, digit in enumerate(digits)]
    return sum(n // 10 + n % 10 for n in doubled) % 10 == 0


def _is_something_else(match: re.Match[str]) -> bool:
    """Whether form, neighbours or the words before say that this is no personal identity number."""
    text, start, end = match.string, match.start(), match.end()
    before = text[max(text.rfind("\n", 0, start) + 1, start - _WORDS_BEFORE) : start]
    signed = bool(_SIGN.search(match["gap"]))
    if "\n" in match[0].replace(match["gap"], "", 1) and not signed:
        return True  # figures below each other in a column
    if match["inner"] and not signed and not (match["century"] and match["inner"] == " "):
        return True  # "08 12 13 1415", "2023-03-24 1400"
    if re.match(r"[-./]\d{1,2}[-./]\d{1,2}(?!\d)", text[end:]):
        return True  # "2023-03-24 - 2023-04-01"
    whole = not signed and not match["inner"] and not match["gap"]
    if whole and (text[start - 1 : start].isalpha() or text[end : end + 1].isalpha()):
        return True  # part of a code
    if _PERSONAL.search(before):
        return False
    if _CASE.search(before) or _ACCOUNT.search(before):
        return True
    if whole and not match["century"] and match[0].startswith("0") and _PHONE.search(_line(text, start, before)):
        return True
    return "+" not in match["gap"] and _is_time(match, before)


def _line(text: str, start: int, before: str) -> str:
    """What tells a telephone number: the words before it, and a mail address after it on the line."""
    after = text[start : start + 80].split("\n", 1)[0]
    return before + ("@" if re.search(r"\w@\w", before + after) else "")


def _is_time(match: re.Match[str], before: str) -> bool:
    """Whether this is a day with a time ("20230324 1300-1500") or with the day that ends a period ("230324-0401").

    Such a day is one that minutes may be about, and what it is stands right before it: with a figure in between
    ("Möte 2023-03-24: 160505-1216 placeras") it is another number.
    """
    if not _may_be_dated(match):
        return False
    serial = match["serial"]
    clock = bool(re.fullmatch(r"(?:[01]\d|2[0-3])[0-5]\d", serial))
    if clock and not _SIGN.search(match["gap"]) and re.match(rf"\s?{_HYPHEN}\s?\d", match.string[match.end() :]):
        return True
    return (clock or bool(re.fullmatch(_MONTH + _DAY, serial))) and bool(_TIMED.search(before))


def _may_be_dated(match: re.Match[str]) -> bool:
    """Whether the date may be that of a meeting: no samordningsnummer's, and of the years that minutes are from."""
    year = int(f"{match['century'].strip()}{match['year']}" if match["century"] else match["year"])
    return int(match["day"]) <= 31 and (1980 <= year <= 2049 if match["century"] else not 50 <= year < 80)
