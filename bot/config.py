"""Settings, read once from a mapping (the environment) by the entry points and passed on as a value."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.records import BotError
from indexer.database import Database, Place, read_place
from indexer.model import cache_folder
from indexer.records import IndexerError
from indexer.sign_in import Secret as Secret
from indexer.sign_in import read_secret

OPENID_METADATA = "https://login.botframework.com/v1/.well-known/openidconfiguration"
"""Where Bot Framework publishes the keys that sign its tokens."""
SERVICE_HOSTS = frozenset({"smba.trafficmanager.net", "smba.infra.gcc.teams.microsoft.com"})
"""Microsoft's hosts for replies to Teams: the public cloud and its GCC part."""

_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]+", re.ASCII)
_METADATA = re.compile(r"https://.+|http://(?:127\.0\.0\.1|localhost)(?::\d+)?/.*", re.ASCII)
_PUBLIC = re.compile(r"(?:https://[\w.-]+|http://(?:127\.0\.0\.1|localhost))(?::\d+)?(?:/[\w./-]*)?", re.ASCII)
_MODEL_URL = re.compile(
    r"(?:https://[\w.-]+|http://(?:127\.0\.0\.1|localhost|\[::1\]))(?::\d{1,5})?(?:/[\w./-]*)?", re.ASCII
)
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_SECRETS = ("APP_PASSWORD", "APP_PASSWORD_FILE", "APP_CERTIFICATE_FILE")
_PURPOSES = {"APP_ID": "botens app-id i Azure", "APP_TENANTID": "katalogens (tenant) id"}

STATE = Path("data/state")
"""Where the bot's state is kept unless said otherwise, and what a run into a database keeps on its machine."""
SHORTEST_SECRET = 24
"""Characters of the secret that signs links."""


@dataclass(frozen=True, slots=True)
class Settings:
    """`index` is the index, a directory or a database, `model` what MOTESMINNET_MODEL names (None: the default).

    `cache` is where models are kept, `state` where the running bot keeps what must survive a restart: the database of
    the index, unless said otherwise. `access` is the
    file of access rules; only where the environment names it (`access_named`) must it be there. After
    `stale_days` without a look at the source, answers tell how old the index is.
    `show_personal_numbers`: personal identity numbers are not masked; `feedback_days`: how long feedback is kept.
    """

    index: Place
    model: str | None
    cache: Path
    state: Place = STATE
    stale_days: int = 2
    access: Path = Path("access.toml")
    access_named: bool = False
    show_personal_numbers: bool = False
    feedback_days: int = 365

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """The settings in the environment; empty values count as unset. Raises BotError on one that cannot be right."""
        shown = environ.get("MOTESMINNET_SHOW_PERSONAL_NUMBERS", "").strip() or "nej"
        index, state = (_place(environ, name) for name in ("MOTESMINNET_INDEX", "MOTESMINNET_STATE"))
        index = index or Path("data/index")
        return cls(
            index=index,
            model=environ.get("MOTESMINNET_MODEL") or None,
            cache=cache_folder(environ.get("XDG_CACHE_HOME") or None),
            state=state or (index if isinstance(index, Database) else STATE),
            access=Path(environ.get("MOTESMINNET_ACCESS") or "access.toml"),
            access_named=bool(environ.get("MOTESMINNET_ACCESS")),
            stale_days=_number(environ, "MOTESMINNET_STALE_DAYS", 2, "dagar", 999),
            show_personal_numbers=_is_yes("MOTESMINNET_SHOW_PERSONAL_NUMBERS", shown),
            feedback_days=_number(environ, "MOTESMINNET_FEEDBACK_DAYS", 365, "dagar", 999),
        )


@dataclass(frozen=True, slots=True)
class RunSettings:
    """What the nightly run needs: `max_shrink` is the share of the documents that may vanish in one run, `webhook` the
    address of a Teams channel that is told how it went (None: none).
    """

    max_shrink: float = 0.2
    webhook: Secret | None = None

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "RunSettings":
        """The settings in the environment. Raises BotError for a share that is none; an address is looked at when used,
        as a bad one must not stop a run.
        """
        webhook = environ.get("MOTESMINNET_REPORT_WEBHOOK", "").strip()
        share = _number(environ, "MOTESMINNET_MAX_SHRINK", 20, "procent", 100)
        return cls(share / 100, Secret(webhook) if webhook else None)


