"""What is taken away is what is on screen: all of it, in order, safe to open, and gone from the server afterwards."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlencode

import aiohttp
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from starlette.requests import Request

from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.history import EXPORT, History
from collectors.owners import Owners
from collectors.past import Past
from collectors.past_store import PastStore
from collectors.questions.apps import AppQuestions
from collectors.questions.beds import BedQuestions
from collectors.questions.complaints import ComplaintQuestions
from collectors.questions.scope import Scope, scope_from
from collectors.questions.traffic import TrafficQuestions
from collectors.questions.water import WaterQuestions
from collectors.readings.limits import Limits
from collectors.source import Area, City
from collectors.store import Store
from dashboards.explore import Explore
from dashboards.export_sheets import SHEETS
from dashboards.export_write import write
from dashboards.openapi import document
from layouts.card import Visit
from layouts.words import Words
from tests.collecting import until
from tests.site import Served, serving
from tests.taken import FORMULAS, csv_of, many, parquet_of, written, xlsx_of
from tests.test_openapi import faults

PERSONAL = ("Budi", "0812-0000-1111", "budi@example.org", "Jalan Mawar 3", "3671000000000001", "106.6319")
QUERIES: dict[Area, tuple[str, ...]] = {
    "complaints": ("", "range=7d&sort=oldest", "status=waiting,done&agency=dishub&sort=longest"),
    "traffic": ("", "kind=flood&sort=oldest", "verified=yes&range=7d"),
    "beds": ("range=7d", "unit=icu&range=90d&sort=fullest"),
    "water": ("range=7d&sort=highest", "siaga=2,3"),
    "apps": ("", "range=7d&sort=longest"),
}
EACH = [(area, query) for area, queries in QUERIES.items() for query in queries]
KINDS = ("csv", "xlsx", "parquet")
MANY = 120_000


@pytest.fixture
async def site(
    redis_server: EmbeddedRedis, store: Store, districts: Districts, city: City, tmp_path: Path
) -> AsyncIterator[Served]:
    del store
    written(tmp_path / "history", districts, city)
    async with serving(redis_server.url, districts, city, history=tmp_path / "history") as served:
        yield served


@pytest.fixture
async def long_site(
    redis_server: EmbeddedRedis, store: Store, districts: Districts, city: City, tmp_path: Path
) -> AsyncIterator[Served]:
    """Where there is so much that a download is waited for."""
    del store
    many(tmp_path / "history", MANY)
    async with serving(redis_server.url, districts, city, history=tmp_path / "history") as served:
        yield served


@pytest.fixture
def asked(redis_server: EmbeddedRedis, districts: Districts, city: City, tmp_path: Path) -> Any:
    """All rows behind a page as its own questions tell them, in order, each by what makes it itself."""

    async def ask(area: Area, query: str) -> list[tuple[Any, ...]]:
        async with Store(redis_server.url) as store:
            history = History(tmp_path / "history", threads=1)
            past = Past(PastStore(store), history, districts, city.timezone)
            try:
                scope = scope_from(area, parse_qs(query), datetime.now(UTC), city.timezone, {})
                return await rows_of(past, area, scope, city)
            finally:
                history.close()

    return ask


async def rows_of(past: Past, area: Area, scope: Scope, city: City) -> list[tuple[Any, ...]]:
    if area == "complaints":
        questions = ComplaintQuestions(past, Owners([], city.name), Limits())
        return [(one.id, one.requested) for one in await questions.rows(scope, 10_000)]
    if area == "traffic":
        return [(one.id, one.started) for one in await TrafficQuestions(past).rows(scope, 10_000)]
    if area == "beds":
        each = await BedQuestions(past).rows(scope, 10_000)
        return [(one.hospital_id, one.bed_class, one.moment) for one in each]
    if area == "water":
        return [(one.post, one.moment) for one in await WaterQuestions(past).rows(scope, 10_000)]
    apps = await AppQuestions(past, Owners([], city.name), city.applications).rows(scope, 10_000)
    return [(one.app, one.began) for one in apps]


KEYS: dict[Area, tuple[str, ...]] = {
    "complaints": ("id", "requested"),
    "traffic": ("id", "started"),
    "beds": ("hospital_id", "bed_class", "moment"),
    "water": ("post", "moment"),
    "apps": ("app_code", "began"),
}


async def take(site: Served, path: str, status: int = 200) -> bytes:
    async with site.session.get(f"{site.url}{path}") as answer:
        body = await answer.read()
        assert answer.status == status, body[:600]
        return body


def files(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "history").glob(f"{EXPORT}*"))


@pytest.mark.patient
async def test_a_file_has_the_rows_of_every_page_of_the_table_in_its_order(
    site: Served, asked: Any, tmp_path: Path
) -> None:
    for area, query in EACH:
        expected = await asked(area, query)
        assert expected, (area, query)
        _, rows = parquet_of(await take(site, f"/export/{area}.parquet?{query}"), tmp_path)
        assert [tuple(row[key] for key in KEYS[area]) for row in rows] == expected, (area, query)
        _, heads, lines = csv_of(await take(site, f"/export/{area}.csv?{query}"))
        _, page, _ = xlsx_of(await take(site, f"/export/{area}.xlsx?{query}"))
        assert page[0] == heads and len(set(heads)) == len(heads)
        assert len(lines) == len(page) - 1 == len(expected)
        said = re.sub(r"<[^>]+>", " ", (await site.get(f"/explore/{area}?{query}&lang=en"))[2])
        assert re.search(rf"\bn {len(expected)}\b", said), (area, query)
        assert not files(tmp_path)


@pytest.mark.patient
async def test_the_pages_of_the_table_together_are_the_file(site: Served) -> None:
    ids: list[str] = []
    for page in (1, 2, 3):
        body = (await site.get(f"/explore/complaints?lang=en&sort=oldest&page={page}"))[2]
        ids += re.findall(r'<td class="id"[^>]*>([^<]+)</td>', body)
    _, heads, lines = csv_of(await take(site, "/export/complaints.csv?lang=en&sort=oldest&page=2"))
    assert [line[heads.index("Number")].lstrip("'") for line in lines] == ids


async def test_a_file_says_what_it_is_in_the_language_of_the_page(site: Served, tmp_path: Path) -> None:
    await site.publish_all()
    await until("all is read", lambda: "complaints" in site.hub.readings)
    path = "/export/complaints.{}?status=waiting&from=2020-01-01&to=2026-01-01&district=99&lang=en"
    told, _, _ = csv_of(await take(site, path.format("csv")))
    assert told["City"] == "Kota Tangerang"
    assert told["Filters"] == "Status: waiting"
    assert told["Range"].startswith("2020-01-01 00:00:00")
    assert "laksa" in told["Sources, and their as-of"] and re.search(r"\d\d:\d\d:\d\d", told["Retrieved"])
    assert told["Definition"] and "no district with the code" in told["Note"]
    indonesian, _, _ = csv_of(await take(site, path.format("csv").replace("=en", "=id")))
    assert indonesian["Saringan"] == "Status: menunggu"
    about, _, _ = xlsx_of(await take(site, path.format("xlsx")))
    assert {line[0]: line[1] for line in about} | {"Retrieved": ""} == told | {"Retrieved": ""}
    metadata, _ = parquet_of(await take(site, path.format("parquet")), tmp_path)
    assert metadata["city"] == "Kota Tangerang" and "no district" in metadata["note"]


async def test_what_is_simulated_says_so_in_the_file_and_in_its_rows(site: Served) -> None:
    told, heads, lines = csv_of(await take(site, "/export/complaints.csv?lang=en"))
    assert "simulated" in told["DEMO"]
    assert {line[heads.index("Simulated")] for line in lines} == {"DEMO"}
    assert "DEMO" not in csv_of(await take(site, "/export/beds.csv?lang=en"))[0]


async def test_a_name_that_begins_like_a_formula_stays_text(site: Served) -> None:
    _, heads, lines = csv_of(await take(site, "/export/complaints.csv?lang=en&range=year&sort=newest"))
    first = dict(zip(heads, lines[0], strict=True))
    assert first["Category"] == f"'{FORMULAS['category']}"
    assert (first["Number"], first["Channel"]) == ("'+0", "'@SUM(1)")
    assert not [value for line in lines for value in line if value[:1] in ("=", "+", "-", "@", "\t", "\r")]
    _, page, xml = xlsx_of(await take(site, "/export/complaints.xlsx?lang=en&range=year&sort=newest"))
    assert "<f>" not in xml and "<hyperlink " not in xml and "relationships/hyperlink" not in xml
    assert page[1][heads.index("Category")] == FORMULAS["category"]
    assert 10800.0 in [row[heads.index("Finished in (seconds)")] for row in page[1:]]


@pytest.mark.patient
async def test_nothing_personal_is_in_any_file(site: Served, tmp_path: Path) -> None:
    for area in SHEETS:
        texts = [(await take(site, f"/export/{area}.csv?range=year")).decode()]
        texts.append(xlsx_of(await take(site, f"/export/{area}.xlsx?range=year"))[2])
        body = await take(site, f"/export/{area}.parquet?range=year")
        texts += [str(parquet_of(body, tmp_path)), body.decode("latin-1")]
        texts.append((await take(site, f"/api/v1/explore/{area}?range=year")).decode())
        assert not [word for word in PERSONAL for text in texts if word in text]


async def test_a_file_is_named_by_city_area_and_days_and_excel_can_read_its_letters(site: Served) -> None:
    async with site.session.get(f"{site.url}/export/complaints.csv?from=2026-01-02&to=2026-01-05") as answer:
        body = await answer.read()
        assert answer.headers["Content-Disposition"] == (
            'attachment; filename="tangerang-complaints-2026-01-02_2026-01-05.csv"'
        )
        assert answer.headers["Content-Type"].startswith("text/csv")
        assert (answer.headers["Cache-Control"], body[:3]) == ("no-store", b"\xef\xbb\xbf")
        assert csv_of(body)[2] == []


async def test_what_there_is_not_is_404(site: Served) -> None:
    for path in ("complaints.pdf", "complaints", "none.csv", "complaints.csv.exe", "", "../config.csv", "jobs/0123abcd",
                 "jobs/0123abcd/file"):  # fmt: skip
        assert (await site.get(f"/export/{path}"))[0] == 404, path
    assert (await site.get("/api/v1/explore/none"))[0] == 404


FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from(["waiting", "done,unknown"]),
        "agency": st.sampled_from(["dishub", "dinkes,dpupr"]),
        "hour": st.sampled_from(["8,9,10,11", "0,1,2,3,4,5"]),
        "weekday": st.sampled_from(["1,2,3", "7"]),
        "range": st.sampled_from(["7d", "year", "24h"]),
        "late": st.just("1"),
    },
)


@pytest.mark.patient
@settings(max_examples=8, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(FILTERS)
def test_whatever_is_asked_the_file_adds_up_to_the_charts(
    redis_server: EmbeddedRedis, districts: Districts, city: City, tmp_path_factory: Any, filters: dict[str, str]
) -> None:
    folder = tmp_path_factory.mktemp("history")
    written(folder, districts, city)

    async def check() -> None:
        async with Store(redis_server.url) as store:
            past = Past(PastStore(store), History(folder, threads=1), districts, city.timezone)
            owners = Owners([], city.name)
            hub: Any = cast(Any, type("Hub", (), {"readings": {}}))
            words = Words("en", city.timezone, city.name)
            explore = Explore(
                hub, past, districts, owners, city.applications, Limits(), cast(Any, None), {}, {"en": words}, "b"
            )
            query = urlencode(filters).encode()
            head = {"type": "http", "path": "/export", "query_string": query, "headers": [(b"host", b"x")]}
            sheet = await SHEETS["complaints"](explore, Request(head), Visit(words, [], "b", datetime.now(UTC)))
            answer = await ComplaintQuestions(past, owners, Limits()).answer(sheet.scope)
            write(sheet, "csv", past, folder / "x.csv", lambda done: None)
            past.history.close()
        _, heads, lines = csv_of((folder / "x.csv").read_bytes())
        assert len(lines) == sheet.total == answer.total.n

        def tally(title: str, length: int | None = None) -> Counter[str]:
            return Counter(line[heads.index(title)][:length] for line in lines)

        assert tally("Received", 10) == {day.isoformat(): one.n for day, one in answer.days.items()}
        assert tally("Agency (code)") == {slug: one.n for slug, one in answer.agencies.items()}
        assert tally("Status (code)") == {status: one.n for status, one in answer.statuses.items()}
        assert tally("District (code)") == {code: one.n for code, one in answer.districts.items()}

    asyncio.run(check())


async def post(site: Served, path: str, **headers: str) -> tuple[int, Any]:
    async with site.session.post(f"{site.url}{path}", json={}, headers=headers) as answer:
        return answer.status, await answer.json()


@pytest.mark.patient
async def test_a_long_one_is_waited_for_with_its_progress_and_is_whole(long_site: Served, tmp_path: Path) -> None:
    page = (await take(long_site, "/export/complaints.csv?lang=en", 202)).decode()
    assert "120,000 rows take a while" in page and "<progress" in page and "/assets/export.js" in page
    status, told = await post(long_site, "/export/complaints.csv?lang=en")
    assert (status, told["total"]) == (202, MANY)
    seen = [0]

    async def ready() -> bool:
        _, _, now = await long_site.get(f"/export/jobs/{told['job']}")
        seen.append(now["done"])
        return bool(now["state"] == "ready")

    await until("it is ready", ready, patience=60)
    assert seen == sorted(seen) and seen[-1] == MANY
    _, heads, lines = csv_of(await take(long_site, f"/export/jobs/{told['job']}/file"))
    assert len({line[heads.index("Number")] for line in lines}) == MANY
    await post(long_site, f"/export/jobs/{told['job']}/cancel")
    assert not files(tmp_path)
    assert (await long_site.get(f"/export/jobs/{told['job']}"))[0] == 404


@pytest.mark.patient
async def test_one_that_is_cancelled_leaves_nothing_and_only_so_many_may_wait(
    long_site: Served, tmp_path: Path
) -> None:
    path = "/export/complaints.xlsx?lang=en"
    assert (await post(long_site, path, Origin="http://elsewhere.example"))[0] == 403
    async with long_site.session.post(f"{long_site.url}{path}", data="{}") as answer:
        assert answer.status == 403
    jobs = [(await post(long_site, path))[1]["job"] for _ in range(4)]
    async with long_site.session.post(f"{long_site.url}{path}", json={}) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
        assert "4 long downloads" in (await answer.json())["error"]
    await take(long_site, "/export/complaints.csv?lang=en&status=waiting", 503)
    assert (await post(long_site, f"/export/jobs/{jobs[0]}/cancel", Origin="http://elsewhere.example"))[0] == 403
    for job in jobs:
        assert (await post(long_site, f"/export/jobs/{job}/cancel"))[0] == 202
    await until("nothing is left", lambda: not files(tmp_path), patience=30)
    status, _ = await post(long_site, path)
    assert status == 202, "there is room again"


@pytest.mark.patient
async def test_who_goes_away_in_the_middle_leaves_no_file(long_site: Served, tmp_path: Path) -> None:
    impatient = aiohttp.ClientTimeout(total=30, sock_read=0.3)
    for kind in KINDS:
        path = f"{long_site.url}/export/complaints.{kind}?status=done"
        with pytest.raises(TimeoutError):
            async with aiohttp.ClientSession(timeout=impatient) as session, session.get(path) as answer:
                await answer.read()
        await until("nothing is left", lambda: not files(tmp_path), patience=30)
    assert len(csv_of(await take(long_site, "/export/complaints.csv?status=waiting"))[2]) == MANY // 4


@pytest.mark.patient
async def test_a_program_reads_the_numbers_of_a_page_by_the_pages_own_address(site: Served) -> None:
    schemas = document("1")["components"]["schemas"]
    for area, query in EACH:
        status, _, told = await site.get(f"/api/v1/explore/{area}?{query}&lang=en")
        assert status == 200
        assert faults(schemas["Explored"], told, schemas) == []
        said = re.sub(r"<[^>]+>", " ", (await site.get(f"/explore/{area}?{query}&lang=en"))[2])
        assert re.search(rf"\bn {told['n']}\b", said), (area, query)
        assert len(told["rows"]) == min(told["n"], 25) and told["definition"]
        assert told["asked"]["start"].endswith("+00:00")
    assert told["total"]["incidents"]["n"] == told["n"]


async def test_its_parts_add_up_and_have_names_and_what_could_not_be_followed_is_noted(site: Served) -> None:
    _, _, told = await site.get("/api/v1/explore/complaints?range=decade&district=99&lang=en")
    assert [note["code"] for note in told["notes"]] == ["scope_bad_range", "scope_no_district"]
    assert all(note["said"] for note in told["notes"])
    for group in ("agencies", "districts", "categories", "statuses", "days", "hours"):
        assert sum(one["n"] for one in told["groups"][group]) == told["n"] == told["total"]["n"], group
    assert {one["agency"]: one["agency_name"] for one in told["groups"]["agencies"]}["dishub"] == "Dishub"
    assert {one.get("district_name") for one in told["groups"]["districts"] if one["district"]} == {"Tangerang"}
