"""People in a text: names with the organisation, role and remark that stand beside them; who presents an item."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from indexer.places import PLACES

_CAP = r"[A-ZÅÄÖÉÜØÆ][\w’'´]{0,30}(?:-[A-ZÅÄÖÉÜØÆa-zåäö][\w’']{0,30}){0,2}"
_PARTICLE = r"(?:von|van|af|de|der|den|la|el|bin|al|da|di)"
NAME = re.compile(rf"{_CAP}(?:\s+{_PARTICLE})*(?:\s+{_CAP}|\s+{_PARTICLE}\s+{_CAP}|\s+[A-ZÅÄÖ]\.){{1,3}}")
"""A full name by its shape; `is_name` also rules out places, organisations and headings."""

_PLACE_HEAD = frozenset(
    "Region Lilla Stora Norra Södra Östra Västra Nya Gamla Upplands Övre Nedre Länsstyrelsen "
    "Familjen Stadsdel Sveriges Svenska Svensk Nordiska Kungliga".split()
)
_NOT_NAMES = frozenset(
    "Beslut Punkt Paragraf Närvarande Frånvarande Deltagare Datum Plats Tid Ordförande Sekreterare "
    "Justerare Teams Zoom Skype "
    "Möte Mötet Anteckningar Minnesanteckningar Protokoll Dagordning Övriga Övrigt Från Samtliga "
    "Alla Nästa Information Dialog "
    "Ledamöter Ersättare Tjänstemän Gäst Gäster Inbjudna Via Digitalt Kommun Kommunen Organisation "
    "Namn Roll Funktion Vid God Gott Nytt "
    "Januari Februari Mars April Maj Juni Juli Augusti September Oktober November December "
    "Beslutande Sida Postadress Telefon Ingen Inga "
    "Mötesdag Mötesform Ersätter Ansvarig Ärende Nr Lokal Bilaga Dnr Sammanträde Sammanträdesdatum Hans Deras "
    "Anmält Förhinder Valdes Väljs Utsågs Utses Omvaldes Nyvaldes Omval Nyval Valda Beslutades Beslöts".split()
) - {"Hans"}
_ORG_WORDS = re.compile(
    r"""(?ix)\b(?:
        kommun(?:en|er)? | kommunal\w* | förbund(?:et)? | region(?:en)? | universitet(?:et)? | högskola(?:n)?
          | verket | stad | län | AB | HB
      | landsting(?:et)? | myndigheten | polisen | center | centrum | RPG | consulting | group
    )\b
  | \b\w*(?:verket|nämnd(?:en)?|styrelsen?|förvaltning(?:en)?|kontor(?:et)?|sektion(?:en)?|parti(?:et)?|centrum|
      bolag(?:et)?|skola(?:n)?|allians(?:en)?
      | förening(?:en)?|förbund(?:et)?|klubb(?:en)?|byrå(?:n)?|bibliotek(?:et)?|institut(?:et)?|kyrka(?:n)?|
      sjukhus(?:et)?|vårdcentral(?:en)?|samverkan
      | avdelning(?:en)?|enhet(?:en)?|kansli(?:et)?|stiftelse(?:n)?|råd(?:et)?|nätverk(?:et)?|grupp(?:en)?|
      facket|lokalt|trafiken|myndighet(?:en)?)\b"""
)
_ABBREVIATED = re.compile(r"(?:[A-ZÅÄÖ]{2,6}|[A-ZÅÄÖ][a-zåäö]{0,2}[A-ZÅÄÖ]\w*)$")
_ROLE_WORD = (
    r"(?:ordf(?:örande|\.)?|sekr(?:eterare|\.)?|kassör|justerare|ledamot|suppleant|ersättare|"
    r"adjungerad|\w*chef(?:en)?|\w*direktör|\w*strateg|\w*ledare|"
    r"\w*samordnare|\w*utvecklare|\w*handläggare|\w*sköterska|konsult|\w*koordinator|\w*sekreterare|\w*ordförande|"
    r"tjänste(?:man|person)|föredragande|gäst|inbjuden|protokollförare|\w*revisor|valberedning|rektor|"
    r"prefekt|dekan|studierektor|doktorand\w*|\w*repr(?:esentant(?:er)?|\.)?|"
    r"chair(?:man)?|secretary|\w*ekonom|jurist|controller|praktikant|\w*ombud|\w*arkitekt|\w*mästare|"
    r"\w*ansvarig|\w*lärare|\w*pedagog|\w*ingenjör|\w*planerare|"
    r"\w*administratör|\w*assistent|\w*konsulent|\w*inspektör|\w*läkare|kurator|webbmaster|"
    r"vaktmästare|talman|redaktör|HR|antecknare?|mötesledare|justerar)"
)
_ROLE = re.compile(rf"(?i)(?:\b(?:v(?:ice)?|t\.?\s?f|bitr(?:ädande)?|1:e|2:e|förste|andre)\.?\s+)*\b{_ROLE_WORD}(?!\w)")
_ROLE_ONLY = re.compile(
    rf"(?i)(?:(?:v(?:ice)?|t\.?\s?f|bitr(?:ädande)?|1:e|2:e|förste|andre|nämndens|nätverkets|mötes|"
    rf"kommunens)\.?\s+)*{_ROLE_WORD}$"
)
_OFFICE = re.compile(r"(?i)(?:mötes)?(?:ordf\w*|sekr\w*|antecknar\w*|protokollförare|justera\w*)\.?$")
"""An office at the meeting, which stands beside the role that someone has otherwise."""
PARTIAL = re.compile(
    r"(?i)\b(?:kl(?:ockan)?\.?\s?\d|punkt(?:en|erna)?\s?\w|förmiddag|eftermiddag|del av|delvis|"
    r"från och med|till och med|t\.?\s?o\.?\s?m\b|fr\.?\s?o\.?\s?m\b|"
    r"anslöt|anlände|lämnade|endast|del 1|del 2|(?:till|efter|före) lunch|under punkt|"
    r"frånvarande under|kom senare|ej §)|§+\s?\d"
)
_NOTE = re.compile(
    r"(?i)^(?:ja|nej|x|närvarande|frånvarande|frånv\.?|(?:anmält\s)?förhinder|sjuk|gäst|på distans|via (?:länk|"
    r"teams|telefon)|digitalt|på plats|tjänstgör\w*.*)$"
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

    >>> is_name("Anna-Lena af Ekenstam"), is_name("Lilla Edet"), is_name("Fyrbodals förbund"), is_name("PRO Lund")
    (True, False, False, False)
    """
    text = text.strip()
    words = text.split()
    if len(words) > 2 and words[-1] == "X":
        return False  # a cross for being there
    if not NAME.fullmatch(text) or text in PLACES or words[0] in _PLACE_HEAD or (text.isupper() and len(text) < 8):
        return False
    if (
        any(w in _NOT_NAMES or _ROLE_ONLY.match(w) for w in words)
        or _ORG_WORDS.search(text)
        or _ABBREVIATED.match(words[0])
    ):
        return False
    return not (words[0] in PLACES and words[-1] in PLACES)


