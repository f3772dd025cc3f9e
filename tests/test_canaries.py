"""The whole bot run with secrets, questions and names that are looked for afterwards where they must not be."""

import asyncio
import contextlib
import io
import json
import logging
from dataclasses import replace
from datetime import date

import pytest
from aiohttp.test_utils import TestClient, TestServer
from made_chat import Bot
from made_door import Identity, SecureConnector, bearer, make_fields, make_settings, make_token, rsa_key
from made_index import MINUTES, TopicEmbedder, build, run, write_minutes

from bot.access_file import AccessFile
from bot.answered import FILE as ANSWERED
from bot.answered import Answered
from bot.config import AnswerSettings, Secret
from bot.conversations import FILE as CONVERSATIONS
from bot.credentials import AppToken
from bot.feedback import FILE as FEEDBACK
from bot.logs import set_up_logging
from bot.service import make_app, open_answerer, open_surroundings

PASSWORD, LINK, TOKEN = "kanariehemlighet-lösenord", "kanariehemlighet-länkarnas", "kanariehemlighet-polett"
WEBHOOK = "kanariehemlighet-kanalens"
SECRETS = (PASSWORD, LINK, TOKEN)
ASKER, ASKER_ID, CHAT = "Kanarie Frågvis", "29:kanarieid", "a:kanariechatt"
ASKED, COMMENT = "kanariefrågan", "kanariekommentar"
PERSON = "Kanariea Fågelström"
NUMBER = "850709-9805"
EVERYTHING = (*SECRETS, ASKER, ASKER_ID, CHAT, "kanarie-aad", ASKED, COMMENT, PERSON, NUMBER)
MINUTE = MINUTES["norrdal-2022-03-04.txt"].replace("Anna Ek", PERSON).replace("försenad", f"försenad för {NUMBER}")


@pytest.fixture
def logged():
    """What has been logged, as `serve` logs; the set-up of logging is put back afterwards."""
    root, stream = logging.getLogger(), io.StringIO()
    kept = root.handlers[:], root.level
    set_up_logging(stream)
    yield stream.getvalue
    root.handlers[:], root.level = kept[0], kept[1]
    for name in ("bot", "indexer"):
        logging.getLogger(name).setLevel(logging.NOTSET)


class Broken(Exception):
    """A failure whose words quote everything."""


@contextlib.asynccontextmanager
async def whole_bot(index, state, identity):
    """The bot as `motesminnet serve` runs it, every part with a canary; "haverera" makes a question fail loudly."""
    embedder = TopicEmbedder()
    rules = state.with_name("access.toml")
    rules.write_text('default = "public"')
    answerer = open_answerer(
        index, lambda _: embedder, lambda: date(2025, 1, 15), may_wait=True, state=state, access=AccessFile(rules)
    )
    answers = AnswerSettings(public_url="https://bot.example", link_secret=Secret(LINK))
    around = open_surroundings(answerer, answers, state)
    connector, token = SecureConnector(), AppToken(lambda: TOKEN)
    settings = make_settings(openid_metadata=identity.metadata, password=Secret(PASSWORD))

    async def ask(incoming):
        if "haverera" in incoming.text:
            raise Broken(f"{incoming} {settings} {answers} {SECRETS}") from KeyError(incoming.text)
        return await answerer.ask(incoming)

    answered = Answered(state / ANSWERED)
    async with connector:
        app = await make_app(replace(answerer, ask=ask), answered, settings, token, connector.sessions(), around)
        async with TestClient(TestServer(app, host="127.0.0.1")) as client:
            yield Bot(client, connector, ask)
            rules.write_text(f"[bodies]\n'{PERSON}' = ['{ASKED}']")  # and what is wrong is told of
            async with client.get("/readyz") as response:
                assert found(EVERYTHING, await response.text()) == []
    for part in (token, answered, answerer, around.feedback):
        part.close()


def fields(number, **changed):
    base = make_fields(
        id=f"m{number}", conversation={"id": CHAT, "conversationType": "personal", "tenantId": make_settings().tenant}
    )
    return base | {"from": {"id": ASKER_ID, "name": ASKER, "aadObjectId": "kanarie-aad"}} | changed


