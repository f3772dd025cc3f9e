"""The fixed words of answers, in both languages."""

import re
import string

import pytest

from bot.answer.wording import WORDS, format_date, item_name, join, word

NAMES = {
    "printed": ("10", True, "Larm", "sv", "punkt 10"),
    "printed in English": ("5.2", True, "Larm", "en", "item 5.2"),
    "paragraph": ("§ 45", True, "Larm", "sv", "§ 45"),
    "paragraph in English": ("§ 45", True, "Larm", "en", "§ 45"),
    "not printed": ("2", False, "Larm", "sv", "punkten Larm"),
    "not printed in English": ("2", False, "Larm", "en", "the item Larm"),
}


@pytest.mark.parametrize(("number", "printed", "title", "language", "name"), NAMES.values(), ids=NAMES)
def test_item_is_called_by_its_printed_number_else_by_its_title(number, printed, title, language, name):
    assert item_name(number, printed, title, language) == name


JOINED = {
    "none": ([], "sv", ""),
    "one": (["a"], "sv", "a"),
    "two": (["a", "b"], "sv", "a och b"),
    "three": (["a", "b", "c"], "sv", "a, b och c"),
    "in English": (["a", "b", "c"], "en", "a, b and c"),
}


@pytest.mark.parametrize(("parts", "language", "text"), JOINED.values(), ids=JOINED)
def test_join(parts, language, text):
    assert join(parts, language) == text


DATES = {
    "day": ("2022-03-04", "day", "4 mars 2022", "4 March 2022"),
    "month": ("2022-03", "month", "mars 2022", "March 2022"),
    "year": ("2022", "year", "2022", "2022"),
    "none": (None, "unknown", "utan datum", "undated"),
}


@pytest.mark.parametrize(("iso", "precision", "swedish", "english"), DATES.values(), ids=DATES)
def test_date_in_the_language_of_the_answer(iso, precision, swedish, english):
    assert (format_date(iso, precision, "sv"), format_date(iso, precision, "en")) == (swedish, english)


def fields(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_have_the_same_words_with_the_same_places_to_fill():
    assert WORDS["sv"].keys() == WORDS["en"].keys()
    assert [k for k in WORDS["sv"] if fields(WORDS["sv"][k]) != fields(WORDS["en"][k])] == []


def test_no_word_looks_like_a_quote_or_a_marker():
    texts = [text for words in WORDS.values() for text in words.values()]
    bare = [re.sub(r"”\{(?:title|question)\}”", "", text) for text in texts]
    assert [text for text in bare if "”" in text or "[" in text] == []


def test_word():
    assert (word("sv", "yes"), word("en", "yes")) == ("Ja", "Yes")
