"""Why a sentence of a language model's was not kept, in words."""

REASONS: dict[str, tuple[str, str]] = {
    "no_citation": ("saknar källhänvisning", "has no citation"),
    "unknown_citation": ("hänvisar till en källa som inte finns", "cites a source that was not given"),
    "markup": ("innehåller länk, kod eller formatering", "holds a link, code or markup"),
    "language": ("är inte på svarets språk", "is not in the language of the answer"),
    "instruction": ("vänder sig till läsaren", "addresses the reader"),
    "system": ("talar om systemet", "speaks of the system"),
    "injection": ("källan försöker styra svaret", "the source tries to steer the answer"),
    "unfinished": ("är inte en hel mening", "is no whole sentence"),
    "garbage": ("är inte begriplig", "makes no sense"),
    "altered_quote": ("citatet står inte ordagrant i källan", "the quotation is not the source's words"),
    "date": ("datumet står inte i källan", "the date is not the source's"),
    "number": ("en siffra står inte så i källan", "a number is not the source's"),
    "name": ("ett namn står inte i källan", "a name is not in the source"),
    "item": ("fel punkt", "the wrong item"),
    "actor": ("någon annan beslutade", "somebody else decided"),
    "not_a_decision": ("källan är inget sådant beslut", "the source is no such decision"),
    "negated": ("ja och nej har bytt plats", "yes and no have changed places"),
    "opposite": ("betyder motsatsen", "means the opposite"),
    "proposed": ("förslag och beslut är blandade", "proposal and decision are mixed"),
    "possible": ("det som kan ske och det som sker är blandade", "what may be and what is are mixed"),
    "thought": ("det som någon tycker och det som är så är blandade", "what somebody thinks and what is are mixed"),
    "rejected": ("ett avslag har kommit till eller försvunnit", "a refusal was added or lost"),
    "when": ("tiden står inte i källan", "the time is not in the source"),
    "advised": ("det som bör ske och det som sker är blandade", "what should be and what is are mixed"),
    "required": ("ett krav har kommit till eller försvunnit", "a requirement was added or lost"),
    "condition": ("ett villkor har kommit till eller försvunnit", "a condition was added or lost"),
    "some": ("hur många det gäller stämmer inte", "how many it is about differs"),
    "most": ("hur många det gäller stämmer inte", "how many it is about differs"),
    "half": ("hur mycket det gäller stämmer inte", "how much it is about differs"),
    "only": ("en avgränsning har kommit till eller försvunnit", "a restriction was added or lost"),
    "least": ("en gräns har kommit till eller försvunnit", "a bound was added or lost"),
    "most_of": ("en gräns har kommit till eller försvunnit", "a bound was added or lost"),
    "about": ("ett ungefär har kommit till eller försvunnit", "an approximation was added or lost"),
    "all": ("hur många det gäller stämmer inte", "how many it is about differs"),
    "both": ("hur många det gäller stämmer inte", "how many it is about differs"),
    "unanimous": ("att man var enig står inte i källan", "that all agreed is not in the source"),
    "again": ("tidsföljden står inte i källan", "the order in time is not in the source"),
    "undone": ("det som ska göras sägs vara gjort", "what is to be done is told as done"),
    "order": ("vem som gör vad stämmer inte", "who does what differs"),
    "unsupported": ("säger mer än källan", "says more than the source"),
    "dissimilar": ("handlar om något annat än källan", "is about something else than the source"),
    "repeated": ("är redan sagt", "has been said"),
}
"""Why a sentence was not kept, in Swedish and English."""


def explain(reason: str, language: str) -> str:
    """Why a sentence was not kept, in words."""
    return REASONS[reason][language == "en"]
