import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from indexer import build, gather, publishing
from indexer.build import Options, build_index
from indexer.generation import current, open_generation, run_lock
from indexer.records import IndexerError, Query
from indexer.report import Report
from indexer.store import Register
from indexer.vector_log import append_vectors
from indexer.vectors import VectorIndex


class Tree:
    """A folder of minutes in a plain form of its own, and the index over it.

    A file is a body and a date on the first line, then "1) Title" lines, "Beslut: ..." lines and text; "FEL" makes its
    reader refuse it, "KRASCH" break.
    """

    def __init__(self, root, embedder, minutes, monkeypatch):
        self.source, self.index, self.embedder, self.minutes = root / "minutes", root / "index", embedder, minutes
        self.read: list[str] = []
        self.built: dict[str, object] = {}
        self.loaded = 0
        self.steps: list[tuple[str, int, int]] = []
        self.source.mkdir()
        monkeypatch.setattr(build, "read_document", self._read_document)
        monkeypatch.setattr(build, "parse_document", lambda document: (self.built[document.path](document.id),))

    def write(self, path, text="Nätverket\n1) Resor\nVi reser.\nBeslut: Vi åker."):
        (self.source / path).parent.mkdir(parents=True, exist_ok=True)
        (self.source / path).write_text(text)
        return self

    def run(self, **changes):
        self.read.clear()
        self.embedder.embedded.clear()
        values = {"model_id": self.embedder.model_id, "embedder_factory": self._load} | changes
        return build_index(self.source, self.index, **values)

    def register(self):
        return Register.open(open_generation(self.index).register)

    def _load(self):
        self.loaded += 1
        return self.embedder

    def _read_document(self, path, root):
        text, relative = path.read_text(), path.relative_to(root).as_posix()
        self.read.append(relative)
        if "FEL" in text:
            raise IndexerError("filen är trasig")
        if "KRASCH" in text:
            raise ZeroDivisionError("x")
        first, *lines = text.splitlines()
        body, _, date = first.partition("|")
        made = self.minutes(path.stem, body, date or None)
        for piece in "\n".join(lines).split("\n\n"):
            heading, *rest = piece.splitlines()
            decisions = [(line, "substantive") for line in rest if line.startswith("Beslut: ")]
            number, _, title = heading.partition(") ")
            made.item(number, title, "\n".join(line for line in rest if not line.startswith("Beslut: ")), decisions)
        self.built[relative] = lambda identity: _renamed(made.meeting(), identity)
        return made.document(relative)


def _renamed(meeting, identity):
    items = tuple(replace(one, id=f"{identity}#{n}") for n, one in enumerate(meeting.items, start=1))
    return replace(meeting, id=identity, document=identity, items=items)


@pytest.fixture
def tree(tmp_path, embedder, minutes, monkeypatch):
    return Tree(tmp_path, embedder, minutes, monkeypatch)


def test_first_run_publishes_everything(tree):
    tree.write("a.txt").write("dalarna/b.txt", "Dalarna|2022-03-04\n1) Budget\nOm pengar.\n\n2) Resor\nBeslut: Nej.")
    report = tree.run()
    assert (report.generation, report.published, report.added) == (1, True, ("a.txt", "dalarna/b.txt"))
    assert (report.documents, report.meetings, report.items, report.decisions, report.chunks) == (2, 2, 3, 2, 3)
    with tree.register() as register:
        assert register.bodies() == ("Dalarna", "Nätverket")
        texts = {
            register.document(m.document).text[c.start : c.end] == c.text
            for m in register.meetings()
            for c in register.chunks().values()
            if c.meeting == m.id
        }
        assert texts == {True}


def test_faiss_and_register_hold_the_same_vectors(tree):
    tree.write("a.txt").write("b.txt", "Dalarna\n1) Budget\nOm pengar.").run()
    index = VectorIndex.load(open_generation(tree.index).vectors)
    with tree.register() as register:
        numbers, vectors = register.vectors()
        for number, vector in zip(numbers, vectors, strict=True):
            assert index.search(vector, 1)[0].tolist() == [number]


