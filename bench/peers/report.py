"""The page on the peers and its JSON, out of what has been measured. Pure but for `write`."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Any

from bench.measure import markdown_table
from bench.peers.scoring import KS

Json = dict[str, Any]
Results = Sequence[Mapping[str, Any]]

OURS, SEARCH = "ours", "ours_search"
SAME_MODEL = ("faiss", "txtai", "llamaindex", "haystack", "langchain", "chroma")
"""Peers that embed with the model that Mötesminnet embeds with."""
PEERS = {
    "ours": "Mötesminnet",
    "ours_search": "Mötesminnet (search alone)",
    "faiss": "sentence-transformers + FAISS",
    "txtai": "txtai",
    "llamaindex": "LlamaIndex",
    "haystack": "Haystack",
    "langchain": "LangChain",
    "chroma": "Chroma",
    "fts5": "SQLite FTS5",
    "tantivy": "tantivy",
    "ripgrep": "ripgrep",
}
TITLES = {
    "sample": "The sample minutes",
    "real": "The five real minutes",
    "generated": "5,000 generated items",
}
PAGE = Path(__file__).with_name("page.md")
"""The page without its figures."""

INDEXING = {
    "index s": ("index", "wall_s"),
    "index cpu s": ("index", "cpu_s"),
    "index peak MB": ("index", "peak_mb"),
    "size MB": ("index", "size_mb"),
    "update s": ("update", "wall_s"),
    "update cpu s": ("update", "cpu_s"),
    "update peak MB": ("update", "peak_mb"),
}
ASKING = {
    "cold s": ("cold", "wall_s"),
    "cold cpu s": ("cold", "cpu_s"),
    "cold peak MB": ("cold", "peak_mb"),
    "warm ms p50": ("warm", "ms_p50"),
    "warm ms p95": ("warm", "ms_p95"),
    "warm cpu ms p50": ("warm", "cpu_ms_p50"),
    "warm peak MB": ("warm", "peak_mb"),
}
STEADY = ("index cpu s", "index peak MB", "size MB", "update cpu s", "cold cpu s", "cold peak MB", "warm cpu ms p50",
          "warm peak MB")  # fmt: skip
"""The costs that a busy machine disturbs least: in these winners and losers are told apart."""


def write(results: Results, folder: Path) -> None:
    """Writes results.json, and README.md out of it."""
    (folder / "results.json").write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (folder / "README.md").write_text(page(results, versions(folder)), encoding="utf-8")


PACKAGES = {
    "faiss": "faiss-cpu",
    "llamaindex": "llama-index-core",
    "haystack": "haystack-ai",
    "langchain": "langchain-community",
    "chroma": "chromadb",
}
"""The package whose version tells a peer's, where it has another name."""


def versions(folder: Path) -> dict[str, str]:
    """The version of each peer that its requirements pin, by the peer's name."""
    found = {}
    for file in folder.glob("*/requirements.txt"):
        peer = file.parent.name
        pinned = dict(line.split("==") for line in file.read_text(encoding="utf-8").splitlines())
        found[peer] = pinned.get(PACKAGES.get(peer, peer), "")
    return found


def page(results: Results, pinned: Mapping[str, str]) -> str:
    """The page README.md."""
    sets = list(dict.fromkeys(one["set"] for one in results))
    parts = []
    for name in sets:
        rows = [one for one in results if one["set"] == name]
        parts += [f"## {TITLES[name]}", _about(rows), *_tables(rows), _losses(rows)]
    missing = [title for name, title in TITLES.items() if name not in sets]
    parts += [f"Not measured: {', '.join(missing).lower()}."] if missing else []
    text = Template(PAGE.read_text(encoding="utf-8"))
    return text.substitute(setups=_setups(results, pinned), sets="\n\n".join(parts), targets=_targets(results))


def _setups(results: Results, pinned: Mapping[str, str]) -> str:
    shown = {one["peer"]: one["title"] for one in results}
    rows = [(title, pinned.get(peer, ""), SETUPS[peer]) for peer, title in shown.items()]
    lines = [f"| {title} | {version} | {how} |" for title, version, how in rows]
    return "\n".join(["| | version | set-up |", "|---|---|---|", *lines])


def _about(rows: Results) -> str:
    rounds = sorted({one["rounds"] for one in rows})
    times = f"{' or '.join(map(str, rounds))} round{'' if rounds == [1] else 's'}"
    loads = [load for one in rows for load in one["machine"]["load"]]
    text = (
        f"{rows[0]['documents']} documents, {rows[0]['questions']} questions; the least of {times}, "
        f"at load {min(loads):.0f} to {max(loads):.0f} on {rows[0]['machine']['cores']} cores."
    )
    absent = ", ".join(title for peer, title in PEERS.items() if peer not in {one["peer"] for one in rows})
    parts = [f"{text} Not measured here: {absent}." if absent else text, *([STAND_IN] if rows[0]["stand_in"] else [])]
    return "\n\n".join(parts)


