"""The sidecar `NAME.meta.toml` beside a document: what it settles overrides anything found in the text."""

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from indexer.reading import ReadError
from indexer.records import NOBODY, PUBLIC, Sidecar

_KEYS = ("access", "aliases", "body", "date", "title", "url")
_MAX_BYTES = 100_000


def read_sidecar(path: Path) -> tuple[Sidecar, bytes]:
    """The sidecar beside the document at `path`, and its bytes; both empty where there is none.

    Raises ReadError, naming the file, the key and the value, where it is not TOML or holds what cannot be used.
    """
    beside = path.with_name(path.stem + ".meta.toml")
    if not beside.is_file():
        return Sidecar(), b""
    try:
        if beside.stat().st_size > _MAX_BYTES:
            raise ReadError(f"sidofilen {beside.name!r} är större än {_MAX_BYTES // 1000} kB. Rätta filen.")
        data = beside.read_bytes()
        values = tomllib.loads(data.decode("utf-8-sig"))
    except OSError as error:
        raise ReadError(f"sidofilen {beside.name!r} går inte att öppna: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ReadError(f"sidofilen {beside.name!r} går inte att läsa som TOML: {error}. Rätta filen.") from error
    try:
        return sidecar(values), data
    except ReadError as error:
        raise ReadError(f"sidofilen {beside.name!r}: {error}") from error


def sidecar(values: dict[str, Any]) -> Sidecar:
    """The record of a sidecar's values as TOML gives them.

    Raises ReadError that names the key, the value and what it should be.
    """
    if unknown := sorted(set(values) - set(_KEYS)):
        raise ReadError(f"okända nycklar {unknown}. Kända är {list(_KEYS)}.")
    return Sidecar(
        body=_text(values, "body"),
        date=_date(values.get("date")),
        title=_text(values, "title"),
        url=_url(_text(values, "url")),
        aliases=_texts(values, "aliases"),
        access=_access(values),
    )


def _text(values: dict[str, Any], key: str) -> str | None:
    value = values.get(key)
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip():
        raise ReadError(f'{key} är {value!r}, ska vara en text, till exempel {key} = "...".')
    return " ".join(value.split())


def _texts(values: dict[str, Any], key: str) -> tuple[str, ...]:
    value = values.get(key, [])
    if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
        also = ' eller "public"' if key == "access" else ""
        raise ReadError(f'{key} är {value!r}, ska vara en lista av texter, till exempel {key} = ["..."]{also}.')
    return tuple(" ".join(one.split()) for one in value)


def _access(values: dict[str, Any]) -> tuple[str, ...]:
    if values.get("access") == PUBLIC:
        return (PUBLIC,)
    return _texts(values, "access") or ((NOBODY,) if "access" in values else ())


def _date(value: object) -> str | None:
    """The date in ISO form, to the precision given: a TOML date, or a text with the year, the month or the day too."""
    if value is None:
        return None
    found = value.isoformat()[:10] if isinstance(value, date) else value
    try:
        if not isinstance(found, str) or not re.fullmatch(r"\d{4}(?:-\d{2}){0,2}", found):
            raise ValueError(found)
        date.fromisoformat(found + "-01-01"[len(found) - 4 :])
    except ValueError as error:
        raise ReadError(f"date är {value!r}, ska vara ÅÅÅÅ-MM-DD, ÅÅÅÅ-MM eller ÅÅÅÅ.") from error
    return found


def _url(value: str | None) -> str | None:
    if value is None:
        return None
    try:
        parts = urlsplit(value)
    except ValueError as error:
        raise ReadError(f"url är {value!r}, ingen giltig adress.") from error
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname or re.search(r"[\s<>\"'\\]", value):
        raise ReadError(f"url är {value!r}, ska börja med https:// eller http://.")
    return value
