"""One of several parts of a corpus, each for a machine of its own."""

import hashlib
import re
from dataclasses import dataclass, replace

from indexer.records import IndexerError
from indexer.sources import Scan


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

    def holds(self, path: str) -> bool:
        """Whether a document with this path, relative to its source, is in this part."""
        digest = hashlib.sha256(path.encode("utf-8", "surrogatepass")).digest()
        return int.from_bytes(digest[:8], "big") % self.of == self.number - 1


def only_shard(scan: Scan, shard: Shard) -> Scan:
    """What the scan found in this part; folders that cannot be listed are told in every part."""
    return replace(
        scan,
        files=tuple(one for one in scan.files if shard.holds(one.path)),
        skipped=tuple(one for one in scan.skipped if shard.holds(one.path)),
        unreadable=tuple(one for one in scan.unreadable if one.path.endswith("/") or shard.holds(one.path)),
        stale=tuple(one for one in scan.stale if one.path.endswith("/") or shard.holds(one.path)),
    )
