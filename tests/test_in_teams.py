"""A long list as people meet it in Teams: its buttons and the follow-ups that are typed, in a personal chat, a group
chat and a channel; pressed after a restart, and after the minutes were read anew.
"""

import asyncio
import contextlib
from datetime import date

import pytest
from made_chat import running_bot
from made_index import TopicEmbedder, build, write_minutes
from test_buttons import ask, buttons, press, texts

from bot.cards import CONTENT_TYPE
from bot.config import AnswerSettings
from bot.service import open_answerer, open_surroundings

COUNT = 17
LIST = "vilka beslut fattades den 4 mars 2022?"
MESSAGE = "application/vnd.microsoft.activity.message"
PLACES = {
    "personal": {"id": "a:1", "conversationType": "personal"},
    "group chat": {"id": "19:grupp@thread.v2", "conversationType": "groupChat", "isGroup": True},
    "channel": {"id": "19:kanal@thread.tacv2;messageid=7", "conversationType": "channel", "isGroup": True},
}
BOT = {"type": "mention", "text": "<at>Mötesminnet</at>", "mentioned": {"id": "28:bot", "name": "Mötesminnet"}}


def minutes(count=COUNT):
    """Minutes of one meeting with so many items, each with a decision."""
    items = [
        f"{n}. Ärende nummer {n}\nText om ärendet.\nBeslut: Nätverket antar förslag {n}.\n" for n in range(1, count + 1)
    ]
    return "Minnesanteckningar\nSocialchefsnätverket Norrdal\nDatum: fredag 4 mars 2022\n\n" + "\n".join(items)


@pytest.fixture
def source(tmp_path):
    return write_minutes(tmp_path / "minutes", {"norrdal-2022-03-04.txt": minutes()})


@pytest.fixture
def index(source, tmp_path):
    return build(source, tmp_path / "index")


@contextlib.asynccontextmanager
async def bot_over(index, state):
    """The bot as it is served, over this index and with what it keeps in `state`."""
    answerer = open_answerer(index, TopicEmbedder, lambda: date(2025, 1, 15), may_wait=False, state=state)
    around = open_surroundings(answerer, AnswerSettings(public_url="https://bot.example"), state)
    with contextlib.closing(answerer), contextlib.closing(around.feedback):
        async with running_bot(answerer.ask, answerer, around) as bot:
            bot.answerer = answerer
            yield bot


async def rebuild(bot, source, index):
    """A new index, once it is what answers."""
    before = bot.answerer.opened().generation.number
    build(source, index)
    async with asyncio.timeout(30):
        while bot.answerer.opened().generation.number == before:
            await asyncio.sleep(0.05)


async def say(bot, place, text, number):
    """The message that answers what somebody says in this place; outside personal chats the bot is mentioned."""
    where = {"conversation": PLACES[place], "id": f"s{number}"}
    if place == "personal":
        return await ask(bot, text, **where)
    return await ask(bot, f"<at>Mötesminnet</at> {text}", entities=[BOT], **where)


def card_of(reply):
    return reply["attachments"][0]["content"]


def button(card, title):
    return next(one for one in buttons(card) if one["title"] == title)


async def push(bot, one, place="personal", number=1):
    """The body of the reply to this button."""
    return await press(bot, one["verb"], number, PLACES[place], **one["data"])


def decisions(shown):
    return [text for text in texts(shown) if text.startswith("”Nätverket antar")]


@pytest.mark.parametrize("place", PLACES)
async def test_the_buttons_of_a_long_list_lead_everywhere_and_back(index, tmp_path, place):
    async with bot_over(index, tmp_path / "state") as bot:
        first = card_of(await say(bot, place, LIST, 1))
        shown = await push(bot, button(first, f"Visa alla ({COUNT})"), place, 1)
        assert shown["type"] == CONTENT_TYPE
        assert decisions(shown["value"]) == [f"”Nätverket antar förslag {n}.”" for n in range(1, COUNT + 1)]
        whole = await push(bot, buttons(shown["value"])[COUNT - 1], place, 2)
        assert texts(whole["value"])[1] == f"{COUNT}. Ärende nummer {COUNT}"
        for number, card in enumerate((whole["value"], shown["value"]), 3):
            assert (await push(bot, button(card, "Tillbaka"), place, number))["value"] == first
        sent = len(bot.connector.activities)
        assert (await push(bot, button(first, "Visa fler källor"), place, 5))["type"] == MESSAGE
        assert len(bot.connector.activities) == sent + 2  # typing, and the rest
        rest = bot.connector.activities[-1]
        assert [c["appearance"]["name"][-2:] for c in rest["entities"][0]["citation"]] == [
            str(n) for n in range(11, 18)
        ]
        assert f"/conversations/{PLACES[place]['id']}/" in bot.connector.received[-1][1]


