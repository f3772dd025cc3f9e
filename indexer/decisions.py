"""Decisions and deferrals in the text of an agenda item, each with its span.

A decision is the meeting's own: it stands under a label ("Beslut:"), in a list under "Nämnden beslutade", or as a
sentence of its own (`indexer.statements`). What another body decided, a proposal, and a word "beslut" in running text
are none.
"""

import re
from collections.abc import Sequence

from indexer.bodies import Body
from indexer.item_rows import ATT, BULLET, DECIDE, Row, item_rows, row_sentences, sentences
from indexer.kinds import kind_of
from indexer.people import only_names
from indexer.records import Decision, Line
from indexer.statements import is_own_decision

__all__ = ["find_decisions", "find_deferrals", "find_elected", "kind_of", "sentences"]

_WHOSE = r"(?P<whose>(?:[\wåäö-]+\s+){0,4}[\wåäö-]+s\s+)"
_LABEL = re.compile(
    rf"(?i)^\W*{_WHOSE}?(?:(?:(?:fattat|fattade|taget|tagna)\s)?beslut(?:et|en)?|beslutspunkt(?:er)?|decisions?|"
    rf"beslöts|beslutades|beslutade|"
    rf"beslutat|fattade beslut|ställningstagande)"
    r"(?:\s+(?:i (?:ärendet|frågan|punkten)|på mötet|(?:nr\.?\s?|§\s?)?\d[\d:/.–-]{0,9}|"
    r"(?:och|/)\s*åtgärd(?:er)?|(?:och|/)\s*uppdrag))?"
    r"\s*(?:/\s*åtgärd(?:er)?\s*)?(?P<mark>[:–—]|\s-\s|(?=\s*$))\s*(?P<rest>.*)$"
)
_SAID = re.compile(
    r"(?i)^\W*(?P<subject>[^\W\d][\wåäö-]*(?:\s[\wåäö-]+){0,2})\s(?:har\s)?(?:beslutade|beslutat|beslöt|bestämde|"
    r"(?:kom|kommit)\söverens(?:\som)?|enades(?:\som)?|enats(?:\som)?)(?:\sföljande)?(?P<mark>\s?:)\s*(?P<rest>\S.*)$"
)
_REPLY = re.compile(r"(?i)^\W*(?:svar|yttrande|remissvar)\s*:\s*(?P<rest>\S.*)$")
_REPLY_ALONE = re.compile(r"(?i)^\W*(?:svar|remissvar)\s*:?\s*$")
_PROPOSED = re.compile(
    r"(?i)^\W*(?:(?:[\wåäö-]+\s+){0,4}(?:förslag|yrkande|rekommendation)\b[^.!?]{0,60}|att-satser|"
    r"(?:redovisade|tidigare|anmälda) beslut|"
    r"[^.!?:]{2,50}\s(?:yrkar|yrkade|föreslår|föreslog)(?:\s(?:på|att|till|följande|bifall)\b[^.!?:]{0,50})?)\s*:?\s*$"
)
_ENDS = re.compile(
    r"""(?ix)^\W*(?:
        sammanfattning(?:\ av\ ärendet)? | ärendebeskrivning | ärendet | ärende | bakgrund | beslutsunderlag | underlag
      | skäl(?:en)?\ (?:för|till)\ beslutet | motivering | upplysning(?:ar)? | förslag\ till\ beslut
      | beslutsförslag | beslutsgång
      | yrkanden? | propositionsordning | omröstning\w* | votering\w* | reservation\w* | särskilt\ yttrande
      | protokollsutdrag.* | (?:beslutet\ )?(?:skickas|expedieras)\ till.* | expedieras.* | expediering
      | kopia\ till.* | jäv | handlingar
      | bedömning | diskussion(?:en)? | redogörelse | överläggning\w* | information | föredragande\b.* | ansvarig\b.*
      | uppföljning | åtgärd(?:er)? | att\ göra | bilag(?:a|or)\b.* | deltar\ inte\ i\ beslutet.*
      | protokollsanteckning.*
      | paragrafen\ är\ .*justerad.* | (?:tidigare|redovisade)\ beslut.* | tidsplan | ekonomi | ajournering
      | noteringar?
    )\s*(?::.*)?$"""
)
_HEAD = re.compile(
    rf"(?ix)^(?P<subject>[^\W\d][^.:;!?]{{1,70}}?)\s+{DECIDE}"
    r"(?:\s+(?:följande|enhälligt|därför|vidare|således|därmed|också|enligt\ följande|därefter|"
    r"efter\ votering|efter\ diskussion|även)){0,3}"
    r"\s*(?:att)?\s*:?\s*$"
)
_PASSIVE_HEAD = re.compile(r"(?i)^(?:det\s+)?(?:beslutades|beslutas|beslöts)\s*(?:att|följande)?\s*:?\s*$")
_DEFERRAL = re.compile(
    r"(?ix)\b(?:punkt(?:en|er|erna)?|fråga(?:n)?|ärendet|ärende|detta|diskussionen|beslutet|den)\b.{0,40}?"
    r"(?: bordl\w+ | återremi\w+ | utg(?:år|ick)\b(?!\s+från)"
    r"  | (?:skjuts|sköts|flyttas|flyttades|tas\ upp|lyfts)\b.{0,25}\b(?:fram|upp|nästa|kommande|senare)"
    r"  | återkommer\b.{0,25}\b(?:nästa|senare|kommande) )"
    r"| \bbordl(?:ades|äggs|agd)\b"
)
_TOLD_OF = re.compile(
    r"(?i)\b(?:då|när|som|sedan|eftersom)\s+(?:(?:den|det|frågan|ärendet|punkten)\s+)?"
    r"(?:bordlades|återremitterades|utgick|sköts upp)\b"
)
"""What was put off at an earlier meeting, told as background: "..., då den bordlades"."""


