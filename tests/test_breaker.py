import pytest

from bot.breaker import FAILURES, REST, Breaker


@pytest.fixture
def opened(clock):
    """A breaker that has just opened."""
    breaker = Breaker(clock)
    for _ in range(FAILURES):
        assert breaker.allows()
        breaker.failed()
    return breaker


def test_it_opens_after_five_failures_in_a_row(opened):
    assert opened.is_open
    assert not opened.allows()


def test_a_success_starts_the_count_anew(clock):
    breaker = Breaker(clock)
    for _ in range(3):
        for _ in range(FAILURES - 1):
            breaker.failed()
        breaker.succeeded()
    assert breaker.allows()


def test_after_the_rest_one_may_try(opened, clock):
    clock.now += REST - 0.1
    assert not opened.allows()
    clock.now += 0.1
    assert [opened.allows(), opened.allows()] == [True, False]


def test_a_try_that_works_closes_it(opened, clock):
    clock.now += REST
    opened.allows()
    opened.succeeded()
    assert not opened.is_open
    assert opened.allows()


def test_a_try_that_fails_begins_a_new_rest(opened, clock):
    clock.now += REST
    opened.allows()
    opened.failed()
    clock.now += REST - 1
    assert not opened.allows()
    clock.now += 1
    assert opened.allows()


def test_a_try_that_tells_nothing_leaves_the_next_to_another(opened, clock):
    clock.now += REST
    opened.allows()
    opened.gave_up()
    assert opened.allows()
