"""Totals that do not reconcile: the one rule for what a source says of a whole, and for a whole of our own.

Both numbers stay as they are. A difference is a doubt, never a failure, and nothing is put right.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import get_args

from collectors.doubt import Doubt
from collectors.records import BedCount, Complaint, ComplaintStatus, Record, Total, TotalOf

MOST = 20
"""So many differences of one source are listed, the largest first; the others are counted."""
RECEIVED: frozenset[TotalOf] = frozenset({"rows", "hospitals", *get_args(ComplaintStatus)})
"""What is counted one by one as it comes; of the rest the parts are added up."""


def is_total(doubt: Doubt) -> bool:
    """Whether a doubt is about two numbers that do not reconcile."""
    return doubt["code"] in ("total_differs", "parts_differ")


def whole(
    of: TotalOf, stated: int | None, parts: Iterable[int | None], at: str | None = None, unit: str | None = None
) -> list[Total]:
    """A whole beside the sum of its parts, if the two can be compared: where a part is unknown they cannot, unless the
    known ones are more than the whole already."""
    given = list(parts)
    known = [part for part in given if part is not None]
    counted = sum(known)
    if stated is None or (len(known) < len(given) and counted <= stated):
        return []
    return [Total(of, stated, counted, at, unit)]


def of_rooms(rooms: Iterable[BedCount]) -> Iterator[Total]:
    """The rooms whose numbers do not add up (`flags` says which), each with both of them."""
    for room in rooms:
        for flag in room.flags:
            at = called(room.hospital, room.class_name, room.room)
            if flag == "free>capacity":
                yield from whole("capacity", room.capacity, [room.free], at)
            elif flag == "occupied>capacity":
                yield from whole("capacity", room.capacity, [room.occupied], at)
            elif flag == "parts!=capacity":
                yield from whole("capacity", room.capacity, [room.free, room.occupied], at)
            elif flag == "parts>free":
                yield from whole("free", room.free, [room.by_sex], at)


def called(*names: str) -> str:
    """What a row is of, each name once."""
    return " · ".join(dict.fromkeys(name for name in names if name))


def of_all(stated: Mapping[TotalOf, int], rows: int, records: Collection[Record]) -> Iterator[Total]:
    """What a source states of all it sent, beside the rows that came and the records they became."""
    for of, number in stated.items():
        yield from whole(of, number, [rows] if of == "rows" else parts(of, records))


def parts(of: TotalOf, records: Collection[Record]) -> list[int | None]:
    """What records hold of something: hospitals, reports of a status, or beds. A hospital that tells nothing of its
    beds adds none."""
    if of in get_args(ComplaintStatus):
        return [sum(isinstance(one, Complaint) and one.status == of for one in records)]
    rooms = [one for one in records if isinstance(one, BedCount)]
    if of == "hospitals":
        return [len({room.hospital_id for room in rooms})]
    return [getattr(room, of) for room in rooms if room.unit != "unreported"]


def differing(totals: Iterable[Total], before: Iterable[Doubt], now: str) -> list[Doubt]:
    """The totals that do not reconcile, as doubts; one that was among those `before` is as old as it was (ISO)."""
    known = {_about(doubt): doubt["since"] for doubt in before if is_total(doubt)}
    wrong = sorted(
        (one for one in totals if one.stated != one.counted),
        key=lambda one: (-abs(one.stated - one.counted), one.of, one.at or ""),
    )
    found = [_doubt(one, known, now) for one in wrong[:MOST]]
    if len(wrong) > MOST:
        found[-1]["others"] = len(wrong) - MOST
    return found


def _doubt(total: Total, known: Mapping[tuple[str | None, ...], str], now: str) -> Doubt:
    found = Doubt(
        code="total_differs" if total.of in RECEIVED else "parts_differ",
        since=now,
        of=total.of,
        stated=total.stated,
        counted=total.counted,
    )
    if total.at:
        found["at"] = total.at
    if total.unit:
        found["unit"] = total.unit
    found["since"] = known.get(_about(found), now)
    return found


def _about(doubt: Doubt) -> tuple[str | None, ...]:
    return doubt["code"], doubt.get("of"), doubt.get("at"), doubt.get("unit")
