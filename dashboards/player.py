"""What a wall showed at a moment, and what it was sent from then on."""

from __future__ import annotations

from typing import Any

from dashboards.recorded import Message, Reader, Recording

OWN = ("t", "n", "at", "store", "tiles")
"""What a message says of itself, and what is put together; everything else of a later one takes the place."""


class Player:
    """One pass through a recording, from a moment on (ms since 1970). Ask it in a thread: it reads files.

    `picture` is the complete message of where it is, None where nothing was recorded. `given` are counted as the walls
    counted them: a complete picture that only the recorder asked for is taken in, and is none of them.
    """

    def __init__(self, recording: Recording, at: int) -> None:
        self.reader = Reader(recording, at)
        self.picture: dict[str, Any] | None = None
        self.n: int | None = None
        self.upto(at)
        if self.picture is None:  # all of it is later: begin with the first
            found = self.reader.waiting[0][0]["at"] if self.reader.waiting else at
            self.upto(found)

    def upto(self, until: int) -> list[Message]:
        """What the walls were sent up to then and was not given before."""
        found = []
        for message, joined in self.reader.read(until):
            if self.take(message, joined):
                found.append(message)
        return found

    def take(self, message: Message, joined: bool) -> bool:
        """Whether the walls were sent it."""
        n, self.n = self.n, message["n"]
        if message["t"] == "all":
            self.picture = {**message, "tiles": dict(message["tiles"])}
            return joined or n != message["n"]
        if self.picture is None:
            return False
        self.picture.update({key: value for key, value in message.items() if key not in OWN})
        self.picture |= {key: message[key] for key in ("n", "at", "store")}
        merge(self.picture["tiles"], message.get("tiles", {}))
        return True


def merge(tiles: dict[str, Any], changed: dict[str, Any]) -> None:
    """What changed of tiles into what they show."""
    for name, change in changed.items():
        before = tiles.get(name, {"props": {}})
        tiles[name] = {**before, **change, "props": {**before["props"], **change.get("props", {})}}


def merged(messages: list[Message]) -> Message:
    """Several changes as one that does the same; the newest of a slot counts, and whatever came with them."""
    first, *others = messages
    one: Message = {**first, "tiles": dict(first.get("tiles", {}))}
    for message in others:
        if message["t"] == "all":
            one = {**message, "tiles": dict(message["tiles"])}
            continue
        merge(one["tiles"], message.get("tiles", {}))
        kind = "set" if "set" in (one["t"], message["t"]) and one["t"] != "all" else one["t"]
        one |= {key: value for key, value in message.items() if key != "tiles"} | {"t": kind}
    return one
