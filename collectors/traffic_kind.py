"""The words sources use for what happens on a road and whether it still does. Others are "other", and still open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from collectors.records import TrafficKind
from collectors.text import word

TrafficState = Literal["open", "ended"]

_WORDS: dict[TrafficKind, tuple[str, ...]] = {
    "jam": ("jam", "traffic jam", "congestion", "macet", "kemacetan", "padat", "kepadatan"),
    "accident": ("accident", "crash", "collision", "kecelakaan", "laka", "laka lantas"),
    "flood": ("flood", "flooding", "banjir", "genangan", "tergenang"),
    "closure": ("closure", "road closed", "road closure", "penutupan", "penutupan jalan", "jalan ditutup"),
    "works": ("works", "roadworks", "road works", "construction", "pekerjaan", "pekerjaan jalan", "perbaikan jalan"),
    "hazard": ("hazard", "obstacle", "pohon tumbang", "jalan rusak", "mobil mogok", "kendaraan mogok"),
    "other": (),
}
WEIGHT: dict[TrafficKind, int] = {
    "closure": 6, "accident": 5, "flood": 4, "works": 3, "hazard": 2, "jam": 1, "other": 0,
}  # fmt: skip
"""Which kind says most about an event that is reported as several: a closure more than the jam it makes."""

_KINDS = {each: kind for kind, words in _WORDS.items() for each in words}
_ENDED = frozenset(
    {"ended", "closed", "cleared", "clear", "archived", "inactive", "resolved", "done", "finished", "expired"}
    | {"selesai", "ditutup", "tuntas", "lancar", "normal", "normal kembali", "false"}
)


def traffic_kind(given: str | None, own: Mapping[str, TrafficKind] | None = None) -> TrafficKind:
    """What the source's word means; `own` are words of this source alone, which come first."""
    found = word(given or "")
    return (own or {}).get(found) or _KINDS.get(found, "other")


def is_open(given: str | None, own: Mapping[str, TrafficState] | None = None) -> bool:
    """Whether a report goes on: only a word that is known to mean its end ends it."""
    found = word(given or "")
    state = (own or {}).get(found)
    return state == "open" if state else found not in _ENDED
