"""One of several parts of a corpus, each for a machine of its own."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from indexer.records import IndexerError
from indexer.sources import Scan

if TYPE_CHECKING:
    from indexer.generation import Manifest

_WHOLE = "Läs in hela källan utan --shard, eller bygg alla delar i en ny databas."


@dataclass(frozen=True, slots=True)
class Shard:
    """Part `number` (from 1) of `of`. Every path is in one part of them, the same on every machine and in every run."""

    number: int
    of: int

    @classmethod
    def parse(cls, text: str) -> "Shard":
        """The shard written as "3/8". Raises IndexerError where it is none.

        >>> Shard.parse("3/8")
        Shard(number=3, of=8)
        """
        found = re.fullmatch(r"(\d{1,4})/(\d{1,4})", text.strip())
        if found is None or not 1 <= int(found[1]) <= int(found[2]):
            raise IndexerError(f"{text!r} är ingen del. Skriv vilken av hur många: --shard 3/8")
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"

    def holds(self, path: str) -> bool:
        """Whether a document with this path, relative to its source, is in this part."""
        digest = hashlib.sha256(path.encode("utf-8", "surrogatepass")).digest()
        return int.from_bytes(digest[:8], "big") % self.of == self.number - 1

    def tells(self, path: str) -> bool:
        """Whether what went wrong with this path is this part's to tell: of a folder ("name/") it is every part's."""
        return path.endswith("/") or self.holds(path)


def only_shard(scan: Scan, shard: Shard) -> Scan:
    """What the scan found in this part; folders that cannot be listed are told in every part."""
    return replace(
        scan,
        files=tuple(one for one in scan.files if shard.holds(one.path)),
        skipped=tuple(one for one in scan.skipped if shard.holds(one.path)),
        unreadable=tuple(one for one in scan.unreadable if shard.tells(one.path)),
        stale=tuple(one for one in scan.stale if shard.tells(one.path)),
    )


# What the parts of an index have in common: its manifest


def part_of(manifest: "Manifest", shard: Shard) -> "Manifest":
    """What the manifest says of this part; its counts stay those of the whole.

    A part that was never read by itself has the versions that all others have, or none.
    """
    known = [*map(dict, manifest.shards.values())] or [dict(manifest.versions)]
    common = known[0] if all(one == known[0] for one in known) else {"schema": manifest.versions["schema"]}
    return replace(
        manifest,
        versions=manifest.shards.get(str(shard), common),
        source={path: sha256 for path, sha256 in manifest.source.items() if shard.holds(path)},
        failed={path: reason for path, reason in manifest.failed.items() if shard.tells(path)},
    )


def with_part(manifest: "Manifest", before: "Manifest", shard: Shard) -> "Manifest":
    """The manifest `before` with what another says of this part in place of what it said.

    Raises IndexerError where the two do not go together.
    """
    check_tokens(before, manifest.versions)
    check_model(before, manifest.model)
    whole = {f"{number}/{shard.of}": before.versions for number in range(1, shard.of + 1)}
    shards = {**(before.shards or whole), str(shard): manifest.versions}
    own = {name: versions for name, versions in shards.items() if Shard.parse(name).of == shard.of}
    return replace(
        manifest,
        source={path: sha256 for path, sha256 in before.source.items() if not shard.holds(path)}
        | dict(manifest.source),
        failed={path: reason for path, reason in before.failed.items() if not shard.tells(path)}
        | dict(manifest.failed),
        shards=own if len(own) == shard.of else shards,
    )


def is_complete(manifest: "Manifest") -> bool:
    """Whether all parts of the index have been read, as after a whole run."""
    layouts = {Shard.parse(name).of for name in manifest.shards}
    return layouts in (set(), {len(manifest.shards)})


def check_tokens(manifest: "Manifest", now: Mapping[str, str]) -> None:
    """Raises IndexerError where words would be looked up in the other parts as they are not written there."""
    if any(manifest.versions.get(name) != now.get(name) for name in ("schema", "lexical")):
        raise IndexerError(f"De andra delarna av indexet är gjorda av en annan version av programmet. {_WHOLE}")


def check_model(manifest: "Manifest", model: str) -> None:
    """Raises IndexerError where the vectors of the other parts are another model's."""
    if manifest.model != model:
        raise IndexerError(
            f"Indexet är byggt med modellen {manifest.model!r}, den här körningen ger {model!r}. {_WHOLE}"
        )


def other_layout(manifest: "Manifest", shard: Shard) -> str:
    """What to tell where the index was last read in other parts; "" where it was not."""
    others = sorted({of for name in manifest.shards if (of := Shard.parse(name).of) != shard.of})
    if not others:
        return ""
    told = " och ".join(map(str, others))
    return f"Indexet är läst i {told} delar, nu i {shard.of}: kör alla {shard.of}, så att inget gammalt blir kvar."
