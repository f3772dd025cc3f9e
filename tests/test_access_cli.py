"""`motesminnet access`, and `--as` at the commands that show minutes."""

import json
import os

import pytest
from made_index import run

from bot.cli import main
from bot.config import Settings
from bot.explain import public_paths

pytestmark = pytest.mark.usefixtures("no_model")
ANNA, GROUP = "00000000-0000-0000-0000-00000000000a", "00000000-0000-0000-0000-0000000000aa"
QUESTION = "vad beslutades om yrkesresan?"
RULES = f"""
default = "public"
[bodies]
"Socialchefsnätverket Norrdal" = ["{GROUP}"]
"Nämnden Grannvik" = []
[documents]
"granvik.txt" = ["{ANNA}"]
[folders]
"Slutna möten" = []
"""


@pytest.fixture
def ruled(small_index, tmp_path, monkeypatch):
    """Runs the command on the small index under rules."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MOTESMINNET_INDEX", str(small_index))
    for name in ("APP_ID", "APP_TENANTID", "APP_PASSWORD", "MOTESMINNET_ACCESS"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "access.toml").write_text(RULES, encoding="utf-8")
    return run


@pytest.mark.parametrize(
    ("who", "bodies"),
    [
        ((), {"Ledningsgruppen Sjövik", "Socialchefsnätverket Norrdal"}),
        (("--as", ANNA), {"Ledningsgruppen Sjövik"}),
        (("--as", f"{ANNA}, {GROUP.upper()}"), {"Ledningsgruppen Sjövik", "Socialchefsnätverket Norrdal"}),
        (("--as", ""), {"Ledningsgruppen Sjövik"}),
    ],
)
def test_ask_as_somebody(ruled, who, bodies):
    answer = json.loads(ruled("ask", QUESTION, "--json", *who).stdout)
    assert {one["meeting"]["body"] for one in answer["citations"]} == bodies


def test_search_and_show_as_somebody(ruled):
    hits = json.loads(ruled("search", "yrkesresan", "--json", "--as", ANNA).stdout)
    shown = json.loads(ruled("show", "--json", "--as", "").stdout)
    assert "norrdal-2022-03-04" not in json.dumps(hits)
    assert [one["document"] for one in shown] == ["sjovik-2021-11-19.md"]
    result = ruled("show", "granvik", "--as", "")
    assert (result.exit_code, "Det finns inget möte" in result.stderr) == (1, True)
    assert ruled("show", "granvik", "--as", ANNA).exit_code == 0


@pytest.mark.parametrize("command", [("access", "--explain"), ("ask", QUESTION, "--as"), ("show", "--as")])
def test_a_name_is_no_object_id(ruled, command):
    result = ruled(*command, f"{ANNA}, Anna Ek")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "'anna ek' är inget objekt-id i Entra" in result.stderr


def test_access_shows_the_rules_beside_the_index(ruled):
    text = ruled("access").stdout.splitlines()
    assert text[1:] == [
        "Ledningsgruppen Sjövik: alla",
        "Nämnden Granvik: alla",
        f"Socialchefsnätverket Norrdal: {GROUP}",
        f"granvik.txt: default (reglerna nämner inte 'Nämnden Granvik'): alla; [documents] 'granvik.txt': {ANNA}",
        "Nämns inte i reglerna, så default gäller (alla): Ledningsgruppen Sjövik, Nämnden Granvik.",
        "Nämns i reglerna men finns inte i indexet, felstavat? nämnden grannvik, slutna möten.",
    ]
    told = json.loads(ruled("access", "--json").stdout)
    assert told["bodies"]["Socialchefsnätverket Norrdal"] == [GROUP]


def test_access_explains_what_somebody_sees_and_why(ruled):
    text = ruled("access", "--explain", ANNA).stdout.splitlines()
    assert text == [
        f"Id som räknas: {ANNA}.",
        "Ledningsgruppen Sjövik: ja",
        "  default (reglerna nämner inte 'Ledningsgruppen Sjövik'): öppet för alla",
        "Nämnden Granvik: ja",
        "  default (reglerna nämner inte 'Nämnden Granvik'): öppet för alla",
        f"  [documents] 'granvik.txt': släpper in {ANNA}",
        "Socialchefsnätverket Norrdal: nej",
        "  [bodies] 'Socialchefsnätverket Norrdal': släpper inte in",
    ]
    told = json.loads(ruled("access", "--explain", f"{ANNA},{GROUP}", "--json").stdout)
    assert [one["hidden"] for one in told["bodies"]] == [[], [], []]


def test_without_rules_access_says_that_all_is_public(ruled, tmp_path):
    (tmp_path / "access.toml").unlink()
    assert ruled("access").stdout.startswith("Ingen access.toml: allt är öppet för alla, utom det")


def test_check_says_who_sees_what_where_there_are_no_rules(ruled, tmp_path):
    (tmp_path / "access.toml").unlink()
    (line,) = [line for line in ruled("check").stdout.splitlines() if "Åtkomst" in line]
    assert line == (
        "OK  Åtkomst: inga regler i 'access.toml'. Alla som boten svarar får se allt i indexet (deploy/ACCESS.md)."
    )


def test_only_what_anyone_may_know_of_is_named_in_a_channel(ruled, tmp_path, monkeypatch):
    told = [public_paths(Settings.from_env(os.environ))]
    (tmp_path / "access.toml").write_text("default = 1")
    told.append(public_paths(Settings.from_env(os.environ)))
    (tmp_path / "access.toml").unlink()
    told.append(public_paths(Settings.from_env(os.environ)))
    assert told == [{"sjovik-2021-11-19.md"}, frozenset(), None]


@pytest.mark.parametrize("command", [("access",), ("ask", QUESTION, "--as", ANNA), ("serve", "--local")])
def test_rules_that_cannot_be_used_stop_the_command(ruled, tmp_path, command):
    (tmp_path / "access.toml").write_text("[bodies]\nA = 1", encoding="utf-8")
    result = ruled(*command)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Åtkomstreglerna i 'access.toml' går inte att använda: [bodies] 'A' är 1" in result.stderr


def test_rules_that_the_environment_names_must_be_there(ruled, monkeypatch):
    monkeypatch.setenv("MOTESMINNET_ACCESS", "borta.toml")
    result = ruled("ask", QUESTION, "--as", ANNA)
    assert (result.exit_code, "'borta.toml'" in result.stderr, "filen finns inte" in result.stderr) == (1, True, True)


def test_groups_are_asked_for_where_teams_is_set_up(ruled, monkeypatch):
    async def among(self, user, ids):
        return frozenset(ids) if user == ANNA else frozenset()

    monkeypatch.setattr("bot.groups.Groups.among", among)
    for name, value in {"APP_ID": ANNA, "APP_TENANTID": ANNA, "APP_PASSWORD": "hemligt-ord"}.items():
        monkeypatch.setenv(name, value)
    told = json.loads(ruled("access", "--explain", ANNA, "--json").stdout)
    assert told["ids"] == sorted([ANNA, GROUP])


def test_check_looks_at_the_rules(ruled, tmp_path):
    said = []
    for text in (RULES, 'default = "public"', "default = 1"):
        (tmp_path / "access.toml").write_text(text, encoding="utf-8")
        said += [line for line in ruled("check").stdout.splitlines() if "Åtkomst" in line]
    assert said == [
        "FEL Åtkomst: reglerna i 'access.toml' nämner vad indexet saknar, felstavat? nämnden grannvik, slutna"
        " möten: motesminnet access",
        "OK  Åtkomst: reglerna i 'access.toml' går att använda.",
        "FEL Åtkomstreglerna i 'access.toml' går inte att använda: default är 1, ska vara \"public\" eller en"
        ' lista av objekt-id, till exempel ["00000000-0000-0000-0000-000000000000"]',
    ]


def test_the_commands_that_show_minutes_know_as():
    takes = {name for name, command in main.commands.items() if any("--as" in one.opts for one in command.params)}
    assert takes == {"ask", "search", "show"}
