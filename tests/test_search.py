import math
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from conftest import HashEmbedder, MinutesBuilder
from hypothesis import given
from hypothesis import strategies as st

from indexer import search, write
from indexer.chunk import chunk_item, content_hash, embedding_text
from indexer.lexical import lexical_text, word_tokens
from indexer.records import IndexerError, Query
from indexer.search import LEXICAL_WEIGHT, EmbeddedIndex
from indexer.vectors import VectorIndex
from indexer.write import IndexedDocument, write_register

NORTH, SOUTH = "Nätverket i norr", "Nätverket i söder"


def indexed(built):
    meeting = built.meeting()
    chunks = [chunk for item in meeting.items for chunk in chunk_item(meeting, item, built.text)]
    return IndexedDocument(built.document(), (meeting,), tuple(chunks))


def build(folder, documents):
    embedder = HashEmbedder()
    chunks = [chunk for one in documents for chunk in one.chunks]
    vectors = embedder.passages([embedding_text(chunk) for chunk in chunks])
    path = Path(folder) / "register.db"
    write_register(path, documents, [content_hash(chunk, "m") for chunk in chunks], vectors, lexical_text)
    index = EmbeddedIndex(path, VectorIndex.build(range(1, len(chunks) + 1), vectors))
    return SimpleNamespace(index=index, chunks=chunks, vectors=vectors, embedder=embedder)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    filler = "Ordföranden hälsar välkommen och går igenom dagens ärenden. " * 30
    documents = [
        MinutesBuilder("norr-2021", NORTH, "2021-03-19")
        .item("1", "Yrkesresan", "Frågan om yrkesresan bereds vidare.")
        .item("2", "Färdtjänst", "Kommunerna önskar en översyn av färdtjänsten.")
        .item("10", "Lång punkt", filler + "Sist nämns korttidsplatser.\n\n" + filler),
        MinutesBuilder("norr-2022", NORTH, "2022-01-28")
        .item("1", "Yrkesresan", "Avtalet om yrkesresan tecknas.")
        .item("2", "Korttidsplatser", "Arton korttidsplatser finns."),
        MinutesBuilder("soder", SOUTH, "2022-05")
        .item("1", "Nattbemanning", "Tillsynen har kritik mot bemanningen på natten.")
        .item("2", "Yrkesresan", "Nätverket ansluter sig till yrkesresan."),
        MinutesBuilder("odaterad", SOUTH, None).item("1", "Övriga frågor", "Får och far på resa."),
    ]
    return build(tmp_path_factory.mktemp("search"), [indexed(one) for one in documents])


def words_only(made, topic, k=3, **filters):
    return made.index.search_items(Query(topic, topic, **filters), None, k)


def asked(made, topic, **filters):
    return Query(topic, topic, **filters), made.embedder.queries([topic])[0]


def test_dense_leg_is_the_cosine_above_the_mean(made):
    query, vector = asked(made, "")
    vector = made.embedder.queries(["yrkesresan tecknas"])[0]
    cosines = made.vectors @ vector
    expected = dict(zip((chunk.id for chunk in made.chunks), cosines - cosines.mean(), strict=True))
    hits = made.index.search(query, vector, len(made.chunks))
    assert [hit.chunk for hit in hits] == sorted(expected, key=expected.__getitem__, reverse=True)
    np.testing.assert_allclose([hit.dense for hit in hits], [expected[hit.chunk] for hit in hits], atol=1e-6)
    assert all(hit.lexical == 0 and hit.score == hit.dense for hit in hits)


def test_score_is_dense_plus_squared_coverage(made):
    for hit in made.index.search(*asked(made, "avtalet om yrkesresan"), 20):
        assert hit.score == pytest.approx(hit.dense + LEXICAL_WEIGHT * hit.lexical**2, abs=1e-6)


@pytest.mark.parametrize(
    ("topic", "item", "least", "most"),
    [
        ("vad beslutades om yrkesresan?", "norr-2021#1", 1.0, 1.0),
        ("fardtjanst", "norr-2021#2", 0.7, 1.0),
        ("färdtjensten", "norr-2021#2", 0.2, 0.6),
        ("arton korttidsplats", "norr-2022#2", 0.5, 1.0),
        ("kritik nattbemanning vargjakt", "soder#1", 0.5, 0.9),
        ("nattbemanningskritik", "soder#1", 0.3, 0.9),
    ],
    ids=["whole", "no diacritics", "misspelt", "inflected", "one word unknown", "compound"],
)
def test_lexical_is_the_share_of_the_topic_carried(made, topic, item, least, most):
    best = words_only(made, topic)[0]
    assert best.item == item
    assert least <= best.lexical <= most


@pytest.mark.parametrize("topic", ["", "   ", "vad är det?", "får", "?!", "\0", "zzzz"])
def test_without_a_known_word_there_is_no_lexical_hit(made, topic):
    assert words_only(made, topic) == []
    assert len(made.index.search(*asked(made, topic), 5)) == 5


def test_an_item_stands_once_with_its_best_chunk(made):
    query, vector = asked(made, "korttidsplatser välkommen")
    chunks = made.index.search(query, vector, 100)
    items = made.index.search_items(query, vector, 100)
    best = {hit.item: hit.chunk for hit in reversed(chunks)}
    assert len({hit.item for hit in chunks}) == len(items) < len(chunks)
    assert [(hit.item, hit.chunk) for hit in items] == [(hit.item, best[hit.item]) for hit in items]
    assert [hit.rank for hit in items] == list(range(1, len(items) + 1))


