"""Complaints and traffic reports as rows of the history: from records, and from the changes that the store tells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

import structlog

from collectors.districts import Districts
from collectors.facts import COMPLAINTS, TRAFFIC, Row, Table, complaint_row, traffic_row
from collectors.past_store import Change
from collectors.records import Complaint, Record, TrafficReport
from collectors.source import Area
from collectors.stored import record_from

FOLDED: Mapping[Area, Table] = {"complaints": COMPLAINTS, "traffic": TRAFFIC}


@dataclass(frozen=True, slots=True)
class FactRows:
    """Makes the rows of one city. `demos` are always the names of the sources that only pretend."""

    districts: Districts
    zone: tzinfo

    def of_stored(
        self, area: Area, stored: Mapping[tuple[str, str], Mapping[str, Any]], demos: Iterable[str]
    ) -> list[Row]:
        """What the store knows at present."""
        names = frozenset(demos)
        rows = (self.row(source, readable(area, fields), None, names) for (source, _), fields in stored.items())
        return [row for row in rows if row is not None]

    def of_changes(self, changes: Sequence[Change], demos: Iterable[str]) -> list[Row]:
        """Of several states of one thing the last counts; the end of a traffic report is a fact of its own."""
        names = frozenset(demos)
        rows: dict[tuple[Any, ...], Row] = {}
        for change in changes:
            if change.over and not isinstance(change.record, TrafficReport):
                continue  # of a complaint that is forgotten everything is known already
            row = self.row(change.source, change.record, change.at if change.over else None, names)
            if row is not None:
                key = row["source"], row["id"], row["started"] if change.over else None
                rows.pop(key, None)  # the last of them is to stand last
                rows[key] = row
        return list(rows.values())

    def row(self, source: str, record: Record | None, ended: datetime | None, demos: frozenset[str]) -> Row | None:
        """None where there is nothing to tell."""
        try:
            if isinstance(record, Complaint):
                return complaint_row(source, record, self.districts, self.zone, source in demos)
            if isinstance(record, TrafficReport):
                return traffic_row(source, record, ended, self.districts, self.zone, source in demos)
        except (OverflowError, ValueError) as error:
            structlog.get_logger("history").warning("not kept", source=source, reason=str(error))
        return None


def readable(area: Area, fields: Mapping[str, Any]) -> Record | None:
    """None for a record of another version of the program."""
    try:
        return record_from(area, dict(fields))
    except (TypeError, ValueError):
        return None
