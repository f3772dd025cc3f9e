"""The barest bot that the SDK makes, to compare with: it says what it hears. `python -m bench.echo_bot PORT`."""

import sys

from aiohttp import web
from botbuilder.core import ActivityHandler, TurnContext
from botbuilder.integration.aiohttp import CloudAdapter, ConfigurationBotFrameworkAuthentication


class NoSignIn:
    """The SDK's settings for a bot without an app id, which switches its sign-in off."""

    APP_ID = APP_PASSWORD = ""


class Echo(ActivityHandler):
    async def on_message_activity(self, turn_context: TurnContext) -> None:
        await turn_context.send_activity(turn_context.activity.text)


def make_app() -> web.Application:
    bot, adapter = Echo(), CloudAdapter(ConfigurationBotFrameworkAuthentication(NoSignIn()))

    async def messages(request: web.Request) -> web.Response:
        return await adapter.process(request, bot) or web.Response()

    async def ready(_: web.Request) -> web.Response:
        return web.Response()

    app = web.Application()
    app.add_routes([web.post("/api/messages", messages), web.get("/readyz", ready)])
    return app


if __name__ == "__main__":
    web.run_app(make_app(), host="127.0.0.1", port=int(sys.argv[1]), print=None, access_log=None)
