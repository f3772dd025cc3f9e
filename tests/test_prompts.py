import hashlib
import shutil

import pytest

from bot.prompts import SOURCES, VARIABLES, load_prompts
from bot.records import BotError


@pytest.fixture
def folder(tmp_path):
    """A copy of the prompts, to be spoilt."""
    return shutil.copytree(SOURCES, tmp_path / "prompts")


def test_every_prompt_that_is_declared_is_there_and_no_other():
    assert {path.name for path in SOURCES.iterdir()} == {f"{name}.md" for name in VARIABLES}
    assert set(load_prompts()) == set(VARIABLES)


@pytest.mark.parametrize("name", VARIABLES)
def test_an_id_is_the_name_and_the_contents_hash(name):
    text = (SOURCES / f"{name}.md").read_bytes()
    assert load_prompts()[name].id == f"{name}@{hashlib.sha256(text).hexdigest()[:12]}"


def test_a_changed_prompt_has_another_id(folder):
    before = load_prompts(folder)["answer.sv"].id
    path = folder / "answer.sv.md"
    path.write_text(path.read_text(encoding="utf-8").replace("högst", "som mest"), encoding="utf-8")
    assert load_prompts(folder)["answer.sv"].id != before


def test_values_are_taken_as_they_are():
    filled = load_prompts()["answer.sv"].fill(question="kostar det $sources?", sources="$question ${x} {y}")
    assert "Fråga: kostar det $sources?" in filled.user
    assert "$question ${x} {y}" in filled.user


def test_what_is_asked_and_given_never_stands_among_the_rules():
    filled = load_prompts()["answer.sv"].fill(question="FRÅGAN", sources="KÄLLORNA")
    assert "FRÅGAN" not in filled.system
    assert "KÄLLORNA" not in filled.system
    assert filled.id.startswith("answer.sv@")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda text: text.replace("$sources", ""), r"\$sources saknas"),
        (lambda text: text + "$extra $also", r"\$also finns inte, \$extra finns inte"),
        (lambda text: text + "kostar 5 $", "Skriv \\$\\$"),
        (lambda text: text.replace("\n---\n", "\n"), "saknar raden ---"),
    ],
    ids=["missing", "unknown", "dollar", "one part"],
)
def test_a_prompt_that_is_not_as_declared_is_named(change, told, folder):
    path = folder / "answer.sv.md"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(BotError, match=f"answer.sv.md.*{told}"):
        load_prompts(folder)


def test_a_missing_prompt_is_named(folder):
    (folder / "answer.en.md").unlink()
    with pytest.raises(BotError, match=r"answer\.en\.md"):
        load_prompts(folder)
