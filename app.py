"""Live Room: the program.

python app.py run       everything: Redis, the demo city where it is used, collectors, the wall
python app.py collect   only the collectors
python app.py wall      only the web server
python app.py check     read config.yaml and say what is wrong with it
python app.py demo      only the pretend city
python app.py brief [--due]    write today's brief as PDF, in every language; with --due only what is due and missing
python app.py quarantine [SOURCE] [--replay]    the records that could not be read; read them again after a fix
python app.py import AREA FILE.csv              an exported table of the past into the history
python app.py backfill SOURCE --since DAY       a source's past into the history, by the source's own protocol
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import ipaddress
import json
import os
import signal
import socket
import sys
import time
import urllib.request
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import structlog

from supervisor import Child, Supervisor, end_with_parent

if TYPE_CHECKING:
    from collectors.embedded import EmbeddedRedis
    from collectors.history import History
    from collectors.past import Past
    from collectors.source import Area, Recalls, Source
    from collectors.store import Store
    from config import Config
    from dashboards.whole import Contents

ROOT = Path(__file__).resolve().parent
DEFAULT_PORT = 8050
MISTAKE = 2
REPLAY_PATIENCE = 15.0
IMPORT_PATIENCE = 600.0
SWITCH_SECONDS = 0.001
GARBAGE_AFTER = 50_000
STUDY_PORT = "LIVEROOM_STUDY_PORT"
STUDY_NICENESS = 10


def main() -> None:
    arguments = parse(sys.argv[1:])
    log_to_stderr()
    end_with_parent()
    environment_defaults(arguments.command)
    commands: dict[str, Callable[[argparse.Namespace], None]] = {
        "run": run,
        "collect": collect,
        "wall": wall,
        "study": study,
        "check": check,
        "demo": demo,
        "quarantine": quarantine,
        "brief": brief,
        "import": import_table,
        "backfill": backfill,
    }
    commands[arguments.command](arguments)


def parse(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Live Room: the software of a city's control room")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, purpose in (
        ("run", "everything in one go"),
        ("collect", "only the collectors"),
        ("wall", "only the web server"),
        ("study", "only answers about the past; wall begins it by itself"),
        ("check", "check the configuration"),
        ("quarantine", "the records that could not be read"),
        ("brief", "write today's brief as PDF"),
        ("import", "an exported table of the past into the history"),
        ("backfill", "a source's past into the history"),
    ):
        command = commands.add_parser(name, help=purpose)
        given = os.environ.get("LIVEROOM_CONFIG") or ROOT / "config.yaml"
        command.add_argument("--config", type=Path, default=Path(given), help="the city's file")
        if name == "brief":
            command.add_argument("--due", action="store_true", help="only when its time has come and it is not there")
        if name == "quarantine":
            command.add_argument("source", nargs="?", help="of one source, each with its reason; else how many of each")
            command.add_argument("--replay", action="store_true", help="read them again, after a fix and a restart")
        elif name == "import":
            command.add_argument("area", choices=["complaints", "beds", "traffic", "apps", "water"])
            command.add_argument("file", type=Path, help="a CSV file whose first line names its columns")
            command.add_argument("--source", help="under which source's name it is kept; default: the area's first")
            command.add_argument("--map", nargs="+", default=[], metavar="COLUMN=FIELD", help="what a column is")
        elif name == "backfill":
            command.add_argument("source", help="a source of the configuration")
            command.add_argument("--since", type=date.fromisoformat, required=True, help="a day such as 2025-01-01")
    city = commands.add_parser("demo", help="only the pretend city")
    city.add_argument("--config", type=Path, help=argparse.SUPPRESS)
    city.add_argument("--port", type=int, default=None, help="default: the wall's port + 1")
    city.add_argument("--seed", type=int, default=36, help="the same seed gives the same city")
    city.add_argument("--speed", type=float, default=10.0, help="how much faster than real its day goes by")
    city.add_argument("--replay", type=Path, default=None, help="serve recorded payloads from this folder instead")
    return parser.parse_args(words)


def log_to_stderr() -> None:
    """One line per change of health."""
    structlog.configure(
        processors=[
            structlog.processors.TimeStamper(fmt="%Y-%m-%dT%H:%M:%SZ", utc=True),
            structlog.processors.add_log_level,
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def refuse(sentence: str) -> NoReturn:
    print(sentence, file=sys.stderr)
    raise SystemExit(MISTAKE)


def web_port() -> int:
    text = os.environ.get("PORT") or str(DEFAULT_PORT)
    if not text.isdigit() or not 0 < int(text) < 65536:
        refuse(f"PORT: found {text!r}; must be a number from 1 to 65535.")
    return int(text)


def web_host() -> str:
    """Where to listen. Until there is access control only this machine may look."""
    host = os.environ.get("HOST") or "127.0.0.1"
    if host == "localhost":
        return host
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        refuse(f"HOST: found {host!r}; must be an IP address of this machine, such as 127.0.0.1.")
    if not loopback:
        refuse(
            f"HOST: refused to listen on {host}: there is no access control yet, so only 127.0.0.1 and ::1 are allowed."
        )
    return host


def visitors_door(config: Config) -> tuple[str, int] | None:
    """Where visitors' phones come in, if they have a door of their own: it shows nothing that is not for visitors."""
    text, host = os.environ.get("VISITOR_PORT") or "", os.environ.get("VISITOR_HOST") or "127.0.0.1"
    if not text:
        return None
    if not text.isdigit() or not 0 < int(text) < 65536 or int(text) == web_port():
        refuse(f"VISITOR_PORT: found {text!r}; must be a number from 1 to 65535, and not that of PORT.")
    try:
        everywhere = ipaddress.ip_address(host).is_unspecified
    except ValueError:
        refuse(f"VISITOR_HOST: found {host!r}; must be an IP address of this machine; 0.0.0.0 is all of them.")
    if everywhere and not (os.environ.get("VISITOR_ADDRESS") or config.address):
        refuse(
            "VISITOR_ADDRESS: must say how phones find this machine, such as http://10.0.0.5:8060: it has many names."
        )
    if not is_free(int(text)):
        refuse(f"VISITOR_PORT: something listens on port {text} already; stop it, or set another.")
    return host, int(text)


