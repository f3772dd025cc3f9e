"""The parser on whole minutes: floors under its figures, and what must hold for every span of every document."""

import json

import pytest
from conftest import ROOT, SHARED
from made_minutes import compare

from indexer.chunk import chunk_item
from indexer.ocr import missing_tool
from indexer.parse import parse_document
from indexer.read import SUFFIXES, read_document

FIXTURES = ROOT / "tests" / "fixtures"
SAMPLES = ROOT / "data" / "minutes"
REAL, OPEN = SHARED / "minutes", SHARED / "minutes_open"


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


def single(gold, heldout):
    """Gold entries that stand for a whole file with a text of its own."""
    return [g for g in gold if g["heldout"] is heldout and not g.get("multi") and not g.get("scanned")]


def meetings_of(folder, stems=None):
    """The first meeting of each document in a folder, by document id; documents no reader takes are left out."""
    paths = sorted(p for p in folder.iterdir() if p.suffix in SUFFIXES and (stems is None or p.stem in stems))
    return {path.stem: parse_document(read_document(path, folder))[0] for path in paths}


def fixtures(heldout):
    gold = single(load(FIXTURES / "minutes" / "gold.json"), heldout)
    return compare(meetings_of(FIXTURES / "minutes", {g["doc"] for g in gold}), gold)


def assert_floors(figures, items, decisions, presenters, dates):
    assert figures.items.f1 >= items
    assert figures.decisions.f1 >= decisions
    assert figures.presenters.f1 >= presenters
    assert figures.dates >= dates


def test_samples_parse_as_their_gold_says():
    gold = load(ROOT / "data" / "eval" / "gold.json")
    assert_floors(compare(meetings_of(SAMPLES), gold), items=0.99, decisions=0.98, presenters=0.98, dates=1.0)


def test_fixtures_parse_as_their_gold_says():
    assert_floors(fixtures(heldout=False), items=0.98, decisions=0.97, presenters=0.95, dates=0.96)


@pytest.mark.skipif(bool(missing_tool()), reason="tesseract with Swedish is not installed")
def test_scanned_fixtures_parse_as_their_gold_says():
    gold = [g for g in load(FIXTURES / "minutes" / "gold.json") if g.get("scanned")]
    meetings = meetings_of(FIXTURES / "minutes", {g["doc"] for g in gold})
    assert_floors(compare(meetings, gold), items=0.9, decisions=0.85, presenters=1.0, dates=1.0)
    assert all(item.ocr for meeting in meetings.values() for item in meeting.items)


def test_officers_of_fixtures():
    gold = [g for g in load(FIXTURES / "minutes" / "gold.json") if g.get("officers") and not g.get("scanned")]
    meetings = meetings_of(FIXTURES / "minutes", {g["doc"] for g in gold})
    offices = {
        "ordförande": ("ordförande", "mötesledare", "talman"),
        "sekreterare": ("sekreterare",),
        "justerare": ("justerare",),
    }
    wrong = [
        (entry["doc"], name, office)
        for entry in gold
        for office, names in entry["officers"].items()
        for name in names
        if not any(
            word in (one.role or "").casefold()
            for one in meetings[entry["doc"]].attendees
            if one.name == name
            for word in offices[office]
        )
    ]
    assert wrong == []


def test_fixtures_kept_aside_parse_well():
    assert_floors(fixtures(heldout=True), items=0.98, decisions=0.92, presenters=0.95, dates=0.95)


@pytest.mark.skipif(not REAL.is_dir(), reason="the five real minutes are not in ../shared/minutes")
def test_real_minutes_parse_as_their_gold_says():
    gold = load(SHARED / "eval" / "minutes_gold.json")
    assert_floors(compare(meetings_of(REAL), gold), items=0.98, decisions=0.98, presenters=0.98, dates=1.0)


@pytest.mark.skipif(not OPEN.is_dir(), reason="the six open minutes are not in ../shared/minutes_open")
def test_open_minutes_parse_as_their_gold_says():
    gold = load(FIXTURES / "minutes_open_gold.json")
    stems = {g["doc"] for g in gold}
    assert_floors(compare(meetings_of(OPEN, stems), gold), items=0.98, decisions=0.98, presenters=0.98, dates=1.0)


def test_kinds_of_sample_decisions():
    meetings = meetings_of(SAMPLES)
    pairs = []
    for entry in load(ROOT / "data" / "eval" / "gold.json"):
        found = {item.number: item.decisions for item in meetings[entry["doc"]].items}
        for item in entry["items"]:
            pairs += zip(item["kinds"], [d.kind for d in found.get(item["number"], ())], strict=False)
    assert sum(a == b for a, b in pairs) >= 0.97 * len(pairs)


def test_attendance_of_samples():
    meetings = meetings_of(SAMPLES)
    wrong = wanted = 0
    for entry in load(ROOT / "data" / "eval" / "gold.json"):
        status = {person.name: person.status for person in meetings[entry["doc"]].attendees}
        wanted += len(entry["attendees"])
        wrong += sum(status.get(person["name"]) != person["status"] for person in entry["attendees"])
    assert wrong <= 0.03 * wanted


def test_one_body_has_one_name_in_all_its_samples():
    names = {meeting.body for meeting in meetings_of(SAMPLES).values()}
    assert {name for name in names if "Ekhamra" in name} == {"Socialnämnden Ekhamra"}
    assert {name for name in names if name.endswith("Norråda")} == {"Folkhälsorådet Norråda"}
    assert {name for name in names if "Västerled" in name} == {"Socialchefsnätverket Västerled"}


def documents():
    for folder in (SAMPLES, FIXTURES / "minutes", REAL, OPEN):
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if path.suffix in SUFFIXES and "skannad" not in path.stem:
                yield pytest.param(path, id=path.name)


@pytest.mark.parametrize("path", list(documents()))
def test_spans_are_verbatim_and_chunks_keep_to_their_item(path):
    document = read_document(path, path.parent)
    for meeting in parse_document(document):
        at = 0
        for item in meeting.items:
            assert at <= item.start <= item.body_start <= item.end <= len(document.text)
            at = item.end
            for one in (*item.decisions, *item.deferrals, *item.assignments):
                assert document.text[one.start : one.end] == one.text
                assert item.start <= one.start < one.end <= item.end
            chunks = chunk_item(meeting, item, document.text)
            assert all(item.start <= chunk.start < chunk.end <= item.end for chunk in chunks)
            assert all(item.title in chunk.context for chunk in chunks)
            for one in item.decisions:
                assert any(c.start <= one.start < c.end for c in chunks)
        for person in meeting.attendees:
            shown = " ".join(document.text[person.start : person.end].split())  # a line may break inside a name
            assert shown.casefold() == person.name.casefold()
