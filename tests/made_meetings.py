"""Three invented meetings of two bodies, with a bit of everything an answer can be made of."""

from made_register import NORRDAL, SJOVIK, Minutes

LARM_DECISION = "Nätverket beslutar att byta trygghetslarm 2023."
LARM_NOTED = "Nätverket noterar informationen om larm."
LARM_CLOSED = "Nätverket beslutar att avsluta arbetet med trygghetslarm."
DEFERRAL = "Punkten bordläggs till nästa möte."

N22 = (
    Minutes("n22", NORRDAL, "2022-03-04")
    .attendee("Anna Ek", "Sjövik")
    .attendee("Bo Lind", "Tallhamra", "partial")
    .attendee("Cecilia Alm", "Granby", "absent")
    .attendee("Siv Berg", "Länslarm", "guest")
    .item("1", "Föregående anteckningar", decisions=[("Anteckningarna läggs till handlingarna.", "formal")])
    .item(
        "2",
        "Trygghetslarm",
        "Larmen byts ut under hösten.\nBytet är försenat eftersom leverantören saknar folk.\n"
        "Kostnaden är 450 kronor per larm.",
        decisions=[(LARM_NOTED, "noted"), (LARM_DECISION, "substantive")],
    )
    .assigns("Bo Lind", "Bo Lind får i uppdrag att teckna avtal om larm.")
    .item(
        "3",
        "Budget",
        "Budgeten för 2023 är 2 miljoner kronor.",
        decisions=[("Nätverket godkänner budgeten för 2023.", "substantive")],
        attachments=["budget_2023.xlsx"],
    )
    .item("4", "Familjehem", "Bo Lind berättade om familjehem.\nDet behövs fler hem.")
    .defers(DEFERRAL)
    .item("5", "Skolskjuts", "Skolskjutsen fungerar som den ska i alla kommuner.")
)
N23 = (
    Minutes("n23", NORRDAL, "2023-10-20")
    .attendee("Anna Ek", "Sjövik", "absent")
    .attendee("Bo Lind", "Tallhamra")
    .item(
        "7",
        "Uppföljning av trygghetslarm",
        "Trygghetslarm har bytts i alla kommuner.",
        decisions=[(LARM_CLOSED, "substantive")],
        attachments=["larm_slutrapport.pdf"],
    )
    .assigns("Ordföranden", "Ordföranden skickar rapporten om larm till alla.", person="Anna Ek")
)
S21 = Minutes("s21", SJOVIK, "2021").item(
    "1", "Trygghetslarm", "Nämnden pratade om trygghetslarm.\nIngen hade några invändningar.", printed=False
)
ALL = (N22, N23, S21)
