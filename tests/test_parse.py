"""The parser as a whole: bodies, sections, problems, and any text at all."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_minutes import document_of, parsed

from indexer.layout import RawLine, assemble
from indexer.parse import parse_document
from indexer.records import Document

MINUTES = """
Nätverket för kvalitet, Sjöbygden
Minnesanteckningar
Datum: 3 februari 2022
Närvarande: Anna Berg, Lund, Bo Ek, Eslöv

1. Inledning
Anna hälsar välkommen.

2. Avtal
Beslut: Avtalet förlängs.

3. Nästa möte
Den 3 mars.
"""
LATER = MINUTES.replace("3 februari", "3 mars").replace("Avtal\n", "Budget\n")


@pytest.mark.parametrize(
    ("front", "body"),
    [
        ("Minnesanteckningar Socialchefs nätverk (SCN) Dalarna", "Socialchefsnätverket Dalarna"),
        ("Folkhälsorådet i Norråda kommun", "Folkhälsorådet Norråda"),
        ("FOLKHÄLSORÅDET NORRÅDA KOMMUN", "Folkhälsorådet Norråda"),
        ("Ekhamra kommun\tSammanträdesprotokoll\nSocialnämnden\t2023-10-18", "Socialnämnden Ekhamra"),
        ("Protokoll från byggnadsnämndens sammanträde", "Byggnadsnämnden"),
        (
            "Kommunförbundet Norra\nNätverket för kvalitetschefer",
            "Nätverket för kvalitetschefer, Kommunförbundet Norra",
        ),
        ("Protokoll fört vid styrelsemöte nr 5 i Brf Linden", "Brf Linden"),
        ("Anteckningar", "okänt"),
    ],
)
def test_body_has_one_name_however_it_is_written(front, body):
    assert parsed(f"{front}\nDatum: 2022-05-03\n\n1. Inledning\nText.\n\n2. Slut\nSlut.").body == body


def test_body_is_what_the_text_speaks_of_where_the_title_says_nothing():
    text = (
        "Anteckningar\n\n1. Inledning\nIfochefsnätverket träffas. Nätverket fikar. Branschråd möts.\n\n2. Slut\nSlut."
    )
    assert parsed(text).body == "Ifochefsnätverket"


def test_several_meetings_in_one_file():
    first, second = parse_document(document_of(MINUTES + "\nAntecknat av Bo Ek\n" + LATER))
    assert (first.date, second.date) == ("2022-02-03", "2022-03-03")
    assert second.id == "minutes@2"
    assert [item.title for item in second.items] == ["Inledning", "Budget", "Nästa möte"]
    assert second.items[0].id == "minutes@2#1"


def test_appended_older_minutes_are_left_out():
    meetings = parse_document(document_of(LATER + "\nBilaga: tidigare anteckningar\n" + MINUTES))
    assert [(m.date, len(m.items)) for m in meetings] == [("2022-03-03", 3)]


def test_call_before_the_minutes_gives_neither_items_nor_people():
    call = "Nätverket\nKALLELSE\nKallade: Per Al, Eva Sund\nFöredragningslista\n1. Inledning\n2. Avtal\n3. Nästa möte\n"
    meeting = parsed(call + MINUTES)
    assert [person.name for person in meeting.attendees] == ["Anna Berg", "Bo Ek"]
    assert [len(item.decisions) for item in meeting.items] == [0, 1, 0]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (MINUTES.replace("3. ", "4. "), "Nummer saknas: 3 (mellan 2 och 4)."),
        (MINUTES.replace("Datum: 3 februari 2022", ""), "Mötets datum går inte att avgöra."),
        (MINUTES.replace("Närvarande: Anna Berg, Lund, Bo Ek, Eslöv", ""), "Ingen närvarolista hittades."),
        ("Bara text.", "Inga punkter hittades."),
        (
            MINUTES.replace("\n1. Inl", "\n1. Inledning\n2. Upphandling\n3. Nästa möte\n\n1. Inl"),
            "Punkt 2 heter ”Upphandling” i dagordningen men ”Avtal” i anteckningarna.",
        ),
    ],
)
def test_problem_is_told_in_swedish(text, problem):
    assert any(one.startswith(problem) for one in parsed(text).problems)


PREFACE = (
    "Mötet hölls i samband med höstens konferens, där länets kommuner under två dagar talade om välfärdens framtid.\n"
    "Eftersom flera deltagare anlände sent inleddes mötet med ett samtal om vinterns bemanning, utan dagordning.\n"
    "Samtalet handlade om hur de mindre kommunerna kan hjälpas åt med jourer, och vad en gemensam pool får kosta.\n"
)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (MINUTES.replace("\n1. Inl", f"\n{PREFACE}\n1. Inl"), "före första punkten"),
        (f"{MINUTES}\nBilaga 1: Samtalet om bemanning\n\n{PREFACE}", "efter sista punkten"),
    ],
)
def test_running_text_outside_every_item_is_told(text, where):
    told = [one for one in parsed(text).problems if one.startswith(f"Text {where} hör inte till någon punkt")]
    assert len(told) == 1
    assert told[0].endswith("”Mötet hölls i samband med höstens konferens, där länets komm …”.")


def test_lists_and_attendance_in_front_are_no_loose_text():
    names = "".join(
        f"Anna{a} Berg{a}, verksamhetschef i Norråda kommun och ordförande i nätverket\n" for a in "abcdefgh"
    )
    text = MINUTES.replace("Anna Berg, Lund, Bo Ek, Eslöv\n", f"\n{names}")
    assert [one for one in parsed(text).problems if "hör inte till någon punkt" in one] == []


def test_items_read_by_ocr_are_marked():
    assert {item.ocr for item in parsed(MINUTES).items} == {False}
    assert {item.ocr for item in parsed(MINUTES, ocr=True).items} == {True}


def test_file_name_that_contradicts_the_text_is_a_problem():
    meeting = parsed(MINUTES, name="natverk-2022-02-10")
    assert meeting.date == "2022-02-03"
    assert any("filnamnet säger 2022-02-10" in one for one in meeting.problems)


def test_role_is_tied_to_a_name_by_the_same_minutes():
    text = MINUTES.replace("Bo Ek, Eslöv", "Bo Ek, samordnare").replace(
        "Den 3 mars.", "Samordnaren skickar ut kallelsen."
    )
    assert parsed(text).items[2].assignments[0].person == "Bo Ek"


def test_file_name_over_two_lines_is_one_attachment():
    text = MINUTES.replace("Den 3 mars.", "Bifogas: Plan för\narbetet 2022.pdf")
    assert [a.name for a in parsed(text).items[2].attachments][-1].endswith("arbetet 2022.pdf")


PIECES = (
    "§ 1", "§ 12 Dnr KS 2021/3", "1.", "2)", "3", "5.2 Ekonomi", "Punkt 4", "Beslut", "Beslut:", "att", "att godkänna", "Mötet beslutade",
    "Svar:", "Närvarande:", "Frånvarande: Bo Ek", "Anna Berg, Lund", "den 3 maj 2022", "31/2 2021", "Bilaga 1", "Justeras", "- ", "Dagordning",
    "VÄLKOMMEN", "Ordföranden öppnade mötet.", "Protokoll", " | ", "\t", ",", ":", ".", "(", "Ärendet bordläggs.", "Till handlingarna.",
    "a\u0308", "IV. Frågor", "A | B | C", "NK 82 Val", "Förslag till beslut", "fil.pdf", "Anna får i uppdrag att ringa", "Ej: Olle",
)  # fmt: skip
TEXTS = st.one_of(st.lists(st.sampled_from(PIECES), max_size=5).map(" ".join), st.text(max_size=40))
RAW = st.builds(
    RawLine,
    text=TEXTS.map(lambda text: text.replace("\n", " ").replace("\r", " ")),
    heading=st.sampled_from([0, 0, 0, 1, 2]),
    bold=st.booleans(),
    quoted=st.sampled_from([False, False, False, True]),
    table=st.sampled_from([False, False, True]),
    furniture=st.sampled_from([False] * 8 + [True]),
    hard=st.booleans(),
    size=st.sampled_from([0.0, 11.0, 14.0]),
    page=st.sampled_from([0, 1, 2]),
)


def assert_whole(raw, name):
    """Parses any lines at all: spans are in order, inside the document, without overlap, verbatim."""
    text, lines = assemble(raw)
    ids = set()
    for meeting in parse_document(Document(name, name, name, "", "0", text, lines)):
        assert (meeting.date is None) == (meeting.date_precision == "unknown")
        at = 0
        for item in meeting.items:
            assert item.id not in ids
            ids.add(item.id)
            assert at <= item.start <= item.body_start <= item.end <= len(text)
            at = item.end
            for one in (*item.decisions, *item.deferrals, *item.assignments):
                assert text[one.start : one.end] == one.text
                assert item.start <= one.start < one.end <= item.end
            assert all(a.end <= b.start for a, b in zip(item.decisions, item.decisions[1:], strict=False))
            assert all(item.start <= a.start < a.end <= item.end for a in item.attachments)


NAMES = st.sampled_from(["x", "natverk-2022-03-04", "möte maj"])


@settings(max_examples=2000)
@given(st.lists(RAW, max_size=30), NAMES)
def test_any_text_gives_whole_spans(raw, name):
    assert_whole(raw, name)


@pytest.mark.slow
@settings(max_examples=30_000)
@given(st.lists(RAW, max_size=60), NAMES)
def test_any_text_gives_whole_spans_at_length(raw, name):
    assert_whole(raw, name)


UNITS = (
    "ord ",
    "Anna ",
    "Anna Berg, ",
    "A",
    "1 ",
    "12.34.",
    ".",
    "att ",
    "a, ",
    "a\t",
    "§ ",
    "nämndens ",
    "a-",
    "3 maj ",
    "Förslag till ",
)


def seconds(unit, length):
    line = unit * (length // len(unit))
    text, lines = assemble([RawLine(t) for t in ("Närvarande:", line, "1. Ett", line, "2. Två", "Beslut", line)])
    document = Document("x", "x", "x", "", "0", text, lines)
    start = time.perf_counter()
    parse_document(document)
    return time.perf_counter() - start


@pytest.mark.parametrize("unit", UNITS)
def test_time_grows_no_faster_than_the_line(unit):
    short, long = seconds(unit, 4_000), seconds(unit, 16_000)
    assert long < 0.3 or long < 8 * short
