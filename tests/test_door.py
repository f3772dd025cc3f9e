"""The whole bot as Teams reaches it: identity server in a thread of its own, real keys, replies over TLS.

Times are bounded generously: what is proved is that nothing waits for a server that hangs. `bench.bench_door` measures.
"""

import asyncio
import contextlib
import socket
import time

import pytest
from made_answers import QUESTION, make_answer
from made_chat import Connector
from made_door import (
    ADDRESSES,
    HOST,
    SERVICE,
    TENANT,
    Identity,
    bearer,
    make_claims,
    make_fields,
    make_jwk,
    make_token,
    rsa_key,
    teams_bot,
)

from bot.answered import Answered
from bot.message import render_message
from bot.respond import BUSY

HANG = 5.0


class Asked:
    """An `answer` that notes the questions."""

    def __init__(self):
        self.questions = []

    async def __call__(self, incoming):
        self.questions.append(incoming.text)
        return make_answer()


@pytest.fixture
def identity():
    with Identity() as running:
        yield running


@pytest.fixture
def answered(tmp_path):
    with contextlib.closing(Answered(tmp_path / "answered.db")) as made:
        yield made


@pytest.fixture
async def bot(identity, answered):
    async with teams_bot(Asked(), identity, answered) as running:
        yield running


async def ask(bot, token=None, **fields):
    """The status of a question; each has an id of its own."""
    ask.count = getattr(ask, "count", 0) + 1
    status, body = await bot.post(make_fields(**{"id": f"m{ask.count}", **fields}), bearer(token))
    assert body == ""
    return status


def signed_by(name):
    return make_token(key=name, private=rsa_key(name))


def replies(bot):
    return [one for one in bot.connector.activities if one["type"] == "message"]


async def test_a_question_from_teams_is_answered_on_microsofts_host_with_the_bots_own_token(bot):
    assert await ask(bot, id="m1") == 200
    typing, reply = bot.connector.activities
    assert (typing["type"], reply["text"]) == ("typing", render_message(make_answer())["text"])
    assert {path for _, path, _ in bot.connector.received} == {"/emea/v3/conversations/a:1/activities/m1"}
    assert bot.connector.authorizations == ["Bearer bot-token"] * 2
    assert bot.asked.questions == [QUESTION]


async def test_a_forged_token_gets_no_answer(bot):
    assert await ask(bot, make_token(private=rsa_key("thief"))) == 401
    assert (bot.asked.questions, bot.connector.received) == ([], [])


# Once


async def test_the_same_activity_five_times_at_once_and_after_a_restart_gives_one_reply(identity, tmp_path):
    kept = tmp_path / "answered.db"
    for expected in (1, 0):
        with contextlib.closing(Answered(kept)) as answered:
            async with teams_bot(Asked(), identity, answered) as bot:
                statuses = await asyncio.gather(*(ask(bot, id="m1") for _ in range(5)))
                assert (statuses, len(replies(bot))) == ([200] * 5, expected)
                text = await (await bot.client.get("/metrics")).text()
                assert f"motesminnet_repeated_activities_total {5 - expected}.0" in text


async def test_the_same_id_in_another_conversation_is_another_activity(bot):
    for conversation in ("a:1", "a:2"):
        where = make_fields()["conversation"] | {"id": conversation}
        assert await ask(bot, id="m1", conversation=where) == 200
    assert len(replies(bot)) == 2


TEAM = {
    "conversation": {"id": "19:general@thread.tacv2", "conversationType": "channel", "tenantId": TENANT},
    "channelData": {"tenant": {"id": TENANT}, "team": {"id": "19:general@thread.tacv2"}},
    "text": None,
}
INSTALLED = {"type": "installationUpdate", "action": "add", "text": None}
JOINED = {"type": "conversationUpdate", "membersAdded": [{"id": "28:bot"}], "text": None}


async def test_an_installation_in_a_team_is_welcomed_once_also_when_it_is_told_of_two_channels(bot):
    assert await ask(bot, **{**INSTALLED, **TEAM}) == 200
    chosen = TEAM["conversation"] | {"id": "19:another@thread.tacv2"}
    assert await ask(bot, **{**JOINED, **TEAM, "conversation": chosen}) == 200
    assert (len(replies(bot)), bot.asked.questions) == (1, ["hjälp"])


async def test_a_personal_chat_opens_with_prompt_starters_and_gets_no_welcome(bot):
    assert [await ask(bot, **INSTALLED), await ask(bot, **JOINED)] == [200, 200]
    assert replies(bot) == []


