"""What Graph may say, and what becomes of the mirror: each situation is a row of the table in deploy/SOURCES.md."""

import json
import os
import random
import re
import shutil
from email.utils import formatdate
from pathlib import Path

import pytest
from made_graph import GONE, HANG_UP, NOW, Answer, Drive, Server, World

from indexer.graph import DOWNLOAD_TRIES, LONGEST_WAIT, TRIES, Graph
from indexer.mirror import kept_mirror
from indexer.records import IndexerError

SITUATIONS = {}
DELTA = "/root/delta"
THROTTLED = Answer(429, {"Retry-After": "7"})


def situation(name):
    """Marks a function as one of the situations, under the name that the page gives it."""

    def mark(function):
        assert name not in SITUATIONS
        SITUATIONS[name] = function
        return function

    return mark


@pytest.fixture
def world(tmp_path):
    with Server(Drive()) as server:
        yield World(tmp_path, server)


@pytest.fixture
def read(world):
    """A world with three files that have been read once."""
    world.drive.add("a.txt", "A")
    world.drive.add("norr/b.txt", "B")
    world.drive.add("norr/djup/c.txt", "C")
    world.ids = {entry.name: entry.id for entry in world.drive.entries.values()}
    assert world.sync() == world.truth()
    return world


# Changes


@situation("Första läsningen, över flera sidor")
def _(w):
    w.drive.page_size = 2
    for n in range(7):
        w.drive.add(f"mapp{n % 2}/ny{n}.txt", f"text {n}")
    w.folder = w.folder.with_name("annan")
    assert w.sync() == w.truth()
    assert (len(w.files()), len(w.server.asked(DELTA))) == (10, 8)


@situation("Inget har ändrats")
def _(w):
    assert w.sync() == w.truth()
    assert (len(w.server.asked(DELTA)), w.downloads(), w.server.asked("permissions")) == (1, [], [])


@situation("Ny fil")
def _(w):
    w.drive.add("syd/d.txt", "D")
    assert w.sync() == w.truth()
    assert len(w.downloads()) == 1


@situation("Fil med nytt innehåll")
def _(w):
    w.drive.write(w.ids["b.txt"], "B2")
    assert w.sync()["norr/b.txt"] == "B2"
    assert len(w.downloads()) == 1


@situation("Fil byter namn")
def _(w):
    w.drive.move(w.ids["a.txt"], name="å.txt")
    assert w.sync() == w.truth() == {"å.txt": "A", "norr/b.txt": "B", "norr/djup/c.txt": "C"}
    assert w.downloads() == []
    assert w.mirror.urls["å.txt"].endswith("/Dokument/å.txt")


@situation("Fil flyttas mellan mappar")
def _(w):
    w.drive.move(w.ids["a.txt"], w.ids["djup"])
    assert w.sync() == w.truth()
    assert ("norr/djup/a.txt" in w.files(), w.downloads()) == (True, [])


@situation("Fil flyttas ut ur den valda mappen")
def _(w):
    assert w.only("norr").sync() == {"b.txt": "B", "djup/c.txt": "C"}
    w.drive.move(w.ids["b.txt"], "root")
    assert w.sync() == {"djup/c.txt": "C"}


@situation("Fil flyttas in i den valda mappen")
def _(w):
    w.only("NORR").sync()
    w.drive.move(w.ids["a.txt"], w.ids["norr"])
    assert w.sync() == {"a.txt": "A", "b.txt": "B", "djup/c.txt": "C"}
    w.only("norr")


@situation("Mapp byter namn, utan att Graph nämner det som ligger i den")
def _(w):
    w.drive.move(w.ids["norr"], name="söder")
    assert w.sync() == w.truth() == {"a.txt": "A", "söder/b.txt": "B", "söder/djup/c.txt": "C"}
    assert w.downloads() == []
    assert w.mirror.urls == {
        path: f"https://contoso.sharepoint.com/sites/norrdal/Dokument/{path}" for path in w.files()
    }


