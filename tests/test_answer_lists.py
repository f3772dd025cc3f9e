"""Answers out of the register: lists of decisions, items, attendance, assignments, what was put off, meetings."""

from dataclasses import replace

import pytest
from made_meetings import ALL, DEFERRAL, LARM_CLOSED, LARM_DECISION, LARM_NOTED, N22, N23, S21
from made_register import NORRDAL, SJOVIK, Minutes, ask, lines, quotes

DAY22, DAY23 = f"{NORRDAL}, 4 mars 2022", f"{NORRDAL}, 20 oktober 2023"


def test_list_has_every_decision_newest_meeting_first_in_the_order_of_the_agenda():
    assert lines(ask("vilka beslut fattades i norrdal?", *ALL)) == [
        DAY23,
        f"- Punkt 7 (Uppföljning av trygghetslarm): ”{LARM_CLOSED}” [1]",
        DAY22,
        "- Punkt 1 (Föregående anteckningar): ”Anteckningarna läggs till handlingarna.” [2]",
        f"- Punkt 2 (Trygghetslarm): noterades: ”{LARM_NOTED}” [3]",
        f"- ”{LARM_DECISION}” [4]",
        "- Punkt 3 (Budget): ”Nätverket godkänner budgeten för 2023.” [5]",
    ]


@pytest.mark.parametrize(
    "question",
    ["vilka beslut fattades på senaste mötet i norrdal?", "vad beslutades den 20 oktober 2023?", "besluten 2023"],
)
def test_list_of_one_meeting(question):
    assert quotes(ask(question, *ALL)) == [LARM_CLOSED]


def test_items_without_a_printed_number_are_called_by_title():
    minutes = Minutes("s", SJOVIK).item("1", "Larm", decisions=[("Nämnden köper larm.", "substantive")], printed=False)
    assert lines(ask("vilka beslut fattades?", minutes))[1] == "- Punkten Larm: ”Nämnden köper larm.” [1]"


def test_list_of_a_meeting_that_decided_nothing_is_a_refusal():
    answer = ask("vilka beslut fattades 2021?", *ALL)
    assert (answer.refused, answer.citations) == (True, ())


def test_item_by_number():
    answer = ask("punkt 3 den 4 mars 2022", *ALL)
    assert lines(answer)[0] == f"{DAY22}, punkt 3 (Budget)"
    assert "Nätverket godkänner budgeten för 2023." in " ".join(quotes(answer))


def test_item_by_paragraph():
    minutes = Minutes("s", SJOVIK).item("§ 45", "Larm", decisions=[("Nämnden köper larm.", "substantive")])
    assert quotes(ask("§ 45", minutes.item("§ 46", "Bad", "Badet är stängt."))) == ["Nämnden köper larm."]


def test_item_that_was_put_off_says_so_once():
    answer = ask("vad sägs i punkt 4 i norrdal 2022?", *ALL)
    assert f"inget beslut, punkten sköts upp: ”{DEFERRAL}”" in answer.text
    assert answer.text.count(DEFERRAL) == 1


def test_item_of_a_heading_alone_quotes_the_heading():
    assert "Larm" in quotes(ask("punkt 2", Minutes("s", SJOVIK).item("2", "Larm")))[0]


def test_number_that_the_meeting_lacks_is_a_refusal():
    answer = ask("punkt 9 i norrdal 2022", *ALL)
    assert answer.refused
    assert f"Det finns ingen punkt 9 hos {NORRDAL}" in answer.text


def test_number_of_many_meetings_asks_which():
    many = [Minutes(f"m{n}", SJOVIK, f"2022-0{n}-01").item("2", "Larm", "Larmen byts ut.") for n in range(1, 6)]
    answer = ask("punkt 2", *many)
    assert (answer.refused, answer.citations) == (True, ())
    assert "vilket nätverk eller datum" in answer.text
    assert not ask("punkt 2 på senaste mötet", *many).refused


def test_item_says_what_it_says_before_what_it_decided():
    answer = ask("vad står det i punkt 2 den 4 mars 2022?", *ALL)
    assert answer.text.index("Larmen byts ut under hösten.") < answer.text.index(LARM_DECISION)


def test_number_that_no_meeting_has_is_not_offered():
    assert "Flera möten kan ha en punkt 99" not in ask("punkt 99", *ALL).text


