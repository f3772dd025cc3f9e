"""Headings: every way of numbering, typography where nothing is numbered, and what is none."""

import pytest
from made_minutes import document_of, parsed

from indexer.headings import find_headings

TITLES = ["Mötets öppnande", "Föregående protokoll", "Ny brygga", "Övriga frågor", "Nästa möte"]
BODIES = [
    "Ordföranden hälsade alla välkomna.",
    "Protokollet lades till handlingarna.",
    "Tre krav ställdes:\n1. pris\n2. garanti\n3. tid\nStyrelsen valde Brygg AB.",
    "Inga övriga frågor.",
    "Den 8 juni kl. 18.",
]
FRONT = "Lillvikens båtklubb\nProtokoll den 5 maj 2022\nNärvarande: Anna Berg, Bo Ek\n\n"
STYLES = {
    "1.": "{}.", "1)": "{})", "1": "{}", "(1)": "({})", "1:": "{}:", "§ 1": "§ {}", "§1": "§{}", "1 §": "{} §",
    "Punkt 1.": "Punkt {}.", "Punkt 1:": "Punkt {}:", "Ärende 1": "Ärende {}", "FHR 1": "FHR {}", "Sn 1": "Sn {}",
    "1/2022": "{}/2022",
}  # fmt: skip


def headings(text):
    document = document_of(text)
    return [(h.number, h.title) for h in find_headings(document.text, document.lines)]


def minutes(style, gap, apart=False):
    lines = []
    for n, (title, body) in enumerate(zip(TITLES, BODIES, strict=True), 1):
        lines += [style.format(n), title] if apart else [f"{style.format(n)} {title}"]
        lines += [body, ""] if gap else [body]
    return FRONT + "\n".join(lines)


@pytest.mark.parametrize("gap", [True, False], ids=["spaced", "dense"])
@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_numbers_in_every_style(style, gap):
    assert [title for _, title in headings(minutes(style, gap))] == TITLES


@pytest.mark.parametrize("style", ["1.", "1", "§ 1", "FHR 1"])
def test_number_alone_on_its_line(style):
    assert [title for _, title in headings(minutes(STYLES[style], True, apart=True))] == TITLES


@pytest.mark.parametrize(
    ("style", "printed"), [("1.", "1"), ("§ 1", "§ 1"), ("1 §", "1 §"), ("Punkt 1:", "1"), ("FHR 1", "FHR 1")]
)
def test_number_is_kept_as_printed(style, printed):
    assert headings(minutes(STYLES[style], True))[0][0] == printed


@pytest.mark.parametrize("mark", ["", "**", "## "])
def test_headings_without_numbers(mark):
    text = FRONT + "\n\n".join(f"{mark}{t}\n{b}" for t, b in zip(TITLES, BODIES, strict=True))
    assert headings(text) == [("", title) for title in TITLES]


def test_wrong_and_missing_numbers_stay_as_printed():
    text = "1 Inledning\nAnna talar om det.\n\n2 Trafik\nBo talar om den.\n\n2 Mat\nMaten är god.\n\n4 Övrigt\nInget mer alls."
    assert [number for number, _ in headings(text)] == ["1", "2", "2", "4"]


def test_sub_items_are_items():
    text = "§ 1. Öppnande\nAnna öppnar.\n§ 2. Formalia\n§ 2.1. Justerare\nBo valdes.\n§ 2.2. Dagordning\nGodkänns.\n§ 3. Slut\nSlut."
    assert [number for number, _ in headings(text)] == ["§ 1", "§ 2", "§ 2.1", "§ 2.2", "§ 3"]


def test_agenda_before_the_minutes_is_no_item():
    agenda = "Dagordning\n" + "\n".join(f"{n}. {t}" for n, t in enumerate(TITLES, 1)) + "\n\n"
    document = document_of(FRONT + agenda + minutes(STYLES["1."], True)[len(FRONT) :])
    found = find_headings(document.text, document.lines)
    assert [h.title for h in found] == TITLES
    assert document.lines[found[0].line + 1].start > document.text.index("hälsade") - 20


