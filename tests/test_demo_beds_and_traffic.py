"""The pretend Aplicares, Waze and Like Lantas over HTTP."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.pretend import TUESDAY_MORNING, Client, Now, pretend


async def ask(client: Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    async with client.post(path, json=body) as answer:
        assert answer.status == 200, await answer.text()
        read: dict[str, Any] = await answer.json()
        return read


async def listed(client: Client, start: int, number: int) -> dict[str, Any]:
    pagination = {"start": start, "totalItemCount": "0", "number": number, "numberOfPages": 0}
    body = {"params": {"sort": {}, "search": {}, "pagination": pagination}, "kddati2": "3671"}
    return await ask(client, "/aplicares/Dashboard/getListRSPKS", body)


async def test_35_hospitals_in_pages() -> None:
    async with pretend() as client:
        pages = [await listed(client, start, 10) for start in (0, 10, 20, 30)]
        assert {page["totalItem"] for page in pages} == {"35"}
        assert {page["numberOfPages"] for page in pages} == {4}
        assert len({row["kdppk"] for page in pages for row in page["listrs"]}) == 35
        assert [row["no"] for row in pages[3]["listrs"]] == [31, 32, 33, 34, 35]


async def test_a_hospital_gives_capacity_and_free_beds_by_room() -> None:
    async with pretend() as client:
        data = await ask(client, "/aplicares/Pencarian/getData", {"kdppk": "0000R031", "jnsppk": "R"})
        assert data["profil"]["nmppk"] == "RSUD Kota Tangerang"
        rooms = [room for group in ("vip", "Khusus", "satu", "dua", "tiga") for room in data[group]]
        assert {type(room["jumlah_kamar"]) for room in rooms} == {int, str}
        assert sum(int(room["jumlah_kamar"]) for room in rooms if room["nama_kelas"] == "KELAS III") > 30
        assert all(re.fullmatch(r"\d\d/\d\d/\d{4} \d\d:\d\d:\d\d", room["last_update"]) for room in rooms)


async def test_a_hospital_that_never_reported_has_no_rooms() -> None:
    async with pretend() as client:
        data = await ask(client, "/aplicares/Pencarian/getData", {"kdppk": "0000R035", "jnsppk": "R"})
        assert not set(data) & {"vip", "Khusus", "satu", "dua", "tiga"}


async def test_reference_lists() -> None:
    async with pretend() as client:
        async with client.get("/aplicares/Referensi/propinsi") as answer:
            (province,) = await answer.json()
        async with client.get(f"/aplicares/Referensi/dati2/{province['id']}") as answer:
            assert len(await answer.json()) == 1


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"params": {"pagination": {"start": "x"}}}'])
async def test_a_wrong_body_is_refused(body: str) -> None:
    async with pretend() as client, client.post("/aplicares/Dashboard/getListRSPKS", data=body) as answer:
        assert answer.status == 400


async def feed(client: Client) -> dict[str, Any]:
    async with client.get("/waze/feed?format=1") as answer:
        read: dict[str, Any] = await answer.json()
        return read


async def test_the_waze_feed_is_made_anew_every_two_minutes() -> None:
    now = Now()
    async with pretend(now, speed=10) as client:
        first = await feed(client)
        now.turn(seconds=119)
        assert await feed(client) == first
        now.turn(seconds=1)
        second = await feed(client)
        assert second["endTimeMillis"] - first["endTimeMillis"] == 120_000
        assert second["endTimeMillis"] == now.moment.timestamp() * 1000
        assert second["jams"] != first["jams"]


async def test_the_waze_feed_holds_alerts_jams_and_irregularities_of_the_same_events() -> None:
    async with pretend() as client:
        snapshot = await feed(client)
        jams = {jam["uuid"]: jam for jam in snapshot["jams"]}
        assert len(jams) == len(snapshot["jams"]) > 5
        assert all(0 < jam["level"] <= 5 and len(jam["line"]) >= 2 for jam in jams.values())
        assert all((jam["delay"] == -1) == (jam["level"] == 5) for jam in jams.values())
        assert {each["id"] for each in snapshot.get("irregularities", [])} <= set(jams)
        assert {alert["type"] for alert in snapshot["alerts"]} & {"JAM", "HAZARD"}
        assert all(alert["pubMillis"] <= snapshot["endTimeMillis"] for alert in snapshot["alerts"])


async def events(client: Client, query: str = "") -> dict[str, Any]:
    async with client.get(f"/like-lantas/events{query}") as answer:
        assert answer.status == 200, await answer.text()
        read: dict[str, Any] = await answer.json()
        return read


async def test_only_active_events_unless_asked() -> None:
    async with pretend() as client:
        assert {event["status"] for event in (await events(client))["events"]} == {"ACTIVE"}
        archived = (await events(client, "?status=ARCHIVED"))["events"]
        assert {event["status"] for event in archived} == {"ARCHIVED"}
        both = (await events(client, "?status=ALL"))["events"]
        assert {event["status"] for event in both} == {"ACTIVE", "ARCHIVED"}


async def test_next_url_leads_through_every_event_once() -> None:
    async with pretend() as client:
        seen: list[str] = []
        url: str | None = "/like-lantas/events?status=ALL&limit=60"
        while url:
            async with client.get(url) as answer:
                page = await answer.json()
            assert isinstance(page["pagination"]["offset"], str)
            seen += [event["id"] for event in page["events"]]
            url = page["pagination"].get("next_url")
        assert len(seen) == len(set(seen)) > 200


@pytest.mark.parametrize("form", ["?status=ALL&updated=>{}", "?status=ALL&updated=%3E{}", "?status=ALL&updated=>={}"])
async def test_updated_asks_for_what_is_new(form: str) -> None:
    now = Now()
    async with pretend(now, speed=20) as client:
        since = now.moment
        now.turn(minutes=10)
        new = (await events(client, form.format(since.strftime("%Y-%m-%dT%H:%M:%SZ"))))["events"]
        assert {event["status"] for event in new} == {"ACTIVE", "ARCHIVED"}
        assert all(since <= datetime.fromisoformat(event["updated"]) <= now.moment for event in new)


async def test_updated_given_twice_is_a_range_also_on_the_next_page() -> None:
    async with pretend() as client:
        url: str | None = "/like-lantas/events?status=ALL&updated=>2026-11-22T00:00:00Z&updated=<2026-11-23T00:00:00Z"
        times: list[str] = []
        while url:
            async with client.get(url) as answer:
                page = await answer.json()
            times += [event["updated"] for event in page["events"]]
            url = page["pagination"].get("next_url")
        assert len(times) > 50
        assert min(times) > "2026-11-22T00:00:00Z" and max(times) < "2026-11-23T00:00:00Z"


async def test_an_event_is_verified_worked_on_and_archived() -> None:
    now = Now()
    async with pretend(now) as client:
        stages: dict[str, list[str]] = {}
        for _ in range(60):
            now.turn(minutes=5)
            for event in (await events(client, "?status=ALL&limit=500"))["events"]:
                if datetime.fromisoformat(event["created"]) > TUESDAY_MORNING:
                    seen = stages.setdefault(event["id"], [])
                    if event["+stage"] not in seen:
                        seen.append(event["+stage"])
        order = ["received", "verified", "officer_sent", "cleared"]
        assert order in stages.values()
        assert all(seen == [stage for stage in order if stage in seen] for seen in stages.values())


@pytest.mark.parametrize("query", ["?status=ODD", "?updated=2026-01-01T00:00:00Z", "?limit=0", "?offset=x"])
async def test_a_wrong_question_to_open511_is_refused(query: str) -> None:
    async with pretend() as client, client.get(f"/like-lantas/events{query}") as answer:
        assert answer.status == 400
        assert (await answer.json())["error"]


async def test_every_event_has_what_the_specification_requires() -> None:
    required = {"id", "url", "jurisdiction_url", "status", "headline", "event_type", "severity", "geography"}
    required |= {"created", "updated", "schedule"}
    async with pretend() as client:
        for event in (await events(client, "?status=ALL"))["events"]:
            assert required <= set(event)
            assert datetime.fromisoformat(event["updated"]) - TUESDAY_MORNING <= timedelta(0)