ATTENDANCE = {
    "all": (
        "vilka deltog den 4 mars 2022?",
        [
            DAY22,
            "- Anna Ek, Sjövik [1]",
            "- Bo Lind, Tallhamra (deltog en del av mötet) [1]",
            "- Siv Berg, Länslarm (gäst) [1]",
        ],
    ),
    "absent": ("vilka var frånvarande i norrdal 2022?", [DAY22, "- Cecilia Alm, Granby [1]"]),
    "guests": ("vilka gäster var med?", [DAY22, "- Siv Berg, Länslarm (gäst) [1]"]),
    "organisation": (
        "vilka deltog från tallhamra?",
        [DAY23, "- Bo Lind, Tallhamra [1]", DAY22, "- Bo Lind, Tallhamra (deltog en del av mötet) [2]"],
    ),
    "absent of an organisation": ("vilka från sjövik var frånvarande?", [DAY23, "- Anna Ek, Sjövik [1]"]),
    "person there": ("var anna ek med den 4 mars?", [f"- Ja, Anna Ek deltog: {DAY22}. ”Anna Ek” [1]"]),
    "person partly there": (
        "deltog bo lind den 4 mars?",
        [f"- Ja, Bo Lind deltog en del av mötet: {DAY22}. ”Bo Lind” [1]"],
    ),
    "person absent": ("deltog cecilia alm?", [f"- Nej, Cecilia Alm var frånvarande: {DAY22}. ”Cecilia Alm” [1]"]),
    "guest": ("deltog siv berg?", [f"- Ja, Siv Berg deltog (gäst): {DAY22}. ”Siv Berg” [1]"]),
    "was a person absent": (
        "var anna ek frånvarande?",
        [
            f"- Ja, Anna Ek var frånvarande: {DAY23}. ”Anna Ek” [1]",
            f"- Nej, Anna Ek deltog: {DAY22}. ”Anna Ek” [2]",
        ],
    ),
    "in English": (
        "was anna ek present on 20 october 2023?",
        [f"- No, Anna Ek was absent: {NORRDAL}, 20 October 2023. ”Anna Ek” [1]"],
    ),
}


@pytest.mark.parametrize(("question", "told"), ATTENDANCE.values(), ids=ATTENDANCE)
def test_attendance(question, told):
    assert lines(ask(question, *ALL)) == told


def test_attendance_is_cited_to_the_meeting_itself_and_once_for_a_short_list():
    (one,) = ask("vilka deltog den 4 mars 2022?", *ALL).citations
    assert (one.item, one.number, one.title) == (None, None, None)
    assert one.quote.split("\n")[0] == "Anna Ek"
    assert one.quote.endswith("Siv Berg")


def test_names_far_apart_are_cited_one_by_one():
    minutes = Minutes("n", NORRDAL).attendee("Anna Ek", "Sjövik")
    minutes.write("x" * 2500)
    assert quotes(ask("vilka deltog?", minutes.attendee("Bo Lind", "Tallhamra"))) == ["Anna Ek", "Bo Lind"]


def test_someone_who_is_not_listed_is_not_said_to_be_absent():
    answer = ask("deltog cecilia alm den 20 oktober 2023?", *ALL)
    assert (answer.refused, answer.citations) == (True, ())
    assert "frånvarande" not in answer.text


BO = "Bo Lind får i uppdrag att teckna avtal om larm."
CHAIR = "Ordföranden skickar rapporten om larm till alla."
ASSIGNED = {
    "person": ("vilka uppdrag fick bo lind?", [BO]),
    "first name": ("vad ska Bo göra?", [BO]),
    "person whose role is named": ("vad ska anna ek göra?", [CHAIR]),
    "role": ("vilka uppdrag har ordföranden?", [CHAIR]),
    "topic": ("vem fick i uppdrag att teckna avtal om larm?", [BO]),
    "nobody's": ("vilka uppdrag fick cecilia alm?", []),
}


@pytest.mark.parametrize(("question", "told"), ASSIGNED.values(), ids=ASSIGNED)
def test_assignments(question, told):
    answer = ask(question, *ALL)
    assert quotes(answer) == told
    assert answer.refused is (told == [])


def test_role_is_told_with_the_name_that_the_minutes_tie_to_it():
    assert lines(ask("vad ska anna ek göra?", *ALL))[0].startswith(f"- Anna Ek (Ordföranden), {DAY23}, punkt 7")


@pytest.mark.parametrize("question", ["vilka uppdrag finns?", "vilka uppdrag delades ut i norrdal?"])
def test_all_assignments(question):
    assert quotes(ask(question, *ALL)) == [CHAIR, BO]


