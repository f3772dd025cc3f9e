"""An identity server in a thread of its own, with RSA keys of our own, and the requests that pass or fail the door."""

import base64
import contextlib
import functools
import json
import ssl
import tempfile
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import aiohttp
import jwt
from aiohttp.abc import AbstractResolver
from aiohttp.test_utils import TestClient, TestServer
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from made_chat import Bot, Connector, make_activity, make_answerer

from bot.answered import Answered
from bot.app import Parts, create_app
from bot.config import Secret, TeamsSettings
from bot.credentials import AppToken
from bot.gate import ISSUER, Gate
from bot.keys import read_keys
from bot.metrics import Metrics
from bot.service import make_app

APP = "11111111-2222-3333-4444-555555555555"
TENANT = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
HOST = "smba.trafficmanager.net"
SERVICE = f"https://{HOST}/emea/"
JSON = {"Content-Type": "application/json; charset=utf-8"}
METADATA = "/v1/.well-known/openidconfiguration"

# Service addresses that somebody would like the bot to send its answers, and its token, to.
ADDRESSES = [
    "http://smba.trafficmanager.net/emea/",
    "https://evil.example/",
    "https://smba.trafficmanager.net.evil.example/",
    "https://evil.example/smba.trafficmanager.net",
    "https://evil.example#smba.trafficmanager.net",
    "https://evil.example?smba.trafficmanager.net",
    "https://smba.trafficmanager.net@evil.example/",
    "https://smba.trafficmanager.net:443@evil.example/",
    "https://user@smba.trafficmanager.net/",
    "https://user:pass@smba.trafficmanager.net/",
    "https://evil.example\\@smba.trafficmanager.net/",
    "https://smba.trafficmanager.net\\@evil.example/",
    "https://smba.trafficmanager.net\\.evil.example/",
    "https://evil.example\\.smba.trafficmanager.net/",
    "https://smba.trafficmanager.net:8443/",
    "https://smba.trafficmanager.net:443/",
    "https://smba.trafficmanager.net:/",
    "https://smba.trafficmanager.net./",
    "https://.smba.trafficmanager.net/",
    "https://xsmba.trafficmanager.net/",
    "https://x.smba.trafficmanager.net/",
    "https://smba.trafficmanager.net%2eevil.example/",
    "https://smba.trafficmanager.net%00.evil.example/",
    "https://smba.trafficmanager.net\x00.evil.example/",
    "https://smba.trafficmanager.net\n.evil.example/",
    "https://smba.trafficmanager.net/\n",
    "https://smba.trafficmanager.net/ ",
    " https://smba.trafficmanager.net/",
    "https://smba.trafficmanager.net/?x=https://evil.example",
    "https://smba.trafficmanager.net/#x",
    "https://smba.trafficmanager.net/{x}/",
    "https://smba.trafficmanager.net/%2e%2e/",
    "https://smba.trafficmanager.net//evil.example/",
    "https://smba。trafficmanager。net/",
    "https://ѕmba.trafficmanager.net/",
    "https://smba.trafficmanager.ne𝐭/",
    "https://SMBA.trafficmanager.net/",
    "HTTPS://smba.trafficmanager.net/",
    "//smba.trafficmanager.net/",
    "smba.trafficmanager.net",
    "https:smba.trafficmanager.net/",
    "https:///smba.trafficmanager.net/",
    "ftp://smba.trafficmanager.net/",
    "file:///etc/passwd",
    "gopher://smba.trafficmanager.net/",
    "javascript:alert(1)",
    "urn:botframework:websocket:wss://smba.trafficmanager.net",
    "https://127.0.0.1/",
    "http://127.0.0.1:80/",
    "https://localhost/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://0.0.0.0/",
    "https://0/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://10.0.0.1/",
    "https://192.168.0.1/",
    "https://169.254.169.254/latest/meta-data",
    "http://169.254.169.254/latest/meta-data",
    "https://metadata.google.internal/",
    "https://login.microsoftonline.com/",
    "https://trafficmanager.net/",
    "https://smba.trafficmanager.se/",
]


