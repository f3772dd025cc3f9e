"""Every command on a small index without a model: what it prints and where, and how it ends."""

import asyncio
import json
import os
import re
import shutil

import pytest
from made_index import MINUTES, MODEL, TopicEmbedder, build, run, write_minutes

from bot.message import Incoming
from indexer.generation import current, run_lock

pytestmark = pytest.mark.usefixtures("no_model")
QUESTION = "vad beslutades om yrkesresan?"
DECISION = "Nätverket ställer sig bakom Yrkesresan och tar kostnaden 2023."

# The forms of DESIGN: [x] is a list of x, a tuple either of its types, (x, None) an x or null.
NUMBER = (int, float)
TEXT_OR_NULL = (str, type(None))
MEETING = {"id": str, "body": str, "date": TEXT_OR_NULL, "date_precision": str}
ITEM = {"id": str, "number": str, "number_printed": bool, "title": str}
CITATION = {
    "n": int,
    "document": str,
    "url": TEXT_OR_NULL,
    "page": (int, type(None)),
    "meeting": MEETING,
    "item": (ITEM, None),
    "quote": str,
    "start": int,
    "end": int,
}
ANSWER = {
    "question": str,
    "answer": str,
    "refused": bool,
    "intent": str,
    "mode": str,
    "language": str,
    "citations": [CITATION],
    "generation": int,
    "ms": {"embed": NUMBER, "search": NUMBER, "answer": NUMBER, "total": NUMBER},
}
SHOWN_ITEM = {
    **ITEM,
    "presenters": [str],
    "decisions": [{"text": str, "kind": str, "start": int, "end": int}],
    "assignments": [{"who": str, "what": str, "due": TEXT_OR_NULL, "start": int, "end": int}],
    "attachments": [str],
    "ocr": bool,
}
SHOWN = {
    "document": str,
    "body": str,
    "date": TEXT_OR_NULL,
    "date_precision": str,
    "date_basis": str,
    "attendees": [{"name": str, "organisation": TEXT_OR_NULL, "status": str, "role": TEXT_OR_NULL}],
    "items": [SHOWN_ITEM],
    "problems": [str],
}
PROBLEM = {"document": str, "meeting": TEXT_OR_NULL, "problem": str}
HIT = {"rank": int, "score": float, "dense": float, "lexical": float, "item": str, "chunk": str, "body": str}
HIT |= {"date": TEXT_OR_NULL, "number": str, "title": str}


def differences(value, form, at="$"):
    """Where a JSON value is not of the form: keys missing or added, and types."""
    if isinstance(form, dict):
        if not isinstance(value, dict) or value.keys() != form.keys():
            return [f"{at}: {sorted(value) if isinstance(value, dict) else value!r}"]
        return [one for key in form for one in differences(value[key], form[key], f"{at}.{key}")]
    if isinstance(form, list):
        if not isinstance(value, list):
            return [f"{at}: {value!r}"]
        return [one for n, each in enumerate(value) for one in differences(each, form[0], f"{at}[{n}]")]
    if isinstance(form, tuple) and form[-1] is None:
        return [] if value is None else differences(value, form[0], at)
    fits = isinstance(value, form) and (form is bool or not isinstance(value, bool))
    return [] if fits else [f"{at}: {value!r}"]


@pytest.fixture
def motesminnet(small_index):
    """The command on the small index; another one with `index`."""

    def command(name, *arguments, index=small_index):
        return run(name, "--index", index, *arguments)

    return command


@pytest.fixture
def source(tmp_path):
    return write_minutes(tmp_path / "minutes")


@pytest.fixture
def own_index(small_index, tmp_path):
    """A copy of the small index, to be damaged."""
    return shutil.copytree(small_index, tmp_path / "own")


def one_error(result, *parts, status=1):
    """Asserts that the command failed with one line on stderr, which has these parts, and printed no data."""
    assert (result.exit_code, result.stdout) == (status, "")
    assert result.stderr.startswith("Fel: ")
    assert result.stderr.count("\n") == 1
    assert [part for part in parts if part not in result.stderr] == []


