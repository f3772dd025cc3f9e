"""The strict door: what Teams sends is let in, everything else is refused with the right status and no word why."""

import asyncio
import hashlib
import hmac
import json
import time

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from made_chat import make_activity
from made_door import (
    ADDRESSES,
    APP,
    HOST,
    JSON,
    SERVICE,
    TENANT,
    bearer,
    encoded,
    guarded,
    known,
    make_claims,
    make_fields,
    make_jwk,
    make_settings,
    make_token,
    rsa_key,
    sealed,
)
from multidict import CIMultiDict

from bot.app import MAX_BODY
from bot.gate import Gate, LocalGate, Reason, RefusedError, check_content_type, read_token, unpack

NOW = int(time.time())
HEAD = {"alg": "RS256", "typ": "JWT", "kid": "k1"}
KEYS = (
    make_jwk("k1", rsa_key("k1")),
    make_jwk("no-endorsements", rsa_key("k1"), endorsements=None),
    make_jwk("other-channel", rsa_key("k1"), endorsements=["webchat", "MSTeams", "msteams "]),
)
PEM = rsa_key("k1").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@pytest.fixture
async def door():
    async with guarded(known(*KEYS)) as running:
        yield running


def other_claims(**fields):
    return make_token(claims=make_claims(**fields))


def swapped(part, value):
    """A valid token one part of which is replaced by this value."""
    parts = make_token().split(".")
    parts[part] = value if isinstance(value, str) else encoded(json.dumps(value).encode()).decode()
    return ".".join(parts)


VALID_TOKENS = {
    "as Teams sends it": make_token(),
    "expired less than the skew ago": other_claims(exp=NOW - 200),
    "valid in less than the skew": other_claims(nbf=NOW + 200),
    "times with fractions": other_claims(exp=NOW + 100.5, nbf=NOW - 0.5),
    "more claims and headers": make_token(claims=make_claims(appid="x", ver="1.0", iat=NOW), x5t="abc", typ="JWT"),
    "app id in capitals": other_claims(aud=APP.upper()),
}

