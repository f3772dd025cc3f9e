"""Follow-up questions: what they leave out is taken from the turn before, and what stands alone is left alone."""

import json
from dataclasses import replace

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from made_register import CATALOG, GRANVIK, NORRDAL, SJOVIK, TODAY, VASTERLID, asked

from bot.asking_words import spell, tell_language
from bot.commands import read_command
from bot.conversation import resolve
from bot.query import understand
from bot.records import Answer, Citation, Statement, Turn
from bot.turns import KEPT, next_turns
from indexer.lexical import query_words

HEADLINE = "vad beslutades om yrkesresan?"
ENTRIES = {entry.id: entry for entry in CATALOG.meetings}


def cite(n, place, quote="x"):
    """A citation to "n24#3", an item, or to "n24", the meeting itself."""
    meeting, _, number = place.partition("#")
    entry = ENTRIES[meeting]
    item = (place, number, True, f"Larmen, del {number}") if number else (None,) * 4
    return Citation(
        n, meeting, f"{meeting}.txt", meeting, entry.body, entry.date, entry.date_precision, quote, 0, 1, *item
    )


def answer_of(understood, places=(), left=0, quote="x"):
    """An answer that cites these places; a refusal where there are none."""
    cited = tuple(cite(n, place, quote) for n, place in enumerate(places, 1))
    lines = tuple(Statement(f"- {c.n}", (c.n,)) for c in cited)
    shown = Answer(understood.question, "", not cited, understood.intent, understood.language, lines, cited)
    return replace(shown, left_out=left)


def read(question, turns):
    return resolve(question, turns, CATALOG, TODAY)


def said(*rounds, **values):
    """The turns of a conversation: questions, each with the places that its answer cites ("n24#3")."""
    turns = ()
    for question, *places in rounds:
        understood = read(question, turns)[-1]
        turns = next_turns(turns, understood, answer_of(understood, places, **values), CATALOG)
    return turns


def gist(understood):
    """What a question asks, without its words."""
    query = understood.query
    filters = (query.bodies, query.meetings, query.since, query.until, query.numbers)
    needs = (set(understood.required), understood.missing, understood.people)
    return understood.intent, understood.asks, *filters, *needs, sorted(query_words(understood.key))