# What each command does


def test_index_reports_on_stdout_and_publishes(source, tmp_path):
    index = tmp_path / "new" / "index"
    result = run("index", source, "--index", index)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "3 dokument i indexet: 3 nya." in result.stdout
    assert current(index) == "gen-000001"


def test_index_again_says_that_nothing_changed(source, tmp_path):
    build(source, tmp_path / "index")
    result = run("index", source, "--json", "--index", tmp_path / "index")
    report = json.loads(result.stdout)
    assert (report["published"], report["unchanged"], report["failed"]) == (False, 3, [])


def test_progress_goes_to_stderr(source, tmp_path, monkeypatch):
    def load(model, cache, tell):
        tell("Bygger modellen ...")
        return TopicEmbedder(model.id)

    monkeypatch.setattr("indexer.embed.load_indexing_embedder", load)
    result = run("index", source, "--json", "--index", tmp_path / "index")
    assert result.stderr == "Bygger modellen ...\n"
    assert json.loads(result.stdout)["documents"] == 3


def test_ask_prints_the_decision_and_its_sources(motesminnet):
    result = motesminnet("ask", QUESTION)
    assert (result.exit_code, result.stderr) == (0, "")
    assert f"- 4 mars 2022, punkt 2 (Yrkesresan): ”{DECISION}” [1]" in result.stdout
    assert "\nKällor\n[1] Socialchefsnätverket Norrdal, 4 mars 2022, punkt 2. norrdal-2022-03-04.txt\n" in result.stdout
    assert result.stdout.index("Norrdal") < result.stdout.index("Sjövik")


@pytest.mark.parametrize(
    ("question", "refused", "items"),
    [
        (QUESTION, False, ["norrdal-2022-03-04#2", "sjovik-2021-11-19#4"]),
        ("vilka deltog den 4 mars 2022?", False, None),
        ("vad beslutades om fotboll?", True, []),
        ("vad beslutades på mötet den 5 maj 2019?", True, []),
        ("hej", True, []),
    ],
)
def test_ask_json_has_the_form_of_the_design(motesminnet, question, refused, items):
    answer = json.loads(motesminnet("ask", question, "--json").stdout)
    assert differences(answer, ANSWER) == []
    assert (answer["question"], answer["refused"]) == (question, refused)
    cited = [c["item"] and c["item"]["id"] for c in answer["citations"]]
    assert cited == items if items is not None else set(cited) == {None}
    assert all(len(c["quote"]) == c["end"] - c["start"] for c in answer["citations"])


@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
def test_ask_all_shows_the_whole_of_a_list(motesminnet, monkeypatch, form):
    monkeypatch.setattr("bot.answer.LONGEST", 1)
    cut = motesminnet("ask", "vilka möten har hållits?", *form).stdout
    assert "Och 2 till. Fråga snävare" in cut
    whole = motesminnet("ask", "vilka möten har hållits?", "--all", *form).stdout
    assert "Och 2 till" not in whole
    assert ("sjovik-2021-11-19.md" in whole, "sjovik-2021-11-19.md" in cut) == (True, False)


def test_ask_answers_in_english_with_english_headings(motesminnet):
    result = motesminnet("ask", "what was decided about yrkesresan?")
    assert "Sources\n" in result.stdout
    assert f"”{DECISION}”" in result.stdout


def test_batch_answers_in_order_one_line_each(motesminnet, tmp_path):
    questions = ["hej", QUESTION, "vad beslutades om\u2028 fotboll?", " "]
    rows = [json.dumps({"q": q, "kind": "x"}, ensure_ascii=False) for q in questions]
    batch = tmp_path / "questions.jsonl"
    batch.write_text("\ufeff" + rows[0] + "\r\n\n" + "\n".join(rows[1:]), encoding="utf-8")
    result = motesminnet("ask", "--batch", batch, "--json")
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer["question"] for answer in answers] == questions
    assert [one for answer in answers for one in differences(answer, ANSWER)] == []
    assert [answer["refused"] for answer in answers] == [True, False, True, True]