FORGED_TOKENS = {
    # the signature
    "another key's signature": (make_token(private=rsa_key("thief")), "signature"),
    "signature of another token": (
        make_token().rsplit(".", 1)[0] + "." + other_claims(x=1).rsplit(".")[-1],
        "signature",
    ),
    "signature of zeroes": (swapped(2, encoded(bytes(256)).decode()), "signature"),
    "signature too short": (swapped(2, encoded(b"x").decode()), "signature"),
    "claims changed afterwards": (swapped(1, make_claims(x="y")), "signature"),
    "header changed afterwards": (swapped(0, {**HEAD, "x": 1}), "signature"),
    # the algorithm
    "alg none, no signature": (
        ".".join([*sealed({**HEAD, "alg": "none"}, make_claims()).split(".")[:2], ""]),
        "malformed_token",
    ),
    "alg none, signed": (sealed({**HEAD, "alg": "none"}, make_claims()), "algorithm"),
    "alg None": (sealed({**HEAD, "alg": "None"}, make_claims()), "algorithm"),
    "alg missing": (sealed({"kid": "k1"}, make_claims()), "algorithm"),
    "alg a number": (sealed({**HEAD, "alg": 5}, make_claims()), "algorithm"),
    "alg a list": (sealed({**HEAD, "alg": ["RS256"]}, make_claims()), "algorithm"),
    "alg in small letters": (sealed({**HEAD, "alg": "rs256"}, make_claims()), "algorithm"),
    "RS384": (make_token(algorithm="RS384"), "algorithm"),
    "RS512": (make_token(algorithm="RS512"), "algorithm"),
    "PS256": (make_token(algorithm="PS256"), "algorithm"),
    "HS256 with a secret": (jwt.encode(make_claims(), "s" * 32, "HS256", {"kid": "k1"}), "algorithm"),
    "HS256 with the public key": ("", "algorithm"),  # filled in below: PyJWT will not make it
    "critical extension": (sealed({**HEAD, "crit": ["exp"]}, make_claims()), "malformed_token"),
    "detached payload": (sealed({**HEAD, "b64": False, "crit": ["b64"]}, make_claims()), "malformed_token"),
    # the key
    "unknown kid": (make_token(key="k9"), "unknown_key"),
    "kid missing": (make_token(key=None), "malformed_token"),
    "kid empty": (sealed({**HEAD, "kid": ""}, make_claims()), "malformed_token"),
    "kid a number": (sealed({**HEAD, "kid": 1}, make_claims()), "malformed_token"),
    "kid null": (sealed({**HEAD, "kid": None}, make_claims()), "malformed_token"),
    "kid a path": (make_token(key="../../dev/null"), "unknown_key"),
    "key brought along": (
        make_token(key="k9", private=rsa_key("thief"), jwk=make_jwk("k9", rsa_key("thief"))),
        "unknown_key",
    ),
    "key's address brought along": (make_token(key="k9", jku="https://evil.example/keys"), "unknown_key"),
    # the claims
    "no exp": (other_claims(exp=None), "claims"),
    "no nbf": (other_claims(nbf=None), "claims"),
    "no iss": (other_claims(iss=None), "claims"),
    "no aud": (other_claims(aud=None), "claims"),
    "no serviceurl": (other_claims(serviceurl=None), "claims"),
    "serviceUrl instead of serviceurl": (other_claims(serviceurl=None, serviceUrl=SERVICE), "claims"),
    "serviceurl empty": (other_claims(serviceurl=""), "claims"),
    "serviceurl a list": (other_claims(serviceurl=[SERVICE]), "claims"),
    "exp as text": (sealed(HEAD, make_claims() | {"exp": str(NOW + 999)}), "claims"),
    "exp true": (sealed(HEAD, make_claims() | {"exp": True}), "claims"),
    "exp a list": (sealed(HEAD, make_claims() | {"exp": [NOW + 999]}), "claims"),
    "exp infinite": (sealed(HEAD, make_claims() | {"exp": float("inf")}), "claims"),
    "exp not a number": (sealed(HEAD, make_claims() | {"exp": float("nan")}), "claims"),
    "exp beyond all clocks": (sealed(HEAD, make_claims() | {"exp": 10**400}), "claims"),
    "nbf negative": (sealed(HEAD, make_claims() | {"nbf": -1}), "claims"),
    "nbf an object": (sealed(HEAD, make_claims() | {"nbf": {}}), "claims"),
    "expired": (other_claims(exp=NOW - 301), "expired"),
    "expired long ago": (other_claims(exp=1), "expired"),
    "not yet valid": (other_claims(nbf=NOW + 999), "not_yet_valid"),
    "another app's": (other_claims(aud="99999999-2222-3333-4444-555555555555"), "audience"),
    "for many apps": (other_claims(aud=[APP, "x"]), "claims"),
    "for this app in a list": (other_claims(aud=[APP]), "claims"),
    "aud with a blank": (other_claims(aud=f"{APP} "), "audience"),
    "iss with a slash": (other_claims(iss="https://api.botframework.com/"), "issuer"),
    "iss in capitals": (other_claims(iss="https://API.botframework.com"), "issuer"),
    "iss over http": (other_claims(iss="http://api.botframework.com"), "issuer"),
    "iss a list": (other_claims(iss=["https://api.botframework.com"]), "claims"),
    "emulator, version 1": (
        other_claims(iss="https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/"),
        "issuer",
    ),
    "emulator, version 2": (
        other_claims(iss="https://login.microsoftonline.com/f8cdef31-a31e-4b4a-93e4-5f571e91255a/v2.0", appid=APP),
        "issuer",
    ),
    "skill": (other_claims(iss=f"https://sts.windows.net/{TENANT}/", ver="1.0", appid="another-bot"), "issuer"),
    "skill from Bot Framework": (other_claims(aud="another-bot", appid=APP, ver="2.0"), "audience"),
    "government cloud": (other_claims(iss="https://api.botframework.us"), "issuer"),
    # the form
    "claims a list": (sealed(HEAD, [make_claims()]), "malformed_token"),
    "claims null": (sealed(HEAD, None), "malformed_token"),
    "claims no JSON": (sealed(HEAD, b"{"), "malformed_token"),
    "claims no UTF-8": (sealed(HEAD, b'{"iss": "\xff"}'), "malformed_token"),
    "claims nested too deep": (sealed(HEAD, b"[" * 5000), "malformed_token"),
    "header no object": (sealed([HEAD], make_claims()), "malformed_token"),
    "padded": (make_token() + "==", "malformed_token"),
    "four parts": (make_token() + ".x", "malformed_token"),
    "two parts": (make_token().rsplit(".", 1)[0], "malformed_token"),
    "encrypted (five parts)": ("a.b.c.d.e", "malformed_token"),
    "garbage in base64": ("a.b.c", "malformed_token"),
    "characters outside base64": (make_token().replace(".", ".!", 1), "malformed_token"),
    "one token twice": (f"{make_token()} {make_token()}", "malformed_token"),
    "no endorsements": (make_token(key="no-endorsements"), "endorsement"),
    "endorsed for another channel": (make_token(key="other-channel"), "endorsement"),
}


