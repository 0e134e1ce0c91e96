"""A written drill played over the present city: the same tiles, drawn from readings as the drill has them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson
import structlog

from collectors.readings.visitors import Audience
from collectors.replays import Replay
from dashboards.groups import Change
from dashboards.incident import Incident, changed
from dashboards.live import Hub
from dashboards.pictures import Pictures
from dashboards.recorded import Message


class Acting:
    """The readings of the hub stay what they are; these pictures are of a copy."""

    def __init__(self, hub: Hub, screen: str, replay: Replay, incident: Incident) -> None:
        self.hub = hub
        self.screen = hub.screens[screen]
        self.replay = replay
        self.incident = incident
        self.audience: Audience = hub.touring.audience(screen)
        self.pictures = Pictures(hub.words, hub.pictures.mask)
        self.pictures.watch({(self.screen.language, self.audience)})
        self.missing: set[str] = set()
        self.log = structlog.get_logger("replay")

    def all(self, now: datetime) -> Message:
        """A complete picture of how it begins."""
        tiles = self.changes(now)
        order = self.hub.touring.order(self.screen.name) or self.hub.orders.get(self.screen.name)
        return self.message("all", now, tiles) | {"show": orjson.loads(order) if order else None, "notice": None}

    def set(self, now: datetime) -> Message | None:
        """What has changed since, by the drill or in the city; None where nothing has."""
        tiles = self.changes(now)
        return self.message("set", now, tiles) if tiles else None

    def message(self, kind: str, now: datetime, tiles: dict[str, Change]) -> dict[str, Any]:
        at = round(now.timestamp() * 1000)
        return {"t": kind, "n": 0, "at": at, "store": True, "tiles": tiles, "audience": self.audience}

    def changes(self, now: datetime) -> dict[str, Change]:
        readings, missing = changed(self.incident, self.hub.readings, self.replay.start, now)
        for place in set(missing) - self.missing:
            self.log.warning("drill names what is not there", drill=self.replay.script, place=place)
        self.missing |= set(missing)
        found = self.pictures.take(readings, self.hub.stages, now)
        mine = found.get((self.screen.language, self.audience), {})
        return {name: change for name, change in mine.items() if name in self.screen.tiles}
