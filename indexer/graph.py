"""Microsoft Graph, as much of it as reading a document library takes. The only module that talks to it."""

import base64
import hashlib
import random
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import requests

from indexer.drive import Item, read_item
from indexer.quick_xor import quick_xor_hash
from indexer.reading import MAX_BYTES, size_problem
from indexer.records import IndexerError
from indexer.sign_in import GRAPH, NewToken, is_safe

TRIES = 8
"""How often a request is made before Graph counts as out of reach."""
LONGEST_WAIT = 300.0
"""Seconds to wait between two tries; where Graph asks for more, the run goes on without it and comes back tomorrow."""
DOWNLOAD_TRIES = 3
_TIMEOUT = (10.0, 60.0)
_SLOWEST = 900.0
"""Seconds for one file: a connection that trickles never times out by itself."""
_RETRIED = frozenset({408, 429, 500, 502, 503, 504, 509})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_RESETS = 3


class GraphError(IndexerError):
    """Graph refused, or cannot be understood; `status` is HTTP's, 0 where there was none."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class Unavailable(GraphError):
    """Graph cannot be reached, or asks for a longer wait than a run has."""


class Unfetched(GraphError):
    """One file's content could not be had; the message says why."""


class Reset(GraphError):
    """Graph no longer knows the state we ask from; `link` starts anew, "" where it gave none."""

    def __init__(self, link: str) -> None:
        super().__init__("Microsoft Graph svarade 410. Försök igen senare.", 410)
        self.link = link


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed in a drive, in order; `link` asks for what comes after.

    `complete` tells that these are all items of the drive: what is not among them is gone.
    """

    items: list[dict[str, Any]]
    link: str
    complete: bool


@dataclass(frozen=True, slots=True)
class Graph:
    """A signed-in client. `token` gives what signs requests; they go to `base` and to no other host.

    `sleep`, `now` (seconds since 1970) and `chance` (0 to 1) are the world's, and for tests something else.
    """

    token: NewToken
    base: str = GRAPH
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time
    chance: Callable[[], float] = random.random
    session: requests.Session = field(default_factory=requests.Session)

    def find_drive(self, site: str, library: str = "") -> str:
        """The id of a site's document library by its name, or of its main one.

        `site` is its address ("https://contoso.sharepoint.com/sites/namnd"). Raises GraphError.
        """
        parts = urlsplit(site)
        path = quote(parts.path.strip("/"))
        found = self._json("GET", f"{self.base}/sites/{parts.hostname}" + (f":/{path}" if path else ""))
        identity = quote(_text(found, "id"), safe=",")
        if not library:
            return _text(self._json("GET", f"{self.base}/sites/{identity}/drive"), "id")
        drives = [one for page in self._pages(f"{self.base}/sites/{identity}/drives") for one in page.get("value", [])]
        for drive in drives:
            if str(drive.get("name", "")).casefold() == library.casefold():
                return _text(drive, "id")
        names = ", ".join(sorted(str(drive.get("name")) for drive in drives))
        raise GraphError(f"Platsen har inget bibliotek {library!r} (library). Där finns: {names}.", 404)

    def changes(self, drive: str, link: str = "") -> Changes:
        """What changed since `link`, or all there is where `link` is "" or Graph no longer knows it.

        Raises GraphError where that cannot be had whole.
        """
        start = f"{self.base}/drives/{quote(drive)}/root/delta"
        complete = not link
        for _ in range(_RESETS):
            items: list[dict[str, Any]] = []
            last: Mapping[str, Any] = {}
            try:
                for last in self._pages(link or start):
                    items += last.get("value", [])
                return Changes(items, self._own(_text(last, "@odata.deltaLink")), complete)
            except Reset as reset:
                link, complete = reset.link, True
        raise GraphError("Microsoft Graph började om uppräkningen gång på gång. Försök igen senare.", 410)

    def fetch(self, drive: str, item: Item, address: str, target: Path) -> Item | None:
        """Writes the item's content to `target`, checked by size and hash; the item as it was when that was read.

        `address` is where Graph said that the content is, "" where it did not. None where the item is no longer there.
        Raises Unfetched where this file cannot be had, Unavailable where nothing can.
        """
        reason = ""
        for attempt in range(DOWNLOAD_TRIES):
            if attempt or not address:
                fresh = self._fresh(drive, item)
                if fresh is None:
                    return None
                item, address = fresh
            if why := item.barred or size_problem(item.size):
                raise Unfetched(why)
            try:
                parts = self._content(address or f"{self._item(drive, item)}/content", signed=not address)
                reason = _write(target, parts, item, self.now() + _SLOWEST, self.now)
            except Unavailable:
                raise
            except GraphError as error:  # the address has expired, or the file was replaced: ask anew
                reason = f"hämtningen nekades ({error.status})" if error.status else str(error)
            except (requests.RequestException, TimeoutError) as error:
                reason = f"hämtningen avbröts ({type(error).__name__})"
            if not reason:
                return item
        raise Unfetched(reason)

    def permissions(self, drive: str, item: Item) -> list[dict[str, Any]]:
        """Who may do what with the item: roles, and ids of people and groups or the kind of link; no names.

        Raises GraphError where they cannot be read.
        """
        pages = self._pages(f"{self._item(drive, item)}/permissions")
        return [_permission(one) for page in pages for one in page.get("value", [])]

    def labels(self, drive: str, item: Item) -> list[str]:
        """The ids of the item's sensitivity labels. Raises GraphError where they cannot be read."""
        told = self._json("POST", f"{self._item(drive, item)}/extractSensitivityLabels")
        value = told.get("value", told)  # Graph's own pages show both forms
        labels = value.get("labels", []) if isinstance(value, dict) else []
        return [str(one["sensitivityLabelId"]) for one in labels if one.get("sensitivityLabelId")]

    # Below: requests

    def _item(self, drive: str, item: Item) -> str:
        return f"{self.base}/drives/{quote(drive)}/items/{quote(item.id, safe='')}"

    def _fresh(self, drive: str, item: Item) -> tuple[Item, str] | None:
        """The item as it is now, and the address of its content ("" where Graph gives none); None where it is gone."""
        try:
            told = self._json("GET", self._item(drive, item))
        except Unavailable:
            raise
        except GraphError as error:
            if error.status in (404, 410):
                return None
            raise Unfetched(f"uppgifterna om filen nekades ({error.status})", error.status) from error
        found = None if "deleted" in told else read_item(told)
        return (found, content_address(told)) if found else None

    def _pages(self, link: str) -> Iterator[Mapping[str, Any]]:
        """The pages from `link` on. Raises GraphError, as Reset where Graph wants a new start."""
        seen: set[str] = set()
        while link:
            if link in seen:
                raise GraphError("Microsoft Graph hänvisade till samma sida två gånger. Försök igen senare.")
            seen.add(link)
            page = self._json("GET", self._own(link))
            yield page
            link = str(page.get("@odata.nextLink") or "")

    def _own(self, link: str) -> str:
        """The link, where it leads to Graph: the token goes nowhere else. Raises GraphError."""
        if _origin(link) != _origin(self.base):
            raise GraphError(f"Microsoft Graph hänvisade till en annan värd, {urlsplit(link).hostname!r}. Avbryter.")
        return link

    def _json(self, method: str, url: str) -> Mapping[str, Any]:
        """The answer as JSON, tried again while it cannot be had whole. Raises GraphError."""
        for attempt in range(TRIES):
            with self._send(method, url, signed=True) as response:
                if response.status_code == 410:
                    location = response.headers.get("Location", "")
                    raise Reset(location if _origin(location) == _origin(self.base) else "")
                if response.status_code >= 300:
                    raise _refused(response)
                try:
                    found = response.json()
                    if isinstance(found, dict):
                        return found
                except (requests.RequestException, ValueError):  # cut off, or a page of somebody else's
                    pass
            self._pause(attempt)
        raise Unavailable("Microsoft Graph svarade med något annat än JSON. Står en proxy emellan?")

    def _content(self, address: str, signed: bool) -> requests.Response:
        """The content at an address. Only Graph itself gets the token; where it sends us on, that goes without."""
        response = self._send("GET", address, signed=signed)
        if response.status_code in _REDIRECTS:
            response.close()
            response = self._send("GET", urljoin(address, response.headers.get("Location", "")), signed=False)
        if response.status_code != 200:
            with response:
                raise _refused(response)
        return response

    def _send(self, method: str, url: str, signed: bool) -> requests.Response:
        """The answer, whatever it says, once it is not "later" or "who are you". Raises Unavailable."""
        if not is_safe(url):
            raise GraphError(f"Microsoft Graph hänvisade till en adress utan https, {urlsplit(url).hostname!r}.")
        renewed = renew = False
        why = ""
        for attempt in range(TRIES):
            auth = _bearer(self.token(renew)) if signed else _nobody
            try:
                response = self.session.request(
                    method, url, auth=auth, timeout=_TIMEOUT, stream=True, allow_redirects=False,
                    headers={"Accept-Encoding": "identity"},
                )  # fmt: skip
            except (requests.RequestException, OSError) as error:
                why = f"når inte {urlsplit(url).hostname} ({type(error).__name__})"
                self._pause(attempt)
                continue
            renew = response.status_code == 401 and signed and not renewed
            if not renew and response.status_code not in _RETRIED:
                return response
            response.close()
            renewed = renewed or renew
            if not renew:
                why = f"{urlsplit(url).hostname} svarade {response.status_code} vid alla {TRIES} försök"
                self._pause(attempt, response.headers.get("Retry-After", ""))
        raise Unavailable(f"Microsoft Graph: {why}. Försök igen senare.")

    def _pause(self, attempt: int, asked: str = "") -> None:
        """Waits as Graph asks, in seconds or until a time; else longer each time, with some chance so as not to crowd.

        Raises Unavailable where Graph asks for more than a run has.
        """
        wait = _seconds(asked, self.now())
        if wait is not None and wait > LONGEST_WAIT:
            raise Unavailable(f"Microsoft Graph ber oss vänta {wait / 60:.0f} minuter. Försök igen senare.", 429)
        if attempt + 1 < TRIES:
            wait = min(2.0**attempt, 60.0) if wait is None else wait
            self.sleep(wait * (1 + 0.25 * self.chance()))


