"""Layout: wrapped lines joined, page furniture dropped, double spacing undone, the text canonical."""

import pytest

from indexer.layout import RawLine, assemble, clean


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("a\u030a", "å"),
        ("o \u030a", "o\u030a"),
        ("två\u00a0ord", "två ord"),
        ("av\u00adstava", "avstava"),
        ("slut  ", "slut"),
        ("Plats      Lund", "Plats\tLund"),
    ],
)
def test_clean(raw, text):
    assert clean(raw) == text


def lines_of(*texts, **marks):
    text, lines = assemble([RawLine(t, **marks) for t in texts])
    return [text[line.start : line.end] for line in lines]


LONG = "Nämnden har under året arbetat med att ta fram nya riktlinjer för stödet"
TOPICS = ("skolan", "vården", "omsorgen", "kulturen", "vägarna")


def wrapped(*tail):
    """The tail after enough wrapped text that the file is seen to break its lines at the margin."""
    before = [f"Rapporten om {topic} handlar om vad som har gjorts under året som gått och" for topic in TOPICS]
    after = [f"vad som återstår att göra när det gäller {topic} i kommunen." for topic in TOPICS]
    return lines_of(*(line for pair in zip(before, after, strict=True) for line in pair), "", *tail)


def test_wrapped_sentence_is_one_line():
    assert wrapped(LONG, "och för insatser.")[-1] == f"{LONG} och för insatser."


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Svar ska lämnas senast den", "31 mars 2024."),
        ("Mötena hålls den 4 september, 2 oktober,", "20 november och 11 december."),
    ],
)
def test_line_that_begins_with_a_date_goes_on(first, second):
    assert wrapped(first, second)[-1] == f"{first} {second}"


def test_att_clauses_stay_apart():
    assert wrapped("Nämnden beslutar", "att anta riktlinjerna,", "att sända dem vidare.")[-2:] == [
        "att anta riktlinjerna,",
        "att sända dem vidare.",
    ]


def test_heading_is_not_joined_with_its_text():
    assert wrapped("4. Budget", "Nämnden gick igenom den.")[-2:] == ["4. Budget", "Nämnden gick igenom den."]


def test_word_broken_at_the_margin_is_whole():
    assert wrapped("Nämnden vill ha en ny handlings-", "plan för riktlinjer")[-1].startswith(
        "Nämnden vill ha en ny handlings"
    )


def paged(header, bodies):
    raw = [
        RawLine(t, page=p) for p, body in enumerate(bodies, 1) for t in (header.format(p), "", *body, "", f"Sida {p}")
    ]
    text, lines = assemble(raw)
    return [(text[line.start : line.end], line.furniture) for line in lines]


def test_repeated_page_header_is_kept_once_and_marked():
    found = paged("Ekhamra kommun {}", [["Text ett är lång."], ["Text två är lång."], ["Text tre är lång."]])
    assert [text for text, furniture in found if not furniture] == [
        "Text ett är lång.",
        "Text två är lång.",
        "Text tre är lång.",
    ]
    assert sum(furniture for _, furniture in found) == 2


def test_label_of_decision_at_the_edge_of_pages_is_no_page_header():
    found = paged(
        "Ekhamra {}", [["Beslut", "Planen antas nu."], ["Beslut", "Budgeten antas nu."], ["Beslut", "Taxan antas nu."]]
    )
    assert [text for text, furniture in found if not furniture].count("Beslut") == 3


def test_double_spaced_text_is_single_spaced():
    words = ["Nämnden har under året", "arbetat med att ta fram", "nya riktlinjer för", "stödet till föreningar."] * 6
    spaced = [line for word in words for line in (word, "")]
    text, _ = assemble([RawLine(line) for line in spaced])
    assert "\n\n" not in text


def test_lines_cover_the_text():
    text, lines = assemble([RawLine("Ett"), RawLine(""), RawLine("Två", bold=True)])
    assert text == "Ett\n\nTvå"
    assert [(line.start, line.end, line.bold) for line in lines] == [(0, 3, False), (5, 8, True)]


def test_title_in_capitals_over_two_lines_is_one():
    lines = [
        RawLine("FRAMSTÄLLNINGAR FRÅN STYRELSEN OCH MOTIONER FRÅN"),
        RawLine("MEDLEMMAR"),
        RawLine("Text om saken."),
    ]
    assert assemble(lines)[0].split("\n")[0] == "FRAMSTÄLLNINGAR FRÅN STYRELSEN OCH MOTIONER FRÅN MEDLEMMAR"


def test_title_in_large_type_over_two_lines_is_one():
    text = [RawLine(f"Rad nummer {n} i brödtexten fyller hela raden, som den ska göra.", size=10.0) for n in range(9)]
    title = [RawLine("Referensgruppen för öppna", size=26.0), RawLine("jämförelser i hemtjänsten", size=26.0)]
    assert "öppna jämförelser" in assemble([*title, RawLine(""), *text])[0]


def test_clauses_after_a_label_on_their_line_stay_apart():
    lines = [RawLine("Beslut: att flytta mötet till den 15 december"), RawLine("        att skicka ny kallelse")]
    assert assemble(lines)[0].split("\n") == ["Beslut: att flytta mötet till den 15 december", "att skicka ny kallelse"]
