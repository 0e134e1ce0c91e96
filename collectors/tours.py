"""Tours of visitors, as Redis keeps them: which script, which screens, at which step; the votes of polls; and the
screens before which visitors stand.

They are apart from what people ask of screens with the remote control, so that a tour that ends leaves every screen to
exactly what it followed before.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

import orjson
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from collectors.store import Store, StoreDownError
from collectors.store_keys import GUESTS, NEWS, TOURED, TOURS, VOTES
from collectors.times import iso

Code = Annotated[str, Field(pattern=r"^[0-9]{4}$")]
PollState = Literal["closed", "open", "shown"]
LONGEST = timedelta(hours=3)
"""A tour that nobody ends is over after so long."""
MOST = 20
"""Tours at the same time: a code that is guessed must stay unlikely."""
MOST_VOTERS = 2000
VOTES_MS = 24 * 3_600_000
STEPS = 100
"""More than a tour has."""
TRIES = 20
PUT_IF_SAME = """
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('PUBLISH', KEYS[2], ARGV[4])
return 1
"""

ADD_IF_SAME = """
local known = redis.call('HKEYS', KEYS[1])
table.sort(known)
if table.concat(known, ' ') ~= ARGV[1] then return 0 end
for n = 5, #ARGV do redis.call('HDEL', KEYS[1], ARGV[n]) end
redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
redis.call('PUBLISH', KEYS[2], ARGV[4])
return 1
"""


class TourRefusedError(Exception):
    """A tour that cannot begin: one sentence, and a `code` for pages that have words of their own."""

    def __init__(self, sentence: str, code: Literal["taken", "many"]) -> None:
        super().__init__(sentence)
        self.code = code


class Tour(BaseModel):
    """A tour that goes on. `code` is what visitors type, `key` stands in the QR code; `script` names what is told,
    `language` is the guide's. `handed`: its screens are lent back to the operators. `held` is since when it is paused,
    `paused` the seconds of pauses of this step that are over. `pull` grows when the guide calls everybody back."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    code: Code
    key: str
    script: str
    language: str
    screens: tuple[str, ...]
    began: AwareDatetime
    ends: AwareDatetime
    step_began: AwareDatetime
    step: int = 0
    handed: bool = False
    held: AwareDatetime | None = None
    paused: float = 0.0
    pull: int = 0
    poll: PollState = "closed"

    def spent(self, now: datetime) -> float:
        """Seconds that this step has lasted, without its pauses."""
        return max(0.0, ((self.held or now) - self.step_began).total_seconds() - self.paused)

    def moved(self, step: int, now: datetime) -> dict[str, Any]:
        """What changes where the tour goes to another step: its clock begins, and it goes on."""
        return {"step": step, "step_began": now, "held": None, "paused": 0.0, "poll": "closed"}

    def resumed(self, now: datetime) -> dict[str, Any]:
        """What changes where a pause ends."""
        return {"held": None, "paused": self.paused + (now - (self.held or now)).total_seconds()}


