"""Plain top-k chunks against our answers, on the same questions: `python -m bench.bench_peers [--out FILE]`.

Writes bench_peers.md. The peer is the usual recipe: the text of each file cut every 1,000 characters, the same
embedding model as ours, cosine, the best k chunks shown. It knows of no meetings and items, so that its citation is
the file, and the number that can be read on a heading-like line in the chunk.
"""

import argparse
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.chunks import HEADING, SIZE, cut, heading_number
from bench.measure import REAL, REAL_NAMES, SAMPLE, TODAY, markdown_table, median
from bot.config import Settings
from bot.evaluation import read_gold
from bot.pipeline import Library, answer_now, open_library
from bot.show import answer_json
from indexer.build import build_index
from indexer.embed import Embedder, load_query_embedder
from indexer.evaluate import UNANSWERABLE, WHOLE_KINDS, score_answers
from indexer.model import choose_model

OVERLAP = 200
"""Characters that a chunk shares with the next in the second form of the peer, a common default."""
KS = (1, 3, 5)
CUT, OVERLAPPING = f"chunks of {SIZE:,}", f"chunks of {SIZE:,}, {OVERLAP} shared"
SOUGHT, OURS = "the same, number sought back", "ours"
OUT = Path(__file__).with_name("bench_peers.md")

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Piece:
    """A chunk of the peer: text[start:end] of a document."""

    document: str
    text: str
    start: int
    end: int


def claimed_number(text: str, start: int, end: int) -> str | None:
    """The number on the last heading-like line that begins in the first half of text[start:end]; None without any.

    >>> claimed_number("7. Remiss om avgifter. Nätverket svarar.\\\\n8. Nästa möte", 0, 54)
    '7'
    """
    found = [match for match in HEADING.finditer(text, start, end) if match.start() < (start + end) / 2]
    return heading_number(found[-1]) if found else None


class Peer:
    """All documents in chunks, and a vector for each."""

    def __init__(self, texts: dict[str, str], embedder: Embedder, overlap: int) -> None:
        self.pieces = [Piece(name, text, *span) for name, text in texts.items() for span in cut(text, SIZE, overlap)]
        self._vectors = embedder.passages([one.text[one.start : one.end] for one in self.pieces])

    def answers(self, vectors: np.ndarray, k: int, look_back: bool = False) -> list[Json]:
        """For each question's vector the best k chunks, as an answer in the form of `ask --json`."""
        order = np.argsort(-(vectors @ self._vectors.T), axis=1, kind="stable")[:, :k]
        return [_shown([self.pieces[place] for place in row], look_back) for row in order]

    def holds(self, document: str, start: int, end: int) -> bool:
        """Whether one chunk has all of the span."""
        return any(one.document == document and one.start <= start and end <= one.end for one in self.pieces)