YRKESRESAN = ((HEADLINE, "n22#2", "v21#4", "s23#5"),)
IN_FULL = [
    # another place
    ("vad beslutades om yrkesresan?", "och i Norrdal?", "vad beslutades om yrkesresan i Norrdal?"),
    ("vad beslutades om yrkesresan?", "och i norrdal då", "vad beslutades om yrkesresan i norrdal"),
    ("vad beslutades om yrkesresan?", "Norrdal?", "vad beslutades om yrkesresan i Norrdal"),
    ("vad beslutades om yrkesresan?", "och hos SÖS då?", "vad beslutades om yrkesresan hos SÖS"),
    ("vad beslutades om yrkesresan?", "men i västerlid?", "vad beslutades om yrkesresan i västerlid"),
    ("vad beslutades om yrkesresan?", "å i västrlid?", "vad beslutades om yrkesresan i västerlid"),
    ("vad beslutades om yrkesresan?", "oc i norrdal", "vad beslutades om yrkesresan i norrdal"),
    ("vad beslutades om yrkesresan?", "och omsorgsnämnden?", "vad beslutades om yrkesresan i omsorgsnämnden"),
    ("vad beslutades om yrkesresan i Norrdal?", "och i Västerlid?", "vad beslutades om yrkesresan i Västerlid"),
    ("vad beslutade Norrdal om yrkesresan 2022?", "och Västerlid?", "vad beslutade Västerlid om yrkesresan 2022"),
    ("vad beslutades om yrkesresan?", "och i Kiruna?", "vad beslutades om yrkesresan i Kiruna"),
    ("vad beslutades om yrkesresan i Kiruna?", "och i Norrdal?", "vad beslutades om yrkesresan i Norrdal"),
    ("vad beslutades om yrkesresan?", "och i Tallhamra?", "vad beslutades om yrkesresan i Tallhamra"),
    ("what was decided about yrkesresan?", "and in Norrdal?", "what was decided about yrkesresan in Norrdal"),
    ("what was decided about yrkesresan?", "what about Norrdal?", "what was decided about yrkesresan in Norrdal"),
    ("vilka beslut fattades 2022?", "och 2023?", "vilka beslut fattades 2023"),
    ("vad kostar yrkesresan i Norrdal?", "och i Västerlid?", "vad kostar yrkesresan i Västerlid"),
    ("vem ansvarar för larmen i Norrdal?", "och i Västerlid då?", "vem ansvarar för larmen i Västerlid"),
    ("vad sköts upp?", "och i Norrdal?", "vad sköts upp i Norrdal"),
    ("vilka möten hölls 2022?", "och 2021?", "vilka möten hölls 2021"),
    ("vad beslutades om yrkesresan i Norrdal?", "och i alla nätverk?", "vad beslutades om yrkesresan"),
    # another date
    ("vad beslutades om yrkesresan?", "och 2022?", "vad beslutades om yrkesresan 2022"),
    ("vad beslutades om yrkesresan?", "2022?", "vad beslutades om yrkesresan 2022"),
    ("vad beslutades om yrkesresan?", "och 2015?", "vad beslutades om yrkesresan 2015"),
    ("vad beslutades om yrkesresan 2022?", "och 2023?", "vad beslutades om yrkesresan 2023"),
    ("vad beslutades om yrkesresan?", "på senaste mötet?", "vad beslutades om yrkesresan på senaste mötet"),
    ("vad beslutades om yrkesresan?", "och senaste mötet?", "vad beslutades om yrkesresan på senaste mötet"),
    ("vad beslutades om yrkesresan?", "på våren då?", "vad beslutades om yrkesresan på våren"),
    ("vad beslutades om yrkesresan 2023?", "på våren då?", "vad beslutades om yrkesresan våren 2023"),
    ("vad beslutades om yrkesresan 2023?", "och i oktober?", "vad beslutades om yrkesresan i oktober 2023"),
    ("vad beslutades om yrkesresan?", "i fjol då?", "vad beslutades om yrkesresan i fjol"),
    ("vad beslutades om yrkesresan i Norrdal?", "och 2023?", "vad beslutades om yrkesresan i Norrdal 2023"),
    ("vad beslutades om yrkesresan i Norrdal?", "i västerlid 2021?", "vad beslutades om yrkesresan i västerlid 2021"),
    ("vad beslutades om budget 2025?", "och 2024?", "vad beslutades om budget 2024"),
    ("what was decided about yrkesresan?", "and in 2022?", "what was decided about yrkesresan in 2022"),
    # another topic
    ("vad beslutades om yrkesresan?", "och färdtjänsten?", "vad beslutades om färdtjänsten"),
    ("vad beslutades om yrkesresan i Norrdal?", "och färdtjänsten?", "vad beslutades om färdtjänsten i Norrdal"),
    ("vad beslutades om yrkesresan i Norrdal?", "färdtjänsten då?", "vad beslutades om färdtjänsten i Norrdal"),
    ("vad beslutades om yrkesresan 2022?", "men om skyddat boende?", "vad beslutades om skyddat boende 2022"),
    ("vad kostar yrkesresan?", "och SIP-utbildningen?", "vad kostar SIP-utbildningen"),
    ("vilka beslut fattades i Norrdal?", "och om familjehem?", "vilka beslut fattades om familjehem i Norrdal"),
    ("vad ska Anna Ek göra?", "och Bo Lind?", "vad ska Bo Lind göra"),
    ("deltog Anna Ek den 4 mars 2022?", "och Bo Lind?", "deltog Bo Lind den 4 mars 2022"),
    ("what was decided about yrkesresan?", "and färdtjänsten?", "what was decided about färdtjänsten"),
    # another question
    ("vem ansvarar för yrkesresan?", "vad beslutades?", "vad beslutades om yrkesresan"),
    ("vem ansvarar för yrkesresan i Norrdal?", "beslut?", "beslut om yrkesresan i Norrdal"),
    ("vad beslutades om yrkesresan 2022?", "och vad beslutade Norrdal?", "vad beslutade Norrdal om yrkesresan 2022"),
    ("vad beslutades om yrkesresan?", "vad sa Norrdal?", "vad sa Norrdal om yrkesresan"),
    ("vad beslutades om yrkesresan?", "hur har det utvecklats?", "hur har det utvecklats med yrkesresan"),
    ("vad ska Anna Ek göra?", "vilka möten var hon med på?", "vilka möten var Anna Ek med på"),
]


