"""Sweden's municipalities, counties and the regional associations between them: which place a body belongs to.

Source: Statistics Sweden's list of 290 municipalities by county; the associations' own lists of members.
"""

from collections.abc import Iterable

COUNTIES: dict[str, str] = {
    "Stockholm": "Botkyrka Danderyd Ekerö Haninge Huddinge Järfälla Lidingö Nacka Norrtälje Nykvarn Nynäshamn "
    "Salem Sigtuna Sollentuna Solna Stockholm Sundbyberg Södertälje Tyresö Täby Upplands-Bro "
    "Upplands_Väsby Vallentuna Vaxholm Värmdö Österåker",
    "Uppsala": "Enköping Heby Håbo Knivsta Tierp Uppsala Älvkarleby Östhammar",
    "Sörmland": "Eskilstuna Flen Gnesta Katrineholm Nyköping Oxelösund Strängnäs Trosa Vingåker",
    "Östergötland": "Boxholm Finspång Kinda Linköping Mjölby Motala Norrköping Söderköping Vadstena Valdemarsvik "
    "Ydre Åtvidaberg Ödeshög",
    "Jönköping": "Aneby Eksjö Gislaved Gnosjö Habo Jönköping Mullsjö Nässjö Sävsjö Tranås Vaggeryd Vetlanda Värnamo",
    "Kronoberg": "Alvesta Lessebo Ljungby Markaryd Tingsryd Uppvidinge Växjö Älmhult",
    "Kalmar": "Borgholm Emmaboda Hultsfred Högsby Kalmar Mönsterås Mörbylånga Nybro Oskarshamn Torsås "
    "Vimmerby Västervik",
    "Gotland": "Gotland",
    "Blekinge": "Karlshamn Karlskrona Olofström Ronneby Sölvesborg",
    "Skåne": "Bjuv Bromölla Burlöv Båstad Eslöv Helsingborg Hässleholm Höganäs Hörby Höör Klippan "
    "Kristianstad Kävlinge Landskrona Lomma Lund Malmö Osby Perstorp Simrishamn Sjöbo Skurup "
    "Staffanstorp Svalöv Svedala Tomelilla Trelleborg Vellinge Ystad Åstorp Ängelholm "
    "Örkelljunga Östra_Göinge",
    "Halland": "Falkenberg Halmstad Hylte Kungsbacka Laholm Varberg",
    "Västra Götaland": "Ale Alingsås Bengtsfors Bollebygd Borås Dals-Ed Essunga Falköping Färgelanda Grästorp "
    "Gullspång Göteborg Götene Herrljunga Hjo Härryda Karlsborg Kungälv Lerum Lidköping "
    "Lilla_Edet Lysekil Mariestad Mark Mellerud Munkedal Mölndal Orust Partille Skara Skövde "
    "Sotenäs Stenungsund Strömstad Svenljunga Tanum Tibro Tidaholm Tjörn Tranemo Trollhättan "
    "Töreboda Uddevalla Ulricehamn Vara Vårgårda Vänersborg Åmål Öckerö",
    "Värmland": "Arvika Eda Filipstad Forshaga Grums Hagfors Hammarö Karlstad Kil Kristinehamn Munkfors "
    "Storfors Sunne Säffle Torsby Årjäng",
    "Örebro": "Askersund Degerfors Hallsberg Hällefors Karlskoga Kumla Laxå Lekeberg Lindesberg "
    "Ljusnarsberg Nora Örebro",
    "Västmanland": "Arboga Fagersta Hallstahammar Kungsör Köping Norberg Sala Skinnskatteberg Surahammar Västerås",
    "Dalarna": "Avesta Borlänge Falun Gagnef Hedemora Leksand Ludvika Malung-Sälen Mora Orsa Rättvik "
    "Smedjebacken Säter Vansbro Älvdalen",
    "Gävleborg": "Bollnäs Gävle Hofors Hudiksvall Ljusdal Nordanstig Ockelbo Ovanåker Sandviken Söderhamn",
    "Västernorrland": "Härnösand Kramfors Sollefteå Sundsvall Timrå Ånge Örnsköldsvik",
    "Jämtland": "Berg Bräcke Härjedalen Krokom Ragunda Strömsund Åre Östersund",
    "Västerbotten": "Bjurholm Dorotea Lycksele Malå Nordmaling Norsjö Robertsfors Skellefteå Sorsele Storuman "
    "Umeå Vilhelmina Vindeln Vännäs Åsele",
    "Norrbotten": "Arjeplog Arvidsjaur Boden Gällivare Haparanda Jokkmokk Kalix Kiruna Luleå Pajala Piteå "
    "Älvsbyn Överkalix Övertorneå",
}
ASSOCIATIONS: dict[str, str] = {
    "Fyrbodal": "Bengtsfors Dals-Ed Färgelanda Lysekil Mellerud Munkedal Orust Sotenäs Strömstad Tanum "
    "Trollhättan Uddevalla Vänersborg Åmål",
    "Göteborgsregionen": "Ale Alingsås Göteborg Härryda Kungsbacka Kungälv Lerum Lilla_Edet Mölndal Partille "
    "Stenungsund Tjörn Öckerö",
    "Sjuhärad": "Bollebygd Borås Herrljunga Mark Svenljunga Tranemo Ulricehamn Vårgårda",
    "Skaraborg": "Essunga Falköping Grästorp Gullspång Götene Hjo Karlsborg Lidköping Mariestad Skara Skövde "
    "Tibro Tidaholm Töreboda Vara",
    "nordvästra Skåne": "Bjuv Båstad Helsingborg Höganäs Klippan Landskrona Perstorp Svalöv Åstorp Ängelholm "
    "Örkelljunga",
    "nordöstra Skåne": "Bromölla Hässleholm Hörby Höör Kristianstad Osby Östra_Göinge",
    "sydöstra Skåne": "Simrishamn Sjöbo Skurup Tomelilla Ystad",
    "Södertörn": "Botkyrka Haninge Huddinge Nykvarn Nynäshamn Salem Södertälje Tyresö",
}
ABBREVIATIONS: dict[str, str] = {
    "GR": "Göteborgsregionen",
    "Skåne NV": "nordvästra Skåne",
    "NV Skåne": "nordvästra Skåne",
    "Skåne Nordväst": "nordvästra Skåne",
    "Familjen Helsingborg": "nordvästra Skåne",
    "Skåne NO": "nordöstra Skåne",
    "VGR": "Västra Götaland",
    "Hbg": "Helsingborg",
    "Gbg": "Göteborg",
    "Sthlm": "Stockholm",
}


def _split(names: str) -> frozenset[str]:
    return frozenset(name.replace("_", " ") for name in names.split())


COUNTY_MEMBERS = {county: _split(names) for county, names in COUNTIES.items()}
ASSOCIATION_MEMBERS = {name: _split(names) for name, names in ASSOCIATIONS.items()}
MUNICIPALITIES = frozenset().union(*COUNTY_MEMBERS.values())
PLACES = MUNICIPALITIES | frozenset(COUNTIES) | frozenset(ASSOCIATIONS)


def home_of(municipalities: Iterable[str]) -> str | None:
    """The smallest association or county that holds at least 80 % of these municipalities, three at least.

    >>> home_of(["Bjuv", "Klippan", "Ängelholm", "Svalöv"])
    'nordvästra Skåne'
    >>> home_of(["Mora", "Falun", "Rättvik"]), home_of(["Mora", "Malmö", "Kiruna"])
    ('Dalarna', None)
    """
    known = [m for m in dict.fromkeys(municipalities) if m in MUNICIPALITIES]
    if len(known) < 3:
        return None
    for table in (ASSOCIATION_MEMBERS, COUNTY_MEMBERS):
        for name, members in table.items():
            if sum(m in members for m in known) >= 0.8 * len(known):
                return name
    return None
