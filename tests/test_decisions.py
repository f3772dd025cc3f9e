"""Decisions of the meeting told from proposals, older decisions and other bodies', each with its kind."""

import pytest
from made_minutes import document_of

from indexer.assignments import find_assignments
from indexer.bodies import Body
from indexer.decisions import find_decisions, find_deferrals
from indexer.item_rows import sentences
from indexer.kinds import kind_of
from indexer.statements import is_own_decision

BOARD, NETWORK = Body("Styrelsen Lillvikens båtklubb"), Body("Socialchefsnätverket Östrand")
COMMITTEE, MEETING = Body("Socialnämnden Ekhamra"), Body("Brf Solen")


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (BOARD, "Styrelsen beslutade, att köpa bryggan."),
        (BOARD, "Beslutades att köpa bryggan."),
        (BOARD, "Beslut togs om att köpa bryggan."),
        (BOARD, "Vi beslutar att köpa."),
        (BOARD, "Anna Berg omvaldes på två år."),
        (BOARD, "Protokoll nr 4 lades till handlingarna."),
        (BOARD, "Ordföranden fick i uppdrag att ringa kommunen."),
        (MEETING, "Efter votering med 13 röster för och 9 röster mot beslöt stämman att bifalla motionen."),
        (MEETING, "Ansvarsfrihet beviljades."),
        (MEETING, "Årsmötet befanns vara behörigen utlyst."),
        (NETWORK, "Nätverket enades om att avvakta."),
        (NETWORK, "Nätverket noterar informationen."),
        (COMMITTEE, "Nämnden återremitterar ärendet."),
        (Body("Konsortiet, arbetsutskottet"), "AU beslutar att påbörja arbetet."),
        (MEETING, "Stämman förklarades behörigen utlyst."),
        (MEETING, "Mötet beslutades vara i laga ordning utlyst."),
        (MEETING, "Frågan om mötet blivit behörigen utlyst besvarades med ja."),
        (MEETING, "Anna Berg, sammankallande, och Bo Ek valdes till valberedning."),
        (MEETING, "Till ledamöter på två år valdes: Anna Berg, Bo Ek"),
        (MEETING, "Revisor: Till revisor väljs Bo Ek."),
        (MEETING, "Ordinarie Anna Berg samt suppleant Bo Ek valdes om på ett år."),
        (MEETING, "Valet av suppleant hänsköts till styrelsen."),
        (MEETING, "Styrelsens verksamhetsberättelse lästes upp och godkändes."),
        (COMMITTEE, "Socialnämnden begär att få behålla överskottet."),
        (NETWORK, "Vi kom fram till att priserna är lika."),
    ],
)
def test_sentence_decides(body, sentence):
    assert is_own_decision(sentence, body, alone=True)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (NETWORK, "Kommunfullmäktige beslutade att höja taxan."),
        (NETWORK, "Socialchefsnätverket Fyrbodal beslutade att delta."),
        (NETWORK, "Nätverket har tidigare beslutat att delta."),
        (NETWORK, "Om nätverket beslutar att delta behövs en samordnare."),
        (NETWORK, "Beslut i frågan fattas inte i dag."),
        (COMMITTEE, "Nämnden beslutade 2021 att bidrag ges."),
        (COMMITTEE, "Anna Berg yrkar att nämnden beslutar att avslå."),
        (COMMITTEE, "Budgeten antogs av kommunfullmäktige i november."),
        (BOARD, "Styrelsen föreslår att stämman beslutar att höja avgiften."),
        (NETWORK, "Förvaltningen begär att få behålla överskottet."),
        (NETWORK, "Frågan om kostnader besvaras i nästa rapport."),
        (NETWORK, "Han kom fram till att priserna är lika."),
    ],
)
def test_sentence_does_not_decide(body, sentence):
    assert not is_own_decision(sentence, body, alone=True)


