"""A sentence cut into its clauses, each with the subject that it shares, and who or what acts in a clause.

Swedish without a parser: verbs are told by their forms. What is not understood stays whole.
"""

import re
from dataclasses import dataclass

from bot.paraphrase import FRAME, content, verbs
from bot.polarity import NEGATION

_AUXILIARIES = frozenset(
    """ska skall skulle kan kunde bör borde får fick har hade är var blir blev vill ville måste kommer brukar behöver
    will would shall should can could may might must is are was were has have had""".split()
)
_IRREGULAR = frozenset(
    """ger tar går kom står ligger finns fanns gör säger sade sa vet visste heter hette utser väljer bifaller sker
    skedde sköter mår dör når säljer sålde sägs läggs görs ges ses nås tas dras beslutar beslutade beslutas
    beslutades beslöt beslöts bestämde bestämmer innebär innebar avser gäller gällde""".split()
)
_STRONG_PAST = re.compile(
    r"(?:gjorde|höll|gav|tog|kom|stod|skrev|gick|lade|satte|såg|drog|bjöd|slog|lät|fick|vann|sköt|bad|föll|låg|steg|sjönk)s?$"
)
"""What a strong verb's past ends with, alone or in a compound ("uppgav", "antogs")."""
_MODALS = frozenset("ska skall skulle kan kunde bör borde vill ville måste kommer".split())
_COPULAS = frozenset("är var blir blev is was are were".split())
_GENITIVE = re.compile(r"(?:arna|erna|orna|anden|aren)s$")
_ATT = re.compile(r"(?:[,;]\s*(?:samt\s+|och\s+|men\s+)?|\s(?:samt|och|men)\s+)(?=att\s)")
_AND = re.compile(r";\s+|,?\s(?:och|men|medan|samt|and|but|while)\s+")
_BOUNDARY = re.compile(
    r"(?i)[;:]|\b(?:att|som|om|när|där|eftersom|varav|vilket|vilka|men|medan|that|which|but|while)\b"
)
_PREPOSITION = re.compile(
    r"(?i)\b(?:av|i|på|till|från|för|med|om|vid|hos|inom|under|över|enligt|mellan|mot|efter|före|utan|som|of|in|on|at|"
    r"to|from|for|with|by)\b"
)
_LEAD = re.compile(
    r"(?i)^\W*(?:på|vid|den\s+\d|i|efter|under|från|enligt|därefter|dessutom|sedan|vidare|där|då|\d|år|om|när|för|"
    r"senast|till|med|av|också|även|hösten|våren|sommaren|vintern|nästa|in|on|at|by|from|under|after|according)\b"
)
_CLEFT = re.compile(r"(?i)^\W*(?:det (?:är|var|blir|blev)|it (?:is|was)) (?P<who>.+?) (?:som|who|that) ")


def is_finite(word: str) -> bool:
    """Whether a word looks like a verb that makes a clause.

    >>> [is_finite(word) for word in ("ansvarar", "kommuner", "höjs", "inrättade", "kommunernas")]
    [True, False, True, True, False]
    """
    word = word.casefold()
    if word in _AUXILIARIES or word in _IRREGULAR:
        return True
    if word in FRAME or len(word) < 4:
        return False
    if _STRONG_PAST.search(word):
        return True
    if word.endswith("s"):
        return not _GENITIVE.search(word) and any(form in verbs() for form in _infinitives(word[:-1]))
    return word.endswith(("ade", "r", "te", "de")) and any(form in verbs() for form in _infinitives(word))


def _infinitives(word: str) -> tuple[str, ...]:
    """What a verb's infinitive may be: "inrätta" of "inrättar", "inrättade"; "höja" of "höjs", "höjde"."""
    stem = re.sub(r"(?:ades?|ad|as|ar|er|tes?|des?|a)$", "", word)
    return (word, f"{word}a", f"{stem}a", word[:-1], f"{word[:-2]}a")


def clauses(sentence: str) -> tuple[str, ...]:
    """The clauses of a sentence, each with what it shares with the first: the words before a list of "att ...", or the
    subject. A sentence that cannot be cut is its own only clause.

    >>> clauses("Nätet beslutar att höja taxan, samt att Bo Ek informerar")
    ('Nätet beslutar att höja taxan', 'Nätet beslutar att Bo Ek informerar')
    >>> clauses("Bo Ek ansvarar för larmen och betalar")
    ('Bo Ek ansvarar för larmen', 'Bo Ek betalar')
    """
    listed = [part.strip(" ,;") for part in _ATT.split(sentence)]
    listed = [part for part in listed if part]
    head = sentence[: sentence.find("att ")] if re.search(r"\batt\s", sentence) else ""
    if len(listed) > 1 and re.search(r"\batt\s", listed[0]):
        first = re.search(r"\batt\s", listed[0])
        head = listed[0][: first.start()] if first else ""
        listed = [listed[0], *(f"{head}{part}" for part in listed[1:])]
    else:
        listed = [sentence]
    return tuple(clause for part in listed for clause in _coordinated(part))


