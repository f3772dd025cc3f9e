"""Answers out of the items just cited: only a sentence that holds what is asked for is quoted, or none."""

from dataclasses import replace

import pytest
from made_register import NORRDAL, SJOVIK, Minutes, evidence, quotes

from bot.answer import compose
from bot.answer.evidence import only_items
from bot.records import Carried

DECIDED = "Nätverket köper larm från och med den 1 maj 2024."
PRICE = "Larmen kostar 300 kronor i månaden."
LARM = (
    Minutes("n24", NORRDAL, "2024-05-16")
    .attendee("Anna Ek")
    .item(
        "2",
        "Larm",
        f"Anna Ek, Sjövik\nLarmen är gamla. {PRICE} Avtalet gäller i tre år och löper till och med 2027. "
        "Valet är enkelt eftersom de gamla larmen tystnar. Anna leder arbetet med larmen.",
        decisions=[(DECIDED, "substantive")],
    )
    .presented_by("Anna Ek")
    .item("3", "Larm i bilar", "Larm i bilar diskuterades. Det blir 40 larm.")
)
SJO = Minutes("s24", SJOVIK, "2024-03-12").item("1", "Larm", "Sjövik har larm för 20 kronor.")
QUESTIONS = {
    "vad kostar den": ((), [PRICE]),
    "hur mycket": ((), [PRICE]),
    "hur länge gäller det": ((), ["Avtalet gäller i tre år och löper till och med 2027."]),
    "när börjar det": ((), [DECIDED]),
    "när slutar det": (("slutar",), ["Avtalet gäller i tre år och löper till och med 2027."]),
    "vem leder det": (("leder",), ["Anna leder arbetet med larmen."]),
    "vem ansvarar": (("ansvarar",), ["Anna leder arbetet med larmen."]),
    "vem": ((), ["Anna leder arbetet med larmen."]),
    "varför": ((), ["Valet är enkelt eftersom de gamla larmen tystnar."]),
    "vem betalar": (("betalar",), []),
    "vad kostar batterierna": (("batterierna",), []),
    "hur många lägenheter": (("lägenheter",), []),
}


def asked_of(question, own, *minutes, items=("n24#1",), required=()):
    """The answer to what is asked of items that were cited; a refusal where none of them answers."""
    found = evidence(f"{question} om larm", *minutes)
    query = replace(found.asked.query, items=items)
    asked = replace(found.asked, key="larm", query=query, required=required, carried=Carried("larm", own))
    cited = tuple(one for one in found.candidates if one.item.id in items)
    meetings = tuple(only_items(meeting, items) for meeting in found.meetings)
    return compose(replace(found, asked=asked, candidates=cited, meetings=meetings))


@pytest.mark.parametrize(("question", "expected"), QUESTIONS.items(), ids=QUESTIONS)
def test_sentence_that_holds_what_is_asked_for(question, expected):
    own, sentences = expected
    answer = asked_of(question, own, LARM)
    assert quotes(answer) == sentences
    assert answer.refused == (not sentences)


def test_decisions_of_the_items_that_were_cited():
    answer = asked_of("vad beslutades", None, LARM, SJO)
    assert quotes(answer) == [DECIDED]


def test_items_answer_in_the_order_in_which_they_were_cited():
    answer = asked_of("vad kostar det", (), LARM, SJO, items=("s24#1", "n24#1"))
    assert quotes(answer) == ["Sjövik har larm för 20 kronor.", PRICE]


def test_item_without_a_required_place_does_not_answer():
    assert quotes(asked_of("vad kostar det", (), LARM, SJO, items=("n24#1", "s24#1"), required=("Tallhamra",))) == []


def test_refusal_says_what_was_carried_and_that_there_is_no_answer():
    answer = asked_of("vem betalar", ("betalar",), LARM)
    assert answer.text.split("\n")[:2] == [
        "**Om larm:**",
        "Jag hittar inget svar på det i minnesanteckningarna.",
    ]


def test_two_sentences_of_a_paragraph_are_quoted_with_what_stands_between():
    minutes = Minutes("n24", NORRDAL, "2024-05-16").item(
        "2", "Larm", "Larm kostar 10 kronor. Därtill behövs en tekniker. Larm med tekniker kostar 90 kronor."
    )
    assert quotes(asked_of("vad kostar det", (), minutes)) == [
        "Larm kostar 10 kronor. Därtill behövs en tekniker. Larm med tekniker kostar 90 kronor."
    ]
