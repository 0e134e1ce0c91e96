"""What a batch changes in what is already known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from collectors.records import Batch, Complaint, ComplaintStatus, Record, TrafficReport

OPEN: tuple[ComplaintStatus, ...] = ("waiting", "in_progress")


def changes(known: Mapping[str, Record], batch: Batch) -> tuple[dict[str, Record], frozenset[str]]:
    """The new or changed records by id, and the ids that have ended.

    Of several records with one id the newest update wins, whatever their order; an older one never replaces a newer.
    """
    newest: dict[str, Record] = {}
    for record in batch.records:
        before = newest.get(record.id)
        if before is None or not older(record, before):
            newest[record.id] = record
    lived = {key: carried_on(record, known.get(key), batch.as_of) for key, record in newest.items()}
    changed = {
        key: record
        for key, record in lived.items()
        if key not in known or (record != known[key] and not older(record, known[key]))
    }
    ended = frozenset(known) - frozenset(newest) if batch.complete else frozenset[str]()
    closed = {key for key, record in newest.items() if isinstance(record, TrafficReport) and not record.open}
    for key in closed:
        changed.pop(key, None)
    return changed, ended | (frozenset(closed) & frozenset(known))


def carried_on(record: Record, before: Record | None, as_of: datetime) -> Record:
    """A record with what only its life so far can tell: when a complaint was answered and finished, how often it was
    open again, and since when a report without a beginning of its own has been there."""
    if isinstance(record, TrafficReport):
        if record.started is not None:
            return record
        known = before.started if isinstance(before, TrafficReport) else None
        return replace(record, started=known or record.updated or as_of)
    if not isinstance(record, Complaint):
        return record
    past = before if isinstance(before, Complaint) else None
    answered = record.answered or (past.answered if past else None)
    finished = record.finished or (past.finished if past else None)
    reopened = past.reopened if past else 0
    moment = record.updated or as_of
    # one that is done when it is first seen was answered at some moment nobody told us
    taken_up = record.status == "in_progress" or (past is not None and past.status == "waiting")
    if answered is None and record.status in ("in_progress", "done") and taken_up:
        answered = moment
    if record.status == "done":
        finished = finished or moment
    elif record.status in OPEN:
        reopened += past is not None and past.status == "done"
        finished = None
    if (answered, finished, reopened) == (record.answered, record.finished, record.reopened):
        return record
    return replace(record, answered=answered, finished=finished, reopened=reopened)


def forgotten(known: Mapping[str, Record], now: datetime, window: float) -> frozenset[str]:
    """Complaints received longer ago than the window (seconds), but for those known to be open."""
    oldest = now - timedelta(seconds=window)
    return frozenset(
        key
        for key, record in known.items()
        if isinstance(record, Complaint) and record.status not in OPEN and record.requested < oldest
    )


def older(one: Record, other: Record) -> bool:
    """Whether one's own time is before the other's; a record without a time is never older."""
    mine, theirs = own_time(one), own_time(other)
    return mine is not None and theirs is not None and mine < theirs


def own_time(record: Record) -> datetime | None:
    if isinstance(record, Complaint):
        return record.updated or record.requested
    return getattr(record, "updated", None) or getattr(record, "checked", None)
