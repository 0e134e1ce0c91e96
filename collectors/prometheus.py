"""Application health from Prometheus text: blackbox_exporter, Uptime Kuma, or a Prometheus server's /federate page."""

from __future__ import annotations

import base64
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from prometheus_client.samples import Sample
from pydantic import Field

from collectors.fetch import MEGABYTE, Http, time_limit
from collectors.listed import Identity, Listed, ListedSettings
from collectors.numbers import measure
from collectors.prometheus_text import Page, read_page
from collectors.records import AppHealth, AppStatus, Batch, CollectError, Known
from collectors.rejects import rejected
from collectors.source import Area, City, Mistake, Settings, Source
from collectors.source_time import own_time
from collectors.times import read_time
from collectors.together import together

PROBE = ("probe_success", "probe_duration_seconds", "probe_http_status_code", "probe_ssl_earliest_cert_expiry")
MONITOR = ("monitor_status", "monitor_response_time", "monitor_cert_days_remaining")
_WANTED = frozenset({*PROBE, *MONITOR})
_PROBE_LABELS = ("target", "instance")
_MONITOR_LABELS = ("monitor_name", "monitor_url", "monitor_hostname")
_KUMA: dict[float, tuple[AppStatus, str | None]] = {
    0: ("down", "monitor says down"),
    1: ("up", None),
    2: ("unknown", "monitor is trying again"),
    3: ("maintenance", "monitor says maintenance"),
}
_BODY_LIMIT = 16 * MEGABYTE
_LOOK_BACK = timedelta(minutes=5)
"""Prometheus, too, forgets a series that was not told for so long."""
_DAY = 86400.0


class PrometheusSettings(ListedSettings):
    """`label` names the label that says which application a series is about, where it is not the exporter's usual one;
    `application` is the id or address of the only one that a page without such labels is about.

    `slow_ms` is the delay from which one is degraded. Password and token are values of environment
    variables.
    """

    label: str | None = None
    application: str | None = None
    slow_ms: int = Field(default=2000, ge=1)
    user: str = ""
    password_env: str | None = None
    token_env: str | None = None

    def mistakes(self, area: Area) -> Iterator[Mistake]:
        if self.password_env and self.token_env:
            yield ("token_env",), "give either password_env or token_env, not both"


@dataclass(frozen=True, slots=True)
class _Told:
    """What is told of one target, and when, where the page states it."""

    labels: Mapping[str, str]
    values: Mapping[str, Sample]
    stated: datetime | None


