"""The signing keys: which are read, when they are fetched, and what serves while the identity server does not."""

import asyncio
import json

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from made_door import Identity, make_jwk, rsa_key

from bot.keys import FETCH, REFRESH, RETRY, STALE, UNKNOWN, KeyStore, read_keys
from bot.openid import MAX_BYTES, fetch_keys
from bot.service import make_session

K1, K2 = make_jwk("k1", rsa_key("k1")), make_jwk("k2", rsa_key("k2"))


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


class Published:
    """What a fetch finds: keys, or an error to raise; `gate` holds it back."""

    def __init__(self, *keys):
        self.keys, self.error, self.fetches, self.gate = keys, None, 0, None

    async def __call__(self):
        self.fetches += 1
        if self.gate is not None:
            await self.gate.wait()
        if self.error is not None:
            raise self.error
        return read_keys({"keys": list(self.keys)})


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def published():
    return Published(K1)


@pytest.fixture
async def store(published, clock):
    made = KeyStore(published, clock)
    await made.refresh()
    return made


@pytest.mark.parametrize(
    ("change", "read"),
    [
        ({}, True),
        ({"alg": "RS256"}, True),
        ({"use": None}, False),
        ({"use": "enc"}, False),
        ({"alg": "RS512"}, False),
        ({"kty": "EC"}, False),
        ({"kid": None}, False),
        ({"kid": 5}, False),
        ({"n": None}, False),
        ({"n": "å"}, False),
        ({"n": 5}, False),
        ({"e": ""}, False),
        ({"endorsements": None}, True),
        ({"endorsements": "msteams"}, True),
    ],
    ids=str,
)
def test_keys_for_rsa_signatures_are_read_and_others_passed_over(change, read):
    keys = read_keys({"keys": [{**K1, **change}, K2]})
    assert set(keys) == ({"k1", "k2"} if read else {"k2"})


def test_endorsements_must_be_a_list_of_words():
    odd = [make_jwk("a", rsa_key("k1"), endorsements=e) for e in ("msteams", None, ["msteams", 5], {"msteams": 1})]
    read = [read_keys({"keys": [one]})["a"].endorsements for one in odd]
    assert read == [set(), set(), {"msteams"}, set()]


def test_of_two_keys_with_one_id_the_first_counts():
    keys = read_keys({"keys": [K1, make_jwk("k1", rsa_key("k2"))]})
    assert keys["k1"].public.public_numbers() == rsa_key("k1").public_key().public_numbers()


def test_short_keys_are_passed_over():
    with pytest.raises(ValueError, match="no usable key"):
        read_keys({"keys": [make_jwk("k1", rsa_key("short", 1024))]})


def test_a_key_of_another_kind_is_passed_over():
    curve = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1()).public_key()))
    assert set(read_keys({"keys": [{**curve, "kid": "k1"}, K2]})) == {"k2"}


@pytest.mark.parametrize(
    "jwks", [None, [], {}, {"keys": None}, {"keys": {}}, {"keys": []}, {"keys": [None, 5, "x"]}, 5]
)
def test_a_set_without_keys_is_an_error(jwks):
    with pytest.raises(ValueError, match="no usable key"):
        read_keys(jwks)


async def test_known_keys_are_found_without_a_fetch(store, published):
    assert (await store.find("k1")).endorsements == {"msteams", "webchat"}
    assert published.fetches == 1


async def test_an_unknown_key_is_fetched_at_once(store, published):
    published.keys = (K1, K2)
    assert await store.find("k2") is not None
    assert published.fetches == 2


async def test_unknown_keys_set_off_one_fetch_in_five_minutes(store, published, clock):
    for kid in ("a", "b", "a"):
        assert await store.find(kid) is None
    assert published.fetches == 2
    clock.now += UNKNOWN - 1
    assert await store.find("c") is None
    assert published.fetches == 2
    clock.now += 1
    published.keys = (K1, K2)
    assert await store.find("k2") is not None
    assert published.fetches == 3


async def test_unknown_keys_at_the_same_time_share_a_fetch(store, published):
    published.keys, published.gate = (K1, K2), asyncio.Event()
    finding = [asyncio.create_task(store.find("k2")) for _ in range(5)]
    await asyncio.sleep(0)
    published.gate.set()
    assert None not in await asyncio.gather(*finding)
    assert published.fetches == 2


