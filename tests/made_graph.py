"""A server on 127.0.0.1 that speaks Graph's protocol over a drive in memory, and the mirror's client against it."""

import contextlib
import itertools
import json
import re
import threading
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from indexer.graph import Graph
from indexer.mirror import Library, Mirror, kept_mirror, refresh_mirror
from indexer.quick_xor import quick_xor_hash
from indexer.read import SUFFIXES
from indexer.records import IndexerError

WEB = "https://contoso.sharepoint.com/sites/norrdal/Dokument"
NOW = 1_700_000_000.0


@dataclass
class Entry:
    """An item of the drive; `content` is None for a folder, `extra` are more fields as Graph tells them."""

    id: str
    parent: str
    name: str
    content: bytes | None = None
    version: int = 1
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass
class Answer:
    """What the server says instead of what it should; `cut` sends only so many bytes of the body, then hangs up."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    cut: int | None = None


HANG_UP = Answer(0)


class Drive:
    """A document library and its history: each change has a number, and delta tells what came after one."""

    def __init__(self, page_size=200):
        self.entries: dict[str, Entry] = {"root": Entry("root", "", "root")}
        self.changed: dict[str, int] = {"root": 1}
        self.page_size = page_size
        self._numbers, self._ids = itertools.count(2), itertools.count(1)

    @property
    def latest(self):
        return max(self.changed.values())

    def add(self, path, content="", **extra):
        """A file at a path, with the folders that it needs; its id."""
        *folders, name = path.split("/")
        return self.put(self.folder("/".join(folders)), name, content, **extra)

    def put(self, parent, name, content="", **extra):
        data = content.encode() if isinstance(content, str) else content
        identity = f"i{next(self._ids)}"
        self.entries[identity] = Entry(identity, parent, name, data, extra=extra)
        self._touch(identity)
        return identity

    def folder(self, path):
        """The id of the folder, made where it is not there."""
        at = "root"
        for name in filter(None, path.split("/")):
            inside = (one.id for one in self.entries.values() if one.parent == at and one.name == name)
            at = next(inside, None) or self.put(at, name, None)
        return at

    def latest_id(self, name):
        return next(one.id for one in reversed(self.entries.values()) if one.name == name)

    def write(self, identity, content):
        self.entries[identity].content = content.encode()
        self._touch(identity)

    def move(self, identity, parent=None, name=None):
        entry = self.entries[identity]
        entry.parent, entry.name = parent or entry.parent, name or entry.name
        self._touch(identity)

    def delete(self, identity):
        """Only the item itself is told of, not what is in it."""
        gone = [identity]
        while gone:
            one = gone.pop()
            gone += [entry.id for entry in self.entries.values() if entry.parent == one]
            del self.entries[one]
            self.changed.pop(one)
        self.changed[identity] = next(self._numbers)

    def told(self, identity, address=None):
        """The item as Graph tells of it."""
        if identity not in self.entries:
            return {"id": identity, "deleted": {"state": "deleted"}}
        entry = self.entries[identity]
        told = {
            "id": identity,
            "name": entry.name,
            "eTag": f'"{identity},{entry.version}"',
            "webUrl": self.url(identity),
        }
        told["parentReference"] = {"driveId": "d1", **({"id": entry.parent} if entry.parent else {})}
        if entry.content is None:
            told |= {"folder": {"childCount": 1}, **({"root": {}} if not entry.parent else {})}
        else:
            hashes = {"quickXorHash": quick_xor_hash([entry.content])}
            told |= {"file": {"hashes": hashes}, "size": len(entry.content)}
            if address:
                told["@microsoft.graph.downloadUrl"] = address
        return told | entry.extra

    def url(self, identity):
        entry = self.entries[identity]
        return f"{self.url(entry.parent)}/{entry.name}" if entry.parent else WEB

    def truth(self, path=""):
        """What a mirror of the folder must hold: path -> content."""
        return dict(self._under(self.folder(path), ""))

    def _under(self, folder, before):
        for entry in self.entries.values():
            if entry.parent == folder:
                if entry.content is None:
                    yield from self._under(entry.id, f"{before}{entry.name}/")
                else:
                    yield f"{before}{entry.name}", entry.content.decode()

    def _touch(self, identity):
        self.entries[identity].version += 1
        self.changed[identity] = next(self._numbers)


class Server:
    """Graph, and beside it the host that files are fetched from. What it is asked is noted; faults can be ordered."""

    def __init__(self, drive):
        self.drive = drive
        self.requests: list[str] = []
        self.leaks: list[str] = []
        self.tokens = {"t1"}
        self.faults: list[tuple[str, Answer]] = []
        self.throttle = lambda path: None
        self.oldest = 0
        self.addresses = True
        self.before_reply = lambda path: None
        self._lock = threading.Lock()

    def fail(self, pattern, *answers):
        """The next requests whose path has the pattern get these answers, one each."""
        self.faults += [(pattern, answer) for answer in answers]

    def asked(self, pattern):
        return [path for path in self.requests if re.search(pattern, path)]

    def __enter__(self):
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.host = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.base = f"{self.host}/v1.0"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def answer(self, method, path, authorization):
        with self._lock:
            self.requests.append(f"{method} {path}")
            if path.startswith("/content/") and authorization:
                self.leaks.append(path)
            for n, (pattern, answer) in enumerate(self.faults):
                if re.search(pattern, path):
                    del self.faults[n]
                    return answer
            if (throttled := self.throttle(path)) is not None:
                return throttled
            self.before_reply(path)
            if path.startswith("/v1.0/") and authorization not in {f"Bearer {one}" for one in self.tokens}:
                return Answer(401, body=b'{"error": {"code": "InvalidAuthenticationToken"}}')
            return self._right(path)

    def _right(self, path):
        parts = urlsplit(path)
        where = unquote(parts.path)
        if where == "/v1.0/drives/d1/root/delta":
            return self._delta(parse_qs(parts.query))
        if found := re.fullmatch(r"/content/(\w+)/(\d+)", where):
            return self._content(found[1], int(found[2]))
        if found := re.fullmatch(r"/v1\.0/drives/d1/items/(\w+)(/\w+)?", where):
            return self._item(found[1], found[2])
        if where in ("/v1.0/sites/contoso.sharepoint.com:/sites/norrdal", "/v1.0/sites/contoso.sharepoint.com"):
            return _json({"id": "contoso.sharepoint.com,s1,w1"})
        if where == "/v1.0/sites/contoso.sharepoint.com,s1,w1/drive":
            return _json({"id": "d1", "name": "Dokument"})
        if where == "/v1.0/sites/contoso.sharepoint.com,s1,w1/drives":
            return _json({"value": [{"id": "d1", "name": "Dokument"}, {"id": "d2", "name": "Arkiv"}]})
        return Answer(404, body=b'{"error": {"code": "itemNotFound"}}')

    def _delta(self, query):
        since, until, skip = (int(query.get(key, [default])[0]) for key, default in
                              (("since", 0), ("until", self.drive.latest), ("skip", 0)))  # fmt: skip
        if 0 < since < self.oldest:
            return Answer(410, {"Location": f"{self.base}/drives/d1/root/delta"}, GONE)
        fresh = [one for one, number in self.drive.changed.items() if since < number <= until]
        if not since:
            fresh = [one for one in fresh if one in self.drive.entries]
        fresh.sort(key=lambda one: self.drive.changed[one])
        page = fresh[skip : skip + self.drive.page_size]
        value = [self.drive.told(one, self._address(one)) for one in page]
        rest = skip + self.drive.page_size
        link = f"{self.base}/drives/d1/root/delta?"
        if rest < len(fresh):
            return _json({"value": value, "@odata.nextLink": f"{link}since={since}&until={until}&skip={rest}"})
        return _json({"value": value, "@odata.deltaLink": f"{link}since={until}"})

    def _address(self, identity):
        entry = self.drive.entries.get(identity)
        return f"{self.host}/content/{identity}/{entry.version}" if entry and self.addresses else None

    def _content(self, identity, version):
        """An address is for one version: when the file has been replaced it no longer works."""
        entry = self.drive.entries.get(identity)
        return Answer(body=entry.content) if entry and entry.version == version else Answer(404)

    def _item(self, identity, what):
        if identity not in self.drive.entries:
            return Answer(404, body=b'{"error": {"code": "itemNotFound"}}')
        if what == "/content":
            version = self.drive.entries[identity].version
            return Answer(302, {"Location": f"{self.host}/content/{identity}/{version}"})
        if what == "/permissions":
            return _json({"value": [PERMISSION]})
        if what == "/extractSensitivityLabels":
            return _json({"labels": [{"sensitivityLabelId": "internt"}]})
        return _json(self.drive.told(identity, self._address(identity)))


GONE = b'{"error": {"code": "resyncChangesApplyDifferences"}}'
PERMISSION = {
    "roles": ["read"],
    "grantedToV2": {"group": {"id": "g1", "displayName": "Anna Ek"}, "siteGroup": {"id": "5", "displayName": "x"}},
    "inheritedFrom": {"id": "root"},
}


def _json(value):
    return Answer(headers={"Content-Type": "application/json"}, body=json.dumps(value).encode())


def _handler(server):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _reply(self):
            answer = server.answer(self.command, self.path, self.headers.get("Authorization"))
            if answer is HANG_UP:
                self.close_connection = True
                return
            lines = [f"HTTP/1.1 {answer.status} x", f"Content-Length: {len(answer.body)}"]
            lines += [f"{name}: {value}" for name, value in answer.headers.items()]
            body = answer.body if answer.cut is None else answer.body[: answer.cut]
            self.close_connection = answer.cut is not None
            with contextlib.suppress(ConnectionError):
                self.wfile.write("\r\n".join([*lines, "", ""]).encode() + body)

        do_GET = do_POST = _reply

        def log_message(self, *_):
            pass

    return Handler


class World:
    """A drive, its server, and a mirror of the library (or of a folder in it) on disk."""

    def __init__(self, folder, server):
        self.folder, self.server, self.drive = folder / "mirror", server, server.drive
        self.library = Library(site="https://contoso.sharepoint.com/sites/norrdal", include=SUFFIXES)
        self.waits: list[float] = []
        self.renewed = 0
        self.mirror: Mirror | None = None

    def token(self, renew):
        self.renewed += renew
        return f"t{1 + self.renewed}"

    def graph(self):
        return Graph(self.token, self.server.base, sleep=self.waits.append, now=lambda: NOW, chance=lambda: 0.0)

    def sync(self):
        """One run; the files it left, path -> text."""
        self.server.requests.clear()
        self.mirror = refresh_mirror(self.folder, self.library, self.graph(), lambda *_: None)
        return self.files()

    def refused(self):
        """The message of a run that must fail as a whole, and leave the mirror as it was."""
        before = self.files()
        try:
            self.sync()
        except IndexerError as error:
            kept = kept_mirror(self.folder, self.library)
            assert (self.files() if kept else {}) == before
            return str(error)
        raise AssertionError("the run did not fail")

    def files(self):
        root = self.folder / "files"
        return {path.relative_to(root).as_posix(): path.read_text() for path in root.rglob("*") if path.is_file()}

    def only(self, path):
        self.library = replace(self.library, path=path)
        return self

    def truth(self):
        return self.drive.truth(self.library.path)

    def stale(self):
        return {one.path: one.reason for one in self.mirror.stale}

    def downloads(self):
        return self.server.asked("/content/")

    def bytes_on_disk(self):
        return b"".join(path.read_bytes() for path in self.folder.rglob("*") if path.is_file())
