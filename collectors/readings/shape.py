"""What a reading holds: the present state of one area, as JSON. Tiles and the API show this and nothing else.

Times are ISO 8601 in UTC with a Z; durations are seconds; None is unknown, never zero. Nothing here is personal: a
report is its category and its subdistrict.
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from collectors.counts import Counts
from collectors.doubt import Doubt
from collectors.readings.limits import Band
from collectors.records import AppGroup, AppStage, AppStatus, ComplaintStatus, TrafficKind
from collectors.source import Area

Freshness = Literal["live", "late", "stale", "failed", "never"]
Level = Literal["normal", "watch", "alarm", "unknown"]


class Paused(TypedDict):
    """A source that is not asked, since a person said so: until when (None: until somebody ends it), and why."""

    since: str
    until: str | None
    reason: str


class SourceState(TypedDict):
    """One source as the store knows it. `error` is a sentence, None when the last try succeeded.

    `fault` is its kind, with the HTTP status where that is the fault ("refused 503"; collectors/records.py, Fault).
    `rows` is the number of records in the last good answer, `counts` what became of every row since a moment,
    `rejected` the rejected ones of them. `quality` are reasons to doubt its data although it answers; the freshness
    says nothing of them. One that is `paused` is never live, whatever its age. What an earlier version did not store
    is missing. `withheld` says that a visitor is asked to do without the rest (readings/visitors.py).
    """

    name: str
    area: Area
    owner: str
    contact: NotRequired[str | None]
    collector: str
    every: float
    cadence: float
    freshness: Freshness
    as_of: str | None
    received: str | None
    changed: str | None
    error: str | None
    fault: NotRequired[str | None]
    failing_since: str | None
    next_try: str | None
    rows: NotRequired[int | None]
    overruns: int
    rejected: int
    counts: NotRequired[Counts]
    quality: NotRequired[list[Doubt]]
    demo: bool
    paused: NotRequired[Paused | None]
    withheld: NotRequired[bool]


class Reading(TypedDict):
    """What every area has.

    `as_of` is the oldest of its sources' own times; the worst source decides `freshness`. `late_after` and
    `stale_after` are the ages in seconds at which the freshness changes by itself, so that a browser can go on
    counting without a server. `failed_after` is the age at which a failing source makes the tile failed, None while
    nothing fails. `trend` is (time, value) every ten minutes for the last 24 hours, oldest first. `quality` says which
    of the reading's own wholes are not the sum of their parts; what is to be doubted of a source stands with it.
    """

    area: Area
    as_of: str | None
    received: str | None
    changed: str | None
    freshness: Freshness
    late_after: float
    stale_after: float
    failed_after: float | None
    value: int | None
    level: Level
    demo: bool
    sources: list[SourceState]
    trend: list[tuple[str, int]]
    quality: NotRequired[list[Doubt]]


class Entered(TypedDict):
    """`by_hand` is there, and true, where a person entered what is said; who it was is in no reading."""

    by_hand: NotRequired[bool]


class AgencyQueue(TypedDict):
    agency: str
    waiting: int
    oldest: str
    overdue: bool


class OpenReport(Entered):
    """A report that is not done, as strangers may see it: its category, and the subdistrict it is about."""

    at: str
    category: str
    status: ComplaintStatus
    subdistrict: str | None


class AgencyReports(TypedDict):
    """One agency's reports. `oldest` is the waiting report that was received first, `overdue` how many wait too long.

    `by_age` counts the waiting ones by age: seven equal parts of the limit, then all beyond it. `open` are the oldest
    reports that are not done, at most six.
    """

    agency: str
    waiting: int
    in_progress: int
    done: int
    unknown: int
    oldest: str | None
    overdue: int
    by_age: list[int]
    open: list[OpenReport]


class DistrictCount(TypedDict):
    code: str
    name: str
    waiting: int | None
    total: int | None


class NewestComplaint(Entered):
    """A report as strangers may see it: `place` is "subdistrict, district", lat and lon the subdistrict's middle."""

    at: str
    category: str
    status: ComplaintStatus
    place: str | None
    subdistrict: str | None
    lat: float | None
    lon: float | None


class ComplaintsReading(Reading):
    """`value` is `waiting`. Parts (waiting, in_progress, done, unknown) add up to `total` over `window_days`.

    `channels` counts reports by the way they came in, the most used first; a report whose source names none is in none.
    `by_category` counts them by category, of the 200 most used ones.

    `oldest` is the agencies with the oldest waiting report first (at most 10), `by_agency` each agency by name (at most
    200); `by_hour` counts reports received in each of the last 24 hours, oldest first; `by_subdistrict` maps codes to
    waiting reports.
    """

    waiting: int | None
    in_progress: int | None
    done: int | None
    unknown: int | None
    total: int | None
    window_days: int
    today: int | None
    limit_days: float
    oldest: list[AgencyQueue]
    by_district: list[DistrictCount]
    by_subdistrict: dict[str, int]
    unplaced: int | None
    by_agency: list[AgencyReports]
    by_hour: list[int]
    channels: dict[str, int]
    by_category: NotRequired[dict[str, int]]
    newest: list[NewestComplaint]
    on_map: bool


