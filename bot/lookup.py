"""Meetings and items by their ids, out of the library in use; the blocking work runs in a thread."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.cards import WholeItem
from bot.message import Incoming
from indexer.records import Meeting

if TYPE_CHECKING:
    from bot.pipeline import Library


class LibraryLookup:
    """A `Lookup` over the library that is in use when it is asked; raises IndexerError where there is none."""

    def __init__(self, library: "Callable[[], Library]") -> None:
        self._library = library

    async def meeting(self, incoming: Incoming, meeting: str) -> Meeting | None:
        """The whole meeting with this id, or None."""
        return await asyncio.to_thread(self._meeting, meeting)

    async def item(self, incoming: Incoming, item: str) -> WholeItem | None:
        """The agenda item with this id, or None."""
        return await asyncio.to_thread(self._item, item)

    def _meeting(self, meeting: str) -> Meeting | None:
        library = self._library()
        return library.meetings([meeting])[0] if meeting in library.headers else None

    def _item(self, item: str) -> WholeItem | None:
        library = self._library()
        found = library.index.register.items([item]).get(item)
        return WholeItem(library.document(found[0].document), *found) if found is not None else None
