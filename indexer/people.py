"""People in minutes: names and organisations out of lists, tables and prose; who was present, who presents."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from indexer.places import PLACES
from indexer.records import Attendee

_CAP = r"[A-ZÅÄÖÉÜØÆ][\w’'´]*(?:-[A-ZÅÄÖÉÜØÆa-zåäö][\w’']*)*"
_PARTICLE = r"(?:von|van|af|de|der|den|la|el|bin|al|da|di)"
NAME = re.compile(rf"{_CAP}(?:\s+{_PARTICLE})*(?:\s+{_CAP}|\s+{_PARTICLE}\s+{_CAP}|\s+[A-ZÅÄÖ]\.){{1,3}}")
_PLACE_HEAD = frozenset(
    "Region Lilla Stora Norra Södra Östra Västra Nya Gamla Upplands Övre Nedre Länsstyrelsen Familjen Stadsdel".split()
)
_ORG_WORDS = re.compile(
    r"(?i)\b(?:kommun(?:en|er)?|kommunalförbund(?:et)?|förbund(?:et)?|region(?:en)?|universitet(?:et)?|högskola|högskolan|verket|"
    r"stad|län|nämnd(?:en)?|förvaltning(?:en)?|AB|styrelsen?|skolan?|enhet(?:en)?|avdelning(?:en)?|kontoret|kansli(?:et)?|"
    r"landsting(?:et)?|myndigheten|konsult(?:ing)?|institutet|polisen|kyrkan|sjukhus(?:et)?|vårdcentral(?:en)?|förening(?:en)?|"
    r"nätverket|gruppen|partiet|grupp|råd(?:et)?|center|centrum|bolaget|stiftelsen?)\b|\w+(?:verket|nämnden|styrelsen|förvaltningen|kontoret|sektionen|partiet|centrum|bolaget|skolan)\b"
)
_ROLE = re.compile(
    r"(?i)\b(?:v(?:ice)?\.?\s+|t\.?f\.?\s+|bitr(?:ädande)?\.?\s+)?(?:ordf(?:örande)?|sekr(?:eterare)?|kassör|justerare|ledamot|suppleant|ersättare|adjungerad|"
    r"\w*chef(?:en)?|\w*direktör|\w*strateg|\w*ledare|\w*samordnare|\w*utvecklare|\w*handläggare|\w*sköterska|konsult|koordinator|"
    r"tjänste(?:man|person)|föredragande|gäst|inbjuden|protokollförare|mötesordförande|mötessekreterare|revisor|valberedning|rektor|"
    r"chair(?:man)?|secretary|ekonom|jurist|controller|praktikant)\b"
)
_NOT_NAMES = frozenset(
    "Beslut Punkt Paragraf Närvarande Frånvarande Deltagare Datum Plats Tid Ordförande Sekreterare Justerare Teams Zoom Skype "
    "Möte Mötet Anteckningar Minnesanteckningar Protokoll Dagordning Övriga Övrigt Från Samtliga Alla Nästa Information Dialog "
    "Ledamöter Ersättare Tjänstemän Gäst Gäster Inbjudna Via Digitalt Kommun Kommunen Organisation Namn Roll Funktion Vid God Gott Nytt "
    "Januari Februari Mars April Maj Juni Juli Augusti September Oktober November December Beslutande".split()
)
PRESENT = re.compile(
    r"(?i)^\W*(?:(?:när)?varande(?! bilag)|deltagare|deltagande|medverkande|deltog|beslutande|ledamöter|tjänstgörande|present|attendees|participants|"
    r"på plats|mötesdeltagare|övriga(?: deltagare| närvarande| deltagande)?|nätverket|styrelsen?|socialchefer|tjänste(?:män|personer)|suppleanter|ersättare|adjungerade?|"
    r"ordinarie(?: ledamöter)?|representanter|också närvarande|även närvarande|ej beslutande)\b[^:]{0,40}?(?P<colon>:|\t|$|\s\|\s)"
)
ABSENT = re.compile(
    r"(?i)^\W*(?:(?:ej|inte|icke)\s+(?:när)varande|frånvarande|frånvaro|förhinder|förhindrade?|anmält(?: förhinder| frånvaro)|anmäld frånvaro|återbud|meddelat förhinder|absent|apologies|ej deltagit|kallade(?: men)? ej närvarande)\b[^:]{0,30}?(?P<colon>:|\t|$|\s\|\s)"
)
GUEST = re.compile(
    r"(?i)^\W*(?:gäst(?:er)?|inbjudn?a?|inbjudna gäster|föredragande gäster|besökare|adjungerade gäster|guests?)\b[^:]{0,20}?(?P<colon>:|\t|$|\s\|\s)"
)
_PARTIAL = re.compile(
    r"(?i)\b(?:kl(?:ockan)?\.?\s?\d|punkt(?:erna)?\s?\d|§+\s?\d|förmiddag|eftermiddag|del av|delvis|från och med|till och med|t\.?o\.?m|fr\.?o\.?m|anslöt|lämnade|endast|del 1|del 2|under punkt)\b"
)


@dataclass(frozen=True, slots=True)
class Person:
    """A name found in a text at [start, end) of that text, with what stands beside it."""

    name: str
    organisation: str | None
    role: str | None
    start: int
    end: int
    note: str = ""


def is_name(text: str) -> bool:
    """Whether the text is a person's full name by its shape: two to four capitalised words, none of them a place's.

    >>> is_name("Anna-Lena af Ekenstam"), is_name("Lilla Edet"), is_name("Fyrbodals kommunalförbund")
    (True, False, False)
    """
    text = text.strip()
    words = text.split()
    if not NAME.fullmatch(text) or text in PLACES or words[0] in _PLACE_HEAD:
        return False
    if any(w in _NOT_NAMES for w in words) or _ORG_WORDS.search(text) or text.isupper():
        return False
    return not (words[0] in PLACES and words[-1] in PLACES)


def _split(text: str) -> list[tuple[int, str]]:
    """The pieces of a list of people, with offsets: by comma, semicolon, tab, bar, and by "och" before a name."""
    pieces = []
    at = 0
    for match in re.finditer(
        r"\s*[,;\t|]\s*(?:och|samt)?\s*|\s+(?:och|samt|and|&)\s+(?:från\s+(?=[a-zåäö]))?(?=[A-ZÅÄÖ])|\s+[–-]\s+|\s*[()]\s*|:\s+|\.\s+(?=[A-ZÅÄÖ])", text
    ):
        pieces.append((at, text[at : match.start()]))
        at = match.end()
    pieces.append((at, text[at:]))
    return [(start, piece.strip(" .")) for start, piece in pieces if piece.strip(" .")]


def _leading_name(piece: str, known: Iterable[str]) -> tuple[str, str] | None:
    """A known name, or two capitalised words, at the start of a piece, and what follows it."""
    for name in known:
        if piece == name or piece.startswith(name + " "):
            return name, piece[len(name) :].strip()
    words = piece.split()
    for n in (2, 3):
        rest = " ".join(words[n:])
        if len(words) > n and is_name(" ".join(words[:n])) and (_ORG_WORDS.search(rest) or rest in PLACES):
            return " ".join(words[:n]), rest
    return None


def find_people(text: str, known: Sequence[str] = (), list_line: bool = False) -> list[Person]:
    """The people in a list of names, with the organisation and role that stand beside each.

    `known` are names from elsewhere in the minutes; `list_line`: one person a line, so what follows the name is not a name.
    """
    found: list[Person] = []
    for start, raw in _split(text):
        piece = re.sub(r"^(?:[-–•*]\s+|(?:från|för|samt|och|via)\s+)", "", raw)
        if not piece:
            continue
        at = start + raw.find(piece)
        split = (piece, "") if is_name(piece) else _leading_name(piece, known)
        if split is None and (match := NAME.match(piece)) is not None and is_name(match[0]) and _ROLE.match(piece[match.end() :].strip()):
            split = (match[0], piece[match.end() :].strip())
        if split is not None and not (list_line and found and not found[-1].organisation and (piece in PLACES)):
            if list_line and found and split[1] == "" and "," not in text[: at] and "\t" not in text[:at] and "|" not in text[:at]:
                pass
            name, rest = split
            role = rest if rest and _ROLE.search(rest) else None
            found.append(Person(name, (rest or None) if not role else None, role, at, at + len(name)))
        elif found:
            found[-1] = _with(found[-1], piece)
    return found


def _with(person: Person, piece: str) -> Person:
    """The person with one more piece of what stands beside the name: organisation, role or a note."""
    organisation, role, note = person.organisation, person.role, person.note
    if _PARTIAL.search(piece):
        note = f"{note} {piece}".strip()
    elif _ROLE.search(piece) and not (piece in PLACES):
        role = role or piece
        place = next((w for w in PLACES if piece.endswith(" " + w)), None)
        organisation = organisation or place
    elif organisation is None and len(piece) < 60:
        organisation = piece
    return Person(person.name, organisation, role, person.start, person.end, note)


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of the preamble: its offset in the document, its text, whether it is a table row."""

    start: int
    text: str
    table: bool = False
    heading: bool = False


