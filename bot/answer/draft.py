"""An answer while it is written: statements and the citations they rest on."""

import re
from collections.abc import Callable
from dataclasses import replace

from bot.answer.wording import format_date, item_name, word
from bot.records import Answer, Citation, Statement
from indexer.records import AgendaItem, Document, Meeting

Documents = Callable[[str], Document]


_LIST_SIGN = re.compile(r"(?m)^[ \t]*(?:>[ \t]*)?[-–—*+•·▪●][ \t]+(?=\S)")


def flat(quote: str) -> str:
    """A quote on one line; its words stay as they are, the signs before the rows of a list become one kind.

    >>> flat("Följande områden:\\n- boende\\n* jour")
    'Följande områden: • boende • jour'
    """
    return " ".join(_LIST_SIGN.sub(" • ", quote).split()).removeprefix("• ")


class Draft:
    """Collects statements; a span that is cited twice gets one number."""

    def __init__(self, documents: Documents, language: str) -> None:
        self.language = language
        self._documents = documents
        self._citations: dict[tuple[str, str | None, int, int], Citation] = {}
        self.statements: list[Statement] = []

    def cite(self, meeting: Meeting, item: AgendaItem | None, start: int, end: int, kind: str | None = None) -> int:
        """The number of the citation to the span; the quote is read from the document itself."""
        key = (meeting.document, item.id if item else None, start, end)
        if key not in self._citations:
            document = self._documents(meeting.document)
            self._citations[key] = Citation(
                n=len(self._citations) + 1,
                document=document.id,
                document_name=document.name,
                meeting=meeting.id,
                body=meeting.body,
                date=meeting.date,
                date_precision=meeting.date_precision,
                quote=document.text[start:end],
                start=start,
                end=end,
                item=item.id if item else None,
                number=item.number if item else None,
                number_printed=item.number_printed if item else None,
                title=item.title if item else None,
                kind=kind,
                url=document.sidecar.url,
                page=document.page_at(start),
            )
        return self._citations[key].n

    def say(self, text: str, *citations: int) -> None:
        """One line of the answer, its markers behind it."""
        marks = " ".join(f"[{n}]" for n in dict.fromkeys(citations))
        self.statements.append(Statement(f"{text} {marks}".strip(), tuple(dict.fromkeys(citations))))

    def head(self, text: str) -> None:
        """A line of our own words over what follows; it claims nothing."""
        self.statements.append(Statement(f"**{text}**"))

    def quoted(self, start: int, end: int, meeting: Meeting) -> str:
        """The words at the span as shown inside an answer."""
        return f"”{flat(self._documents(meeting.document).text[start:end])}”"

    def date(self, meeting: Meeting) -> str:
        return format_date(meeting.date, meeting.date_precision, self.language)

    def place(self, meeting: Meeting, item: AgendaItem, titled: bool = True) -> str:
        """ "4 mars 2022, punkt 10 (Information om ...)"."""
        name = item_name(item.number, item.number_printed, item.title, self.language)
        title = f" ({item.title})" if titled and item.number_printed else ""
        return f"{self.date(meeting)}, {name}{title}"

    def answer(self, question: str, intent: str) -> Answer:
        """The answer as drafted; checked by `check_answer` before anyone sees it."""
        return Answer(
            question=question,
            text=render(tuple(self.statements)),
            refused=False,
            intent=intent,
            language=self.language,
            statements=tuple(self.statements),
            citations=tuple(self._citations.values()),
        )


def under_subject(answer: Answer, subject: str) -> Answer:
    """The answer under a first line that tells what it is about ("Om yrkesresan:"); the answer itself for ""."""
    return under_line(answer, word(answer.language, "about").format(subject=subject)) if subject else answer


def under_line(answer: Answer, line: str) -> Answer:
    """The answer under a first line of our own words."""
    statements = (Statement(f"**{line}**"), *answer.statements)
    return replace(answer, statements=statements, text=render(statements))


def render(statements: tuple[Statement, ...]) -> str:
    """The text of an answer: a line a statement, an empty line before each heading."""
    lines: list[str] = []
    for statement in statements:
        is_head = not statement.citations and statement.text.startswith("**")
        if is_head and lines:
            lines.append("")
        lines.append(statement.text)
    return "\n".join(lines)
