"""Conversations on the command line: a line a question, a batch with conversations, and how they end."""

import json

import pytest
from click.testing import CliRunner
from made_index import run

from bot.chat import batch_answers, chat
from bot.cli import main
from bot.records import Answer, Turn

pytestmark = pytest.mark.usefixtures("no_model")
HEADLINE = "vad beslutades om yrkesresan?"


def converse(question, turns):
    """An answer that tells how many turns it leans on."""
    turn = Turn(question, "direct", "", "sv")
    return Answer(question, str(len(turns)), True, "direct", "sv"), (*turns, turn)


def lines(*texts):
    """Gives the lines in turn, then ends as a terminal does on Ctrl-D."""
    left = list(texts)

    def read():
        if not left:
            raise EOFError
        return left.pop(0)

    return read


@pytest.mark.parametrize("last", ["", "  ", "sluta", "Sluta", "quit", None])
def test_chat_leans_on_what_was_said_until_it_ends(last):
    texts = ["a", " b ", *([] if last is None else [last, "c"])]
    assert [(answer.question, answer.text) for answer in chat(lines(*texts), converse)] == [("a", "0"), ("b", "1")]


def test_batch_keeps_conversations_apart_and_single_questions_alone():
    asked = [("a", "x"), ("b", None), ("c", "y"), ("d", "x"), ("e", None), ("f", "x")]
    assert [answer.text for answer in batch_answers(asked, converse)] == ["0", "0", "0", "1", "0", "2"]


def test_interactive_reads_a_question_a_line(small_index):
    told = CliRunner().invoke(main, ["ask", "-i", "--index", str(small_index)], f"{HEADLINE}\noch i Sjövik?\n\nnej\n")
    assert (told.exit_code, told.stderr) == (0, "")
    assert "Om yrkesresan, Ledningsgruppen Sjövik:" in told.stdout
    assert told.stdout.count("Källor") == 2


def test_interactive_gives_json_and_takes_bytes_that_are_no_text(small_index):
    arguments = ["ask", "--interactive", "--json", "--index", str(small_index)]
    told = CliRunner().invoke(main, arguments, b"vad beslutades om \xff yrkesresan?\nvisa hela punkten")
    first, second = map(json.loads, told.stdout.splitlines())
    assert (told.exit_code, first["refused"], second["question"]) == (0, False, "visa hela punkten")
    assert second["citations"][0]["item"] == first["citations"][0]["item"]


def test_interactive_without_a_line_says_nothing(small_index):
    told = CliRunner().invoke(main, ["ask", "-i", "--index", str(small_index)], "")
    assert (told.exit_code, told.output) == (0, "")


def test_batch_of_a_conversation(small_index, tmp_path):
    rows = [(HEADLINE, "1"), ("och i Sjövik?", None), ("och i Sjövik?", "1"), ("och i Sjövik?", 2)]
    batch = tmp_path / "batch.jsonl"
    batch.write_text("\n".join(json.dumps({"q": q, "conversation": c}) for q, c in rows), encoding="utf-8")
    answers = [json.loads(line) for line in run("ask", "--batch", batch, "--index", small_index).stdout.splitlines()]
    assert [answer["answer"].startswith("**Om yrkesresan") for answer in answers] == [False, False, True, False]


@pytest.mark.parametrize("arguments", [("hej", "-i"), ("-i", "--batch", "x.jsonl")])
def test_interactive_goes_with_no_other_question(arguments):
    assert run("ask", *arguments).exit_code == 2
