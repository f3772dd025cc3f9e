import os
from pathlib import Path

import pytest

from indexer.records import IndexerError
from indexer.sources import fingerprint, scan_folder

SUFFIXES = {".txt", ".docx", ".md"}


def fill(root, *paths):
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(f"text of {path}")


def test_documents_come_sorted_by_path_with_their_stem_as_id(tmp_path):
    fill(tmp_path, "b.txt", "dalarna/2022/möte 4 mars.docx", "a.MD")
    found = scan_folder(tmp_path, SUFFIXES)
    assert [(file.path, file.id) for file in found.files] == [
        ("a.MD", "a"),
        ("b.txt", "b"),
        ("dalarna/2022/möte 4 mars.docx", "möte 4 mars"),
    ]
    assert found.skipped == found.unreadable == ()


@pytest.mark.parametrize(
    "name",
    [".hidden.txt", "~$x.docx", "x.txt~", "x.docx.tmp", ".git/x.txt", "x.meta.toml"],
)
def test_hidden_and_temporary_files_and_sidecars_are_no_documents(tmp_path, name):
    fill(tmp_path, "a.txt", name)
    found = scan_folder(tmp_path, SUFFIXES)
    assert [file.path for file in found.files] == ["a.txt"]
    assert found.skipped == ()


def test_what_cannot_be_used_is_skipped_with_a_reason(tmp_path):
    fill(tmp_path, "in/a.txt", "in/bild.png", "in/LÄSMIG", "outside.txt", "other/b.txt")
    root = tmp_path / "in"
    (root / "ut.txt").symlink_to(tmp_path / "outside.txt")
    (root / "borta.txt").symlink_to(tmp_path / "nowhere.txt")
    (root / "mapp").symlink_to(tmp_path / "other")
    os.mkfifo(root / "rör.txt")
    found = scan_folder(root, SUFFIXES)
    assert [file.path for file in found.files] == ["a.txt"]
    assert {one.path: one.reason for one in found.skipped} == {
        "LÄSMIG": "formatet utan filändelse kan inte läsas",
        "bild.png": "formatet .png kan inte läsas",
        "borta.txt": "länken leder ingenstans",
        "rör.txt": "det är ingen vanlig fil",
        "ut.txt": "länken leder ut ur mappen",
    }


@pytest.mark.parametrize(
    ("paths", "ids"),
    [
        (["x/p.txt", "y/p.txt", "z.txt"], ["x-p", "y-p", "z"]),
        (["p.txt", "y/p.txt"], ["p", "y-p"]),
        (["p.md", "p.txt"], ["p-md", "p-txt"]),
        (["a#b@2.txt"], ["a-b-2"]),
        (["a\u030a.txt"], ["å"]),
    ],
    ids=["two folders", "root and folder", "two formats", "number sign", "decomposed letter"],
)
def test_ids_are_distinct(tmp_path, paths, ids):
    fill(tmp_path, *paths)
    assert [file.id for file in scan_folder(tmp_path, SUFFIXES).files] == ids


def test_ids_that_collide_all_the_way_get_a_hash(tmp_path):
    fill(tmp_path, "a-b/c.txt", "a/b-c.txt", "x/c.txt", "x/b-c.txt")
    ids = [file.id for file in scan_folder(tmp_path, SUFFIXES).files]
    assert len(set(ids)) == 4
    assert ids == [file.id for file in scan_folder(tmp_path, SUFFIXES).files]


def test_fingerprint_covers_the_sidecar(tmp_path):
    fill(tmp_path, "a.txt")
    alone = fingerprint(tmp_path / "a.txt")
    (tmp_path / "a.meta.toml").write_text("body = 'X'")
    assert fingerprint(tmp_path / "a.txt") != alone


@pytest.mark.parametrize("name", ["missing", "file.txt"])
def test_missing_folder_is_refused(tmp_path, name):
    fill(tmp_path, "file.txt")
    with pytest.raises(IndexerError, match="Det finns ingen mapp"):
        scan_folder(tmp_path / name, SUFFIXES)


def test_document_that_cannot_be_opened_is_told_of(tmp_path, monkeypatch):
    fill(tmp_path, "a.txt", "b.txt")
    monkeypatch.setattr("indexer.sources.fingerprint", _refuse_b)
    found = scan_folder(tmp_path, SUFFIXES)
    assert [file.path for file in found.files] == ["a.txt"]
    assert [(one.path, one.reason) for one in found.unreadable] == [("b.txt", "filen går inte att öppna: Nej")]


def _refuse_b(path):
    if path.name == "b.txt":
        raise PermissionError(13, "Nej")
    return "0" * 64


@pytest.mark.parametrize("folder", ["dalarna", ""])
def test_folder_that_cannot_be_listed_is_told_and_the_whole_source_stops_the_run(tmp_path, monkeypatch, folder):
    fill(tmp_path, "a.txt", "dalarna/b.txt")
    scandir = os.scandir

    def refuse(path):
        if Path(path) == tmp_path / folder:
            raise PermissionError(13, "Nej", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    if not folder:
        with pytest.raises(IndexerError, match=r"mappen går inte att läsa \(Nej\)"):
            scan_folder(tmp_path, SUFFIXES)
        return
    scan = scan_folder(tmp_path, SUFFIXES)
    assert [file.path for file in scan.files] == ["a.txt"]
    assert [one.path for one in scan.unreadable] == ["dalarna/"]
