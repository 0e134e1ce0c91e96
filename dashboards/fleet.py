"""The browsers that show the wall: what each says of itself, and what a screen is asked to show."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, cast

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from collectors.store import Store
from dashboards.body import RefusedError
from dashboards.fleet_shape import ScreenOrder, SeenScreen

DEAD_AFTER = 12.0
"""Seconds without a word: a screen speaks every five."""
FORGOTTEN_AFTER = 86400.0
MOST = 500
MOST_NEW = 20
"""Browsers that one address may add in a minute; the others of a big wall are heard in the next."""
GAP = 1.0
FAR = 2**53

Name = Annotated[str, Field(max_length=41, pattern=r"^[a-z0-9][a-z0-9-]*$")]


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Heartbeat(Strict):
    """What a browser says of itself. Seconds since its page was opened (`up`) and since it last painted (`painted`),
    bytes of memory where it tells (`heap`), its clock minus ours in milliseconds (`skew`), its panel in pixels; what it
    shows that is not the present (`replay`)."""

    id: str = Field(pattern=r"^[0-9a-f]{16}$")
    build: str = Field(max_length=64)
    board: str = Field(max_length=41)
    up: float = Field(ge=0, le=FAR)
    painted: float = Field(ge=0, le=FAR)
    heap: int | None = Field(default=None, ge=0, le=FAR)
    skew: int = Field(ge=-FAR, le=FAR)
    width: int = Field(ge=0, le=100_000)
    height: int = Field(ge=0, le=100_000)
    replay: Literal["replay", "drill"] | None = None


class Order(Strict):
    """What a person asks of a screen: exactly one of a board, a tile over the whole screen, back, or a fresh page."""

    board: Name | None = None
    tile: Name | None = None
    back: Literal[True] | None = None
    reload: Literal[True] | None = None


@dataclass(slots=True)
class Voice:
    """One socket, for one browser: the first that it names. `at` is when it was last listened to (monotonic, s)."""

    screen: str
    address: str
    id: str | None = None
    at: float = -math.inf


class Fleet:
    """The screens of this city's walls, wherever their browsers run."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.first: dict[str, str] = {}
        self.minute = 0
        self.new: Counter[str] = Counter()

    async def heard(self, voice: Voice, said: object) -> None:
        """Note a heartbeat, one a second of each socket; what is none is ignored. Raises StoreDownError."""
        try:
            beat = Heartbeat.model_validate(said)
        except (ValidationError, OverflowError):
            return
        at = time.monotonic()
        if voice.id not in (None, beat.id) or at - voice.at < GAP:
            return
        voice.id, voice.at = beat.id, at
        now = datetime.now(UTC)
        if beat.id not in self.first and not await self.is_let_in(beat.id, voice.address, now):
            return
        noted = {"screen": voice.screen, "first": self.first[beat.id], "seen": written(now), **beat.model_dump()}
        await self.store.note_screen(beat.id, orjson.dumps(noted))

    async def is_let_in(self, key: str, address: str, now: datetime) -> bool:
        """Whether a browser that this process does not know may be listed. Where the list is full, it makes room."""
        if self.minute != (minute := int(now.timestamp() // 60)):
            self.minute, self.new = minute, Counter()
        if self.new[address] >= MOST_NEW:
            return False
        self.new[address] += 1
        found = await self.found()
        if key in found:
            self.new[address] -= 1
        gone = forgotten({name: one for name, one in found.items() if name != key}, MOST - 1, now)
        await self.store.forget_screens(gone)
        self.first = {name: one.get("first", one["seen"]) for name, one in found.items() if name not in gone}
        self.first.setdefault(key, written(now))
        return True

    async def found(self) -> dict[str, dict[str, Any]]:
        return {key: orjson.loads(said) for key, said in (await self.store.screens()).items()}

    async def all(self) -> list[SeenScreen]:
        """Every browser heard of in the last day, the dead first. `alive` is false after twelve silent seconds."""
        now = datetime.now(UTC)
        found = await self.found()
        gone = forgotten(found, MOST, now)
        await self.store.forget_screens(gone)
        silent = {key: silence(one, now) for key, one in found.items() if key not in gone}
        listed = [
            cast(
                "SeenScreen", {"replay": None, **found[key], "silent": round(seconds, 1), "alive": seconds < DEAD_AFTER}
            )
            for key, seconds in silent.items()
        ]
        return sorted(listed, key=lambda one: (one["alive"], one["screen"], one["id"]))

    async def orders(self) -> dict[str, ScreenOrder]:
        """What each screen follows."""
        return {name: orjson.loads(order) for name, order in (await self.store.orders()).items()}

    async def order(self, screen: str, boards: set[str], tiles: set[str], asked: object) -> ScreenOrder:
        """Ask a screen for something. Raises RefusedError, StoreDownError."""
        try:
            order = Order.model_validate(asked)
        except ValidationError as error:
            raise RefusedError(
                422, 'ask for one of {"board": NAME}, {"tile": NAME}, {"back": true}, {"reload": true}'
            ) from error
        given = order.model_dump(exclude_none=True)
        if len(given) != 1:
            raise RefusedError(422, "ask for exactly one thing: board, tile, back or reload")
        for what, allowed in (("board", boards), ("tile", tiles)):
            if what in given and given[what] not in allowed:
                raise RefusedError(422, f"{screen} has no {what} {given[what]!r}; it has {', '.join(sorted(allowed))}")
        before = (await self.orders()).get(screen, ScreenOrder())
        after: ScreenOrder = {"reload": before.get("reload", 0)}
        if order.reload:
            after = {**before, "reload": now_ms()}
        elif order.board is not None:
            after["board"] = order.board
        elif order.tile is not None:
            after["tile"] = order.tile
        await self.store.order(screen, orjson.dumps(after))
        return after


def silence(one: Mapping[str, Any], now: datetime) -> float:
    return (now - datetime.fromisoformat(one["seen"])).total_seconds()


def forgotten(found: Mapping[str, Mapping[str, Any]], most: int, now: datetime) -> set[str]:
    """Who is listed no more: whoever was silent for a day, and of more than `most` the dead before the alive, those
    first that were heard for the shortest time. So a wall that died is not pushed out by what only passed by."""

    def worth(key: str) -> tuple[bool, float]:
        one, silent = found[key], silence(found[key], now)
        return silent < DEAD_AFTER, silence({"seen": one.get("first", one["seen"])}, now) - silent

    kept = sorted((key for key, one in found.items() if silence(one, now) < FORGOTTEN_AFTER), key=worth, reverse=True)
    return found.keys() - set(kept[:most])


def written(now: datetime) -> str:
    return now.isoformat(timespec="milliseconds")


def now_ms() -> int:
    return round(datetime.now(UTC).timestamp() * 1000)
