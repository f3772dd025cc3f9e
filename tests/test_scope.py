"""More meetings than an answer can be read out of: what is told whole all the same, and what is cut, and says so."""

from datetime import date

import pytest
from made_index import TopicEmbedder, build, write_minutes

from bot import pipeline, scope
from bot.pipeline import answer_now, converse, open_library

TODAY = date(2025, 1, 15)
EMBEDDER = TopicEmbedder(dim=512)
MEETINGS = 12
FIRST = """\
3. Färdtjänsten
Upphandlingen av färdtjänsten är försenad.
Bo Lind får i uppdrag att teckna avtalet om färdtjänsten senast den 30 april 2013.
Punkten bordläggs till nästa möte.
"""


def minutes(n):
    """The minutes of the n-th meeting, one a year; Bo Lind was at the first two alone."""
    return f"""\
Minnesanteckningar
Socialchefsnätverket {"Norrdal" if n % 2 else "Sjövik"}
Datum: 4 mars {2012 + n}

Närvarande:
Anna Ek, Sjövik
{"Bo Lind, Tallhamra" if n < 2 else "Siv Ros, Granvik"}

1. Föregående anteckningar
Beslut: Anteckningarna läggs till handlingarna.

2. Budget {2013 + n}
Anna Ek får i uppdrag att ta fram underlag till budgeten.
Beslut: Nätverket antar budgeten för {2013 + n}.

{FIRST if n == 0 else ""}"""


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    folder = tmp_path_factory.mktemp("many")
    source = write_minutes(folder / "minutes", {f"protokoll{n:02}.txt": minutes(n) for n in range(MEETINGS)})
    return open_library(build(source, folder / "index", EMBEDDER), None)


@pytest.fixture
def ask(library, monkeypatch):
    """Asks an index that is large already with twelve meetings."""
    monkeypatch.setattr(scope, "WHOLE", 3)
    monkeypatch.setattr(scope, "NEWEST", 2)
    monkeypatch.setattr(scope, "RANKED", 1)
    monkeypatch.setattr(pipeline, "DEPTH", 1)
    return lambda question: answer_now(question, library, lambda: EMBEDDER, TODAY)


def years(answer):
    return {citation.date[:4] for citation in answer.citations}


@pytest.mark.parametrize(
    "question", ["vilka beslut har fattats?", "vilka deltog?", "vilka möten har hållits?", "vilka uppdrag har Anna Ek?"]
)
def test_of_too_many_the_newest_are_told_and_how_many_there_are(ask, question):
    answer = ask(question)
    assert years(answer) == {"2023", "2022"}
    assert answer.statements[0].text.startswith("**Jag har bara gått igenom de 2 nyaste av 12 möten.")


def test_how_many_meetings_a_body_had_is_not_counted_in_some_of_them(ask):
    heads = [s.text for s in ask("vilka möten har hållits?").statements if not s.citations]
    assert heads[1:] == ["**Socialchefsnätverket Norrdal**", "**Socialchefsnätverket Sjövik**"]


@pytest.mark.parametrize(
    "question",
    [
        "vad sköts upp?",
        "vilka uppdrag har Bo Lind?",
        "var Bo Lind med på mötena?",
        "vilka från Tallhamra deltog?",
        "vad sades under punkt 3?",
        "vilka beslut fattade Socialchefsnätverket Sjövik 2012?",
    ],
)
def test_what_few_meetings_have_is_told_whole_wherever_it_is(library, ask, question, monkeypatch):
    answer = ask(question)
    monkeypatch.setattr(scope, "WHOLE", 1_000)
    assert answer.citations and years(answer) <= {"2012", "2013"}
    assert answer.text == ask(question).text


def test_whose_the_matter_is_is_sought_near_the_topic_and_not_among_the_newest(ask):
    answer = ask("vem har i uppdrag att teckna avtalet om färdtjänsten?")
    assert "Bo Lind" in answer.citations[0].quote and years(answer) == {"2012"}
    assert "1 av 12 möten, de som ligger närmast frågan" in answer.text


def test_a_no_tells_of_all_meetings_where_the_register_was_asked_of_all(ask):
    answer = ask("vilka bilagor finns?")
    assert answer.refused and "Jag har sökt i 12 möten." in answer.text
    assert "Det finns ingen punkt 9" in ask("vad sades under punkt 9?").text


def test_a_no_out_of_the_newest_says_that_it_is(ask):
    answer = ask("vilka gäster deltog?")
    assert answer.refused and "bara gått igenom de 2 nyaste av 12 möten" in answer.text


def test_an_english_question_is_told_in_english(ask):
    assert "I only went through the newest 2 of 12 meetings." in ask("which decisions were made?").text


def test_more_of_a_cut_list_goes_on_where_it_ended(library, ask):
    first, turns = converse("vilka beslut har fattats?", (), library, lambda: EMBEDDER, TODAY, 3)
    more, _ = converse("visa fler", turns, library, lambda: EMBEDDER, TODAY, 3)
    cited = [(c.meeting, c.start) for c in (*first.citations, *more.citations)]
    assert len(cited) == len(set(cited)) == 4
