from itertools import count

import pytest
from botbuilder.core.adapters import TestAdapter
from botbuilder.schema import Activity, ChannelAccount, ConversationAccount, Entity, ResourceResponse
from made_answers import QUESTION, make_answer

from bot.access import Reader
from bot.answered import Answered
from bot.message import Incoming, Outgoing, plain_message, render_message
from bot.metrics import Metrics
from bot.respond import NO_QUESTION, DeliveryError, Desk
from bot.teams import ContextResponder, make_on_turn, read_incoming, read_reader, strip_mention, to_activity

BOT = ChannelAccount(id="28:bot", name="Mötesminnet")
ANNA = ChannelAccount(id="29:anna", name="Anna Ek")
NAMES = frozenset({"mötesminnet"})


class Asked:
    """An `answer` that notes the questions, and fails when told to."""

    def __init__(self, error=None):
        self.questions, self.error = [], error

    async def __call__(self, incoming):
        self.questions.append(incoming.text)
        if self.error:
            raise self.error
        return make_answer()


def message(text=QUESTION, **fields):
    conversation = ConversationAccount(id="a:1", conversation_type="personal")
    base = {"type": "message", "id": "m1", "from_property": ANNA, "recipient": BOT, "conversation": conversation}
    return Activity(**{**base, "text": text, **fields})


def mention(mentioned, text="<at>Mötesminnet</at>"):
    entity = Entity(type="mention")
    entity.additional_properties = {"mentioned": mentioned, "text": text}
    return entity


async def run(activity, answer, adapter=TestAdapter, answered=None):
    """What the bot sends when it gets the activity."""
    made = adapter(make_on_turn(Desk(answer, Metrics()), answered or Answered(None)))
    await made.receive_activity(activity)
    return made.activity_buffer


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
        ("<at>Anna Ek</at> <at>Mötesminnet</at> <at>Bo</at> vem är <at>Mötesminnet</at>?", "Anna Ek Bo vem är ?"),
        ("<at>M&#246;tesminnet</at>&#160;hej", "hej"),
        ("<AT ID='0' x=\"y\"> Mötesminnet </AT>,\r\nhej", ", hej"),
        ("&lt;at&gt;Mötesminnet&lt;/at&gt; hej", "<at>Mötesminnet</at> hej"),
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
        (
            [mention({"id": "28:bot"}, "<at>Mötes</at>"), mention({"id": "28:bot"}, "<at>minne</at>")],
            "<at>Mötes</at> <at>minne</at> hej",
            "hej",
        ),
        (
            [mention({"id": "28:bot", "name": "Minnet"}), mention({"id": "29:anna", "name": "Anna"}, "<at>Anna</at>")],
            "vad lovade <at>Anna</at> <at>Minnet</at> i mars?",
            "vad lovade Anna i mars?",
        ),
        ([Entity(type="clientInfo")], "hej", "hej"),
        (None, "<at>Mötesminnet</at> hej", "hej"),
    ],
    ids=[
        "other name",
        "escaped name",
        "somebody else",
        "malformed",
        "name in two parts",
        "two people, in the middle",
        "no mention",
        "no entities",
    ],
)
def test_own_mention_is_found_by_id_or_name(entities, text, question):
    assert read_incoming(message(text, entities=entities)).text == question


def test_a_message_in_html_is_read_as_its_words():
    text = "<div><p><at>Mötesminnet</at>&nbsp;vad <b>beslutades</b><br>om <i>x</i> &lt; 5?</p></div>"
    assert read_incoming(message(text, text_format="xml")).text == "vad beslutades om x < 5?"


def test_incoming_tells_where_it_came_from():
    channel = ConversationAccount(id="19:x@thread.tacv2;messageid=7", conversation_type="channel")
    assert read_incoming(message("hej", conversation=channel)) == Incoming(
        id="m1", text="hej", conversation="19:x@thread.tacv2;messageid=7", scope="channel", sender="29:anna"
    )


