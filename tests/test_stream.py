import pytest

from bot.stream import LONGEST, PACE, Stream


@pytest.fixture
def stream(clock):
    return Stream(clock)


def info(part):
    (entity,) = part["entities"]
    return {name: value for name, value in entity.items() if name != "type"}


def test_first_part_has_no_id_and_the_others_have(stream, clock):
    first = stream.part("informative", "Söker")
    assert (first["type"], first["text"]) == ("typing", "Söker")
    assert info(first) == {"streamType": "informative", "streamSequence": 1}
    stream.sent("s1")
    clock.now += PACE
    assert info(stream.part("streaming", "Nä")) == {"streamType": "streaming", "streamSequence": 2, "streamId": "s1"}


def test_what_comes_too_soon_is_left_out(stream, clock):
    sent = []
    for n in range(100):
        clock.now = n * PACE / 10
        sent.append(stream.part("streaming", "x" * (n + 1)))
    shown = [part for part in sent if part is not None]
    assert len(shown) == 10
    assert [info(part)["streamSequence"] for part in shown] == list(range(1, 11))


def test_nothing_is_shown_after_two_minutes(stream, clock):
    assert stream.part("streaming", "a") is not None
    clock.now = LONGEST + 1
    assert stream.part("streaming", "ab") is None


def test_nothing_is_no_part(stream):
    assert stream.part("streaming", "") is None


def test_the_end_names_the_stream_and_closes_it(stream, clock):
    stream.part("streaming", "a")
    stream.sent("s1")
    assert stream.end() == {"type": "streaminfo", "streamType": "final", "streamId": "s1"}
    clock.now += PACE
    assert (stream.end(), stream.part("streaming", "b")) == (None, None)


def test_without_a_part_there_is_nothing_to_end(stream):
    assert stream.end() is None


def test_a_stream_that_was_given_no_id_is_not_ended(stream):
    stream.part("streaming", "a")
    stream.sent("")
    assert stream.end() is None


def test_a_stopped_stream_shows_no_more(stream, clock):
    stream.part("streaming", "a")
    stream.sent("s1")
    stream.stop()
    clock.now += PACE
    assert (stream.part("streaming", "b"), stream.end()) == (None, None)
