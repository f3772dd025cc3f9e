"""An item from end to end, word for word."""

from bot.answer.draft import Draft
from bot.answer.evidence import Evidence, within_items
from bot.answer.lists import SEVERAL
from indexer.records import AgendaItem, Meeting


def answer_whole(evidence: Evidence, draft: Draft) -> None:
    """All the text of the item asked for, a line a paragraph: of the items in the query the first that there is; of
    those with the number asked for all, unless they are many.
    """
    query = evidence.asked.query
    meetings = within_items(evidence).meetings if query.numbers else evidence.meetings
    held = {item.id: (meeting, item) for meeting in meetings for item in meeting.items}
    chosen = [held[name] for name in query.items or held if name in held]
    if len(chosen) > SEVERAL and query.numbers:
        return  # which meeting is meant cannot be told: the refusal asks
    for meeting, item in chosen if query.numbers else chosen[:1]:
        _say_whole(evidence, draft, meeting, item)


def _say_whole(evidence: Evidence, draft: Draft, meeting: Meeting, item: AgendaItem) -> None:
    """The item's place, then each line of its text; all lines rest on one citation, the text as a whole."""
    draft.head(f"{meeting.body}, {draft.place(meeting, item)}")
    text = evidence.documents(meeting.document).text
    start = item.body_start if text[item.body_start : item.end].strip() else item.start
    body = text[start : item.end]
    end = start + len(body.rstrip())
    start += len(body) - len(body.lstrip())
    number = draft.cite(meeting, item, start, end)
    for line in text[start:end].split("\n"):
        if line.strip():
            draft.say(f"- ”{' '.join(line.split())}”", number)