@situation("Mapp flyttas in i den valda mappen")
def _(w):
    vald = w.drive.folder("vald")
    w.drive.put(vald, "d.txt", "D")
    assert w.only("vald").sync() == {"d.txt": "D"}
    w.drive.move(w.ids["norr"], vald)
    assert w.sync() == {"d.txt": "D", "norr/b.txt": "B", "norr/djup/c.txt": "C"}


@situation("Mapp flyttas ut ur den valda mappen")
def _(w):
    w.only("norr").sync()
    w.drive.move(w.ids["djup"], "root")
    assert w.sync() == {"b.txt": "B"}


@situation("Fil tas bort")
def _(w):
    w.drive.write(w.ids["b.txt"], "Kanariefågel")
    w.sync()
    assert b"Kanarie" in w.bytes_on_disk()
    w.drive.delete(w.ids["b.txt"])
    assert w.sync() == w.truth() == {"a.txt": "A", "norr/djup/c.txt": "C"}
    assert b"Kanarie" not in w.bytes_on_disk()
    assert b"b.txt" not in w.bytes_on_disk()


@situation("Mapp tas bort, utan att Graph nämner det som låg i den")
def _(w):
    w.drive.delete(w.ids["norr"])
    assert w.sync() == w.truth() == {"a.txt": "A"}


@situation("Fil flyttas ut ur en mapp som sedan tas bort")
def _(w):
    w.drive.move(w.ids["c.txt"], "root")
    w.drive.delete(w.ids["norr"])
    w.drive.changed[w.ids["c.txt"]] = w.drive.latest + 1  # told after the folder that it lay in
    assert w.sync() == w.truth() == {"a.txt": "A", "c.txt": "C"}


@situation("Fil tas bort och en ny får samma namn")
def _(w):
    w.drive.delete(w.ids["a.txt"])
    w.drive.add("a.txt", "en annan")
    assert w.sync() == w.truth()
    assert w.files()["a.txt"] == "en annan"


@situation("Två filer byter namn med varandra")
def _(w):
    other = w.drive.add("d.txt", "D")
    w.sync()
    w.drive.move(w.ids["a.txt"], name="d.txt")
    w.drive.move(other, name="a.txt")
    assert w.sync() == w.truth()
    assert (w.files()["a.txt"], w.downloads()) == ("D", [])


@situation("Samma post flera gånger: den sista gäller")
def _(w):
    a = w.ids["a.txt"]
    first = w.drive.told(a) | {"name": "gammal.txt"}
    w.drive.move(a, name="ny.txt")
    link = f"{w.server.base}/drives/d1{DELTA}?since=1"
    told = {"value": [first, {"id": a, "deleted": {}}, w.drive.told(a)], "@odata.deltaLink": link}
    w.server.fail(DELTA, Answer(body=json.dumps(told).encode()))
    assert w.sync() == w.truth()


@situation("Fil nämns före mappen som den ligger i")
def _(w):
    folder = w.drive.folder("syd")
    w.drive.add("syd/d.txt", "D")
    w.drive.move(folder)
    w.drive.page_size = 1
    assert w.sync() == w.truth()


@situation("Anteckningsböcker och genvägar till andra bibliotek")
def _(w):
    w.drive.put("root", "genväg.txt", "x", remoteItem={"id": "1"})
    w.drive.put("root", "bok.docx", None, package={"type": "oneNote"})
    w.drive.add("bild.png", "x")
    assert w.sync() == {"a.txt": "A", "norr/b.txt": "B", "norr/djup/c.txt": "C"}


# Names


@situation("Namn som leder ut ur mappen eller inte går att spara")
def _(w):
    for n, name in enumerate(
        ["../ut.txt", "/etc/x.txt", "..\\..\\y.txt", "rad\nbyte.txt", "noll\0.txt", "halv\ud800.txt"]
    ):
        w.drive.put("root", name, f"h{n}")
    found = w.sync()
    assert {found.pop(path) for path in list(found) if path not in ("a.txt", "norr/b.txt", "norr/djup/c.txt")} == {
        f"h{n}" for n in range(6)
    }
    assert [path for path in w.folder.parent.iterdir() if path != w.folder] == []
    assert all(re.fullmatch(r"[^\x00-\x1f\\]+", path) and ".." not in path.split("/") for path in w.files())