async def test_where_it_cannot_be_noted_the_question_is_answered_all_the_same(bot, answered):
    await answered._state.run(lambda db: db.execute("DROP TABLE answered"))
    assert await ask(bot) == 200
    assert len(replies(bot)) == 1


# Keys


async def test_a_new_key_is_found_at_once(bot, identity):
    identity.keys.append(make_jwk("k2", rsa_key("k2")))
    assert [await ask(bot, signed_by(name)) for name in ("k2", "k1", "k2")] == [200, 200, 200]
    assert identity.fetches == 2


async def test_unknown_keys_set_off_one_fetch(bot, identity):
    statuses = await asyncio.gather(*(ask(bot, make_token(key=f"x{n}")) for n in range(20)))
    assert (set(statuses), identity.fetches) == ({401}, 2)
    assert await ask(bot) == 200


async def test_a_token_that_is_wrong_in_itself_sets_off_no_fetch(bot, identity):
    for claims in (make_claims(exp=1), make_claims(aud="x"), make_claims(iss="x"), {}):
        assert await ask(bot, make_token(key="unknown", claims=claims)) == 401
    assert identity.fetches == 1


async def test_a_withdrawn_key_is_gone_after_the_next_fetch(bot, identity):
    identity.keys = [make_jwk("k2", rsa_key("k2"))]
    assert await ask(bot, signed_by("k1")) == 200
    assert await ask(bot, signed_by("k2")) == 200  # unknown, and so fetched
    assert await ask(bot, signed_by("k1")) == 401


async def test_keys_are_fetched_in_the_background(identity, answered, monkeypatch):
    monkeypatch.setattr("bot.keys.REFRESH", 0.02)
    async with teams_bot(Asked(), identity, answered) as bot:
        identity.keys = [make_jwk("k2", rsa_key("k2"))]
        async with asyncio.timeout(10):
            while await ask(bot, signed_by("k1")) == 200:
                await asyncio.sleep(0.01)
        assert await ask(bot, signed_by("k2")) == 200


@pytest.mark.parametrize(
    "fault", [{"status": 500}, {"status": 404}, {"replies": {"/keys": b"{}"}}, {"delay": HANG}], ids=str
)
async def test_an_identity_server_that_is_down_or_hangs_costs_no_one_their_answer(
    identity, answered, monkeypatch, fault
):
    monkeypatch.setattr("bot.keys.REFRESH", 0.02)
    monkeypatch.setattr("bot.keys.RETRY", (0.02,))
    monkeypatch.setattr("bot.keys.FETCH", 0.3)
    async with teams_bot(Asked(), identity, answered) as bot:
        while await ask(bot) != 200:  # the first fetch, on a busy machine
            await asyncio.sleep(0.02)
        vars(identity).update(fault)
        fetches = identity.fetches
        while identity.fetches == fetches:  # the refresh that meets the fault
            await asyncio.sleep(0.02)
        unknown = asyncio.create_task(ask(bot, make_token(key="unknown")))
        assert await asyncio.gather(*(ask(bot) for _ in range(10))) == [200] * 10
        assert await unknown == 401


async def test_a_bot_that_starts_before_the_identity_server_lets_people_in_once_it_is_there(
    identity, answered, monkeypatch
):
    monkeypatch.setattr("bot.keys.RETRY", (0.02,))
    identity.status = 503
    async with teams_bot(Asked(), identity, answered) as bot:
        assert (await bot.client.get("/readyz")).status == 503
        assert await ask(bot) == 401
        identity.status = 200
        async with asyncio.timeout(10):
            while (await bot.client.get("/readyz")).status == 503:
                await asyncio.sleep(0.01)
        assert await ask(bot) == 200


async def test_the_loop_never_waits_for_the_identity_server(bot, identity):
    identity.delay = HANG
    longest, stop = 0.0, asyncio.Event()

    async def watch():
        nonlocal longest
        while not stop.is_set():
            started = time.perf_counter()
            await asyncio.sleep(0.01)
            longest = max(longest, time.perf_counter() - started)

    watching = asyncio.create_task(watch())
    hanging = asyncio.create_task(ask(bot, make_token(key="unknown")))
    while identity.fetches < 2:
        await asyncio.sleep(0.01)
    assert await asyncio.gather(*(ask(bot) for _ in range(10))) == [200] * 10
    assert not hanging.done()
    stop.set()
    await watching
    assert longest < 1  # on an idle machine under 0.1 s: see bench_door
    hanging.cancel()


