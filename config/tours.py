"""The tours: a folder of YAML files, each a script named as its file. Every mistake has its file, line and column."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from config.blocks import NAME_RULE, block, is_name
from config.sheet import Place, Sheet
from dashboards.screen import Language
from layouts import TILES
from layouts.tour.facts import FACTS
from layouts.tour.script import Poll, Say, Script, Shown, Step, Told

PLACE: Place = ("tours",)


@dataclass(frozen=True, slots=True)
class Known:
    """What a script is read against: the city's languages, its code, and its districts by theirs.

    Boards, and areas without a source, are the walls' and the city's own affair: a screen that lacks what a step shows
    stays as it is, and the guide is told so. Nobody who changes a wall has to change a tour first.
    """

    languages: Sequence[Language]
    city: str
    places: Collection[str]


def tour_files(folder: Path) -> list[Path]:
    """The files of a folder of tours, by name; none where it cannot be read."""
    return sorted(file for file in folder.glob("*.yaml") if file.is_file())


def read_tours(sheet: Sheet, folder: Path, name: str, known: Known) -> dict[str, Script]:
    """The scripts that are good; the mistakes of the others are noted."""
    if not folder.is_dir():
        sheet.wrong(PLACE, f"there is no folder {name} (looked for from the folder of {sheet.file})")
        return {}
    files = tour_files(folder)
    if not files:
        sheet.wrong(PLACE, f"the folder {name} holds no file whose name ends in .yaml")
    read: dict[str, Script] = {}
    for file in files:
        own = Sheet(f"{name}/{file.name}", {})
        script = read_tour(own, file, known)
        for mistake in own.sentences():
            sheet.wrong(PLACE, mistake)
        if script is not None:
            read[file.stem] = script
    return read


def read_tour(own: Sheet, file: Path, known: Known) -> Script | None:
    if not is_name(file.stem):
        own.wrong((), f"a tour's file is named with {NAME_RULE}, and ends in .yaml")
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        own.wrong((), f"cannot be read: {error.strerror}")
        return None
    except UnicodeDecodeError:
        own.wrong((), "is not UTF-8 text")
        return None
    found = own.read(text)
    if found is None:
        return None
    if not isinstance(found, Mapping):
        own.wrong((), "must be a block of keys")
        return None
    script = block(own, Script, (), found)
    if script is not None:
        check(own, script, known)
    return script


def check(own: Sheet, script: Script, known: Known) -> None:
    """What the keys alone cannot say."""
    said(own, ("name",), script.name, known)
    said(own, ("audience",), script.audience, known)
    for number, step in enumerate(script.steps):
        place: Place = ("steps", number)
        said(own, (*place, "title"), step.title, known)
        said(own, (*place, "say"), step.say, known)
        said(own, (*place, "phone", "text"), step.phone.text, known)
        shown(own, (*place, "wall"), step.wall, known)
        numbers(own, (*place, "phone", "facts"), step)
        if step.poll is not None:
            asked(own, (*place, "poll"), step.poll, known)


def said(own: Sheet, place: Place, told: Told | Say, known: Known) -> None:
    """Whether a text is there in every language that the city speaks."""
    missing = [language for language in known.languages if getattr(told, language) is None]
    if missing:
        own.wrong(place, f"lacks {', '.join(missing)}; the city speaks {', '.join(known.languages)}")


def shown(own: Sheet, place: Place, wall: Shown, known: Known) -> None:
    given = [key for key in ("board", "tile", "replay") if getattr(wall, key) is not None]
    if len(given) != 1:
        own.wrong(place, f"found {' and '.join(given) or 'none of them'}; must have one of board, tile and replay")
    if wall.tile is not None and wall.tile not in TILES:
        own.wrong((*place, "tile"), f"unknown tile {wall.tile!r}; allowed: {', '.join(TILES)}")
    if wall.place is not None and wall.tile != "map":
        own.wrong((*place, "place"), "only the tile map can be drawn near to a place")
    elif wall.place is not None and wall.place.startswith(f"{known.city}.") and wall.place not in known.places:
        own.wrong((*place, "place"), f"unknown district {wall.place!r}; allowed: {', '.join(sorted(known.places))}")


def numbers(own: Sheet, place: Place, step: Step) -> None:
    for number, name in enumerate(step.phone.facts):
        if name not in FACTS:
            own.wrong((*place, number), f"unknown fact {name!r}; allowed: {', '.join(FACTS)}")


def asked(own: Sheet, place: Place, poll: Poll, known: Known) -> None:
    said(own, (*place, "question"), poll.question, known)
    if len(poll.options) < 2:
        own.wrong((*place, "options"), "found one option; a poll needs at least two")
    for number, option in enumerate(poll.options):
        said(own, (*place, "options", number), option, known)
    if poll.right is not None and poll.right >= len(poll.options):
        own.wrong(
            (*place, "right"), f"found {poll.right}; must be the number of an option, from 0 to {len(poll.options) - 1}"
        )
