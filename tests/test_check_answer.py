"""The check of every answer, whoever wrote it: drafts with something wrong in them, and any draft at all."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.answer.check import check_answer, is_supported
from bot.records import Answer, Citation, Statement
from indexer.records import Document, IndexerError

TEXT = """\
4. Yrkesresan
Nämnden beslutar att
delta i Yrkesresan från 2023 [2].
5. Planering av ”lunch till lunch”
Nämnden avslår förslaget om ”lunch till lunch” i år.
"""
FIRST = "Nämnden beslutar att\ndelta i Yrkesresan från 2023 [2]."
SECOND = "Nämnden avslår förslaget om ”lunch till lunch” i år."
SHOWN_FIRST = "”Nämnden beslutar att delta i Yrkesresan från 2023 [2].”"
SHOWN_SECOND = f"”{SECOND}”"
TITLE = "Planering av ”lunch till lunch”"


def documents(name):
    if name != "d":
        raise IndexerError(f"No document {name!r} in the index.")
    return Document("d", "d.txt", "d.txt", "", "0" * 64, TEXT, ())


def cite(n, quote=FIRST, **changes):
    start = TEXT.find(quote)
    one = Citation(n, "d", "d.txt", "d", "Nämnden", "2023-05-04", "day", quote, start, start + len(quote))
    return replace(one, **changes)


def draft(citations, *statements, refused=False):
    told = tuple(Statement(text, tuple(numbers)) for text, *numbers in statements)
    text = "\n".join(one.text for one in told)
    return Answer("?", text, refused, "decision", "sv", told, tuple(citations))


def texts(answer):
    return [statement.text for statement in answer.statements]


GOOD = (f"- punkt 4: {SHOWN_FIRST} [1]", 1)
OTHER = (f"- punkt 5: {SHOWN_SECOND} [2]", 2)

DROPPED = {
    "wrong quote": ([cite(1, quote="Nämnden beslutar att avstå", start=14, end=40)], [GOOD]),
    "altered quote": ([cite(1, quote=FIRST.replace("2023", "2024"), start=14, end=68)], [GOOD]),
    "span moved": ([cite(1, start=15, end=69)], [GOOD]),
    "span backwards": ([cite(1, start=68, end=14)], [GOOD]),
    "span before the text": ([cite(1, start=-5, end=len(FIRST) - 5)], [GOOD]),
    "span behind the text": ([cite(1, start=len(TEXT), end=len(TEXT) + len(FIRST))], [GOOD]),
    "empty quote": ([cite(1, quote="", start=3, end=3)], [("- Nämnden avslår. [1]", 1)]),
    "blank quote": ([cite(1, quote=" ", start=2, end=3)], [("- Nämnden avslår. [1]", 1)]),
    "unknown document": ([cite(1, document="x")], [GOOD]),
    "no citation": ([cite(1)], [("- Nämnden avslår. [1]",)]),
    "unknown citation": ([cite(1)], [("- Nämnden avslår. [3]", 3)]),
    "one of two citations bad": ([cite(1), cite(2, SECOND, start=0)], [(f"- {SHOWN_FIRST} [1] [2]", 1, 2)]),
    "shown text altered": ([cite(1)], [("- punkt 4: ”Nämnden beslutar att delta i Yrkesresan från 2024.” [1]", 1)]),
    "shown text from elsewhere": ([cite(1)], [(f"- punkt 4: {SHOWN_SECOND} [1]", 1)]),
    "shown text longer": (
        [cite(1)],
        [("- punkt 4: ”Nämnden beslutar att delta i Yrkesresan från 2023 [2]. Ja.” [1]", 1)],
    ),
    "altered beside a true one": ([cite(1)], [(f"- {SHOWN_FIRST} och ”avslår” [1]", 1)]),
    "no citation after bold words": ([cite(1)], [("**Nämnden** avslår.",), ("**Nej:** Anna Ek, **2023**",)]),
    "heading alone": ([cite(1)], [("**Nämnden**",)]),
}


@pytest.mark.parametrize(("citations", "statements"), DROPPED.values(), ids=DROPPED)
def test_what_fails_is_dropped_and_nothing_left_is_a_refusal(citations, statements):
    checked = check_answer(draft(citations, ("**Nämnden**",), *statements), documents)
    assert (checked.refused, checked.statements, checked.citations, checked.text) == (True, (), (), "")


KEPT = {
    "quote on one line": ([cite(1)], GOOD),
    "part of the quote": ([cite(1)], ("- ”delta i Yrkesresan från 2023” [1]", 1)),
    "no quotation at all": ([cite(1)], ("- Ja, Anna Ek deltog. [1]", 1)),
    "quotation inside the quote": ([cite(1, SECOND)], (f"- {SHOWN_SECOND} [1]", 1)),
    "quotation in the title": ([cite(1, SECOND, title=TITLE)], (f"- punkt 5 ({TITLE}): {SHOWN_SECOND} [1]", 1)),
    "two quotes": ([cite(1), cite(2, SECOND)], (f"- {SHOWN_FIRST} [1] {SHOWN_SECOND} [2]", 1, 2)),
}


@pytest.mark.parametrize(("citations", "statement"), KEPT.values(), ids=KEPT)
def test_what_holds_is_kept_as_it_is(citations, statement):
    checked = check_answer(draft(citations, ("**Nämnden**",), statement), documents)
    assert texts(checked) == ["**Nämnden**", statement[0]]
    assert (checked.refused, checked.citations) == (False, tuple(citations))
    assert checked.text == f"**Nämnden**\n{statement[0]}"


def test_heading_over_nothing_goes_and_the_next_stays():
    bad = ("- ”Något annat.” [1]", 1)
    answer = draft([cite(1), cite(2, SECOND)], ("**A**",), bad, ("**B**",), ("**C**",), OTHER, ("**D**",))
    assert texts(check_answer(answer, documents)) == ["**C**", f"- punkt 5: {SHOWN_SECOND} [1]"]


def test_first_line_that_tells_what_all_is_about_stands_over_other_headings():
    answer = draft([cite(1), cite(2, SECOND)], ("**Om yrkesresan:**",), ("**A**",), ("**B**",), OTHER)
    checked = check_answer(answer, documents)
    assert texts(checked) == ["**Om yrkesresan:**", "**B**", f"- punkt 5: {SHOWN_SECOND} [1]"]
    assert check_answer(checked, documents) == checked


def test_first_line_over_nothing_that_holds_goes_too():
    assert check_answer(draft([], ("**Om yrkesresan:**",), ("**A**",)), documents).statements == ()


def test_citations_are_numbered_anew_in_the_order_of_the_text():
    answer = draft([cite(1, start=0), cite(2, SECOND), cite(3)], (GOOD[0], 1), (f"- {SHOWN_FIRST} [3]", 3), OTHER)
    checked = check_answer(answer, documents)
    assert texts(checked) == [f"- {SHOWN_FIRST} [1]", f"- punkt 5: {SHOWN_SECOND} [2]"]
    assert [(c.n, c.quote) for c in checked.citations] == [(1, FIRST), (2, SECOND)]
    assert [s.citations for s in checked.statements] == [(1,), (2,)]


def test_a_number_in_brackets_inside_a_quote_is_never_renumbered():
    checked = check_answer(draft([cite(1, SECOND, start=0), cite(2)], (f"- {SHOWN_FIRST} [2]", 2)), documents)
    assert texts(checked) == [f"- {SHOWN_FIRST} [1]"]


def test_a_citation_that_no_statement_uses_is_left_out():
    checked = check_answer(draft([cite(1), cite(2, SECOND)], GOOD), documents)
    assert checked.citations == (cite(1),)


def test_a_checked_answer_passes_again_unchanged():
    answer = draft([cite(1, start=0), cite(2, SECOND), cite(3)], ("**A**",), OTHER, (f"- {SHOWN_FIRST} [3]", 3))
    checked = check_answer(answer, documents)
    assert check_answer(checked, documents) == checked


def test_a_refusal_keeps_its_words():
    refusal = draft([], ("Jag hittar inget.",), ("Jag har sökt i 3 möten.",), refused=True)
    assert check_answer(refusal, documents) == refusal


# Any draft at all

PIECES = st.sampled_from(
    [SHOWN_FIRST, SHOWN_SECOND, "”", "[1]", "[2]", "[9]", "**", "Nämnden avslår.", FIRST, TITLE, "\n"]
)
OFFSETS = st.integers(-3, len(TEXT) + 3)


@st.composite
def citations(draw):
    """Citations, some true: the span's own text; some not."""
    n, start, end = draw(st.integers(0, 4)), draw(OFFSETS), draw(OFFSETS)
    if draw(st.booleans()):
        return cite(n, draw(st.sampled_from([FIRST, SECOND])))
    quote = TEXT[start:end] if draw(st.booleans()) else draw(st.text(max_size=8))
    return cite(n, quote, start=start, end=end, document=draw(st.sampled_from(["d", "d", "x"])))