# Many at once


async def test_half_open_connections_keep_nobody_out(bot):
    port, head = bot.client.port, b"POST /api/messages HTTP/1.1\r\nHost: x\r\n"
    promised = head + b"Content-Type: application/json\r\nContent-Length: 99\r\n"
    known = promised + f"Authorization: {bearer()['Authorization']}\r\n\r\n{{".encode()
    begun = [b"", head, promised + b"\r\n{", known]
    opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(300)]
    for n, (_, writer) in enumerate(opened):
        writer.write(begun[n % 4])
    async with asyncio.timeout(20):
        assert [await ask(bot) for _ in range(5)] == [200] * 5
    for _, writer in opened:
        writer.close()
    assert len(replies(bot)) == 5


def raw(*lines, body=b"", token=True):
    """A request as bytes, with a valid token unless told otherwise."""
    head = ["POST /api/messages HTTP/1.1", "Host: x", "Connection: close", *lines]
    if token:
        head += ["Content-Type: application/json", f"Authorization: {bearer()['Authorization']}"]
    return "\r\n".join([*head, "", ""]).encode("latin-1") + body


BROKEN = {
    "chunk without a size": raw("Transfer-Encoding: chunked", body=b"{}\r\n0\r\n\r\n"),
    "chunk too large": raw("Transfer-Encoding: chunked", body=b"ffffffffffffffffff\r\n{}"),
    "chunk cut off": raw("Transfer-Encoding: chunked", body=b"ff\r\n{"),
    "both lengths": raw("Transfer-Encoding: chunked", "Content-Length: 2", body=b"{}"),
    "unknown coding": raw("Transfer-Encoding: br", body=b"{}"),
    "length twice": raw("Content-Length: 2", "Content-Length: 3", body=b"{}"),
    "negative length": raw("Content-Length: -1", body=b"{}"),
    "length beyond all bounds": raw("Content-Length: " + "9" * 30, body=b"{}"),
    "no length": raw(),
    "length of nothing": raw("Content-Length: 0"),
    "body cut off": raw("Content-Length: 100", body=b"{"),
    "packed, and broken": raw("Content-Length: 2", "Content-Encoding: gzip", body=b"{}"),
    "expectation": raw("Expect: something", "Content-Length: 2", body=b"{}"),
    "upgrade": raw("Upgrade: websocket", "Connection: Upgrade", "Content-Length: 2", body=b"{}"),
    "token too long": raw("Authorization: Bearer " + "a" * 9000, token=False),
    "token with bytes of no alphabet": raw(
        "Authorization: Bearer \xff.\xfe.\xfd", "Content-Type: application/json", token=False
    ),
    "header with a null": raw("Authorization: Bearer \x00", token=False),
    "many headers": raw(*[f"X-{n}: x" for n in range(500)]),
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(100) + b"\r\n\r\n",
    "another version": b"POST /api/messages HTTP/9.9\r\nHost: x\r\n\r\n",
    "another method": b"BREW /api/messages HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
}


@pytest.mark.parametrize("name", BROKEN)
async def test_broken_http_gets_no_500_and_no_answer(bot, name):
    reader, writer = await asyncio.open_connection("127.0.0.1", bot.client.port)
    writer.write(BROKEN[name])
    writer.write_eof()
    async with asyncio.timeout(20):
        first = (await reader.read()).split(b"\r\n")[0]
    writer.close()
    assert first == b"" or first.split()[1] in {b"400", b"401", b"405", b"413", b"415", b"417"}
    assert (bot.asked.questions, bot.connector.received) == ([], [])
    assert await ask(bot) == 200


async def test_more_questions_than_the_bot_can_take_are_turned_away_politely(identity, answered, monkeypatch):
    go = asyncio.Event()

    class Slow(Asked):
        async def __call__(self, incoming):
            await go.wait()
            return await super().__call__(incoming)

    async with teams_bot(Slow(), identity, answered) as bot:
        asking = [asyncio.create_task(ask(bot)) for _ in range(50)]
        async with asyncio.timeout(20):
            while len(replies(bot)) < 14:
                await asyncio.sleep(0.01)
        assert {one["text"] for one in replies(bot)} == {BUSY["sv"]}
        go.set()
        assert set(await asyncio.gather(*asking)) == {200}
        assert len(replies(bot)) == 50


