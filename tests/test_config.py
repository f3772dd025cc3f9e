from pathlib import Path

import pytest
from made_door import APP, TENANT, certificate

from bot.config import (
    OPENID_METADATA,
    SERVICE_HOSTS,
    AnswerSettings,
    LanguageModelSettings,
    RunSettings,
    Secret,
    Settings,
    TeamsSettings,
    has_teams_settings,
)
from bot.credentials import credential
from bot.records import BotError

GIVEN = {"APP_ID": APP, "APP_TENANTID": TENANT, "APP_PASSWORD": "hemligt-ord"}


def settings(**environ):
    return TeamsSettings.from_env({name: value for name, value in {**GIVEN, **environ}.items() if value is not None})


def test_defaults():
    read = Settings.from_env({"XDG_CACHE_HOME": "/c"})
    assert (read.index, read.model, read.state) == (Path("data/index"), None, Path("data/state"))


def test_empty_values_count_as_unset():
    assert Settings.from_env({"MOTESMINNET_INDEX": "", "MOTESMINNET_STATE": ""}) == Settings.from_env({})


def test_run_settings_have_defaults_and_a_share_in_percent():
    assert RunSettings.from_env({}) == RunSettings(0.2, None)
    assert RunSettings.from_env({"MOTESMINNET_MAX_SHRINK": "35"}).max_shrink == 0.35


@pytest.mark.parametrize("value", ["0", "1000", "två", "2.5"])
def test_days_that_are_none_are_refused(value):
    assert Settings.from_env({"MOTESMINNET_STALE_DAYS": "7"}).stale_days == 7
    with pytest.raises(BotError, match="MOTESMINNET_STALE_DAYS"):
        Settings.from_env({"MOTESMINNET_STALE_DAYS": value})


def test_state_is_a_setting():
    assert Settings.from_env({"MOTESMINNET_STATE": "/s"}).state == Path("/s")


def test_settings_for_teams():
    read = settings()
    assert (read.app_id, read.tenant, read.tenants) == (APP, TENANT, {TENANT})
    assert (read.password.value, read.certificate) == ("hemligt-ord", None)
    assert (read.service_hosts, read.openid_metadata) == (SERVICE_HOSTS, OPENID_METADATA)


def test_ids_are_read_in_any_case_and_with_blanks_round_them():
    read = settings(APP_ID=f" {APP.upper()}\n", APP_TENANTID=TENANT.upper(), MOTESMINNET_TENANTS="AA, bb;".rstrip(";"))
    assert (read.app_id, read.tenant, read.tenants) == (APP, TENANT, {"aa", "bb"})


def test_hosts_are_added_to_microsofts():
    read = settings(MOTESMINNET_SERVICE_HOSTS="Bot.Example.se, b.example.se")
    assert read.service_hosts == SERVICE_HOSTS | {"bot.example.se", "b.example.se"}


@pytest.mark.parametrize(
    "missing", [("APP_ID",), ("APP_TENANTID",), ("APP_PASSWORD",), ("APP_ID", "APP_PASSWORD"), tuple(GIVEN)], ids=str
)
def test_everything_that_is_missing_is_named_at_once_with_the_next_step(missing):
    for empty in (None, "", "  "):
        with pytest.raises(BotError) as error:
            settings(**dict.fromkeys(missing, empty))
        assert [name for name in GIVEN if f"{name} " in str(error.value).replace(",", " ")] == list(missing)
        assert "motesminnet serve --local" in str(error.value)


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"APP_PASSWORD_FILE": "/x"}, ["APP_PASSWORD", "APP_PASSWORD_FILE", "Behåll en"]),
        ({"APP_TYPE": "MultiTenant"}, ["APP_TYPE", "'MultiTenant'", "SingleTenant"]),
        ({"MOTESMINNET_SERVICE_HOSTS": "https://bot.example.se/"}, ["MOTESMINNET_SERVICE_HOSTS", "'https://bot"]),
        ({"MOTESMINNET_SERVICE_HOSTS": "bot.example.se:8443"}, ["MOTESMINNET_SERVICE_HOSTS"]),
        ({"MOTESMINNET_SERVICE_HOSTS": "*.example.se"}, ["MOTESMINNET_SERVICE_HOSTS"]),
        ({"MOTESMINNET_SERVICE_HOSTS": "localhost"}, ["MOTESMINNET_SERVICE_HOSTS"]),
        ({"MOTESMINNET_OPENID_METADATA": "http://login.example.se/"}, ["MOTESMINNET_OPENID_METADATA", "https://"]),
        ({"MOTESMINNET_OPENID_METADATA": "http://127.0.0.1.evil.example/"}, ["MOTESMINNET_OPENID_METADATA"]),
        ({"MOTESMINNET_OPENID_METADATA": "file:///keys"}, ["MOTESMINNET_OPENID_METADATA"]),
        ({"APP_PASSWORD": None, "APP_PASSWORD_FILE": "/nowhere/x"}, ["APP_PASSWORD_FILE", "'/nowhere/x'", "No such"]),
    ],
    ids=lambda value: str(value)[:60],
)
def test_values_that_cannot_be_right_are_told(environ, words):
    with pytest.raises(BotError) as error:
        settings(**environ)
    assert [word for word in words if word not in str(error.value)] == []
    assert "hemligt-ord" not in str(error.value)