FILTERS = [
    ({"bodies": (SOUTH,)}, {"soder#1", "soder#2", "odaterad#1"}),
    ({"bodies": (NORTH, SOUTH), "numbers": ("2",)}, {"norr-2021#2", "norr-2022#2", "soder#2"}),
    ({"meetings": ("norr-2022",)}, {"norr-2022#1", "norr-2022#2"}),
    ({"items": ("soder#1", "norr-2021#3")}, {"soder#1", "norr-2021#3"}),
    ({"numbers": ("10",)}, {"norr-2021#3"}),
    ({"since": date(2022, 1, 1)}, {"norr-2022#1", "norr-2022#2", "soder#1", "soder#2"}),
    ({"until": date(2022, 1, 28), "bodies": (NORTH,), "numbers": ("1",)}, {"norr-2021#1", "norr-2022#1"}),
    ({"since": date(2022, 5, 10), "until": date(2022, 5, 20)}, set()),
    ({"bodies": ("Nätverket i väster",)}, set()),
    ({"meetings": ()}, set()),
    ({"items": ()}, set()),
]


@pytest.mark.parametrize(("filters", "expected"), FILTERS)
def test_filters_leave_exactly_what_they_name(made, filters, expected):
    query, vector = asked(made, "yrkesresan", **filters)
    assert {hit.item for hit in made.index.search_items(query, vector, 100)} == expected
    assert {hit.item for hit in made.index.search_items(query, None, 100)} <= expected


def test_filter_comes_before_the_depth(made, monkeypatch):
    monkeypatch.setattr(search, "DEPTH", 1)
    query, vector = asked(made, "yrkesresan", items=("odaterad#1",))
    assert [hit.item for hit in made.index.search(query, vector, 5)] == ["odaterad#1"]


@given(st.text(), st.sampled_from(FILTERS), st.booleans())
def test_any_question_is_searched_within_its_filters(made, topic, case, by_words):
    filters, expected = case
    query, vector = asked(made, topic, **filters)
    hits = made.index.search(query, None if by_words else vector, 5)
    assert {hit.item for hit in hits} <= expected
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(0 <= hit.lexical <= 1 for hit in hits)


@pytest.mark.parametrize(
    "topic",
    ['yrkesresan" OR "', "yrkesresan NEAR(a b) AND NOT *", "tokens: yrkesresan ^", "yrkesresan\0;--", "yrkesresan'"],
)
def test_operators_of_full_text_search_are_only_text(made, topic):
    assert {hit.item for hit in words_only(made, topic)} == {"norr-2021#1", "norr-2022#1", "soder#2"}


def test_a_very_long_topic_is_searched_by_its_rarest_known_words(made):
    known = " yrkesresan" + " nätverket" * 3
    assert words_only(made, " ".join(f"okänt{n}" for n in range(700))[:5000] + known)[0].lexical > 0
    assert len(made.index._rarest(tuple(f"w{n}" for n in range(500)))) == search.MAX_WORDS


@pytest.mark.parametrize("k", [0, -1])
def test_no_hits_are_asked_for(made, k):
    assert made.index.search(*asked(made, "yrkesresan"), k) == []


def test_threads_share_an_index(made):
    topics = ["yrkesresan", "färdtjänst", "korttidsplatser", "natten"] * 5
    expected = [made.index.search(*asked(made, topic), 5) for topic in topics]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda topic: made.index.search(*asked(made, topic), 5), topics)) == expected


def test_forgotten_postings_are_looked_up_again(made, monkeypatch):
    before = words_only(made, "yrkesresan och färdtjänst")
    monkeypatch.setattr(search, "CACHED_POSTINGS", 5)
    assert words_only(made, "korttidsplatser") != before
    assert words_only(made, "yrkesresan och färdtjänst") == before


def test_an_index_without_chunks_finds_nothing(tmp_path):
    empty = build(tmp_path, [])
    assert empty.index.search(*asked(empty, "yrkesresan"), 5) == []
    assert empty.index.search_items(*asked(empty, "yrkesresan"), 5) == []


@pytest.mark.parametrize("vector", [np.ones(7, np.float32), np.full(32, np.nan, np.float32)], ids=["dim", "nan"])
def test_a_vector_that_does_not_fit_is_an_error(made, vector):
    with pytest.raises(IndexerError):
        made.index.search(Query("yrkesresan", "yrkesresan"), vector, 5)


@pytest.fixture
def large(tmp_path, monkeypatch):
    """Twenty meetings of a network, all about the same trip, one about bathing water; what most say is common."""
    monkeypatch.setattr(write, "LARGE", 1)
    monkeypatch.setattr(write, "COMMON", 0.5)
    built = [
        MinutesBuilder(f"m{n:02}", NORTH, f"20{n:02}-01-01").item("1", "Yrkesresan", f"Resan {n}.") for n in range(19)
    ]
    built.append(MinutesBuilder("vatten", SOUTH, "2022-01-01").item("1", "Badvatten", "Badvattnet är kallt."))
    return build(tmp_path, [indexed(one) for one in built])


def test_common_tokens_are_counted_and_rare_ones_are_not(large):
    common = large.index.register.common_tokens()
    trip, water = word_tokens("yrkesresan")[0], word_tokens("badvattnet")[0]
    assert common[trip] == 19 and water not in common
    assert large.index.idf(trip) == pytest.approx(math.log(1 + 1.5 / 19.5))


def test_common_tokens_are_not_read_beside_rare_ones(large):
    (hit,) = large.index.search_items(Query("q", "yrkesresan badvattnet"), None, 1)
    assert hit.meeting == "vatten"
    assert len(large.index.register.common_tokens().keys() & large.index._postings.keys()) <= 1


def test_a_word_of_common_tokens_alone_still_finds(large):
    hits = large.index.search_items(Query("q", "yrkesresan"), None, 50)
    assert len(hits) == 19 and all(hit.lexical == 1 for hit in hits)


def test_a_small_register_counts_no_tokens(made):
    assert made.index.register.common_tokens() == {}
