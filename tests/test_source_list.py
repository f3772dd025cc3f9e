"""Several sources in one index: what `sources.toml` may say, and what becomes of a library that comes and goes."""

import re
import shutil
from pathlib import Path

import pytest
from made_graph import Answer, Drive, Server
from made_index import MINUTES, TopicEmbedder, run, write_minutes

from indexer.build import Options, build_index
from indexer.generation import current, open_generation
from indexer.graph import TRIES, Graph
from indexer.records import IndexerError, Sidecar
from indexer.source_list import needs_graph, read_sources, scan_sources
from indexer.sources import merged
from indexer.store import Register

SITE = 'site = "https://contoso.sharepoint.com/sites/norrdal"'


class Index:
    """An index over a folder and a library."""

    def __init__(self, root, server):
        self.root, self.server, self.index = root, server, root / "index"
        self.minutes = write_minutes(root / "minutes")
        self.list(FOLDER, LIBRARY)

    def list(self, *sources):
        self.file = self.root / "sources.toml"
        self.file.write_text("\n".join(f"[[source]]\n{one}" for one in sources), encoding="utf-8")

    def run(self):
        graph = Graph(lambda renew: "t1", self.server.base, sleep=lambda _: None)
        embedder = TopicEmbedder()
        return build_index(
            scan_sources(read_sources(self.file), graph), self.index, embedder.model_id, lambda: embedder
        )

    def documents(self):
        with Register.open(open_generation(self.index).register) as register:
            return {one.document.path: one for one in register.contents()}


FOLDER = 'name = "arkiv"\nfolder = "minutes"'
LIBRARY = f'name = "syd"\n{SITE}\npath = "Protokoll"\nbody = "Nätverket Syd"\naliases = ["sydnät"]\naccess = ["g1"]'
PAGE = """\
Minnesanteckningar
Datum: 3 mars 2023

1. Yrkesresan
Vi talade om resan.
Beslut: Nätverket köper en egen Yrkesresan.

2. Budget
Budgeten är som förut.
"""


@pytest.fixture
def both(tmp_path):
    with Server(Drive()) as server:
        server.drive.add("Protokoll/norrdal-2022-03-04.txt", PAGE)
        server.drive.add("Protokoll/2023/mars.txt", PAGE)
        server.drive.add("Annat/x.txt", PAGE)
        yield Index(tmp_path, server)


def test_documents_of_all_sources_are_told_apart(both):
    report = both.run()
    assert report.added == (
        *(f"arkiv/{name}" for name in sorted(MINUTES)),
        "syd/2023/mars.txt",
        "syd/norrdal-2022-03-04.txt",
    )
    documents = both.documents()
    assert {documents[path].document.id for path in documents if "norrdal" in path} == {
        "arkiv-norrdal-2022-03-04",
        "syd-norrdal-2022-03-04",
    }
    assert (report.failed, both.run().published) == ((), False)


def test_a_source_settles_what_its_documents_do_not_say(both):
    both.server.drive.add("Protokoll/2023/mars.meta.toml", 'title = "Marsmötet"\naccess = ["g2", "g1"]')
    both.run()
    documents = both.documents()
    mars = documents["syd/2023/mars.txt"]
    web = "https://contoso.sharepoint.com/sites/norrdal/Dokument/Protokoll"
    assert mars.document.sidecar == Sidecar(
        body="Nätverket Syd", title="Marsmötet", url=f"{web}/2023/mars.txt", aliases=("sydnät",), access=("g1",)
    )
    assert (mars.document.folder, mars.meetings[0].body) == ("2023", "Nätverket Syd")
    assert documents["syd/norrdal-2022-03-04.txt"].document.sidecar.access == ("g1",)
    assert documents["arkiv/granvik.txt"].document.sidecar == Sidecar()


def test_a_citation_leads_to_the_file_in_the_library(both, no_model):
    both.run()
    shown = run("ask", "vad beslutades om yrkesresan?", "--index", both.index, "--json").stdout
    assert '"url": "https://contoso.sharepoint.com/sites/norrdal/Dokument/Protokoll/2023/mars.txt"' in shown


def test_a_changed_setting_reads_its_documents_anew(both):
    both.run()
    both.list(FOLDER, LIBRARY.replace('["g1"]', '"public"'))
    report = both.run()
    assert report.changed == ("syd/2023/mars.txt", "syd/norrdal-2022-03-04.txt")
    assert (report.embedded, both.documents()["syd/2023/mars.txt"].document.sidecar.access) == (0, ("public",))


