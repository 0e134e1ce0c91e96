"""What every tile shows now, in each language and for each audience that somebody watches: drawn again only where a
reading it is about has changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime

import structlog

from collectors.readings.shape import Reading
from collectors.readings.stage import DeclaredStage, RuledStage, Stage, in_force
from collectors.readings.visitors import Audience, stage_for_visitors
from collectors.source import Area
from dashboards.groups import Change
from dashboards.screen import Language
from layouts import TILES
from layouts.state import aged, tile_state
from layouts.words import Words

Kind = tuple[Language, Audience]
Stages = tuple[RuledStage | None, DeclaredStage | None]
"""By rule, and as a person declared it."""


class Pictures:
    """`readings` are those of everybody, as fresh as they are; `mask` makes what visitors may see of one."""

    def __init__(self, words: Mapping[Language, Words], mask: Callable[[Reading], Reading]) -> None:
        self.words = words
        self.mask = mask
        self.readings: dict[Area, Reading] = {}
        self.masked: dict[Area, Reading] = {}
        self.stage: Stage = in_force(None, None, [], datetime.now(UTC))
        self.tiles: dict[Kind, dict[str, Change]] = {(language, "operator"): {} for language in words}
        self.broken: dict[str, str] = {}
        self.log = structlog.get_logger("hub")

    def watch(self, kinds: Collection[Kind]) -> None:
        """Keep pictures for these, and for every language of the operators'; others are forgotten."""
        wanted: set[Kind] = {(language, "operator") for language in self.words} | set(kinds)
        self.tiles = {kind: self.tiles.get(kind, {}) for kind in sorted(wanted)}

    def take(self, found: Mapping[Area, Reading], stages: Stages, now: datetime) -> dict[Kind, dict[str, Change]]:
        """New readings: each tile they touch is shown once for each picture that is kept; what differs from before."""
        news = {area for area, reading in found.items() if self.is_news(area, reading, now)}
        stage = in_force(*stages, [reading["level"] for reading in self.readings.values()], now)
        staged, self.stage = stage != self.stage, stage
        return {
            kind: {
                name: change
                for name, tile in TILES.items()
                if (news & set(tile.areas) or name not in picture or (staged and tile.show_staged))
                and (change := self.attempted(name, kind, picture, now)) is not None
            }
            for kind, picture in self.tiles.items()
        }

    def is_news(self, area: Area, reading: Reading, now: datetime) -> bool:
        """Whether a reading, as fresh as it is now, differs from the one held; it is held from here on."""
        try:
            new = aged(reading, now)
        except (KeyError, TypeError, ValueError):
            self.log.exception("reading not understood", area=area)
            return False
        if self.readings.get(area) == new:
            return False
        self.readings[area] = new
        self.masked.pop(area, None)
        return True

    def for_audience(self, audience: Audience) -> Mapping[Area, Reading]:
        """The readings as an audience may see them. What cannot be masked is not shown to visitors at all."""
        if audience == "operator":
            return self.readings
        for area, reading in self.readings.items():
            if area not in self.masked and (masked := self.attempted_mask(reading)) is not None:
                self.masked[area] = masked
        return self.masked

    def attempted_mask(self, reading: Reading) -> Reading | None:
        """A reading for visitors, None where it cannot be masked; that is said once, and disturbs no operator."""
        name = f"visitors' {reading['area']}"
        try:
            found = self.mask(reading)
        except Exception as error:
            if self.broken.get(name) != repr(error):
                self.broken[name] = repr(error)
                self.log.exception("reading not masked", area=reading["area"])
            return None
        self.broken.pop(name, None)
        return found

    def stage_for(self, audience: Audience) -> Stage:
        return self.stage if audience == "operator" else stage_for_visitors(self.stage)

    def attempted(self, name: str, kind: Kind, picture: dict[str, Change], now: datetime) -> Change | None:
        """Show a tile, or keep it as it is where its reading cannot be shown; that is said once, and stops no other."""
        try:
            change = self.shown(name, kind, picture, now)
        except Exception as error:
            if self.broken.get(name) != repr(error):
                self.broken[name] = repr(error)
                self.log.exception("tile broken", tile=name)
            return None
        self.broken.pop(name, None)
        return change

    def shown(self, name: str, kind: Kind, picture: dict[str, Change], now: datetime) -> Change | None:
        """Draw one tile again; what differs from its picture, None where nothing does."""
        tile, words = TILES[name], self.words[kind[0]]
        readings = self.for_audience(kind[1])
        mine = [readings[area] for area in tile.areas if area in readings]
        state = tile_state(mine, now, tile.raises, words)
        staged = tile.show_staged
        props = staged(readings, self.stage_for(kind[1]), words) if staged else tile.show(readings, words)
        before = picture.get(name)
        picture[name] = {"state": state, "props": props}
        if before is None:
            return {"state": state, "props": props}
        differing = {slot: value for slot, value in props.items() if before["props"].get(slot) != value}
        if not differing and state == before["state"]:
            return None
        return {"state": state, "props": differing}

    def whole(self, tiles: Collection[str], kind: Kind, now: datetime) -> dict[str, Change]:
        """These tiles as one kind of viewer would see them now, whether or not anybody does."""
        picture: dict[str, Change] = {}
        for name in tiles:
            self.attempted(name, kind, picture, now)
        return picture
