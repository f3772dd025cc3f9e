import base64
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.drive import DriveError, Item, apply_changes, file_paths, read_item, safe_name
from indexer.quick_xor import quick_xor_hash

ROOT = {"id": "r", "name": "root", "root": {}, "folder": {}}


def folder(identity, parent="r", name=None):
    return {"id": identity, "name": name or identity, "folder": {}, "parentReference": {"id": parent}}


def file(identity, parent="r", name=None):
    return {"id": identity, "name": name or f"{identity}.txt", "file": {}, "size": 1, "parentReference": {"id": parent}}


def paths(*changes, inside=""):
    return set(file_paths(apply_changes({}, [ROOT, *changes]), inside).values())


def test_folders_that_lie_in_each_other_are_left_out():
    assert paths(folder("a", "b"), folder("b", "a"), file("x", "a"), file("y")) == {"y.txt"}
    assert paths(folder("a", "a"), file("x", "a")) == set()


def test_what_lies_in_a_folder_that_is_not_there_is_left_out():
    assert paths(file("x", "borta"), {"id": "z", "name": "z.txt", "file": {}}) == set()


def test_hidden_and_temporary_files_are_left_out():
    assert (
        paths(file("a", name=".dold.txt"), file("b", name="~$b.docx"), folder("f", name=".f"), file("c", "f")) == set()
    )


def test_names_on_disk_differ_from_one_another_whatever_the_case():
    found = paths(file("1", name="A.txt"), file("2", name="a.txt"), folder("3", name="a.TXT"), file("4", "3", "x.txt"))
    assert len({path.split("/")[0].casefold() for path in found}) == 3


@pytest.mark.parametrize(
    "told", [{}, {"id": "1"}, {"id": "", "name": "x"}, {"id": 5, "name": "x"}, {"id": "1", "name": ""}]
)
def test_an_item_without_id_or_name_is_refused(told):
    with pytest.raises(DriveError, match="utan id eller namn"):
        read_item({"file": {}} | told)


def test_a_file_without_hash_is_known_by_its_tag():
    told = file("1") | {"eTag": "e"}
    assert read_item(told).content == "1:e"
    assert read_item(told | {"file": {"hashes": {"quickXorHash": "q"}}}).content == "1:quickXorHash:q"
    assert read_item(told | {"size": None}).size == -1


NAMES = st.text(st.characters(blacklist_categories=()), min_size=1, max_size=400)


@given(NAMES, st.text(max_size=5))
def test_a_safe_name_is_one_step_down_and_fits(name, identity):
    safe = safe_name(name, identity)
    assert 0 < len(safe.encode()) <= 255
    assert "/" not in safe and "\0" not in safe and safe not in (".", "..")
    assert safe_name(safe, identity) == safe


@given(st.lists(st.tuples(st.integers(1, 6), st.integers(0, 6), st.booleans(), st.booleans()), max_size=30))
def test_only_the_last_word_on_each_item_counts(steps):
    told = []
    for identity, parent, is_file, deleted in steps:
        make = file if is_file else folder
        told.append({"id": str(identity), "deleted": {}} if deleted else make(str(identity), str(parent or "r")))
    last = {one["id"]: one for one in told}
    assert apply_changes({}, [ROOT, *told]) == apply_changes({}, [ROOT, *last.values()])


def test_addresses_follow_the_folder_and_no_other():
    items = {
        "r": Item("r", "", "root", True, url="https://x/D"),
        "a": Item("a", "r", "a", True, url="https://x/D/a"),
        "1": Item("1", "a", "1.pdf", False, url="https://x/D/a/1.pdf"),
        "2": Item("2", "a", "2.docx", False, url="https://x/_layouts/15/Doc.aspx?sourcedoc=2"),
        "3": Item("3", "r", "3.pdf", False, url="https://x/D/ab/3.pdf"),
    }
    after = apply_changes(items, [folder("a", name="b") | {"webUrl": "https://x/D/b"}])
    assert [after[one].url for one in "123"] == ["https://x/D/b/1.pdf", items["2"].url, items["3"].url]


def test_addresses_are_right_when_two_folders_swap_names():
    items = {"r": Item("r", "", "root", True, url="https://x")}
    for one in "ab":
        items[one] = Item(one, "r", one, True, url=f"https://x/{one}")
        items[f"{one}1"] = Item(f"{one}1", one, "1.pdf", False, url=f"https://x/{one}/1.pdf")
    swapped = [folder("a", name="b") | {"webUrl": "https://x/b"}, folder("b", name="a") | {"webUrl": "https://x/a"}]
    after = apply_changes(items, swapped)
    assert (after["a1"].url, after["b1"].url) == ("https://x/b/1.pdf", "https://x/a/1.pdf")


@pytest.mark.parametrize(
    ("data", "expected"),
    [  # some of those that rclone checks its own with
        ("", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        ("b5b4", "taAFAAAAAAAAAAAAAgAAAAAAAAA="),
        ("d2964f", "0rDEEwAAAAAAAAAAAwAAAAAAAAA="),
        ("4fa2d82487c387cd49ac02b7d3d1f624c2535e2b", "zBTHrspn3mEcohlJdIUAbjGNaNg="),
    ],
)
def test_quick_xor_hash_is_that_of_others(data, expected):
    assert quick_xor_hash([bytes.fromhex(data)]) == expected


def slow_quick_xor(data):
    """The definition, bit by bit."""
    bits = [0] * 160
    for n, byte in enumerate(data):
        for bit in range(8):
            bits[(n * 11 + bit) % 160] ^= byte >> bit & 1
    value = sum(bit << place for place, bit in enumerate(bits))
    return value ^ len(data) << 96


@given(st.binary(max_size=700), st.lists(st.integers(0, 700), max_size=4))
def test_quick_xor_hash_follows_its_definition_however_the_bytes_come(data, cuts):
    ends = [0, *sorted(cuts), len(data)]
    parts = [data[a:b] for a, b in pairwise(ends)]
    assert int.from_bytes(base64.b64decode(quick_xor_hash(parts)), "little") == slow_quick_xor(data)
