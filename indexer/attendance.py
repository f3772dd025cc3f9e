"""Who attended: the lists, tables, columns and prose in front of the first item -> attendees with their status."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from indexer.people import PARTIAL, Person, find_people
from indexer.places import PLACES
from indexer.records import Attendee

_ABSENT = (
    r"(?:ej|inte|icke)\s+(?:när)varande|frånvarande(?:\s(?:ledamöter|ersättare|deltagare))?|frånvaro|"
    r"frånv\.?|borta|saknas|saknades|"
    r"(?:hade\s|har\s)?(?:an|med)(?:mält|delat|mäld|mälda)(?:\s(?:om\s)?(?:förhinder|frånvaro|"
    r"frånvarande|återbud))|kunde\s(?:inte|ej)(?:\s(?:komma|delta|medverka|vara\smed|närvara))?|"
    r"förhinder(?:\shade\s(?:an)?mälts\sav)?|förhindrade?|återbud|ej\sdeltagit|inte\smed|"
    r"absent|apologies|kallade?(?:\smen)?\sej\snärvarande|ej(?=\s*:)"
)
_CALLED = r"kallade?|kallas|sändlista|distribution|för kännedom"
_GUEST = (
    r"gäst(?:er)?(?:\s(?:under|vid|på)\spunkt(?:en)?\s\d+(?:\svar)?)?|inbju(?:dna|den|"
    r"det)(?:\s(?:gäster?|föredragande))?|besökare|guests?|adjungerade\sgäster|föredragande\sgäster|"
    r"externa?\s\w+"
)
_PRESENT = (
    r"närvarande(?:\s(?:ledamöter|ersättare|deltagare|tjänstemän|styrelseledamöter|medlemmar))?|"
    r"närv\.?|närvaro(?:lista)?|deltagare|deltagande|deltog|medverkande|beslutande(?:\sledamöter)?|"
    r"(?:ej|icke)\stjänstgörande(?:\sersättare)?|tjänstgörande(?:\sersättare)?|ej\sbeslutande|"
    r"ledamöter|ersättare|suppleanter|tjänste(?:män|personer)|personal|"
    r"med\svar|med\spå\s(?:mötet|plats)|vi\ssom\svar\smed|ledamöter\snärvarande|(?:på|vid)\s(?:mötet|sammanträdet|årsmötet|stämman)\s"
    r"(?:deltog|närvarade|medverkade|var)|följande(?:\s\w+)?\s(?:deltog|närvarade|medverkade|var\snärvarande)|"
    r"övriga(?:\s(?:deltagare|närvarande|deltagande|ledamöter|tjänstemän|tjänstepersoner))?|på\splats|"
    r"på\slänk|via\slänk|där|med(?=\s*:)|styrelsen?|socialchefer|representanter|"
    r"ordinarie(?:\sledamöter)?|adjungerade?|för\sarbets(?:givaren|tagarna)|arbetsgivaren|"
    r"arbetstagarna|fackliga\s\w+|också\snärvarande|även\snärvarande|"
    r"present|attendees|participants|mötesdeltagare|nätverket|kommunerna|från\skommunerna"
)
_OFFICER = (
    r"(?:mötes|vice\s|v\.\s)?ordförande|ordf\.?|(?:mötes|nämnd)?sekreterare|sekr\.?|protokollförare|"
    r"kassör|vid\s(?:tangenterna|pennan|protokollet)|antecknar|antecknare|antecknade|"
    r"mötesledare|chair|secretary"
)
_OTHER = (
    r"tid(?:punkt)?|plats(?:\soch\s\w+)?|datum|lokal|dagordning|anteckningar|föredragningslista|"
    r"justera\w*|justering\w*|protokoll\w*|utse\w*|utsedd\w*|paragrafer|underskrifter|bilagor|"
    r"ärenden?|ärendelista|agenda|minnesanteckning\w*|mötet|syfte|kopia|kallelse|organ|anslag\w*|"
    r"innehåll\w*|nästa\smöte|mötesform|form|mötesdag|mötesdatum|nr|dnr"
)
_STATUSES = (
    ("absent", _ABSENT),
    ("called", _CALLED),
    ("guest", _GUEST),
    ("present", _PRESENT),
    ("officer", _OFFICER),
    ("other", _OTHER),
)
_ANY_LABEL = "|".join(f"(?P<{status}>{words})" for status, words in _STATUSES)
_LABEL = re.compile(
    rf"(?i)^\W*(?:{_ANY_LABEL})(?P<tail>\b(?:[^:\t|,.]{{0,40}}?(?=\s*:)|"
    rf"(?:\s(?-i:[a-zåäö(&/])[^:\t|,.]{{0,40}}?)?))(?P<end>\s*:|\s*\t|\s*$|\s\|\s|\s(?:var|"
    rf"är|hade|har)\s(?=[A-ZÅÄÖ])|(?<=deltog|varade|erkade|et.var|lts.av)\s(?=[A-ZÅÄÖ]))"
)
_LABEL_BARE = re.compile(
    r"^\W*(?:(?P<absent>Frånvarande|Ej närvarande)|(?P<present>Beslutande|Närvarande|"
    r"Övriga närvarande|Övriga deltagare|Övriga|Ledamöter|Tjänstgörande ersättare|Ersättare|"
    r"Deltagare))"
    r"\s(?=[A-ZÅÄÖ][\wé-]+\s[A-ZÅÄÖ])"
)
_WITHIN = re.compile(
    rf"(?i)(?:(?<=[.;)])\s+|(?<=\S)\s+)(?=(?:{_ABSENT}|gäst(?:er)?|övriga)\s*(?::|\sunder\spunkt))"
    r"|(?<=\.)\s+(?=(?:närvarande|deltagare|medverkande|frånvarande|förhinder\shade|på\smötet\sdeltog)\b)"
)
_IN_ROW = re.compile(
    r"(?i)^(?:(?P<present>ja|x|närvarande|n|✓|på\s(?:plats|distans)|digitalt|via\s\w+)|(?P<absent>nej|"
    r"frånvarande|frånv\.?|(?:anmält\s)?förhinder|f|återbud|sjuk|-|–)|(?P<guest>gäst))\b"
)
_GONE = re.compile(r"(?i)\b(?:frånvarande|förhinder|kunde inte|kunde ej|ej närvarande|återbud|sjuk)\b")
_SENTENCE = re.compile(r"(?:[^.\n]|\.(?!\s+[A-ZÅÄÖ]))+\.?")
_TIMED = re.compile(r"(?i)\b(?:medverkade|deltog|närvarade|anslöt|lämnade)\b")
_REPLACED = re.compile(
    r"(?i)\b(?:ersättare för|ersätter|istället för|i stället för|tjänstgör\w* för|tjänstgörande ersättare för)\s+$"
)
_GROUP = re.compile(
    r"^\W*[Ff]rån\s+(?P<group>(?:[A-ZÅÄÖ]{2,}|[\wåäö-]+(?:\s[a-zåäö]\w+)*))\s*(?:,|:)?\s+(?=[A-ZÅÄÖ][\wé-]+\s[A-ZÅÄÖ])"
)
_POINT = re.compile(r"(?i)^\W*punkt(?:erna)?\s+\d")


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of the preamble: its offset in the document, its text, whether it is a table row or a heading."""

    start: int
    text: str
    table: bool = False
    heading: bool = False