@functools.cache
def rsa_key(name, bits=2048):
    """A private key that is the same each time it is asked for by this name."""
    return rsa.generate_private_key(65537, bits)


def make_jwk(kid, private, **fields):
    """The published form of a key."""
    published = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(private.public_key()))
    return {**published, "kid": kid, "use": "sig", "endorsements": ["msteams", "webchat"], **fields}


def make_settings(**fields):
    """The settings of a bot that can be reached from Teams; its secret is never used."""
    base = {"app_id": APP, "tenant": TENANT, "password": Secret("hemlig"), "tenants": frozenset({TENANT})}
    return TeamsSettings(**{**base, **fields})


def make_claims(now=None, **fields):
    """The claims of a valid token; a field that is None is left out."""
    now = time.time() if now is None else now
    claims = {"iss": ISSUER, "aud": APP, "serviceurl": SERVICE, "nbf": int(now) - 60, "exp": int(now) + 3600, **fields}
    return {name: value for name, value in claims.items() if value is not None}


def make_token(key="k1", private=None, claims=None, algorithm="RS256", **header):
    """A token signed with this key. `key` is its id; a header that is None is left out."""
    claims = make_claims() if claims is None else claims
    head = {name: value for name, value in {"kid": key, **header}.items() if value is not None}
    if algorithm != "RS256":
        return jwt.encode(claims, private or rsa_key("k1"), algorithm=algorithm, headers=head)
    return sealed({"alg": "RS256", "typ": "JWT", **head}, claims, private)


def sealed(header, payload, private=None):
    """A token put together by hand and signed with RS256, whatever header and payload say (bytes or a value)."""
    parts = [one if isinstance(one, bytes) else json.dumps(one).encode() for one in (header, payload)]
    signed = b".".join(encoded(one) for one in parts)
    signature = jwt.algorithms.RSAAlgorithm(jwt.algorithms.RSAAlgorithm.SHA256).sign(signed, private or rsa_key("k1"))
    return b".".join([signed, encoded(signature)]).decode()


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def make_fields(**fields):
    """The activity of a question that a valid token covers; a field that is None is left out."""
    base = make_activity(SERVICE) | {
        "conversation": {"id": "a:1", "conversationType": "personal", "tenantId": TENANT},
        "channelData": {"tenant": {"id": TENANT}},
    }
    return {name: value for name, value in {**base, **fields}.items() if value is not None}


def bearer(token=None):
    """The headers of a request with this token (None: a valid one)."""
    return {**JSON, "Authorization": f"Bearer {make_token() if token is None else token}"}


@dataclass
class Identity:
    """An identity server in another thread. What it publishes and how it behaves can be changed while it runs."""

    keys: list[dict[str, Any]] = field(default_factory=lambda: [make_jwk("k1", rsa_key("k1"))])
    status: int = 200
    delay: float = 0.0
    hits: list[str] = field(default_factory=list)
    replies: dict[str, bytes] = field(default_factory=dict)
    location: str = ""

    def __enter__(self):
        server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        server.daemon_threads = True
        self.port = server.server_address[1]
        self._server = server
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    @property
    def metadata(self):
        return f"http://127.0.0.1:{self.port}{METADATA}"

    @property
    def fetches(self):
        return self.hits.count(METADATA)

    def _reply(self, path):
        if path in self.replies:
            return self.replies[path]
        if path == METADATA:
            return json.dumps({"issuer": ISSUER, "jwks_uri": f"http://127.0.0.1:{self.port}/keys"}).encode()
        return json.dumps({"keys": self.keys}).encode()

    def _handler(self):
        identity = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                identity.hits.append(self.path)
                time.sleep(identity.delay)
                body = identity._reply(self.path)
                with contextlib.suppress(ConnectionError):
                    self.send_response(identity.status)
                    self.send_header("Content-Length", str(len(body)))
                    if identity.location:
                        self.send_header("Location", identity.location)
                    self.end_headers()
                    self.wfile.write(body)

            def log_message(self, *_):
                pass

        return Handler


