"""Who does what in a claim, and whether it is done or still to be done, held against its source."""

import re
from collections.abc import Collection

from bot.cited import DECIDES, Source
from bot.clauses import Act, first_act, is_finite, qualified_subject, subject_of
from bot.figures import find_figures
from bot.paraphrase import FRAME, content, in_same_group, is_carried, is_same_word, verbs
from bot.polarity import ADDED

_TASK = re.compile(
    r"(?i)\b(?:ska|skall|bör|måste|i uppdrag|uppdra(?:r|s|gs?)?|ansvara(?:r|de)? för|åtar sig|lova(?:r|de)|"
    r"föresl(?:år|og)|planerar?|avser|kommer att|vill|ville|önskar|will|shall|should|must|senast|till nästa)\b"
)
"""What makes the verbs after it a task and not a deed; `_DUE` the verb before it."""
_DUE = re.compile(
    r"(?i)\b(?:senast|(?:till|inför) nästa|till den \d|(?:om|efter|inom) (?:ett|en|två|tre|\d+) (?:år|mån|veck))"
)
_NEXT = re.compile(r"(?i)\b(?:att|och|samt|som)\b")
_IRREGULAR_PAST = frozenset(
    """tog togs tagit tagits kom återkom kommit återkommit gav gavs gett getts gick gått skrev skrevs skrivit skrivits
    höll hölls hållit hållits drog drogs såg sågs lade lades lagt lagts satte sattes satt bjöd bjudit bjöds
    slöt slöts slutit""".split()
)
_PERFECT = re.compile(r"(?i)\b(?:har|hade|has|have|had)\s+(?:\w+\s+){0,2}?$")
_GENERIC = frozenset("mötet sammanträdet man vi meeting they".split())
_BODIES = _GENERIC | frozenset("nätverket nämnden rådet styrelsen direktionen utskottet board network council".split())
"""What minutes call the body whose they are."""
_QUANTIFIER = ADDED["all"]
_RESTRICTS = re.compile(r"(?i)\b(?:med|utan|som|över|under|i|på|från|vars|with|without|who|over|under|in)\b")


def undone(claim: str, source: Source) -> str:
    """ "undone" where the claim tells as done what the source gives as a task; "" where not."""
    for match in re.finditer(r"[^\W\d_]+", claim):
        if not _is_past(match[0].casefold(), claim[: match.start()]) or _is_performed(match[0]):
            continue
        same = [m for m in re.finditer(r"[^\W\d_]+", source.text) if is_same_word(match[0].casefold(), m[0].casefold())]
        if not same or _TASK.search(claim[: match.start()]):
            continue
        perfect = _PERFECT.search(claim[: match.start()]) is not None
        if all(
            _is_task(m, source) or (perfect and not _is_past(m[0].casefold(), source.text[: m.start()])) for m in same
        ):
            return "undone"
    past = re.search(r"(?i)\b(?:var|låg)\b", claim) and not re.search(r"(?i)\b(?:var|låg)\b", source.text)
    return "undone" if past and re.search(r"(?i)\bblir\b", source.text) else ""


def _is_performed(word: str) -> bool:
    """Whether a verb is done by being decided: what is rejected in the minutes has been rejected."""
    return DECIDES.fullmatch(word) is not None or any(in_same_group(word, one) for one in _PERFORMED)


_PERFORMED = (
    "godkänna avslå avstyrka stödjer bifalla utse noterar bordlägger återremitterar uppdrar föreslå förlänga".split()
)


def _is_past(word: str, before: str) -> bool:
    """Whether a verb tells what has happened: "informerade", "har informerats"."""
    if word in _IRREGULAR_PAST:
        return True
    if re.search(r"(?:[ao]de|ades|tes?|des?)$", word):
        stem = re.sub(r"(?:ades?|tes?|des?)$", "", word)
        return f"{stem}a" in verbs() or (word.endswith(("ed",)) and len(word) > 4)
    return word not in FRAME and bool(_PERFECT.search(before)) and word.endswith(("t", "ts", "ed", "n"))


def _is_task(verb: re.Match[str], source: Source) -> bool:
    before = source.text[: verb.start()]
    if _is_past(verb[0].casefold(), before):
        return False
    after = source.text[verb.end() :]
    due = _DUE.search(after)
    return _TASK.search(before) is not None or (due is not None and not _NEXT.search(after[: due.start()]))


def wrong_subject(claim: str, source: Source, english: bool) -> str:
    """ "actor" where another than in the source does it or is what it is about; "some" where what restricts them there
    ("hushåll med barn") is left out; "" where not.
    """
    act = first_act(claim)
    if act is None or DECIDES.fullmatch(act.verb) or "uppdraget" in act.subject:
        return ""
    places = [m for m in re.finditer(r"[^\W\d_][\w-]*", source.told) if is_same_word(act.verb, m[0].casefold())]
    places = [m for m in places if act.verb.endswith("s") == m[0].casefold().endswith("s")]
    places = [m for m in places if m[0].casefold() == act.verb or is_finite(m[0]) or m[0].casefold() in verbs()]
    subjects = [subject_of(place, source.told) for place in places]
    if not subjects or not all(subjects):
        return ""
    if not any(_is_same_subject(act, subject, source, english) for subject in subjects):
        return "actor"
    return "some" if all(_is_restricted(place, claim, source, english) for place in places) else ""


def _is_same_subject(act: Act, subject: Collection[str], source: Source, english: bool) -> bool:
    ours = any(word in _BODIES or is_carried(word, source.named) for word in subject)  # the body acts there too
    head = [word for word in act.subject if not _is_count(word)]
    return all(
        word in _GENERIC
        or is_carried(word, subject, english)
        or (ours and is_carried(word, source.named, english))
        or (place > 0 and is_carried(word, source.titled, english))
        for place, word in enumerate(head)
    )


def _is_count(word: str) -> bool:
    return _QUANTIFIER.fullmatch(word) is not None or any(not figure.written for figure in find_figures(word))


def _is_restricted(place: re.Match[str], claim: str, source: Source, english: bool) -> bool:
    """Whether the subject of the source's verb is narrowed by words that the claim leaves out."""
    phrase = qualified_subject(place, source.told)
    match = _RESTRICTS.search(phrase)
    if match is None or not content(phrase[: match.start()]):
        return False
    said = frozenset(content(claim))
    left_out = [word for word in content(phrase[match.end() :]) if not is_carried(word, source.named)]
    return bool(left_out) and not any(is_carried(word, said) for word in left_out) and not english