TASKS = (
    "Förvaltningen får i uppdrag att räkna.",
    "Förvaltningschefen får i uppdrag att svara.",
    "Bo Lind leder arbetet.",
)
DUE = "Rapporten ska vara klar den 2 maj."
OFFICES = (
    Minutes("o", SJOVIK, "2024-03-12")
    .attendee("Bo Lind", "Sjövik")
    .item("1", "Läget", assignments=[("Förvaltningen", TASKS[0]), ("Förvaltningschefen", TASKS[1])])
    .item("2", "Rapporten")
)
OFFICES.assigns("Bo Lind", TASKS[2])
OFFICES.text = OFFICES.text.replace(f"{TASKS[2]}\n", f"{TASKS[2]} {DUE}\n")
OFFICES.items[-1] = replace(OFFICES.items[-1], end=len(OFFICES.text))
HELD = {
    "office": ("vad ska förvaltningen göra?", [TASKS[0]]),
    "office with another's name in its own": ("vad fick förvaltningschefen i uppdrag?", [TASKS[1]]),
    "in another form": ("vilka uppdrag har förvaltning?", [TASKS[0]]),
    "in English": ("what was Bo Lind assigned?", [f"{TASKS[2]} {DUE}"]),
    "by when from the next sentence": ("vad ska Bo Lind göra?", [f"{TASKS[2]} {DUE}"]),
}


@pytest.mark.parametrize(("question", "told"), HELD.values(), ids=HELD)
def test_assignments_of_one_holder(question, told):
    assert quotes(ask(question, OFFICES)) == told


REMITTED = "Ärendet återremitteras till förvaltningen."
PUT_OFF = Minutes("s24", SJOVIK, "2024-03-12").item("8", "Badhus", decisions=[(REMITTED, "deferred")])
DEFERRED = {
    "everything": ("vad sköts upp?", [REMITTED, DEFERRAL]),
    "in the way asked for": ("vilka ärenden återremitterades?", [REMITTED]),
    "in the other way": ("vad bordlades?", [DEFERRAL]),
    "of a body": ("vad sköts upp i norrdal?", [DEFERRAL]),
    "of a topic": ("vad sköts upp om familjehem?", [DEFERRAL]),
    "of another topic": ("vad sköts upp om skolskjuts?", []),
    "where nothing was": ("vad sköts upp i norrdal 2023?", []),
    "in English": ("what was deferred?", [REMITTED, DEFERRAL]),
}


@pytest.mark.parametrize(("question", "told"), DEFERRED.values(), ids=DEFERRED)
def test_what_was_put_off(question, told):
    answer = ask(question, PUT_OFF, *ALL)
    assert quotes(answer) == told
    assert answer.refused is (told == [])


def test_attachments_newest_meeting_first():
    assert lines(ask("vilka bilagor finns?", *ALL)) == [
        f"- larm_slutrapport.pdf: {DAY23}, punkt 7 (Uppföljning av trygghetslarm) [1]",
        f"- budget_2023.xlsx: {DAY22}, punkt 3 (Budget) [2]",
    ]


def test_attachments_of_a_topic():
    assert quotes(ask("finns det bilagor om budget?", *ALL)) == ["budget_2023.xlsx"]


@pytest.mark.parametrize(
    "question", ["finns bilagor till punkt 2 i norrdal 2022?", "vad bordlades under punkt 5 i norrdal 2022?"]
)
def test_item_number_restricts_lists_too(question):
    assert ask(question, *ALL).refused


def test_meetings_are_counted_and_listed_newest_first():
    assert lines(ask("vilka möten har hållits?", *ALL)) == [
        f"{NORRDAL}: 2 möten",
        "- 20 oktober 2023 [1]",
        "- 4 mars 2022 [2]",
        f"{SJOVIK}: 1 möte",
        "- 2021 [3]",
    ]


def test_meetings_in_english():
    assert lines(ask("which meetings were held in sjövik?", *ALL)) == [f"{SJOVIK}: 1 meeting", "- 2021 [1]"]


def test_meeting_is_cited_at_its_date_else_at_its_first_line():
    dated = Minutes("n", NORRDAL, date_start=0, date_end=4)
    dated.write("4/3 kl. 9")
    assert quotes(ask("vilka möten har hållits?", dated, S21)) == ["4/3", "Trygghetslarm"]


NEXT = "Nästa möte hålls den 12 april 2024 i Sjövik."


