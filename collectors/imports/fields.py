"""What a column of an exported table may be, and how its texts are read. Only columns that are known are read at all.

Every text is read once, however often it comes: an export repeats most of what it says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, TypeVar

from collectors.complaint_status import complaint_status
from collectors.districts import Districts, Subdistrict
from collectors.numbers import count, measure
from collectors.personal import is_personal, masked
from collectors.places import Bounds
from collectors.records import AppStatus
from collectors.text import plain, word
from collectors.times import read_time
from collectors.traffic_kind import traffic_kind
from collectors.water_stage import siaga

MOST_KNOWN = 50_000
TRUE = frozenset({"true", "1", "yes", "y", "ya", "verified", "terverifikasi", "sudah"})
FALSE = frozenset({"false", "0", "no", "n", "tidak", "unverified", "belum terverifikasi", "belum"})
APP_WORDS: Mapping[AppStatus, tuple[str, ...]] = {
    "up": ("up", "ok", "online", "normal", "1", "true", "aktif", "hidup"),
    "degraded": ("degraded", "slow", "warning", "warn", "terganggu", "lambat"),
    "down": ("down", "offline", "error", "critical", "0", "false", "mati", "gangguan"),
    "maintenance": ("maintenance", "pemeliharaan"),
    "unknown": ("unknown", "tidak diketahui"),
}
APP_STATUS = {each: status for status, words in APP_WORDS.items() for each in words}


@dataclass(frozen=True, slots=True)
class Bad:
    """What a text could not be read as."""

    reason: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when an export is read: `zone` is that of its times, `now` the present. `demo`: a pretend city's."""

    zone: tzinfo
    now: datetime
    bounds: Bounds
    districts: Districts
    demo: bool = False

    def subdistrict(self, text: str) -> Subdistrict | None:
        """By its code, with or without dots. Raises ValueError for one that the city's boundaries do not have."""
        digits = "".join(letter for letter in text if letter.isdigit())
        for one in self.districts.each:
            if one.code.replace(".", "") == digits:
                return one
        raise ValueError(f"no subdistrict has the code {text[:40]!r}")


Reader = Callable[[str, Place], Any]
Found = TypeVar("Found")


class Texts:
    """What the texts of one column mean, or that they are Bad; `unread` is how many different ones are."""

    def __init__(self, read: Reader, place: Place) -> None:
        self.read = read
        self.place = place
        self.known: dict[str, Any] = {}
        self.unread = 0

    def all(self, column: Sequence[str]) -> list[Any]:
        """The meaning of each of some texts."""
        if len(self.known) > MOST_KNOWN:
            self.known = {}
        for text in set(column) - self.known.keys():
            self.known[text] = self.one(text)
        return list(map(self.known.__getitem__, column))

    def one(self, text: str) -> Any:
        try:
            return self.read(text, self.place) if text.strip() else None
        except (ValueError, OverflowError) as error:
            self.unread += 1
            return Bad(masked(str(error)))


def moment(text: str, place: Place) -> datetime | None:
    found = read_time(text, place.zone, place.now)
    return found.replace(microsecond=0) if found else None


def named(text: str, place: Place) -> str | None:
    """A word or name that may be shown: what names a person is masked."""
    found = plain(text, 200)
    return masked(found) if found and is_personal(found) else found


def agency(text: str, place: Place) -> str | None:
    """One that names a person is none."""
    found = plain(text, 200)
    return None if found and is_personal(found) else found


def identity(text: str, place: Place) -> str | None:
    return plain(text, 200)


def number(text: str, place: Place) -> int | None:
    return known(count(text), text, "a count")


def rounded(text: str, place: Place) -> int | None:
    return round(known(measure(text), text, "a number"))


def centimetres(text: str, place: Place) -> int | None:
    """Of metres."""
    return round(100 * known(measure(text), text, "a number"))


def degrees(text: str, place: Place) -> float | None:
    return known(measure(text), text, "a number")


def truth(text: str, place: Place) -> bool:
    found = {**dict.fromkeys(TRUE, True), **dict.fromkeys(FALSE, False)}.get(word(text))
    return known(found, text, "yes or no")


def status(text: str, place: Place) -> str:
    found: str = complaint_status(plain(text, 60))
    return known(found if found != "unknown" else None, text, "a known status")


def kind(text: str, place: Place) -> str:
    return traffic_kind(text)


def app_status(text: str, place: Place) -> str:
    return known(APP_STATUS.get(word(text)), text, f"one of {', '.join(APP_WORDS)}")


def stage(text: str, place: Place) -> int:
    bare = text.strip()
    return known(siaga(f"siaga {bare}" if bare.isdecimal() else bare), text, "a stage of siaga from 4 to 1")


def subdistrict(text: str, place: Place) -> Subdistrict | None:
    return place.subdistrict(text)


def known(found: Found | None, text: str, wanted: str) -> Found:
    """Raises ValueError where nothing was found."""
    if found is None:
        raise ValueError(f"not {wanted}: {masked(text.strip()[:40])!r}")
    return found
