"""Meetings and items by their ids, out of the library in use; the blocking work runs in a thread."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from bot.access import Reader
from bot.cards import WholeItem
from bot.message import Incoming
from indexer.records import Meeting

if TYPE_CHECKING:
    from bot.pipeline import Library


class LibraryLookup:
    """A `Lookup` over the library as a reader may see it now; raises IndexerError where there is none."""

    def __init__(self, view: "Callable[[Reader], Awaitable[Library]]") -> None:
        self._view = view

    async def meeting(self, incoming: Incoming, meeting: str) -> Meeting | None:
        """The whole meeting with this id, or None."""
        return await asyncio.to_thread(self._meeting, await self._view(incoming.reader), meeting)

    async def item(self, incoming: Incoming, item: str) -> WholeItem | None:
        """The agenda item with this id, or None."""
        return await asyncio.to_thread(self._item, await self._view(incoming.reader), item)

    @staticmethod
    def _meeting(library: "Library", meeting: str) -> Meeting | None:
        return library.meetings([meeting])[0] if meeting in library.headers else None

    @staticmethod
    def _item(library: "Library", item: str) -> WholeItem | None:
        found = library.index.register.items([item]).get(item)
        return WholeItem(library.document(found[0].document), *found) if found is not None else None