@pytest.mark.parametrize(("before", "question", "full"), IN_FULL, ids=[f"{b} - {q}" for b, q, _ in IN_FULL])
def test_follow_up_is_understood_as_the_question_in_full(before, question, full):
    readings = read(question, said((before, "n22#2")))
    assert gist(replace(readings[-1], key="")) == gist(replace(asked(full), key=""))
    assert set(query_words(readings[-1].key)) <= set(query_words(full))
    assert readings[-1].question == question
    assert readings[-1].carried is not None


ASKED = {
    "vem ansvarar?": ("who", ("ansvarar",)),
    "vem ansvrar?": ("who", ("ansvarar",)),
    "och vem ansvarar då?": ("who", ("ansvarar",)),
    "vem?": ("who", ()),
    "vem leder den?": ("who", ("leder",)),
    "när då?": ("when", ()),
    "när?": ("when", ()),
    "nr börjar den": ("when", ()),
    "när börjar det?": ("when", ()),
    "när ska det vara klart?": ("when", ("klart",)),
    "hur mycket?": ("how_much", ()),
    "va kostar den?": ("how_much", ()),
    "vad kostar det?": ("how_much", ()),
    "hur länge gäller den?": ("how_much", ()),
    "hur många platser?": ("how_many", ("platser",)),
    "varför bordlades den?": ("why", ("bordlades",)),
    "kostnad?": ("how_much", ()),
    "och priset?": ("how_much", ()),
    "datum?": ("when", ()),
    "ansvarig?": ("who", ("ansvarar",)),
    "hur fördelas kostnaden?": ("", ("fördelas",)),
    "vilka kommuner betalar?": ("which_all", ("kommuner", "betalar")),
    "who is responsible?": ("who", ("ansvarar",)),
    "when does it start?": ("when", ()),
    "how much does it cost?": ("how_much", ()),
}


@pytest.mark.parametrize(("question", "asks"), ASKED.items(), ids=ASKED)
def test_what_is_asked_changes_and_is_looked_for_in_the_items_just_cited_first(question, asks):
    first, *_, last = read(question, said(*YRKESRESAN))
    assert (first.asks, first.carried.own) == asks
    assert first.query.items == ("n22#2", "v21#4", "s23#5")
    assert last == replace(first, query=replace(first.query, items=None))
    assert (last.intent, last.key, last.carried.subject) == ("direct", "yrkesresan", "yrkesresan")


def test_who_is_responsible_may_be_told_by_an_assignment():
    intents = [(one.intent, one.query.items) for one in read("vem ansvarar?", said((HEADLINE, "n22#2")))]
    assert intents == [("direct", ("n22#2",)), ("action", ("n22#2",)), ("direct", None)]


def test_what_is_asked_after_a_refusal_needs_all_its_evidence():
    (only,) = read("vad kostar det?", said(("vad beslutades om vindkraft i Norrdal?",)))
    assert gist(only) == gist(asked("vad kostar det om vindkraft i Norrdal"))
    assert only.carried.own is None


@pytest.mark.parametrize("question", ["varför?", "varför då?", "varför det?", "why?"])
def test_a_bare_why_is_asked_of_what_was_just_said_only(question):
    (only,) = read(question, said(*YRKESRESAN))
    assert (only.asks, only.query.items) == ("why", ("n22#2", "v21#4", "s23#5"))


def test_a_date_that_the_evidence_must_hold_gives_way_to_another():
    turns = said(("vad kostar yrkesresan 2031?",))
    assert (turns[-1].topic, turns[-1].when) == ("yrkesresan", ("2031",))
    (understood,) = read("och 2032?", turns)
    assert gist(understood) == gist(asked("vad kostar yrkesresan 2032"))


def test_filters_are_carried_with_the_topic():
    turns = said(("vad beslutades om yrkesresan i Norrdal 2022?", "n22#2"))
    for question in ("vem ansvarar?", "vad kostar den?", "finns det bilagor?", "vilka uppdrag?", "vad händer nu?"):
        last = read(question, turns)[-1]
        assert last.query.bodies == (NORRDAL,)
        assert (last.query.since.year, last.query.until.year) == (2022, 2022)
        assert last.carried.subject == f"yrkesresan, {NORRDAL}, 2022"


