"""An item from end to end: word for word, a line a paragraph."""

from dataclasses import replace

import pytest
from made_register import NORRDAL, SJOVIK, VASTERLID, Minutes, evidence, lines, quotes

from bot.answer import compose
from bot.records import Carried

BODY = "Anna visar larmen.\n\nDe kostar   300 kronor.\n- ett\n- två"
N24 = (
    Minutes("n24", NORRDAL, "2024-05-16")
    .item("2", "Larm", BODY, decisions=[("Larm köps.", "substantive")])
    .item("3", "Bad")
)
S24 = Minutes("s24", SJOVIK, "2024-03-12").item("2", "Budget", "Budgeten är antagen.")
V24 = Minutes("v24", VASTERLID, "2024-03-11").item("2", "Resor", "Resorna är inställda.")
X24 = Minutes("x24", "Folkhälsorådet Granvik", "2024-03-10").item("2", "Skola", "Skolan är stängd.")


def show(*minutes, items=None, numbers=()):
    found = evidence("visa hela punkten", *minutes)
    query = replace(found.asked.query, items=items, numbers=numbers)
    return compose(replace(found, asked=replace(found.asked, intent="item", query=query, carried=Carried(whole=True))))


def test_every_line_is_shown_and_rests_on_one_citation_of_all_the_text():
    answer = show(N24, items=("n24#1",))
    assert lines(answer) == [
        f"{NORRDAL}, 16 maj 2024, punkt 2 (Larm)",
        "- ”Anna visar larmen.” [1]",
        "- ”De kostar 300 kronor.” [1]",
        "- ”- ett” [1]",
        "- ”- två” [1]",
        "- ”Larm köps.” [1]",
    ]
    assert [c.quote for c in answer.citations] == [f"{BODY}\nLarm köps."]


def test_item_of_a_heading_alone_shows_the_heading():
    assert quotes(show(N24, items=("n24#2",))) == ["3) Bad"]


def test_of_several_items_the_first_that_there_is():
    assert quotes(show(S24, N24, items=("borta#1", "s24#1", "n24#1"))) == ["Budgeten är antagen."]


@pytest.mark.parametrize(("minutes", "count"), [((N24,), 1), ((N24, S24, V24), 3), ((N24, S24, V24, X24), 0)])
def test_items_with_a_number_are_all_shown_unless_they_are_many(minutes, count):
    answer = show(*minutes, numbers=("2",))
    assert (len(answer.citations), answer.refused) == (count, count == 0)


def test_number_that_no_item_has_is_a_refusal():
    assert show(N24, numbers=("99",)).refused
