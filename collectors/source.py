"""What a collector is told: its source, its city, and the shape every collector has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Protocol, get_args, runtime_checkable
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from collectors.maintenance import Window, windows
from collectors.records import AppGroup, AppStage, Batch, Known, Record

if TYPE_CHECKING:
    from collectors.fetch import Http

Area = Literal["complaints", "beds", "traffic", "apps", "water"]
EVERY_AREA: tuple[Area, ...] = get_args(Area)
"""In the order in which screens name them."""
# a key, by its names from the source's own block on, and what is wrong there: never a value, which may be secret
Mistake = tuple[tuple[str, ...], str]
Text = Annotated[str, Field(min_length=1)]
BY_HAND = "manual"
"""The collector of values that somebody types; wherever they show it is said."""


def statuses(value: object) -> object:
    """'200-299 401', 200 or a list of these as a set of HTTP statuses. Raises ValueError with a sentence."""
    if isinstance(value, frozenset | set) or value is None:
        return value
    found: set[int] = set()
    for part in value if isinstance(value, list) else str(value).split():
        match = re.fullmatch(r"([1-5][0-9]{2})(?:-([1-5][0-9]{2}))?", str(part))
        if match is None or int(match[2] or match[1]) < int(match[1]):
            raise ValueError("must be statuses such as 200 or 200-299")
        found |= set(range(int(match[1]), int(match[2] or match[1]) + 1))
    return frozenset(found)


class Application(BaseModel):
    """One of the city's applications, a row of the applications file.

    `accept` is the set of HTTP statuses that count as up; `contains` a text the body must hold; `kind` says how the
    body is read, and `elsewhere` that this url is not asked because other sources speak of the application. One that is
    retired is neither checked nor counted. Within a window of `maintenance` it may be down.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Text
    name: Text
    group: AppGroup
    owner: Text
    url: str
    kind: Literal["http", "health+json", "actuator", "elsewhere"] = "http"
    accept: Annotated[frozenset[int], BeforeValidator(statuses)] = frozenset(range(200, 400))
    contains: str | None = None
    category: str | None = None
    stage: AppStage = "live"
    maintenance: Annotated[tuple[Window, ...], BeforeValidator(windows)] = ()


class City(BaseModel):
    """The city, as far as collectors need it. `bounds` is west, south, east, north in degrees.

    `applications` are those that count; `retired` are kept so that a source which still speaks of one is understood.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    name: str
    code: str
    timezone: ZoneInfo
    bounds: tuple[float, float, float, float]
    applications: tuple[Application, ...] = ()
    retired: tuple[Application, ...] = ()


class Settings(BaseModel):
    """The keys of a source that only its collector knows. A collector that has none uses this class as it is.

    `sends_to` is the address below which such a source sends by itself; it is never asked, and has neither url nor
    interval. None for a source that is asked.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    sends_to: ClassVar[str | None] = None

    def mistakes(self, area: Area) -> Iterator[Mistake]:
        """What does not fit together in a source of this area."""
        yield from ()

    def named_applications(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Where in the settings an application of the city's list is named, and its id."""
        yield from ()


class Source(BaseModel):
    """One endpoint of `config.yaml`. `every` and `cadence` are seconds: how often we ask, how often news is due.

    `every` is 0 and `url` empty where the source is never asked.

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

    @property
    def asked(self) -> bool:
        return self.settings.sends_to is None


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


@runtime_checkable
class Recalls(Protocol):
    """A collector of sources that can be asked for their past.

    `past` is everything that began from one moment up to another, the end excluded, as it is now. Raises CollectError.
    """

    async def past(self, http: Http, start: datetime, end: datetime) -> Batch: ...