_NO_DECISION = re.compile(r"(?i)\W*(?:inget (?:beslut|nytt)|information|diskussion|-)?\W*$")
"""What a column of decisions holds where nothing was decided."""


def _make(text: str, start: int, end: int, kind: str | None = None) -> Decision:
    """A decision at the span, without the bullet before it and the space around it."""
    if (bullet := BULLET.match(text[start:end])) is not None:
        start += bullet.end()
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    words = text[start:end]
    return Decision(words, kind or kind_of(words), start, end)


def _list_end(rows: Sequence[Row], at: int) -> int:
    """The index after the run of list rows (bullets, numbers, att-clauses) that begins at `at`."""
    end = at
    while (
        end < len(rows)
        and (BULLET.match(rows[end].text) or ATT.match(rows[end].text))
        and not _ENDS.match(rows[end].text)
    ):
        if end > at and bool(ATT.match(rows[end].text)) < bool(ATT.match(rows[at].text)):
            followed = end + 1 < len(rows) and _HEAD.match(rows[end + 1].text)
            if rows[end].gap or followed:
                break
        end += 1
    return end


def _is_label(row: Row) -> bool:
    return bool(_ENDS.match(row.text) or _LABEL.match(row.text) or _REPLY.match(row.text) or _PROPOSED.match(row.text))


