"""What is known of one source's health: when it last answered, what is wrong, when it is tried next."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import orjson

from collectors.counts import Ledger, ledger_from
from collectors.drift import Drift, drift_from
from collectors.environment import hidden, logins
from collectors.freshness import Due, due
from collectors.pause import Pause, shown
from collectors.personal import masked
from collectors.readings.shape import Freshness, SourceState
from collectors.records import Batch, CollectError
from collectors.source import Settings, Source

PATIENT_TRIES = 10
BACK_OFF_FACTOR = 4.0
BACK_OFF_LIMIT = 300.0
RETRY_AFTER_LIMIT = 3600.0

MAY_END = ("error", "fault", "failing_since", "cursor")
"""The fields of the state that are deleted when they are no longer true."""


@dataclass(slots=True)
class SourceHealth:
    """The running state of one source. Times are aware, in UTC; `failures` and `overruns` start with the process."""

    source: Source
    as_of: datetime | None = None
    received: datetime | None = None
    changed: datetime | None = None
    error: str | None = None
    fault: str | None = None
    failing_since: datetime | None = None
    next_try: datetime | None = None
    rows: int | None = None
    failures: int = 0
    overruns: int = 0
    ledger: Ledger = field(default_factory=Ledger)
    drift: Drift = field(default_factory=Drift)
    demo: bool = False
    origin: str | None = None
    cursor: str | None = None
    paused: Pause | None = None
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    told: SourceState | None = None
    said: tuple[str | None, str] | None = None

    def succeeded(self, batch: Batch, changed: bool, now: datetime) -> bool:
        """Take in a good answer. True when the source had been failing."""
        recovered = self.failing_since is not None
        self.told = None
        self.as_of = min(batch.as_of, now)
        self.received = now
        if changed or self.changed is None:
            self.changed = now
        self.error = None
        self.fault = None
        self.failing_since = None
        self.failures = 0
        self.rows = len(batch.records)
        self.demo = batch.demo is not None
        self.origin = self.origin_of(batch)
        self.cursor = batch.cursor
        self.next_try = now + timedelta(seconds=self.source.every) if self.source.asked else None
        return recovered

    def origin_of(self, batch: Batch) -> str:
        """Which service answered, as a fingerprint: another address, other settings, or another run of the pretend city
        are another. Not the settings of one that sends by itself: it could not be asked for everything again."""
        if self.said is None or self.said[0] != batch.demo:
            said = f"{self.source.collector} {self.source.url} {batch.demo}"
            if self.source.asked and (settings := settings_text(self.source.settings)):
                said += f" {settings}"
            self.said = (batch.demo, hashlib.sha256(said.encode()).hexdigest()[:16])
        return self.said[1]

    def is_another(self, batch: Batch) -> bool:
        """Whether another service answered than the one everything known came from."""
        return self.origin is not None and self.origin != self.origin_of(batch)

    def begin_anew(self, now: datetime) -> None:
        """Forget what was counted and learned of another service."""
        self.ledger = Ledger(iso(now))
        self.drift = Drift()

    def failed(self, error: CollectError, now: datetime) -> bool:
        """Take in a failure. True when it is the first after success."""
        began = self.failing_since is None
        self.told = None
        self.failing_since = self.failing_since or now
        self.failures += 1
        lines = str(error).split("\n")
        self.fault = error.fault if error.status is None else f"{error.fault} {error.status}"
        line = next((line.strip() for line in lines if line.strip()), type(error).__name__)
        # a publisher may repeat whom it was asked by, or speak of people
        self.error = masked(hidden(line, *logins(self.source.url)) or "")[:300]
        self.next_try = now + timedelta(seconds=self.pause(error.retry_after)) if self.source.asked else None
        return began

    def pause(self, retry_after: float | None) -> float:
        """Seconds until the next try. The first tries keep the usual pace, so that a short fault is over at once."""
        every = self.source.every
        widened = min(every * BACK_OFF_FACTOR, max(every, BACK_OFF_LIMIT))
        usual = every if self.failures < PATIENT_TRIES else widened
        return max(usual, min(retry_after or 0.0, RETRY_AFTER_LIMIT))

    def patience(self, now: datetime) -> float:
        """Seconds to leave a failing source alone for, where that is longer than its interval; otherwise 0."""
        left = (self.next_try - now).total_seconds() if self.failures and self.next_try else 0.0
        return left if left > self.source.every else 0.0

    def due(self) -> Due | None:
        """When its freshness changes. A source that never answered but fails is failed; one never tried has none; one
        that is paused is stale at once."""
        failing = self.failing_since is not None
        if self.paused is not None:
            over = self.as_of or self.started
            return Due(over, over, over, None)
        if self.as_of is not None:
            return due(self.as_of, self.source.cadence, failing)
        if failing or datetime.now(UTC) - self.started > timedelta(seconds=self.source.cadence):
            return Due(self.started, self.started, self.started, self.started if self.source.asked else None)
        return None

    def fields(self) -> dict[str, str]:
        """The state as Redis keeps it; what is unknown is left out."""
        self.told = None
        told = self.state(datetime.now(UTC))
        found = {
            "as_of": told["as_of"],
            "received": told["received"],
            "changed": told["changed"],
            "failing_since": told["failing_since"],
            "next_try": told["next_try"],
            "overruns": str(self.overruns),
            "demo": str(int(self.demo)),
            "counts": orjson.dumps(told["counts"]).decode(),
            "drift": self.drift.text(),
            "error": self.error,
            "fault": self.fault,
            "cursor": self.cursor,
            "origin": self.origin,
            "rows": None if self.rows is None else str(self.rows),
        }
        return {name: value for name, value in found.items() if value is not None}

    def restore(self, fields: Mapping[str, str]) -> None:
        """Take over what the store kept from before; what it does not know is unknown."""
        self.told = None
        for name in ("as_of", "received", "changed", "failing_since"):
            setattr(self, name, datetime.fromisoformat(fields[name]) if name in fields else None)
        self.error = fields.get("error")
        self.fault = fields.get("fault")
        self.cursor = fields.get("cursor")
        self.origin = fields.get("origin")
        self.rows = int(fields["rows"]) if "rows" in fields else None
        self.demo = fields.get("demo") == "1"
        self.ledger = ledger_from(fields.get("counts"))
        self.drift = drift_from(fields.get("drift"))

    def set_pause(self, pause: Pause | None) -> None:
        """Begin or end a pause."""
        self.told = None
        self.paused = pause

    def overrun(self, runs: int) -> None:
        """So many runs were skipped because the one before had not ended."""
        self.told = None
        self.overruns += runs

    def state(self, now: datetime) -> SourceState:
        """The state as readings carry it, not to be changed: it is the same one until there is news."""
        freshness = self.freshness(now)
        if self.told is None:
            self.told = self._told(freshness)
        elif self.told["freshness"] != freshness:
            self.told = {**self.told, "freshness": freshness}
        return self.told

    def freshness(self, now: datetime) -> Freshness:
        if self.paused is not None:
            return paused_freshness(self.as_of)
        return source_freshness(self.as_of, self.source.cadence, self.error is not None, now)

    def _told(self, freshness: Freshness) -> SourceState:
        return {
            "name": self.source.name,
            "area": self.source.area,
            "owner": self.source.owner,
            "contact": self.source.contact,
            "collector": self.source.collector,
            "every": self.source.every,
            "cadence": self.source.cadence,
            "freshness": freshness,
            "as_of": iso_or_none(self.as_of),
            "received": iso_or_none(self.received),
            "changed": iso_or_none(self.changed),
            "error": self.error,
            "fault": self.fault,
            "failing_since": iso_or_none(self.failing_since),
            "next_try": None if self.paused else iso_or_none(self.next_try),
            "rows": self.rows,
            "overruns": self.overruns,
            "rejected": self.ledger.total["rejected"],
            "counts": self.ledger.counts(),
            "quality": self.drift.doubts,
            "demo": self.demo,
            "paused": shown(self.paused),
        }


def source_freshness(as_of: datetime | None, cadence: float, failing: bool, now: datetime) -> Freshness:
    """One source's freshness; never is a source that has not answered yet, whether it fails or not."""
    return "never" if as_of is None else due(as_of, cadence, failing).freshness(now)


def paused_freshness(as_of: object) -> Freshness:
    """What nobody asks for is never live, nor does it fail."""
    return "never" if as_of is None else "stale"


def iso(moment: datetime) -> str:
    """A moment as ISO 8601 in UTC with milliseconds and Z."""
    at = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return at.isoformat(timespec="milliseconds")[:-6] + "Z"


def iso_or_none(moment: datetime | None) -> str | None:
    return None if moment is None else iso(moment)


def settings_text(settings: Settings) -> str:
    """What the city's file sets, the same in every process; "" where it sets nothing."""
    given = settings.model_dump(mode="json", exclude_defaults=True)
    return json.dumps(given, sort_keys=True) if given else ""
