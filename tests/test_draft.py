"""A draft collects statements, and numbers the spans they rest on."""

import pytest
from made_register import NORRDAL, Minutes, shelf

from bot.answer.draft import Draft, flat, render
from bot.records import Statement
from indexer.records import IndexerError, Sidecar

MINUTES = (
    Minutes("n22", NORRDAL)
    .item("2", "Larm", decisions=[("Nätverket beslutar att\nbyta larm.", "substantive")], page=3)
    .item("3", "Jour", "Jouren flyttas.", printed=False)
)
MEETING = MINUTES.meeting()
LARM, JOUR = MEETING.items
DECISION = LARM.decisions[0]


@pytest.fixture
def draft():
    return Draft(shelf([MINUTES]), "sv")


def test_citation_reads_its_quote_from_the_document(draft):
    assert draft.cite(MEETING, LARM, DECISION.start, DECISION.end, "substantive") == 1
    (one,) = draft.answer("?", "decision").citations
    assert (one.quote, one.start, one.end) == ("Nätverket beslutar att\nbyta larm.", DECISION.start, DECISION.end)
    assert (one.document, one.document_name, one.meeting, one.body) == ("n22", "n22.txt", "n22", NORRDAL)
    assert (one.item, one.number, one.number_printed, one.title) == ("n22#1", "2", True, "Larm")
    assert (one.kind, one.page, one.date, one.date_precision) == ("substantive", 3, "2022-03-04", "day")


def test_citation_of_the_meeting_itself_has_no_item(draft):
    draft.cite(MEETING, None, 0, 4)
    (one,) = draft.answer("?", "meetings").citations
    assert (one.item, one.number, one.number_printed, one.title) == (None, None, None, None)


def test_a_span_cited_twice_has_one_number(draft):
    spans = [(LARM, 0, 4), (LARM, 0, 5), (LARM, 0, 4), (None, 0, 4), (LARM, 0, 5)]
    assert [draft.cite(MEETING, *span) for span in spans] == [1, 2, 1, 3, 2]
    assert [c.n for c in draft.answer("?", "list").citations] == [1, 2, 3]


def test_link_of_the_sidecar_is_carried():
    document = MINUTES.document(sidecar=Sidecar(url="https://motet.example/n22"))
    draft = Draft(lambda name: document, "sv")
    draft.cite(MEETING, LARM, 0, 4)
    assert draft.answer("?", "list").citations[0].url == "https://motet.example/n22"


def test_unknown_document_is_an_error():
    with pytest.raises(IndexerError):
        Draft(shelf([]), "sv").cite(MEETING, LARM, 0, 4)


def test_statement_carries_its_markers_each_once(draft):
    draft.say("- Ja.", 2, 1, 2)
    draft.head("Norrdal")
    assert draft.statements == [Statement("- Ja. [2] [1]", (2, 1)), Statement("**Norrdal**")]


def test_quote_is_shown_on_one_line(draft):
    assert draft.quoted(DECISION.start, DECISION.end, MEETING) == "”Nätverket beslutar att byta larm.”"
    assert flat(" a\n\tb  c ") == "a b c"


PLACES = {
    "titled": (LARM, "sv", True, "4 mars 2022, punkt 2 (Larm)"),
    "without its title": (LARM, "sv", False, "4 mars 2022, punkt 2"),
    "number not printed": (JOUR, "sv", True, "4 mars 2022, punkten Jour"),
    "English": (LARM, "en", True, "4 March 2022, item 2 (Larm)"),
}


@pytest.mark.parametrize(("item", "language", "titled", "place"), PLACES.values(), ids=PLACES)
def test_place_of_an_item(item, language, titled, place):
    assert Draft(shelf([MINUTES]), language).place(MEETING, item, titled) == place


def test_answer_holds_what_was_said():
    draft = Draft(shelf([MINUTES]), "en")
    draft.head("Norrdal")
    draft.say("- Yes.", draft.cite(MEETING, None, 0, 4))
    answer = draft.answer("who?", "attendance")
    assert (answer.question, answer.intent, answer.language, answer.refused) == ("who?", "attendance", "en", False)
    assert answer.text == "**Norrdal**\n- Yes. [1]"


def test_an_empty_line_stands_before_each_heading_but_the_first():
    told = (Statement("**A**"), Statement("- a [1]", (1,)), Statement("**B**"), Statement("**b** [1]", (1,)))
    assert render(told) == "**A**\n- a [1]\n\n**B**\n**b** [1]"
    assert render(()) == ""
