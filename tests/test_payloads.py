"""Minutes that attack: nothing in them acts in the Teams message, the cards, the terminal or the page of a source.

Each payload goes through every surface twice: in every field of an answer made by hand, and out of a real index.
"""

import io
import json
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from made_answers import NORRDAL, make_answer
from made_index import TopicEmbedder, build, run
from made_payloads import HIDDEN, PAYLOADS
from markdown_it import MarkdownIt
from rich.console import Console

from bot.cards import WholeItem, all_card, answer_card, item_card
from bot.message import render_message
from bot.pipeline import answer_now, open_library
from bot.source import Excerpt, render_source
from bot.terminal import draw_answer

JOINER = "\u2060"
READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
LIVE = re.compile(r"://|\bmailto:|\bwww\.\w|\w@\w", re.IGNORECASE)
UNSEEN = re.compile(f"[{re.escape(HIDDEN.replace(JOINER, ''))}]")
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
STYLED = re.compile(r"\x1b\[[\d;]*m")
ANSWERS_OWN = re.compile(r"(?<!\\)\[(\d+)\]")
TODAY = date(2025, 1, 15)


class Tags(HTMLParser):
    """The tags of a page, and the names of their attributes."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes = set(), set()
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)


def strings(value):
    """All strings in plain values."""
    if isinstance(value, dict):
        return [one for part in value.values() for one in strings(part)]
    if isinstance(value, list):
        return [one for part in value for one in strings(part)]
    return [value] if isinstance(value, str) else []


def parts(value, kind):
    """All parts of a card of this type."""
    if isinstance(value, dict):
        own = [value] if str(value.get("type", "")).startswith(kind) else []
        return own + [one for part in value.values() for one in parts(part, kind)]
    return [one for part in value for one in parts(part, kind)] if isinstance(value, list) else []


def message_faults(message):
    """What acts in a Teams message, or hides."""
    found = Tags(READER.render(message["text"])).tags - {"p", "strong", "br", "blockquote"}
    claims = [claim for entity in message["entities"] for claim in entity["citation"]]
    fields = [claim["appearance"] for claim in claims]
    texts = [message["text"], *(field[name] for field in fields for name in ("name", "abstract"))]
    found |= {text for text in texts if "<" in text or LIVE.search(text) or UNSEEN.search(text) or CONTROL.search(text)}
    found |= {entity["type"] for entity in message["entities"]} - {"https://schema.org/Message"}
    found |= {field["url"] for field in fields if "url" in field} - {NORRDAL.url}
    markers = {int(number) for number in ANSWERS_OWN.findall(message["text"])}
    return found | {f"marker {number}" for number in markers - {claim["position"] for claim in claims}}


def card_faults(card):
    """What acts in a card, or hides. What a button carries back is not shown."""
    found = {one["type"] for one in parts(card, "Action.")} - {"Action.Execute"}
    found |= {one["type"] for one in parts(card, "TextBlock") + parts(card, "Image") + parts(card, "Media")}
    shown = [one["text"] for one in parts(card, "TextRun")]
    shown += [one.get(name, "") for one in parts(card, "Action.") for name in ("title", "tooltip")]
    found |= {text for text in shown if "{{" in text or "${" in text or UNSEEN.search(text) or CONTROL.search(text)}
    return found | {key for run in parts(card, "TextRun") for key in run if key == "selectAction"}


def page_faults(page):
    """What acts in a page, or hides."""
    read = Tags(page)
    own = {"html", "head", "meta", "title", "style", "body", "main", "p", "h1", "dl", "dt", "dd", "article", "mark"}
    found = read.tags - own - {"footer"}
    found |= read.attributes - {"lang", "charset", "name", "content", "class", "id"}
    return found | set(UNSEEN.findall(page)) | set(CONTROL.findall(page))


def terminal_faults(answer):
    out = io.StringIO()
    draw_answer(Console(file=out, force_terminal=True, width=80, highlight=False, legacy_windows=False), answer)
    shown = STYLED.sub("", out.getvalue())
    return set(UNSEEN.findall(shown)) | set(CONTROL.findall(shown)) | ({JOINER} & set(shown))


def test_there_are_more_than_300_payloads():
    assert len(set(PAYLOADS)) > 300


@pytest.mark.parametrize("payload", PAYLOADS)
def test_in_any_field_of_an_answer_nothing_acts(payload, minutes):
    cited = replace(NORRDAL, quote=payload, title=payload, body=payload, document_name=payload, number=payload)
    text = f"**Norrdal {payload}**\n- 4 mars 2022 ({payload}): ”{payload}” [1]"
    answer = make_answer(text, [cited], intent="list", question=payload)
    assert message_faults(render_message(answer, echo=payload)) == set()
    assert [card_faults(card) for card in (answer_card(answer, 3, 1), all_card(answer)) if card] in (
        [set()] * 2,
        [set()],
    )
    assert terminal_faults(answer) == set()
    made = minutes("norrdal", payload).item("1", payload.replace("\n", " "), payload, [(f"Beslut: {payload}", "noted")])
    document, meeting = made.document(), made.meeting()
    excerpt = Excerpt(document, meeting, meeting.items[0], 3, len(document.text))
    assert page_faults(render_source(excerpt, payload)) == set()
    assert card_faults(item_card(WholeItem(document, meeting, meeting.items[0]), "sv", None, payload)) == set()


WORDS = "abborre bäver citron dadel enbär fikon gurka hallon ibis jasmin körsbär lingon morot nypon oliv päron".split()


def words_of(number):
    """Three words that no other payload has in this combination."""
    return f"{WORDS[number // 256]}frågan {WORDS[number // 16 % 16]}ärendet {WORDS[number % 16]}planen"


@pytest.fixture(scope="module")
def attacked(tmp_path_factory):
    """An index over minutes that hold a payload each: in the heading, the text and the decision."""
    folder = tmp_path_factory.mktemp("attack")
    source = folder / "minutes"
    source.mkdir()
    for number, payload in enumerate(PAYLOADS):
        words = words_of(number)
        first = payload.split("\n")[0]
        text = (
            f"Minnesanteckningar\nNätverket Norrdal\n4 mars 2022\n\n1. Om {words} {first}\nVi talade om {words}. {payload}"
            f"\nBeslut: Nätverket beslutar att {words} {payload} ska gälla.\n\n2. Nästa möte\n{'Vi ses igen. ' * 100}\n"
        )  # long enough to be taken for text: a short one with as many control characters is not read at all
        (source / f"m{number:03}.txt").write_text(text, encoding="utf-8")
    index = build(source, folder / "index")
    return open_library(index, None), index


NUMBERS = [pytest.param(n, marks=[] if n % 8 == 0 else pytest.mark.slow) for n in range(len(PAYLOADS))]


@pytest.mark.parametrize("number", NUMBERS)
def test_out_of_an_index_nothing_acts(attacked, number):
    library, _ = attacked
    answer = answer_now(f"vad beslutades om {words_of(number)}?", library, TopicEmbedder, TODAY)
    assert not answer.refused
    assert answer.citations
    assert message_faults(render_message(answer)) == set()
    assert terminal_faults(answer) == set()
    whole = answer_now(f"visa punkt 1 i mötet m{number:03}", library, TopicEmbedder, TODAY)
    assert message_faults(render_message(whole)) == set()
    document, (meeting,) = library.document(f"m{number:03}"), library.meetings([f"m{number:03}"])
    for item in meeting.items:
        excerpt = Excerpt(document, meeting, item, item.body_start, item.end)
        assert page_faults(render_source(excerpt, "i morgon")) == set()
        assert card_faults(item_card(WholeItem(document, meeting, item), "sv", None, "vad?")) == set()


def test_the_register_on_a_terminal_hides_and_does_nothing(attacked):
    _, index = attacked
    for arguments in (["show"], ["show", "m300"], ["show", "--problems"]):
        shown = run(*arguments, "--index", index).output
        assert (UNSEEN.findall(shown), CONTROL.findall(shown)) == ([], [])
    for problem in json.loads(run("show", "--problems", "--json", "--index", index).output):
        assert UNSEEN.search(problem["problem"]) is None
