"""Which bodies, people, organisations and places a question names, typed as busy people type."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_register import (
    BODIES,
    CATALOG,
    GRANVIK,
    LEDNING,
    NORRDAL,
    OSTRA,
    SJOVIK,
    VASTERLID,
)

from bot.bodies import find_bodies, find_organisations, find_people, names_place, single_names, without_origins
from bot.catalog import Catalog

NAMED = {
    "no body at all": ("vad beslutades om larm", ()),
    "place": ("vad sa norrdal om larm", (NORRDAL,)),
    "place in capitals": ("VAD SA NORRDAL", (NORRDAL,)),
    "place in the genitive": ("norrdals beslut om larm", (NORRDAL,)),
    "place with a colon s": ("norrdal:s beslut", (NORRDAL,)),
    "two places": ("västerlid och norrdal om larm", (NORRDAL, VASTERLID)),
    "place of two bodies": ("vad beslutades i sjövik", (LEDNING, SJOVIK)),
    "place inside a longer word": ("norrdalsbron", ()),
    "place before a hyphen": ("norrdal-projektet", ()),
    "whole name": ("socialchefsnätverket norrdal", (NORRDAL,)),
    "kind of one body": ("vad beslutade omsorgsnämnden", (SJOVIK,)),
    "kind in the genitive": ("omsorgsnämndens beslut", (SJOVIK,)),
    "kind of two bodies": ("vad sa socialchefsnätverket om larm", (NORRDAL, VASTERLID)),
    "members": ("vad tyckte socialcheferna", (NORRDAL, VASTERLID)),
    "members of a place": ("vad tyckte socialcheferna i norrdal", (NORRDAL,)),
    "place's members": ("norrdals socialchefer", (NORRDAL,)),
    "kind and place": ("vad sa omsorgsnämnden i sjövik", (SJOVIK,)),
    "misspelt kind with a place": ("socialchefnätverket norrdal", (NORRDAL,)),
    "loose kind with a place": ("vad beslutade nätverket i norrdal", (NORRDAL,)),
    "loose kind of a board": ("vad beslutade nämnden i sjövik om larm", (LEDNING, SJOVIK)),
    "loose kind of a council": ("vad beslutade nätverket i granvik", (GRANVIK,)),
    "place without diacritics": ("larm i vasterlid", (VASTERLID,)),
    "topic that is a word of a name": ("vad beslutades om omsorgen", ()),
    "loose kind alone": ("vad beslutade nätverket om larm", ()),
    "kind and a month": ("vad beslutade omsorgsnämnden i mars", (SJOVIK,)),
    "kind and a year": ("vad beslutade omsorgsnämnden i år om larm", (SJOVIK,)),
    "short form in the name": ("vad sa sös om larm", (OSTRA,)),
    "short form in the genitive": ("SÖS:s beslut", (OSTRA,)),
    "short form inside a word": ("söstra", ()),
    "alias of the sidecar": ("lg om larm", (LEDNING,)),
    "alias that is a word": ("vad beslutades i norrdalarna", (NORRDAL,)),
    "English": ("what did norrdal decide about alarms?", (NORRDAL,)),
    "råd that means advice": ("vilka råd gav norrdal", (NORRDAL,)),
}


@pytest.mark.parametrize(("question", "bodies"), NAMED.values(), ids=NAMED)
def test_bodies_that_a_question_names(question, bodies):
    found, _, lacking = find_bodies(question, CATALOG)
    assert (set(found), lacking) == (set(bodies), ())


SHORT_FORMS = {
    "hbg om larm": "Socialnämnden Helsingborg",
    "skåne nv om larm": "Socialchefsnätverket nordvästra Skåne",
    "familjen helsingborg om larm": "Socialchefsnätverket nordvästra Skåne",
    "gr:s beslut": "Göteborgsregionen, socialchefsgruppen",
}


@pytest.mark.parametrize(("question", "body"), SHORT_FORMS.items(), ids=SHORT_FORMS)
def test_body_by_the_short_form_of_its_place(question, body):
    assert find_bodies(question, catalog(body, NORRDAL))[0] == (body,)


def catalog(*bodies):
    return Catalog(bodies, {}, (), (), ())


LACKING = {
    "kind of another place": ("vad beslutade omsorgsnämnden i norrdal", "omsorgsnämnden Norrdal"),
    "kind that the place lacks": ("vad beslutade socialnämnden i granvik", "socialnämnden Granvik"),
    "kind that ends as one it has": ("vad sa skolchefsnätverket i norrdal", "skolchefsnätverket Norrdal"),
    "members in an unknown municipality": ("vad beslutade socialcheferna i borås", "socialcheferna i Borås"),
    "kind in an unknown municipality": ("vad beslutade omsorgsnämnden i örebro", "omsorgsnämnden i Örebro"),
    "genitive": ("vad beslutade norrdals omsorgsnämnd om larm", "omsorgsnämnd Norrdals"),
}


@pytest.mark.parametrize(("question", "name"), LACKING.values(), ids=LACKING)
def test_body_that_the_index_lacks_is_named_and_none_chosen(question, name):
    found, _, lacking = find_bodies(question, CATALOG)
    assert (found, lacking) == ((), (name,))


def test_words_that_name_a_body_are_told():
    words = find_bodies("vad sa socialcheferna i Norrdal om larm", CATALOG)[1]
    assert sorted({w.casefold() for w in words}) == ["norrdal", "socialcheferna"]


@pytest.mark.parametrize(("question", "body"), [("omsorgsnamndens beslut", SJOVIK), ("folkhalsoradet", GRANVIK)])
def test_kind_without_diacritics(question, body):
    assert find_bodies(question, CATALOG)[0] == (body,)


def test_kind_in_two_words():
    assert set(find_bodies("socialchefs nätverkets beslut", CATALOG)[0]) == {NORRDAL, VASTERLID}


def test_missing_diacritics_beside_a_place_do_no_harm():
    assert find_bodies("folkhalsoradet granvik", CATALOG)[0] == (GRANVIK,)


def test_another_part_of_a_region_is_another_place():
    assert find_bodies("vad har nordöstra skåne sagt", catalog("Nätverket nordvästra Skåne"))[0] == ()


def test_a_direction_alone_names_no_body():
    assert find_bodies("larm på östra skolan", CATALOG)[0] == ()


def test_a_topic_is_no_body():
    assert find_bodies("vad beslutades om äldreomsorg", catalog("Nätverket för äldreomsorg Tallhamra"))[0] == ()


PEOPLE = {
    "whole name": ("vad sa Anna Ek", ("Anna Ek",)),
    "lower case": ("deltog anna ek", ("Anna Ek",)),
    "capitals": ("ANNA EK", ("Anna Ek",)),
    "genitive": ("anna eks uppdrag", ("Anna Ek",)),
    "two": ("bo lind och anna ek", ("Anna Ek", "Bo Lind")),
    "first name": ("vad ska Anna göra", ("Anna Ek",)),
    "first name first": ("Annas uppdrag", ("Anna Ek",)),
    "last name": ("vad lovade Lind?", ("Bo Lind",)),
    "double name": ("vad ska Anna-Lena göra", ("Anna-Lena Åhs",)),
    "double name first": ("Anna-Lena deltog", ("Anna-Lena Åhs",)),
    "misspelt first name": ("kom Cecila Alm", ("Cecilia Alm",)),
    "longer word": ("anna eken", ()),
    "last name as a word": ("Eken vid torget", ()),
    "lower-case first name": ("vad ska anna göra", ()),
    "nobody": ("vad beslutades om larm", ()),
}


@pytest.mark.parametrize(("question", "people"), PEOPLE.values(), ids=PEOPLE)
def test_people(question, people):
    assert find_people(question, CATALOG) == people


ORGANISATIONS = {
    "från Tallhamra": ("Tallhamra",),
    "tallhamras chef": ("Tallhamra",),
    "region norrdal": ("Region Norrdal",),
    "sjövik-bron": (),
    "tallhamraskolan": (),
    "sjövik och tallhamra": ("Sjövik", "Tallhamra"),
}


@pytest.mark.parametrize(("question", "organisations"), ORGANISATIONS.items(), ids=ORGANISATIONS)
def test_organisations(question, organisations):
    assert find_organisations(question, CATALOG) == organisations


PLACES = {
    "after a preposition": ("Mora", "hur går det i mora", True),
    "with its capital": ("Mora", "Moras larm", True),
    "lower case without a preposition": ("Mora", "mora knivar", False),
    "common noun": ("Berg", "berg och dal", False),
    "part of a word": ("Ale", "hala gator i alen", False),
    "genitive": ("Orsa", "hos orsas chef", True),
    "not there": ("Orsa", "i mora", False),
}


@pytest.mark.parametrize(("place", "text", "named"), PLACES.values(), ids=PLACES)
def test_a_place_that_is_also_a_word_needs_a_sign(place, text, named):
    assert names_place(place, text) is named


def test_where_an_attendee_comes_from_is_no_body():
    assert without_origins("vilka från Sjövik deltog i norrdal", CATALOG).split() == "vilka deltog i norrdal".split()
    assert without_origins("beslut från västerlid", CATALOG) == "beslut från västerlid"


def test_only_single_proper_names_are_required():
    names = ("Sjövik", "Region Norrdal", "AB", "kommunen", "Tallhamra")
    assert single_names(names, ["tallhamra"]) == ("Sjövik",)


@given(st.lists(st.sampled_from("i för nätverket nämnden s norrdal sjövik sös lg råd mars borås - :s ( [ \\".split())))
def test_a_body_found_is_always_one_of_the_catalog(pieces):
    found, _, lacking = find_bodies(" ".join(pieces), CATALOG)
    assert set(found) <= set(BODIES)
    assert not (found and lacking)


def test_a_person_is_found_under_both_spellings_of_the_name():
    catalog = replace(CATALOG, people=("Bo Gartman", "Bo Gardtman", "Bo Gartner", "Eva Gartman"))
    assert find_people("deltog bo gardtman?", catalog) == ("Bo Gartman", "Bo Gardtman")
