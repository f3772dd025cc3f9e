"""A question becomes a query: filters, item numbers, topic, what the evidence must hold. Never a body it lacks."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from made_register import ALIASES, BODIES, CATALOG, DATES, NORRDAL, SJOVIK, TODAY, VASTERLID, asked

from bot.catalog import Catalog
from bot.query import MAX_QUESTION, understand

INTENTS = {
    "deltog anna ek den 4 mars?": "attendance",
    "vad ska anna ek göra?": "action",
    "vad lovade Bo Lind": "action",
    "vad säger Bo Lind": "direct",
    "punkt 8": "item",
    "vad beslutades under punkt 8": "item",
    "vilka bilagor finns till punkt 8?": "attachments",
    "vad sköts upp": "deferred",
    "varför sköts larmen upp?": "direct",
    "vad beslutades den 4 mars 2022": "list",
    "vad beslutades om larm den 4 mars 2022": "decision",
}


@pytest.mark.parametrize(("question", "intent"), INTENTS.items(), ids=INTENTS)
def test_intent_with_what_the_catalog_knows(question, intent):
    assert asked(question).intent == intent


@pytest.mark.parametrize("question", ["vad beslutades 4/3?", "vad beslutades 2022", "hur många beslut togs 2022?"])
def test_decision_without_a_topic_is_a_list(question):
    assert asked(question).intent == "list"


NUMBERS = {
    "punkt 8": ("8",),
    "p. 8 i norrdal": ("8",),
    "pkt 5.2": ("5.2",),
    "punkten 12": ("12",),
    "punkt nr 8": ("8",),
    "§ 45": ("45",),
    "§45 den 4 mars": ("45",),
    "§§ 45": ("45",),
    "paragraf 45": ("45",),
    "ärende 7": ("7",),
    "agenda item 5.2": ("5.2",),
    "punkt 8 och punkt 9": ("8", "9"),
    "punkt 8, punkt 8": ("8",),
    "8 platser": (),
    "kl. 8": (),
    "den 8 mars": (),
    "punkt för punkt": (),
}


@pytest.mark.parametrize(("question", "numbers"), NUMBERS.items(), ids=NUMBERS)
def test_item_numbers(question, numbers):
    assert asked(question).query.numbers == numbers


@pytest.mark.parametrize(
    ("question", "numbers"),
    [("punkt 8 och 9", ("8", "9")), ("punkterna 3, 5 och 7", ("3", "5", "7")), ("§§ 45-46", ("45", "46"))],
)
def test_several_item_numbers(question, numbers):
    assert asked(question).query.numbers == numbers


def test_filters_leave_the_topic():
    understood = asked("vad beslutades om larm i Norrdal den 4 mars 2022 under punkt 2?")
    assert understood.query.topic == "vad beslutades om larm i under ?"
    assert understood.query.bodies == (NORRDAL,)
    assert understood.query.meetings == ("n22",)
    assert understood.filters == (NORRDAL, "den 4 mars 2022", "punkt 2")


@pytest.mark.parametrize(
    "question",
    [
        "vad säger protokollen om larm?",
        "vad står det i protokollet om larm?",
        "finns det i minnesanteckningarna om larm?",
        "enligt protokollet, vad gäller larm",
        "what do the minutes say about larm?",
    ],
)
def test_the_minutes_themselves_are_no_topic(question):
    assert not any(word in asked(question).query.topic for word in ("protokoll", "anteckning", "minutes"))


def test_minutes_that_are_asked_about_are_a_topic():
    assert "protokollet" in asked("vem justerar protokollet?").query.topic


@pytest.mark.parametrize(
    ("question", "intent"),
    {
        "när togs beslutet om larm?": "decision",
        "när beslutades om larm": "decision",
        "när godkändes budgeten?": "decision",
        "when was the budget approved?": "decision",
        "när börjar beslutet om larm gälla?": "direct",
        "när ska beslut om larm fattas?": "direct",
        "vad sa Bo Lind?": "timeline",
        "vad sa Bo Lind om larm?": "direct",
    }.items(),
)
def test_when_something_was_decided_and_what_somebody_said(question, intent):
    assert asked(question).intent == intent


def test_filters_of_a_year():
    query = asked("vad beslutades om larm i norrdal 2023?").query
    assert (query.since, query.until, query.meetings) == (date(2023, 1, 1), date(2023, 12, 31), None)


def test_whole_question_is_kept_and_cleaned():
    understood = asked("  vad\nbeslutades\x00 om   larm ")
    assert (understood.question, understood.query.question) == (
        "  vad\nbeslutades\x00 om   larm ",
        "vad beslutades om larm",
    )


def test_a_long_question_is_cut():
    assert len(asked("larm " * 1000).query.question) == MAX_QUESTION


LATEST = {
    "senaste mötet": ("n24", "s24", "v21"),
    "vad beslutades på senaste mötet i norrdal?": ("n24",),
    "vad sa norrdal på förra mötet om larm": ("n24",),
    "senaste protokollet från sjövik": ("s24",),
    "senaste socialchefsnätverksmötet i norrdal": ("n24",),
    "vad beslutades på sista mötet 2023 i norrdal?": ("n23",),
    "the latest meeting in norrdal": ("n24",),
    "vad beslutades senast?": ("n24", "s24", "v21"),
    "vad beslutades i norrdal senast?": ("n24",),
    "senaste nytt om larm": None,
    "förra chefen": None,
}


@pytest.mark.parametrize(("question", "meetings"), LATEST.items(), ids=LATEST)
def test_latest_meeting_of_each_body_in_scope(question, meetings):
    assert asked(question).query.meetings == meetings


MISSING = {
    "year of no meeting": ("vad beslutades om larm 2019?", ("2019",)),
    "year in which another body met": ("vad beslutades på mötet i västerlid 2024?", ("2024",)),
    "day on which another body met": ("vilka deltog i norrdal den 12 mars 2024?", ("den 12 mars 2024",)),
    "year of a meeting": ("vad beslutades om larm 2022?", ()),
    "year of a budget": ("vad beslutades om budget 2027?", ()),
    "no date": ("vad beslutades om larm?", ()),
}


@pytest.mark.parametrize(("question", "missing"), MISSING.values(), ids=MISSING)
def test_date_that_matches_no_meeting_of_the_body(question, missing):
    assert asked(question).missing == missing


REQUIRED = {
    "year of a budget": ("vad beslutades om budget 2027?", ("2027",)),
    "year that no meeting is of": ("vad kostar larm 2019?", ("2019",)),
    "municipality without a body": ("vad beslutades om larm i mora?", ("Mora",)),
    "municipality of the body": ("larm i sjövik", ()),
    "the same with a capital": ("larm i Sjövik", ()),
    "organisation of an attendee": ("vad sa tallhamra om larm", ("Tallhamra",)),
    "organisation of two words": ("vad sa region norrdal om larm", ()),
    "nothing": ("vad beslutades om larm?", ()),
}


@pytest.mark.parametrize(("question", "required"), REQUIRED.values(), ids=REQUIRED)
def test_what_the_evidence_must_hold(question, required):
    assert asked(question).required == required


@pytest.mark.parametrize("place", ["Örebro", "örebro", "orebro", "Örebros"])
def test_the_place_of_the_body_need_not_stand_in_the_evidence(place):
    catalog = Catalog(("Socialnämnden Örebro",), {}, (), (), ("Örebro",))
    understood = understand(f"larm i {place}", catalog, TODAY)
    assert (understood.query.bodies, understood.required) == (catalog.bodies, ())


def test_kind_and_place_of_different_bodies_choose_none():
    understood = asked("vad beslutade omsorgsnämnden i norrdal om larm?")
    assert (understood.query.bodies, understood.no_body) == ((), ("omsorgsnämnden Norrdal",))


@pytest.mark.parametrize(
    "question",
    ["vad beslutades i borås?", "vilka möten hölls i borås?", "vilka deltog från mora?"],
)
def test_unknown_municipality_is_no_body_for_a_list(question):
    understood = asked(question)
    assert understood.no_body or understood.missing


@pytest.mark.parametrize(
    ("organisation", "question", "no_body"),
    [
        ("kommunstyrelsen", "vilka deltog på mötet med kommunstyrelsen i Ale?", ("Ale",)),
        ("Ale", "vilka deltog från Ale?", ()),
        ("Ale kommun", "vilka deltog från Ale kommun?", ()),
    ],
    ids=["an organisation elsewhere", "the place itself", "its municipality"],
)
def test_place_beside_an_organisation(organisation, question, no_body):
    catalog = replace(CATALOG, organisations=(*CATALOG.organisations, organisation))
    assert understand(question, catalog, TODAY).no_body == no_body


def test_places_come_in_the_order_of_the_question():
    asked = understand("Vad sa man om Partille, Alingsås och Arjeplog?", CATALOG, TODAY)
    assert asked.required == ("Partille", "Alingsås", "Arjeplog")


def test_origin_of_attendees_is_no_body():
    understood = asked("vilka från sjövik deltog i norrdal den 4 mars 2022?")
    assert (understood.query.bodies, understood.organisations) == ((NORRDAL,), ("Sjövik",))


PEOPLE = {
    "vad ska Anna göra": ("Anna Ek",),
    "deltog bo lind och anna ek": ("Anna Ek", "Bo Lind"),
    "vad ska ordföranden göra": (),
}


@pytest.mark.parametrize(("question", "people"), PEOPLE.items(), ids=PEOPLE)
def test_people(question, people):
    assert asked(question).people == people


def test_a_person_called_as_a_place_is_the_place():
    catalog = Catalog((NORRDAL,), {}, (), ("Bo Norrdal",), ())
    assert understand("vad sa Norrdal om larm", catalog, TODAY).people == ()


ABSENT = {
    "vilka var frånvarande?": True,
    "vilka saknades": True,
    "vem var inte med den 4 mars": True,
    "vilka kom inte till mötet": True,
    "who was absent?": True,
    "vilka var närvarande?": False,
    "vilka var med": False,
}


@pytest.mark.parametrize(("question", "absent"), ABSENT.items(), ids=ABSENT)
def test_those_who_stayed_away(question, absent):
    assert asked(question).absent is absent


# Any text as a question

PIECES = st.sampled_from(
    """
    vad beslutades vilka möten om i den mellan och mars maj februari 30 2022 2023-03 4/3 99/99 punkt § 8 5.2 senaste
    förra våren hösten vintern i år norrdal Sjövik omsorgsnämnden socialcheferna nätverket borås Mora Anna ek lind från
    larm budget 2027 ? . - ( [ \\ * § ” ſ İ ß \x00 \n what was decided last year 0000-00-00 29/2
    """.split(" ")
)
QUESTIONS = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=14).map(" ".join))
CLOCKS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@given(QUESTIONS, CLOCKS)
@example("vad beslutades 29/2?", date(2024, 2, 29))
@example("mellan 29 februari 2023 och 31 april 2023", date(2024, 2, 29))
def test_any_text_is_understood_without_inventing_a_body_or_a_meeting(question, today):
    understood = understand(question, CATALOG, today)
    query = understood.query
    assert understood.question == question
    assert set(query.bodies) <= set(BODIES)
    assert set(query.meetings or ()) <= set(DATES)
    assert not (understood.no_body and query.bodies)
    assert (query.since is None) == (query.until is None)
    assert understood.language in ("sv", "en")
    assert understand(question, CATALOG, today) == understood


@settings(max_examples=50)
@given(QUESTIONS)
def test_any_text_is_understood_over_an_empty_index(question):
    understood = understand(question, Catalog((), {}, (), (), ()), TODAY)
    assert (understood.query.bodies, understood.query.meetings in (None, ())) == ((), True)


@settings(max_examples=50)
@given(st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=3, unique=True), QUESTIONS)
def test_any_name_of_a_body_can_stand_in_the_catalog(bodies, question):
    catalog = Catalog(tuple(bodies), {bodies[0]: ("",)}, (), (), ())
    assert set(understand(question, catalog, TODAY).query.bodies) <= set(bodies)


@pytest.mark.parametrize("body", [NORRDAL, VASTERLID, SJOVIK])
def test_the_whole_name_of_a_body_finds_it_alone(body):
    catalog = Catalog(BODIES, ALIASES, (), (), ())
    assert understand(f"vad beslutade {body.casefold()} om larm?", catalog, TODAY).query.bodies == (body,)


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ("vilka beslut togs i mars och oktober?", {"n22", "n23", "s23", "s24"}),
        ("vilka beslut togs mellan mars och oktober?", {"n22", "n23", "s23", "s24"}),
        ("vilka beslut togs i mars och oktober 2023?", {"n23", "s23"}),
        ("vilka beslut togs jan till mars?", {"n22", "s23", "s24"}),
    ],
)
def test_several_months_in_one_question(said, held):
    assert set(asked(said).query.meetings) == held


def test_short_forms_and_slips_are_understood():
    assert asked("vem var ordf den 4 mars 2022?").intent == "attendance"
    assert asked("besult om färdtjänsten").intent == "decision"
    assert asked("vilka var borta den 4 mars 2022?").absent


def test_an_abbreviated_body_before_a_meeting_is_a_filter():
    (body,) = asked("vilka beslut togs på LG-mötet?").query.bodies
    assert body == "Ledningsgruppen Sjövik"
