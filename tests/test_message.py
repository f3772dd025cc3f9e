import json
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_answers import NORRDAL, SJOVIK, TEXT, make_answer, make_many
from markdown_it import MarkdownIt

from bot.markdown import escape
from bot.message import MAX_CITATIONS, citation_name, clip, count_hidden, plain_message, render_message, wire_size
from bot.presentation import Presentation, Sensitivity
from bot.records import Statement
from bot.suggestions import Suggestion

JOINER = "\u2060"
READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
CLAIM = {
    "@type": "Claim",
    "position": 1,
    "appearance": {
        "@type": "DigitalDocument",
        "name": "Norrdal 4 mars 2022, punkt 10",
        "abstract": "Nätverket ställer sig bakom Yrkesresan och tar kostnaden 2023.",
        "url": "https://motet.example/norrdal?sida=3",
        "keywords": ["Beslut"],
    },
}


class Page(HTMLParser):
    """What a reader sees of html: the tags, and the text."""

    def __init__(self, markup):
        super().__init__()
        self.tags, self.text = set(), ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)

    def handle_data(self, data):
        self.text += data


def read(text):
    page = Page(READER.render(text))
    return page.tags, " ".join(page.text.replace(JOINER, "").split())


def claims(message):
    return [c for e in message["entities"] for c in e["citation"]]


def appearance(**fields):
    return claims(render_message(make_answer(TEXT, (replace(NORRDAL, **fields), SJOVIK))))[0]["appearance"]


def quoting(document):
    """The message of an answer that quotes `document`, as the bot quotes."""
    quoted = replace(NORRDAL, quote=document)
    return render_message(make_answer(f"**Norrdal**, 4 mars 2022:\n- ”{document}” [1]", [quoted]))


def test_answer_becomes_text_and_one_entity():
    assert render_message(make_answer()) == {
        "type": "message",
        "textFormat": "markdown",
        "text": "**Norrdal**, 4 mars 2022, punkt 10:\n\n"
        "• ”Nätverket ställer sig bakom Yrkesresan och tar kostnaden 2023.” [1]\n\n"
        "**Sjövik**, mars 2021, punkten Yrkesresan:\n\n"
        "• ”Informationen noteras.” [2]",
        "channelData": {"feedbackLoop": {"type": "default"}},
        "entities": [
            {
                "type": "https://schema.org/Message",
                "@type": "Message",
                "@context": "https://schema.org",
                "@id": "",
                "citation": [
                    CLAIM,
                    {
                        "@type": "Claim",
                        "position": 2,
                        "appearance": {
                            "@type": "DigitalDocument",
                            "name": "Sjövik mars 2021, punkten Yrkesresan",
                            "abstract": "Informationen noteras.",
                            "keywords": ["Noterat"],
                        },
                    },
                ],
            }
        ],
    }


def test_refusal_is_plain_text():
    refusal = make_answer("Jag hittar inget om *simhallen* i Norrdal 2021.", ())
    plain = plain_message(r"Jag hittar inget om \*simhallen\* i Norrdal 2021.")
    assert render_message(refusal) == plain | {"channelData": {"feedbackLoop": {"type": "default"}}}


def test_english_answer_has_english_words():
    claim = claims(render_message(make_answer(language="en")))[0]
    assert claim["appearance"]["name"] == "Norrdal 4 March 2022, item 10"
    assert claim["appearance"]["keywords"] == ["Decision"]


@pytest.mark.parametrize(("mode", "label"), [("llm", ["AIGeneratedContent"]), ("extractive", None)])
def test_label_says_whether_a_model_wrote(mode, label):
    assert render_message(make_answer(mode=mode))["entities"][0].get("additionalType") == label