def test_search_shows_the_hits_with_scores(motesminnet):
    hits = json.loads(motesminnet("search", "yrkesresan", "-k", 2, "--json").stdout)
    assert differences(hits, [HIT]) == []
    assert [hit["rank"] for hit in hits] == [1, 2]
    assert {hit["item"] for hit in hits} == {"norrdal-2022-03-04#2", "sjovik-2021-11-19#4"}
    shown = motesminnet("search", "yrkesresan", "-k", 2).stdout
    assert shown.count("\n") == 2
    assert "Socialchefsnätverket Norrdal, 4 mars 2022, punkt 2: Yrkesresan\n" in shown


def test_show_lists_every_meeting(motesminnet):
    shown = motesminnet("show").stdout
    assert [name for name in ("norrdal-2022-03-04", "sjovik-2021-11-19", "granvik") if name not in shown] == []
    meetings = json.loads(motesminnet("show", "--json").stdout)
    assert differences(meetings, [SHOWN]) == []
    assert {meeting["document"] for meeting in meetings} == set(MINUTES)


def test_show_of_one_item(motesminnet):
    (meeting,) = json.loads(motesminnet("show", "norrdal-2022-03-04#2", "--json").stdout)
    (item,) = meeting["items"]
    assert (item["id"], item["title"]) == ("norrdal-2022-03-04#2", "Yrkesresan")
    assert (item["decisions"][0]["text"], item["attachments"]) == (DECISION, ["avtal_yrkesresan.pdf"])
    assert [(a["who"], a["due"]) for a in item["assignments"]] == [("Anna Ek", "senast den 30 april 2022")]


def test_show_of_one_meeting_has_everything(motesminnet):
    shown = motesminnet("show", "norrdal-2022-03-04").stdout
    for line in (
        "Deltog: Anna Ek, Sjövik; Bo Lind",
        "punkt 2: Yrkesresan",
        f"beslut: {DECISION}",
        "uppdrag: Anna Ek: ",
    ):
        assert line in shown


def test_show_problems_lists_what_to_look_at(motesminnet):
    problems = json.loads(motesminnet("show", "--problems", "--json").stdout)
    assert differences(problems, [PROBLEM]) == []
    assert {one["document"] for one in problems} >= {"granvik.txt", "sjovik-2021-11-19.md"}
    assert motesminnet("show", "--problems").stdout.count("\n") == len(problems)
    of_one = json.loads(motesminnet("show", "granvik", "--problems", "--json").stdout)
    assert of_one == [one for one in problems if one["document"] == "granvik.txt"]


def test_show_problems_says_when_there_are_none(tmp_path):
    source = write_minutes(tmp_path / "minutes", {"norrdal-2022-03-04.txt": MINUTES["norrdal-2022-03-04.txt"]})
    result = run("show", "--problems", "--index", build(source, tmp_path / "index"))
    assert (result.exit_code, result.stdout) == (0, "Inget att se över.\n")


def test_check_of_a_good_index(motesminnet):
    result = motesminnet("check")
    assert (result.exit_code, result.stderr) == (0, "")
    assert [line[:4] for line in result.stdout.splitlines()] == ["OK  "] * 5
    assert "motesminnet show --problems" in result.stdout


GOLD = [
    {"q": QUESTION, "kind": "decision", "cite_all": ["norrdal-2022-03-04:2"], "cite_any": ["sjovik-2021-11-19:4"]},
    {"q": "vad beslutades om fotboll?", "kind": "unanswerable", "split": "test"},
    {"q": "vad beslutades om budget?", "kind": "decision", "cite_all": ["norrdal-2022-03-04:1"], "split": "test"},
]


def test_evaluate_gives_figures(motesminnet, tmp_path):
    gold = tmp_path / "gold.jsonl"
    gold.write_text("\n".join(json.dumps(row) for row in GOLD))
    figures = json.loads(motesminnet("evaluate", gold, "--json").stdout)
    assert (figures["questions"], figures["right"], figures["refused_when_unanswerable"]) == (3, 0.5, 1.0)
    of_test = json.loads(motesminnet("evaluate", gold, "--split", "test", "--failures", "--json").stdout)
    assert [failure["q"] for failure in of_test["failures"]] == ["vad beslutades om budget?"]


