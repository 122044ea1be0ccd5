"""What a language model cost and how long it took, as Prometheus reads it: no text, no person."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from bot.llm.leash import UP_TO, Tally


class ModelFigures(Collector):
    """Reads the tally anew each time it is asked."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally

    def collect(self) -> Iterator[Metric]:
        """Calls, failures by cause, tokens by direction, cost in the operator's currency, and seconds until an answer."""
        tally = self._tally
        yield CounterMetricFamily("tact_model_calls", "Calls to the language model", value=tally.calls)
        yield CounterMetricFamily("tact_model_cost", "What they cost, by the prices in TACT_LLM", value=tally.cost)
        failures = CounterMetricFamily("tact_model_failures", "Second opinions that failed", labels=("cause",))
        for cause, count in sorted(tally.failures.items()):
            failures.add_metric((cause.value,), count)
        yield failures
        tokens = CounterMetricFamily("tact_model_tokens", "Tokens as the provider counts them", labels=("direction",))
        tokens.add_metric(("in",), tally.tokens_in)
        tokens.add_metric(("out",), tally.tokens_out)
        yield tokens
        bounds = (*UP_TO, float("inf"))
        counts = accumulate(tally.within[bound] for bound in bounds)
        buckets = [
            ("+Inf" if bound == float("inf") else str(bound), count)
            for bound, count in zip(bounds, counts, strict=True)
        ]
        yield HistogramMetricFamily(
            "tact_model_seconds", "Until a whole answer was there", buckets=buckets, sum_value=tally.seconds
        )
