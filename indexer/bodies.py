"""The body that meets: its name, the same in all its minutes, and what phrase in a text means it."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from indexer.dates import find_dates
from indexer.places import MUNICIPALITIES, PLACES, home_of
from indexer.records import Attendee, Document, Line

UNKNOWN = "okänt"
_KIND = (
    r"(?:nätverk|nämnd|råd|styrelse|utskott|grupp|förening|beredning|kommitté|stämma|fullmäktige|"
    r"forum|kår|sektion|samfällighet|"
    r"konsortium|konsortiet|direktion|sällskap|presidium|samverkan|församling|kollegium|delegation|"
    r"team|klubb|organ|vänner|förbund)"
)
_NOUN = rf"{_KIND}(?:en|et|n|t|ets|ens|s)?"
_BODY_WORD = re.compile(rf"(?i)\b[\wåäö-]*{_NOUN}\b|\b(?:brf|ik|if|bk|sk|ff|ifk|förbundet)\b")
_PARENT = re.compile(
    r"(?i)^(?:(?:kommun|kommunal|läns|region)?förbundet\b.*|region\s+\w.*|institutionen\s+för\b.*|länsstyrelsen\b.*|"
    r"(?:[\wåäö-]+\s+){1,3}(?:kommun|stad|kommunalförbund|kommunförbund|regionförbund|högskola|universitet|skola|landsting|"
    r"räddningstjänst)|\w+skolan)$"
)
_MUNICIPALITY = re.compile(
    r"(?P<rest>.*?)(?:^|[\s,]+(?:i\s+)?)(?P<place>(?:(?:Lilla|Stora|Norra|Södra|Östra|Västra|Nya|"
    r"Upplands)\s)?[A-ZÅÄÖ][\wåäöÅÄÖ-]+)\s(?:kommun|stad)\b[\s,]*(?P<after>.*)$"
)
_NOISE = re.compile(
    r"""(?ix)
    \b(?:minnes|mötes|dag|tjänste)?anteckn(?:ing(?:ar(?:na)?|en)?|\.)(?:\s+(?:nr\s+)?\d{1,3}\b(?!\d))?(?:\s+(?:från|förda?|vid|för|till))*
  | \b(?:sammanträdes|styrelse|mötes|elevråds|stämmo)?protokoll(?:et|sutdrag)?
    (?:\s+nr\s+\S+|\s+\d+/\d+|\s+[A-Z]{2}\s\d+(?:\s\d\d/\d\d)?)?
    (?:\s+(?:från|fört?|vid|för|över))*
  | (?<!\w)\#\s?\d+\b | \b(?:träffades|möttes|sammanträdde)\b
  | \b(?:ordinarie|extra|konstituerande)\b | \bnr\s\d+\S* | \bsid(?:a|an)?\.?\s\d.* | \d+\s?\(\d+\)
  | \b(?:möte|styrelsemöte|telefonmöte)(?:t)?\b(?:\s+nr)?(?:\s+\d+\b)?(?:\s+(?:med|i|den)\b)?
  | \b(?:förenings|års|bolags|höst|vår)(?:stämma|möte)(?:n|t)?\s+(?:i|med|för)\b
  | \bsammanträde(?:t|sdatum|stid)?\b(?:\s+(?:med|i|den|\d+))? | \bkallelse(?:\s+(?:till|och))*
  | \b(?:mån|tis|ons|tors|fre|lör|sön)dag(?:en)?\b
  | \b(?:datum|tid|mötesdatum|kl\.?\s?[\d.:]+(?:\s?[–-]\s?[\d.:]+)?|\d\d[.:]\d\d(?:\s?[–-]\s?\d\d[.:]\d\d)?)\b:?
  | \b(?:19|20)\d\d\b | \b[A-Z]\d{1,3}\b(?=\s*$)"""
)
_SKIP = re.compile(
    r"(?ix)^\W*(?:när|från|frånv)varande | ^\W*(?:deltagare|medverkande|ledamöter|ordförande|"
    r"sekreterare|förhinder|anmält|kallade?|gäst"
    r"|övriga|justera|utse|syfte|beslutande|ersättare|tjänst|vid\s|ej\s|dagordning|föredragningslista|"
    r"närv|agenda|paragraf|underskrift|anslag|via\s|digitalt|sändlista|kopia)\w*\b"
)
_WHEN_WHERE = re.compile(
    r"(?i)^\W*(?:tid|plats|datum|lokal|mötestid|mötesdatum)(?:punkt)?(?:\s?(?:och|/|,|&)\s?\w+)*\s*(?::|\t|\||$|\d)"
)
_ORGAN_LABEL = re.compile(
    r"(?i)^\W*(?:organ|nämnd|forum|mötesforum|grupp|nätverk|body|title|titel|rubrik|möte|ämne|subject)\s*:\s*"
)
_STOPPED = re.compile(
    r"(?i)^\W*(?:närvarande|närvaro|deltagare|medverkande|beslutande|ledamöter|dagordning|föredragningslista)\b"
)
_GENERIC = frozenset(
    (
        "nätverket",
        "styrelsen",
        "nämnden",
        "rådet",
        "gruppen",
        "mötet",
        "föreningen",
        "kommittén",
        "stämman",
        "forumet",
        "utskottet",
        "beredningen",
    )
)


def _squeeze(text: str) -> str:
    return re.sub(r"[\s-]", "", text.casefold())


def _is_abbreviation(word: str, name: str) -> bool:
    """Whether "AU" is short for a word of the name: its letters in order, the first one first."""
    letters = word.casefold()
    for one in re.findall(r"\w+", name.casefold()):
        at = 0
        for letter in one:
            at += at < len(letters) and letter == letters[at]
        if one[0] == letters[0] and at == len(letters) and len(one) > 2 * len(letters):
            return True
    initials = "".join(w[0] for w in re.findall(r"\w+", name.casefold()))
    return letters in initials


@dataclass(frozen=True, slots=True)
class Body:
    """The body that meets, as its own minutes call it: stems that may be the subject of its decisions."""

    name: str

    def is_subject(self, subject: str) -> bool:
        """Whether the noun phrase means this meeting: the meeting itself, "vi", or the body by its name or kind.

        >>> Body("Socialchefsnätverket Dalarna").is_subject("Socialchefs nätverket")
        True
        >>> Body("Socialchefsnätverket Dalarna").is_subject("Kommundirektörerna")
        False
        """
        phrase = re.sub(r"(?i)^(?:och|men|därefter|därmed|även|sedan|härefter|dock)\s+", "", subject.strip())
        if re.fullmatch(r"[A-ZÅÄÖ]{2,5}", phrase):
            return _is_abbreviation(phrase, self.name)
        squeezed = _squeeze(phrase)
        if re.fullmatch(
            r"(?:mötet|stämman|årsmötet|kårmötet|höstmötet|vårmötet|föreningsstämman|årsstämman|vi|"
            r"man|det|församlingen|sammanträdet|"
            r"deltagarna|samtliga|alla|gruppen|parterna|ledamöterna|mötesdeltagarna)",
            squeezed,
        ):
            return True
        own = _squeeze(self.name)
        if any(w[0].isupper() and _squeeze(w) not in own for w in phrase.split()[1:]):
            return False  # the same kind of body elsewhere
        if len(squeezed) >= 5 and (
            squeezed in own or (squeezed.rstrip("etns") in own and len(squeezed.rstrip("etns")) >= 4)
        ):
            return True
        generic = phrase.split()[0].casefold() in _GENERIC
        if (
            len(squeezed) >= 9
            and squeezed[:9] in own
            and not generic
            and not re.search(r"s(?:ordförande|presidium|kansli)\w*$", squeezed)
        ):
            return True
        return len(phrase.split()) == 1 and self._is_own_kind(phrase.casefold())

    def _is_own_kind(self, word: str) -> bool:
        """Whether a single word ("nätverket") names this body's kind, or any kind where its own is unknown."""
        own = self.name.casefold()
        kinds = re.findall(_KIND, own)
        stem = re.sub(r"(?:en|et|n|t)$", "", word)
        if kinds:
            return any(stem.endswith(kind.rstrip("e")) or stem.rstrip("e").endswith(kind.rstrip("e")) for kind in kinds)
        return word in _GENERIC