class Tours:
    """Every method raises StoreDownError where Redis does not answer."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.redis = store.redis
        self.put_if_same = store.redis.register_script(PUT_IF_SAME)
        self.add_if_same = store.redis.register_script(ADD_IF_SAME)

    async def all(self, now: datetime) -> dict[str, Tour]:
        """The tours that go on, by code; what another version of the program kept and cannot be read is none."""
        return going(await self.store.asked(self.redis.hgetall(TOURS)), now)

    async def start(self, script: str, language: str, screens: Collection[str], now: datetime) -> Tour:
        """Begin one under a code that no other has. Raises TourRefusedError where a screen is in another, or too many
        go on."""
        for _ in range(TRIES):
            kept = await self.store.asked(self.redis.hgetall(TOURS))
            tours = going(kept, now)
            taken = sorted({name for tour in tours.values() for name in tour.screens} & set(screens))
            if taken:
                raise TourRefusedError(f"another tour has {', '.join(taken)}", "taken")
            if len(tours) >= MOST:
                raise TourRefusedError(f"{MOST} tours go on already", "many")
            tour = Tour(
                code=new_code(tours),
                key=secrets.token_urlsafe(12),
                script=script,
                language=language,
                screens=tuple(screens),
                began=now,
                step_began=now,
                ends=now + LONGEST,
            )
            # what was voted in an earlier tour of this code
            await self.store.asked(self.redis.unlink(*(votes_key(tour.code, step) for step in range(STEPS))))
            known = sorted(code.decode() for code in kept)
            over = [code for code in known if code not in tours]
            args = [" ".join(known), tour.code, tour.model_dump_json(), TOURED, *over]
            if await self.store.asked(self.add_if_same(keys=[TOURS, NEWS], args=args)):
                return tour
        raise StoreDownError("too many begin a tour at once")

    async def change(self, code: str, now: datetime, **changes: Any) -> Tour | None:
        """Change what is named, and nothing else, even where two do so at once; None where no such tour goes on."""
        for _ in range(TRIES):
            value = await self.store.asked(self.redis.hget(TOURS, code))
            tour = tour_from(value) if value else None
            if tour is None or tour.ends <= now:
                return None
            tour = Tour.model_validate(tour.model_dump() | changes)
            put = self.put_if_same(keys=[TOURS, NEWS], args=[code, value, tour.model_dump_json(), TOURED])
            if await self.store.asked(put):
                return tour
        raise StoreDownError("too many change this tour at once")

    async def end(self, code: str) -> None:
        pipe = self.redis.pipeline(transaction=True)
        pipe.hdel(TOURS, code)
        pipe.publish(NEWS, TOURED)
        await self.store.asked(pipe.execute())

    async def vote(self, code: str, step: int, voter: str, option: int) -> bool:
        """Count a phone's choice; its last one counts. False where more phones have voted than may."""
        key = votes_key(code, step)
        pipe = self.redis.pipeline(transaction=True)
        pipe.hlen(key)
        pipe.hexists(key, voter)
        voters, known = await self.store.asked(pipe.execute())
        if voters >= MOST_VOTERS and not known:
            return False
        pipe = self.redis.pipeline(transaction=True)
        pipe.hset(key, voter, option)
        pipe.pexpire(key, VOTES_MS)
        pipe.publish(NEWS, TOURED)
        await self.store.asked(pipe.execute())
        return True

    async def votes(self, tours: Collection[Tour]) -> dict[str, Counter[int]]:
        """How many chose each option in the present step of each tour, by code."""
        pipe = self.redis.pipeline(transaction=False)
        for tour in tours:
            pipe.hvals(votes_key(tour.code, tour.step))
        found = await self.store.asked(pipe.execute()) if tours else []
        return {
            tour.code: Counter(int(choice) for choice in choices if choice.isdigit())
            for tour, choices in zip(tours, found, strict=True)
        }

    async def guests(self) -> dict[str, str]:
        """The screens before which visitors stand although no tour has them, each with since when."""
        found = await self.store.asked(self.redis.hgetall(GUESTS))
        return {name.decode(): since.decode(errors="replace") for name, since in found.items()}

    async def set_guests(self, since: Mapping[str, datetime | None]) -> None:
        """Say of screens that visitors stand before them since then, or (None) no more."""
        pipe = self.redis.pipeline(transaction=True)
        for name, at in since.items():
            if at is None:
                pipe.hdel(GUESTS, name)
            else:
                pipe.hsetnx(GUESTS, name, iso(at))
        pipe.publish(NEWS, TOURED)
        await self.store.asked(pipe.execute())


def votes_key(code: str, step: int) -> str:
    return f"{VOTES}{code}:{step}"


def new_code(taken: Collection[str]) -> str:
    while True:
        code = f"{secrets.randbelow(10_000):04}"
        if code not in taken:
            return code


def going(kept: Mapping[bytes, bytes], now: datetime) -> dict[str, Tour]:
    tours = (tour_from(value) for value in kept.values())
    return {tour.code: tour for tour in tours if tour is not None and tour.ends > now}


def tour_from(value: bytes) -> Tour | None:
    try:
        return Tour.model_validate(orjson.loads(value))
    except (orjson.JSONDecodeError, ValidationError):
        return None
