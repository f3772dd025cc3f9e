"""An answer to its message: rendered as the settings say, with questions to ask next out of the meeting it cites."""

import logging
from dataclasses import dataclass
from typing import Any, Protocol

from bot.cards import WholeItem, answer_digest
from bot.logs import name_error
from bot.message import Incoming, render_message
from bot.presentation import Presentation
from bot.records import Answer
from bot.suggestions import suggest
from indexer.records import Meeting

logger = logging.getLogger(__name__)


class Lookup(Protocol):
    """Looks things up in the minutes, for whoever sent `incoming`; None where there is no such thing for them."""

    async def meeting(self, incoming: Incoming, meeting: str) -> Meeting | None:
        """The whole meeting with this id."""

    async def item(self, incoming: Incoming, item: str) -> WholeItem | None:
        """The agenda item with this id."""


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of an answer is wanted: its lines from `after` on, if it is still the answer with this `digest` (""
    for any), else all of it. `echo`: the question goes before it, since the chat does not show it.
    """

    after: int = 0
    digest: str = ""
    echo: bool = False


WHOLE = Part()


class Presenter:
    """Renders answers; questions to ask next are suggested in a personal chat, and only with a `lookup`."""

    def __init__(self, shown_as: Presentation | None = None, lookup: Lookup | None = None) -> None:
        self.shown_as, self.lookup = shown_as or Presentation(), lookup

    async def message(self, incoming: Incoming, answer: Answer, part: Part = WHOLE) -> dict[str, Any]:
        """The message of the answer to `incoming`, or of the part of it that is wanted."""
        meeting = await self._first_cited(incoming, answer)
        personal = self.lookup is not None and incoming.scope == "personal"
        suggestions = suggest(answer, meeting) if personal else ()
        after = part.after if part.digest in ("", answer_digest(answer)) else 0
        echo = incoming.text if part.echo else ""
        shown_as = self.shown_as.to(incoming.reader)
        return render_message(answer, shown_as, after=after, echo=echo, suggestions=suggestions)

    async def _first_cited(self, incoming: Incoming, answer: Answer) -> Meeting | None:
        """The meeting that the answer cites first; suggestions are not worth a failed answer."""
        if self.lookup is None or not answer.citations or incoming.scope != "personal":
            return None
        try:
            return await self.lookup.meeting(incoming, answer.citations[0].meeting)
        except Exception as error:
            logger.warning("Nothing can be suggested: %s", name_error(error))
            return None
