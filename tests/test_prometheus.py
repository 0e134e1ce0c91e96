"""Application health from Prometheus text: blackbox_exporter, Uptime Kuma, a Prometheus server's federate page."""

from __future__ import annotations

import asyncio
import base64
import gzip
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.answer import Answer
from collectors.fetch import Http
from collectors.prometheus import Prometheus, PrometheusSettings
from collectors.prometheus_text import read_page
from collectors.records import AppHealth, Batch, CollectError, Known
from collectors.source import Application
from tests.sources import Handler, answering, city, collected, serving, source

TEXT = "text/plain; version=0.0.4; charset=utf-8"
NOW = datetime.now(UTC).replace(microsecond=0)


def application(id: str, url: str, **fields: Any) -> Application:
    return Application(**{"id": id, "name": id.title(), "group": "government", "owner": "Dinas", "url": url, **fields})


CITY = city(
    application("perizinan", "https://izin.example/"),
    application("pajak", "http://pajak.example:80/masuk"),
    application("antrean", "http://10.0.0.7:8080"),
)


async def read(body: str | bytes, *, where: Any = CITY, **given_: Any) -> Batch:
    handler = answering(body, TEXT)
    return await collected("prometheus", handler, PrometheusSettings(**given_), where)


async def health(body: str, **given_: Any) -> dict[str, AppHealth]:
    records = (await read(body, **given_)).records
    return {record.id: record for record in records if isinstance(record, AppHealth)}


def probe(instance: str, success: str = "1", **metrics: Any) -> str:
    """One target as blackbox_exporter tells of it and Prometheus labels it."""
    told = {"probe_success": success, **metrics}
    return "".join(f'{name}{{instance="{instance}",job="blackbox"}} {value}\n' for name, value in told.items())


def monitor(name: str, url: str, status: int, kind: str = "http", **metrics: Any) -> str:
    labels = (
        f'monitor_name="{name}",monitor_type="{kind}",monitor_url="{url}",monitor_hostname="null",monitor_port="null"'
    )
    told = {"monitor_status": status, **metrics}
    return "".join(f"{metric}{{{labels}}} {value}\n" for metric, value in told.items())


async def test_a_probe_is_an_application_of_the_citys_file_by_its_address() -> None:
    ends = (NOW + timedelta(days=40, hours=1)).timestamp()
    page = (
        "# HELP probe_success Displays whether or not the probe was a success\n# TYPE probe_success gauge\n"
        + probe(
            "https://izin.example",
            probe_duration_seconds=0.2537,
            probe_http_status_code=200,
            probe_ssl_earliest_cert_expiry=f"{ends:e}",
        )
        + probe("http://PAJAK.example/masuk/", "0", probe_http_status_code=503, probe_duration_seconds=1)
        + probe("10.0.0.7:8080", "0", probe_http_status_code=0)
    )
    batch = await read(page)
    first, second, third = batch.records
    assert isinstance(first, AppHealth) and isinstance(second, AppHealth) and isinstance(third, AppHealth)
    assert (first.id, first.name, first.group, first.owner) == ("perizinan", "Perizinan", "government", "Dinas")
    assert (first.status, first.latency_ms, first.http_status, first.listed) == ("up", 254, 200, True)
    assert first.certificate_days in {39, 40}
    assert (second.id, second.status, second.reason, second.http_status) == ("pajak", "down", "status 503", 503)
    assert (third.id, third.status, third.reason, third.http_status) == ("antrean", "down", "probe failed", None)
    assert batch.complete and batch.rejected == ()


async def test_a_name_leads_to_an_application_by_its_id_or_by_known_as() -> None:
    page = monitor("perizinan", "https://", 1) + monitor("Loket antre", "null", 0)
    found = await health(page, known_as={"Loket antre": "antrean"})
    assert {id: one.status for id, one in found.items()} == {"perizinan": "up", "antrean": "down"}


@pytest.mark.parametrize(
    ("status", "expected", "reason"),
    [
        (1, "up", None),
        (0, "down", "monitor says down"),
        (2, "unknown", "monitor is trying again"),
        (3, "maintenance", "monitor says maintenance"),
        (7, "unknown", "monitor_status is 7"),
    ],
)
async def test_the_states_of_uptime_kuma(status: int, expected: str, reason: str | None) -> None:
    page = monitor("x", "https://izin.example/", status, monitor_response_time=-1, monitor_cert_days_remaining=5)
    one = (await health(page))["perizinan"]
    assert (one.status, one.reason, one.latency_ms, one.certificate_days) == (expected, reason, None, 5)


