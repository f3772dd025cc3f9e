"""Refusals say what was looked for and where, offer the nearest thing, and cite nothing."""

import pytest
from made_meetings import ALL, S21
from made_register import NORRDAL, SJOVIK, ask

from bot.answer.refusal import ask_for_question

REFUSED = {
    "topic": (
        "vad beslutades om rymdfärder?",
        "Jag hittar inget om ”rymdfärder” i minnesanteckningarna.\nJag har sökt i 3 möten (2021–2023).",
    ),
    "topic in a body": (
        "vad beslutades om rymdfärder i sjövik?",
        f"Jag hittar inget om ”rymdfärder” hos {SJOVIK}.\nJag har sökt i 1 möte (2021).",
    ),
    "topic in a year": (
        "vad beslutades om rymdfärder i norrdal 2022?",
        f"Jag hittar inget om ”rymdfärder” hos {NORRDAL} från 2022.\nJag har sökt i 1 möte (2022).",
    ),
    "date of no meeting": (
        "vad beslutades om larm i sjövik 2019?",
        "Det finns inget möte som stämmer med 2019 bland de minnesanteckningar jag kan läsa.\n"
        f"Möten som finns: {SJOVIK} 2021.",
    ),
    "no such body": (
        "vad beslutade omsorgsnämnden i norrdal om larm?",
        "Jag har inga minnesanteckningar från omsorgsnämnden Norrdal.\n"
        f"Jag kan läsa anteckningar från {SJOVIK} och {NORRDAL}.",
    ),
    "number": (
        "punkt 9 i sjövik",
        f"Det finns ingen punkt 9 hos {SJOVIK}.\nJag har sökt i 1 möte (2021).",
    ),
    "in English": (
        "what was decided about spaceflight?",
        "I find nothing about ”spaceflight” in the minutes.\nI searched 3 meetings (2021–2023).",
    ),
    "date in English": (
        "what was decided about larm in sjövik in 2019?",
        f"No meeting matches 2019 among the minutes I can read.\nMeetings there are: {SJOVIK} 2021.",
    ),
}


@pytest.mark.parametrize(("question", "text"), REFUSED.values(), ids=REFUSED)
def test_refusal_says_what_was_looked_for_and_where(question, text):
    answer = ask(question, *ALL)
    assert answer.text == text
    assert (answer.refused, answer.citations, answer.mode) == (True, (), "extractive")
    assert all(not statement.citations for statement in answer.statements)


def test_nearest_item_is_offered_not_claimed():
    answer = ask("vem leder skolskjutsen?", *ALL)
    assert answer.refused
    assert (
        f"Närmast kommer punkt 5, ”Skolskjuts” ({NORRDAL}, 4 mars 2022), men det är inte säkert att det svarar"
        in answer.text
    )


@pytest.mark.parametrize(
    "question", ["när beslutade nätverket att köpa husbilar?", "when did the network decide to buy motorhomes?"]
)
def test_decision_on_what_the_minutes_never_speak_of_is_a_refusal(question):
    answer = ask(question, *ALL)
    assert (answer.refused, answer.citations) == (True, ())


def test_nothing_near_is_offered_off_the_topic():
    assert "Närmast" not in ask("vad beslutades om rymdfärder?", *ALL).text


def test_an_empty_index_refuses():
    answer = ask("vad beslutades om larm?")
    assert (answer.refused, answer.citations) == (True, ())
    assert answer.text == "Jag hittar inget svar på det i minnesanteckningarna."


def test_help_has_examples_out_of_the_index():
    answer = ask("hej", *ALL)
    assert "- vilka beslut fattades den 20 oktober 2023?" in answer.text
    assert f"Jag kan läsa 3 möten från {SJOVIK} och {NORRDAL}." in answer.text
    assert (answer.intent, answer.refused, answer.citations) == ("help", True, ())


def test_help_without_a_dated_meeting_names_no_date():
    text = ask("hej", S21).text
    assert "vilka beslut fattades den" not in text
    assert f"Jag kan läsa 1 möte från {SJOVIK}." in text


def test_every_example_of_the_help_is_answered_or_honestly_refused():
    examples = [line[2:] for line in ask("hej", *ALL).text.split("\n") if line.startswith("- ") and "…" not in line]
    assert len(examples) == 5
    assert [q for q in examples if ask(q, *ALL).refused] == []


@pytest.mark.parametrize(
    ("question", "said"),
    [("vad sköts upp i sjövik?", "Inget sköts upp"), ("vilka beslut fattades 2021?", "Inga beslut är antecknade")],
)
def test_a_list_with_nothing_in_it_says_so(question, said):
    assert said in ask(question, *ALL).text


@pytest.mark.parametrize(("language", "start"), [("sv", "Skriv en fråga"), ("en", "Type a question")])
def test_empty_question_is_asked_for(language, start):
    answer = ask_for_question(language, " ")
    assert answer.text.startswith(start)
    assert (answer.question, answer.refused, answer.citations) == (" ", True, ())
