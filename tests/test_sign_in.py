import json
import re
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import msal
import pytest
from made_door import certificate

from indexer.records import IndexerError
from indexer.sign_in import GraphSettings, Secret, graph_token, is_safe

GIVEN = {"GRAPH_TENANT_ID": "t", "GRAPH_CLIENT_ID": "c", "GRAPH_CLIENT_SECRET": "hemlig-1"}
LOGIN = "https://login.microsoftonline.com/t"


class Http:
    """An identity server for MSAL itself: notes what it is sent, and gives a new token each time."""

    def __init__(self, **reply):
        self.posted, self._reply = [], reply

    def get(self, url, **_):
        ends = {"authorization_endpoint": f"{LOGIN}/a", "token_endpoint": f"{LOGIN}/t", "issuer": f"{LOGIN}/v2.0"}
        return _told(ends | {"metadata": []})

    def post(self, url, data=None, **_):
        self.posted.append(data)
        return _told(self._reply or {"access_token": f"token {len(self.posted)}", "expires_in": 3600})

    def close(self):
        pass


def _told(value):
    return SimpleNamespace(status_code=200, text=json.dumps(value), headers={}, raise_for_status=lambda: None)


@pytest.fixture
def identity(monkeypatch):
    """What makes the identity server that MSAL talks to."""

    def make(**reply):
        http = Http(**reply)
        monkeypatch.setattr(
            "msal.ConfidentialClientApplication", partial(msal.ConfidentialClientApplication, http_client=http)
        )
        return http

    return make


def test_a_token_is_kept_until_it_is_refused(identity):
    http = identity()
    token = graph_token(GraphSettings.from_env(GIVEN))
    assert http.posted == []
    assert [token(False), token(False), token(True), token(False)] == ["token 1", "token 1", "token 2", "token 2"]
    assert {one["client_id"] for one in http.posted} == {"c"}
    assert {"https://graph.microsoft.com/.default"} <= set(http.posted[0]["scope"].split())


def test_the_certificate_signs_in_without_a_secret(identity, tmp_path):
    (tmp_path / "app.pem").write_bytes(certificate())
    given = GIVEN | {"GRAPH_CLIENT_SECRET": "", "GRAPH_CERTIFICATE_FILE": str(tmp_path / "app.pem")}
    http = identity()
    assert graph_token(GraphSettings.from_env(given))(False) == "token 1"
    assert ("client_secret" in http.posted[0], "client_assertion" in http.posted[0]) == (False, True)


def test_a_denied_sign_in_says_what_to_look_at_and_no_secret(identity):
    identity(error="invalid_client", error_description="hemlig-1")
    with pytest.raises(IndexerError, match=r"nekades \(invalid_client\).*GRAPH_CLIENT_ID") as told:
        graph_token(GraphSettings.from_env(GIVEN))(False)
    assert "hemlig-1" not in str(told.value)


def test_an_identity_server_out_of_reach_is_told(monkeypatch):
    def refuse(*_, **__):
        raise ConnectionError("hemlig-1")

    monkeypatch.setattr("msal.ConfidentialClientApplication", refuse)
    with pytest.raises(IndexerError, match=r"login\.microsoftonline\.com gick inte att göra \(ConnectionError\)"):
        graph_token(GraphSettings.from_env(GIVEN))(False)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"GRAPH_TENANT_ID": "", "GRAPH_CLIENT_ID": " "}, "GRAPH_TENANT_ID (katalogens (tenant) id); GRAPH_CLIENT_ID"),
        ({"GRAPH_CLIENT_SECRET": ""}, "GRAPH_CLIENT_SECRET_FILE eller GRAPH_CERTIFICATE_FILE"),
        ({"GRAPH_CERTIFICATE_FILE": "x"}, "Både GRAPH_CLIENT_SECRET och GRAPH_CERTIFICATE_FILE"),
        ({"GRAPH_CLIENT_SECRET": "", "GRAPH_CLIENT_SECRET_FILE": "/finns/inte"}, "'/finns/inte' går inte att läsa"),
        (
            {"GRAPH_BASE": "http://graph.example.se/v1.0"},
            "GRAPH_BASE 'http://graph.example.se/v1.0' måste börja med https",
        ),
        ({"GRAPH_AUTHORITY": "login"}, "GRAPH_AUTHORITY 'login'"),
    ],
)
def test_settings_that_cannot_work_are_refused(changes, told):
    with pytest.raises(IndexerError, match=re.escape(told)):
        GraphSettings.from_env(GIVEN | changes)


def test_other_clouds_have_their_own_addresses(identity):
    given = GIVEN | {
        "GRAPH_BASE": "https://graph.example.se/v1.0/",
        "GRAPH_AUTHORITY": "https://login.microsoftonline.com/",
    }
    settings = GraphSettings.from_env(given)
    http = identity()
    graph_token(settings)(False)
    assert settings.base == "https://graph.example.se/v1.0"
    assert "https://graph.example.se/.default" in http.posted[0]["scope"]


def test_secrets_are_not_shown():
    assert "hemlig" not in repr(GraphSettings.from_env(GIVEN))
    assert "hemlig" not in str(Secret("hemlig"))


@pytest.mark.parametrize(
    ("address", "safe"),
    [("https://x.se/a", True), ("http://127.0.0.1:1/a", True), ("http://[::1]/", True), ("http://x.se", False),
     ("ftp://127.0.0.1", False), ("", False), ("https://", False), ("http://[", False)],
)  # fmt: skip
def test_only_encrypted_or_local_addresses_are_safe(address, safe):
    assert is_safe(address) is safe


def test_the_page_names_every_setting():
    root = Path(__file__).resolve().parent.parent
    code = set(re.findall(r"\bGRAPH_[A-Z_]+\b", (root / "indexer" / "sign_in.py").read_text(encoding="utf-8")))
    page = set(re.findall(r"\bGRAPH_[A-Z_]+\b", (root / "deploy" / "SOURCES.md").read_text(encoding="utf-8")))
    assert code == page