@pytest.fixture
def gold_file(tmp_path):
    """Writes a gold file and gives its path."""

    def write(*rows):
        file = tmp_path / "gold.jsonl"
        file.write_text("\n".join(json.dumps(row) for row in rows))
        return file

    return write


def test_evaluate_prints_a_row_for_each_kind_and_one_for_all(motesminnet, gold_file):
    result = motesminnet("evaluate", gold_file(*GOLD))
    rows = [line.split() for line in result.stdout.splitlines() if line.split()[1:2] in (["1"], ["2"], ["3"])]
    assert rows == [
        ["decision", "2", "0,500", "0,667", "0,500", "–", "–", "–", "0,000"],
        ["unanswerable", "1", "–", "–", "–", "–", "–", "1,000", "–"],
        ["alla", "3", "0,500", "0,667", "0,500", "–", "–", "1,000", "0,000"],
    ]
    assert (result.stderr, "svar med fel" in result.stdout) == ("", False)


def test_evaluate_shows_failures_in_words(motesminnet, gold_file):
    asked = {"q": "vad beslutades om\x1b[1m budget?", "kind": "[b]list", "cite_all": ["granvik:1"], "facts": ["9 mkr"]}
    shown = motesminnet("evaluate", gold_file(*GOLD[:2], asked), "--failures").stdout.split("1 svar med fel\n")[1]
    assert "1. vad beslutades om[1m budget? ([b]list)\n" in shown
    assert "Fel: källa fattas: granvik:1; källa för mycket: sjovik-2021-11-19:5; uppgift fattas: 9 mkr\n" in shown
    assert "Källor: sjovik-2021-11-19:5\n" in shown
    assert "Ledningsgruppen godkänner budgeten" in " ".join(shown.split())


def test_evaluate_says_when_nothing_is_wrong(motesminnet, gold_file):
    assert "Inga svar med fel." in motesminnet("evaluate", gold_file(*GOLD[:2]), "--failures").stdout


def test_evaluate_knows_documents_by_short_names(motesminnet, gold_file):
    gold = gold_file({"q": QUESTION, "kind": "decision", "cite_all": ["N:2"], "cite_any": ["S:4"]})
    without = motesminnet("evaluate", gold, "--json")
    assert json.loads(without.stdout)["right"] == 0.0
    assert without.stderr.startswith("Facit nämner dokument som indexet saknar: N, S.")
    named = motesminnet("evaluate", gold, "--json", "--docs", "N=norrdal-2022-03-04, S=sjovik-2021-11-19")
    assert (json.loads(named.stdout)["right"], named.stderr) == (1.0, "")
    one_error(motesminnet("evaluate", gold, "--docs", "N"), "'N'", "--docs F1=DOKUMENT")


SECRETS = {"APP_ID": "app", "APP_TENANTID": "tenant", "APP_PASSWORD": "hemligt-ord"}


def test_serve_without_settings_names_them_all_and_the_next_step(motesminnet, monkeypatch, served):
    for name in SECRETS:
        monkeypatch.delenv(name, raising=False)
    one_error(motesminnet("serve"), *SECRETS, "motesminnet serve --local")
    assert served == []


@pytest.fixture
def served(monkeypatch):
    """What `serve` was called with, instead of serving."""
    calls = []
    monkeypatch.setattr("bot.service.serve", lambda *arguments: calls.append(arguments))
    monkeypatch.setattr("bot.logs.set_up_logging", lambda: None)
    return calls


def test_serve_local_answers_from_the_index(motesminnet, served):
    assert motesminnet("serve", "--local", "--port", 4000).exit_code == 0
    ((answerer, _, teams, _, port, *_),) = served
    assert (port, teams) == (4000, None)
    asking = Incoming("m1", QUESTION, "a:1", "personal", "29:anna")
    assert DECISION in asyncio.run(answerer.ask(asking)).text
    answerer.close()


