"""A language model's server on loopback that speaks the real protocol and does as it is told; no model is behind it."""

import asyncio
import contextlib
import json
import re
import threading
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.config import LanguageModelSettings

HANG = 3_600.0


@dataclass(frozen=True)
class Play:
    """What the server does with a request: it answers `status`, waits `first` seconds, then sends `text` in pieces with
    `pause` seconds between them, and ends as `finish` and `done` say; or it breaks off after `cut` pieces.

    `raw` is sent instead of all that; `error` is an error in the middle of the stream.
    """

    text: str = ""
    status: int = 200
    first: float = 0.0
    pause: float = 0.0
    size: int = 7
    finish: str | None = "stop"
    done: bool = True
    cut: int | None = None
    error: str | None = None
    raw: bytes | None = None
    usage: bool = True
    headers: dict = field(default_factory=dict)


class LanguageServer:
    """The server; `plays` are done one by one, the last again and again; a function makes one out of the request."""

    def __init__(self, *plays):
        self.plays, self.requests, self.headers = list(plays), [], []
        app = web.Application()
        app.router.add_post("/v1/chat/completions", self._complete)
        app.router.add_route("*", "/{tail:.*}", self._elsewhere)
        self.server = TestServer(app, host="127.0.0.1")
        self.elsewhere = []

    @property
    def url(self):
        return str(self.server.make_url("/v1"))

    def settings(self, **fields):
        return LanguageModelSettings(self.url, "prov", **fields)

    async def __aenter__(self):
        await self.server.start_server(shutdown_timeout=0.0)
        return self

    async def __aexit__(self, *error):
        await self.server.close()

    async def _elsewhere(self, request):
        self.elsewhere.append(request.path)
        return web.Response(status=404)

    async def _complete(self, request):
        asked = await request.json()
        self.requests.append(asked)
        self.headers.append(dict(request.headers))
        play = self.plays.pop(0) if len(self.plays) > 1 else self.plays[0]
        play = play(asked) if callable(play) else play
        await asyncio.sleep(play.first if play.status != 200 else 0)
        if play.status != 200:
            error = {"error": {"message": "Frågan om yrkesresan gick fel", "code": str(play.status)}}
            return web.json_response(error, status=play.status, headers=play.headers)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", **play.headers})
        await response.prepare(request)
        with contextlib.suppress(ConnectionError):
            await self._stream(response, play)
        return response

    async def _stream(self, response, play):
        if play.raw is not None:
            await response.write(play.raw)
            return
        await self._send(response, {"role": "assistant", "content": ""})
        await asyncio.sleep(play.first)
        for number, piece in enumerate(pieces(play.text, play.size)):
            if play.cut == number:
                if play.error is None:
                    response.force_close()
                    response._payload_writer.transport.close()  # the connection breaks; no end of the body
                else:
                    await response.write(f"data: {json.dumps({'error': {'message': play.error}})}\n\n".encode())
                return
            await self._send(response, {"content": piece})
            await asyncio.sleep(play.pause)
        await self._send(response, {}, play.finish)
        if play.usage:
            await self._send(response, None, usage={"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120})
        if play.done:
            await response.write(b"data: [DONE]\n\n")

    async def _send(self, response, delta, finish=None, usage=None):
        choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
        chunk = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "prov", "choices": choices}
        await response.write(f"data: {json.dumps({**chunk, 'usage': usage})}\n\n".encode())


def pieces(text, size):
    """The text in pieces of so many characters, as tokens come."""
    return [text[at : at + size] for at in range(0, len(text), size)]


def given_sources(asked):
    """The sources in a request, as the model was given them: dicts with Swedish or English keys."""
    user = asked["messages"][1]["content"]
    return [json.loads(line) for line in user.split("\n") if re.match(r'\{"(?:nr|n)": ', line)]


def quote_all(asked):
    """What an honest and careful model answers: each source word for word, with its body and date."""
    lines = []
    for one in given_sources(asked):
        quote = " ".join(one["text"].split())
        body, date, number = (
            one.get(sv) or one.get(en) for sv, en in (("möte", "body"), ("datum", "date"), ("nr", "n"))
        )
        lines.append(f"{body}, {date}: ”{quote}” [{number}]")
    return Play("\n".join(lines))


@contextlib.contextmanager
def served(*plays):
    """The server in a thread of its own, for code that runs a loop itself."""
    started, ended, holder = threading.Event(), [], []

    async def run():
        async with LanguageServer(*plays) as server:
            loop, stop = asyncio.get_running_loop(), asyncio.Event()
            holder.append(server)
            ended.append(lambda: loop.call_soon_threadsafe(stop.set))
            started.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    thread.start()
    started.wait(10)
    try:
        yield holder[0]
    finally:
        ended[0]()
        thread.join(10)