def mac_with_public_key():
    """The old trick: the public key, which everybody has, taken for a shared secret."""
    signed = b".".join(encoded(json.dumps(one).encode()) for one in ({**HEAD, "alg": "HS256"}, make_claims()))
    return b".".join([signed, encoded(hmac.new(PEM, signed, hashlib.sha256).digest())]).decode()


FORGED_TOKENS["HS256 with the public key"] = (mac_with_public_key(), "algorithm")


@pytest.mark.parametrize("name", VALID_TOKENS)
async def test_valid_tokens_are_let_in(name):
    """At the time they were made: some minutes later, in a long run, the shortest lived have expired."""
    async with guarded(known(*KEYS), clock=lambda: NOW) as door:
        assert await door.post(headers=bearer(VALID_TOKENS[name])) == (200, "")
        assert [turn["text"] for turn in door.turns] == [make_fields()["text"]]


@pytest.mark.parametrize("name", FORGED_TOKENS)
async def test_forged_tokens_are_refused(door, name):
    token, reason = FORGED_TOKENS[name]
    assert await door.post(headers=bearer(token)) == (403 if reason == "endorsement" else 401, "")
    assert (door.turns, door.refused(reason)) == ([], 1)


@pytest.mark.parametrize(
    ("claim", "seconds", "status"),
    [
        ("exp", 0, 200),
        ("exp", -299.9, 200),
        ("exp", -300, 401),
        ("nbf", 0, 200),
        ("nbf", 300, 200),
        ("nbf", 300.1, 401),
    ],
)
async def test_clocks_may_differ_by_five_minutes(claim, seconds, status):
    async with guarded(known(), clock=lambda: NOW) as door:
        token = make_token(claims=make_claims(NOW, **{claim: NOW + seconds}))
        assert (await door.post(headers=bearer(token)))[0] == status


HEADERS = {
    "none": (JSON, 401, "no_token"),
    "empty": ({**JSON, "Authorization": ""}, 401, "malformed_token"),
    "scheme alone": ({**JSON, "Authorization": "Bearer "}, 401, "malformed_token"),
    "no scheme": ({**JSON, "Authorization": make_token()}, 401, "malformed_token"),
    "basic": ({**JSON, "Authorization": "Basic YTpi"}, 401, "malformed_token"),
    "small letters": ({**JSON, "Authorization": f"bearer {make_token()}"}, 401, "malformed_token"),
    "two blanks": ({**JSON, "Authorization": f"Bearer  {make_token()}"}, 401, "malformed_token"),
    "something after it": ({**JSON, "Authorization": f"Bearer {make_token()}, x"}, 401, "malformed_token"),
    "twice": (
        [*JSON.items(), ("Authorization", f"Bearer {make_token()}"), ("Authorization", f"Bearer {make_token()}")],
        401,
        "malformed_token",
    ),
    "in another header": ({**JSON, "X-Authorization": f"Bearer {make_token()}"}, 401, "no_token"),
    "text/plain": (bearer() | {"Content-Type": "text/plain"}, 415, "content_type"),
    "a word longer": (bearer() | {"Content-Type": "application/jsonx"}, 415, "content_type"),
    "JSON as parameter": (bearer() | {"Content-Type": "text/html; application/json"}, 415, "content_type"),
    "another charset": (bearer() | {"Content-Type": "application/json; charset=utf-16"}, 415, "content_type"),
    "no content type": ({"Content-Type": "", "Authorization": bearer()["Authorization"]}, 415, "content_type"),
    "form": (bearer() | {"Content-Type": "application/x-www-form-urlencoded"}, 415, "content_type"),
    "packed": (bearer() | {"Content-Encoding": "gzip"}, 415, "content_type"),
}