@pytest.mark.parametrize("place", PLACES)
async def test_what_is_typed_after_a_list_shows_more_of_it_or_an_item_whole(index, tmp_path, place):
    async with bot_over(index, tmp_path / "state") as bot:
        await say(bot, place, LIST, 1)
        whole = await say(bot, place, "visa punkt 12", 2)
        assert "Text om ärendet." in whole["text"]
        assert "förslag 12." in whole["text"]
        again = await say(bot, place, "visa hela punkten", 3)
        assert "förslag 12." in again["text"]
        assert f"/conversations/{PLACES[place]['id']}/" in bot.connector.received[-1][1]


@pytest.mark.parametrize("typed", ["visa fler", "visa fler källor", f"visa alla ({COUNT})", "visa resten", "mer"])
async def test_what_had_no_room_in_the_message_comes_when_it_is_asked_for_in_words(index, tmp_path, typed):
    async with bot_over(index, tmp_path / "state") as bot:
        first = await say(bot, "personal", LIST, 1)
        rest = await say(bot, "personal", typed, 2)
        assert [f"förslag {n}." in first["text"] for n in range(1, COUNT + 1)] == [True] * 10 + [False] * 7
        assert [f"förslag {n}." in rest["text"] for n in range(1, COUNT + 1)] == [False] * 10 + [True] * 7
        assert "inget mer att visa" in (await say(bot, "personal", typed, 3))["text"]


async def test_a_follow_up_leans_on_its_own_conversation_only(index, tmp_path):
    async with bot_over(index, tmp_path / "state") as bot:
        await say(bot, "channel", "visa punkt 12 den 4 mars 2022", 1)
        elsewhere = await say(bot, "group chat", "visa hela punkten", 2)
        here = await say(bot, "channel", "visa hela punkten", 3)
    assert ("förslag 12." in elsewhere["text"], "förslag 12." in here["text"]) == (False, True)


async def test_buttons_and_follow_ups_outlive_a_restart(index, tmp_path):
    async with bot_over(index, tmp_path / "state") as bot:
        first = card_of(await say(bot, "personal", LIST, 1))
        await say(bot, "personal", "visa punkt 12", 2)
    async with bot_over(index, tmp_path / "state") as bot:
        assert "förslag 12." in (await say(bot, "personal", "visa hela punkten", 3))["text"]
        assert len(decisions((await push(bot, button(first, f"Visa alla ({COUNT})"), number=1))["value"])) == COUNT
        await push(bot, button(first, "Visa fler källor"), number=2)
        assert bot.connector.activities[-1]["text"].startswith("Fortsättning:")


async def test_after_the_minutes_changed_a_button_shows_what_they_say_now(source, index, tmp_path):
    async with bot_over(index, tmp_path / "state") as bot:
        first = card_of(await say(bot, "personal", LIST, 1))
        (source / "norrdal-2022-03-04.txt").write_text(minutes(12).replace("antar", "antar ändrat"), encoding="utf-8")
        await rebuild(bot, source, index)
        shown = (await push(bot, button(first, f"Visa alla ({COUNT})"), number=1))["value"]
        assert [t for t in decisions(shown) if "ändrat" in t] == decisions(shown) != []
        assert texts(shown)[0] == "12 punkter"
        await push(bot, button(first, "Visa fler källor"), number=2)
        assert "Punkt 1 " in bot.connector.activities[-1]["text"]  # its sources are others: told from its beginning


async def test_after_the_minutes_went_a_button_says_so(source, index, tmp_path):
    async with bot_over(index, tmp_path / "state") as bot:
        first = card_of(await say(bot, "personal", LIST, 1))
        (source / "norrdal-2022-03-04.txt").unlink()
        (source / "annat.txt").write_text("Nämnden Granvik\n\n1. Budget\nBeslut: Godkänns.\n", encoding="utf-8")
        await rebuild(bot, source, index)
        for number, title in enumerate((f"Visa alla ({COUNT})", "Visa hela punkten")):
            shown = await push(bot, button(first, title), number=number)
            assert (shown["type"], "Ställ frågan igen" in shown["value"]) == (MESSAGE, True)
