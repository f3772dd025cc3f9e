"""`motesminnet serve` as a process: what it needs to start, where it listens, and how it ends."""

import asyncio
import contextlib
import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from aiohttp.test_utils import TestServer
from made_answers import make_answer
from made_chat import make_activity, make_answerer, running_bot
from made_door import APP, TENANT, Identity, bearer, make_fields, make_settings
from made_index import MINUTES, TopicEmbedder, build, write_minutes

from bot.access import Reader
from bot.access_file import AccessFile
from bot.answered import Answered
from bot.config import AnswerSettings, Secret
from bot.freshness import Freshness
from bot.groups import Groups
from bot.links import verify
from bot.message import Incoming
from bot.records import BotError
from bot.service import make_app, make_session, open_answerer, open_surroundings, serve
from indexer.last_run import noted_run
from indexer.records import IndexerError

SECRETS = {"APP_ID": APP, "APP_TENANTID": TENANT, "APP_PASSWORD": "hemligt-ord"}
ASKING = Incoming("m1", "vilka möten har hållits?", "a:1", "personal", "29:anna")

SERVE = """
import asyncio, os, pathlib, sys, time
sys.path.insert(0, "tests")
from made_answers import make_answer
from made_chat import make_answerer
from bot.config import TeamsSettings
from bot.service import serve
from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor(4)
async def ask(incoming):
    await asyncio.get_running_loop().run_in_executor(pool, time.sleep, float(incoming.text))
    return make_answer()
from dataclasses import replace
port, state = int(sys.argv[1]), pathlib.Path(sys.argv[2])
teams = TeamsSettings.from_env(os.environ) if "APP_ID" in os.environ else None
serve(replace(make_answerer(ask), close=pool.shutdown), state, teams, "127.0.0.1", port)
"""


class Served:
    """A running `serve` process."""

    def __init__(self, process, port, said):
        self.process, self.port, self.said = process, port, said

    def get(self, path, host="127.0.0.1"):
        return self._send(urllib.request.Request(f"http://{host}:{self.port}{path}"))

    def post(self, fields, headers):
        data = json.dumps(fields).encode()
        return self._send(urllib.request.Request(f"http://127.0.0.1:{self.port}/api/messages", data, headers))

    def _send(self, request):
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    def stop(self):
        """The exit status after SIGTERM, and the seconds it took."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30), time.monotonic() - started


@contextlib.contextmanager
def served(tmp_path, last_line, **environ):
    """`serve` in a process of its own, once it has said its last line."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    arguments = [sys.executable, "-c", SERVE, str(port), str(tmp_path)]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("APP_", "MOTESMINNET_"))}
    with subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True, env={**clean, **environ}) as process:
        giving_up = threading.Timer(60, process.kill)
        giving_up.start()
        try:
            said = ""
            while last_line not in said:
                line = process.stderr.readline()
                assert line, said
                said += line
            yield Served(process, port, said)
        finally:
            giving_up.cancel()
            process.kill()


def asking(seconds, **fields):
    return {**make_activity("http://127.0.0.1:9/"), "text": str(seconds), **fields}


JSON = {"Content-Type": "application/json"}


def test_local_mode_says_so_loudly_and_listens_on_loopback_only(tmp_path):
    with served(tmp_path, "Ctrl+C") as bot:
        assert bot.get("/healthz")[0] == 200
        with pytest.raises(OSError), socket.create_connection(("127.0.0.2", bot.port), timeout=1):
            pass
        status, seconds = bot.stop()
    assert (status, seconds < 10) == (0, True)
    assert "LOKALT LÄGE" in bot.said
    assert f"http://127.0.0.1:{bot.port}/api/messages" in bot.said
    assert list(tmp_path.iterdir()) == [tmp_path / "feedback.db"]


