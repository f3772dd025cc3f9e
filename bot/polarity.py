"""Small words that turn a sentence's meaning, and pairs of opposites: what must not differ between a claim and its
source.
"""

import re
from collections.abc import Mapping

from bot.paraphrase import content

NEGATION = re.compile(
    r"(?i)\b(?:inte|ej|icke|aldrig|ingen|inget|inga|ingenting|ingendera|varken|utan|avstår|avstod|avstå|avböjer|avböjde|nej|"
    r"knappast|"
    r"not|no|never|none|nobody|nothing|neither|nor|without|cannot|refrain\w*|abstain\w*)\b|n['’]t\b"
)
KEPT: Mapping[str, re.Pattern[str]] = {
    "proposed": re.compile(
        r"(?i)\b(?:föresl\w+|förslag till|förslaget är|yrka\w*|yrkande\w*|överväg\w*|diskuter\w*|planera\w*|önska\w*|"
        r"vill|ville|begär\w*|propos\w*|consider\w*|want\w*|plans? to|planned|discuss\w*|suggest\w*|wish\w*)\b"
    ),
    "possible": re.compile(
        r"(?i)\b(?:kan|kunde|kanske|eventuell\w*|ev|möjligen|möjlighet\w*|can|could|may|might|"
        r"perhaps|possibl[ey])\b"
    ),
    "rejected": re.compile(
        r"(?i)\b(?:avsl(?:å|og|ag|ås)\w*|avstyrk\w*|avböj\w*|neka[rs]?|nekade\w*|motsätt\w*|motsatte\w*|förkasta\w*|"
        r"underkän\w*|upphäv\w*|reject\w*|refus\w*|declin\w*|turn(?:s|ed)? down)"
    ),
    "thought": re.compile(
        r"(?i)\b(?:anser|ansåg|anses|tycker|tyckte|menar|menade|tror|trodde|hoppas|hoppades|befara\w*|bedöm(?:er|de|s)|"
        r"positivt? till|negativt? till|tveksam\w*|skeptisk\w*|think\w*|thought|believe\w*|hope[sd]?|considers?)\b"
    ),
    "advised": re.compile(r"(?i)\b(?:bör|borde|rekommender\w*|uppmana\w*|should|ought|recommend\w*|urge\w*)\b"),
    "required": re.compile(
        r"(?i)\b(?:måste|tvungen|tvungna|krav|kräv\w*|skyldig\w*|must|requir\w*|obliged|have to|"
        r"has to)\b"
    ),
    "condition": re.compile(
        r"(?i)\b(?:under förutsättning|förutsatt att|förutsätt\w*|villkor\w*|med reservation|såvida|ifall|provided|"
        r"on condition|subject to|unless|i avvaktan på|i väntan på|när|så snart|så länge|when|once|awaiting|pending)\b"
    ),
    "some": re.compile(
        r"(?i)\b(?:några|vissa|någon|något|somliga|flera|fler|en del av|delar av|delvis|some|several|"
        r"part of|partly)\b"
    ),
    "most": re.compile(r"(?i)\b(?:de flesta|flertal\w*|majoritet\w*|merparten|nästan|most|majority|almost|nearly)\b"),
    "half": re.compile(r"(?i)\b(?:hälften|halva|halvt|halv|half)\b"),
    "only": re.compile(r"(?i)\b(?:endast|enbart|bara|uteslutande|only|solely)\b"),
    "least": re.compile(r"(?i)\b(?:minst|åtminstone|lägst|mer än|över \d|at least|more than)\b"),
    "most_of": re.compile(
        r"(?i)\b(?:högst|max|maximalt|upp till (?!den\b)(?=\w)|som mest|mindre än|under \d+ (?:kr|procent|%)|"
        r"at most|up to|less than)\b"
    ),
    "about": re.compile(
        r"(?i)\b(?:cirka|ca|ungefär|omkring|drygt|knappt|runt|approximately|about \d|around|"
        r"roughly)\b"
    ),
}
"""What a claim must keep where the part of the source that it tells has it, and must not add."""
ADDED: Mapping[str, re.Pattern[str]] = {
    "all": re.compile(r"(?i)\b(?:alla|allt|samtliga|varje|var och en|hela|all|every|each|whole|entire)\b"),
    "when": re.compile(
        r"(?i)\b(?:i år|i dag|idag|nyligen|nästa (?:år|månad|möte)|this year|today|recently|next year)\b"
    ),
    "both": re.compile(r"(?i)\b(?:båda|bägge|both)\b"),
    "unanimous": re.compile(r"(?i)\b(?:enhällig\w*|eniga?|unanimous\w*)\b"),
    "again": re.compile(r"(?i)\b(?:åter|igen|again|redan|already|fortfarande|still|först|slutligen|äntligen)\b"),
}
"""What a claim may leave out, but not add."""

