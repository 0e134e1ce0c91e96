"""What a collector is told: its source, its city, and the shape every collector has."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Literal, Protocol, runtime_checkable
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from collectors.records import AppGroup, Batch, Known, Record

if TYPE_CHECKING:
    from collectors.fetch import Http

Area = Literal["complaints", "beds", "traffic", "apps"]
# a key, by its names from the source's own block on, and what is wrong there: never a value, which may be secret
Mistake = tuple[tuple[str, ...], str]


class Application(BaseModel):
    """One of the city's applications, a row of the applications file.

    `accept` is the set of HTTP statuses that count as up; `contains` a text the body must hold; `kind` says whether
    the body is read as health+json.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    name: str
    group: AppGroup
    owner: str
    url: str
    kind: Literal["http", "health+json"] = "http"
    accept: frozenset[int] = frozenset(range(200, 400))
    contains: str | None = None


class City(BaseModel):
    """The city, as far as collectors need it. `bounds` is west, south, east, north in degrees."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    name: str
    code: str
    timezone: ZoneInfo
    bounds: tuple[float, float, float, float]
    applications: tuple[Application, ...] = ()


class Settings(BaseModel):
    """The keys of a source that only its collector knows. A collector that has none uses this class as it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def mistakes(self, area: Area) -> Iterator[Mistake]:
        """What does not fit together in a source of this area."""
        yield from ()


class Source(BaseModel):
    """One endpoint of `config.yaml`. `every` and `cadence` are seconds: how often we ask, how often news is due.

    `address` is what may be shown of the url; `contact` is a telephone or an address of the owner's office. `archive`
    is whether what it sends is kept for audit.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    area: Area
    collector: str
    url: str
    every: float
    cadence: float
    owner: str
    contact: str | None = None
    licence: str | None = None
    address: str | None = None
    archive: bool = True
    settings: Settings = Settings()


class Collector(Protocol):
    """Asks one source. `collect` returns a Batch or raises CollectError; it stores, schedules and logs nothing.

    `feeds` are the areas its sources may be of; `standard` is the protocol's own name, as its authors write it.
    """

    feeds: ClassVar[tuple[Area, ...]]
    standard: ClassVar[str]
    settings: ClassVar[type[Settings]]

    def __init__(self, source: Source, city: City) -> None: ...

    async def collect(self, http: Http, known: Known) -> Batch: ...


@runtime_checkable
class Rereads(Protocol):
    """A collector of sources that tell of a change once: what it could not read can be read again after a fix.

    `read` takes one row as the source sent it and when it was received; ValueError says why it cannot be read.
    """

    def read(self, row: object, received: datetime) -> Record: ...
