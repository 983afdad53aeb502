"""Counts and times of answers for Prometheus, by the rule of their route and never by a path."""

import os
import time

from flask import Blueprint, Response, g, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)

from app.web.responses import rule_of

blueprint = Blueprint("metrics", __name__)

ANSWERS = Counter("generator_answers", "Answers.", ["method", "rule", "status"])
SECONDS = Histogram(
    "generator_seconds", "Seconds that an answer took.", ["rule"], buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5)
)
METHODS = frozenset({"GET", "HEAD", "POST"})


@blueprint.get("/metrics")
def show_metrics() -> Response:
    """The counts of all workers together."""
    registry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


@blueprint.before_app_request
def start_clock() -> None:
    """Note when a request came."""
    g.started = time.perf_counter()


@blueprint.after_app_request
def count(response: Response) -> Response:
    """Count an answer."""
    rule = rule_of() or "none"
    ANSWERS.labels(request.method if request.method in METHODS else "other", rule, str(response.status_code)).inc()
    SECONDS.labels(rule).observe(time.perf_counter() - g.get("started", time.perf_counter()))
    return response
