"""Minutes written as one table: the row that names its columns, and which of them holds the decisions."""

import re
from collections.abc import Sequence

from indexer.records import Line

_ITEM = re.compile(r"(?i)\W*(?:ärende(?:n|mening)?|punkt|rubrik|fråga|ämne|dagordning(?:spunkt)?)\W*$")
_DECISION = re.compile(r"(?i)\W*(?:beslut(?:et)?|ställningstagande)(?:\s*(?:/|och|&)\s*(?:åtgärd(?:er)?|uppdrag))?\W*$")
_OTHER = re.compile(
    r"(?i)\W*(?:nr|aktivitet(?:er)?|uppgift(?:er)?|vad|insats|utförare|klar(?:t)?(?:\ssenast)?|senast|datum|"
    r"§|punkt|anteckning(?:ar)?|notering(?:ar)?|diskussion|sammanfattning|information|beskrivning|"
    r"bakgrund|innehåll|åtgärd(?:er)?|att göra|uppdrag|ansvarig(?:a|/klart)?|ansvar|vem|föredragande|klart|"
    r"deadline|när|tid|status|bilaga|typ)\W*$"
)


def head_columns(shown: str) -> tuple[str, ...]:
    """What each column of a table is called where the row names them ("Nr | Ärende | Beslut"), else ()."""
    cells = tuple(cell.strip() for cell in shown.split("|"))
    known = [bool(_ITEM.match(cell) or _DECISION.match(cell) or _OTHER.match(cell)) for cell in cells if cell]
    return cells if len(known) >= 2 and all(known) else ()


def decision_column(text: str, lines: Sequence[Line]) -> int:
    """The column, from 1, that holds the decisions by the last row of the lines that names columns; 0 for none."""
    for line in reversed(lines):
        if line.table and (cells := head_columns(text[line.start : line.end])):
            return next((n for n, cell in enumerate(cells, 1) if _DECISION.match(cell)), 0)
    return 0
