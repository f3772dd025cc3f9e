import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from indexer.chunk import chunk_item, content_hash, embedding_text
from indexer.records import IndexerError, Query, Sidecar
from indexer.schema import date_bounds
from indexer.store import Register
from indexer.write import IndexedDocument, write_register


def tokens(text):
    return " ".join(word.strip(".,:)#") for word in text.casefold().split())


def indexed(built, **document):
    meeting = built.meeting()
    chunks = [chunk for item in meeting.items for chunk in chunk_item(meeting, item, built.text)]
    return IndexedDocument(built.document(**document), (meeting,), tuple(chunks))


def write(path, documents, embedder):
    chunks = [chunk for one in documents for chunk in one.chunks]
    vectors = embedder.passages([embedding_text(chunk) for chunk in chunks])
    write_register(path, documents, [content_hash(chunk, "m") for chunk in chunks], vectors, tokens)
    return path


@pytest.fixture
def documents(minutes):
    fyr = minutes("fyr-2022", "Fyrbodal", "2022-03-04", time="09.00", place="Teams", problems=("Året saknas.",))
    fyr.attendee("Karin Ek", "Åmål").attendee("Bo Ås", status="absent")
    fyr.item("9", "Budget", "Läget gås igenom.", [("Nätverket noterar informationen.", "noted")])
    fyr.item(
        "10",
        "Yrkesresan",
        "Anna informerar.",
        [("Nätverket ansluter sig.", "substantive"), ("Frågan bordläggs.", "deferred")],
        [("Anna", "Anna återkommer i maj.")],
        ["Avtal.pdf"],
        page=2,
    )
    old = minutes("fyr-2021", "Fyrbodal", "2021-11").item("§ 10", "Yrkesresan", "", [("Avvakta.", "substantive")])
    dalarna = minutes("dal", "Dalarna", None).item("1", "Öppnande", printed=False)
    sidecar = Sidecar(body="Fyrbodal", url="https://example.org/fyr", aliases=("FyrSam", "Soc Fyrbodal"))
    return [
        indexed(dalarna),
        indexed(old),
        indexed(fyr, path="fyrbodal/mars.pdf", sidecar=sidecar),
    ]


@pytest.fixture
def register(documents, embedder, tmp_path):
    with Register.open(write(tmp_path / "register.db", documents, embedder)) as register:
        yield register


def query(**filters):
    return Query("fråga", "ämne", **filters)


def test_meetings_come_back_as_they_were_written(register, documents):
    written = {meeting.id: meeting for one in documents for meeting in one.meetings}
    assert {meeting.id: meeting for meeting in register.meetings()} == written
    assert register.meetings(["fyr-2022"]) == (written["fyr-2022"],)
    assert register.meetings(["none"]) == register.meetings([]) == ()


def test_meetings_come_by_body_newest_first_and_undated_last(register):
    assert [meeting.id for meeting in register.meetings()] == ["dal", "fyr-2022", "fyr-2021"]
    assert register.select_meetings(query()) == ("fyr-2022", "fyr-2021", "dal")


def test_many_rows_are_the_same_as_rows_one_by_one(register):
    columns = ("n", "title", "number_printed", "number")
    for where, count in (("true", 4), ("title = 'Yrkesresan'", 2), ("false", 0)):
        sql = f"SELECT {', '.join(columns)} FROM items WHERE {where} ORDER BY title DESC, n"
        many = [tuple(row) for row in register.many(columns, sql)]
        assert many == [tuple(row) for row in register.rows(sql)]
        assert len(many) == count


def test_items_come_with_the_header_of_their_meeting(register, documents):
    (meeting,) = documents[2].meetings
    found = register.items(["fyr-2022#2", "dal#1", "fyr-2022#2", "none"])
    assert list(found) == ["fyr-2022#2", "dal#1"]
    assert found["fyr-2022#2"] == (replace(meeting, items=(), attendees=()), meeting.items[1])
    assert len(register.items()) == 4


def test_document_comes_back_with_its_text_sidecar_and_pages(register, documents):
    written = documents[2].document
    found = register.document("fyr-2022")
    assert replace(found, lines=()) == replace(written, lines=())
    assert [found.page_at(i) for i in range(len(found.text))] == [written.page_at(i) for i in range(len(found.text))]
    assert register.text("fyr-2022", 0, 8) == "Karin Ek"
    with pytest.raises(IndexerError, match="inget dokument 'none'"):
        register.document("none")


