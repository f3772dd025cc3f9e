"""Bot Framework's signing keys over HTTP: the OpenID metadata names the address of the keys."""

import json
from urllib.parse import urlsplit

import aiohttp

from bot.keys import Key, read_keys

MAX_BYTES = 1_000_000


async def fetch_keys(session: aiohttp.ClientSession, metadata: str) -> dict[str, Key]:
    """The keys that the metadata at this address leads to. How long it may take is for the caller to say.

    Raises ValueError where the reply is something else, or leads to another host; aiohttp's errors where none comes.
    """
    described = await _get(session, metadata)
    address = described.get("jwks_uri") if isinstance(described, dict) else None
    if not isinstance(address, str) or _origin(address) != _origin(metadata):
        raise ValueError("the metadata does not lead to keys on its own host")
    return read_keys(await _get(session, address))


async def _get(session: aiohttp.ClientSession, address: str) -> object:
    async with session.get(address, allow_redirects=False) as response:
        if response.status != 200:
            raise ValueError(f"status {response.status}")
        body = bytearray()
        async for part in response.content.iter_chunked(65_536):
            body += part
            if len(body) > MAX_BYTES:
                raise ValueError("too long")
    value: object = json.loads(body)
    return value


def _origin(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    return parts.scheme, parts.netloc
