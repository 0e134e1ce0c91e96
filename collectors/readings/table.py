"""The table of readings: from an area to the function that computes its present state. It loads pandas."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from collectors.readings.apps import apps_reading
from collectors.readings.beds import beds_reading
from collectors.readings.complaints import complaints_reading
from collectors.readings.present import Present
from collectors.readings.shape import Reading
from collectors.readings.traffic import traffic_reading
from collectors.readings.water import water_reading
from collectors.source import Area

READINGS: dict[Area, Callable[[Present], Reading]] = {
    "complaints": cast("Callable[[Present], Reading]", complaints_reading),
    "beds": cast("Callable[[Present], Reading]", beds_reading),
    "traffic": cast("Callable[[Present], Reading]", traffic_reading),
    "apps": cast("Callable[[Present], Reading]", apps_reading),
    "water": cast("Callable[[Present], Reading]", water_reading),
}
