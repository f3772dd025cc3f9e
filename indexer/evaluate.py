"""Qrels and runs, questions and answers -> figures. Plain Python: values in, values out.

A question is an object of a question file: `q`, `kind`, `cite_all`, `cite_any`, `facts`, `never_cite`. A citation in it
is "DOC:NUMBER": a document's id (or a short name for it, see `aliases`) and an agenda item's number, or * for anything
in the document. An answer is an object that `ask --json` prints. Rates nobody was asked about are None.
"""

import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from indexer.records import IndexerError

UNANSWERABLE = "unanswerable"
WHOLE_KINDS = frozenset(
    ("list", "attendance", "action", "deferred", "attachment", "meetings", "comparison", "item"),
)
"""The kinds whose answer is a list or a count: one citation too many or too few makes another answer of it."""

Json = Mapping[str, Any]
Figures = dict[str, float | int | None]


# Retrieval


def retrieval_figures(
    qrels: Mapping[str, Collection[str]], run: Mapping[str, Sequence[str]], ks: Sequence[int] = (1, 5, 10)
) -> Figures:
    """Means over the queries of `qrels`: for each k recall@k, hit@k, mrr@k and ndcg@k.

    `qrels` maps a query to what is relevant for it, `run` a query to what was found, best first; a query that the run
    lacks found nothing, and what is found twice counts where it first stands. recall@k is the share of the relevant
    within the first k, hit@k whether any is, mrr@k 1 / rank of the first (0 beyond k), ndcg@k has binary gains.
    Raises IndexerError on a query with nothing relevant, or one in the run that qrels do not know.

    >>> retrieval_figures({"q": {"a", "b"}}, {"q": ["x", "a"]}, [2])
    {'queries': 1, 'recall@2': 0.5, 'hit@2': 1.0, 'mrr@2': 0.5, 'ndcg@2': 0.387}
    """
    odd = [query for query, relevant in qrels.items() if not relevant] + [query for query in run if query not in qrels]
    if odd:
        raise IndexerError(f"These queries have no relevant document in the qrels: {', '.join(map(repr, odd))}.")
    found = {query: list(dict.fromkeys(run.get(query, ()))) for query in qrels}
    figures: Figures = {"queries": len(qrels)}
    for k in ks:
        gains = [([one in relevant for one in found[query][:k]], len(relevant)) for query, relevant in qrels.items()]
        for name, measure in _MEASURES.items():
            figures[f"{name}@{k}"] = _mean(measure(hits, count, k) for hits, count in gains)
    return figures


def _recall(hits: Sequence[bool], relevant: int, k: int) -> float:
    return sum(hits) / relevant


def _hit(hits: Sequence[bool], relevant: int, k: int) -> float:
    return float(any(hits))


def _reciprocal_rank(hits: Sequence[bool], relevant: int, k: int) -> float:
    return next((1 / rank for rank, hit in enumerate(hits, start=1) if hit), 0.0)


def _ndcg(hits: Sequence[bool], relevant: int, k: int) -> float:
    gain = sum(1 / math.log2(rank + 1) for rank, hit in enumerate(hits, start=1) if hit)
    return gain / sum(1 / math.log2(rank + 1) for rank in range(1, min(k, relevant) + 1))


_MEASURES: Mapping[str, Callable[[Sequence[bool], int, int], float]] = {
    "recall": _recall,
    "hit": _hit,
    "mrr": _reciprocal_rank,
    "ndcg": _ndcg,
}


def question_qrels(questions: Sequence[Json], aliases: Mapping[str, str] | None = None) -> dict[str, set[str]]:
    """For each question, by its place from 0, the items it may be answered from as "DOCUMENT:NUMBER".

    Questions without such an item (unanswerable, or about a meeting as a whole) are left out.

    >>> question_qrels([{"q": "?", "kind": "who", "cite_all": ["d:8"]}, {"q": "?", "kind": "unanswerable"}])
    {'0': {'d:8'}}
    """
    wanted = {
        str(place): _named(question, ("cite_all", "cite_any"), aliases) for place, question in enumerate(questions)
    }
    items = {place: {one.key for one in named if one.number != "*"} for place, named in wanted.items()}
    return {place: keys for place, keys in items.items() if keys}


