import logging
import re

import pytest
from botbuilder.core.adapters import TestAdapter
from botbuilder.schema import Activity, ChannelAccount, ConversationAccount, Entity
from made_answers import QUESTION, make_answer

from bot.message import Incoming, Outgoing, render_message
from bot.teams import NO_QUESTION, make_on_turn, read_incoming, respond, strip_mention, to_activity

BOT = ChannelAccount(id="28:bot", name="Mötesminnet")
ANNA = ChannelAccount(id="29:anna", name="Anna Ek")
NAMES = frozenset({"mötesminnet"})


class Asked:
    """An `answer` that notes the questions, and fails when told to."""

    def __init__(self, error=None):
        self.questions, self.error = [], error

    async def __call__(self, question):
        self.questions.append(question)
        if self.error:
            raise self.error
        return make_answer()


class Sent:
    """A responder that notes what is sent; `errors` are raised, one a message."""

    def __init__(self, *errors):
        self.log, self.errors = [], list(errors)

    async def typing(self):
        self.log.append("typing")

    async def final(self, outgoing):
        self.log.append(outgoing)
        if self.errors:
            raise self.errors.pop(0)


class RefusedError(Exception):
    """What the connector raises when the chat service answers with a status."""

    def __init__(self, status):
        super().__init__(QUESTION)
        self.response = type("Response", (), {"status_code": status})


def message(text=QUESTION, **fields):
    conversation = ConversationAccount(id="a:1", conversation_type="personal")
    base = {"type": "message", "id": "m1", "from_property": ANNA, "recipient": BOT, "conversation": conversation}
    return Activity(**{**base, "text": text, **fields})


def incoming(text=QUESTION):
    return Incoming(id="m1", text=text, conversation="a:1", scope="personal", sender="29:anna")


def mention(mentioned, text="<at>Mötesminnet</at>"):
    entity = Entity(type="mention")
    entity.additional_properties = {"mentioned": mentioned, "text": text}
    return entity


async def run(activity, answer):
    """What the bot sends when it gets the activity."""
    adapter = TestAdapter(make_on_turn(answer))
    await adapter.receive_activity(activity)
    return adapter.activity_buffer


async def test_a_message_gets_typing_and_then_the_answer():
    asked = Asked()
    typing, reply = await run(message(), asked)
    assert (typing.type, asked.questions) == ("typing", [QUESTION])
    assert reply.text == render_message(make_answer())["text"]
    assert reply.reply_to_id == "m1"


@pytest.mark.parametrize(
    "activity",
    [
        message(from_property=BOT),
        message(from_property=ChannelAccount(id="28:other", role="bot")),
        *(Activity(type=kind, from_property=ANNA, recipient=BOT) for kind in ("conversationUpdate", "typing", "nyhet")),
        Activity(type="messageReaction"),
    ],
    ids=["own", "another bot", "conversationUpdate", "typing", "unknown", "bare"],
)
async def test_other_activities_are_let_pass(activity):
    asked = Asked()
    assert (await run(activity, asked), asked.questions) == ([], [])


async def test_an_invoke_gets_an_empty_200():
    (response,) = await run(Activity(type="invoke", name="composeExtension/query"), Asked())
    assert (response.type, response.value.status) == ("invokeResponse", 200)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("<at>Mötesminnet</at> vad beslutades?", "vad beslutades?"),
        ('<at id="0">Mötesminnet</at>&nbsp;vad beslutades?\n', "vad beslutades?"),
        ("vad <AT>mötesminnet</AT> beslutades?", "vad beslutades?"),
        ("vad sa <at>Anna Ek</at>?", "vad sa Anna Ek?"),
        ("<at>Mötesminnet</at><at>Mötesminnet</at> hej", "hej"),
        ("<at>Mötesminnet hej", "Mötesminnet hej"),
        ("hej <at", "hej <at"),
        ("</at> hej <at></at>", "hej"),
        ("<at><at>Mötesminnet</at></at> hej", "hej"),
        ("fler än 3 &lt; 5 &amp; åtgärd", "fler än 3 < 5 & åtgärd"),
        ("a\ud800b", "a?b"),
        ("<at>Mötesminnet</at>", ""),
        ("", ""),
        ("attest <b>x</b>", "attest <b>x</b>"),
    ],
)
def test_strip_mention(text, question):
    assert strip_mention(text, NAMES) == question


