"""Replies on their way out, against a chat service on loopback."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import aiohttp
import pytest
from botbuilder.schema import Activity, ActivityTypes, Attachment, ChannelAccount, ConversationAccount
from made_answers import make_answer
from made_chat import Connector

from bot.connector import ATTEMPTS, LONGEST_WAIT, Connectors, Sender, patience, write_activity
from bot.message import render_message
from bot.respond import DeliveryError
from bot.service import make_session
from bot.teams import to_activity


class Sending:
    """Sends one message through the SDK's client, with waits that take no time."""

    def __init__(self, session, connector, token=None):
        self.waits, self.retried, self.connector = [], 0, connector
        self.connectors = Connectors(Sender(session, token, self._retry, self._sleep))

    def _retry(self):
        self.retried += 1

    async def _sleep(self, seconds):
        self.waits.append(seconds)

    async def send(self, method="reply_to_activity"):
        client = await self.connectors.create(self.connector.url)
        return await getattr(client.conversations, method)("a:1", "m1", Activity(type="message", text="hej"))


@pytest.fixture
async def sending():
    connector = Connector()
    async with connector.server, make_session(trust_env=False) as session:
        yield Sending(session, connector)


async def test_a_message_is_sent_and_its_id_comes_back(sending):
    assert (await sending.send()).id == "r1"
    assert sending.connector.activities[0]["text"] == "hej"


async def test_the_token_goes_with_it():
    async def token():
        return "bot-token"

    connector = Connector()
    async with connector.server, make_session(trust_env=False) as session:
        await Sending(session, connector, token).send()
    assert connector.authorizations == ["Bearer bot-token"]


async def test_without_a_token_none_is_sent(sending):
    await sending.send()
    assert sending.connector.authorizations == [None]


@pytest.mark.parametrize("statuses", [[429], [429, 429], [429, 429, 429]])
async def test_429_is_waited_out(sending, statuses):
    sending.connector.statuses = [*statuses, 200]
    assert (await sending.send()).id == "r1"
    assert (len(sending.connector.received), sending.retried) == (len(statuses) + 1, len(statuses))


async def test_429_without_end_is_given_up(sending):
    sending.connector.status = 429
    with pytest.raises(DeliveryError) as error:
        await sending.send()
    assert (error.value.status, error.value.refused) == (429, True)
    assert (len(sending.connector.received), len(sending.waits)) == (ATTEMPTS, ATTEMPTS - 1)


@pytest.mark.parametrize("method", ["reply_to_activity", "update_activity"])
@pytest.mark.parametrize("status", [300, 301, 302, 307, 400, 401, 403, 404, 412, 413, 500, 502, 503, 504])
async def test_nothing_but_429_is_sent_again(sending, status, method):
    sending.connector.status = status
    sending.connector.headers = {"Location": sending.connector.url, "Retry-After": "0"}
    with pytest.raises(DeliveryError) as error:
        await sending.send(method)
    assert (error.value.status, error.value.refused) == (status, 400 <= status < 500)
    assert len(sending.connector.received) == 1


async def test_a_connection_that_cannot_be_made_is_not_tried_again(sending):
    await sending.send()
    address = sending.connector.url
    await sending.connector.server.close()
    client = await sending.connectors.create(address)
    with pytest.raises(aiohttp.ClientConnectionError):
        await client.conversations.reply_to_activity("a:1", "m1", Activity(type="message", text="hej"))
    assert sending.waits == []


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"null", b"\xff"])
async def test_a_success_in_odd_words_is_still_a_success(sending, body):
    sending.connector.body = body
    assert (await sending.send()).id is None


class Noting:
    """In the place of a sender: notes what it is given."""

    def __init__(self):
        self.sent = []

    async def send(self, method, url, activity):
        self.sent.append((method, url))


async def test_ids_keep_to_their_place_in_the_address():
    noting = Noting()
    conversations = (await Connectors(noting).create("https://smba.trafficmanager.net/emea/")).conversations
    activity = Activity(type="message")
    await conversations.send_to_conversation("a:1/b", activity)
    await conversations.reply_to_activity("19:x@thread.v2;messageid=1", "m/../1", activity)
    await conversations.update_activity("a:1", "m?1", activity)
    start = "https://smba.trafficmanager.net/emea/v3/conversations"
    assert noting.sent == [
        ("POST", f"{start}/a%3A1%2Fb/activities"),
        ("POST", f"{start}/19%3Ax%40thread.v2%3Bmessageid%3D1/activities/m%2F..%2F1"),
        ("PUT", f"{start}/a%3A1/activities/m%3F1"),
    ]


WRITTEN = {
    "typing": Activity(type="typing"),
    "an answer": to_activity(render_message(make_answer())),
    "all that the SDK adds": Activity(
        type=ActivityTypes.message,
        timestamp=datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC),
        from_property=ChannelAccount(id="b", name="Minnet", properties={"x": 1}),
        conversation=ConversationAccount(id="a:1", is_group=False, tenant_id="t"),
        reply_to_id="m1",
        channel_data={"feedbackLoop": {"type": "default"}},
        attachments=[Attachment(content_type="c", content={"body": [1, None, "å"]})],
    ),
}


@pytest.mark.parametrize("activity", WRITTEN.values(), ids=WRITTEN)
def test_activities_are_written_as_the_sdk_writes_them(activity):
    assert write_activity(activity) == activity.serialize()


@pytest.mark.parametrize(
    ("header", "attempt", "least", "most"),
    [
        ("3", 1, 3, 3.5),
        ("0", 1, 0, 0.5),
        ("9999", 1, LONGEST_WAIT, LONGEST_WAIT + 0.5),
        ("9" * 400, 1, LONGEST_WAIT, LONGEST_WAIT + 0.5),
        (None, 1, 1, 1.5),
        (None, 3, 4, 4.5),
        ("", 2, 2, 2.5),
        ("-5", 1, 1, 1.5),
        ("snart", 1, 1, 1.5),
        ("٣", 1, 1, 1.5),
        ("Fri, 31 Feb 2023 99:99:99 GMT", 1, 1, 1.5),
    ],
)
def test_patience_is_what_the_service_asks_for(header, attempt, least, most):
    assert least <= patience(header, attempt) <= most


@pytest.mark.parametrize(
    ("seconds", "least", "most"), [(15, 10, 15.5), (-15, 0, 0.5), (999, LONGEST_WAIT, LONGEST_WAIT + 0.5)]
)
def test_patience_may_be_asked_for_until_a_moment(seconds, least, most):
    header = format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)
    assert least <= patience(header, 1) <= most