SUBJECTS = [
    (HEADLINE, "och i Norrdal?", f"yrkesresan, {NORRDAL}"),
    (HEADLINE, "och i norrdal 2022?", f"yrkesresan, {NORRDAL}, 2022"),
    ("vad beslutades om yrkesresan i Norrdal?", "och färdtjänsten?", f"färdtjänsten, {NORRDAL}"),
    (HEADLINE, "på senaste mötet?", "yrkesresan, senaste mötet"),
    ("what was decided about **[1](x)** yrkesresan?", "and in Norrdal?", f"1](x) yrkesresan, {NORRDAL}"),
]


@pytest.mark.parametrize(("before", "question", "subject"), SUBJECTS, ids=[q for _, q, _ in SUBJECTS])
def test_what_was_carried_is_told_in_words(before, question, subject):
    (understood,) = read(question, said((before, "n22#2")))
    assert understood.carried.subject == subject


# The meeting just cited

OF_MEETING = {
    "vilka deltog?": "attendance",
    "vilka deltgo?": "attendance",
    "vilka var med?": "attendance",
    "vem var ordförande?": "attendance",
    "vilka deltog på mötet?": "attendance",
    "vad beslutades på mötet?": "list",
    "vilka beslut fattades på det mötet?": "list",
    "vad togs upp på mötet?": "agenda",
    "sammanfatta mötet": "agenda",
    "vad står i punkt 3?": "item",
    "när var mötet?": "meetings",
    "who attended?": "attendance",
    "vad sades om färdtjänst på samma möte?": "direct",
}


@pytest.mark.parametrize(("question", "intent"), OF_MEETING.items(), ids=OF_MEETING)
def test_question_about_the_meeting_is_put_to_the_one_just_cited(question, intent):
    (understood,) = read(question, said((HEADLINE, "n22#2")))
    assert (understood.intent, understood.query.meetings, understood.query.bodies) == (intent, ("n22",), (NORRDAL,))
    day = "4 March 2022" if understood.language == "en" else "4 mars 2022"
    assert understood.carried.subject.endswith(f" {day}, {NORRDAL}")


def test_several_meetings_cited_are_all_asked_of():
    (understood,) = read("vilka deltog?", said(*YRKESRESAN))
    assert set(understood.query.meetings) == {"n22", "v21", "s23"}
    assert "3" in understood.carried.subject


def test_meetings_of_the_body_that_is_named():
    (understood,) = read("och vilka deltog i Västerlid?", said(*YRKESRESAN))
    assert understood.query.meetings == ("v21",)


def test_next_question_leans_on_the_meeting_that_was_asked_about():
    turns = said((HEADLINE, "n22#2"), ("vilka deltog?", "n22"))
    (understood,) = read("och i oktober 2023?", turns)
    assert (understood.intent, understood.query.bodies) == ("attendance", (NORRDAL,))
    assert read("vem ansvarar?", turns)[0].query.items == ("n22#2",)


# Questions that stand alone

