import asyncio
import contextlib
import json
import re
import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_answers import QUESTION, make_answer, make_many
from made_chat import JSON, Connector, make_activity, running_bot

from bot.activity import read_activity
from bot.app import MAX_BODY
from bot.gate import is_loopback
from bot.message import render_message

THREAD = "19:team@thread.tacv2;messageid=1646380800000"


class Asked:
    """An `answer` that notes the questions."""

    def __init__(self, result):
        self.questions, self.result = [], result

    async def __call__(self, incoming):
        self.questions.append(incoming.text)
        return self.result


def running(result):
    """The endpoint whose every answer is this result."""
    return running_bot(Asked(result))


@pytest.fixture
async def bot():
    async with running(make_answer()) as started:
        yield started


async def test_answer_arrives_on_the_wire_with_text_markers_and_citations(bot):
    assert await bot.post(bot.activity()) == (200, "")
    typing, reply = bot.connector.activities
    expected = render_message(make_answer())
    assert typing["type"] == "typing"
    assert (reply["text"], reply["entities"]) == (expected["text"], expected["entities"])
    assert "[1]" in reply["text"]
    assert "[2]" in reply["text"]
    assert (reply["type"], reply["textFormat"], reply["replyToId"]) == ("message", "markdown", "m1")
    assert (reply["from"]["id"], reply["recipient"]["id"]) == ("28:bot", "29:anna")
    assert {path for _, path, _ in bot.connector.received} == {"/v3/conversations/a:1/activities/m1"}
    assert bot.asked.questions == [QUESTION]


async def test_model_written_answer_is_labelled_on_the_wire():
    async with running(make_answer(mode="llm")) as bot:
        await bot.post(bot.activity())
        assert bot.connector.activities[1]["entities"][0]["additionalType"] == ["AIGeneratedContent"]


async def test_channel_question_is_asked_without_the_mention_and_answered_in_its_thread(bot):
    mention = {
        "type": "mention",
        "text": "<at>Minnet</at>",
        "mentioned": {"id": "28:bot", "name": "Minnet"},
    }
    conversation = {"id": THREAD, "conversationType": "channel", "isGroup": True}
    text = f"<at>Minnet</at>&nbsp;{QUESTION}\n"
    await bot.post(bot.activity(text=text, entities=[mention], conversation=conversation))
    assert bot.asked.questions == [QUESTION]
    _, path, body = bot.connector.received[-1]
    assert path == f"/v3/conversations/{THREAD}/activities/m1"
    assert json.loads(body)["conversation"]["id"] == THREAD


async def test_the_largest_message_stays_under_the_limit_on_the_wire():
    async with running(make_many(40, quote="Nämnden föreslås återkomma. " * 100)) as bot:
        await bot.post(bot.activity(conversation={"id": "19:" + "x" * 300, "conversationType": "groupChat"}))
        assert 10_000 < len(bot.connector.received[-1][2]) < 28_000


OTHERS = """conversationUpdate installationUpdate messageReaction messageUpdate messageDelete typing event trace handoff
endOfConversation invokeResponse nyhet""".split()


@pytest.mark.parametrize("kind", OTHERS)
async def test_other_activities_get_200_and_no_reply(bot, kind):
    status, _ = await bot.post(bot.activity(type=kind))
    assert (status, bot.connector.received) == (200, [])


async def test_a_question_that_is_edited_or_deleted_afterwards_is_answered_once(bot):
    """Teams sends the message again, under its old id and with another type."""
    await bot.post(bot.activity())
    for kind, event in (("messageUpdate", "editMessage"), ("messageDelete", "softDeleteMessage")):
        changed = bot.activity(type=kind, channelData={"eventType": event}, text="ändrad")
        assert await bot.post(changed) == (200, "")
    assert (len(bot.connector.received), bot.asked.questions) == (2, [QUESTION])


INVOKES = """x composeExtension/query task/fetch fileConsent/invoke signin/verifyState tab/fetch
message/fetchTask config/fetch adaptiveCard/action message/submitAction actionableMessage/executeAction""".split()


@pytest.mark.parametrize("name", [*INVOKES, None, ""])
@pytest.mark.parametrize("value", [None, {}, 7, {"action": {}}, {"action": "x"}], ids=str)
async def test_an_invoke_of_any_name_gets_200_and_no_message(bot, name, value):
    status, body = await bot.post(bot.activity(type="invoke", name=name, value=value))
    assert status == 200
    answer = json.loads(body)
    assert answer == {} or (name, answer["statusCode"]) == ("adaptiveCard/action", 400)
    assert bot.connector.received == []


async def test_own_message_gets_no_reply(bot):
    status, _ = await bot.post(bot.activity(**{"from": {"id": "28:bot"}}))
    assert (status, bot.connector.received) == (200, [])