@dataclass(slots=True)
class _State:
    """What the lines so far have opened: a status, an organisation for the people to come, the statuses of columns."""

    status: str | None = None
    group: str | None = None
    columns: tuple[str | None, ...] = ()
    first_names: bool = False
    named: bool = False  # a table whose first column is the names


def attendees(lines: Sequence[TextLine]) -> list[Attendee]:
    """Who the lines before the first item list, in order, each person once; called persons are left out."""
    found: list[Attendee] = []
    state = _State()
    for line in _unbroken(lines):
        if line.table and (columns := _columns(line.text)):
            state.named = columns == ("named",)
            state.columns, state.status, state.group = columns, "present", None
            continue
        if not line.table:
            state.columns, state.named = (), False
        if len(state.columns) > 1:
            found += _row(line, state)
            continue
        at = 0
        for part in _parts(line.text):
            found += _part(replace(line, start=line.start + at, text=part), state)
            at += len(part)
    return _distinct(found)


_FIRST_NAME_LAST = re.compile(r"\b(?!(?:i|från|på|vid|till|för|och|samt|av)\s)[a-zåäö]+\s[A-ZÅÄÖ][a-zåäöé]+$")
_LAST_NAME_FIRST = re.compile(r"[A-ZÅÄÖ][\wåäöé-]+\s*[(,]")


