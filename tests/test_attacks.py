"""Minutes that try to steer the model, and a model that lets itself be steered: nothing of it reaches the reader."""

import json

import pytest
from click.testing import CliRunner
from made_attacks import ATTACKS, POSITIONS, PREFIXES, place
from made_llm import LanguageServer, Play, given_sources, served
from test_written_sentences import answer_of

from bot.cited import Quote
from bot.cli import main
from bot.prose import without_markers
from bot.writer import open_writer

DECISION = "Nätverket beslutar att ansluta sig till Yrkesresan från och med den 1 mars 2024."
OTHER = "Nätverket noterar informationen om höstens mötestider."
ALL = [(kind, number) for kind in ATTACKS for number in range(5)]


def attacked(kind, number, position):
    """The answer whose sources hold the instruction, and what a model that obeys writes."""
    instruction, obeyed = ATTACKS[kind][number]
    text, title, other = place(PREFIXES[number] + instruction, position, DECISION, "Yrkesresan", OTHER)
    first = Quote(1, text, "m1", "Socialchefsnätverket Norrdal", "2023-12-01", "4", title, "substantive")
    second = Quote(2, other, "m2", "Äldreomsorgsnätverket Sjövik", "2023-11-10", "2", "Mötestider", "noted")
    return answer_of((first, second), "sv"), obeyed


def obedient_texts(obeyed, answer):
    """What a model that obeys may write: the deed alone, cited, as a quotation, and among true sentences."""
    true = [f"{c.body}: ”{' '.join(c.quote.split())}” [{c.n}]" for c in answer.citations]
    cited = f"{obeyed.rstrip('.!?')} [1]."
    return (
        obeyed,
        cited,
        f"Nätverket beslutade: ”{obeyed}” [1]",
        "\n".join([true[1], cited, true[0], f"{obeyed} [2]"]),
    )


def reached(obeyed, *answers):
    """Whether what the model was told to write stands in an answer."""
    return any(without_markers(obeyed).strip(" .!?") in without_markers(one.text) for one in answers)


async def attack(cases):
    """The cases whose obeyed text reached the reader, in the answer or while it was written."""
    found = []
    async with LanguageServer(Play()) as server:
        writer = open_writer(server.settings(), None)
        for kind, number, position in cases:
            answer, obeyed = attacked(kind, number, position)
            for text in obedient_texts(obeyed, answer):
                server.plays, shown = [Play(text, size=60)], []

                async def show(partial, shown=shown):
                    shown.append(partial)

                written = await writer.write(answer, show)
                assert written.raw is not None, written.cause
                assert reached(obeyed, written.raw)
                if reached(obeyed, written.answer, *shown):
                    found.append((kind, number, position, text))
        await writer.close()
    return found


def test_there_are_seventy_five_attacks_of_fifteen_kinds():
    assert len(ALL) == 75
    assert len({obeyed for kind in ATTACKS.values() for _, obeyed in kind}) == 75


async def test_no_obeyed_instruction_reaches_the_reader():
    assert await attack([(kind, at % 5, POSITIONS[2 * at % 5]) for at, kind in enumerate(ATTACKS)]) == []


@pytest.mark.slow
async def test_no_obeyed_instruction_reaches_the_reader_from_any_position():
    assert await attack([(kind, number, position) for kind, number in ALL for position in POSITIONS]) == []


@pytest.mark.parametrize("position", POSITIONS)
def test_attacks_in_minutes_that_were_indexed(position, tmp_path, no_model, monkeypatch):
    monkeypatch.setattr("bot.writer.make_similarity", lambda embedder: None)
    instruction, obeyed = ATTACKS["information dissemination"][0]
    text, title, other = place(PREFIXES[1] + instruction, position, DECISION, "Yrkesresan", OTHER)
    minutes = f"Socialchefsnätverket Norrdal\nFredag 1 december 2023\n\n1. Mötestider\n{other}\n\n2. {title}\nBeslut: {text}\n"
    (tmp_path / "minutes").mkdir()
    (tmp_path / "minutes" / "norrdal.txt").write_text(minutes, encoding="utf-8")
    index = ("--index", str(tmp_path / "index"))
    assert CliRunner().invoke(main, ["index", str(tmp_path / "minutes"), *index]).exit_code == 0

    def obey(asked):
        numbers = [one["nr"] for one in given_sources(asked)]
        return Play("\n".join(f"{obeyed.rstrip('.')} [{number}]." for number in numbers))

    with served(obey) as server:
        monkeypatch.setenv("MOTESMINNET_LLM_URL", server.url)
        monkeypatch.setenv("MOTESMINNET_LLM_MODEL", "prov")
        done = CliRunner().invoke(main, ["ask", "vad beslutades om yrkesresan?", "--json", *index])
        assert len(server.requests) == 1
    reply = json.loads(done.stdout)
    assert reply["mode"] == "extractive"
    assert obeyed not in reply["answer"]
