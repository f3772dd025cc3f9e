import logging

import pytest

from bot.access import Rules
from bot.access_file import AccessFile
from bot.records import BotError

OPEN, SHUT = 'default = "public"\n', "default = []\n"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "access.toml"


def test_a_change_is_seen_at_once_however_soon_after_another(path):
    path.write_text(OPEN)
    file, seen = AccessFile(path), []
    for text in (SHUT, OPEN, SHUT + " ", OPEN + " ") * 5:
        path.write_text(text)
        seen.append(file.rules().default is None)
    assert seen == [False, True, False, True] * 5


def test_without_a_file_all_is_public_until_there_is_one(path):
    file = AccessFile(path)
    assert file.rules() == Rules()
    path.write_text(SHUT)
    assert (file.rules().default, file.problem()) == (frozenset(), None)


@pytest.mark.parametrize("spoil", [lambda p: p.write_text("[bodies"), lambda p: p.write_text(""), lambda p: p.unlink()])
def test_the_last_good_rules_apply_while_the_file_cannot_be_used(path, spoil, caplog):
    path.write_text(SHUT)
    file = AccessFile(path)
    spoil(path)
    with caplog.at_level(logging.ERROR):
        assert [file.rules().default for _ in range(3)] == [frozenset()] * 3
    assert file.problem() is not None
    assert [record.levelname for record in caplog.records].count("ERROR") == 1
    path.write_text(OPEN)
    assert (file.rules().default, file.problem()) == (None, None)


def test_the_log_tells_whether_there_are_rules_and_when_they_change(path, caplog):
    caplog.set_level(logging.INFO)
    file = AccessFile(path)
    for text in (SHUT, SHUT, OPEN):
        path.write_text(text)
        file.rules()
    read = "Access rules were read, and apply from now on"
    assert caplog.messages == [
        "There is no file of access rules: whoever may ask sees all that sidecars do not close", read, read
    ]  # fmt: skip


def test_a_file_that_cannot_be_used_stops_the_start(path):
    path.write_text("[bodies]\nA = 1")
    with pytest.raises(BotError, match=r"Åtkomstreglerna i .*access.toml' går inte att använda: \[bodies\] 'A' är 1"):
        AccessFile(path)


def test_a_file_that_the_settings_name_must_be_there(path):
    with pytest.raises(BotError, match="filen finns inte"):
        AccessFile(path, required=True)


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(BotError, match="filen går inte att läsa"):
        AccessFile(tmp_path)