def phones_address(config: Config, listening: tuple[str, int]) -> str:
    """What visitors type before /t: as the operator says it, as the city's file does, or where this program listens."""
    host, port = listening
    return (
        os.environ.get("VISITOR_ADDRESS") or config.address or f"http://{f'[{host}]' if ':' in host else host}:{port}"
    )


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment_defaults(command: str) -> None:
    """The demo city stands on the port after the wall's, unless DEMO names another."""
    if os.environ.get("DEMO"):
        return
    port = web_port() + 1
    if command == "run":
        port = next((free for free in range(port, port + 50) if is_free(free)), port)
        os.environ["LIVEROOM_DEMO_PORT"] = str(port)
    os.environ["DEMO"] = f"http://127.0.0.1:{port}"


def read_config(path: Path) -> Config:
    from config import ConfigError, load

    try:
        return load(path, os.environ)
    except ConfigError as error:
        refuse("\n".join(error.mistakes))
    except OSError as error:
        refuse(f"{path}: cannot be read: {error.strerror}.")


def check(arguments: argparse.Namespace) -> None:
    config = read_config(arguments.config)
    screens = ", ".join(config.screens)
    print(
        f"{arguments.config.name}: good. {config.city.name}: {len(config.sources)} sources, "
        f"{len(config.city.applications)} applications, screens: {screens}."
    )


def demo(arguments: argparse.Namespace) -> None:
    from demo.server import run as run_demo

    port = arguments.port or int(os.environ.get("LIVEROOM_DEMO_PORT") or web_port() + 1)
    run_demo(web_host(), port, seed=arguments.seed, speed=arguments.speed, replay=arguments.replay)


def var() -> Path:
    """Where data are kept."""
    return Path(os.environ.get("LIVEROOM_VAR") or ROOT / "var")


def embedded_redis() -> EmbeddedRedis:
    from collectors.embedded import EmbeddedRedis

    return EmbeddedRedis(var() / "redis")