@pytest.mark.parametrize("address", ["http://127.0.0.1:5000/x", "http://localhost/x", "https://login.example.se/x"])
def test_metadata_is_read_over_https_or_from_this_machine(address):
    assert settings(MOTESMINNET_OPENID_METADATA=address).openid_metadata == address


def test_single_tenant_may_be_said():
    assert settings(APP_TYPE="singleTenant").app_id == APP


def test_password_in_a_file(tmp_path):
    (tmp_path / "secret").write_text("ur-filen\n")
    read = settings(APP_PASSWORD=None, APP_PASSWORD_FILE=str(tmp_path / "secret"))
    assert read.password == Secret("ur-filen")
    (tmp_path / "secret").write_text("\n")
    with pytest.raises(BotError, match="tom"):
        settings(APP_PASSWORD=None, APP_PASSWORD_FILE=str(tmp_path / "secret"))


def test_certificate_in_a_file(tmp_path):
    (tmp_path / "bot.pem").write_bytes(certificate())
    read = settings(APP_PASSWORD=None, APP_CERTIFICATE_FILE=str(tmp_path / "bot.pem"))
    assert (read.password, read.certificate.value) == (None, certificate().decode().strip())
    half = credential(read)
    assert half["private_key"].startswith("-----BEGIN PRIVATE KEY-----")
    assert half["public_certificate"].startswith("-----BEGIN CERTIFICATE-----")
    for part in half.values():
        (tmp_path / "bot.pem").write_text(part)
        with pytest.raises(BotError, match="både privat nyckel och certifikat"):
            settings(APP_PASSWORD=None, APP_CERTIFICATE_FILE=str(tmp_path / "bot.pem"))


def test_secrets_are_never_shown():
    read = settings()
    for shown in (repr(read), str(read), f"{read}", repr([read]), str(read.password), f"{read.password!r}"):
        assert "hemligt-ord" not in shown


def test_ids_that_no_tenant_has_are_doubted():
    assert settings().doubts() == []
    (doubt,) = settings(APP_TENANTID="kommunen.onmicrosoft.com", MOTESMINNET_TENANTS=TENANT).doubts()
    assert "APP_TENANTID 'kommunen.onmicrosoft.com'" in doubt
    assert len(settings(APP_ID="boten", APP_TENANTID="x").doubts()) == 3


@pytest.mark.parametrize(
    ("environ", "expected"),
    [({}, False), ({"APP_ID": ""}, False), ({"APP_ID": "x"}, True), ({"APP_PASSWORD_FILE": "x"}, True)],
)
def test_whether_anything_is_set_for_teams(environ, expected):
    assert has_teams_settings(environ) is expected


def test_how_answers_are_shown_has_quiet_defaults():
    assert AnswerSettings.from_env({"MOTESMINNET_PUBLIC_URL": " "}) == AnswerSettings()


