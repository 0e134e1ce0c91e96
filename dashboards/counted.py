"""What was counted of the sources, by month and by owner, as the store has it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta, tzinfo

from collectors.owners import Owners, shortened
from collectors.reliability import Day, day_from, summed
from collectors.store import Store
from dashboards.owners_shape import Measured, OwnerReliability, ReliabilityMonth
from layouts.league import Month, Standing

KEPT_DAYS = 400
Counted = Mapping[str, Mapping[str, Day]]
"""Day -> source -> what was counted of it."""


class NoMonthError(Exception):
    """The sentence says why."""


def month_of(text: str | None, now: datetime, zone: tzinfo) -> Month:
    """The month of an address, '2026-11', or the present one. Raises NoMonthError."""
    today = now.astimezone(zone).date()
    this = today.replace(day=1)
    first = this
    if text:
        try:
            if not re.fullmatch(r"[0-9]{4}-[0-9]{2}", text):
                raise ValueError(text)
            first = date.fromisoformat(f"{text}-01")
            following(first)
        except (ValueError, OverflowError):
            raise NoMonthError("month must be a year and a month, such as 2026-11") from None
    oldest = (today - timedelta(days=KEPT_DAYS)).replace(day=1)
    before = (first - timedelta(days=1)).replace(day=1) if first > oldest else None
    after = following(first) if first < this else None
    return Month(
        first=first,
        end=following(first),
        running=first == this,
        before=before.isoformat()[:7] if before else None,
        after=after.isoformat()[:7] if after else None,
        this=this.isoformat()[:7],
    )


def following(first: date) -> date:
    """The first day of the month after."""
    return (first + timedelta(days=32)).replace(day=1)


def days_of(first: date, end: date) -> list[str]:
    return [(first + timedelta(days=i)).isoformat() for i in range((end - first).days)]


async def counted(store: Store, days: Iterable[str]) -> Counted:
    """Raises StoreDownError."""
    found = await store.days(days)
    read = {day: {name: day_from(line) for name, line in one.items()} for day, one in found.items()}
    return {day: {name: one for name, one in each.items() if one is not None} for day, each in read.items()}


def by_source(found: Counted) -> dict[str, Day]:
    """Every source's days as one."""
    each: dict[str, list[Day]] = {}
    for day in found.values():
        for name, one in day.items():
            each.setdefault(name, []).append(one)
    return {name: summed(days, days[-1].owner) for name, days in each.items()}


def by_owner(found: Counted, owners: Owners) -> dict[str, dict[str, Day]]:
    """Slug of an owner -> source -> what was counted of it while it was that owner's."""
    each: dict[str, dict[str, list[Day]]] = {}
    for day in found.values():
        for name, one in day.items():
            each.setdefault(owners.slug(one.owner), {}).setdefault(name, []).append(one)
    return {key: {name: summed(days, days[-1].owner) for name, days in mine.items()} for key, mine in each.items()}


def standings(found: Counted, owners: Owners) -> list[Standing]:
    """Every owner of whose sources anything was counted, by name."""
    each = [
        Standing(key, name_of(key, mine, owners), len(mine), summed(mine.values()))
        for key, mine in by_owner(found, owners).items()
    ]
    return sorted(each, key=lambda one: one.name)


def name_of(key: str, mine: Mapping[str, Day], owners: Owners) -> str:
    """As the city lists the owner, else as it was last written."""
    last = list(mine.values())[-1].owner
    return owners.listed[key].name if key in owners.listed else shortened(last, owners.city)


def reliability(found: Counted, owners: Owners, month: Month) -> ReliabilityMonth:
    """The month for programs, the least fresh first as in the league, those with too little last."""
    each: list[OwnerReliability] = []
    for key, mine in by_owner(found, owners).items():
        sources = [{"source": name, **measured(day, 1)} for name, day in sorted(mine.items())]
        total = measured(summed(mine.values()), len(mine))
        each.append({"slug": key, "name": name_of(key, mine, owners), **total, "sources": sources})  # type: ignore[typeddict-item]
    each.sort(key=lambda one: (one["small"], one["fresh"] or 0.0, one["name"]))
    return {"month": month.text, "running": month.running, "owners": each}


def measured(day: Day, sources: int) -> Measured:
    one = Standing("", "", sources, day)
    return {
        "asked": day.asked,
        "answered": day.answered,
        "rows": day.rows,
        "rejected": day.rejected,
        "seconds": {state: round(seconds, 1) for state, seconds in day.seconds.items()},
        "observed": round(one.observed, 1),
        "fresh": share(one.fresh, one.observed),
        "late": share(one.late, one.observed),
        "available": share(one.fresh + one.late, one.observed),
        "answers": share(day.answered, day.asked),
        "rejects": share(day.rejected, day.rows),
        "small": one.small,
    }


def share(part: float, whole: float) -> float | None:
    return round(part / whole, 6) if whole else None
