"""`motesminnet index`, `forget` and `check` around a run: exit status, report, what is told, what is erased."""

import asyncio
import json
import shutil
from datetime import UTC, datetime, timedelta

import pytest
from made_answers import NORRDAL, SJOVIK, make_answer
from made_index import MINUTES, MODEL, TopicEmbedder, build, run, write_minutes

from bot import announce
from bot.cli import QUIET_SECONDS, plain_progress
from bot.conversations import FILE as CONVERSATIONS
from bot.conversations import Conversations
from bot.feedback import FILE as FEEDBACK
from bot.feedback import FeedbackStore, Opinion, read_feedback
from bot.records import BotError, Turn
from indexer.erasing import Erasing
from indexer.generation import open_generation, run_lock
from indexer.last_run import noted_run, read_last_run
from indexer.records import IndexerError

QUESTION = "vad beslutades om yrkesresan?"
WEBHOOK = "https://prod-01.westeurope.logic.azure.com/workflows/abc?sig=HEMLIG"
FIRST = "norrdal-2022-03-04"


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("MOTESMINNET_STATE", str(tmp_path / "state"))
    monkeypatch.setattr("bot.cli._model", lambda settings: MODEL)
    monkeypatch.setattr("indexer.model.prepare_model", lambda model, cache, tell: model)
    monkeypatch.setattr("indexer.embed.load_indexing_embedder", lambda model, cache, tell: TopicEmbedder(model.id))
    monkeypatch.setattr("indexer.embed.load_query_embedder", lambda model, cache, tell: TopicEmbedder(model.id))
    return tmp_path / "state"


@pytest.fixture
def source(tmp_path):
    return write_minutes(tmp_path / "minutes")


@pytest.fixture
def index(tmp_path, source):
    return build(source, tmp_path / "index")


@pytest.fixture
def sent(monkeypatch):
    """The messages that go to the channel, whose address is set."""
    monkeypatch.setenv("MOTESMINNET_REPORT_WEBHOOK", WEBHOOK)
    messages = []
    monkeypatch.setattr(announce, "send", lambda webhook, message: messages.append(json.dumps(message)))
    return messages


# Runs


def test_report_is_written_as_json_to_a_file(source, tmp_path):
    result = run("index", source, "--index", tmp_path / "index", "--report", tmp_path / "report.json")
    report = json.loads((tmp_path / "report.json").read_text())
    assert (result.exit_code, report["documents"], report["published"]) == (0, 3, True)
    assert "3 dokument i indexet" in result.stdout


def test_report_that_cannot_be_written_is_told_after_the_index_is_published(source, tmp_path):
    result = run("index", source, "--index", tmp_path / "index", "--report", tmp_path / "no" / "report.json")
    assert (result.exit_code, "report.json' går inte att skriva" in result.stderr) == (1, True)
    assert open_generation(tmp_path / "index").number == 1


def test_another_run_at_work_is_75(source, index):
    with run_lock(index):
        for arguments in (("index", source), ("forget", FIRST)):
            result = run(*arguments, "--index", index)
            assert (result.exit_code, "En annan körning" in result.stderr) == (75, True)
    assert read_last_run(index) is None


def test_too_many_gone_is_1_unless_allowed(source, tmp_path, monkeypatch):
    for n in range(5):
        (source / f"d{n}.txt").write_text(MINUTES["granvik.txt"].replace("Granvik", f"Ort{n}"), encoding="utf-8")
    index = build(source, tmp_path / "index")
    for n in range(4):
        (source / f"d{n}.txt").unlink()
    result = run("index", source, "--index", index)
    assert (result.exit_code, "4 av indexets 8 dokument" in result.stderr) == (1, True)
    noted = read_last_run(index)
    assert (noted.outcome, "4 av indexets 8" in noted.reason) == ("failed", True)
    monkeypatch.setenv("MOTESMINNET_MAX_SHRINK", "40")
    assert run("index", source, "--index", index).exit_code == 1
    assert run("index", source, "--index", index, "--allow-shrink").exit_code == 0
    assert read_last_run(index).outcome == "done"


def test_source_that_is_not_there_is_noted_and_told_in_the_channel(index, tmp_path, sent):
    result = run("index", tmp_path / "borta", "--index", index)
    assert result.exit_code == 1
    assert ["misslyckades" in message for message in sent] == [True]
    assert read_last_run(index).outcome == "failed"