async def test_a_group_of_monitors_is_no_application() -> None:
    page = monitor("Semua", "null", 0, "group") + monitor("x", "https://izin.example", 1)
    assert set(await health(page)) == {"perizinan"}


@pytest.mark.parametrize("value", ["NaN", "+Inf", "-Inf", "2", "9" * 400])
async def test_a_success_that_is_neither_yes_nor_no_is_unknown(value: str) -> None:
    one = (await health(probe("https://izin.example", value, probe_duration_seconds="NaN")))["perizinan"]
    assert (one.status, one.latency_ms) == ("unknown", None)


async def test_slow_is_degraded_and_a_certificate_never_seen_is_unknown() -> None:
    page = probe("https://izin.example", probe_duration_seconds=2.5, probe_ssl_earliest_cert_expiry="-6.21355968e+10")
    one = (await health(page))["perizinan"]
    assert (one.status, one.reason, one.certificate_days) == ("degraded", "slow: 2.5 s", None)
    assert (await health(page, slow_ms=3000))["perizinan"].status == "up"


async def test_what_the_citys_file_does_not_list_is_the_sources_own() -> None:
    page = probe("https://user:geheim@lain.example/status?token=geheim") + monitor("Aplikasi\u00a0Lain", "https://", 0)
    first, second = (await read(page, group="government")).records
    assert isinstance(first, AppHealth) and isinstance(second, AppHealth)
    assert (first.name, first.group, first.owner, first.listed) == (
        "lain.example/status",
        "government",
        "Dinas Contoh",
        False,
    )
    assert (second.name, second.status, second.listed) == ("Aplikasi Lain", "down", False)
    assert first.id.startswith("pretend/lain.example/status~") and "geheim" not in repr((first, second))


async def test_addresses_that_differ_only_in_what_is_not_shown_stay_apart() -> None:
    assert len(await health(probe("https://a.example/?one") + probe("https://a.example/?two", "0"))) == 2


async def test_a_retired_application_is_not_told_of() -> None:
    where = CITY.model_copy(update={"retired": (application("lama", "https://lama.example", stage="retired"),)})
    assert set(await health(probe("https://lama.example", "0") + probe("https://izin.example"), where=where)) == {
        "perizinan"
    }


async def test_of_two_probes_of_one_application_the_worse_counts() -> None:
    page = probe("https://izin.example", probe_duration_seconds=0.1) + 'probe_success{target="perizinan"} 0\n'
    one = (await health(page))["perizinan"]
    assert (one.status, one.latency_ms) == ("down", 100)


async def test_a_page_without_labels_is_about_the_application_it_is_said_to_be() -> None:
    page = "probe_duration_seconds 0.3\nprobe_success 1\n"
    assert set(await health(page, application="pajak")) == {"pajak"}
    assert set(await health(page, application="https://izin.example")) == {"perizinan"}
    (own,) = (await health(page)).values()
    assert (own.name, own.listed) == ("pretend", False)


async def test_the_label_may_be_another() -> None:
    page = 'probe_success{app="pajak",instance="https://izin.example"} 0\n'
    assert set(await health(page, label="app")) == {"pajak"}


async def test_a_broken_line_costs_no_other() -> None:
    page = (
        probe("https://izin.example", probe_duration_seconds="fast")
        + 'probe_success{instance="x} 1\n'
        + 'probe_success{instance="y"} 1 NaN\n'
        + 'probe_http_status_code{instance="z"} 200\n'
        + "something_else broken\n"
        + probe("http://pajak.example/masuk")
        + probe("http://pajak.example/masuk", "0")
        + f'probe_success{{instance="{"w" * 9000}"}} 1\n'
        + 'probe_success{instance="cut"} 1'
    )
    batch = await read(page)
    assert [(one.id, one.status) for one in batch.records if isinstance(one, AppHealth)] == [
        ("perizinan", "up"),
        ("pajak", "up"),
    ]
    assert sorted(one.reason for one in batch.rejected) == [
        "a line of more than 8,192 characters",
        "not a line of Prometheus text",
        "not a line of Prometheus text",
        "not a time: a number that is neither seconds nor milliseconds since 1970",
        "probe_http_status_code without probe_success or monitor_status",
        "probe_success twice for the same labels",
        "the last line is cut off",
    ]