async def store_url() -> str:
    """REDIS_URL, else the address of the embedded server, which is started if it does not run yet."""
    from collectors.embedded import EmbeddedRedisError
    from collectors.store import is_address

    given = os.environ.get("REDIS_URL")
    if given:
        if not is_address(given):
            refuse("REDIS_URL: must be an address such as redis://127.0.0.1:6379/0 or unix:///run/redis.sock.")
        return given
    server = embedded_redis()
    try:
        await server.ensure()
    except EmbeddedRedisError as error:
        refuse(str(error))
    return server.url


def collect(arguments: argparse.Namespace) -> None:
    config = read_config(arguments.config)
    import uvloop

    uvloop.run(until_stopped(collecting(config, arguments.config)))


async def collecting(config: Config, path: Path) -> None:
    """Collect by the city's file as it is now: a good edit ends the work and begins it anew."""
    from collectors.archive import Archive
    from collectors.daily import Daily
    from collectors.districts import Districts
    from collectors.fetch import Http
    from collectors.schedule import Collecting
    from collectors.store import Store
    from collectors.writing import Writing
    from config import edits

    changes = edits(config, os.environ)

    async def next_good() -> Config:
        async for edited in changes:
            if not isinstance(edited, str):
                return edited
        raise AssertionError("edits never end")

    async with Store(await store_url()) as store, Http() as http:
        while True:
            districts = Districts.read(config.boundaries)
            archive = Archive(var() / "archive", config.archive) if config.archive.days else None
            history = Writing(var() / "history"), config.history
            collecting = Collecting(
                config.city, config.sources, districts, config.limits, store, http, archive, history
            )
            if config.brief.at is not None:
                # a partial, and no lambda: APScheduler must see that it is to be awaited
                collecting.daily.append(Daily(config.brief.at, partial(write_brief, path)))
            work, edit = asyncio.create_task(collecting.run()), asyncio.create_task(next_good())
            try:
                await asyncio.wait({work, edit}, return_when=asyncio.FIRST_COMPLETED)
                if work.done():
                    return work.result()
                config = edit.result()
            finally:
                work.cancel()
                edit.cancel()
                await asyncio.wait({work, edit})


async def write_brief(path: Path) -> None:
    """In a process of its own: it needs what draws, which collecting does not."""
    given = ["brief", "--due", "--config", str(path.resolve())]
    process = await asyncio.create_subprocess_exec(sys.executable, str(ROOT / "app.py"), *given)
    if await process.wait():
        structlog.get_logger("collect").error("brief not written", status=process.returncode)


def brief(arguments: argparse.Namespace) -> None:
    asyncio.run(briefed(read_config(arguments.config), arguments.due))


async def briefed(config: Config, only_due: bool) -> None:
    """Write today's brief from what Redis and the history know at this moment."""
    from collectors.history import History
    from collectors.store import Store
    from dashboards.daily import write_briefs
    from dashboards.whole import briefing_of

    async with Store(await store_url()) as store:
        past = past_of(config, store, History(var() / "history"))
        contents = replace(shown_by(config), past=past)
        written = await write_briefs(store, briefing_of(contents), contents, only_due)
    if not only_due:
        print("\n".join(map(str, written)))


def past_of(config: Config, store: Store, history: History) -> Past:
    from collectors.districts import Districts
    from collectors.past import Past
    from collectors.past_store import PastStore

    return Past(PastStore(store), history, Districts.read(config.boundaries), config.city.timezone)


def quarantine(arguments: argparse.Namespace) -> None:
    config = read_config(arguments.config)
    names = [source.name for source in config.sources]
    if arguments.source is not None and arguments.source not in names:
        refuse(f"There is no source {arguments.source!r}; there are {', '.join(names)}.")
    if arguments.replay and arguments.source is None:
        refuse("--replay needs the name of a source.")
    asyncio.run(quarantined(config, arguments.source, arguments.replay))