def _shown(pieces: Sequence[Piece], look_back: bool) -> Json:
    citations = []
    for one in pieces:
        number = claimed_number(one.text, one.start, one.end)
        if number is None and look_back:
            before = list(HEADING.finditer(one.text, 0, one.start))
            number = heading_number(before[-1]) if before else None
        item = None if number is None else {"number": number}
        citations.append({"document": one.document, "item": item, "quote": one.text[one.start : one.end]})
    text = "\n".join(str(citation["quote"]) for citation in citations)
    return {"answer": text, "refused": False, "citations": citations}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every system on one set of questions: `answers` by the system's name, in the order of the questions.

    `decisions` is how many decisions the minutes have, `together` how many of them stand in one chunk with their item's
    heading, by the way of cutting; `unprinted` counts questions that only items without a printed number answer.
    """

    title: str
    documents: int
    questions: Sequence[Json]
    answers: Mapping[str, Sequence[Json]]
    decisions: int
    together: Mapping[str, int]
    unprinted: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=OUT, help="the file to write (bench/bench_peers.md)")
    out: Path = parser.parse_args().out
    embedder = load_query_embedder(choose_model(None), Settings.from_env(os.environ).cache)
    sets = (("The five real minutes", REAL), ("The sample minutes", SAMPLE))
    out.write_text(report([compare(*one, embedder) for one in sets if one[1].is_dir()]), encoding="utf-8")
    print(f"Wrote {out}.")


def compare(title: str, source: Path, embedder: Embedder) -> Comparison:
    """All systems on the questions over one folder of minutes."""
    questions = [_spelled_out(one) for one in read_gold(source.parent / "eval" / "questions.jsonl", None)]
    with tempfile.TemporaryDirectory(prefix="motesminnet-bench-") as folder:
        build_index(source, Path(folder) / "index", embedder.model_id, lambda: embedder)
        library = open_library(Path(folder) / "index", embedder.model_id)
        texts = {one.id: library.document(one.id).text for one in library.index.register.documents()}
        peers = {CUT: Peer(texts, embedder, 0), OVERLAPPING: Peer(texts, embedder, OVERLAP)}
        vectors = embedder.queries([one["q"] for one in questions])
        answers = {f"{name}, top {k}": peers[name].answers(vectors, k) for name in peers for k in KS}
        answers |= {f"{SOUGHT}, top {k}": peers[OVERLAPPING].answers(vectors, k, look_back=True) for k in KS}
        answers[OURS] = [answer_json(answer_now(one["q"], library, lambda: embedder, TODAY)) for one in questions]
        unprinted = _unprinted(library, questions)
        return Comparison(title, len(texts), questions, answers, *_decisions(library, peers), unprinted)


def _spelled_out(question: Json) -> Json:
    """The question with its gold's short names of documents written out."""

    def full(reference: str) -> str:
        document, _, number = reference.rpartition(":")
        return f"{REAL_NAMES.get(document, document)}:{number}"

    fields = ("cite_all", "cite_any", "never_cite")
    return {**question, **{field: [full(one) for one in question.get(field, ())] for field in fields}}


def _decisions(library: Library, peers: Mapping[str, Peer]) -> tuple[int, dict[str, int]]:
    """The number of decisions, and how many stand whole in one chunk that has their item's heading too.

    Our own chunks begin with it, as what they are embedded with.
    """
    found = [(m.document, item, one) for m, item in library.index.register.items().values() for one in item.decisions]
    together = {
        name: sum(peer.holds(document, item.start, one.end) for document, item, one in found)
        for name, peer in peers.items()
    }
    spans = library.index.register.rows("SELECT item, start, end FROM chunks")
    together[OURS] = sum(
        any(item.id == name and start <= one.start and one.end <= end for name, start, end in spans)
        for _, item, one in found
    )
    return len(found), together


def _unprinted(library: Library, questions: Sequence[Json]) -> int:
    """The questions whose every item has no printed number: nothing that reads numbers can name one of them."""
    printed = {f"{m.document}:{i.number}" for m, i in library.index.register.items().values() if i.number_printed}
    named = [[*one["cite_all"], *one["cite_any"]] for one in questions if one["kind"] != UNANSWERABLE]
    return sum(not any(one in printed or one.endswith(":*") for one in gold) for gold in named)


# Figures


def any_right(questions: Sequence[Json], answers: Sequence[Json], meeting_only: bool = False) -> list[bool]:
    """For each question whether one of its citations is among those that the gold accepts."""
    rights = []
    for question, answer in zip(questions, answers, strict=True):
        gold = [*question["cite_all"], *question["cite_any"]]
        gold = [f"{one.rpartition(':')[0]}:*" for one in gold] if meeting_only else gold
        asked = {"q": question["q"], "kind": question["kind"], "cite_any": gold}
        rights.append(score_answers([asked], [answer])["citation_recall"] == 1.0)
    return rights