STATEMENTS = st.builds(
    lambda pieces, numbers: Statement(" ".join(pieces), tuple(numbers)),
    st.lists(PIECES, max_size=5),
    st.lists(st.integers(0, 4), max_size=3),
)


@given(st.lists(citations(), max_size=5), st.lists(STATEMENTS, max_size=6), st.booleans())
@example([cite(1)], [Statement(f"{SHOWN_FIRST} [1]", (1,))], False)
def test_no_draft_gives_a_quote_that_is_not_at_its_span(cited, told, refused):
    checked = check_answer(Answer("?", "", refused, "direct", "sv", tuple(told), tuple(cited)), documents)
    assert all(is_supported(c, documents) and c.quote == TEXT[c.start : c.end] for c in checked.citations)
    assert [c.n for c in checked.citations] == list(range(1, len(checked.citations) + 1))
    assert checked.refused == (refused or not checked.citations) == (not checked.citations)
    used = {n for statement in checked.statements for n in statement.citations}
    assert used == {c.n for c in checked.citations}


@given(st.lists(citations(), max_size=5), st.lists(STATEMENTS, max_size=6))
def test_every_quotation_shown_is_in_what_it_cites(cited, told):
    checked = check_answer(Answer("?", "", False, "direct", "sv", tuple(told), tuple(cited)), documents)
    for statement in checked.statements:
        quotes = [" ".join(checked.citations[n - 1].quote.split()) for n in statement.citations]
        for shown in (SHOWN_FIRST, SHOWN_SECOND):
            if shown in statement.text:
                assert any(shown.strip("”") in quote for quote in quotes)
