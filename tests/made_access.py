"""Minutes of four bodies, three of which may be closed; and two bots that must say the same: one over all of them under
access rules, one over an index that holds only what the rules leave.
"""

import asyncio
import json
from dataclasses import replace
from datetime import date

from made_index import TopicEmbedder, build, write_minutes

from bot.access import Reader
from bot.access_file import AccessFile
from bot.buttons import Buttons, Press
from bot.lookup import LibraryLookup
from bot.message import Incoming
from bot.metrics import Metrics
from bot.page import open_page
from bot.pipeline import search_now
from bot.presentation import Presentation, make_link
from bot.presenter import Presenter
from bot.respond import Desk
from bot.service import open_answerer
from bot.show import find_problems, meeting_json, select

KEY = b"k" * 32
OPEN = "Socialchefsnätverket Norrdal"
CLOSABLE = ("IFO-nätverket Sjövik", "Nämnden Granvik", "Ledningsgruppen Tallhamra")
WORDS = dict(zip((OPEN, *CLOSABLE), ("norrlom", "sjöuggla", "granräv", "talltrast"), strict=True))
"""A word that only this body's minutes hold."""
PEOPLE = dict(zip((OPEN, *CLOSABLE), ("Anna Ek", "Bo Lindmo", "Cecilia Almqvist", "David Tallroth"), strict=True))


def minutes_of(body, year):
    """One meeting's minutes: topics that all bodies share, and words, people and places of its own."""
    word, person, place = WORDS[body], PEOPLE[body], body.split()[-1]
    return f"""\
Minnesanteckningar
{body}
Datum: 4 mars {year}

Närvarande:
{person}, {place}

1. Yrkesresan
{person} informerade om Yrkesresan och {word}projektet i {place}.
Beslut: {body} ansluter sig till Yrkesresan {year} för 4,25 kronor per invånare.
{person} får i uppdrag att teckna avtalet om {word} senast den 30 april {year}.

2. Färdtjänsten och {word}
Upphandlingen av {word} är försenad till hösten {year}.
Punkten bordläggs till nästa möte.

3. Budget
Beslut: Budgeten för {year} fastställs med {word} som bilaga.
"""


MINUTES = {
    body: {f"{WORDS[body]}-{year}.txt": minutes_of(body, year) for year in (2021, 2022)} for body in (OPEN, *CLOSABLE)
}
EVERYTHING = frozenset(document for minutes in MINUTES.values() for document in minutes)
CLOSABLE_DOCUMENTS = ("norrlom-2021.txt", "talltrast-2022.txt")
"""Documents that may have a rule of their own: one of the open body's, one of a body that may be closed."""

QUESTIONS = (
    "vad beslutades om yrkesresan?",
    "vad beslutades om färdtjänsten?",
    "vilka beslut fattades 2022?",
    "hur många möten har hållits?",
    "vilka möten har hållits?",
    "vilka nätverk finns?",
    "vad sköts upp?",
    "vilka deltog den 4 mars 2021?",
    "vem gör vad?",
    "vad kostar yrkesresan?",
    "vad beslutades om simhallen?",
    "hjälp",
    "what was decided about the budget?",
    *(f"vad beslutades om {word}?" for word in WORDS.values()),
    *(f"vad beslutades i {body}?" for body in WORDS),
    *(f"vilka uppdrag har {person}?" for person in PEOPLE.values()),
    *(f"vad beslutades om yrkesresan i {body.split()[-1]}?" for body in WORDS),
)
FOLLOW_UPS = (
    *("vad kostar den?", "vem ansvarar?", "vilka deltog?", "visa hela punkten", "visa fler", "och 2021?"),
    *(f"och i {body.split()[-1]}?" for body in WORDS),
)


class Collector:
    """A responder that keeps what is sent."""

    def __init__(self):
        self.sent = []

    async def typing(self): ...
    async def progress(self, text): ...
    async def chunk(self, text): ...

    async def final(self, outgoing):
        self.sent.append(outgoing.message)
        return "r1"


def link_for(reader):
    return make_link("https://bot.example", KEY, lambda _: 30, lambda: 0.0, reader=reader)


