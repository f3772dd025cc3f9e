"""What a language model's answers are worth before and after the check: the figures of `evaluate --mode llm`."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import Any

from bot.show import answer_json
from bot.writer import Written
from indexer.evaluate import score_answers

Json = dict[str, Any]


def score_written(
    questions: Sequence[Json], written: Sequence[Written], short_names: Mapping[str, str] | None = None
) -> Json:
    """The figures over the answers that a model wrote; `outcomes` counts all of them.

    supported: share of its sentences that the check keeps; before and after: the citations as the model set them, and
    as they were sent (the extractive answer where too little held); tokens read and written; first_ms and whole_ms:
    median and largest; prompts: the ids of those used. None where nothing was written.
    """
    outcomes = dict(Counter(one.outcome for one in written))
    pairs = [(question, one) for question, one in zip(questions, written, strict=True) if one.reply is not None]
    sentences = [verdict for _, one in pairs for verdict in one.verdicts]
    tokens = _sum([one.reply.tokens for _, one in pairs if one.reply])
    asked = [question for question, _ in pairs]
    return {
        "outcomes": outcomes,
        "answers": len(pairs),
        "sentences": len(sentences),
        "supported": round(sum(v.kept for v in sentences) / len(sentences), 3) if sentences else None,
        "dropped": dict(Counter(v.reason for v in sentences if not v.kept)),
        "before": _citations(asked, [answer_json(one.raw) for _, one in pairs if one.raw], short_names),
        "after": _citations(asked, [answer_json(one.answer) for _, one in pairs], short_names),
        "tokens": {"in": tokens[0], "out": tokens[1]},
        "first_ms": _spread([one.reply.first_ms for _, one in pairs if one.reply]),
        "whole_ms": _spread([one.reply.whole_ms for _, one in pairs if one.reply]),
        "prompts": sorted({one.prompt for one in written if one.prompt}),
    }


def tell_written(figures: Json) -> Iterator[str]:
    """The figures of `score_written` for people, in Swedish."""
    outcomes = ", ".join(f"{name} {count}" for name, count in sorted(figures["outcomes"].items()))
    yield f"Språkmodell: {outcomes}"
    if not figures["answers"]:
        return
    dropped = ", ".join(f"{reason} {count}" for reason, count in figures["dropped"].items())
    yield f"Meningar: {figures['sentences']}, höll för kontrollen: {figures['supported']:.3f}. Bort: {dropped or '–'}"
    for name, told in (("before", "Före kontrollen"), ("after", "Efter kontrollen")):
        rates = (figures[name][key] for key in ("right", "citation_precision", "citation_recall"))
        right, precision, recall = ("–" if one is None else f"{one:.3f}" for one in rates)
        yield f"{told}: rätt {right}, precision {precision}, täckning {recall}"
    first, whole = figures["first_ms"], figures["whole_ms"]
    yield (
        f"Tokens: {figures['tokens']['in']} in, {figures['tokens']['out']} ut. Första ordet {first['median']:.0f} ms "
        f"(längst {first['max']:.0f}), sista {whole['median']:.0f} (längst {whole['max']:.0f})."
    )
    yield f"Promptar: {', '.join(figures['prompts'])}"


def _citations(questions: list[Json], answers: list[Json], short_names: Mapping[str, str] | None) -> Json | None:
    if not questions:
        return None
    figures = score_answers(questions, answers, short_names)
    return {name: figures[name] for name in ("right", "citation_precision", "citation_recall")}


def _sum(tokens: Sequence[tuple[int, int]]) -> tuple[int, int]:
    return sum(read for read, _ in tokens), sum(wrote for _, wrote in tokens)


def _spread(values: Sequence[float]) -> Json | None:
    return {"median": round(median(values), 1), "max": round(max(values), 1)} if values else None