def test_channel_is_told_of_news_and_of_nothing_else(source, tmp_path, sent):
    for _ in range(2):
        assert run("index", source, "--index", tmp_path / "index").exit_code == 0
    assert ["Nya: granvik.txt" in message for message in sent] == [True]


def test_channel_that_does_not_answer_changes_no_exit_status(source, tmp_path, monkeypatch):
    monkeypatch.setenv("MOTESMINNET_REPORT_WEBHOOK", WEBHOOK)

    def refuse(webhook, message):
        raise BotError("Rapporten till Teams kom inte fram.")

    monkeypatch.setattr(announce, "send", refuse)
    result = run("index", source, "--index", tmp_path / "index")
    assert (result.exit_code, result.stderr) == (0, "Rapporten till Teams kom inte fram.\n")


@pytest.mark.parametrize("address", ["http://x.example/HEMLIG", "HEMLIG"])
def test_bad_address_stops_no_run_and_is_never_printed(source, tmp_path, monkeypatch, address):
    monkeypatch.setenv("MOTESMINNET_REPORT_WEBHOOK", address)
    result = run("index", source, "--index", tmp_path / "index")
    checked = run("check", "--index", tmp_path / "index")
    assert (result.exit_code, checked.exit_code) == (0, 1)
    assert "MOTESMINNET_REPORT_WEBHOOK" in result.stderr and "FEL Inläsning: MOTESMINNET_REPORT" in checked.stdout
    assert "HEMLIG" not in result.output + checked.output


@pytest.mark.parametrize("value", ["0", "101", "många", "-1"])
def test_share_that_is_none_is_refused(source, tmp_path, monkeypatch, value):
    monkeypatch.setenv("MOTESMINNET_MAX_SHRINK", value)
    result = run("index", source, "--index", tmp_path / "index")
    assert (result.exit_code, "MOTESMINNET_MAX_SHRINK" in result.stderr) == (1, True)


def test_progress_in_plain_lines_comes_now_and_then():
    said, seconds = [], iter((0.0, 1.0, QUIET_SECONDS + 1, QUIET_SECONDS + 1, QUIET_SECONDS + 2))
    tell = plain_progress(said.append, lambda: next(seconds))
    for done in (1, 2, 3):
        tell("read", done, 400)
    assert said == ["Läser: 2 av 400"]


# The age of the index


def age(index, days):
    """Makes the last look at the source so many days old."""
    moment = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")
    path = index / "last-run.json"
    path.write_text(json.dumps({"outcome": "done", "at": moment, "looked": moment, "generation": 1, "documents": 3}))


@pytest.fixture
def old_index(index, monkeypatch):
    """An index that was last up to date ten days ago."""
    moment = (datetime.now(UTC) - timedelta(days=10)).isoformat(timespec="seconds")
    monkeypatch.setattr("bot.freshness.looked_at", lambda generation: datetime.fromisoformat(moment))
    return index


def test_old_index_tells_its_age_in_answers_in_both_languages(old_index, monkeypatch):
    swedish, english = (run("ask", q, "--index", old_index).stdout for q in (QUESTION, "what was decided on budget?"))
    assert swedish.splitlines()[-1].startswith("Uppdaterat ")
    assert english.splitlines()[-1].startswith("Updated ")
    assert json.loads(run("ask", QUESTION, "--json", "--index", old_index).stdout)["updated"].startswith("Uppdaterat")
    monkeypatch.setenv("MOTESMINNET_STALE_DAYS", "11")
    assert "Uppdaterat" not in run("ask", QUESTION, "--index", old_index).stdout


def test_check_tells_how_the_last_run_went(source, index):
    assert "Inläsning" not in run("check", "--index", index).stdout
    run("index", source, "--index", index)
    assert "OK  Inläsning: den senaste lyckades" in run("check", "--index", index).stdout
    age(index, 3)
    result = run("check", "--index", index)
    assert (result.exit_code, "Det är mer än 2 dygn sedan" in result.stdout) == (1, True)
    shutil.rmtree(source)
    run("index", source, "--index", index)
    assert "FEL Inläsning: den senaste misslyckades" in run("check", "--index", index).stdout


# Forgetting


