"""Docs that cannot go stale: every command's help and example, and what README says of commands and modules."""

import inspect
import re
import shlex
from itertools import pairwise
from pathlib import Path

import click
import pytest
from made_index import run

from bot.cli import main

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = re.compile(r"^Exempel: motesminnet (\S+)(.*)$", re.MULTILINE)
COMMANDS = sorted(main.commands)
MODULES = sorted(
    path.relative_to(ROOT).as_posix()
    for package in ("indexer", "bot")
    for path in (ROOT / package).rglob("*.py")
    if path.read_text(encoding="utf-8").strip()
)


@pytest.fixture(scope="module")
def readme():
    return (ROOT / "README.md").read_text(encoding="utf-8")


def help_of(command):
    return inspect.cleandoc(main.commands[command].help)


def example(command):
    """The example in a command's help, as the arguments after its name."""
    ((name, rest),) = EXAMPLE.findall(help_of(command))
    assert name == command
    return shlex.split(rest)


def parsed(command, arguments):
    """The command's parameters for these arguments; a usage error is raised."""
    parent = click.Context(main, **main.context_settings)
    return main.commands[command].make_context(command, list(arguments), parent).params


@pytest.mark.parametrize("command", COMMANDS)
def test_command_has_a_line_of_help_and_an_example_that_parses(command):
    first, rest = help_of(command).split("\n", 1)
    assert re.fullmatch(r"[A-ZÅÄÖ].{10,70}\.", first)
    assert rest.strip().startswith("Exempel: ")
    assert parsed(command, example(command))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_has_help(command):
    options = [one for one in main.commands[command].params if isinstance(one, click.Option)]
    assert [option.name for option in options if not (option.help or "").endswith((".", "]."))] == []


def test_overall_help_shows_each_command_in_a_whole_line():
    shown = run("--help").stdout
    for command in COMMANDS:
        first = help_of(command).split("\n", 1)[0]
        assert re.search(rf"^  {command} +{re.escape(first)}$", shown, re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_is_printed_with_and_without_dashes(command):
    assert run(command, "--help").stdout == run(command, "-h").stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_readme_shows_every_command(readme, command):
    assert f"motesminnet {command}" in readme


def blocks(readme):
    """README's code blocks, line by line."""
    return [block.splitlines() for block in re.findall(r"^```[^\n]*\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)]


def test_every_command_line_in_readme_parses(readme):
    lines = [line.removeprefix("$ ").split("  #")[0] for block in blocks(readme) for line in block]
    lines = [line for line in lines if line.startswith("motesminnet ") and not re.search(r"[\[\]|]", line)]
    assert lines
    for line in lines:
        _, command, *arguments = shlex.split(line)
        assert parsed(command, arguments) is not None


def transcripts(readme):
    """Each "$ motesminnet ..." of README's code blocks that output follows, with that output."""
    found = []
    for block in blocks(readme):
        starts = [n for n, line in enumerate(block) if line.startswith("$ ")] + [len(block)]
        for start, end in pairwise(starts):
            if block[start].startswith("$ motesminnet ") and any(block[start + 1 : end]):
                found.append((block[start].removeprefix("$ motesminnet "), "\n".join(block[start + 1 : end]).strip()))
    return found


@pytest.mark.model
def test_output_in_readme_is_that_of_a_real_run_on_the_sample(readme, sample_index):
    shown = transcripts(readme)
    assert ["ask", "vad beslutades om yrkesresan?"] in [shlex.split(line)[:2] for line, _ in shown]
    for line, output in shown:
        command, *arguments = shlex.split(line)
        assert run(command, "--index", sample_index, *arguments).stdout.strip() == output


def test_readme_table_names_every_module_once_with_a_line(readme):
    rows = re.findall(r"^\|([^|\n]*)\|([^|\n]+)\|", readme, re.MULTILINE)
    named = [(name, line) for cell, line in rows for name in re.findall(r"`((?:indexer|bot)/[\w/]+\.py)`", cell)]
    names = sorted(name for name, _ in named)
    assert (sorted(set(MODULES) - set(names)), sorted(set(names) - set(MODULES))) == ([], [])  # missing, gone
    assert names == MODULES
    assert [name for name, line in named if len(line.strip()) < 10] == []


def test_readme_names_only_make_targets_that_exist(readme):
    targets = set(re.findall(r"^([a-z0-9]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z0-9]+)", readme, re.MULTILINE))
    assert {"run", "test"} <= named <= targets


def test_every_relative_link_in_readme_leads_somewhere(readme):
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", readme)
    assert [link for link in links if not (ROOT / link).exists()] == []