def content_address(told: Mapping[str, Any]) -> str:
    """The short-lived address of a file's content that Graph may give with the item; "" where it did not."""
    return str(told.get("@microsoft.graph.downloadUrl") or told.get("@content.downloadUrl") or "")


def _write(target: Path, response: requests.Response, item: Item, deadline: float, now: Callable[[], float]) -> str:
    """Writes the content to disk; why it is not the item's, "" where it is. Raises TimeoutError after the deadline."""
    size = 0
    with response, target.open("wb") as file:
        for part in response.iter_content(1 << 16):
            size += len(part)
            if size > MAX_BYTES:
                return size_problem(size)
            if now() > deadline:
                raise TimeoutError
            file.write(part)
    if item.size not in (size, -1):
        return f"fick {size} byte av {item.size}"
    return "" if _has_hash(target, item.hash) else "innehållets kontrollsumma stämmer inte"


def _has_hash(path: Path, expected: str) -> bool:
    kind, _, value = expected.partition(":")
    with path.open("rb") as file:
        if kind == "quickXorHash":
            return quick_xor_hash(iter(lambda: file.read(1 << 20), b"")) == value
        if kind in ("sha256Hash", "sha1Hash"):
            digest = hashlib.file_digest(file, kind.removesuffix("Hash"))
            return value.casefold() == digest.hexdigest() or value == base64.b64encode(digest.digest()).decode()
    return True