@pytest.mark.parametrize("name", HEADERS)
async def test_headers(door, name):
    headers, status, reason = HEADERS[name]
    assert await door.post(headers=headers) == (status, "")
    assert (door.turns, door.refused(reason)) == ([], 1)


async def test_what_is_no_http_is_refused_before_the_door(door):
    twice = [("Content-Type", "application/json"), *bearer().items()]
    assert (await door.post(headers=twice))[0] == 400
    assert door.turns == []


def named(tenant):
    return {"conversation": {"id": "a:1", "tenantId": tenant}}


ACTIVITIES = {
    "emulator": ({"channelId": "emulator"}, 403, "channel"),
    "webchat": ({"channelId": "webchat"}, 403, "channel"),
    "no channel": ({"channelId": None}, 403, "channel"),
    "channel empty": ({"channelId": ""}, 403, "channel"),
    "channel in capitals": ({"channelId": "MSTeams"}, 403, "channel"),
    "channel a number": ({"channelId": 1}, 400, "bad_activity"),
    "another service address": ({"serviceUrl": f"https://{HOST}/amer/"}, 403, "service_url"),
    "service address without its slash": ({"serviceUrl": SERVICE.rstrip("/")}, 403, "service_url"),
    "service address in capitals": ({"serviceUrl": SERVICE.upper()}, 403, "service_url"),
    "service address elsewhere": ({"serviceUrl": "https://evil.example/"}, 403, "service_url"),
    "no service address": ({"serviceUrl": None}, 400, "bad_activity"),
    "another tenant": ({**named("99999999-bbbb-cccc-dddd-eeeeeeeeeeee"), "channelData": None}, 403, "tenant"),
    "another tenant in the channel's data": ({"channelData": {"tenant": {"id": "x"}}}, 403, "tenant"),
    "another tenant in the conversation": (named("x"), 403, "tenant"),
    "no tenant": ({"conversation": {"id": "a:1"}, "channelData": None}, 403, "tenant"),
    "tenant empty": ({**named(""), "channelData": {"tenant": {"id": ""}}}, 403, "tenant"),
    "tenant a list": ({"conversation": {"id": "a:1"}, "channelData": {"tenant": {"id": [TENANT]}}}, 403, "tenant"),
    "no conversation": ({"conversation": None}, 400, "bad_activity"),
    "no id": ({"id": None}, 400, "bad_activity"),
    "no type": ({"type": None}, 400, "bad_activity"),
}


@pytest.mark.parametrize("name", ACTIVITIES)
async def test_activities_that_the_token_does_not_cover(door, name):
    fields, status, reason = ACTIVITIES[name]
    assert await door.post(make_fields(**fields)) == (status, "")
    assert (door.turns, door.refused(reason)) == ([], 1)


@pytest.mark.parametrize(
    "fields",
    [
        {"channelData": None},
        {"conversation": {"id": "a:1"}},
        named(TENANT.upper()),
        {"type": "conversationUpdate", "text": None},
        {"type": "installationUpdate", "action": "add", "id": None},
        {"type": "nyhet"},
        {"text": "å" * 10_000},
    ],
    ids=lambda fields: json.dumps(fields)[:40],
)
async def test_activities_of_every_kind_are_let_in(door, fields):
    assert await door.post(make_fields(**fields)) == (200, "")
    assert len(door.turns) == 1


async def test_an_invoke_gets_an_empty_object(door):
    assert await door.post(make_fields(type="invoke", name="message/submitAction", value={"x": 1})) == (200, "{}")