def named_documents(questions: Sequence[Json], aliases: Mapping[str, str] | None = None) -> set[str]:
    """The ids of all documents that the gold of these questions names.

    >>> named_documents([{"q": "?", "kind": "who", "cite_all": ["D:8"]}], {"D": "dalarna"})
    {'dalarna'}
    """
    fields = ("cite_all", "cite_any", "never_cite")
    return {one.document for question in questions for one in _named(question, fields, aliases)}


# Answers


@dataclass(frozen=True, slots=True)
class Reference:
    """What a citation points at: an agenda item of a document, or (number "*") the document's meeting."""

    document: str
    number: str

    @property
    def key(self) -> str:
        return f"{self.document}:{self.number}"

    def covers(self, other: "Reference") -> bool:
        """Whether a citation of `other` is one of this; * covers every item."""
        return self.document == other.document and self.number in ("*", other.number)


@dataclass(frozen=True, slots=True)
class Score:
    """One answer against its question. `missing` are citations and facts asked for and not given, `spare` citations
    that nobody asked for."""

    question: Json
    answer: Json
    cited: frozenset[Reference]
    recall: float
    missing: tuple[Reference, ...]
    spare: tuple[Reference, ...]
    missing_facts: tuple[str, ...]

    @property
    def kind(self) -> str:
        return str(self.question["kind"])

    @property
    def answerable(self) -> bool:
        return self.kind != UNANSWERABLE

    @property
    def refused(self) -> bool:
        return bool(self.answer.get("refused"))

    @property
    def right(self) -> bool:
        """An answerable question: answered, with every citation and fact asked for. Another: refused, nothing cited."""
        if not self.answerable:
            return self.refused and not self.cited
        return not self.refused and not self.missing and not self.missing_facts

    @property
    def exact(self) -> bool:
        """Whether the citations are those asked for: every one of cite_all, and none beside cite_all and cite_any."""
        return not self.refused and not self.missing and not self.spare

    @property
    def why(self) -> tuple[str, ...]:
        """What is wrong, in a few words each; () where nothing is."""
        if not self.answerable:
            wrong = {"answered": not self.refused, "cites": bool(self.cited)}
        else:
            wrong = {
                "refused": self.refused,
                "citation missing": bool(self.missing),
                "citation too many": bool(self.spare),
                "fact missing": bool(self.missing_facts),
            }
        return tuple(name for name, holds in wrong.items() if holds)


