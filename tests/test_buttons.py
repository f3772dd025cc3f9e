"""Buttons, suggestions, feedback and links over the wire: the endpoint and a real index, only the chat service ours."""

import contextlib
import json
from dataclasses import replace

import pytest
from made_answers import QUESTION, make_many
from made_chat import running_bot
from made_index import TopicEmbedder
from test_serve import answering

from bot.cards import CONTENT_TYPE
from bot.config import AnswerSettings
from bot.feedback import FILE, read_feedback
from bot.message import wire_size
from bot.service import Surroundings, open_surroundings

DECISIONS = "vilka beslut fattades den 4 mars 2022?"
MESSAGE = "application/vnd.microsoft.activity.message"
PUBLIC = AnswerSettings(public_url="https://bot.example")


@contextlib.asynccontextmanager
async def bot_over(index, tmp_path, settings=PUBLIC, ask=None):
    """The running bot over an index with its surroundings; `ask` answers in place of the pipeline."""
    with answering(index, TopicEmbedder()) as opened:
        answerer = replace(opened, ask=ask or opened.ask)
        around = open_surroundings(answerer, settings, tmp_path)
        async with running_bot(None, answerer, around) as bot:
            yield bot
        around.feedback.close()


async def press(bot, verb, number=1, conversation=None, **data):
    """The body of the reply to a pressed button; `conversation` None is the personal chat."""
    value = {"action": {"type": "Action.Execute", "verb": verb, "data": data}, "trigger": "manual"}
    fields = {"type": "invoke", "name": "adaptiveCard/action", "id": f"p{number}", "replyToId": "r1", "value": value}
    if conversation is not None:
        fields["conversation"] = conversation
    status, body = await bot.post(bot.activity(**fields))
    assert status == 200
    return json.loads(body)


async def ask(bot, text=QUESTION, **fields):
    """The message that answers the question."""
    await bot.post(bot.activity(text=text, **fields))
    return bot.connector.activities[-1]


def texts(value):
    """All texts of a card, in order."""
    if isinstance(value, dict):
        return [value["text"]] if value.get("type") == "TextRun" else [t for v in value.values() for t in texts(v)]
    return [t for v in value for t in texts(v)] if isinstance(value, list) else []


def buttons(value):
    """All buttons of a card, in order."""
    if isinstance(value, dict):
        own = [value] if str(value.get("type", "")).startswith("Action.") else []
        return own + [b for v in value.values() for b in buttons(v)]
    return [b for v in value for b in buttons(v)] if isinstance(value, list) else []


async def test_a_list_comes_with_a_card_whose_button_shows_an_item_whole(small_index, tmp_path):
    async with bot_over(small_index, tmp_path) as bot:
        reply = await ask(bot, DECISIONS)
        (attached,) = reply["attachments"]
        assert attached["contentType"] == CONTENT_TYPE
        second = [b for b in buttons(attached["content"]) if b["verb"] == "item"][1]
        shown = await press(bot, second["verb"], **second["data"])
        assert (shown["statusCode"], shown["type"]) == (200, CONTENT_TYPE)
        assert "Bo Lind informerade om Yrkesresan för barn och unga." in texts(shown["value"])
        source, back = buttons(shown["value"])
        assert source["url"].startswith("https://bot.example/source/")
        again = await press(bot, back["verb"], 2, **back["data"])
        assert again["value"] == attached["content"]


async def test_all_items_come_in_place_of_the_card(small_index, tmp_path):
    async with bot_over(small_index, tmp_path) as bot:
        shown = await press(bot, "all", q=DECISIONS)
        assert "Punkt 2 Yrkesresan" in texts(shown["value"])
        assert "”Nätverket ställer sig bakom Yrkesresan och tar kostnaden 2023.”" in texts(shown["value"])