_OTHER_LABEL = re.compile(
    r"(?i)^\W*(?:tid|plats|datum|lokal|kallad|dagordning|anteckningar|föredragningslista|justera\w*|sekreterare|ordförande|protokoll\w*|utses att justera|paragrafer|underskrifter|bilagor|ärenden?|agenda|minnesanteckning\w*|mötet|syfte|distribution|kopia|sändlista|kallelse)\b[^:]{0,30}(?::|$|\t)"
)
_ROLE_LABEL = re.compile(r"(?i)^\W*(ordförande|sekreterare|mötesordförande|mötessekreterare|protokollförare|vid tangenterna|justerare|vice ordförande|kassör|ledamöter|ledamot|suppleanter?)\s*:\s*")


def attendees(lines: Sequence[TextLine]) -> list[Attendee]:
    """Who the lines before the first item list, in order, each person once; absent and called persons are told apart."""
    found: list[Attendee] = []
    status: str | None = None
    for line in lines:
        text = line.text
        here = status
        label = None
        for pattern, meaning in ((ABSENT, "absent"), (GUEST, "guest"), (PRESENT, "present")):
            if (label := pattern.match(text)) is not None:
                here = status = meaning
                break
        offset = label.end() if label is not None else 0
        if label is None and (role := _ROLE_LABEL.match(text)) is not None:
            offset, here = role.end(), status or "present"
        elif label is None and _OTHER_LABEL.match(text):
            status = None
            continue
        elif label is None and len(text) > 110 and (text.endswith(".") and not re.search(r"(?i)medverkade|deltog|närvarade|frånvarande", text)):
            status = None if not find_people(text)[3:] else status
        if here is None:
            continue
        found += _attend(text[offset:], line.start + offset, here, line.table or "\t" in text)
    unique: dict[str, Attendee] = {}
    for one in found:
        unique.setdefault(one.name, one)
    return list(unique.values())


