"""Assignments: wordings that give somebody a task, and reports that do not."""

import pytest
from made_minutes import document_of, parsed

from indexer.assignments import find_assignments
from indexer.records import Decision


def found(text, decided=False, known=()):
    document = document_of(text)
    decisions = (Decision(document.text, "substantive", 0, len(document.text)),) if decided else ()
    return [
        (one.who, one.due) for one in find_assignments(document.text, document.lines, decisions=decisions, known=known)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Att göra: Anna Berg leder arbetsgruppen.", [("Anna Berg", None)]),
        ("Bo redovisar kostnaderna till nästa möte.", [("Bo", "nästa möte")]),
        ("Samordnaren ansvarar för inbjudan.", [("Samordnaren", None)]),
        ("Eva tar fram ett utkast till den 3 maj.", [("Eva", "3 maj")]),
        ("Eva Al skickar ut listan.", [("Eva Al", None)]),
        ("Frågan är öppen. Bo bjuder in regionen.", [("Bo", None)]),
        ("Ordföranden sammankallar gruppen.", [("Ordföranden", None)]),
        ("Anna undersöker vad en buss kostar.", [("Anna", None)]),
        ("Anna-Lena kontaktar länsstyrelsen, och Bo kollar lokalen.", [("Anna-Lena", None)]),
        ("Kommunerna meddelar namn på kontaktpersoner senast den 1 maj.", [("Kommunerna", "senast den 1 maj")]),
        ("Ansvar: Anna-Karin Ek efterhör hos tekniska kontoret.", [("Anna-Karin Ek", None)]),
        ("- [ ] @Bo Ek skriver breven → 30 april", [("Bo Ek", "30 april")]),
        ("Arbetsgivaren åtgärdar avloppet före den 15 oktober.", [("Arbetsgivaren", "före den 15 oktober")]),
        ("Vi bestämde: Anna tar med frågan till nämnden.", [("Anna", None)]),
    ],
)
def test_wording_that_gives_a_task(text, expected):
    assert found(text, known={"Anna", "Bo", "Eva"}) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Anna meddelar att Lund inte är med.",
        "Bo redovisar utfallet för mars.",
        "Bo redovisade kostnaderna vid nästa möte.",
        "Anna leder ett nätverk i Skåne.",
        "Anna samordnar stödet sedan 2019.",
        "Bo ansvarar normalt för inköpen.",
        "Förvaltningen gör ett underskott på 6 miljoner.",
        "Resenären ska kunna boka i en app.",
        "Utredningen får kosta högst 300 000 kronor.",
        "Kommunerna får sina siffror i januari.",
        "Länstrafiken byter bokningssystem den 20 november.",
        "Nämnden begär att få behålla överskottet.",
        "Dessutom ska nya rutiner införas.",
        "- [x] Bo skickar kallelsen",
    ],
)
def test_report_gives_no_task(text):
    assert found(text, known={"Anna", "Bo"}) == []


@pytest.mark.parametrize(
    ("text", "decided", "expected"),
    [
        ("Anna Berg leder arbetet.", True, [("Anna Berg", None)]),
        ("Anna Berg leder arbetet.", False, []),
        ("SPF skriver utkastet.", True, [("SPF", None)]),
        ("SPF skriver utkastet.", False, []),
        ("Rådet lämnar ett yttrande.", True, []),
    ],
)
def test_decision_promises_where_another_sentence_reports(text, decided, expected):
    assert found(text, decided) == expected


def test_list_under_a_label_of_action():
    text = "Att göra\n- Anna: ringa banken\n- Boka lokal (Bo Ek)\n- Allt är betalt\nInformation\n- Anna: på semester nu"
    assert [who for who, _ in found(text)] == ["Anna", "Bo Ek"]


def test_table_of_actions():
    text = "Aktivitet | Ansvarig | Klart\nKöpa färg | Anna Berg | 1 maj\nMåla boden | Bo och Eva | -\n\nSlut."
    assert found(text) == [("Anna Berg", "1 maj"), ("Bo och Eva", None)]


def test_table_of_actions_keeps_its_words():
    meeting = parsed("1. Öppnande\nText.\n2. Uppdrag\nAktivitet | Ansvarig\nKöpa färg | Anna Berg\n3. Slut\nText.")
    assert [(one.what, one.text) for one in meeting.items[1].assignments] == [("Köpa färg", "Köpa färg | Anna Berg")]


@pytest.mark.parametrize("between", ["\n", "\n\n", " \n \n"])
def test_role_under_a_signature_is_the_signers(between):
    signed = f"Vid anteckningarna\nKarin Berg{between}processledare, Region Norr"
    meeting = parsed(f"1. Remissen\nProcessledaren sammanställer svaret.\n2. Slut\nTack.\n{signed}")
    assert [(one.who, one.person) for one in meeting.items[0].assignments] == [("Processledaren", "Karin Berg")]