def test_a_question_under_way_is_answered_before_the_bot_stops(tmp_path):
    with served(tmp_path, "Ctrl+C") as bot:
        answers = []
        asked = threading.Thread(target=lambda: answers.append(bot.post(asking(1.0), JSON)))
        asked.start()
        while b"motesminnet_free_places 35.0" not in bot.get("/metrics")[1]:
            time.sleep(0.02)
        status, seconds = bot.stop()
        asked.join(10)
    assert (status, seconds < 10, answers) == (0, True, [(200, b"")])


@pytest.mark.slow
def test_a_question_that_hangs_does_not_keep_the_bot_from_stopping(tmp_path):
    with served(tmp_path, "Ctrl+C") as bot:
        asked = threading.Thread(target=_tried, args=[bot])
        asked.start()
        while b"motesminnet_free_places 35.0" not in bot.get("/metrics")[1]:
            time.sleep(0.02)
        status, seconds = bot.stop()
        asked.join(10)
    assert (status, seconds < 10) == (0, True)


def _tried(bot):
    with contextlib.suppress(OSError):
        bot.post(asking(60), JSON)


def test_with_settings_it_starts_behind_the_door(tmp_path):
    with (
        Identity() as identity,
        served(tmp_path, "Ctrl+C", **SECRETS, MOTESMINNET_OPENID_METADATA=identity.metadata) as bot,
    ):
        assert bot.get("/readyz") == (200, b'{"status": "ok"}')
        assert bot.post(asking(0), JSON) == (401, b"")
        assert bot.post(asking(0), bearer()) == (403, b"")
        assert bot.post(make_fields(type="typing"), bearer()) == (200, b"")
        assert bot.stop()[0] == 0
    assert "LOKALT" not in bot.said
    assert (tmp_path / "answered.db").exists()


def test_secrets_are_said_nowhere(tmp_path):
    with (
        Identity(status=500) as identity,
        served(tmp_path, "Ctrl+C", **SECRETS, MOTESMINNET_OPENID_METADATA=identity.metadata) as bot,
    ):
        assert bot.get("/readyz") == (503, b'{"status": "no keys"}')
        assert "hemligt-ord" not in bot.get("/metrics")[1].decode()
        bot.stop()
        said = bot.said + bot.process.stderr.read()
    assert "Keys could not be fetched" in said
    assert "hemligt-ord" not in said