def tidy_body(name: str) -> str:
    """A body's name as one writes it: one word, definite, no capitals throughout, no abbreviation in brackets.

    >>> tidy_body("Socialchefs nätverk"), tidy_body("IFO-chefsnätverk (IFO) Norrådal"), tidy_body("FOLKHÄLSORÅDET LUND")
    ('Socialchefsnätverket', 'IFO-chefsnätverket Norrådal', 'Folkhälsorådet Lund')
    """
    name = re.sub(r"\(\s*(?:[A-ZÅÄÖ]{2,8}\s*)?\)", "", name)
    name = re.sub(r"(?i)(\wchefs)\s(?=nätverk)", r"\1", " ".join(name.split()))
    if name.isupper() and len(name) > 6 and not re.search(r"\d", name):
        words = name.capitalize().split()
        name = " ".join(
            w if n == 0 or re.fullmatch(rf"(?:\w*{_NOUN}|för|i|och|av|vid|kommun|stad)", w) else w.capitalize()
            for n, w in enumerate(words)
        )
    name = re.sub(r"(?i)nätverk\b(?!et)", "nätverket", name)
    name = re.sub(rf"(?i)^([\wåäö-]*{_KIND}(?:en|et|n|t))s$", r"\1", name)
    name = " ".join(name.split()).strip(" ,;:–—|-.•/")
    return name[:1].upper() + name[1:]


