"""The table of readings: from an area to the function that computes its present state. It loads pandas."""

from __future__ import annotations

from collections.abc import Callable

from collectors.readings.apps import apps_reading
from collectors.readings.beds import beds_reading
from collectors.readings.complaints import complaints_reading
from collectors.readings.present import Present
from collectors.readings.shape import Reading
from collectors.readings.sums import reconciled
from collectors.readings.traffic import traffic_reading
from collectors.readings.water import water_reading
from collectors.source import Area

READINGS: dict[Area, Callable[[Present], Reading]] = {
    "complaints": reconciled(complaints_reading),
    "beds": reconciled(beds_reading),
    "traffic": reconciled(traffic_reading),
    "apps": reconciled(apps_reading),
    "water": reconciled(water_reading),
}
