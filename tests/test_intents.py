"""What a question asks for, by its words: intent, asks, language, and the topic without the words that only ask."""

import pytest
from made_register import asked

from bot.intents import detect_language, find_asks, find_intent, strip_asking

INTENTS = {
    "help": """
        hej
        Hjälp!
        vad kan du svara på?
        tack så mycket
        hello
        thanks""",
    "meetings": """
        senaste mötet
        när var senaste mötet?
        när hölls senaste mötet i norrdal?
        vilka möten hölls 2022?
        hur många möten har norrdal haft?
        när träffades nätverket sist?
        which meetings were held in 2022?
        how many meetings were held?""",
    "deferred": """
        vad sköts upp?
        vilka ärenden bordlades i mars?
        bordlagda frågor
        vad återremitterades
        vilka punkter utgick?
        har nåt skjutits upp i norrdal
        what was postponed?
        which items were deferred in may?""",
    "attendance": """
        vilka var med den 4 mars?
        vilka deltog från tallhamra
        vilka delog på mötet
        vem var frånvarande på senaste mötet
        var anna ek med på mötet?
        vem representerade sjövik?
        vilka kom inte till mötet
        hur många deltog?
        fanns det nån gäst
        who attended the last meeting?
        who was absent in march 2022?""",
    "action": """
        vem fick i uppdrag att teckna avtal?
        vilka uppdrag har bo lind?
        vem ansvarar för avtalet?
        vem är ansvarig för upphandlingen
        vad lovade vi göra åt larmen?
        vem ska göra vad
        att göra före sommaren
        what was anna assigned?""",
    "next": """
        när är nästa möte?
        nästa nätverksmöte i norrdal
        when is the next meeting?""",
    "comparison": """
        skiljer sig norrdal och sjövik åt om larm?
        vad är skillnaden mellan norrdal och sjövik
        jämför besluten om larm
        vilka nätverk har beslutat om familjehem?
        compare the decisions about transport""",
    "timeline": """
        kan du sammanfatta allt om larm?
        sammanfatta arbetet med larm
        summarise what was said about alarms
        hur har frågan om larm utvecklats?
        hur har det gått med familjehemmen?
        hur gick det sen med upphandlingen?
        historiken för familjehem
        hur har arbetet följts upp
        how has the school question developed?""",
    "attachments": """
        vilka bilagor finns till budgeten?
        finns det några bilagor?
        vilka dokument bifogades?
        which attachments are there?""",
    "list": """
        vilka beslut fattades på senaste mötet?
        vad beslutades på senaste mötet
        alla beslut från norrdal
        lista besluten 2022
        vad beslutades den 4 mars?
        vad bestämdes i norrdal?
        vad beslutade nämnden?
        nämndens beslut
        beslut från den 4 mars
        what was decided at the last meeting?""",
    "decision": """
        vad beslutades om larm?
        vad beslutade vi om larm på senaste mötet
        vad bestmdes om larm
        vad bestamdes om fardtjanst?
        vad kom man fram till om journalsystemet?
        vad beslutade nämnden i mars om larm?
        alla beslut kring familjehem
        vad tyckte nätverket om förslaget?
        godkändes planen?
        antog vi planen
        blev det nåt beslut om larm?
        hej, vad beslutades om larm?
        what was decided about foster care at the last meeting?""",
    "direct": """
        vad händer med jouren?
        vem är projektledare?
        när utgår avtalet?
        när hölls mötet om larm?
        hur många platser finns på boendet?
        hur många deltagare per kommun får åka?
        vilka fick sommarjobb?
        info om larm
        who leads it?""",
}
TABLE = [(intent, question.strip()) for intent, block in INTENTS.items() for question in block.strip().splitlines()]


@pytest.mark.parametrize(("intent", "question"), TABLE, ids=[question for _, question in TABLE])
def test_intent(intent, question):
    assert find_intent(question) == intent


