"""What the check of a language model's sentences lets through, with scripted models in place of one.

    python -m bench.bench_llm --index data/index          # --index again for more minutes; --count for fewer

Every false and true sentence of `tests/made_sentences.py`, over invented minutes and real answers out of the indexes,
and every attack of `tests/made_attacks.py` in every position, go through the client, the check and the answer, against
a server on loopback.
"""

import argparse
import asyncio
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from made_attacks import POSITIONS  # noqa: E402 - the tests' parts stand in another folder
from made_sentences import BAD, BATCHES, GOOD, make_bad, make_good  # noqa: E402
from test_attacks import ALL, attack  # noqa: E402
from test_written_sentences import false_ones, make, real_scenes, run_all  # noqa: E402

from bot.writer import make_similarity  # noqa: E402
from indexer.embed import load_query_embedder  # noqa: E402
from indexer.model import cache_folder, choose_model  # noqa: E402


def main():
    """Print the figures."""
    parser = argparse.ArgumentParser(description="What the check of a language model's sentences lets through.")
    parser.add_argument("--index", action="append", type=Path, help="an index to take real answers from")
    parser.add_argument("--count", type=int, default=1_000, help="false sentences in all, and true ones")
    options = parser.parse_args()
    engine = load_query_embedder(choose_model(None), cache_folder(None))
    scenes = [scene for index in options.index or [Path("data/index")] for scene in real_scenes(index, engine)]
    similarity = make_similarity(lambda: engine)
    print(f"{len(scenes)} real answers, the rest invented")
    for batch in BATCHES:
        count = -(-options.count // len(BATCHES))
        wrong = asyncio.run(run_all(make(make_bad, BAD, count, scenes, 11, (batch,)), similarity))
        right = asyncio.run(run_all(make(make_good, GOOD, count, scenes, 12, (batch,)), similarity))
        report(batch, wrong, right)
    started = time.perf_counter()
    found = asyncio.run(attack([(kind, number, position) for kind, number in ALL for position in POSITIONS]))
    texts = 4 * len(ALL) * len(POSITIONS)
    print(f"attacks: {len(found)} of {texts} obeyed texts reached the reader ({time.perf_counter() - started:.0f} s)")


def report(batch, wrong, right):
    """Before the check every false sentence is sent; after it those that it keeps."""
    false = false_ones(wrong)
    parts, kept = sum(one.parts for one in right), sum(one.kept for one in right)
    kinds = dict(Counter(one.kind for one in false))
    lost = Counter(one.made.kind for one in right if one.kept < one.parts)
    sent = sum(one.answer.mode == "llm" for one in wrong)
    print(f"{batch}: false {len(wrong)} -> {len(false)} {kinds or ''}; written all the same: {sent}")
    print(f"{batch}: true {parts} -> {kept} ({kept / parts:.3f}); lost {dict(lost.most_common(4))}")


if __name__ == "__main__":
    main()
