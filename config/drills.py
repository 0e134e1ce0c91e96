"""The drills that are written: a folder of YAML files, each named as its file."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from collectors.source import Area
from config.blocks import NAME_RULE, block, is_name
from config.sheet import Place, Sheet
from dashboards.incident import Incident

PLACE: Place = ("drills",)


def drill_files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.glob("*.yaml") if file.is_file())


def read_drills(sheet: Sheet, folder: Path, name: str, fed: Collection[Area]) -> dict[str, Incident]:
    """Those that are good; the mistakes of the others are noted, each with its file, line and column."""
    if not folder.is_dir():
        sheet.wrong(PLACE, f"there is no folder {name} (looked for from the folder of {sheet.file})")
        return {}
    read: dict[str, Incident] = {}
    for file in drill_files(folder):
        own = Sheet(f"{name}/{file.name}", {})
        incident = read_drill(own, file, fed)
        for mistake in own.sentences():
            sheet.wrong(PLACE, mistake)
        if incident is not None:
            read[file.stem] = incident
    return read


def read_drill(own: Sheet, file: Path, fed: Collection[Area]) -> Incident | None:
    if not is_name(file.stem):
        own.wrong((), f"a drill's file is named with {NAME_RULE}, and ends in .yaml")
    try:
        found = own.read(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        own.wrong((), f"cannot be read: {error.strerror}")
        return None
    except UnicodeDecodeError:
        own.wrong((), "is not UTF-8 text")
        return None
    if found is None:
        return None
    if not isinstance(found, Mapping):
        own.wrong((), "must be a block of keys")
        return None
    incident = block(own, Incident, (), found)
    for number, turn in enumerate(incident.turns if incident else ()):
        place: Place = ("turns", number)
        if turn.area not in fed:
            own.wrong((*place, "area"), f"found {turn.area}; no source feeds it")
        if incident and turn.minute >= incident.minutes:
            own.wrong(
                (*place, "minute"), f"found {turn.minute:g}; the drill is over after {incident.minutes:g} minutes"
            )
    return incident