ALONE = """
yrkesresan?
färdtjänst?
vad sköts upp?
vilka möten har hållits?
vilka nätverk finns?
alla beslut
alla beslut 2023
lista alla möten
vilka beslut fattades på senaste mötet?
vad beslutades den 4 mars 2022?
vad beslutade Norrdal?
vad beslutades i Norrdal 2022?
vem är Anna Ek?
deltog Anna Ek den 4 mars?
vilka deltog i Norrdal?
vem är ordförande i Norrdal?
hur många deltog den 4 mars 2022?
vad ska Bo Lind göra?
vilka uppdrag har Anna Ek?
ordförandens uppdrag
vilka bilagor finns från Norrdal?
senaste mötet i Sjövik?
när är nästa möte?
punkt 8 i Norrdal
vilka punkter togs upp i Sjövik?
kan du sammanfatta mötet den 4 mars 2022?
vad gäller för friskvård?
vad kostar färdtjänsten?
när börjar kursen?
vem leder arbetet med platsbanken?
hur går det med bredbandet?
finns det platser på korttidsboendet?
hur många platser finns det på Solgläntan?
och vad beslutades om färdtjänsten?
och vem ansvarar för platsbanken?
men när ska rutinen för skyddat boende vara klar?
yrkesresan, vad kostar den?
vad är yrkesresan och vad kostar den?
det nya avtalet, vad innebär det?
varför sköts larmen upp?
vad händer med hemtjänsten?
hur mycket pengar fick ungdomsrådet?
vad tyckte nätverket om förslaget?
fördelning av kostnader för socialjour
betalar kommunerna för tolk?
vad säger IVO om tillstånd?
är det någon som vet vad som gäller för habiliteringsersättningen framöver i kommunerna?
vem är du?
vad heter du?
vad ska jag göra?
det var inte det jag frågade om
hej
tack
hjälp
och?
ok
what was decided about foster care?
who attended on 4 March 2022?
which meetings were held?
""".strip().split("\n")
CONVERSATIONS = {
    "a topic": said(*YRKESRESAN),
    "a topic with filters": said(("vem ansvarar för platsbanken i Norrdal 2022?", "n22#3"), quote="Anna Ek"),
    "an attendance list": said(("vilka deltog den 4 mars 2022?", "n22")),
    "a long list": said(("alla beslut", "n22#1", "n22#2"), left=10),
    "a person": said(("vad ska Anna Ek göra?", "n22#2")),
    "a refusal": said(("vad beslutades om vindkraft i Kiruna?",)),
    "an item": said(("punkt 3 i Norrdal den 4 mars 2022", "n22#3")),
}


@pytest.mark.parametrize("turns", CONVERSATIONS.values(), ids=CONVERSATIONS)
@pytest.mark.parametrize("question", ALONE)
def test_question_that_stands_alone_is_understood_as_without_turns(question, turns):
    assert read(question, turns) == (understand(question, CATALOG, TODAY),)


@pytest.mark.parametrize("turns", CONVERSATIONS.values(), ids=CONVERSATIONS)
@pytest.mark.parametrize("file", ["data/eval/questions.jsonl", "tests/fixtures/questions.jsonl"])
def test_every_gold_question_is_understood_as_without_turns(file, turns):
    questions = [json.loads(line)["q"] for line in (ROOT / file).read_text(encoding="utf-8").splitlines()]
    assert len(questions) > 300
    assert [q for q in questions if read(q, turns) != (understand(q, CATALOG, TODAY),)] == []


@pytest.mark.parametrize("question", ["och i Norrdal?", "vem ansvarar?", "visa hela punkten", "mer", "vilka deltog?"])
def test_without_turns_nothing_is_carried(question):
    assert read(question, ()) == (understand(question, CATALOG, TODAY),)


THINGS = {
    "när ska rutinen vara klar?": ("rutinen", "klar"),
    "vem tar fram rutinen?": ("rutinen",),
    "vad kostar rutinen?": ("rutinen",),
}


@pytest.mark.parametrize(("question", "own"), THINGS.items(), ids=THINGS)
def test_thing_that_the_answer_mentioned_is_looked_for_there_and_then_everywhere(question, own):
    here, alone = read(question, said((HEADLINE, "n22#2"), quote="En rutin tas fram av Anna Ek."))
    assert (here.query.items, set(here.carried.own)) == (("n22#2",), set(own))
    assert alone == understand(question, CATALOG, TODAY)


@pytest.mark.parametrize("question", ["när ska riktlinjerna vara klara?", "vad kostar rutinen i Norrdal?", "rutinen?"])
def test_thing_that_was_not_mentioned_or_has_filters_stands_alone(question):
    turns = said((HEADLINE, "n22#2"), quote="En rutin tas fram av Anna Ek.")
    assert read(question, turns) == (understand(question, CATALOG, TODAY),)


def test_place_that_nothing_has_is_refused_by_name():
    (understood,) = read("och hos Fantasistad?", said(*YRKESRESAN))
    assert understood.no_body == ("Fantasistad",)


def test_question_without_a_topic_to_lean_on_stands_alone():
    for question in ("varför?", "vem ansvarar?", "vad kostar den?"):
        assert read(question, said(("vilka möten hölls 2022?", "n22")))[0].carried is None


def test_person_takes_the_place_of_a_person_only():
    assert read("och Bo Lind?", said(*YRKESRESAN))[0].carried is None