def test_nothing_changed_publishes_nothing_and_loads_no_model(tree):
    tree.write("a.txt").run()
    report = tree.run()
    assert (report.published, report.generation, report.unchanged, tree.loaded) == (False, 1, 1, 1)
    assert tree.read == []
    assert report.text().startswith("Inget har ändrats sedan förra körningen (generation 1).")


def test_changed_document_alone_is_read_and_its_new_text_alone_embedded(tree):
    two = "Dalarna\n1) Budget\nOm pengar.\n\n2) Resor\nOm {}."
    tree.write("a.txt").write("b.txt", two.format("bussar")).run()
    report = tree.write("b.txt", two.format("tåg")).run()
    assert (report.changed, report.added, report.unchanged, report.embedded) == (("b.txt",), (), 1, 1)
    assert tree.read == ["b.txt"]
    assert tree.embedder.embedded == ["Dalarna. 2) Resor\nOm tåg."]


def test_incremental_run_gives_the_same_bytes_as_a_run_from_nothing(tree):
    tree.write("a.txt").write("b.txt", "Dalarna|2022-03\n1) Budget\nOm pengar.").write("c.txt").run()
    (tree.source / "c.txt").unlink()
    tree.write("b.txt", "Dalarna|2022-03\n1) Budget\nOm mera pengar.").write("d.txt").run()
    first = open_generation(tree.index)
    kept = first.register.read_bytes(), first.vectors.read_bytes()
    shutil.rmtree(tree.index)
    tree.run()
    second = open_generation(tree.index)
    assert (second.register.read_bytes(), second.vectors.read_bytes()) == kept


def test_removed_document_is_gone_from_the_new_generation(tree):
    tree.write("a.txt").write("b.txt", "Dalarna\n1) Budget\nHemligt namn.").run()
    (tree.source / "b.txt").unlink()
    report = tree.run()
    assert (report.removed, report.documents, report.embedded, tree.loaded) == (("b.txt",), 1, 0, 1)
    generation = open_generation(tree.index)
    assert all(b"Hemligt namn" not in path.read_bytes() for path in generation.path.iterdir())


def test_changed_sidecar_makes_its_document_changed(tree):
    tree.write("a.txt").run()
    assert tree.write("a.meta.toml", "url = 'x'").run().changed == ("a.txt",)


@pytest.mark.parametrize(
    ("word", "told"), [("FEL", "filen är trasig"), ("KRASCH", "oväntat fel, ZeroDivisionError: x")]
)
def test_bad_document_is_reported_and_stops_nothing(tree, word, told):
    report = tree.write("a.txt").write("b.txt", word).run()
    (failure,) = report.failed
    assert (failure.path, failure.reason, failure.kept) == ("b.txt", told, False)
    assert (report.documents, report.added) == (1, ("a.txt",))
    assert "Dokumentet finns inte i indexet." in report.text()


def test_document_that_went_bad_keeps_its_earlier_version(tree):
    tree.write("a.txt").write("b.txt", "Dalarna\n1) Budget\nOm pengar.").run()
    report = tree.write("b.txt", "FEL").write("c.txt").run()
    (failure,) = report.failed
    assert failure.kept and report.documents == 3
    assert "b.txt: filen är trasig. Den tidigare versionen ligger kvar i indexet." in report.text()
    with tree.register() as register:
        assert "Dalarna" in register.bodies()


def test_document_that_stays_bad_publishes_nothing_new_and_is_told_again(tree):
    tree.write("a.txt").write("b.txt").run()
    assert tree.write("b.txt", "FEL").run().published
    report = tree.run()
    assert (report.published, tree.read) == (False, ["b.txt"])
    assert report.failed[0].kept
    assert tree.write("b.txt", "Dalarna\n1) Budget").run().changed == ("b.txt",)


