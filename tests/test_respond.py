import asyncio
import logging
import re

import pytest
from made_answers import QUESTION, make_answer

from bot.message import Incoming, Outgoing
from bot.metrics import Metrics
from bot.respond import BUSY, NO_QUESTION, DeliveryError, Desk


class Asked:
    """An `answer` that notes the questions, and fails when told to; `gate` holds it back."""

    def __init__(self, error=None, answer=None):
        self.questions, self.error, self.answer, self.gate = [], error, answer or make_answer(), None

    async def __call__(self, incoming):
        self.questions.append(incoming.text)
        if self.gate is not None:
            await self.gate.wait()
        if self.error:
            raise self.error
        return self.answer


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

    @property
    def texts(self):
        return [one.message["text"] for one in self.log if isinstance(one, Outgoing)]


@pytest.fixture
def metrics():
    return Metrics()


def incoming(text=QUESTION, scope="personal"):
    return Incoming(id="m1", text=text, conversation="a:1", scope=scope, sender="29:anna")


def turns(metrics):
    """How many turns ended in which way."""
    samples = next(m for m in metrics.registry.collect() if m.name == "motesminnet_turns").samples
    return {s.labels["outcome"]: s.value for s in samples if s.name.endswith("_total") and s.value}


async def test_typing_comes_before_the_answer(metrics):
    sent = Sent()
    await Desk(Asked(), metrics).respond(incoming(), sent)
    assert [type(one) for one in sent.log] == [str, Outgoing]
    assert turns(metrics) == {"answered": 1}


async def test_nothing_asked_gets_a_hint(metrics):
    asked, sent = Asked(), Sent()
    await Desk(asked, metrics).respond(incoming(""), sent)
    assert (sent.texts, asked.questions, turns(metrics)) == ([NO_QUESTION], [], {"empty": 1})


async def test_a_refusal_is_counted_as_nothing_found(metrics):
    await Desk(Asked(answer=make_answer("Nej.", ())), metrics).respond(incoming(), Sent())
    assert turns(metrics) == {"nothing_found": 1}


@pytest.mark.parametrize(
    ("question", "outcome"),
    [("hjälp", "help"), ("vad kan du?", "help"), ("Hej!", "greeting"), ("tack så mycket", "greeting")],
)
async def test_help_and_greetings_are_no_refusals(metrics, question, outcome):
    answer = make_answer("Jag svarar på frågor.", (), intent="help", question=question)
    await Desk(Asked(answer=answer), metrics).respond(incoming(question), Sent())
    assert turns(metrics) == {outcome: 1}


async def test_failing_turn_is_told_with_a_reference_and_logged_without_the_question(metrics, caplog):
    caplog.set_level(logging.DEBUG)
    error = ValueError(f"could not parse {QUESTION!r} by Anna Ek")
    error.__cause__ = KeyError(QUESTION)
    sent = Sent()
    await Desk(Asked(error), metrics).respond(incoming(), sent)
    reference = re.fullmatch(r"Något gick fel .* Referens: ([0-9a-f]{8})", sent.texts[0])[1]
    assert reference in caplog.text
    assert "builtins.ValueError < builtins.KeyError" in caplog.text
    assert "test_respond.py" in caplog.text
    assert not re.search("yrkesresan|Anna|29:anna|a:1", caplog.text)
    assert turns(metrics) == {"failed": 1}


async def test_a_failure_is_told_in_the_language_of_the_question(metrics):
    sent = Sent()
    await Desk(Asked(ValueError()), metrics).respond(incoming("what was decided about the budget?"), sent)
    full = Desk(Asked(), metrics, at_once=0, waiting=0)
    await full.respond(incoming("what was decided about the budget?"), sent)
    assert sent.texts[0].startswith("Something went wrong")
    assert sent.texts[1] == BUSY["en"]


async def test_an_answer_that_cannot_be_rendered_is_a_failing_turn(metrics):
    async def answer(incoming):
        return None

    sent = Sent()
    await Desk(answer, metrics).respond(incoming(), sent)
    assert "Referens" in sent.texts[0]


@pytest.mark.parametrize(
    ("error", "messages"),
    [
        (DeliveryError(400), 2),
        (DeliveryError(413), 2),
        (DeliveryError(429), 2),
        (DeliveryError(500), 1),
        (DeliveryError(502), 1),
        (TimeoutError(), 1),
        (OSError(QUESTION), 1),
    ],
    ids=repr,
)
async def test_a_refused_reply_is_followed_by_a_sentence_unless_it_may_have_arrived(error, messages, metrics, caplog):
    sent = Sent(error)
    await Desk(Asked(), metrics).respond(incoming(), sent)
    assert len(sent.texts) == messages
    assert type(error).__name__ in caplog.text
    assert QUESTION not in caplog.text
    assert turns(metrics) == {"failed": 1}


async def test_a_chat_service_that_refuses_everything_ends_the_turn_quietly(metrics):
    sent = Sent(DeliveryError(403), DeliveryError(403))
    await Desk(Asked(), metrics).respond(incoming(), sent)
    assert sent.log[0] == "typing"
    assert [type(o) for o in sent.log[1:]] == [Outgoing, Outgoing]


async def test_whoever_comes_to_a_full_queue_is_asked_to_try_again(metrics):
    asked, sent = Asked(), [Sent() for _ in range(5)]
    asked.gate = asyncio.Event()
    desk = Desk(asked, metrics, at_once=1, waiting=2)
    under_way = [asyncio.create_task(desk.respond(incoming(), one)) for one in sent[:3]]
    await asyncio.sleep(0.01)
    assert (desk.free(), len(asked.questions)) == (0, 1)
    for one in sent[3:]:
        await desk.respond(incoming(), one)
    assert [one.log for one in sent[3:]] == [[sent[3].log[0]]] * 2
    assert sent[3].texts == [BUSY["sv"]]
    asked.gate.set()
    await asyncio.gather(*under_way)
    assert [len(one.texts) for one in sent[:3]] == [1, 1, 1]
    assert BUSY["sv"] not in [text for one in sent[:3] for text in one.texts]
    assert (desk.free(), turns(metrics)) == (3, {"busy": 2, "answered": 3})


async def test_a_turn_that_is_given_up_leaves_its_place(metrics):
    asked = Asked()
    asked.gate = asyncio.Event()
    desk = Desk(asked, metrics, at_once=1, waiting=0)
    turn = asyncio.create_task(desk.respond(incoming(), Sent()))
    await asyncio.sleep(0.01)
    turn.cancel()
    await asyncio.wait({turn})
    assert desk.free() == 1


async def test_a_turn_is_logged_without_question_answer_or_name(metrics, caplog):
    caplog.set_level(logging.DEBUG)
    await Desk(Asked(), metrics).respond(incoming(scope="channel"), Sent())
    (record,) = [one for one in caplog.records if one.name == "bot.respond"]
    assert (record.outcome, record.scope, record.intent) == ("answered", "channel", "decision")
    assert record.ms >= 0
    assert not re.search("yrkesresan|Norrdal|29:anna|a:1", repr(vars(record)))


async def test_a_welcome_is_what_help_answers(metrics):
    asked, sent = Asked(), Sent()
    await Desk(asked, metrics).welcome(incoming("hjälp"), sent)
    assert (asked.questions, len(sent.texts), turns(metrics)) == (["hjälp"], 1, {"welcome": 1})
