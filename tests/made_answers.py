"""Answers built by hand over invented networks and people, for the tests of the Teams side."""

from dataclasses import replace

from bot.records import Answer
from bot.trial import TRIAL

NORRDAL = replace(
    TRIAL.citations[0],
    document="norrdal-2022-03-04",
    document_name="norrdal-2022-03-04.docx",
    meeting="norrdal-2022-03-04",
    body="Norrdal",
    date="2022-03-04",
    quote="Nätverket ställer sig bakom Yrkesresan och tar kostnaden 2023.",
    start=120,
    end=182,
    item="norrdal-2022-03-04#10",
    number="10",
    title="Yrkesresan",
    url="https://motet.example/norrdal?sida=3",
)
SJOVIK = replace(
    NORRDAL,
    n=2,
    document="sjovik-2021-03-19",
    document_name="sjovik-2021-03-19.pdf",
    meeting="sjovik-2021-03-19",
    body="Sjövik",
    date="2021-03",
    date_precision="month",
    quote="Informationen noteras.",
    start=40,
    end=62,
    item="sjovik-2021-03-19#4",
    number="4",
    number_printed=False,
    kind="noted",
    url=None,
)
QUESTION = "vad beslutades om yrkesresan?"
TEXT = (
    "**Norrdal**, 4 mars 2022, punkt 10:\n"
    "- ”Nätverket ställer sig bakom Yrkesresan och tar kostnaden 2023.” [1]\n\n"
    "**Sjövik**, mars 2021, punkten Yrkesresan:\n"
    "- ”Informationen noteras.” [2]"
)


def make_answer(text=TEXT, citations=(NORRDAL, SJOVIK), **fields):
    """An answer with the given text and citations."""
    base = Answer(question=QUESTION, text=text, refused=not citations, intent="decision", language="sv")
    return replace(base, citations=tuple(citations), **fields)


def make_many(count, quote="Nätverket beslutar att fortsätta.", **fields):
    """An answer of `count` networks with one cited decision each."""
    numbers = range(1, count + 1)
    citations = [replace(NORRDAL, **{"n": n, "body": f"Nätverk {n}", "quote": quote} | fields) for n in numbers]
    text = "\n\n".join(f"**Nätverk {n}**\n- ”{quote}” [{n}]" for n in numbers)
    return make_answer(text, citations)