def test_what_changes_in_the_library_changes_in_the_index(both):
    both.run()
    both.server.drive.delete(both.server.drive.latest_id("mars.txt"))
    both.server.drive.move(both.server.drive.latest_id("x.txt"), both.server.drive.folder("Protokoll"))
    report = both.run()
    assert (report.added, report.removed) == (("syd/x.txt",), ("syd/2023/mars.txt",))


def test_a_library_out_of_reach_stays_as_it_was_and_that_is_told(both):
    both.run()
    both.server.fail("/sites/", *[Answer(503)] * TRIES)
    (both.minutes / "granvik.txt").unlink()
    report = both.run()
    ((failed,), removed) = (report.failed, report.removed)
    assert (failed.path, failed.kept, removed) == ("syd", True, ("arkiv/granvik.txt",))
    assert "svarade 503" in failed.reason
    assert {"syd/2023/mars.txt", "syd/norrdal-2022-03-04.txt"} <= both.documents().keys()
    report = both.run()
    assert (report.failed, report.removed) == ((), ())


def test_a_library_that_never_could_be_reached_stops_the_run(both):
    both.list(FOLDER)
    both.run()
    before = current(both.index)
    both.list(FOLDER, LIBRARY)
    both.server.fail("/sites/", Answer(403))
    with pytest.raises(IndexerError, match=r"Källan 'syd' gick inte att läsa, och har aldrig lästs med .*403"):
        both.run()
    assert current(both.index) == before


def test_a_copy_made_with_other_settings_is_not_used(both):
    """Who narrows a source to another folder must not get the old one because the library is out of reach."""
    both.run()
    both.list(FOLDER, LIBRARY.replace('"Protokoll"', '"Annat"'))
    both.server.fail("/sites/", Answer(403))
    with pytest.raises(IndexerError, match="aldrig lästs med de här inställningarna"):
        both.run()
    assert both.run().added == ("syd/x.txt",)


def test_a_library_without_sign_in_is_not_looked_for_elsewhere(both):
    with pytest.raises(IndexerError, match="ingen inloggning"):
        scan_sources(read_sources(both.file), None)(both.index, lambda *_: None)


def test_a_file_that_cannot_be_fetched_keeps_its_earlier_version(both):
    both.run()
    drive = both.server.drive
    mars, new = drive.latest_id("mars.txt"), drive.add("Protokoll/ny.txt", PAGE)
    drive.write(mars, PAGE.replace("köper", "säljer"))
    both.server.fail(f"/content/({mars}|{new})/", *[Answer(404)] * 6)
    report = both.run()
    assert [(one.path, one.kept) for one in report.failed] == [("syd/2023/mars.txt", True), ("syd/ny.txt", False)]
    assert "köper" in both.documents()["syd/2023/mars.txt"].document.text
    report = both.run()
    assert (report.added, report.changed, report.failed) == (("syd/ny.txt",), ("syd/2023/mars.txt",), ())


def test_a_lost_mirror_never_takes_a_document_with_it(both):
    """The copy is gone and the file cannot be fetched: the index still has what it had."""
    both.run()
    shutil.rmtree(both.index / "sources")
    mars = both.server.drive.latest_id("mars.txt")
    both.server.fail(f"/content/{mars}/", *[Answer(404)] * 3)
    report = both.run()
    assert [(one.path, one.kept) for one in report.failed] == [("syd/2023/mars.txt", True)]
    assert (report.removed, "syd/2023/mars.txt" in both.documents()) == ((), True)


def test_what_is_no_longer_a_source_leaves_nothing_behind(both):
    both.run()
    assert (both.index / "sources" / "syd").is_dir()
    both.list(FOLDER)
    report = both.run()
    assert report.removed == ("syd/2023/mars.txt", "syd/norrdal-2022-03-04.txt")
    assert list((both.index / "sources").iterdir()) == []


def test_a_plain_folder_has_paths_without_a_source(both):
    both.run()
    report = build_index(both.minutes, both.index, "topic-4096", TopicEmbedder, options=Options(max_shrink=None))
    assert report.added == tuple(sorted(MINUTES))
    assert list((both.index / "sources").iterdir()) == []


def test_only_some_formats_may_count(both):
    both.list(FOLDER + '\ninclude = [".MD"]')
    assert both.run().added == ("arkiv/sjovik-2021-11-19.md",)


