"""A past that others kept: an exported table, or what a source tells of it."""

from __future__ import annotations

import argparse
import asyncio
import sys
from datetime import UTC, date, datetime

from collectors import COLLECTORS
from collectors.districts import Districts
from collectors.fact_rows import FactRows
from collectors.fetch import Http
from collectors.history import HistoryError
from collectors.imports.backfill import Backfill
from collectors.imports.csv_file import NotCsvError
from collectors.imports.fields import Place
from collectors.imports.importing import Done, Import
from collectors.imports.progress import Progress
from collectors.records import CollectError
from collectors.source import Recalls, Source
from collectors.writing import Writing
from commands.surroundings import read_config, refuse, var
from config import Config

IMPORT_PATIENCE = 600.0


def import_table(arguments: argparse.Namespace) -> None:
    """Take a table in; done again it goes on where it was, and changes nothing once it is done."""
    config, path = read_config(arguments.config), arguments.file
    mapped = dict(each.rpartition("=")[::2] for each in arguments.map)
    first = next((source.name for source in config.sources if source.area == arguments.area), arguments.area)
    place = Place(config.city.timezone, datetime.now(UTC), config.city.bounds, Districts.read(config.boundaries))
    history = Writing(var() / "history", patience=IMPORT_PATIENCE)
    try:
        work = Import(history, path, arguments.area, arguments.source or first, place, mapped)
    except (NotCsvError, OSError) as error:
        refuse(str(error))
    if work.done.over:
        print(f"{path.name}: was taken in already, {work.done.rows:,} rows, at {work.done.over}.")
        return
    progress = Progress(sys.stderr, path.name)
    sys.stderr.write(f"{path.name}: {work.told()}\n")

    def told(done: Done) -> None:
        progress(done.offset / work.file.size, done.rows)

    try:
        told(work.done)
        work.run(told)
    except (HistoryError, OSError) as error:
        refuse(f"{path.name}: stopped at line {work.done.line:,}: {error}. Do it again to go on.")
    except KeyboardInterrupt:
        progress.end()
        refuse(f"{path.name}: stopped at line {work.done.line:,}. Do it again to go on.")
    progress.end()
    print("\n".join(work.report()))


def backfill(arguments: argparse.Namespace) -> None:
    config = read_config(arguments.config)
    source = next((one for one in config.sources if one.name == arguments.source), None)
    if source is None:
        refuse(f"There is no source {arguments.source!r}; there are {', '.join(one.name for one in config.sources)}.")
    collector = COLLECTORS[source.collector](source, config.city)
    if not isinstance(collector, Recalls):
        refuse(
            f"{source.name} speaks {collector.standard}, which tells of the present alone: its past cannot be asked."
        )
    asyncio.run(backfilled(config, source, collector, arguments.since))


async def backfilled(config: Config, source: Source, collector: Recalls, since: date) -> None:
    zone = config.city.timezone
    rows = FactRows(Districts.read(config.boundaries), zone)
    history = Writing(var() / "history", patience=IMPORT_PATIENCE)
    work = Backfill(history, collector, source, rows, datetime.now(zone).date())
    progress, days = Progress(sys.stderr, source.name), len(work.days(since))
    async with Http() as http:
        try:
            await work.run(http, since, lambda day: progress(1 - (day - since).days / days, work.done.rows))
        except (CollectError, HistoryError, OSError) as error:
            progress.end()
            refuse(f"{source.name}: stopped before {work.reached}: {error} Do it again to go on.")
    progress.end()
    done = work.done
    print(f"{source.name}: {done.rows:,} reports since {done.reached}, {done.rejected:,} could not be read.")