@situation("Namn som blir lika när de gjorts säkra")
def _(w):
    w.drive.put("root", "x/y.txt", "1")
    w.drive.put("root", "x\\y.txt", "2")
    found = w.sync()
    assert sorted(text for path, text in found.items() if path.startswith("x_y")) == ["1", "2"]
    assert w.sync() == found


@situation("Namn som är längre än filsystemet tar")
def _(w):
    w.drive.put("root", "ö" * 390 + ".txt", "1")
    w.drive.put("root", "ö" * 391 + ".txt", "2")
    found = {path: text for path, text in w.sync().items() if path.startswith("ö")}
    assert (sorted(found.values()), {len(path.encode()) <= 255 for path in found}) == (["1", "2"], {True})


# Throttling and faults on the way


@situation("429 med Retry-After i sekunder")
def _(w):
    w.server.fail(DELTA, THROTTLED, THROTTLED)
    w.drive.add("d.txt", "D")
    w.server.fail("/content/", THROTTLED)
    assert w.sync() == w.truth()
    assert w.waits == [7.0, 7.0, 7.0]


@situation("429 med Retry-After som klockslag")
def _(w):
    w.server.fail(DELTA, Answer(429, {"Retry-After": formatdate(NOW + 90, usegmt=True)}))
    assert w.sync() == w.truth()
    assert w.waits == [90.0]


@situation("429 som ber om längre väntan än körningen har")
def _(w):
    w.server.fail(DELTA, Answer(429, {"Retry-After": str(LONGEST_WAIT + 60)}))
    assert "6 minuter" in w.refused()
    assert w.waits == []


@situation("429 utan slut")
def _(w):
    w.server.fail(DELTA, *[THROTTLED] * TRIES)
    assert "svarade 429" in w.refused()
    assert len(w.waits) == TRIES - 1


@situation("500, 502, 503 och 504 utan Retry-After")
def _(w):
    w.server.fail(DELTA, *(Answer(status) for status in (503, 504, 500, 502)))
    assert w.sync() == w.truth()
    assert w.waits == [1.0, 2.0, 4.0, 8.0]


@situation("Förbindelsen bryts utan svar")
def _(w):
    w.server.fail(DELTA, HANG_UP)
    w.drive.add("d.txt", "D")
    w.server.fail("/content/", HANG_UP)
    assert w.sync() == w.truth()


@situation("Sida som inte är JSON, eller avklippt")
def _(w):
    page = Answer(body=b'{"value": []}')
    w.server.fail(DELTA, Answer(body=b"<html>Logga in</html>"), Answer(body=page.body, cut=5))
    assert w.sync() == w.truth()
    w.server.fail(DELTA, *[Answer(body=b"<html>")] * TRIES)
    assert "proxy" in w.refused()


@situation("Sida utan fortsättning och utan deltalänk")
def _(w):
    w.drive.add("d.txt", "D")
    w.server.fail(DELTA, Answer(body=b'{"value": []}'))
    assert "deltaLink" in w.refused()
    assert w.sync() == w.truth()


@situation("Sida som hänvisar till sig själv")
def _(w):
    link = f"{w.server.base}/drives/d1{DELTA}?x=1"
    page = Answer(body=json.dumps({"value": [], "@odata.nextLink": link}).encode())
    w.server.fail(DELTA, page, page)
    assert "samma sida två gånger" in w.refused()


@situation("Sida som hänvisar till en annan värd")
def _(w):
    page = {"value": [], "@odata.nextLink": w.server.base.replace("127.0.0.1", "localhost") + f"/drives/d1{DELTA}"}
    w.server.fail(DELTA, Answer(body=json.dumps(page).encode()))
    assert "annan värd, 'localhost'" in w.refused()
    assert len(w.server.asked(DELTA)) == 1


