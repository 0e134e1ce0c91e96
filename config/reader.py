"""The city's file: `config.yaml` read strictly, every mistake with its place, what was found and what is allowed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from collectors.adoption import Adopted
from collectors.archive import Keeping
from collectors.brief.kept import BriefSchedule
from collectors.districts import Districts
from collectors.owners import Owner
from collectors.readings.limits import Limits
from collectors.retention import Retention
from collectors.source import EVERY_AREA, Application, Area, City, Source
from config.address import ADDRESS_RULE, is_address
from config.adoption import read_adoption
from config.applications import read_applications
from config.blocks import block
from config.boundaries import read_bounds
from config.drills import drill_files, read_drills
from config.keys import ArchiveKeys, BriefKeys, CityKeys, FileKeys, HistoryKeys, ReplayKeys
from config.limits import read_limits
from config.owners import read_cors, read_owners
from config.residents import read_residents
from config.sheet import Sheet
from config.sources import read_source
from config.tours import Known, read_tours, tour_files
from config.walls import read_wall
from dashboards.incident import Incident
from dashboards.screen import Language, Recorded, Screen
from layouts.tour.script import Script


class ConfigError(Exception):
    """The file cannot be used. `mistakes` are whole sentences, each with its file, line and column."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True, slots=True)
class Config:
    """Everything the program is told.

    `demo` is the demo city's address where a source is fed by it, else None; `cors` the sites whose pages may read the
    API; `residents` how many people live in each district, as far as the city says; `address` where this program is
    reached from other machines, None where that is whatever it is asked by. `files` are all that were read, `folders`
    those in which a new file would be.
    """

    path: Path
    city: City
    languages: tuple[Language, ...]
    boundaries: Path
    sources: tuple[Source, ...]
    limits: Limits
    archive: Keeping
    history: Retention
    screens: Mapping[str, Screen]
    demo: str | None
    owners: tuple[Owner, ...]
    cors: tuple[str, ...]
    residents: Mapping[str, int]
    address: str | None
    files: tuple[Path, ...]
    adoption: tuple[Adopted, ...] = ()
    brief: BriefSchedule = field(default_factory=BriefSchedule)
    replay: Recorded = field(default_factory=Recorded)
    tours: Mapping[str, Script] = field(default_factory=dict)
    drills: Mapping[str, Incident] = field(default_factory=dict)
    folders: tuple[Path, ...] = ()


def load(path: Path, environment: Mapping[str, str]) -> Config:
    """The city described by a file. Raises ConfigError with all its mistakes, OSError if it cannot be read."""
    sheet = Sheet(path.name, environment)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        before = path.read_bytes()[: error.start]
        place = f"{before.count(10) + 1}:{len(before) - before.rfind(10)}"
        raise ConfigError([f"{path.name}:{place}: this is not UTF-8 text"]) from error
    found = sheet.read(text)
    config = Reader(path, sheet).config(found) if found is not None else None
    if config is None or sheet.mistakes:
        raise ConfigError(sheet.sentences())
    return config


