"""Which elements of a web page hold what it is about: no menus, cookie banners, sidebars or footers."""

import re
from typing import Any

SKIPPED = frozenset(
    "script style head nav template noscript button form select input textarea svg iframe dialog object del aside menu"
    " video audio canvas img math".split()
)
_AROUND = re.compile(
    r"(?i)(?:^|[-_\s])(?:cookies?(?:-?\w*)?|kakor|breadcrumbs?|br[oö]dsmul\w*|menu\w*|meny\w*|nav(?:igation|bar)?|sidebar|"
    r"sidomeny|sidof[aä]lt|sidfot|sidhuvud|footer|site-header|page-header|skip-?(?:link|to)\w*|search\w*|s[oö]k\w*|share|sharing|"
    r"dela|social|related|relaterat|feedback|toolbar|banner|pagination|widget|contact-?box|kontaktruta)(?=$|[-_\s])"
)
_MAIN = (".//main", ".//*[@role='main']", ".//article", ".//*[@id='content' or @id='main' or @id='innehall']")


def content(root: Any) -> list[Any]:  # noqa: ANN401 - lxml's types are an extra
    """The elements to read, in order: the main part where the page names one that holds its text, else the body.

    Takes from the tree what stands around the content.
    """
    body = root.find("body") if root.find("body") is not None else root
    whole = _length(body)
    for element in [one for one in body.iter() if isinstance(one.tag, str)]:
        if element is not body and element.getparent() is not None and _is_around(element, whole):
            element.drop_tree()
    left = _length(body)
    for path in _MAIN:
        found = body.xpath(path)
        outer = [one for one in found if not any(above in found for above in one.iterancestors())]
        if outer and sum(_length(one) for one in outer) > 0.4 * left:
            return outer
    return [body]


def _is_around(element: Any, whole: int) -> bool:  # noqa: ANN401
    """Whether the element is no content: by its tag or role, or by its class or id while it holds little text."""
    tag, role = element.tag, element.get("role", "")
    if tag in SKIPPED or role in ("navigation", "search", "contentinfo", "complementary", "dialog", "alertdialog"):
        return not (tag == "form" and _length(element) > 0.5 * whole)
    inside = any(
        one.tag in ("main", "article", "section") or one.get("role") == "main" for one in element.iterancestors()
    )
    if tag in ("header", "footer"):
        return not inside and _length(element) < 0.3 * whole and element.find(".//h1") is None
    if tag in ("body", "html", "main", "article") or not _AROUND.search(
        f"{element.get('class', '')} {element.get('id', '')}"
    ):
        return False
    return _length(element) < 0.3 * whole and element.find(".//h1") is None and "§" not in "".join(element.itertext())


def _length(element: Any) -> int:  # noqa: ANN401
    return sum(len(text.strip()) for text in element.xpath(".//text()[not(parent::script or parent::style)]"))
