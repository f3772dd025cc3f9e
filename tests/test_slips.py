"""Dates that can hardly be right: a meeting told as held that is later than the minutes that tell of it."""

import pytest

from bot.answer.slips import find_slips, note_slips
from bot.records import Answer, Citation, Statement

MEETING = "2022-03-04"
SLIPS = {
    "held": ("Vid mötet den 4 maj 2022 framkom att medel finns.", ["4 maj 2022"]),
    "short form": ("Frågan lyftes vid styrgruppens möte 22-05-04.", ["22-05-04"]),
    "of a day of the week": ("På nätverksmötet fredag 6 maj 2022 beslutades om avtalet.", ["6 maj 2022"]),
    "minutes of it": ("Anteckningarna från den 4 maj 2022 läggs till handlingarna.", ["4 maj 2022"]),
    "the previous one": ("Föregående möte 2022-05-04 gicks igenom.", ["2022-05-04"]),
    "in English": ("At the meeting on 4 May 2022 the rent was discussed.", ["4 May 2022"]),
}
NO_SLIPS = {
    "before": "Vid mötet den 4 februari 2022 framkom att medel finns.",
    "the same day": "Vid mötet den 4 mars 2022 framkom att medel finns.",
    "to come": "Frågan tas upp på mötet den 4 maj 2022.",
    "put off": "Nätverket beslutade att bordlägga frågan till mötet den 4 maj 2022.",
    "moved": "Det beslutades på mötet att sammanträdet den 4 maj 2022 flyttas.",
    "a date of something else": "Avtalet som tecknades gäller till den 4 maj 2022.",
    "without a year": "Vid mötet den 4 maj framkom att medel finns.",
    "next": "Nästa möte: 4 maj 2022.",
}


@pytest.mark.parametrize(("quote", "dates"), SLIPS.values(), ids=SLIPS)
def test_meeting_told_as_held_after_the_minutes_is_a_slip(quote, dates):
    assert find_slips(quote, MEETING) == dates


@pytest.mark.parametrize("quote", NO_SLIPS.values(), ids=NO_SLIPS)
def test_other_dates_are_no_slips(quote):
    assert find_slips(quote, MEETING) == []


@pytest.mark.parametrize(("date", "dates"), [(None, []), ("2022", []), ("2022-05", []), ("2022-04", ["4 maj 2022"])])
def test_slip_is_after_all_that_the_meetings_date_may_be(date, dates):
    assert find_slips(SLIPS["held"][0], date) == dates


def test_note_stands_after_the_line_that_shows_the_date():
    quote = SLIPS["held"][0]
    cited = Citation(1, "d", "d.txt", "d", "Norrdal", MEETING, "day", quote, 0, len(quote))
    lines = (Statement("**Norrdal**"), Statement(f"- ”{quote}” [1]", (1,)), Statement("- Larm byts. [1]", (1,)))
    answer = note_slips(Answer("?", "", False, "direct", "sv", lines, (cited,)))
    assert [one.text.endswith("felskrivet.)") for one in answer.statements] == [False, True, False]
    assert "(Datumet 4 maj 2022 ligger efter mötet den 4 mars 2022;" in answer.text