def test_serve_with_settings_listens_on_all_addresses_or_one(motesminnet, served, monkeypatch):
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("MOTESMINNET_STATE", "/s")
    assert motesminnet("serve").exit_code == 0
    assert motesminnet("serve", "--host", "10.0.0.5").exit_code == 0
    for (answerer, state, teams, host, port, *_), expected in zip(served, ["0.0.0.0", "10.0.0.5"], strict=True):
        assert (str(state), teams.app_id, host, port) == ("/s", "app", expected, 3978)
        answerer.close()


def test_serve_local_takes_no_settings_from_the_environment(motesminnet, served, monkeypatch):
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    assert motesminnet("serve", "--local").exit_code == 0
    assert served[0][2] is None


def test_serve_does_not_start_on_a_bad_index(source, tmp_path, served, monkeypatch):
    other = build(source, tmp_path / "other", TopicEmbedder("annan"))
    one_error(run("serve", "--local", "--index", tmp_path / "nix"), "nix", "motesminnet index")
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    for local in (["--local"], []):
        one_error(run("serve", *local, "--index", other), "'annan'", "motesminnet index")
    assert served == []


def test_serve_for_teams_may_start_before_the_first_index(tmp_path, served, monkeypatch):
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    result = run("serve", "--index", tmp_path / "nix")
    assert (result.exit_code, len(served)) == (0, 1)
    assert "motesminnet index MAPP" in result.stderr


def test_serve_shows_answers_as_the_settings_say(motesminnet, served, monkeypatch):
    monkeypatch.setenv("MOTESMINNET_PUBLIC_URL", "https://bot.example.se/")
    assert motesminnet("serve", "--local").exit_code == 0
    assert served[0][5].public_url == "https://bot.example.se"
    monkeypatch.setenv("MOTESMINNET_PUBLIC_URL", "bot")
    result = motesminnet("serve", "--local")
    assert (result.exit_code, "MOTESMINNET_PUBLIC_URL" in result.stderr, len(served)) == (1, True, 1)


def test_check_looks_at_how_answers_are_shown(motesminnet, monkeypatch):
    assert "Svar:" not in motesminnet("check").stdout
    monkeypatch.setenv("MOTESMINNET_LINK_DAYS", "snart")
    result = motesminnet("check")
    assert (result.exit_code, "FEL Svar: MOTESMINNET_LINK_DAYS" in result.stdout) == (1, True)


def test_check_looks_at_the_settings_for_teams(motesminnet, monkeypatch):
    for name in SECRETS:
        monkeypatch.delenv(name, raising=False)
    assert "Teams" not in motesminnet("check").stdout
    monkeypatch.setenv("APP_ID", "app")
    result = motesminnet("check")
    assert (result.exit_code, "FEL Teams: Inställningar för Teams saknas: APP_TENANTID" in result.stdout) == (1, True)
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    assert "FEL Teams: APP_ID 'app' ser inte ut som" in motesminnet("check").stdout
    guid = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
    monkeypatch.setenv("APP_ID", guid)
    monkeypatch.setenv("APP_TENANTID", guid)
    result = motesminnet("check")
    assert (result.exit_code, f"OK  Teams: app {guid}" in result.stdout) == (0, True)
    assert "hemligt-ord" not in result.output


# Wrong usage: exit status 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask",),
        ("ask", "hej", "--batch", "x.jsonl"),
        ("search",),
        ("search", "yrkesresan", "-k", 0),
        ("search", "yrkesresan", "-k", -3),
        ("search", "yrkesresan", "-k", "tio"),
        ("serve", "--port", 0),
        ("serve", "--local", "--host", "0.0.0.0"),
        ("serve", "--port", 99999),
        ("evaluate",),
        ("index",),
        ("nix",),
        (),
    ],
    ids=lambda arguments: " ".join(map(str, arguments)) or "none",
)
def test_wrong_usage_is_2_and_told_on_stderr(arguments):
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Usage: motesminnet" in result.stderr


