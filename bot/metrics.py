"""What the running bot counts and times, in Prometheus' form. No label holds anything that somebody wrote."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.gate import Reason
from bot.generate import REASONS, Reply, price
from bot.records import Answer

if TYPE_CHECKING:
    from bot.verify import Verdict

CONTENT_TYPE = CONTENT_TYPE_LATEST
OUTCOMES = ("answered", "nothing_found", "help", "greeting", "empty", "busy", "failed", "welcome")
WRITTEN = ("written", "unsupported", *REASONS)
"""How an answer that a language model was to write can end; all but the first leave it as it was."""
STEPS = ("embed", "search", "answer")
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """The bot's metrics in a registry of their own, so that two bots in one process do not mix."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._refused = Counter(
            "motesminnet_refused_requests", "Requests refused at the door.", ["reason"], registry=self.registry
        )
        self._repeated = Counter(
            "motesminnet_repeated_activities", "Activities that had been answered before.", registry=self.registry
        )
        self._turns = Counter("motesminnet_turns", "Messages by outcome.", ["outcome"], registry=self.registry)
        self._retried = Counter(
            "motesminnet_retried_replies", "Replies sent again as Teams asked for patience.", registry=self.registry
        )
        self._reused = Counter(
            "motesminnet_reused_answers", "Answers kept from an earlier question.", registry=self.registry
        )
        self._seconds = Histogram(
            "motesminnet_turn_seconds",
            "From a message to its reply being received.",
            buckets=SECONDS,
            registry=self.registry,
        )
        self._steps = Histogram(
            "motesminnet_step_seconds", "An answer's steps.", ["step"], buckets=SECONDS, registry=self.registry
        )
        self._open_written()
        for reason in Reason:
            self._refused.labels(reason.value)
        for outcome in OUTCOMES:
            self._turns.labels(outcome)
        for step in STEPS:
            self._steps.labels(step)

    def refused(self, reason: Reason) -> None:
        """Count a request that the door refused."""
        self._refused.labels(reason.value).inc()

    def repeated(self) -> None:
        """Count an activity that came again."""
        self._repeated.inc()

    def retried(self) -> None:
        """Count a reply that is sent again."""
        self._retried.inc()

    def turn(self, outcome: str, seconds: float, answer: Answer | None = None) -> None:
        """Count a message by its outcome, one of OUTCOMES, and time it."""
        self._turns.labels(outcome).inc()
        self._seconds.observe(seconds)
        if answer is not None and answer.reused:
            self._reused.inc()
        for step, ms in answer.ms if answer is not None else ():
            if step in STEPS:
                self._steps.labels(step).observe(ms / 1000)

    def _open_written(self) -> None:
        """The figures of a language model; all 0 where there is none."""
        add = self.registry
        self._written = Counter("motesminnet_llm_answers", "Answers to write, by outcome.", ["outcome"], registry=add)
        self._sentences = Counter("motesminnet_llm_sentences", "A model's sentences.", ["verdict"], registry=add)
        self._tokens = Counter("motesminnet_llm_tokens", "Tokens read and written.", ["direction"], registry=add)
        self._cost = Counter("motesminnet_llm_cost", "What they cost, by the prices in the settings.", registry=add)
        self._words = Histogram(
            "motesminnet_llm_seconds", "From a prompt to a word.", ["word"], buckets=SECONDS, registry=add
        )
        for outcome in WRITTEN:
            self._written.labels(outcome)

    def written(
        self, outcome: str, reply: Reply | None, verdicts: "Sequence[Verdict]", cost: tuple[float, float]
    ) -> None:
        """Count an answer that a language model was to write, by its outcome, one of WRITTEN."""
        self._written.labels(outcome).inc()
        kept = sum(one.kept for one in verdicts)
        self._sentences.labels("kept").inc(kept)
        self._sentences.labels("dropped").inc(len(verdicts) - kept)
        if reply is not None:
            self._tokens.labels("in").inc(reply.tokens[0])
            self._tokens.labels("out").inc(reply.tokens[1])
            self._cost.inc(price(reply.tokens, cost))
            self._words.labels("first").observe(reply.first_ms / 1000)
            self._words.labels("last").observe(reply.whole_ms / 1000)

    def watch(self, name: str, about: str, value: Callable[[], float]) -> None:
        """Add a figure that is read each time the metrics are."""
        Gauge(f"motesminnet_{name}", about, registry=self.registry).set_function(value)

    def page(self) -> bytes:
        """All figures as the text that Prometheus reads."""
        return generate_latest(self.registry)


def age_of(built_at: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> float:
    """Seconds since a moment given in ISO 8601, in UTC where it names no zone.

    >>> age_of("2024-01-01T00:00:00+00:00", lambda: datetime(2024, 1, 1, 0, 1, tzinfo=UTC))
    60.0
    """
    built = datetime.fromisoformat(built_at)
    return (now() - (built if built.tzinfo else built.replace(tzinfo=UTC))).total_seconds()
