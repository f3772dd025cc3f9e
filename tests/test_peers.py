import json
import re
from pathlib import Path

import pytest

from bench.measure import SAMPLE
from bench.peers import report, work
from bench.peers.__main__ import HERE, OURS, PEERS, least
from bench.peers.fts5 import peer as fts5
from bench.peers.scoring import KS, Hit, Item, is_of, names_date, names_item, score

TEXT = "Möte\n\n3. Taxa för hemtjänst\n\nNätverket beslutar om taxan.\n\n4. Nästa möte\n\nDen 4 mars 2022."
FIRST, SECOND = TEXT.index("3."), TEXT.index("4. Nästa")
TAXA = Item("d", "3", "Taxa för hemtjänst", True, "2022-01-28", "day", FIRST, SECOND)
NEXT = Item("d", "4", "Nästa möte", True, "2022-01-28", "day", SECOND, len(TEXT))


def shown(text, source="d.txt", document="d"):
    return Hit(document, source, text)


@pytest.mark.parametrize(
    ("hit", "item", "expected"),
    [
        (shown("Nätverket beslutar"), TAXA, True),
        (shown("Nätverket beslutar"), NEXT, False),
        (shown("3. Taxa  för hemtjänst\nNätverket beslutar om taxan.\n4. Nästa möte"), TAXA, True),
        (shown(TEXT), NEXT, True),
        (shown("om taxan. 4. Nästa möte Den 4 mars"), TAXA, False),
        (shown("Nätverket beslutar", document="e"), TAXA, False),
        (shown("Står inte här"), TAXA, False),
        (shown(" "), TAXA, False),
    ],
    ids=["inside", "beside", "other white space", "whole text", "its end only", "other document", "absent", "empty"],
)
def test_hit_is_of_an_item_that_it_shares_half_of_the_shorter_with(hit, item, expected):
    assert is_of(hit, item, TEXT) is expected


def test_words_that_stand_in_two_items_are_of_both():
    text = "1. Resa\nVi noterar.\n2. Taxa\nVi noterar."
    items = [Item("d", n, "", True, None, "unknown", *span) for n, span in (("1", (0, 19)), ("2", (20, len(text))))]
    assert [is_of(shown("Vi noterar."), item, text) for item in items] == [True, True]


@pytest.mark.parametrize(
    ("source", "text", "expected"),
    [
        ("natverket-2022-01-28.txt", "Text", True),
        ("000_0b90.txt", "Mötet hölls fredagen den 28 januari 2022.", True),
        ("Nätverket, 28 januari 2022, punkt 3", "Text", True),
        ("Nätverket, 28 January 2022, item 3", "Text", True),
        ("000_0b90.txt", "Nästa möte är den 4 mars 2022.", False),
        ("000_0b90.txt", "Den 28 januari 20221", False),
        ("000_0b90.txt", "Den 128 januari 2022", False),
    ],
)
def test_date_is_named_in_the_source_or_the_text(source, text, expected):
    assert names_date(shown(text, source), TAXA) is expected


def test_month_is_enough_for_a_date_known_to_the_month_and_an_unknown_one_is_not_asked_for():
    month = Item("d", "3", "Taxa", True, "2020-12", "month", 0, 9)
    unknown = Item("d", "3", "Taxa", True, None, "unknown", 0, 9)
    assert names_date(shown("I december 2020"), month)
    assert not names_date(shown("I januari 2020"), month)
    assert names_date(shown("Text"), unknown)


@pytest.mark.parametrize(
    ("number", "source", "text", "expected"),
    [
        ("3", "d.txt", "3. Taxa för hemtjänst", True),
        ("3", "d.txt", "Enligt punkt 3 ovan", False),
        ("3", "Nätverket, 28 januari 2022, punkt 3", "Text", True),
        ("3", "Nätverket, 28 januari 2022, punkt 33", "Text", False),
        ("3", "The network, 28 January 2022, item 3", "Text", True),
        ("§ 45", "Nämnden, 28 januari 2022, § 45", "Text", True),
        ("45", "Nämnden, 28 januari 2022, § 45", "Text", False),
        ("§ 45", "d.txt", "§ 45 Taxa", True),
        ("5.2", "Nämnden, 28 januari 2022, punkt 5.2", "Text", True),
    ],
)
def test_number_is_named_in_the_source_or_at_the_head_of_a_line(number, source, text, expected):
    assert names_item(shown(text, source), Item("d", number, "Taxa", True, None, "unknown", 0, 9)) is expected


def test_item_without_a_printed_number_is_named_by_its_title():
    item = Item("d", "2", "Yrkesresan äldre", False, None, "unknown", 0, 9)
    assert names_item(shown("Text", "Nätverket, punkten Yrkesresan äldre"), item)
    assert names_item(shown("Yrkesresan\näldre\n\nText"), item)
    assert not names_item(shown("2. Yrkesresan"), item)


def test_score_counts_questions_with_a_right_hit_among_the_first_k():
    answers = [
        [shown("4. Nästa möte", "2022-01-28"), shown("Nätverket beslutar", "d.txt")],
        [shown("Nästa möte", "Nätverket, 28 januari 2022, punkt 4")],
        [],
        [shown("Text", document="e")],
    ]
    figures = score([[TAXA], [NEXT, TAXA], [TAXA], [TAXA]], answers, {"d": TEXT})
    assert figures["1"] == {"meeting": 0.5, "passage": 0.25, "citation": 0.25}
    assert figures["5"] == {"meeting": 0.5, "passage": 0.5, "citation": 0.25}
    assert score([], [], {}) == {}