class _Finder:
    """The walk over an item's rows: what stands under labels, under heads of lists, and what stands alone."""

    def __init__(self, text: str, rows: Sequence[Row], body: Body) -> None:
        self.text, self.rows, self.body = text, rows, body
        self.found: list[Decision] = []
        self.used: set[int] = set()
        self.proposed: set[int] = set()

    def in_column(self, column: int) -> None:
        """Takes the rows of a table's column of decisions."""
        for i, row in enumerate(self.rows):
            if row.column == column and not _NO_DECISION.match(row.text):
                label = _LABEL.match(row.text)
                start = row.start + (label.start("rest") if label is not None else 0)
                self.found += [_make(self.text, start, row.end)] if start < row.end else []
                self.used.add(i)

    def mark_proposals(self) -> None:
        """Keeps out what stands under "Förslag till beslut" and the like, up to the next label or head."""
        i = 0
        while i < len(self.rows):
            row = self.rows[i]
            if not _PROPOSED.match(row.text) or (
                _LABEL.match(row.text) and not re.search(r"(?i)tidigare|redovisade|anmälda", row.text)
            ):
                i += 1
                continue
            end = i + 1
            while end < len(self.rows) and not self._opens(end, i):
                end += 1
            self.proposed.update(range(i, end))
            i = end

    def _opens(self, at: int, since: int) -> bool:
        """Whether something other than the proposal that begins at `since` opens at row `at`."""
        row = self.rows[at]
        if _is_label(row) or row.line.heading:
            return True
        if at > since + 1 and self._is_head(row) and not ATT.match(row.text):
            return True
        before = self.rows[at - 1].text
        if (
            at > since + 1
            and (BULLET.match(before) or ATT.match(before))
            and not BULLET.match(row.text)
            and not ATT.match(row.text)
        ):
            return True
        return row.gap and at > since + 1 and not BULLET.match(row.text) and not ATT.match(row.text)

    def _is_head(self, row: Row) -> bool:
        head = _HEAD.match(row.text)
        return bool(_PASSIVE_HEAD.match(row.text)) or (head is not None and self.body.is_subject(head["subject"]))

    def labelled(self) -> bool:
        """Takes the decisions under labels; whether there was any label of deciding."""
        i, any_label = 0, False
        while i < len(self.rows):
            row = self.rows[i]
            if i in self.proposed:
                i += 1
            elif (reply := _REPLY.match(row.text)) is not None:
                self.found.append(_make(self.text, row.start + reply.start("rest"), row.end, "consultation"))
                self.used.add(i)
                i += 1
            elif _REPLY_ALONE.match(row.text) and i + 1 < len(self.rows) and len(self.rows[i + 1].text) > 20:
                self.found.append(_make(self.text, self.rows[i + 1].start, self.rows[i + 1].end, "consultation"))
                self.used.update((i, i + 1))
                i += 2
            elif (label := _LABEL.match(row.text)) is not None and self._is_own(label):
                i = self._under(i, label)
                any_label = True
            elif (said := _SAID.match(row.text)) is not None and self.body.is_subject(said["subject"]):
                i = self._under(i, said)
                any_label = True
            else:
                i += 1
        return any_label and any(d.kind != "consultation" for d in self.found)

    def _is_own(self, label: re.Match[str]) -> bool:
        whose = (label["whose"] or "").strip()
        if re.search(r"(?i)förslag|tidigare|redovisade|anmälda", label[0][: label.end("mark")]):
            return False
        return not (
            whose
            and re.match(r"(?i)(?:kommun|region)fullmäktiges|regeringens|riksdagens|förvaltning", whose)
            and not self.body.is_subject(whose[:-1])
        )

    def _under(self, i: int, label: re.Match[str]) -> int:
        """Takes what stands under the label at row `i`; the row after it."""
        row, rest = self.rows[i], label["rest"].strip()
        self.used.add(i)
        if rest and not rest.endswith(":") and not re.search(rf"(?i)\b{DECIDE}(?:\s+att)?$", rest):
            if not re.fullmatch(r"\W*", rest):
                self.found.append(_make(self.text, row.start + label.start("rest"), row.end))
            stop = _list_end(self.rows, i + 1)
            clauses = stop > i + 1 and ATT.match(self.rows[i + 1].text)
            if clauses and (not self.rows[i + 1].gap or ATT.match(rest)):
                self._take(range(i + 1, stop))
                return stop
            return i + 1
        spans, end = self._block(i + 1)
        self.found += [_make(self.text, start, stop) for start, stop in spans]
        self.used.update(range(i, end))
        return max(end, i + 1)

    def _take(self, indices: range) -> None:
        self.found += [_make(self.text, self.rows[k].start, self.rows[k].end) for k in indices]
        self.used.update(indices)

    def _block(self, at: int) -> tuple[list[tuple[int, int]], int]:
        """The spans of the decisions in the block that begins at row `at` under a label, and the row after it."""
        rows, i = self.rows, at
        spans: list[tuple[int, int]] = []
        while i < len(rows) and not self._ends_block(i, at):
            row = rows[i]
            if (end := _list_end(rows, i)) > i:
                if (
                    spans
                    and row.gap
                    and not _HEAD.match(rows[i - 1].text)
                    and not rows[i - 1].text.endswith(":")
                    and not ATT.match(row.text)
                ):
                    break
                spans += [(r.start, r.end) for r in rows[i:end]]
                i = end
                if i < len(rows) and not self._goes_on(i):
                    break
                continue
            if _HEAD.match(row.text) or row.text.rstrip().endswith(":"):
                if spans and row.gap and not _HEAD.match(row.text):
                    break
                following = _list_end(rows, i + 1)
                if following == i + 1 and i + 1 < len(rows) and not _is_label(rows[i + 1]):
                    spans.append((rows[i + 1].start, rows[i + 1].end))
                    i += 2
                    continue
                if following == i + 1 and not row.text.rstrip().endswith(":"):
                    spans.append((row.start, row.end))
                i += 1
                continue
            if spans and row.gap and not (rows[i - 1].line.italic and row.line.italic) and not self._goes_on(i):
                break
            spans.append((row.start, row.end))
            i += 1
        return spans, i

    def _ends_block(self, i: int, at: int) -> bool:
        row = self.rows[i]
        if _is_label(row) and not (
            i == at and _PROPOSED.match(row.text) and not _ENDS.match(row.text) and not _LABEL.match(row.text)
        ):
            return True
        return i > at and (bool(row.line.heading) or (row.line.bold and not self.rows[at].line.bold))

    def _goes_on(self, i: int) -> bool:
        """Whether the row after a gap still belongs to the decision: another list's head, or a sentence of deciding."""
        row = self.rows[i]
        if _HEAD.match(row.text):
            return True
        first = next(iter(row_sentences(row)), None)
        return first is not None and is_own_decision(first[0], self.body)

    def heads(self) -> bool:
        """Takes the lists under "X beslutade" (X this body) where no label stands; whether there was any."""
        taken = False
        for i, row in enumerate(self.rows):
            if i in self.used or i in self.proposed or not self._is_head(row):
                continue
            end = _list_end(self.rows, i + 1)
            if end == i + 1 and end < len(self.rows) and not self.rows[end].gap and not _is_label(self.rows[end]):
                end += 1
            if end > i + 1:
                self._take(range(i + 1, end))
                self.used.add(i)
                taken = True
        return taken

    def alone(self, explicit: bool) -> None:
        """Takes the sentences that decide by themselves; only those with a verb of deciding where `explicit`."""
        for i, row in enumerate(self.rows):
            if i in self.used or i in self.proposed or _HEAD.match(row.text):
                continue
            said = list(row_sentences(row))
            for sentence, start, end in said:
                if row.line.quoted and not re.match(r"(?i)beslut\b", sentence):
                    continue
                if is_own_decision(sentence, self.body, explicit, alone=len(said) == 1 and not explicit):
                    self.found.append(_make(self.text, start, end))
                    if end == row.end and re.search(r"(?:,|\b(?:och|samt))$", sentence):  # its other clauses
                        self._take(range(i + 1, _list_end(self.rows, i + 1)))


