"""Open511: every page, every few runs everything, and what changed in between."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from collectors.fetch import Http
from collectors.open511 import Open511, Open511Settings
from collectors.records import Batch, CollectError, Known, TrafficReport
from collectors.times import iso
from tests.sources import answering, city, collected, serving, source

NOW = datetime.now(UTC).replace(microsecond=0)


def event(number: int = 1, **fields: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "id": f"police/{number}",
        "status": "ACTIVE",
        "headline": "Kecelakaan di Jl. Contoh",
        "event_type": "INCIDENT",
        "event_subtypes": ["ACCIDENT"],
        "severity": "MAJOR",
        "geography": {"type": "Point", "coordinates": [106.63, -6.18]},
        "roads": [{"name": "Jl. Contoh", "state": "SOME_LANES_CLOSED"}],
        "created": iso(NOW - timedelta(hours=2)),
        "updated": iso(NOW - timedelta(minutes=20)),
        "schedule": {"intervals": [f"{iso(NOW - timedelta(hours=3))}/"]},
        "+kind": "ignored",
        "+linear_reference_km": -1,
    }
    return {**given, **fields}


def page(*events: Any, next_url: str | None = None) -> str:
    pagination = {"offset": "0", **({"next_url": next_url} if next_url else {})}
    return json.dumps({"events": events, "pagination": pagination, "meta": {"version": "v1"}})


async def only(**fields: Any) -> TrafficReport:
    (record,) = (await collected("open511", answering(page(event(**fields))))).records
    assert isinstance(record, TrafficReport)
    return record


async def test_an_event_is_read_and_extensions_are_not() -> None:
    report = await only()
    assert (report.id, report.kind, report.kind_given, report.open) == ("police/1", "accident", "INCIDENT", True)
    assert (report.headline, report.road, report.level) == ("Kecelakaan di Jl. Contoh", "Jl. Contoh", 4)
    assert (report.lat, report.lon, report.started) == (-6.18, 106.63, NOW - timedelta(hours=3))
    assert report.updated == NOW - timedelta(minutes=20)
    assert report.verified is None


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"event_type": "CONSTRUCTION", "event_subtypes": None}, "works"),
        ({"event_type": "CONSTRUCTION", "event_subtypes": [], "roads": [{"name": "x", "state": "CLOSED"}]}, "closure"),
        ({"event_type": "INCIDENT", "event_subtypes": ["OBSTRUCTION"]}, "hazard"),
        ({"event_type": "WEATHER_CONDITION", "event_subtypes": ["FLOOD"]}, "flood"),
        ({"event_type": "SPECIAL_EVENT", "event_subtypes": ["CROWD"]}, "other"),
        ({"event_type": "PARADE_OF_ELEPHANTS", "event_subtypes": []}, "other"),
    ],
)
async def test_kinds_and_unknown_ones_are_kept(fields: dict[str, Any], kind: str) -> None:
    report = await only(**fields)
    assert (report.kind, report.kind_given) == (kind, fields["event_type"])


async def test_archived_has_ended_and_planned_has_not_begun() -> None:
    assert not (await only(status="ARCHIVED")).open
    assert not (await only(schedule={"intervals": [f"{iso(NOW + timedelta(days=2))}/"]})).open
    ended = f"{iso(NOW - timedelta(days=2))}/{iso(NOW - timedelta(days=1))}"
    assert (await only(schedule={"intervals": [ended]})).open, "ending it is the publisher's to say"
    assert (await only(schedule={"recurring_schedules": [{}]})).started == NOW - timedelta(hours=2)


async def test_a_headline_that_only_repeats_the_type_gives_way() -> None:
    assert (await only(headline="INCIDENT", description="<p>Truk terguling</p>")).headline == "Truk terguling"


@pytest.mark.parametrize(("said", "verified"), [({"certainty": "OBSERVED"}, True), ({"certainty": "POSSIBLE"}, False)])
async def test_certainty_tells_what_is_verified(said: dict[str, Any], verified: bool) -> None:
    assert (await only(**said)).verified is verified


async def test_a_configured_field_tells_what_is_verified() -> None:
    body = page(event(1, **{"+verified": True}), event(2, **{"+verified": False}), event(3))
    batch = await collected("open511", answering(body), Open511Settings(verified_key="+verified"))
    assert [report.verified for report in batch.records if isinstance(report, TrafficReport)] == [True, False, None]


async def test_bad_events_are_counted_and_left_out() -> None:
    bad = [None, 3, {}, event(id=None), event(event_type=""), event(status=None), event(headline="", description=None)]
    batch = await collected("open511", answering(page(*bad, event(1), event(2, updated="soon", geography="here"))))
    assert [record.id for record in batch.records] == ["police/1", "police/2"]
    assert len(batch.rejected) == len(bad)
    assert {"no id", "no event_type", "no status", "no headline"} <= {each.reason for each in batch.rejected}


async def test_the_newest_of_two_with_one_id_wins() -> None:
    old = event(1, updated=iso(NOW - timedelta(hours=1)), headline="old")
    batch = await collected("open511", answering(page(event(1, headline="new"), old)))
    assert [record.headline for record in batch.records if isinstance(record, TrafficReport)] == ["new"]


class Events:
    """A server of events that pages by limit and offset and honours status and updated."""

    def __init__(self, *events: dict[str, Any]) -> None:
        self.events = list(events)
        self.asked: list[dict[str, str]] = []

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        query = dict(request.query)
        self.asked.append(query)
        status = query.get("status", "ACTIVE")
        chosen = [each for each in self.events if status in ("ALL", each["status"])]
        if "updated" in query:
            assert query["updated"].startswith(">")
            chosen = [each for each in chosen if each["updated"] > query["updated"][1:]]
        offset, limit = int(query.get("offset", 0)), int(query["limit"])
        more = offset + limit < len(chosen)
        following = f"?limit={limit}&offset={offset + limit}&status={status}" if more else None
        return web.Response(text=page(*chosen[offset : offset + limit], next_url=following))


async def runs(events: Events, times: int, settings: Open511Settings) -> list[Batch]:
    batches: list[Batch] = []
    async with serving(events) as base, Http() as http:
        collector = Open511(source("open511", base + "/events", settings), city())
        for _ in range(times):
            batches.append(await collector.collect(http, Known(cursor=batches[-1].cursor if batches else None)))
    return batches


async def test_all_pages_are_followed() -> None:
    events = Events(*(event(number) for number in range(25)))
    (batch,) = await runs(events, 1, Open511Settings(page_size=10))
    assert len(batch.records) == 25
    assert len(events.asked) == 3
    assert batch.complete
    assert batch.as_of >= NOW, "a quiet road is not a broken feed: the answer's own date counts"


async def test_what_the_configured_address_asks_for_is_asked_of_the_first_page_too() -> None:
    events = Events(event(1))
    await collected("open511", events, path="/events?bbox=106.5,-6.3,106.8,-6.0")
    assert events.asked[0]["bbox"] == "106.5,-6.3,106.8,-6.0"
    assert events.asked[0]["status"] == "ACTIVE"


async def test_between_full_sweeps_only_changes_are_asked_and_endings_are_found() -> None:
    events = Events(event(1), event(2, updated=iso(NOW - timedelta(hours=5))))
    async with serving(events) as base, Http() as http:
        collector = Open511(source("open511", base + "/events", Open511Settings(full_every=3)), city())
        first = await collector.collect(http, Known())
        events.events[0] = event(1, status="ARCHIVED", updated=iso(NOW))
        second = await collector.collect(http, Known(cursor=first.cursor))
        third = await collector.collect(http, Known(cursor=second.cursor))
        fourth = await collector.collect(http, Known(cursor=third.cursor))
    assert [batch.complete for batch in (first, second, third, fourth)] == [True, False, False, True]
    assert [(each.id, each.open) for each in second.records if isinstance(each, TrafficReport)] == [("police/1", False)]
    assert [each.id for each in fourth.records] == ["police/2"]


@pytest.mark.parametrize(
    "cursor", ["", "{}", "[]", "nonsense", '{"runs": "x", "newest": 3}', '{"runs": 1, "newest": null}']
)
async def test_a_strange_cursor_starts_anew(cursor: str) -> None:
    async with serving(Events(event())) as base, Http() as http:
        batch = await Open511(source("open511", base), city()).collect(http, Known(cursor=cursor))
    assert batch.complete


async def test_pages_elsewhere_or_without_end_are_failures() -> None:
    with pytest.raises(CollectError, match="another host"):
        await collected("open511", answering(page(event(), next_url="http://elsewhere.invalid/events?offset=1")))
    with pytest.raises(CollectError, match="without end"):
        await collected("open511", answering(page(event(), next_url="/events?offset=0")))


async def test_a_server_behind_a_proxy_may_name_its_next_page_by_the_wrong_scheme() -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        first = "offset" not in request.query
        following = f"https://{request.host}/events?offset=1" if first else None
        return web.Response(text=page(event(1 if first else 2), next_url=following))

    assert len((await collected("open511", handler)).records) == 2


@pytest.mark.parametrize(
    ("body", "content_type", "said"),
    [
        ('{"error": "key s3cret is over its limit"}', "application/json", "key ... is over its limit"),
        ("key s3cret is over its limit", "text/plain", "key ... is over its limit"),
        ("<html>s3cret</html>", "text/html", ""),
        ('["s3cret"]', "application/json", ""),
    ],
)
async def test_a_refusal_says_what_the_server_said_without_the_key(
    body: str, content_type: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRETEND_KEY", "s3cret")
    handler = answering(body, content_type, 429, Retry_After="60")
    with pytest.raises(CollectError, match=r"status 429 \(Too Many Requests\)") as caught:
        await collected("open511", handler, Open511Settings(api_key_env="PRETEND_KEY"))
    assert said in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert caught.value.retry_after == 60


@pytest.mark.parametrize("body", ["[]", "{}", '{"error": "unknown key s3cret"}', '{"events": {}}', "3"])
async def test_what_is_no_list_of_events_is_a_failure(body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRETEND_KEY", "s3cret")
    with pytest.raises(CollectError, match="without a list of events") as caught:
        await collected("open511", answering(body), Open511Settings(api_key_env="PRETEND_KEY"))
    assert "s3cret" not in str(caught.value)


async def test_a_key_that_is_not_set_is_named() -> None:
    with pytest.raises(CollectError, match="variable NO_SUCH_KEY"):
        await collected("open511", answering(page()), Open511Settings(api_key_env="NO_SUCH_KEY"))


async def test_a_byte_order_mark_does_not_matter() -> None:
    assert len((await collected("open511", answering(page(event()).encode("utf-8-sig")))).records) == 1
