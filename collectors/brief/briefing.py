"""The brief of a moment: from the readings, the stage and the past."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import cast

from collectors.brief.changes import changes
from collectors.brief.decisions import decisions
from collectors.brief.indicators import Known, indicators
from collectors.brief.periods import Numbers, PeriodQuestions
from collectors.brief.shape import Brief, BriefSource, Never, Trouble
from collectors.health import iso
from collectors.history import HistoryError
from collectors.owners import Owners
from collectors.past import Past
from collectors.readings.limits import Limits
from collectors.readings.shape import BedsReading, Reading
from collectors.readings.stage import Stage
from collectors.readings.water_shape import WaterReading
from collectors.source import EVERY_AREA, Application, Area, Source


@dataclass(frozen=True, slots=True)
class Briefing:
    """What a brief of one city is made of, beside what changes. `pages` are the areas that have a page of their past;
    without a `past` only the present is told."""

    past: Past | None
    owners: Owners
    limits: Limits
    applications: Sequence[Application]
    listed: Sequence[Source]
    pages: Collection[Area]
    zone: tzinfo

    @property
    def areas(self) -> list[Area]:
        """Those that have a source."""
        return [area for area in EVERY_AREA if any(source.area == area for source in self.listed)]

    async def brief(self, readings: Mapping[Area, Reading], stage: Stage, now: datetime) -> Brief:
        """`readings` as fresh as they are now."""
        areas = self.areas
        numbers, first, trouble = await self.asked(areas, now)
        known = Known(readings, numbers, self.limits, self.pages, now, self.zone)
        found = indicators(known, areas)
        mine = [readings[area] for area in areas if area in readings]
        heard = [source for reading in mine for source in sources(reading)]
        unheard = [source for source in self.listed if source.name not in {one["name"] for one in heard}]
        return {
            "at": iso(now),
            "stage": stage,
            "levels": [
                {"area": area, "level": readings[area]["level"] if area in readings else "unknown"} for area in areas
            ],
            "decisions": decisions(known, self.owners),
            "indicators": found,
            "changes": changes(known, found, stage),
            "sources": [*heard, *map(silent, unheard)],
            "never": [*map(mute, unheard), *(one for reading in mine for one in never(reading))],
            "first": first,
            "trouble": trouble,
            "demo": any(reading["demo"] for reading in mine),
        }

    async def asked(
        self, areas: Sequence[Area], now: datetime
    ) -> tuple[Mapping[str, Numbers], dict[Area, str | None], Trouble | None]:
        """What the past says, the first day of which it knows anything, and what is wrong with it."""
        nothing: dict[Area, str | None] = dict.fromkeys(areas)
        if self.past is None:
            return {}, nothing, None
        questions = PeriodQuestions(self.past, self.owners, self.limits, self.applications)
        alone = False
        for area in areas:
            alone |= not await self.past.refresh(area)
        try:
            numbers = await questions.all(areas, now)
            days = {area: await questions.first(area) for area in areas}
        except HistoryError as error:
            return {}, nothing, {"kind": "failed", "detail": str(error)}
        first = {area: day.isoformat() if day else None for area, day in days.items()}
        broken = [path.name for path in self.past.history.broken]
        if alone:
            return numbers, first, {"kind": "alone", "detail": ""}
        return numbers, first, {"kind": "broken", "detail": ", ".join(broken)} if broken else None


def sources(reading: Reading) -> list[BriefSource]:
    return [
        {
            "name": one["name"],
            "area": reading["area"],
            "owner": one["owner"],
            "freshness": one["freshness"],
            "as_of": one["as_of"],
            "failing_since": one["failing_since"],
            "fault": one.get("fault"),
        }
        for one in reading["sources"]
    ]


def silent(source: Source) -> BriefSource:
    """A source of the city's file that nobody has asked yet."""
    return {
        "name": source.name,
        "area": source.area,
        "owner": source.owner,
        "freshness": "never",
        "as_of": None,
        "failing_since": None,
        "fault": None,
    }


def mute(source: Source) -> Never:
    return {"kind": "source", "name": source.name}


def never(reading: Reading) -> list[Never]:
    """Whoever of an area has never said anything."""
    found: list[Never] = [
        {"kind": "source", "name": one["name"]} for one in reading["sources"] if one["freshness"] == "never"
    ]
    if reading["area"] == "beds":
        silent = cast("BedsReading", reading)["not_reporting"]
        found += [{"kind": "hospital", "name": one["name"]} for one in silent if one["since"] is None]
    if reading["area"] == "water":
        posts = cast("WaterReading", reading)["not_reporting"]
        found += [{"kind": "post", "name": one["post"]} for one in posts if one["since"] is None]
    return found