def test_every_stored_span_is_verbatim(register):
    for meeting in register.meetings():
        text = register.document(meeting.document).text
        for item in meeting.items:
            spans = [*item.decisions, *item.assignments]
            assert [text[one.start : one.end] for one in spans] == [one.text for one in spans]
    for chunk in register.chunks().values():
        assert register.text(chunk.meeting, chunk.start, chunk.end) == chunk.text


def test_chunks_by_id_and_by_number(register, documents):
    written = [chunk for one in documents for chunk in one.chunks]
    assert list(register.chunks().values()) == written
    assert list(register.chunks(["fyr-2022#2.1", "none", "dal#1.1"])) == ["fyr-2022#2.1", "dal#1.1"]
    assert register.chunks_at([4, 1, 99]) == {4: written[3], 1: written[0]}


def test_summaries_count_what_a_document_holds(register):
    first, _, last = register.documents()
    assert (first.id, first.meetings, first.items, first.decisions, first.chunks) == ("dal", 1, 1, 0, 1)
    assert (last.path, last.url, last.items, last.decisions) == ("fyrbodal/mars.pdf", "https://example.org/fyr", 2, 3)


def test_bodies_and_their_aliases(register):
    assert register.bodies() == ("Dalarna", "Fyrbodal")
    assert register.aliases() == {"Fyrbodal": ("FyrSam", "Soc Fyrbodal")}


@pytest.mark.parametrize(
    ("filters", "items"),
    [
        ({}, ["dal#1", "fyr-2022#1", "fyr-2022#2", "fyr-2021#1"]),
        ({"bodies": ("Dalarna",)}, ["dal#1"]),
        ({"bodies": ("dalarna",)}, []),
        ({"meetings": ("fyr-2021", "dal")}, ["dal#1", "fyr-2021#1"]),
        ({"meetings": ()}, []),
        ({"items": ("fyr-2022#2",)}, ["fyr-2022#2"]),
        ({"items": ()}, []),
        ({"numbers": ("10",)}, ["fyr-2022#2", "fyr-2021#1"]),
        ({"numbers": ("10",), "bodies": ("Fyrbodal",), "since": date(2022, 1, 1)}, ["fyr-2022#2"]),
        ({"since": date(2022, 3, 4), "until": date(2022, 3, 4)}, ["fyr-2022#1", "fyr-2022#2"]),
        ({"since": date(2022, 3, 5)}, []),
        ({"since": date(2021, 11, 1), "until": date(2021, 11, 30)}, ["fyr-2021#1"]),
        ({"since": date(2021, 1, 1), "until": date(2021, 12, 31)}, ["fyr-2021#1"]),
        ({"since": date(2021, 11, 15), "until": date(2021, 11, 15)}, []),
        ({"until": date(2021, 11, 15)}, []),
    ],
    ids=str,
)
def test_filters_restrict_items_chunks_and_meetings_alike(register, filters, items):
    asked = query(**filters)
    assert register.select_items(asked) == tuple(items)
    assert set(register.select_meetings(asked)) == {item.split("#")[0] for item in items}
    allowed = register.allowed(asked)
    if not filters:
        assert allowed is None
    else:
        assert {chunk.item for chunk in register.chunks_at(allowed).values()} == set(items)


@pytest.mark.parametrize(
    ("value", "bounds"),
    [
        ("2020-02", ("2020-02-01", "2020-02-29")),
        ("2021-02", ("2021-02-01", "2021-02-28")),
        ("2021-04", ("2021-04-01", "2021-04-30")),
        ("2021", ("2021-01-01", "2021-12-31")),
        ("2021-04-09", ("2021-04-09", "2021-04-09")),
        (None, (None, None)),
    ],
)
def test_bounds_of_a_date(value, bounds):
    assert date_bounds(value) == bounds


def test_decisions_by_kind_body_and_date(register):
    found = register.decisions(query(bodies=("Fyrbodal",)), kinds=("substantive", "deferred"))
    assert [(one.meeting.id, one.item.number, one.record.text) for one in found] == [
        ("fyr-2022", "10", "Nätverket ansluter sig."),
        ("fyr-2022", "10", "Frågan bordläggs."),
        ("fyr-2021", "§ 10", "Avvakta."),
    ]
    assert found[0].record in found[0].item.decisions
    assert [one.record.text for one in register.decisions(query(until=date(2021, 12, 31)))] == ["Avvakta."]


