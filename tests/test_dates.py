"""Dates: finding them in every form, and settling the meeting's own by evidence."""

import pytest

from indexer.dates import bounds, english_date, find_dates, swedish_date
from indexer.meeting_dates import DateLine, MeetingDate, meeting_date, name_date


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("den 3 maj 2022", "2022-05-03"),
        ("Torsdagen den 3:e mars 2022", "2022-03-03"),
        ("3 sept. 2021", "2021-09-03"),
        ("2022-05-03", "2022-05-03"),
        ("20220503", "2022-05-03"),
        ("22-05-03", "2022-05-03"),
        ("220503", "2022-05-03"),
        ("3/5 2022", "2022-05-03"),
        ("3/5-22", "2022-05-03"),
        ("11/4 -18", "2018-04-11"),
        ("03.05.2022", "2022-05-03"),
        ("3–4 maj 2022", "2022-05-03"),
        ("May 3, 2022", "2022-05-03"),
        ("3rd of May 2022", "2022-05-03"),
        ("maj 2022", "2022-05"),
        ("kl. 10.30 i sal 3", None),
        ("31 februari 2022", None),
        ("SFS 2001:453", None),
    ],
)
def test_date_is_found_in_every_form(text, iso):
    assert [found.iso for found in find_dates(text)] == ([iso] if iso else [])


def line(text, labelled=True, repeated=False):
    return DateLine(0, text, labelled, repeated)


@pytest.mark.parametrize(
    ("lines", "whole", "name", "iso", "basis"),
    [
        ([line("Datum: 3 maj 2022")], "", "x", "2022-05-03", "i texten"),
        ([line("Tid: Fredag den 28 januari")], "Budget 2021. Plan 2022.", "x", "2022-01-28", "veckodag"),
        ([line("söndagen den 27 februari")], "Avgift 2023, berättelse 2021", "x", "2022-02-27", "2021–2023"),
        ([line("den 3 maj")], "Nästa möte 7 juni 2021. Lagen från 2018.", "x", "2021-05-03", "närheten"),
        ([line("Tid: kl 9")], "", "natverk-2022-03-04", "2022-03-04", "filnamnet"),
        ([line("Datum: 4 mars 2022")], "", "natverk-2022-03-11", "2022-03-04", "filnamnet säger 2022-03-11"),
        (
            [line("Datum: 2022-06-20", repeated=True), line("Tid: 17 juni 2022")],
            "",
            "x",
            "2022-06-17",
            "sidhuvudet säger",
        ),
        ([line("Datum: 3 maj")], "", "x", None, "årtalet går inte att avgöra"),
        ([], "", "x", None, "inget datum"),
    ],
)
def test_meeting_date_is_settled_by_evidence(lines, whole, name, iso, basis):
    settled = meeting_date(lines, whole, name)
    assert settled.date == iso
    assert basis in settled.basis


def test_date_between_two_told_events_is_a_month():
    whole = "Mejl har skickats 2020-12-11. Svar senast 2020-12-17."
    settled = meeting_date([], whole, "x")
    assert (settled.date, settled.precision) == ("2020-12", "month")


def test_date_in_a_file_name_is_a_day():
    assert name_date("protokoll_20231205_justerat") == "2023-12-05"
    assert name_date("möte 4 mars") is None


def test_dates_are_written_to_their_precision():
    assert swedish_date("2022-03-04", "day") == "4 mars 2022"
    assert english_date("2020-12", "month") == "December 2020"
    assert [day.isoformat() for day in bounds("2021")] == ["2021-01-01", "2021-12-31"]


def test_year_in_the_title_alone_is_a_year():
    title = DateLine(0, "Protokoll från årsmötet 2017", True, False)
    assert meeting_date([title], "Protokoll från årsmötet 2017\nBudgeten för 2018 antogs.", "p") == MeetingDate(
        "2017", "year", "”2017” i rubriken", 24, 28
    )