class Bot:
    """All the ways to the minutes over one index; what each gives is a text, the same for the same."""

    def __init__(self, index, access=None, among=None):
        embedder = TopicEmbedder(dim=256)
        self._embedder = embedder
        self.answerer = open_answerer(
            index, lambda _: embedder, lambda: date(2023, 1, 1), may_wait=False, access=access
        )
        self.answerer.readers.among = among
        shown_as = Presentation(link_for=link_for)
        lookup = LibraryLookup(self.answerer.view)
        presenter = Presenter(shown_as, lookup)
        self._desk = Desk(self.answerer.ask, Metrics(), presenter)
        self._buttons = Buttons(self._desk, presenter, lookup)

    async def ask(self, reader, conversation, question):
        asking = Incoming("m1", question, conversation, "personal" if reader.user else "channel", "", reader=reader)
        responder = Collector()
        await self._desk.respond(asking, responder)
        return _text(responder.sent)

    async def answer(self, reader, question):
        asking = Incoming("m1", question, "", "personal", "", alone=True, reader=reader)
        return repr(replace(await self.answerer.ask(asking), ms=(), reused=False))

    async def press(self, reader, verb, question, item):
        pressing, responder = Incoming("m1", "", "c", "personal", "", reader=reader), Collector()
        body = await self._buttons.press(pressing, Press(verb, question, item, after=1), responder)
        return _text([body, responder.sent])

    async def page(self, reader, token):
        page = await open_page(token, KEY, 0.0, self.answerer.view)
        return _text([page.status, page.html])

    async def search(self, reader, question):
        view = await self.answerer.view(reader)
        hits = search_now(question, view, lambda: self._embedder, date(2023, 1, 1), 20)[1]
        return _text([repr(hit) for hit in hits])

    async def show(self, reader):
        view = await self.answerer.view(reader)
        return _text([[meeting_json(view, one) for one in select(view, None)], find_problems(view)])


def _text(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


class World:
    """The bot under rules, and for each set of documents the bot over an index that holds no others."""

    def __init__(self, folder):
        self._folder, self._parts, self._loop = folder, {}, asyncio.Runner()
        self.rules_file = folder / "access.toml"
        self.write({})
        self.members = {}
        self.bot = Bot(self._index(EVERYTHING), AccessFile(self.rules_file), self._among)
        self.steps = 0
        self._said = {}  # what was said in a conversation before: its words may come back

    def write(self, rules):
        """Rules: body or document -> list of ids; those it does not name are public."""
        lines = ['default = "public"']
        for table, names in (("bodies", WORDS), ("documents", EVERYTHING)):
            lines += [f"[{table}]", *(f'"{name}" = {json.dumps(sorted(rules[name]))}' for name in names & rules.keys())]
        new = self.rules_file.with_suffix(".new")
        new.write_text("\n".join(lines), encoding="utf-8")
        new.replace(self.rules_file)
        self.rules = rules

    async def _among(self, user, ids):
        return frozenset(one for one in ids if user in self.members.get(one, ()))

    def seen_by(self, reader):
        """The documents that the reader may see, worked out the plain way."""
        own = {reader.user, reader.team} | {group for group, users in self.members.items() if reader.user in users}

        def lets_in(name):
            return name not in self.rules or own & set(self.rules[name]) - {""}

        return frozenset(d for body, minutes in MINUTES.items() for d in minutes if lets_in(body) and lets_in(d))

    def same(self, path, reader, *arguments):
        """What the bot under rules says, which must be what the other says to anyone."""
        self.steps += 1
        seen = self.seen_by(reader)
        told = self._loop.run(getattr(self.bot, path)(reader, *arguments))
        assert told == self._loop.run(getattr(self._part(seen), path)(reader, *self._apart(path, reader, arguments)))
        asked = _text(arguments).casefold()
        if path == "ask":
            self._said[arguments[0]] = asked = self._said.get(arguments[0], "") + asked
        for body in (body for body in WORDS if seen.isdisjoint(MINUTES[body])):
            assert WORDS[body] not in told.casefold() or WORDS[body] in asked
            assert PEOPLE[body] not in told or PEOPLE[body].casefold() in asked
        return told

    def _apart(self, path, reader, arguments):
        """The other bot's conversations start anew where the rules, or those groups of the reader's that they name, have
        changed.
        """
        if path != "ask":
            return arguments
        named = {one for ids in self.rules.values() for one in ids}
        groups = sorted(group for group, users in self.members.items() if reader.user in users and group in named)
        state = _text([sorted((b, sorted(ids)) for b, ids in self.rules.items()), groups])
        return (f"{arguments[0]} {state}", *arguments[1:])

    def _part(self, documents):
        if documents not in self._parts:
            self._parts[documents] = Bot(self._index(documents))
        return self._parts[documents]

    def _index(self, documents):
        folder = self._folder / f"{len(list(self._folder.iterdir()))}"
        folder.mkdir()
        minutes = {name: text for body in MINUTES.values() for name, text in body.items() if name in documents}
        return build(write_minutes(folder / "minutes", minutes), folder / "index", TopicEmbedder(dim=256))

    def close(self):
        for bot in (self.bot, *self._parts.values()):
            bot.answerer.close()
        self._loop.close()


ANNA, BO, EVA = (Reader(user=f"{n}" * 8 + "-0000-4000-8000-000000000000") for n in "123")
TEAM = Reader(team="44444444-0000-4000-8000-000000000000")
GROUP = "55555555-0000-4000-8000-000000000000"
READERS = (ANNA, BO, EVA, TEAM, Reader())
IDS = (ANNA.user, BO.user, TEAM.team, GROUP)