def _coordinated(text: str) -> list[str]:
    """The clauses that "och", "men" and their like join."""
    for match in _AND.finditer(text):
        left, right = text[: match.start()].strip(" ,;"), text[match.end() :].strip()
        comma = match[0].startswith((",", ";"))
        if _is_cut_short(left) or not (joined := _as_clause(left, right, comma)):
            continue
        return [left, *_coordinated(joined)]
    return [text]


def _is_cut_short(left: str) -> bool:
    """Whether what stands before a conjunction has no verb yet: "att Tuna och Vik går med"."""
    last = re.split(r"\b(?:att|som|om|eftersom|that|which)\s", left)
    infinitive = last[-1].split()[:1] if len(last) > 1 else []
    return _verb_at(last[-1]) is None and not (infinitive and infinitive[0].casefold() in verbs())


def _as_clause(left: str, right: str, comma: bool) -> str:
    """The right side of a conjunction as a clause; "" where it is none. After a comma its subject may be long."""
    tokens = re.findall(r"[^\W\d_][\w-]*|\d[\d,.]*", right)[:5]
    if not tokens:
        return ""
    if is_finite(tokens[0]) and tokens[0].casefold() != "var":
        subject = _subject_text(left)
        return f"{subject} {right}" if subject else right
    named = next((n for n, token in enumerate(tokens) if not token[0].isupper()), len(tokens))
    reach = len(tokens) if comma else max(1, named)
    return right if any(is_finite(token) for token in tokens[1 : reach + 1]) else ""


def _verb_at(text: str) -> re.Match[str] | None:
    """The first finite verb of a text."""
    return next((m for m in re.finditer(r"[^\W\d_][\w-]*", text) if is_finite(m[0])), None)


def _subject_text(clause: str) -> str:
    verb = _verb_at(clause)
    return "" if verb is None or _LEAD.match(clause) else clause[: verb.start()].strip(" ,")


@dataclass(frozen=True, slots=True)
class Act:
    """What a clause tells: its verb, and the content words of the head of its subject."""

    verb: str
    subject: tuple[str, ...]


def first_act(clause: str) -> Act | None:
    """What acts in a clause, by its first verb; None where no verb or no subject is found."""
    if cleft := _CLEFT.match(clause):
        clause = f"{cleft['who']} {clause[cleft.end() :]}"
    verb = _verb_at(clause)
    if verb is None or _LEAD.match(clause) or re.search(r"(?i)\b(?:som|att|who|which|that)\b", clause[: verb.start()]):
        return None
    subject, lexical = _head(clause[: verb.start()]), _lexical(clause, verb)
    return Act(lexical, subject) if subject and lexical else None


def subject_of(verb: re.Match[str], text: str) -> tuple[str, ...]:
    """The head of the subject that stands before a verb of the text; none for an infinitive or another order."""
    return _head(qualified_subject(verb, text))


def qualified_subject(verb: re.Match[str], text: str) -> str:
    """The subject that stands before a verb of the text, with what qualifies it; "" where none does."""
    before = text[: verb.start()]
    if re.search(r"(?i)\b(?:att|to)\s*$", before):
        return ""
    parts = _BOUNDARY.split(before)
    clause = parts[-1] if content(parts[-1]) else before
    if _LEAD.match(clause.strip()):
        return ""
    first = _verb_at(clause)
    return re.sub(r"(?i)\b(?:inte|ej|not)\b", " ", clause[: first.start()] if first is not None else clause)


def _lexical(clause: str, verb: re.Match[str]) -> str:
    """The verb, or after an auxiliary the word that it leads; "" where a copula leads no word."""
    low = verb[0].casefold()
    if low not in _AUXILIARIES:
        return low
    rest = [word for word in re.findall(r"[\w-]+", clause[verb.end() :]) if not NEGATION.fullmatch(word)]
    if low in _COPULAS:
        plain = rest and rest[0].islower() and rest[0].isalpha() and rest[0] not in FRAME
        return rest[0] if plain else ""
    led = next((word for word in rest[:3] if word in verbs() or (word.endswith("s") and word[:-1] in verbs())), "")
    return led or ("" if low in _MODALS else low)


def _head(phrase: str) -> tuple[str, ...]:
    """The content words of a noun phrase before what qualifies it, and of what stands beside it in commas."""
    beside = phrase.rstrip()[:-1].rpartition(",")[2] if phrase.rstrip().endswith(",") else ""
    return tuple(content(f"{_PREPOSITION.split(phrase)[0]} {beside}"))
