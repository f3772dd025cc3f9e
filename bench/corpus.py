"""Made-up Swedish minutes, as many agenda items as one asks for: the same text for the same number, on every machine.

Words come from `words.toml`. What is common is drawn often and what is rare seldom (the rank-frequency curve of Zipf),
compounds, names, streets and figures make the long tail. Each body keeps to one of six layouts that the parser meets in
real minutes.
"""

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from string import Template

from indexer.dates import MONTHS, WEEKDAYS, swedish_date
from indexer.places import PLACES

WORDS = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
FIRST_DAY = date(2016, 1, 11)
FLAT = 2.5  # Mandelbrot's amendment to Zipf's law: the first few ranks are closer to each other than 1/n
ITEMS_PER_BODY = 100
MOST_HOMES = 311  # Sweden's municipalities and regions; then each has more boards
MOST_BODIES = 10 * MOST_HOMES  # then each meets more often
WEEKS_BETWEEN = 17
ITEMS_PER_TOPIC = 7
MOST_TOPICS = 8_000  # of the 13,000 or so compounds that the words can make
FORMAL = ("Mötets öppnande", "Val av justerare", "Föregående protokoll")
LAYOUTS = ("bracket", "marked", "bold", "section", "dotted", "unnumbered")


@dataclass(frozen=True, slots=True)
class Topic:
    """What an item is about: a compound in its definite form, and the first parts of its neighbours' compounds."""

    word: str
    area: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """An agenda item; `topic` is "" for a formal one, `outcome` decided | noted | deferred | none."""

    title: str
    topic: str
    paragraphs: tuple[str, ...]
    decisions: tuple[str, ...]
    outcome: str


@dataclass(frozen=True, slots=True)
class Minutes:
    """The minutes of one meeting; `text` is the document."""

    name: str
    body: str
    day: date
    people: tuple[str, ...]
    absent: tuple[str, ...]
    items: tuple[Item, ...]
    numbers: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Body:
    """A board or network: its members, the towns it spans, its topics (the most frequent first), its layout."""

    name: str
    people: tuple[str, ...]
    towns: tuple[str, ...]
    topics: tuple[Topic, ...]
    layout: str


def pick(rng: Random, options: Sequence):
    """One of the options, the n-th with a probability in proportion to about 1 / (n + FLAT), as words are in a text."""
    place = FLAT * ((len(options) + FLAT) / FLAT) ** rng.random() - FLAT
    return options[min(int(place), len(options) - 1)]


def _split(text: str, mark: str | None = None) -> list[str]:
    return [" ".join(part.split()) for part in text.split(mark) if part.strip()]


def _heads() -> list[str]:
    """The definite forms of the nouns that end a compound."""
    endings = {noun: ending.split()[0] for ending, nouns in WORDS["heads"].items() for noun in nouns.split()}
    return [noun if noun.endswith("verkan") else noun + ending for noun, ending in endings.items()]


HEADS = _heads()
AREAS = [tuple(text.split()) for text in WORDS["areas"].values()]
PHRASES = {name: _split(text, ";") for name, text in WORDS["phrases"].items()}
SENTENCES = {name: [Template(line) for line in _split(text, "\n")] for name, text in WORDS["sentences"].items()}


def _town(rng: Random) -> str:
    heads, tails = WORDS["town_heads"].split(), WORDS["town_tails"].split()
    while True:
        town = rng.choice(heads) + rng.choice(tails)
        if town not in PLACES and not any(a == b == c for a, b, c in zip(town, town[1:], town[2:], strict=False)):
            return town


def _person(rng: Random) -> str:
    surname = rng.choice(WORDS["surname_heads"].split()) + rng.choice(WORDS["surname_tails"].split())
    first = rng.choice(WORDS["first_names"].split())
    return first + " " + re.sub(r"(.)\1\1", r"\1\1", surname)


def _compound(rng: Random, area: Sequence[str]) -> str:
    return pick(rng, area) + pick(rng, HEADS)


def _topics(count: int, rng: Random) -> list[Topic]:
    """Distinct topics, in no order of areas; the nouns that end them are as unevenly spread as in speech."""
    found: dict[str, Topic] = {}
    while len(found) < count:
        area = list(rng.choice(AREAS))
        rng.shuffle(area)
        word = rng.choice(area) + (pick(rng, HEADS) if rng.random() < 0.7 else rng.choice(HEADS))
        found.setdefault(word, Topic(word, tuple(area)))
    return list(found.values())


