"""Recordings that play on a screen instead of the present city, as Redis keeps it: whose, from when, how fast.

What plays is nothing but this state: each web process works out by itself which moment it has come to, so that all that
show a screen show the same.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from collectors.store import Store
from collectors.store_keys import NEWS, REPLAYED, REPLAYS

Kind = Literal["replay", "drill"]
FASTEST = 1440.0
"""A whole day within a minute."""
LONGEST = timedelta(hours=3)
"""What nobody has touched for so long is over: a screen must not be left in the past."""
REACHED = timedelta(seconds=2)
"""So near to the present a replay has caught up with it."""


class Replay(BaseModel):
    """`of` is the screen whose recording plays. It was at the moment `at` when the clock showed `since`, and goes on
    `speed` times as fast as the clock, 0 while it is paused. It is over at the recorded moment `until`, where it has
    one, when it reaches the present, and at the latest at `ends`. A drill that is written (`script`) is no recording:
    it goes with the present."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: Kind
    of: str
    start: AwareDatetime
    at: AwareDatetime
    since: AwareDatetime
    speed: Annotated[float, Field(ge=0, le=FASTEST, allow_inf_nan=False)]
    until: AwareDatetime | None = None
    ends: AwareDatetime
    script: str | None = None

    def position(self, now: datetime) -> datetime:
        """The recorded moment that is shown now."""
        at = self.at + max(now - self.since, timedelta()) * self.speed
        return min(at, self.until) if self.until else at

    def is_over(self, now: datetime) -> bool:
        at = self.position(now)
        caught_up = self.script is None and at >= now - REACHED
        return now >= self.ends or caught_up or (self.until is not None and at >= self.until)


def in_a_minute(of: str, start: datetime, now: datetime) -> Replay:
    """All that a screen has shown from then until now, within sixty seconds."""
    speed = min(max((now - start).total_seconds() / 60, 1.0), FASTEST)
    return Replay(
        kind="replay", of=of, start=start, at=start, since=now, speed=speed, until=now, ends=now + LONGEST
    )  # fmt: skip


def written_drill(script: str, screen: str, minutes: float, now: datetime) -> Replay:
    """A drill that is written, from now on."""
    until = now + timedelta(minutes=minutes)
    return Replay(
        kind="drill", of=screen, start=now, at=now, since=now, speed=1, until=until, ends=until, script=script
    )  # fmt: skip


class Replays:
    """Every method raises StoreDownError where Redis does not answer."""

    def __init__(self, store: Store) -> None:
        self.store = store

    async def all(self) -> dict[str, Replay]:
        """What plays on each screen, also what is over; what another version of the program kept is left out."""
        found = await self.store.asked(self.store.redis.hgetall(REPLAYS))
        read = {key.decode(): replay_from(value) for key, value in found.items()}
        return {screen: replay for screen, replay in read.items() if replay is not None}

    async def put(self, screen: str, replay: Replay | None) -> None:
        """Have it played, or the present shown again; tell everyone who watches."""
        pipe = self.store.redis.pipeline(transaction=True)
        if replay is None:
            pipe.hdel(REPLAYS, screen)
        else:
            pipe.hset(REPLAYS, screen, replay.model_dump_json())
        pipe.publish(NEWS, REPLAYED)
        await self.store.asked(pipe.execute())


def replay_from(value: bytes) -> Replay | None:
    try:
        return Replay.model_validate_json(value)
    except ValidationError:
        return None