async def test_teams_is_told_that_a_message_has_arrived_before_it_sends_it_again(identity, answered, monkeypatch):
    monkeypatch.setattr("bot.app.PATIENCE", 0.05)
    go = asyncio.Event()

    class Slow(Asked):
        async def __call__(self, incoming):
            await go.wait()
            return await super().__call__(incoming)

    async with teams_bot(Slow(), identity, answered) as bot:
        assert [await ask(bot, id="m1"), await ask(bot, id="m1")] == [202, 200]
        go.set()
        async with asyncio.timeout(10):
            while not replies(bot):
                await asyncio.sleep(0.01)
        assert len(replies(bot)) == 1


async def test_the_turns_under_way_end_before_the_bot_does(identity, answered):
    class Slow(Asked):
        async def __call__(self, incoming):
            await asyncio.sleep(0.3)
            return await super().__call__(incoming)

    async with teams_bot(Slow(), identity, answered) as bot:
        asking = asyncio.create_task(ask(bot))
        while not bot.connector.received:
            await asyncio.sleep(0.01)
        await bot.client.server.app.shutdown()
        assert len(replies(bot)) == 1
        assert await asking == 200


async def test_a_turn_that_does_not_end_is_given_up(identity, answered, monkeypatch, caplog):
    monkeypatch.setattr("bot.app.DRAIN", 0.05)

    class Hung(Asked):
        async def __call__(self, incoming):
            await asyncio.Event().wait()

    async with teams_bot(Hung(), identity, answered) as bot:
        asking = asyncio.create_task(ask(bot))
        while not bot.connector.received:
            await asyncio.sleep(0.01)
        await bot.client.server.app.shutdown()
        assert (await asking, replies(bot)) == (200, [])
    assert "in the middle of 1 turns" in caplog.text


# SSRF: the canary sees every name that is looked up and every connection that is made


async def test_no_forbidden_address_is_connected_to(bot, monkeypatch):
    reached, connect, look_up = set(), socket.socket.connect, asyncio.base_events.BaseEventLoop.getaddrinfo

    def noted_connect(self, address):
        reached.add(address[0])
        return connect(self, address)

    async def noted_look_up(self, host, *args, **kwargs):
        reached.add(host)
        return await look_up(self, host, *args, **kwargs)

    def resolved(self, host, port=0, family=0):
        reached.add(host)
        raise OSError(f"{host} is out of bounds")

    monkeypatch.setattr(socket.socket, "connect", noted_connect)
    monkeypatch.setattr(asyncio.base_events.BaseEventLoop, "getaddrinfo", noted_look_up)
    monkeypatch.setattr("made_door.ToLoopback.resolve", resolved)
    assert len(ADDRESSES) >= 60
    for address in ADDRESSES:
        token = make_token(claims=make_claims(serviceurl=address))
        for kind in ("message", "conversationUpdate", "installationUpdate", "invoke"):
            assert await ask(bot, token, serviceUrl=address, type=kind) == 403
            assert await ask(bot, serviceUrl=address, type=kind) == 403
    assert reached <= {"127.0.0.1"}
    assert (bot.asked.questions, bot.connector.received) == ([], [])


async def test_the_canary_sees_a_connection(identity, answered):
    """The test above proves something only if an allowed address is connected to."""
    async with teams_bot(Asked(), identity, answered) as bot:
        await ask(bot)
        assert len(bot.connector.received) == 2
    assert SERVICE.split("/")[2] == HOST


async def test_replies_are_never_redirected(bot):
    elsewhere = Connector()
    async with elsewhere.server:
        bot.connector.status, bot.connector.headers = 307, {"Location": elsewhere.url}
        assert await ask(bot) == 200
        assert elsewhere.received == []


# What operators look at


async def test_metrics_count_refusals_by_reason_and_turns_by_outcome(bot):
    await ask(bot, "a.b.c")
    await ask(bot, channelId="webchat")
    await ask(bot)
    response = await bot.client.get("/metrics")
    text = await response.text()
    assert response.headers["Content-Type"].startswith("text/plain")
    for line in (
        'motesminnet_refused_requests_total{reason="malformed_token"} 1.0',
        'motesminnet_refused_requests_total{reason="channel"} 1.0',
        'motesminnet_refused_requests_total{reason="tenant"} 0.0',
        'motesminnet_turns_total{outcome="answered"} 1.0',
        "motesminnet_turn_seconds_count 1.0",
        "motesminnet_generation 0.0",
        "motesminnet_free_places 36.0",
    ):
        assert line in text
    assert "motesminnet_keys_age_seconds" in text
    assert not any(word in text for word in ("yrkesresan", "Anna", "a:1"))
