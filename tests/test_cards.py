import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_answers import NORRDAL, SJOVIK, make_answer

from bot.cards import (
    CARD_BYTES,
    LARGE_BYTES,
    WholeItem,
    all_card,
    answer_card,
    answer_digest,
    item_card,
    suggestion_card,
)
from bot.suggestions import Suggestion

HOSTILE = "**fet** [länk](https://ond.example) <at>Alla</at> {{DATE(2022-03-04T00:00:00Z)}} ![x](y) \u202e"


def make_list(count=2, **fields):
    """A list answer of `count` items with one decision each."""
    rows = [
        replace(NORRDAL, **{"n": n, "item": f"norrdal#{n}", "number": str(n), "title": f"Ärende {n}"} | fields)
        for n in range(1, count + 1)
    ]
    return make_answer("\n".join(f"- ”{row.quote}” [{row.n}]" for row in rows), rows, intent="list", question="vilka?")


def nodes(value, kind):
    """All parts of a card of this type, in order."""
    if isinstance(value, dict):
        own = [value] if value.get("type") == kind else []
        return own + [n for v in value.values() for n in nodes(v, kind)]
    return [n for v in value for n in nodes(v, kind)] if isinstance(value, list) else []


def texts(card):
    return [run["text"] for run in nodes(card, "TextRun")]


def size(card):
    return len(json.dumps(card))


def test_a_list_of_two_as_a_card():
    button = {"type": "Action.Execute", "title": "Visa hela punkten", "verb": "item"}
    tooltip = "Visa hela punkten: Punkt {} Ärende {}"

    def row(number):
        data = {"item": f"norrdal#{number}", "q": "vilka?"}
        run = {"type": "TextRun", "text": f"Punkt {number} Ärende {number}"}
        return {
            "type": "ColumnSet",
            "columns": [
                {
                    "type": "Column",
                    "width": "stretch",
                    "verticalContentAlignment": "Center",
                    "items": [{"type": "RichTextBlock", "inlines": [run], "spacing": "Small"}],
                },
                {
                    "type": "Column",
                    "width": "auto",
                    "items": [
                        {
                            "type": "ActionSet",
                            "actions": [{**button, "data": data, "tooltip": tooltip.format(number, number)}],
                        }
                    ],
                },
            ],
        }

    def line(text, spacing, **style):
        run = {"type": "TextRun", "text": text, **style}
        return {"type": "RichTextBlock", "inlines": [run], "spacing": spacing}

    assert answer_card(make_list(), 0, 0) == {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.5",
        "lang": "sv",
        "body": [
            line("2 punkter", "Small", isSubtle=True, size="Small"),
            line("Norrdal, 4 mars 2022", "Medium", weight="Bolder"),
            row(1),
            row(2),
        ],
    }


def test_a_longer_list_has_a_button_for_all_and_one_for_more_sources():
    card = answer_card(make_list(9), 3, 12)
    assert [b["title"] for b in card["actions"]] == ["Visa alla (9)", "Visa fler källor"]
    assert card["actions"][1]["data"] == {"q": "vilka?", "after": 12, "digest": answer_digest(make_list(9))}
    assert [t for t in texts(card) if t.startswith("Punkt ")] == [f"Punkt {n} Ärende {n}" for n in range(1, 5)]


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        (make_answer(), 0),
        (make_list(1), 0),
        (make_answer("Nej.", (), intent="list"), 0),
        (replace(make_list(3), question="x" * 301), 5),
    ],
    ids=["no list", "one item", "refusal", "a question too long for a button"],
)
def test_where_there_is_nothing_to_press_there_is_no_card(answer, left):
    assert answer_card(answer, left, 0) is None


def test_what_is_no_list_has_only_the_button_for_more():
    card = answer_card(make_answer(), 4, 20)
    assert (texts(card), [b["title"] for b in card["actions"]]) == (
        ["Källor kvar att visa: 4"],
        ["Visa fler källor"],
    )


def test_a_later_part_of_a_list_repeats_no_items():
    assert [b["verb"] for b in answer_card(make_list(9), 2, 12, first=False)["actions"]] == ["more"]
    assert answer_card(make_list(9), 0, 12, first=False) is None


def test_all_items_with_what_they_are_cited_for_by_meeting():
    answer = make_list(2)
    answer = replace(answer, citations=(*answer.citations, replace(SJOVIK, n=3)))
    assert texts(all_card(answer)) == [
        "3 punkter",
        "Norrdal, 4 mars 2022",
        *("Punkt 1 Ärende 1", f"”{NORRDAL.quote}”", "Punkt 2 Ärende 2", f"”{NORRDAL.quote}”"),
        "Sjövik, mars 2021",
        *("Yrkesresan", "”Informationen noteras.”"),
    ]
    (back,) = all_card(answer)["actions"]
    assert (back["title"], back["verb"], back["data"]) == ("Tillbaka", "list", {"q": "vilka?"})
    assert all_card(make_answer("x", ())) is None