class BedSum(TypedDict):
    """Beds of one kind. Sums run over rooms whose number is known; `rooms_unknown` counts the others.

    Where `withheld`, visitors are not told how many are occupied: it is known, and about few patients.
    """

    free: int | None
    occupied: int | None
    capacity: int | None
    rooms_unknown: int
    withheld: NotRequired[bool]


class BedClass(BedSum):
    code: str
    name: str
    unit: Literal["inpatient", "icu", "emergency"]
    level: Level


class HospitalBeds(TypedDict):
    """One hospital, counted once: `source` is the one whose numbers these are."""

    id: str
    name: str
    source: str
    updated: str | None
    inpatient: BedSum
    icu: BedSum


class SilentHospital(TypedDict):
    """A hospital that has not reported lately: `since` is its last own time, None if it never reported."""

    id: str
    name: str
    since: str | None


class BedsReading(Reading):
    """`value` is the free inpatient beds. Intensive care is apart. `limit` is the share of occupied beds to watch.

    `share` is the occupied share of the inpatient beds of which both numbers are known (BOR), `band` what it is called.
    """

    icu: BedSum
    inpatient: BedSum
    emergency: BedSum
    limit: float
    share: float | None
    band: Band | None
    classes: list[BedClass]
    hospitals: list[HospitalBeds]
    hospitals_total: int | None
    hospitals_reporting: int | None
    not_reporting: list[SilentHospital]
    mismatched: int | None


class TrafficItem(Entered):
    """An event on a road. `seen_by` are the sources that report it, first the one whose words these are."""

    at: str | None
    kind: TrafficKind
    headline: str
    road: str | None
    district: str | None
    level: int | None
    length_m: int | None
    delay_s: int | None
    verified: bool | None
    seen_by: list[str]
    lat: float | None
    lon: float | None


class OpenByPlace(TypedDict):
    """Open reports by code, of every district and of each subdistrict that has any."""

    by_district: dict[str, int]
    by_subdistrict: dict[str, int]


class TrafficReading(Reading, OpenByPlace):
    """`value` is `open`: open events, jams among them, each once. `jams` has the worst first, `newest` the newest.

    `merged` is how many reports are of an event that another source reports too: with `open` they are all reports.
    `raised` are the reports that make the level what it is, the gravest first. The counts by kind, level
    and place are empty while nothing is known. `verified` counts those that somebody has checked, `unverified`
    those that nobody has or of which nothing is said.
    """

    open: int | None
    merged: int | None
    by_kind: dict[TrafficKind, int]
    by_level: dict[str, int]
    verified: int | None
    unverified: int | None
    jams: list[TrafficItem]
    newest: list[TrafficItem]
    raised: list[TrafficItem]
    outside: int | None
    on_map: bool


class AppCell(Entered):
    """`category` and `stage` are what the city's file says. What an earlier version did not store is missing."""

    id: str
    name: str
    group: AppGroup
    status: AppStatus
    latency_ms: int | None
    category: NotRequired[str | None]
    stage: NotRequired[AppStage]
    certificate_days: NotRequired[int | None]


class AbnormalApp(Entered):
    """An application that is not up, or up with a certificate about to end; the worst first. `since` is when this
    status began, as far as we know.

    `until` is when its maintenance is to end, None where it is in none or nobody says. `certificate_days` is how long
    its certificate lasts where that is not long enough, negative once it has ended.
    """

    id: str
    name: str
    owner: str
    status: AppStatus
    reason: str | None
    since: str | None
    stage: NotRequired[AppStage]
    until: NotRequired[str | None]
    certificate_days: NotRequired[int | None]


class AppGroupCount(TypedDict):
    group: AppGroup
    total: int
    up: int | None


class AppsReading(Reading):
    """`value` is `up`. `cells` has every application in the order of the city's file, then those only a source knows.

    Parts (up, degraded, down, unknown, maintenance) add up to `total`. One in `maintenance` may be down as planned: it
    raises no level and is not up. `expiring` are those of the up whose certificate ends soon.
    """

    up: int | None
    degraded: int | None
    down: int | None
    unknown: int | None
    maintenance: NotRequired[int | None]
    expiring: NotRequired[int | None]
    total: int
    groups: list[AppGroupCount]
    cells: list[AppCell]
    abnormal: list[AbnormalApp]
    median_ms: int | None
    slowest: AppCell | None