@pytest.mark.parametrize(
    ("kind", "data", "reader"),
    [
        ("personal", {}, Reader(user="a1")),
        ("personal", {"team": {"aadGroupId": "G1"}}, Reader(user="a1")),
        ("groupChat", {}, Reader()),
        ("groupChat", {"team": {"aadGroupId": "G1"}}, Reader()),
        ("channel", {"team": {"id": "19:T@x", "aadGroupId": "G1"}}, Reader(team="g1")),
        ("channel", {"team": {"id": "19:T@x"}, "channel": {"type": "standard"}}, Reader(team="19:t@x")),
        ("channel", {"team": {"aadGroupId": "G1"}, "channel": {"type": "Shared"}}, Reader()),
        ("channel", {}, Reader()),
        ("channel", None, Reader()),
        (None, {"team": {"aadGroupId": "G1"}}, Reader()),
    ],
)
def test_whose_rights_count_is_told_by_who_can_read_the_conversation(kind, data, reader):
    place = ConversationAccount(id="a:1", conversation_type=kind)
    sender = ChannelAccount(id="29:anna", aad_object_id="A1")
    asked = message("hej", conversation=place, channel_data=data, from_property=sender)
    assert (read_incoming(asked).reader, read_reader(asked)) == (reader, reader)


def test_a_person_without_an_object_id_is_anyone():
    asked = message("hej", conversation=ConversationAccount(id="a:1", conversation_type="personal"))
    assert read_incoming(asked).reader == Reader()


@pytest.mark.parametrize("text", [None, "", "  ", "<at>Mötesminnet</at>"])
async def test_no_question_gets_a_hint(text):
    asked = Asked()
    _, reply = await run(message(text), asked)
    assert (reply.text, asked.questions) == (NO_QUESTION, [])


async def test_typing_that_fails_costs_no_answer():
    class NoTyping(TestAdapter):
        async def send_activities(self, context, activities):
            if activities[0].type == "typing":
                raise DeliveryError(403)
            return await super().send_activities(context, activities)

    assert [a.type for a in await run(message(), Asked(), NoTyping)] == ["message"]


def test_all_fields_of_an_entity_survive_serialisation():
    rendered = render_message(make_answer(mode="llm"))
    wire = to_activity(rendered).serialize()
    assert wire["entities"] == rendered["entities"]
    assert (wire["text"], wire["textFormat"]) == (rendered["text"], "markdown")


# Welcomes: Teams tells of an installation in two ways, at once


def installed(action="add", conversation="a:1"):
    where = ConversationAccount(id=conversation, conversation_type="personal")
    return Activity(type="installationUpdate", action=action, from_property=ANNA, recipient=BOT, conversation=where)


def joined(*members, conversation="a:1"):
    where = ConversationAccount(id=conversation, conversation_type="personal")
    return Activity(
        type="conversationUpdate", members_added=members, from_property=ANNA, recipient=BOT, conversation=where
    )


@pytest.mark.parametrize(
    ("activities", "welcomes"),
    [
        ([installed()], 1),
        ([installed("add-upgrade")], 1),
        ([joined(BOT)], 1),
        ([joined(ANNA, BOT)], 1),
        ([installed(), joined(BOT)], 1),
        ([joined(BOT), installed(), installed()], 1),
        ([installed(), joined(BOT, conversation="a:2")], 2),
        ([installed(), installed("remove"), installed()], 2),
        ([joined(ANNA)], 0),
        ([joined()], 0),
        ([installed("remove")], 0),
        ([installed(None)], 0),
    ],
    ids=lambda value: (
        " ".join(one.type[:4] + str(one.action or "") for one in value) if isinstance(value, list) else None
    ),
)
async def test_whoever_adds_the_bot_is_welcomed_once(activities, welcomes):
    asked, answered = Asked(), Answered(None)
    sent = [await run(activity, asked, answered=answered) for activity in activities]
    assert asked.questions == ["hjälp"] * welcomes
    assert [one.text for turn in sent for one in turn] == [render_message(make_answer())["text"]] * welcomes


