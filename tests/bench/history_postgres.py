"""The page of complaints by PostgreSQL: a cluster of its own on a socket, for as long as it is measured."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tests.bench.history_cases import AGE, ANSWER, COLUMNS, Case
from tests.bench.machine import every_core
from tests.bench.processes import BenchError

INSTALLED = Path("/usr/lib/postgresql")
USER = "postgres"
SETTINGS = ("shared_buffers=1GB", "work_mem=64MB", "fsync=off", "max_wal_size=4GB", "listen_addresses=")
KINDS = {"requested": "timestamp", "day": "date", "finished_day": "date"} | dict.fromkeys(
    ("weekday", "hour", "finish_s", "answer_s"), "integer"
)
LONGEST = 1800.0


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running cluster; `told` is how its programs are started."""

    told: Sequence[str]
    binaries: Path
    folder: Path

    def run(self, name: str, *words: str, stdin: Path | None = None, text: str | None = None) -> str:
        """What a program of PostgreSQL says. Raises BenchError where it fails."""
        source = stdin.open("rb") if stdin else None
        try:
            done = subprocess.run(
                [*self.told, str(self.binaries / name), *words],
                stdin=source, input=text.encode() if text is not None else None, capture_output=True, check=False,
                timeout=LONGEST, cwd=self.folder, env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
            )  # fmt: skip
        finally:
            if source:
                source.close()
        if done.returncode:
            raise BenchError(f"{name}: {done.stderr.decode(errors='replace')[-300:]}")
        return done.stdout.decode()

    def sql(self, text: str, stdin: Path | None = None) -> str:
        words = ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", str(self.folder), "-d", "postgres"]
        return self.run("psql", *words, *(["-c", text] if stdin else []), stdin=stdin, text=None if stdin else text)

    def load(self, history: Path) -> float:
        """Take in the complaints: the seconds it took."""
        path, began = self.folder / "complaints.csv", time.perf_counter()
        with duckdb.connect(config={"memory_limit": "1GB"}) as connection:
            files = f"read_parquet('{history}/complaints/*.parquet')"
            connection.execute(
                f"COPY (SELECT {', '.join(COLUMNS)} FROM {files}) TO '{path}' (FORMAT csv, HEADER false)"
            )
        columns = ", ".join(f"{name} {KINDS.get(name, 'text')}" for name in COLUMNS)
        self.sql(f"CREATE TABLE complaints ({columns})")
        self.sql("COPY complaints FROM STDIN (FORMAT csv)", stdin=path)
        path.unlink()
        self.sql("CREATE INDEX ON complaints (requested); CREATE INDEX ON complaints (status) WHERE status = 'waiting'")
        self.sql("VACUUM ANALYZE complaints")
        return time.perf_counter() - began

    def asked(self, case: Case, now: str, runs: int) -> tuple[int, float, list[float]]:
        """How many reports, the median time to finish, and the milliseconds of each run of the page's questions."""
        where = f"requested >= '{case.start}' AND requested < '{case.end}'{district(case)}"
        check = f"SELECT count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY finish_s) FILTER (WHERE {DONE})"
        n, median = self.sql(f"{check} FROM complaints WHERE {where};").strip().split("|")
        times = []
        for _ in range(runs):
            said = self.sql("\\o /dev/null\n\\timing on\n" + ";\n".join(questions(case, now)) + ";\n")
            times.append(sum(float(line.split()[1]) for line in said.splitlines() if line.startswith("Time:")))
        return int(n), float(median), times


DONE = "status = 'done'"
SETS = "(agency), (district), (subdistrict), (category_code), (channel), (status), (day), (weekday, hour), ()"


def district(case: Case) -> str:
    return f" AND district = '{case.district}'" if case.district else ""


def questions(case: Case, now: str) -> list[str]:
    """What the page asks, the way one would write it: a scan for the counts, one for each kind of duration."""
    due = f"requested < timestamp '{now}' - interval '{AGE:.0f} seconds'"
    sums = f"""count(*), count(*) FILTER (WHERE {DONE}), count(*) FILTER (WHERE {due}),
        count(*) FILTER (WHERE {due} AND {DONE} AND finish_s <= {AGE:.0f}),
        count(*) FILTER (WHERE {due} AND status = 'waiting'), count(answer_s),
        count(*) FILTER (WHERE answer_s <= {ANSWER:.0f}), min(requested) FILTER (WHERE status = 'waiting')"""
    found = []
    for start, end, sets, by in (
        (case.start, case.end, SETS, "(agency), (district), ()"),
        (case.before, case.start, "(day), ()", "()"),
    ):
        here = f"FROM complaints WHERE requested >= '{start}' AND requested < '{end}'{district(case)}"
        columns = "".join(f"{name}, " for name in COLUMNS if f"({name}" in sets or f"{name})" in sets)
        keys = "agency, district, " if "agency" in by else ""
        found.append(f"SELECT {columns}{sums} {here} GROUP BY GROUPING SETS ({sets})")
        found += [
            f"SELECT {keys}percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY {what}) {here} {only} "
            f"GROUP BY GROUPING SETS ({by})"
            for what, only in (("finish_s", f"AND {DONE}"), ("answer_s", ""))
        ]
    waits = f"FROM complaints WHERE status = 'waiting'{district(case)}"
    age = f"least(7, floor(extract(epoch FROM timestamp '{now}' - requested) / {AGE / 7:.0f}))"
    return [
        *found,
        f"SELECT agency, {age}, count(*) {waits} GROUP BY 1, 2",
        f"SELECT * {waits} ORDER BY requested LIMIT 500",
        f"SELECT finished_day, count(*) FROM complaints WHERE {DONE}{district(case)} "
        f"AND finished_day >= date '{case.start}' AND finished_day <= date '{case.end}' GROUP BY 1",
        f"SELECT * FROM complaints WHERE requested < '{case.end}'{district(case)} ORDER BY requested DESC LIMIT 25",
    ]


def missing() -> str | None:
    """Why there is no PostgreSQL to be measured."""
    if not list(INSTALLED.glob("*/bin/postgres")):
        return "Debian's package postgresql is not installed"
    if os.getuid() == 0 and not (USER in {one.pw_name for one in pwd.getpwall()} and shutil.which("runuser")):
        return f"PostgreSQL does not run as root, and there is no user {USER}"
    return None


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A cluster that uses every core, gone afterwards."""
    binaries = max(INSTALLED.glob("*/bin/postgres"), key=lambda path: int(path.parts[-3].partition(".")[0])).parent
    told = ["runuser", "-u", USER, "--"] if os.getuid() == 0 else []
    with tempfile.TemporaryDirectory(prefix="live-room-postgres-") as name, every_core():
        folder = Path(name)
        if told:
            shutil.chown(folder, USER, USER)
        found = Postgres(told, binaries, folder)
        found.run("initdb", "-D", str(folder / "data"), "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust")
        settings = " ".join(f"-c {one}" for one in (*SETTINGS, f"unix_socket_directories={folder}"))
        data = ("-D", str(folder / "data"), "-w")
        subprocess.run(
            [*told, str(binaries / "pg_ctl"), *data, "-l", str(folder / "log"), "-o", settings, "start"],
            stdout=subprocess.DEVNULL, check=True, timeout=60, cwd=folder,
        )  # fmt: skip
        try:
            yield found
        finally:
            found.run("pg_ctl", *data, "-m", "fast", "stop")