async def test_the_rest_of_a_long_answer_comes_in_messages_of_ten(small_index, tmp_path):
    async def many(incoming):
        return replace(make_many(23), question=incoming.text)

    async with bot_over(small_index, tmp_path, ask=many) as bot:
        reply, seen = await ask(bot), []
        for number in range(3):
            seen += [c["appearance"]["name"] for c in reply["entities"][0]["citation"]]
            more = [b for a in reply.get("attachments", []) for b in buttons(a["content"]) if b.get("verb") == "more"]
            if more:
                assert (await press(bot, "more", number, **more[0]["data"]))["type"] == MESSAGE
                reply = bot.connector.activities[-1]
        assert seen == [f"Nätverk {n} 4 mars 2022, punkt 10" for n in range(1, 24)]
        assert more == []


async def test_the_rest_of_an_answer_that_has_changed_is_told_from_its_beginning(small_index, tmp_path):
    async def many(incoming):
        return replace(make_many(12), question=incoming.text)

    async with bot_over(small_index, tmp_path, ask=many) as bot:
        await press(bot, "more", q=QUESTION, after=20, digest="ett annat")
        assert bot.connector.activities[-1]["text"].startswith("**Nätverk 1**")


@pytest.mark.parametrize(
    ("verb", "data"),
    [
        ("item", {"item": "finns inte"}),
        ("item", {"item": "' OR 1=1 --"}),
        ("all", {"q": "vad beslutades om fotboll?"}),
        ("list", {"q": QUESTION}),
    ],
)
async def test_a_button_without_anything_behind_it_says_so(small_index, tmp_path, verb, data):
    async with bot_over(small_index, tmp_path) as bot:
        shown = await press(bot, verb, **data)
        assert (shown["type"], "Ställ frågan igen" in shown["value"]) == (MESSAGE, True)


@pytest.mark.parametrize(
    ("verb", "data"),
    [
        ("radera", {"q": QUESTION}),
        ("", {}),
        ("item", {"q": QUESTION}),
        ("more", {}),
        ("ask", {"item": "norrdal-2022-03-04#2"}),
        ("item", {"item": 7}),
        ("all", {"q": ["x"]}),
        ("more", {"q": QUESTION, "after": "x"}),
    ],
)
async def test_a_button_that_we_never_made_is_refused(small_index, tmp_path, verb, data):
    async with bot_over(small_index, tmp_path) as bot:
        shown = await press(bot, verb, **data)
        assert (shown["statusCode"], shown["type"]) == (400, "application/vnd.microsoft.error")
        assert bot.connector.activities == []


async def test_a_failure_behind_a_button_has_a_reference(small_index, tmp_path):
    async def fails(incoming):
        raise RuntimeError("hemligt")

    async with bot_over(small_index, tmp_path, ask=fails) as bot:
        shown = await press(bot, "all", q=QUESTION)
        assert "Referens: " in shown["value"]
        assert "hemligt" not in json.dumps(shown)


async def test_questions_to_ask_next_come_in_a_personal_chat_only_and_are_answered(small_index, tmp_path):
    async with bot_over(small_index, tmp_path) as bot:
        (card,) = (await ask(bot, QUESTION))["attachments"]
        offered = buttons(card["content"])
        assert [one["title"] for one in offered] == ["Vem gör vad?", "Vilka deltog?", "Vilka beslut fattades?"]
        for number, one in enumerate(offered):
            assert (await press(bot, one["verb"], number, **one["data"]))["type"] == MESSAGE
            answered = bot.connector.activities[-1]
            assert answered["text"].startswith(f"**{one['data']['q']}**")
            assert answered["entities"][0]["citation"], one["title"]
        channel = {"id": "19:t@thread.tacv2;messageid=1", "conversationType": "channel"}
        assert not (await ask(bot, QUESTION, id="c1", conversation=channel)).get("attachments")


async def test_a_citation_leads_to_the_bots_page_with_the_quote_marked(small_index, tmp_path):
    async with bot_over(small_index, tmp_path) as bot:
        claim = (await ask(bot))["entities"][0]["citation"][0]
        path = claim["appearance"]["url"].removeprefix("https://bot.example").removesuffix("#citat")
        async with bot.client.get(path) as response:
            page = await response.text()
            assert (response.status, response.content_type) == (200, "text/html")
        assert '<mark id="citat">Nätverket ställer sig bakom Yrkesresan och tar kostnaden 2023.</mark>' in page
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        for wrong in (path[:-1] + "é", path + "A", "/source/a.b", "/source/" + "x" * 3_000):
            async with bot.client.get(wrong) as response:
                assert (response.status, "Länken är inte giltig" in await response.text()) == (403, True)
        for wrong in ("/source/", "/source/a/b", "/source"):
            async with bot.client.get(wrong) as response:
                assert response.status == 404


