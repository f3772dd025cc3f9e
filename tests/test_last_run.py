import json
from datetime import UTC, datetime, timedelta

import pytest
from made_index import TopicEmbedder, build, write_minutes

from indexer.build import build_index
from indexer.generation import open_generation
from indexer.last_run import FILE, LastRun, looked_at, noted_run, read_last_run
from indexer.records import BusyError, IndexerError

NOW = datetime(2026, 3, 4, 2, 30, tzinfo=UTC)


@pytest.fixture
def index(tmp_path):
    return build(write_minutes(tmp_path / "minutes"), tmp_path / "index")


def run(index, now=NOW, error=None):
    with noted_run(index, lambda: now) as reports:
        if error is not None:
            raise error
        reports.append(build_index(index.parent / "minutes", index, TopicEmbedder().model_id, TopicEmbedder))


def test_run_that_ended_well_is_noted(index):
    run(index)
    assert read_last_run(index) == LastRun("done", "2026-03-04T02:30:00+00:00", "2026-03-04T02:30:00+00:00", 0.0, 1, 3)


def test_run_with_a_bad_document_is_noted_as_partly_done(index):
    (index.parent / "minutes" / "x.docx").write_text("FEL")
    run(index)
    noted = read_last_run(index)
    assert (noted.outcome, noted.failed, noted.looked) == ("partly", 1, "2026-03-04T02:30:00+00:00")


def test_failed_run_keeps_when_the_source_was_last_looked_at(index):
    run(index)
    with pytest.raises(IndexerError):
        run(index, NOW + timedelta(days=1), IndexerError("disken är full"))
    noted = read_last_run(index)
    assert (noted.outcome, noted.reason) == ("failed", "disken är full")
    assert (noted.at, noted.looked) == ("2026-03-05T02:30:00+00:00", "2026-03-04T02:30:00+00:00")


def test_run_that_breaks_is_noted_without_the_words_of_its_fault(index):
    with pytest.raises(ZeroDivisionError):
        run(index, error=ZeroDivisionError("Anna Ek"))
    assert read_last_run(index).reason == "ZeroDivisionError"
    assert "Anna" not in (index / FILE).read_text()


def test_refused_run_leaves_the_note_to_the_one_at_work(index):
    run(index)
    noted = read_last_run(index)
    with pytest.raises(BusyError):
        run(index, NOW + timedelta(days=1), BusyError("en annan"))
    assert read_last_run(index) == noted


@pytest.mark.parametrize("text", ["", "{", "[]", '{"outcome": "done"}', '{"outcome": "done", "at": "igår"}'])
def test_damaged_note_is_none(index, text):
    (index / FILE).write_text(text)
    assert read_last_run(index) is None


def test_note_that_cannot_be_written_stops_nothing(tmp_path):
    (tmp_path / "index").write_text("en fil i vägen")
    with noted_run(tmp_path / "index", lambda: NOW) as reports:
        reports.clear()
    with pytest.raises(IndexerError, match="x"), noted_run(tmp_path / "index", lambda: NOW):
        raise IndexerError("x")


def test_source_was_looked_at_when_a_run_said_so_and_not_when_the_generation_was_built(index):
    generation = open_generation(index)
    built = datetime.fromisoformat(generation.manifest.built_at)
    assert looked_at(generation) == built
    run(index, built + timedelta(days=9))
    assert looked_at(generation) == built + timedelta(days=9)
    assert json.loads((index / FILE).read_text())["generation"] == generation.number
