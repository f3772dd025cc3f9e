"""The kind of a decision by its words: substantive, formal, noted, deferred or consultation."""

import re

_FORMAL = re.compile(
    r"(?i)\b(?:till handl|ad acta)|\b(?:godkän\w+|fastställ\w+)\s.{0,40}\b(?:dagordning|"
    r"föredragningslist|protokoll|anteckning|kallelse|röstlängd)|"
    r"\b(?:dagordning|föredragningslist|kallelse|röstlängd|protokoll|"
    r"\w*anteckning)\w*\s.{0,60}\b(?:godkän|fastställ|justera)|"
    r"\bjuster(?:are|ingspers|ingsm|ar?\s+protokollet)|\b(?:att|omedelbart) justerad?\b|"
    r"\bjustera (?:dagens|protokoll|mötes)|"
    r"\bordförande (?:för|vid) (?:stämman|mötet)|\butlysande|\b(?:ordförande|sekreterare|"
    r"justerare)\b.{0,80}\bför (?:stämman|mötet|årsmötet)|\bmöte(?:t)?\b.{0,20}\b(?:öppna|avsluta)|"
    r"\b(?:mötesordförande|mötessekreterare|rösträknare|protokollförare|anteckningsförare)\b|"
    r"\b(?:behörig\w*|behörigt|stadgeenlig\w*|behörigen|ordning)\s+(?:utlyst|kallad|sammankallad)|"
    r"\bomedelbart? justera|\badjungera|"
    r"\bdelega?(?:tions|rings)beslut"
)
_NOTED = re.compile(
    r"(?i)\bnoter(?:ar|ade|as|ades|a)\b|\btacka(?:r|de)? för (?:informationen|rapporten|redovisningen|föredragningen)|"
    r"\b(?:tar|tog|ta) (?:del av )?(?:informationen|redovisningen|rapporten)\b|"
    r"\bantecknar? (?:informationen|rapporten)|"
    r"\binformationen\b.{0,40}\b(?:noteras|antecknas|togs|tas|läggs|lades)|\blägg\w+ informationen till handl|"
    r"\blägger den till handl"
)
_DEFERRED = re.compile(
    r"(?i)\bbordl(?:ägg|ad|agd|ades)\w*|\båterremi\w+|\butg(?:år|ick|å)\b(?! från)|\bajourner\w+|"
    r"\bvila[rs]?\b.{0,10}\btill|\buppskj\w+|\bsköts upp|"
    r"\b(?:skjuts|skjuta|flyttas|flytta|flyttades)\b.{0,30}\b(?:fram|upp|till (?:nästa|kommande|senare))|"
    r"\båterkommer (?:på|vid|till) (?:nästa|ett kommande|senare)"
)
_SUBSTANCE = re.compile(
    r"(?i)\bställer sig bakom|\buppdra\w*|\bgod(?:känner|kände)\b|\banta[rs]?\b|"
    r"\bbeslutar att (?!notera|lägga|anteckna|bordlägga|återremittera)|"
    r"\btillstyrk|\bacceptera|\bbifall|\bavslå"
)
_BUDGET = re.compile(r"(?i)\b(?:uppföljning|årsredovisning|bokslut|budget|plan|rutin|riktlinj)\w*")


_BARE = re.compile(
    r"(?i)\W*(?:godkän(?:ns|des|t)|fastställ(?:s|des|t)|lades|läggs|bifall\w*|antogs|antas|föredrogs och godkändes)\b"
)


def kind_in(title: str, text: str) -> str:
    """The kind of a decision under a title, which says what was approved where the decision does not ("Godkändes.").

    >>> kind_in("Dagordning", "Godkändes."), kind_in("Budget", "Godkändes.")
    ('formal', 'substantive')
    """
    kind = kind_of(text)
    return kind_of(f"{title} {text}") if kind == "substantive" and _BARE.match(text) else kind


def kind_of(text: str) -> str:
    """The kind of a decision by its words: substantive, formal, noted, deferred.

    >>> [kind_of(t) for t in ("Nätverket noterar informationen.", "att utse Bo Ek till kassör", "Ärendet bordläggs.")]
    ['noted', 'substantive', 'deferred']
    """
    head = text[:250]
    if _DEFERRED.search(head) and len(text) < 250 and not _SUBSTANCE.search(head):
        return "deferred"
    if _NOTED.search(head) and not _SUBSTANCE.search(re.split(r"(?i)i övrigt", head)[0]):
        return "noted"
    if _FORMAL.search(head) and len(text) < 220 and not (_BUDGET.search(head) and "handl" not in head):
        return "formal"
    return "substantive"
