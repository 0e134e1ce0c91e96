"""What became of every row that a source sent.

A row is new, updated, unchanged, rejected or a duplicate, and nothing else, so that these five always add up to what
was fetched.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, TypedDict, get_args

import orjson

from collectors.records import Batch, Record, Rejected
from collectors.times import iso

Part = Literal["new", "updated", "unchanged", "rejected", "duplicates"]
PARTS: tuple[Part, ...] = get_args(Part)
MOST_REASONS = 20
OTHER = "other reasons"


class Counted(TypedDict):
    """Rows: fetched = new + updated + unchanged + rejected + duplicates.

    `new` are records we did not know; `updated` those that changed or ended one we knew; `unchanged` those that change
    nothing we know (the same again, older than what we have, or over before we heard of it); `rejected` could not be
    read; `duplicates` repeat an id of the same answer, of which the newest counts. `unplaced` are rows, of whatever
    fate, whose record has a place on the map and whose place is not known; it is no part of the sum.
    """

    fetched: int
    new: int
    updated: int
    unchanged: int
    rejected: int
    duplicates: int
    unplaced: int


class Reject(TypedDict):
    """How often records were rejected for one reason, when last, and the masked beginning of the last of them."""

    reason: str
    count: int
    at: str
    sample: str


class Counts(TypedDict):
    """`last` is the last good run, `total` the sum of all since a moment (`since`), `runs` of them good, `failed` not.

    `answers` are those the source gave over HTTP, `not_modified` those of them that only said nothing has changed.
    `replayed` are rejected records that could be read later; they are counted nowhere else.
    """

    since: str
    runs: int
    failed: int
    last: Counted | None
    total: Counted
    answers: int
    not_modified: int
    replayed: int
    rejects: list[Reject]


def nothing() -> Counted:
    return Counted(fetched=0, new=0, updated=0, unchanged=0, rejected=0, duplicates=0, unplaced=0)


def counted(known: Collection[str], batch: Batch, changed: Mapping[str, Record], ended: frozenset[str]) -> Counted:
    """The rows of one batch, given what it changes in the records known by id before."""
    rows = batch.records
    ids = {record.id for record in rows}
    new = sum(key not in known for key in changed)
    updated = len(changed) - new + len(ended & ids)
    rejected = len(batch.rejected)
    return Counted(
        fetched=len(rows) + batch.repeated + rejected,
        new=new,
        updated=updated,
        unchanged=len(ids) - new - updated,
        rejected=rejected,
        duplicates=len(rows) - len(ids) + batch.repeated,
        unplaced=sum(getattr(record, "lat", 0.0) is None for record in rows),
    )


@dataclass(slots=True)
class Ledger:
    """The running sums of one source; kept with its state, so that they go on where the process before stopped."""

    since: str = field(default_factory=lambda: iso(datetime.now(UTC)))
    runs: int = 0
    failed: int = 0
    last: Counted | None = None
    total: Counted = field(default_factory=nothing)
    answers: int = 0
    not_modified: int = 0
    replayed: int = 0
    rejects: dict[str, Reject] = field(default_factory=dict)

    def take(self, run: Counted, rejected: Sequence[Rejected], now: datetime) -> None:
        """Add one good run."""
        self.runs += 1
        self.last = run
        self._add(run, rejected, now)

    def refuse(self, batch: Batch, now: datetime) -> None:
        """Add the rows of a run of which none could be read; it is no good run."""
        rows = len(batch.rejected)
        run = Counted(**{**nothing(), "fetched": rows + batch.repeated, "rejected": rows, "duplicates": batch.repeated})
        self._add(run, batch.rejected, now)

    def _add(self, run: Counted, rejected: Sequence[Rejected], now: datetime) -> None:
        before = self.total
        self.total = {part: before[part] + run[part] for part in before}  # type: ignore[literal-required, assignment]
        for each in rejected:
            self._reject(each, now)

    def _reject(self, rejected: Rejected, now: datetime) -> None:
        """Reasons beyond the first twenty are one: a source may send a new text every time."""
        known = rejected.reason in self.rejects or len(self.rejects) < MOST_REASONS
        reason = rejected.reason if known else OTHER
        before = self.rejects.get(reason)
        count = 1 if before is None else before["count"] + 1
        self.rejects[reason] = Reject(reason=reason, count=count, at=iso(now), sample=rejected.sample)

    def counts(self) -> Counts:
        """The numbers as readings carry them, the commonest reasons first."""
        return Counts(
            since=self.since,
            runs=self.runs,
            failed=self.failed,
            last=self.last,
            total=self.total,
            answers=self.answers,
            not_modified=self.not_modified,
            replayed=self.replayed,
            rejects=sorted(self.rejects.values(), key=lambda one: -one["count"]),
        )


def ledger_from(text: str | None) -> Ledger:
    """The sums as they were kept; another version's are begun anew."""
    try:
        held: Counts = orjson.loads(text or "null")
        return Ledger(
            since=iso(datetime.fromisoformat(held["since"])),
            last=held["last"],
            total={**nothing(), **held["total"]},
            rejects={one["reason"]: one for one in held["rejects"]},
            runs=held["runs"],
            failed=held["failed"],
            answers=held["answers"],
            not_modified=held["not_modified"],
            replayed=held["replayed"],
        )
    except (ValueError, KeyError, TypeError):
        return Ledger()