@dataclass(frozen=True, slots=True)
class TeamsSettings:
    """What the bot needs to be reached from Teams. Exactly one of `password` and `certificate` is set.

    `certificate` is PEM: private key and certificate. `tenants` are those whose people may ask; `service_hosts` the
    hosts that replies may go to; both in lower case.
    """

    app_id: str
    tenant: str
    password: Secret | None = None
    certificate: Secret | None = None
    tenants: frozenset[str] = frozenset()
    service_hosts: frozenset[str] = SERVICE_HOSTS
    openid_metadata: str = OPENID_METADATA

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "TeamsSettings":
        """The settings for Teams in the environment, secrets in files included.

        Raises BotError that names everything that is missing, or the first value that cannot be right.
        """
        given = {name: value.strip() for name, value in environ.items() if value.strip()}
        _require_all(given)
        _check_values(given)
        secret = next(name for name in _SECRETS if name in given)
        value = _read(secret, given[secret]) if secret.endswith("_FILE") else Secret(given[secret])
        tenants = frozenset(_listed(given.get("MOTESMINNET_TENANTS", ""))) or {given["APP_TENANTID"].casefold()}
        return cls(
            app_id=given["APP_ID"].casefold(),
            tenant=given["APP_TENANTID"].casefold(),
            password=None if secret == "APP_CERTIFICATE_FILE" else value,
            certificate=value if secret == "APP_CERTIFICATE_FILE" else None,
            tenants=frozenset(tenants),
            service_hosts=SERVICE_HOSTS | _hosts("MOTESMINNET_SERVICE_HOSTS", given),
            openid_metadata=given.get("MOTESMINNET_OPENID_METADATA", OPENID_METADATA),
        )

    def doubts(self) -> list[str]:
        """What is allowed but most likely a mistake, as Swedish sentences."""
        named = {"APP_ID": [self.app_id], "APP_TENANTID": [self.tenant], "MOTESMINNET_TENANTS": sorted(self.tenants)}
        return [
            f"{name} {value!r} ser inte ut som 00000000-0000-0000-0000-000000000000, det enda slags id som Teams anger."
            for name, values in named.items()
            for value in values
            if not _GUID.fullmatch(value)
        ]


@dataclass(frozen=True, slots=True)
class AnswerSettings:
    """How answers are shown. `public_url` is where people's browsers reach the bot (None: no links to its own pages).

    `link_secret` signs those links (None: a key of the bot's own), which work for `link_days` more days;
    `link_hosts` are those that links to sources may lead to, with their subdomains (empty: any). `sensitivity` is the
    label's name and what it asks for (None: no label); `feedback_names`: keep who gave feedback.
    """

    public_url: str | None = None
    link_secret: Secret | None = None
    link_days: int = 30
    sensitivity: tuple[str, str] | None = None
    feedback_names: bool = False
    link_hosts: frozenset[str] = frozenset()

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "AnswerSettings":
        """The settings in the environment. Raises BotError that names the first value that cannot be right."""
        given = {name: value.strip() for name, value in environ.items() if value.strip()}
        url = given.get("MOTESMINNET_PUBLIC_URL")
        if url is not None and not _PUBLIC.fullmatch(url):
            raise BotError(
                f"MOTESMINNET_PUBLIC_URL {url!r} är ingen adress som fungerar. Skriv till exempel https://bot.example.se"
            )
        secret = given.get("MOTESMINNET_LINK_SECRET")
        if secret is not None and len(secret) < SHORTEST_SECRET:
            raise BotError(f"MOTESMINNET_LINK_SECRET är för kort. Ange minst {SHORTEST_SECRET} slumpade tecken.")
        name = given.get("MOTESMINNET_SENSITIVITY")
        return cls(
            public_url=None if url is None else url.rstrip("/"),
            link_secret=None if secret is None else Secret(secret),
            link_days=_number(given, "MOTESMINNET_LINK_DAYS", 30, "dagar", 999),
            link_hosts=_hosts("MOTESMINNET_LINK_HOSTS", given),
            sensitivity=None if name is None else (name, given.get("MOTESMINNET_SENSITIVITY_TEXT", "")),
            feedback_names=_is_yes("MOTESMINNET_FEEDBACK_NAMES", given.get("MOTESMINNET_FEEDBACK_NAMES", "nej")),
        )