def test_a_taken_port_is_told(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(BotError, match=rf"Port {port} går inte att använda"):
            serve(quick_answerer(), tmp_path, None, "127.0.0.1", port)


def quick_answerer():
    return make_answerer(lambda incoming: make_answer())


def test_a_state_that_cannot_be_kept_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(BotError, match="MOTESMINNET_STATE"):
        serve(quick_answerer(), tmp_path / "file", make_settings(), "127.0.0.1", 1)


# The index


def load(model):
    return TopicEmbedder(model)


def answerer_of(index, may_wait=False, load=load, **options):
    return contextlib.closing(open_answerer(index, load, lambda: date(2025, 1, 15), may_wait=may_wait, **options))


async def test_what_answers_comes_out_of_the_index(small_index):
    with answerer_of(small_index) as answerer:
        assert "Socialchefsnätverket Norrdal" in (await answerer.ask(ASKING)).text
        assert answerer.opened().generation.number == 1


async def test_a_short_question_leans_on_the_one_before_in_its_conversation_only(small_index):
    follow_up = replace(ASKING, id="m2", text="vilka deltog?")
    with answerer_of(small_index) as answerer:
        first = await answerer.ask(replace(ASKING, text="vad beslutades om yrkesresan?"))
        assert first.full == ""
        here = await answerer.ask(follow_up)
        pressed = await answerer.ask(replace(follow_up, alone=True))
        elsewhere = await answerer.ask(replace(follow_up, conversation="a:2"))
    assert here.full != ""
    assert pressed.full == elsewhere.full == ""


def test_the_model_is_loaded_once_and_before_the_first_question(small_index):
    loaded = []

    def note(model):
        loaded.append(model)
        return TopicEmbedder(model)

    with answerer_of(small_index, load=note) as answerer:
        assert len(loaded) == 1
        asyncio.run(answerer.ask(Incoming("m1", "vad beslutades om yrkesresan?", "a:1", "personal", "29:anna")))
    assert len(loaded) == 1


def test_without_an_index_nothing_answers_unless_it_may_wait(tmp_path, capsys):
    with pytest.raises(IndexerError, match="motesminnet index"):
        answerer_of(tmp_path / "index").__enter__()
    with answerer_of(tmp_path / "index", may_wait=True) as answerer:
        assert answerer.opened() is None
    assert "motesminnet index MAPP" in capsys.readouterr().err


def test_a_damaged_index_is_never_waited_for(small_index, tmp_path):
    (tmp_path / "CURRENT").write_text((small_index / "CURRENT").read_text())
    with pytest.raises(IndexerError):
        answerer_of(tmp_path, may_wait=True).__enter__()


async def test_a_bot_without_an_index_is_not_ready_and_becomes_so_when_there_is_one(tmp_path):
    with answerer_of(tmp_path / "index", may_wait=True) as answerer:
        async with running_bot(answerer.ask, answerer) as bot:
            response = await bot.client.get("/readyz")
            assert (response.status, await response.json()) == (503, {"status": "no index"})
            assert (await bot.client.get("/healthz")).status == 200
            assert "motesminnet_generation_age_seconds NaN" in await (await bot.client.get("/metrics")).text()
            assert await bot.post(bot.activity(id="m1")) == (200, "")
            assert "Referens" in bot.connector.activities[-1]["text"]
            build(write_minutes(tmp_path / "minutes", {"granvik.txt": MINUTES["granvik.txt"]}), tmp_path / "index")
            assert (await bot.client.get("/readyz")).status == 200
            assert await bot.post(bot.activity(id="m2", text="vilka möten har hållits?")) == (200, "")
            assert "Granvik" in bot.connector.activities[-1]["text"]
            text = await (await bot.client.get("/metrics")).text()
            assert "motesminnet_generation 1.0" in text
            assert 'motesminnet_step_seconds_count{step="answer"} 1.0' in text


async def test_how_the_last_run_went_is_told_to_those_who_watch_and_an_old_index_to_those_who_ask(tmp_path):
    build(write_minutes(tmp_path / "minutes"), tmp_path / "index")
    ended = datetime.now(UTC) - timedelta(hours=3)
    now = datetime.now(UTC) + timedelta(days=3)
    with answerer_of(tmp_path / "index", freshness=Freshness(2, lambda: now)) as answerer:
        async with running_bot(answerer.ask, answerer) as bot:
            assert await (await bot.client.get("/readyz")).json() == {"status": "ok"}
            assert "motesminnet_last_run_ok NaN" in await (await bot.client.get("/metrics")).text()
            with pytest.raises(IndexerError), noted_run(tmp_path / "index", lambda: ended):
                raise IndexerError("disken är full")
            told = (await (await bot.client.get("/readyz")).json())["last_run"]
            assert (told["outcome"], told["looked_seconds_ago"]) == ("failed", None)
            assert told["age_seconds"] == pytest.approx(3 * 3600, abs=60)
            assert "motesminnet_last_run_ok 0.0" in await (await bot.client.get("/metrics")).text()
            assert await bot.post(bot.activity(id="m2", text="vilka möten har hållits?")) == (200, "")
            assert "\n\nUppdaterat " in bot.connector.activities[-1]["text"]


async def test_an_app_closes_what_it_opened(tmp_path):
    sessions = []

    def noted(**options):
        sessions.append(make_session(**options))
        return sessions[-1]

    with Identity() as identity, contextlib.closing(Answered(None)) as answered:
        app = await make_app(quick_answerer(), answered, make_settings(openid_metadata=identity.metadata), None, noted)
        async with TestServer(app, host="127.0.0.1"):
            assert [one.closed for one in sessions] == [False, False]
        assert [one.closed for one in sessions] == [True, True]
        fetched = identity.fetches
        await asyncio.sleep(0.05)
        assert identity.fetches == fetched


# Access rules


async def test_rules_that_can_no_longer_be_used_are_told_of(small_index, tmp_path):
    path = tmp_path / "access.toml"
    path.write_text('default = "public"')
    with answerer_of(small_index, access=AccessFile(path)) as answerer:
        async with running_bot(answerer.ask, answerer) as bot:
            told = [await (await bot.client.get("/readyz")).json()]
            path.write_text("default = 1")
            response = await bot.client.get("/readyz")
            told.append(await response.json())
            assert response.status == 200
    assert told == [{"status": "ok"}, {"status": "ok", "access": "bad access rules, the last good ones apply"}]


async def test_a_closed_body_is_not_told_of_in_a_chat_of_others(small_index, tmp_path):
    path = tmp_path / "access.toml"
    path.write_text('[bodies]\n"Nämnden Granvik" = ["00000000-0000-0000-0000-000000000001"]', encoding="utf-8")
    group = {"id": "19:g", "conversationType": "groupChat", "tenantId": "t1"}
    with answerer_of(small_index, access=AccessFile(path)) as answerer:
        async with running_bot(answerer.ask, answerer) as bot:
            await bot.post(bot.activity(id="m1", text=ASKING.text))
            await bot.post(bot.activity(id="m2", text=ASKING.text, conversation=group))
            await bot.post(bot.activity(id="m3", text=ASKING.text, **{"from": {"id": "29:bo", "aadObjectId": "b"}}))
            told = [one["text"] for one in bot.connector.activities if one["type"] == "message"]
    assert ["Granvik" in text for text in told] == [True, False, False]


async def test_rights_that_are_new_to_a_generation_just_removed_are_answered_out_of_the_newest(tmp_path):
    path, source = tmp_path / "access.toml", write_minutes(tmp_path / "minutes")
    path.write_text('default = "public"')
    with answerer_of(build(source, tmp_path / "index"), access=AccessFile(path)) as answerer:
        await answerer.ask(ASKING)
        for name in ("granvik.txt", "sjovik-2021-11-19.md"):
            (source / name).unlink()
            build(source, tmp_path / "index")
        path.write_text('default = "public"\n[bodies]\n"Nämnden Granvik" = []', encoding="utf-8")
        answer = await answerer.ask(ASKING)
    assert not (tmp_path / "index" / "gen-000001").exists()
    assert (answer.generation, "Norrdal" in answer.text, "Granvik" in answer.text) == (3, True, False)


async def test_links_to_what_not_all_may_see_work_for_a_shorter_time(small_index, tmp_path):
    path = tmp_path / "access.toml"
    path.write_text('default = "public"\n[bodies]\n"Nämnden Granvik" = ["a"]'.replace('"a"', f'"{TENANT}"'))
    settings = AnswerSettings(public_url="https://bot.example", link_secret=Secret("x" * 32))
    with answerer_of(small_index, access=AccessFile(path)) as answerer:
        around = open_surroundings(answerer, settings, tmp_path)
        link = around.presentation.to(Reader(user=TENANT)).link
        days = {}
        for citation in (await answerer.ask(replace(ASKING, reader=Reader(user=TENANT)))).citations:
            token = urlsplit(link(citation)).path.rsplit("/", 1)[-1]
            target = verify(token, hashlib.sha256(b"x" * 32).digest(), 0.0)
            days[citation.body] = round((target.expires - time.time()) / 86_400)
        around.feedback.close()
    assert days["Nämnden Granvik"] in (7, 8)
    assert {days[body] for body in days if body != "Nämnden Granvik"} <= {30, 31}


async def test_groups_are_asked_of_graph_where_the_bot_has_a_token_for_it(small_index):
    async def token():
        return "x"

    with answerer_of(small_index) as answerer, contextlib.closing(Answered(None)) as answered:
        async with TestServer(await make_app(answerer, answered, None, None, graph=token), host="127.0.0.1"):
            asked = answerer.readers.among
    assert asked.__func__ is Groups.among