BAD_BODIES = [
    b"",
    b" ",
    b"{",
    b"}",
    b"null",
    b"true",
    b"5",
    b"-",
    b'"text"',
    b"[]",
    b"[{}]",
    b"{}",
    b"\x00",
    b"\xff\xfe{}",
    b"\xef\xbb\xbf{}",
    b"{'type': 'message'}",
    b'{"type": "message",}',
    b'{"type": "message"',
    b'{"type": "message"} x',
    b'{"type": NaN}',
    b'{"type": 1e999}',
    b'{"id": ' + b"9" * 5000 + b"}",
    b'{"type": "\xff"}',
    b'{"type": "\\ud800", "serviceUrl": 5}',
    b"[" * 100_000,
    b'{"a":' * 40_000,
    b"--x\r\nContent-Disposition: form-data",
    b"type=message&text=hej",
    b"<activity/>",
    '{"type": "message"}'.encode("utf-16"),
    json.dumps(make_fields(entities=[5])).encode(),
    json.dumps(make_fields(**{"from": "anna"})).encode(),
    json.dumps(make_fields(conversation={"id": ["a:1"]})).encode(),
]


@pytest.mark.parametrize("body", BAD_BODIES, ids=lambda body: repr(body[:30]))
async def test_bad_bodies_are_400(door, body):
    assert await door.post(body) == (400, "")
    assert (door.turns, door.refused("bad_activity")) == ([], 1)


async def test_a_body_over_the_limit_is_413_with_and_without_its_length(door):
    large = b'{"x": "' + b"a" * MAX_BODY + b'"}'
    assert await door.post(large) == (413, "")

    async def in_parts():
        for start in range(0, len(large), 65_536):
            yield large[start : start + 65_536]

    response = await door.client.post("/api/messages", data=in_parts(), headers=bearer())
    assert (response.status, await response.text()) == (413, "")
    assert (door.turns, door.refused("too_large")) == ([], 2)


async def test_a_body_just_within_the_limit_is_read(door):
    room = MAX_BODY - len(json.dumps(make_fields(text="")))
    assert await door.post(make_fields(text="a" * room)) == (200, "")
    assert await door.post(make_fields(text="a" * (room + 1), id="m2")) == (413, "")


async def test_a_slow_body_is_400(door, monkeypatch):
    monkeypatch.setattr("bot.app.READ", 0.05)

    async def slow():
        yield b"{"
        await asyncio.sleep(0.3)
        yield b"}"

    response = await door.client.post("/api/messages", data=slow(), headers=bearer())
    assert (response.status, await response.text(), door.refused("slow_body")) == (400, "", 1)


async def test_without_a_valid_token_the_body_is_not_read(door):
    async def endless():
        while True:
            await asyncio.sleep(0.01)
            yield b" "

    async with asyncio.timeout(5):
        response = await door.client.post("/api/messages", data=endless(), headers=JSON)
    assert (response.status, door.refused("no_token")) == (401, 1)


# SSRF: an address is connected to only when the token names it, over https, on one of Microsoft's hosts


@pytest.mark.parametrize("address", ADDRESSES)
async def test_address_is_refused_though_the_token_names_it(door, address):
    token = make_token(claims=make_claims(serviceurl=address))
    assert await door.post(make_fields(serviceUrl=address), bearer(token)) == (403, "")
    assert (door.turns, door.refused("service_host")) == ([], 1)


@pytest.mark.parametrize(
    "address",
    [
        "https://smba.trafficmanager.net",
        "https://smba.trafficmanager.net/",
        "https://smba.trafficmanager.net/teams/",
        f"https://smba.trafficmanager.net/emea/{TENANT}/",
        "https://smba.infra.gcc.teams.microsoft.com/gcc",
        "https://bot.example.se/x/",
    ],
)
async def test_addresses_on_the_allowed_hosts(address):
    more = make_settings(service_hosts=make_settings().service_hosts | {"bot.example.se"})
    async with guarded(known(), more) as door:
        token = make_token(claims=make_claims(serviceurl=address))
        assert await door.post(make_fields(serviceUrl=address), bearer(token)) == (200, "")


# Tokens nobody thought of

