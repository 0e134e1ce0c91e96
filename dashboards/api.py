"""The addresses for other programs: readings and sources as JSON, health, metrics and version."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, get_args

import orjson
from fastapi import APIRouter, Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from collectors.counts import PARTS
from collectors.health import SourceHealth
from collectors.pause import Pause, is_over, shown
from collectors.readings.shape import Freshness, SourceState
from collectors.source import EVERY_AREA, Area, Source
from dashboards.groups import Pace
from dashboards.live import Hub
from layouts.state import aged, source_aged


def seconds_since(moment: str | None, now: datetime) -> float | None:
    return None if moment is None else (now - datetime.fromisoformat(moment)).total_seconds()


def source_states(hub: Hub, sources: Sequence[Source], now: datetime) -> list[SourceState]:
    """Every configured source as it is now; one that the store knows nothing of has never answered."""
    known = {state["name"]: state for reading in hub.readings.values() for state in reading["sources"]}
    each = [known.get(source.name) or unheard(source, now) for source in sources]
    return [source_aged(with_pause(state, hub.pauses.get(state["name"]), now), now) for state in each]


def unheard(source: Source, now: datetime) -> SourceState:
    """A source that nobody has asked yet. Nothing of it is counted, from no moment on."""
    state = SourceHealth(source).state(now)
    del state["counts"]
    return state


def with_pause(state: SourceState, pause: Pause | None, now: datetime) -> SourceState:
    """A source as people left it, which whoever collects may not have noticed yet."""
    if pause is None or is_over(pause, now):
        return {**state, "paused": None}
    return {**state, "paused": shown(pause), "next_try": None}


def reading_now(hub: Hub, area: Area, sources: Sequence[Source], now: datetime) -> Mapping[str, Any]:
    """An area's reading, as fresh as it is at this moment."""
    if area in hub.readings:
        return aged(hub.readings[area], now)
    states = [state for state in source_states(hub, sources, now) if state["area"] == area]
    nothing: dict[str, Any] = dict.fromkeys(("as_of", "received", "changed", "value"))
    return {"area": area, **nothing, "freshness": "never", "level": "unknown", "demo": False, "sources": states}


class Measures(Collector):
    """The program's own numbers in Prometheus' terms."""

    def __init__(self, hub: Hub, sources: Sequence[Source]) -> None:
        self.hub = hub
        self.sources = sources

    def collect(self) -> Iterator[Metric]:
        now = datetime.now(UTC)
        yield GaugeMetricFamily("liveroom_store_up", "Whether Redis answers", value=int(bool(self.hub.store_up)))
        yield CounterMetricFamily("liveroom_frames_sent", "Frames written to sockets", value=self.hub.sending.sent)
        yield CounterMetricFamily(
            "liveroom_viewers_behind", "Times a full socket was skipped", value=self.hub.sending.dropped
        )
        viewers = GaugeMetricFamily("liveroom_viewers", "Open sockets", labels=["pace"])
        for pace in get_args(Pace):
            paced = (group for group in self.hub.groups.values() if group.pace == pace)
            count = sum(not viewer.always for group in paced for viewer in group.viewers)
            viewers.add_metric([pace], count)
        yield viewers
        age = GaugeMetricFamily("liveroom_source_age_seconds", "Age of a source's own time", labels=["source"])
        fresh = GaugeMetricFamily(
            "liveroom_source_freshness", "1 for the present state", labels=["source", "freshness"]
        )
        states = source_states(self.hub, self.sources, now)
        for state in states:
            seconds = seconds_since(state["as_of"], now)
            if seconds is not None:
                age.add_metric([state["name"]], seconds)
            for name in get_args(Freshness):
                fresh.add_metric([state["name"], name], int(state["freshness"] == name))
        yield age
        yield fresh
        yield from source_counts(states)


def source_counts(states: Sequence[SourceState]) -> Iterator[Metric]:
    """What became of every row of every source, since the moment its state names."""
    rows = CounterMetricFamily("liveroom_source_rows", "Rows by what became of them", labels=["source", "outcome"])
    unplaced = CounterMetricFamily("liveroom_source_rows_unplaced", "Rows without a known place", labels=["source"])
    runs = CounterMetricFamily("liveroom_source_runs", "Times a source was asked", labels=["source", "outcome"])
    answers = CounterMetricFamily("liveroom_source_answers", "Answers over HTTP", labels=["source", "modified"])
    doubts = GaugeMetricFamily("liveroom_source_doubts", "Reasons to doubt its data", labels=["source", "code"])
    for state in states:
        counts, name = state.get("counts"), state["name"]
        for code, number in Counter(doubt["code"] for doubt in state.get("quality", ())).items():
            doubts.add_metric([name, code], number)
        if counts is None:
            continue
        for outcome in PARTS:
            rows.add_metric([name, outcome], counts["total"][outcome])
        unplaced.add_metric([name], counts["total"]["unplaced"])
        runs.add_metric([name, "good"], counts["runs"])
        runs.add_metric([name, "failed"], counts["failed"])
        answers.add_metric([name, "no"], counts["not_modified"])
        answers.add_metric([name, "yes"], counts["answers"] - counts["not_modified"])
    yield from (rows, unplaced, runs, answers, doubts)


def json(content: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(content), status, media_type="application/json", headers={"Cache-Control": "no-store"})


def machine_routes(hub: Hub, sources: Sequence[Source], version: Mapping[str, Any]) -> APIRouter:
    """The routes, answered from the hub's memory: a page read never waits for Redis."""
    router = APIRouter()
    registry = CollectorRegistry()
    registry.register(Measures(hub, sources))

    @router.get("/api/v1/readings/{area}")
    async def reading(area: str) -> Response:
        if area not in EVERY_AREA:
            return json({"error": f"there is no area {area!r}; there are {', '.join(EVERY_AREA)}"}, 404)
        return json(reading_now(hub, area, sources, datetime.now(UTC)))

    @router.get("/api/v1/sources")
    async def all_sources() -> Response:
        return json(source_states(hub, sources, datetime.now(UTC)))

    @router.get("/healthz")
    async def healthz() -> Response:
        return json({"status": "pass"})

    @router.get("/readyz")
    async def readyz() -> Response:
        if hub.store_up:
            return json({"status": "pass"})
        return json({"status": "fail", "output": "Redis does not answer"}, 503)

    @router.get("/metrics")
    async def metrics() -> Response:
        return Response(generate_latest(registry), media_type="text/plain; version=0.0.4; charset=utf-8")

    @router.get("/version")
    async def which_version() -> Response:
        return json(version)

    return router