def test_run_where_every_document_fails_is_an_error_and_changes_nothing(tree):
    tree.write("a.txt").run()
    tree.write("a.txt", "FEL")
    with pytest.raises(IndexerError, match=r"Inget av de 1 dokumenten i .* gick att läsa \(a.txt: filen är trasig\)"):
        tree.run()
    assert current(tree.index) == "gen-000001"


def test_documents_of_one_name_in_two_folders_are_both_there(tree):
    report = tree.write("x/p.txt").write("y/p.txt", "Dalarna\n1) Budget").run()
    assert report.documents == 2
    with tree.register() as register:
        assert [one.id for one in register.documents()] == ["x-p", "y-p"]


@pytest.mark.parametrize("name", ["READER_VERSION", "PARSER_VERSION"])
def test_new_reader_or_parser_reads_all_again_but_embeds_nothing(tree, monkeypatch, name):
    tree.write("a.txt").write("b.txt").run()
    monkeypatch.setattr(build, name, "next")
    report = tree.run()
    assert (tree.read, report.changed, report.embedded, tree.loaded) == (["a.txt", "b.txt"], ("a.txt", "b.txt"), 0, 1)
    assert report.published and not tree.run().published


def test_new_chunker_reads_nothing_and_embeds_only_what_it_cuts_otherwise(tree, monkeypatch):
    tree.write("a.txt").write("b.txt", "Dalarna\n1) Budget\nOm pengar.").run()
    monkeypatch.setattr(build, "CHUNKER_VERSION", "next")
    cut = gather.chunk_item

    def cut_otherwise(meeting, item, text):
        context = "Dalarna, ny." if meeting.body == "Dalarna" else None
        return tuple(replace(one, context=context or one.context) for one in cut(meeting, item, text))

    monkeypatch.setattr(gather, "chunk_item", cut_otherwise)
    report = tree.run()
    assert (tree.read, report.unchanged, report.published) == ([], 2, True)
    assert tree.embedder.embedded == ["Dalarna, ny.\nOm pengar."]


def test_new_parser_embeds_only_what_it_reads_otherwise(tree, monkeypatch):
    tree.write("a.txt").write("b.txt", "Dalarna\n1) Budget\nOm pengar.").run()
    parse = build.parse_document
    monkeypatch.setattr(build, "PARSER_VERSION", "next")

    def parse_otherwise(document):
        return tuple(replace(one, body=one.body.replace("Dalarna", "Norrdal")) for one in parse(document))

    monkeypatch.setattr(build, "parse_document", parse_otherwise)
    report = tree.run()
    assert (tree.read, tree.embedder.embedded) == (["a.txt", "b.txt"], ["Norrdal. 1) Budget\nOm pengar."])
    assert report.changed == ("a.txt", "b.txt")


@pytest.mark.parametrize(
    ("old", "new", "read"),
    [
        ("dalarna/p.txt", "arkiv/dalarna/p.txt", []),
        ("dalarna/p.txt", "dalarna/q.txt", []),
        ("dalarna/p.txt", "2022/p.txt", []),
        ("p.txt", "2022/p.txt", ["2022/p.txt"]),
        ("norrdal/p.txt", "2022/p.txt", ["2022/p.txt"]),
        ("dalarna/p.txt", "dalarna/p-2022-03-04.txt", ["dalarna/p-2022-03-04.txt"]),
    ],
    ids=["deeper", "renamed", "other folder", "into a folder", "body may be the folder's", "date in the name"],
)
def test_moved_document_is_embedded_never_and_read_only_where_its_place_may_tell_something(tree, old, new, read):
    tree.write("a.txt").write(old, "Norrdal|2022-03-04\n1) Budget\nOm pengar.").run()
    (tree.source / new).parent.mkdir(parents=True, exist_ok=True)
    (tree.source / old).rename(tree.source / new)
    report = tree.run()
    assert (tree.read, report.embedded, tree.loaded) == (read, 0, 1)
    assert ([(one.path, one.earlier) for one in report.moved], report.added, report.removed) == ([(new, old)], (), ())
    assert f"{old} -> {new}" in report.text()
    with tree.register() as register:
        document = register.document(Path(new).stem)
        assert (document.path, document.name, document.folder) == (new, Path(new).name, Path(new).parent.name)
        ids = {one.id for meeting in register.meetings() for one in meeting.items}
        assert f"{Path(new).stem}#1" in ids


