import json

import pytest
from made_chat import make_activity

from bot.activity import read_activity, tenants


def read(**fields):
    return read_activity(json.dumps({**make_activity("http://127.0.0.1/"), **fields}).encode())


def test_known_fields_are_kept_and_all_others_dropped():
    fields = read(relatesTo={"serviceUrl": "http://evil.example"}, callerId="x", deliveryMode="expectReplies")
    assert {"relatesTo", "callerId", "deliveryMode", "timestamp", "attachments"}.isdisjoint(fields)
    assert (fields["id"], fields["from"]["name"]) == ("m1", "Anna Ek")


def test_of_the_entities_only_mentions_are_kept():
    mention = {"type": "mention", "text": "<at>Minnet</at>", "mentioned": {"id": "28:bot", "x": 1}, "y": 2}
    (kept,) = read(entities=[{"type": "clientInfo"}, mention])["entities"]
    assert kept == {"type": "mention", "text": "<at>Minnet</at>", "mentioned": {"id": "28:bot"}}


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ([{"id": "28:bot", "name": "x"}, {"id": "29:anna"}], [{"id": "28:bot"}, {"id": "29:anna"}]),
        ([{"id": 5}, None, "x", {}, {"id": "29:anna"}], [{"id": "29:anna"}]),
        ([], None),
        (7, None),
        ({"id": "x"}, None),
        (None, None),
    ],
    ids=str,
)
def test_who_joined(members, expected):
    assert read(membersAdded=members).get("membersAdded") == expected


@pytest.mark.parametrize(
    ("conversation", "data", "expected"),
    [
        ("T1", {"tenant": {"id": "t1"}}, {"t1"}),
        ("t1", {"tenant": {"id": "T2"}}, {"t1", "t2"}),
        ("t1", None, {"t1"}),
        (None, {"tenant": {"id": "t1"}}, {"t1"}),
        (None, {"tenant": "t1"}, set()),
        (None, {"tenant": {"id": 5}}, set()),
        (None, "t1", set()),
        ("", {"tenant": {"id": ""}}, set()),
        (None, None, set()),
    ],
    ids=str,
)
def test_tenants(conversation, data, expected):
    assert tenants(read(conversation={"id": "a:1", "tenantId": conversation}, channelData=data)) == expected


@pytest.mark.parametrize(("data", "kept"), [({"id": "19:t"}, {"id": "19:t"}), ({"id": 5}, None), ("x", None)], ids=str)
def test_the_team(data, kept):
    assert read(channelData={"team": data, "tenant": {"id": "t1"}})["channelData"].get("team") == kept


@pytest.mark.parametrize("kind", ["message", "invoke"])
@pytest.mark.parametrize("given", [None, ""])
def test_what_is_answered_needs_an_id(kind, given):
    with pytest.raises(ValueError, match="no id"):
        read(type=kind, id=given)


def test_what_is_let_pass_needs_none():
    assert "id" not in read(type="conversationUpdate", id=None)


@pytest.mark.parametrize(
    ("data", "kept"),
    [
        (
            {"tenant": {"id": "t1"}, "team": {"id": "19:x", "aadGroupId": "g1", "name": "IFO"}, "channel": {"id": "c"}},
            {"tenant": {"id": "t1"}, "team": {"id": "19:x", "aadGroupId": "g1"}, "channel": {"id": "c"}},
        ),
        ({"team": {"aadGroupId": ["g1"]}, "channel": "shared"}, None),
        ({"team": 5, "channel": {"type": "shared", "x": 1}}, {"channel": {"type": "shared"}}),
        ("x", None),
    ],
)
def test_of_the_channel_s_data_only_known_texts_are_read(data, kept):
    assert read(channelData=data).get("channelData") == kept
