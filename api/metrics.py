"""Figures for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

from qa.answer import Answer

_registry = CollectorRegistry()
_BUCKETS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.08, 0.12, 0.2, 0.5, 1.0, 3.0)
_requests = Counter("coopqa_requests", "HTTP requests.", ("route", "status"), registry=_registry)
_request_seconds = Histogram(
    "coopqa_request_seconds", "Time to answer a request.", ("route",),
    buckets=_BUCKETS, registry=_registry,
)  # fmt: skip
_answers = Counter("coopqa_answers", "Answers by status.", ("status",), registry=_registry)
_step_seconds = Histogram(
    "coopqa_answer_seconds", "Time of each step of an answer.", ("step",),
    buckets=_BUCKETS, registry=_registry,
)  # fmt: skip


def observe_request(route: str, status: int, seconds: float) -> None:
    """Count a request."""
    _requests.labels(route, status).inc()
    _request_seconds.labels(route).observe(seconds)


def observe_answer(answer: Answer) -> None:
    """Count an answer."""
    _answers.labels(answer.status.value).inc()
    for step in ("retrieve", "read", "total"):
        _step_seconds.labels(step).observe(getattr(answer.timing, step) / 1000)


def exposition() -> bytes:
    """Return all figures in Prometheus' text format."""
    return generate_latest(_registry)
