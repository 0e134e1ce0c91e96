"""The page of complaints by a plain page that keeps a pandas frame in memory.

    python -m tests.bench.history_pandas FOLDER RUNS START,END,BEFORE,DISTRICT ...

Prints JSON: the seconds it took to load, its resident MB, and of each case `n`, the median time to finish, and the
milliseconds of each run. It answers what ComplaintQuestions answers, the way one would write it: a frame of the time
asked, and a groupby for every chart.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from tests.bench.history_cases import AGE, ANSWER, COLUMNS, Case

PARTS = pd.Series([0.5, 0.9])
KEYS = (
    ["agency"],
    ["district"],
    ["subdistrict"],
    ["category_code"],
    ["channel"],
    ["status"],
    ["day"],
    ["weekday", "hour"],
)


def loaded(folder: str) -> pd.DataFrame:
    """Texts as categories, which is as small as pandas can be."""
    connection = duckdb.connect(config={"memory_limit": "2GB"})
    files = f"read_parquet('{folder}/complaints/*.parquet')"
    listed = []
    for name in COLUMNS:
        if name in ("agency", "district", "subdistrict", "category_code", "channel", "status"):
            connection.execute(f"CREATE TYPE {name}_t AS ENUM (SELECT DISTINCT {name} FROM {files} ORDER BY 1)")
            listed.append(f"{name}::{name}_t AS {name}")
        else:
            listed.append(name)
    frame: pd.DataFrame = connection.execute(f"SELECT {', '.join(listed)} FROM {files}").df()
    connection.close()
    return frame


def counted(some: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    columns = {name: (name, "sum") for name in ("done", "waits", "due", "on_time", "late", "answered", "answered_in")}
    return some.groupby(keys, observed=True).agg(n=("status", "size"), **columns)


def asked(frame: pd.DataFrame, case: Case, now: pd.Timestamp) -> dict[str, Any]:
    start, end, before = (pd.Timestamp(each) for each in (case.start, case.end, case.before))
    chosen = frame[frame.district == case.district] if case.district else frame
    found: dict[str, Any] = {}
    for since, until, keys in ((start, end, KEYS), (before, start, (["day"],))):
        some = chosen[(chosen.requested >= since) & (chosen.requested < until)].copy()
        some["done"], some["waits"] = some.status == "done", some.status == "waiting"
        some["due"] = some.requested < now - pd.Timedelta(seconds=AGE)
        some["on_time"] = some.due & some.done & (some.finish_s <= AGE)
        some["late"] = some.due & some.waits
        some["answered"], some["answered_in"] = some.answer_s.notna(), some.answer_s <= ANSWER
        done, now_asked = some[some.done], since == start
        by = ("agency", "district") if now_asked else (lambda _: 0,)
        found[str(since)] = [
            *(counted(some, each) for each in keys),
            *(done.groupby(each, observed=True).finish_s.quantile(PARTS) for each in by),
            *(some.groupby(each, observed=True).answer_s.quantile(PARTS) for each in by),
            some[some.waits].groupby("agency", observed=True).requested.min(),
        ]
        if now_asked:
            found["n"], found["median"] = len(some), float(done.finish_s.quantile(0.5))
            found["rows"] = some.nlargest(25, "requested")
    waits = chosen[chosen.status == "waiting"]
    ages = ((now - waits.requested).dt.total_seconds() // (AGE / 7)).clip(0, 7)
    found["waiting"] = waits.groupby(["agency", ages], observed=True).size(), waits.nsmallest(500, "requested")
    done = chosen[chosen.status == "done"]
    found["finished"] = done.groupby("finished_day").size()
    return found


def main() -> None:
    folder, now, runs, *cases = sys.argv[1:]
    began = time.perf_counter()
    frame = loaded(folder)
    took = time.perf_counter() - began
    found = []
    for case in map(Case.of, cases):
        times = []
        for _ in range(int(runs)):
            began = time.perf_counter()
            answer = asked(frame, case, pd.Timestamp(now))
            times.append((time.perf_counter() - began) * 1000)
        found.append({"n": answer["n"], "median": answer["median"], "times": times})
    status = Path(f"/proc/{os.getpid()}/status").read_text(encoding="ascii")
    peak = int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))) / 1024
    print(json.dumps({"loading": took, "peak": peak, "cases": found}))


if __name__ == "__main__":
    main()
