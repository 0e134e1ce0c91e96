"""What a source has sent, from when it was accepted until it is written with all the others (inbox.py).

It waits as records: what people wrote that no record holds does not enter the store. Only rows that could not be read
wait as they came, without whoever reported them, to be set aside like those of other sources.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import orjson

from collectors.quarantine import MOST_PER_RUN, text_of
from collectors.records import Batch, Record, Rejected, Total
from collectors.source import Area
from collectors.stored import record_from, record_json


@dataclass(frozen=True, slots=True)
class Pushed:
    """One push. `refused` are the rows that could not be read, each with its number from 1.

    `as_of` is its own time, None of a part with nothing in it; `whole` says that the records are all the source has;
    `repeated` are rows in whose place another row of the same push came; `totals` is what it states of a whole; `demo`
    names the pretend city that sent it; `by` is the office that entered it by hand.
    """

    records: tuple[Record, ...]
    refused: tuple[tuple[int, Rejected], ...]
    received: datetime
    as_of: datetime | None
    whole: bool
    repeated: int = 0
    demo: str | None = None
    by: str | None = None
    totals: tuple[Total, ...] = ()

    def batch(self) -> Batch:
        """As the answer of a source that was asked."""
        return Batch(
            records=self.records,
            as_of=self.as_of or self.received,
            complete=self.whole,
            rejected=tuple(each for _, each in self.refused),
            repeated=self.repeated,
            demo=self.demo,
            totals=self.totals,
        )


def pushed_json(pushed: Pushed) -> bytes:
    return orjson.dumps(
        {
            "records": [orjson.Fragment(record_json(record)) for record in pushed.records],
            "refused": [
                [number, each.reason, each.sample, text_of(each.given) if index < MOST_PER_RUN else None]
                for index, (number, each) in enumerate(pushed.refused)
            ],
            "received": pushed.received,
            "as_of": pushed.as_of,
            "whole": pushed.whole,
            "repeated": pushed.repeated,
            "demo": pushed.demo,
            "by": pushed.by,
            "totals": pushed.totals,
        }
    )


def pushed_from(area: Area, raw: bytes) -> Pushed:
    """As it was before `pushed_json`. Raises TypeError, ValueError or KeyError for one of another version."""
    held = orjson.loads(raw)
    return Pushed(
        records=tuple(record_from(area, each) for each in held["records"]),
        refused=tuple(
            (number, Rejected(reason, sample, None if row is None else orjson.loads(row)))
            for number, reason, sample, row in held["refused"]
        ),
        received=datetime.fromisoformat(held["received"]),
        as_of=None if held["as_of"] is None else datetime.fromisoformat(held["as_of"]),
        whole=held["whole"],
        repeated=held["repeated"],
        demo=held["demo"],
        by=held["by"],
        totals=tuple(Total(**each) for each in held.get("totals", ())),
    )
