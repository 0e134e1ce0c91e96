"""The health of the city's applications: one GET each, every application in every run, judged by its own rule."""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

from pydantic import Field

from collectors.actuator import read_actuator
from collectors.answer import Answer
from collectors.environment import hidden, logins
from collectors.failures import SourceError
from collectors.fetch import MEGABYTE, Http
from collectors.health_json import read_health
from collectors.records import AppHealth, AppStatus, Batch, CollectError, Known
from collectors.redirects import LedAwayError
from collectors.source import Application, Area, City, Settings, Source
from collectors.source_time import own_time

_BODY_LIMIT = 2 * MEGABYTE
_SHORTEST_LIMIT = 3.0
_BODIES = {"health+json": read_health, "actuator": read_actuator}


class HttpHealthSettings(Settings):
    """`timeout` is seconds per application, less where many are checked often; `slow_ms` the delay from which one is
    degraded; `at_once` how many are asked at a time."""

    timeout: float = Field(default=5.0, gt=0, le=60)
    slow_ms: int = Field(default=2000, ge=1)
    at_once: int = Field(default=100, ge=1, le=200)


@dataclass(frozen=True, slots=True)
class _Check:
    """One application's result: its record, the time its answer states, and what a failing source said of waiting."""

    record: AppHealth
    stated: datetime | None = None
    retry_after: float | None = None
    demo: str | None = None


class HttpHealth:
    """Checks all applications of the city but those of kind `elsewhere`.

    The source's url is not asked, each application has its own.
    """

    feeds: ClassVar[tuple[Area, ...]] = ("apps",)
    standard: ClassVar[str] = "HTTP, health+json, Spring Boot Actuator"
    settings: ClassVar[type[Settings]] = HttpHealthSettings

    def __init__(self, source: Source, city: City) -> None:
        self._city = city
        self._set = source.settings if isinstance(source.settings, HttpHealthSettings) else HttpHealthSettings()
        self._applications = [one for one in city.applications if one.kind != "elsewhere"]
        # all applications slow at once must still be known before the next run is due
        turns = math.ceil(len(self._applications) / self._set.at_once) or 1
        self._limit = min(self._set.timeout, max(source.every * 0.8 / turns, _SHORTEST_LIMIT))

    async def collect(self, http: Http, known: Known) -> Batch:
        applications = self._applications
        if not applications:
            raise CollectError("the city's file lists no applications to be asked", fault="settings")
        waiting = iter(applications)
        checks: list[_Check] = []
        workers = min(self._set.at_once, len(applications))
        await asyncio.gather(*(self._work(http, waiting, checks) for _ in range(workers)))
        passing = [check for check in checks if check.record.status in {"up", "degraded"}]
        if not passing and len(applications) > 1:
            raise _nothing_passed(checks)
        stated = [check.stated for check in (passing or checks)]
        order = {application.id: position for position, application in enumerate(applications)}
        return Batch(
            records=tuple(sorted((check.record for check in checks), key=lambda record: order[record.id])),
            as_of=own_time(stated, datetime.now(UTC)),
            complete=True,
            demo=next((check.demo for check in checks if check.demo), None),
        )

    async def _work(self, http: Http, waiting: Iterator[Application], checks: list[_Check]) -> None:
        for application in waiting:
            checks.append(await self._check(http, application))

    async def _check(self, http: Http, application: Application) -> _Check:
        # where only redirects are accepted, the redirect itself is the answer
        accept = application.accept
        follow = 200 in accept or not any(300 <= status < 400 for status in accept)
        try:
            answer = await http.get(
                application.url, limit=self._limit, body_limit=_BODY_LIMIT, follow=follow, data=False
            )
        except LedAwayError as led:
            # a login page elsewhere is a sign of life, but says nothing of what the application itself would show
            answer = led.answer
            if answer.status not in application.accept or application.contains or application.kind != "http":
                record = _record(application, "down", answer.received, led.reason, answer)
                return _Check(record, answer.date, None, answer.demo)
        except CollectError as problem:
            return _Check(_record(application, "down", datetime.now(UTC), _why(problem)), None, problem.retry_after)
        status, reason, stated = self._judged(application, answer)
        if status == "up":
            status, reason = self._slowed(answer)
        record = _record(application, status, answer.received, reason, answer)
        return _Check(record, stated, answer.retry_after() if status == "down" else None, answer.demo)

    def _judged(self, application: Application, answer: Answer) -> tuple[AppStatus, str | None, datetime | None]:
        """Status, reason and the answer's own time, by the application's rules."""
        accepted = answer.status in application.accept
        if application.kind in _BODIES:
            try:
                health = _BODIES[application.kind](answer.json(), self._city.timezone, answer.received)
            except (CollectError, ValueError) as problem:
                reason = _why(problem) if accepted else f"status {answer.status}"
                return "down", reason, answer.date
            stated = max((t for t in (answer.date, health.newest) if t is not None), default=None)
            if not accepted and health.status != "down":
                return "down", f"status {answer.status}", stated
            if health.status != "up":
                return health.status, health.reason, stated
        elif not accepted:
            return "down", f"status {answer.status}", answer.date
        else:
            stated = answer.date
        if application.contains is not None and not _holds(answer, application.contains):
            return "down", "expected text is missing", stated
        return "up", None, stated

    def _slowed(self, answer: Answer) -> tuple[AppStatus, str | None]:
        if answer.elapsed_ms > self._set.slow_ms:
            return "degraded", f"slow: {answer.elapsed_ms / 1000:.1f} s"
        return "up", None


def _why(problem: Exception) -> str:
    """The reason without its host: the application is named beside it."""
    return problem.reason if isinstance(problem, SourceError) else str(problem)


def _holds(answer: Answer, text: str) -> bool:
    return text.encode() in answer.body or text in answer.text()


def _record(
    application: Application, status: AppStatus, checked: datetime, reason: str | None, answer: Answer | None = None
) -> AppHealth:
    return AppHealth(
        id=application.id,
        name=application.name,
        group=application.group,
        owner=application.owner,
        status=status,
        checked=checked,
        reason=hidden(reason, *logins(application.url)),
        latency_ms=None if answer is None else answer.elapsed_ms,
        http_status=None if answer is None else answer.status,
        certificate_days=None if answer is None else answer.certificate_days,
    )


def _nothing_passed(checks: list[_Check]) -> CollectError:
    """Nobody passes: rather our own network or a broken check than every application at once."""
    reasons = Counter(check.record.reason or check.record.status for check in checks)
    reason, times = reasons.most_common(1)[0]
    waits = [check.retry_after for check in checks if check.retry_after is not None]
    sentence = f"none of {len(checks)} applications passed: {times} x {reason}"
    return CollectError(sentence, max(waits, default=None), fault="silent")