def _unbroken(lines: Sequence[TextLine]) -> Iterator[TextLine]:
    """The lines, one that breaks off after somebody's first name ("från kommunerna Anna") together with the next."""
    before: TextLine | None = None
    for line in lines:
        if before is not None and _goes_on(before, line):
            before = replace(before, text=f"{before.text} {line.text}")
            continue
        if before is not None:
            yield before
        before = line
    if before is not None:
        yield before


def _goes_on(line: TextLine, following: TextLine) -> bool:
    """Whether the line ends inside a name that the following begins with the rest of."""
    beside = line.start + len(line.text) + 1 == following.start and not (line.table or following.table)
    broken = _FIRST_NAME_LAST.search(line.text) and _LAST_NAME_FIRST.match(following.text)
    return beside and broken is not None


_ROLL = re.compile(r"(?i)\b(?:upprop|närvaro|närvarande|deltag|röstlängd|presentation|öppn)\w*")
_CALLS = re.compile(
    r"(?i)^\W*(?:närvar|deltag|deltog|medverk|frånvar|(?:anmält\s)?förhinder|följande|på\smötet|vid\smötet)\w*|\b(?:deltog|närvarade|medverkade|(?:var|är)\snärvarande)\b|\bnärvarande\s?(?::|var\b)"
)


def roll(title: str, lines: Sequence[TextLine]) -> list[TextLine]:
    """The lines of an item that may list who attended: all of a roll call, else those that say so themselves."""
    return list(lines) if _ROLL.search(title) else [line for line in lines if _CALLS.search(line.text)]


def _parts(text: str) -> Iterator[str]:
    """A line cut before each label that stands inside it."""
    at = 0
    for match in _WITHIN.finditer(text):
        yield text[at : match.end()]
        at = match.end()
    yield text[at:]


def _columns(text: str) -> tuple[str | None, ...]:
    """The statuses that the cells of a table's head announce; () where the row is no head."""
    cells = text.split(" | ")
    if any(find_people(cell) for cell in cells):
        return ()
    kinds = []
    for cell in cells:
        match = _LABEL.match(cell.strip()) if cell.strip() else None
        kind = None if match is None else next(s for s, _ in _STATUSES if match[s])
        kinds.append(kind if kind in ("present", "absent", "guest") else None)
    if len(cells) > 1 and re.match(r"(?i)namn\b|ledamot\b|name\b", cells[0].strip()):
        return ("named",)
    spread = sum(kind is not None for kind in kinds)
    return (
        tuple(kinds)
        if spread >= 2
        else ("present",)
        if spread == 1 and kinds[0] == "present" and len(cells) > 1 and len(text) < 80
        else ()
    )


def _row(line: TextLine, state: _State) -> list[Attendee]:
    """The people of a table row whose columns have a status each."""
    found: list[Attendee] = []
    at = 0
    for n, cell in enumerate(line.text.split(" | ")):
        status = state.columns[n] if n < len(state.columns) else None
        if status is not None:
            found += _people(TextLine(line.start + at, cell), status, state)
        elif found and cell.strip() and not found[-1].organisation and cell.strip():
            found[-1] = replace(found[-1], organisation=cell.strip())
        at += len(cell) + 3
    return found