def test_model_written_text_without_citations_is_labelled_too():
    entity = render_message(make_answer("Jag vet inte.", (), mode="llm"))["entities"][0]
    assert (entity["additionalType"], entity["citation"]) == (["AIGeneratedContent"], [])


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({}, "Norrdal 4 mars 2022, punkt 10"),
        ({"number": "§ 45"}, "Norrdal 4 mars 2022, § 45"),
        ({"number": "5.2"}, "Norrdal 4 mars 2022, punkt 5.2"),
        ({"number_printed": False}, "Norrdal 4 mars 2022, punkten Yrkesresan"),
        ({"number_printed": False, "title": None}, "Norrdal 4 mars 2022, punkt 10"),
        ({"item": None, "number": None, "title": None}, "Norrdal 4 mars 2022"),
        ({"date": None, "date_precision": "unknown"}, "Norrdal utan datum, punkt 10"),
        ({"date": "2020-12", "date_precision": "month"}, "Norrdal december 2020, punkt 10"),
        ({"body": "Norrdals\n  nätverk"}, "Norrdals nätverk 4 mars 2022, punkt 10"),
        (
            {"body": "Nätverket för socialchefer och verksamhetschefer i Norrdals och Sjöviks gemensamma län"},
            "Nätverket för socialchefer och verksamhetschefer i… 4 mars 2022, punkt 10",
        ),
    ],
)
def test_citation_name(fields, name):
    assert citation_name(replace(NORRDAL, **fields), "sv") == name
    assert len(name) <= 80


@pytest.mark.parametrize(
    ("kind", "keywords"),
    [
        ("substantive", ["Beslut"]),
        ("noted", ["Noterat"]),
        ("formal", ["Formalia"]),
        ("deferred", ["Bordlagt"]),
        ("consultation", ["Svar"]),
        (None, None),
    ],
)
def test_keyword_is_the_decisions_kind(kind, keywords):
    assert appearance(kind=kind).get("keywords") == keywords


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://motet.example/a%20b?x=1#p", True),
        ("http://motet.example", False),
        (None, False),
        ("", False),
        ("javascript:alert(1)", False),
        ("file:///etc/passwd", False),
        ("data:text/html,x", False),
        ("//motet.example/a", False),
        ("https://", False),
        ("https://bank.example@evil.example/", False),
        ("https://motet.example/a b", False),
        ("https://motet.example/\u202e", False),
        ("https://evil.example\\@motet.example", False),
        ("https://[::1", False),
        ("https://motet.example/" + "a" * 2000, False),
    ],
)
def test_only_a_web_address_becomes_a_url(url, kept):
    assert appearance(url=url).get("url") == (url if kept else None)


def test_abstract_is_the_quote_cut_at_a_word():
    abstract = appearance(quote="Nätverket beslutar att " + "anta förslaget " * 30)["abstract"]
    assert abstract.endswith("anta förslaget…") or abstract.endswith("anta…")
    assert 140 < len(abstract) <= 160


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("kort", 10, "kort"),
        ("precis tio", 10, "precis tio"),
        ("ett två tre fyra", 10, "ett två…"),
        ("ett, två tre", 8, "ett…"),
        ("x" * 20, 10, "x" * 9 + "…"),
        ("😀" * 20, 10, "😀" * 4 + "…"),
    ],
)
def test_clip(text, limit, cut):
    assert clip(text, limit) == cut


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("**fet** och _kursiv_", r"\*\*fet\*\* och \_kursiv\_"),
        ("~~struket~~ `kod`", r"\~\~struket\~\~ \`kod\`"),
        ("[här](x)", r"\[här\](x)"),
        ("![bild](x)", r"!\[bild\](x)"),
        ("se [1]", rf"se \[{JOINER}1\]"),
        ("<at>Anna</at>", "&lt;at&gt;Anna&lt;/at&gt;"),
        ("R&D &lt;", "R&amp;D &amp;lt;"),
        ("a\\*b", r"a\\\*b"),
        ("# rubrik", r"\# rubrik"),
        ("- punkt", r"\- punkt"),
        ("12. punkt", r"12\. punkt"),
        ("12) punkt", r"12\) punkt"),
        ("2022 var året", "2022 var året"),
        ("| a | b |", r"\| a \| b \|"),
        ("===", r"\==="),
        ("https://evil.example", f"https:/{JOINER}/evil.example"),
        ("www.evil.com", f"www{JOINER}.evil.{JOINER}com"),
        ("anna@norrdal.se", f"anna{JOINER}@norrdal.{JOINER}se"),
        ("t.ex. fr.o.m. 13.30, m.fl.", "t.ex. fr.o.m. 13.30, m.fl."),
        ("a\x00b\u202ec\ud800d", "ab‹U+202E›cd"),
        ("rad\nrad", "rad rad"),
    ],
)
def test_escape(text, escaped):
    assert escape(text) == escaped


def test_signs_that_act_only_first_on_a_line_stay_elsewhere():
    assert escape("- 3 # 4. x", at_start=False) == "- 3 # 4. x"


