"""Which meetings the dates of a question restrict to, by a clock that is passed in (a Monday in June 2024)."""

from datetime import date

import pytest
from made_register import CATALOG, NORRDAL, SJOVIK, TODAY, entry

from bot.when import When, find_when, is_inside, latest_meetings


def found(question, about_meeting=True, today=TODAY):
    return find_when(question, CATALOG, today, about_meeting)


def ids(when):
    """The meetings of the catalog that the dates leave."""
    chosen = [e for e in CATALOG.meetings if when.meetings is None or e.id in when.meetings]
    return [e.id for e in chosen if when.since is None or is_inside(e, when.since, when.until)]


DAYS = """
    den 4 mars 2022
    4 mars
    den 4:e mars
    fredag 4 mars 2022
    fredagen den 4 mars
    4/3
    4/3 2022
    4/3-22
    2022-03-04
    22-03-04
    20220304
    4.3.2022
    March 4, 2022
    4 March 2022
    4th of march 2022
"""


@pytest.mark.parametrize("written", [line.strip() for line in DAYS.strip().splitlines()])
def test_a_day_in_any_form_is_the_meeting_of_that_day(written):
    when = found(f"vad beslutades {written} om larm?")
    assert (when.meetings, when.words, when.missing) == (("n22",), (written,), ())


RANGES = {
    "i mars": ["s24", "s23", "n22"],
    "i mars månad": ["s24", "s23", "n22"],
    "mars 2023": ["s23"],
    "in march 2023": ["s23"],
    "mars 2023 och mars 2024": ["s24", "s23"],
    "den 12 mars och 20 oktober": ["s24", "n23"],
    "våren 2024": ["n24", "s24"],
    "i våren": ["n24", "s24"],
    "hösten 2023": ["n23"],
    "hösten -23": [],
    "2023": ["n23", "s23"],
    "år 2021": ["v21"],
    "förra året": ["n23", "s23"],
    "i fjol": ["n23", "s23"],
    "last year": ["n23", "s23"],
    "i år": ["n24", "s24"],
    "this year": ["n24", "s24"],
    "förra månaden": ["n24"],
    "mellan mars 2022 och oktober 2023": ["n23", "s23", "n22"],
    "mellan 2021 och 2022": ["n22", "v21"],
    "mellan 2022-03-04 och 2023-03-31": ["s23", "n22"],
}


@pytest.mark.parametrize(("said", "meetings"), RANGES.items(), ids=RANGES)
def test_meetings_within_what_is_said(said, meetings):
    assert ids(found(f"vad beslutades {said}?")) == meetings


NONE = {
    "no date": "vad beslutades om larm?",
    "a law": "vad beslutades om SFS 2022:14?",
    "a diary number": "vad beslutades om dnr 2022-145?",
    "a time of day": "vad beslutades kl 20:22?",
    "between the lines": "vad står mellan raderna och linjerna?",
    "a number": "vad beslutades om 4500 platser?",
    "a verb": "maj du hjälpa mig",
    "only a day's number": "vad hände den 31?",
}


@pytest.mark.parametrize("question", NONE.values(), ids=NONE)
def test_no_date_restricts_nothing(question):
    assert found(question) == When()


MISSING = {
    "year": ("vad beslutades 2019?", "2019"),
    "day": ("vad beslutades den 5 mars 2022?", "den 5 mars 2022"),
    "day of another month": ("vad beslutades 4/4?", "4/4"),
    "month": ("vad beslutades i april?", "april"),
    "month of a year": ("vad beslutades april 2022?", "april 2022"),
    "season": ("vad beslutades hösten 2022?", "hösten 2022"),
    "this month": ("vad beslutades den här månaden?", "den här månaden"),
}


@pytest.mark.parametrize(("question", "said"), MISSING.values(), ids=MISSING)
def test_date_without_a_meeting_is_missing_where_a_meeting_is_asked_for(question, said):
    when = found(question)
    assert (when.missing, ids(when)) == ((said,), [])


@pytest.mark.parametrize("question", ["vad kostar larm 2019?", "vad händer den 5 mars 2022?", "vad sker i april?"])
def test_date_without_a_meeting_must_stand_in_the_evidence_of_any_other_question(question):
    when = found(question, about_meeting=False)
    assert when.meetings is None
    assert when.since is None
    assert len(when.required) == 1 and when.required[0] in question


