"""Settings, read once from a mapping (the environment) by the entry points and passed on as a value."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from indexer.model import cache_folder


@dataclass(frozen=True, slots=True)
class Settings:
    """`index` is the index directory, `model` what MOTESMINNET_MODEL names (None: the default).

    `cache` is where models are kept.
    """

    index: Path
    model: str | None
    cache: Path

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """The settings in the environment; empty values count as unset."""
        return cls(
            index=Path(environ.get("MOTESMINNET_INDEX") or "data/index"),
            model=environ.get("MOTESMINNET_MODEL") or None,
            cache=cache_folder(environ.get("XDG_CACHE_HOME") or None),
        )