_SEPARATOR = re.compile(
    r"(?P<mark>\s*[,;\t|/•]\s*(?:och|samt)?\s*|\s+(?:och|samt|and|"
    r"&)\s+(?:från\s+(?=[a-zåäö]))?(?=[A-ZÅÄÖ]|\w+\s[A-ZÅÄÖ])|\s+[–-]\s+|\s*[()]\s*|:\s+|"
    r"\.\s+(?=[A-ZÅÄÖ])|\n)"
)


def _pieces(text: str) -> Iterator[tuple[int, str, str]]:
    """The pieces of a list of people: offset, text, and the mark before it ("(", ",", ...)."""
    at, mark = 0, ""
    for match in _SEPARATOR.finditer(text):
        if text[at : match.start()].strip(" ."):
            yield at, text[at : match.start()], mark
        at, mark = match.end(), match["mark"].strip() or " "
    if text[at:].strip(" ."):
        yield at, text[at:], mark


_LONGEST = 200
"""A name is looked for no further into a piece of a list, in characters."""

_LEAD = re.compile(
    r"^\s*(?:[-–•*]\s+|\d{1,2}[.)]\s+)?(?:(?:från|för|samt|och|via|även|med|dr\.?|prof(?:essor)?\.?)\s+)*", re.I
)


def _is_home(piece: str) -> bool:
    return piece in PLACES or (_ORG_WORDS.search(piece) is not None and _name_in(piece, ()) is None)