def test_pronoun_for_a_person_means_the_one_just_named():
    turns = said(("vem ansvarar för larmen?", "n22#3"), quote="Bo Lind ansvarar för larmen.")
    (understood,) = read("vad ska han göra?", turns)
    assert (understood.intent, understood.people) == ("action", ("Bo Lind",))


def test_pronoun_for_one_of_several_people_means_nobody():
    turns = said(("vem ansvarar för larmen?", "n22#3"), quote="Anna Ek och Bo Lind ansvarar.")
    assert read("vad ska han göra?", turns)[-1].people == ()


LANGUAGES = [
    (HEADLINE, "och i Norrdal?", "sv"),
    (HEADLINE, "Norrdal?", "sv"),
    (HEADLINE, "and in Norrdal?", "en"),
    (HEADLINE, "more", "en"),
    ("what was decided about yrkesresan?", "Norrdal?", "en"),
    ("what was decided about yrkesresan?", "2022?", "en"),
    ("what was decided about yrkesresan?", "och i Norrdal?", "sv"),
    ("what was decided about yrkesresan?", "visa hela punkten", "sv"),
]


@pytest.mark.parametrize(("before", "question", "language"), LANGUAGES, ids=[f"{b} - {q}" for b, q, _ in LANGUAGES])
def test_answer_is_in_the_language_of_the_follow_up_or_else_of_the_turn(before, question, language):
    assert read(question, said((before, "n22#2")))[-1].language == language


# Commands

COMMANDS = {
    "visa hela punkten": "item",
    "hela punkten": "item",
    "hela punkten tack": "item",
    "visa hela": "item",
    "kan du visa hela texten?": "item",
    "visa hela ärendet i sin helhet": "item",
    "läs upp punkten": "item",
    "visa punkten": "item",
    "show the whole item": "item",
    "full text please": "item",
    "visa [2]": "source",
    "visa källa 2": "source",
    "visa 2": "source",
    "visa den andra punkten": "place",
    "den första punkten": "place",
    "show the second item": "place",
    "mer": "more",
    "visa mer": "more",
    "berätta mer om det": "more",
    "tell me more": "more",
    "visa alla": "rest",
    "visa fler": "rest",
    "finns det fler?": "rest",
    "resten": "rest",
    "de andra": "rest",
    "show all": "rest",
    "the rest": "rest",
}
NO_COMMANDS = [
    "vad beslutades om hela punkten?",
    "visa alla beslut",
    "visa alla möten",
    "alla punkter",
    "visa yrkesresan",
    "hela budgeten",
    "mer personal",
    "vilka fler kommuner är med?",
    "2",
    "visa 2023 och 2024",
    "",
]


@pytest.mark.parametrize(("text", "kind"), COMMANDS.items(), ids=COMMANDS)
def test_command(text, kind):
    assert read_command(text, ()).kind == kind


@pytest.mark.parametrize("text", NO_COMMANDS)
def test_no_command(text):
    assert read_command(text, ()) is None


def shown(question, turns):
    """The items that a command shows, by reading."""
    return [(one.query.items, one.query.meetings, one.query.numbers) for one in read(question, turns)]


def test_whole_item_is_the_one_cited_first():
    (understood,) = read("visa hela pukten", said(*YRKESRESAN))
    assert understood.carried.whole
    assert understood.query.items == ("n22#2", "v21#4", "s23#5")


def test_whole_item_of_the_body_that_is_named():
    (understood,) = read("visa hela punkten från Västerlid", said(*YRKESRESAN))
    assert understood.query.bodies == (VASTERLID,)


def test_source_and_place_choose_among_what_was_cited():
    turns = said((HEADLINE, "n22#2", "n22#2", "v21#4"))
    assert shown("visa [2]", turns) == [(("n22#2",), None, ())]
    assert shown("visa den andra punkten", turns) == [(("v21#4",), None, ())]


def test_numbered_item_is_looked_for_among_those_cited_then_in_their_meetings():
    assert shown("visa punkt 5", said((HEADLINE, "n22#2", "n22#3"))) == [
        (("n22#2", "n22#3"), ("n22",), ("5",)),
        (None, ("n22",), ("5",)),
    ]


