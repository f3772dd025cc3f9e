from dataclasses import replace

import pytest
from made_answers import NORRDAL, SJOVIK, make_answer

from bot.suggestions import suggest
from indexer.records import Decision

ONE = make_answer("”Nätverket ställer sig bakom.” [1]", (NORRDAL,))


@pytest.fixture
def meeting(minutes):
    """A meeting with attendees, decisions, assignments and something put off."""
    made = minutes("norrdal-2022-03-04", "Norrdal").attendee("Anna Ek")
    made.item("1", "Start", "", [("Vi börjar.", "substantive")], [("Anna", "Anna tar det.")])
    made.items[0] = replace(made.items[0], deferrals=(Decision("Utgår", "deferred", 0, 1),))
    return made.meeting()


def titles(answer, meeting):
    return [one.title for one in suggest(answer, meeting)]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (ONE, ["Visa hela punkten", "Vem gör vad?", "Vilka deltog?"]),
        (make_answer(), ["Vem gör vad?", "Vilka deltog?", "Vilka beslut fattades?"]),
        (replace(ONE, intent="item"), ["Vem gör vad?", "Vilka deltog?", "Vilka beslut fattades?"]),
        (replace(ONE, intent="list"), ["Visa hela punkten", "Vem gör vad?", "Vilka deltog?"]),
        (replace(ONE, intent="agenda"), ["Visa hela punkten", "Vem gör vad?", "Vilka deltog?"]),
        (replace(ONE, intent="attendance"), ["Visa hela punkten", "Vem gör vad?", "Vilka beslut fattades?"]),
        (replace(make_answer(), intent="action"), ["Vilka deltog?", "Vilka beslut fattades?", "Vad sköts upp?"]),
        (make_answer("Nej.", ()), ["Vilka möten har hållits?"]),
        (replace(ONE, intent="help"), []),
    ],
)
def test_what_is_offered(answer, meeting, expected):
    assert titles(answer, meeting) == expected


def test_each_question_is_complete_in_itself(meeting):
    assert [one.question for one in suggest(ONE, meeting)] == [
        "Visa punkt 10 i Norrdal den 4 mars 2022",
        "Vilka uppdrag gavs i Norrdal den 4 mars 2022?",
        "Vilka deltog i Norrdal den 4 mars 2022?",
    ]


def test_each_tells_which_meeting_it_is_about(meeting):
    assert {one.about for one in suggest(ONE, meeting)} == {"Norrdal, 4 mars 2022"}
    assert [one.about for one in suggest(make_answer("Nej.", ()), meeting)] == [""]


def test_an_english_answer_offers_english_questions(meeting):
    offered = suggest(replace(ONE, language="en"), meeting)
    assert [one.title for one in offered] == ["Show the whole item", "Who does what?", "Who attended?"]
    assert offered[2].question == "Who attended in Norrdal on 4 March 2022?"


def test_only_what_the_minutes_hold_is_offered(minutes):
    bare = minutes("norrdal-2022-03-04", "Norrdal").item("10", "Yrkesresan").meeting()
    assert titles(ONE, bare) == ["Visa hela punkten"]


def test_a_meeting_without_a_day_cannot_be_named(minutes):
    undated = minutes("sjovik", "Sjövik", "2021-03").attendee("Anna Ek").meeting()
    assert titles(make_answer("x [2]", (SJOVIK,)), undated) == ["Vilka möten har hållits?"]


def test_a_name_too_long_for_a_button_is_not_offered(meeting):
    assert titles(make_answer("x [1]", (replace(NORRDAL, body="N" * 300),)), meeting) == []