@pytest.mark.parametrize(
    ("about", "said"), [("Norrdal, 4 mars 2022", "Fråga vidare om mötet i Norrdal, 4 mars 2022"), ("", "Fråga vidare")]
)
def test_questions_to_ask_next_name_their_meeting(about, said):
    card = suggestion_card([Suggestion("Vem gör vad?", "Vilka uppdrag gavs?", about)], "sv")
    assert texts(card) == [said]


def test_an_english_list_is_in_english():
    card = answer_card(replace(make_list(5), language="en"), 0, 0)
    assert texts(card)[:3] == ["5 items", "Norrdal, 4 March 2022", "Item 1 Ärende 1"]
    assert [b["title"] for b in nodes(card, "Action.Execute")][-2:] == ["Show the whole item", "Show all (5)"]


def test_the_key_changes_with_the_sources_only():
    answer = make_list()
    assert answer_digest(answer) == answer_digest(replace(answer, generation=7, text="annat"))
    assert answer_digest(answer) != answer_digest(replace(answer, citations=answer.citations[:1]))


@pytest.fixture
def whole(minutes):
    made = minutes("norrdal", "Norrdal").item("10", "Yrkesresan", "Bo informerade.", [("Vi går med.", "substantive")])
    return WholeItem(made.document(), made.meeting(), made.items[0])


def test_an_item_whole_with_its_decision_highlighted(whole):
    card = item_card(whole, "sv", "https://motet.example/", "vad beslutades?")
    assert texts(card) == ["Norrdal, 4 mars 2022", "10) Yrkesresan", "Bo informerade.", "Vi går med."]
    assert [run["text"] for run in nodes(card, "TextRun") if run.get("highlight")] == ["Vi går med."]
    source, back = card["actions"]
    assert source == {"type": "Action.OpenUrl", "title": "Öppna källan", "url": "https://motet.example/"}
    assert (back["verb"], back["data"]) == ("list", {"q": "vad beslutades?"})
    assert "actions" not in item_card(whole, "sv", None, "")


def test_an_item_without_text_says_so(minutes):
    made = minutes("norrdal", "Norrdal").item("10", "Yrkesresan")
    whole = WholeItem(made.document(), made.meeting(), made.items[0])
    assert texts(item_card(whole, "sv", None, ""))[-1] == "Punkten har ingen text utöver rubriken."


def test_a_very_long_item_is_cut_between_lines_and_says_so(minutes):
    made = minutes("norrdal", "Norrdal").item("10", "Yrkesresan", "\n".join(f"Rad {n} åäö" for n in range(3_000)))
    card = item_card(WholeItem(made.document(), made.meeting(), made.items[0]), "sv", None, "")
    assert size(card) <= LARGE_BYTES
    assert texts(card)[-1] == "Punkten är kortad: hela ryms inte här."
    assert texts(card)[2:5] == ["Rad 0 åäö", "Rad 1 åäö", "Rad 2 åäö"]


def test_a_documents_words_stand_in_text_runs_only_and_are_shown_as_they_are(minutes):
    made = minutes("norrdal", HOSTILE).item("10", HOSTILE, HOSTILE)
    cards = [
        item_card(WholeItem(made.document(), made.meeting(), made.items[0]), "sv", None, "?"),
        all_card(make_list(3, title=HOSTILE, quote=HOSTILE, body=HOSTILE)),
        answer_card(make_list(3, title=HOSTILE, quote=HOSTILE, body=HOSTILE), 0, 0),
    ]
    for card in cards:
        assert nodes(card, "TextBlock") == []
        assert any("**fet** [länk](https://ond.example) <at>Alla</at>" in text for text in texts(card))
        assert not any("{{" in text or "\u202e" in text for text in texts(card))
        assert {b["title"] for b in nodes(card, "Action.Execute")} <= {"Visa hela punkten", "Tillbaka"}


@given(st.integers(2, 200), st.text(max_size=3_000), st.text(max_size=300))
def test_no_card_is_too_large(count, text, question):
    answer = replace(make_list(count, title=text, quote=text, body=text), question=question)
    under, whole = answer_card(answer, 5, 10), all_card(answer)
    assert under is None or size(under) <= CARD_BYTES
    assert whole is None or size(whole) <= LARGE_BYTES + 500