async def test_failing_turn_is_told_in_the_chat(bot):
    bot.asked.result = None
    assert await bot.post(bot.activity()) == (200, "")
    assert re.search(r"Referens: [0-9a-f]{8}$", bot.connector.activities[-1]["text"])


@pytest.mark.parametrize("status", [400, 403, 413, 500, 503])
async def test_a_chat_service_that_refuses_gives_no_500(bot, status):
    bot.connector.status = status
    assert await bot.post(bot.activity()) == (200, "")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "application/json"}, 200),
        ({"Content-Type": "Application/JSON"}, 200),
        ({"Content-Type": 'application/json;charset="UTF-8"'}, 200),
        ({"Content-Type": "application/json; charset=utf-9"}, 415),
        ({"Content-Type": "application/json; charset=utf-8; x=y"}, 415),
        ({"Content-Type": "application/json", "Authorization": "Bearer a.b.c"}, 200),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/jsonx"}, 415),
        ({"Content-Type": "text/html; application/json"}, 415),
        ({"Content-Type": ""}, 415),
        ({"Content-Type": ";;;"}, 415),
        ({"Content-Type": "application/json", "Content-Encoding": "gzip"}, 415),
        ({"Content-Type": "application/json", "Content-Encoding": "x"}, 415),
    ],
)
async def test_content_types(bot, headers, status):
    assert await bot.post(bot.activity(), headers) == (status, "")
    assert bool(bot.connector.received) == (status == 200)


async def test_no_content_type_is_415(bot):
    response = await bot.client.post("/api/messages", data=b"{}", skip_auto_headers=["Content-Type"])
    assert response.status == 415


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"5",
        b"{}",
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
        '{"type": "message"}'.encode("utf-16"),
        b"[" * 100_000,
        b'{"type":' * 20_000,
        b'{"id": ' + b"9" * 5000 + b"}",
        b'{"type": "message", "serviceUrl": "http://127.0.0.1/"}',
    ],
    ids=lambda body: repr(body[:20]),
)
async def test_malformed_bodies_are_400(bot, body):
    assert await bot.post(body) == (400, "")


@pytest.mark.parametrize(
    "fields",
    [
        {"type": None},
        {"type": ""},
        {"id": None},
        {"id": ""},
        {"action": 5},
        {"type": 5},
        {"type": ["message"]},
        {"serviceUrl": None},
        {"serviceUrl": 5},
        {"serviceUrl": {}},
        {"text": 5},
        {"text": {"a": 1}},
        {"id": 5},
        {"from": None},
        {"from": "anna"},
        {"from": []},
        {"from": {"id": 5}},
        {"recipient": "bot"},
        {"recipient": {"id": {}}},
        {"conversation": None},
        {"conversation": "a:1"},
        {"conversation": {}},
        {"conversation": {"id": 5}},
        {"conversation": {"id": "a:1", "isGroup": "ja"}},
        {"entities": "x"},
        {"entities": {}},
        {"entities": [5]},
        {"entities": [None]},
        {"entities": [{"type": "mention", "mentioned": "x"}]},
        {"entities": [{"type": "mention", "text": 5}]},
        {"channelId": 5},
        {"locale": []},
    ],
    ids=str,
)
async def test_malformed_fields_are_400(bot, fields):
    assert await bot.post(bot.activity(**fields)) == (400, "")
    assert bot.connector.received == []


@pytest.mark.parametrize(
    "fields",
    [
        {"text": None},
        {"entities": None},
        {"recipient": None},
        {"locale": None},
        {"id": "../../x?y#z{0}"},
        {"conversation": {"id": "{serviceUrl}"}},
        {"conversation": {"id": "\ud800"}},
        {"text": "\ud800\u0000"},
        {"entities": [{"type": "mention"}, {}, {"type": None}]},
        {"timestamp": "igår", "attachments": 5, "channelData": "x", "membersAdded": 7},
        {"deliveryMode": "expectReplies"},
    ],
    ids=str,
)
async def test_odd_but_possible_activities_give_no_error(bot, fields):
    assert (await bot.post(bot.activity(**fields)))[0] == 200


async def test_body_over_the_limit_is_413(bot):
    assert (await bot.post(b'{"x": "' + b"a" * MAX_BODY + b'"}'))[0] == 413


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/api/messages", 405), ("GET", "/", 404)])
async def test_other_requests(bot, method, path, status):
    assert (await bot.client.request(method, path)).status == status


async def test_healthz(bot):
    response = await bot.client.get("/healthz")
    assert (response.status, await response.json()) == (200, {"status": "ok"})