async def test_without_a_public_address_there_are_neither_links_nor_pages(small_index, tmp_path):
    async with bot_over(small_index, tmp_path, AnswerSettings()) as bot:
        claim = (await ask(bot))["entities"][0]["citation"][0]
        assert "url" not in claim["appearance"]
        async with bot.client.get("/source/a.b") as response:
            assert response.status == 404
    assert [file.name for file in tmp_path.iterdir()] == [FILE]


async def opine(bot, feedback, reaction="like", message="r1"):
    value = {"actionName": "feedback", "actionValue": {"reaction": reaction, "feedback": feedback}}
    fields = {"type": "invoke", "name": "message/submitAction", "id": f"f{reaction}", "replyToId": message}
    return await bot.post(bot.activity(**fields, value=value))


@pytest.mark.parametrize(
    "feedback", ['{"feedbackText": "Bra svar"}', "Bra svar"], ids=["as Teams sends it", "as the Playground sends it"]
)
async def test_feedback_is_kept_with_its_question_and_sources_and_without_a_name(small_index, tmp_path, feedback):
    async with bot_over(small_index, tmp_path) as bot:
        reply = await ask(bot)
        assert reply["channelData"]["feedbackLoop"] == {"type": "default"}
        assert await opine(bot, feedback) == (200, "{}")
    (kept,) = read_feedback(tmp_path / FILE)
    assert (kept.reaction, kept.comment, kept.name) == ("like", "Bra svar", None)
    assert kept.answer["question"] == QUESTION
    assert kept.answer["citations"][0]["document"] == "norrdal-2022-03-04"
    assert {"motesminnet", "model"} <= set(kept.answer["versions"])
    assert b"Anna Ek" not in (tmp_path / FILE).read_bytes()


async def test_a_name_is_kept_where_the_settings_say_so(small_index, tmp_path):
    async with bot_over(small_index, tmp_path, replace(PUBLIC, feedback_names=True)) as bot:
        await ask(bot)
        await opine(bot, "", "dislike")
    assert [(one.reaction, one.name) for one in read_feedback(tmp_path / FILE)] == [("dislike", "Anna Ek")]


@pytest.mark.parametrize(
    "value", [None, 7, {}, {"actionName": "feedback"}, {"actionName": "feedback", "actionValue": {}}]
)
async def test_feedback_of_another_form_is_let_pass(small_index, tmp_path, value):
    async with bot_over(small_index, tmp_path) as bot:
        fields = {"type": "invoke", "name": "message/submitAction", "id": "f1", "replyToId": "r1"}
        assert await bot.post(bot.activity(**fields, value=value)) == (200, "{}")
    assert read_feedback(tmp_path / FILE) == []


async def test_the_largest_message_with_links_and_card_stays_under_the_limit(small_index, tmp_path):
    async def many(incoming):
        answer = make_many(40, quote="Nämnden föreslås återkomma. " * 100, url=None)
        cited = [replace(c, item=f"x#{c.n}", title="Åtgärder för äldre " * 20) for c in answer.citations]
        return replace(answer, question=incoming.text, intent="list", citations=tuple(cited))

    async with bot_over(small_index, tmp_path, ask=many) as bot:
        reply = await ask(bot)
        assert reply["attachments"]
        assert wire_size(reply) < 22_000
        assert wire_size((await press(bot, "all", q="å" * 250))["value"]) < 21_000


async def test_surroundings_carry_the_label_of_the_settings(small_index, tmp_path):
    settings = AnswerSettings(sensitivity=("Intern", "Sprid inte utanför kommunen."))
    async with bot_over(small_index, tmp_path, settings) as bot:
        label = (await ask(bot))["entities"][0]["usageInfo"]
    assert label == {"@type": "CreativeWork", "name": "Intern", "description": "Sprid inte utanför kommunen."}
    assert Surroundings().presentation.label is None