def test_the_command_takes_a_list_of_sources(both, no_model, monkeypatch):
    for name in ("GRAPH_TENANT_ID", "GRAPH_CLIENT_ID"):
        monkeypatch.delenv(name, raising=False)
    both.list(FOLDER)
    assert "3 nya" in run("index", both.file, "--index", both.index).stdout
    both.list(FOLDER, LIBRARY)
    result = run("index", both.file, "--index", both.index)
    assert (result.exit_code, "GRAPH_TENANT_ID" in result.stderr) == (1, True)


def test_the_command_reads_a_library_with_the_settings_of_the_environment(both, no_model, monkeypatch):
    monkeypatch.setattr("indexer.sign_in.graph_token", lambda settings: lambda renew: settings.secret.value)
    given = {"TENANT_ID": "t", "CLIENT_ID": "c", "CLIENT_SECRET": "t1", "BASE": both.server.base}
    for name, value in given.items():
        monkeypatch.setenv(f"GRAPH_{name}", value)
    assert "5 nya" in run("index", both.file, "--index", both.index).stdout


def test_the_own_sidecar_goes_before_the_source():
    settled = Sidecar(body="A", url="https://x", access=("public",))
    assert merged(settled, Sidecar(body="B", date="2023")) == Sidecar(
        body="B", date="2023", url="https://x", access=("public",)
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x = ", "går inte att läsa som TOML"),
        ("", "ska bestå av avsnitt [[source]]"),
        ("[[sources]]\nname = 'a'", "ska bestå av avsnitt [[source]]"),
        ("source = 'a'", "ska bestå av avsnitt [[source]]"),
        (f"[[source]]\n{SITE}", "källa 1 (utan namn): name saknas"),
        (f"[[source]]\nname = 5\n{SITE}", "name är 5"),
        (f"[[source]]\nname = '../a'\n{SITE}", "name är '../a'"),
        (f"[[source]]\nname = 'a'\nmapp = 'x'\n{SITE}", "källa 1 (a): okända nycklar ['mapp']. Kända är"),
        (f"[[source]]\nname = 'a'\n{SITE}\n[[source]]\nname = 'A'\n{SITE}", "källa 2 (A): namnet finns redan"),
        ("[[source]]\nname = 'a'", "ange folder, site eller drive"),
        (f"[[source]]\nname = 'a'\n{SITE}\ndrive = 'd'", "ange folder, site eller drive"),
        ("[[source]]\nname = 'a'\nfolder = 'finns-inte'", "folder är 'finns-inte': det finns ingen mapp"),
        (f"[[source]]\nname = 'a'\nfolder = '.'\n{SITE}", "folder går inte ihop med site"),
        ("[[source]]\nname = 'a'\nfolder = '.'\npath = 'x'", "folder går inte ihop med path"),
        ("[[source]]\nname = 'a'\nsite = 'contoso.sharepoint.com'", "site är 'contoso.sharepoint.com'"),
        ("[[source]]\nname = 'a'\ndrive = 'd'\nlibrary = 'x'", "library går inte ihop med drive"),
        (f"[[source]]\nname = 'a'\n{SITE}\naccess = 'alla'", "access är 'alla'"),
        (f"[[source]]\nname = 'a'\n{SITE}\naliases = ['b']", "aliases är kortnamn på body"),
        (f"[[source]]\nname = 'a'\n{SITE}\ninclude = ['.xlsx']", "include: .xlsx kan inte läsas"),
        (f"[[source]]\nname = 'a'\n{SITE}\ninclude = []", "include är []"),
    ],
)  # fmt: skip
def test_a_list_that_cannot_be_used_says_what_to_change(tmp_path, text, told):
    (tmp_path / "sources.toml").write_text(text, encoding="utf-8")
    with pytest.raises(IndexerError, match=re.escape(told)) as error:
        read_sources(tmp_path / "sources.toml")
    assert "sources.toml" in str(error.value)


def test_a_list_that_is_not_there_is_told(tmp_path):
    with pytest.raises(IndexerError, match="går inte att öppna"):
        read_sources(tmp_path / "sources.toml")


def test_the_example_in_the_page_can_be_used(tmp_path):
    page = (Path(__file__).resolve().parent.parent / "deploy" / "SOURCES.md").read_text(encoding="utf-8")
    example = re.search(r"```toml\n(.*?)```", page, re.DOTALL)[1].replace("/srv/protokoll", str(tmp_path))
    (tmp_path / "sources.toml").write_text(example, encoding="utf-8")
    sources = read_sources(tmp_path / "sources.toml")
    assert ([one.name for one in sources], needs_graph(sources)) == (["ostrand", "ifo", "arkiv"], True)