def score_answers(
    questions: Sequence[Json], answers: Sequence[Json], aliases: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The figures over all questions, and under "by_kind" the same for each kind.

    right: `Score.right`, of the answerable; citation_recall: mean share of cite_all that is cited (where there is none:
    whether one of cite_any is); citation_precision: share of all citations that the question names and does not forbid;
    exact: `Score.exact`, of WHOLE_KINDS; facts: all facts given; fact_recall: share of all facts.
    `aliases` maps short names of documents in the questions to their ids.
    Raises IndexerError where the numbers differ, or a question or one of its facts cannot be read.
    """
    scores = _scores(questions, answers, aliases)
    kinds = sorted({score.kind for score in scores})
    by_kind = {kind: _figures([score for score in scores if score.kind == kind]) for kind in kinds}
    return {**_figures(scores), "by_kind": by_kind}


def failures(
    questions: Sequence[Json], answers: Sequence[Json], aliases: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """The questions whose answers have something wrong, in order, with what: ready to be printed.

    `right` may hold all the same: a citation too many costs precision only.
    """
    return [
        {
            "q": score.question["q"],
            "kind": score.kind,
            "right": score.right,
            "why": list(score.why),
            "missing": [one.key for one in score.missing],
            "spare": [one.key for one in score.spare],
            "missing_facts": list(score.missing_facts),
            "cited": sorted(one.key for one in score.cited),
            "answer": score.answer.get("answer", ""),
        }
        for score in _scores(questions, answers, aliases)
        if score.why
    ]


def _scores(questions: Sequence[Json], answers: Sequence[Json], aliases: Mapping[str, str] | None) -> list[Score]:
    if len(questions) != len(answers):
        raise IndexerError(f"{len(questions)} questions but {len(answers)} answers. Answer each, in order.")
    return [_score(question, answer, aliases) for question, answer in zip(questions, answers, strict=True)]


def _score(question: Json, answer: Json, aliases: Mapping[str, str] | None) -> Score:
    if not {"q", "kind"} <= question.keys():
        raise IndexerError(f"A question needs 'q' and 'kind', this one has not: {dict(question)!r}.")
    cited = frozenset(_reference(one) for one in answer.get("citations") or ())
    every, some = _named(question, ("cite_all",), aliases), _named(question, ("cite_any",), aliases)
    missing = _uncited(every, cited) if every else some if some and len(_uncited(some, cited)) == len(some) else ()
    recall = 1 - len(missing) / len(every) if every else float(not missing)
    spare = _spare(cited, (*every, *some), _named(question, ("never_cite",), aliases))
    return Score(question, answer, cited, recall, missing, spare, _missing_facts(question, answer))


def _named(question: Json, fields: Iterable[str], aliases: Mapping[str, str] | None) -> tuple[Reference, ...]:
    """The references in these fields of a question."""
    found = []
    for text in (text for field in fields for text in question.get(field) or ()):
        document, colon, number = text.rpartition(":")
        if not (document and colon and number):
            raise IndexerError(f"The citation {text!r} of {question['q']!r} is not DOCUMENT:NUMBER.")
        found.append(Reference((aliases or {}).get(document, document), number))
    return tuple(dict.fromkeys(found))


def _reference(citation: Json) -> Reference:
    item = citation.get("item")
    return Reference(PurePosixPath(citation["document"]).stem, str(item["number"]) if item else "*")


def _uncited(wanted: Sequence[Reference], cited: Collection[Reference]) -> tuple[Reference, ...]:
    return tuple(one for one in wanted if not any(one.covers(other) for other in cited))


def _spare(
    cited: Collection[Reference], allowed: Sequence[Reference], never: Sequence[Reference]
) -> tuple[Reference, ...]:
    def named(one: Reference, references: Sequence[Reference]) -> bool:
        return any(other.covers(one) for other in references)

    return tuple(
        sorted((one for one in cited if named(one, never) or not named(one, allowed)), key=lambda one: one.key)
    )


def _missing_facts(question: Json, answer: Json) -> tuple[str, ...]:
    """The facts (regular expressions, case ignored) that neither answer nor quotes have, white space made single."""
    quotes = (citation.get("quote") or "" for citation in answer.get("citations") or ())
    text = " ".join(" ".join((answer.get("answer") or "", *quotes)).split())
    try:
        return tuple(fact for fact in question.get("facts") or () if not re.search(fact, text, re.IGNORECASE))
    except re.error as error:
        raise IndexerError(f"A fact of {question['q']!r} is no regular expression: {error}.") from error


def _figures(scores: Sequence[Score]) -> Figures:
    answerable = [score for score in scores if score.answerable]
    unanswerable = [score for score in scores if not score.answerable]
    facts = [fact for score in answerable for fact in score.question.get("facts") or ()]
    cited, spare = sum(len(score.cited) for score in answerable), sum(len(score.spare) for score in answerable)
    return {
        "questions": len(scores),
        "right": _mean(score.right for score in answerable),
        "citation_recall": _mean(score.recall for score in answerable),
        "citation_precision": _share(cited - spare, cited),
        "exact": _mean(score.exact for score in answerable if score.kind in WHOLE_KINDS),
        "facts": _mean(not score.missing_facts for score in answerable),
        "fact_recall": _share(len(facts) - sum(len(score.missing_facts) for score in answerable), len(facts)),
        "refused_when_unanswerable": _mean(score.right for score in unanswerable),
        "refused_when_answerable": _mean(score.refused for score in answerable),
    }


def _mean(values: Iterable[float]) -> float | None:
    numbers = [float(value) for value in values]
    return _share(sum(numbers), len(numbers))


def _share(part: float, whole: int) -> float | None:
    return round(part / whole, 3) if whole else None