@situation("Post utan id eller namn")
def _(w):
    page = {"value": [{"id": "i9", "file": {}}], "@odata.deltaLink": f"{w.server.base}{DELTA}"}
    w.server.fail(DELTA, Answer(body=json.dumps(page).encode()))
    assert "utan id eller namn" in w.refused()


# Sign-in and rights


@situation("Token har gått ut (401)")
def _(w):
    w.server.tokens = {"t2"}
    assert w.sync() == w.truth()
    assert (w.renewed, w.waits) == (1, [])


@situation("Token går ut mitt i körningen")
def _(w):
    for n in range(5):
        w.drive.add(f"ny{n}.txt", f"{n}")
    w.server.addresses = False

    def expire(path):
        if "i6" in path:
            w.server.tokens = {"t2"}

    w.server.before_reply = expire
    assert w.sync() == w.truth()
    assert w.renewed == 1


@situation("Token nekas även när den är ny")
def _(w):
    w.server.tokens = set()
    assert "401 (InvalidAuthenticationToken)" in w.refused()
    assert w.renewed == 1
    w.server.tokens = {"t2"}


@situation("Rättighet till biblioteket saknas (403)")
def _(w):
    w.server.fail(DELTA, Answer(403, body=b'{"error": {"code": "accessDenied"}}'))
    assert "403 (accessDenied). Appen saknar rättighet" in w.refused()


@situation("Platsen finns inte (404)")
def _(w):
    w.server.fail("/sites/", Answer(404))
    assert "Kontrollera site" in w.refused()


@situation("Filernas rättigheter får inte läsas")
def _(w):
    w.drive.add("d.txt", "D")
    w.drive.add("e.txt", "E")
    w.server.fail("/permissions", Answer(403))
    assert w.sync() == w.truth()
    assert len(w.server.asked("/permissions")) == 1
    assert "rättigheter gick inte att läsa" in w.mirror.notes[0].reason
    w.sync()
    assert (len(w.server.asked("/permissions")), w.mirror.notes) == (2, ())


@situation("Etikett på en låst fil (423)")
def _(w):
    w.drive.add("d.docx", "D")
    w.server.fail("/extractSensitivityLabels", Answer(423, body=b'{"error": {"code": "fileDoubleKeyEncrypted"}}'))
    assert (w.sync(), w.mirror.notes) == (w.truth(), ())
    assert kept_file(w, "d.docx")["labels"] is None
    w.sync()
    assert kept_file(w, "d.docx")["labels"] == ["internt"]


# Starting anew


@situation("410: Graph har glömt var vi var, med ny länk")
def _(w):
    w.drive.delete(w.ids["b.txt"])
    w.drive.add("d.txt", "D")
    w.server.oldest = w.drive.latest
    assert w.sync() == w.truth() == {"a.txt": "A", "norr/djup/c.txt": "C", "d.txt": "D"}
    assert len(w.downloads()) == 1


@situation("410 utan ny länk, eller med en till en annan värd")
def _(w):
    for headers in ({}, {"Location": "http://localhost:1/v1.0/stjäl"}):
        w.drive.delete(w.drive.add("x.txt", "X"))
        w.server.fail(DELTA, Answer(410, headers, GONE))
        assert w.sync() == w.truth()


@situation("410 mitt bland sidorna")
def _(w):
    w.drive.page_size = 1
    w.drive.add("d.txt", "D")
    w.drive.delete(w.ids["b.txt"])
    w.server.fail("skip=1$", Answer(410, {"Location": f"{w.server.base}/drives/d1{DELTA}"}, GONE))
    assert w.sync() == w.truth()


@situation("410 om och om igen")
def _(w):
    w.server.fail(DELTA, *[Answer(410, {}, GONE)] * 3)
    assert "gång på gång" in w.refused()


@situation("Full uppräkning utan bibliotekets rot")
def _(w):
    page = {"value": [], "@odata.deltaLink": f"{w.server.base}/drives/d1{DELTA}?since=1"}
    w.server.fail(DELTA, Answer(410, {}, GONE), Answer(body=json.dumps(page).encode()))
    assert "utan bibliotekets rot" in w.refused()