def test_numbered_item_with_a_place_of_its_own_stands_alone():
    assert read("visa punkt 5 i Västerlid", said(*YRKESRESAN))[0].carried is None


@pytest.mark.parametrize("question", ["visa [9]", "visa den femte punkten", "visa källa 0"])
def test_nothing_cited_has_that_place(question):
    assert read(question, said(*YRKESRESAN))[0].carried.lacks == "no_item"


@pytest.mark.parametrize("question", ["hela punkten", "visa [1]"])
def test_nothing_to_show_after_a_refusal(question):
    assert read(question, said(("vad beslutades om vindkraft?",)))[0].carried.lacks == "no_item"


@pytest.mark.parametrize("question", ["mer", "visa alla", "visa fler", "and the rest?"])
def test_long_answer_goes_on_where_it_stopped(question):
    (understood,) = read(question, said(("alla beslut 2022", "n22#1", "n22#2"), left=10))
    assert (understood.intent, understood.carried.skip, understood.carried.lacks) == ("list", 2, "")
    assert gist(understood) == gist(asked("alla beslut 2022"))


def test_long_answer_to_a_follow_up_goes_on_within_the_same():
    turns = said((HEADLINE, "n22#2"), ("och i Norrdal?", "n22#2", "n22#3"), left=3)
    (understood,) = read("visa fler", turns)
    assert (understood.query.bodies, understood.carried.skip) == ((NORRDAL,), 2)
    assert understood.carried.subject == f"yrkesresan, {NORRDAL}"


def test_more_of_a_complete_answer_is_the_whole_item_or_nothing():
    assert read("mer", said((HEADLINE, "n22#2")))[0].carried.whole
    assert read("mer", said(*YRKESRESAN))[0].carried.lacks == "no_more"
    assert read("visa fler", said((HEADLINE, "n22#2")))[0].carried.lacks == "no_more"
    assert read("mer", said((HEADLINE, "n22#2"), ("hela punkten", "n22#2")))[0].carried.lacks == "no_more"


# Turns


def test_topic_is_there_after_a_refusal():
    turns = said((HEADLINE, "n22#2"), ("och i Kiruna?",))
    assert turns[-1].items == ()
    (understood,) = read("och i Norrdal?", turns)
    assert gist(understood) == gist(asked("vad beslutades om yrkesresan i Norrdal"))


def test_topic_of_a_question_that_was_refused_is_there_too():
    (understood,) = read("och i Norrdal?", said(("vad beslutades om yrkesresan i Gotland?",)))
    assert gist(understood) == gist(asked("vad beslutades om yrkesresan i Norrdal"))


def test_items_are_there_after_an_unanswered_question_about_them():
    turns = said((HEADLINE, "n22#2"), ("vem betalar?",))
    assert turns[-1].items == ("n22#2",)
    assert read("visa hela punkten", turns)[0].query.items == ("n22#2",)


@pytest.mark.parametrize("question", ["tack", "hej", "visa [7]", "visa fler", "hm?"])
def test_what_asks_nothing_leaves_the_conversation_as_it_was(question):
    turns = said(*YRKESRESAN)
    assert next_turns(turns, read(question, turns)[-1], answer_of(asked(question)), CATALOG) == turns


def test_whole_item_keeps_the_subject():
    turns = said((HEADLINE, "n22#2", "v21#4"), ("visa [2]", "v21#4"))
    assert (turns[-1].topic, turns[-1].items, turns[-1].intent) == ("yrkesresan", ("v21#4",), "whole")
    assert read("och i Norrdal?", turns)[0].query.bodies == (NORRDAL,)


def test_item_without_a_topic_lends_its_title():
    turns = said(("punkt 3 i Norrdal den 4 mars 2022", "n22#3"))
    assert turns[-1].topic == "Larmen, del 3"
    assert read("när då?", turns)[0].query.items == ("n22#3",)


def test_page_of_a_long_answer_takes_the_place_of_the_one_before():
    turns = said(("alla beslut", "n22#1", "n22#2"), left=3)
    (understood,) = read("visa fler", turns)
    turns = next_turns(turns, understood, answer_of(understood, ["n23#4", "n23#5"], left=1), CATALOG)
    assert len(turns) == 1
    assert (turns[0].shown, turns[0].left, turns[0].items) == (4, 1, ("n23#4", "n23#5"))
    assert read("visa fler", turns)[0].carried.skip == 4