def test_references_are_no_items():
    text = "1. Stadgar\nEnligt\n§ 4 i stadgarna gäller detta.\nSe 3.5.10 i planen.\n\n2. Avslut\nSlut."
    assert [number for number, _ in headings(text)] == ["1", "2"]


def test_diary_number_is_no_title():
    assert headings("§ 42\tDnr SON 2023/114\nNya riktlinjer\nText här.\n§ 43\nBudget\nText här.") == [
        ("§ 42", "Nya riktlinjer"),
        ("§ 43", "Budget"),
    ]


def test_table_row_is_an_item_and_its_cells_are_body():
    document = document_of(
        "Nr | Ärende | Beslut\n1 | Öppnande | Anna öppnar.\n2 | Frukt | Frukt säljs.\n3 | Slut | Slut."
    )
    found = find_headings(document.text, document.lines)
    assert [(h.number, h.title) for h in found] == [("1", "Öppnande"), ("2", "Frukt"), ("3", "Slut")]
    assert document.text[found[1].body :].startswith("Frukt säljs.")


def test_text_that_runs_on_after_a_title_is_body():
    document = document_of("1. Öppnande: Anna öppnar mötet.\n2. Budget: Bo talar om den.\n3. Slut: Mötet slutar.")
    found = find_headings(document.text, document.lines)
    assert [h.title for h in found] == ["Öppnande", "Budget", "Slut"]
    assert document.text[found[0].body :].startswith("Anna öppnar")


@pytest.mark.parametrize("text", ["", "Bara en rad text.", "Anna Berg\nBo Ek"])
def test_text_without_an_agenda_has_no_headings(text):
    assert headings(text) == []


def test_a_single_section_is_an_item():
    text = (
        "Socialnämnden\nProtokollsutdrag\n\n§ 45 Parkeringen vid hallen\n\nNämnden beslutar att asfaltera parkeringen."
    )
    assert [number for number, _ in headings(text)] == ["§ 45"]


def test_item_that_is_a_sentence_keeps_it_as_its_text():
    meeting = parsed(
        "Årsmöte 3 maj 2023\n\n§1 Bo Ek öppnade mötet.\n\n§2 Dagordningen godkändes.\n\n§3 Bo Ek valdes till ordförande på ett år.\n\n"
        "§4 Rapporten lästes upp och godkändes. Den trycks i juni.\n\n§5 Val av revisor: Eva Al.\n\n§6 Mötet avslutades."
    )
    assert [(item.title, [one.text for one in item.decisions]) for item in meeting.items] == [
        ("Bo Ek öppnade mötet.", []),
        ("Dagordningen godkändes.", ["Dagordningen godkändes."]),
        ("Bo Ek valdes till ordförande på ett år.", ["Bo Ek valdes till ordförande på ett år."]),
        ("Rapporten lästes upp och godkändes.", ["Rapporten lästes upp och godkändes."]),
        ("Val av revisor", ["Eva Al."]),
        ("Mötet avslutades.", []),
    ]


def test_heading_that_states_adds_no_decision_to_the_one_below_it():
    meeting = parsed("1. Inledning\nText.\n2. Dagordningen fastställs\nDagordningen fastställdes.\n3. Slut\nText.")
    assert [one.text for one in meeting.items[1].decisions] == ["Dagordningen fastställdes."]


def test_minutes_that_are_a_list_of_sentences():
    text = "Protokoll 3 maj 2023\nÄRENDEN:\n" + "\n".join(
        f"{n}. {said}"
        for n, said in enumerate(
            (
                "Bo Ek öppnade mötet.",
                "Till ordförande valdes Bo Ek.",
                "Mötet var behörigen utlyst.",
                "Dagordningen godkändes",
                "Kassören redovisade kassan.",
                "Mötet avslutades.",
            ),
            1,
        )
    )
    assert [item.number for item in parsed(text).items] == ["1", "2", "3", "4", "5", "6"]


