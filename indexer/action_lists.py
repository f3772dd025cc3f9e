"""Lists and tables of what is to be done: a column "Ansvarig" beside "Aktivitet", or entries under "Att göra"."""

import re
from collections.abc import Sequence

from indexer.columns import head_columns
from indexer.item_rows import BULLET, Row
from indexer.people import NAME, find_people
from indexer.records import Assignment, Line

_LABEL = re.compile(
    r"(?i)^\W*(?:att göra(?:[ -]lista)?|åtgärd(?:er|slista)?|aktivitet(?:er|slista)?|uppdrag|nästa steg|uppgifter|"
    r"to[ -]?do|action(?:s|\s?(?:points?|items?))?|actionpunkt(?:er)?|uppföljningslista|vem gör vad)(?:\s(?:till|"
    r"inför)\s.{3,40})?\s*:?\W*$"
)
_WHAT = re.compile(r"(?i)\W*(?:aktivitet(?:er)?|åtgärd(?:er)?|uppdrag|uppgift(?:er)?|att göra|vad|fråga|insats)\W*$")
_WHO = re.compile(r"(?i)\W*(?:ansvarig(?:a)?|ansvar|vem|utförare|ansvarig/klart)\W*$")
_DUE = re.compile(r"(?i)\W*(?:klart?|klar(?:t)? senast|deadline|när|datum|tid(?:plan)?|senast|slutdatum)\W*$")
_NAMES = rf"{NAME.pattern}|[A-ZÅÄÖ][a-zåäöé]{{2,}}(?:-[A-ZÅÄÖ][a-zåäö]+)?|[A-ZÅÄÖ]{{2,6}}"
_LED = re.compile(rf"^@?(?P<who>(?:{_NAMES})(?:(?:,|\soch|/)\s?(?:{_NAMES}))*)\s?[:–-]\s+(?P<what>\S.{{5,}})$")
_TAILED = re.compile(
    rf"^(?P<what>[A-ZÅÄÖ].{{5,}}?)[.,]?\s*(?:\(|[–-]\s|[Aa]nsvarig(?:a)?:?\s|/\s?)@?(?P<who>(?:{_NAMES})(?:(?:,|"
    rf"\soch|/)\s?(?:{_NAMES}))*)\)?\.?$"
)


def opens_list(row: Row) -> bool:
    """Whether the row is the label over a list of what is to be done ("Att göra:")."""
    return _LABEL.match(row.text) is not None


def entry(row: Row) -> Assignment | None:
    """The assignment of an entry in such a list, written "Anna: ringa banken" or "Ringa banken (Anna)"."""
    bullet = BULLET.match(row.text)
    start = bullet.end() if bullet is not None else 0
    shown = row.text[start:].strip()
    match = _LED.match(shown) or _TAILED.match(shown)
    if match is None or len(shown) > 300:
        return None
    return Assignment(
        match["who"], match["what"].strip(" .,"), None, shown, row.start + start, row.start + start + len(shown)
    )


def table_rows(text: str, lines: Sequence[Line]) -> list[Assignment]:
    """The assignments of tables that have a column for what is to be done and one for who does it."""
    found: list[Assignment] = []
    columns: tuple[int, int, int] | None = None
    for line in lines:
        shown = text[line.start : line.end]
        if not line.table:
            columns = None if not line.column else columns
        elif head := head_columns(shown):
            columns = _columns(head)
        elif columns is not None:
            cells = [cell.strip() for cell in shown.split("|")]
            what, who, due = ((cells[n] if 0 <= n < len(cells) else "") for n in columns)
            if what and who and len(who) < 80 and (find_people(who, first_names=True) or who.isupper()):
                found.append(Assignment(who, what, due if re.search(r"\w", due) else None, shown, line.start, line.end))
    return found


def _columns(head: Sequence[str]) -> tuple[int, int, int] | None:
    """The columns of what, who and when (-1 where there is none), or None where the table lists nothing to be done."""

    def first(pattern: re.Pattern[str]) -> int:
        return next((n for n, cell in enumerate(head) if pattern.match(cell)), -1)

    what, who = first(_WHAT), first(_WHO)
    return (what, who, first(_DUE)) if what >= 0 and who >= 0 else None