def test_new_subject_drops_the_old():
    turns = said(*YRKESRESAN, ("vad kostar färdtjänsten i Sjövik?", "s24#3"))
    (understood,) = read("och i Norrdal?", turns)
    assert gist(understood) == gist(asked("vad kostar färdtjänsten i Norrdal"))


def test_conversation_keeps_its_last_turns_only():
    turns = said(*[(f"vad beslutades om ämne{n}x?", "n22#2") for n in range(KEPT + 3)])
    assert [turn.topic for turn in turns] == [f"ämne{n}x" for n in range(3, KEPT + 3)]


def test_turn_says_what_was_asked_and_cited():
    (turn,) = said(("vad beslutade Norrdal om yrkesresan 2022?", "n22#2", "n22"), quote="Anna Ek")
    assert turn == Turn(
        question="vad beslutade Norrdal om yrkesresan 2022?",
        intent="decision",
        asks="",
        language="sv",
        wording="vad beslutade om yrkesresan",
        topic="yrkesresan",
        bodies=(NORRDAL,),
        when=("2022",),
        people=("Anna Ek",),
        meetings=("n22",),
        items=("n22#2", ""),
        mentioned=("ann", "ek"),
        shown=2,
    )


@pytest.mark.parametrize("turns", CONVERSATIONS.values(), ids=CONVERSATIONS)
def test_turn_comes_back_from_json_as_it_was(turns):
    assert Turn.from_json(turns[-1].to_json()) == turns[-1]


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"question": "x"}', "yrkesresan"])
def test_what_is_no_turn_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        Turn.from_json(text)


def test_turn_of_the_longest_answer_is_small():
    (turn,) = said(("alla beslut " + "å" * 3000, *["n22#2"] * 60))
    assert len(turn.to_json()) < 20_000


# Anything at all

WORDS = st.sampled_from(
    "och men då vem vad när varför visa hela punkten punkt 2 [1] mer alla den det hon mötet i hos från Norrdal norrdal "
    "2022 mars yrkesresan färdtjänsten ansvarar kostar beslutades deltog ? , ** § Anna Ek GR".split()
)
TEXTS = st.one_of(st.lists(WORDS, max_size=8).map(" ".join), st.text(max_size=30))


@given(TEXTS, st.sampled_from(sorted(CONVERSATIONS)))
def test_any_text_is_resolved_the_same_way_twice(text, name):
    turns = CONVERSATIONS[name]
    readings = read(text, turns)
    assert readings == read(text, turns)
    assert all(one.question == text for one in readings)
    assert len(readings) == 1 or readings[0].carried
    assert not any("**" in one.carried.subject or "\n" in one.carried.subject for one in readings if one.carried)


@given(st.lists(TEXTS, max_size=6))
def test_any_conversation_stays_small_and_readable(texts):
    turns = said(*[(text, "n22#2") for text in texts])
    assert len(turns) <= KEPT
    assert all(Turn.from_json(turn.to_json()) == turn for turn in turns)


SPELLED = {
    "vem ansvrar": "vem ansvarar",
    "vafrör då": "varför då",
    "hela pukten": "hela punkten",
    "Vilka deltgo?": "Vilka deltog?",
    "nr då": "när då",
    "punkt nr 8": "punkt nr 8",
    "och Kvarnfors?": "och Kvarnfors?",
    "restid": "restid",
    "ordförandens uppdrag": "ordförandens uppdrag",
    "färdtjänsten": "färdtjänsten",
}


@pytest.mark.parametrize(("text", "right"), SPELLED.items(), ids=SPELLED)
def test_misspelt_words_that_ask_are_put_right_and_no_others(text, right):
    assert spell(text) == right


@pytest.mark.parametrize(("text", "language"), [("och?", "sv"), ("and?", "en"), ("2022", ""), ("Norrdal", "")])
def test_language_of_a_few_words(text, language):
    assert tell_language(text) == language


def test_bodies_with_a_shared_name_are_both_meant():
    (understood,) = read("och i Sjövik?", said(*YRKESRESAN))
    assert SJOVIK in understood.query.bodies
    assert GRANVIK not in understood.query.bodies