def test_number_out_of_order_is_an_item_where_numbers_have_a_sign():
    text = "\n\n".join(
        f"§ {n} Fråga {word}\nText om saken."
        for n, word in ((1, "ett"), (2, "två"), (4, "fyra"), (3, "tre"), (5, "fem"))
    )
    assert [item.number for item in parsed(text).items] == ["§ 1", "§ 2", "§ 4", "§ 3", "§ 5"]


def test_titles_with_bullets_are_headings_where_nothing_else_is():
    text = (
        "Hej!\n\nAnteckningar 3 maj 2023\n\n* Kassan\nDen är god.\n\n* Lokalen\nVi byter.\n\n* Nästa möte\nDen 4 juni."
    )
    assert [item.title for item in parsed(text).items] == ["Kassan", "Lokalen", "Nästa möte"]


@pytest.mark.parametrize("title", ["Julgran på gården", "Majblomman", "Augustifesten"])
def test_title_that_begins_as_a_month_does_is_a_title(title):
    assert [item.title for item in parsed(f"1. Inledning\nText.\n2. {title}\nText.\n3. Slut\nText.").items][1] == title


def test_title_over_the_names_of_those_who_present_it():
    text = "Nätverket 3 maj 2023\n" + "\n".join(
        f"{title}\n{name} Berg, Lund, och Bo Ek\nTexten om {name} är lång och säger vad som hände.\nBeslut: Nätverket noterar {name}."
        for title, name in (("Inledning", "Anna"), ("Färdtjänst i länet", "Eva"), ("Remiss", "Pia"))
    )
    assert [item.title for item in parsed(text).items] == ["Inledning", "Färdtjänst i länet", "Remiss"]


def test_list_of_figures_inside_the_text_is_no_agenda():
    text = (
        "Minnesanteckningar 3 maj 2023\n\nEkonomi\nAnna Berg\nSå här fördelas platserna:\n1. Norråda 612\n2. Kvarnhult 241\n"
        "3. Ljungvik 198\n4. Selånäs 120\n\nFärdtjänst\nBo Ek\nTaxan höjs i maj.\n\nRemiss\nEva Al\nSvaret skickas i juni.\n"
        "\nNästa möte\nEva Al\nDen 3 juni ses vi igen i Lund, om inget annat sägs.\nKom i tid.\nTack för i dag."
    )
    assert [item.title for item in parsed(text).items] == ["Ekonomi", "Färdtjänst", "Remiss", "Nästa möte"]


def test_titles_with_a_colon_and_no_space_around_them():
    text = "Kören, styrelsen\n3 maj 2023\nMed: Anna Berg\nFörra protokollet:\nDet godkändes.\nEkonomin:\n17 kr.\nNästa gång:\nI juni."
    assert [item.title for item in parsed(text).items] == ["Förra protokollet", "Ekonomin", "Nästa gång"]


def test_what_stands_over_clauses_is_no_title():
    text = "\n\n".join(
        f"{title}\n\nTexten är lång nog att vara text.\n\nMötet beslutade\n\natt godkänna {title.lower()}."
        for title in ("Budgeten", "Planen", "Valet")
    )
    assert [item.title for item in parsed(f"Möte 3 maj 2023\n\n{text}").items] == ["Budgeten", "Planen", "Valet"]


def test_title_with_its_text_in_a_column_beside_it():
    items = parsed(
        "1. Inledning\tBo Ek öppnade mötet.\n\n2. Ekonomi\tMötet beslutade att köpa bilen.\n\n3. Slut\tTack."
    ).items
    assert [(item.title, len(item.decisions)) for item in items] == [("Inledning", 0), ("Ekonomi", 1), ("Slut", 0)]