def test_next_meeting_is_what_the_latest_minutes_say():
    old = Minutes("a", NORRDAL, "2024-01-12").item("9", "Nästa möte", "Nästa möte är den 2 februari 2024.")
    new = Minutes("b", NORRDAL, "2024-02-02").item("9", "Övrigt", f"Kaffet är slut. {NEXT}")
    answer = ask("när är nästa möte i norrdal?", old, new)
    assert quotes(answer) == [NEXT]
    assert lines(answer)[0] == f"{NORRDAL}, 2 februari 2024"


def test_next_meeting_that_no_minutes_tell_is_a_refusal():
    assert ask("när är nästa möte?", N22, N23).refused


def test_how_many_came_is_counted_over_the_list():
    assert lines(ask("hur många deltog i norrdal den 4 mars 2022?", *ALL))[0] == f"{DAY22}: 3"


def test_places_that_came_are_counted_as_far_as_the_list_tells_them():
    minutes = Minutes("n", NORRDAL, "2022-03-04").attendee("Anna Ek", "Sjövik").attendee("Bo Lind", "Sjövik")
    question = "hur många kommuner deltog?"
    assert lines(ask(question, minutes))[0] == f"{DAY22}: 1 (kommuner och organisationer)"
    minutes.attendee("Siv Berg", "")
    assert lines(ask(question, minutes))[0] == f"{DAY22}: minst 1 (kommuner och organisationer)"
    bare = Minutes("n", NORRDAL, "2022-03-04").attendee("Anna Ek", "")
    assert lines(ask(question, bare))[0] == f"{DAY22}: 1 deltagare; listan säger inte varifrån de kommer"


@pytest.mark.parametrize("question", ["vilka uppdrag har Anna?", "vad ska Cecilia Alm göra?"])
def test_somebody_without_assignments_is_told_of_and_nothing_is_quoted(question):
    answer = ask(question, N22)
    assert answer.refused
    assert "inget uppdrag till" in answer.text


@pytest.mark.parametrize("question", ["vem ansvarar för badhuset?", "vem är ansvarig för badhuset?"])
def test_nobody_is_responsible_for_what_no_assignment_is_about(question):
    assert ask(question, *ALL).refused


def test_who_is_responsible_for_a_thing_that_is_assigned():
    assert quotes(ask("vem ansvarar för avtalet?", *ALL)) == ["Bo Lind får i uppdrag att teckna avtal om larm."]


def test_what_a_place_is_to_do_stands_in_the_text():
    minutes = Minutes("n", NORRDAL).item("1", "Hemtjänst", "Tallhamra ska utreda hemtjänsten på natten.")
    assert quotes(ask("vad ska Tallhamra göra?", minutes)) == ["Tallhamra ska utreda hemtjänsten på natten."]
    assert ask("vad ska Ludvika göra?", minutes).refused
    assert ask("vem fick i uppdrag av styrelsen i Tallhamra att se över hemtjänsten?", minutes).refused


@pytest.mark.parametrize(
    "question", ["var bo lind med den 4 mars 2022?", "var Lind på mötet den 4 mars 2022, deltog han?"]
)
def test_a_name_in_lower_case_or_a_last_name_is_the_person(question):
    assert "Bo Lind" in ask(question, *ALL).text.split("”")[0]


def test_meetings_of_a_person_are_those_the_person_came_to():
    told = lines(ask("vilka möten hölls i norrdal som Anna Ek var på?", *ALL))
    assert told[0].startswith(NORRDAL) and "20 oktober 2023" not in " ".join(told)


def test_who_came_for_a_part_only():
    told = ask("vilka deltog bara en del av mötet i norrdal den 4 mars 2022?", *ALL).text
    assert "Bo Lind" in told and "Anna Ek" not in told.split("Källor")[0]


def test_who_came_instead_stands_first():
    minutes = Minutes("n", NORRDAL, "2022-03-04")
    minutes.attendee("Siv Berg, Sjövik (ersättare för Anna Ek)", "Sjövik").attendee("Anna Ek", "Sjövik", "absent")
    answer = ask("vem ersatte Anna Ek den 4 mars 2022?", minutes)
    assert quotes(answer)[0].startswith("Siv Berg, Sjövik (ersättare för Anna Ek)")
    assert "Nej, Anna Ek var frånvarande" in lines(answer)[1]


def test_a_time_is_not_cut_off_the_words_about_somebody():
    minutes = Minutes("n", NORRDAL, "2022-03-04").attendee("Anna Ek", "Sjövik")
    minutes.text = minutes.text.rstrip() + ", medverkade kl. 13-15. " + "Därefter talade alla om annat. " * 12 + "\n"
    (answer,) = lines(ask("deltog anna ek?", minutes.item("1", "Val")))
    assert "medverkade kl. 13-15.”" in answer
