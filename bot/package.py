"""The Teams app as a zip: the manifest filled in, its icons and its language files."""

import io
import json
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from bot.records import BotError

SOURCES = Path(__file__).resolve().parent.parent / "manifest"
MANIFEST = "manifest.json"
MAX_ORGANISATION = 32
MAX_ADDRESS = 2_048

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_NO_GUID = "00000000-0000-0000-0000-000000000000"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])", re.ASCII)
_BLANK = re.compile(r"\{\{(\w+)\}\}")
_EPOCH = (1980, 1, 1, 0, 0, 0)


def make_package(app_id: str, host: str, organisation: str, info: str | None = None, sources: Path = SOURCES) -> bytes:
    """The bytes of the zip; the same for the same arguments and sources.

    `host` is where the bot is reached from outside, `info` the page that tells about the service (None: the host's
    first page). Raises BotError that names the argument that cannot be right, or the source file that is missing.
    """
    app_id, host, organisation = app_id.strip().lower(), host.strip().lower(), organisation.strip()
    info = f"https://{host}" if info is None else info.strip()
    _check(app_id, host, organisation, info)
    values = {"app_id": app_id, "host": host, "organisation": organisation, "info": info}
    manifest = _fill(json.loads(_read(sources / MANIFEST)), values)
    files = {MANIFEST: (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode()}
    for name in _companions(manifest):
        files[name] = _read(sources / name)
    return _zip(files)


def save_package(package: bytes, out: Path) -> None:
    """Write the zip to a file. Raises BotError where that cannot be done."""
    try:
        out.write_bytes(package)
    except OSError as error:
        raise BotError(f"{str(out)!r} går inte att skriva ({error.strerror}). Ange en annan fil: --out FIL") from error


def _check(app_id: str, host: str, organisation: str, info: str) -> None:
    if not _GUID.fullmatch(app_id) or app_id == _NO_GUID:
        raise BotError(
            f"--app-id {app_id!r} är inget app-id. Det ser ut som 12345678-90ab-cdef-1234-567890abcdef och står som "
            "Microsoft App ID i botens registrering i Azure."
        )
    if len(host) > 253 or not _HOST.fullmatch(host):
        raise BotError(
            f"--host {host!r} är inget värdnamn. Skriv bara namnet, utan https:// och port: bot.example.se "
            "(å, ä och ö i formen xn--)."
        )
    if not organisation or not organisation.isprintable() or len(organisation) > MAX_ORGANISATION:
        raise BotError(f"--organisation {organisation!r} måste ha 1 till {MAX_ORGANISATION} tecken.")
    if not _is_https(info):
        raise BotError(f"--info {info!r} är ingen webbadress. Skriv en som börjar med https://")


def _is_https(address: str) -> bool:
    if len(address) > MAX_ADDRESS or not address.isprintable() or re.search(r"\s", address):
        return False
    try:
        parts = urlsplit(address)
        return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:  # an unclosed bracket, say
        return False


def _fill(value: object, values: Mapping[str, str]) -> object:
    """The value with every `{{name}}` in its strings filled in; all else unchanged."""
    if isinstance(value, str):
        return _BLANK.sub(lambda match: values[match[1]], value)
    if isinstance(value, list):
        return [_fill(one, values) for one in value]
    if isinstance(value, dict):
        return {key: _fill(one, values) for key, one in value.items()}
    return value


def _companions(manifest: object) -> list[str]:
    """The files that the manifest names: icons and languages."""
    if not isinstance(manifest, dict):
        raise BotError(f"{MANIFEST} är inget JSON-objekt.")
    languages = manifest["localizationInfo"]["additionalLanguages"]
    return [*manifest["icons"].values(), *(one["file"] for one in languages)]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BotError(
            f"Filen {str(path)!r} går inte att läsa ({error.strerror}). Kör kommandot från projektets egen mapp."
        ) from error


def _zip(files: Mapping[str, bytes]) -> bytes:
    """A flat zip: stored, not packed, with one date for all, so that the bytes depend on nothing but the files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, content)
    return packed.getvalue()