@pytest.mark.parametrize(
    "question",
    [
        "- vilka beslut fattades den 20 oktober 2023?",
        "- vad sköts upp?",
        "- vilka möten har hållits?",
        "- vilka deltog den 20 oktober 2023?",
        "- who attended on 20 October 2023?",
        "- what was deferred?",
        "- which meetings were held?",
        "- which decisions were made on 20 October 2023?",
    ],
)
def test_examples_of_the_help_are_answered_from_the_register(question):
    assert asked(question.removeprefix("- ")).intent in ("list", "deferred", "meetings", "attendance")


def test_having_an_idea_is_not_attending():
    assert find_intent("vem kom på idén med larm?") == "direct"


def test_what_to_do_until_the_next_meeting_is_no_question_of_when():
    assert find_intent("vem fick i uppdrag att kolla larm till nästa möte?") == "action"


ASKS = {
    "hur många platser finns?": "how_many",
    "antal platser på boendet": "how_many",
    "how many came?": "how_many",
    "hur mycket kostar det": "how_much",
    "vad kostar larmen?": "how_much",
    "hur länge gäller avtalet?": "how_much",
    "how long does it last": "how_much",
    "när startar utbildningen?": "when",
    "vilket datum startar den?": "when",
    "deadline för ansökan": "when",
    "sista dag att ansöka": "when",
    "vad beslutades, och när börjar det?": "when",
    "what happens when it starts?": "when",
    "vem leder arbetet": "who",
    "vad heter ordföranden": "who",
    "who leads it?": "who",
    "vilken kommun är värd?": "which",
    "which school hosts it?": "which",
    "varför dröjer larmen?": "why",
    "vad är orsaken till förseningen": "why",
    "why is it late?": "why",
    "var hålls utbildningen?": "where",
    "where is the training?": "where",
    "vad händer med jouren?": "",
    "info om larm": "",
    "var larmen dyra": "",
}


@pytest.mark.parametrize(("question", "asks"), ASKS.items(), ids=ASKS)
def test_asks(question, asks):
    assert find_asks(question) == asks


LANGUAGES = {
    "vad beslutades om larm?": "sv",
    "larm": "sv",
    "": "sv",
    "12 345": "sv",
    "teams-möte om IT": "sv",
    "vad är status för homecare": "sv",
    "what was decided about trygghetslarm?": "en",
    "Who attended on 4 March 2022?": "en",
    "how many meetings were held in norrdal": "en",
    "which items were deferred?": "en",
}


@pytest.mark.parametrize(("question", "language"), LANGUAGES.items(), ids=LANGUAGES)
def test_language(question, language):
    assert detect_language(question) == language


STRIPPED = {
    "when": ("när startar utbildningen", "direct", "when", "utbildningen"),
    "how much": ("hur mycket kostar larmen", "direct", "how_much", "larmen"),
    "who": ("vem leder hemtjänsten", "direct", "who", "leder hemtjänsten"),
    "deferred": ("sköts larmen upp", "deferred", "", "larmen"),
    "asks of another intent": ("larmen och hur mycket", "decision", "how_much", "larmen och mycket"),
    "nothing asked": ("jouren i skolan", "direct", "", "jouren i skolan"),
    "nothing but asking": ("punkten", "direct", "", "punkten"),
}


@pytest.mark.parametrize(("topic", "intent", "asks", "key"), STRIPPED.values(), ids=STRIPPED)
def test_words_that_only_ask_are_stripped(topic, intent, asks, key):
    assert strip_asking(topic, intent, asks) == key


@pytest.mark.parametrize("word", ["budgeten", "priset", "kostnaden", "beloppet"])
def test_a_topic_that_could_also_ask_stays_the_topic_of_a_decision(word):
    assert word in asked(f"vad beslutades om {word}?").key


@pytest.mark.parametrize("question", ["vad är budgeten för 2025?", "hur stor är budgeten?"])
def test_budget_stays_the_topic_of_a_direct_question(question):
    assert "budgeten" in asked(question).key


@pytest.mark.parametrize(
    "question",
    [
        "sammanfatta mötet den 9 februari 2024",
        "vilka punkter hade mötet i maj?",
        "vad hände på senaste mötet i norrdal?",
    ],
)
def test_a_whole_meeting_is_told_by_its_agenda(question):
    assert find_intent(question) == "agenda"
