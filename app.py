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
import os
import sys
from datetime import date
from importlib import import_module
from pathlib import Path

import structlog

from commands.surroundings import ROOT, environment_defaults, read_config, web_host, web_port
from supervisor import end_with_parent

COMMANDS = {
    "run": "run:run",
    "collect": "collect:collect",
    "wall": "wall:wall",
    "study": "wall:study",
    "quarantine": "quarantine:quarantine",
    "brief": "brief:brief",
    "import": "past:import_table",
    "backfill": "past:backfill",
}
"""Where each is: what one needs is loaded for it alone."""
STUDY_NICENESS = 10


def main() -> None:
    arguments = parse(sys.argv[1:])
    log_to_stderr()
    end_with_parent()
    environment_defaults(arguments.command)
    if arguments.command not in COMMANDS:
        {"check": check, "demo": demo}[arguments.command](arguments)
        return
    if arguments.command == "study":
        os.nice(STUDY_NICENESS)  # before it loads anything: screens go first
    module, _, function = COMMANDS[arguments.command].partition(":")
    getattr(import_module(f"commands.{module}"), function)(arguments)


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


if __name__ == "__main__":
    main()
