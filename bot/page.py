"""The token of a link to the page it leads to: what `GET /source/...` answers."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.access import Reader
from bot.links import LinkError, Target, digest, verify
from bot.source import Excerpt, render_notice, render_source
from indexer.dates import swedish_date
from indexer.records import IndexerError

if TYPE_CHECKING:
    from bot.pipeline import Library

EXPIRED = ("Länken har gått ut", "Ställ frågan till Mötesminnet igen, så får du en ny länk till källan.")
WRONG = ("Länken är inte giltig", "Öppna källan från svaret i Teams. Stämmer det inte ändå: ställ frågan igen.")
GONE = ("Källan finns inte längre", "Protokollet har tagits bort eller lästs in på nytt. Ställ frågan igen.")
FAILED = ("Sidan gick inte att visa", "Försök igen om en stund.")
NO_INDEX = ("Protokollen går inte att läsa just nu", "Försök igen om en stund.")


@dataclass(frozen=True, slots=True)
class Page:
    """A page of html with its HTTP status."""

    status: int
    html: str


async def open_page(token: str, key: bytes, now: float, view: "Callable[[Reader], Awaitable[Library]]") -> Page:
    """The page that a link's token leads to: 403 where it is wrong or expired, 404 where its source is gone or hidden
    from the link's reader, 503 where there is no index. The index is opened only for a link that is ours.
    """
    try:
        target = verify(token, key, now)
    except LinkError as error:
        return Page(403, render_notice(*(EXPIRED if error.expired else WRONG)))
    try:
        opened = await view(Reader.from_text(target.reader))
    except IndexerError:
        return Page(503, render_notice(*NO_INDEX))
    return await asyncio.to_thread(_page, target, opened)


def _page(target: Target, library: "Library") -> Page:
    excerpt = find_excerpt(target, library)
    if excerpt is None:
        return Page(404, render_notice(*GONE))
    last = datetime.fromtimestamp(target.expires, UTC).date()
    return Page(200, render_source(excerpt, f"den {swedish_date(last.isoformat(), 'day')}"))


def find_excerpt(target: Target, library: "Library") -> Excerpt | None:
    """What the target points at in this generation, or None where the document, the meeting or the item is gone."""
    try:
        document = library.document(target.document)
        (meeting,) = library.meetings([target.meeting])
    except (IndexerError, KeyError):
        return None
    item = next((one for one in meeting.items if one.id == target.item), None)
    if meeting.document != target.document or (item is None and target.item is not None):
        return None
    moved = digest(document.text[target.start : target.end]) != target.digest
    start, end = (target.start, target.end) if not moved else (item.start, item.start) if item else (0, 0)
    return Excerpt(document, meeting, item, start, end, moved)