@situation("Biblioteket är tömt")
def _(w):
    for name in ("a.txt", "norr"):
        w.drive.delete(w.ids[name])
    assert w.sync() == {}
    assert kept_mirror(w.folder, w.library) is not None


@situation("Den valda mappen finns inte")
def _(w):
    w.only("norr").sync()
    w.drive.move(w.ids["norr"], name="söder")
    assert "'norr'" in w.refused()
    assert w.only("söder").sync() == w.truth()


@situation("Spegelns egen anteckning är skadad eller borta")
def _(w):
    for damage in (b"{", b'{"version": 0}', b'{"version": 1, "items": 5}', b""):
        (w.folder / "state.json").write_bytes(damage)
        w.drive.delete(w.drive.add("x.txt", "X"))
        assert (w.sync(), w.downloads()) == (w.truth(), [])
    (w.folder / "state.json").unlink()
    assert w.sync() == w.truth()


@situation("Fil i spegeln är skadad eller borta")
def _(w):
    w.drive.write(w.ids["a.txt"], "AAAA")
    w.sync()
    blobs = sorted((w.folder / "blobs").iterdir())
    blobs[0].unlink()
    blobs[1].write_bytes(b"")
    assert w.sync() == w.truth()
    assert len(w.downloads()) == 2


# Single files


@situation("Avklippt nedladdning")
def _(w):
    w.drive.write(w.ids["a.txt"], "ett långt protokoll")
    w.server.fail("/content/", Answer(body=b"ett l", cut=3), Answer(body=b"ett l"))
    assert w.sync() == w.truth()
    assert len(w.downloads()) == 3


@situation("Nedladdning som aldrig blir hel")
def _(w):
    w.drive.write(w.ids["a.txt"], "ett långt protokoll")
    w.drive.write(w.ids["b.txt"], "B2")
    w.server.fail(f"/content/{w.ids['a.txt']}", *[Answer(body=b"ett l")] * DOWNLOAD_TRIES)
    assert w.sync() == {"a.txt": "A", "norr/b.txt": "B2", "norr/djup/c.txt": "C"}
    assert "fick 5 byte av 20" in w.stale()["a.txt"]
    assert (w.sync(), w.stale()) == (w.truth(), {})


@situation("Ny fil som aldrig blir hel")
def _(w):
    new = w.drive.add("d.txt", "D")
    w.server.fail(f"/content/{new}", *[Answer(404)] * DOWNLOAD_TRIES)
    assert "d.txt" not in w.sync()
    assert "404" in w.stale()["d.txt"]
    assert (w.sync(), w.stale()) == (w.truth(), {})


@situation("Fel kontrollsumma")
def _(w):
    w.drive.write(w.ids["a.txt"], "rätt")
    w.server.fail("/content/", Answer(body="vrål".encode()[:5]))
    assert w.sync() == w.truth()
    w.drive.write(w.ids["a.txt"], "åter")
    w.server.fail("/content/", *[Answer(body="ätér"[:3].encode())] * DOWNLOAD_TRIES)
    assert w.sync()["a.txt"] == "rätt"
    assert "kontrollsumma" in w.stale()["a.txt"]


@situation("Nedladdningsadressen har gått ut")
def _(w):
    for status in (401, 403, 404, 410):
        w.drive.write(w.ids["a.txt"], f"ny text {status}")
        w.server.fail("/content/", Answer(status))
        assert w.sync() == w.truth()


@situation("Ingen nedladdningsadress: omdirigering, dit token inte följer med")
def _(w):
    w.server.addresses = False
    w.drive.write(w.ids["a.txt"], "A2")
    assert w.sync() == w.truth()
    assert len(w.server.asked("/items/i1/content")) == 1
    assert w.server.leaks == []


