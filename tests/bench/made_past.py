"""A past of ten million complaints and of five hundred applications seen every minute, as the nightly tidy leaves it.

Everything follows from the numbers of rows and the moment at which it ends. It is nobody's past; alike are only its
kinds: a few categories have most reports, most reports are finished within days, and some never.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from collectors.districts import Districts
from collectors.facts import BEDS, CHECKS, COMPLAINTS, HOURS, OUTAGES, TRAFFIC, WATER, Table, stamp
from collectors.history import COMPRESSION
from collectors.parts import DAY, HOUR, MONTH, following
from collectors.writing import is_over
from tests.bench.processes import ROOT

MEMORY = "3GB"
ONE_DAY, ONE_HOUR = timedelta(days=1), timedelta(hours=1)
ZONE = ZoneInfo("Asia/Jakarta")
DISTRICT = "36.71.01"


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is: complaints over twice as many days as anything else."""

    days: int = 365
    complaints_a_day: int = 13_700
    apps: int = 500
    hospitals: int = 35
    posts: int = 20
    reports_a_day: int = 300


FULL = Size()
SMALL = Size(days=60, complaints_a_day=500, apps=20, hospitals=5, posts=3, reports_a_day=50)


@dataclass
class MadePast:
    """Writes a past up to `now`, which is in UTC."""

    folder: Path
    now: datetime
    size: Size = FULL
    connection: duckdb.DuckDBPyConnection = field(init=False)

    def write(self) -> None:
        self.connection = duckdb.connect(config={"memory_limit": MEMORY})
        districts = Districts.read(ROOT / "assets" / "map" / "tangerang.geojson")
        places = [(number, one.code, one.district_code) for number, one in enumerate(districts.each)]
        self.connection.execute("CREATE TABLE places (place INTEGER, subdistrict VARCHAR, district VARCHAR)")
        self.connection.executemany("INSERT INTO places VALUES (?, ?, ?)", places)
        each: list[tuple[Table, int, Callable[[datetime, datetime], str]]] = [
            (COMPLAINTS, 2, self.complaints), (CHECKS, 1, self.checks), (HOURS, 1, self.hours),
            (OUTAGES, 1, self.outages), (BEDS, 1, self.beds), (WATER, 1, self.water), (TRAFFIC, 1, self.traffic),
        ]  # fmt: skip
        try:
            for table, times, rows in each:
                (self.folder / table.name).mkdir(parents=True)
                for stem, start, end in self.files(table, self.first(times)):
                    path = self.folder / table.name / f"{stem}.parquet"
                    self.connection.execute(f"COPY ({rows(start, end)}) TO '{path}' ({COMPRESSION})")
        finally:
            self.connection.close()

    def first(self, times: int = 1) -> datetime:
        """The beginning of the first day, of a past so many times as long as usual."""
        return self.now.replace(hour=0, minute=0, second=0, microsecond=0) - times * self.size.days * ONE_DAY

    def files(self, table: Table, start: datetime) -> Iterator[tuple[str, datetime, datetime]]:
        """The times of which the tidy makes files, up to now."""
        today = self.now.replace(hour=0, minute=0, second=0, microsecond=0)
        while start < self.now:
            if is_over(table, start, self.now):
                form, end = MONTH, following(start.replace(day=1))
            elif start < today or not table.sampled:
                form, end = DAY, start + ONE_DAY
            else:
                form, end = HOUR, start + ONE_HOUR
            yield f"{start:{form}}", start, min(end, self.now)
            start = end

    def local(self, column: str) -> str:
        """Day, hour and weekday of a moment, of a city that does not change its clocks."""
        here = f"({column} + INTERVAL {(self.now.astimezone(ZONE).utcoffset() or timedelta()).seconds} SECOND)"
        return f"{here}::DATE AS day, hour({here})::UTINYINT AS hour, isodow({here})::UTINYINT AS weekday"

    def moments(self, start: datetime, end: datetime, every: int) -> str:
        """Every so many seconds, the end excluded, as `moment`."""
        count = -(-(end - start) // timedelta(seconds=every))
        return f"(SELECT TIMESTAMP '{stamp(start)}' + to_seconds(n * {every}) AS moment FROM range({count}) t(n))"

    def complaints(self, start: datetime, end: datetime) -> str:
        """So many a day, most of them by day; done after some days but for one in 250, as far as that is over."""
        first, a_day = self.first(2), self.size.complaints_a_day
        numbers = f"range({(start - first) // ONE_DAY * a_day}, {-(-(end - first) // ONE_DAY) * a_day})"
        by_day = f"(n % {a_day}) / {a_day}::DOUBLE"
        at = f"86400 * ({by_day} + (sin({by_day} * 2 * pi() + 1.8) - sin(1.8)) * 0.12)"
        return f"""
            WITH numbered AS (
                SELECT n, TIMESTAMP '{stamp(first)}' + to_seconds((n // {a_day} * 86400 + {at})::BIGINT) AS requested,
                    (pow({luck(1)}, 2.2) * 60)::INTEGER AS kind, (pow({luck(2)}, 1.4) * 103)::INTEGER AS place,
                    floor(pow({luck(3)}, 2) * 6)::INTEGER AS channel, 900 - 21600 * ln(1 - {luck(4)}) AS answer_s,
                    86400 * -2.6 * ln(1 - {luck(5)}) AS more_s, {luck(6)} AS luck, {luck(7)} AS other
                FROM {numbers} t(n)
            ), timed AS (
                SELECT *, requested + to_seconds(answer_s::BIGINT) AS answer_at,
                    requested + to_seconds(answer_s::BIGINT + more_s::BIGINT) AS finish_at
                FROM numbered WHERE requested < '{stamp(end)}'
            ), found AS (
                SELECT *, CASE WHEN finish_at < '{stamp(self.now)}' AND luck > 0.004 THEN 'done'
                        WHEN other < 0.01 THEN 'unknown'
                        WHEN answer_at < '{stamp(self.now)}' AND other < 0.5 THEN 'in_progress' ELSE 'waiting'
                    END AS status
                FROM timed
            )
            SELECT 'laksa' AS source, 'LKS-' || lpad(n::VARCHAR, 9, '0') AS id, 'Jenis ' || kind AS category,
                'k' || lpad(kind::VARCHAR, 2, '0') AS category_code,
                CASE WHEN n % 17 = 0 THEN upper('Dinas ' || kind % 30 || ' Kota Tangerang')
                    ELSE 'Dinas ' || kind % 30 END AS agency,
                ['LAKSA', 'WhatsApp', 'SP4N', '112', 'Instagram', 'Loket'][channel + 1] AS channel, status, requested,
                CASE status WHEN 'done' THEN finish_at WHEN 'in_progress' THEN answer_at ELSE requested END AS updated,
                CASE WHEN status IN ('done', 'in_progress') THEN answer_at END AS answered,
                CASE WHEN status = 'done' THEN finish_at END AS finished,
                epoch(answered - requested)::INTEGER AS answer_s, epoch(finished - requested)::INTEGER AS finish_s,
                {self.local("finished").split(" AS day")[0]} AS finished_day, (other < 0.03)::UTINYINT AS reopened,
                subdistrict, district, {self.local("requested")}, true AS demo
            FROM found JOIN places USING (place) ORDER BY requested"""

    def checks(self, start: datetime, end: datetime) -> str:
        """One application in 400 is out of order for the same twenty minutes."""
        minutes = (end - start) // timedelta(minutes=1)
        at = f"TIMESTAMP '{stamp(start)}' + to_minutes(i % {minutes})"
        return f"""
            SELECT moment, app, CASE WHEN NOT bad THEN 'up' WHEN luck % 3 = 0 THEN 'degraded' ELSE 'down' END AS status,
                CASE WHEN NOT bad THEN (40 + number % 200 + luck % 97)::INTEGER END AS latency_ms, true AS demo
            FROM (
                SELECT *, hash(number, epoch(moment)::BIGINT // 1200) % 400 = 0 AS bad,
                    hash(number, epoch(moment)::BIGINT) AS luck
                FROM (
                    SELECT i // {minutes} AS number, {at} AS moment,
                        'app-' || lpad((i // {minutes})::VARCHAR, 3, '0') AS app
                    FROM range({minutes * self.size.apps}) t(i)
                )
            )"""

    def checked(self, start: datetime, end: datetime) -> str:
        files = f"read_parquet('{self.folder / CHECKS.name}/*.parquet')"
        return f"(FROM {files} WHERE moment >= '{stamp(start)}' AND moment < '{stamp(end)}')"

    def hours(self, start: datetime, end: datetime) -> str:
        counted = ", ".join(
            f"count(*) FILTER (status = '{status}')::USMALLINT AS {status}"
            for status in ("up", "degraded", "down", "maintenance")
        )
        return f"""
            SELECT date_trunc('hour', moment) AS moment, app, count(*)::USMALLINT AS checks, {counted},
                count(latency_ms)::USMALLINT AS latency_n, coalesce(sum(latency_ms), 0)::INTEGER AS latency_sum,
                quantile_disc(latency_ms, 0.95) AS latency_p95, max(latency_ms) AS latency_max, true AS demo
            FROM {self.checked(start, end)} GROUP BY app, date_trunc('hour', moment) ORDER BY app, moment"""

    def outages(self, start: datetime, end: datetime) -> str:
        """As the collecting side keeps them: what goes on from one hour to the next is two rows."""
        return f"""
            SELECT app, min(moment) AS began, max(moment) + INTERVAL 1 MINUTE AS ended,
                CASE WHEN bool_or(status = 'down') THEN 'down' ELSE 'degraded' END AS status,
                count(*)::USMALLINT AS checks, true AS demo
            FROM (
                SELECT *, epoch(moment) // 60 - row_number() OVER (PARTITION BY app ORDER BY moment) AS spell
                FROM {self.checked(start, end)} WHERE status <> 'up'
            ) GROUP BY app, spell, date_trunc('hour', moment) ORDER BY app, began"""

    def beds(self, start: datetime, end: datetime) -> str:
        """Eight classes each; one hospital in fifty is silent for the same three hours."""
        return f"""
            SELECT moment, 'R' || lpad(h::VARCHAR, 3, '0') AS hospital_id, 'RS ' || h AS hospital, 'siranap' AS source,
                CASE c WHEN 0 THEN 'icu' WHEN 1 THEN 'emergency' ELSE 'inpatient' END AS unit, 'K' || c AS bed_class,
                'Kelas ' || c AS class_name, (10 + c * 3)::INTEGER AS capacity, free::INTEGER AS free,
                (10 + c * 3 - free)::INTEGER AS occupied, 0::INTEGER AS rooms_unknown,
                hash(h, epoch(moment)::BIGINT // 10800) % 50 > 0 AS reporting, moment - INTERVAL 5 MINUTE AS updated,
                {self.local("moment")}, true AS demo
            FROM (
                SELECT *, hash(h, c, epoch(moment)::BIGINT // 7200) % (10 + c * 3) AS free
                FROM range({self.size.hospitals}) a(h), range(8) b(c), {self.moments(start, end, 900)}
            ) ORDER BY hospital_id, unit, bed_class, moment"""

    def water(self, start: datetime, end: datetime) -> str:
        return f"""
            SELECT moment, 'p' || p AS post, 'Pos ' || p AS name, 'Kali' AS river, level::INTEGER AS level_cm,
                (4 - level // 75)::UTINYINT AS siaga, true AS reporting, {self.local("moment")}, true AS demo
            FROM (
                SELECT *, 100 + 90 * sin(epoch(moment) / 1e5 + p) + hash(p, epoch(moment)::BIGINT) % 20 AS level
                FROM range({self.size.posts}) a(p), {self.moments(start, end, 600)}
            ) ORDER BY post, moment"""

    def traffic(self, start: datetime, end: datetime) -> str:
        count = (end - start) * self.size.reports_a_day // ONE_DAY
        apart = 86400 // self.size.reports_a_day
        return f"""
            SELECT 'waze' AS source, '{start:%Y%m%d}-' || n AS id,
                ['jam', 'accident', 'flood', 'hazard', 'works'][kind + 1] AS kind, (n % 6)::UTINYINT AS level,
                'Jalan ' || road AS road, n % 3 = 0 AS verified, started,
                CASE WHEN luck > 0.02 THEN least(started + to_seconds(open_s), '{stamp(self.now)}') END AS ended,
                epoch(ended - started)::INTEGER AS open_s, subdistrict, district, {self.local("started")}, true AS demo
            FROM (
                SELECT n, TIMESTAMP '{stamp(start)}' + to_seconds(n * {apart}) AS started, {luck(1)} AS luck,
                    floor(pow({luck(2)}, 2) * 5)::INTEGER AS kind, (pow({luck(3)}, 2) * 300)::INTEGER AS road,
                    (-2400 * ln(1 - {luck(4)}))::BIGINT AS open_s, (pow({luck(5)}, 1.4) * 103)::INTEGER AS place
                FROM range({count}) t(n)
            ) JOIN places USING (place) ORDER BY started"""


def luck(number: int) -> str:
    """From 0 to nearly 1, by a row's number `n`."""
    return f"(hash(n, {number}) % 1000003 / 1000003)"
