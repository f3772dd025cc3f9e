import importlib.util
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.evaluate import failures, question_qrels, retrieval_figures, score_answers
from indexer.records import IndexerError

SHARED = Path(__file__).resolve().parents[2] / "shared" / "eval"

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the folder ../shared/eval is not there")


def question(kind="decision", cite_all=(), cite_any=(), facts=(), never_cite=(), q="?"):
    return {"q": q, "kind": kind, "cite_all": cite_all, "cite_any": cite_any, "facts": facts, "never_cite": never_cite}


def answer(*cited, text="", refused=False):
    citations = []
    for reference in cited:
        document, number, *quote = reference.split(":")
        item = None if number == "*" else {"number": number}
        citations.append({"document": f"{document}.txt", "item": item, "quote": "".join(quote)})
    return {"answer": text, "refused": refused, "citations": citations}


@pytest.mark.parametrize(
    ("relevant", "found", "expected"),
    [
        ({"a"}, ["a", "b"], {"recall@2": 1.0, "hit@2": 1.0, "mrr@2": 1.0, "ndcg@2": 1.0}),
        ({"a"}, ["b", "a"], {"recall@2": 1.0, "hit@2": 1.0, "mrr@2": 0.5, "ndcg@2": 0.631}),
        ({"a"}, ["b", "c", "a"], {"recall@2": 0.0, "hit@2": 0.0, "mrr@2": 0.0, "ndcg@2": 0.0}),
        ({"a", "b", "c"}, ["x", "a"], {"recall@2": 0.333, "hit@2": 1.0, "mrr@2": 0.5, "ndcg@2": 0.387}),
        ({"a"}, ["b", "b", "a"], {"recall@2": 1.0, "hit@2": 1.0, "mrr@2": 0.5, "ndcg@2": 0.631}),
        ({"a"}, [], {"recall@2": 0.0, "hit@2": 0.0, "mrr@2": 0.0, "ndcg@2": 0.0}),
    ],
    ids=["first", "second", "beyond k", "one of three", "found twice", "nothing found"],
)
def test_retrieval_of_one_query(relevant, found, expected):
    assert retrieval_figures({"q": relevant}, {"q": found}, [2]) == {"queries": 1, **expected}


def test_a_query_that_the_run_lacks_found_nothing():
    figures = retrieval_figures({"q": {"a"}, "p": {"b"}}, {"q": ["a"]}, [1, 10])
    assert (figures["queries"], figures["recall@1"], figures["mrr@10"]) == (2, 0.5, 0.5)


@pytest.mark.parametrize(("qrels", "run"), [({"q": set()}, {}), ({"q": {"a"}}, {"p": ["a"]})])
def test_queries_without_relevant_documents_are_refused(qrels, run):
    with pytest.raises(IndexerError, match=r"'[qp]'"):
        retrieval_figures(qrels, run)


@pytest.mark.parametrize(
    ("asked", "given", "why"),
    [
        (question(cite_all=["d:8"]), answer("d:8"), []),
        (question(cite_all=["d:8", "e:1"]), answer("d:8"), ["citation missing"]),
        (question(cite_all=["d:8"]), answer("d:*"), ["citation missing", "citation too many"]),
        (question(cite_all=["d:8"], cite_any=["d:9"]), answer("d:8", "d:9"), []),
        (question(cite_any=["d:8", "d:9"]), answer("d:9"), []),
        (question(cite_any=["d:8", "d:9"]), answer("d:1"), ["citation missing", "citation too many"]),
        (question(cite_any=["d:*"]), answer("d:3", "d:*"), []),
        (question(cite_any=["d:*"], never_cite=["d:3"]), answer("d:3"), ["citation too many"]),
        (question(cite_all=["d:8"]), answer("d:8", refused=True), ["refused"]),
        (question(facts=["31 mkr", "Lena|Roger"]), answer("d:1:31\n mkr", text="roger"), ["citation too many"]),
        (question(facts=["31 mkr"]), answer(text="13 mkr"), ["fact missing"]),
        (question("unanswerable"), answer(refused=True), []),
        (question("unanswerable"), answer("d:8"), ["answered", "cites"]),
        (question("unanswerable"), answer("d:8", refused=True), ["cites"]),
        (
            question(cite_all=["2022:a:§ 45"]),
            {"citations": [{"document": "2022:a.pdf", "item": {"number": "§ 45"}}]},
            [],
        ),
    ],
)
def test_what_is_wrong_with_an_answer(asked, given, why):
    found = failures([asked], [given])
    assert [one["why"] for one in found] == ([why] if why else [])


