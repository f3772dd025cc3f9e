from datetime import UTC, datetime, timedelta

import pytest
from made_answers import make_answer
from made_index import build, write_minutes

from bot.freshness import Freshness
from bot.message import render_message
from bot.show import answer_json, source_lines
from indexer.generation import open_generation
from indexer.last_run import noted_run

DAY = timedelta(days=1)


@pytest.fixture
def generation(tmp_path):
    return open_generation(build(write_minutes(tmp_path / "minutes"), tmp_path / "index"))


def built(generation):
    return datetime.fromisoformat(generation.manifest.built_at)


@pytest.mark.parametrize(
    ("days", "limit", "told"), [(1.9, 2, False), (2.1, 2, True), (2.1, 5, False), (-1, 2, False)], ids=str
)
def test_answer_tells_its_age_only_after_the_limit(generation, days, limit, told):
    freshness = Freshness(limit, lambda: built(generation) + days * DAY)
    assert bool(freshness.tell(make_answer(), generation).updated) is told


def test_index_whose_source_was_looked_at_last_night_is_fresh(generation):
    late = built(generation) + 30 * DAY
    freshness = Freshness(2, lambda: late)
    assert freshness.tell(make_answer(), generation).updated
    with noted_run(generation.path.parent, lambda: late - DAY / 2) as reports:
        reports.append(type("Report", (), {"failed": (), "generation": 1, "documents": 3})())
    assert freshness.tell(make_answer(), generation).updated == ""


def test_run_that_failed_makes_nothing_fresh(generation):
    late = built(generation) + 30 * DAY
    with pytest.raises(ValueError), noted_run(generation.path.parent, lambda: late):
        raise ValueError
    assert Freshness(2, lambda: late).tell(make_answer(), generation).updated


@pytest.mark.parametrize(("language", "word"), [("sv", "Uppdaterat "), ("en", "Updated ")])
def test_age_is_told_in_the_language_of_the_question_wherever_the_answer_is_shown(generation, language, word):
    freshness = Freshness(2, lambda: built(generation) + 9 * DAY)
    answer = freshness.tell(make_answer(language=language), generation)
    assert answer.updated.startswith(word)
    assert render_message(answer)["text"].endswith(answer.updated)
    assert source_lines(answer)[-1] == (answer.updated, False)
    assert answer_json(answer)["updated"] == answer.updated


def test_fresh_answer_says_nothing_of_its_age():
    assert "updated" not in answer_json(make_answer())


def test_help_has_no_age(generation):
    freshness = Freshness(2, lambda: datetime(2099, 1, 1, tzinfo=UTC))
    assert freshness.tell(make_answer(intent="help"), generation).updated == ""
