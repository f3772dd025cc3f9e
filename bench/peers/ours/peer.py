"""Mötesminnet as the command line runs it; what an answer shows is its citations, in its own order."""

import os
from functools import lru_cache
from pathlib import Path

from bench.measure import TODAY
from bot.cli import main


def build(source: Path, index: Path, model: str) -> None:
    main(["index", str(source), "--index", str(index)], standalone_mode=False)


def update(source: Path, index: Path, model: str, changed: str) -> None:
    build(source, index, model)


def open_search(index: Path, source: Path, model: str):
    from bot.answer.wording import format_date, item_name
    from bot.pipeline import answer_now

    library, embedder = opened(index)

    def search(question: str, k: int) -> list[dict[str, str]]:
        found = []
        answer = answer_now(question, library, embedder, TODAY)
        for one in answer.citations:
            when = format_date(one.date, one.date_precision, answer.language)
            item = (
                item_name(one.number, bool(one.number_printed), one.title or "", answer.language) if one.number else ""
            )
            found.append({"document": one.document, "source": f"{one.body}, {when}, {item}", "text": one.quote})
        return found

    return search


def opened(index: Path):
    """The library, and the embedder that is loaded when first asked for."""
    from bot.config import Settings
    from bot.pipeline import open_library
    from indexer.embed import load_query_embedder
    from indexer.model import choose_model

    settings = Settings.from_env(os.environ)
    embedder = lru_cache(maxsize=1)(lambda: load_query_embedder(choose_model(settings.model), settings.cache))
    return open_library(index, None), embedder
