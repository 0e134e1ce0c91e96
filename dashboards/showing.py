"""What the browsers of one screen are told while a recording plays on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from collectors.replays import Replay
from dashboards.groups import FULL_BUFFER, Group, Viewer
from dashboards.live import Hub
from dashboards.player import OWN, merge
from dashboards.recorded import Message
from dashboards.wire import frame
from layouts.state import never

PRESENT = ("audience", "tour")
"""What is about the people before the screen now, and is never played back."""


class Showing:
    """What one screen is told while a recording plays on it. `picture` is what it shows."""

    def __init__(self, hub: Hub, screen: str, replay: Replay, picture: Message) -> None:
        self.hub = hub
        self.screen = screen
        self.replay = replay
        self.picture = {**picture, "tiles": dict(picture["tiles"])}
        self.n = 0
        self.at = 0

    def all(self, groups: Iterable[Group], at: int) -> None:
        """A complete picture to everyone."""
        self.at = at
        for group in groups:
            group.replayed = True
            for viewer in group.viewers:
                viewer.behind = viewer.behind or not viewer.always
        self.send(groups, self.complete)

    def change(self, groups: Iterable[Group], message: Message) -> None:
        """What was sent then, at its time."""
        self.at = message["at"]
        if message["t"] == "all":
            self.picture = {**message, "tiles": dict(message["tiles"])}
            self.all(groups, self.at)
            return
        merge(self.picture["tiles"], message.get("tiles", {}))
        self.picture |= {key: value for key, value in message.items() if key not in OWN}
        self.picture["store"] = message["store"]
        self.n += message["t"] == "set"
        self.send(groups, lambda group: self.message(message, group))

    def tick(self, groups: Iterable[Group], at: int) -> None:
        """Where it is by now."""
        self.at = at
        told = {"t": "beat", "store": self.picture["store"]}
        self.send(groups, lambda group: self.message(told, group))

    def complete(self, group: Group) -> bytes:
        """Everything as it was; tiles of which the recording knows nothing say so."""
        unknown = {name: {"state": never(), "props": {}} for name in group.tiles}
        tiles = unknown | self.picture["tiles"]
        return self.message({**self.picture, "t": "all", "build": self.hub.build, "tiles": tiles}, group)

    def message(self, recorded: Mapping[str, Any], group: Group) -> bytes:
        told = {key: value for key, value in recorded.items() if key not in PRESENT}
        told |= {"n": self.n, "at": self.at}
        if "show" in told:
            told["show"] = self.order(told["show"])
        if told["t"] != "set":
            told |= {key: value for key, value in self.hub.about(group).items() if key in PRESENT}
        told["replay"] = {
            "kind": self.replay.kind,
            "at": self.at,
            "speed": self.replay.speed,
            "now": round(datetime.now(UTC).timestamp() * 1000),
            "store": bool(self.hub.store_up),
        }
        return frame(orjson.dumps(told))

    def order(self, recorded: Mapping[str, Any] | None) -> dict[str, Any]:
        """The board or tile of then; a fresh page that somebody asked for is not asked for again."""
        now = orjson.loads(self.hub.orders.get(self.screen, b"{}"))
        shown = {key: value for key, value in (recorded or {}).items() if key != "reload"}
        return shown | ({"reload": now["reload"]} if "reload" in now else {})

    def send(self, groups: Iterable[Group], make: Callable[[Group], bytes]) -> None:
        """To everyone but who records; who came late or could not follow gets a complete picture. What was meant for
        operators goes to no visitor, whatever else may be wrong."""
        for group in groups:
            group.replayed = True
            if group.audience == "visitor" and self.picture.get("audience") != "visitor":
                continue
            message = complete = b""
            for viewer in group.viewers:
                if viewer.always or viewer.transport.is_closing():
                    continue
                if not viewer.behind:
                    message = message or make(group)
                    write(viewer, message)
                elif viewer.transport.get_write_buffer_size() == 0:
                    complete = complete or self.complete(group)
                    viewer.behind = False
                    viewer.transport.write(complete)


def write(viewer: Viewer, message: bytes) -> None:
    if viewer.transport.get_write_buffer_size() > FULL_BUFFER:
        viewer.behind = True
    else:
        viewer.transport.write(message)
