"""Waze for Cities, partner feed v3.0 JSON: the whole present state, made anew every two minutes of real time."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

from aiohttp import web

from demo.answers import CITY, MOMENT, json_answer
from demo.city import City
from demo.rhythm import chance
from demo.tables import Road
from demo.traffic import Alert, Jam

EVERY = timedelta(minutes=2)
METRES_PER_DEGREE = 111_000
USUAL_KMH = 34.0
PLACE = {"city": "Tangerang, Banten", "country": "ID"}


def routes(base: str) -> list[web.RouteDef]:
    """The one path below `base`, such as /waze."""
    return [web.get(base + "/feed", feed)]


async def feed(request: web.Request) -> web.Response:
    """The feed as it was last made. Only format=1 (JSON) is served."""
    if request.query.get("format", "1") != "1":
        return json_answer({"error": "only format=1 is served here"}, 400)
    city = request.app[CITY]
    return json_answer(snapshot(city, made_at(city, request[MOMENT])))


def made_at(city: City, moment: datetime) -> datetime:
    """When the feed that is served at a real moment was made: every two minutes from the city's start."""
    start = city.clock.start.replace(microsecond=0)
    return start + (moment - start) // EVERY * EVERY


def snapshot(city: City, made: datetime) -> dict[str, object]:
    """The feed of one moment."""
    jams = city.traffic.jams(made)
    body: dict[str, object] = {
        "startTime": _time(made - EVERY),
        "endTime": _time(made),
        "startTimeMillis": _millis(made - EVERY),
        "endTimeMillis": _millis(made),
    }
    if alerts := city.traffic.alerts(made):
        body["alerts"] = [_alert(alert, city) for alert in alerts]
    if jams:
        body["jams"] = [_jam(jam, city, made) for jam in jams]
    if worse := [jam for jam in jams if jam.level(city.clock.played(made)) >= 3 and jam.number % 3 == 0]:
        body["irregularities"] = [_irregularity(jam, city, made) for jam in worse]
    return body


def _alert(alert: Alert, city: City) -> dict[str, object]:
    share = chance("alert", alert.number)
    return PLACE | {
        "uuid": f"00000000-0000-4000-8000-{alert.number:012}",
        "type": alert.kind,
        "subtype": alert.subkind,
        "location": _along(alert.road, share),
        "pubMillis": _millis(city.clock.stamp(alert.born)),
        "street": alert.road.name,
        "roadType": 6,
        "magvar": int(share * 360),
        "reliability": alert.reliability,
        "confidence": max(0, alert.reliability - 5),
        "reportRating": alert.number % 6,
        "nThumbsUp": alert.thumbs,
        "reportByMunicipalityUser": "False",
    }


def _jam(jam: Jam, city: City, made: datetime) -> dict[str, object]:
    level = jam.level(city.clock.played(made))
    speed = _speed(level)
    length = _length(jam)
    return PLACE | {
        "uuid": _jam_id(jam),
        "id": _jam_id(jam),
        "pubMillis": _millis(city.clock.stamp(jam.born)),
        "line": _line(jam),
        "level": level,
        "speed": round(speed / 3.6, 4),
        "speedKMH": round(speed, 2),
        "length": length,
        "delay": -1 if level == 5 else _delay(length, speed),
        "street": jam.road.name,
        "endNode": jam.road.name,
        "roadType": 6,
        "turnType": "NONE",
        "segments": [],
    }


def _irregularity(jam: Jam, city: City, made: datetime) -> dict[str, object]:
    """Something unusual is the same event as the jam with the same id."""
    level = jam.level(city.clock.played(made))
    length, speed = _length(jam), _speed(level)
    return PLACE | {
        "id": _jam_id(jam),
        "detectionDate": city.clock.stamp(jam.born).strftime("%a %b %d %H:%M:%S +0000 %Y"),
        "detectionDateMillis": _millis(city.clock.stamp(jam.born)),
        "updateDateMillis": _millis(made),
        "line": _line(jam),
        "type": ("SMALL", "MEDIUM", "LARGE")[level - 3],
        "street": jam.road.name,
        "speed": round(speed, 2),
        "regularSpeed": USUAL_KMH,
        "delaySeconds": _delay(length, speed),
        "seconds": _delay(length, speed) + round(length * 3.6 / USUAL_KMH),
        "length": length,
        "trend": 0,
        "severity": level,
        "jamLevel": min(4, level),
        "driversCount": 3 + jam.number % 20,
        "alertsCount": 0,
        "nThumbsUp": 0,
        "alerts": [],
    }


def _jam_id(jam: Jam) -> int:
    return 700_000_000 + jam.number


def _speed(level: int) -> float:
    return (USUAL_KMH, 24.5, 17.2, 10.4, 5.1, 0.0)[level]


def _length(jam: Jam) -> int:
    road = jam.road
    across = math.hypot(road.to_lat - road.lat, road.to_lon - road.lon)
    return max(60, round(across * METRES_PER_DEGREE * jam.share))


def _delay(length: int, speed: float) -> int:
    return max(0, round(length * 3.6 / max(speed, 2) - length * 3.6 / USUAL_KMH))


def _line(jam: Jam) -> list[dict[str, float]]:
    return [_along(jam.road, jam.share * part) for part in (0, 0.5, 1)]


def _along(road: Road, share: float) -> dict[str, float]:
    return {
        "x": round(road.lon + (road.to_lon - road.lon) * share, 6),
        "y": round(road.lat + (road.to_lat - road.lat) * share, 6),
    }


def _millis(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S:000")
