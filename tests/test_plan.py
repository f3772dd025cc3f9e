from pathlib import Path

import pytest

from indexer.plan import Moved, check_emptied, check_shrink, is_within, make_plan
from indexer.records import Document, IndexerError
from indexer.sources import Scan, Skipped, SourceFile


def files(**contents):
    return [SourceFile(path, path.replace("_", "/") + ".txt", sha) for path, sha in contents.items()]


def before(**contents):
    found = {}
    for file in files(**contents):
        found[file.path] = Document(file.id, file.path, file.path, "", file.sha256, "", ())
    return found


@pytest.mark.parametrize(
    ("now", "then", "expected"),
    [
        ({"a": "1"}, {}, {"new": ("a.txt",)}),
        ({"a": "1"}, {"a": "1"}, {"unchanged": ("a.txt",)}),
        ({"a": "2"}, {"a": "1"}, {"changed": ("a.txt",)}),
        ({}, {"a": "1"}, {"gone": ("a.txt",)}),
        ({"x_a": "1"}, {"a": "1"}, {"moved": (Moved("x/a.txt", "a.txt"),)}),
        ({"a": "1", "b": "1"}, {"a": "1"}, {"unchanged": ("a.txt",), "new": ("b.txt",)}),
        ({"b": "1", "c": "1"}, {"a": "1"}, {"moved": (Moved("b.txt", "a.txt"),), "new": ("c.txt",)}),
        ({"c": "1"}, {"a": "1", "b": "1"}, {"moved": (Moved("c.txt", "a.txt"),), "gone": ("b.txt",)}),
        ({"a": "2", "b": "1"}, {"a": "1", "b": "2"}, {"changed": ("a.txt", "b.txt")}),
    ],
    ids=["new", "same", "edited", "deleted", "moved", "copied", "moved and copied", "two into one", "swapped"],
)
def test_plan_tells_what_became_of_each_document(now, then, expected):
    plan = make_plan(files(**now), [], before(**then), same_code=True)
    empty = dict.fromkeys(("new", "changed", "moved", "gone", "unchanged"), ())
    assert {name: getattr(plan, name) for name in empty} == empty | expected


def test_nothing_is_gone_where_it_cannot_be_looked_at():
    plan = make_plan([], ["arkiv/", "b.txt"], before(arkiv_2022_a="1", b="2", c="3"), same_code=True)
    assert plan.gone == ("c.txt",)


def test_other_code_makes_every_document_changed():
    plan = make_plan(files(a="1"), [], before(a="1"), same_code=False)
    assert (plan.changed, plan.unchanged) == (("a.txt",), ())


def test_folder_holds_what_lies_in_it_and_nothing_that_only_begins_alike():
    assert is_within("arkiv/2022/a.txt", ["arkiv/"])
    assert not is_within("arkivet/a.txt", ["arkiv/", "arkiv"])


def test_shrink_is_told_with_how_many_and_a_few_of_them():
    with pytest.raises(IndexerError, match=r"^3 av indexets 10 dokument .*\(a, b, c\)\. Det är mer än 20%"):
        check_shrink(["c", "b", "a"], 10, 0.2)
    assert check_shrink(["a", "b", "c"], 15, 0.2) is None


def scan(*paths, unreadable=(), **roots):
    skipped = tuple(Skipped(path, "") for path in unreadable)
    named = {name: Path(f"/srv/{root}") for name, root in roots.items()} or {"": Path("/srv/protokoll")}
    return Scan(tuple(SourceFile(path, path, "1") for path in paths), (), skipped, roots=named)


@pytest.mark.parametrize(
    ("scan", "before", "told"),
    [
        (scan(), [], r"^Inga minnesanteckningar i '/srv/protokoll' \(.docx, .txt\). Lägg några där"),
        (scan(), ["a.txt"], r"^Det finns inte längre .* i '/srv/protokoll', så inget är ändrat\..*--allow-shrink"),
        (
            scan("x/a", x="x", y="y"),
            ["x/a", "y/a", "y/b", "y/c"],
            r"^Det finns inte längre några minnesanteckningar i 'y', så",
        ),
        (scan(x="x", y="y"), ["x/a"], r"^Det finns inte längre några minnesanteckningar i 'x', 'y', så"),
    ],
    ids=["nothing ever", "nothing now", "nothing in one of two", "nothing in any"],
)
def test_source_without_documents_is_refused(scan, before, told):
    with pytest.raises(IndexerError, match=told):
        check_emptied(scan, before, [".txt", ".docx"])


@pytest.mark.parametrize(
    ("scan", "before"),
    [
        (scan("a.txt"), ["a.txt", "b.txt"]),
        (scan(unreadable=["a.txt"]), ["a.txt"]),
        (scan("x/a", x="x", y="y"), ["x/a", "y/a", "y/b"]),
        (scan("x/a", unreadable=["y/"], x="x", y="y"), ["x/a", "y/a", "y/b", "y/c"]),
        (scan("x/a", x="x"), ["x/a", "y/a", "y/b", "y/c"]),
    ],
    ids=["some", "unreadable", "few in one of two", "one of two unreadable", "no longer a source"],
)
def test_source_with_documents_or_too_few_to_miss_is_let_through(scan, before):
    assert check_emptied(scan, before, [".txt"]) is None