def _name_in(piece: str, known: Sequence[str]) -> tuple[str, int, str, str] | None:
    """A name in a piece: what stands before it, its offset, the name, and what follows it."""
    piece = piece[:_LONGEST]
    lead = _LEAD.match(piece)
    skip = lead.end() if lead else 0
    core = piece[skip:].rstrip(" .")
    if is_name(core) and (core in known or not (len(core.split()) > 2 and core.split()[-1] in PLACES)):
        return "", skip, core, ""
    for name in known:
        if core == name or core.startswith(name + " "):
            return "", skip, name, core[len(name) :].strip()
    for match in re.finditer(r"(?<!\S)[A-ZÅÄÖÉÜØÆ]", core):
        before = core[: match.start()].strip()
        words = core[match.start() :].split()
        for n in (4, 3, 2):
            name, rest = " ".join(words[:n]), " ".join(words[n:])
            if (
                len(words) >= n
                and is_name(name)
                and _may_surround(before, rest)
                and not (n > 2 and (words[n - 1] in PLACES))
            ):
                return before, skip + match.start(), name, rest
    return None


def _may_surround(before: str, after: str) -> bool:
    """Whether what stands before and after a supposed name can: a role, an organisation, a remark."""
    if re.match(r"(?i)punkt(?:erna)?\s\d", before):
        before = re.sub(r"(?i)^punkt(?:erna)?\s[\d ,–-]+(?:och\s\d+)?\s*", "", before)
    if before and not (
        before[0].islower()
        or _ROLE.search(before)
        or _ORG_WORDS.search(before)
        or _ABBREVIATED.match(before.split()[-1])
        or before in PLACES
    ):
        return False
    if len(before.split()) > 6:
        return False
    return not after or bool(
        _ROLE.match(after) or _ORG_WORDS.search(after) or after in PLACES or PARTIAL.search(after) or _NOTE.match(after)
    )


def find_people(text: str, known: Sequence[str] = (), first_names: bool = False) -> list[Person]:
    """The people in a list of names, with the organisation and role that stand beside each.

    `known` are names from elsewhere in the minutes; with `first_names` a single capitalised word is a person too.
    """
    found: list[Person] = []
    inside = False
    led = False  # whether the last person's role stood before the name
    pieces = list(_pieces(text))
    for n, (at, piece, mark) in enumerate(pieces):
        inside = "(" in mark or (inside and ")" not in mark)
        after_it = pieces[n + 1] if n + 1 < len(pieces) else (0, "", "")
        full = piece.strip(" .")
        if is_name(full) and "," in after_it[2] and _is_home(after_it[1].strip(" .")):
            known = (*known, full)  # "Bo Ek Lund, Eslövs kommun": the place is part of the name
        hit = _name_in(piece, known)
        if hit is None and first_names and (single := _FIRST_NAME.match(piece.strip())) is not None:
            hit = ("", piece.find(single[1]), single[1], "")
        if hit is None or (inside and found and re.search(r"(?i)\bersätt|för\b", piece)):
            if led and len(found) > 1 and found[-2].role is None and _ROLE_ONLY.match(piece.strip()):
                found[-2] = replace(found[-2], role=found[-1].role)  # "A (S), ordförande B (M), vice ordförande"
                found[-1] = replace(found[-1], role=None)
            if found:
                led = led and _ROLE_ONLY.match(piece.strip()) is None
                found[-1] = _with(found[-1], piece.strip())
            continue
        before, offset, name, after = hit
        person = Person(name, None, None, at + offset, at + offset + len(name))
        found.append(person)
        led = False
        if before:
            found = _before(found, before)
            led = found[-1].role is not None
        if after:
            found[-1] = _with(found[-1], after)
    return found


_FIRST_NAME = re.compile(r"(?:(?:[a-zåäö]+)\s)?([A-ZÅÄÖ][a-zåäöé]+(?:-[A-ZÅÄÖ][a-zåäö]+)?)(?:\s\d{0,2}[A-Z]?)?$")


def _before(found: list[Person], before: str) -> list[Person]:
    """The last person with what stands before the name: a role ("rektor Lotta Wennsjö") or where from."""
    *rest, person = found
    said = re.sub(r"(?i)^(?:punkt(?:erna)?\s[\d ,och]+)?\s*(?:från\s+)?", "", before) or before
    return (
        found if re.fullmatch(r"(?i)kommun(?:erna|en|er)", said) else [*rest, _with(person, said)]
    )  # which, is to come