def make_bodies(items: int) -> list[Body]:
    """Bodies enough for the items: each kind meets in many towns, and a few topics are everybody's."""
    rng, kinds = Random("bodies"), _split(WORDS["bodies"])
    topics = _topics(min(max(30, items // ITEMS_PER_TOPIC), MOST_TOPICS), rng)
    found: dict[str, Body] = {}
    homes: list[str] = []
    while len(found) < max(3, min(items // ITEMS_PER_BODY, MOST_BODIES)):
        if len(found) < MOST_HOMES:
            home = _town(rng)
            if home in homes:
                continue
            homes.append(home)
        home = homes[len(found) % MOST_HOMES]
        name = f"{kinds[len(found) % len(kinds)]} {home}"
        towns = (home, *(_town(rng) for _ in range(rng.randint(3, 7))))
        people = tuple(dict.fromkeys(_person(rng) for _ in range(rng.randint(9, 17))))
        own = dict.fromkeys(pick(rng, topics) for _ in range(40)) | dict.fromkeys(rng.sample(topics, 20))
        found[name] = Body(name, people, towns, tuple(own), LAYOUTS[len(found) % len(LAYOUTS)])
    return list(found.values())


class Writer:
    """Fills sentences for one body at one meeting."""

    def __init__(self, body: Body, day: date, rng: Random) -> None:
        self.body, self.day, self.rng = body, day, rng

    def sentence(self, kind: str, topic: Topic) -> str:
        """A sentence of the kind, with a capital first; decisions are clauses and begin small."""
        text = pick(self.rng, SENTENCES[kind]).substitute(_Slots(self, topic))
        return text if kind in ("decision", "noted", "deferred") else text[:1].upper() + text[1:]

    def slot(self, name: str, topic: Topic) -> str:
        """What stands for a slot; a capital in its name gives one in the text."""
        small = name.lower().rstrip("0123456789")
        value = self._value(small, topic)
        return value[:1].upper() + value[1:] if name[0].isupper() else value

    def _value(self, name: str, topic: Topic) -> str:
        rng = self.rng
        if name in PHRASES:
            return pick(rng, PHRASES[name])
        makers = {
            "t": lambda: topic.word,
            "compound": lambda: _compound(rng, topic.area),
            "name": lambda: pick(rng, self.body.people),
            "town": lambda: pick(rng, self.body.towns),
            "role": lambda: pick(rng, _split(WORDS["roles"], ";")),
            "street": lambda: f"{self._of('street_heads')}{self._of('street_tails')} {rng.randint(1, 60)}",
            "company": lambda: f"{self._of('surname_heads')}{self._of('town_tails')} {self._of('company_tails')} AB",
            "n": lambda: str(int(2000 ** rng.random()) + 2),
            "few": lambda: str(rng.randint(2, 12)),
            "percent": lambda: str(rng.randint(2, 95)),
            "share": lambda: str(rng.randint(5, 90)),
            "amount": lambda: _amount(rng),
            "year": lambda: str(self.day.year + rng.randint(0, 2)),
            "month": lambda: rng.choice(MONTHS),
            "day": lambda: swedish_date((self.day + timedelta(rng.randint(9, 400))).isoformat(), "day"),
            "file": lambda: f"{topic.word.capitalize()} {self.day.year}.{rng.choice(('pdf', 'pptx', 'docx'))}",
            "adjectivet": lambda: _neuter(pick(rng, PHRASES["adjective"])),
            "adjectiva": lambda: _weak(pick(rng, PHRASES["adjective"])),
        }
        return makers[name]()

    def _of(self, words: str) -> str:
        return self.rng.choice(WORDS[words].split())


class _Slots(dict):
    """The mapping that `string.Template` asks: every slot is made when it is asked for."""

    def __init__(self, writer: Writer, topic: Topic) -> None:
        self.writer, self.topic = writer, topic

    def __missing__(self, name: str) -> str:
        return self.writer.slot(name, self.topic)


def _amount(rng: Random) -> str:
    if rng.random() < 0.3:
        return f"{rng.randint(1, 40)},{rng.randint(1, 9)} miljoner kronor"
    return f"{rng.randint(4, 990)} {rng.choice(('000', '500', '250'))} {rng.choice(('kronor', 'kr'))}"


def _neuter(adjective: str) -> str:
    """ "tydlig" -> "tydligt", "riktad" -> "riktat"."""
    return adjective[:-1] + "t" if adjective.endswith("ad") else adjective.removesuffix("t") + "t"


def _weak(adjective: str) -> str:
    """ "tydlig" -> "tydliga"; participles in -ad and words in -de take their own."""
    if adjective.endswith("ad"):
        return adjective + "e"
    if adjective.endswith(("de", "a")):
        return adjective
    if adjective.endswith("el"):
        return adjective[:-2] + "la"
    return adjective + ("ma" if adjective.endswith("sam") else "a")


def generate(items: int) -> list[Minutes]:
    """Minutes with that many agenda items in all, oldest first within each body; the last meeting may be short."""
    bodies = make_bodies(items)
    left, found = items, []
    for number in range(items):
        if left <= 0:
            break
        body = bodies[number % len(bodies)]
        rng = Random(f"{number}:{body.name}")
        day = FIRST_DAY + timedelta(
            weeks=WEEKS_BETWEEN * (number // len(bodies)) + rng.randint(0, 9), days=rng.randint(0, 4)
        )
        count = min(left, rng.randint(6, 15))
        found.append(_minutes(body, day, count, number, rng))
        left -= count
    return found


def _minutes(body: Body, day: date, count: int, number: int, rng: Random) -> Minutes:
    writer = Writer(body, day, rng)
    people = list(body.people)
    rng.shuffle(people)
    gone = rng.randint(0, 3)
    absent, present = tuple(people[:gone]), tuple(people[gone:])
    formal = FORMAL[: min(2, count)] if count > 5 else ()
    items = [_formal(title, present) for title in formal]
    chosen = list(dict.fromkeys(pick(rng, body.topics) for _ in range(4 * count)))
    while len(chosen) < count:
        chosen.append(rng.choice(body.topics))
    items += [_item(writer, topic) for topic in chosen[: count - len(items)]]
    numbers = _numbers(body.layout, len(items), number)
    suffix = ".md" if body.layout in ("marked", "bold", "unnumbered") else ".txt"
    text = _front(body, day, present, absent) + _LAYOUTS[body.layout](body, numbers, items) + "\n"
    name = f"{_slug(body.name)}-{day.isoformat()}{suffix}"
    return Minutes(name, body.name, day, present, absent, tuple(items), numbers, text)


def _formal(title: str, present: Sequence[str]) -> Item:
    if title == FORMAL[0]:
        return Item(title, "", (f"{present[0]} hälsar alla välkomna och öppnar mötet.",), (), "none")
    return Item(title, "", (), (f"utse {present[1]} att justera dagens protokoll",), "decided")


def _item(writer: Writer, topic: Topic) -> Item:
    rng = writer.rng
    title = topic.word.capitalize()
    if rng.random() < 0.65:
        title += f" – {pick(rng, PHRASES['aspect'])}"
    first = [writer.sentence("opening", topic), *(writer.sentence("middle", topic) for _ in range(rng.randint(1, 3)))]
    second = [writer.sentence("middle", topic) for _ in range(rng.randint(0, 4))]
    if rng.random() < 0.6:
        second.append(writer.sentence("closing", topic))
    outcome = rng.choices(("decided", "noted", "deferred", "none"), (50, 15, 8, 27))[0]
    kinds = {"decided": ["decision"] * rng.choice((1, 1, 2, 3)), "noted": ["noted"], "deferred": ["deferred"]}
    decisions = tuple(dict.fromkeys(writer.sentence(kind, topic) for kind in kinds.get(outcome, [])))
    return Item(title, topic.word, tuple(" ".join(p) for p in (first, second) if p), decisions, outcome)


# Layouts


def _numbers(layout: str, count: int, meeting: int) -> tuple[str, ...]:
    if layout == "unnumbered":
        return ()
    first = 1 + 13 * (meeting % 9) if layout == "section" else 1
    return tuple(str(n) for n in range(first, first + count))


def _front(body: Body, day: date, present: Sequence[str], absent: Sequence[str]) -> str:
    marked = body.layout in ("marked", "bold", "unnumbered")
    weekday = WEEKDAYS[day.weekday()]
    title = f"# Minnesanteckningar {body.name}" if marked else f"{body.name}\n\nProtokoll"
    people = [f"{name}, {body.towns[n % len(body.towns)]}" for n, name in enumerate(present)]
    people[0] += " (ordförande)"
    gone = [f"Frånvarande: {', '.join(absent)}"] if absent else []
    rows = [
        f"Datum: {weekday} den {swedish_date(day.isoformat(), 'day')}",
        f"Plats: {body.towns[0]}s kommunhus",
        f"Närvarande: {'; '.join(people)}",
        *gone,
    ]
    return "\n\n".join([title, *rows, ""]) + "\n"


def _bracket(body: Body, numbers: Sequence[str], items: Sequence[Item]) -> str:
    """ "12) Title", and "Beslut:" in line."""
    return "\n\n".join(_inline(f"{n}) {item.title}", item, body) for n, item in zip(numbers, items, strict=True))


def _dotted(body: Body, numbers: Sequence[str], items: Sequence[Item]) -> str:
    return "\n\n".join(_inline(f"{n}. {item.title}", item, body) for n, item in zip(numbers, items, strict=True))


def _bold(body: Body, numbers: Sequence[str], items: Sequence[Item]) -> str:
    return "\n\n".join(_inline(f"{n}) **{item.title}**", item, body) for n, item in zip(numbers, items, strict=True))


def _section(body: Body, numbers: Sequence[str], items: Sequence[Item]) -> str:
    """ "§ 45 Title", the decision in att-clauses under the body's name."""
    return "\n\n".join(_clauses(f"§ {n} {item.title}", item, body) for n, item in zip(numbers, items, strict=True))


def _marked(body: Body, numbers: Sequence[str], items: Sequence[Item]) -> str:
    """ "### 3) Title", the decision in a list under a bold label."""
    return "\n\n".join(_listed(f"### {n}) {item.title}", item, body) for n, item in zip(numbers, items, strict=True))


def _unnumbered(body: Body, numbers: Sequence[str], items: Sequence[Item]) -> str:
    """ "## Title" alone, and "Beslut:" in line."""
    return "\n\n".join(_inline(f"## {item.title}", item, body) for item in items)


def _subject(body: Body) -> str:
    return body.name.split()[0]


def _inline(heading: str, item: Item, body: Body) -> str:
    decided = [f"{_subject(body)} beslutar att {d}." for d in item.decisions]
    return "\n\n".join([heading, *item.paragraphs, *([f"Beslut: {' '.join(decided)}"] if decided else [])])


def _clauses(heading: str, item: Item, body: Body) -> str:
    rows = [heading, *item.paragraphs]
    if item.decisions:
        rows.append("\n".join([f"{_subject(body)} beslutade", *(f"att {d}." for d in item.decisions)]))
    return "\n\n".join(rows)


def _listed(heading: str, item: Item, body: Body) -> str:
    rows = [heading, *item.paragraphs]
    if item.decisions:
        rows += ["**Beslut:**", "\n".join(f"- Att {d}." for d in item.decisions)]
    return "\n\n".join(rows)


_LAYOUTS = {
    "bracket": _bracket,
    "marked": _marked,
    "bold": _bold,
    "section": _section,
    "dotted": _dotted,
    "unnumbered": _unnumbered,
}


def _slug(name: str) -> str:
    return name.casefold().translate(str.maketrans("åäö ", "aao-"))


def write(folder: Path, minutes: Sequence[Minutes]) -> None:
    """Writes each document into the folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in minutes:
        (folder / one.name).write_text(one.text, encoding="utf-8")


# Questions


@dataclass(frozen=True, slots=True)
class Question:
    """A question to the corpus, and what kind it is."""

    kind: str
    text: str


def questions(minutes: Sequence[Minutes], count: int) -> list[Question]:
    """Questions about what the minutes hold, `count` of each kind, in turn; refusals ask for what they do not hold."""
    rng = Random("questions")
    return [Question(kind, make(rng, minutes)) for _ in range(count) for kind, make in KINDS.items()]


def _any(rng: Random, minutes: Sequence[Minutes]) -> tuple[Minutes, Item]:
    meeting = rng.choice(minutes)
    about = [item for item in meeting.items if item.topic]
    return meeting, rng.choice(about or meeting.items)


def _when(meeting: Minutes) -> str:
    return swedish_date(meeting.day.isoformat(), "day")


def _decision(rng: Random, minutes: Sequence[Minutes]) -> str:
    form = rng.choice(
        ("vad beslutades om {}?", "Vad har man beslutat kring {}?", "beslut {}", "what was decided about {}?")
    )
    return form.format(_any(rng, minutes)[1].topic)


def _decision_of_body(rng: Random, minutes: Sequence[Minutes]) -> str:
    meeting, item = _any(rng, minutes)
    return f"Vad beslutade {meeting.body} om {item.topic}?"


def _decision_of_year(rng: Random, minutes: Sequence[Minutes]) -> str:
    meeting, item = _any(rng, minutes)
    return f"vad beslutades om {item.topic} {meeting.day.year}?"


def _direct(rng: Random, minutes: Sequence[Minutes]) -> str:
    forms = (
        "hur mycket kostar {}?",
        "när ska {} vara klar?",
        "vem ansvarar för {}?",
        "varför behövs {}?",
        "hur går det med {}?",
    )
    return rng.choice(forms).format(_any(rng, minutes)[1].topic)


def _sentence(rng: Random, minutes: Sequence[Minutes]) -> str:
    """A long question in the minutes' own words."""
    words = rng.choice(_any(rng, minutes)[1].paragraphs).split()[:16]
    return f"Hur resonerade man kring detta: {' '.join(words).rstrip('.,')}?"


def _list(rng: Random, minutes: Sequence[Minutes]) -> str:
    meeting = rng.choice(minutes)
    return f"Vilka beslut fattade {meeting.body} den {_when(meeting)}?"


def _attendance(rng: Random, minutes: Sequence[Minutes]) -> str:
    meeting = rng.choice(minutes)
    return f"vilka deltog på mötet med {meeting.body} den {_when(meeting)}?"


def _attended(rng: Random, minutes: Sequence[Minutes]) -> str:
    meeting = rng.choice(minutes)
    return f"Var {rng.choice((*meeting.people, *meeting.absent))} med på mötet den {_when(meeting)}?"


def _point(rng: Random, minutes: Sequence[Minutes]) -> str:
    meeting = rng.choice([one for one in minutes if one.numbers])
    return f"Vad sades under punkt {rng.choice(meeting.numbers)} hos {meeting.body} den {_when(meeting)}?"


def _timeline(rng: Random, minutes: Sequence[Minutes]) -> str:
    return f"Hur har frågan om {_any(rng, minutes)[1].topic} utvecklats?"


def _assigned(rng: Random, minutes: Sequence[Minutes]) -> str:
    return f"Vilka uppdrag har {rng.choice(rng.choice(minutes).people)}?"


def _assigned_in_body(rng: Random, minutes: Sequence[Minutes]) -> str:
    return f"Vem fick i uppdrag att göra något hos {rng.choice(minutes).body}?"


def _of_body(form: str) -> "Make":
    return lambda rng, minutes: form.format(rng.choice(minutes).body)


def _of_year(form: str) -> "Make":
    return lambda rng, minutes: form.format(rng.choice(minutes).day.year)


def _one_of(*forms: str) -> "Make":
    return lambda rng, minutes: rng.choice(forms)


Make = Callable[[Random, Sequence[Minutes]], str]
KINDS: dict[str, Make] = {
    "decision": _decision,
    "decision, body": _decision_of_body,
    "decision, year": _decision_of_year,
    "direct": _direct,
    "direct, long": _sentence,
    "timeline": _timeline,
    "item": _point,
    "list, meeting": _list,
    "attendance, meeting": _attendance,
    "attendance, person": _attended,
    "deferred, body": _of_body("Vad sköts upp hos {}?"),
    "meetings, body": _of_body("Vilka möten har {} haft?"),
    "assignments, body": _assigned_in_body,
    "refused, topic": _one_of(
        "vad beslutades om rymdfärjan?", "Vem äger månen?", "hur mycket kostar kungens krona?", "beslut om dinosaurier"
    ),
    "refused, filter": _one_of(
        "vilka deltog på mötet den 3 januari 1999?", "Vilka beslut fattades på mötet 1987?", "Vilka möten hölls 1971?"
    ),
    "list, year": _of_year("Vilka beslut fattades {}?"),
    "assignments, all": _assigned,
    "deferred, all": _one_of("vad sköts upp?", "Vilka ärenden har bordlagts?"),
    "meetings, all": _one_of("vilka möten har hållits?", "Hur många möten har hållits?"),
}
WHOLE = ("list, year", "assignments, all", "deferred, all", "meetings, all")
"""Kinds of questions that go through a year of the register or all of it."""