FOREIGN = [
    "https://smba.trafficmanager.net/emea/",
    "http://10.0.0.1/",
    "http://169.254.169.254/latest/meta-data",
    "http://127.0.0.1.evil.example/",
    "http://127.0.0.1@evil.example/",
    "http://user:pass@127.0.0.1/",
    "http://evil.example\\@127.0.0.1/",
    "http://127.0.0.1\\@evil.example/",
    "http://evil.example#@127.0.0.1/",
    "http://evil.example/127.0.0.1",
    "http://0.0.0.0/",
    "http://[::]/",
    "http://[::ffff:10.0.0.1]/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://127.1/",
    "http://127.0.0.2/",
    "http://localhost.evil.example/",
    "http://localhost./",
    "http://LOCALHOST\n.evil.example/",
    "http://127.0.0.1/\n",
    "http://127.0.0.1/?x=http://evil.example",
    "http://127.0.0.1:80:80/",
    "http://127.0.0.1:evil/",
    "http://127.0.0.1 /",
    "http://１２７.0.0.1/",
    "ftp://127.0.0.1/",
    "file:///etc/passwd",
    "//127.0.0.1/",
    "127.0.0.1",
    "urn:botframework:websocket:wss://127.0.0.1",
]


@pytest.fixture
def reached(monkeypatch):
    """The hosts and ports that are looked up or connected to; beyond loopback nothing is."""
    reached, connect, look_up = set(), socket.socket.connect, socket.getaddrinfo

    def note(host, port):
        reached.add((host, port))
        if host != "127.0.0.1":
            raise OSError(f"{host} is out of bounds")

    def noted_connect(self, address):
        note(*address[:2])
        return connect(self, address)

    def noted_look_up(host, port, *args, **kwargs):
        note(host, port)
        return look_up(host, port, *args, **kwargs)

    monkeypatch.setattr(socket.socket, "connect", noted_connect)
    monkeypatch.setattr(socket, "getaddrinfo", noted_look_up)
    return reached


@pytest.mark.parametrize("url", FOREIGN)
async def test_foreign_service_address_is_refused_and_never_connected_to(bot, url, reached):
    bodies = [bot.activity(serviceUrl=url, type=kind) for kind in ("message", "conversationUpdate")]
    assert [await bot.post(body) for body in bodies] == [(403, ""), (403, "")]
    assert reached <= {("127.0.0.1", bot.client.port)}
    assert (bot.connector.received, bot.asked.questions) == ([], [])


async def test_a_token_sets_off_no_fetch_of_keys(bot, reached):
    token = "Bearer eyJhbGciOiJSUzI1NiIsImtpZCI6IngifQ.eyJpc3MiOiJodHRwczovL2FwaS5ib3RmcmFtZXdvcmsuY29tIn0.eA"
    assert (await bot.post(bot.activity(), {**JSON, "Authorization": token}))[0] == 200
    assert {host for host, _ in reached} == {"127.0.0.1"}


async def test_replies_go_past_a_proxy_of_the_environment(bot, monkeypatch):
    proxy = Connector()
    async with proxy.server:
        monkeypatch.setenv("http_proxy", proxy.url)
        await bot.post(bot.activity())
        assert (len(bot.connector.received), proxy.received) == (2, [])


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_replies_are_never_redirected(bot, status):
    elsewhere = Connector()
    async with elsewhere.server:
        bot.connector.status, bot.connector.headers = status, {"Location": elsewhere.url}
        assert await bot.post(bot.activity()) == (200, "")
        assert elsewhere.received == []


@pytest.mark.parametrize("url", ["http://127.0.0.1:١٢/", "http://localhoſt/"])
def test_loopback_is_spelled_in_ascii(url):
    assert not is_loopback(url)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:56150/", "http://localhost:1/_connector", "https://[::1]:80", "HTTP://LocalHost/"]
)
def test_loopback_service_addresses(url):
    assert is_loopback(url)


def test_unknown_fields_never_reach_the_sdk():
    body = {**make_activity("http://127.0.0.1/"), "relatesTo": {"serviceUrl": "http://evil.example"}, "x": 1}
    assert {"relatesTo", "x"}.isdisjoint(read_activity(json.dumps(body).encode()))


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = [*sorted(make_activity("")), "isGroup", "relatesTo", "value", "membersAdded", "localTimestamp"]


@settings(max_examples=500)
@given(
    st.dictionaries(st.sampled_from(FIELDS), JUNK, max_size=4), st.sampled_from(["from", "conversation", "entities"])
)
def test_any_json_is_read_or_refused(fields, nested):
    body = {**make_activity("http://127.0.0.1/"), **fields}
    for value in (body, {**body, nested: fields}, {**body, nested: [fields]}, {**body, nested: {"id": fields}}):
        with contextlib.suppress(ValueError):
            read_activity(json.dumps(value).encode())


async def test_questions_are_answered_side_by_side():
    both = asyncio.Barrier(2)

    class Waiting(Asked):
        async def __call__(self, incoming):
            async with asyncio.timeout(5):
                await both.wait()
            return self.result

    async with running_bot(Waiting(make_answer())) as bot:
        await asyncio.gather(bot.post(bot.activity(id="m1")), bot.post(bot.activity(id="m2")))
    assert sum("entities" in a and len(a["entities"]) == 1 for a in bot.connector.activities) == 2