def test_moved_document_gives_the_same_bytes_as_a_run_from_nothing(tree):
    tree.write("a.txt").write("dalarna/b.txt", "Norrdal|2022-03\n1) Budget\nOm pengar.\n\n2) Resor\nBeslut: Nej.").run()
    (tree.source / "dalarna/b.txt").rename(tree.source / "0.txt")
    tree.write("c/dalarna/b.txt", "Norrdal|2022-03\n1) Budget\nOm pengar.\n\n2) Resor\nBeslut: Nej.").run()
    first = open_generation(tree.index)
    kept = first.register.read_bytes(), first.vectors.read_bytes()
    shutil.rmtree(tree.index)
    tree.run()
    second = open_generation(tree.index)
    assert (second.register.read_bytes(), second.vectors.read_bytes()) == kept


def test_moved_document_that_cannot_be_read_stays_as_it_was(tree, monkeypatch):
    tree.write("a.txt").write("norrdal/p.txt", "Norrdal\n1) Budget\nOm pengar.").run()
    (tree.source / "x").mkdir()
    (tree.source / "norrdal/p.txt").rename(tree.source / "x/p.txt")
    monkeypatch.setattr(build, "read_document", lambda path, root: 1 / 0)
    report = tree.run()
    assert ([(one.path, one.kept) for one in report.failed], report.removed) == ([("x/p.txt", True)], ())
    with tree.register() as register:
        assert register.document("p").path == "norrdal/p.txt"


def fill(tree, count):
    for n in range(count):
        tree.write(f"d{n}.txt", f"Nätverket {n}\n1) Resor\nVi reser {n}.")
    return tree


def test_run_stops_where_too_many_documents_are_gone(tree):
    fill(tree, 10).run()
    for n in range(6):
        (tree.source / f"d{n}.txt").unlink()
    with pytest.raises(IndexerError) as caught:
        tree.run()
    told = str(caught.value)
    assert "6 av indexets 10 dokument" in told
    assert "d0.txt, d1.txt, d2.txt, d3.txt, d4.txt och 1 till" in told
    assert "--allow-shrink" in told
    assert (current(tree.index), tree.read) == ("gen-000001", [])
    report = tree.run(options=Options(max_shrink=None))
    assert (len(report.removed), report.documents) == (6, 4)


@pytest.mark.parametrize(("gone", "limit", "stops"), [(2, 0.2, False), (3, 0.2, True), (3, 0.3, False), (4, 0.3, True)])
def test_few_documents_may_vanish(tree, gone, limit, stops):
    fill(tree, 10).run()
    for n in range(gone):
        (tree.source / f"d{n}.txt").unlink()
    try:
        stopped = not tree.run(options=Options(max_shrink=limit)).removed
    except IndexerError:
        stopped = True
    assert stopped is stops


def test_folder_that_cannot_be_listed_loses_nothing(tree, monkeypatch):
    for n in range(4):
        tree.write(f"arkiv/d{n}.txt", f"Nätverket {n}\n1) Resor\nVi reser {n}.")
    tree.write("a.txt").run()
    scandir = os.scandir

    def refuse(path):
        if Path(path).name == "arkiv":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    report = tree.write("b.txt").run()
    assert (report.documents, report.added, report.removed) == (6, ("b.txt",), ())
    assert [(one.path, one.kept) for one in report.failed] == [("arkiv/", True)]
    assert "arkiv/: mappen går inte att läsa (Permission denied)" in report.text()
    monkeypatch.undo()


def generations(tree):
    return sorted(path.name for path in tree.index.glob("gen-*"))