# Bad sources


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (None, ("minutes", "motesminnet index")),
        ({}, ("minutes", ".docx")),
        ({"bild.png": b"x", "mapp/.gömd.txt": b"x"}, ("minutes", ".docx")),
        ({"tom.txt": b""}, ("tom.txt", "tom")),
        ({"blank.txt": b" \n\t\n"}, ("blank.txt", "text")),
        ({"trasig.docx": b"PK\x03\x04 nej"}, ("trasig.docx",)),
        ({"trasig.pdf": b"%PDF-1.7 nej"}, ("trasig.pdf",)),
    ],
    ids=["missing", "empty", "nothing readable", "empty file", "blank file", "broken docx", "broken pdf"],
)
def test_source_without_minutes_is_one_line(tmp_path, files, told):
    source = tmp_path / "minutes"
    if files is not None:
        source.mkdir()
    for name, data in (files or {}).items():
        (source / name).parent.mkdir(exist_ok=True)
        (source / name).write_bytes(data)
    one_error(run("index", source, "--index", tmp_path / "index"), *told)
    assert not (tmp_path / "index" / "CURRENT").exists()


def test_bad_documents_among_good_are_reported_and_the_run_goes_on(source, tmp_path):
    (source / "tom.txt").write_bytes(b"")
    (source / "trasig.docx").write_bytes(b"PK\x03\x04")
    result = run("index", source, "--index", tmp_path / "index")
    assert (result.exit_code, result.stderr) == (3, "")
    assert "3 dokument i indexet" in result.stdout
    assert "Kunde inte läsas:" in result.stdout
    problems = run("show", "--problems", "--index", tmp_path / "index").stdout
    checked = run("check", "--index", tmp_path / "index")
    for name in ("tom.txt", "trasig.docx"):
        assert f"  {name}: " in result.stdout
        assert f"{name}: Gick inte att läsa: " in problems
        assert f"FEL Dokument: {name}: " in checked.stdout
    assert checked.exit_code == 1
    assert DECISION in run("ask", QUESTION, "--index", tmp_path / "index").stdout


def test_file_names_that_are_no_text_do_not_stop_a_run(source, tmp_path):
    (source / os.fsdecode(b"m\xf6te.txt")).write_text(MINUTES["granvik.txt"], encoding="utf-8")
    (source / "röd\x1b[31m.txt").write_text(MINUTES["granvik.txt"], encoding="utf-8")
    index = ("--index", tmp_path / "index")
    done = run("index", source, *index)
    assert (done.exit_code, done.stderr) == (3, "")
    assert "  m?te.txt: filens eller mappens namn är inte i utf-8" in done.stdout
    for arguments in (["show"], ["show", "--json"], ["show", "--problems"], ["check"], ["ask", "vilka möten finns?"]):
        shown = run(*arguments, *index)
        assert (shown.stderr, "\x1b" in shown.stdout) == ("", False)


def test_index_where_a_file_is_in_the_way(source, tmp_path):
    (tmp_path / "fil").write_text("")
    one_error(run("index", source, "--index", tmp_path / "fil"), "--index")


# Bad indexes

READING = [("ask", QUESTION), ("ask", QUESTION, "--json"), ("search", "yrkesresan"), ("show",), ("show", "--problems")]


@pytest.mark.parametrize("arguments", READING, ids=" ".join)
def test_no_index_names_the_next_step(motesminnet, tmp_path, arguments):
    one_error(motesminnet(*arguments, index=tmp_path / "nix"), "nix", "motesminnet index")


DAMAGES = {
    "register cut short": lambda gen: (gen / "register.db").write_bytes((gen / "register.db").read_bytes()[:5000]),
    "vectors gone": lambda gen: (gen / "vectors.faiss").unlink(),
    "manifest garbage": lambda gen: (gen / "manifest.json").write_text("{"),
    "pointer garbage": lambda gen: (gen.parent / "CURRENT").write_bytes(b"\xff\x00"),
    "pointer to nothing": shutil.rmtree,
}


