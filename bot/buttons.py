"""What a pressed button brings: the answer to another question, the rest of one, all its items, or one item whole.

A button's data comes back from the chat and may say anything: it holds a question, which is asked anew, and an item's
id, which is looked up anew, both for the person who pressed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.cards import CONTENT_TYPE, LISTS, Card, WholeItem, all_card, item_card
from bot.intents import detect_language
from bot.links import is_web_address
from bot.message import Incoming
from bot.presenter import Lookup, Part, Presenter
from bot.records import Answer, Citation
from bot.respond import BUSY, Desk, Responder, apologize

MESSAGE = "application/vnd.microsoft.activity.message"
ERROR = "application/vnd.microsoft.error"
SENT = {"sv": "Fortsättningen kommer i ett eget meddelande.", "en": "The rest comes in a message of its own."}
ANSWERED = {"sv": "Svaret kommer i ett eget meddelande.", "en": "The answer comes in a message of its own."}
GONE = {
    "sv": "Det finns inte längre bland protokollen. Ställ frågan igen.",
    "en": "It is no longer among the minutes. Ask the question again.",
}
UNKNOWN = "Knappen känns inte igen. Ställ frågan igen."


@dataclass(frozen=True, slots=True)
class Press:
    """A button that was pressed: `verb` ask | more | all | list | item; the rest is what its data holds, unchecked."""

    verb: str
    question: str = ""
    item: str = ""
    after: int = 0
    digest: str = ""


class Buttons:
    """Answers pressed buttons."""

    def __init__(self, desk: Desk, presenter: Presenter, lookup: Lookup) -> None:
        self._desk, self._presenter, self._lookup = desk, presenter, lookup

    async def press(self, incoming: Incoming, press: Press, responder: Responder) -> dict[str, Any]:
        """The reply to a pressed button, as the body that Teams wants: a card in place of the old one, or a few words.

        Never raises; `incoming` is who pressed, and where.
        """
        asking = replace(incoming, text=press.question, alone=True)
        language = detect_language(press.question)
        try:
            if press.verb == "more" and press.question:
                await self._desk.respond(asking, responder, Part(press.after, press.digest))
                return _message(SENT[language])
            if press.verb == "ask" and press.question:
                await self._desk.respond(asking, responder, Part(echo=True))
                return _message(ANSWERED[language])
            if press.verb == "item" and press.item:
                return _card_or_message(await self._item(asking, press, language), language)
            if press.verb in ("all", "list") and press.question:
                answer = await self._desk.ask(asking)
                if answer is None:
                    return _message(BUSY[language])
                card = all_card(answer) if press.verb == "all" else await self._list(asking, answer)
                return _card_or_message(card, language)
        except Exception as error:
            return _message(apologize(error, language))
        return {"statusCode": 400, "type": ERROR, "value": {"code": "BadRequest", "message": UNKNOWN}}

    async def _list(self, incoming: Incoming, answer: Answer) -> Card | None:
        """The card of a list as it stood under its answer; None where the answer is no list."""
        message = await self._presenter.message(incoming, answer)
        attached: list[dict[str, Card]] = message.get("attachments", []) if answer.intent in LISTS else []
        return attached[0]["content"] if attached and not answer.refused else None

    async def _item(self, incoming: Incoming, press: Press, language: str) -> Card | None:
        whole = await self._lookup.item(incoming, press.item)
        if whole is None:
            return None
        url = self._presenter.shown_as.to(incoming.reader).link(_citation(whole))
        return item_card(whole, language, url if is_web_address(url) else None, press.question)


def _citation(whole: WholeItem) -> Citation:
    """A citation to the item: to its first decision, else to its heading."""
    item, meeting = whole.item, whole.meeting
    decided = next(iter(item.decisions), None)
    start, end = (decided.start, decided.end) if decided else (item.start, max(item.body_start, item.start + 1))
    return Citation(
        n=1,
        document=whole.document.id,
        document_name=whole.document.name,
        meeting=meeting.id,
        body=meeting.body,
        date=meeting.date,
        date_precision=meeting.date_precision,
        quote=whole.document.text[start:end],
        start=start,
        end=end,
        item=item.id,
        url=whole.document.sidecar.url,
    )


def _card_or_message(card: Card | None, language: str) -> dict[str, Any]:
    return _message(GONE[language]) if card is None else {"statusCode": 200, "type": CONTENT_TYPE, "value": card}


def _message(text: str) -> dict[str, Any]:
    return {"statusCode": 200, "type": MESSAGE, "value": text}


def read_press(action: Mapping[str, Any]) -> Press:
    """The button in an activity's action, whose fields have their types; data that no button has is passed over."""
    data = action.get("data", {})
    return Press(
        verb=action.get("verb", ""),
        question=data.get("q", ""),
        item=data.get("item", ""),
        after=data.get("after", 0),
        digest=data.get("digest", ""),
    )
