"""What `deploy/` says: units that systemd takes, settings that exist, commands and files that exist."""

import configparser
import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from bot.cli import PARTLY, main

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
SETTING = re.compile(r"\b(?:MOTESMINNET|APP)_[A-Z_]+\b")
TEXTS = [
    *UNITS,
    *sorted((DEPLOY / "quadlet").iterdir()),
    *(path for path in sorted(DEPLOY.iterdir()) if path.is_file()),
]


def unit(name):
    """A unit file's sections; keys that stand several times keep their last value."""
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str
    parser.read(DEPLOY / "systemd" / name, encoding="utf-8")
    return parser


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_unit_has_a_description_and_what_its_kind_asks_for(path):
    kind = path.suffix.lstrip(".").capitalize()
    sections = unit(path.name)
    assert sections["Unit"]["Description"].startswith("Mötesminnet: ")
    assert {"Service": "ExecStart", "Timer": "OnCalendar"}[kind] in sections[kind]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_finds_no_fault_but_that_nothing_is_installed():
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *UNITS], check=False, capture_output=True, text=True, timeout=60
    )
    told = [line for line in done.stderr.splitlines() if "motesminnet" in line]
    assert [line for line in told if "is not executable" not in line] == []


def test_the_bot_runs_without_rights_it_does_not_need():
    service = unit("motesminnet.service")["Service"]
    assert service["User"] == "motesminnet"
    assert (service["NoNewPrivileges"], service["ProtectSystem"], service["ProtectHome"]) == ("yes", "strict", "yes")
    assert service["CapabilityBoundingSet"] == ""
    assert "127.0.0.1" in service["ExecStart"]


def test_the_timer_starts_the_nightly_run():
    assert (DEPLOY / "systemd" / "motesminnet-index.service").exists()
    assert unit("motesminnet-index.timer")["Install"]["WantedBy"] == "timers.target"


def test_nightly_run_that_could_not_read_a_document_is_no_failed_unit():
    assert unit("motesminnet-index.service")["Service"]["SuccessExitStatus"] == str(PARTLY)
    text = (DEPLOY / "quadlet" / "motesminnet-index.container").read_text(encoding="utf-8")
    assert f"\nSuccessExitStatus={PARTLY}\n" in text


@pytest.mark.parametrize("path", ["motesminnet.cron", "quadlet/motesminnet-index.container"])
def test_other_ways_to_run_nightly_index_the_same_folder(path):
    text = (DEPLOY / path).read_text(encoding="utf-8")
    source = unit("motesminnet-index.service")["Service"]["ExecStart"].split()[-1]
    assert re.search(rf"(?:^|[ =])index {source}$", text, re.MULTILINE)


def test_cron_line_has_a_time_each_night_a_user_and_the_command():
    (line,) = re.findall(r"^\d.*$", (DEPLOY / "motesminnet.cron").read_text(encoding="utf-8"), re.MULTILINE)
    minute, hour, *days, user = line.split()[:6]
    assert (int(minute) < 60, int(hour) < 6, days, user) == (True, True, ["*"] * 3, "motesminnet")


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_every_setting_named_exists(path):
    known = set(SETTING.findall((ROOT / "bot" / "config.py").read_text(encoding="utf-8")))
    named = set(SETTING.findall(path.read_text(encoding="utf-8")))
    assert named - known == set()


def test_install_page_names_every_setting_that_teams_needs():
    text = (DEPLOY / "INSTALL.md").read_text(encoding="utf-8")
    known = set(SETTING.findall((ROOT / "bot" / "config.py").read_text(encoding="utf-8")))
    assert known - set(SETTING.findall(text)) - {"APP_TYPE"} == set()


def test_every_command_of_motesminnet_parses():
    text = "\n".join(path.read_text(encoding="utf-8") for path in TEXTS)
    lines = re.findall(
        r"(?:^|bin/|\brun .*)motesminnet ((?:index|forget|serve|package|check)\b[^`\n]*)", text, re.MULTILINE
    )
    assert {line.split()[0] for line in lines} >= {"index", "serve", "package"}
    for line in lines:
        command, *arguments = shlex.split(line)
        parent = click.Context(main, **main.context_settings)  # without it click would forget -h for all that follows
        assert main.commands[command].make_context(command, arguments, parent).params


def test_every_file_that_deploy_names_exists():
    text = "\n".join(path.read_text(encoding="utf-8") for path in TEXTS)
    named = set(re.findall(r"\b(?:deploy|manifest)/[\w./-]*\w", text))
    assert named
    assert [name for name in named if not (ROOT / name).exists() and not list(ROOT.glob(f"{name}*"))] == []


def test_container_runs_as_nobody_in_particular_and_is_watched():
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    assert re.search(r"^USER motesminnet$", text, re.MULTILINE)
    assert re.search(r"^HEALTHCHECK .*\n.*/healthz", text, re.MULTILINE)
    copied = re.findall(r"^COPY (.+) \S+$", text, re.MULTILINE)
    assert [name for line in copied for name in line.split() if not (ROOT / name).exists()] == []


def test_lock_file_of_the_browser_test_pins_versions_and_no_registry():
    folder = ROOT / "tests" / "e2e"
    lock = json.loads((folder / "package-lock.json").read_text(encoding="utf-8"))
    wanted = json.loads((folder / "package.json").read_text(encoding="utf-8"))["dependencies"]
    packages = {name.removeprefix("node_modules/"): one for name, one in lock["packages"].items() if name}
    assert {name: packages[name]["version"] for name in wanted} == wanted
    assert [name for name, one in packages.items() if "resolved" in one or "integrity" not in one] == []
