"""The pretend complaints desk over HTTP: GeoReport v2 in JSON and XML, with the extensions of real servers."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring

from tests.pretend import TUESDAY_MORNING, Client, Now, pretend

BASE = "/laksa/open311/v2"


async def requests(client: Client, **query: str) -> list[dict[str, Any]]:
    async with client.get(f"{BASE}/requests.json", params=query) as answer:
        assert answer.status == 200, await answer.text()
        rows: list[dict[str, Any]] = await answer.json()
        return rows


async def everything(client: Client, **query: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    while True:
        page = await requests(client, page=str(len(rows) // 1000 + 1), **query)
        rows += page
        if len(page) < 1000:
            return rows


async def test_the_answer_is_a_bare_array_of_at_most_1000_newest_first() -> None:
    async with pretend() as client:
        rows = await requests(client)
        assert len(rows) == 1000
        times = [row["requested_datetime"] for row in rows]
        assert times == sorted(times, reverse=True)


async def test_pages_hold_every_request_once() -> None:
    async with pretend() as client:
        rows = await everything(client)
        assert len({row["service_request_id"] for row in rows}) == len(rows)
        assert 35 < len(rows) / 90 < 41
        assert len(await requests(client, page="2", page_size="25")) == 25


async def test_status_filters() -> None:
    async with pretend() as client:
        rows = Counter(row["status"] for row in await everything(client))
        assert len(await everything(client, status="open")) == rows["open"]
        assert len(await everything(client, status="closed")) == rows["closed"]
        assert 150 < rows["open"] < 260


async def test_a_list_of_ids_overrides_everything_else() -> None:
    async with pretend() as client:
        rows = await everything(client)
        ids = {rows[0]["service_request_id"], rows[-1]["service_request_id"]}
        found = await requests(client, service_request_id=",".join(ids), status="closed", service_code="none")
        assert {row["service_request_id"] for row in found} == ids


async def test_dates_limit_the_time_of_the_request() -> None:
    async with pretend() as client:
        start, end = TUESDAY_MORNING - timedelta(days=3), TUESDAY_MORNING - timedelta(days=2)
        rows = await requests(client, start_date=start.isoformat(), end_date=end.isoformat())
        assert rows
        assert all(start <= datetime.fromisoformat(row["requested_datetime"]) <= end for row in rows)


async def test_updated_after_shows_the_closings_of_old_requests() -> None:
    now = Now()
    async with pretend(now) as client:
        before = {row["service_request_id"]: row for row in await everything(client, status="open")}
        since = now.moment
        now.turn(hours=8)
        changed = await requests(client, updated_after=since.isoformat(), page_size="1000")
        closed = [row for row in changed if row["status"] == "closed" and row["service_request_id"] in before]
        assert any(datetime.fromisoformat(row["requested_datetime"]) < since - timedelta(days=2) for row in closed), (
            "old requests get closed too"
        )
        assert all(datetime.fromisoformat(row["updated_datetime"]) >= since for row in changed)


async def test_extensions_give_the_channel_and_the_exact_status() -> None:
    async with pretend() as client:
        rows = await everything(client, extensions="true", status="open")
        assert {row["extended_attributes"]["detailed_status"] for row in rows} == {"RECEIVED", "IN_PROCESS"}
        assert "extended_attributes" not in (await requests(client, page_size="1"))[0]


async def test_some_places_are_unknown_or_nonsense_and_some_texts_hold_personal_data() -> None:
    async with pretend() as client:
        rows = await everything(client)
        assert any(row["lat"] == 0 and row["long"] == 0 for row in rows)
        assert any(row["lat"] is None for row in rows)
        assert any("0812-0000-" in row["description"] for row in rows)
        assert any("Warga Contoh" in row["description"] for row in rows)


async def test_xml_says_the_same_as_json() -> None:
    async with pretend() as client:
        (row,) = await requests(client, page_size="1", extensions="true")
        async with client.get(f"{BASE}/requests.xml", params={"page_size": "1", "extensions": "true"}) as answer:
            assert answer.content_type == "text/xml"
            root = fromstring(await answer.read())
        assert root.tag == "service_requests"
        assert root.findtext("request/service_request_id") == row["service_request_id"]
        assert root.findtext("request/long") in (str(row["long"]), "")
        detailed = root.findtext("request/extended_attributes/detailed_status")
        assert detailed == row["extended_attributes"]["detailed_status"]


async def test_services_and_discovery_in_both_forms() -> None:
    async with pretend() as client:
        async with client.get(f"{BASE}/services.json") as answer:
            services = await answer.json()
        async with client.get(f"{BASE}/services.xml") as answer:
            assert len(fromstring(await answer.read())) == len(services) == 19
        async with client.get(f"{BASE}/discovery.json") as answer:
            assert (await answer.json())["endpoints"][0]["url"].endswith(BASE)
        async with client.get(f"{BASE}/discovery.xml") as answer:
            assert fromstring(await answer.read()).findtext("endpoints/endpoint/formats/format") == "text/xml"


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"status": "odd"}, "status odd is neither open nor closed"),
        ({"start_date": "yesterday"}, "start_date yesterday is not an ISO 8601 time with a zone"),
        ({"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-11-01T00:00:00Z"}, "more than 90 days"),
        ({"page": "0"}, "page 0 is not a number from 1"),
    ],
)
async def test_a_wrong_question_is_refused_with_a_sentence(query: dict[str, str], says: str) -> None:
    async with pretend() as client:
        async with client.get(f"{BASE}/requests.json", params=query) as answer:
            assert answer.status == 400
            (error,) = await answer.json()
            assert error["code"] == 400
            assert says in error["description"]
        async with client.get(f"{BASE}/requests.xml", params=query) as answer:
            assert answer.status == 400
            assert says in str(fromstring(await answer.read()).findtext("error/description"))


async def test_one_request_by_its_address() -> None:
    async with pretend() as client:
        (row,) = await requests(client, page_size="1")
        async with client.get(f"{BASE}/requests/{row['service_request_id']}.json") as answer:
            assert await answer.json() == [row]
        async with client.get(f"{BASE}/requests/LK-999999.json") as answer:
            assert answer.status == 404
