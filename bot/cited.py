"""What a claim is held against: a sentence of the cited minutes, with its meeting and item."""

import re
from dataclasses import dataclass
from functools import cached_property

from bot.answer.draft import flat
from bot.clauses import clauses
from bot.paraphrase import plain
from bot.records import Citation
from indexer.item_rows import sentences
from indexer.lexical import words

DECIDES = re.compile(
    r"(?i)\b(?:beslut(?:ade|ar|at|ades|as|et|en)?|beslöts?|bestämde\w*|godkän(?:de|ner|ns|des|t)|"
    r"fastställ(?:de|er|s|des|t)|ant(?:og|ogs|ar|as|agit)|avsl(?:og|ogs|år|ås)|avstyrk(?:er|te|tes)|"
    r"tillstyrk(?:er|te|tes)|bif(?:aller|öll|ölls)|bevilja(?:r|de|des|s)|bordl(?:ägger|ade|ades|äggs|agt)|"
    r"återremitter(?:ar|ade|ades|as)|noter(?:ar|ade|ades|as)|uppdr(?:ar|og|ogs|as)|utse(?:r|s)|utsågs?|"
    r"val(?:de|des)|väljs|stödjer|skjuts upp|sköts? upp|"
    r"decided|decides|decision|agreed|resolved|approve[sd]?|adopt(?:s|ed)|reject(?:s|ed)|grant(?:s|ed)|appoint(?:s|ed)|"
    r"elect(?:s|ed)|deferred|postponed|noted|notes|endorse[sd]?|commissioned)\b"
)
NO_DECISION = re.compile(
    r"(?i)\b(?:inget|inga|ej något|inte något|no)\s+(?:formell\w*\s+|formal\s+|eget\s+|annat\s+)?(?:beslut|"
    r"decisions?)\b|"
    r"\bbeslut\s+(?:fattades|togs)\s+inte\b|\b(?:något|any)\s+(?:formellt\s+|formal\s+)?(?:beslut|"
    r"decision)\b[^.;:]{0,60}\b(?:inte|not)\b|"
    r"\b(?:\w+\s+)?(?:inte|ej|not)\b[^.;:,]{0,40}\b(?:något|any|a)\s+(?:formellt\s+|formal\s+)?(?:beslut|"
    r"decision)\b|\bbeslutade\s+(?:inget|ingenting)\b"
)


@dataclass(frozen=True, slots=True)
class Quote:
    """A citation as the check sees it. `n` its marker's number, `text` its verbatim words; `meeting` an id, `date` ISO
    to its precision or ""; `item` the number as printed or "", `title` the item's; `kind` of the decision that it is.
    """

    n: int
    text: str
    meeting: str
    body: str
    date: str
    item: str = ""
    title: str = ""
    kind: str | None = None


@dataclass(frozen=True)
class Source:
    """What a claim may rest on: a clause (`text`) of a `sentence` of a quote (`whole`), its item's title and number,
    its meeting's body and ISO date ("" unknown), and the kind of decision that it is, if any.
    """

    text: str
    whole: str
    body: str
    date: str
    item: str
    title: str
    kind: str | None
    sentence: str

    @cached_property
    def told(self) -> str:
        return plain(self.text)

    @cached_property
    def pool(self) -> frozenset[str]:
        return frozenset(words(self.told))

    @cached_property
    def named(self) -> frozenset[str]:
        """The words of the body's name."""
        return frozenset(words(self.body))

    @cached_property
    def titled(self) -> frozenset[str]:
        return frozenset(words(plain(self.title)))


def quote_of(citation: Citation) -> Quote:
    """What the check needs of a citation."""
    printed = citation.number if citation.number_printed else None
    return Quote(
        citation.n,
        flat(citation.quote),
        citation.meeting,
        citation.body,
        citation.date or "",
        printed or "",
        citation.title or "",
        citation.kind,
    )


def sources_of(quote: Quote) -> list[Source]:
    """The clauses of a quote's sentences, each as what a claim may rest on."""
    whole = quote.text
    spans = [whole[low:high] for low, high in sentences(whole)]
    return [source_of(quote, clause, sentence) for sentence in spans for clause in clauses(sentence)]


def source_of(quote: Quote, text: str, sentence: str) -> Source:
    """A part of a quote as what a claim may rest on."""
    return Source(text, quote.text, quote.body, quote.date, quote.item, quote.title, quote.kind, sentence)