def test_what_was_removed_is_gone_from_the_disk_with_the_run(tree):
    """No generation that still has it may be the one that answers when the newest is damaged."""
    tree.write("a.txt").write("b.txt", "Dalarna\n1) Budget\nHemligt namn.").run()
    tree.write("c.txt", "Dalarna\n1) Resor").run()
    (tree.source / "b.txt").unlink()
    assert tree.run().published
    assert generations(tree) == ["gen-000003"]


def test_what_was_changed_is_gone_from_the_disk_after_the_next_run(tree):
    tree.write("a.txt", "Dalarna\n1) Budget\nHemligt namn.").run()
    tree.write("a.txt").run()
    assert generations(tree) == ["gen-000001", "gen-000002"]
    assert not tree.run().published
    assert generations(tree) == ["gen-000002"]


def test_earlier_version_that_stood_in_for_an_unreadable_one_goes_too(tree):
    """Its file had changed at the source: the generation's text is not the source's."""
    tree.write("a.txt", "Dalarna\n1) Budget\nHemligt namn.").write("b.txt", "Dalarna\n1) Resor").run()
    tree.write("a.txt", "FEL").run()
    (tree.source / "a.txt").unlink()
    tree.run()
    assert generations(tree) == ["gen-000003"]


def test_generations_that_lack_only_what_is_new_are_kept(tree):
    tree.write("a.txt").run()
    tree.write("b.txt", "Dalarna\n1) Budget").run()
    tree.run()
    assert len(list(tree.index.glob("gen-*"))) == 2


def test_purge_leaves_one_generation_even_where_nothing_changed(tree):
    tree.write("a.txt").run()
    tree.write("b.txt", "Dalarna\n1) Budget").run()
    assert not tree.run(options=Options(purge=True)).published
    assert [path.name for path in tree.index.glob("gen-*")] == ["gen-000002"]


def test_other_model_reads_nothing_but_embeds_all_again(tree, embedder):
    tree.write("a.txt").run()
    tree.embedder = type(embedder)("other-16", 16)
    report = tree.run()
    assert (tree.read, report.embedded, report.published) == ([], 1, True)
    assert (open_generation(tree.index).manifest.model, open_generation(tree.index).manifest.dim) == ("other-16", 16)


def test_model_that_names_itself_only_when_loaded_is_embedded_with_once(tree):
    report = tree.write("a.txt").run(model_id="hash")
    assert open_generation(tree.index).manifest.model == "hash-32"
    assert (report.embedded, tree.run().published) == (1, False)


def test_same_model_with_another_dimension_embeds_all_again(tree, embedder):
    tree.write("a.txt").run()
    tree.embedder = type(embedder)("hash-32", 16)
    tree.write("b.txt", "Dalarna\n1) Budget").run()
    assert len(tree.embedder.embedded) == 2


def test_equal_chunks_are_embedded_once(tree):
    report = tree.write("a.txt").write("b.txt").run()
    assert (report.chunks, report.embedded) == (2, 1)


@pytest.mark.parametrize("damaged", ["register.db", "vectors.faiss", "manifest.json", "../CURRENT"])
def test_damaged_index_is_built_anew(tree, damaged):
    tree.write("a.txt").run()
    (tree.index / "gen-000001" / damaged).write_bytes(b"x")
    report = tree.run()
    assert (report.published, report.embedded, report.generation) == (True, 1, 2)
    assert "Det tidigare indexet gick inte att använda" in report.text()
    assert open_generation(tree.index).number == 2


def test_second_run_at_the_same_time_is_refused(tree):
    tree.write("a.txt")
    with run_lock(tree.index), pytest.raises(IndexerError, match=rf"En annan körning \(process {os.getpid()} på"):
        tree.run()