def _permission(told: Mapping[str, Any]) -> dict[str, Any]:
    granted = told.get("grantedToIdentitiesV2") or ([told["grantedToV2"]] if told.get("grantedToV2") else [])
    holders = [
        {"kind": kind, "id": str(one["id"])}
        for identity in granted
        for kind, one in identity.items()
        if isinstance(one, dict) and one.get("id")
    ]
    link = told.get("link") or {}
    return {
        "roles": [str(role) for role in told.get("roles") or []],
        "to": holders,
        "link": link.get("scope"),
        "inherited": bool(told.get("inheritedFrom")),
    }


_HINTS = {
    401: "Kontrollera att appen får läsa: se deploy/SOURCES.md.",
    403: "Appen saknar rättighet till platsen eller biblioteket: se deploy/SOURCES.md.",
    404: "Kontrollera site, library och drive, och att appen har rättighet till platsen.",
}


def _refused(response: requests.Response) -> GraphError:
    status = response.status_code
    try:
        code = str(response.json()["error"]["code"])
    except (requests.RequestException, ValueError, KeyError, TypeError):
        code = ""
    told = re.sub(r"[^\w.-]", "", code)[:60]
    answer = f"{status} ({told})" if told else f"{status}"
    return GraphError(f"Microsoft Graph svarade {answer}. {_HINTS.get(status, 'Försök igen senare.')}", status)


def _text(found: Mapping[str, Any], key: str) -> str:
    value = found.get(key)
    if not isinstance(value, str) or not value:
        raise GraphError(f"Microsoft Graph svarade utan {key!r}. Försök igen senare.")
    return value


def _origin(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return parts.scheme, parts.netloc.casefold()


def _seconds(asked: str, now: float) -> float | None:
    """What a Retry-After header asks for: seconds, or a time of day; None where it says nothing that can be read."""
    if re.fullmatch(r"\d{1,9}(?:\.\d+)?", asked.strip(), re.ASCII):
        return float(asked)
    try:
        return max(0.0, parsedate_to_datetime(asked).timestamp() - now)
    except (TypeError, ValueError):
        return None


def _bearer(token: str) -> Callable[[requests.PreparedRequest], requests.PreparedRequest]:
    def sign(request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {token}"
        return request

    return sign


def _nobody(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """No sign-in at all; without this, requests would look for one in ~/.netrc."""
    return request
