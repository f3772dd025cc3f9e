"""The activity in a request's body: the fields the bot reads, each of its type; every other field is dropped."""

import json
from collections.abc import Mapping
from typing import Any

_ACCOUNT: Mapping[str, Any] = {"id": str, "name": str, "role": str, "aadObjectId": str}
_CONVERSATION: Mapping[str, Any] = {"id": str, "name": str, "conversationType": str, "tenantId": str, "isGroup": bool}
_MENTION: Mapping[str, Any] = {"type": str, "text": str, "mentioned": _ACCOUNT}
_INVOKED: Mapping[str, Mapping[str, Any]] = {
    "adaptiveCard/action": {"action": {"verb": str, "data": {"q": str, "item": str, "after": int, "digest": str}}},
    "message/submitAction": {"actionName": str, "actionValue": {"reaction": str, "feedback": str}},
}
"""What the invokes that the bot answers carry: a pressed button of a card, and feedback on an answer."""
_FIELDS: Mapping[str, Any] = {
    "type": str,
    "id": str,
    "name": str,
    "action": str,
    "channelId": str,
    "serviceUrl": str,
    "text": str,
    "textFormat": str,
    "replyToId": str,
    "locale": str,
    "from": _ACCOUNT,
    "recipient": _ACCOUNT,
    "conversation": _CONVERSATION,
    "entities": list,
}


class BadActivityError(ValueError):
    """The body is no activity the bot can read."""


def read_activity(body: bytes) -> dict[str, Any]:
    """The known fields of the activity in a request's body, in Teams' own names and shapes.

    Raises ValueError where the body is no activity, or one that could not be answered: a message needs an id, a
    conversation and a sender.
    """
    try:
        value = json.loads(body.decode("utf-8"))
    except RecursionError as error:
        raise BadActivityError("nested too deep") from error
    fields = _checked(value, _FIELDS)
    for required in ("type", "serviceUrl"):
        if not fields.get(required):
            raise BadActivityError(f"no {required}")
    if fields["type"] == "message" and not (fields.get("conversation", {}).get("id") and fields.get("from")):
        raise BadActivityError("a message without conversation or sender")
    if fields["type"] in ("message", "invoke") and not fields.get("id"):
        raise BadActivityError("no id, so that it could be answered twice")
    fields["entities"] = [_checked(e, _MENTION) for e in fields.get("entities", []) if _is_mention(e)]
    return fields | _invoked(value, fields) | _added(value) | _channel_data(value)


def tenants(fields: Mapping[str, Any]) -> frozenset[str]:
    """The tenants an activity says it comes from, in lower case: as a rule one, in two places."""
    named = (fields.get("conversation", {}).get("tenantId"), fields.get("channelData", {}).get("tenant", {}).get("id"))
    return frozenset(tenant.casefold() for tenant in named if tenant)


def _checked(value: object, shape: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of `value` that `shape` names, null ones left out. Raises where one has another type."""
    if not isinstance(value, dict):
        raise BadActivityError("not an object")
    found = {key: value[key] for key in shape if value.get(key) is not None}
    for key, field in found.items():
        if isinstance(shape[key], Mapping):
            found[key] = _checked(field, shape[key])
        elif not isinstance(field, shape[key]):
            raise BadActivityError(f"{key} is not {shape[key].__name__}")
    return found


def _is_mention(entity: object) -> bool:
    """Whether to read the entity: of the many kinds a client may send, only mentions matter here."""
    return not isinstance(entity, dict) or entity.get("type") == "mention"


def _invoked(value: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """The value of an invoke that the bot answers; none where it has another form."""
    shape = _INVOKED.get(fields.get("name", "")) if fields["type"] == "invoke" else None
    if shape is None:
        return {}
    try:
        return {"value": _checked(value.get("value"), shape)}
    except BadActivityError:
        return {}


def _added(value: Mapping[str, Any]) -> dict[str, Any]:
    """Who joined the conversation. Odd forms are passed over: all they could cost is a welcome."""
    members = value.get("membersAdded")
    ids = [_text(member, "id") for member in members] if isinstance(members, list) else []
    return {"membersAdded": [{"id": one} for one in ids if one]} if any(ids) else {}


def _channel_data(value: Mapping[str, Any]) -> dict[str, Any]:
    """The ids of tenant and team, as far as they are told."""
    data = value.get("channelData")
    ids = {key: _text(data.get(key), "id") for key in ("tenant", "team")} if isinstance(data, dict) else {}
    known = {key: {"id": one} for key, one in ids.items() if one}
    return {"channelData": known} if known else {}


def _text(value: object, key: str) -> str | None:
    text = value.get(key) if isinstance(value, dict) else None
    return text if isinstance(text, str) else None
