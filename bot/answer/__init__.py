"""Evidence -> Answer: composed by intent, then checked; nothing leaves unchecked."""

from collections.abc import Callable
from dataclasses import replace

from bot.answer.assignments import answer_assignments, asks_only_whose
from bot.answer.attribute import has_asked
from bot.answer.check import check_answer
from bot.answer.cited import answer_of_items, as_cited
from bot.answer.draft import Draft, render, under_line, under_subject
from bot.answer.evidence import Evidence, within_items
from bot.answer.lists import (
    answer_agenda,
    answer_attachments,
    answer_attendance,
    answer_deferred,
    answer_item,
    answer_list,
    answer_meetings,
    answer_next,
)
from bot.answer.premise import deny_premise
from bot.answer.refusal import refuse, say_cut, say_help
from bot.answer.select import supported
from bot.answer.sides import answer_comparison, body_sides, choose_sides, say_lacking
from bot.answer.slips import note_slips
from bot.answer.topic import answer_decisions, answer_direct, answer_timeline, choose_about, pick_direct
from bot.answer.whole import answer_whole
from bot.answer.wording import word
from bot.records import Answer, Carried, Statement

LONGEST = 60
"""Cited lines of an answer: a list of hundreds is no answer, and a narrower question is quickly asked."""
FIRST_LINES = 12
"""Cited lines of a long answer that a reader is shown before asking for all."""
SPARE = 2
"""So many more are shown at once: a line that says "and 1 more" takes the place of the one."""
_FROM_REGISTER: dict[str, Callable[[Evidence, Draft], None]] = {
    "list": answer_list,
    "agenda": answer_agenda,
    "item": answer_item,
    "attendance": answer_attendance,
    "deferred": answer_deferred,
    "next": answer_next,
    "meetings": answer_meetings,
    "attachments": answer_attachments,
    "action": answer_assignments,
}


def compose(evidence: Evidence, longest: int | None = LONGEST) -> Answer:
    """The answer to the question in the evidence, or a refusal; every citation in it has passed the check.

    A list is cut to `longest` cited lines (None: never).
    """
    asked, carried = evidence.asked, evidence.asked.carried or Carried()
    if asked.intent == "help":
        return say_help(evidence)
    lacks_body = bool(asked.no_body) and not (asked.intent == "comparison" and asked.query.bodies)
    if carried.lacks or asked.missing or lacks_body or not (evidence.meetings or evidence.of):
        return refuse(evidence)
    draft = Draft(evidence.documents, asked.language)
    if asked.query.numbers and asked.intent in ("attachments", "action", "deferred"):
        evidence = within_items(evidence)
    if carried.whole:
        answer_whole(evidence, draft)
    elif asked.intent in _FROM_REGISTER:
        _FROM_REGISTER[asked.intent](evidence, draft)
    is_cut = bool(evidence.cut and draft.statements)
    if not draft.statements and asks_only_whose(evidence):
        return refuse(evidence)
    denied = not draft.statements and deny_premise(evidence, draft)
    if not draft.statements and not denied and asked.intent not in ("list", "agenda", "item", "meetings", "deferred"):
        _by_topic(evidence, draft)
    drafted = skip_lines(draft.answer(asked.question, asked.intent), carried.skip)
    answer = check_answer(under_subject(note_slips(drafted), carried.subject), evidence.documents)
    if answer.refused:
        return refuse(evidence)
    if is_cut:
        answer = under_line(answer, say_cut(evidence))
    return answer if longest is None else shorten(answer, longest)


def skip_lines(answer: Answer, count: int) -> Answer:
    """The answer without its first `count` cited lines; the heading that they stood under stays over what follows."""
    cited = [i for i, s in enumerate(answer.statements) if s.citations]
    if not count or not cited:
        return answer
    first = cited[count] if count < len(cited) else len(answer.statements)
    heads = [s for s in answer.statements[:first] if not s.citations]
    return replace(answer, statements=(*heads[-1:], *answer.statements[first:]))


def shorten(answer: Answer, longest: int = LONGEST, spare: int = 0, more: str = "and_more") -> Answer:
    """The answer with at most so many cited lines (`spare` more where that makes it whole), the citations they need,
    and a last line that tells how many more there are. `more` is the key of that line's words.
    """
    cited = [i for i, s in enumerate(answer.statements) if s.citations]
    if len(cited) <= longest + spare:
        return answer
    left_out = answer.left_out + len(cited) - longest
    last = Statement(word(answer.language, more).format(n=left_out))
    statements = (*answer.statements[: cited[longest - 1] + 1], last)
    used = {n for s in statements for n in s.citations}
    citations = tuple(c for c in answer.citations if c.n in used)
    return replace(answer, statements=statements, citations=citations, text=render(statements), left_out=left_out)


def _by_topic(evidence: Evidence, draft: Draft) -> None:
    asked = evidence.asked
    if asked.query.items is not None:
        answer_of_items(evidence, draft, as_cited(evidence))
        return
    known = asked.carried is not None and asked.carried.own is not None  # the topic; what is asked comes after
    sides = body_sides(evidence) if asked.intent in ("decision", "direct") else ()
    if asked.intent == "comparison" or (asked.intent == "direct" and len(sides) > 1 and not known):
        answer_comparison(evidence, draft)
        return
    if asked.intent == "decision" and len(sides) > 1 and not asked.required and not known:
        chosen, lacking = choose_sides(evidence, sides)
        if chosen:
            say_lacking(draft, tuple(lacking))
            answer_decisions(evidence, draft, chosen)
        return
    good = supported(replace(evidence, asked=replace(asked, asks="")) if known else evidence)
    if not good:
        return
    if known:
        answer_of_items(evidence, draft, choose_about(evidence, good))
    elif evidence.asked.intent == "decision":
        answer_decisions(evidence, draft, choose_about(evidence, good))
    elif evidence.asked.intent == "timeline":
        answer_timeline(evidence, draft, choose_about(evidence, good))
    else:
        having = [one for one in good if has_asked(evidence, one)]
        if having:
            answer_direct(evidence, draft, pick_direct(evidence, having))