async def quarantined(config: Config, name: str | None, replay: bool) -> None:
    """List what was set aside; have the collecting process read it again where that is asked."""
    from collectors import COLLECTORS
    from collectors.quarantine import counted, listed
    from collectors.source import Rereads
    from collectors.store import Store

    async with Store(await store_url()) as store:
        if name is None:
            for source in config.sources:
                print(counted(source.name, await store.quarantine(source.name)))
            return
        before = await store.quarantine(name)
        if replay and before:
            source = next(one for one in config.sources if one.name == name)
            if not issubclass(COLLECTORS[source.collector], Rereads):
                refuse(
                    f"{name} sends its whole state every time: what can be read after a fix comes with its next answer."
                )
            await store.ask_replay(name)
            deadline = time.monotonic() + REPLAY_PATIENCE
            while name in await store.replays():
                if time.monotonic() > deadline:
                    refuse(f"Nobody collects at the moment; {name} is read again as soon as somebody does.")
                await asyncio.sleep(0.2)
            left = await store.quarantine(name)
            print(f"{name}: {len(before) - len(left)} of {len(before)} could be read and are kept now.")
            before = left
        print("\n".join(listed(name, before, config.city.timezone)))


def import_table(arguments: argparse.Namespace) -> None:
    """Take a table in; done again it goes on where it was, and changes nothing once it is done."""
    from collectors.districts import Districts
    from collectors.history import HistoryError
    from collectors.imports.csv_file import NotCsvError
    from collectors.imports.fields import Place
    from collectors.imports.importing import Done, Import
    from collectors.imports.progress import Progress
    from collectors.writing import Writing

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
    from collectors import COLLECTORS
    from collectors.source import Recalls

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
    from collectors.districts import Districts
    from collectors.fact_rows import FactRows
    from collectors.fetch import Http
    from collectors.history import HistoryError
    from collectors.imports.backfill import Backfill
    from collectors.imports.progress import Progress
    from collectors.records import CollectError
    from collectors.writing import Writing

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


def wall(arguments: argparse.Namespace) -> None:
    config, host, port = read_config(arguments.config), web_host(), web_port()
    if not is_free(port):
        refuse(f"PORT: something listens on port {port} already; stop it, or set PORT to another.")
    import uvloop

    uvloop.run(until_stopped(serving(config, host, port, visitors_door(config), arguments.config)))


def study(arguments: argparse.Namespace) -> None:
    """What `wall` begins for pages of the past, which may take their time: screens go first."""
    import uvloop

    os.nice(STUDY_NICENESS)
    config = read_config(arguments.config)
    uvloop.run(until_stopped(serving(config, "127.0.0.1", int(os.environ[STUDY_PORT]), None, None)))


async def serving(config: Config, host: str, port: int, visitors: tuple[str, int] | None, path: Path | None) -> None:
    """The web process. `path` is the city's file where it serves screens; None where it only answers about the past."""
    from collectors.history import History
    from collectors.store import Store
    from config import edits
    from dashboards.fleet import Fleet
    from dashboards.live import Hub
    from dashboards.recording import Recorder
    from dashboards.replaying import Replays
    from dashboards.serve import serve
    from dashboards.study import Study
    from dashboards.whole import Current, whole_site

    # pages of the past are drawn in a thread: what goes to the screens gets the interpreter back from it at once
    sys.setswitchinterval(SWITCH_SECONDS)
    async with Store(await store_url()) as store:
        history = History(var() / "history")

        def contents_of(config: Config) -> Contents:
            phones = phones_address(config, visitors or (host, port))
            return replace(shown_by(config), past=past_of(config, store, history), phones=phones)

        contents = contents_of(config)
        hub = Hub(
            store, contents.screens, contents.words, contents.build, contents.mask, areas_of(config), contents.touring
        )
        fleet = Fleet(store)
        current = Current(whole_site(hub, fleet, contents))
        recorder = Recorder(hub, var() / "replay", contents.recorded)
        replays = Replays(hub, var() / "replay", contents.drills)
        studying = free_port()
        site = Study(current, studying, partial(keep_study, path, studying)) if path is not None else None
        # what is there now stays: looking for garbage in it, while a page is drawn, would hold the screens up
        gc.collect()
        gc.freeze()
        gc.set_threshold(GARBAGE_AFTER, *gc.get_threshold()[1:])

        async def follow() -> None:
            """Serve the city's file as it is now; a bad edit changes nothing but a line on every screen."""
            async for edited in edits(config, os.environ):
                if isinstance(edited, str):
                    hub.set_notice(edited)
                    continue
                hub.set_notice(None)
                new = contents_of(edited)
                recorder.keeping, replays.drills = new.recorded, new.drills
                if new.build != hub.build:
                    await current.replace(await asyncio.to_thread(whole_site, hub, fleet, new))
                    hub.adopt(new.screens, new.words, new.build, new.mask, areas_of(edited), new.touring)

        works = [serve(hub, site or current, host, port, visitors), follow()]
        if site is not None:
            works += [recorder.run(), replays.run(), site.run()]
        await first_to_end(*works)


