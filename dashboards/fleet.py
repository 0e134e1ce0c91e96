"""The browsers that show the wall: what each says of itself, and what a screen is asked to show."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from collectors.store import Store
from dashboards.body import RefusedError

DEAD_AFTER = 12.0
"""Seconds without a word: a screen speaks every five."""
FORGOTTEN_AFTER = 86400.0
MOST = 500

Name = Annotated[str, Field(max_length=41, pattern=r"^[a-z0-9][a-z0-9-]*$")]


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Heartbeat(Strict):
    """What a browser says of itself. Seconds since its page was opened (`up`) and since it last painted (`painted`),
    bytes of memory where it tells (`heap`), its clock minus ours in milliseconds (`skew`), its panel in pixels."""

    id: str = Field(pattern=r"^[0-9a-f]{16}$")
    build: str = Field(max_length=64)
    board: str = Field(max_length=41)
    up: float = Field(ge=0)
    painted: float = Field(ge=0)
    heap: int | None = Field(default=None, ge=0)
    skew: int
    width: int = Field(ge=0, le=100_000)
    height: int = Field(ge=0, le=100_000)


class Order(Strict):
    """What a person asks of a screen: exactly one of a board, a tile over the whole screen, back, or a fresh page."""

    board: Name | None = None
    tile: Name | None = None
    back: Literal[True] | None = None
    reload: Literal[True] | None = None


class Fleet:
    """The screens of this city's walls, wherever their browsers run."""

    def __init__(self, store: Store) -> None:
        self.store = store

    async def heard(self, screen: str, said: object) -> None:
        """Note a heartbeat; what is none is ignored. Raises StoreDownError."""
        try:
            beat = Heartbeat.model_validate(said)
        except ValidationError:
            return
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        await self.store.note_screen(beat.id, orjson.dumps({"screen": screen, "seen": now, **beat.model_dump()}))

    async def all(self) -> list[dict[str, Any]]:
        """Every browser heard of in the last day, the dead first. `alive` is false after twelve silent seconds."""
        now = datetime.now(UTC)
        found = {key: orjson.loads(said) for key, said in (await self.store.screens()).items()}
        silent = {key: (now - datetime.fromisoformat(one["seen"])).total_seconds() for key, one in found.items()}
        newest = sorted(found, key=lambda key: silent[key])
        kept = [key for key in newest[:MOST] if silent[key] < FORGOTTEN_AFTER]
        await self.store.forget_screens(found.keys() - set(kept))
        listed = [{**found[key], "silent": round(silent[key], 1), "alive": silent[key] < DEAD_AFTER} for key in kept]
        return sorted(listed, key=lambda one: (one["alive"], one["screen"], one["id"]))

    async def orders(self) -> dict[str, dict[str, Any]]:
        """What each screen follows: a board, a tile, or neither; `reload` is when a fresh page was last asked for."""
        return {name: orjson.loads(order) for name, order in (await self.store.orders()).items()}

    async def order(self, screen: str, boards: set[str], tiles: set[str], asked: object) -> dict[str, Any]:
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
        before = (await self.orders()).get(screen, {})
        after = {**before, "reload": now_ms()} if order.reload else {**given, "reload": before.get("reload", 0)}
        after.pop("back", None)
        await self.store.order(screen, orjson.dumps(after))
        return after


def now_ms() -> int:
    return round(datetime.now(UTC).timestamp() * 1000)