async def test_a_known_key_is_found_while_a_fetch_hangs(store, published):
    published.gate = asyncio.Event()
    hanging = asyncio.create_task(store.find("k9"))
    await asyncio.sleep(0)
    async with asyncio.timeout(1):
        assert await store.find("k1") is not None
    await store.close()
    hanging.cancel()


async def test_withdrawn_keys_are_gone_after_the_next_fetch(store, published):
    published.keys = (K2,)
    await store.refresh()
    assert await store.find("k1") is None
    assert await store.find("k2") is not None


@pytest.mark.parametrize("error", [OSError("nere"), ValueError("no usable key"), TimeoutError()])
async def test_old_keys_serve_while_no_new_ones_can_be_had_but_not_for_ever(store, published, clock, error):
    published.error = error
    clock.now += STALE
    await store.refresh()
    assert await store.find("k1") is not None
    assert store.age() == STALE
    clock.now += 1
    assert await store.find("k1") is None
    assert store.age() is None


async def test_a_fetch_that_hangs_is_given_up(store, published, monkeypatch):
    monkeypatch.setattr("bot.keys.FETCH", 0.01)
    published.gate = asyncio.Event()
    assert await store.find("k9") is None
    assert await store.find("k1") is not None


async def test_without_keys_nothing_is_found_until_they_come(published, clock):
    published.error = OSError("nere")
    store = KeyStore(published, clock)
    await store.refresh()
    assert (await store.find("k1"), store.age()) == (None, None)
    published.error = None
    clock.now += UNKNOWN
    assert await store.find("k1") is not None
    assert store.age() == 0


async def test_fetches_in_the_background_come_sooner_after_a_failure(published, clock, monkeypatch):
    waits, results = [], [*[OSError()] * 6, None, OSError(), None]

    async def sleep(seconds):
        waits.append(seconds)
        if not results:
            raise asyncio.CancelledError
        published.error = results.pop(0)

    monkeypatch.setattr("bot.keys.asyncio.sleep", sleep)
    with pytest.raises(asyncio.CancelledError):
        await KeyStore(published, clock).run()
    assert waits == [REFRESH, *RETRY, RETRY[-1], REFRESH, RETRY[0], REFRESH]


def test_what_is_withdrawn_is_gone_within_the_hour():
    """Also when the first fetches after the withdrawal fail."""
    assert REFRESH + sum(RETRY) + len(RETRY) * FETCH + FETCH < 3600


# Over HTTP


async def fetched(identity, address=None):
    async with make_session(trust_env=False) as session:
        return await fetch_keys(session, address or identity.metadata)


async def test_keys_are_fetched_where_the_metadata_says():
    with Identity() as identity:
        assert set(await fetched(identity)) == {"k1"}
        assert identity.hits[1:] == ["/keys"]


@pytest.mark.parametrize(
    "metadata",
    [
        b"",
        b"[]",
        b"{",
        b"[" * 100_000,
        b"{}",
        b'{"jwks_uri": 5}',
        b'{"jwks_uri": "https://evil.example/keys"}',
        b'{"jwks_uri": "file:///etc/passwd"}',
        b'{"jwks_uri": "http://127.0.0.1:1/keys"}',
        b'{"jwks_uri": "http://[/keys"}',
        b" " * (MAX_BYTES + 1),
    ],
    ids=lambda body: repr(body[:40]),
)
async def test_metadata_that_leads_nowhere_is_an_error(metadata):
    with Identity() as identity:
        path = identity.metadata.rsplit(":", 1)[1].partition("/")[2]
        identity.replies[f"/{path}"] = metadata
        with pytest.raises((ValueError, RecursionError)):
            await fetched(identity)
        assert len(identity.hits) == 1


@pytest.mark.parametrize("status", [301, 302, 404, 500, 503])
async def test_any_status_but_200_is_an_error(status):
    with Identity(status=status, location="/elsewhere") as identity:
        with pytest.raises(ValueError, match=str(status)):
            await fetched(identity)
        assert len(identity.hits) == 1
