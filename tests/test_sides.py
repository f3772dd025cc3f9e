"""Questions that set bodies or meetings beside each other; the newest meeting; and what an item must have to answer."""

import pytest
from made_register import NORRDAL, SJOVIK, Minutes, ask, lines, quotes

from bot.answer.attribute import asked_noun

OLD = Minutes("n22", NORRDAL, "2022-03-04").item(
    "2", "Trygghetslarm", "Ett larm kostar 450 kronor.", decisions=[("Nätverket köper trygghetslarm.", "substantive")]
)
NEW = Minutes("n23", NORRDAL, "2023-03-03").item("4", "Trygghetslarm", "Ett larm kostar 500 kronor.")
OTHER = Minutes("s21", SJOVIK, "2022-05-01").item("1", "Trygghetslarm", "Nämnden pratade om trygghetslarm.")
SILENT = Minutes("s22", SJOVIK, "2022-06-01").item("1", "Budget", "Budgeten gicks igenom.")


def test_each_side_shows_what_it_has():
    answer = ask("jämför norrdal och sjövik om trygghetslarm", OLD, OTHER)
    assert {c.body for c in answer.citations} == {NORRDAL, SJOVIK}
    assert "Nätverket köper trygghetslarm." in quotes(answer)


def test_the_side_that_has_nothing_is_named_first():
    answer = ask("jämför norrdal och sjövik om trygghetslarm", OLD, SILENT)
    assert lines(answer)[0] == f"Jag hittar inget om det hos {SJOVIK}. I övrigt:"
    assert {c.body for c in answer.citations} == {NORRDAL}


def test_no_side_with_anything_is_a_refusal():
    assert ask("jämför norrdal och sjövik om simhallar", OLD, SILENT).refused


def test_a_direct_answer_has_the_newest_meeting_first():
    answer = ask("vad kostar trygghetslarm i norrdal?", OLD, NEW)
    assert next(c.meeting for c in answer.citations) == "n23"


@pytest.mark.parametrize("question", ["vad sa Skolverket om trygghetslarm?", "vad är hyran för trygghetslarm?"])
def test_what_the_item_does_not_name_is_not_answered(question):
    assert ask(question, OLD).refused


@pytest.mark.parametrize(
    ("question", "noun"),
    [("hur många platser blir det?", "platser"), ("vilket system valdes?", "system"), ("när är mötet?", "")],
)
def test_the_thing_asked_for(question, noun):
    assert asked_noun(question) == noun
