"""People: names told from places and organisations, attendance from lists, tables and prose, presenters."""

import pytest

from indexer.attendance import TextLine, attendees, signers
from indexer.people import find_people, is_name, presenters


@pytest.mark.parametrize("name", ["Anna Berg", "Anna-Lena af Ekenstam", "Karita Saapunki Björk", "Ekhem Mattias"])
def test_full_name_is_a_name(name):
    assert is_name(name)


@pytest.mark.parametrize(
    "text",
    ["Lilla Edet", "PRO Lund", "FoU Norrdal", "Norrdals Idrottsallians", "Region Väst", "Vice Ordförande", "Anna"],
)
def test_place_organisation_or_role_is_no_name(text):
    assert not is_name(text)


def people(text):
    return [(p.name, p.organisation, p.role) for p in find_people(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Anna Berg, Lund, och Bo Ek, Eslöv", [("Anna Berg", "Lund", None), ("Bo Ek", "Eslöv", None)]),
        ("Anna Berg (S), ordförande", [("Anna Berg", "S", "ordförande")]),
        (
            "kommunchef Anna Berg, sekreterare Bo Ek",
            [("Anna Berg", None, "kommunchef"), ("Bo Ek", None, "sekreterare")],
        ),
        ("Anna Berg\tLund", [("Anna Berg", "Lund", None)]),
        ("Anna Berg Kassör", [("Anna Berg", None, "Kassör")]),
        ("Anna Berg, RSS Väster", [("Anna Berg", "RSS Väster", None)]),
        ("Anna Berg Lund, Eslövs kommun, Bo Ek", [("Anna Berg Lund", "Eslövs kommun", None), ("Bo Ek", None, None)]),
        ("Anna Berg Lund, Bo Ek", [("Anna Berg", "Lund", None), ("Bo Ek", None, None)]),
        ("Anna Berg (chef, ordförande)", [("Anna Berg", None, "chef, ordförande")]),
        (
            "Anna Berg (S), ordförande Bo Ek (M), vice ordförande",
            [("Anna Berg", "S", "ordförande"), ("Bo Ek", "M", "vice ordförande")],
        ),
    ],
)
def test_what_stands_beside_a_name(text, found):
    assert people(text) == found


def attended(*lines, table=False):
    at, result = 0, []
    for text in lines:
        result.append(TextLine(at, text, table or " | " in text))
        at += len(text) + 1
    return [(p.name, p.status) for p in attendees(result)]


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["Närvarande: Anna Berg, Bo Ek"], [("Anna Berg", "present"), ("Bo Ek", "present")]),
        (["Där: Anna Berg. Ej: Bo Ek (sjuk)"], [("Anna Berg", "present"), ("Bo Ek", "absent")]),
        (["Närv: Alva, Rut", "Borta: Henning"], [("Alva", "present"), ("Rut", "present"), ("Henning", "absent")]),
        (["Kallade: Anna Berg, Bo Ek", "Deltog: Anna Berg"], [("Anna Berg", "present")]),
        (["Närvarande", "- Anna Berg", "Frånvarande", "- Bo Ek"], [("Anna Berg", "present"), ("Bo Ek", "absent")]),
        (["Beslutande\tAnna Berg (S)", "Ersättare\tBo Ek (M)"], [("Anna Berg", "present"), ("Bo Ek", "present")]),
        (["Deltagare: Anna Berg (från punkt 4), Bo Ek"], [("Anna Berg", "partial"), ("Bo Ek", "present")]),
        (
            ["Medverkande: Bo Ek. Anna Berg, Lund, medverkade kl 13-15."],
            [("Bo Ek", "present"), ("Anna Berg", "partial")],
        ),
        (["Närvarande: Bo Ek (ersättare för Anna Berg)"], [("Bo Ek", "present")]),
        (["Gäst: Anna Berg, punkt 3"], [("Anna Berg", "guest")]),
        (["Närvarande: Bo Ek", "Punkt 6 Anna Berg, länsstyrelsen."], [("Bo Ek", "present"), ("Anna Berg", "guest")]),
        (
            ["Närvarande | Förening | Frånvarande", "Anna Berg | Klubben | Bo Ek, Laget"],
            [("Anna Berg", "present"), ("Bo Ek", "absent")],
        ),
        (
            ["Namn | Kommun | Närvaro", "Anna Berg | Lund | Ja", "Bo Ek | Eslöv | Frånvarande"],
            [("Anna Berg", "present"), ("Bo Ek", "absent")],
        ),
        (["Närvarande var Anna Berg och Bo Ek."], [("Anna Berg", "present"), ("Bo Ek", "present")]),
        (["Mötet öppnades av Eva Al. Närvarande: Anna Berg"], [("Anna Berg", "present")]),
        (["På mötet deltog Anna Berg och Bo Ek."], [("Anna Berg", "present"), ("Bo Ek", "present")]),
        (["Vid stämman närvarade Anna Berg."], [("Anna Berg", "present")]),
        (["Följande personer var närvarande: Anna Berg"], [("Anna Berg", "present")]),
        (["Roger G, Lund, och Eva A, Eslöv, medverkade kl 13-15."], [("Roger G", "partial"), ("Eva A", "partial")]),
        (["Anna Berg och Bo Ek hade anmält förhinder."], [("Anna Berg", "absent"), ("Bo Ek", "absent")]),
        (["Med var: Anna Berg. Kunde inte: Bo Ek"], [("Anna Berg", "present"), ("Bo Ek", "absent")]),
        (
            ["Ledamöter Närvarande", "Anna Berg X", "Bo Ek Anmält förhinder"],
            [("Anna Berg", "present"), ("Bo Ek", "absent")],
        ),
        (["Anna Berg deltog i arbetet med planen."], []),
        (["12 medlemmar deltog."], []),
    ],
)
def test_attendance(lines, found):
    assert attended(*lines) == found


def test_a_name_that_a_line_breaks_is_one_person():
    text = "Medverkande: Anna Berg, Lund, samt från kommunerna Eva\nLind (Eslöv), Bo Ek (Lund)"
    first, second = text.split("\n")
    found = attendees([TextLine(0, first), TextLine(len(first) + 1, second)])
    assert [(p.name, p.organisation) for p in found] == [
        ("Anna Berg", "Lund"),
        ("Eva Lind", "Eslöv"),
        ("Bo Ek", "Lund"),
    ]
    assert [text[p.start : p.end].split() for p in found] == [p.name.split() for p in found]


def test_who_signs_was_there():
    lines = [TextLine(0, "Vid protokollet: Anna Berg"), TextLine(27, "Justeras: Bo Ek")]
    assert [p.name for p in signers(lines)] == ["Anna Berg", "Bo Ek"]


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        (["Föredragande: Anna Berg", "Text."], ("Anna Berg",)),
        (["Anna Berg, Lund, och Bo Ek", "Text."], ("Anna Berg", "Bo Ek")),
        (["Anna Berg hälsar välkommen."], ()),
        (["Anna Berg har tackat ja."], ()),
        (["Text om saken."], ()),
    ],
)
def test_presenters(lines, names):
    assert presenters(lines, ()) == names


def test_presenters_in_a_column_may_be_first_names():
    assert presenters(["Beslut: Frukt säljs.", "Ella och Casper"], (), column=True) == ("Ella", "Casper")