def test_season_to_come_restricts_nothing():
    assert found("när startar kursen hösten 2024?", about_meeting=False) == When()


@pytest.mark.parametrize(
    ("today", "said", "since", "until"),
    [
        (date(2024, 1, 1), "förra månaden", date(2023, 12, 1), date(2023, 12, 31)),
        (date(2024, 3, 31), "förra månaden", date(2024, 2, 1), date(2024, 2, 29)),
        (date(2024, 1, 1), "i fjol", date(2023, 1, 1), date(2023, 12, 31)),
        (date(2024, 12, 31), "i år", date(2024, 1, 1), date(2024, 12, 31)),
        (date(2024, 2, 29), "förra året", date(2023, 1, 1), date(2023, 12, 31)),
    ],
)
def test_relative_dates_follow_the_clock(today, said, since, until):
    when = found(f"vilka möten hölls {said}?", today=today)
    assert (when.since, when.until, when.words) == (since, until, (said,))


def unheard(*questions):
    return [pytest.param(q, meetings, id=q) for q, meetings in questions]


@pytest.mark.parametrize(
    ("said", "meetings"),
    unheard(
        ("i våras", ["n24", "s24"]),
        ("i höstas", ["n23"]),
        ("ifjol", ["n23", "s23"]),
        ("in march", ["s24", "s23", "n22"]),
        ("2022-2023", ["n23", "s23", "n22"]),
        ("förra veckan", []),
    ),
)
def test_no_expression_of_time_is_passed_over(said, meetings):
    assert ids(found(f"vad beslutades {said}?")) == meetings


@pytest.mark.parametrize(
    ("said", "meetings"),
    unheard(
        ("i mars och maj", ["n24", "s24", "s23", "n22"]),
        ("2022 och 2023", ["n23", "s23", "n22"]),
        ("mellan mars och maj 2024", ["n24", "s24"]),
        ("från 2022 till 2023", ["n23", "s23", "n22"]),
        ("sedan 2023", ["n24", "s24", "n23", "s23"]),
        ("före 2023", ["n22", "v21"]),
    ),
)
def test_both_ends_of_a_range_count(said, meetings):
    left = ids(found(f"vad beslutades {said}?"))
    assert left == [m for m in left if m in meetings] and set(meetings) <= set(left)


def test_january_is_in_the_winter():
    when = found("vad beslutades vintern 2024?")
    assert when.since <= date(2024, 1, 20) <= when.until


def test_a_sum_is_no_year():
    assert found("vad beslutades om avgiften på 2022 kr?") == When()


INSIDE = {
    "day": ("2023-03-10", True),
    "first day": ("2023-01-01", True),
    "last day": ("2023-12-31", True),
    "day before": ("2022-12-31", False),
    "month": ("2023-12", True),
    "year": ("2023", True),
    "other year": ("2024", False),
    "undated": (None, False),
}


@pytest.mark.parametrize(("when", "inside"), INSIDE.values(), ids=INSIDE)
def test_a_meeting_is_inside_a_range_when_all_its_possible_days_are(when, inside):
    assert is_inside(entry("x", NORRDAL, when), date(2023, 1, 1), date(2023, 12, 31)) is inside


def test_a_month_that_runs_over_the_edge_is_not_inside():
    assert not is_inside(entry("x", NORRDAL, "2023-03"), date(2023, 1, 1), date(2023, 3, 15))


def test_latest_meeting_of_each_body_never_an_undated_one():
    assert latest_meetings(CATALOG.meetings, When()) == ("n24", "s24", "v21")


def test_latest_meeting_within_a_range():
    assert latest_meetings(CATALOG.meetings, When(date(2023, 1, 1), date(2023, 12, 31))) == ("n23", "s23")


def test_latest_meeting_whatever_the_order():
    older, newer = entry("a", SJOVIK, "2024-02"), entry("b", SJOVIK, "2024-02-12")
    assert latest_meetings([older, newer], When()) == latest_meetings([newer, older], When()) == ("b",)
