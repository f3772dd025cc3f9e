"""An honest no over invented minutes: premises that are false, things that are missing, minutes that differ, dates that
slip.
"""

from datetime import date

import pytest
from made_index import TopicEmbedder, build, write_minutes

from bot.pipeline import answer_now, open_library

KULTUR = "Kulturnämnden Lindsäter"
SKOL = "Skolchefsnätverket Havsbygden"
MINUTES = {
    "kultur-februari.txt": """\
Kulturnämnden Lindsäter
Protokoll tisdag 14 februari 2023

Närvarande:
Eva Norén, ordförande
Tore Blixt
Frånvarande:
Maja Fors

§ 4 Bidrag till ridklubben
Lindsäters ridklubb söker 40 000 kronor till ett nytt tak på ridhuset.
Beslut: Kulturnämnden avslår ansökan eftersom taket hör till fastigheten.

§ 5 Avtal om bokbussen
Bokbussen delas med grannkommunen. Avtalet löper i tre år.
Beslut: Kulturnämnden godkänner avtalet om bokbussen.

§ 6 Avgifter i simhallen
Antalet besökare har minskat.
Beslut: Badavgiften sänks till 60 kronor från den 1 april.

§ 7 Konsthallens öppettider
Beslut: Ärendet bordläggs till mötet i september.

§ 8 Musikskolans kö
Tore Blixt berättade att 35 barn står i kö till musikskolan.
""",
    "kultur-september.txt": """\
Kulturnämnden Lindsäter
Protokoll tisdag 12 september 2023

Närvarande:
Eva Norén, ordförande
Maja Fors
Tore Blixt

§ 21 Konsthallens öppettider
Beslut: Konsthallen har öppet på söndagar från den 1 oktober.

§ 22 Filialbiblioteket i Norrby
Vid mötet den 14 november 2023 fick förvaltningen i uppdrag att se över hyran. Lokalen kostar 9 000 kronor i månaden.
Beslut: Filialbiblioteket i Norrby behålls.

§ 23 Uppföljning av simhallen
Badavgiften sänktes till 65 kronor den 1 april. Antalet besökare har ökat.
""",
    "skol-maj.md": """\
# Skolchefsnätverket Havsbygden
Minnesanteckningar fredag 5 maj 2023

Deltagare: Siv Lagerkvist (Lindsäter), Ola Brandt (Tångvik)
Frånvarande: Petra Hall (Grönköp)

## 2. Läxhjälp Väst
Ola Brandt presenterade Läxhjälp Väst.
Beslut: Nätverket ansluter sig till Läxhjälp Väst från hösten.

## 3. Gemensam vikariepool
Förslaget innebär att kommunerna delar på vikarier.
Beslut: Nätverket avstår från att gå med i vikariepoolen.

## 4. Skolskjuts över kommungräns
Nästa möte hålls den 6 oktober 2023. Frågan diskuterades utan att något bestämdes.
""",
}
HEAD = "Anteckningarna säger inte det som frågan tar för givet. Så här står det:"
HEAD_EN = "The minutes do not say what the question takes for granted. They say:"
APPROVED = "Kulturnämnden godkänner avtalet om bokbussen."
REJECTED = "Kulturnämnden avslår ansökan eftersom taket hör till fastigheten."
LOWERED = "Badavgiften sänks till 60 kronor från den 1 april."
JOINED = "Nätverket ansluter sig till Läxhjälp Väst från hösten."
ABSTAINED = "Nätverket avstår från att gå med i vikariepoolen."
KEPT = "Filialbiblioteket i Norrby behålls."


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    """Asks an index over the minutes above, with words in place of the embedding model."""
    folder = tmp_path_factory.mktemp("premise")
    library = open_library(
        build(write_minutes(folder / "minutes", MINUTES), folder / "index"), TopicEmbedder().model_id
    )
    return lambda question: answer_now(question, library, TopicEmbedder, date(2024, 6, 10))


def quotes(answer):
    return [citation.quote for citation in answer.citations]


@pytest.mark.parametrize(
    ("question", "decision"),
    [
        ("varför avslog kulturnämnden avtalet om bokbussen?", APPROVED),
        ("när avslogs bokbussen?", APPROVED),
        ("vem sa nej till bokbussen?", APPROVED),
        ("vem beslutade att avslå avtalet om bokbussen?", APPROVED),
        ("varför bordlades bokbussen?", APPROVED),
        ("när bordlades bokbussen?", APPROVED),
        ("varför beviljades ridklubben bidrag?", REJECTED),
        ("hur mycket beviljades ridklubben?", REJECTED),
        ("när höjde nämnden badavgiften?", LOWERED),
        ("varför sa nätverket nej till läxhjälp?", JOINED),
        ("varför gick nätverket inte med i läxhjälp väst?", JOINED),
        ("när gick nätverket med i vikariepoolen?", ABSTAINED),
        ("varför lades filialbiblioteket ned?", KEPT),
    ],
)
def test_decision_that_was_another_is_told_with_its_citation(ask, question, decision):
    answer = ask(question)
    assert answer.text.startswith(f"**{HEAD}**")
    assert (answer.refused, quotes(answer)) == (False, [decision])


@pytest.mark.parametrize(
    ("question", "decision"),
    [("why was bokbussen rejected?", APPROVED), ("when did the network join vikariepoolen?", ABSTAINED)],
)
def test_false_premise_in_english(ask, question, decision):
    answer = ask(question)
    assert answer.text.startswith(f"**{HEAD_EN}**")
    assert quotes(answer) == [decision]


