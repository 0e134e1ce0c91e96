"""What is asked of replays: /api/v1/replays, what may be sent there, and what becomes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal, TypedDict
from zoneinfo import ZoneInfo

import structlog
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from collectors.replays import LONGEST, Kind, Replay, Replays, in_a_minute, written_drill
from collectors.store import Store
from collectors.times import iso
from dashboards.body import RefusedError
from dashboards.incident import Incident
from dashboards.recorded import Recording
from dashboards.replaying import day_of
from dashboards.screen import Screen

SHAPE = (
    '{"screen": NAME, "at": TIME} with "of": NAME, "kind": "replay" or "drill", "speed": 0 to 60, "until": TIME where '
    'wanted; or {"screen": NAME, "speed": n}, {"screen": NAME, "today": true}, '
    '{"screen": NAME, "drill": NAME}, {"screen": NAME, "stop": true}'
)


class AskedReplay(BaseModel):
    """What a person asks to be played on a screen: a moment of a recording, another speed (0 stands still), the whole
    day in a minute, or nothing any more."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    screen: str
    of: str | None = None
    kind: Kind | None = None
    at: AwareDatetime | None = None
    until: AwareDatetime | None = None
    speed: Annotated[float, Field(ge=0, le=60)] | None = None
    today: Literal[True] | None = None
    stop: Literal[True] | None = None
    drill: str | None = None


class ReplayBody(TypedDict, total=False):
    """What is sent to have something played; only `screen` is always needed."""

    screen: str
    of: str
    kind: Kind
    at: str
    until: str | None
    speed: float
    today: bool
    stop: bool
    drill: str


class Playing(TypedDict):
    """What plays on a screen: whose recording, which moment is shown now (`at`), how fast, since when, until which
    recorded moment, when it ends by itself at the latest, and by which script, where it is a drill that is written."""

    kind: Kind
    of: str
    start: str
    at: str
    speed: float
    since: str
    until: str | None
    ends: str
    script: str | None


class Stretch(TypedDict):
    """A time in which everything was recorded."""

    start: str
    end: str


class PastAlarm(TypedDict):
    """A tile was in alarm; `until` is None where it still was when the recording ends."""

    at: str
    tile: str
    until: str | None


class Recorded(TypedDict):
    """What there is of one screen, and what plays on it."""

    stretches: list[Stretch]
    alarms: list[PastAlarm]
    megabytes: float
    playing: Playing | None


class WrittenDrill(TypedDict):
    """A drill that the city's file has; its name in each language."""

    name: dict[str, str]
    minutes: float


class ReplayBoard(TypedDict):
    """Every screen by name, at one moment, and the drills that are written."""

    at: str
    screens: dict[str, Recorded]
    drills: dict[str, WrittenDrill]


class ReplayAnswer(TypedDict):
    """What plays on the screen now."""

    playing: Playing | None


class ReplayOrders:
    """Every method raises StoreDownError where Redis does not answer."""

    def __init__(
        self, store: Store, screens: Mapping[str, Screen], folder: Path | None, zone: ZoneInfo,
        drills: Mapping[str, Incident] | None = None,
    ) -> None:  # fmt: skip
        self.kept = Replays(store)
        self.zone = zone
        self.drills = drills or {}
        self.recordings = {name: Recording((folder or Path("/nowhere")) / name) for name in screens}
        self.log = structlog.get_logger("hub")

    async def board(self) -> ReplayBoard:
        now = datetime.now(UTC)
        plays = await self.kept.all()
        return await asyncio.to_thread(self.looked, plays, now)

    def looked(self, plays: Mapping[str, Replay], now: datetime) -> ReplayBoard:
        screens: dict[str, Recorded] = {}
        for name, recording in self.recordings.items():
            alarms: list[PastAlarm] = [
                {"at": moment(one["at"]), "tile": one["tile"], "until": moment(one["until"]) if one["until"] else None}
                for one in recording.alarms()
            ]
            screens[name] = {
                "stretches": [{"start": moment(first), "end": moment(last)} for first, last in recording.spans()],
                "alarms": alarms,
                "megabytes": round(recording.size() / 1e6, 1),
                "playing": playing(plays.get(name), now),
            }
        drills: dict[str, WrittenDrill] = {
            name: {"name": incident.name.model_dump(exclude_none=True), "minutes": incident.minutes}
            for name, incident in self.drills.items()
        }
        return {"at": iso(now), "screens": screens, "drills": drills}

    async def order(self, body: bytes) -> ReplayAnswer:
        """Do what is asked. Raises RefusedError."""
        try:
            asked = AskedReplay.model_validate_json(body)
        except ValidationError as error:
            if any(one["type"] == "json_invalid" for one in error.errors()):
                raise RefusedError(400, f"the body is not JSON; send {SHAPE}") from error
            raise RefusedError(422, f"send {SHAPE}") from error
        for name in (asked.screen, asked.of or asked.screen):
            if name not in self.recordings:
                raise RefusedError(422, f"there is no such screen; there are {', '.join(self.recordings)}")
        now = datetime.now(UTC)
        before = (await self.kept.all()).get(asked.screen)
        if before is not None and before.is_over(now):
            before = None
        after = None if asked.stop else await self.wanted(asked, before, now)
        if after != before:
            await self.kept.put(asked.screen, after)
            self.log.info("replay asked for", screen=asked.screen, of=after.of if after else None)
        return {"playing": playing(after, now)}

    async def wanted(self, asked: AskedReplay, before: Replay | None, now: datetime) -> Replay:
        if asked.drill is not None:
            if asked.drill not in self.drills:
                raise RefusedError(422, f"there is no such drill; there are {', '.join(self.drills) or 'none'}")
            return written_drill(asked.drill, asked.screen, self.drills[asked.drill].minutes, now)
        if before is not None and before.script is not None and asked.at is None and not asked.today:
            raise RefusedError(422, "a drill that is written goes at its own pace")
        of = asked.of or (before.of if before else asked.screen)
        spans = await asyncio.to_thread(self.recordings[of].spans)
        if not spans:
            raise RefusedError(422, f"nothing was recorded of the screen {of}")
        if asked.today:
            return in_a_minute(of, day_of(spans, now, self.zone) or when(spans[-1][0]), now)
        at = asked.at or (before.position(now) if before else None)
        if at is None or (asked.at is None and asked.speed is None):
            raise RefusedError(422, f"send {SHAPE}")
        at = min(max(at, when(spans[0][0])), now)
        until = asked.until if asked.at is not None else before.until if before else None
        if until is not None and until <= at:
            raise RefusedError(422, "until must be after at")
        kind = asked.kind or (before.kind if before else "replay")
        speed = asked.speed if asked.speed is not None else min(before.speed if before else 1.0, 60.0)
        start = at if asked.at is not None or before is None else before.start
        return Replay(kind=kind, of=of, start=start, at=at, since=now, speed=speed, until=until, ends=now + LONGEST)


def playing(replay: Replay | None, now: datetime) -> Playing | None:
    if replay is None or replay.is_over(now):
        return None
    return {
        "kind": replay.kind,
        "of": replay.of,
        "start": iso(replay.start),
        "at": iso(replay.position(now)),
        "speed": replay.speed,
        "since": iso(replay.since),
        "until": iso(replay.until) if replay.until else None,
        "ends": iso(replay.ends),
        "script": replay.script,
    }


def when(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def moment(ms: int) -> str:
    return iso(when(ms))
