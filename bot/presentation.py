"""How answers are shown, as the settings say: where a citation's link leads, and how sensitive answers are."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import urlsplit

from bot.access import ANYONE, Reader
from bot.links import is_web_address, sign, target_of
from bot.records import Citation
from bot.source import ANCHOR

KEPT_LINKS = 1_000
Link = Callable[[Citation], str | None]
"""The web address of a citation's source, or None where it has none."""


def own_address(citation: Citation, hosts: Collection[str] = ()) -> str | None:
    """The address that the source itself has, in SharePoint for one; None where it is no safe address, or on none of
    these `hosts` and their subdomains (none named: any).
    """
    if citation.url is None or not is_web_address(citation.url):
        return None
    host = urlsplit(citation.url).hostname or ""
    return citation.url if not hosts or any(f".{host}".endswith(f".{one}") for one in hosts) else None


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The label that every answer carries: its name ("Intern"), and what it asks of the reader."""

    name: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Presentation:
    """How answers are shown. `feedback` asks for a thumb under them; `label` None puts no label on them. `link_for`
    gives the links for one reader (None: `link` is for all).
    """

    link: Link = own_address
    label: Sensitivity | None = None
    feedback: bool = True
    link_for: Callable[[Reader], Link] | None = None

    def to(self, reader: Reader) -> "Presentation":
        """How answers are shown to this reader."""
        return self if self.link_for is None else replace(self, link=self.link_for(reader))


def make_link(
    public_url: str,
    key: bytes,
    days: Callable[[Citation], int],
    clock: Callable[[], float],
    own: Link = own_address,
    reader: Reader = ANYONE,
) -> Link:
    """What gives the source's `own` address where there is one, else a signed link to the bot's page that works for as
    many whole days more as `days` says, while the reader may see it. `clock` gives seconds since 1970.
    """

    @lru_cache(maxsize=KEPT_LINKS)  # a message's size is told before it is sent: each link is asked for several times
    def signed(citation: Citation, expires: int) -> str:
        return f"{public_url}/source/{sign(target_of(citation, expires, reader.to_text()), key)}#{ANCHOR}"

    def link(citation: Citation) -> str | None:
        if address := own(citation):
            return address
        expires = (int(clock() // 86_400) + days(citation) + 1) * 86_400  # whole days: the same link all day
        return signed(replace(citation, n=0), expires)

    return link
