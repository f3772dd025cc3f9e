"""What a reader may see: their rights under today's rules, and the library as those rights leave it."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from concurrent.futures import Executor
from typing import TYPE_CHECKING

from bot.access import Reader, Rights, Rules
from indexer.records import IndexerError, Origin

if TYPE_CHECKING:
    from bot.pipeline import Library

Among = Callable[[str, Collection[str]], Awaitable[frozenset[str]]]
"""Of these groups those that a person is in; none of them where that cannot be told."""


class Readers:
    """Finds readers' rights. `rules` gives today's rules; `among` (None: no groups count) asks for memberships, and may
    be set when there is somebody to ask.
    """

    def __init__(self, rules: Callable[[], Rules] = Rules, among: Among | None = None) -> None:
        self._rules, self.among = rules, among

    def is_public(self, origin: Origin | None) -> bool:
        """Whether the rules of now let anyone at all see the document; False for one that is not known (None)."""
        return origin is not None and Rights(self._rules(), frozenset()).allow(origin)

    async def rights(self, reader: Reader, named: Collection[str] = ()) -> Rights:
        """The rights of a reader now; `named` are object ids that matter beside those of the rules."""
        rules = self._rules()
        groups = rules.named.union(named) - {reader.user}
        ids = frozenset(one for one in (reader.user, reader.team) if one)
        if reader.user and groups and self.among is not None:
            ids |= await self.among(reader.user, groups)
        return Rights(rules, ids)


async def open_view(
    reader: Reader,
    readers: Readers,
    library: "Callable[[], Library]",
    pool: Executor | None = None,
    renew: Callable[[], None] | None = None,
) -> "tuple[Library, Rights]":
    """The library as the reader may see it, and their rights; blocking work runs in the pool (None: the loop's own).

    A run may have removed the library's generation from the disk before anybody had these rights to it. Then `renew`,
    after which `library` gives the newest, lets the question be answered all the same.
    Raises IndexerError where there is no index.
    """
    try:
        return await _open_view(reader, readers, library, pool)
    except IndexerError:
        if renew is None:
            raise
    await asyncio.get_running_loop().run_in_executor(pool, renew)
    return await _open_view(reader, readers, library, pool)


async def _open_view(
    reader: Reader, readers: Readers, library: "Callable[[], Library]", pool: Executor | None
) -> "tuple[Library, Rights]":
    loop = asyncio.get_running_loop()
    whole = await loop.run_in_executor(pool, library)
    rights = await readers.rights(reader, whole.named)
    return await loop.run_in_executor(pool, whole.view, rights), rights