def _with(person: Person, piece: str) -> Person:
    """The person with one more piece of what stands beside the name: organisation, role or a note."""
    piece = re.sub(r"(?:^|\s)(?:och|samt)$", "", re.sub(r"^(?:från|i)\s+", "", piece.strip(" .*"))).strip()
    if not piece:
        return person
    if PARTIAL.search(piece) or _NOTE.match(piece) or re.match(r"(?i)(?:ersätt|för |medverkade|deltog)", piece):
        return replace(person, note=f"{person.note} {piece}".strip())
    place = next((p for p in (piece.split()[-1], " ".join(piece.split()[-2:])) if p in PLACES), None)
    if _ROLE.search(piece) and piece not in PLACES and not _ORG_WORDS.fullmatch(piece):
        role = f"{person.role}, {piece}" if person.role and _OFFICE.match(piece) else person.role or piece
        return replace(person, role=role, organisation=person.organisation or place)
    if (job := re.fullmatch(r"([A-ZÅÄÖ]{2,5}|[a-zåäö]+)\s(?:i|på|vid)\s(.+)", piece)) is not None and len(job[1]) <= 5:
        return replace(person, role=person.role or job[1], organisation=person.organisation or job[2])
    if person.organisation is None and len(piece) < 60:
        return replace(person, organisation=piece)
    return person


_PRESENTER_LABEL = re.compile(
    r"(?i)^\W*(?:föredragande|föredragare|föredragning(?: av)?|inledare|ansvarig(?:a)?|presentatör|"
    r"informerar|information av|dragning|talare|medverkande|rapportör|presenter)\s*:\s*"
)


def presenters(
    lines: Sequence[str], known: Sequence[str], column: bool = False, election: bool = False
) -> tuple[str, ...]:
    """Who presents an item: the labelled line ("Föredragande: ..."), else the line of names right under the heading.

    `column`: the minutes are a table with a column for the person responsible, whose cell may stand anywhere among the
    lines and may hold first names only. A line that reads as a sentence names no presenters, nor does a line of names
    in an `election`.
    """
    for line in lines[:4]:
        if (label := _PRESENTER_LABEL.match(line)) is not None:
            return tuple(dict.fromkeys(p.name for p in find_people(line[label.end() :], known)))
    if column:
        for line in reversed(lines):
            if line.strip() in _NOT_NAMES:
                continue
            names = find_people(line, known, first_names=len(line) < 60)
            bare = re.sub(r"[\s,;/]|\boch\b|\bsamt\b", "", line)
            if names and len(re.sub(r"\s", "", "".join(p.name for p in names))) >= len(bare):
                return tuple(dict.fromkeys(p.name for p in names))
        return ()
    return _names_line(lines[0], known) if lines and not election else ()


def only_names(text: str) -> bool:
    """Whether a text is a list of names and nothing else.

    >>> only_names("Bo Ek och Eva Al."), only_names("Bo Ek valdes.")
    (True, False)
    """
    rest = re.sub(r"\b(?:och|samt)\b", "", text)
    return (
        bool(find_people(text))
        and sum(len(p.name) for p in find_people(text)) >= len(re.sub(r"[,.;]|\s(?=\s|$)", "", rest).strip()) - 2
    )


def _names_line(first: str, known: Sequence[str]) -> tuple[str, ...]:
    """The names of a line that holds names and organisations and nothing else."""
    if (
        not first
        or len(first) > 250
        or re.search(r":\s|[!?]|\.\s+[A-ZÅÄÖ]|[a-zåäö]{3}\.$|\s(?:har|är|var|hade|ska|får|fick)\s", first)
    ):
        return ()
    people = find_people(first, known)
    if not people or people[0].start > 2:
        return ()
    after = first[people[0].end :].split()
    if after and after[0][0].islower() and after[0] not in ("och", "samt", "från") and not _ROLE.match(" ".join(after)):
        return ()
    covered = sum(len(p.name) + len(p.organisation or "") + len(p.role or "") + len(p.note) for p in people)
    lowercase = [w for w in re.findall(r"[^\W\d_]+", first) if w[0].islower() and w not in ("och", "samt", "från")]
    if covered < 0.5 * len(first) or len(lowercase) > 2 + 2 * len(people):
        return ()
    return tuple(dict.fromkeys(p.name for p in people))
