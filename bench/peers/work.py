"""The minutes and questions that every peer gets: `python -m bench.peers.work FOLDER` writes them.

For each set of minutes a folder with `minutes` (the files as they are, for ours), `texts` (a text file for each, as our
readers give it, for the peers), `minutes-changed` and `texts-changed` (the same with a sentence more in one file), and
`work.json`: the questions, and the items that answer them.
"""

import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench import corpus
from bench.measure import REAL, REAL_NAMES, SAMPLE
from bench.peers.scoring import Item
from bot.config import Settings
from indexer.evaluate import question_qrels
from indexer.model import choose_model, model_folder
from indexer.parse import parse_document
from indexer.read import read_document

GOLD = {SAMPLE: "gold.json", REAL: "minutes_gold.json"}
ITEMS = 5000
"""Generated agenda items."""
EACH = 5
"""Questions of each kind to the generated minutes."""
ADDED = " Nätverket återkommer till frågan om gemensamma lokaler vid nästa möte."


def main(folder: Path) -> None:
    sets = {"sample": SAMPLE, "real": REAL}
    for name, source in sets.items():
        if source.is_dir():
            write_set(folder / name, source, json.loads((source.parent / "eval" / GOLD[source]).read_text()))
            print(f"Wrote {name}.")
    _write_generated(folder / "generated")
    settings = Settings.from_env(os.environ)
    model = model_folder(choose_model(settings.model), settings.cache)
    (folder / "model.txt").write_text(str(model))  # last: it tells that the work is complete


def write_set(folder: Path, source: Path, gold: list[dict[str, Any]]) -> None:
    """Writes a set with questions whose answers are known. Ends the program where the gold names what is not there."""
    shutil.copytree(source, folder / "minutes")
    questions = _questions(source.parent / "eval" / "questions.jsonl")
    _write_texts(source, folder / "texts")
    items = dict(_items(source, {one["doc"]: one for one in gold}))
    missing = sorted({key for one in questions for key in one["gold"]} - items.keys())
    if missing:
        raise SystemExit(f"Gold that is in no document: {', '.join(missing)}")
    _finish(folder, questions, {key: asdict(item) for key, item in items.items()})


def _write_generated(folder: Path) -> None:
    """A set that is timed only: the questions have no gold."""
    minutes = corpus.generate(ITEMS)
    corpus.write(folder / "minutes", minutes)
    _write_texts(folder / "minutes", folder / "texts")
    _finish(folder, [{"q": one.text, "gold": []} for one in corpus.questions(minutes, EACH)], {})


def _questions(file: Path) -> list[dict[str, Any]]:
    """The questions that items answer, each with the keys of those items."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    qrels = question_qrels(rows, REAL_NAMES)
    return [{"q": rows[int(place)]["q"], "gold": sorted(keys)} for place, keys in qrels.items()]


def _write_texts(source: Path, folder: Path) -> None:
    folder.mkdir()
    for file in sorted(source.iterdir()):
        (folder / f"{file.stem}.txt").write_text(read_document(file, source).text, encoding="utf-8")


def _items(source: Path, gold: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, Item]]:
    """The items by "DOCUMENT:NUMBER": where they stand by our parser, the meeting's date by the gold."""
    for file in sorted(source.iterdir()):
        when = gold[file.stem]["date"], gold[file.stem]["date_precision"]
        for meeting in parse_document(read_document(file, source)):
            for one in meeting.items:
                item = Item(file.stem, one.number, one.title, one.number_printed, *when, one.start, one.end)
                yield f"{file.stem}:{one.number}", item


def _finish(folder: Path, questions: list[dict[str, Any]], items: Mapping[str, Any]) -> None:
    changed = next(file for file in sorted((folder / "minutes").iterdir()) if file.suffix in (".txt", ".md"))
    for kind, name in (("minutes", changed.name), ("texts", f"{changed.stem}.txt")):
        copy = folder / f"{kind}-changed"
        shutil.copytree(folder / kind, copy)
        text = (copy / name).read_text(encoding="utf-8")
        longest = max(text.splitlines(), key=len)  # running text, and so within an item
        (copy / name).write_text(text.replace(longest, longest + ADDED, 1), encoding="utf-8")
    documents = len(list((folder / "texts").iterdir()))
    work = {"documents": documents, "changed": f"{changed.stem}.txt", "questions": questions, "items": items}
    (folder / "work.json").write_text(json.dumps(work, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