def _part(line: TextLine, state: _State) -> list[Attendee]:
    """The people of a line, or of the part of a line that begins with a label; keeps what it opens."""
    label = _LABEL.match(line.text) or _LABEL_BARE.match(line.text)
    if label is None:
        return _unlabelled(line, state)
    kind = next(s for s, value in label.groupdict().items() if value and s in dict(_STATUSES))
    rest = line.text[label.end() :]
    if kind == "other" or (kind == "called"):
        state.status = None if kind == "other" else "called"
        return []
    if kind == "officer":
        people = _people(TextLine(line.start + label.end(), rest), "present", state) if len(rest) < 90 else []
        role = label["officer"].casefold()
        return [replace(p, role=p.role or role) for p in people]
    same_list = (
        kind == "present" and line.heading and state.status and not re.match(r"(?i)\W*(?:när|delt|övr)", line.text)
    )
    state.status = kind
    state.group = line.text.strip() if same_list else None
    state.first_names = (
        bool(re.match(r"\s*[A-ZÅÄÖ][a-zåäöé]+(?:\s\d\w?)?(?:\s*,|\s+och\b|\s*$)", rest))
        and rest.split(",")[0].strip() not in PLACES
    )
    return _people(TextLine(line.start + label.end(), rest, line.table), kind, state)


def _unlabelled(line: TextLine, state: _State) -> list[Attendee]:
    """The people of a line that goes on with a list, or of a sentence that says itself who came."""
    if state.status is None:
        return _told(line, state)
    if state.status == "called":
        return []
    if line.heading and not find_people(line.text):
        state.group = line.text.strip() if len(line.text) < 60 else None
        return []
    sentence = (
        len(line.text) > 110
        and line.text.endswith(".")
        and not re.search(r"(?i)medverka|deltog|närvara|frånvarande", line.text)
    )
    if sentence and len(find_people(line.text)) < 4:
        state.status = None
        return []
    return _people(line, state.status or "present", state)


_CAME = re.compile(
    r"^(?P<names>[A-ZÅÄÖ].{3,300}?)\s(?:deltog|deltar|medverkade|medverkar|närvarade|var\s(?:med|närvarande)|anslöt)\b"
)
_STAYED = re.compile(
    r"^(?P<names>[A-ZÅÄÖ].{3,300}?)\s(?:saknades|var\s(?:frånvarande|förhindra\w+)|hade\s(?:an)?mält\sförhinder|hade\sförhinder|"
    r"har\s(?:an)?mält\sförhinder|kunde\s(?:inte|ej)\s(?:delta|komma|närvara|medverka)|uteblev)\b"
)


_REST = re.compile(r"(?:\s(?:på|vid|under|via|digitalt|från|till|kl|fram|som|även|hela|delar|mellan)\b.*)?\W*$", re.S)


def _told(line: TextLine, state: _State) -> list[Attendee]:
    """The people of sentences such as "Roger G, Lund, och Eva A medverkade kl 13-15"; their subject must be names."""
    found: list[Attendee] = []
    for sentence in _SENTENCE.finditer(line.text):
        part = sentence[0].lstrip(" –-•")
        for pattern, status in ((_CAME, "present"), (_STAYED, "absent")):
            match = pattern.match(part)
            if match is None or not _are_people(match["names"]) or not _REST.match(part, match.end()):
                continue
            at = line.start + sentence.end() - len(part)
            how = "partial" if status == "present" and PARTIAL.search(part, match.end()) else status
            found += _people(TextLine(at, match["names"]), how, state)
    return found


