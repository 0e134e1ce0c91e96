"""WZDx work zone feeds, GeoJSON: 4.x, and 3.1 with its flat properties (github.com/usdot-jpo-ode/wzdx).

Each answer is the full present state. What is planned or over is in it too, and is not open. A detour is the way
round a work zone that has its own feature: no event.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

from collectors.environment import secret
from collectors.failures import SourceError
from collectors.fetch import Http, time_limit
from collectors.places import first_place, has_position
from collectors.records import Batch, Known, Rejected, TrafficKind, TrafficReport
from collectors.rejects import rejected
from collectors.rows import in_turns, require_few
from collectors.source import Area, City, Settings, Source
from collectors.source_time import own_time
from collectors.text import plain
from collectors.times import time_or_none

_INFO = ("feed_info", "road_event_feed_info")
_NOT_BEGUN_OR_OVER = frozenset({"planned", "pending", "cancelled", "completed"})
_CLOSED = "all-lanes-closed"
_ACCURACY = {"verified": True, "estimated": False}

Row = Mapping[str, Any]


class WzdxSettings(Settings):
    """`api_key_env` names the environment variable with the key, `api_key_name` the parameter it is sent as.

    `city_only` leaves out what lies elsewhere, for feeds of a whole state; what has no geometry stays.
    """

    api_key_env: str | None = None
    api_key_name: str = "api_key"
    city_only: bool = False


class Wzdx:
    """Reads one feed: one GET, all road events in it."""

    feeds: ClassVar[tuple[Area, ...]] = ("traffic",)
    standard: ClassVar[str] = "WZDx work zone feed 4.x and 3.1 (GeoJSON)"
    settings: ClassVar[type[Settings]] = WzdxSettings

    def __init__(self, source: Source, city: City) -> None:
        self._source, self._city = source, city
        self._set = source.settings if isinstance(source.settings, WzdxSettings) else WzdxSettings()

    async def collect(self, http: Http, known: Known) -> Batch:
        answer = await http.get(self._source.url, params=self._key(), limit=time_limit(self._source.every))
        answer.require_success()
        feed = answer.json()
        if not isinstance(feed, dict) or not isinstance(feed.get("features"), list):
            raise SourceError(answer.host, "answered JSON that is not a WZDx feed: no list of features")
        info: Row = next((feed[key] for key in _INFO if isinstance(feed.get(key), Mapping)), {})
        if not info:
            raise SourceError(answer.host, "answered GeoJSON that is not a WZDx feed: no feed_info")
        require_few(answer.host, feed["features"])
        reports, refused = await self._reports(feed["features"], answer.received)
        made = time_or_none(info.get("update_date"), UTC, answer.received, ahead=None)
        return Batch(
            records=tuple(reports),
            as_of=own_time([made or answer.date], answer.received),
            complete=True,
            rejected=tuple(refused),
            demo=answer.demo,
        )

    def _key(self) -> dict[str, str]:
        name = self._set.api_key_env
        return {} if name is None else {self._set.api_key_name: secret(name)}

    async def _reports(self, features: list[object], now: datetime) -> tuple[list[TrafficReport], list[Rejected]]:
        reports: dict[str, TrafficReport] = {}
        refused: list[Rejected] = []
        async for feature in in_turns(features):
            try:
                report = self._report(feature, now)
            except ValueError as reason:
                refused.append(rejected(reason, feature))
                continue
            if report is None:
                continue
            held = reports.get(report.id)
            if held is None or held.updated is None or (report.updated and report.updated >= held.updated):
                reports[report.id] = report
        return list(reports.values()), refused

    def _report(self, feature: object, now: datetime) -> TrafficReport | None:
        """A feature as a report; None for a detour, and for what lies elsewhere where only the city is asked for."""
        given = _properties(feature)
        kind_given = plain(given.get("event_type"), 60)
        id_ = plain(given.get("id"), 200) or plain(given.get("road_event_id"), 200)
        if not kind_given and given.get("device_type"):
            raise ValueError("a field device, not a road event")
        for name, value in (("id", id_), ("event_type", kind_given)):
            if not value:
                raise ValueError(f"no {name}")
        if kind_given == "detour":
            return None
        where = first_place(given["geometry"], self._city.bounds)
        if where is None and self._set.city_only and has_position(given["geometry"]):
            return None
        road, started = _road(given.get("road_names")), _time(given.get("start_date"), now)
        return TrafficReport(
            id=id_ or "",
            kind=_kind(kind_given or "", given),
            kind_given=kind_given or "",
            open=_open(given, started, now),
            headline=plain(given.get("description"), 200) or plain(given.get("name"), 200) or road or kind_given or "",
            road=road,
            verified=_verified(given),
            started=started,
            updated=time_or_none(given.get("update_date") or given.get("creation_date"), UTC, now),
            lat=where[0] if where else None,
            lon=where[1] if where else None,
        )


def _properties(feature: object) -> dict[str, Any]:
    """The feature flat, as 3.1 writes it: its properties, its core details among them, its id and its geometry."""
    if not isinstance(feature, Mapping):
        raise ValueError("not an object")  # noqa: TRY004  one error class for every unreadable record
    properties = feature.get("properties")
    if not isinstance(properties, Mapping):
        raise ValueError("no properties")  # noqa: TRY004
    core = properties.get("core_details")
    return {
        **properties,
        **(core if isinstance(core, Mapping) else {}),
        "id": feature.get("id"),
        "geometry": feature.get("geometry"),
    }


def _kind(kind_given: str, given: Row) -> TrafficKind:
    if given.get("vehicle_impact") == _CLOSED:
        return "closure"
    return "works" if kind_given == "work-zone" else "other"


def _open(given: Row, started: datetime | None, now: datetime) -> bool:
    """Begun and not over, by its dates; 3.1 and 4.0 may also say so in a word."""
    if plain(given.get("event_status"), 20) in _NOT_BEGUN_OR_OVER:
        return False
    end = _time(given.get("end_date"), now)
    return not (started and started > now) and not (end and end <= now)


def _verified(given: Row) -> bool | None:
    """Whether its start was confirmed, by a person or by a device at the road."""
    said = given.get("is_start_date_verified")
    if isinstance(said, bool):
        return said
    return _ACCURACY.get(plain(given.get("start_date_accuracy"), 20) or "")


def _road(names: object) -> str | None:
    found = names if isinstance(names, list) else []
    return next((name for one in found if (name := plain(one, 200))), None)


def _time(value: object, now: datetime) -> datetime | None:
    return time_or_none(value, UTC, now, ahead=None)
