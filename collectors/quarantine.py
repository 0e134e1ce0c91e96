"""Rejected records, set aside so that they can be read and, after a fix, be taken in after all.

Only a source that tells of a change once needs that: what sends its whole state every time sends a record again. So a
collector of the first kind has a `read` (collectors/source.py), and its rows are kept whole; of the others the reason
and the masked sample are. A row may hold what a citizen wrote: it stays in the store, and no page, answer or log shows
it. Who reported it is taken out before it is kept.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from collectors.records import Record, Rejected
from collectors.source import Rereads

LONGEST = 16_384
MOST_PER_RUN = 100

_WHO = frozenset(
    {
        "first_name", "last_name", "full_name", "email", "phone", "telp", "account_id", "device_id", "reporter",
        "reporter_name", "requestor_name", "pelapor", "nama_pelapor", "nik", "user", "author", "requestor",
    }
)  # fmt: skip
_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Aside:
    """A rejected record to be set aside. `row` is what was sent as JSON, None where it is not to be read again or is
    too long; `key` is the same for the same row rejected for the same reason."""

    reason: str
    sample: str
    row: str | None
    key: str


@dataclass(frozen=True, slots=True)
class Kept:
    """One that was set aside: `id` names it in the store, `at` is when it was received."""

    id: str
    at: datetime
    reason: str
    sample: str
    row: str | None
    key: str


def kept_from(entry: str, fields: Mapping[str, str]) -> Kept:
    """One as the store has it, by the id of its entry."""
    at = datetime.fromtimestamp(int(entry.partition("-")[0]) / 1000, UTC)
    return Kept(entry, at, fields.get("reason", ""), fields.get("sample", ""), fields.get("row"), fields.get("key", ""))


def set_aside(rejected: Sequence[Rejected], known: Container[str], *, whole: bool) -> tuple[Aside, ...]:
    """Those not yet known by their key, at most a hundred of a run. `whole` is whether the rows may be read again."""
    found: dict[str, Aside] = {}
    for each in rejected[:MOST_PER_RUN]:
        row = text_of(each.given) if whole else None
        said = f"{each.reason}\n{each.sample if row is None else row}"
        key = hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
        if key not in known:
            found[key] = Aside(each.reason, each.sample, row, key)
    return tuple(found.values())


def text_of(row: object) -> str | None:
    """A row as JSON without whoever reported it; None where it is none, or too long."""
    if row is None:
        return None
    try:
        text = json.dumps(nameless(row, _DEPTH), separators=(",", ":"))
    except (TypeError, ValueError, RecursionError):
        return None
    return text if len(text) <= LONGEST else None


def nameless(value: Any, depth: int) -> Any:
    if depth and isinstance(value, dict):
        return {key: nameless(each, depth - 1) for key, each in value.items() if str(key).lower() not in _WHO}
    if depth and isinstance(value, list):
        return [nameless(each, depth - 1) for each in value]
    return None if isinstance(value, dict | list) else value


def read_again(collector: object, kept: Iterable[Kept]) -> dict[str, Record]:
    """The records that can be read now, by the id of what was set aside."""
    found: dict[str, Record] = {}
    if isinstance(collector, Rereads):
        for each in kept:
            if each.row is None:
                continue
            try:
                found[each.id] = collector.read(json.loads(each.row), each.at)
            except ValueError:
                # as before: it stays where it is, with the reason it was given then
                continue
    return found


def counted(source: str, kept: Sequence[Kept]) -> str:
    """One line for one source."""
    reasons = Counter(each.reason for each in kept)
    said = ", ".join(f"{count} x {shown(reason)}" for reason, count in reasons.most_common(3))
    return f"{source}: {len(kept)} set aside" + (f" ({said})" if said else "")


def listed(source: str, kept: Sequence[Kept], zone: tzinfo) -> list[str]:
    """A line for each, the newest last: when, why, and the masked beginning."""
    lines = [counted(source, kept)]
    for each in kept:
        again = "" if each.row is None else "  can be read again"
        lines.append(
            f"  {each.at.astimezone(zone):%Y-%m-%d %H:%M:%S}  {shown(each.reason)}  [{shown(each.sample)}]{again}"
        )
    return lines


def shown(text: str) -> str:
    """What a source sent must not steer a terminal."""
    return "".join(letter if letter.isprintable() else "·" for letter in text)
