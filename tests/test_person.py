"""What the index and the state hold on a person."""

import json

import pytest
from made_answers import make_answer
from made_index import MINUTES, build, run, write_minutes

from bot.conversations import FILE as CONVERSATIONS
from bot.conversations import Conversations
from bot.feedback import FILE as FEEDBACK
from bot.feedback import FeedbackStore, Opinion
from bot.person import export_person
from bot.pipeline import open_library
from bot.records import BotError, Turn

GRANVIK = """\
Minnesanteckningar
Nämnden Granvik
Datum: fredag 6 maj 2022

Närvarande:
Anna Tunman, Sjövik
Annika Thunman, Tallhamra

1. Familjehem
Anna
Thunman föredrog, och Anna Thunmans bild visades.
Beslut: Anna Thunman får i uppdrag att utreda frågan.
"""

NAMED = {name: text.replace("Anna Ek", "Anna Thunman") for name, text in MINUTES.items()}


@pytest.fixture
def index(tmp_path):
    return build(write_minutes(tmp_path / "minutes", NAMED | {"granvik.txt": GRANVIK}), tmp_path / "index")


def export(name, index, state):
    return export_person(name, open_library(index, None), index, state)


def test_all_that_the_index_holds_is_there_each_spelling_for_itself(index, tmp_path):
    found = export("Anna Thunman", index, tmp_path / "state")
    own, other = found["spellings"]
    assert (own["name"], other["name"]) == ("Anna Thunman", "Anna Tunman")
    assert [(one["meeting"], one["status"]) for one in own["attendance"]] == [("norrdal-2022-03-04", "present")]
    assert [one["meeting"] for one in other["attendance"]] == ["granvik"]
    assert [one["item"] for one in own["assignments"]] == ["norrdal-2022-03-04#2"]
    library = open_library(index, None)
    words = [library.document(one["document"]).text[one["start"] : one["end"]] for one in own["mentions"]]
    assert sorted(words) == ["Anna\nThunman", *["Anna Thunman"] * 3, "Anna Thunmans"]
    assert all("Annika" not in one["text"] for one in other["mentions"])


async def test_what_the_state_holds_is_there(index, tmp_path):
    state = tmp_path / "state"
    store = FeedbackStore(state / FEEDBACK)
    await store.remember("c", "m", make_answer(question="vad ska Anna Thunman göra?"))
    await store.record("c", "m", Opinion("dislike", "fel person"))
    await store.record("c", "other", Opinion("like", "bra"))
    store.close()
    kept = Conversations(state / CONVERSATIONS)
    await kept.save("c", [Turn("vad ska anna thunman göra?", "action", "", "sv")])
    kept.close()
    found = export("anna thunman", index, state)
    assert [one["comment"] for one in found["feedback"]] == ["fel person"]
    assert len(found["conversations"]) == 1


def test_older_generations_are_counted(index, tmp_path):
    source = tmp_path / "minutes"
    (source / "granvik.txt").write_text(GRANVIK.replace("Anna Thunman", "Bo Lind"), encoding="utf-8")
    build(source, index)
    older = export("Anna Thunman", index, tmp_path)["older_generations"]
    assert [(one["generation"], one["mentions"] > 3) for one in older] == [("gen-000001", True)]


def test_the_command_tells_it_in_text_and_json(index):
    told = run("export-person", "Cecilia Alm", "--index", index).output
    assert "frånvarande, Granvik" in told and "förnamn" in told
    found = json.loads(run("export-person", "Cecilia Alm", "--json", "--index", index).output)
    assert found["spellings"][0]["attendance"][0]["status"] == "absent"


def test_who_is_not_there_is_told_so_and_half_a_name_is_refused(index, tmp_path):
    assert "Ingenting i indexet" in run("export-person", "Nils Okänd", "--index", index).output
    with pytest.raises(BotError, match="inget helt namn"):
        export("Anna", index, tmp_path)