def find_decisions(
    text: str, lines: Sequence[Line], body: Body, start: int = 0, column: int = 0
) -> tuple[Decision, ...]:
    """The decisions of an item whose body consists of these lines, from the offset `start` on, in order.

    Where the item has a label of deciding, only what stands under labels counts; where it has lists under "X
    beslutade", other sentences count only with a verb of deciding. `column` is the column of a table, from 1, whose
    cells are decisions.
    """
    finder = _Finder(text, item_rows(text, lines, start), body)
    if column:
        finder.in_column(column)
    finder.mark_proposals()
    if not finder.labelled() and not finder.found:
        finder.alone(explicit=finder.heads())
    else:
        finder.heads()
    return _distinct(finder.found)


def find_elected(text: str, lines: Sequence[Line], start: int = 0) -> tuple[Decision, ...]:
    """The outcome of an election ("Val av justerare") whose item holds nothing but the names of those elected."""
    rows = item_rows(text, lines, start)
    if not rows or not all(only_names(row.text) for row in rows):
        return ()
    return tuple(_make(text, row.start, row.end, "formal") for row in rows)


def _distinct(found: Sequence[Decision]) -> tuple[Decision, ...]:
    """The decisions in order, without empty ones and without overlaps."""
    result: list[Decision] = []
    for one in sorted(found, key=lambda d: (d.start, -d.end)):
        if one.text and (not result or one.start >= result[-1].end):
            result.append(one)
    return tuple(result)


def find_deferrals(
    text: str, lines: Sequence[Line], decisions: Sequence[Decision], start: int = 0
) -> tuple[Decision, ...]:
    """The sentences that say that the item was put off, decisions left out."""
    taken = [(d.start, d.end) for d in decisions]
    return tuple(
        _make(text, low, high, "deferred")
        for row in item_rows(text, lines, start)
        for sentence, low, high in row_sentences(row)
        if len(sentence) < 250
        and _DEFERRAL.search(sentence)
        and not _TOLD_OF.search(sentence)
        and not any(a < high and low < b for a, b in taken)
    )
