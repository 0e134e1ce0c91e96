"""One DATEX II situation as a traffic report (docs.datex2.eu, Situation; v3, and v2 where the names differ).

A situation is one event, however many records tell of it: the gravest that is in force names it. Element names come
without their namespaces.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from xml.etree.ElementTree import Element

from collectors.numbers import count
from collectors.places import Place, place
from collectors.records import TrafficKind, TrafficReport
from collectors.source import City
from collectors.text import plain
from collectors.times import time_or_none
from collectors.traffic_kind import WEIGHT

_KINDS: dict[str, TrafficKind] = {
    "Accident": "accident",
    "AbnormalTraffic": "jam",
    "MaintenanceWorks": "works",
    "ConstructionWorks": "works",
    "Roadworks": "works",
    "EnvironmentalObstruction": "hazard",
    "GeneralObstruction": "hazard",
    "VehicleObstruction": "hazard",
    "AnimalPresenceObstruction": "hazard",
    "InfrastructureDamageObstruction": "hazard",
    "EquipmentOrSystemFault": "hazard",
    "WeatherRelatedRoadConditions": "hazard",
    "NonWeatherRelatedRoadConditions": "hazard",
    "PoorEnvironmentConditions": "hazard",
}
_CLOSED = frozenset({"roadClosed", "carriagewayClosures"})
_WATER = frozenset({"flooding", "flashFloods", "surfaceWater"})
_BLOCKED = frozenset({"roadBlocked", "carriagewayBlocked"})
_LEVELS = {"highest": 5, "high": 4, "medium": 3, "low": 2, "lowest": 1, "none": 0}
_CERTAIN = {"certain": True, "probable": False, "riskOf": False}
_PLACES = ("locationReference", "groupOfLocations")
_TRUE = frozenset({"true", "1"})


def situation_report(situation: Element, city: City, now: datetime) -> TrafficReport:
    """The report. ValueError says in a few words why there is none."""
    id_ = plain(situation.get("id"), 200)
    if not id_:
        raise ValueError("no id")
    real = _text(situation, "informationStatus")
    if real not in {None, "real"}:
        raise ValueError(f"informationStatus {plain(real, 40)}, not real")
    records = situation.findall("situationRecord")
    if not records:
        raise ValueError("no situationRecord")
    in_force = [record for record in records if _in_force(record, city, now)]
    told = sorted(in_force or records, key=_weight, reverse=True)
    where = next((found for record in told for found in _places(record, city)), None)
    return TrafficReport(
        id=id_,
        kind=_kind(told[0]),
        kind_given=plain(told[0].get("type"), 60) or "",
        open=bool(in_force),
        headline=_first(_comment, told) or _first(_road, told) or _spaced(told[0].get("type")),
        road=_first(_road, told),
        level=_level(situation, told),
        length_m=next((found for one in told if (found := count(_text(one, "queueLength"))) is not None), None),
        delay_s=_delay(told),
        verified=_verified(told),
        started=min((start for one in told if (start := _started(one, city, now))), default=None),
        updated=_updated(situation, records, city, now),
        lat=where[0] if where else None,
        lon=where[1] if where else None,
    )


def has_place(situation: Element) -> bool:
    """Whether it names coordinates, be they in the city or not."""
    return any(True for record in situation.findall("situationRecord") for _ in _coordinates(record))


def _in_force(record: Element, city: City, now: datetime) -> bool:
    """By its validity status, and by its times where that refers to them. What has ended or was taken back is not."""
    if any(_text(record, name) in _TRUE for name in ("end", "cancel")):
        return False
    status = _text(record, "validityStatus")
    if status in {"active", "planned", "suspended"}:
        return status == "active"
    start, end = _time(record, "overallStartTime", city, now), _time(record, "overallEndTime", city, now)
    return not (start and start > now) and not (end and end <= now)


def _weight(record: Element) -> int:
    return WEIGHT[_kind(record)]


def _kind(record: Element) -> TrafficKind:
    if _text(record, "roadOrCarriagewayOrLaneManagementType") in _CLOSED:
        return "closure"
    if {_text(record, "environmentalObstructionType"), _text(record, "weatherRelatedRoadConditionType")} & _WATER:
        return "flood"
    return _KINDS.get(record.get("type", ""), "other")


def _level(situation: Element, told: list[Element]) -> int | None:
    """Blocked where a record says so, else as severe as the gravest, else as the whole is said to be."""
    if any(_text(record, "trafficConstrictionType") in _BLOCKED for record in told):
        return 5
    given = [_LEVELS[said] for one in told if (said := _text(one, "severity") or "") in _LEVELS]
    return max(given, default=_LEVELS.get(_text(situation, "overallSeverity") or ""))


def _delay(told: list[Element]) -> int | None:
    return next((found for one in told if (found := count(_text(one, "delayTimeValue"))) is not None), None)


def _verified(told: list[Element]) -> bool | None:
    """Certain is checked, probable and possible are not; what says nothing is unknown."""
    said = [_CERTAIN.get(_text(record, "probabilityOfOccurrence") or "") for record in told]
    return True if True in said else False if False in said else None


def _started(record: Element, city: City, now: datetime) -> datetime | None:
    start = _time(record, "overallStartTime", city, now)
    return start or _time(record, "situationRecordCreationTime", city, now)


def _updated(situation: Element, records: list[Element], city: City, now: datetime) -> datetime | None:
    versions = [time_or_none(situation.findtext("situationVersionTime"), city.timezone, now)]
    versions += [time_or_none(one.findtext("situationRecordVersionTime"), city.timezone, now) for one in records]
    return max((version for version in versions if version), default=None)


def _comment(record: Element) -> str | None:
    """What is said to the public, in Indonesian or English where it is said in several languages."""
    for comment in record.iter("generalPublicComment"):
        said = {(value.get("lang") or "")[:2].lower(): value.text for value in comment.iter("value")}
        text = said.get("id") or said.get("en") or next(iter(said.values()), None)
        if found := plain(text, 200):
            return found
    return None


def _road(record: Element) -> str | None:
    """The road's name or number, as far as its place says it in words."""
    for name in ("roadName", "roadNumber"):
        for road in _within(record, name):
            if found := plain("".join(road.itertext()), 200):
                return found
    return None


