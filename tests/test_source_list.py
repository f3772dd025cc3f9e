"""Several sources in one index: what `sources.toml` may say, and what becomes of a library that comes and goes."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from made_canaries import CANARIES, canary_minutes, held, needles
from made_graph import Answer, Drive, Server
from made_index import MINUTES, TopicEmbedder, run, write_minutes

from indexer import forget
from indexer.build import Options, build_index
from indexer.erasing import Erasing
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

    def run(self, **options):
        graph = Graph(lambda renew: "t1", self.server.base, sleep=lambda _: None)
        embedder = TopicEmbedder()
        return build_index(
            scan_sources(read_sources(self.file), graph),
            self.index,
            embedder.model_id,
            lambda: embedder,
            options=Options(**options),
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


def test_a_copy_stays_while_the_run_that_would_remove_it_is_stopped(both):
    for n in range(3):
        both.server.drive.add(f"Protokoll/{n}.txt", PAGE)
    both.run()
    before = current(both.index)
    with pytest.raises(IndexerError, match="--allow-shrink"):
        build_index(both.minutes, both.index, "topic-4096", TopicEmbedder)
    assert (current(both.index), (both.index / "sources" / "syd" / "state.json").exists()) == (before, True)
    assert not both.run().published


def test_one_emptied_source_of_several_stops_the_run(both):
    for n in range(20):
        (both.minutes / f"{n}.txt").write_text(PAGE, encoding="utf-8")
    both.server.drive.add("Protokoll/ny.txt", PAGE)
    both.run()
    both.server.drive.delete(both.server.drive.folder("Protokoll/2023"))
    for name in ("norrdal-2022-03-04.txt", "ny.txt"):
        both.server.drive.delete(both.server.drive.latest_id(name))
    with pytest.raises(IndexerError, match="inte längre några minnesanteckningar i 'syd'"):
        both.run()
    assert len(both.run(max_shrink=None).removed) == 3


# Forgetting


@pytest.fixture
def apart(both):
    """Both have been read, and no two documents have the same text."""
    both.server.drive.write(both.server.drive.latest_id("norrdal-2022-03-04.txt"), PAGE.replace("resan", "bussen"))
    both.run()
    return both


def forget_mars(both):
    return forget.forget(both.index, ["syd/2023/mars.txt"], date(2026, 3, 4)).documents


def fetched(both, identity):
    return len(both.server.asked(f"/content/{identity}/"))


def test_copies_of_a_forgotten_document_go_with_it(both):
    both.run()
    assert [one.path for one in forget_mars(both)] == ["syd/2023/mars.txt", "syd/norrdal-2022-03-04.txt"]
    assert not list((both.index / "sources" / "syd" / "files").rglob("*.txt"))


def test_a_forgotten_document_leaves_the_mirror_and_is_not_fetched_again(apart):
    mars = apart.server.drive.latest_id("mars.txt")
    forget_mars(apart)
    mirror = apart.index / "sources" / "syd"
    assert [path.name for path in (mirror / "files").rglob("*.txt")] == ["norrdal-2022-03-04.txt"]
    assert len(list((mirror / "blobs").iterdir())) == 1
    assert "mars" not in (mirror / "state.json").read_text()
    apart.server.drive.write(mars, PAGE + "Mer.")
    apart.server.drive.move(mars, apart.server.drive.folder("Protokoll"), "april.txt")
    report = apart.run()
    assert (report.published, report.removed, fetched(apart, mars)) == (False, (), 1)
    assert "april" not in (mirror / "state.json").read_text()


def test_the_same_path_or_the_same_content_under_another_id_stays_out_too(apart):
    forget_mars(apart)
    drive = apart.server.drive
    drive.delete(drive.latest_id("mars.txt"))
    again = drive.add("Protokoll/2023/mars.txt", PAGE + "Igen.")
    drive.add("Protokoll/kopia.txt", PAGE)
    drive.delete(drive.latest_id("norrdal-2022-03-04.txt"))
    report = apart.run()
    assert (report.forgotten, fetched(apart, again)) == (("syd/kopia.txt",), 0)
    assert not list((apart.index / "sources" / "syd" / "files").rglob("*.txt"))
    copy = drive.latest_id("kopia.txt")
    assert (apart.run().forgotten, fetched(apart, copy)) == ((), 1)


def test_a_forgotten_document_takes_its_sidecar_along_and_both_come_back(apart):
    apart.server.drive.add("Protokoll/2023/mars.meta.toml", 'title = "Marsmötet"')
    apart.run()
    forget_mars(apart)
    assert held(apart.index, ["Marsmötet".encode(), b"mars.meta"]) == []
    apart.run()
    forget.remember(apart.index, ["syd/2023/mars.txt"])
    report = apart.run()
    assert report.added == ("syd/2023/mars.txt",)
    assert apart.documents()["syd/2023/mars.txt"].document.sidecar.title == "Marsmötet"


def test_a_document_is_forgotten_where_the_mirror_is_damaged(apart):
    (apart.index / "sources" / "syd" / "state.json").write_text("{")
    forget_mars(apart)
    assert held(apart.index / "sources", [b"Yrkesresan"]) == []
    assert apart.run().published is False
    assert "syd/2023/mars.txt" not in apart.documents()


@pytest.mark.parametrize("way", ["deleted in the library", "forgotten"])
def test_of_fifty_names_in_a_library_not_a_byte_is_left(both, way):
    drive, names = both.server.drive, [f"{name}.txt" for name in CANARIES[::10]]
    for n, name in enumerate(names):
        drive.add(f"Protokoll/{name}", canary_minutes(CANARIES[10 * n : 10 * n + 10]))
    both.run()
    forms = [one.encode() for one in CANARIES]
    assert {needle for _, needle in held(both.index, forms)} == set(forms)
    if way == "forgotten":
        forgot = forget.forget(both.index, [f"syd/{name}" for name in names], date(2026, 3, 4), purge=True)
        Erasing(both.index).strike(forgot.erased)  # as the command does when their traces are gone
        assert held(both.index, needles()) == []
        drive.write(drive.latest_id(names[0]), canary_minutes(CANARIES))
    else:
        for name in names:
            drive.delete(drive.latest_id(name))
    Erasing(both.index).strike(both.run(max_shrink=None).erased)
    assert held(both.index, needles()) == []
    assert len(both.documents()) == 5


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