async def test_a_federate_page_is_as_old_as_its_newest_sample_and_what_is_much_older_is_left_out() -> None:
    def at(instance: str, age: timedelta) -> str:
        return f'probe_success{{instance="{instance}"}} 1 {round((NOW - age).timestamp() * 1000)}\n'

    page = at("https://izin.example", timedelta(minutes=20)) + at("http://pajak.example/masuk", timedelta(minutes=24))
    batch = await read(page + at("10.0.0.7:8080", timedelta(minutes=26)))
    assert batch.as_of == NOW - timedelta(minutes=20)
    assert {one.id: one.checked for one in batch.records if isinstance(one, AppHealth)} == {
        "perizinan": NOW - timedelta(minutes=20),
        "pajak": NOW - timedelta(minutes=24),
    }
    assert [one.reason for one in batch.rejected] == ["told 6 min before the newest"]


async def test_a_page_may_come_compressed() -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        assert "0.0.4" in request.headers["Accept"]
        body = gzip.compress(probe("https://izin.example").encode())
        return web.Response(body=body, headers={"Content-Type": TEXT, "Content-Encoding": "gzip"})

    assert len((await collected("prometheus", handler, None, CITY)).records) == 1


@pytest.mark.parametrize(
    ("body", "content_type", "sentence"),
    [
        ("<html>", "text/html", r"answered markup instead of Prometheus text \(status 200\)"),
        ("halo dunia !\n", TEXT, "answered something that is not Prometheus text"),
        ("", TEXT, "tells of no application: 0 samples in 0 families"),
        ("# TYPE a gauge\na 1\na_b 2\n", TEXT, "tells of no application: 2 samples in 2 families"),
        ("".join(f'probe_success{{instance="{i}"}} 1\n' for i in range(5001)), TEXT, "tells of more than 5,000"),
        ("probe_success broken\n" * 5001, TEXT, "tells of more than 5,000"),
    ],
)
async def test_a_page_that_tells_of_no_application_is_a_sentence(body: str, content_type: str, sentence: str) -> None:
    with pytest.raises(CollectError, match=sentence):
        await collected("prometheus", answering(body, content_type), None, CITY)
    with pytest.raises(CollectError, match="status 503"):
        await collected("prometheus", answering("probe_success 1\n", TEXT, 503), None, CITY)


def guarded(expected: str) -> Handler:
    async def handler(request: web.Request) -> web.StreamResponse:
        said = request.headers.get("Authorization")
        return web.Response(text="probe_success 1\n", status=200 if said == expected else 401)

    return handler


async def test_the_secret_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUMA", "uk1_key")
    basic = "Basic " + base64.b64encode(b"admin:uk1_key").decode()
    given_ = PrometheusSettings(user="admin", password_env="KUMA")
    assert len((await collected("prometheus", guarded(basic), given_)).records) == 1
    given_ = PrometheusSettings(token_env="KUMA")
    assert len((await collected("prometheus", guarded("Bearer uk1_key"), given_)).records) == 1
    monkeypatch.delenv("KUMA")
    with pytest.raises(CollectError, match="the environment variable KUMA with the key of this source is not set"):
        await collected("prometheus", guarded(basic), given_)


async def test_a_page_that_pretends_is_marked() -> None:
    async with serving(answering(probe("https://izin.example"), TEXT, Live_Room_Demo="1")) as base, Http() as http:
        assert (await Prometheus(source("prometheus", base), CITY).collect(http, Known())).demo == "1"


PIECES = st.sampled_from(
    [
        "probe_success",
        "monitor_status",
        "{",
        "}",
        '"',
        "\\",
        "\n",
        " ",
        "instance",
        "=",
        ",",
        "1",
        "NaN",
        "#",
        "é",
        "\x00",
    ]
)


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=30))
def test_no_page_breaks_the_reader(pieces: list[str]) -> None:
    answer = Answer("host", "", 200, {}, "".join(pieces).encode(), NOW, 5, None, None)
    try:
        page = asyncio.run(read_page(answer, {"probe_success", "monitor_status"}))
    except CollectError:
        return
    assert page.series