class Reader:
    """Reads block by block, so that a mistake in one hides none in another, and puts together what is good."""

    def __init__(self, path: Path, sheet: Sheet) -> None:
        self.path = path
        self.sheet = sheet

    def config(self, found: object) -> Config | None:
        block(self.sheet, FileKeys, (), found)
        if not isinstance(found, Mapping):
            return None
        given: dict[str, Any] = {key: found.get(key) for key in ("city", "applications", "adoption", "tours", "drills")}
        blocks = ("sources", "archive", "history", "replay", "owners", "api", "limits", "walls")
        given |= {key: mapping(found.get(key)) for key in blocks}
        keys = self.block_of_city(given["city"])
        applications = self.applications(given["applications"])
        adoption = self.adoption(given["adoption"], applications)
        sources = [read_source(self.sheet, name, source) for name, source in given["sources"].items()]
        self.needs_applications(given["sources"], given["applications"], applications)
        self.knows_applications(sources, applications)
        languages = keys.languages if keys else []
        fed = areas_in(given["sources"])
        limits = read_limits(self.sheet, given["limits"], fed)
        archive = block(self.sheet, ArchiveKeys, ("archive",), given["archive"])
        history = block(self.sheet, HistoryKeys, ("history",), given["history"])
        replay = block(self.sheet, ReplayKeys, ("replay",), given["replay"])
        brief = self.brief(found.get("brief"))
        screens = [read_wall(self.sheet, name, wall, languages, fed) for name, wall in given["walls"].items()]
        owners = read_owners(self.sheet, given["owners"], keys.name if keys else "")
        cors = read_cors(self.sheet, given["api"])
        city = self.city(keys, applications) if keys else None
        residents = self.residents(keys) if keys and city else {}
        tours = self.tours(given["tours"], keys)
        drills = self.drills(given["drills"], fed)
        if self.sheet.mistakes or city is None or keys is None or limits is None:
            return None
        if archive is None or history is None or replay is None:
            return None
        return Config(
            path=self.path,
            city=city,
            languages=tuple(keys.languages),
            boundaries=self.beside(keys.boundaries),
            sources=tuple(source for source in sources if source is not None),
            limits=limits,
            archive=Keeping(archive.days, archive.megabytes),
            history=Retention(history.days, history.minute_days),
            replay=Recorded(replay.hours, replay.megabytes),
            screens={screen.name: screen for screen in screens if screen is not None},
            demo=self.demo(),
            owners=owners,
            cors=cors,
            residents=residents,
            address=keys.address.rstrip("/") if keys.address else None,
            files=(
                self.path,
                *(
                    self.beside(name)
                    for name in (keys.boundaries, keys.residents, given["applications"], given["adoption"])
                    if name
                ),
                *(tour_files(self.beside(given["tours"])) if given["tours"] else ()),
                *(drill_files(self.beside(given["drills"])) if given["drills"] else ()),
            ),
            adoption=adoption,
            brief=brief,
            tours=tours,
            drills=drills,
            folders=tuple(self.beside(given[key]) for key in ("tours", "drills") if given[key]),
        )

    def beside(self, name: str) -> Path:
        return (self.path.parent / name).resolve()

    def block_of_city(self, found: object) -> CityKeys | None:
        """Its keys alone; FileKeys has already said so where there is no such block."""
        return block(self.sheet, CityKeys, ("city",), found) if isinstance(found, Mapping) else None

    def city(self, keys: CityKeys, applications: list[Application]) -> City | None:
        place = ("city", "timezone")
        known = keys.timezone in available_timezones()
        if not known and place not in self.sheet.unset:
            found = self.sheet.shown(place, keys.timezone)
            self.sheet.wrong(place, f"found {found}; must be an IANA name such as Asia/Jakarta")
        address = ("city", "address")
        if keys.address is not None and address not in self.sheet.unset and not is_address(keys.address):
            self.sheet.wrong(address, f"found {self.sheet.shown(address, keys.address)}; {ADDRESS_RULE}")
        bounds = read_bounds(self.sheet, self.beside(keys.boundaries), keys.boundaries)
        if bounds is None or not known:
            return None
        zone = ZoneInfo(keys.timezone)
        return City(
            name=keys.name,
            code=keys.code,
            timezone=zone,
            bounds=bounds,
            applications=tuple(one for one in applications if one.stage != "retired"),
            retired=tuple(one for one in applications if one.stage == "retired"),
        )

    def residents(self, keys: CityKeys) -> dict[str, int]:
        if keys.residents is None or ("city", "residents") in self.sheet.unset:
            return {}
        boundaries = Districts.read(self.beside(keys.boundaries))
        return read_residents(self.sheet, self.beside(keys.residents), keys.residents, boundaries.names())

    def applications(self, name: object) -> list[Application]:
        if not isinstance(name, str) or not name or ("applications",) in self.sheet.unset:
            return []
        return read_applications(self.sheet, self.beside(name), name)

    def adoption(self, name: object, applications: list[Application]) -> tuple[Adopted, ...]:
        if not isinstance(name, str) or not name or ("adoption",) in self.sheet.unset:
            return ()
        return read_adoption(self.sheet, self.beside(name), name, [one.id for one in applications])

    def tours(self, name: object, keys: CityKeys | None) -> dict[str, Script]:
        """What tours name must be good first, so they are read where there is no other mistake."""
        if not isinstance(name, str) or not name or keys is None or self.sheet.mistakes:
            return {}
        places = Districts.read(self.beside(keys.boundaries)).names()
        return read_tours(self.sheet, self.beside(name), name, Known(keys.languages, keys.code, places))

    def drills(self, name: object, fed: Sequence[Area]) -> dict[str, Incident]:
        if not isinstance(name, str) or not name or ("drills",) in self.sheet.unset:
            return {}
        return read_drills(self.sheet, self.beside(name), name, fed)

    def brief(self, found: object) -> BriefSchedule:
        """Where there is no such block no brief is written; FileKeys has already said so where it is none."""
        keys = block(self.sheet, BriefKeys, ("brief",), found) if isinstance(found, Mapping) else None
        return BriefSchedule(keys.at, keys.keep) if keys is not None else BriefSchedule()

    def needs_applications(self, sources: Mapping[str, Any], name: object, applications: list[Application]) -> None:
        """A file whose rows are all wrong has said so itself."""
        if applications or (name is not None and self.sheet.has(("applications",))):
            return
        for source, keys in sources.items():
            if mapping(keys).get("collector") == "http_health":
                place = ("sources", source, "collector")
                self.sheet.wrong(place, "http_health needs the key applications: a file with at least one row")

    def knows_applications(self, sources: Sequence[Source | None], applications: Sequence[Application]) -> None:
        """Where a source says which application it means, that must be one of the file."""
        listed = {application.id for application in applications}
        if self.sheet.has(("applications",)):
            return
        for source in (one for one in sources if one is not None):
            for key, id_ in source.settings.named_applications():
                place = ("sources", source.name, *key)
                if id_ not in listed and place not in self.sheet.unset:
                    found = self.sheet.shown(place, id_)
                    self.sheet.wrong(place, f"found {found}; must be the id of a row of the applications file")

    def demo(self) -> str | None:
        given = self.sheet.environment.get("DEMO", "").rstrip("/")
        return given if given and "DEMO" in self.sheet.used else None


def mapping(found: object) -> Mapping[str, Any]:
    """The block, or an empty one where something else stands, of which FileKeys has told."""
    return found if isinstance(found, Mapping) else {}


def areas_in(sources: Mapping[str, Any]) -> list[Area]:
    """The areas that any source names, also one that is wrong elsewhere; all of them where one is not named right.

    That mistake is told where it is, and not again at every tile that has no source because of it.
    """
    named = [mapping(keys).get("area") for keys in sources.values()]
    if not named or any(area not in EVERY_AREA for area in named):
        return list(EVERY_AREA)
    return [area for area in EVERY_AREA if area in named]
