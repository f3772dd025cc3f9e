"""The Teams app: against Microsoft's own schemas, in both languages, and what the command makes of its input."""

import io
import json
import re
import tomllib
import zipfile
from datetime import date
from pathlib import Path

import jsonschema
import pytest
from made_index import TopicEmbedder, run
from PIL import Image

from bot.package import SOURCES, make_package
from bot.pipeline import answer_now, open_library
from bot.records import BotError

ROOT = Path(__file__).resolve().parent.parent
SCHEMAS = ROOT / "tests" / "fixtures" / "teams_schema"
APP = "12345678-90ab-cdef-1234-567890abcdef"
HOST = "bot.example.se"
FILES = ["manifest.json", "color.png", "outline.png", "en.json"]
OPTIONS = ["--app-id", APP, "--host", HOST]


def unpacked(package):
    """The files of a zip, by name."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def files():
    return unpacked(make_package(APP, HOST, "Östrands kommunalförbund", "https://example.se/motesminnet"))


@pytest.fixture(scope="module")
def manifest(files):
    return json.loads(files["manifest.json"])


@pytest.fixture(scope="module")
def english(files):
    return json.loads(files["en.json"])


def validator(name):
    text = (SCHEMAS / name).read_text(encoding="utf-8")
    schema = json.loads(text.replace(r"\\p{L}", "a-zA-Z"))  # Python's re does not know \\p{L}
    jsonschema.Draft4Validator.check_schema(schema)
    return jsonschema.Draft4Validator(schema)


def faults(name, value):
    return [error.message for error in validator(name).iter_errors(value)]


def strings(manifest):
    """The texts of a manifest that a language file translates, by the keys of a language file."""
    found = {f"{key}.{part}": manifest[key][part] for key in ("name", "description") for part in manifest[key]}
    for i, listed in enumerate(manifest["bots"][0]["commandLists"]):
        for j, command in enumerate(listed["commands"]):
            place = f"bots[0].commandLists[{i}].commands[{j}]"
            found |= {f"{place}.{part}": command[part] for part in command if part != "type"}
    return found


def test_zip_is_flat_and_holds_what_the_manifest_names(files, manifest):
    assert list(files) == FILES
    assert manifest["icons"] == {"color": "color.png", "outline": "outline.png"}


def test_same_arguments_give_the_same_bytes():
    assert make_package(APP, HOST, "X") == make_package(APP.upper(), f" {HOST.upper()}", "X")


def test_manifest_is_valid(manifest):
    assert faults("MicrosoftTeams.schema.json", manifest) == []


def test_validation_would_find_a_fault(manifest):
    broken = {**manifest, "id": "x", "accentColor": "blue"}
    assert len(faults("MicrosoftTeams.schema.json", broken)) == 2


def test_nothing_is_left_to_fill_in(files):
    assert b"{{" not in files["manifest.json"]


def test_arguments_stand_where_teams_looks_for_them(manifest):
    (bot,) = manifest["bots"]
    assert (manifest["id"], bot["botId"], manifest["validDomains"]) == (APP, APP, [HOST])
    assert manifest["developer"]["name"] == "Östrands kommunalförbund"
    assert {manifest["developer"][f"{page}Url"] for page in ("website", "privacy", "termsOfUse")} == {
        "https://example.se/motesminnet"
    }


def test_version_is_that_of_the_project(manifest):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert manifest["version"] == project["version"]


def test_swedish_is_the_default_and_english_the_other(manifest):
    assert manifest["localizationInfo"] == {
        "defaultLanguageTag": "sv-se",
        "additionalLanguages": [{"languageTag": "en", "file": "en.json"}],
    }


def test_english_is_valid_and_translates_every_string(manifest, english):
    assert faults("MicrosoftTeams.Localization.schema.json", english) == []
    assert english.keys() - {"$schema"} == strings(manifest).keys()


def test_strings_are_within_teams_limits_in_both_languages(manifest, english):
    limits = {"name.short": 30, "name.full": 100, "description.short": 80, "title": 32, "description": 60}
    for texts in (strings(manifest), {key: english[key] for key in english if key != "$schema"}):
        for key, text in texts.items():
            limit = limits.get(key, limits.get(key.rpartition(".")[2], 4000))
            assert 0 < len(text) <= limit, key


def test_quotes_in_texts_are_those_of_their_language(manifest, english):
    assert [text for text in strings(manifest).values() if re.search('["“]', text)] == []
    assert [text for key, text in english.items() if re.search('[„"]', text)] == []


def test_personal_commands_are_prompt_starters(manifest):
    personal, shared = manifest["bots"][0]["commandLists"]
    assert (personal["scopes"], shared["scopes"]) == (["personal"], ["team", "groupChat"])
    assert {command["type"] for command in personal["commands"]} == {"prompt"}
    assert set(manifest["bots"][0]["scopes"]) == {"personal", "team", "groupChat"}


def test_every_command_gets_an_answer(manifest, english, small_index):
    library = open_library(small_index, None)
    texts = {**strings(manifest), **{f"en:{key}": text for key, text in english.items()}}
    asked = [text for key, text in texts.items() if key.endswith(".prompt")]
    asked += [text for key, text in texts.items() if "commandLists[1]" in key and key.endswith(".title")]
    answers = [answer_now(one, library, TopicEmbedder, date(2025, 1, 15)) for one in asked]
    unanswered = [answer.question for answer in answers if answer.refused or not answer.citations]
    assert [one for one in unanswered if one.casefold() not in ("hjälp", "help")] == []
    assert {answer.intent for answer in answers if answer.question in unanswered} == {"help"}


@pytest.mark.parametrize(("name", "size"), [("color.png", 192), ("outline.png", 32)])
def test_icon_has_the_size_that_teams_asks_for(files, name, size):
    with Image.open(io.BytesIO(files[name])) as icon:
        assert (icon.format, icon.size) == ("PNG", (size, size))


def test_color_icon_is_opaque_on_the_accent_color(files, manifest):
    with Image.open(io.BytesIO(files["color.png"])) as icon:
        pixels = icon.convert("RGBA")
    corner = "#{:02X}{:02X}{:02X}".format(*pixels.getpixel((0, 0))[:3])
    assert (pixels.getchannel("A").getextrema(), corner) == ((255, 255), manifest["accentColor"])


def test_outline_icon_is_white_on_transparent(files):
    with Image.open(io.BytesIO(files["outline.png"])) as icon:
        assert icon.mode == "RGBA"
        seen = {pixel[:3] for _, pixel in icon.getcolors(32 * 32) if pixel[3]}
        assert (seen, icon.getchannel("A").getextrema()) == ({(255, 255, 255)}, (0, 255))
        clear = sum(count for count, pixel in icon.getcolors(32 * 32) if pixel[3] == 0)
    assert clear > 32 * 32 / 2


def test_command_writes_the_zip_and_says_what_comes_next(tmp_path):
    out = tmp_path / "app.zip"
    result = run("package", *OPTIONS, "--out", out)
    assert (result.exit_code, result.stdout) == (0, "")
    assert out.read_bytes() == make_package(APP, HOST, "Mötesminnet")
    assert [part for part in (str(out), "deploy/INSTALL.md", "--info") if part not in result.stderr] == []


def test_file_that_cannot_be_written_is_told(tmp_path):
    result = run("package", *OPTIONS, "--out", tmp_path / "none" / "app.zip")
    assert result.exit_code == 1
    assert result.stderr.startswith("Fel: ")
    assert "--out" in result.stderr


BAD = [
    (("123", HOST, "X"), "--app-id"),
    (("", HOST, "X"), "--app-id"),
    (("00000000-0000-0000-0000-000000000000", HOST, "X"), "--app-id"),
    ((f"{APP}0", HOST, "X"), "--app-id"),
    ((f"{{{APP}}}", HOST, "X"), "--app-id"),
    ((APP, "", "X"), "--host"),
    ((APP, "https://bot.example.se", "X"), "--host"),
    ((APP, "bot.example.se:443", "X"), "--host"),
    ((APP, "bot.example.se/api", "X"), "--host"),
    ((APP, "bot", "X"), "--host"),
    ((APP, "localhost", "X"), "--host"),
    ((APP, "10.0.0.1", "X"), "--host"),
    ((APP, "*.example.se", "X"), "--host"),
    ((APP, "bot..se", "X"), "--host"),
    ((APP, "-bot.example.se", "X"), "--host"),
    ((APP, "bot.östrand.se", "X"), "--host"),
    ((APP, f"{'a' * 64}.example.se", "X"), "--host"),
    ((APP, HOST, ""), "--organisation"),
    ((APP, HOST, "X" * 33), "--organisation"),
    ((APP, HOST, "X\nY"), "--organisation"),
    ((APP, HOST, "X", "http://example.se"), "--info"),
    ((APP, HOST, "X", "https://user@example.se"), "--info"),
    ((APP, HOST, "X", "https://[x"), "--info"),
    ((APP, HOST, "X", "https://example.se/a b"), "--info"),
    ((APP, HOST, "X", "https://"), "--info"),
]


@pytest.mark.parametrize(("arguments", "option"), BAD)
def test_argument_that_cannot_be_right_is_named(arguments, option):
    with pytest.raises(BotError, match=re.escape(option)):
        make_package(*arguments)


def test_blanks_in_an_argument_are_not_filled_in():
    files = unpacked(make_package(APP, HOST, "{{host}}"))
    assert json.loads(files["manifest.json"])["developer"]["name"] == "{{host}}"


def test_missing_source_is_told(tmp_path):
    with pytest.raises(BotError, match=r"manifest\.json"):
        make_package(APP, HOST, "X", sources=tmp_path)


def test_icons_are_those_that_the_script_draws(tmp_path):
    scope = {"__file__": str(tmp_path / "draw_icons.py"), "__name__": "__main__"}
    exec(compile((SOURCES / "draw_icons.py").read_text(encoding="utf-8"), "draw_icons.py", "exec"), scope)
    for name in ("color.png", "outline.png"):
        with Image.open(tmp_path / name) as drawn, Image.open(SOURCES / name) as kept:
            assert drawn.tobytes() == kept.tobytes()
