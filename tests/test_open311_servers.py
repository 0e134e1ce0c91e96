"""Open311 where servers differ: found by discovery, leaving requests out of lists, without names, with extensions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from collectors.fetch import Http
from collectors.open311 import Open311, Open311Settings
from collectors.open311_gaps import gaps
from collectors.records import Batch, CollectError, Complaint, Known
from collectors.times import iso
from tests.sources import city, collected, serving, source

NOW = datetime.now(UTC).replace(microsecond=0)
V2 = "http://wiki.open311.org/GeoReport_v2"


def row(number: int, **fields: Any) -> dict[str, Any]:
    moment = iso(NOW - timedelta(hours=3, minutes=-number))
    given = {"service_request_id": f"{number}-2026", "status": "open", "service_code": "1", "service_name": "Sampah"}
    return {**given, "requested_datetime": moment, "updated_datetime": moment, **fields}


class Server:
    """A small GeoReport server: `hidden` numbers are in no list and answered by id."""

    def __init__(self, rows: list[dict[str, Any]], hidden: set[int] | None = None) -> None:
        self.rows = {each["service_request_id"]: each for each in rows}
        self.hidden = {f"{number}-2026" for number in hidden or ()}
        self.paths: list[str] = []
        self.by_id: type[web.HTTPException] = web.HTTPNotFound

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        self.paths.append(request.path)
        kind, _, rest = request.path.removeprefix("/v2/").removesuffix(".json").partition("/")
        if kind == "services":
            return self.services(request)
        if rest:
            found = self.rows.get(rest)
            if found is None:
                raise self.by_id
            return web.json_response([found])
        wanted = request.query.get("service_request_id")
        listed = [each for id_, each in self.rows.items() if id_ not in self.hidden]
        if wanted:
            listed = [self.rows[id_] for id_ in wanted.split(",") if id_ in self.rows]
        elif "updated_after" in request.query:
            listed = [each for each in listed if each["updated_datetime"] >= request.query["updated_after"]]
        return web.json_response(listed if request.query.get("page", "1") == "1" else [])

    def services(self, request: web.Request) -> web.StreamResponse:
        return web.json_response({"services": [{"service_code": "584", "service_name": "Pysäköinti"}]})

    def asked_by_id(self) -> list[str]:
        return [path for path in self.paths if path.startswith("/v2/requests/")]


def ids(batch: Batch) -> set[str]:
    return {record.id for record in batch.records}


async def only(given: dict[str, Any]) -> Complaint:
    (record,) = (await collected("open311", Server([given]), path="/v2")).records
    assert isinstance(record, Complaint)
    return record


def discovery(*endpoints: dict[str, Any], xml: bool = False) -> Any:
    async def handler(request: web.Request) -> web.StreamResponse:
        if "/discovery." not in request.path:
            return web.Response(text=f"<service_requests>{XML}</service_requests>", content_type="text/xml")
        if not xml:
            return web.json_response({"changeset": "x", "endpoints": list(endpoints)})
        listed = "".join(
            f"<endpoint><specification>{each['specification']}</specification><url>{each['url']}</url>"
            f"<formats><format>text/xml</format></formats></endpoint>"
            for each in endpoints
        )
        return web.Response(
            text=f"<discovery><endpoints>{listed}</endpoints></discovery>", content_type="text/xml", status=200
        )

    return handler


XML = (
    "<request><service_request_id>7</service_request_id><service_code>1</service_code>"
    f"<requested_datetime>{iso(NOW)}</requested_datetime></request>"
)


@pytest.mark.parametrize("xml", [False, True])
async def test_discovery_leads_to_the_endpoint_and_the_form_it_speaks(xml: bool) -> None:
    old = {"specification": "http://wiki.open311.org/GeoReport_v1", "url": "/v1", "formats": ["text/xml"]}
    trial = {"specification": V2, "url": "/trial", "type": "test", "formats": ["application/json"]}
    ours = {"specification": V2, "url": "/v2/", "type": "production", "formats": ["text/xml"]}
    handler = discovery(*([ours] if xml else [old, trial, ours]), xml=xml)
    batch = await collected("open311", handler, path="/discovery.xml" if xml else "/discovery")
    assert ids(batch) == {"7"}


@pytest.mark.parametrize(
    ("endpoint", "words"),
    [
        ({"specification": V2, "url": "http://elsewhere.example/v2"}, "another host"),
        ({"specification": V2, "url": "http://["}, "another host"),
        ({"specification": V2, "url": "/v2", "type": "test"}, "no GeoReport v2 endpoint for production"),
        ({"specification": "other", "url": "/v2"}, "no GeoReport v2 endpoint for production"),
    ],
)
async def test_discovery_that_leads_nowhere_is_a_failure(endpoint: dict[str, Any], words: str) -> None:
    with pytest.raises(CollectError, match=words):
        await collected("open311", discovery(endpoint), path="/discovery")


@pytest.mark.parametrize("body", ['{"endpoints": 3}', "[]", '"x"', '{"endpoints": [null, {"url": 3}]}'])
async def test_a_discovery_of_another_shape_is_a_failure(body: str) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        return web.Response(text=body, content_type="application/json")

    with pytest.raises(CollectError, match="no GeoReport v2 endpoint"):
        await collected("open311", handler, path="/discovery.json")


async def test_what_lists_leave_out_is_asked_by_its_id_and_watched_to_its_end() -> None:
    server = Server([row(number) for number in range(100, 120) if number != 104], hidden={107, 111})
    settings = Open311Settings(fill_gaps=True)
    async with serving(server) as base, Http() as http:
        collector = Open311(source("open311", f"{base}/v2", settings), city())
        batch = await collector.collect(http, Known())
        assert ids(batch) == set(server.rows)
        assert len(server.asked_by_id()) == 3, "two that were left out, and one that is not there"
        server.rows["107-2026"] |= {"status": "closed", "updated_datetime": iso(datetime.now(UTC))}
        server.rows["122-2026"] = row(122)
        server.rows["121-2026"] = row(121)
        server.hidden.add("121-2026")
        again = await collector.collect(http, Known(batch.cursor, frozenset({"107-2026"})))
    assert {"121-2026", "122-2026"} <= ids(again)
    assert [each.status for each in again.records if each.id == "107-2026"] == ["done"]  # type: ignore[union-attr]
    assert len(server.asked_by_id()) == 5, "a gap that is none is asked for once"


async def test_gaps_are_left_alone_unless_the_citys_file_says_so() -> None:
    server = Server([row(1), row(3)])
    await collected("open311", server, path="/v2")
    assert server.asked_by_id() == []


async def test_gaps_that_fail_do_not_fail_the_source_and_are_counted() -> None:
    class Broken(Server):
        async def __call__(self, request: web.Request) -> web.StreamResponse:
            if "/requests/" in request.path:
                self.paths.append(request.path)
                return web.Response(text="<html>sorry</html>", content_type="text/html")
            return await super().__call__(request)

    server = Broken([row(1), row(4)])
    batch = await collected("open311", server, Open311Settings(fill_gaps=True), path="/v2")
    assert len(batch.records) == 2 and len(batch.rejected) == 1
    assert "not read by its id" in batch.rejected[0].reason


async def test_gaps_wait_where_a_server_asks_for_patience() -> None:
    server = Server([row(1), row(4)])
    server.by_id = web.HTTPTooManyRequests
    async with serving(server) as base, Http() as http:
        collector = Open311(source("open311", f"{base}/v2", Open311Settings(fill_gaps=True)), city())
        batch = await collector.collect(http, Known())
        assert len(server.asked_by_id()) == 1
        server.by_id = web.HTTPNotFound
        await collector.collect(http, Known(batch.cursor))
    assert len(server.asked_by_id()) == 3


@pytest.mark.parametrize("failure", [web.HTTPInternalServerError, web.HTTPBadGateway, None])
async def test_a_gap_whose_request_failed_is_asked_again_after_the_others(failure: Any) -> None:
    class Failing(Server):
        async def __call__(self, request: web.Request) -> web.StreamResponse:
            if not failure and "/requests/" in request.path and len(self.asked_by_id()) == 0:
                self.paths.append(request.path)
                return web.Response(text="<html>sorry</html>", content_type="text/html")
            return await super().__call__(request)

    server = Failing([row(number) for number in range(1, 5)], hidden={2, 3})
    kept = {name: server.rows.pop(name) for name in ("2-2026", "3-2026")}
    server.by_id = failure or web.HTTPNotFound
    async with serving(server) as base, Http() as http:
        collector = Open311(source("open311", f"{base}/v2", Open311Settings(fill_gaps=True)), city())
        batch = await collector.collect(http, Known())
        assert (len(server.asked_by_id()), len(batch.rejected)) == (1, 1), "the others are left for the next run"
        server.rows |= kept
        again = await collector.collect(http, Known(batch.cursor))
        assert set(kept) <= ids(again)
        await collector.collect(http, Known(again.cursor))
    assert [path[-11:-5] for path in server.asked_by_id()] == ["3-2026", "2-2026", "3-2026"]


@pytest.mark.parametrize("status", [web.HTTPNotFound, web.HTTPGone, web.HTTPForbidden])
async def test_a_gap_that_is_none_or_not_public_is_asked_for_once(status: Any) -> None:
    server = Server([row(1), row(4)])
    server.by_id = status
    async with serving(server) as base, Http() as http:
        collector = Open311(source("open311", f"{base}/v2", Open311Settings(fill_gaps=True)), city())
        batch = await collector.collect(http, Known())
        again = await collector.collect(http, Known(batch.cursor))
    assert (len(server.asked_by_id()), batch.rejected, again.rejected) == (2, (), ())


@given(st.sets(st.integers(0, 300), max_size=40), st.sampled_from(["{}", "LK-{:05}", "{}-2026", "2026-{}"]))
def test_gaps_are_between_ids_and_never_ids(numbers: set[int], form: str) -> None:
    listed = {form.format(number) for number in numbers}
    missing = set(gaps(listed))
    assert missing.isdisjoint(listed)
    between = range(min(numbers, default=0), max(numbers, default=0))
    assert missing <= {form.format(number) for number in between}
    near = {low + 1 for low in numbers if low + 1 not in numbers and low + 2 in numbers}
    assert {form.format(number) for number in near} <= missing


@given(st.lists(st.text(max_size=12)))
def test_ids_of_any_make_have_few_gaps_or_none(listed: list[str]) -> None:
    assert len(list(gaps(listed))) <= 40 * len(listed)


async def test_a_code_without_a_name_is_called_by_the_list_of_services() -> None:
    server = Server([row(1, service_code="584", service_name=""), row(2, service_code="9", service_name=None), row(3)])
    async with serving(server) as base, Http() as http:
        collector = Open311(source("open311", f"{base}/v2"), city())
        batch = await collector.collect(http, Known())
        await collector.collect(http, Known(batch.cursor))
    named = {each.id: each.category for each in batch.records if isinstance(each, Complaint)}
    assert named == {"1-2026": "Pysäköinti", "2-2026": "9", "3-2026": "Sampah"}
    assert server.paths.count("/v2/services.json") == 1


async def test_names_that_cannot_be_read_leave_the_code_and_are_counted() -> None:
    class Nameless(Server):
        def services(self, request: web.Request) -> web.StreamResponse:
            return web.Response(text="<html>", content_type="text/html")

    batch = await collected("open311", Nameless([row(1, service_name="")]), path="/v2")
    assert [each.category for each in batch.records if isinstance(each, Complaint)] == ["1"]
    assert "names of services not read" in batch.rejected[0].reason


@pytest.mark.parametrize("attributes", [[], {}, [{"code": "A", "values": ["x"]}], {"A": "x"}, "x", None])
async def test_attributes_in_any_form_disturb_nothing(attributes: Any) -> None:
    assert (await only(row(1, attributes=attributes, extended_attributes=attributes))).status == "waiting"


async def test_extended_attributes_as_a_list_are_read() -> None:
    extended = [{"channel": "112"}, {"detailed_status": "IN_PROCESS"}, "x"]
    one = await only(row(1, extended_attributes=extended))
    assert (one.channel, one.status) == ("112", "in_progress")


@pytest.mark.parametrize("wrapped", [False, True])
async def test_the_last_note_is_the_last_change_where_none_is_stated(wrapped: bool) -> None:
    notes: Any = [
        {"datetime": iso(NOW - timedelta(hours=1)), "summary": "Budi: selesai", "type": "closed"},
        {"datetime": iso(NOW - timedelta(hours=2)), "type": "opened"},
        {"datetime": "soon"},
        None,
    ]
    given = row(1, status="closed", updated_datetime=None, notes={"note": notes} if wrapped else notes)
    one = await only(given)
    assert one.updated == NOW - timedelta(hours=1)
    assert "Budi" not in str(one)


async def test_fixmystreet_is_read_wrapped_and_with_a_jurisdiction() -> None:
    asked: list[str | None] = []

    async def handler(request: web.Request) -> web.StreamResponse:
        asked.append(request.query.get("jurisdiction_id"))
        if not request.query.get("jurisdiction_id"):
            return web.Response(text="<html><body>jurisdiction_id missing</body></html>", content_type="text/html")
        given = row(
            1, agency_responsible={"recipient": ["PUPR"]}, interface_used="Web interface", requestor_name="Budi"
        )
        return web.json_response({"service_requests": [given]})

    with pytest.raises(CollectError, match="HTML page"):
        await collected("open311", handler, path="/open311/v2")
    batch = await collected("open311", handler, Open311Settings(jurisdiction_id="any"), path="/open311/v2")
    (one,) = batch.records
    assert isinstance(one, Complaint)
    assert (one.agency, one.channel) == ("PUPR", "Web interface")
    assert "Budi" not in str(batch)


@pytest.mark.parametrize(
    "body",
    [
        '[{"code": 400, "description": "no jurisdiction_id"}]',
        '{"errors": [{"code": 400, "description": "no jurisdiction_id"}]}',
        '{"code": "400", "description": "no jurisdiction_id"}',
    ],
)
async def test_error_documents_in_json_of_every_make_are_said(body: str) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        return web.Response(text=body, content_type="application/json")

    with pytest.raises(CollectError, match="no jurisdiction_id"):
        await collected("open311", handler, path="/v2")
