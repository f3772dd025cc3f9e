import asyncio
import json
import threading
from types import SimpleNamespace

import jwt
import pytest
from made_door import APP, TENANT, certificate, make_settings, rsa_key
from msal import ConfidentialClientApplication

from bot.config import Secret
from bot.credentials import AppToken, credential, make_acquire
from bot.respond import DeliveryError

LOGIN = f"https://login.microsoftonline.com/{TENANT}"


class Application:
    """Stands for MSAL's application: notes how it was made and what was asked for, and gives these results."""

    def __init__(self):
        self.made, self.scopes, self.results = [], [], []

    def __call__(self, *args, **options):
        self.made.append((args, options))
        return self

    def acquire_token_for_client(self, scopes):
        self.scopes.append(scopes)
        return self.results.pop(0)


class Http:
    """An identity server for MSAL itself, which notes what it is sent."""

    def __init__(self):
        self.posted = []

    def get(self, url, **_):
        endpoints = {"authorization_endpoint": f"{LOGIN}/a", "token_endpoint": f"{LOGIN}/t", "issuer": f"{LOGIN}/v2.0"}
        return self._reply(endpoints)

    def post(self, url, data=None, **_):
        self.posted.append((url, data))
        return self._reply({"access_token": "t", "expires_in": 3600, "token_type": "Bearer"})

    def close(self):
        pass

    def _reply(self, value):
        return SimpleNamespace(status_code=200, text=json.dumps(value), headers={}, raise_for_status=lambda: None)


@pytest.fixture
def msal(monkeypatch):
    application = Application()
    monkeypatch.setattr("msal.ConfidentialClientApplication", application)
    return application


def test_a_token_is_asked_for_with_the_secret_of_the_apps_own_tenant(msal):
    msal.results = [{"access_token": "t1"}, {"access_token": "t2"}]
    acquire = make_acquire(make_settings())
    assert msal.made == []
    assert [acquire(), acquire()] == ["t1", "t2"]
    assert msal.scopes == [["https://api.botframework.com/.default"]] * 2
    ((args, options),) = msal.made
    assert args == (APP,)
    assert options["authority"] == LOGIN
    assert options["client_credential"] == "hemlig"
    assert options["timeout"] <= 5


def test_a_denied_token_is_no_delivery_and_tells_no_secret(msal):
    msal.results = [{"error": "invalid_client", "error_description": "hemlig"}]
    with pytest.raises(DeliveryError) as error:
        make_acquire(make_settings())()
    assert (error.value.status, "hemlig" in str(error.value)) == (401, False)


def test_a_certificate_goes_with_its_key():
    found = credential(make_settings(password=None, certificate=Secret(certificate().decode())))
    assert [one.splitlines()[0] for one in found.values()] == [
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN CERTIFICATE-----",
    ]
    assert all(len(one.split("-----BEGIN")) == 2 for one in found.values())


def test_msal_signs_in_with_the_certificate_and_asks_once():
    http = Http()
    given = credential(make_settings(password=None, certificate=Secret(certificate().decode())))
    application = ConfidentialClientApplication(APP, authority=LOGIN, client_credential=given, http_client=http)
    scopes = ["https://api.botframework.com/.default"]
    assert [application.acquire_token_for_client(scopes)["access_token"] for _ in range(2)] == ["t", "t"]
    ((url, data),) = http.posted
    assert (url, data["client_id"]) == (f"{LOGIN}/t", APP)
    claims = jwt.decode(
        data["client_assertion"], rsa_key("tls").public_key(), ["RS256", "PS256"], audience=f"{LOGIN}/t"
    )
    assert claims["iss"] == APP


async def test_a_token_is_fetched_in_a_thread_of_its_own():
    threads = []

    def acquire():
        threads.append(threading.current_thread())
        return "t"

    token = AppToken(acquire)
    assert await asyncio.gather(token(), token()) == ["t", "t"]
    assert threading.main_thread() not in threads
    assert len(set(threads)) == 1
    token.close()


async def test_a_token_that_does_not_come_is_not_waited_for(monkeypatch):
    monkeypatch.setattr("bot.credentials.WAIT", 0.05)
    go = threading.Event()
    token = AppToken(lambda: str(go.wait(10)))
    with pytest.raises(TimeoutError):
        await token()
    go.set()
    token.close()