GATE = Gate(make_settings(), known(*KEYS), time.time)
VALID = make_token()
POSITIONS = st.integers(0, len(VALID) - 1)
LETTERS = st.sampled_from("ABCXYZabcxyz0189-_.=~ \x00å")
EDITS = st.lists(
    st.tuples(st.sampled_from(["replace", "insert", "delete", "double", "cut"]), POSITIONS, LETTERS), min_size=1
)


def edited(token, edits):
    for what, at, letter in edits:
        rest = token[at + 1 :]
        token = {
            "replace": token[:at] + letter + rest,
            "insert": token[:at] + letter + token[at:],
            "delete": token[:at] + rest,
            "double": token[:at] + token[at:] * 2,
            "cut": token[:at] or letter,
        }[what][:8000]
    return token


def judged(headers, body=None):
    """The status the gate gives the request: 200 where it lets it in; any other error is a failure of the test."""

    async def read():
        return json.dumps(make_fields()).encode() if body is None else body

    try:
        GATE.admit(CIMultiDict(headers), read).send(None)  # nothing in it waits: no loop is needed
    except RefusedError as refused:
        return refused.reason.status
    except StopIteration:
        return 200
    raise AssertionError("the door waited for something")


def check_mutations(examples):
    @settings(max_examples=examples)
    @given(EDITS)
    def mutated(edits):
        token = edited(VALID, edits)
        assert judged(bearer(token)) == (200 if token == VALID else 401)

    @settings(max_examples=examples)
    @given(
        st.dictionaries(st.sampled_from(sorted(make_claims())), JUNK),
        st.dictionaries(st.sampled_from(sorted(HEAD)), JUNK),
    )
    def junk(claims, header):
        same = not claims and {**HEAD, **header, "typ": 0} == {**HEAD, "typ": 0}  # nobody reads typ
        token = sealed({**HEAD, **header}, {**make_claims(), **claims})
        assert judged(bearer(token)) in ({200} if same else {401, 403})

    mutated()
    junk()


_LEAF = st.none() | st.booleans() | st.integers(max_value=-1) | st.floats(max_value=-0.5) | st.text(max_size=5)
JUNK = _LEAF | st.lists(_LEAF, max_size=3) | st.dictionaries(st.text(max_size=5), _LEAF, max_size=3)


def test_mutated_tokens_are_never_let_in():
    check_mutations(100)


@pytest.mark.slow
def test_two_thousand_mutated_tokens_are_never_let_in():
    check_mutations(2000)


@settings(max_examples=200)
@given(st.binary(max_size=200))
def test_any_body_is_read_or_refused(body):
    assert judged(bearer(), body) == 400


def test_sound_but_mutated_requests_would_be_let_in():
    """The property tests above prove something only if the untouched request passes."""
    assert judged(bearer(VALID)) == 200


# Small pieces


@pytest.mark.parametrize(
    "value", ["application/json", "Application/JSON", "application/json;charset=UTF-8", " application/json "]
)
def test_content_types_that_are_json(value):
    check_content_type(CIMultiDict({"Content-Type": value}))
    assert value.strip().casefold().startswith("application/json")


def test_one_token_is_read_from_the_header():
    assert read_token(CIMultiDict({"authorization": f"Bearer {VALID}"})) == VALID
    kid, claims = unpack(VALID)
    assert (kid, claims["aud"]) == ("k1", APP)


def test_every_reason_has_one_of_the_five_statuses():
    assert {reason.status for reason in Reason} == {400, 401, 403, 413, 415}


async def test_an_unexpected_fault_of_the_door_is_no_500(caplog):
    async def broken(kid):
        raise RuntimeError("vad beslutades om yrkesresan?")

    async with guarded(broken) as door:
        assert await door.post() == (400, "")
        assert door.refused("error") == 1


async def test_the_local_door_asks_for_no_token_and_stays_on_the_machine():
    async def read():
        return json.dumps(make_activity("http://127.0.0.1:5000/")).encode()

    admitted = await LocalGate().admit(CIMultiDict(JSON), read)
    assert (admitted.fields["id"], admitted.claims) == ("m1", {})