@pytest.mark.parametrize("arguments", READING[1:4], ids=" ".join)
@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_damaged_index_names_the_next_step(motesminnet, own_index, damage, arguments):
    damage(own_index / "gen-000001")
    one_error(motesminnet(*arguments, index=own_index), str(own_index), "motesminnet index")


def test_check_tells_of_a_damaged_index(motesminnet, own_index):
    DAMAGES["vectors gone"](own_index / "gen-000001")
    result = motesminnet("check", index=own_index)
    assert (result.exit_code, result.stderr) == (1, "")
    assert result.stdout.splitlines()[-1].startswith("FEL Index: ")


OTHERS = {
    "model": (TopicEmbedder("annan"), "'annan'"),
    "dimension": (TopicEmbedder(MODEL.id, 16), "16"),
}


@pytest.mark.parametrize(("embedder", "told"), OTHERS.values(), ids=OTHERS)
def test_index_of_another_model_or_dimension(source, tmp_path, embedder, told):
    index = build(source, tmp_path / "index", embedder)
    for arguments in READING[:3]:
        one_error(run(*arguments, "--index", index), told, "motesminnet index")
    checked = run("check", "--index", index)
    assert (checked.exit_code, checked.stdout.count("FEL Modell: ")) == (1, 1)


@pytest.fixture
def no_such_model(monkeypatch, tmp_path):
    """The settings name a folder that holds no model."""
    monkeypatch.undo()
    monkeypatch.setenv("MOTESMINNET_MODEL", str(tmp_path))


def test_setting_that_names_no_model(motesminnet, no_such_model, tmp_path):
    one_error(motesminnet("ask", QUESTION), str(tmp_path), "MOTESMINNET_MODEL")
    checked = motesminnet("check")
    assert (checked.exit_code, checked.stdout.splitlines()[0][:18]) == (1, "FEL Inställningar:")


# Bad questions

QUESTIONS = {
    "empty": "",
    "spaces": " \t\n  ",
    "NUL": "\x00",
    "NUL inside": "vad beslutades\x00 om yrkesresan?",
    "5,000 characters": "vad beslutades om yrkesresan? " * 167,
    "one long word": "å" * 5000,
    "5,000 words": " ".join(f"ord{n}" for n in range(5000)),
    "quote": '"',
    "quotes": "vad står det om \"yrkesresan\" och 'resan' och ”resan”?",
    "operators": 'yrkesresan AND (x OR y) NOT z NEAR(a b) *"-:',
    "operator alone": "AND",
    "star": "*",
    "column filter": "lexical:yrkesresan",
    "brackets": "([{}])",
    "minus": "-- ; DROP TABLE items",
    "emoji": "🚌 yrkesresan 👩‍👩‍👧?",
    "emoji alone": "🚌",
    "lone surrogate": "vad beslutades om \ud800 yrkesresan?",
    "surrogate alone": "\udcff",
    "escape sequence": "\x1b[31myrkesresan\x07",
    "direction": "\u202eyrkesresan",
    "markdown": "**[1](http://x.example)** punkt 99999",
    "dates": "den 31 februari 2022, den 0 mars, 9999-99-99",
    "regex": "yrkesresan(.*)+$ \\1 [",
    "percent": "100 % {0} %s",
}


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_odd_question_gets_an_answer_or_a_polite_refusal(motesminnet, question):
    shown = motesminnet("ask", "--", question)
    answer = json.loads(motesminnet("ask", "--json", "--", question).stdout)
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert shown.stdout.strip()
    assert not set(shown.stdout) & {"\x00", "\x1b", "\x07", "\u202e"}
    assert differences(answer, ANSWER) == []
    assert answer["refused"] == (not answer["citations"])
    assert answer["question"] == question


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_odd_question_is_searched_for(motesminnet, question):
    shown = motesminnet("search", "--", question)
    assert (shown.exit_code, shown.stderr) == (0, "")
    hits = json.loads(motesminnet("search", "--json", "--", question).stdout)
    assert differences(hits, [HIT]) == []
    assert question.strip(" \t\n\x00") or hits == []