def figures(questions: Sequence[Json], answers: Sequence[Json]) -> tuple[object, ...]:
    """What a row of the table says of one system."""
    pairs = [(q, a) for q, a in zip(questions, answers, strict=True) if q["kind"] != UNANSWERABLE]
    asked, given = [q for q, _ in pairs], [a for _, a in pairs]
    score = score_answers(questions, answers)
    return (
        _share(any_right(asked, given, meeting_only=True)),
        _share(any_right(asked, given)),
        score["citation_recall"],
        score["citation_precision"],
        score["fact_recall"],
        score["refused_when_unanswerable"],
        round(median([len(one["answer"]) for one in given if not one["refused"]])),
    )


def _share(values: Sequence[bool]) -> float | str:
    return sum(values) / len(values) if values else "–"


COLUMNS = (
    "system",
    "right meeting",
    "citation correct",
    "all items",
    "precision",
    "facts",
    "refused, unanswerable",
    "characters to read",
)


def report(comparisons: Sequence[Comparison]) -> str:
    """The page bench_peers.md."""
    sections = [part for one in comparisons for part in (_section(one), _by_form(one), _losses(one))]
    sections += [_headings(comparisons)] if comparisons else []
    missing = "" if any("real" in one.title for one in comparisons) else NO_REAL
    return "\n\n".join([INTRODUCTION + missing, *sections, LIMITS]) + "\n"


def _section(one: Comparison) -> str:
    table = [(name, *figures(one.questions, answers)) for name, answers in one.answers.items()]
    answerable = sum(question["kind"] != UNANSWERABLE for question in one.questions)
    text = f"""## {one.title}

{one.documents} documents; {len(one.questions)} questions, {answerable} of which have an answer. {one.unprinted} of \
these are answered only by items without a printed number, which nothing that reads numbers can name.

{markdown_table(COLUMNS, table)}"""
    untuned = [place for place, question in enumerate(one.questions) if question.get("split") == "test"]
    if not untuned:
        return text
    questions = [one.questions[place] for place in untuned]
    shown = (*(f"{name}, top {k}" for name in (CUT, SOUGHT) for k in (KS[0], KS[-1])), OURS)
    table = [(name, *figures(questions, [one.answers[name][place] for place in untuned])) for name in shown]
    return f"""{text}

The same on the {len(untuned)} questions that we never tuned on:

{markdown_table(COLUMNS, table)}"""


FORMS: Mapping[str, Callable[[str], bool]] = {
    "lists and counts": lambda kind: kind in WHOLE_KINDS,
    "paraphrases": lambda kind: kind == "paraphrase",
    "everything else": lambda kind: kind not in WHOLE_KINDS and kind not in ("paraphrase", UNANSWERABLE),
}


def _by_form(one: Comparison) -> str:
    systems = (f"{CUT}, top {KS[-1]}", f"{SOUGHT}, top {KS[-1]}", OURS)
    table = []
    for name, belongs in FORMS.items():
        places = [place for place, question in enumerate(one.questions) if belongs(question["kind"])]
        questions = [one.questions[place] for place in places]
        given = [[one.answers[system][place] for place in places] for system in systems]
        table.append((name, len(places), *(score_answers(questions, answers)["citation_recall"] for answers in given)))
    return "Share of the items asked for that are cited, by what is asked:\n\n" + markdown_table(
        ("questions", "number", *systems), table
    )