def test_index_that_was_not_written_as_it_should_is_not_published(tree, monkeypatch):
    tree.write("a.txt").run()
    write = publishing.write_register

    def lose(path, documents, hashes, vectors, lexical_text):
        write(path, documents, hashes, vectors, lexical_text)
        with closing(sqlite3.connect(path)) as register:
            register.execute("DELETE FROM chunks WHERE n = 1")
            register.commit()

    monkeypatch.setattr(publishing, "write_register", lose)
    with pytest.raises(IndexerError, match="1 textavsnitt och 2 vektorer av 2"):
        tree.write("b.txt", "Dalarna\n1) Budget").run()
    assert current(tree.index) == "gen-000001"


def test_emptied_source_stops_the_run_unless_it_is_meant(tree):
    tree.write("a.txt").run()
    (tree.source / "a.txt").unlink()
    with pytest.raises(IndexerError, match=r"Det finns inte längre några .*inget är ändrat.*--allow-shrink"):
        tree.run()
    assert current(tree.index) == "gen-000001"
    report = tree.run(options=Options(max_shrink=None))
    assert (report.documents, report.removed, tree.loaded) == (0, ("a.txt",), 1)
    assert "0 dokument i indexet: 1 borttaget." in report.text()
    assert (generations(tree), tree.run().published) == (["gen-000002"], False)
    assert tree.write("b.txt").run().documents == 1


def test_full_disk_leaves_the_generation_in_use(tree, monkeypatch):
    tree.write("a.txt").run()

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(publishing, "write_register", fail)
    with pytest.raises(IndexerError, match=r"går inte att skriva: .*No space left on device"):
        tree.write("b.txt").run()
    assert current(tree.index) == "gen-000001"


@pytest.mark.parametrize("rows", [0, 2])
def test_model_that_gives_too_few_or_many_vectors_is_refused(tree, monkeypatch, embedder, rows):
    monkeypatch.setattr(embedder, "passages", lambda texts, progress: embedder.queries(["x"] * rows))
    with pytest.raises(IndexerError, match=r"gav vektorer av formen \(\d, 32\) för 1 texter"):
        tree.write("a.txt").run()


def test_decision_whose_words_do_not_stand_at_its_span_fails_its_document(tree, monkeypatch):
    tree.write("a.txt").write("b.txt", "Dalarna\n1) Budget\nBeslut: Ja.")
    parse = build.parse_document

    def bend(document):
        (meeting,) = parse(document)
        item = meeting.items[0]
        wrong = replace(item, decisions=tuple(replace(one, text="Beslut: Påhitt.") for one in item.decisions))
        return (replace(meeting, items=(wrong,)) if meeting.body == "Dalarna" else meeting,)

    monkeypatch.setattr(build, "parse_document", bend)
    (failure,) = tree.run().failed
    assert failure.path == "b.txt" and "står inte ordagrant" in failure.reason


@pytest.mark.parametrize("date", ["mars 2022", "2022-3-4", "2022-13", "2022-02-30", "22"])
def test_date_that_is_none_fails_its_document(tree, monkeypatch, date):
    parse = build.parse_document
    tree.write("a.txt").write("b.txt", "Dalarna\n1) Budget")
    monkeypatch.setattr(
        build, "parse_document", lambda d: tuple(replace(m, date=date if d.id == "b" else None) for m in parse(d))
    )
    assert [one.reason.split(" är")[0] for one in tree.run().failed] == [repr(date)]


def test_meetings_of_one_id_are_not_mixed(tree, monkeypatch):
    tree.write("a.txt").write("b.txt", "Dalarna\n1) Budget")
    parse = build.parse_document
    monkeypatch.setattr(build, "parse_document", lambda document: tuple(_renamed(m, "x") for m in parse(document)))
    report = tree.run()
    assert [(one.path, one.reason) for one in report.failed] == [
        ("b.txt", "ett annat möte har samma beteckning. Byt namn på filen.")
    ]


def test_progress_tells_of_reading_embedding_and_writing(tree):
    steps = []
    tree.write("a.txt").write("b.txt").run(progress=lambda *step: steps.append(step))
    assert steps == [("read", 1, 2), ("read", 2, 2), ("embed", 1, 1), ("write", 0, 2), ("write", 1, 2), ("write", 2, 2)]