@settings(max_examples=300)
@given(st.text(alphabet=st.one_of(st.sampled_from("*_~`[]()<>&#+-=|!\\:/.@1 atxb;"), st.characters(codec="utf-8"))))
def test_escaped_text_reads_as_written(text):
    text = " ".join(escape(text).split())  # a reader joins white space too
    tags, seen = read(text)
    assert tags <= {"p"}
    assert " ".join(re.sub(r"\s", " ", seen).split()) == seen


@pytest.mark.parametrize(
    "document",
    [
        "Att **anta** [1] förslaget",
        "Se [protokollet](https://evil.example) och ![bild](x)",
        "<at>Alla</at> <b>fet</b> <script>x</script> <!-- -->",
        "# Rubrik",
        "> citat",
        "``` kod ```",
        "att\natt-satser\n- ett *led*\n- [2] ett till\n\n## slut",
        "1. först\n2. sedan",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "text\n===",
        "[1]: https://evil.example",
        "&lt;b&gt; &#42;",
    ],
)
def test_quoted_document_reads_as_written_and_nothing_in_it_acts(document):
    message = quoting(document)
    tags, seen = read(message["text"])
    assert tags <= {"p", "strong", "br"}
    assert seen == "Norrdal, 4 mars 2022: • ”" + " ".join(document.split()) + "” [1]"
    assert READER.render(message["text"]).count("<strong>") == 1
    assert re.findall(r"(?<!\\)\[\d+\]", message["text"]) == ["[1]"]


@settings(max_examples=300)
@given(st.text(alphabet=st.sampled_from("*_~`[]()<>&#+-=|!\\:/.@12 \nabc;"), min_size=1, max_size=60))
def test_no_quoted_document_makes_markup_links_or_mentions(document):
    tags, _ = read(quoting(document)["text"])
    assert tags <= {"p", "strong", "br", "blockquote"}


def test_document_in_a_block_quote_over_lines_keeps_its_own_markers_inert():
    quoted = replace(NORRDAL, quote="Beslut: **ja** [7]\noch [1] nej")
    text = render_message(make_answer("> Beslut: **ja** [7]\n> och [1] nej [1]", [quoted]))["text"]
    assert text == rf"> Beslut: \*\*ja\*\* \[{JOINER}7\] och \[{JOINER}1\] nej [1]"


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("**a** b [1]", "**a** b [1]"),
        ("**a b [1]", r"\*\*a b [1]"),
        ("- a [1]\n  * b [1]", "• a [1]\n\n• b [1]"),
        ("> a [1]\n> b [1]\nc", "> a [1]\n>\n> b [1]\n\nc"),
        ("a [1]\nb [1]", "a [1]\n\nb [1]"),
        ("a [1][2]", "a [1][2]"),
        ("a [3] [1]", rf"a \[{JOINER}3\] [1]"),
        ("a [01]", "a [1]"),
        ("1. a [1]\n2) b [2]", "1\\. a [1]\n\n2\\) b [2]"),
        ("    a [1]", "a [1]"),
        ("a [1]\n\n\n\nb [2]\n", "a [1]\n\nb [2]"),
        (f"a [{'9' * 5000}] [1]", rf"a \[{JOINER}{'9' * 5000}\] [1]"),
    ],
)
def test_the_answers_own_markdown_stays(text, rendered):
    assert render_message(make_answer(text))["text"] == rendered


@pytest.mark.parametrize("sign", ["- ", "* ", "1. ", "> ", ""])
def test_markers_stand_in_paragraphs_where_clients_make_them_buttons(sign):
    markup = READER.render(render_message(make_answer(f"{sign}a [1]\n{sign}b [2]"))["text"])
    assert re.findall(r"<p>[^<]*\[(\d)\]</p>", markup) == ["1", "2"]


def test_a_title_that_is_a_marker_costs_no_citation():
    answer = make_answer(citations=(replace(NORRDAL, title="[1]"), replace(SJOVIK, quote="[2]")))
    assert [c["position"] for c in claims(render_message(answer))] == [1, 2]


def test_fields_of_a_citation_carry_no_markup():
    shown = appearance(quote="<b>[x](y)</b>\n\n\u202eja", title="<i>", number_printed=False)
    assert (shown["abstract"], shown["name"]) == ("‹b›[x] (y)‹/b› ‹U+202E›ja", "Norrdal 4 mars 2022, punkten ‹i›")