def test_assignments_and_attendees(register):
    (assignment,) = register.assignments(query())
    assert (assignment.record.who, assignment.item.id) == ("Anna", "fyr-2022#2")
    found = register.attendees(query(bodies=("Fyrbodal",)))
    assert [(one.record.name, one.record.status, one.meeting.id) for one in found] == [
        ("Karin Ek", "present", "fyr-2022"),
        ("Bo Ås", "absent", "fyr-2022"),
    ]


def test_full_text_finds_chunk_numbers_and_keeps_swedish_letters_apart(register):
    find = "SELECT rowid FROM chunks_fts WHERE chunks_fts MATCH ? ORDER BY rowid"
    assert [row[0] for row in register.rows(find, ['"yrkesresan"'])] == [2, 4]
    assert [row[0] for row in register.rows(find, ['"oppnande"'])] == []
    assert [row[0] for row in register.rows(find, ['"öppnande"'])] == [1]
    assert register.rows("SELECT doc FROM chunks_vocab WHERE term = 'yrkesresan'")[0]["doc"] == 2


def test_vectors_come_back_bit_for_bit(register, documents, embedder):
    chunks = [chunk for one in documents for chunk in one.chunks]
    expected = embedder.passages([embedding_text(chunk) for chunk in chunks])
    numbers, vectors = register.vectors()
    assert numbers.tolist() == [1, 2, 3, 4]
    np.testing.assert_array_equal(vectors, expected)
    by_hash = register.vectors_by_hash()
    np.testing.assert_array_equal(by_hash[content_hash(chunks[2], "m")], expected[2])


def test_same_input_gives_the_same_bytes(documents, embedder, tmp_path):
    one, two = (write(tmp_path / name, documents, embedder).read_bytes() for name in ("one.db", "two.db"))
    assert one == two


def test_what_was_read_back_is_written_as_the_same_bytes(documents, embedder, register, tmp_path):
    again = [replace(one, document=register.document(one.document.id)) for one in documents]
    assert write(tmp_path / "again.db", again, embedder).read_bytes() == (tmp_path / "register.db").read_bytes()


def test_tables_are_linked_and_searches_indexed(register):
    assert register.rows("PRAGMA foreign_key_check") == []
    plan = register.rows("EXPLAIN QUERY PLAN SELECT * FROM decisions WHERE item = 'x'")[0]["detail"]
    assert "USING INDEX" in plan


def test_register_without_documents_can_be_read(tmp_path):
    write_register(tmp_path / "register.db", [], [], np.zeros((0, 3), np.float32), tokens)
    with Register.open(tmp_path / "register.db") as register:
        assert register.bodies() == register.meetings() == register.documents() == ()
        assert len(register.vectors()[1]) == 0


def test_existing_file_is_not_written_over(register, tmp_path):
    with pytest.raises(IndexerError, match="exists already"):
        write_register(tmp_path / "register.db", [], [], np.zeros((0, 3), np.float32), tokens)


def test_numbers_that_differ_are_refused(documents, tmp_path):
    with pytest.raises(IndexerError, match="4 chunks, 0 hashes and 0 vectors"):
        write_register(tmp_path / "register.db", documents, [], np.zeros((0, 3), np.float32), tokens)


@pytest.mark.parametrize("content", [None, b"", b"nonsense" * 1000], ids=["missing", "empty", "nonsense"])
def test_file_that_is_no_register_is_refused(tmp_path, content):
    path = tmp_path / "register 100%?#.db"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(IndexerError, match="går inte att läsa"):
        Register.open(path)


def test_register_of_another_version_is_refused(register, tmp_path, monkeypatch):
    monkeypatch.setattr("indexer.store.SCHEMA_VERSION", "99")
    with pytest.raises(IndexerError, match=r"det har version \d+, det här programmet läser 99"):
        Register.open(tmp_path / "register.db")


def test_register_cannot_be_written_to(register):
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        register.rows("DELETE FROM documents")


def test_threads_share_a_register_of_fewer_connections_though_its_file_is_gone(documents, embedder, tmp_path):
    path = write(tmp_path / "register.db", documents, embedder)
    with Register.open(path, 2) as register, ThreadPoolExecutor(8) as pool:
        path.unlink()
        found = list(pool.map(lambda n: (register.bodies(), register.document("dal").text), range(400)))
    assert len(found) == 400
    assert set(found) == {(("Dalarna", "Fyrbodal"), documents[0].document.text)}