@pytest.mark.parametrize("made", [False, True], ids=["missing", "empty"])
def test_missing_and_empty_source_are_one_line(tree, made):
    if not made:
        tree.source.rmdir()
    with pytest.raises(IndexerError) as caught:
        tree.run()
    assert "\n" not in str(caught.value)
    assert current(tree.index) is None


def test_report_is_plain_for_json(tree):
    report = tree.write("a.txt").write("b.png", "x").run()
    values = report.as_dict()
    assert values["skipped"] == ({"path": "b.png", "text": "formatet .png kan inte läsas"},)
    assert set(values) == set(Report.__dataclass_fields__)


def test_sample_minutes_are_indexed_whole(tmp_path, embedder):
    sample = Path(__file__).parent.parent / "data" / "minutes"
    report = build_index(sample, tmp_path, embedder.model_id, lambda: embedder)
    assert report.failed == ()
    generation = open_generation(tmp_path)
    with Register.open(generation.register) as register:
        assert any("yrkesresa" in one.record.text.casefold() for one in register.decisions(Query("q", "t")))
        assert all(
            register.text(one.meeting.document, one.record.start, one.record.end) == one.record.text
            for one in register.decisions(Query("q", "t"))
        )


def test_a_long_run_that_is_cut_short_need_not_embed_again(tree, monkeypatch):
    monkeypatch.setattr(build, "PART", 2)
    for n in range(6):
        tree.write(f"m{n}.txt", f"Nätverket|2022-01-0{n + 1}\n1) Resor {n}\nVi reser till plats {n}.")
    passages, calls = tree.embedder.passages, []

    def cut_short(texts, progress=None):
        calls.append(texts)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return passages(texts, progress)

    with monkeypatch.context() as patch:
        patch.setattr(tree.embedder, "passages", cut_short)
        with pytest.raises(KeyboardInterrupt):
            tree.run()
    assert (tree.index / "vectors.begun").exists() and current(tree.index) is None
    report = tree.run()
    assert (report.embedded, report.chunks) == (2, 6)
    assert not (tree.index / "vectors.begun").exists()


def test_vectors_of_a_run_that_was_cut_short_go_with_the_next_one_though_nothing_changed(tree):
    tree.write("a.txt").run()
    append_vectors(tree.index, ["00" * 32], np.ones((1, tree.embedder.dim), np.float32))
    assert not tree.run().published
    assert not (tree.index / "vectors.begun").exists()


def test_vectors_made_in_parts_are_those_made_at_once(tree, monkeypatch):
    for n in range(7):
        tree.write(f"m{n}.txt", f"Nätverket\n1) Resor {n}\n{'Vi reser. ' * n}")
    tree.run()
    with tree.register() as register:
        at_once = register.vectors_by_hash()
    shutil.rmtree(tree.index)
    monkeypatch.setattr(build, "PART", 3)
    tree.run()
    with tree.register() as register:
        in_parts = register.vectors_by_hash()
    assert at_once.keys() == in_parts.keys()
    assert all((at_once[digest] == in_parts[digest]).all() for digest in at_once)


def test_several_workers_give_what_one_gives(tree):
    for n in range(20):
        tree.write(f"m{n:02}.txt", f"Nätverket\n1) Resor {n}\nVi reser." if n % 7 else "FEL")
    one = tree.run()
    files = open_generation(tree.index).manifest.files
    shutil.rmtree(tree.index)
    several = tree.run(options=Options(workers=3))
    assert (several.added, several.failed) == (one.added, one.failed)
    assert open_generation(tree.index).manifest.files == files
    assert sorted(tree.read) == sorted(f"m{n:02}.txt" for n in range(20))


def test_a_weak_vector_index_is_told(tree):
    report = replace(tree.write("a.txt").run(), recall=0.9)
    assert "90 %" in report.text() and "%" not in replace(report, recall=0.96).text()