def test_too_many_citations_are_told_in_a_sentence():
    message = render_message(make_many(14))
    assert [c["position"] for c in claims(message)] == list(range(1, MAX_CITATIONS + 1))
    assert message["text"].endswith(
        "”Nätverket beslutar att fortsätta.” [10]\n\n"
        "Här visas 10 av svarets 14 källor. Tryck på Visa fler källor för att se resten."
    )
    assert "Nätverk 11" not in message["text"]


@pytest.mark.parametrize(("count", "limit", "hidden"), [(3, 10, 0), (14, 10, 4), (14, 3, 11), (0, 10, 0)])
def test_lines_that_are_not_in_the_message_are_counted(count, limit, hidden):
    answer = make_many(count)
    lines = [Statement("**Rubrik**"), *(Statement(f"x [{n}]", (n,)) for n in range(1, count + 1))]
    assert count_hidden(replace(answer, statements=tuple(lines)), render_message(answer, limit=limit)) == hidden


def test_the_sentence_names_no_button_where_there_is_none():
    message = render_message(replace(make_many(14), question="x" * 301))
    assert "attachments" not in message
    assert message["text"].endswith(
        "Här visas 10 av svarets 14 källor. Fråga snävare, till exempel om ett nätverk eller ett år, för att se resten."
    )


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_button_that_the_sentence_names_is_there(language):
    message = render_message(replace(make_many(14), language=language))
    (button,) = message["attachments"][0]["content"]["actions"]
    assert button["title"] in message["text"]


def test_a_line_keeps_what_it_rests_on_and_loses_markers_beyond_the_limit():
    many = make_many(12).citations
    line = "Det blev tolv beslut " + "".join(f"[{n}]" for n in range(1, 13))
    text = render_message(make_answer(line, many))["text"]
    assert text.startswith("Det blev tolv beslut " + "".join(f"[{n}]" for n in range(1, 11)) + "\n\nHär visas 10 av")


def test_the_first_citations_are_those_the_text_brings_up_first():
    answer = make_answer("b [2]\n\na [1]")
    assert [c["position"] for c in claims(render_message(answer, limit=1))] == [2]


def test_nothing_is_shown_under_the_wrong_heading():
    text = "**A**\n- a [1]\n\n**B**\n- b [2]\n- c [1]"
    assert render_message(make_answer(text), limit=1)["text"].startswith("**A**\n\n• a [1]\n\nHär visas 1 av")


@pytest.mark.parametrize(
    "answer",
    [
        make_many(40, quote="Nätverket beslutar att anta förslaget. " * 20),
        make_many(3, quote="ord å " * 10_000),
        make_many(3, quote="å" * 60_000),
        make_many(3, quote="😀 " * 20_000),
        make_many(3, quote="*[1]* " * 10_000),
        make_many(10, url="https://motet.example/" + "a" * 1900),
        make_many(10, quote="😀" * 500, body="😀" * 100, title="😀" * 100, number_printed=False),
        make_answer("å" * 50_000, ()),
        make_answer("\n".join(["ord"] * 20_000), ()),
    ],
    ids=["many", "long", "one word", "emoji", "escapes", "addresses", "emoji fields", "no citations", "many lines"],
)
def test_no_message_is_too_big(answer):
    message = render_message(answer)
    assert wire_size(message) < 20_000
    assert len(json.dumps(message, ensure_ascii=False).encode("utf-16-le")) < 40_000
    assert all(f"[{c['position']}]" in message["text"] for c in claims(message))
    assert bool(claims(message)) == bool(answer.citations)
    assert re.search(r"Här visas \d+ av svarets|Svaret är kortat", message["text"])


def pages(answer, **options):
    """The messages that show all of an answer, each from where the one before it ended."""
    found, after = [], 0
    while len(found) < 100:
        found.append(render_message(answer, after=after, **options))
        buttons = [b for a in found[-1].get("attachments", []) for b in a["content"].get("actions", [])]
        more = [b["data"]["after"] for b in buttons if b.get("verb") == "more"]
        if not more:
            return found
        assert more[0] > after
        after = more[0]
    raise AssertionError("no end")


