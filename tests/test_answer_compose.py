"""The whole of composing: long lists are cut, and say so."""

from bot.answer import shorten
from bot.records import Answer, Citation, Statement


def answer_of(count):
    citations = tuple(
        Citation(n, "d", "d.txt", "m", "Nätverket", "2024-03-08", "day", f"beslut {n}", 0, 8)
        for n in range(1, count + 1)
    )
    statements = [Statement("**Nätverket**")] + [Statement(f"- ”beslut {c.n}” [{c.n}]", (c.n,)) for c in citations]
    return Answer("q", "", False, "list", "sv", tuple(statements), citations)


def test_long_list_is_cut_and_tells_how_many_more_there_are():
    short = shorten(answer_of(12), longest=10)
    assert [c.n for c in short.citations] == list(range(1, 11))
    assert short.text.endswith("Och 2 till. Fråga snävare, till exempel om ett möte, för att se dem.")


def test_a_list_that_is_nearly_whole_is_not_cut():
    assert shorten(answer_of(12), longest=10, spare=2).left_out == 0
    assert shorten(answer_of(13), longest=10, spare=2).left_out == 3


def test_list_within_the_limit_stays_as_it_is():
    whole = answer_of(10)
    assert shorten(whole, longest=10) is whole