def _place(environ: Mapping[str, str], name: str) -> Place | None:
    """The directory or database that a setting names; None where it is not set."""
    text = environ.get(name, "").strip()
    try:
        return read_place(text, STATE) if text else None
    except IndexerError as error:
        raise BotError(f"{name}: {error}") from error


def _number(environ: Mapping[str, str], name: str, default: int, unit: str, most: int) -> int:
    value = environ.get(name, "").strip() or str(default)
    if not re.fullmatch(r"\d{1,3}", value, re.ASCII) or not 1 <= int(value) <= most:
        raise BotError(f"{name} {value!r} måste vara ett antal {unit} från 1 till {most}.")
    return int(value)


@dataclass(frozen=True, slots=True)
class LanguageModelSettings:
    """Which language model may write, and how long it may take.

    `url` is the server's address up to and with "/v1", `model` the model's name there (in Azure, the deployment's).
    It is signed in to with `key`, with the bot's own Entra token (`entra`), or not at all. `first_word` and `whole` are
    seconds from the question to the model until its first word and its last; `temperature` None sends none, as some
    models take none. `cost` is the price of a million tokens read, and of a million written.
    """

    url: str
    model: str
    key: Secret | None = None
    entra: bool = False
    first_word: float = 5.0
    whole: float = 8.0
    temperature: float | None = 0.0
    cost: tuple[float, float] = (0.0, 0.0)

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "LanguageModelSettings | None":
        """The settings in the environment; None where no address is set, which is how the bot comes: it quotes.

        Raises BotError that names the first value that cannot be right.
        """
        given = {name: value.strip() for name, value in environ.items() if value.strip()}
        url = given.get("MOTESMINNET_LLM_URL")
        if url is None:
            return None
        if not _MODEL_URL.fullmatch(url):
            raise BotError(
                "MOTESMINNET_LLM_URL är ingen adress som fungerar: frågor och utdrag får bara gå över https, eller "
                "till den egna datorn. Skriv till exempel https://RESURS.openai.azure.com/openai/v1/"
            )
        model = given.get("MOTESMINNET_LLM_MODEL")
        if model is None:
            raise BotError("MOTESMINNET_LLM_MODEL saknas. Ange modellens namn, i Azure namnet på er deployment.")
        whole = _seconds(given, "MOTESMINNET_LLM_TIMEOUT", 8.0, 20.0)
        return cls(
            url=url,
            model=model,
            key=_model_key(given),
            entra=_is_yes("MOTESMINNET_LLM_ENTRA", given.get("MOTESMINNET_LLM_ENTRA", "nej")),
            first_word=min(whole, _seconds(given, "MOTESMINNET_LLM_FIRST_WORD", 5.0, 20.0)),
            whole=whole,
            temperature=_temperature(given.get("MOTESMINNET_LLM_TEMPERATURE", "0")),
            cost=_cost(given.get("MOTESMINNET_LLM_COST", "0/0")),
        )


def _model_key(given: Mapping[str, str]) -> Secret | None:
    names = [name for name in ("MOTESMINNET_LLM_KEY", "MOTESMINNET_LLM_KEY_FILE") if name in given]
    if "MOTESMINNET_LLM_ENTRA" in given and _is_yes("MOTESMINNET_LLM_ENTRA", given["MOTESMINNET_LLM_ENTRA"]):
        names.append("MOTESMINNET_LLM_ENTRA")
    if len(names) > 1:
        raise BotError(f"{' och '.join(names)} är satta samtidigt. Behåll en av dem.")
    if "MOTESMINNET_LLM_KEY_FILE" in given:
        return _read("MOTESMINNET_LLM_KEY_FILE", given["MOTESMINNET_LLM_KEY_FILE"])
    return Secret(given["MOTESMINNET_LLM_KEY"]) if "MOTESMINNET_LLM_KEY" in given else None