def test_how_answers_are_shown_is_read_from_the_environment():
    settings = AnswerSettings.from_env(
        {
            "MOTESMINNET_PUBLIC_URL": "https://bot.example.se/motet/",
            "MOTESMINNET_LINK_SECRET": "x" * 24,
            "MOTESMINNET_LINK_DAYS": "7",
            "MOTESMINNET_SENSITIVITY": "Intern",
            "MOTESMINNET_SENSITIVITY_TEXT": "Sprid inte vidare.",
            "MOTESMINNET_FEEDBACK_NAMES": "Ja",
        }
    )
    assert settings == AnswerSettings(
        "https://bot.example.se/motet", Secret("x" * 24), 7, ("Intern", "Sprid inte vidare."), True
    )
    assert "x" * 24 not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MOTESMINNET_PUBLIC_URL", "bot.example.se"),
        ("MOTESMINNET_PUBLIC_URL", "http://bot.example.se"),
        ("MOTESMINNET_PUBLIC_URL", "https://bot.example.se/?a=b"),
        ("MOTESMINNET_PUBLIC_URL", "https://anna@bot.example.se"),
        ("MOTESMINNET_LINK_SECRET", "x" * 23),
        ("MOTESMINNET_LINK_DAYS", "0"),
        ("MOTESMINNET_LINK_DAYS", "1000"),
        ("MOTESMINNET_LINK_DAYS", "snart"),
        ("MOTESMINNET_FEEDBACK_NAMES", "kanske"),
    ],
)
def test_a_setting_that_cannot_be_right_is_named(name, value):
    with pytest.raises(BotError, match=name):
        AnswerSettings.from_env({name: value})


def test_a_secret_that_is_too_short_is_not_repeated():
    with pytest.raises(BotError) as error:
        AnswerSettings.from_env({"MOTESMINNET_LINK_SECRET": "hemligt"})
    assert "hemligt" not in str(error.value)


def language_model(**environ):
    given = {"URL": "https://r.openai.azure.com/openai/v1/", "MODEL": "prov", **environ}
    return LanguageModelSettings.from_env({f"MOTESMINNET_LLM_{name}": value for name, value in given.items()})


def test_without_an_address_there_is_no_language_model():
    assert LanguageModelSettings.from_env({"MOTESMINNET_LLM_MODEL": "prov", "MOTESMINNET_LLM_KEY": "k"}) is None
    assert LanguageModelSettings.from_env({"MOTESMINNET_LLM_URL": "  "}) is None


def test_a_language_models_settings_and_their_defaults():
    read = language_model()
    assert (read.url, read.model) == ("https://r.openai.azure.com/openai/v1/", "prov")
    assert (read.key, read.entra, read.temperature, read.cost) == (None, False, 0.0, (0.0, 0.0))
    assert read.first_word < read.whole < 10  # search takes its part of the ten seconds


def test_a_language_models_settings_as_given():
    read = language_model(KEY="hemlig", FIRST_WORD="2,5", TIMEOUT="20", TEMPERATURE="nej", COST="27,50/110")
    assert read.key == Secret("hemlig")
    assert "hemlig" not in repr(read)
    assert (read.first_word, read.whole, read.temperature, read.cost) == (2.5, 20.0, None, (27.5, 110.0))


def test_a_language_models_key_may_lie_in_a_file(tmp_path):
    (tmp_path / "key").write_text("hemlig\n", encoding="utf-8")
    assert language_model(KEY_FILE=str(tmp_path / "key")).key == Secret("hemlig")


def test_the_first_word_has_no_more_time_than_the_last():
    assert language_model(TIMEOUT="3").first_word == 3.0


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:8080/v1", "http://localhost/v1", "http://[::1]:8080/v1", "https://modell.example.se:8443/v1"],
)
def test_addresses_over_https_or_on_this_computer(url):
    assert language_model(URL=url).url == url


@pytest.mark.parametrize(
    "environ",
    [
        {"URL": "http://modell.example.se/v1"},
        {"URL": "http://127.0.0.1.example.se/v1"},
        {"URL": "https://anna:hemlig@modell.example.se/v1"},
        {"URL": "https://modell.example.se/v1?nyckel=1"},
        {"URL": "ftp://modell.example.se"},
        {"MODEL": ""},
        {"TIMEOUT": "21"},
        {"TIMEOUT": "0"},
        {"TIMEOUT": "snart"},
        {"FIRST_WORD": "-1"},
        {"TEMPERATURE": "2"},
        {"COST": "10"},
        {"ENTRA": "kanske"},
        {"ENTRA": "ja", "KEY": "k"},
        {"KEY": "k", "KEY_FILE": "/k"},
        {"KEY_FILE": "/finns/inte"},
    ],
    ids=str,
)
def test_a_language_models_setting_that_cannot_be_right_is_named(environ):
    name = next(iter(environ))
    with pytest.raises(BotError, match=f"MOTESMINNET_LLM_{name}") as raised:
        language_model(**environ)
    assert "hemlig" not in str(raised.value)
