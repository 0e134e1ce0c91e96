"""The pretend city: its models, all from one seed and one start."""

from __future__ import annotations

from dataclasses import dataclass

from demo.apps import Apps
from demo.beds import Beds
from demo.clock import Clock
from demo.complaints import Complaints
from demo.tables import Tables, read_tables
from demo.traffic import Traffic
from demo.water import Water


@dataclass(frozen=True)
class City:
    """Everything the protocols speak about. `name` differs from run to run: each has a past of its own."""

    name: str
    clock: Clock
    complaints: Complaints
    beds: Beds
    traffic: Traffic
    apps: Apps
    water: Water


def build(seed: int, clock: Clock, tables: Tables | None = None) -> City:
    """A city that is the same for the same seed, start and tables."""
    tables = tables or read_tables()
    return City(
        name=f"{seed}-{clock.start:%Y%m%dT%H%M%S}",
        clock=clock,
        complaints=Complaints(seed, clock, tables),
        beds=Beds(seed, clock, tables),
        traffic=Traffic(seed, clock, tables),
        apps=Apps(seed, clock, tables),
        water=Water(seed, clock, tables),
    )