def _place_name(word: str) -> str:
    """A municipality's name out of "Älvhults kommun": without the genitive, but "Borås" and "Kvarnfors" keep their s.

    >>> _place_name("Älvhults"), _place_name("Borås"), _place_name("NORRÅDA")
    ('Älvhult', 'Borås', 'Norråda')
    """
    word = word.title() if word.isupper() else word
    if word in MUNICIPALITIES or not word.endswith("s") or re.search(r"(?:ås|fors|näs|us|is|os|ss)$", word):
        return word
    return word[:-1]


def _part(shown: str) -> str:
    """A line of the title without dates, times and words such as "Minnesanteckningar från"."""
    plain = _ORGAN_LABEL.sub("", shown)
    for found in reversed(find_dates(plain)):
        plain = plain[: found.start] + " " + plain[found.end :]
    plain = re.sub(
        r"\b\d{1,2}/\d{1,2}(?:\s|$)|\s[–-]\d\d\b|\s\d\d/\d\d\b|\(\d+\)|,?\s(?:hemma hos|hos)\s.*$", " ", plain
    )
    plain = _NOISE.sub(" ", plain)
    plain = re.sub(
        r"(?i)(?:[\s,]*\b(?:den|vid|från|med|för|till|över|i|och|av)\b)+\s*,?\s*$|:\s*årsmöte\b",
        "",
        plain.strip(" ,;:–-"),
    )
    plain = re.sub(r"(?i)^(?:(?:för|från|med|vid|i|av|till|nr|den)\s+)+", "", plain.strip(" ,;:–-"))
    plain = re.sub(r"\s/\d+\b|\(\d+\)", "", plain)
    return tidy_body(plain)


@dataclass(slots=True)
class _Title:
    """What a title's lines say: the body's name, the organisation it belongs to, its municipality, another title."""

    body: str = ""
    second: str = ""
    parent: str = ""
    place: str = ""
    other: str = ""
    guess: str = ""

    def add(self, part: str, line: Line) -> None:
        """Takes one part of a title line."""
        if not part or len(part) < 3 or re.search(r"[.!?]\s", part):
            return
        if (town := _MUNICIPALITY.match(part)) is not None and not re.search(r"\d", part):
            self.place = self.place or _place_name(town["place"])
            part = tidy_body(" ".join(p for p in (town["rest"].strip(" ,"), town["after"].strip(" ,")) if p))
            part = re.sub(r"\s+i$", "", part)
            if len(part) < 3:
                return
        if _PARENT.match(part):
            self.parent = self.parent or part
        elif _BODY_WORD.search(part) and len(part) <= 90 and part.casefold() not in _GENERIC:
            if not self.body:
                self.body = part
            elif (
                not self.second
                and part.casefold() not in self.body.casefold()
                and _KIND_END.search(part)
                and len(part.split()) == 1
            ):
                self.second = part
        elif (
            not self.other
            and len(part) <= 60
            and (line.heading == 1 or line.size > 14 or _MEETING.search(part))
            and re.search(r"[a-zåäö]{2}|[A-Z]{3}", part)
        ):
            self.other = part


