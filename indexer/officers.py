"""Who held an office at the meeting itself: chair, secretary, adjusters, by labels, elections and signatures."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from indexer.attendance import TextLine
from indexer.item_rows import sentences
from indexer.people import NAME, find_people, is_name, only_names
from indexer.records import Attendee

_CHAIR = r"(?:mötes|stämmo|årsmötes|års|kår|dagens\s|mötets\s)?ordförande|ordf\b\.?"
_SECRETARY = (
    r"(?:mötes|nämnd|stämmo|protokolls|kommun)?sekreterare|sekr\b\.?|(?:protokoll|antecknings)förare|"
    r"vid\s(?:protokollet|pennan|tangent\w+|anteckning\w+|datorn)|antecknare|antecknar|antecknade|"
    r"(?:minnes|mötes)?anteckningar(?:na)?\s(?:förda\s|gjorda\s|skrivna\s)?av|för\sprotokollet"
)
_ADJUSTER = (
    r"(?:protokolls?)?juster(?:are|ande|as(?:\sav)?|at(?:\sav)?|ingsm[aä]n|ingsperson(?:er)?)|"
    r"ut(?:ses|sedd|sedda|sågs)\satt\sjustera(?:\sprotokollet)?"
)
_LEADER = r"mötesledare|talman"
_OFFICE = rf"(?P<chair>{_CHAIR})|(?P<secretary>{_SECRETARY})|(?P<adjuster>{_ADJUSTER})|(?P<leader>{_LEADER})"
_LABEL = re.compile(
    rf"(?i)^\W*(?:val\sav\s(?:\d\s|två\s)?)?(?:{_OFFICE})(?![\w/])(?:\s(?:för|vid|på)\s(?:mötet|stämman|årsmötet|sammanträdet))?[\s:|.…_–-]*"
)
_ACT = (
    r"(?P<keeps>(?:att\s)?för(?:a|de|t)?\s(?:dagens\s|mötets\s)?(?:protokoll(?:et)?|anteckningar(?:na)?)\b)|"
    r"(?P<adjusts>(?:att\s)?(?:att\s)?justera(?:r|de)?\b)|(?P<leads>leder\s(?:dagens\s)?mötet\b)"
)
_MENTION = re.compile(rf"(?i)\b(?:(?:{_OFFICE})(?!\w)|{_ACT})")
_CHOSEN = re.compile(
    r"(?i)\b(?:val(?:de|des)|välj(?:er|s|a)|utse(?:r|s|)|utsågs?|utsetts|fungera(?:r|de)\ssom|"
    r"är\s(?:dagens\s|mötets\s)?(?:mötes)?(?:ordförande|sekreterare)|för\s(?:anteckningar|protokoll)|justerar|antecknar)\b"
)
_BESIDE = re.compile(
    r"(?i)\b(?:jämte|tillsammans\smed|utöver|förutom)\s(?:mötes|stämmo|årsmötes)?(?:ordförande(?:n)?|sekreterare(?:n)?)"
    r"(?:\soch\s(?:mötes)?sekreterare(?:n)?)?|\bordförande(?:n)?s?\s(?:i\s(?:styrelse|förening|nämnd)\w*|val)"
)
_STANDING = re.compile(
    r"(?i)\b(?:på|för)\s(?:ett|två|tre|\d)\sår|\b(?:om|ny)val|styrelse(?!ns\sordförande)|kassör|valberedning|revisor|"
    r"suppleant|ledam[oö]t|mandat|till och med|fram till|verksamhetsåret|\bvice\b|representant|arbetsgrupp|nätverket"
)
"""Words of an election to an office that lasts longer than the meeting."""
_OPENING = 8
"""Officers of a meeting are elected among its first so many items."""
_FILL = re.compile(r"^[\s._…|–-]*$")


@dataclass(frozen=True, slots=True)
class Officer:
    """Someone with an office at the meeting: the name as it stands at `start` (maybe only a first name), the role."""

    name: str
    role: str
    start: int


def find_officers(
    front: Sequence[TextLine], items: Sequence[tuple[str, Sequence[TextLine]]], closing: Sequence[TextLine]
) -> list[Officer]:
    """The officers of a meeting: by labels in front, elections in the items (title, lines), signatures at the end."""
    found = [one for line in front for one in _labelled(line)]
    for title, lines in items[:_OPENING]:
        for line in lines:
            label = _LABEL.match(line.text)
            named = _labelled(line) if label is not None and ":" in label[0] else _elected(line, title)
            found += named
    found += _signed(closing)
    led = any("ordförande" in one.role or one.role in ("mötesledare", "talman") for one in found)
    opening = [line for _, lines in items[:2] for line in lines]
    return [one for line in opening for one in _opened(line, led)] + found


_OPENS = re.compile(
    rf"(?P<chair>(?:(?i:styrelsens|föreningens|rådets|nämndens)\s)?(?i:ordföranden?)\s)?(?P<name>{NAME.pattern}|[A-ZÅÄÖ][a-zåäöé]+)\s"
    r"(?:hälsa(?:r|de)\b|öppna(?:r|de)\s|förklara(?:r|de)\s.{0,40}öppna|inled(?:er|de)\s)"
    rf"|öppna(?:s|des)\sav\s(?P<by>(?:(?:styrelsens|föreningens)\s)?ordföranden?\s)?(?P<opener>{NAME.pattern})"
)


def _opened(line: TextLine, led: bool) -> Iterator[Officer]:
    """Who opened the meeting: its chair where the minutes call the person so and name no other, else someone there."""
    for match in _OPENS.finditer(line.text):
        group = "name" if match["name"] else "opener"
        name = match[group]
        role = "ordförande" if (match["chair"] or match["by"]) and not led else ""
        if is_name(name) or (role and name not in _NO_FIRST):
            yield Officer(name, role, line.start + match.start(group))


def _office(match: re.Match[str]) -> str:
    """The role that a label or a word of office stands for."""
    said = match.groupdict()
    if said.get("secretary") or said.get("keeps"):
        return "sekreterare"
    if said.get("adjuster") or said.get("adjusts"):
        return "justerare"
    if said.get("leader"):
        return match["leader"].casefold()
    return "mötesordförande" if said.get("leads") or "möte" in match[0].casefold() else "ordförande"


def _labelled(line: TextLine) -> Iterator[Officer]:
    """The people of a line that begins with an office ("Ordförande: X", "Justerare | X och Y")."""
    label = _LABEL.match(line.text)
    if label is None or not line.text[label.end() :].strip() or len(line.text) > 160:
        return
    if label.end() == len(label[0].rstrip()) or re.search(
        r"(?i)\b(?:datum|tid|plats|den \d)", line.text[label.end() :]
    ):
        return
    for person in find_people(line.text[label.end() :]):
        yield Officer(person.name, _office(label), line.start + label.end() + person.start)


def _elected(line: TextLine, title: str) -> Iterator[Officer]:
    """Those whom the sentences of an item put in an office of the meeting, or say that they hold it."""
    for low, high in sentences(line.text):
        said = _BESIDE.sub(lambda beside: " " * len(beside[0]), line.text[low:high])
        if _STANDING.search(f"{title} {said}") and not re.search(r"(?i)funktionär|presidium", title):
            continue
        if _CHOSEN.search(said):
            yield from _paired(said, line.start + low)
        elif re.match(r"(?i)val\b", title) and only_names(said) and (office := _MENTION.search(title)) is not None:
            for person in find_people(said):
                yield Officer(person.name, _office(office), line.start + low + person.start)


def _paired(said: str, at: int) -> Iterator[Officer]:
    """Names with the offices that a sentence gives them: "X till ordförande", or "till ordförande X", all through."""
    mentions = [(m.start(), m.end(), _office(m)) for m in _MENTION.finditer(said)]
    if not mentions:
        return
    names = [(start, name) for start, name in _names(said) if not any(a <= start < b for a, b, _ in mentions)]
    if not names:
        return
    before = mentions[0][0] < names[0][0]
    for start, name in names:
        if before:
            office = next((role for a, _, role in reversed(mentions) if a < start), None)
        else:
            office = next((role for a, _, role in mentions if a > start), None)
        if office is not None:
            yield Officer(name, office, at + start)


_FIRST = re.compile(r"[A-ZÅÄÖ][a-zåäöé]{1,20}(?:-[A-ZÅÄÖ][a-zåäö]+)?")
_NO_FIRST = frozenset(
    "Till Mötet Stämman Årsmötet Styrelsen Rådet Nämnden Gruppen Nätverket Fullmäktige Att Som Det Den Föreningen "
    "Ordförande Ordföranden Sekreterare Justerare Dagens Vid Kommittén Utskottet Valdes Utsågs Väljs Utses Vi Han Hon "
    "Förslag Beslut Årsstämman Kårmötet Stämmoordföranden Mötesordföranden Mötesordförande Stämmoordförande".split()
)


def _names(said: str) -> list[tuple[int, str]]:
    """The names in a sentence with their places: full names, and single capitalised words that may be first names."""
    found: list[tuple[int, str]] = []
    masked = re.sub(r"[^\W\d_]+", lambda word: "-" * len(word[0]) if word[0] in _NO_FIRST else word[0], said)
    for match in NAME.finditer(masked):
        if is_name(match[0]):
            found.append((match.start(), match[0]))
    taken = [(start, start + len(name)) for start, name in found]
    for match in _FIRST.finditer(said):
        if match[0] not in _NO_FIRST and not any(a <= match.start() < b for a, b in taken):
            found.append((match.start(), match[0]))
    return sorted(found)


def _signed(closing: Sequence[TextLine]) -> list[Officer]:
    """Who signs, and as what: labels before or after the names, in lines or side by side in columns."""
    found: list[Officer] = []
    rows = [row for line in closing if not _FILL.match(line.text) and (row := _cells(line))]
    rows = rows[_signatures(rows) :]
    names_first = bool(rows) and not any(_LABEL.match(cell) for _, cell in rows[0])
    labels: list[tuple[int, str]] = []
    people: list[tuple[int, str]] = []
    for row in rows:
        offices = [_LABEL.match(cell) for _, cell in row]
        if all(office is not None and not office.string[office.end() :].strip() for office in offices):
            labels = [(at, _office(office)) for (at, _), office in zip(row, offices, strict=True) if office is not None]
            if names_first and people:
                found += _columns(labels, people)
                people = []
            continue
        people = [(at + p.start, p.name) for at, cell in row for p in find_people(cell)[:3]]
        beside = [one for at, cell in row for one in _beside(at, cell)] or _after_label(row)
        if beside:
            found += beside
        elif people and labels and not names_first:
            found += _columns(labels, people)
    return found


def _signatures(rows: Sequence[Sequence[tuple[int, str]]]) -> int:
    """The first row that holds nothing but labels or names: there the signatures begin."""
    for n, row in enumerate(rows):
        if all(_LABEL.match(cell) or only_names(cell) for _, cell in row):
            return n
    return 0


def _cells(line: TextLine) -> list[tuple[int, str]]:
    """The cells of a line that a tab or a bar parts, each with its place in the document; fillers are left out."""
    cells = []
    at = 0
    for piece in re.split(r"(\t+|\s\|\s|\s{3,})", line.text):
        if piece.strip() and not _FILL.match(piece):
            cells.append((line.start + at + len(piece) - len(piece.lstrip(" \t._…|")), piece.strip(" \t._…|")))
        at += len(piece)
    return cells


def _after_label(row: Sequence[tuple[int, str]]) -> list[Officer]:
    """The people of a row whose first cell is the label of them all ("Sekreterare", "..... Bo Ek")."""
    office = _LABEL.match(row[0][1])
    if office is None or len(row) < 2 or any(_LABEL.match(cell) for _, cell in row[1:]):
        return []
    return [Officer(p.name, _office(office), at + p.start) for at, cell in row[1:] for p in find_people(cell)[:3]]


def _columns(labels: Sequence[tuple[int, str]], people: Sequence[tuple[int, str]]) -> list[Officer]:
    """Labels and names side by side, the last label standing for the names that are left over."""
    return [Officer(name, labels[min(n, len(labels) - 1)][1], at) for n, (at, name) in enumerate(people)]


def _beside(at: int, cell: str) -> list[Officer]:
    """The people of a cell that names their office itself: "Ordförande: X", "X, justerare"."""
    if (label := _LABEL.match(cell)) is not None and cell[label.end() :].strip():
        return [
            Officer(p.name, _office(label), at + label.end() + p.start) for p in find_people(cell[label.end() :])[:4]
        ]
    match = re.match(rf"(?i)(?-i:(?P<name>{NAME.pattern}))\s?[,/(]\s?(?:{_OFFICE})\)?$", cell)
    return [Officer(match["name"], _office(match), at)] if match is not None and is_name(match["name"]) else []


def with_officers(people: Sequence[Attendee], officers: Sequence[Officer]) -> list[Attendee]:
    """The attendees with the offices they held; who held one and stands in no list was there too."""
    result = [replace(one, role=_written_out(one.role)) for one in people]
    for officer in officers:
        named = [n for n, one in enumerate(result) if _is_same(one.name, officer.name)]
        if not named and " " not in officer.name:
            named = [
                n for n, one in enumerate(result) if one.name.split()[0] == officer.name and one.status != "absent"
            ]
        if len(named) == 1:
            n = named[0]
            result[n] = replace(result[n], role=_with_role(result[n].role, officer.role))
        elif not named and " " in officer.name:
            end = officer.start + len(officer.name)
            result.append(Attendee(officer.name, None, "present", officer.start, end, officer.role or None))
    return result


def _is_same(name: str, other: str) -> bool:
    """Whether two names are one, a letter or a hyphen aside: minutes do not always spell a name in the same way."""
    if name == other or " " not in other:
        return name == other
    return (
        SequenceMatcher(None, name.casefold(), other.casefold()).ratio() > 0.9 and name.split()[-1] == other.split()[-1]
    )


_SHORT = ((re.compile(r"(?i)\bordf\b\.?"), "ordförande"), (re.compile(r"(?i)\bsekr\b\.?"), "sekreterare"))
_AS_LABEL = re.compile(rf"(?i)(?:{_SECRETARY})$")


def _written_out(role: str | None) -> str | None:
    """A role without abbreviations, and as a role where a label stood for it ("vid protokollet")."""
    if role is None:
        return None
    for short, word in _SHORT:
        role = short.sub(word, role)
    return "sekreterare" if _AS_LABEL.match(role) and not role.casefold().endswith("sekreterare") else role


def _with_role(role: str | None, office: str) -> str | None:
    if role is None or not office:
        return role or office or None
    own = role.casefold()
    if office.removeprefix("mötes") in re.sub(r"\bvice\sordförande", "", own):
        return role
    if office == "justerare" and re.search(r"(?<!vice )(?:ordförande|talman)", own):
        return role  # the chair signs beside the adjusters
    return f"{role}, {office}"
