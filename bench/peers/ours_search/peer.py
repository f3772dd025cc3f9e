"""Mötesminnet's search alone, `motesminnet search`: items by rank, without an answer."""

from pathlib import Path

from bench.measure import TODAY
from bench.peers.ours.peer import build, opened, update

__all__ = ["build", "open_search", "update"]


def open_search(index: Path, source: Path, model: str):
    from bot.answer.wording import format_date, item_name
    from bot.pipeline import search_now

    library, embedder = opened(index)
    register = library.index.register

    def search(question: str, k: int) -> list[dict[str, str]]:
        _, hits = search_now(question, library, embedder, TODAY, k)
        items, chunks = register.items(hit.item for hit in hits), register.chunks(hit.chunk for hit in hits)
        found = []
        for hit in hits:
            meeting, item = items[hit.item]
            when = format_date(meeting.date, meeting.date_precision, "sv")
            name = item_name(item.number, item.number_printed, item.title, "sv")
            source = f"{meeting.body}, {when}, {name}"
            found.append({"document": meeting.document, "source": source, "text": chunks[hit.chunk].text})
        return found

    return search