_OPPOSITES = (
    ("höj raise[sd]?", "sänk lower reduc"),
    ("öka öker ökn increas", "minsk decreas reduc"),
    ("bifall biföll bevilj godkän antog antar antas fastställ tillstyrk approv adopt grant accept",
     "avsl avstyrk nek förkast avvis reject refus declin den(?:y|ied)"),
    ("anslut anslöt join deltar delta\\b", "lämnar lämnade utträd avstå avstod leav left withdr opt"),
    ("start inled påbörj inför öppn börja start launch begin began introduc open",
     "avslut stopp stäng upphör avveckl nedlägg end[se]?d?\\b clos terminat abolish stop"),
    ("förläng extend", "förkort shorten"),
    ("köp förvärv buy bought", "sälj såld försälj sell sold"),
    ("fler\\b mer\\b högre större more\\b higher larger", "färre mindre lägre fewer less\\b lower\\b smaller"),
    ("före\\b innan before", "efter\\b after"),
    ("dyrare", "billigare"),
    ("intern", "extern"),
    ("obligatorisk mandatory", "frivillig voluntary"),
    ("tidigare earlier", "senare later"),
    ("tillfällig temporar", "permanent varaktig"),
    ("behåll behöll keep kept", "avskaff slopa ta bort remov abolish"),
    ("positiv", "negativ"),
    ("inklusive inkl including", "exklusive exkl excluding"),
    ("utvidg utök expand", "begräns inskränk limit"),
    ("närvarande present", "frånvarande absent"),
)  # fmt: skip
_PAIRS = tuple(tuple(re.compile(rf"(?i)\b(?:{'|'.join(side.split())})\w*") for side in pair) for pair in _OPPOSITES)
_CLAUSE = re.compile(r"[,;:.()]|\s(?:och|men|samt|eller|medan|som|and|but|while|or|which)\s")


def clauses(text: str) -> list[str]:
    """The text cut at commas and conjunctions."""
    return [part for part in _CLAUSE.split(text) if part and part.strip()]


def negated_words(text: str) -> list[tuple[str, ...]]:
    """For each "not" of a text the content words nearest to it in its clause: the one before it and the one after.

    >>> negated_words("Kommunerna ansluter sig inte till poolen, men betalar")
    [('ansluter', 'poolen')]
    """
    found = []
    for clause in clauses(text):
        for match in NEGATION.finditer(clause):
            before, after = content(clause[: match.start()]), content(clause[match.end() :])
            found.append((*before[-1:], *after[:1]))
    return found


_DIRECTIONS = {"från": "till", "till": "från", "from": "to", "to": "from", "med": "utan", "utan": "med"}
_DIRECTED = re.compile(r"(?i)\b(från|till|from|to|med|utan)\s+(?:den\s+|det\s+|the\s+)?([^\W\d_][\w-]*)")


def turned_words(claim: str, source: str) -> list[str]:
    """The words that stand after "från" in the claim and only after "till" in the source, or the other way about.

    >>> turned_words("Larmen flyttas från Ekliden", "att flytta larmen till Ekliden")
    ['ekliden']
    """
    ways: dict[str, set[str]] = {}
    for preposition, word in _DIRECTED.findall(source):
        ways.setdefault(word.casefold(), set()).add(preposition.casefold())
    return [
        word.casefold()
        for preposition, word in _DIRECTED.findall(claim)
        if ways.get(word.casefold()) == {_DIRECTIONS[preposition.casefold()]}
    ]


def opposite_words(claim: str, source: str) -> list[tuple[str, str]]:
    """Words of the claim whose opposite the source has: each with a content word next to it that the source
    has beside the opposite. A word whose opposite alone stands in the source comes with "!".
    """
    found = []
    for one, other in (order for pair in _PAIRS for order in (pair, pair[::-1])):
        for match in one.finditer(claim):
            if not other.search(source):
                continue
            if not one.search(source):
                return [(match[0], "!")]
            after = content(_CLAUSE.split(claim[match.end() :])[0])
            before = content(_CLAUSE.split(claim[: match.start()])[-1])
            found += [
                (match[0], word)
                for word in after[:1] or before[-1:]
                if not _is_beside(one, word, source) and _is_beside(other, word, source)
            ]
    return found


def _is_beside(pattern: re.Pattern[str], word: str, source: str) -> bool:
    return any(pattern.search(clause) and word in content(clause) for clause in clauses(source))