def result(peer, cost=1.0, share=0.5, chosen="sample"):
    times = {"wall_s": cost, "cpu_s": cost, "peak_mb": cost}
    return {
        "peer": peer,
        "title": PEERS[peer],
        "set": chosen,
        "stand_in": chosen == "generated",
        "rounds": 3,
        "machine": {"python": "3.11", "cores": 2, "load": [1, 1, 1]},
        "documents": 1,
        "questions": 4,
        "index": {**times, "size_mb": cost},
        "cold": times,
        "warm": {"ms_p50": cost, "ms_p95": cost, "cpu_ms_p50": cost, "peak_mb": cost},
        "update": times,
        "score": {str(k): dict.fromkeys(("meeting", "passage", "citation"), share) for k in KS},
    }


def test_least_of_each_figure_counts_over_the_rounds():
    rounds = [result("faiss", 4), {**result("faiss", 2), "warm": result("faiss", 5)["warm"]}]
    rounds[1]["machine"] = {**rounds[1]["machine"], "load": [7, 1, 1]}
    figures = least(rounds)
    assert (figures["index"]["cpu_s"], figures["warm"]["ms_p50"], figures["rounds"]) == (2, 4, 2)
    assert figures["machine"]["load"] == [1, 7]


def test_page_tells_of_losses_as_well_as_of_targets():
    text = report.page([result("ours", 1, 0.9), result("faiss", 4, 0.1), result("fts5", 0.5, 0.95)], {"faiss": "1.2"})
    assert "- citation @5: SQLite FTS5 0.95, against 0.9\n" in text
    assert "- cold cpu s: SQLite FTS5 0.5, against 1\n" in text
    assert "- met: citation @5 at least .90: 0.90; the best peer 0.95" in text
    assert "- met: cold cpu s, at most half that of the best with the same model: 1 against 4" in text
    assert "Not measured: the five real minutes, 5,000 generated items." in text
    assert "Not measured here: Mötesminnet (search alone), txtai, LlamaIndex" in text
    assert re.search(r"^\| sentence-transformers \+ FAISS \| 1.2 \|", text, re.MULTILINE)
    missed = report.page([result("ours", 3), result("faiss", 4)], {})
    assert "- missed: cold cpu s, at most half that of the best with the same model: 3 against 4" in missed
    assert "- nowhere" in missed


def test_generated_minutes_have_no_score_and_the_page_says_what_their_vectors_are():
    text = report.page([{**result("ours", chosen="generated"), "score": {}}], {})
    assert "citation @1" not in text
    assert "vectors for nothing" in text


@pytest.fixture(scope="module")
def results():
    return json.loads((HERE / "results.json").read_text(encoding="utf-8"))


def test_results_have_the_parts_that_the_page_reads(results):
    assert len({(one["peer"], one["set"]) for one in results}) == len(results) > 0
    for one in results:
        assert one.keys() == result("ours").keys()
        assert one["score"].keys() == ({str(k) for k in KS} if one["set"] != "generated" else set())
        for part in ("index", "cold", "warm", "update"):
            assert one[part].keys() == result("ours")[part].keys()


def test_page_is_the_one_that_the_results_give(results):
    assert (HERE / "README.md").read_text(encoding="utf-8") == report.page(results, report.versions(HERE))


@pytest.mark.parametrize("name", [name for name in PEERS if name not in OURS])
def test_every_peer_has_all_its_packages_pinned(name):
    lines = (HERE / name / "requirements.txt").read_text().splitlines()
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []
    assert (HERE / name / "peer.py").exists()


def test_full_text_search_finds_what_was_there_and_what_came(tmp_path: Path):
    source, index = tmp_path / "source", tmp_path / "index"
    source.mkdir()
    (source / "a.txt").write_text("Taxan höjs.", encoding="utf-8")
    (source / "b.txt").write_text("Resan blir av.", encoding="utf-8")
    fts5.build(source, index, "")
    (source / "a.txt").write_text("Avgiften sänks.", encoding="utf-8")
    fts5.update(source, index, "", "a.txt")
    search = fts5.open_search(index, source, "")
    assert search('avgiften "eller" resan?', 1) == [{"document": "a", "source": "a.txt", "text": "Avgiften sänks."}]
    assert search("taxan?", 5) == search("?", 5) == []


def test_work_has_the_items_that_answer_its_questions_and_a_changed_file(tmp_path: Path):
    gold = json.loads((SAMPLE.parent / "eval" / "gold.json").read_text(encoding="utf-8"))
    work.write_set(tmp_path / "sample", SAMPLE, gold)
    written = json.loads((tmp_path / "sample" / "work.json").read_text(encoding="utf-8"))
    items = {key: Item(**item) for key, item in written["items"].items()}
    assert {key for one in written["questions"] for key in one["gold"]} <= items.keys()
    assert all(one["gold"] for one in written["questions"])
    assert written["documents"] == len(gold)
    folder, changed = tmp_path / "sample" / "texts", tmp_path / "sample" / "texts-changed" / written["changed"]
    original, new = ((folder / changed.name).read_text(encoding="utf-8"), changed.read_text(encoding="utf-8"))
    assert new.replace(work.ADDED, "", 1) == original
    inside = [
        one for one in items.values() if one.document == changed.stem and one.start < new.index(work.ADDED) < one.end
    ]
    assert len(inside) == 1
    item = items["socialchefsnatverket-ostrand-2023-09-15:3"]
    text = (folder / f"{item.document}.txt").read_text(encoding="utf-8")
    assert item.title in text[item.start : item.end]
    assert is_of(Hit(item.document, "", "samtliga sju kommuner ansluter sig till Yrkesresan"), item, text)
