"""Sources that cannot be asked, such as a hospital behind a firewall: they send JSON (dashboards/push.py)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from collectors.fetch import Http
from collectors.mapped_areas import AREAS
from collectors.mapped_records import RowReader
from collectors.mapped_rows import at, stated
from collectors.mapped_settings import RowSettings
from collectors.merge import own_time
from collectors.personal import impersonal_record
from collectors.pushed import Pushed
from collectors.records import Batch, CollectError, Known, Record
from collectors.rejects import public_reason
from collectors.source import Area, City, Settings, Source
from collectors.totals import of_all

MOST_ROWS = 20_000
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def _variable(name: str) -> str:
    if not _VARIABLE.fullmatch(name):
        raise PydanticCustomError("variable", "must be the name of an environment variable")
    return name


Variable = Annotated[str, AfterValidator(_variable)]


class UnreadableError(Exception):
    """What was sent holds no rows. The sentence says why, and repeats nothing of it."""


class PushSettings(RowSettings):
    """`token_env` names the environment variable with the sender's token, `hmac_env` the one with the key it signs
    with, if it does. `per_minute` is how many pushes are taken in, `megabytes` how large each may be.

    A field without a path is read under its own name, but not a number in another unit than the one that has a path.
    """

    sends_to: ClassVar[str | None] = "/api/v1/push/"

    token_env: Variable
    hmac_env: Variable | None = None
    per_minute: int = Field(default=60, ge=1, le=6000)
    megabytes: int = Field(default=4, ge=1, le=16)

    def usual(self, area: Area) -> dict[str, str]:
        units = AREAS[area].units
        chosen = any(name in self.fields or name in self.constants for name in units)
        return {name: name for name in AREAS[area].fields if not (chosen and name in units)}


class Push:
    """Reads what one source sends."""

    feeds: ClassVar[tuple[Area, ...]] = tuple(AREAS)
    standard: ClassVar[str] = "JSON push"
    settings: ClassVar[type[Settings]] = PushSettings

    def __init__(self, source: Source, city: City) -> None:
        assert isinstance(source.settings, PushSettings)
        self._set, self._area = source.settings, AREAS[source.area]
        self._reader = RowReader(source, source.settings, city)

    async def collect(self, http: Http, known: Known) -> Batch:
        raise CollectError("is never asked: it sends by itself", fault="settings")

    def read(self, row: object, received: datetime) -> Record:
        return self._reader.one(row, received)

    async def sent(self, document: object, received: datetime, demo: str | None = None) -> Pushed:
        """The rows as records. Raises UnreadableError."""
        rows = self._rows(document)
        found = await self._reader.read(rows, received)
        count = len(rows) - found.sums
        whole = bool(self._set.whole)
        times = [time for record in found.records.values() if (time := own_time(record))]
        newest = max(times, default=received if whole or found.records else None)
        if whole and self._area.quiet:
            # all there is, sent now: that nothing in it is new is news as well
            newest = received
        return Pushed(
            records=tuple(impersonal_record(record) for record in found.records.values()),
            refused=tuple((row, replace(each, reason=public_reason(each.reason))) for row, each in found.refused),
            received=received,
            as_of=self._reader.made(document, received) or newest,
            whole=whole,
            repeated=max(0, count - len(found.records) - len(found.refused)),
            demo=demo,
            totals=(*of_all(stated(document, self._set.total), count, found.records.values()), *found.totals),
        )

    def _rows(self, document: object) -> list[object]:
        """A list of rows at the path the city's file gives, or one row alone."""
        path = self._set.rows
        found = at(document, path)
        if isinstance(found, Mapping):
            found = [found]
        if not isinstance(found, list):
            where = f" at {path}" if path else ""
            raise UnreadableError(f"there is no list of rows{where}, and no single row, in the body")
        if len(found) > MOST_ROWS:
            raise UnreadableError(f"there are more than {MOST_ROWS:,} rows in the body: send them in parts")
        return found
