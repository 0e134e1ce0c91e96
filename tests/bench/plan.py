"""How long and how often is measured."""

from __future__ import annotations

from dataclasses import dataclass

from tests.bench.made_past import FULL as WHOLE_PAST
from tests.bench.made_past import SMALL as SMALL_PAST
from tests.bench.made_past import Size

WEEK_HOURS = 7 * 24


@dataclass(frozen=True, slots=True)
class Plan:
    """Durations in seconds. `viewers` are the crowds of the comparison, `crowd` the one of every other measurement."""

    repeats: int = 3
    viewers: tuple[int, ...] = (50, 200, 500)
    crowd: int = 500
    window: float = 4.0
    walls: int = 6
    mixed: float = 8.0
    idle: float = 20.0
    flood: float = 8.0
    stalled: float = 8.0
    frames: int = 40
    rounds: int = 6
    sources: int = 10_000
    polled: float = 30.0
    visits: int = 5
    watched: float = 60.0
    tape: float = 120.0
    soak_hours: int = 24
    soak_minutes: float = 20.0
    phones: int = 300
    walls_of_tour: int = 5
    steps: int = 15
    listened: float = 30.0
    outage: float = 30.0
    returning: float = 6.0
    past: Size = WHOLE_PAST
    askings: int = 6
    drilled: float = 30.0


FULL = Plan()
QUICK = Plan(
    repeats=1,
    viewers=(50,),
    crowd=50,
    window=2.0,
    mixed=3.0,
    idle=4.0,
    flood=3.0,
    stalled=4.0,
    frames=4,
    rounds=1,
    sources=2_000,
    polled=6.0,
    visits=1,
    watched=6.0,
    tape=12.0,
    soak_hours=3,
    phones=40,
    walls_of_tour=2,
    steps=3,
    listened=5.0,
    outage=3.0,
    returning=3.0,
    past=SMALL_PAST,
    askings=2,
    drilled=6.0,
)