def test_odd_questions_in_a_batch(motesminnet, tmp_path):
    batch = tmp_path / "odd.jsonl"
    batch.write_text("\n".join(json.dumps({"q": question}) for question in QUESTIONS.values()))
    result = motesminnet("ask", "--batch", batch)
    assert [json.loads(line)["question"] for line in result.stdout.splitlines()] == list(QUESTIONS.values())


# Bad batch and gold files

GOOD_LINE = '{"q": "hej", "kind": "x"}\n'
BAD_FILES = {
    "missing": (None, "questions.jsonl"),
    "empty": (b"", "questions.jsonl"),
    "blank lines": (b"\n \n", "questions.jsonl"),
    "no JSON": (GOOD_LINE.encode() + b"hej\n", "Rad 2"),
    "no object": (GOOD_LINE.encode() * 2 + b'["q"]', "Rad 3"),
    "no q": (b'{"fr\xc3\xa5ga": "hej"}', "Rad 1"),
    "q is a number": (b'{"q": 5, "kind": "x"}', "Rad 1"),
    "q is null": (b'{"q": null, "kind": "x"}', "Rad 1"),
    "nested too deep": (b"[" * 100_000, "Rad 1"),
    "a number too long": (b'{"q": ' + b"9" * 5000 + b"}", "Rad 1"),
    "utf-16": (GOOD_LINE.encode("utf-16"), "utf-8"),
    "latin-1": ('{"q": "möte"}'.encode("latin-1"), "utf-8"),
}


@pytest.mark.parametrize("arguments", [("ask", "--batch"), ("evaluate",)], ids=["ask", "evaluate"])
@pytest.mark.parametrize(("data", "told"), BAD_FILES.values(), ids=BAD_FILES)
def test_bad_question_file_names_the_line_and_the_form(motesminnet, tmp_path, arguments, data, told):
    file = tmp_path / "questions.jsonl"
    if data is not None:
        file.write_bytes(data)
    one_error(motesminnet(*arguments, file), told, "questions.jsonl")


def test_question_file_that_is_a_folder(motesminnet, tmp_path):
    one_error(motesminnet("ask", "--batch", tmp_path), str(tmp_path))


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"q": "hej"}, "Rad 1"),
        ({"q": "hej", "kind": "x", "cite_all": ["utan-kolon"]}, "utan-kolon"),
        ({"q": "hej", "kind": "x", "facts": ["("]}, "hej"),
        ({"q": "hej", "kind": "x", "split": "tune"}, "'test'"),
    ],
    ids=["no kind", "no citation", "no regular expression", "another split"],
)
def test_bad_gold_is_one_line(motesminnet, tmp_path, row, told):
    file = tmp_path / "gold.jsonl"
    file.write_text(json.dumps(row))
    split = ("--split", "test") if "split" in row else ()
    one_error(motesminnet("evaluate", file, *split), told)


# Unknown meetings


@pytest.mark.parametrize("what", ["nix", "", "#", "#2", "norrdal", "norrdal-2022-03-04 ", "\udcff", "%"])
def test_show_of_an_unknown_meeting(motesminnet, what):
    one_error(motesminnet("show", what), "motesminnet show")


@pytest.mark.parametrize("number", ["9", "§ 2", "2.1", "#2", "x", "\x00", "\udcff"])
def test_show_of_an_unknown_item(motesminnet, number):
    one_error(motesminnet("show", f"norrdal-2022-03-04#{number}"), "motesminnet show norrdal-2022-03-04")


def test_second_run_says_whose_index_it_is_and_ends_with_a_status_of_its_own(tmp_path):
    source, index = write_minutes(tmp_path / "minutes"), tmp_path / "index"
    with run_lock(index):
        done = run("index", source, "--index", index)
    assert (done.exit_code, done.stdout) == (75, "")
    assert re.fullmatch(r"Fel: En annan körning \(process \d+ på \S+, sedan [\d :+-]+\) skriver till .*\n", done.stderr)
