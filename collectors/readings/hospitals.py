"""Which source's word on a hospital counts: a hospital that several sources report is counted once.

The source that `config.yaml` lists first wins, unless it is stale or failed, or has not heard from that hospital for
longer than the limit; then the next one that is none of this. Where none is good, the first that gives any number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from collectors.health import iso_or_none
from collectors.readings.present import Present
from collectors.readings.shape import SilentHospital
from collectors.records import BedCount


def hospitals(present: Present) -> dict[str, tuple[str, list[BedCount]]]:
    """Every hospital by its id: the source that counts for it, and the beds which that source gives."""
    told: dict[str, dict[str, list[BedCount]]] = defaultdict(lambda: defaultdict(list))
    for (source, _), record in present.records.items():
        if isinstance(record, BedCount):
            told[record.hospital_id][source].append(record)
    order = {health.source.name: place for place, health in enumerate(present.sources)}
    alive = present.alive
    found: dict[str, tuple[str, list[BedCount]]] = {}
    for hospital, by_source in told.items():
        listed = sorted(by_source, key=lambda name: order.get(name, len(order)))
        telling = [name for name in listed if any(bed.unit != "unreported" for bed in by_source[name])]
        good = [name for name in telling if name in alive and silence(name, by_source[name], present) is None]
        name = (good or telling or listed)[0]
        found[hospital] = name, by_source[name]
    return found


def silence(source: str, beds: Sequence[BedCount], present: Present) -> SilentHospital | None:
    """A hospital that never reported, or not for longer than the limit. Numbers without a time are as old as their
    source's answer."""
    answered = present.answered.get(source)
    told = (bed.updated or (answered if counts(bed) else None) for bed in beds)
    last = max((moment for moment in told if moment is not None), default=None)
    if last is not None and present.now - last <= timedelta(seconds=present.limits.hospital_silent):
        return None
    return {"id": beds[0].hospital_id, "name": beds[0].hospital, "since": iso_or_none(last)}


def counts(bed: BedCount) -> bool:
    """Whether it says any number."""
    return bed.unit != "unreported" and (bed.capacity, bed.free, bed.occupied) != (None, None, None)
