"""Who sees the same, and so gets the same bytes: the groups of viewers, and how a message is written to each.

A viewer whose socket is full is skipped until it has drained and then gets a complete picture: it costs the server one
buffer, never more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypedDict

import orjson

from collectors.readings.visitors import Audience
from dashboards.screen import Language
from layouts.frame import Props
from layouts.state import TileState

Pace = Literal["wall", "desk", "phone"]
TICK: dict[Pace, float] = {"wall": 0.05, "desk": 0.1, "phone": 1.0}
FACTS_TICK = 5.0
"""Seconds between two changes of the numbers on visitors' phones: a hundred share one Wi-Fi."""
FULL_BUFFER = 256 * 1024
SLICE = 100


class Change(TypedDict, total=False):
    """What a browser is told of one tile: its whole state, and the slots that changed."""

    state: TileState
    props: Props


class Transport(Protocol):
    """What a message is written to: a socket's, or whatever keeps what a screen was sent."""

    def is_closing(self) -> bool: ...
    def get_write_buffer_size(self) -> int: ...
    def write(self, data: bytes, /) -> None: ...
    def close(self) -> None: ...


@dataclass(slots=True, eq=False)
class Viewer:
    """One socket. `behind` means it has missed changes and waits for a complete picture; `looking`, that a visitor
    looks around alone; `always`, that it is told what is live even where a recording plays: it is who records."""

    transport: Transport
    behind: bool = True
    looking: bool = False
    always: bool = False


@dataclass(eq=False)
class Group:
    """Viewers who see the same: the same screen, or the same tour, in the same language at the same pace for the same
    audience. `replayed` means that a recording plays on it: nothing live is sent but to who records."""

    screen: str
    tiles: Collection[str]
    language: Language
    pace: Pace
    audience: Audience = "operator"
    tour: str = ""
    n: int = 0
    viewers: set[Viewer] = field(default_factory=set)
    pending: dict[str, Change] = field(default_factory=dict)
    complete: orjson.Fragment | None = None
    told: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    flushed: float = 0.0
    timer: asyncio.TimerHandle | None = None
    replayed: bool = False

    @property
    def tick(self) -> float:
        return FACTS_TICK if self.tour else TICK[self.pace]

    def forget(self) -> None:
        """Drop what waits to be sent: a complete picture follows."""
        self.complete, self.pending = None, {}
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None


class Sending:
    """Writes messages to the viewers of groups; `complete` makes the whole picture of one."""

    def __init__(self, complete: Callable[[Group], bytes]) -> None:
        self.complete = complete
        self.sent = 0
        self.dropped = 0
        self.slices: set[asyncio.Task[None]] = set()

    def send(self, group: Group, message: bytes) -> None:
        """The same bytes to every socket of a group; large groups in slices, so that walls never wait for phones."""
        if len(group.viewers) <= SLICE or group.pace == "wall":
            for viewer in group.viewers:
                self.write(group, viewer, message)
            return
        task = asyncio.get_running_loop().create_task(self.send_sliced(group, message, group.audience))
        self.slices.add(task)
        task.add_done_callback(self.slices.discard)

    async def send_sliced(self, group: Group, message: bytes, audience: Audience) -> None:
        for index, viewer in enumerate(list(group.viewers)):
            if index % SLICE == 0:
                await asyncio.sleep(0)
                if group.audience != audience:
                    return  # it was not for those who stand there now, and they have been given their own picture
            self.write(group, viewer, message)

    def dismiss(self, group: Group, message: bytes) -> None:
        """Let everyone go with a last message: at once, since what is sent in slices would find them gone."""
        for viewer in list(group.viewers):
            self.write(group, viewer, message)
            viewer.transport.close()

    def write(self, group: Group, viewer: Viewer, message: bytes) -> None:
        transport = viewer.transport
        if transport.is_closing() or (group.replayed and not viewer.always):
            return
        waiting = transport.get_write_buffer_size()
        if viewer.behind:
            if waiting == 0:
                viewer.behind = False
                transport.write(self.complete(group))
                self.sent += 1
        elif waiting > FULL_BUFFER:
            viewer.behind = True
            self.dropped += 1
        else:
            transport.write(message)
            self.sent += 1
