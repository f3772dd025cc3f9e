"""`sources.toml`: several sources side by side, folders and document libraries, and the scan of them all."""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from indexer.forgotten import Forgotten, read_forgotten
from indexer.graph import Graph
from indexer.mirror import Library, kept_mirror, refresh_mirror
from indexer.mirrored import Mirror
from indexer.read import SUFFIXES
from indexer.reading import ReadError
from indexer.records import IndexerError, Sidecar
from indexer.sidecar import sidecar
from indexer.sources import MIRRORS, Scan, ScanSource, Skipped, Tell, join_scans, scan_named, under

_SETTLED = ("body", "aliases", "access")
_KEYS = ("name", "folder", "site", "library", "drive", "path", "include", *_SETTLED)
_FAR = ("site", "library", "drive", "path")
_NAME = re.compile(r"\w[\w-]{0,39}")


@dataclass(frozen=True, slots=True)
class Source:
    """One source: a folder, or a document library read through Graph (exactly one is set).

    `settled` is what holds for all its documents where their own sidecar says nothing.
    """

    name: str
    include: frozenset[str]
    settled: Sidecar
    folder: Path | None = None
    library: Library | None = None


def read_sources(path: Path) -> tuple[Source, ...]:
    """The sources that the file lists; relative folders are seen from where it lies.

    Raises IndexerError that names the file, the source, the key and the value where it cannot be used.
    """
    try:
        values = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise IndexerError(f"{str(path)!r} går inte att öppna ({error.strerror}). Ange en annan fil.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise IndexerError(f"{str(path)!r} går inte att läsa som TOML: {error}. Rätta filen.") from error
    listed = values.get("source")
    if set(values) != {"source"} or not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise IndexerError(f"{str(path)!r} ska bestå av avsnitt [[source]], ett för varje källa. Se deploy/SOURCES.md.")
    sources: list[Source] = []
    for number, one in enumerate(listed, start=1):
        try:
            sources.append(_source(one, path.parent))
            _check_new(sources)
        except IndexerError as error:
            raise IndexerError(f"{str(path)!r}, källa {number} ({one.get('name', 'utan namn')}): {error}") from error
    return tuple(sources)


def needs_graph(sources: Iterable[Source]) -> bool:
    """Whether any of the sources is read through Microsoft Graph."""
    return any(source.library for source in sources)


def scan_sources(sources: Sequence[Source], graph: Graph | None) -> ScanSource:
    """The scan of all the sources; `graph` reads document libraries, and may be None where there is none.

    A library that cannot be reached is used as it was when it last could, and that is told; one that never could
    be reached stops the run, as a missing folder does. Of forgotten documents nothing is fetched.
    """

    def scan(index_dir: Path, tell: Tell) -> Scan:
        forgotten = read_forgotten(index_dir)
        return join_scans([_scan(source, index_dir, forgotten, graph, tell) for source in sources])

    return scan


def _scan(source: Source, index_dir: Path, forgotten: Forgotten, graph: Graph | None, tell: Tell) -> Scan:
    if source.folder is not None:
        return scan_named(source.name, source.folder, source.include, source.settled)
    if source.library is None or graph is None:
        raise IndexerError(f"Källan {source.name!r} läses genom Microsoft Graph, och ingen inloggning är inställd.")
    refresh = partial(refresh_mirror, graph=graph, tell=tell, forgotten=forgotten)
    mirror = _mirror(source, source.library, index_dir / MIRRORS / source.name, refresh)
    found = scan_named(source.name, mirror.root, source.include, source.settled, mirror.urls)
    notes = under(source.name, mirror.notes)
    return replace(found, stale=under(source.name, mirror.stale), skipped=(*found.skipped, *notes))


def _mirror(source: Source, library: Library, folder: Path, refresh: Callable[[Path, Library], Mirror]) -> Mirror:
    """The library's mirror, brought up to date where that can be done."""
    try:
        return refresh(folder, library)
    except IndexerError as error:
        kept = kept_mirror(folder, library)
        if kept is None:
            raise IndexerError(
                f"Källan {source.name!r} gick inte att läsa, och har aldrig lästs med de här inställningarna: {error}"
            ) from error
        return replace(kept, stale=(Skipped("", str(error)), *kept.stale))


# What the file says


def _source(values: Mapping[str, Any], beside: Path) -> Source:
    if unknown := sorted(set(values) - set(_KEYS)):
        raise IndexerError(f"okända nycklar {unknown}. Kända är {list(_KEYS)}.")
    name = _text(values, "name")
    if not _NAME.fullmatch(name):
        raise IndexerError(f"name är {name!r}, ska vara högst 40 bokstäver, siffror, bindestreck: name = 'norrdal'.")
    settled = sidecar({key: values[key] for key in _SETTLED if key in values})
    if settled.aliases and not settled.body:
        raise ReadError("aliases är kortnamn på body. Ange också body, eller ta bort aliases.")
    if "folder" in values:
        return Source(name, _include(values), settled, folder=_folder(values, beside))
    return Source(name, _include(values), settled, library=_library(values))


def _check_new(sources: Sequence[Source]) -> None:
    if sources[-1].name.casefold() in {one.name.casefold() for one in sources[:-1]}:
        raise IndexerError("namnet finns redan i filen. Ge källan ett annat name.")


def _folder(values: Mapping[str, Any], beside: Path) -> Path:
    if both := [key for key in _FAR if key in values]:
        raise IndexerError(f"folder går inte ihop med {', '.join(both)}. Behåll folder, eller ta bort den.")
    folder = beside / _text(values, "folder")
    if not folder.is_dir():
        raise IndexerError(f"folder är {values['folder']!r}: det finns ingen mapp {str(folder)!r}. Ange en annan.")
    return folder


def _library(values: Mapping[str, Any]) -> Library:
    site, drive = (_text(values, key) if key in values else "" for key in ("site", "drive"))
    if bool(site) == bool(drive):
        raise IndexerError("ange folder, site eller drive: ett av dem.")
    parts = urlsplit(site)
    if site and (parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment):
        raise IndexerError(f"site är {site!r}, ska vara platsens adress: https://namn.sharepoint.com/sites/plats")
    if drive and "library" in values:
        raise IndexerError("library går inte ihop med drive, som redan är ett bibliotek. Ta bort en av dem.")
    library, path = (_text(values, key) if key in values else "" for key in ("library", "path"))
    return Library(site, library, drive, path.strip("/"), _include(values))


def _include(values: Mapping[str, Any]) -> frozenset[str]:
    given = values.get("include", sorted(SUFFIXES))
    if not isinstance(given, list) or not given or not all(isinstance(one, str) for one in given):
        raise IndexerError(f'include är {given!r}, ska vara en lista av filändelser: include = [".docx", ".pdf"].')
    if unknown := sorted({one.lower() for one in given} - SUFFIXES):
        raise IndexerError(f"include: {', '.join(unknown)} kan inte läsas. Kända är {', '.join(sorted(SUFFIXES))}.")
    return frozenset(one.lower() for one in given)


def _text(values: Mapping[str, Any], key: str) -> str:
    value = values.get(key)
    if not isinstance(value, str) or not value.strip():
        what = f"{key} saknas" if value is None else f"{key} är {value!r}"
        raise IndexerError(f'{what}, ska vara en text, till exempel {key} = "...".')
    return value.strip()