def _are_people(names: str) -> bool:
    """Whether a text begins with a name and holds little besides names and where they come from."""
    people = find_people(names)
    lowercase = [w for w in re.findall(r"\b[a-zåäö]{2,}\b", names) if w not in ("och", "samt", "från", "för", "i")]
    return bool(people) and people[0].start < 3 and len(lowercase) <= len(people)


def _people(line: TextLine, status: str, state: _State) -> list[Attendee]:
    """The people of a piece of text under a label, each with a status of its own where the words beside it say so."""
    result: list[Attendee] = []
    for sentence in _SENTENCE.finditer(line.text):
        part = sentence[0]
        given = _GROUP.match(part)
        group = given["group"] if given is not None else state.group
        people = find_people(part, first_names=state.first_names)
        if state.named and line.table and len(people) > 1 and "|" in part[people[0].end : people[1].start]:
            beside = people[1].name if people[0].organisation is None else people[0].organisation
            people = [replace(people[0], organisation=beside, note=" ".join(one.note for one in people).strip())]
        timed = _TIMED.search(part) is not None and PARTIAL.search(part) is not None
        pointed = _POINT.match(part) is not None
        gone = _GONE.search(part)
        for person in people:
            how = _status(person, part, status, timed)
            if pointed and how in ("present", "partial"):
                how = "guest" if status == "present" else how
            if gone and how == "present" and not line.table and len(people) == 1:
                how = "absent"
            start = line.start + sentence.start() + person.start
            organisation = person.organisation or (group if status != "absent" or given else None)
            result.append(Attendee(person.name, organisation, how, start, start + len(person.name), person.role))
    return result


def _status(person: Person, part: str, status: str, timed: bool) -> str:
    """A person's status: that of the list, unless the words beside the name say otherwise."""
    if _REPLACED.search(part[max(0, person.start - 40) : person.start]):
        return "absent"
    for piece in re.split(r"\s*[;|]\s*", person.note):
        if (said := _IN_ROW.match(piece.strip())) is not None and said.lastgroup in ("absent", "guest"):
            return str(said.lastgroup)
    if status == "present" and (timed or PARTIAL.search(person.note)):
        return "partial"
    return status


def _distinct(found: Sequence[Attendee]) -> list[Attendee]:
    """Each person once, in order; a later remark that one came late or was a guest completes the first entry."""
    unique: dict[str, Attendee] = {}
    for one in found:
        first = unique.setdefault(one.name, one)
        if first is one:
            continue
        if first.status == "present" and one.status in ("partial", "guest"):
            unique[one.name] = replace(first, status="partial", role=first.role or one.role)
        elif one.role and not first.role:
            unique[one.name] = replace(first, role=one.role)
    return list(unique.values())


_SIGNS = re.compile(
    r"(?i)^\W*(?:vid\s(?:tangenterna|antecknin\w+|protokollet|pennan|datorn)|justera[ds]?\w*|(?:mötes|"
    r"nämnd)?sekreterare|(?:mötes)?ordförande|protokollförare|underskrift\w*|"
    r"(?:minnes)?anteckn\w+\s(?:förda|av|gjorda|skrivna)(?:\sav)?|antecknat\sav|signaturer?)\b\s*[:/]?"
)


def signers(lines: Sequence[TextLine]) -> list[Attendee]:
    """Who signs the minutes: secretary, chair, adjusters. They were there, whoever the lists name."""
    found: list[Attendee] = []
    for n, line in enumerate(lines):
        label = _SIGNS.match(line.text)
        near = label is not None or any(_SIGNS.match(other.text) for other in lines[max(0, n - 2) : n + 2])
        if not near or len(line.text) > 120 or re.search(r"(?i)utdragsbestyrk|anslag", line.text):
            continue
        offset = label.end() if label is not None else 0
        for person in find_people(line.text[offset:].title() if line.text.isupper() else line.text[offset:]):
            start = line.start + offset + person.start
            found.append(
                Attendee(person.name, person.organisation, "present", start, start + len(person.name), person.role)
            )
    return _distinct(found)
