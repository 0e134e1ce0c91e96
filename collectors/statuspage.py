"""Application health from a status page: Atlassian Statuspage API v2, GET /api/v2/summary.json, no key.

A component's own status counts; an incident or a maintenance that names it says why it is not operational.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, ClassVar

from collectors.answer import Answer
from collectors.failures import SourceError
from collectors.fetch import MEGABYTE, Http, time_limit
from collectors.listed import Listed, ListedSettings
from collectors.records import AppHealth, AppStatus, Batch, Known, Rejected
from collectors.rejects import rejected
from collectors.source import Area, City, Settings, Source
from collectors.source_time import own_time
from collectors.text import plain
from collectors.times import time_or_none
from collectors.together import together

_STATUSES: dict[str, AppStatus] = {
    "operational": "up",
    "degraded_performance": "degraded",
    "partial_outage": "degraded",
    "major_outage": "down",
    "under_maintenance": "maintenance",
}
_INDICATORS: dict[str, AppStatus] = {
    "none": "up",
    "minor": "degraded",
    "major": "down",
    "critical": "down",
    "maintenance": "maintenance",
}
_OVER = ("resolved", "postmortem", "completed")
_BODY_LIMIT = 8 * MEGABYTE
_MOST = 5000


@dataclass(frozen=True, slots=True)
class _Why:
    """An incident or a maintenance that names components; `until` is when a maintenance is to end."""

    name: str
    planned: bool
    until: datetime | None = None


class Statuspage:
    """Reads the summary of one page: each component an application, or the page itself where it shows none."""

    feeds: ClassVar[tuple[Area, ...]] = ("apps",)
    standard: ClassVar[str] = "Statuspage API v2"
    settings: ClassVar[type[Settings]] = ListedSettings

    def __init__(self, source: Source, city: City) -> None:
        self._source = source
        self._zone = city.timezone
        own = source.settings if isinstance(source.settings, ListedSettings) else ListedSettings()
        self._listed = Listed(source, city, own)
        self._url = source.url if source.url.endswith(".json") else f"{source.url.rstrip('/')}/api/v2/summary.json"

    async def collect(self, http: Http, known: Known) -> Batch:
        answer = await http.get(self._url, limit=time_limit(self._source.every), body_limit=_BODY_LIMIT)
        answer.require_success()
        summary = _summary(answer)
        found: list[AppHealth | Rejected] = list(self._components(summary, answer))
        if not found and (page := self._page(summary, answer)) is not None:
            found.append(page)
        by_id = defaultdict[str, list[AppHealth]](list)
        for one in found:
            if isinstance(one, AppHealth):
                by_id[one.id].append(one)
        return Batch(
            records=tuple(together(each) for each in by_id.values()),
            # the page's updated_at is its last change, and a page where all is well does not change for weeks
            as_of=own_time([answer.date], answer.received),
            complete=True,
            rejected=tuple(one for one in found if isinstance(one, Rejected)),
            demo=answer.demo,
        )

    def _components(self, summary: Mapping[str, Any], answer: Answer) -> Iterator[AppHealth | Rejected]:
        components = _list(summary, "components")
        if len(components) > _MOST:
            raise SourceError(answer.host, f"has more than {_MOST:,} components", fault="too_large")
        groups = {plain(one.get("id"), 80): plain(one.get("name"), 40) for one in components if _is_group(one)}
        reasons = _reasons(summary, self._zone, answer.received)
        for component in components:
            if _is_group(component):
                continue
            id, name = (
                plain(component.get(key), 80) if isinstance(component, Mapping) else None for key in ("id", "name")
            )
            if id is None or name is None:
                yield rejected("a component without id or name", component)
                continue
            group = groups.get(plain(component.get("group_id"), 80))
            record = self._record(id, name, f"{group} · {name}" if group else name, component, answer, reasons.get(id))
            if record is not None:
                yield record

    def _record(
        self, id: str, name: str, shown: str, component: Mapping[str, Any], answer: Answer, why: _Why | None
    ) -> AppHealth | None:
        """None for a retired application, and for one that the page itself would not show."""
        who = self._listed.identity((id, name), shown)
        given = plain(component.get("status"), 40) or "nothing"
        status = _STATUSES.get(given, "unknown")
        hides = component.get("only_show_if_degraded") is True and status == "up"
        if who.retired or (hides and not who.listed):
            return None
        if why is not None and why.planned and status in {"degraded", "down"}:
            status = "maintenance"
        return AppHealth(
            id=who.id,
            name=who.name,
            group=who.group,
            owner=who.owner,
            status=status,
            checked=answer.received,
            reason=None if status == "up" else why.name if why is not None else f"says {given}",
            until=why.until if why is not None and status == "maintenance" else None,
            listed=who.listed,
        )

    def _page(self, summary: Mapping[str, Any], answer: Answer) -> AppHealth | None:
        """The page as one application, by its indicator."""
        page, status = summary.get("page"), summary.get("status")
        name = (plain(page.get("name"), 80) if isinstance(page, Mapping) else None) or self._source.name
        if not isinstance(status, Mapping):
            return None
        who = self._listed.identity((name,), name)
        indicator = plain(status.get("indicator"), 40) or "nothing"
        if who.retired:
            return None
        judged = _INDICATORS.get(indicator, "unknown")
        return AppHealth(
            id=who.id,
            name=who.name,
            group=who.group,
            owner=who.owner,
            status=judged,
            checked=answer.received,
            reason=None if judged == "up" else plain(status.get("description"), 120) or f"says {indicator}",
            listed=who.listed,
        )


def _summary(answer: Answer) -> Mapping[str, Any]:
    """The body. Raises CollectError where it is no summary, not even of a page without components."""
    summary = answer.json()
    if not isinstance(summary, Mapping):
        raise SourceError(answer.host, "answered JSON that is no Statuspage summary")
    if not isinstance(summary.get("components"), list) and not isinstance(summary.get("status"), Mapping):
        raise SourceError(answer.host, "answered a Statuspage document with neither components nor a status")
    return summary


def _list(summary: Mapping[str, Any], key: str) -> list[Any]:
    found = summary.get(key)
    return found if isinstance(found, list) else []


def _is_group(component: object) -> bool:
    return isinstance(component, Mapping) and component.get("group") is True


def _reasons(summary: Mapping[str, Any], zone: tzinfo, now: datetime) -> dict[str, _Why]:
    """Why each component is not operational, by its id. A maintenance that is under way comes before an incident."""
    found: dict[str, _Why] = {}
    for incident in _list(summary, "incidents"):
        if isinstance(incident, Mapping) and incident.get("status") not in _OVER:
            why = _Why(plain(incident.get("name"), 120) or "an incident", planned=False)
            found |= dict.fromkeys(_named(incident), why)
    for planned in _list(summary, "scheduled_maintenances"):
        if not isinstance(planned, Mapping) or planned.get("status") in _OVER:
            continue
        begins, until = (
            time_or_none(planned.get(f"scheduled_{end}"), zone, now, ahead=None) for end in ("for", "until")
        )
        waiting = planned.get("status") == "scheduled"
        if waiting and not (begins is not None and until is not None and begins <= now < until):
            continue
        due = until if until is not None and until > now else None
        why = _Why(plain(planned.get("name"), 120) or "a maintenance", planned=True, until=due)
        found |= dict.fromkeys(_named(planned), why)
    return found


def _named(event: Mapping[str, Any]) -> Iterator[str]:
    for component in _list(event, "components"):
        if isinstance(component, Mapping) and (id := plain(component.get("id"), 80)) is not None:
            yield id