def _seconds(given: Mapping[str, str], name: str, default: float, most: float) -> float:
    value = given.get(name, str(default))
    if not re.fullmatch(r"\d{1,2}(?:[.,]\d)?", value, re.ASCII) or not 1 <= float(value.replace(",", ".")) <= most:
        raise BotError(f"{name} {value!r} måste vara ett antal sekunder från 1 till {most:.0f}.")
    return float(value.replace(",", "."))


def _temperature(value: str) -> float | None:
    if value.casefold() == "nej":
        return None
    if not re.fullmatch(r"[01](?:[.,]\d{1,2})?", value, re.ASCII):
        raise BotError(f"MOTESMINNET_LLM_TEMPERATURE {value!r} måste vara ett tal från 0 till 1, eller nej.")
    return float(value.replace(",", "."))


def _cost(value: str) -> tuple[float, float]:
    match = re.fullmatch(r"(\d{1,6}(?:[.,]\d{1,4})?)/(\d{1,6}(?:[.,]\d{1,4})?)", value, re.ASCII)
    if match is None:
        raise BotError(f"MOTESMINNET_LLM_COST {value!r}: skriv priset per miljon tokens in/ut, till exempel 27,50/110")
    return float(match[1].replace(",", ".")), float(match[2].replace(",", "."))


def _is_yes(name: str, value: str) -> bool:
    known = {"ja": True, "nej": False, "1": True, "0": False}
    if value.casefold() not in known:
        raise BotError(f"{name} {value!r} förstås inte. Skriv ja eller nej.")
    return known[value.casefold()]


def has_teams_settings(environ: Mapping[str, str]) -> bool:
    """Whether any of the settings that Teams needs is set."""
    return any(environ.get(name, "").strip() for name in (*_PURPOSES, *_SECRETS))


def _require_all(given: Mapping[str, str]) -> None:
    missing = [f"{name} ({purpose})" for name, purpose in _PURPOSES.items() if name not in given]
    if not any(name in given for name in _SECRETS):
        missing.append("APP_PASSWORD, APP_PASSWORD_FILE eller APP_CERTIFICATE_FILE (botens hemlighet eller certifikat)")
    if missing:
        raise BotError(
            f"Inställningar för Teams saknas: {'; '.join(missing)}. Sätt dem i miljön och starta igen, "
            "eller prova boten på den egna datorn: motesminnet serve --local"
        )


def _check_values(given: Mapping[str, str]) -> None:
    secrets = [name for name in _SECRETS if name in given]
    if len(secrets) > 1:
        raise BotError(f"Både {' och '.join(secrets)} är satta. Behåll en av dem.")
    if given.get("APP_TYPE", "SingleTenant").casefold() != "singletenant":
        raise BotError(f"APP_TYPE {given['APP_TYPE']!r} stöds inte. Ta bort inställningen, eller sätt SingleTenant.")
    _hosts("MOTESMINNET_SERVICE_HOSTS", given)
    metadata = given.get("MOTESMINNET_OPENID_METADATA", OPENID_METADATA)
    if not _METADATA.fullmatch(metadata):
        raise BotError(f"MOTESMINNET_OPENID_METADATA {metadata!r} måste börja med https://")


def _hosts(name: str, given: Mapping[str, str]) -> frozenset[str]:
    """The hosts that a setting lists. Raises BotError that names the first that is none."""
    hosts = _listed(given.get(name, ""))
    for host in hosts:
        if not _HOST.fullmatch(host):
            raise BotError(f"{name}: {host!r} är inget värdnamn. Skriv till exempel bot.example.se")
    return frozenset(hosts)


def _listed(value: str) -> list[str]:
    """The words of a setting that lists several, parted by commas or spaces."""
    return [word.casefold() for word in re.split(r"[,\s]+", value) if word]


def _read(name: str, path: str) -> Secret:
    try:
        return read_secret(name, path)
    except IndexerError as error:
        raise BotError(str(error)) from error