def test_a_failure_says_what_was_wanted_and_given():
    asked = question(cite_all=["D1:2", "D1:3"], facts=["Annelie"], q="vem?")
    found = failures([asked], [answer("dalarna:2", "norr:7", text="Anna")], {"D1": "dalarna"})
    assert found == [
        {
            "q": "vem?",
            "kind": "decision",
            "right": False,
            "why": ["citation missing", "citation too many", "fact missing"],
            "missing": ["dalarna:3"],
            "spare": ["norr:7"],
            "missing_facts": ["Annelie"],
            "cited": ["dalarna:2", "norr:7"],
            "answer": "Anna",
        }
    ]


def test_figures_over_all_and_by_kind():
    asked = [
        question("list", cite_all=["d:1", "d:2"], facts=["ett", "två"]),
        question("list", cite_all=["d:3"]),
        question("who", cite_all=["d:4"]),
        question("unanswerable"),
    ]
    given = [answer("d:1", text="ett"), answer("d:3", "d:9"), answer(refused=True), answer(refused=True)]
    figures = score_answers(asked, given)
    by_kind = figures.pop("by_kind")
    assert figures == {
        "questions": 4,
        "right": 0.333,
        "citation_recall": 0.5,
        "citation_precision": 0.667,
        "exact": 0.0,
        "facts": 0.667,
        "fact_recall": 0.5,
        "refused_when_unanswerable": 1.0,
        "refused_when_answerable": 0.333,
    }
    assert {kind: (one["questions"], one["right"]) for kind, one in by_kind.items()} == {
        "list": (2, 0.5),
        "who": (1, 0.0),
        "unanswerable": (1, None),
    }


@pytest.mark.parametrize(
    ("asked", "given", "message"),
    [
        ([question()], [], "1 questions but 0 answers"),
        ([{"kind": "who"}], [answer()], "'q' and 'kind'"),
        ([question(cite_all=["F1"])], [answer()], "'F1'"),
        ([question(facts=["("])], [answer()], "regular expression"),
    ],
    ids=["numbers differ", "no question", "citation without number", "broken fact"],
)
def test_a_question_file_that_cannot_be_read_is_an_error(asked, given, message):
    with pytest.raises(IndexerError, match=message):
        score_answers(asked, given)


def test_exact_is_of_lists_and_counts_only():
    asked = [question(kind, cite_all=["d:1"], cite_any=["d:2"]) for kind in ("list", "list", "attendance", "who")]
    figures = score_answers(asked, [answer("d:1", "d:2"), answer("d:1", "d:3"), answer("d:2"), answer("d:1")])
    assert figures["exact"] == 0.333
    assert {kind: one["exact"] for kind, one in figures["by_kind"].items()} == {
        "list": 0.5,
        "attendance": 0.0,
        "who": None,
    }


def test_no_questions_give_no_rates():
    assert score_answers([], [])["right"] is None


@pytest.fixture(scope="module")
def reference():
    spec = importlib.util.spec_from_file_location("score_answers", SHARED / "score_answers.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    rows = (SHARED / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return module, [json.loads(row) for row in rows]


@needs_shared
@settings(max_examples=60)
@given(data=st.data())
def test_every_verdict_is_that_of_the_shared_script(reference, data):
    module, questions = reference
    asked = data.draw(st.sampled_from(questions))
    named = [*asked["cite_all"], *asked["cite_any"], *asked["never_cite"], "F1:*", "D1:1"]
    cited = [":".join(module.key(one)) for one in data.draw(st.lists(st.sampled_from(named), max_size=6))]
    text = " ".join(data.draw(st.lists(st.sampled_from(["x", *(fact.split("|")[0] for fact in asked["facts"])]))))
    given_ = answer(*cited, text=text, refused=data.draw(st.booleans()))
    expected = module.score(asked, given_)
    figures = score_answers([asked], [given_], module.DOCS)
    found = {"right": figures["refused_when_unanswerable"], "cited": None, "facts": None}
    if asked["kind"] != "unanswerable":
        found = {"right": figures["right"], "facts": figures["facts"], "recall": figures["citation_recall"]}
    assert all(round(float(expected[name]), 3) == value for name, value in found.items() if value is not None)


@needs_shared
def test_shared_questions_give_qrels(reference):
    module, questions = reference
    qrels = question_qrels(questions, module.DOCS)
    assert qrels["1"] == {"000_0b900f2e8f452b86:8"}
    assert not any(key.endswith(":*") for keys in qrels.values() for key in keys)
