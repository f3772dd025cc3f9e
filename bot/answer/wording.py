"""The words of an answer in Swedish and English. Quotes are never touched here."""

from indexer.dates import english_date, swedish_date

WORDS: dict[str, dict[str, str]] = {
    "sv": {
        "item": "punkt",
        "titled": "punkten",
        "no_decision": "jag hittar inget formellt beslut. Så här står det:",
        "deferred": "inget beslut, punkten sköts upp:",
        "noted": "noterades:",
        "decided": "beslutade:",
        "replied": "svarade:",
        "formal": "formellt beslut:",
        "attended": "Deltog",
        "absent": "Frånvarande",
        "partial": "deltog en del av mötet",
        "guest": "gäst",
        "unsure": "Jag är inte säker på att det här svarar på frågan:",
        "differ": "Anteckningarna säger olika:",
        "premise": "Anteckningarna säger inte det som frågan tar för givet. Så här står det:",
        "lacking": "Jag hittar inget om det hos {names}. I övrigt:",
        "slip": "(Datumet {date} ligger efter mötet den {meeting}; troligen är det felskrivet.)",
        "offer": "Däremot finns något om det i {title} ({body}, {date}). Menade du den punkten, fråga om den.",
        "yes": "Ja",
        "no": "Nej",
        "absent_one": "var frånvarande",
        "not_listed": "står inte bland deltagarna",
        "from_places": "{n} (kommuner och organisationer)",
        "from_places_at_least": "minst {n} (kommuner och organisationer)",
        "places_unknown": "{people} deltagare; listan säger inte varifrån de kommer",
        "no_assignment": "Jag hittar inget uppdrag till {who} {where}.",
        "no_decisions_at": "Inga beslut är antecknade.",
        "assignments": "Uppdrag",
        "due": "tid",
        "due_unknown": "ingen tid angiven",
        "meetings": "möten",
        "one_meeting": "1 möte",
        "items": "punkter",
        "undated": "utan datum",
        "nothing_deferred": "Inget sköts upp.",
        "and_more": "Och {n} till. Fråga snävare, till exempel om ett möte, för att se dem.",
        "and_more_all": "Och {n} till. Lägg till --all för att se dem.",
        "attachments": "Bilagor",
        "not_found": "Jag hittar inget om {topic} {where}.",
        "not_found_bare": "Jag hittar inget svar på det {where}.",
        "no_filter": "Det finns inget möte som stämmer med {filters} bland de minnesanteckningar jag kan läsa.",
        "no_body": "Jag har inga minnesanteckningar från {body}.",
        "bodies": "Jag kan läsa anteckningar från {bodies}.",
        "which_meeting": "Flera möten kan ha en {number}. Skriv vilket nätverk eller datum du menar.",
        "no_number": "Det finns ingen {number} {where}.",
        "searched": "Jag har sökt i {meetings} ({years}).",
        "searched_all": "Jag har sökt i {meetings}.",
        "only_newest": "Jag har bara gått igenom de {n} nyaste av {meetings}. Skriv nätverk eller år för att få fler.",
        "only_nearest": (
            "Jag har bara gått igenom {n} av {meetings}, de som ligger närmast frågan. Skriv nätverk eller år för att "
            "få fler."
        ),
        "nearest": "Närmast kommer {title} ({body}, {date}), men det är inte säkert att det svarar på frågan.",
        "exists": "Möten som finns: {meetings}.",
        "where_all": "i minnesanteckningarna",
        "where": "hos {bodies}",
        "where_when": "från {when}",
        "empty": "Skriv en fråga, till exempel: vad beslutades om yrkesresan?",
        "help": (
            "Jag svarar på frågor om minnesanteckningar och protokoll, med hänvisning till möte och "
            "punkt. Du kan till exempel fråga:"
        ),
        "welcome": "Varsågod! Fråga gärna mer.",
        "in_index": "Jag kan läsa {meetings} från {bodies}.",
        "about": "Om {subject}:",
        "read_as": "Jag läser frågan som ”{question}”:",
        "cited_meeting": "mötet {date}",
        "cited_meetings": "de {n} möten som jag nämnde",
        "no_item": "Det finns ingen sådan punkt i mitt förra svar.",
        "no_more": "Det finns inget mer att visa: mitt förra svar är helt.",
    },
    "en": {
        "item": "item",
        "titled": "the item",
        "no_decision": "I find no formal decision. The minutes say:",
        "deferred": "no decision, the item was deferred:",
        "noted": "noted:",
        "decided": "decided:",
        "replied": "replied:",
        "formal": "formal decision:",
        "attended": "Attended",
        "absent": "Absent",
        "partial": "attended part of the meeting",
        "guest": "guest",
        "unsure": "I am not sure that this answers the question:",
        "differ": "The minutes differ:",
        "premise": "The minutes do not say what the question takes for granted. They say:",
        "lacking": "I find nothing about it in the minutes of {names}. Otherwise:",
        "slip": "(The date {date} is after the meeting of {meeting}; it is probably a slip of the pen.)",
        "offer": "There is something about it, though, in {title} ({body}, {date}). Ask about that if you meant it.",
        "yes": "Yes",
        "no": "No",
        "absent_one": "was absent",
        "not_listed": "is not listed among those who attended",
        "from_places": "{n} (municipalities and organisations)",
        "from_places_at_least": "at least {n} (municipalities and organisations)",
        "places_unknown": "{people} attended; the list does not say where they are from",
        "no_assignment": "I find no assignment of {who} {where}.",
        "no_decisions_at": "No decisions are recorded.",
        "assignments": "Assignments",
        "due": "due",
        "due_unknown": "no date given",
        "meetings": "meetings",
        "one_meeting": "1 meeting",
        "items": "items",
        "undated": "undated",
        "nothing_deferred": "Nothing was deferred.",
        "and_more": "And {n} more. Ask about one meeting to see them.",
        "and_more_all": "And {n} more. Add --all to see them.",
        "attachments": "Attachments",
        "not_found": "I find nothing about {topic} {where}.",
        "not_found_bare": "I find no answer to that {where}.",
        "no_filter": "No meeting matches {filters} among the minutes I can read.",
        "no_body": "I have no minutes of {body}.",
        "bodies": "I can read the minutes of {bodies}.",
        "which_meeting": "Several meetings may have {number}. Say which body or date you mean.",
        "no_number": "There is no {number} {where}.",
        "searched": "I searched {meetings} ({years}).",
        "searched_all": "I searched {meetings}.",
        "only_newest": "I only went through the newest {n} of {meetings}. Name a body or a year to get more.",
        "only_nearest": (
            "I only went through {n} of {meetings}, those nearest the question. Name a body or a year to get more."
        ),
        "nearest": "The nearest is {title} ({body}, {date}), but it may not answer the question.",
        "exists": "Meetings there are: {meetings}.",
        "where_all": "in the minutes",
        "where": "in the minutes of {bodies}",
        "where_when": "from {when}",
        "empty": "Type a question, for example: what was decided about yrkesresan?",
        "help": (
            "I answer questions about meeting minutes, with the meeting and the agenda item. You can ask, for example:"
        ),
        "welcome": "You are welcome. Ask away.",
        "in_index": "I can read {meetings} of {bodies}.",
        "about": "About {subject}:",
        "read_as": "I read the question as ”{question}”:",
        "cited_meeting": "the meeting of {date}",
        "cited_meetings": "the {n} meetings I named",
        "no_item": "There is no such item in my last answer.",
        "no_more": "There is no more to show: my last answer is complete.",
    },
}


def word(language: str, key: str) -> str:
    """One of the words above."""
    return WORDS[language][key]


def count_meetings(count: int, language: str) -> str:
    """ "1 möte", "3 möten", "95 238 möten"."""
    said = f"{count:,}" if language == "en" else f"{count:,}".replace(",", " ")
    return word(language, "one_meeting") if count == 1 else f"{said} {word(language, 'meetings')}"


def format_date(date: str | None, precision: str, language: str) -> str:
    """A meeting's date in the language of the answer."""
    return english_date(date, precision) if language == "en" else swedish_date(date, precision)


def item_name(number: str, printed: bool, title: str, language: str) -> str:
    """How an item is called in running text: by its printed number, else by its title.

    >>> item_name("10", True, "Info", "sv"), item_name("2", False, "Yrkesresan", "sv")
    ('punkt 10', 'punkten Yrkesresan')
    """
    if not printed:
        return f"{word(language, 'titled')} {title}"
    return f"{word(language, 'item')} {number}" if number[:1].isdigit() else number


def join(parts: list[str], language: str) -> str:
    """ "a, b och c"."""
    last = " and " if language == "en" else " och "
    return ", ".join(parts[:-1]) + (last if len(parts) > 1 else "") + parts[-1] if parts else ""
