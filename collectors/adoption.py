"""Which regions took over which of the city's applications, and how far, as far as a source says so.

Published totals of adopters fall and rise, since they add up visits, agreements and applications that run. Here each
fact is one stage of one region, and every count says whether it is of regions or of pairs of a region and an
application.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal, TypedDict, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

AdoptionStage = Literal["visit", "mou", "agreement", "training", "live", "stopped"]
STAGES: tuple[AdoptionStage, ...] = get_args(AdoptionStage)
OF_REGIONS: tuple[AdoptionStage, ...] = ("visit", "mou", "agreement")
"""The stages that a region reaches as a whole; the others are counted by pair of a region and an application."""
SINCE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?", re.ASCII)
CODE = re.compile(r"\d{2}\.\d{2}", re.ASCII)
SOURCE = re.compile(r"https?://[^\s<>\"]+(?: https?://[^\s<>\"]+)*")


def day_of(text: str) -> str:
    """A year, a month or a day, such as 2016, 2016-09 or 2016-09-21: what the source says and no more."""
    try:
        if not SINCE.fullmatch(text):
            raise ValueError(text)
        date.fromisoformat(f"{text}-01-01"[:10] if len(text) < 10 else text)
    except ValueError:
        raise PydanticCustomError("since", "must be a year, a month or a day: 2016, 2016-09 or 2016-09-21") from None
    return text


def code_of(text: str) -> str:
    if not CODE.fullmatch(text):
        raise PydanticCustomError("code", "must be the code of a kabupaten or kota, such as 36.02, or empty")
    return text


def addresses_of(text: str) -> str:
    if not SOURCE.fullmatch(text):
        raise PydanticCustomError("source", "must be the address of a page that says so, or several, with one blank")
    return text


class Adopted(BaseModel):
    """One fact, as its sources state it. `application` None: which one is not said; `stage` None: a region is named as
    an adopter, but not how far it is. `region_code` is the ministry's, None where the name alone does not tell."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    region: Annotated[str, Field(min_length=1, max_length=80)]
    region_code: Annotated[str, AfterValidator(code_of)] | None = None
    application: str | None = None
    stage: AdoptionStage | None = None
    since: Annotated[str, AfterValidator(day_of)] | None = None
    source: Annotated[str, AfterValidator(addresses_of)]

    @property
    def key(self) -> str:
        """What makes a region one: its code, else its name."""
        return self.region_code or self.region.casefold()

    @property
    def sources(self) -> list[str]:
        return self.source.split(" ")


class AdoptionFact(TypedDict):
    """One fact as `Adopted` has it; `sources` are the addresses of the pages that say so."""

    region: str
    region_code: str | None
    application: str | None
    stage: AdoptionStage | None
    since: str | None
    sources: list[str]


class StageCount(TypedDict):
    """`regions` ever reached the stage, with whatever application; `pairs` of a region and a named application are in
    it at present. `stage` None: named as an adopter, and not how far."""

    stage: AdoptionStage | None
    regions: int
    pairs: int


class AdoptionBoard(TypedDict):
    """Every fact as the file has it, and the counts."""

    facts: list[AdoptionFact]
    regions: int
    applications: int
    stages: list[StageCount]


@dataclass(frozen=True, slots=True)
class Region:
    """One region. `at` is the fact that holds at present for each application (None: not said)."""

    key: str
    name: str
    code: str | None
    facts: Sequence[Adopted]
    at: Mapping[str | None, Adopted] = field(default_factory=dict)

    def reached(self, stage: AdoptionStage | None) -> bool:
        return any(fact.stage == stage for fact in self.facts)

    def pairs(self, stage: AdoptionStage | None) -> int:
        return sum(fact.stage == stage for id, fact in self.at.items() if id is not None)


def order(fact: Adopted) -> tuple[str, int]:
    """Later is newer; of the same time, or of none, the later stage."""
    return fact.since or "", STAGES.index(fact.stage) if fact.stage else -1


def regions_of(facts: Sequence[Adopted]) -> list[Region]:
    """The regions by name, each with its facts from the oldest to the newest."""
    by_key: dict[str, list[Adopted]] = {}
    for fact in facts:
        by_key.setdefault(fact.key, []).append(fact)
    found = []
    for key, mine in by_key.items():
        mine.sort(key=order)
        at = {fact.application: fact for fact in mine}
        found.append(Region(key, mine[-1].region, mine[-1].region_code, mine, at))
    return sorted(found, key=lambda one: one.name.casefold())


def counted(regions: Sequence[Region]) -> list[StageCount]:
    """By stage, each for itself: a region that visited and signed counts in both."""
    stages: list[AdoptionStage | None] = [*STAGES, None]
    return [
        {
            "stage": stage,
            "regions": sum(region.reached(stage) for region in regions),
            "pairs": sum(region.pairs(stage) for region in regions),
        }
        for stage in stages
    ]


def applications_of(regions: Sequence[Region]) -> list[str]:
    """The applications that any region is said to have to do with, those of most regions first."""
    each = [id for region in regions for id in region.at if id is not None]
    return sorted(set(each), key=lambda id: (-each.count(id), id))


def board(facts: Sequence[Adopted]) -> AdoptionBoard:
    regions = regions_of(facts)
    return {
        "facts": [
            {
                "region": fact.region,
                "region_code": fact.region_code,
                "application": fact.application,
                "stage": fact.stage,
                "since": fact.since,
                "sources": fact.sources,
            }
            for fact in facts
        ],
        "regions": len(regions),
        "applications": len(applications_of(regions)),
        "stages": counted(regions),
    }
