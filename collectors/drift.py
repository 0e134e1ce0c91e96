"""Contract drift: what a source quietly stopped or began to send, noticed as doubt about its data, not as a failure.

What is usual is learned from what came, slowly; while something is in doubt it is not learned from. What has lasted for
a week is taken for the new custom. The cost of a run grows with its rows, up to a few hundred of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from itertools import islice
from typing import get_args

import orjson

from collectors.doubt import Doubt
from collectors.records import AppHealth, Batch, Complaint, Record, TrafficReport
from collectors.times import iso
from collectors.totals import differing

LOOKED_AT = 200
HORIZON = 500
ROWS_TO_LEARN = 100
USUAL_SHARE = 0.95
ROWS_ABSENT = 20
RUNS_TO_LEARN = 10
RUNS_REMEMBERED = 50
FEWEST_USUAL = 10
COLLAPSED_SHARE = 0.2
RUNS_COLLAPSED = 3
MOST_WORDS = 50
WORDS_SHOWN = 5
WORD_STAYS = 86400.0
CUSTOM_AFTER = 7 * 86400.0

# lon goes with lat; the others say by being there that something is the matter
_BESIDES = frozenset({"lon", "reason", "derived", "until", "by_sex"})
OPTIONAL: dict[type[Record], tuple[str, ...]] = {
    kind: tuple(each.name for each in fields(kind) if each.default is None and each.name not in _BESIDES)
    for kind in get_args(Record)
}
"""The fields of each kind of record that a source may leave out."""


@dataclass(slots=True)
class Presence:
    """One field: the share of rows that usually have it, for how many rows it has been absent now, and since when."""

    share: float = 0.0
    absent: int = 0
    since: float | None = None


@dataclass(slots=True)
class Word:
    """A word that we do not know: when it came first and last, and whether that is the custom of this source."""

    field: str
    first: float
    last: float
    custom: bool


@dataclass(slots=True)
class Drift:
    """What is usual of one source, and the doubts of its last answer.

    `seen` are the rows and `runs` the whole states learned from; `usual` is the number of rows of such a state, `low`
    for how many runs in a row there have been too few, `since` when that began. Moments are seconds since 1970.
    """

    seen: int = 0
    fields: dict[str, Presence] = field(default_factory=dict)
    words: dict[str, Word] = field(default_factory=dict)
    runs: int = 0
    usual: float = 0.0
    low: int = 0
    since: float | None = None
    doubts: list[Doubt] = field(default_factory=list)

    def learn(self, batch: Batch, now: datetime) -> None:
        """Take in a good answer."""
        said = now.timestamp()
        some = list(islice(batch.records, LOOKED_AT))
        doubts = differing(batch.totals, self.doubts, moment(said)) if batch.totals else []
        if batch.complete and not isinstance(next(iter(some), None), AppHealth):
            doubts += self._rows(len(batch.records), said)
        if some:
            doubts += self._fields(some, said)
            doubts += self._words(some, said)
            self.seen = min(self.seen + len(some), HORIZON)
        self.doubts = doubts

    def _rows(self, rows: int, said: float) -> list[Doubt]:
        """Applications are not asked this: their number is that of the city's own list."""
        if self.since is not None and said - self.since > CUSTOM_AFTER:
            self.runs, self.low, self.since = 0, 0, None
        learned = self.runs >= RUNS_TO_LEARN and self.usual >= FEWEST_USUAL
        if learned and rows < self.usual * COLLAPSED_SHARE:
            self.low += 1
            self.since = self.since or said
        else:
            self.low, self.since = 0, None
            self.runs = min(self.runs + 1, RUNS_REMEMBERED)
            self.usual = round(self.usual + (rows - self.usual) / self.runs, 1)
        if self.low < RUNS_COLLAPSED or self.since is None:
            return []
        return [Doubt(code="rows_collapsed", since=moment(self.since), rows=rows, usual=round(self.usual))]

    def _fields(self, some: Sequence[Record], said: float) -> list[Doubt]:
        doubts: list[Doubt] = []
        weight, learned = len(some) / min(self.seen + len(some), HORIZON), self.seen >= ROWS_TO_LEARN
        for name in OPTIONAL[type(some[0])]:
            have = len([1 for record in some if getattr(record, name, None) is not None])
            if not have and name not in self.fields:
                continue  # no row ever had it
            one = self.fields.setdefault(name, Presence())
            if one.share == (1.0 if have == len(some) else 0.0 if have == 0 else None) and one.since is None:
                continue  # as ever
            if one.since is not None and said - one.since > CUSTOM_AFTER:
                one.share = 0.0
            if have == 0 and learned and one.share >= USUAL_SHARE:
                one.absent = min(one.absent + len(some), HORIZON)
                one.since = one.since or said
                if one.absent >= ROWS_ABSENT:
                    doubts.append(Doubt(code="field_vanished", since=moment(one.since), field=name))
            else:
                one.absent, one.since = 0, None
                one.share = round(one.share + (have / len(some) - one.share) * weight, 3)
        return doubts

    def _words(self, some: Sequence[Record], said: float) -> list[Doubt]:
        for record in some if isinstance(some[0], Complaint | TrafficReport) else ():
            name, word = unknown_word(record)
            if not word:
                continue
            if word in self.words:
                self.words[word].last = said
            elif len(self.words) < MOST_WORDS:
                # many kinds of reports are rightly none of ours; a status always ought to be
                self.words[word] = Word(name, said, said, name == "kind" and self.seen < ROWS_TO_LEARN)
        if not self.words:
            return []
        for word, one in list(self.words.items()):
            one.custom = one.custom or said - one.first > CUSTOM_AFTER
            if said - one.last > CUSTOM_AFTER:
                del self.words[word]
        recent = ((word, one) for word, one in self.words.items() if said - one.last <= WORD_STAYS)
        new = [(one.first, word, one.field) for word, one in recent if not one.custom]
        return [
            Doubt(code="word_unknown", since=moment(first), field=name, word=word)
            for first, word, name in sorted(new, reverse=True)[:WORDS_SHOWN]
        ]

    def text(self) -> str:
        """As Redis keeps it."""
        return orjson.dumps(self).decode()


def drift_from(text: str | None) -> Drift:
    """What was kept; another version's is learned anew."""
    try:
        held = orjson.loads(text or "null")
        fields = {name: Presence(**one) for name, one in held.pop("fields").items()}
        words = {word: Word(**one) for word, one in held.pop("words").items()}
        return Drift(**held, fields=fields, words=words)
    except (ValueError, KeyError, TypeError, AttributeError):
        return Drift()


def moment(seconds: float) -> str:
    return iso(datetime.fromtimestamp(seconds, UTC))


def unknown_word(record: Record) -> tuple[str, str]:
    """The field and the word of a record that we could not make anything of; "" where there is none."""
    if isinstance(record, Complaint) and record.status == "unknown":
        return "status", record.status_given[:40]
    if isinstance(record, TrafficReport) and record.kind == "other":
        return "kind", record.kind_given[:40]
    return "", ""