def _places(record: Element, city: City) -> Iterator[Place]:
    """The places of a record that lie in the city, in their order."""
    for lat, lon in _coordinates(record):
        if found := place(lat, lon, city.bounds):
            yield found


def _coordinates(record: Element) -> Iterator[tuple[str | None, str | None]]:
    """Points and lines as (lat, lon), GML's order too."""
    for element in _within(record, None):
        if element.find("latitude") is not None:
            yield element.findtext("latitude"), element.findtext("longitude")
        elif element.tag in {"posList", "pos"}:
            numbers, step = (element.text or "").split(), _dimensions(element)
            for at in range(0, len(numbers) - 1, step):
                yield numbers[at], numbers[at + 1]


def _dimensions(line: Element) -> int:
    return 3 if line.get("srsDimension") == "3" else 2


def _within(record: Element, name: str | None) -> Iterator[Element]:
    """The elements of a name, or all, in the record's places."""
    for places in _PLACES:
        for location in record.findall(places):
            yield from location.iter(name)


def _text(element: Element, name: str) -> str | None:
    """The text of the first element of a name, however deep."""
    found = next(element.iter(name), None)
    return (found.text or "").strip() or None if found is not None else None


def _time(element: Element, name: str, city: City, now: datetime) -> datetime | None:
    return time_or_none(_text(element, name), city.timezone, now, ahead=None)


def _first(read: Callable[[Element], str | None], told: list[Element]) -> str | None:
    return next((found for record in told if (found := read(record))), None)


def _spaced(kind: str | None) -> str:
    """AbnormalTraffic -> abnormal traffic."""
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in (kind or "")[:60])
    return plain(words, 60) or "report"