def _tables(rows: Results) -> list[str]:
    costs = [
        markdown_table(("", *columns), [(one["title"], *(one[a][b] for a, b in columns.values())) for one in rows])
        for columns in (INDEXING, ASKING)
    ]
    if not any(one["score"] for one in rows):
        return costs
    names = ("meeting", "passage", "citation")
    columns = ("", *(f"{name} @{k}" for name in names for k in KS))
    scores = [(one["title"], *(one["score"][str(k)][name] for name in names for k in KS)) for one in rows]
    return [markdown_table(columns, scores), *costs]


def _losses(rows: Results) -> str:
    """In words: who is better than Mötesminnet, in what."""
    (ours,) = [one for one in rows if one["peer"] == OURS] or [None]
    if ours is None:
        return "Mötesminnet was not measured."
    others = [one for one in rows if one["peer"] not in (OURS, SEARCH)]
    lines = [line for name in STEADY for line in _better(name, _cost(name), ours, others, lower=True)]
    if ours["score"]:
        for name in ("meeting", "passage", "citation"):
            lines += _better(f"{name} @5", _at5(name), ours, others, lower=False)
    return "Where others do better than Mötesminnet:\n\n" + ("\n".join(lines) if lines else "- nowhere")


def _cost(name: str) -> Callable[[Mapping[str, Any]], float]:
    part, figure = {**INDEXING, **ASKING}[name]
    return lambda one: float(one[part][figure])


def _at5(name: str) -> Callable[[Mapping[str, Any]], float]:
    return lambda one: float(one["score"][str(KS[-1])][name])


def _better(
    name: str, figure: Callable[[Mapping[str, Any]], float], ours: Mapping[str, Any], others: Results, *, lower: bool
) -> list[str]:
    better = sorted(
        (one for one in others if (figure(one) < figure(ours)) == lower and figure(one) != figure(ours)), key=figure
    )
    told = ", ".join(f"{one['title']} {_shown(figure(one))}" for one in (better if lower else reversed(better)))
    return [f"- {name}: {told}, against {_shown(figure(ours))}"] if told else []


def _shown(figure: float) -> str:
    return f"{figure:.0f}" if figure >= 100 else f"{figure:.2g}" if figure < 10 else f"{figure:.1f}"


def _targets(results: Results) -> str:
    """What we aimed at, set by set."""
    lines = ["## What we aimed at", ""]
    for name in dict.fromkeys(one["set"] for one in results):
        rows = {one["peer"]: one for one in results if one["set"] == name}
        peers = [rows[peer] for peer in SAME_MODEL if peer in rows]
        if OURS in rows and peers:
            lines += [f"{TITLES[name]}:", "", *_judged(rows, peers), ""]
    return "\n".join(lines).rstrip()


def _judged(rows: Mapping[str, Mapping[str, Any]], peers: Results) -> Iterable[str]:
    ours = rows[OURS]
    if ours["score"]:
        every = [one for peer, one in rows.items() if peer not in (OURS, SEARCH)]
        best = max(_at5("citation")(one) for one in every)
        own = _at5("citation")(ours)
        searched = f" ({_at5('citation')(rows[SEARCH]):.2f} by search alone)" if SEARCH in rows else ""
        yield f"- {_met(own >= 0.9)}: citation @5 at least .90: {own:.2f}{searched}; the best peer {best:.2f}"
    for name, share in (("warm cpu ms p50", 1.0), ("cold cpu s", 0.5), ("cold peak MB", 0.5), ("warm peak MB", 0.5)):
        least = min(_cost(name)(one) for one in peers)
        own = _cost(name)(ours)
        most = f"at most {'' if share == 1 else 'half '}that of the best with the same model"
        yield f"- {_met(own <= share * least)}: {name}, {most}: {_shown(own)} against {_shown(least)}"


def _met(holds: bool) -> str:
    return "met" if holds else "missed"


SETUPS = {
    "ours": "`motesminnet index` over the files themselves; `ask`: what it cites, in its own order",
    "ours_search": "the same index; `search`: items by rank",
    "faiss": "chunks of 1,000 characters, flat index, texts in a JSON file",
    "txtai": "its segmentation into paragraphs, its database with content",
    "llamaindex": "its own splitter (1,024 tokens, 200 shared), its simple store",
    "haystack": "its splitter (200 words), its in-memory store written to disk",
    "langchain": "its recursive splitter (1,000 characters, 200 shared), its FAISS store",
    "chroma": "chunks of 1,000 characters, persistent client",
    "fts5": "Python's own SQLite; chunks of 1,000 characters, any of the question's words, bm25",
    "tantivy": "chunks of 1,000 characters, Swedish stemming, any of the question's words, bm25",
    "ripgrep": "the files; lines with the question's longest word, in the files' order",
}
STAND_IN = """No question has a known answer here. Passages got vectors for nothing (noise) instead of many minutes in
the same model for each, so that indexing shows what each does beside the model, which is loaded all the same. Questions
are embedded by it."""