@situation("Nedladdningsadress utan https")
def _(w):
    w.drive.entries[w.ids["a.txt"]].extra["@microsoft.graph.downloadUrl"] = "http://example.com/a"
    w.drive.write(w.ids["a.txt"], "A2")
    assert w.sync()["a.txt"] == "A"
    assert "utan https, 'example.com'" in w.stale()["a.txt"]
    del w.drive.entries[w.ids["a.txt"]].extra["@microsoft.graph.downloadUrl"]


@situation("Filen byts ut mellan listan och nedladdningen")
def _(w):
    w.drive.write(w.ids["a.txt"], "A2")

    def replace_file(path):
        if path.startswith("/content/i1"):
            w.server.before_reply = lambda _: None
            w.drive.write(w.ids["a.txt"], "A3, längre")

    w.server.before_reply = replace_file
    assert w.sync() == w.truth()
    assert w.files()["a.txt"] == "A3, längre"
    assert (w.sync(), w.downloads()) == (w.truth(), [])


@situation("Filen tas bort mellan listan och nedladdningen")
def _(w):
    w.drive.write(w.ids["a.txt"], "A2")

    def remove_file(path):
        if path.startswith("/content/i1"):
            w.server.before_reply = lambda _: None
            w.drive.delete(w.ids["a.txt"])

    w.server.before_reply = remove_file
    assert w.sync() == {"norr/b.txt": "B", "norr/djup/c.txt": "C"}
    assert w.stale() == {}


@situation("Filen är för stor")
def _(w):
    a = w.drive.entries[w.ids["a.txt"]]
    a.extra["size"] = 300_000_000
    w.drive.move(a.id)
    w.drive.write(a.id, "A2")
    assert w.sync()["a.txt"] == "A"
    assert (w.stale(), w.downloads()) == ({"a.txt": "filen är 300 MB, gränsen är 200 MB"}, [])
    a.extra.clear()
    w.drive.write(a.id, "A3")


@situation("Filen är märkt som skadlig kod")
def _(w):
    w.drive.put("root", "ond.docx", "x", malware={"description": "x"})
    assert "ond.docx" not in w.sync()
    assert "skadlig kod" in w.stale()["ond.docx"]
    w.drive.delete(w.drive.latest_id("ond.docx"))


@situation("Fem filer i rad går inte att nå: källan räknas som onåbar")
def _(w):
    for n in range(8):
        w.drive.add(f"ny{n}.txt", "x")
    w.server.fail("/content/", *[Answer(503)] * TRIES * 5)
    assert "svarade 503" in w.refused()
    assert w.server.faults == []


@situation("En fil går inte att nå, men nästa")
def _(w):
    w.drive.add("d.txt", "D")
    w.drive.add("e.txt", "E")
    w.server.fail("/content/", *[Answer(503)] * TRIES)
    assert {"e.txt": "E"}.items() <= w.sync().items()
    assert "svarade 503" in w.stale()["d.txt"]


@situation("Onåbar från början")
def _(w):
    w.folder = w.folder.with_name("ny")
    w.server.fail("/sites/", *[HANG_UP] * TRIES)
    assert "når inte 127.0.0.1" in w.refused()
    assert kept_mirror(w.folder, w.library) is None


def kept_file(w, path):
    files = json.loads((w.folder / "state.json").read_text())["files"].values()
    return next(one for one in files if one["path"] == path)


@pytest.mark.parametrize("name", SITUATIONS)
def test_situation(read, name):
    """What is to be done is done; the token has gone nowhere else; and the next run, without faults, is right."""
    SITUATIONS[name](read)
    assert (read.server.leaks, read.server.faults) == ([], [])
    assert (read.sync(), read.stale()) == (read.truth(), {}) or "Namn" in name or "Anteckningsböcker" in name


def test_the_page_names_each_situation_and_no_other():
    page = (Path(__file__).resolve().parent.parent / "deploy" / "SOURCES.md").read_text(encoding="utf-8")
    table = page.partition("## Vad som kan hända")[2]
    rows = re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|$", table, re.MULTILINE)[1:]
    assert sorted(name for name, _ in rows) == sorted(SITUATIONS)
    assert len(rows) >= 25
    assert [name for name, done in rows if len(done) < 10] == []


