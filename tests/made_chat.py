"""The Teams endpoint on loopback with a chat service of its own, for the tests that send it activities."""

import contextlib
import json

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from made_answers import QUESTION

from bot.answered import Answered
from bot.service import Answerer, make_app

JSON = {"Content-Type": "application/json; charset=utf-8"}


class Connector:
    """A chat service on loopback that keeps what it is sent.

    It answers `statuses` one by one, then `status`, or what `judge` says of an activity; `body` stands for the usual
    reply.
    """

    def __init__(self):
        self.received, self.authorizations, self.statuses, self.status = [], [], [], 200
        self.headers, self.body, self.judge = {}, None, None
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", self._receive)
        self.server = TestServer(app, host="127.0.0.1")

    async def _receive(self, request):
        self.received.append((request.method, request.path, await request.read()))
        self.authorizations.append(request.headers.get("Authorization"))
        status = self.statuses.pop(0) if self.statuses else self.status
        if self.judge is not None:
            status = self.judge(json.loads(self.received[-1][2]))
        if self.body is not None:
            return web.Response(body=self.body, status=status, headers=self.headers)
        return web.json_response({"id": "r1"}, status=status, headers=self.headers)

    @property
    def url(self):
        return str(self.server.make_url("/"))

    @property
    def activities(self):
        return [json.loads(body) for _, _, body in self.received]


class Bot:
    """The running endpoint with its fake chat service."""

    def __init__(self, client, connector, asked):
        self.client, self.connector, self.asked = client, connector, asked

    async def post(self, body, headers=JSON):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        response = await self.client.post("/api/messages", data=data, headers=headers)
        return response.status, await response.text()

    def activity(self, **fields):
        return {**make_activity(self.connector.url), **fields}


def make_activity(service_url):
    return {
        "type": "message",
        "id": "m1",
        "timestamp": "2022-03-04T10:00:00.000Z",
        "channelId": "msteams",
        "serviceUrl": service_url,
        "from": {"id": "29:anna", "name": "Anna Ek", "aadObjectId": "00000000-0000-0000-0000-000000000001"},
        "recipient": {"id": "28:bot", "name": "Mötesminnet"},
        "conversation": {"id": "a:1", "conversationType": "personal", "tenantId": "t1"},
        "text": QUESTION,
        "textFormat": "plain",
        "locale": "sv-SE",
        "entities": [{"type": "clientInfo", "locale": "sv-SE", "text": 5}],
        "channelData": {"tenant": {"id": "t1"}},
        "attachments": [],
    }


@contextlib.asynccontextmanager
async def running_bot(asked, answerer=None, surroundings=None, write=None, state=None):
    """The running endpoint in local mode, a chat service on loopback beside it; `asked` is what answers, and `write`
    opens what writes the answers anew. `state` is where it notes what it has answered (None: in memory).
    """
    connector = Connector()
    with contextlib.closing(Answered(state)) as answered:
        app = await make_app(
            answerer or make_answerer(asked), answered, None, None, surroundings=surroundings, write=write
        )
        async with connector.server, TestClient(TestServer(app, host="127.0.0.1")) as client:
            yield Bot(client, connector, asked)


def make_answerer(ask, library=lambda: None):
    """What answers, without an index; `library` is what `/readyz` asks for."""

    async def view(reader):
        return library()

    return Answerer(ask, library, lambda: None, lambda: None, view)
