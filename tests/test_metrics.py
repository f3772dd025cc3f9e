from datetime import UTC, datetime

import pytest
from made_answers import make_answer

from bot.gate import Reason
from bot.metrics import OUTCOMES, Metrics, age_of


def value(metrics, name, **labels):
    return metrics.registry.get_sample_value(f"motesminnet_{name}", labels)


def test_every_reason_and_outcome_is_there_from_the_start():
    metrics = Metrics()
    assert [value(metrics, "refused_requests_total", reason=reason.value) for reason in Reason] == [0] * len(Reason)
    assert [value(metrics, "turns_total", outcome=outcome) for outcome in OUTCOMES] == [0] * len(OUTCOMES)


def test_an_answers_steps_are_timed_in_seconds():
    metrics = Metrics()
    ms = (("embed", 20.0), ("search", 2.0), ("answer", 5.0), ("total", 27.0))
    metrics.turn("answered", 0.5, make_answer(ms=ms))
    metrics.turn("busy", 0.001)
    assert value(metrics, "turn_seconds_count") == 2
    assert value(metrics, "turn_seconds_sum") == pytest.approx(0.501)
    sums = {step: value(metrics, "step_seconds_sum", step=step) for step in ("embed", "search", "answer")}
    assert sums == pytest.approx({"embed": 0.02, "search": 0.002, "answer": 0.005})
    assert value(metrics, "step_seconds_count", step="total") is None


def test_a_watched_figure_is_read_when_the_page_is():
    metrics, now = Metrics(), [1.0]
    metrics.watch("generation", "Number.", lambda: now[0])
    now[0] = 7.0
    assert b"motesminnet_generation 7.0" in metrics.page()


def test_two_bots_in_one_process_do_not_mix():
    one, other = Metrics(), Metrics()
    one.repeated()
    one.retried()
    assert (value(one, "repeated_activities_total"), value(one, "retried_replies_total")) == (1, 1)
    assert value(other, "repeated_activities_total") == 0


@pytest.mark.parametrize("built", ["2024-01-01T00:00:00", "2024-01-01T00:00:00Z", "2024-01-01T02:00:00+02:00"])
def test_age_is_since_a_moment_in_utc(built):
    assert age_of(built, lambda: datetime(2024, 1, 1, 1, tzinfo=UTC)) == 3600
