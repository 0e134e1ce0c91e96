"""Application health from a status page: components, their incidents and maintenances, and the page itself."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from collectors.listed import ListedSettings
from collectors.records import AppHealth, Batch, CollectError
from collectors.times import iso
from tests.sources import answering, city, collected
from tests.test_prometheus import application

NOW = datetime.now(UTC).replace(microsecond=0)
CITY = city(application("perizinan", "https://izin.example"), application("pajak", "https://pajak.example"))


def component(id: str, status: str = "operational", **fields: Any) -> dict[str, Any]:
    return {"id": id, "name": f"Komponen {id}", "status": status, "group": False, "group_id": None, **fields}


def summary(*components: Any, **fields: Any) -> dict[str, Any]:
    page = {
        "id": "p",
        "name": "Status Kota",
        "url": "https://status.example",
        "updated_at": "2020-01-01T00:00:00+07:00",
    }
    return {"page": page, "components": list(components), "incidents": [], "scheduled_maintenances": [], **fields}


async def read(body: object, where: Any = CITY, **given: Any) -> Batch:
    return await collected("statuspage", answering(json.dumps(body)), ListedSettings(**given), where)


async def health(body: object, where: Any = CITY, **given: Any) -> dict[str, AppHealth]:
    return {one.id: one for one in (await read(body, where, **given)).records if isinstance(one, AppHealth)}


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("operational", "up"),
        ("degraded_performance", "degraded"),
        ("partial_outage", "degraded"),
        ("major_outage", "down"),
        ("under_maintenance", "maintenance"),
        ("purple", "unknown"),
        (None, "unknown"),
    ],
)
async def test_a_components_own_status_counts(status: Any, expected: str) -> None:
    (one,) = (await health(summary(component("a", status)))).values()
    assert (one.status, one.name, one.owner, one.listed) == (expected, "Komponen a", "Dinas Contoh", False)
    assert one.reason == (None if expected == "up" else f"says {status or 'nothing'}")


async def test_a_component_is_an_application_of_the_citys_file_by_known_as() -> None:
    body = summary(component("a", "major_outage"), component("perizinan"), component("c"))
    found = await health(body, known_as={"a": "pajak"}, group="government")
    assert {id: (one.status, one.listed) for id, one in found.items()} == {
        "pajak": ("down", True),
        "perizinan": ("up", True),
        "pretend/Komponen c~2e7d2c03": ("up", False),
    }
    assert {one.group for one in found.values()} == {"government"}


async def test_a_group_is_no_application_and_names_its_components() -> None:
    body = summary(component("g", "major_outage", name="Suara", group=True), component("a", group_id="g"))
    assert [one.name for one in (await health(body)).values()] == ["Suara · Komponen a"]


async def test_what_the_page_shows_only_in_trouble_counts_only_in_trouble() -> None:
    hidden: dict[str, Any] = {"only_show_if_degraded": True}
    body = summary(component("a", **hidden), component("b", "partial_outage", **hidden), component("pajak", **hidden))
    assert [one.name for one in (await health(body)).values()] == ["Komponen b", "Pajak"]


async def test_an_incident_says_why_its_components_are_not_operational() -> None:
    events = [
        {"name": "Antrean lambat", "status": "identified", "components": [{"id": "a"}, {"id": "b"}]},
        {"name": "Sudah selesai", "status": "resolved", "components": [{"id": "c"}]},
        {"name": "Rusak", "status": "investigating", "components": "c"},
        "rusak",
    ]
    body = summary(component("a", "major_outage"), component("b"), component("c", "major_outage"), incidents=events)
    assert [(one.status, one.reason) for one in (await health(body)).values()] == [
        ("down", "Antrean lambat"),
        ("up", None),
        ("down", "says major_outage"),
    ]


@pytest.mark.parametrize(
    ("status", "begins", "ends", "expected", "told"),
    [
        ("in_progress", -1, 1, "maintenance", 1),
        ("verifying", -2, -1, "maintenance", None),
        ("in_progress", None, None, "maintenance", None),
        ("scheduled", -1, 1, "maintenance", 1),
        ("scheduled", 1, 2, "down", None),
        ("completed", -1, 1, "down", None),
    ],
)
async def test_a_component_that_is_down_for_a_planned_maintenance_is_in_it(
    status: str, begins: int | None, ends: int | None, expected: str, told: int | None
) -> None:
    def at(hours: int | None) -> str | None:
        return None if hours is None else iso(NOW + timedelta(hours=hours))

    planned = {"name": "Pindah server", "status": status, "scheduled_for": at(begins), "scheduled_until": at(ends)}
    event = {**planned, "components": [{"id": "a"}, {"id": "b"}]}
    first, second = (
        await health(summary(component("a", "major_outage"), component("b"), scheduled_maintenances=[event]))
    ).values()
    assert (first.status, second.status) == (expected, "up")
    assert first.until == (None if told is None else NOW + timedelta(hours=told))


async def test_a_page_without_components_is_one_application() -> None:
    status = {"indicator": "critical", "description": "Gangguan besar"}
    (one,) = (await health(summary(status=status))).values()
    assert (one.name, one.status, one.reason) == ("Status Kota", "down", "Gangguan besar")
    (one,) = (await health({"status": {"indicator": "none"}})).values()
    assert (one.name, one.status) == ("pretend", "up")


async def test_bad_components_are_set_aside_and_cost_no_other() -> None:
    body = summary(component("a"), {"id": "b"}, {"name": "c"}, 4, None, {**component("d", group_id=["x"]), "id": {}})
    batch = await read(body)
    assert (len(batch.records), [one.reason for one in batch.rejected]) == (1, ["a component without id or name"] * 5)
    assert batch.complete


async def test_a_retired_application_is_not_told_of() -> None:
    where = CITY.model_copy(update={"retired": (application("lama", "https://lama.example", stage="retired"),)})
    assert list(await health(summary(component("lama", "major_outage"), component("pajak")), where)) == ["pajak"]


async def test_the_age_is_that_of_the_answer_and_not_of_the_last_change() -> None:
    handler = answering(json.dumps(summary(component("a"))), Date="Mon, 23 Nov 2020 10:00:00 GMT")
    batch = await collected("statuspage", handler, None, CITY)
    assert batch.as_of == datetime(2020, 11, 23, 10, tzinfo=UTC)


@pytest.mark.parametrize("path", ["", "/", "/api/v2/summary.json"])
async def test_the_address_may_be_the_pages_or_the_summarys(path: str) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        assert request.path == "/api/v2/summary.json"
        return web.json_response(summary(component("a")))

    assert len((await collected("statuspage", handler, None, CITY, path)).records) == 1


@pytest.mark.parametrize(
    ("body", "status", "sentence"),
    [
        ("[]", 200, "answered JSON that is no Statuspage summary"),
        ('{"page": {}}', 200, "with neither components nor a status"),
        ("<html>", 200, "answered an HTML page|markup instead of JSON"),
        ("{}", 404, r"status 404 \(Not Found\)"),
        (json.dumps({"components": [{}] * 5001}), 200, "has more than 5,000 components"),
    ],
)
async def test_what_is_no_summary_is_a_sentence(body: str, status: int, sentence: str) -> None:
    with pytest.raises(CollectError, match=sentence):
        await collected("statuspage", answering(body, status=status), None, CITY)
