"""Invented decisions and statements, with what may truly and falsely be said of each, written by hand."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fact:
    """An invented decision or statement: its words in the minutes, and what may truly and falsely be said of it.

    `good` and `bad`: for each kind the wordings of the two batches, Swedish; those that begin with "en:" are English.
    """

    text: str
    kind: str | None
    title: str
    good: dict[str, tuple]
    bad: dict[str, tuple]


FACTS = (
    Fact(
        "Nätverket beslutar att samtliga $n kommuner ansluter sig till $projekt från och med den 1 mars 2024 till en kostnad av 4,25 kronor per invånare och år.",
        "substantive",
        "Anslutning till $projekt",
        {
            "paraphrase": (
                (
                    "Nätverket beslutade att alla $n kommuner går med i $projekt från den 1 mars 2024 [1].",
                    "Samtliga $n kommuner ska ansluta sig till $projekt från och med den 1 mars 2024 [1].",
                    "en:The network decided that all $n municipalities join $projekt from 1 March 2024 [1].",
                ),
                (
                    "Alla $n kommunerna ansluter sig till $projekt, och kostnaden är 4,25 kr per invånare och år [1].",
                    "Beslutet innebär att samtliga $n kommuner går med i $projekt från den 1 mars 2024. [1]",
                    "en:All $n municipalities will join $projekt as of 1 March 2024 [1].",
                ),
            ),
            "shortened": (
                ("Nätverket beslutade att samtliga $n kommuner ansluter sig till $projekt [1].",),
                ("Samtliga $n kommuner ansluter sig till $projekt till en kostnad av 4,25 kronor per invånare [1].",),
            ),
            "unit": (
                ("Kostnaden är 4,25 kr per invånare och år [1].",),
                ("Anslutningen till $projekt kostar 4,25 kr per invånare och år [1].",),
            ),
        },
        {
            "altered_figure": (
                ("Kostnaden är 5,25 kr per invånare och år [1].", "Nätverket beslutade att samtliga 9 kommuner ansluter sig till $projekt [1]."),
                ("Kostnaden är 425 kronor per invånare [1].", "Nätverket beslutade att 31 kommuner ansluter sig till $projekt [1].", "Kostnaden är $n kronor per invånare [1]."),
            ),
            "wrong_year": (
                ("Samtliga $n kommuner ansluter sig till $projekt från och med den 1 mars 2025 [1].",),
                ("Samtliga $n kommuner ansluter sig till $projekt till och med den 1 mars 2024 [1].", "en:All $n municipalities join $projekt from 1 March 2023 [1]."),
            ),
            "invented": (
                ("Nätverket beslutade att staten betalar kostnaden för $projekt [1].", "Nätverket beslutade att samtliga $n kommuner lämnar $projekt från och med den 1 mars 2024 [1]."),
                ("Nätverket beslutade att de flesta kommuner ansluter sig till $projekt [1].", "Nätverket beslutade enhälligt att samtliga $n kommuner ansluter sig till $projekt [1].", "en:The network decided that some municipalities join $projekt from 1 March 2024 [1]."),
            ),
            "negated": (
                ("Nätverket beslutade att inte ansluta sig till $projekt [1].", "Ingen av kommunerna ansluter sig till $projekt [1]."),
                ("Kommunerna avstår från att ansluta sig till $projekt [1].", "Nätverket fattade inget beslut om anslutning till $projekt [1].", "en:The network decided not to join $projekt [1]."),
            ),
            "other_body": (
                ("Direktionen beslutade att samtliga $n kommuner ansluter sig till $projekt [1].",),
                ("Kommunstyrelsen i Falun beslutade att samtliga $n kommuner ansluter sig till $projekt [1].", "Samtliga $n kommuner ansluter sig till $projekt, beslutade regionen [1]."),
            ),
        },
    ),
    Fact(
        "att avslå ansökan från $person om bidrag med 80 000 kronor till $projekt",
        "substantive",
        "Ansökan om bidrag",
        {
            "paraphrase": (
                ("Ansökan från $person om 80 000 kr till $projekt avslogs [1].", "en:The application from $person was rejected [1]."),
                ("Det blev avslag på ansökan från $person om bidrag till $projekt [1].", "en:An application of 80,000 SEK from $person was rejected [1]."),
            ),
            "passive": (
                ("Ansökan från $person om bidrag till $projekt avslogs av nätverket [1].",),
                ("Ansökan om bidrag med 80 000 kronor till $projekt har avslagits [1].",),
            ),
            "unit": (
                ("Nätverket avslog ansökan om 80 tkr till $projekt [1].",),
                ("Ansökan gällde bidrag med 80 000 kr till $projekt [1].",),
            ),
        },
        {
            "negated": (
                ("Ansökan från $person beviljades [1].", "Nätverket beslutade att inte avslå ansökan från $person [1].", "en:The application from $person was approved [1]."),
                ("Nätverket biföll ansökan från $person om bidrag till $projekt [1].", "Nätverket sa ja till bidrag med 80 000 kronor till $projekt [1].", "en:The network granted the application from $person [1]."),
            ),
            "altered_figure": (
                ("Nätverket avslog ansökan om 80 miljoner kronor till $projekt [1].", "Nätverket avslog ansökan om 8 000 kronor till $projekt [1]."),
                ("Nätverket avslog ansökan om 80 procent till $projekt [1].", "Nätverket avslog ansökan om 90 000 kronor till $projekt [1]."),
            ),
            "invented": (
                ("Nätverket beslutade att ge bidrag med 80 000 kronor till $projekt [1].", "$person avslog ansökan om bidrag till $projekt [1]."),
                ("Nätverket beslutade att $person får bidrag till $projekt [1].", "Nätverket avslog ansökan från $person på grund av jäv [1]."),
            ),
            "other_body": (
                ("Kommunfullmäktige avslog ansökan från $person [1].",),
                ("Ansökan från $person avslogs av förvaltningsrätten [1].",),
            ),
        },
    ),
    Fact(
        "$person får i uppdrag att teckna avtal om $projekt senast den 30 april 2024.",
        "substantive",
        "Avtal om $projekt",
        {
            "who": (
                ("$person fick i uppdrag att teckna avtal om $projekt senast den 30 april 2024 [1].", "en:$person was commissioned to sign the agreement on $projekt by 30 April 2024 [1]."),
                ("$person ska teckna avtal om $projekt, senast 2024-04-30 [1].", "Uppdraget att teckna avtal om $projekt gick till $person [1].", "Avtalet om $projekt ska skrivas på av $person [1]."),
            ),
            "date": (
                ("Avtalet om $projekt ska tecknas senast 2024-04-30 [1].",),
                ("Avtal om $projekt ska tecknas senast den 30 april [1].",),
            ),
            "passive": (
                ("Avtal om $projekt ska tecknas av $person [1].",),
                ("Avtal om $projekt tecknas senast den 30 april 2024 av $person [1].",),
            ),
        },
        {
            "wrong_year": (
                ("$person fick i uppdrag att teckna avtal om $projekt senast den 30 april 2023 [1].",),
                ("$person får i uppdrag att teckna avtal om $projekt efter den 30 april 2024 [1].", "en:$person was commissioned to sign the agreement by 30 April 2025 [1]."),
            ),
            "other_body": (
                ("Eva Sandgren fick i uppdrag att teckna avtal om $projekt [1].",),
                ("Det är ordföranden som ska teckna avtal om $projekt [1].", "en:Eva Sandgren was commissioned to sign the agreement on $projekt [1]."),
            ),
            "invented": (
                ("$person har tecknat avtal om $projekt och fått uppdraget förlängt [1].",),
                ("$person får i uppdrag att säga upp avtal om $projekt [1].", "$person kan teckna avtal om $projekt [1]."),
            ),
            "negated": (
                ("$person får inte i uppdrag att teckna avtal om $projekt [1].",),
                ("$person slipper teckna avtal om $projekt [1].", "$person ska inte teckna avtal om $projekt [1]."),
            ),
        },
    ),
    Fact(
        "Nätverket föreslår kommunerna att höja avgiften för $projekt till 450 kronor och sänka taxan för matlåda.",
        "substantive",
        "Avgifter",
        {
            "paraphrase": (
                ("Nätverket föreslår att avgiften för $projekt höjs till 450 kr [1].",),
                ("Förslaget är att kommunerna höjer avgiften för $projekt till 450 kronor [1].", "Nätverket föreslog kommunerna att höja avgiften för $projekt [1]."),
            ),
            "shortened": (
                ("Nätverket föreslår kommunerna att höja avgiften för $projekt [1].",),
                ("Nätverket föreslår kommunerna att sänka taxan för matlåda [1].",),
            ),
        },
        {
            "invented": (
                ("Nätverket beslutade att höja avgiften för $projekt till 450 kronor [1].", "Avgiften för $projekt höjdes till 450 kronor [1]."),
                ("Kommunerna höjer avgiften för $projekt till 450 kronor [1].", "Kommunerna har höjt avgiften för $projekt [1]."),
            ),
            "negated": (
                ("Nätverket föreslår kommunerna att sänka avgiften för $projekt till 450 kronor [1].", "Nätverket föreslår kommunerna att höja taxan för matlåda [1]."),
                ("Nätverket föreslår att avgiften för $projekt inte höjs [1].", "Nätverket föreslår kommunerna att behålla avgiften för $projekt [1]."),
            ),
            "other_body": (
                ("Kommunerna föreslår nätverket att höja avgiften för $projekt [1].",),
                ("Regionen föreslår kommunerna att höja avgiften för $projekt [1].",),
            ),
        },
    ),
    Fact(
        "Nätverket inför en gemensam platsbank från den 1 april 2024. $person ansvarar för platsbanken under det första året.",
        "substantive",
        "Platsbank",
        {
            "paraphrase": (
                ("En gemensam platsbank införs från den 1 april 2024 [1].", "en:The network introduces a joint platsbank from 1 April 2024 [1]."),
                ("En platsbank som är gemensam införs den 1 april 2024 [1].", "Från och med den 1 april 2024 införs en gemensam platsbank [1]."),
            ),
            "who": (
                ("$person ansvarar för platsbanken det första året [1].",),
                ("Under det första året är $person ansvarig för platsbanken [1].", "en:$person is responsible for platsbanken [1]."),
            ),
            "joined": (
                ("Nätverket inför en gemensam platsbank från den 1 april 2024, och $person ansvarar för platsbanken under det första året [1].",),
                ("En platsbank införs den 1 april 2024 och $person ansvarar för platsbanken [1].",),
            ),
        },
        {
            "other_body": (
                ("$person inför en gemensam platsbank från den 1 april 2024 [1].",),
                ("$person införde en gemensam platsbank [1].", "Lars Törnblom ansvarar för platsbanken under det första året [1]."),
            ),
            "invented": (
                ("Nätverket beslutade att avveckla den gemensamma platsbanken den 1 april 2024 [1].",),
                ("Platsbanken måste införas från den 1 april 2024 [1].", "Platsbanken finansieras av $person [1]."),
            ),
            "altered_figure": (
                ("Nätverket inför två gemensamma platsbanker från den 1 april 2024 [1].",),
                ("$person ansvarar för platsbanken under de tre första åren [1].",),
            ),
            "wrong_year": (("Nätverket inför en gemensam platsbank från den 1 april 2022 [1].",), ("Platsbanken införs i maj 2024 [1].",)),
        },
    ),
    Fact(
        "$person berättade att det behövs 12 platser i $projekt och 3 samordnare, men att kommunerna inte har råd med fler lokaler.",
        None,
        "Lägesrapport",
        {
            "paraphrase": (
                ("$person berättade att det behövs tolv platser i $projekt [1].", "$person informerade om att kommunerna inte har råd med fler lokaler [1]."),
                ("Enligt $person behövs det 12 platser i $projekt [1].", "$person redogjorde för att det behövs 3 samordnare [1]."),
            ),
            "unit": (("Det behövs tre samordnare enligt $person [1].",), ("$person berättade att det behövs 12 platser och tre samordnare [1].",)),
            "none": (
                ("Nätverket fattade inget beslut om $projekt [1].",),
                ("Något formellt beslut om $projekt finns inte: $person berättade att det behövs 12 platser [1].", "Inget formellt beslut fattades under punkten [1]."),
            ),
        },
        {
            "altered_figure": (
                ("$person berättade att det behövs 3 platser i $projekt [1].", "$person berättade att det behövs 12 samordnare [1]."),
                ("Det behövs tolv samordnare enligt $person [1].", "$person berättade att det behövs 15 platser i $projekt [1]."),
            ),
            "invented": (
                ("Nätverket beslutade om 12 platser i $projekt [1].", "Nätverket godkände 12 platser i $projekt [1]."),
                ("Beslutet är 12 platser i $projekt [1].", "Kommunerna inrättar 12 platser i $projekt [1].", "en:The network approved 12 places in $projekt [1]."),
            ),
            "negated": (
                ("$person berättade att kommunerna har råd med fler lokaler [1].", "$person berättade att det inte behövs 12 platser i $projekt [1]."),
                ("Kommunerna har råd med fler lokaler, berättade $person [1].", "Det behövs inte fler platser i $projekt [1]."),
            ),
        },
    ),
    Fact(
        "Punkten bordläggs till mötet den 12 maj 2024 i väntan på besked om kostnaden.",
        "deferred",
        "$projekt",
        {
            "deferred": (
                ("Frågan om $projekt bordlades till mötet den 12 maj 2024 i väntan på besked om kostnaden [1].", "en:The item was postponed to the meeting on 12 May 2024 pending the cost [1]."),
                ("Punkten sköts upp till mötet den 12 maj 2024, i väntan på besked om kostnaden [1].", "Ärendet bordlades i väntan på besked om kostnaden [1]."),
            ),
            "none": (
                ("Inget beslut fattades om $projekt, utan punkten bordlades i väntan på besked om kostnaden [1].",),
                ("Nätverket fattade inget formellt beslut om $projekt [1].",),
            ),
        },
        {
            "invented": (
                ("Nätverket beslutade att ansluta sig till $projekt [1].", "Nätverket godkände kostnaden för $projekt [1]."),
                ("Nätverket avslog $projekt [1].", "Nätverket beslutade om kostnaden för $projekt [1]."),
            ),
            "wrong_year": (("Punkten bordlades till mötet den 12 maj 2025 i väntan på besked om kostnaden [1].",), ("Punkten sköts upp till mötet den 21 maj 2024 i väntan på besked om kostnaden [1].",)),
            "negated": (("Punkten bordlades inte [1].",), ("Frågan om $projekt avgjordes och bordlades inte [1].",)),
        },
    ),
    Fact(
        "Nätverket noterar informationen om $projekt.",
        "noted",
        "Information",
        {
            "noted": (
                ("Nätverket noterade informationen om $projekt [1].", "en:The network noted the information about $projekt [1]."),
                ("Informationen om $projekt noterades [1].", "Informationen om $projekt antecknades [1].", "en:Information about $projekt was noted [1]."),
            ),
        },
        {
            "invented": (
                ("Nätverket godkände $projekt [1].", "Nätverket beslutade att starta $projekt [1]."),
                ("Nätverket ställde sig bakom $projekt [1].", "Nätverket beslutade om $projekt [1].", "en:The network decided to start $projekt [1]."),
            ),
            "negated": (("Nätverket noterade inte informationen om $projekt [1].",), ("Nätverket underkände informationen om $projekt [1].",)),
        },
    ),
    Fact(
        "Nätverket godkänner budgeten för 2024 på 1,2 miljoner kronor, varav 300 000 kronor till $projekt.",
        "substantive",
        "Budget 2024",
        {
            "unit": (
                ("Nätverket godkände budgeten för 2024 på 1 200 000 kr [1].", "en:The network approved the budget for 2024 of 1.2 million kronor [1]."),
                ("Budgeten för 2024 är på 1,2 mkr, varav 300 tkr till $projekt [1].", "en:The budget for 2024 of SEK 1,200,000 was approved [1]."),
            ),
            "passive": (
                ("Budgeten för 2024 godkändes av nätverket [1].", "Budgeten för 2024 fastställdes [1]."),
                ("Budgeten på 1,2 miljoner kronor för 2024 antogs [1].",),
            ),
        },
        {
            "altered_figure": (
                ("Nätverket godkände budgeten för 2024 på 1,3 miljoner kronor [1].", "Nätverket godkände 1,2 miljoner kronor till $projekt [1]."),
                ("Budgeten för 2024 är på 300 000 kronor [1].", "Nätverket godkände cirka 300 000 kronor till $projekt [1].", "en:The network approved the budget for 2024 of 12 million kronor [1]."),
            ),
            "wrong_year": (("Nätverket godkände budgeten för 2023 på 1,2 miljoner kronor [1].",), ("Nätverket godkänner budgeten för 2025 [1].",)),
            "negated": (("Nätverket godkände inte budgeten för 2024 [1].", "Nätverket avslog budgeten för 2024 [1]."), ("Budgeten för 2024 underkändes [1].", "en:The network rejected the budget for 2024 [1].")),
            "other_body": (("Kommunfullmäktige godkände budgeten för 2024 [1].",), ("Budgeten för 2024 godkändes av länsstyrelsen [1].",)),
            "invented": (("Nätverket godkände budgeten för 2024 under förutsättning att regionen betalar hälften [1].",), ("Nätverket bör godkänna budgeten för 2024 [1].", "Nätverket godkände minst 300 000 kronor till $projekt [1].")),
        },
    ),
    Fact(
        "$ort och Selånäs ansluter sig till $projekt under förutsättning av beslut i nämnden. Kvarnhult deltar inte.",
        "substantive",
        "$projekt",
        {
            "paraphrase": (
                ("$ort och Selånäs går med i $projekt under förutsättning av beslut i nämnden [1].", "Kvarnhult deltar inte [1]."),
                ("Kvarnhult medverkar inte [1].", "Under förutsättning av beslut i nämnden ansluter sig $ort och Selånäs till $projekt [1]."),
            ),
        },
        {
            "negated": (("Kvarnhult deltar [1].", "$ort deltar inte [1]."), ("Kvarnhult ansluter sig till $projekt [1].", "Selånäs ansluter sig inte till $projekt [1].", "en:Kvarnhult participates [1].")),
            "invented": (
                ("$ort och Selånäs ansluter sig till $projekt [1].",),
                ("Nätverket beslutade att $ort ansluter sig till $projekt oavsett beslut i nämnden [1].", "Bara $ort ansluter sig till $projekt under förutsättning av beslut i nämnden [1]."),
            ),
            "other_body": (("Råvik ansluter sig till $projekt under förutsättning av beslut i nämnden [1].",), ("$ort och Hedeforsa ansluter sig till $projekt under förutsättning av beslut i nämnden [1].",)),
        },
    ),
)  # fmt: skip

LAST_FACTS = (
    Fact(
        "Nämnden beslutar att förlänga avtalet med $person om lokaler i $ort till och med den 30 juni 2026.",
        "substantive",
        "Lokaler i $ort",
        {
            "paraphrase": (
                "Nämnden beslutade att avtalet om lokaler i $ort förlängs till och med den 30 juni 2026 [1].",
                "Avtalet med $person förlängs t.o.m. den 30 juni 2026 [1].",
                "en:The board decided to extend the agreement with $person until 30 June 2026 [1].",
            ),
            "passive": ("Avtalet med $person om lokaler i $ort förlängdes av nämnden [1].",),
            "date": ("Avtalet om lokaler i $ort gäller till och med 2026-06-30 efter att det förlängts [1].", "Avtalet med $person förlängs till och med 30 juni 2026 [1]."),
            "shortened": ("Nämnden beslutade att förlänga avtalet med $person [1].",),
        },
        {
            "negated": ("Nämnden förlänger inte avtalet med $person [1].", "Nämnden beslutade att säga upp avtalet med $person [1].", "en:The board decided to terminate the agreement with $person [1]."),
            "wrong_year": ("Avtalet med $person förlängs till och med den 30 juni 2025 [1].", "Avtalet förlängs från och med den 30 juni 2026 [1]."),
            "other_body": ("$person beslutade att förlänga avtalet om lokaler i $ort [1].", "Kommunstyrelsen beslutade att förlänga avtalet med $person [1]."),
            "invented": ("Nämnden beslutade att köpa lokaler i $ort av $person [1].", "Nämnden beslutade att förkorta avtalet med $person [1].", "Nämnden rekommenderar att avtalet med $person förlängs [1].", "Nämnden kan förlänga avtalet med $person [1]."),
        },
    ),
    Fact(
        "Avgiften höjs från 90 till 110 kronor per dag för $projekt, och ersättningen till kontaktpersoner sänks med 3 procent.",
        "substantive",
        "Avgifter och ersättningar 2025",
        {
            "paraphrase": ("Avgiften för $projekt höjs till 110 kronor per dag [1].", "Ersättningen till kontaktpersoner sänks med 3 procent [1]."),
            "unit": ("Avgiften höjs från 90 kr till 110 kr per dag för $projekt [1].", "Ersättningen till kontaktpersoner sänks med tre procent [1].", "Ersättningen till kontaktpersoner sänks med 3 % [1]."),
            "joined": ("Avgiften höjs till 110 kr per dag för $projekt och ersättningen till kontaktpersoner sänks med 3 % [1].",),
        },
        {
            "altered_figure": ("Avgiften för $projekt höjs till 120 kronor per dag [1].", "Avgiften höjs med 3 procent för $projekt [1].", "Ersättningen till kontaktpersoner sänks med 110 kronor [1].", "Avgiften höjs från 110 till 90 kronor per dag för $projekt [1].", "Ersättningen till kontaktpersoner sänks med 3 kronor [1]."),
            "negated": ("Avgiften sänks från 90 till 110 kronor per dag för $projekt [1].", "Ersättningen till kontaktpersoner höjs med 3 procent [1].", "Avgiften för $projekt höjs inte [1]."),
            "invented": ("Avgiften för $projekt bör höjas till 110 kronor per dag [1].", "Avgiften höjs till 110 kronor per månad för $projekt [1].", "Avgiften slopas för $projekt [1]."),
        },
    ),
    Fact(
        "$person ansvarar för att bjuda in Polisen till nästa möte, och Siri Ahlmark skickar ut underlaget.",
        None,
        "Samverkan med Polisen",
        {
            "who": ("$person bjuder in Polisen till nästa möte [1].", "Siri Ahlmark skickar ut underlaget [1].", "Det är $person som ansvarar för att bjuda in Polisen [1].", "en:Siri Ahlmark sends out the material [1]."),
            "joined": ("$person bjuder in Polisen till nästa möte och Siri Ahlmark skickar ut underlaget [1].",),
            "none": ("Inget formellt beslut fattades, men $person ansvarar för att bjuda in Polisen [1].",),
        },
        {
            "other_body": ("Siri Ahlmark bjuder in Polisen till nästa möte [1].", "$person skickar ut underlaget [1].", "Polisen bjuder in $person till nästa möte [1].", "Polisen skickar ut underlaget [1]."),
            "invented": ("Nämnden beslutade att bjuda in Polisen till nästa möte [1].", "$person har bjudit in Polisen till nästa möte [1].", "$person vill bjuda in Försäkringskassan till nästa möte [1]."),
            "negated": ("$person bjuder inte in Polisen [1].", "Ingen skickar ut underlaget [1]."),
        },
    ),
    Fact(
        "Nämnden återremitterar ärendet om $projekt till förvaltningen för att belysa kostnaderna.",
        "deferred",
        "Införande av $projekt",
        {
            "deferred": ("Ärendet om $projekt återremitterades till förvaltningen för att belysa kostnaderna [1].", "Nämnden återremitterade ärendet om $projekt [1]."),
            "none": ("Nämnden fattade inget beslut om $projekt utan återremitterade ärendet [1].",),
            "passive": ("Ärendet återremitterades av nämnden till förvaltningen [1].",),
        },
        {
            "invented": ("Nämnden beslutade att införa $projekt [1].", "Nämnden godkände införandet av $projekt [1].", "Förvaltningen återremitterade ärendet om $projekt [1].", "en:The board decided to introduce $projekt [1]."),
            "negated": ("Nämnden återremitterade inte ärendet om $projekt [1].", "Nämnden avslog införandet av $projekt [1]."),
            "altered_figure": ("Nämnden återremitterade två ärenden om $projekt till förvaltningen [1].",),
        },
    ),
    Fact(
        "Två kommuner av fem, $ort och Ekhamra, deltar i $projekt under 2025. Övriga kommuner avvaktar.",
        "substantive",
        "$projekt 2025",
        {
            "paraphrase": ("$ort och Ekhamra deltar i $projekt under 2025 [1].", "Övriga kommuner avvaktar [1].", "en:$ort and Ekhamra participate in $projekt in 2025 [1]."),
            "unit": ("2 kommuner av 5 deltar i $projekt under 2025 [1].",),
            "joined": ("$ort och Ekhamra deltar i $projekt under 2025, medan övriga kommuner avvaktar [1].",),
        },
        {
            "altered_figure": ("Fem kommuner deltar i $projekt under 2025 [1].", "Tre kommuner av fem deltar i $projekt under 2025 [1]."),
            "wrong_year": ("$ort och Ekhamra deltar i $projekt under 2024 [1].", "$ort deltar i $projekt under 2026 [1]."),
            "negated": ("$ort deltar inte i $projekt [1].", "Övriga kommuner deltar i $projekt [1].", "$ort avvaktar [1]."),
            "invented": ("Alla kommuner deltar i $projekt under 2025 [1].", "$ort och Ekhamra lämnar $projekt under 2025 [1].", "Kommunerna deltar i $projekt under 2025 utan kostnad [1]."),
            "other_body": ("$ort och Rönnholm deltar i $projekt under 2025 [1].",),
        },
    ),
)  # fmt: skip
"""Facts of the batch "last": written after the check was fitted on the others, and looked at once."""
