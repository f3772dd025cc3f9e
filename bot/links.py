"""Signed links to the bot's own page of a source: what a link points at, for how long, and that we made it.

Pure but for `load_key`. Whoever holds a link may read what it points at until it expires, or until the person it was
made for may not; nothing in it can be changed.
"""

import base64
import hashlib
import hmac
import json
import os
import re
import secrets
from dataclasses import astuple, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bot.config import Secret
from bot.records import BotError, Citation
from indexer.database import Entry, Place
from indexer.records import IndexerError

MAX_TOKEN = 1_500
MAX_URL = 2_000
KEY_FILE = "link.key"

_PURPOSE = b"motesminnet source 1\x00"
"""Signed with every link, so that the key's other uses, if it gets any, give no links."""


class LinkError(Exception):
    """A link that is not, or no longer, ours; `expired` tells which."""

    def __init__(self, *, expired: bool) -> None:
        super().__init__("expired" if expired else "not ours")
        self.expired = expired


@dataclass(frozen=True, slots=True)
class Target:
    """What a link points at: a span in an item (None: in the meeting itself), and a digest of the words there.

    `expires` is in seconds since 1970. `reader` is whom the link was made for, as `Reader.to_text` says it: the page is
    shown for as long as they may see what it shows.
    """

    document: str
    meeting: str
    item: str | None
    start: int
    end: int
    digest: str
    expires: int
    reader: str = ""


def target_of(citation: Citation, expires: int, reader: str = "") -> Target:
    """What a link to the citation's place points at."""
    place = citation.document, citation.meeting, citation.item, citation.start, citation.end
    return Target(*place, digest(citation.quote), expires, reader)


def digest(quote: str) -> str:
    """A few characters that tell whether a quote still stands where it stood."""
    return hashlib.sha256(quote.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def sign(target: Target, key: bytes) -> str:
    """The token that a link to the target carries: safe in a path, and the same for the same target."""
    payload = _encoded(json.dumps(astuple(target), separators=(",", ":")).encode())
    return f"{payload}.{_encoded(_signature(payload, key))}"


def verify(token: str, key: bytes, now: float) -> Target:
    """What the token's link points at. Raises LinkError where we did not make it, or it has expired at `now`."""
    payload, _, signature = token.partition(".")
    if len(token) > MAX_TOKEN or not token.isascii():
        raise LinkError(expired=False)
    if not hmac.compare_digest(signature, _encoded(_signature(payload, key))):
        raise LinkError(expired=False)
    target = Target(*json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))))
    if now >= target.expires:
        raise LinkError(expired=True)
    return target


def is_web_address(url: str | None) -> bool:
    """Whether a link may carry the url: https (http on this computer), a host, and no name before it that poses as
    the host.
    """
    if not url or len(url) > MAX_URL or not url.isprintable() or re.search(r"[\s\\<>\"]", url):
        return False
    try:
        parts = urlsplit(url)
        safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost"))
        return safe and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:  # an unclosed bracket, say
        return False


def load_key(secret: Secret | None, state: Place | None) -> bytes:
    """The key that links are signed with: made of `secret`, else kept in `state`, else for this process only.

    Raises BotError where the file can be neither read nor made.
    """
    if secret is not None:
        return hashlib.sha256(secret.value.encode()).digest()
    if state is None:
        return secrets.token_bytes(32)
    path = state / KEY_FILE
    try:
        if isinstance(path, Entry):
            path.database.prepare()
            path.write_bytes(secrets.token_hex(32).encode(), anew=False)
        else:
            _make(path)
        key = bytes.fromhex(path.read_bytes().decode("ascii").strip())
    except IndexerError as error:
        raise BotError(f"Nyckeln för länkar går inte att läsa. {error}") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "inte en nyckel"
        raise BotError(
            f"Nyckeln för länkar i {str(path)!r} går inte att använda ({reason}). Ange en katalog som går att skriva "
            "i, MOTESMINNET_STATE, eller en hemlighet, MOTESMINNET_LINK_SECRET"
        ) from error
    if len(key) != 32:
        raise BotError(
            f"Nyckeln för länkar i {str(path)!r} är skadad. Ta bort filen, så görs en ny. Äldre länkar slutar gälla."
        )
    return key


def _make(path: Path) -> None:
    """A new key for the owner's eyes only, complete before it has its name; nothing where there is one already."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        return
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
        if not path.exists():
            draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _signature(payload: str, key: bytes) -> bytes:
    return hmac.digest(key, _PURPOSE + payload.encode(), "sha256")


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
