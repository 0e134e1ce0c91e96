"""What a mapped source may be of: for every area its canonical fields, and how they become a record.

A new area is a table entry here: the fields it needs and may have, and a function that reads one row of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from collectors.bed_counts import added_up, bed_unit, class_code
from collectors.complaint_status import complaint_status
from collectors.mapped_apps import app_health
from collectors.mapped_terms import Given, Terms
from collectors.numbers import count, measure
from collectors.records import (
    AppStatus,
    BedCount,
    BedUnit,
    Complaint,
    ComplaintStatus,
    Record,
    TotalOf,
    TrafficKind,
    TrafficReport,
    WaterLevel,
)
from collectors.source import Area
from collectors.text import plain, word
from collectors.traffic_kind import TrafficState, is_open, traffic_kind
from collectors.water_stage import WaterState, course, siaga

_HIGHEST_LEVEL = 5
# what is beyond is no water, but how a sensor says that it has no number (-999, 65535, ...)
LOWEST_CM, HIGHEST_CM = -900, 60_000


@dataclass(frozen=True, slots=True)
class MappedArea:
    """One area. Every field in `needs` must have a path or a fixed value, and one of `one_of` where there are any.

    `key` are the fields that tell two rows apart, `units` those that hold one number in several units. `statuses` and
    `kinds` are what a source's own words may mean here.
    `totals` is what a source may state a total of.
    `whole`: an answer is usually the source's whole present state. `quiet`: no news is good news, so the Date of an
    answer is as good as a record's time; elsewhere only records say how old the numbers are.
    """

    needs: tuple[str, ...]
    may: tuple[str, ...]
    key: tuple[str, ...]
    read: Callable[[Given, Terms], Record]
    one_of: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    totals: tuple[TotalOf, ...] = ("rows",)
    whole: bool = True
    quiet: bool = True

    @property
    def fields(self) -> tuple[str, ...]:
        return self.needs + self.one_of + self.may

    @property
    def sums(self) -> tuple[TotalOf, ...]:
        """The totals that are sums of a field."""
        return tuple(of for of in self.totals if of in self.fields)


def complaint(given: Given, terms: Terms) -> Complaint:
    """A report. What its title says goes before the description: on screen stands its category alone."""
    requested = terms.time(given.get("created"))
    if requested is None:
        raise ValueError("no created")
    closed = terms.time_or_none(given.get("closed"))
    told = terms.word(given.get("status"))
    status = complaint_status(told, terms.statuses)
    code = plain(given.get("category_code"), 100) or ""
    lat, lon = terms.place(given)
    return Complaint(
        id=terms.id(given, "id"),
        # a source that only says when a report was closed says by that whether it is
        status="done" if closed and not told else status,
        status_given=told or "",
        category=plain(given.get("category"), 200) or code,
        category_code=code,
        requested=requested,
        updated=_latest(terms.time_or_none(given.get("updated")), closed),
        agency=plain(given.get("agency"), 200),
        channel=plain(given.get("channel"), 60),
        description=_joined(plain(given.get("title"), 200), plain(given.get("description"))),
        address=plain(given.get("address"), 500),
        lat=lat,
        lon=lon,
    )


def bed_count(given: Given, terms: Terms) -> BedCount:
    """The beds of one room, or of one class. A hospital of which nothing is told is there, and unreported."""
    hospital = terms.id(given, "hospital_id")
    class_name, room = plain(given.get("class"), 100) or "", plain(given.get("room"), 200) or ""
    capacity, free, occupied = (count(given.get(name)) for name in ("capacity", "free", "occupied"))
    told = terms.word(given.get("unit"))
    unit = terms.kinds.get(word(told or "")) or bed_unit(told or "", class_name, room)
    named = class_name or room or told
    silent = not named and capacity is None and free is None and occupied is None
    lat, lon = terms.place(given)
    bed_class = class_code(class_name)
    return added_up(
        BedCount(
            id=f"{hospital}/{bed_class}/{room}",
            hospital_id=hospital,
            hospital=plain(given.get("hospital"), 200) or hospital,
            unit="unreported" if silent else unit,
            bed_class=bed_class,
            class_name=class_name,
            room=room,
            capacity=capacity,
            free=free,
            occupied=occupied,
            updated=terms.time_or_none(given.get("updated")),
            lat=lat,
            lon=lon,
        )
    )


def traffic_report(given: Given, terms: Terms) -> TrafficReport:
    """Something on a road. What begins later, as planned works do, is not open yet."""
    started = terms.time_or_none(given.get("started"), ahead=None)
    told = terms.word(given.get("kind")) or ""
    road = plain(given.get("road"), 200)
    level = count(given.get("level"))
    lat, lon = terms.place(given)
    return TrafficReport(
        id=terms.id(given, "id"),
        kind=traffic_kind(told, terms.kinds),
        kind_given=told,
        open=is_open(terms.word(given.get("status")), terms.statuses) and not (started and started > terms.now),
        headline=plain(given.get("headline"), 200) or road or told,
        road=road,
        level=level if level is not None and level <= _HIGHEST_LEVEL else None,
        verified=terms.truth(given.get("verified")),
        started=started,
        updated=terms.time_or_none(given.get("updated")),
        lat=lat,
        lon=lon,
    )


def water_level(given: Given, terms: Terms) -> WaterLevel:
    """What a post measures. Its place may lie outside the city: that is where the water comes from."""
    metres = _in_metres(given)
    unit = 100 if metres else 1

    def cm(name: str) -> float | None:
        number = measure(given.get(name))
        found = None if number is None else round(number * unit, 1)
        return found if found is not None and LOWEST_CM < found < HIGHEST_CM else None

    id_ = terms.id(given, "id")
    lat, lon = terms.anywhere(given)
    return WaterLevel(
        id=id_,
        post=plain(given.get("post"), 200) or id_,
        river=plain(given.get("river"), 200),
        level_cm=cm("level_m" if metres else "level_cm"),
        siaga=siaga(terms.word(given.get("status")), terms.statuses),
        siaga_4=cm("siaga_4"),
        siaga_3=cm("siaga_3"),
        siaga_2=cm("siaga_2"),
        siaga_1=cm("siaga_1"),
        trend=course(terms.word(given.get("trend"))),
        upstream=terms.truth(given.get("upstream")),
        updated=terms.time_or_none(given.get("updated")),
        lat=lat,
        lon=lon,
    )


AREAS: dict[Area, MappedArea] = {
    "complaints": MappedArea(
        needs=("id", "created"),
        may=(
            "status", "category", "category_code", "title", "description", "updated", "closed",
            "lat", "lon", "address", "agency", "channel",
        ),
        key=("id",),
        read=complaint,
        statuses=get_args(ComplaintStatus),
        totals=("rows", *get_args(ComplaintStatus)),
        whole=False,
    ),
    "beds": MappedArea(
        needs=("hospital_id",),
        one_of=("capacity", "free", "occupied"),
        may=("hospital", "class", "room", "unit", "updated", "lat", "lon"),
        key=("hospital_id", "class", "room"),
        read=bed_count,
        kinds=get_args(BedUnit),
        totals=("rows", "hospitals", "capacity", "free", "occupied"),
        quiet=False,
    ),
    "traffic": MappedArea(
        needs=("id", "kind"),
        may=("status", "headline", "road", "level", "verified", "started", "updated", "lat", "lon"),
        key=("id",),
        read=traffic_report,
        statuses=get_args(TrafficState),
        kinds=get_args(TrafficKind),
    ),
    "apps": MappedArea(
        needs=("id",),
        one_of=("status", "ok"),
        may=("name", "message", "latency_ms", "http_status", "certificate_days", "checked"),
        key=("id",),
        read=app_health,
        statuses=get_args(AppStatus),
        quiet=False,
    ),
    "water": MappedArea(
        needs=("id",),
        one_of=("level_cm", "level_m"),
        units=("level_cm", "level_m"),
        may=(
            "post", "river", "status", "siaga_4", "siaga_3", "siaga_2", "siaga_1", "trend", "upstream", "updated",
            "lat", "lon",
        ),
        key=("id",),
        read=water_level,
        statuses=get_args(WaterState),
        quiet=False,
    ),
}  # fmt: skip


def _in_metres(given: Given) -> bool:
    """Of a source that may use either unit every row says by its level which one it uses."""
    return "level_m" in given and ("level_cm" not in given or measure(given["level_m"]) is not None)


def _latest(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)


def _joined(title: str | None, text: str | None) -> str | None:
    if title and text and not text.startswith(title):
        return f"{title}. {text}"[:4000]
    return text or title
