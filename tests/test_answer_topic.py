"""Answers about a topic: decisions by body, timelines, and the sentences that answer a direct question."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_meetings import ALL, DEFERRAL, LARM_CLOSED, LARM_DECISION, LARM_NOTED, N22, S21
from made_register import GRANVIK, NORRDAL, SJOVIK, Minutes, ask, evidence, lines, quotes

from bot.answer.topic import best_spans

TALK = "Nämnden pratade om trygghetslarm."


def test_decisions_per_body_newest_first_substantive_before_noted():
    assert lines(ask("vad beslutades om trygghetslarm?", *ALL))[:6] == [
        NORRDAL,
        f"- 20 oktober 2023, punkt 7 (Uppföljning av trygghetslarm): ”{LARM_CLOSED}” [1]",
        f"- 4 mars 2022, punkt 2 (Trygghetslarm): ”{LARM_DECISION}” [2]",
        f"- noterades: ”{LARM_NOTED}” [3]",
        SJOVIK,
        f"- 2021, punkten Trygghetslarm: jag hittar inget formellt beslut. Så här står det: ”{TALK}” [4]",
    ]


def one(name, date, *decisions, body=NORRDAL):
    return Minutes(name, body, date).item("2", "Larm", decisions=decisions)


def test_older_decision_stands_before_a_newer_note():
    old = one("a", "2020-01-10", ("Nätverket köper larm.", "substantive"))
    new = one("b", "2024-01-10", ("Informationen om larm noteras.", "noted"))
    newest = one("c", "2023-01-10", ("Nätverket säljer larm.", "substantive"))
    expected = ["Nätverket säljer larm.", "Nätverket köper larm.", "Informationen om larm noteras."]
    assert quotes(ask("vad beslutades om larm?", old, new, newest)) == expected


def test_body_with_the_newest_meeting_stands_first():
    old = one("a", "2020-01-10", ("Nätverket köper larm.", "substantive"))
    new = one("b", "2024-01-10", ("Rådet köper larm.", "substantive"), body=GRANVIK)
    undated = one("c", None, ("Nämnden köper larm.", "substantive"), body=SJOVIK)
    told = lines(ask("vad beslutades om larm?", undated, old, new))
    assert [line for line in told if not line.startswith("-")] == [GRANVIK, NORRDAL, SJOVIK]


LABELS = {
    "substantive": "- 4 mars 2022, punkt 2 (Larm): ”Nätverket köper larm.” [1]",
    "formal": "- 4 mars 2022, punkt 2 (Larm): ”Nätverket köper larm.” [1]",
    "deferred": "- 4 mars 2022, punkt 2 (Larm): ”Nätverket köper larm.” [1]",
    "noted": "- 4 mars 2022, punkt 2 (Larm): noterades: ”Nätverket köper larm.” [1]",
    "consultation": "- 4 mars 2022, punkt 2 (Larm): svarade: ”Nätverket köper larm.” [1]",
}


@pytest.mark.parametrize(("kind", "line"), LABELS.items(), ids=LABELS)
def test_a_note_and_a_reply_are_not_called_decisions(kind, line):
    answer = ask("vad beslutades om larm?", one("a", "2022-03-04", ("Nätverket köper larm.", kind)))
    assert lines(answer) == [NORRDAL, line]
    assert [c.kind for c in answer.citations] == [kind]


def test_item_that_decided_nothing_says_so_and_quotes_it():
    answer = ask("vad beslutades om skolskjuts?", *ALL)
    assert (
        "punkt 5 (Skolskjuts): jag hittar inget formellt beslut. Så här står det: ”Skolskjutsen fungerar" in answer.text
    )
    assert answer.citations[0].kind is None


def test_item_that_was_put_off_says_so():
    line = f"- 4 mars 2022, punkt 4 (Familjehem): inget beslut, punkten sköts upp: ”{DEFERRAL}” [1]"
    assert lines(ask("vad beslutades om familjehem?", *ALL)) == [NORRDAL, line]


def test_words_around_quotes_are_in_the_language_of_the_question():
    told = lines(ask("what was decided about trygghetslarm?", *ALL))
    assert told[1] == f"- 20 October 2023, item 7 (Uppföljning av trygghetslarm): ”{LARM_CLOSED}” [1]"
    assert told[3] == f"- noted: ”{LARM_NOTED}” [3]"
    assert "the item Trygghetslarm: I find no formal decision." in told[5]


def test_filters_are_hard():
    assert {c.meeting for c in ask("vad beslutades om larm i norrdal 2022?", *ALL).citations} == {"n22"}
    assert {c.meeting for c in ask("vad beslutades om larm i sjövik?", *ALL).citations} == {"s21"}
    assert ask("vad beslutades om larm 2019?", *ALL).refused


@pytest.mark.parametrize("topic", ["larm", "larmen", "trygghetslarmen", "tryghetslarm", "TRYGGHETSLARM"])
def test_topic_in_any_form_finds_its_decisions(topic):
    assert {LARM_CLOSED, LARM_DECISION} <= set(quotes(ask(f"vad beslutades om {topic}?", *ALL)))


@pytest.mark.parametrize("topic", ["budgeten", "budget 2023 i norrdal 2022"])
def test_budget_is_a_topic(topic):
    assert "Nätverket godkänner budgeten för 2023." in quotes(ask(f"vad beslutades om {topic}?", *ALL))


@pytest.mark.parametrize("topic", ["bostäder", "rymdfärder", "larmtekniker i mora", "glasögon"])
def test_off_topic_is_a_refusal(topic):
    answer = ask(f"vad beslutades om {topic}?", *ALL)
    assert (answer.refused, answer.citations) == (True, ())


def test_timeline_is_oldest_first_and_ends_each_item_with_what_it_decided():
    told = lines(ask("hur har frågan om trygghetslarm utvecklats?", *ALL))
    heads = [line for line in told if not line.startswith("-")]
    assert [re.search(r"\d{4}", head)[0] for head in heads] == ["2021", "2022", "2023"]
    plain = [re.sub(r" \[\d+\]$", "", line) for line in told]
    assert plain.index(f"- Beslutade: ”{LARM_DECISION}”") < plain.index(f"- Noterades: ”{LARM_NOTED}”")
    assert plain[-1] == f"- Beslutade: ”{LARM_CLOSED}”"


def test_comparison_has_both_bodies():
    told = lines(ask("skiljer sig norrdal och sjövik åt om trygghetslarm?", *ALL))
    assert [line for line in told if not line.startswith("-")] == [NORRDAL, SJOVIK]


def test_comparison_tells_what_was_decided_and_not_what_came_before():
    earlier = Minutes("n21", NORRDAL, "2021-05-07").item("2", "Trygghetslarm").defers(DEFERRAL)
    cited = quotes(ask("skiljer sig norrdal och sjövik åt om trygghetslarm?", earlier, *ALL))
    assert DEFERRAL not in cited
    assert {LARM_CLOSED, LARM_DECISION} <= set(cited)


def test_dates_of_one_person_in_two_matters_do_not_differ():
    first = (
        Minutes("a", NORRDAL, "2022-03-04")
        .attendee("Bo Lind")
        .item("1", "Personal", "Bo Lind började den 1 mars 2022.")
    )
    second = Minutes("b", NORRDAL, "2023-03-04").item("1", "Rutin", "Bo Lind redovisar rutinen den 30 april 2023.")
    answer = ask("när började Bo Lind?", first, second)
    assert "säger olika" not in answer.text
    assert "1 mars 2022" in answer.text


DIRECT = {
    "why": ("varför är larmen försenade?", "Bytet är försenat eftersom leverantören saknar folk."),
    "how much": ("vad kostar larmen?", "Kostnaden är 450 kronor per larm."),
    "when": ("när byts larmen ut?", "Larmen byts ut under hösten."),
    "who": ("vem berättade om familjehem?", "Bo Lind berättade om familjehem."),
}


@pytest.mark.parametrize(("question", "sentence"), DIRECT.values(), ids=DIRECT)
def test_direct_question_is_answered_with_the_sentence_that_holds_it(question, sentence):
    assert sentence in " ".join(quotes(ask(question, *ALL)))


@pytest.mark.parametrize("question", ["vem leder skolskjutsen?", "vad kostar skolskjutsen?", "vad kostar familjehem?"])
def test_right_topic_without_what_is_asked_for_is_a_refusal(question):
    assert ask(question, *ALL).refused


SENTENCES = (
    "Larmen byts i maj. Avgiften höjs till 300 kronor. Det beror på dyrare batterier.",
    "Vi behöver:\n- batterier\n- knappar med halsband\n- basstationer",
    "Anna Ek håller i frågan och återkommer.",
)
MINUTES = Minutes("n", NORRDAL).item("1", "Larm", "\n".join(SENTENCES), decisions=[("Larm köps.", "substantive")])


def spans(weights, asks="", count=1, minutes=MINUTES, context=False):
    given = evidence("larm", minutes)
    meeting = minutes.meeting()
    found = best_spans(given, meeting, meeting.items[0], weights, asks, count, context)
    return [minutes.text[a:b] for a, b in found]


BEST = {
    "word": ({"batterier": 1.0}, "", "Det beror på dyrare batterier."),
    "amount": ({"avgift": 1.0}, "how_much", "Avgiften höjs till 300 kronor."),
    "person": ({"frågan": 1.0}, "who", "Anna Ek håller i frågan och återkommer."),
    "date": ({"larm": 1.0}, "when", "Larmen byts i maj."),
    "list after its colon": ({"behöver": 1.0}, "", SENTENCES[1]),
}


@pytest.mark.parametrize(("weights", "asks", "sentence"), BEST.values(), ids=BEST)
def test_best_sentence(weights, asks, sentence):
    assert sentence in "\n".join(spans(weights, asks))


def test_reason_that_follows_what_it_explains_comes_along():
    assert spans({"avgift": 1.0}, "why", 2) == ["Avgiften höjs till 300 kronor. Det beror på dyrare batterier."]


def test_item_without_a_body_gives_its_heading():
    assert spans({"larm": 1.0}, minutes=Minutes("n", NORRDAL).item("1", "Larm")) == ["1) Larm"]


def test_presenter_line_is_no_sentence_of_the_answer():
    minutes = (
        Minutes("n", NORRDAL).item("1", "Larm", "Bo Lind, Tallhamra\nLarmen byts ut i höst.").presented_by("Bo Lind")
    )
    assert spans({"larm": 1.0, "lind": 1.0}, minutes=minutes) == ["Larmen byts ut i höst."]


def test_list_sign_is_left_out_of_a_quote():
    minutes = Minutes("n", NORRDAL).item("1", "Larm", "- Larmen byts ut i höst.\n- Knappar köps in.")
    assert spans({"larm": 1.0}, minutes=minutes) == ["Larmen byts ut i höst."]


def test_head_of_the_item_where_no_sentence_has_the_words():
    assert spans({}, count=1)[0].startswith("Larmen byts i maj.")


TEXTS = st.lists(
    st.sampled_from(
        ["Larm. ", "Avgiften är 300 kr.", "\n", "- ", "•", "Vi ska:\n", " ", "Bo Lind", ".", "1) ", "a", "§"]
    ),
    max_size=14,
).map("".join)


@given(TEXTS, st.sampled_from(["", "when", "who", "why", "how_much", "how_many"]), st.integers(1, 3), st.booleans())
def test_spans_are_in_the_item_in_order_and_apart(text, asks, count, context):
    minutes = Minutes("n", NORRDAL).item("1", "Larm", text).item("2", "Nästa", "Larm igen.")
    given_, meeting = evidence("larm", minutes), minutes.meeting()
    item = meeting.items[0]
    found = best_spans(given_, meeting, item, {"larm": 2.0, "avgift": 1.0}, asks, count, context)
    assert found
    assert all(item.start <= a < b <= item.end for a, b in found)
    assert all(first[1] <= second[0] for first, second in pairwise(found))


# Any register and any of these questions

WORDS = st.sampled_from("larm avgift skola Bo Lind beslut om 2022 300 kr. ” [1] ** : - § Nätverket \n . ".split(" "))
PHRASES = st.lists(WORDS, min_size=1, max_size=8).map(lambda ws: f"x {' '.join(ws)}".strip())
KINDS = st.sampled_from(["substantive", "formal", "noted", "deferred", "consultation"])


@st.composite
def registers(draw):
    """One to three minutes with a few items each."""
    made = []
    for n in range(draw(st.integers(1, 3))):
        date = draw(st.sampled_from([None, "2021", "2022-03", "2022-03-04", "2024-01-10"]))
        minutes = Minutes(f"m{n}", draw(st.sampled_from([NORRDAL, SJOVIK])), date)
        status = draw(st.sampled_from(["present", "absent", "partial", "guest"]))
        minutes.attendee("Bo Lind", draw(st.sampled_from([None, "Sjövik"])), status)
        for number in range(1, 1 + draw(st.integers(1, 3))):
            _add_item(draw, minutes, str(number))
        made.append(minutes)
    return made


def _add_item(draw, minutes, number):
    decisions = draw(st.lists(st.tuples(PHRASES, KINDS), max_size=2))
    body, printed = draw(st.one_of(st.just(""), PHRASES)), draw(st.booleans())
    minutes.item(number, draw(PHRASES), body, decisions, [("Bo Lind", draw(PHRASES))], ["x.pdf"], printed)
    if draw(st.booleans()):
        minutes.defers(draw(PHRASES))


ASKED = st.sampled_from(
    """
    vad beslutades om larm?|vad beslutades?|vilka beslut fattades i norrdal?|punkt 2|vad sköts upp?|vilka deltog?
    deltog bo lind?|vilka var frånvarande?|vilka uppdrag har bo lind?|vilka bilagor finns?|vilka möten har hållits?
    hur har frågan om larm utvecklats?|vad kostar larm?|varför höjs avgiften?|när är nästa möte?|hej|what about larm?
    vad beslutades om skola i sjövik 2022?|skiljer sig norrdal och sjövik om avgift?|who attended?|vem har larm?
    """.strip()
    .replace("\n", "|")
    .split("|")
).map(str.strip)


@given(registers(), ASKED)
def test_any_answer_quotes_what_stands_inside_the_item_it_cites(register, question):
    answer = ask(question, *register)
    texts = {m.id: m.text for m in register}
    items = {item.id: item for m in register for item in m.items}
    for c in answer.citations:
        assert texts[c.document][c.start : c.end] == c.quote != ""
        if c.item:
            assert items[c.item].start <= c.start < c.end <= items[c.item].end
    assert answer.refused is (not answer.citations)
    assert answer == ask(question, *register)


def test_answer_of_one_meeting_never_cites_another():
    assert {c.document for c in ask("vad beslutades om trygghetslarm 2022?", N22, S21).citations} == {"n22"}


def test_the_sentence_about_a_place_that_is_asked_about_is_quoted_with_the_reason_after_it():
    body = (
        "Avgiften för Yrkesresan blir 3,80 kronor per invånare och år i alla kommuner som är med.\n"
        "Grannfors är inte med från start. Kommunen har ett sparbeting.\n" + "Resan beskrivs i en bilaga.\n" * 30
    )
    minutes = Minutes("n", NORRDAL, "2022-03-04").attendee("Anna Ek", "Grannfors").item("3", "Yrkesresan", body)
    answer = ask("varför är inte Grannfors med i yrkesresan?", minutes)
    assert any("Grannfors är inte med från start. Kommunen har ett sparbeting." in one for one in quotes(answer))


@pytest.mark.parametrize("question", ["vad beslutades om skolskjuts?", "hur har skolskjutsen utvecklats?"])
def test_what_may_be_another_matter_is_said_to_be_uncertain(question, monkeypatch):
    unsure = "Jag är inte säker på att det här svarar på frågan: "
    assert not lines(ask(question, *ALL))[0].startswith(unsure)
    monkeypatch.setattr("bot.answer.topic.UNSURE", 1.1)  # no item is that sure
    assert lines(ask(question, *ALL))[0].startswith(unsure)
