import pytest

from indexer.records import IndexerError
from indexer.shard import Shard, only_shard
from indexer.sources import Scan, Skipped, SourceFile


def test_every_path_is_in_one_part():
    paths = [f"nätverk {n}/möte-{n}.docx" for n in range(500)]
    parts = [Shard(number, 8) for number in range(1, 9)]
    assert all(sum(part.holds(path) for part in parts) == 1 for path in paths)
    assert all(20 < sum(part.holds(path) for path in paths) < 120 for part in parts)


def test_a_path_stays_in_its_part():
    assert [n for n in range(1, 9) if Shard(n, 8).holds("dalarna/2021-03-19.docx")] == [2]


def test_a_scan_is_parted_but_folders_that_cannot_be_listed_are_told_in_each():
    files = tuple(SourceFile(str(n), f"{n}.txt", "") for n in range(20))
    scan = Scan(files, (), (Skipped("stängd/", "går inte att öppna"),))
    parts = [only_shard(scan, Shard(number, 3)) for number in (1, 2, 3)]
    assert sorted(one.path for part in parts for one in part.files) == sorted(one.path for one in files)
    assert all(part.unreadable == scan.unreadable for part in parts)


@pytest.mark.parametrize("text", ["0/8", "9/8", "3", "3/0", "a/b", "", "-1/2"])
def test_what_is_no_part_is_told(text):
    with pytest.raises(IndexerError, match="--shard 3/8"):
        Shard.parse(text)