def _losses(one: Comparison) -> str:
    """In words: how often the peer at its best is right where ours is not, and the other way round."""
    asked = [(place, q) for place, q in enumerate(one.questions) if q["kind"] != UNANSWERABLE]
    questions = [question for _, question in asked]

    def right(system: str, meeting_only: bool = False) -> list[bool]:
        return any_right(questions, [one.answers[system][place] for place, _ in asked], meeting_only)

    lines = []
    for k in (KS[0], KS[-1]):
        pairs = list(zip(right(f"{SOUGHT}, top {k}"), right(OURS), questions, strict=True))
        lost = Counter(question["kind"] for peer, ours, question in pairs if peer and not ours)
        won = sum(ours and not peer for peer, ours, _ in pairs)
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(lost.items()))
        lines.append(
            f"- top {k}, with the number sought back, cites a right item and ours none: {lost.total()} times"
            f"{f' ({kinds})' if kinds else ''}; the other way round: {won}"
        )
    no = sum(bool(one.answers[OURS][place]["refused"]) for place, _ in asked)
    lines.append(f"- ours says no {no} times to a question that has an answer; the chunks never do")
    return "Where ours loses:\n\n" + "\n".join(lines)


def _headings(comparisons: Sequence[Comparison]) -> str:
    columns = ("decisions whole in one chunk with their item's heading", *(one.title.lower() for one in comparisons))
    systems = (CUT, OVERLAPPING, OURS)
    table = [(name, *(f"{one.together[name]} of {one.decisions}" for one in comparisons)) for name in systems]
    return f"""## Decisions and their headings

{markdown_table(columns, table)}

Our chunks carry body, date, number and title of their item in front of their text, so that only a decision longer than
a chunk could be parted from them. In chunks cut by length the heading of a decision is often in the chunk before."""


INTRODUCTION = f"""# Plain top-k chunks, and ours

<!-- Written by `python -m bench.bench_peers`: change that, not this. -->

The question behind this page: is it worth reading minutes as meetings and items, or would the usual recipe do? The
recipe, built here out of the same parts: the text of each file cut every {SIZE:,} characters (at white space), the same
embedding model with its own prompts (multilingual-e5-small), cosine, the best {" or ".join(map(str, KS))} chunks shown.
The text is the one that our readers give, with page headers gone and Word's automatic numbers in place, which is more
than a plain text export has.

Those who use minutes need a citation to the meeting and the agenda item. A chunk's best honest claim:

- the meeting: the file that the chunk came from;
- the item: the number on a heading-like line in the chunk, one that begins with a number, with or without a §, a full
  stop or a bracket, before a capital letter ("8) Remiss", "§ 45 Taxa"). Of several, the last that begins before the
  middle of the chunk, as most of the chunk then belongs to it. Without any, the chunk claims the meeting only.

Two forms help it: chunks that share {OVERLAP} characters with the next; and, on top of that, where a chunk has no such
line in its first half, the nearest one before it in the file ("number sought back"), a step towards reading items.

| column | what it says, of the questions that have an answer |
|---|---|
| right meeting | one of the citations is to a meeting that the gold accepts |
| citation correct | one of the citations is to a meeting and an item that the gold accepts |
| all items | mean share of the items that the gold demands which are cited |
| precision | share of all citations that the gold accepts |
| facts | share of the gold's facts that stand in what is shown |
| refused, unanswerable | of the other questions: got a no, and no citation |
| characters to read | median length of what is shown, where it is not a no |

More chunks make the first three figures and the facts better, and precision and the length worse."""

NO_REAL = """

The real minutes did not lie beside the project when this page was written: only the sample was measured."""

LIMITS = """## What this does not show

- The baseline is our own and a plain one; [peers](peers/README.md) has products. Nothing re-ranks, no language model
  reads the chunks: one that did could name items that stand in the text, and refuse. It could name others too.
- Both sets of questions are ours: written, with their gold, by people who know what our index holds, though half of the
  sample's were kept away from tuning. The five real minutes were looked at while the parser was written.
- The minutes are few. Among thousands, similar items in other meetings would compete with the right one;
  filters by body and date, which the baseline lacks, then matter more.
- Our item numbers and titles come from our parser, and so does what counts as a decision or a heading here.
- Questions about a meeting as a whole (who was there, which meetings there were) count as right for any chunk of that
  meeting's file, which flatters the baseline: its chunk need not hold the list of names. The facts tell."""

if __name__ == "__main__":
    main()
