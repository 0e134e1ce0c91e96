"""Waze for Cities partner feed, JSON, v3 (support.google.com/waze/partners/answer/13458165).

Each answer is the full present state. One event may appear as jam, as irregularity (same id) and as alerts (jamUuid,
blockingAlertUuid); it is one report here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar

from collectors.failures import SourceError
from collectors.fetch import Http, time_limit
from collectors.numbers import count, measure
from collectors.places import place_in, place_on
from collectors.records import Batch, Known, Rejected, TrafficKind, TrafficReport
from collectors.rejects import rejected
from collectors.rows import in_turns, require_few
from collectors.source import Area, City, Settings, Source
from collectors.source_time import own_time
from collectors.text import plain
from collectors.times import read_time, time_or_none
from collectors.traffic_kind import WEIGHT

_LISTS = ("alerts", "jams", "irregularities")
_KINDS: dict[str, TrafficKind] = {
    "ACCIDENT": "accident",
    "JAM": "jam",
    "HAZARD": "hazard",
    "WEATHERHAZARD": "hazard",
    "ROAD_CLOSED": "closure",
    "CONSTRUCTION": "works",
}
_BLOCKED = 5
_FASTEST = 500.0
_ID_LENGTH = 100

Row = Mapping[str, Any]


class Waze:
    """Reads one partner feed: one GET, all reports in it."""

    feeds: ClassVar[tuple[Area, ...]] = ("traffic",)
    standard: ClassVar[str] = "Waze for Cities, partner feed (JSON)"
    settings: ClassVar[type[Settings]] = Settings

    def __init__(self, source: Source, city: City) -> None:
        self._source, self._city = source, city

    async def collect(self, http: Http, known: Known) -> Batch:
        answer = await http.get(self._source.url, limit=time_limit(self._source.every))
        answer.require_success()
        feed = answer.json()
        if not isinstance(feed, dict) or not any(key in feed for key in (*_LISTS, "endTimeMillis", "endTime")):
            raise SourceError(answer.host, "answered JSON that is not a Waze feed")
        for name in _LISTS:
            if feed.get(name) is not None and not isinstance(feed[name], list):
                raise SourceError(answer.host, f"answered a Waze feed whose {name} is not a list")
            require_few(answer.host, feed.get(name) or ())
        reports, refused = await self._reports(feed, answer.received)
        ended = self._ended(feed, answer.received)
        return Batch(
            records=tuple(reports),
            as_of=own_time([ended or answer.date], answer.received),
            complete=True,
            rejected=tuple(refused),
            repeated=sum(len(feed.get(name) or ()) for name in _LISTS) - len(reports) - len(refused),
            demo=answer.demo,
        )

    @staticmethod
    def _ended(feed: Row, now: datetime) -> datetime | None:
        """The feed's own time; unmarked texts are UTC."""
        for key in ("endTimeMillis", "endTime"):
            if moment := time_or_none(feed.get(key), UTC, now, ahead=None):
                return moment
        return None

    async def _reports(self, feed: Row, now: datetime) -> tuple[list[TrafficReport], list[Rejected]]:
        refused: list[Rejected] = []
        events: dict[str, TrafficReport] = {}
        blocking: dict[str, str] = {}
        async for row in in_turns(feed.get("jams") or []):
            try:
                jam = self._jam(row, now)
            except ValueError as reason:
                refused.append(rejected(reason, row))
                continue
            events[jam.id] = _newest(events.get(jam.id), jam)
            if alert_id := plain(row.get("blockingAlertUuid"), _ID_LENGTH):
                blocking[alert_id] = jam.id
        async for row in in_turns(feed.get("irregularities") or []):
            try:
                irregularity = self._irregularity(row, now)
            except ValueError as reason:
                refused.append(rejected(reason, row))
                continue
            if irregularity is not None:
                jam_known = events.get(irregularity.id)
                events[irregularity.id] = _filled(jam_known, irregularity) if jam_known else irregularity
        async for row in in_turns(feed.get("alerts") or []):
            try:
                alert = self._alert(row, now)
            except ValueError as reason:
                refused.append(rejected(reason, row))
                continue
            jam_id = blocking.get(
                plain(row.get("uuid"), _ID_LENGTH) or "", f"jam/{plain(row.get('jamUuid'), _ID_LENGTH)}"
            )
            if jam_id in events:
                events[jam_id] = _told_by(events[jam_id], alert)
            else:
                events[alert.id] = _newest(events.get(alert.id), alert)
        return list(events.values()), refused

    def _jam(self, row: object, now: datetime) -> TrafficReport:
        row = _object(row)
        published = read_time(row.get("pubMillis"), UTC, now)
        where = place_on(row.get("line"), self._city.bounds)
        delay = measure(row.get("delay"))
        blocked = delay == -1
        return TrafficReport(
            id=f"jam/{_id(row, 'uuid', 'id')}",
            kind="jam",
            kind_given="JAM",
            open=True,
            headline=_headline(row, "jam"),
            road=plain(row.get("street"), 200),
            level=_BLOCKED if blocked else _level(row.get("level")),
            length_m=_whole(row.get("length")),
            delay_s=None if blocked else _whole(delay),
            speed_kmh=_speed(row),
            started=published,
            updated=published,
            lat=where[0] if where else None,
            lon=where[1] if where else None,
        )

    def _irregularity(self, row: object, now: datetime) -> TrafficReport | None:
        row = _object(row)
        size = (plain(row.get("type"), 40) or "").upper()
        if size == "NONE":
            return None
        where = place_on(row.get("line"), self._city.bounds)
        level = _level(row.get("jamLevel"))
        blocked = measure(row.get("delaySeconds")) == -1
        return TrafficReport(
            id=f"jam/{_id(row, 'id', 'uuid')}",
            kind="jam",
            kind_given=f"IRREGULARITY_{size}" if size else "IRREGULARITY",
            open=True,
            headline=_headline(row, "unusual traffic"),
            road=plain(row.get("street"), 200),
            level=_BLOCKED if blocked else level if level is not None else _level(row.get("severity")),
            length_m=_whole(row.get("length")),
            delay_s=None if blocked else _whole(row.get("delaySeconds")),
            speed_kmh=_driven(_positive(row.get("speed"))),
            started=time_or_none(row.get("detectionDateMillis") or row.get("detectionDate"), UTC, now),
            updated=time_or_none(row.get("updateDateMillis") or row.get("updateDate"), UTC, now),
            lat=where[0] if where else None,
            lon=where[1] if where else None,
        )

    def _alert(self, row: object, now: datetime) -> TrafficReport:
        row = _object(row)
        given = plain(row.get("type"), 60) or ""
        subtype = plain(row.get("subtype"), 80) or ""
        location = row.get("location")
        where = place_in(location, self._city.bounds) if isinstance(location, Mapping) else None
        published = read_time(row.get("pubMillis"), UTC, now)
        if not given:
            raise ValueError("no type")
        return TrafficReport(
            id=f"alert/{_id(row, 'uuid', 'id')}",
            kind=_kind(given.upper(), subtype.upper()),
            kind_given=subtype or given,
            open=True,
            headline=_headline(row, (subtype or given).replace("_", " ").lower()),
            road=plain(row.get("street"), 200),
            verified=_is_true(row.get("reportByMunicipalityUser")),
            started=published,
            updated=published,
            lat=where[0] if where else None,
            lon=where[1] if where else None,
        )


