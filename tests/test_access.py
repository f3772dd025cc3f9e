import pytest

from bot.access import EVERYTHING, Reader, Rights, Rules, named_in, parse_rules, reasons
from bot.records import BotError
from indexer.records import NOBODY, Origin

ANNA, GROUP = "00000000-0000-0000-0000-00000000000a", "00000000-0000-0000-0000-0000000000aa"


def rules(text):
    return parse_rules(text.encode())


def origin(body="Nätverket Syd", path="syd/mote.txt", access=()):
    return Origin("mote", path, (body,) if isinstance(body, str) else body, access)


CLOSED = f'[bodies]\n"Nätverket Syd" = ["{ANNA}"]\n'


@pytest.mark.parametrize(
    ("text", "document", "by_anna", "by_anyone"),
    [
        pytest.param('default = "public"', origin(), True, True, id="all is public"),
        pytest.param('[bodies]\n"nätverket  SYD" = "public"', origin(), True, True, id="a name however it is written"),
        pytest.param('[bodies]\n"Na\u0308tverket Syd" = "public"', origin(), True, True, id="å as two characters"),
        pytest.param(CLOSED, origin(), True, False, id="a list"),
        pytest.param(f'default = "public"\n{CLOSED}', origin(), True, False, id="a list beside a default"),
        pytest.param(CLOSED, origin("Nätverket Nord"), False, False, id="what no rule names is closed"),
        pytest.param('[bodies]\n"Nätverket Syd" = []', origin(), False, False, id="an empty list is nobody"),
        pytest.param(CLOSED.upper().replace("BODIES", "bodies"), origin(), True, False, id="ids in any letter case"),
        pytest.param('[bodies]\n"A" = "public"', origin(("A", "B")), False, False, id="two bodies need both"),
        pytest.param('default = "public"', origin(access=(ANNA,)), True, False, id="a sidecar narrows"),
        pytest.param('default = "public"', origin(access=(NOBODY,)), False, False, id="a sidecar's empty list"),
        pytest.param('default = "public"', origin(access=("chefer",)), False, False, id="a sidecar with no object id"),
        pytest.param(CLOSED, origin(access=("public",)), True, False, id="a sidecar opens nothing"),
        pytest.param(
            f'default = "public"\n[folders]\n"Syd/" = ["{ANNA}"]', origin(), True, False, id="a folder narrows"
        ),
        pytest.param(
            'default = "public"\n[folders]\n"sy" = []', origin(), True, True, id="part of a folder's name is no folder"
        ),
        pytest.param('default = "public"\n[folders]\n"/" = []', origin(), False, False, id="the root is all"),
        pytest.param('default = "public"\n[documents]\nmote = []', origin(), False, False, id="a document by id"),
        pytest.param(
            'default = "public"\n[documents]\n"syd/mote.txt" = []', origin(), False, False, id="a document by path"
        ),
        pytest.param('default = "public"', origin(()), True, True, id="no meeting, default public"),
        pytest.param(CLOSED, origin(()), False, False, id="no meeting is as a body that no rule names"),
    ],
)
def test_every_rule_about_a_document_must_let_its_reader_in(text, document, by_anna, by_anyone):
    found = rules(text)
    allowed = [Rights(found, ids).allow(document) for ids in (frozenset([ANNA]), frozenset())]
    assert allowed == [by_anna, by_anyone]


def test_without_rules_all_is_public_but_for_sidecars():
    nobody = Rights(Rules(), frozenset())
    assert nobody.documents([origin(), Origin("b", "b.txt", ("B",), (ANNA,))]) == {"mote"}


def test_the_command_line_without_a_reader_sees_everything():
    assert EVERYTHING.allow(origin(access=(NOBODY,)))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "den är tom"),
        ("# bara en kommentar", "den är tom"),
        ("[bodies", "går inte att läsa som TOML"),
        ("\xff", "går inte att läsa som TOML"),
        ("[body]\nA = 'public'", r"okända nycklar \['body'\]"),
        ("bodies = 'public'", "bodies är 'public', ska vara en tabell"),
        ("default = 'alla'", "default är 'alla', ska vara \"public\" eller en lista"),
        ("[bodies]\nA = ['anna@example.org']", r"\[bodies\] 'A' är \['anna@example.org'\]"),
        ("[bodies]\nA = [1]", r"\[bodies\] 'A' är \[1\]"),
        ("[bodies]\nA = ['public']", r"\[bodies\] 'A' är \['public'\]"),
        ("[bodies]\nA = true", r"\[bodies\] 'A' är True"),
        ("[bodies]\nA = []\na = 'public'", "nämner 'a' två gånger"),
        ("[folders]\n'x' = []\n'X/' = 'public'", "nämner 'X/' två gånger"),
    ],
)
def test_rules_that_cannot_be_used_are_refused(text, said):
    with pytest.raises(BotError, match=said):
        parse_rules(text.encode("latin-1" if text == "\xff" else "utf-8"))


def test_rules_are_equal_where_their_files_are():
    assert rules(CLOSED) == rules(CLOSED)
    assert rules(CLOSED) != rules(CLOSED + "# ändrad")
    assert Rights(rules(CLOSED), frozenset("a")).key != Rights(rules(CLOSED), frozenset("b")).key


def test_all_ids_are_found():
    text = f'default = ["1{ANNA[1:]}"]\n{CLOSED}[folders]\nx = ["2{ANNA[1:]}"]\n[documents]\ny = ["3{ANNA[1:]}"]'
    assert rules(text).named == {ANNA, *(f"{n}{ANNA[1:]}" for n in "123")}
    assert named_in([origin(access=(GROUP.upper(),)), origin(access=(NOBODY,)), origin(access=("public",))]) == {GROUP}


def test_a_reason_tells_where_its_rule_stands():
    told = [one.source for one in reasons(rules(f"{CLOSED}[folders]\nsyd = []"), origin(access=(ANNA,)))]
    assert told == ["[bodies] 'Nätverket Syd'", "[folders] 'syd'", "dokumentets sidofil"]


@pytest.mark.parametrize("reader", [Reader(user=ANNA), Reader(team="19:x@thread.tacv2"), Reader()])
def test_a_reader_survives_a_link(reader):
    assert Reader.from_text(reader.to_text()) == reader


@pytest.mark.parametrize("text", ["user:", "admin:x", "x", ":", "ids:x"])
def test_any_other_text_is_anyone(text):
    assert Reader.from_text(text) == Reader()