def decisions(text, body=COMMITTEE):
    document = document_of(text)
    return [d.text for d in find_decisions(document.text, document.lines, body)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Beslut: Nämnden antar planen.", ["Nämnden antar planen."]),
        ("Beslut\n1. Planen antas.\n2. Kostnaden fördelas.", ["Planen antas.", "Kostnaden fördelas."]),
        ("Nämnden beslutar\natt anta planen\natt sända den", ["att anta planen", "att sända den"]),
        ("Text. Nämnden beslutade\natt anta planen.", ["att anta planen."]),
        ("Många vill ha frukt. Beslut: Frukt säljs.", ["Frukt säljs."]),
        ("Socialnämndens beslut\nÄrendet bordläggs.\n\nBakgrund\nFrågan är gammal.", ["Ärendet bordläggs."]),
        ("Svar: Nämnden är positiv.", ["Nämnden är positiv."]),
        (
            "Förslag till beslut\nNämnden beslutar att köpa.\n\nBeslut\nÄrendet återremitteras.",
            ["Ärendet återremitteras."],
        ),
        ("Förslag till beslut:\natt köpa\natt sälja\n\nIngen tog ställning.", []),
        (
            "Beslut\nPlanen antas.\n\nNämnden beslutar att sända den.",
            ["Planen antas.", "Nämnden beslutar att sända den."],
        ),
        ("Beslut\nPlanen antas.\n\nDiskussionen var lång.", ["Planen antas."]),
        ("Ärendet utgår.", []),
        ("Vi bestämde: Resan görs i maj.", ["Resan görs i maj."]),
        ("Nämnden kom överens om följande: Taxan höjs.", ["Taxan höjs."]),
        ("Kommunen bestämde: Taxan höjs.", []),
        ("Beslut 2024:14: Planen antas.", ["Planen antas."]),
        ("Beslut att anta planen, samt\n\natt sända den.", ["Beslut att anta planen, samt", "att sända den."]),
        (
            "Nämnden beslutar\natt välja Bo Ek.\nc) Sättet\nNämnden beslutar\natt godkänna det.",
            ["att välja Bo Ek.", "att godkänna det."],
        ),
    ],
)
def test_decisions_of_an_item(text, found):
    assert decisions(text) == found


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("att anta planen", "substantive"),
        ("att godkänna dagordningen", "formal"),
        ("att utse Anna Berg att justera protokollet", "formal"),
        ("Protokollet lades till handlingarna.", "formal"),
        ("Informationen läggs till handlingarna.", "noted"),
        ("Nätverket noterar informationen.", "noted"),
        ("att bordlägga ärendet", "deferred"),
        ("Ärendet återremitteras.", "deferred"),
    ],
)
def test_kind_of_a_decision(text, kind):
    assert kind_of(text) == kind


def test_deferral_that_is_no_decision():
    document = document_of("Punkten utgår på grund av sjukdom.")
    assert [d.kind for d in find_deferrals(document.text, document.lines, ())] == ["deferred"]


@pytest.mark.parametrize(
    ("text", "who", "due"),
    [
        ("Anna Berg får i uppdrag att ta fram en plan till den 15 april.", "Anna Berg", "15 april"),
        (
            "Nämnden uppdrar åt förvaltningschefen att utreda frågan senast den 1 juni.",
            "förvaltningschefen",
            "senast den 1 juni",
        ),
        ("Kontot ska stängas, Dilan kontaktar banken.", "Dilan", None),
        ("att Bo Ek skickar listan till kommunerna", "Bo Ek", None),
    ],
)
def test_assignment(text, who, due):
    document = document_of(text)
    assert [(a.who, a.due) for a in find_assignments(document.text, document.lines)] == [(who, due)]


@pytest.mark.parametrize("text", ["Anna frågar om taxan.", "Ska Anna ringa kommunen?", "NÄR ska detta göras"])
def test_no_assignment(text):
    document = document_of(text)
    assert find_assignments(document.text, document.lines) == ()


def test_sentence_does_not_end_at_an_abbreviation():
    text = "Kl. 9 kom t.ex. Bo Ek. Sedan kom Eva."
    assert [text[a:b] for a, b in sentences(text)] == ["Kl. 9 kom t.ex. Bo Ek.", "Sedan kom Eva."]