def _object(row: object) -> Row:
    if not isinstance(row, Mapping):
        raise ValueError("not an object")  # noqa: TRY004  one error class for every unreadable record
    return row


def _id(row: Row, *keys: str) -> str:
    for key in keys:
        value = row.get(key)
        if isinstance(value, str | int) and (found := plain(value, _ID_LENGTH)):
            return found
    raise ValueError("no id")


def _is_true(value: object) -> bool:
    return value is True or (isinstance(value, str) and value.strip().lower() == "true")


def _kind(given: str, subtype: str) -> TrafficKind:
    if "FLOOD" in subtype:
        return "flood"
    if given not in {"ROAD_CLOSED", "ACCIDENT"} and "CONSTRUCTION" in subtype:
        return "works"
    return _KINDS.get(given, "other")


def _headline(row: Row, otherwise: str) -> str:
    """Where it is. What drivers wrote is left out: it may name people."""
    return plain(row.get("street"), 120) or plain(row.get("city"), 120) or otherwise


def _level(value: object) -> int | None:
    level = count(value)
    return level if level is not None and level <= _BLOCKED else None


def _positive(value: object) -> float | None:
    number = measure(value)
    return number if number is not None and number >= 0 else None


def _whole(value: object) -> int | None:
    number = _positive(value)
    return None if number is None or number > 1e9 else round(number)


def _speed(row: Row) -> float | None:
    """km/h: the feed says speedKMH, its document speedKPH, and `speed` is in m/s."""
    for key in ("speedKMH", "speedKPH"):
        if (speed := _positive(row.get(key))) is not None:
            return _driven(speed)
    speed = _positive(row.get("speed"))
    return None if speed is None else _driven(speed * 3.6)


def _driven(speed: float | None) -> float | None:
    """A speed that a road can have."""
    return None if speed is None or speed > _FASTEST else round(speed, 1)


def _newest(held: TrafficReport | None, report: TrafficReport) -> TrafficReport:
    if held is None or held.updated is None or (report.updated is not None and report.updated >= held.updated):
        return report
    return held


def _filled(jam: TrafficReport, irregularity: TrafficReport) -> TrafficReport:
    """The jam, with what only the irregularity knows."""
    names = ("road", "length_m", "speed_kmh", "started", "lat", "lon")
    missing = {name: getattr(irregularity, name) for name in names if getattr(jam, name) is None}
    if jam.level is None:
        missing["level"] = irregularity.level
    if jam.delay_s is None and jam.level != _BLOCKED:
        missing["delay_s"] = irregularity.delay_s
    return replace(jam, **missing)


def _told_by(jam: TrafficReport, alert: TrafficReport) -> TrafficReport:
    """The jam, named by its alert where that says more."""
    more = WEIGHT[alert.kind] > WEIGHT[jam.kind]
    return replace(
        jam,
        kind=alert.kind if more else jam.kind,
        kind_given=alert.kind_given if more else jam.kind_given,
        road=jam.road or alert.road,
        verified=True if alert.verified else jam.verified,
        updated=max((t for t in (jam.updated, alert.updated) if t is not None), default=None),
        lat=jam.lat if jam.lat is not None else alert.lat,
        lon=jam.lon if jam.lon is not None else alert.lon,
    )