def test_the_rest_of_an_answer_goes_on_where_it_ended_under_its_heading():
    text = "**A**\n- a [1]\n- b [2]\n\n**B**\n- c [3]\n- d [1][4]"
    answer = make_answer(text, make_many(4).citations)
    first, second, third = pages(answer, limit=1)[0], *pages(answer, limit=2)
    assert first["text"].startswith("**A**\n\n• a [1]\n\nHär visas 1 av svarets 4 källor.")
    assert second["text"].startswith("**A**\n\n• a [1]\n\n• b [2]\n\nHär visas 2 av svarets 4 källor.")
    assert third["text"].startswith("Fortsättning:\n\n**B**\n\n• c [1]\n\n• d [2]")
    assert "Här visas 2 av de 3 källor som var kvar." in third["text"]
    assert [c["appearance"]["name"][:9] for c in claims(third)] == ["Nätverk 3", "Nätverk 1"]
    assert render_message(answer, after=2, limit=1)["text"].startswith("Fortsättning:\n\n**A**\n\n• b [1]")


@given(
    st.lists(st.lists(st.integers(1, 30), max_size=4), min_size=1, max_size=40),
    st.integers(1, 10),
    st.integers(0, 50),
)
def test_every_line_is_shown_once_and_every_marker_leads_to_its_source(lines, limit, heading):
    texts = [f"rad nummer {i} {''.join(f'[{n}]' for n in cited)}".strip() for i, cited in enumerate(lines)]
    texts.insert(min(heading, len(texts)), "**Rubrik**")
    answer = make_answer("\n".join(texts), make_many(30).citations)
    messages = pages(answer, limit=limit)
    shown = [line for m in messages for line in m["text"].split("\n\n") if line.startswith("rad nummer")]
    last = max((i for i, cited in enumerate(lines) if cited), default=len(lines) - 1)
    numbers = [int(line.split()[2]) for line in shown]
    assert sorted(set(numbers)) == numbers
    assert set(numbers) >= {i for i, cited in enumerate(lines) if cited}
    assert numbers[-1] >= last
    for message in messages:
        names = {c["position"]: c["appearance"]["name"] for c in claims(message)}
        assert sorted(names) == list(range(1, len(names) + 1)) or message is messages[0]
        for line in message["text"].split("\n\n"):
            if line.startswith("rad nummer"):
                own = [f"Nätverk {n} 4 mars 2022, punkt 10" for n in lines[int(line.split()[2])]]
                assert {names[int(n)] for n in re.findall(r"\[(\d+)\]", line)} <= set(own)


@pytest.mark.parametrize("after", [-1, 0, 4, 10_000])
def test_an_answer_that_has_no_such_line_is_shown_from_its_beginning(after):
    assert render_message(make_answer(), after=after) == render_message(make_answer())


def test_a_list_brings_its_card_and_other_answers_questions_to_ask_next():
    question = "Vilka deltog i Norrdal den 4 mars 2022?"
    asked = {"suggestions": [Suggestion("Vilka deltog?", question)]}
    (attached,) = render_message(make_answer(intent="list"), **asked)["attachments"]
    assert attached["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert question not in json.dumps(attached)
    (offered,) = render_message(make_answer(), **asked)["attachments"]
    assert offered["content"]["actions"] == [
        {"type": "Action.Execute", "title": "Vilka deltog?", "verb": "ask", "data": {"q": question}}
    ]
    assert "attachments" not in render_message(make_answer())


def test_a_question_that_the_chat_does_not_show_goes_before_its_answer():
    text = render_message(make_answer(), echo="vad *sa* [1] de?")["text"]
    assert text.startswith("**vad \\*sa\\* \\[\u20601\\] de?**\n\n**Norrdal**, 4 mars 2022")


def test_settings_say_label_links_and_feedback():
    shown_as = Presentation(lambda c: f"https://bot.example/{c.n}", Sensitivity("Intern"), feedback=False)
    message = render_message(make_answer(), shown_as)
    assert message["entities"][0]["usageInfo"] == {"@type": "CreativeWork", "name": "Intern"}
    assert [c["appearance"]["url"] for c in claims(message)] == ["https://bot.example/1", "https://bot.example/2"]
    assert "channelData" not in message
    assert render_message(make_answer("Nej.", ()), shown_as)["entities"][0]["citation"] == []


def test_the_help_asks_for_no_feedback():
    assert "channelData" not in render_message(make_answer("Du kan fråga …", (), intent="help"))


@pytest.mark.parametrize("module", ["bot.markdown", "bot.message", "bot.cards", "bot.source", "bot.links"])
def test_core_module_loads_no_framework(module):
    code = f"import sys, {module}; print(*{{'botbuilder', 'aiohttp', 'torch', 'faiss'}} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