def test_strip_mention_is_linear():
    for hostile in ("<at>" * 60_000, "<at " * 60_000, "<at>a" * 50_000 + "</at>", "</at" * 60_000):
        strip_mention(hostile, NAMES)


@pytest.mark.parametrize(
    ("entities", "text", "question"),
    [
        ([mention({"id": "28:bot", "name": "Minnet"}, "<at>Minnet</at>")], "<at>Minnet</at> hej", "hej"),
        ([mention({"id": "28:bot"}, "<at>Mötes &amp; minnet</at>")], "<at>Mötes &amp; minnet</at> hej", "hej"),
        ([mention({"id": "29:anna", "name": "Anna"}, "<at>Anna</at>")], "<at>Anna</at> hej", "Anna hej"),
        ([mention(None, None), mention("x", 5), mention([], "<at>")], "hej", "hej"),
        ([Entity(type="clientInfo")], "hej", "hej"),
        (None, "<at>Mötesminnet</at> hej", "hej"),
    ],
    ids=["other name", "escaped name", "somebody else", "malformed", "no mention", "no entities"],
)
def test_own_mention_is_found_by_id_or_name(entities, text, question):
    assert read_incoming(message(text, entities=entities)).text == question


def test_incoming_tells_where_it_came_from():
    channel = ConversationAccount(id="19:x@thread.tacv2;messageid=7", conversation_type="channel")
    assert read_incoming(message("hej", conversation=channel)) == Incoming(
        id="m1", text="hej", conversation="19:x@thread.tacv2;messageid=7", scope="channel", sender="29:anna"
    )


@pytest.mark.parametrize("text", [None, "", "  ", "<at>Mötesminnet</at>"])
async def test_no_question_gets_a_hint(text):
    asked = Asked()
    _, reply = await run(message(text), asked)
    assert (reply.text, asked.questions) == (NO_QUESTION, [])


async def test_failing_turn_is_told_with_a_reference_and_logged_without_the_question(caplog):
    caplog.set_level(logging.DEBUG)
    error = ValueError(f"could not parse {QUESTION!r} by Anna Ek")
    error.__cause__ = KeyError(QUESTION)
    _, reply = await run(message(), Asked(error))
    reference = re.fullmatch(r"Något gick fel .* Referens: ([0-9a-f]{8})", reply.text)[1]
    assert reference in caplog.text
    assert "builtins.ValueError < builtins.KeyError" in caplog.text
    assert "test_teams.py" in caplog.text
    assert not re.search("yrkesresan|Anna|29:anna", caplog.text)


async def test_an_answer_that_cannot_be_rendered_is_a_failing_turn():
    async def answer(question):
        return None

    sent = Sent()
    await respond(incoming(), answer, sent)
    assert "Referens" in sent.log[1].message["text"]


@pytest.mark.parametrize(("status", "messages"), [(400, 2), (413, 2), (500, 1), (502, 1)])
async def test_a_refused_reply_is_followed_by_a_sentence_unless_it_may_have_arrived(status, messages, caplog):
    sent = Sent(RefusedError(status))
    await respond(incoming(), Asked(), sent)
    assert len(sent.log) == 1 + messages
    assert "RefusedError" in caplog.text
    assert QUESTION not in caplog.text


async def test_a_chat_service_that_refuses_everything_ends_the_turn_quietly():
    sent = Sent(RefusedError(403), RefusedError(403))
    await respond(incoming(), Asked(), sent)
    assert sent.log[0] == "typing"
    assert [type(o) for o in sent.log[1:]] == [Outgoing, Outgoing]


async def test_typing_that_fails_costs_no_answer():
    class NoTyping(TestAdapter):
        async def send_activities(self, context, activities):
            if activities[0].type == "typing":
                raise RefusedError(403)
            return await super().send_activities(context, activities)

    adapter = NoTyping(make_on_turn(Asked()))
    await adapter.receive_activity(message())
    assert [a.type for a in adapter.activity_buffer] == ["message"]


def test_all_fields_of_an_entity_survive_serialisation():
    rendered = render_message(make_answer(mode="llm"))
    wire = to_activity(rendered).serialize()
    assert wire["entities"] == rendered["entities"]
    assert (wire["text"], wire["textFormat"]) == (rendered["text"], "markdown")
