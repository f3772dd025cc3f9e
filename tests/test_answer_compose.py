"""The whole of composing: long lists are cut, and say so."""

from dataclasses import replace

from bot.answer import shorten, skip_lines
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


def test_cut_list_knows_how_many_lines_it_left_out():
    assert (shorten(answer_of(12), longest=10).left_out, shorten(answer_of(10), longest=10).left_out) == (2, 0)


def test_list_goes_on_under_the_heading_that_its_first_line_stood_under():
    rest = skip_lines(answer_of(12), 10)
    assert [s.text for s in rest.statements] == ["**Nätverket**", "- ”beslut 11” [11]", "- ”beslut 12” [12]"]


def test_list_goes_on_with_the_next_heading_where_the_last_one_was_done():
    whole = answer_of(3)
    heads = (*whole.statements[:3], Statement("**Nämnden**"), *whole.statements[3:])
    rest = skip_lines(replace(whole, statements=heads), 2)
    assert [s.text for s in rest.statements] == ["**Nämnden**", "- ”beslut 3” [3]"]


def test_nothing_is_left_behind_the_end():
    assert not any(s.citations for s in skip_lines(answer_of(3), 3).statements)
    assert skip_lines(answer_of(3), 0) == answer_of(3)
