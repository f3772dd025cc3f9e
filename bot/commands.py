"""The commands of a conversation: to show an item from end to end, or more of the answer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.bodies import fold


def _folded(words: str) -> frozenset[str]:
    return frozenset(map(fold, words.split()))


_SHOW = _folded("visa läs öppna se ge show read open see give")
_THING = _folded(
    "punkten punkt ärendet ärende paragrafen paragraf texten avsnittet stycket beslutet item text paragraph decision"
)
_WHOLE = _folded("hela helhet fullständig fullständiga whole full entire")
_MORE = _folded("mer mera more")
_REST = _folded("fler flera alla allt allihop resten övriga fortsätt all everything rest others continue")
_SOURCE = _folded("källa källan source nr nummer number")
_SOURCES = _folded("källor källorna sources")
_ORDINALS = ("första first", "andra second", "tredje third", "fjärde fourth", "femte fifth")
_PLACES = {fold(word): n for n, words in enumerate(_ORDINALS, 1) for word in words.split()}
_POLITE = _folded(
    """
kan får jag du upp mig oss snälla tack gärna bara nu den det de dom i sin från hos på om till och finns är några vilka
berätta can you me us please the it them of from in there are any is tell about go on one
"""
)


@dataclass(frozen=True, slots=True)
class Command:
    """What is to be shown. `kind`: item (the item cited first), number (one by its number on the agenda), source (the
    citation numbered `place`), place (the `place`-th item cited), more, or rest (of a list).
    """

    kind: str
    place: int = 0


def read_command(wording: str, numbers: Sequence[str]) -> Command | None:
    """The command that a message is; None for a question. `wording` is the message without its filters, `numbers` the
    agenda numbers that it names.

    >>> read_command("visa hela punkten", ()), read_command("visa", ("2",)), read_command("visa [2]", ())
    (Command(kind='item', place=0), Command(kind='number', place=0), Command(kind='source', place=2))
    >>> read_command("visa fler", ()), read_command("visa alla (17)", ()), read_command("visa alla beslut", ())
    (Command(kind='rest', place=0), Command(kind='rest', place=0), None)
    """
    said = {fold(word) for word in re.findall(r"[^\W_]+", wording)}
    shows, digits = said & _SHOW, {word for word in said if word.isdigit()}
    known = _SHOW | _THING | _WHOLE | _MORE | _REST | _SOURCE | _SOURCES | _POLITE | set(_PLACES)
    if said - digits - known:
        return None
    if numbers:
        return Command("number") if len(numbers) == 1 and not said & (_MORE | _REST) else None
    if digits and said & _REST and not said & _THING:
        return Command("rest")  # as the buttons are called: "visa alla (17)"
    if len(digits) == 1 and (shows or said & _SOURCE or "[" in wording):
        return Command("source", int(min(digits)))
    if digits:
        return None
    if places := [_PLACES[word] for word in said if word in _PLACES]:
        return Command("place", places[0]) if "de" not in said and (shows or said & _THING) else _rest(said)
    if said & _WHOLE or (shows and said & _THING and not said & (_MORE | _REST)):
        return Command("item")
    return _rest(said)


def _rest(said: set[str]) -> Command | None:
    if said & _MORE:
        return Command("more")
    return Command("rest") if said & (_REST | {"andra"}) and not said & _THING else None