async def use_everything(bot):
    """Every path that a message can take, well or badly; gives what the outside was shown in return."""
    shown = []
    questions = [
        f"vad beslutades om yrkesresan, {ASKED}?", "vad beslutades om yrkesresan?", "och 2021?", f"vem är {PERSON}?",
        f"haverera {ASKED}", f"{ASKED} " * 3000, "", "vilka deltog den 4 mars 2022?", f"\x1b[31m{ASKED}\u202e",
    ]  # fmt: skip
    for number, question in enumerate(questions):
        shown.append(await bot.post(fields(number, text=question), bearer()))
    opinion = {"actionName": "feedback", "actionValue": {"reaction": "dislike", "feedback": COMMENT}}
    press = {
        "action": {"type": "Action.Execute", "verb": "list", "data": {"q": f"haverera {ASKED}"}},
        "trigger": "manual",
    }
    for number, (name, value) in enumerate([("message/submitAction", opinion), ("adaptiveCard/action", press)]):
        changed = {"type": "invoke", "name": name, "value": value, "replyToId": "r1"}
        shown.append(await bot.post(fields(f"i{number}", **changed), bearer()))
    for broken in (b"{" + ASKED.encode(), json.dumps(fields("x", text={"x": ASKED})).encode()):
        shown.append(await bot.post(broken, bearer()))
    shown.append(await bot.post(fields("y"), bearer(make_token(key="k1", private=rsa_key("other")))))
    shown.append(await bot.post(fields("z"), bearer(f"x.{ASKED}.y")))
    bot.connector.status = 500
    shown.append(await bot.post(fields("w", text=f"vad beslutades om färdtjänsten, {ASKED}?"), bearer()))
    bot.connector.status = 200
    for path in ("/metrics", "/healthz", "/readyz", f"/source/{ASKED}.x", f"/{ASKED}"):
        async with bot.client.get(path) as response:
            shown.append((response.status, await response.text()))
    return shown


def found(words, text):
    return [word for word in words if word in text]


def files_with(word, folder):
    """The names of the files under the folder that hold the word, WAL files counted with their database."""
    return sorted(
        {p.name.removesuffix("-wal") for p in folder.rglob("*") if p.is_file() and word.encode() in p.read_bytes()}
    )


async def test_canaries_stay_where_they_belong(tmp_path, logged, capfd, monkeypatch):
    monkeypatch.setattr("bot.connector.LONGEST_WAIT", 0.0)
    monkeypatch.setattr("bot.connector.random.uniform", lambda *_: 0.0)
    source, state = write_minutes(tmp_path / "minutes", {"norrdal-2022-03-04.txt": MINUTE}), tmp_path / "state"
    index = build(source, tmp_path / "index")
    with Identity() as identity:
        async with whole_bot(index, state, identity) as bot:
            shown = await use_everything(bot)
            sent = [json.dumps(one, ensure_ascii=False) for one in bot.connector.activities]
            await asyncio.sleep(0)
    out, err = capfd.readouterr()
    lines = logged()
    assert len([one for one in sent if "Norrdal" in one]) >= 3, "questions were answered"
    assert "Broken" in lines, "failures were logged"
    assert "access rules cannot be used" in lines
    assert found(EVERYTHING, lines) == []
    assert found(EVERYTHING, out + err) == []
    assert found(EVERYTHING, "\n".join(text for _, text in shown)) == []
    assert found((*SECRETS, NUMBER), "\n".join(sent)) == []
    for word in (*SECRETS, ASKER, ASKER_ID, CHAT, "kanarie-aad"):
        assert files_with(word, state) == files_with(word, index) == []
    assert files_with(NUMBER, index) == files_with(NUMBER, state) == []
    assert set(files_with(ASKED, state)) <= {FEEDBACK, CONVERSATIONS}
    assert files_with(COMMENT, state) == [FEEDBACK]
    assert files_with(ASKED, index) == []
    assert files_with(PERSON, index) == ["register.db"]


def test_the_command_tells_no_secret(tmp_path, monkeypatch):
    for name, value in {
        "APP_ID": "app",
        "APP_TENANTID": "x",
        "APP_PASSWORD": PASSWORD,
        "MOTESMINNET_LINK_SECRET": LINK,
        "GRAPH_CLIENT_SECRET": TOKEN,
        "MOTESMINNET_REPORT_WEBHOOK": f"https://127.0.0.1:9/{WEBHOOK}",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("MOTESMINNET_STATE", str(tmp_path / "state"))
    index = build(write_minutes(tmp_path / "minutes"), tmp_path / "index")
    (tmp_path / "sources.toml").write_text('[[source]]\nname = "a"\nsite = "https://contoso.sharepoint.com/sites/x"')
    commands = [
        *(["check"], ["access"], ["show"], ["show", "--problems"], ["show", "nej"], ["export-person", "Anna Ek"]),
        *(["index", tmp_path / "sources.toml"], ["forget", "granvik"], ["index", tmp_path / "none"]),
    ]
    outputs = [run(*arguments, "--index", index).output for arguments in commands]
    assert "Rapporten till Teams kom inte fram" in outputs[-1]
    assert [found((*SECRETS, WEBHOOK), output) for output in outputs] == [[]] * len(commands)