@pytest.mark.parametrize("count", [1_000, pytest.param(10_000, marks=pytest.mark.slow)])
def test_nothing_is_lost_or_doubled_when_replies_are_throttled(world, count, monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda _: None)  # 10 ms each on a slow disk, and no power fails here
    drive, chance = world.drive, random.Random(6)
    ids = [drive.add(f"m{n % 37}/u{n % 5}/p{n}.txt", f"innehåll {n}") for n in range(count)]
    world.server.throttle = lambda path: Answer(429, {"Retry-After": "1"}) if chance.random() < 0.05 else None
    assert world.sync() == world.truth()
    assert (len(world.files()), world.stale(), world.server.leaks) == (count, {}, [])
    assert count <= len(world.downloads()) <= count * 1.2
    for one in chance.sample(ids, count // 10):
        what = chance.choice(["delete", "write", "move"])
        getattr(drive, what)(one, *{"write": ["ny"], "move": ["root"]}.get(what, []))
    assert world.sync() == world.truth()
    assert len(world.downloads()) <= count // 10


def test_permissions_and_labels_are_kept_without_names(read):
    read.drive.add("d.docx", "D")
    read.sync()
    kept = kept_file(read, "d.docx")
    assert kept["labels"] == ["internt"]
    assert kept["permissions"] == [
        {
            "roles": ["read"],
            "to": [{"kind": "group", "id": "g1"}, {"kind": "siteGroup", "id": "5"}],
            "link": None,
            "inherited": True,
        }
    ]
    assert b"Anna Ek" not in read.bytes_on_disk()


@pytest.mark.parametrize(("library", "found"), [("dokument", "d1"), ("Arkiv", "d2"), ("", "d1")])
def test_a_library_is_found_by_its_name(world, library, found):
    assert world.graph().find_drive("https://contoso.sharepoint.com/sites/norrdal/", library) == found


def test_a_library_that_is_not_there_is_told_with_those_that_are(world):
    with pytest.raises(IndexerError, match=r"inget bibliotek 'Protokoll'.*Arkiv, Dokument"):
        world.graph().find_drive("https://contoso.sharepoint.com/sites/norrdal", "Protokoll")


def test_no_request_goes_to_graph_without_https():
    with pytest.raises(IndexerError, match="utan https"):
        Graph(lambda renew: "t", "http://graph.example.se/v1.0").changes("d1")


STEPS = (
    "Path.replace",
    "Path.unlink",
    "Path.hardlink_to",
    "Path.mkdir",
    "Path.write_text",
    "os.fsync",
    "shutil.rmtree",
)


class Killed(BaseException):
    """Stands for the end of the process."""


def test_killed_at_any_step_the_next_run_ends_right(read, monkeypatch):
    """Every file operation of a run in which something is new, changed, moved and deleted."""
    places = {"Path": Path, "os": os, "shutil": shutil}
    n, made, left = 0, [], 0

    def counted(original):
        def step(*args, **options):
            nonlocal left
            left -= 1
            if left == 0:
                raise Killed
            return original(*args, **options)

        return step

    killed = True
    while killed:
        n += 1
        left = n
        for one in made:
            read.drive.delete(one)
        made = [read.drive.add(f"ny{n}.txt", f"ny {n}"), read.drive.add(f"djup/ny{n}.txt", "också")]
        read.drive.write(read.ids["a.txt"], f"A{n}")
        read.drive.move(read.ids["b.txt"], name=f"b{n}.txt")
        with monkeypatch.context() as patch:
            for step in STEPS:
                place, name = step.split(".")
                real = getattr(places[place], name) if name != "fsync" else lambda _: None
                patch.setattr(places[place], name, counted(real))
            try:
                read.sync()
                killed = False
            except Killed:
                pass
        if n % 2:  # after every other kill comes another one
            assert read.sync() == read.truth()
            assert len(list((read.folder / "blobs").iterdir())) == 5
    assert n > 20
