"""Chair, secretary and adjusters: by labels, elections, signatures and who opened the meeting."""

import pytest
from made_minutes import parsed


def roles(text):
    """The people who held an office, by name, each with the role."""
    return {one.name: one.role for one in parsed(text).attendees if one.role}


HEAD = "Protokoll från styrelsemöte\n2023-03-08\nNärvarande: Anna Berg, Bo Ek, Eva Al\n"
TAIL = "\n8. Nästa möte\nDen 3 maj.\n9. Avslutning\nMötet avslutades.\n"


def meeting(*items, front="", tail=""):
    """Minutes with the items numbered from 1 and a signature at the end."""
    numbered = "\n".join(f"{n}. {item}" for n, item in enumerate(items, 1))
    return f"{HEAD}{front}\n{numbered}{TAIL}{tail}"


OPENING = "Mötets öppnande\nMötet öppnades."


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        ("Ordförande: Anna Berg\nSekreterare: Bo Ek\n", {"Anna Berg": "ordförande", "Bo Ek": "sekreterare"}),
        ("Vid anteckningarna: Eva Al\n", {"Eva Al": "sekreterare"}),
        ("Mötesledare: Anna Berg\n", {"Anna Berg": "mötesledare"}),
        ("Utses att justera | Bo Ek\n", {"Bo Ek": "justerare"}),
        ("Justeringsmän: Anna Berg och Bo Ek\n", {"Anna Berg": "justerare", "Bo Ek": "justerare"}),
    ],
)
def test_officers_in_front(front, expected):
    assert roles(meeting(OPENING, "Ekonomi\nKassan är god.", "Övrigt\nInget.", front=front)) == expected


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("Val av ordförande\nAnna Berg valdes till mötesordförande.", {"Anna Berg": "mötesordförande"}),
        ("Val\nTill ordförande för stämman valdes Anna Berg.", {"Anna Berg": "ordförande"}),
        (
            "Val\nMötet valde Anna till ordförande, Bo till sekreterare samt Eva Al till justerare.",
            {"Anna Berg": "ordförande", "Bo Ek": "sekreterare", "Eva Al": "justerare"},
        ),
        ("Val\nTill justerare utsågs Bo Ek och Eva Al.", {"Bo Ek": "justerare", "Eva Al": "justerare"}),
        ("Val\nStämman valde Bo Ek att jämte ordföranden justera protokollet.", {"Bo Ek": "justerare"}),
        ("Protokoll\nStämmoordföranden utsåg Bo Ek att föra dagens protokoll.", {"Bo Ek": "sekreterare"}),
        ("Formalia\nBo för anteckningar och Eva justerar.", {"Bo Ek": "sekreterare", "Eva Al": "justerare"}),
        ("Val av justerare\nEva Al och Bo Ek", {"Eva Al": "justerare", "Bo Ek": "justerare"}),
        ("Val av sekreterare för mötet: Bo Ek.\nInget mer.", {"Bo Ek": "sekreterare"}),
        ("Val av styrelse\nTill ordförande på ett år valdes Bo Ek.", {}),
        ("Val av kassör\nBo Ek valdes till kassör och sekreterare i styrelsen.", {}),
    ],
)
def test_officers_elected_in_an_item(item, expected):
    assert roles(meeting(OPENING, item, "Ekonomi\nKassan är god.")) == expected


@pytest.mark.parametrize(
    ("tail", "expected"),
    [
        ("\nVid protokollet\nBo Ek\n\nJusteras\nEva Al", {"Bo Ek": "sekreterare", "Eva Al": "justerare"}),
        ("\nBo Ek\nSekreterare\n\nAnna Berg\nOrdförande", {"Bo Ek": "sekreterare", "Anna Berg": "ordförande"}),
        ("\nBo Ek, sekreterare\nAnna Berg, ordförande", {"Bo Ek": "sekreterare", "Anna Berg": "ordförande"}),
        (
            "\nVid protokollet\tMötesordförande\n\n________\t________\n\nBo Ek\tAnna Berg",
            {"Bo Ek": "sekreterare", "Anna Berg": "mötesordförande"},
        ),
        (
            "\nAnna Berg\tEva Al\tBo Ek\nOrdförande\tJusterare\tSekreterare",
            {"Anna Berg": "ordförande", "Eva Al": "justerare", "Bo Ek": "sekreterare"},
        ),
        ("\nSekreterare\t………… Bo Ek", {"Bo Ek": "sekreterare"}),
    ],
)
def test_officers_who_sign(tail, expected):
    assert roles(meeting(OPENING, "Ekonomi\nKassan är god.", "Övrigt\nInget.", tail=tail)) == expected


def test_chair_who_opens_is_the_chair_unless_another_is_elected():
    opened = "Mötets öppnande\nOrdförande Anna Berg öppnade mötet."
    assert roles(meeting(opened, "Ekonomi\nGod.", "Övrigt\nInget.")) == {"Anna Berg": "ordförande"}
    elected = "Val\nTill ordförande för mötet valdes Eva Al."
    assert roles(meeting(opened, elected, "Övrigt\nInget.")) == {"Eva Al": "ordförande"}


def test_who_was_elected_was_there_though_no_list_names_them():
    text = (
        "Årsmöte 3 maj 2023\n\n1. Öppnande\nOlle Hed öppnade mötet.\n2. Val\nTill ordförande för mötet valdes Pia Ros."
    )
    people = {one.name: one.status for one in parsed(f"{text}\n3. Slut\nMötet avslutades.").attendees}
    assert people == {"Olle Hed": "present", "Pia Ros": "present"}


def test_name_spelled_in_two_ways_is_one_person():
    text = meeting("Mötets öppnande\nOrdförande Ana Berg öppnade mötet.", "Ekonomi\nGod.", "Övrigt\nInget.")
    assert [one.name for one in parsed(text).attendees] == ["Anna Berg", "Bo Ek", "Eva Al"]