@pytest.mark.parametrize(
    "question",
    [
        "varför avslogs ridklubbens ansökan?",
        "vem godkände avtalet om bokbussen?",
        "när sänktes badavgiften?",
        "avslog kulturnämnden avtalet om bokbussen?",
        "godkändes avtalet om bokbussen?",
        "varför bordlades konsthallens öppettider?",
        "varför gick nätverket inte med i vikariepoolen?",
    ],
)
def test_true_premise_or_none_is_answered_as_ever(ask, question):
    answer = ask(question)
    assert not answer.refused
    assert HEAD not in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "varför överklagades bidraget till ridklubben?",
        "när såldes bokbussen?",
        "varför ställdes uppföljningen av simhallen in?",
        "when was bokbussen sold?",
    ],
)
def test_act_of_which_the_minutes_have_no_word_is_a_refusal(ask, question):
    answer = ask(question)
    assert (answer.refused, answer.citations) == (True, ())


def test_amount_that_was_another_is_told(ask):
    answer = ask("varför sänktes badavgiften till 40 kronor?")
    assert answer.text.startswith(f"**{HEAD}**")
    assert "**60 kronor:**" in answer.text


def test_amount_that_stands_in_the_minutes_is_no_false_premise(ask):
    answer = ask("vad beslutades om badavgiften på 60 kronor?")
    assert HEAD not in answer.text
    assert LOWERED in quotes(answer)


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("vad sa Maja Fors om ridklubben?", f"- Nej, Maja Fors var frånvarande: {KULTUR}, 14 februari 2023."),
        ("what did Petra Hall say about läxhjälp?", f"- No, Petra Hall was absent: {SKOL}, 5 May 2023."),
    ],
)
def test_who_was_absent_said_nothing(ask, question, line):
    answer = ask(question)
    assert answer.statements[1].text.startswith(line)
    assert [citation.item for citation in answer.citations] == [None]


def test_who_was_there_but_is_not_named_is_given_no_words(ask):
    assert ask("vad sa Siv Lagerkvist om läxhjälp?").refused


def test_who_is_named_is_answered(ask):
    assert "35 barn" in ask("vad sa Tore Blixt om musikskolan?").text


def test_who_was_there_was_not_absent(ask):
    answer = ask("varför var Tore Blixt frånvarande den 14 februari 2023?")
    assert answer.text.startswith(f"- Nej, Tore Blixt deltog: {KULTUR}, 14 februari 2023.")


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("vad beslutades om skolskjuts?", "jag hittar inget formellt beslut. Så här står det:"),
        ("what was decided about skolskjuts?", "I find no formal decision. The minutes say:"),
    ],
)
def test_topic_without_a_decision_is_said_to_have_none(ask, question, said):
    answer = ask(question)
    assert said in answer.text
    assert {citation.kind for citation in answer.citations} == {None}


@pytest.mark.parametrize(
    ("question", "no", "offer"),
    [
        (
            "vad beslutade kulturnämnden om vikariepoolen?",
            f"Jag hittar inget om ”vikariepoolen” hos {KULTUR}.",
            f"Däremot finns något om det i punkt 3, ”Gemensam vikariepool” ({SKOL}, 5 maj 2023).",
        ),
        (
            "vad beslutade kulturnämnden om bokbussen 2022?",
            "Det finns inget möte som stämmer med 2022",
            f"Däremot finns något om det i § 5, ”Avtal om bokbussen” ({KULTUR}, 14 februari 2023).",
        ),
        (
            "vad beslutades om bokbussen i september 2023?",
            "Jag hittar inget om ”bokbussen” i minnesanteckningarna från september 2023.",
            f"Däremot finns något om det i § 5, ”Avtal om bokbussen” ({KULTUR}, 14 februari 2023).",
        ),
        (
            "what was decided about bokbussen in 2022?",
            "No meeting matches 2022",
            f"There is something about it, though, in § 5, ”Avtal om bokbussen” ({KULTUR}, 14 February 2023).",
        ),
    ],
)
def test_another_body_or_year_is_offered_not_claimed(ask, question, no, offer):
    answer = ask(question)
    assert (answer.refused, answer.citations) == (True, ())
    assert answer.text.startswith(no)
    assert offer in answer.text


def test_minutes_that_differ_are_both_cited(ask):
    answer = ask("hur mycket är badavgiften?")
    assert answer.text.startswith("**Anteckningarna säger olika:")
    assert ["60 kronor" in quote for quote in quotes(answer)] == [False, True]
    assert ["65 kronor" in quote for quote in quotes(answer)] == [True, False]


def test_minutes_that_agree_do_not_differ(ask):
    assert "säger olika" not in ask("när sänktes badavgiften?").text


@pytest.mark.parametrize(
    ("question", "note"),
    [
        (
            "vad hände med hyran för filialbiblioteket?",
            "(Datumet 14 november 2023 ligger efter mötet den 12 september 2023; troligen är det felskrivet.)",
        ),
        (
            "what happened to hyran of filialbiblioteket?",
            "(The date 14 november 2023 is after the meeting of 12 September 2023; it is probably a slip of the pen.)",
        ),
        ("visa § 22 i kulturnämnden", "(Datumet 14 november 2023 ligger efter mötet den 12 september 2023;"),
    ],
)
def test_date_after_the_meeting_that_cites_it_is_told_as_a_slip(ask, question, note):
    assert note in ask(question).text


def test_meeting_to_come_is_no_slip(ask):
    assert "felskrivet" not in ask("vad beslutades om skolskjuts?").text