def _attend(text: str, start: int, status: str, table: bool) -> list[Attendee]:
    result = []
    partial_line = re.search(r"(?i)\b(?:medverkade|deltog|närvarade)\b.{0,30}\bkl|^\s*punkt(?:erna)?\s+\d", text)
    for sentence in re.finditer(r"(?:[^.]|\.(?!\s+[A-ZÅÄÖ]))+\.?", text):
        part = sentence[0]
        timed = re.search(r"(?i)\b(?:medverkade|deltog|närvarade|anslöt|lämnade)\b", part) and _PARTIAL.search(part)
        gone = re.search(r"(?i)\b(?:frånvarande|förhinder|kunde inte|kunde ej|ej närvarande|återbud)\b", part)
        for person in find_people(part, list_line=table):
            how = status
            if gone and status == "present" and person.start < gone.start() + 60:
                how = "absent"
            elif status == "present" and (timed or _PARTIAL.search(person.note) or (partial_line and part.lstrip().lower().startswith("punkt"))):
                how = "partial"
            at = start + sentence.start() + person.start
            result.append(Attendee(person.name, person.organisation, how, at, at + len(person.name), person.role))
    return result


_PRESENTER_LABEL = re.compile(
    r"(?i)^\W*(?:föredragande|föredragare|inledare|ansvarig(?:a)?|presentatör|informerar|information av|dragning|talare|medverkande|rapportör|presenter)\s*:\s*"
)


def presenters(lines: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """Who presents an item: the labelled line ("Föredragande: ..."), else the line of names right under the heading.

    A line that reads as a sentence names no presenters.
    """
    for line in lines[:4]:
        if (label := _PRESENTER_LABEL.match(line)) is not None:
            return tuple(dict.fromkeys(p.name for p in find_people(line[label.end() :], known)))
    first = lines[0] if lines else ""
    if not first or len(first) > 250 or re.search(r":\s|[!?]|\.\s+[A-ZÅÄÖ]|[a-zåäö]{3}\.$", first):
        return ()
    people = find_people(first, known)
    if not people or people[0].start > 2:
        return ()
    covered = sum(len(p.name) + len(p.organisation or "") + len(p.role or "") + len(p.note) for p in people)
    lowercase = [w for w in re.findall(r"[^\W\d_]+", first) if w[0].islower() and w not in ("och", "samt", "från")]
    if covered < 0.5 * len(first) or len(lowercase) > 2 + 2 * len(people):
        return ()
    return tuple(dict.fromkeys(p.name for p in people))
