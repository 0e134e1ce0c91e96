"""Rows that hold the sums of other rows, as tables of hospitals end with them: no beds of their own, but to compare."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from collectors.bed_counts import class_code
from collectors.mapped_areas import MappedArea
from collectors.mapped_terms import Given
from collectors.numbers import count
from collectors.records import BedCount, Record, Total, TotalOf
from collectors.rows import in_turns
from collectors.text import plain, word
from collectors.totals import called, whole

# fields of the key and what they hold, as far as a row of totals names it
Scope = tuple[tuple[str, str], ...]


class TotalRows:
    """The rows of totals of one answer. `words` says by field what such a row holds there: class: JUMLAH is the sum of
    a hospital's classes."""

    def __init__(self, area: MappedArea, words: Mapping[str, str]) -> None:
        self._area, self._words = area, {name: word(told) for name, told in words.items()}
        self._stated: dict[Scope, dict[TotalOf, int | None]] = {}
        self.rows = 0

    def takes(self, given: Given) -> bool:
        """Whether a row is one; it is remembered."""
        if not self._words or not any(self._is_total(name, given) for name in self._words):
            return False
        named = ((name, _told(name, given)) for name in self._area.key if not self._is_total(name, given))
        scope = tuple((name, told) for name, told in named if told)
        self._stated[scope] = {of: count(given.get(of)) for of in self._area.sums}
        self.rows += 1
        return True

    async def compared(self, records: Collection[Record]) -> list[Total]:
        """Each stated sum beside that of the records it is about."""
        rooms = [one for one in records if isinstance(one, BedCount) and one.unit != "unreported"]
        by: dict[tuple[str, ...], dict[tuple[str, ...], list[BedCount]]] = {}
        found: list[Total] = []
        async for scope, stated in in_turns(self._stated.items()):
            names, values = tuple(name for name, _ in scope), tuple(value for _, value in scope)
            if names not in by:
                by[names] = _grouped(rooms, names)
            mine = by[names].get(values, [])
            hospital = {"hospital_id": mine[0].hospital} if mine else {}
            at = called(*({**dict(scope), **hospital}[name] for name in names)) or None
            for of, number in stated.items():
                found += whole(of, number, [getattr(room, of) for room in mine], at)
        return found

    def _is_total(self, name: str, given: Given) -> bool:
        told = self._words.get(name)
        return told is not None and word(plain(given.get(name), 200) or "") == told


def _grouped(rooms: Collection[BedCount], names: tuple[str, ...]) -> dict[tuple[str, ...], list[BedCount]]:
    found: dict[tuple[str, ...], list[BedCount]] = defaultdict(list)
    for room in rooms:
        held = {"hospital_id": room.hospital_id, "class": room.bed_class, "room": room.room}
        found[tuple(held[name] for name in names)].append(room)
    return found


def _told(name: str, given: Given) -> str:
    told = plain(given.get(name), 100 if name == "class" else 200) or ""
    return class_code(told) if name == "class" else told