def remember(state):
    """Feedback and a conversation about both documents, and about the second alone."""
    store = FeedbackStore(state / FEEDBACK)

    conversations = Conversations(state / CONVERSATIONS)

    async def fill():
        for number, cited in enumerate([(NORRDAL, SJOVIK), (SJOVIK,)]):
            await store.remember("a:1", f"r{number}", make_answer(citations=cited))
            await store.record("a:1", f"r{number}", Opinion("like", f"Kanarie Zquist{number}"))
            meetings = tuple(one.meeting for one in cited)
            turn = Turn(f"Kanarie Zquist{number}?", "decision", "", "sv", topic="resan", meetings=meetings)
            await conversations.save(f"19:{number}", (turn,))

    conversations = Conversations(state / CONVERSATIONS)
    asyncio.run(fill())
    store.close()
    conversations.close()


def bytes_of(folder):
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


@pytest.mark.parametrize("way", ["forget", "index"])
def test_what_people_thought_of_a_removed_document_goes_with_it(source, tmp_path, state, way):
    index = build(source, tmp_path / "index")
    remember(state)
    if way == "forget":
        result = run("forget", NORRDAL.document, "--purge", "--index", index)
    else:
        (source / f"{NORRDAL.document}.txt").unlink()
        result = run("index", source, "--purge", "--index", index)
    assert (result.exit_code, result.stderr) == (0, "")
    assert [one.comment for one in read_feedback(state / FEEDBACK)] == ["Kanarie Zquist1"]
    kept = bytes_of(state)
    assert (b"Zquist0" in kept, b"Zquist1" in kept) == (False, True)
    assert b"familjehem" in bytes_of(index) and b"Cecilia" not in bytes_of(index)


@pytest.mark.parametrize("way", ["forget", "index"])
def test_run_killed_before_the_traces_are_deleted_leaves_that_to_the_next(source, tmp_path, state, way, monkeypatch):
    index = build(source, tmp_path / "index")
    remember(state)
    with monkeypatch.context() as killed, pytest.raises(RecursionError):
        killed.setattr("bot.cli._erase_traces", lambda *_: (_ for _ in ()).throw(RecursionError))
        if way == "forget":
            run("forget", NORRDAL.document, "--index", index)
        else:
            (source / f"{NORRDAL.document}.txt").unlink()
            run("index", source, "--index", index)
    assert len(read_feedback(state / FEEDBACK)) == 2
    assert run("index", source, "--index", index).exit_code == 0
    assert [one.comment for one in read_feedback(state / FEEDBACK)] == ["Kanarie Zquist1"]
    assert b"Zquist0" not in bytes_of(state)
    assert not (index / "erasing.json").exists()


def test_document_that_is_back_keeps_what_people_thought_of_it(source, tmp_path, state):
    index = build(source, tmp_path / "index")
    remember(state)
    Erasing(index).note([NORRDAL.document])  # as a run does that is killed before it publishes
    run("index", source, "--index", index)
    assert len(read_feedback(state / FEEDBACK)) == 2
    assert not (index / "erasing.json").exists()


def test_what_a_failed_run_said_of_a_forgotten_document_goes_with_it(source, index):
    with pytest.raises(IndexerError), noted_run(index):
        raise IndexerError(f"{FIRST}.txt går inte att läsa.")
    run("forget", "granvik", "--index", index)
    assert FIRST in read_last_run(index).reason
    run("forget", FIRST, "--index", index)
    assert FIRST.encode() not in (index / "last-run.json").read_bytes()
    assert read_last_run(index).outcome == "failed"


def test_forgotten_document_is_in_no_answer_and_comes_back_when_asked_for(source, index):
    result = run("forget", f"{FIRST}.txt", "--index", index)
    assert (result.exit_code, result.stdout.splitlines()[0]) == (0, f"Glömt: {FIRST}.txt")
    assert "Nästa inläsning hoppar över" in result.stdout
    assert "Nätverket ställer sig bakom" not in run("ask", QUESTION, "--index", index).stdout
    assert "Glömda" in run("index", source, "--index", index).stdout
    assert run("forget", FIRST, "--undo", "--index", index).exit_code == 0
    run("index", source, "--index", index)
    assert "Nätverket ställer sig bakom" in run("ask", QUESTION, "--index", index).stdout


def test_unknown_document_is_one_line(index):
    result = run("forget", "okänt", "--index", index)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Fel: Det finns inget dokument 'okänt' i indexet.")


def test_undo_and_purge_are_wrong_usage(index):
    assert run("forget", FIRST, "--undo", "--purge", "--index", index).exit_code == 2