@pytest.mark.parametrize(("scope", "welcomes"), [("personal", 0), ("groupChat", 1), ("channel", 1)])
async def test_where_prompt_starters_show_there_is_no_welcome(scope, welcomes):
    activity = joined(BOT)
    activity.conversation.conversation_type = scope
    adapter = TestAdapter(make_on_turn(Desk(Asked(), Metrics()), Answered(None), starters=True))
    await adapter.receive_activity(activity)
    assert len(adapter.activity_buffer) == welcomes


# Showing an answer while it is written


class Recorded:
    """What a responder sends through a turn; `errors` are raised, one a message, None for none."""

    def __init__(self, *errors, scope="personal"):
        self.sent, self.errors, self.updated = [], list(errors), []
        self.activity = message(conversation=ConversationAccount(id="a:1", conversation_type=scope))

    async def send_activity(self, activity):
        self.sent.append(activity)
        error = self.errors.pop(0) if self.errors else None
        if error is not None:
            raise error
        return ResourceResponse(id=f"s{len(self.sent)}")

    async def update_activity(self, activity):
        self.updated.append(activity)

    @property
    def infos(self):
        """The stream entity of each message sent, as far as it has one."""
        entities = [e.serialize() for a in self.sent for e in a.entities or []]
        return [{k: v for k, v in e.items() if k != "type"} for e in entities if e["type"] == "streaminfo"]


def ticking():
    """A clock that goes on two seconds each time it is read."""
    seconds = count(step=2)
    return lambda: next(seconds)


ANSWER = Outgoing(plain_message("Svaret."))


async def test_answer_is_shown_while_it_is_written_and_ended_by_the_final_message():
    context = Recorded()
    responder = ContextResponder(context, ticking())
    await responder.progress("Söker")
    await responder.chunk("Nätverket")
    await responder.chunk("Nätverket beslutar")
    assert await responder.final(ANSWER) == "s4"
    assert [a.type for a in context.sent] == ["typing", "typing", "typing", "message"]
    assert [a.text for a in context.sent] == ["Söker", "Nätverket", "Nätverket beslutar", "Svaret."]
    assert context.infos == [
        {"streamType": "informative", "streamSequence": 1},
        {"streamType": "streaming", "streamSequence": 2, "streamId": "s1"},
        {"streamType": "streaming", "streamSequence": 3, "streamId": "s1"},
        {"streamType": "final", "streamId": "s1"},
    ]


@pytest.mark.parametrize("scope", ["channel", "groupChat"])
async def test_nothing_is_streamed_outside_personal_chats(scope):
    context = Recorded(scope=scope)
    responder = ContextResponder(context, ticking())
    await responder.progress("Söker")
    await responder.chunk("Nätverket")
    await responder.final(ANSWER)
    assert ([a.type for a in context.sent], context.infos) == (["message"], [])


async def test_a_stream_that_its_reader_stopped_ends_in_a_plain_message():
    context = Recorded(None, DeliveryError(403))
    responder = ContextResponder(context, ticking())
    await responder.progress("Söker")
    await responder.final(ANSWER)
    assert [i["streamType"] for i in context.infos] == ["informative", "final"]
    assert (context.sent[-1].text, context.sent[-1].entities) == ("Svaret.", [])


async def test_a_refused_part_ends_the_showing_but_not_the_answer():
    context = Recorded(None, DeliveryError(403))
    responder = ContextResponder(context, ticking())
    for text in ("a", "ab", "abc"):
        await responder.chunk(text)
    await responder.final(ANSWER)
    assert [a.text for a in context.sent] == ["a", "ab", "Svaret."]
    assert context.sent[-1].entities == []


async def test_any_other_failure_to_end_a_stream_is_the_turns():
    responder = ContextResponder(Recorded(None, DeliveryError(500)), ticking())
    await responder.chunk("a")
    with pytest.raises(DeliveryError):
        await responder.final(ANSWER)


async def test_an_answer_can_be_replaced():
    context = Recorded()
    await ContextResponder(context).update("s1", ANSWER)
    assert [(a.id, a.text) for a in context.updated] == [("s1", "Svaret.")]
