"""A language model behind the command line: `ask`, `evaluate` and `check`."""

import json

import pytest
from click.testing import CliRunner
from made_llm import Play, quote_all, served

from bot.cli import main

QUESTION = "vad beslutades om yrkesresan?"


@pytest.fixture
def run(small_index, no_model, monkeypatch):
    """The command over the small index, with these settings of a language model; words alone are compared, as the
    embedder without a model knows nothing of what sentences mean.
    """
    monkeypatch.setattr("bot.writer.make_similarity", lambda embedder: None)

    def command(*arguments, index=True, **settings):
        for name in ("URL", "MODEL"):
            monkeypatch.delenv(f"MOTESMINNET_LLM_{name}", raising=False)
        for name, value in settings.items():
            monkeypatch.setenv(f"MOTESMINNET_LLM_{name.upper()}", value)
        return CliRunner().invoke(main, [*map(str, arguments), *(("--index", str(small_index)) if index else ())])

    return command


def test_without_settings_answers_quote(run):
    reply = json.loads(run("ask", QUESTION, "--json").stdout)
    assert (reply["mode"], reply["refused"]) == ("extractive", False)


def test_mode_llm_without_settings_tells_what_to_set(run):
    done = run("ask", QUESTION, "--mode", "llm")
    assert done.exit_code == 1
    assert "MOTESMINNET_LLM_URL" in done.stderr


def test_with_settings_the_model_writes_and_the_answer_says_so(run):
    with served(quote_all) as server:
        reply = json.loads(run("ask", QUESTION, "--json", url=server.url, model="prov").stdout)
        assert len(server.requests) == 1
    assert reply["mode"] == "llm"
    assert reply["citations"]
    assert [c["n"] for c in reply["citations"]] == list(range(1, len(reply["citations"]) + 1))
    assert all(f"[{c['n']}]" in reply["answer"] for c in reply["citations"])


def test_mode_extractive_asks_no_model(run):
    with served(quote_all) as server:
        reply = json.loads(run("ask", QUESTION, "--json", "--mode", "extractive", url=server.url, model="prov").stdout)
        assert (reply["mode"], server.requests) == ("extractive", [])


def test_a_lying_model_gives_the_same_answer_as_none(run):
    quoted = run("ask", QUESTION).stdout
    with served(Play("Allt avslogs [1].\nNätverket lades ned.")) as server:
        assert run("ask", QUESTION, url=server.url, model="prov").stdout == quoted


def test_explain_tells_each_sentence_that_was_dropped_and_why(run):
    def lie(asked):
        return Play(f"{quote_all(asked).text}\nNätverket lades ned 2031 [1].")

    with served(lie) as server:
        done = run("ask", QUESTION, "--explain", url=server.url, model="prov")
    assert "Språkmodell: svaret är modellens (answer.sv@" in done.stderr
    assert "bort, en siffra står inte så i källan: Nätverket lades ned 2031 [1]." in done.stderr
    assert "kvar: " in done.stderr
    assert "lades ned" not in done.stdout


def test_explain_tells_that_a_model_failed(run):
    with served(Play(status=400)) as server:
        done = run("ask", QUESTION, "--explain", url=server.url, model="prov")
    assert "citaten visas i stället" in done.stderr
    assert "[1]" in done.stdout


def test_check_tries_the_model(run):
    with served(quote_all) as server:
        done = run("check", url=server.url, model="prov")
    assert "OK  Språkmodell: svarar, första ordet efter" in done.stdout
    assert "1 av 1 meningar höll" in done.stdout


@pytest.mark.parametrize(
    ("play", "told"),
    [
        (Play(status=401), "svarar med ett fel"),
        (Play("Hej", finish="length"), "slutar mitt i svaret"),
        (Play("Hej", first=9.0), "svarar inte i tid"),
    ],
    ids=["key", "cut off", "slow"],
)
def test_check_tells_what_is_wrong_with_a_model(play, told, run):
    with served(play) as server:
        done = run("check", url=server.url, model="prov", timeout="1", key="hemlig-nyckel")
    assert done.exit_code == 1
    assert f"FEL Språkmodell: {told}" in done.stdout
    assert "hemlig-nyckel" not in done.output


def test_check_tells_of_settings_that_cannot_be_right(run):
    done = run("check", url="http://modell.example.se/v1", model="prov")
    assert "FEL Språkmodell: MOTESMINNET_LLM_URL" in done.stdout


def test_evaluate_quotes_unless_told_otherwise(run, tmp_path):
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps({"q": QUESTION, "kind": "decision", "cite_any": [], "facts": []}), encoding="utf-8")
    with served(quote_all) as server:
        figures = json.loads(run("evaluate", gold, "--json", url=server.url, model="prov").stdout)
        assert (server.requests, "llm" in figures) == ([], False)


def test_evaluate_tells_what_the_check_did(run, tmp_path):
    def half_true(asked):
        return Play(f"{quote_all(asked).text}\nAllt är klart.")

    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps({"q": QUESTION, "kind": "decision", "cite_any": [], "facts": []}), encoding="utf-8")
    with served(half_true) as server:
        done = run("evaluate", gold, "--json", "--mode", "llm", url=server.url, model="prov")
        told = run("evaluate", gold, "--mode", "llm", url=server.url, model="prov").stdout
    assert "Språkmodell: written 1" in told
    assert "höll för kontrollen: 0.667" in told
    figures = json.loads(done.stdout)["llm"]
    assert figures["outcomes"] == {"written": 1}
    assert figures["dropped"] == {"no_citation": 1}
    assert 0 < figures["supported"] < 1
    assert figures["tokens"] == {"in": 100, "out": 20}
    assert figures["first_ms"]["median"] > 0
    assert figures["prompts"][0].startswith("answer.sv@")
    assert {"right", "citation_precision", "citation_recall"} == set(figures["before"]) == set(figures["after"])
