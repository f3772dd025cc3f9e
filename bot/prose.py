"""A text that somebody wrote to its sentences, each with the numbers of the citations it names."""

import re

from indexer.item_rows import BULLET

MARKER = re.compile(r"\[\s*\d{1,3}(?:\s*[,;]\s*\d{1,3})*\s*\]")
"""A citation's number, or several: "[1]", "[1, 2]"."""
QUOTED = re.compile(r"[”“„]([^”“„]*)[”“]|\"([^\"]*)\"|«([^»]*)»|»([^»«]*)«")
QUOTATION_MARKS = '”“„"«»'
_END = re.compile(
    rf"[.!?…]+[”“\"»)*]*[.]?(?:\s*{MARKER.pattern})*[.]?(?=\s+[A-ZÅÄÖÉÜ\d{QUOTATION_MARKS}*(–-]|\s*$)", re.MULTILINE
)
_ABBREVIATION = re.compile(
    r"(?i)(?:^|[\s(])(?:kl|nr|ca|dr|st|bl\.\s?a|t\.\s?ex|d\.\s?v\.\s?s|m\.\s?m|m\.\s?fl|s\.\s?k|p\.\s?g\.\s?a|f\.\s?d|"
    r"fr\.\s?o\.\s?m|t\.\s?o\.\s?m|o\.\s?d|d\.\s?y|tel|resp|ev|inkl|exkl|etc|dvs|dnr|ordf|sekr|tf|ang|avd|max|min|"
    r"e\.\s?g|i\.\s?e|no|mr|mrs|ms|approx|incl|v|p|[A-ZÅÄÖ])\.$"
)
_EMPHASIS = re.compile(r"(?<!\w)([*_]{1,3})(?=\S)(.+?)(?<=\S)\1(?!\w)")


def find_markers(text: str) -> tuple[int, ...]:
    """The numbers that a text cites, each once, in order.

    >>> find_markers("Så blev det [2][1, 3].")
    (2, 1, 3)
    """
    numbers = (int(number) for marker in MARKER.findall(text) for number in re.findall(r"\d+", marker))
    return tuple(dict.fromkeys(numbers))


def without_markers(text: str) -> str:
    """The text with its markers taken out.

    >>> without_markers("Så blev det [2][1, 3].")
    'Så blev det.'
    """
    bare = " ".join(MARKER.sub(" ", text).split())
    return re.sub(r"\s+([.,;:!?])", r"\1", bare)


def split_sentences(text: str) -> list[str]:
    """The sentences of a text in order, list signs and emphasis left out. Markers that follow a full stop belong to the
    sentence before it; a quotation is never cut, an abbreviation ends nothing.

    >>> split_sentences("- Mötet är kl. 13.00, bl.a. om LSS. [1] De sa ”Ja. Och nej.” [2]")
    ['Mötet är kl. 13.00, bl.a. om LSS. [1]', 'De sa ”Ja. Och nej.” [2]']
    """
    found = []
    for line in text.splitlines():
        plain = _EMPHASIS.sub(r"\2", line[bullet.end() :] if (bullet := BULLET.match(line)) else line).strip()
        at = 0
        for match in _END.finditer(_masked(plain)):
            before = plain[at : match.start() + 1]
            if _ABBREVIATION.search(before) and plain[match.end() :].strip():
                continue
            found.append(plain[at : match.end()].strip())
            at = match.end()
        if plain[at:].strip():
            found.append(plain[at:].strip())
    return found


def _masked(text: str) -> str:
    """The text with the full stops inside its quotations hidden; of the same length.

    One that ends both quotation and sentence stays: "Mötet sa ”ja.” Sedan ..."
    """

    def hide(match: re.Match[str]) -> str:
        inner = match[0]
        closing = re.search(r"[.!?…]*[^.!?…]$", inner)
        kept = closing.start() if closing else len(inner)
        return re.sub(r"[.!?…]", "_", inner[:kept]) + inner[kept:]

    return QUOTED.sub(hide, text)