class Prometheus:
    """Reads one page. A line that cannot be read is set aside; its application is then unknown to this source."""

    feeds: ClassVar[tuple[Area, ...]] = ("apps",)
    standard: ClassVar[str] = "Prometheus text 0.0.4"
    settings: ClassVar[type[Settings]] = PrometheusSettings

    def __init__(self, source: Source, city: City) -> None:
        self._source = source
        self._set = source.settings if isinstance(source.settings, PrometheusSettings) else PrometheusSettings()
        self._listed = Listed(source, city, self._set)

    async def collect(self, http: Http, known: Known) -> Batch:
        answer = await http.get(
            self._source.url,
            headers={"Accept": "text/plain;version=0.0.4", **self._secret()},
            limit=time_limit(self._source.every),
            body_limit=_BODY_LIMIT,
        )
        answer.require_success()
        page = await read_page(answer, _WANTED)
        told = _told(page, answer.received)
        newest = max((one.stated for one in told if one.stated is not None), default=None)
        checks = defaultdict[str, list[AppHealth]](list)
        for one in told:
            if newest is not None and one.stated is not None and newest - one.stated > _LOOK_BACK:
                minutes = (newest - one.stated).total_seconds() // 60
                page.rejected.append(rejected(f"told {minutes:.0f} min before the newest", one.labels))
            elif not (who := self._who(one.labels)).retired:
                checks[who.id].append(self._record(who, one.stated or answer.received, one.values))
        return Batch(
            records=tuple(together(each) for each in checks.values()),
            as_of=own_time([newest or answer.date], answer.received),
            complete=True,
            rejected=tuple(page.rejected),
            demo=answer.demo,
        )

    def _secret(self) -> dict[str, str]:
        name = self._set.token_env or self._set.password_env
        if name is None:
            return {}
        if not (secret := os.environ.get(name)):
            raise CollectError(
                f"the environment variable {name} with the key of this source is not set", fault="settings"
            )
        if self._set.token_env:
            return {"Authorization": f"Bearer {secret}"}
        both = base64.b64encode(f"{self._set.user}:{secret}".encode()).decode()
        return {"Authorization": f"Basic {both}"}

    def _who(self, labels: Mapping[str, str]) -> Identity:
        """A series that names nothing is about the page's only application."""
        usual = _MONITOR_LABELS if "monitor_name" in labels else _PROBE_LABELS
        named = [labels.get(label, "") for label in ((self._set.label,) if self._set.label else usual)]
        words = [word for word in named if word and word != "null"] or [self._set.application or self._source.name]
        return self._listed.identity(words, words[0])

    def _record(self, who: Identity, checked: datetime, values: Mapping[str, Sample]) -> AppHealth:
        kuma = "monitor_status" in values
        code = _number(values, "probe_http_status_code")
        status, reason = _monitored(values["monitor_status"].value) if kuma else _probed(values, code)
        latency = _latency(values)
        if status == "up" and latency is not None and latency > self._set.slow_ms:
            status, reason = "degraded", f"slow: {latency / 1000:.1f} s"
        return AppHealth(
            id=who.id,
            name=who.name,
            group=who.group,
            owner=who.owner,
            status=status,
            checked=checked,
            reason=reason,
            latency_ms=latency,
            http_status=int(code) if code is not None and 100 <= code < 1000 else None,
            certificate_days=_certificate_days(values, checked),
            listed=who.listed,
        )


def _told(page: Page, now: datetime) -> list[_Told]:
    """Each target of which is said whether it is up; the others are set aside."""
    found = []
    for key, values in page.series.items():
        labels = dict(key)
        sample = values.get("probe_success") or values.get("monitor_status")
        if labels.get("monitor_type") == "group":
            continue  # a group of Uptime Kuma repeats the worst of its monitors
        if sample is None:
            page.rejected.append(rejected(f"{next(iter(values))} without {PROBE[0]} or {MONITOR[0]}", labels))
            continue
        try:
            stated = None if sample.timestamp is None else read_time(float(sample.timestamp), UTC, now)
        except (ValueError, OverflowError) as problem:
            page.rejected.append(rejected(problem, labels))
        else:
            found.append(_Told(labels, values, stated))
    return found


def _number(values: Mapping[str, Sample], name: str) -> float | None:
    """A finite number, None for NaN, for an infinite one and where there is none."""
    return measure(values[name].value) if name in values else None


def _probed(values: Mapping[str, Sample], code: float | None) -> tuple[AppStatus, str | None]:
    success = _number(values, "probe_success")
    if success == 1:
        return "up", None
    if success == 0:
        return "down", f"status {code:.0f}" if code and code >= 400 else "probe failed"
    return "unknown", _odd("probe_success", success)


def _monitored(value: float) -> tuple[AppStatus, str | None]:
    return _KUMA.get(value, ("unknown", _odd("monitor_status", measure(value))))


def _odd(metric: str, value: float | None) -> str:
    return f"{metric} is no finite number" if value is None else f"{metric} is {value:g}"


def _latency(values: Mapping[str, Sample]) -> int | None:
    """Milliseconds; Uptime Kuma writes -1 where it measured none."""
    seconds = _number(values, "probe_duration_seconds")
    found = seconds * 1000 if seconds is not None else _number(values, "monitor_response_time")
    return round(found) if found is not None and 0 <= found < _DAY * 1000 else None


def _certificate_days(values: Mapping[str, Sample], checked: datetime) -> int | None:
    """Whole days left. blackbox_exporter states a moment, long before 1970 where it saw no certificate."""
    ends = _number(values, "probe_ssl_earliest_cert_expiry")
    days = _number(values, "monitor_cert_days_remaining") if ends is None else None
    if ends is not None and ends > 0:
        days = (ends - checked.timestamp()) // _DAY
    return int(days) if days is not None and abs(days) < 100 * 366 else None