class ToLoopback(AbstractResolver):
    """Finds Microsoft's host on this machine, at the port of our own chat service, and no other host at all."""

    def __init__(self, port):
        self.port, self.asked = port, []

    async def resolve(self, host, port=0, family=0):
        self.asked.append(host)
        if host != HOST:
            raise OSError(f"{host} is out of bounds")
        return [{"hostname": host, "host": "127.0.0.1", "port": self.port, "family": 2, "proto": 0, "flags": 0}]

    async def close(self):
        pass


class SecureConnector(Connector):
    """The chat service over TLS, with a certificate of our own."""

    async def __aenter__(self):
        await self.server.start_server(ssl=tls_context())
        return self

    async def __aexit__(self, *_):
        await self.server.close()

    def sessions(self):
        """What makes the bot's HTTP clients: Microsoft's host is this service, whatever its certificate says."""

        def make(*, trust_env):
            resolver = ToLoopback(self.server.port)
            return aiohttp.ClientSession(connector=aiohttp.TCPConnector(resolver=resolver, ssl=False))

        return make


@functools.cache
def certificate():
    """A certificate for Microsoft's host, signed by itself, and its key, in PEM."""
    name, now, day = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)]), datetime.now(UTC), timedelta(days=1)
    made = x509.CertificateBuilder(name, name, rsa_key("tls").public_key(), 1, now - day, now + day)
    pem = made.sign(rsa_key("tls"), hashes.SHA256()).public_bytes(Encoding.PEM)
    return pem + rsa_key("tls").private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def tls_context():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile() as file:
        Path(file.name).write_bytes(certificate())
        context.load_cert_chain(file.name)
    return context


class Guarded:
    """A running endpoint behind the strict door; `turns` are the activities that got through it."""

    def __init__(self, client, turns, metrics):
        self.client, self.turns, self.metrics = client, turns, metrics

    async def post(self, fields=None, headers=None):
        """The status and the body of the reply to an activity (a dict, or the raw bytes of a body)."""
        fields = make_fields() if fields is None else fields
        data = fields if isinstance(fields, bytes) else json.dumps(fields).encode()
        response = await self.client.post("/api/messages", data=data, headers=bearer() if headers is None else headers)
        return response.status, await response.text()

    def refused(self, reason):
        """How many requests the metrics say were refused for this reason."""
        return self.metrics.registry.get_sample_value("motesminnet_refused_requests_total", {"reason": reason})


@contextlib.asynccontextmanager
async def guarded(find_key, settings=None, clock=time.time, answered=None):
    """The endpoint behind the strict door, whose turns are only noted."""
    turns, metrics = [], Metrics()

    async def process(admitted):
        turns.append(admitted.fields)

    async def ready():
        return {"status": "ok"}

    door = Gate(settings or make_settings(), find_key, clock)
    with contextlib.closing(answered or Answered(None)) as kept:
        app = create_app(Parts(door, process, kept, metrics, ready))
        async with TestClient(TestServer(app, host="127.0.0.1")) as client:
            yield Guarded(client, turns, metrics)


def known(*keys):
    """What finds the keys in these published forms."""
    found = read_keys({"keys": list(keys) or [make_jwk("k1", rsa_key("k1"))]})

    async def find(kid):
        return found.get(kid)

    return find


@contextlib.asynccontextmanager
async def teams_bot(ask, identity, answered, **settings):
    """The whole bot as it runs in earnest, reached by Teams: gives its client and the chat service it answers to."""
    connector = SecureConnector()
    token = AppToken(lambda: "bot-token")
    teams = make_settings(openid_metadata=identity.metadata, **settings)
    async with connector:
        app = await make_app(make_answerer(ask), answered, teams, token, connector.sessions())
        async with TestClient(TestServer(app, host="127.0.0.1")) as client:
            yield Bot(client, connector, ask)
    token.close()
