"""HL7 FHIR R4: hospital beds from MeasureReports or from one Location per bed, as SATUSEHAT and others serve them.

The url of the source is the server's base, to which /MeasureReport or /Location is added.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Literal

from pydantic import Field

from collectors.answer import Answer
from collectors.fetch import Http, time_limit
from collectors.fhir import FhirServer, Resource, is_test, last_updated, matched, newest, resources
from collectors.fhir_locations import beds_of
from collectors.fhir_reports import CDC, Codes, Report, ReportedClass, is_of, read_report
from collectors.hospitals import Found, Hospital, Hospitals
from collectors.oauth import Token, TokenKeys
from collectors.records import Batch, BedCount, Known
from collectors.rejects import rejected
from collectors.rows import in_turns
from collectors.source import Area, City, Settings, Source
from collectors.text import plain
from collectors.times import time_or_none

_TEST = "FHIR test data"


class FhirBedsSettings(Settings):
    """`resource` is what the server keeps beds as.

    MeasureReport: `measure` is the canonical address of the measure (all where it is not given), `group` the code of
    the group that counts beds, `classes` which codes count what, `total` the codes of what a hospital states of all its
    beds, to be compared with the sum of its classes, `days` how far back reports are asked for.
    `params` are added to every search; `page_size` is resources per page. `hospitals` names those that must report.
    """

    resource: Literal["MeasureReport", "Location"] = "MeasureReport"
    measure: str | None = None
    group: str = "Beds"
    classes: list[ReportedClass] = Field(default_factory=lambda: list(CDC), min_length=1)
    total: Codes | None = None
    days: int = Field(default=7, ge=1, le=90)
    params: dict[str, str] = Field(default_factory=dict)
    page_size: int = Field(default=100, ge=1, le=1000)
    hospitals: Hospitals[Hospital] = Field(default_factory=list)
    token: TokenKeys | None = None


class FhirBeds:
    """Reads the beds of one FHIR server."""

    feeds: ClassVar[tuple[Area, ...]] = ("beds",)
    standard: ClassVar[str] = "HL7 FHIR R4"
    settings: ClassVar[type[Settings]] = FhirBedsSettings

    def __init__(self, source: Source, city: City) -> None:
        self._city = city
        self._set = source.settings if isinstance(source.settings, FhirBedsSettings) else FhirBedsSettings()
        limit = time_limit(source.every)
        token = Token(self._set.token, limit) if self._set.token else None
        self._server = FhirServer(source.url, token, limit)
        self._hospitals = {hospital.code: hospital for hospital in self._set.hospitals}
        # a hospital's time never runs back, or the removal of the bed that changed last would look like old news
        self._changed: dict[str, datetime] = {}

    async def collect(self, http: Http, known: Known) -> Batch:
        pages = await self._server.search(http, self._set.resource, self._params())
        found = Found([answer for answer, _ in pages])
        if self._set.params.get("_total") != "estimate":
            found.totals += matched((page for _, page in pages), self._set.resource)
        of_kind = await self._of_kind(pages, found)
        now = found.answers[-1].received
        if self._set.resource == "Location":
            await self._locations(of_kind, pages, now, found)
        else:
            await self._reports(of_kind, now, found)
        for hospital in self._set.hospitals:
            found.expect(hospital)
        return found.batch(_TEST if any(is_test(each) for each in of_kind) else None)

    def _params(self) -> dict[str, str]:
        params = {"_count": str(self._set.page_size)}
        if self._set.resource == "MeasureReport":
            since = datetime.now(self._city.timezone) - timedelta(days=self._set.days)
            params |= {"date": f"ge{since:%Y-%m-%d}", "_sort": "-date"}
            if self._set.measure:
                params["measure"] = self._set.measure
        return params | self._set.params

    async def _of_kind(self, pages: list[tuple[Answer, Resource]], found: Found) -> list[Resource]:
        """The resources asked for, each once. What a server adds to a search (include) is left aside."""
        kept: dict[str, Resource] = {}
        for _, page in pages:
            async for resource in in_turns(resources(page)):
                if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
                    found.refused.append(rejected("not a resource", resource))
                elif resource["resourceType"] == "OperationOutcome":
                    found.refused.append(rejected(f"the server said: {self._server.said(resource)}", None))
                elif resource["resourceType"] == self._set.resource:
                    if (key := plain(resource.get("id"), 100)) is None:
                        found.refused.append(rejected("resource without an id", resource))
                    else:
                        kept[key] = resource
        return list(kept.values())

    async def _reports(self, of_kind: list[Resource], now: datetime, found: Found) -> None:
        """The newest report of each hospital; reports of other measures are left aside."""
        reports: dict[tuple[str, str], Report] = {}
        async for resource in in_turns(of_kind):
            if not is_of(self._set.measure, resource):
                continue
            try:
                report = read_report(
                    resource,
                    self._set.group,
                    self._set.classes,
                    self._set.total,
                    self._hospitals,
                    self._city.timezone,
                    now,
                )
            except ValueError as reason:
                found.refused.append(rejected(reason, resource))
                continue
            held = reports.get((report.hospital, report.measure))
            if held is None or report.replaces(held):
                reports[report.hospital, report.measure] = report
        for report in reports.values():
            found.totals += report.totals
            for bed in report.beds:
                found.add(bed, None)

    async def _locations(
        self, of_kind: list[Resource], pages: list[tuple[Answer, Resource]], now: datetime, found: Found
    ) -> None:
        by_id = {plain(resource["id"], 100) or "": resource for resource in of_kind}
        rooms, refused = await beds_of(by_id, self._hospitals, self._city.bounds, now)
        found.refused += refused
        answered = newest(*(time_or_none(_page_time(page), UTC, now) for _, page in pages))
        for room in rooms:
            bare = room.unit == "unreported"
            found.rooms[room.id] = room if bare else replace(room, updated=self._time(room, answered))

    def _time(self, room: BedCount, answered: datetime | None) -> datetime | None:
        """When the beds of a room's hospital last changed; where no bed says so, when the server answered."""
        changed = newest(room.updated or answered, self._changed.get(room.hospital_id))
        if changed is not None:
            self._changed[room.hospital_id] = changed
        return changed


def _page_time(page: Resource) -> object:
    """When the server made a Bundle."""
    return last_updated(page) or page.get("timestamp") if page["resourceType"] == "Bundle" else None
