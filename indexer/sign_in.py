"""An app's own sign-in with Microsoft: its secret or certificate, and the token for Graph that it becomes."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from indexer.records import IndexerError

AUTHORITY = "https://login.microsoftonline.com"
GRAPH = "https://graph.microsoft.com/v1.0"

_HTTP = 10.0
"""Seconds for each of MSAL's requests."""
_PEM = re.compile(r"-----BEGIN ([A-Z ]+)-----.+?-----END \1-----", re.DOTALL)
_REQUIRED = {"GRAPH_TENANT_ID": "katalogens (tenant) id", "GRAPH_CLIENT_ID": "appens id"}
_SECRETS = ("GRAPH_CLIENT_SECRET", "GRAPH_CLIENT_SECRET_FILE", "GRAPH_CERTIFICATE_FILE")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")

NewToken = Callable[[bool], str]
"""Gives a token for Graph, a new one where True is given (the one it gave was refused). Raises IndexerError."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that neither repr nor str shows."""

    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class GraphSettings:
    """What reading through Microsoft Graph needs. Exactly one of `secret` and `certificate` (PEM) is set.

    `base` is Graph's address with its version, `authority` the identity server's; other clouds than the public one have
    their own.
    """

    tenant: str
    client: str
    secret: Secret | None = None
    certificate: Secret | None = None
    base: str = GRAPH
    authority: str = AUTHORITY

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "GraphSettings":
        """The settings in the environment, secrets in files included.

        Raises IndexerError that names everything that is missing, or the first value that cannot be right.
        """
        given = {name: value.strip() for name, value in environ.items() if value.strip()}
        missing = [f"{name} ({purpose})" for name, purpose in _REQUIRED.items() if name not in given]
        secrets = [name for name in _SECRETS if name in given]
        if not secrets:
            missing.append(f"{', '.join(_SECRETS[:-1])} eller {_SECRETS[-1]} (appens hemlighet eller certifikat)")
        if missing:
            raise IndexerError(
                f"Inställningar för SharePoint saknas: {'; '.join(missing)}. Sätt dem i miljön: se deploy/SOURCES.md."
            )
        if len(secrets) > 1:
            raise IndexerError(f"Både {' och '.join(secrets)} är satta. Behåll en av dem.")
        (name,) = secrets
        value = read_secret(name, given[name]) if name.endswith("_FILE") else Secret(given[name])
        certified = name == "GRAPH_CERTIFICATE_FILE"
        return cls(
            tenant=given["GRAPH_TENANT_ID"],
            client=given["GRAPH_CLIENT_ID"],
            secret=None if certified else value,
            certificate=value if certified else None,
            base=_address("GRAPH_BASE", given.get("GRAPH_BASE", GRAPH)),
            authority=_address("GRAPH_AUTHORITY", given.get("GRAPH_AUTHORITY", AUTHORITY)),
        )


def is_safe(address: str) -> bool:
    """Whether what is sent to the address cannot be read on the way: https, or this machine itself."""
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and (
            parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
        )
    except ValueError:
        return False


def read_secret(name: str, path: str) -> Secret:
    """The secret in the file that the setting `name` gives; a setting for a certificate asks for key and certificate.

    Raises IndexerError that names the setting and the file.
    """
    try:
        text = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "inte text"
        raise IndexerError(f"{name}: filen {path!r} går inte att läsa ({reason}). Ange en annan fil.") from error
    if not text:
        raise IndexerError(f"{name}: filen {path!r} är tom. Lägg hemligheten i den.")
    if "CERTIFICATE" in name and not ("PRIVATE KEY-----" in text and "BEGIN CERTIFICATE-----" in text):
        raise IndexerError(f"{name}: filen {path!r} måste innehålla både privat nyckel och certifikat, i PEM-format.")
    return Secret(text)


def client_credential(secret: Secret | None, certificate: Secret | None) -> str | dict[str, str]:
    """The secret, or the certificate with its key, in the form MSAL takes."""
    if certificate is None:
        return secret.value if secret is not None else ""
    blocks = [(match[1], match[0]) for match in _PEM.finditer(certificate.value)]
    return {
        "private_key": next(text for name, text in blocks if name.endswith("PRIVATE KEY")),
        "public_certificate": next(text for name, text in blocks if name == "CERTIFICATE"),
    }


def graph_token(settings: GraphSettings) -> NewToken:
    """What gives tokens for these settings; MSAL keeps the one it has until it expires or is refused."""
    applications: list[Any] = []

    def acquire(renew: bool) -> str:
        try:
            if not applications:  # made late: this alone talks to the identity server
                applications.append(_application(settings))
            if renew:
                applications[0].remove_tokens_for_client()
            result: Mapping[str, Any] = applications[0].acquire_token_for_client([_scope(settings.base)])
        except (OSError, ValueError) as error:  # requests' faults are OSErrors; MSAL raises ValueError on a bad tenant
            raise IndexerError(
                f"Inloggningen hos {settings.authority} gick inte att göra ({type(error).__name__})."
                " Kontrollera nätet, GRAPH_TENANT_ID och GRAPH_AUTHORITY."
            ) from error
        if "access_token" not in result:
            raise IndexerError(
                f"Inloggningen nekades ({result.get('error', 'okänt fel')}). Kontrollera GRAPH_CLIENT_ID och att"
                " appens hemlighet eller certifikat inte har gått ut."
            )
        return str(result["access_token"])

    return acquire


def _application(settings: GraphSettings) -> Any:  # noqa: ANN401 - MSAL has no types
    from msal import ConfidentialClientApplication

    return ConfidentialClientApplication(
        settings.client,
        authority=f"{settings.authority}/{settings.tenant}",
        client_credential=client_credential(settings.secret, settings.certificate),
        timeout=_HTTP,
    )


def _scope(base: str) -> str:
    parts = urlsplit(base)
    return f"{parts.scheme}://{parts.netloc}/.default"


def _address(name: str, value: str) -> str:
    if not is_safe(value):
        raise IndexerError(f"{name} {value!r} måste börja med https://")
    return value.rstrip("/")