_MEETING = re.compile(r"(?i)\b\w{3,}möte\b")
_KIND_END = re.compile(r"(?i)(?:styrelsen|utskottet|stämma)$")


_ADDRESS = re.compile(r"(?i)\bbox\s\d|\b\d{3}\s\d\d\s[A-ZÅÄÖ]|@|\bwww\.|\btel(?:efon)?\b")
_PLAIN_NAME = re.compile(r"[A-ZÅÄÖ][^\W\d]+-?(?:[\s&]+[^\W\d]+){1,5}")


def _read_title(document: Document, lines: Sequence[Line]) -> _Title:
    title = _Title()
    for n, line in enumerate(lines[:14]):
        shown = document.text[line.start : line.end]
        if _STOPPED.match(shown) and n:
            break
        if (
            len(shown) > 130
            or _ADDRESS.search(shown)
            or (line.table and not line.furniture)
            or _SKIP.match(shown)
            or _WHEN_WHERE.match(shown)
        ):
            continue
        for piece in re.split(r"\t|\n| \| ", shown):
            title.add(_part(piece), line)
        if n == 0 and _PLAIN_NAME.fullmatch(part := _part(shown)):
            title.guess = part
    return title


def _common(document: Document) -> str:
    """The body that the text speaks of ("socialchefsnätverket") where it also says just "nätverket", or ""."""
    text = re.sub(r"(?i)(\wchefs)\s(?=nätverk)", r"\1", document.text).casefold()
    words = re.findall(
        r"\b[\wåäö-]{0,40}?(?:nätverk|nämnd|styrelse|utskott|beredning|råd|kommitté|grupp)(?:en|et|n)\b", text
    )
    bare = Counter(w for w in words if w in _GENERIC)
    counts = Counter(tidy_body(w) for w in words if w not in _GENERIC)
    for kind, _ in bare.most_common():
        fits = [(name, n) for name, n in counts.most_common() if name.casefold().endswith(kind)]
        if fits:
            return fits[0][0]
    return ""


def _has_place(name: str) -> bool:
    """Whether a body's name says where: a known place, or a proper name after the kind of body."""
    words = re.findall(r"[\w-]+", name)
    if any(w in PLACES or w.removesuffix("s") in PLACES for w in words) or any(
        f"{a} {b}" in PLACES for a, b in pairwise(words)
    ):
        return True
    return any(w[0].isupper() and len(w) > 2 and not w.isupper() for w in words[1:])


def municipalities_in(organisation: str) -> list[str]:
    """The known municipalities that an attendee's organisation names."""
    parts = re.split(r"\s+(?:och|samt|&)\s+|,\s*|\s*/\s*", organisation)
    return [m for part in parts for m in (part, re.sub(r"s? (?:kommun|stad)$", "", part)) if m in MUNICIPALITIES]


def body_name(document: Document, lines: Sequence[Line], people: Sequence[Attendee]) -> str:
    """The body's name from the sidecar, the title's lines, the text or the folder; "okänt" where nothing tells.

    A body whose name does not say where takes its municipality, or the association that its attendees' municipalities
    share.
    """
    if document.sidecar.body:
        return document.sidecar.body
    title = _read_title(document, lines)
    folder = folder_name(document.folder)
    name = (
        title.body
        or title.other
        or (title.parent if not _common(document) else "")
        or _common(document)
        or folder
        or title.guess
        or UNKNOWN
    )
    if name == UNKNOWN:
        return name
    if title.second and title.body:
        name = f"{name}, {title.second[0].lower()}{title.second[1:]}"
    if title.place and not _has_place(name):
        return f"{name} {title.place}"
    if title.parent and title.parent != name and title.body and not _has_place(name):
        return f"{name}, {title.parent}"
    if not _has_place(name):
        home = home_of([m for person in people for m in municipalities_in(person.organisation or "")])
        name = f"{name} {home}" if home is not None else name
    return name


def folder_name(folder: str) -> str:
    """The body's name as its folder's name gives it.

    >>> folder_name("socialchefer_norrdal")
    'Socialchefer norrdal'
    """
    name = folder.replace("_", " ").replace("-", " ").strip()
    return name[:1].upper() + name[1:]