async def keep_study(path: Path, port: int) -> None:
    """Keep the process for pages of the past, until cancelled."""
    child = Child("study", ["--config", str(path.resolve())])
    supervisor = Supervisor(ROOT / "app.py", {**os.environ, STUDY_PORT: str(port)})
    try:
        await supervisor.keep(child)
    finally:
        await supervisor.stop([child])


def areas_of(config: Config) -> set[Area]:
    return {source.area for source in config.sources}


def shown_by(config: Config) -> Contents:
    from dashboards.build import build_name
    from dashboards.whole import Contents
    from layouts.words import Words

    build = build_name(ROOT, config.files)
    return Contents(
        screens=config.screens,
        words={name: Words(name, config.city.timezone, config.city.name) for name in config.languages},
        city=config.city,
        sources=config.sources,
        boundaries=json.loads(config.boundaries.read_text(encoding="utf-8")),
        version={"version": version_text(), "build": build, "demo": config.demo},
        assets=ROOT / "assets",
        limits=config.limits,
        address=config.address,
        owners=config.owners,
        cors=config.cors,
        retention=config.history,
        residents=config.residents,
        adoption=config.adoption,
        tours=config.tours,
        drills=config.drills,
        brief=config.brief,
        kept=var() / "brief",
        recordings=var() / "replay",
        recorded=config.replay,
    )


async def first_to_end(*works: Coroutine[None, None, None]) -> None:
    """Do them all until one ends; then end the others. Raises what ended it."""
    tasks = {asyncio.create_task(work) for work in works}
    try:
        ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in ended:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def until_stopped(work: Coroutine[None, None, None]) -> None:
    """Do the work until SIGTERM or SIGINT; end quietly then, and with its exception if it fails."""
    loop = asyncio.get_running_loop()
    task = loop.create_task(work)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        return


def run(arguments: argparse.Namespace) -> None:
    config, host, port = read_config(arguments.config), web_host(), web_port()
    if not is_free(port):
        refuse(f"PORT: something listens on port {port} already; stop it, or set PORT to another.")
    asyncio.run(until_stopped(running(config, arguments.config, host, port)))


async def running(config: Config, path: Path, host: str, port: int) -> None:
    """Start everything, say where it is, keep it alive, and stop it in order."""
    own_redis = None if os.environ.get("REDIS_URL") else embedded_redis()
    await store_url()
    given = ["--config", str(path.resolve())]
    children = [Child("wall", given), Child("collect", given)]
    if config.demo and "LIVEROOM_DEMO_PORT" in os.environ:
        children.append(Child("demo", []))
    supervisor = Supervisor(ROOT / "app.py", os.environ)
    try:
        async with asyncio.TaskGroup() as tasks:
            for child in reversed(children):
                tasks.create_task(supervisor.keep(child))
            if own_redis:
                tasks.create_task(own_redis.keep())
            tasks.create_task(announce(config, host, port))
    finally:
        await supervisor.stop(children)
        if own_redis:
            own_redis.stop()


async def announce(config: Config, host: str, port: int) -> None:
    """Print the addresses once they answer."""
    site = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    while not await asyncio.to_thread(answers, f"{site}/healthz"):
        await asyncio.sleep(0.1)
    lines = [f"Live Room {version_text()} · {config.city.name}", f"  start   {site}/"]
    lines += [f"  wall    {site}/wall/{name}" for name in config.screens]
    if config.demo:
        lines.append(f"  DEMO    {config.demo}/  (simulated data; nothing here is real)")
    print("\n".join([*lines, "  stop    Ctrl-C"]), flush=True)


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def version_text() -> str:
    import tomllib

    return str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


if __name__ == "__main__":
    main()
