"""The wire is searched: of personal data in every text of every source nothing reaches visitors or touring screens."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.orders import SourceOrders
from collectors.readings.shape import Reading
from collectors.replays import LONGEST, Replay
from collectors.source import EVERY_AREA, City
from collectors.store import Store
from collectors.times import iso
from collectors.tours import Tour, Tours
from config import Config, load
from dashboards.player import Player
from dashboards.recorded import Recording
from dashboards.recording import FLUSH
from dashboards.replaying import Replays
from dashboards.serve import server_of
from dashboards.touring import Touring
from dashboards.visitors_door import VisitorsDoor
from layouts import TILES
from layouts.tour.facts import FACTS
from layouts.tour.script import Script
from tests.collecting import Run, collecting, until
from tests.entering import entered
from tests.leaks import POINTS, WRITTEN, leaks
from tests.pushing import TOKENS, send
from tests.seeded import WHO, SeededCity, pushed_bed, pushed_road, seeded_file
from tests.site import Served, free_port, serving
from tests.sources import serving as answering
from tests.taping import recording
from tests.touring import both, step

pytestmark = pytest.mark.patient

MARKS = [*(mark for one in WRITTEN for mark in one.marks), *POINTS, WHO, "kaki pincang"]
SCRIPT = Script.model_validate(
    {
        "name": both("short"),
        "audience": both("anyone"),
        "steps": [
            step(name, {"tile": name}, phone={"text": both("x"), "facts": facts})
            for name, facts in zip(
                ("band", "complaints", "map", "apps", "traffic", "water"),
                [list(FACTS)[start::6] for start in range(6)],
                strict=True,
            )
        ],
    }
)
"""A tour that goes to tiles and tells every fact there is."""
GUESSED = ("0000", "9999x", "%00", "..%2f..%2fapi%2fv1%2fsources", "x" * 300, "3671014708990003", "<script>")
FILLED = {"area": "traffic", "name": "traffic", "slug": "dishub", "file": "complaints.csv", "tile": "traffic"}
"""What stands in the braces of an address."""


@dataclass
class Wire:
    """The seeded city as it is served, and everything that was read of it: (what it was, the bytes)."""

    site: Served
    run: Run
    door: str
    tour: Tour
    seeds: SeededCity
    read: list[tuple[str, bytes]] = field(default_factory=list)

    async def get(self, url: str, method: str = "get", **given: Any) -> int:
        async with self.site.session.request(method, url, allow_redirects=False, **given) as answer:
            head = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
            self.read.append((url, head.encode() + b"\n" + await answer.read()))
            return answer.status

    @asynccontextmanager
    async def listening(self, base: str, query: str) -> AsyncIterator[None]:
        """Every frame of a socket, as long as the block lasts."""
        url = f"{base}/live{query}"
        frames: list[bytes] = []
        async with self.site.session.ws_connect(url) as ws:

            async def listen() -> None:
                async for message in ws:
                    data = message.data
                    frames.append(data.encode() if isinstance(data, str) else bytes(data))

            hearing = asyncio.create_task(listen())
            try:
                yield
                await until(f"a frame of {url}", lambda: frames)
            finally:
                hearing.cancel()
                self.read.append((url, b"\n".join(frames)))

    def found(self) -> dict[str, list[str]]:
        """What of the seeds is in what was read, by address."""
        found: dict[str, list[str]] = {}
        for where, data in self.read:
            asked = where.encode()
            said = [mark for mark in leaks(data, MARKS) if not leaks(asked, [mark])]
            if said:
                found[where[:200]] = said
        return found


@pytest.fixture
async def wire(
    redis_server: EmbeddedRedis,
    store: Store,
    districts: Districts,
    city: City,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Wire]:
    """The real site and the real collecting side, a tour on one screen and guests before another."""
    del store
    for name, token in TOKENS.items():
        monkeypatch.setenv(name, token)
    seeds = SeededCity()
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(answering(seeds))
        path = seeded_file(tmp_path, url)
        config: Config = load(path, {})
        site = await stack.enter_async_context(
            serving(redis_server.url, districts, city, path, tmp_path / "history", tmp_path / "kept")
        )
        await site.store.give_back("tests")
        site.hub.touring = Touring({"short": SCRIPT}, "http://room.example")
        run = await stack.enter_async_context(
            collecting(redis_server.url, config.sources, config.city, districts, tmp_path / "history")
        )
        door = await stack.enter_async_context(visitors_door(site))
        await told_by_people(site, seeds)
        tours = Tours(site.store)
        tour = await tours.start("short", "id", ["main"], datetime.now(UTC))
        await tours.set_guests({"hall": datetime.now(UTC)})
        await until("all is read", lambda: collected(site))
        await until("the tour is known", lambda: tour.code in site.hub.touring.tours)
        yield Wire(site, run, door, tour, seeds)


@asynccontextmanager
async def visitors_door(site: Served) -> AsyncIterator[str]:
    """The visitors' own port."""
    port = free_port()
    server = server_of(VisitorsDoor(site.site), "127.0.0.1", port, lifespan="off")
    task = asyncio.create_task(server.serve())
    try:
        await until("the door is open", lambda: server.started)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.end()
        await task


async def told_by_people(site: Served, seeds: SeededCity) -> None:
    """Pushes, forms, a declared stage and a paused source, in the words of people."""
    for number in range(6):
        status, _, answer = await send(site, "officers", [pushed_road(seeds.texts, number)])
        assert status in (202, 429), answer
        status, _, answer = await send(site, "rsud", [pushed_bed(seeds.texts, number)])
        assert status == 202, answer
    new = {"category-new": "Ngatinem sakit jiwa", "status-new": "waiting"}
    assert (await entered(site, "desk", new))[0] == 200
    assert (await entered(site, "patrol", {"kind-new": "flood", "road-new": "Jl. Cempaka No. 4711"}))[0] == 200
    declared = {"stage": 4, "reason": "tetangga yang pincang memukul istrinya", "minutes": 60}
    async with site.session.post(f"{site.url}/api/v1/stage", json=declared) as answered:
        assert answered.status == 200, await answered.text()
    now = iso(datetime.now(UTC))
    pause = {"since": now, "until": None, "reason": "a.n. Qonitah Maheswari", "by": "Bpk. Zulfikri Wiryaputra"}
    await SourceOrders(site.store).pause("roads", cast("Any", pause))


def collected(site: Served) -> bool:
    """Whether every source has answered, or failed."""
    sources = [source for reading in site.hub.readings.values() for source in reading["sources"]]
    return len(site.hub.readings) == len(EVERY_AREA) and all(
        source["received"] or source["error"] or source.get("paused") for source in sources
    )


def routes(site: Served) -> list[str]:
    """Every address of the program, with something in its braces."""
    found = {getattr(route, "path", "") for route in site.site.routes}
    filled = {re.sub(r"{(\w+)(?::\w+)?}", lambda one: FILLED.get(one[1], "1"), path) for path in found if path}
    pages = {f"/card/{name}" for name in TILES} | {f"/export/{area}.csv" for area in EVERY_AREA}
    data = {f"/api/v1/readings/{area}" for area in EVERY_AREA} | {"/wall/main", "/?screen=main", "/live"}
    return sorted(filled | pages | data | set(site.site.pages))


def pages_of_the_tour(wire: Wire) -> list[str]:
    """The pages that are there."""
    code, key = wire.tour.code, f"?k={wire.tour.key}"
    looking = [f"/t/{code}/{path}{key}" for path in ("look", "apps", *(f"from/{area}" for area in EVERY_AREA))]
    return ["/t", f"/t/{code}{key}", *looking]


def visitors_addresses(wire: Wire) -> Iterator[str]:
    """Every address that a visitor's phone may ask for: a list that grows with the program."""
    code = wire.tour.code
    asked = [f"/t/{code}/apps?q={text}" for text in ("zulfikri", "3671014708990003", "%25", "a")]
    more = [f"/t/{code}/from/{name}" for name in (*TILES, *FACTS, "nothing")]
    guessed = [f"/t/{code}/{guess}" for guess in GUESSED] + [f"/t/{guess}" for guess in GUESSED]
    guessed += [f"/t?code={guess}" for guess in GUESSED]
    for path in (*pages_of_the_tour(wire), *asked, *more, *guessed):
        for language in ("id", "en", "xx"):
            separator = "&" if "?" in path else "?"
            yield f"{path}{separator}lang={language}"


async def read_everything(wire: Wire) -> None:
    """All that visitors and touring screens are sent while the tour goes through its steps and the city has news."""
    site, code = wire.site, wire.tour.code
    ws = [(site.url, f"?tour={code}&lang={language}") for language in ("id", "en")]
    ws += [(wire.door, f"?tour={code}&lang={language}") for language in ("id", "en")]
    ws += [
        (site.url, f"?screen={screen}&lang={language}&pace={pace}")
        for screen in ("main", "hall")
        for language in ("id", "en")
        for pace in ("wall", "desk", "phone")
    ]
    async with AsyncExitStack() as stack:
        for base, query in ws:
            await stack.enter_async_context(wire.listening(base, query))
        for number in range(len(SCRIPT.steps)):
            now = datetime.now(UTC)
            assert await Tours(site.store).change(code, now, **wire.tour.moved(number, now))
            await asyncio.sleep(0.3)
        for base in (wire.door, site.url):
            assert {await wire.get(base + path) for path in pages_of_the_tour(wire)} == {200}
            for path in visitors_addresses(wire):
                await wire.get(base + path)
            for body in ({"step": 0, "option": "x", "voter": "x"}, {"step": 99, "option": 0, "voter": "0" * 16}):
                await wire.get(f"{base}/t/{code}/vote?k={wire.tour.key}", "post", json=body)
        for path in routes(site):
            for language in ("id", "en"):
                await wire.get(f"{wire.door}{path}{'&' if '?' in path else '?'}lang={language}")
        for screen in ("main", "hall"):  # the pages of the screens themselves
            await wire.get(f"{site.url}/wall/{screen}")
        await wire.get(f"{site.url}/qr/tour/{code}.svg")
        await wire.get(f"{site.url}/map.svg")
    for language in ("id", "en"):
        for screen in ("main", "hall"):
            picture = site.hub.picture(screen, cast("Any", language), "visitor")
            wire.read.append((f"picture of {screen} {language}", picture))


async def test_no_byte_of_anybody_reaches_a_visitor_or_a_touring_screen(wire: Wire) -> None:
    await read_everything(wire)
    assert len(wire.read) > 400
    assert wire.found() == {}
    sent = {where: data for where, data in wire.read if "/live" in where}
    assert all(b'"tiles"' in data for where, data in sent.items() if "screen=" in where)
    assert all(b'"phone"' in data for where, data in sent.items() if "tour=" in where)


async def test_the_room_itself_is_told_what_visitors_are_not(wire: Wire) -> None:
    """Every source and every person has told something that the search finds, where it is not left out."""
    async with wire.listening(wire.site.url, "?lang=id&pace=wall"):
        await asyncio.sleep(0.2)
    for area in EVERY_AREA:
        await wire.get(f"{wire.site.url}/api/v1/readings/{area}")
    await wire.get(f"{wire.site.url}/api/v1/stage")
    found = wire.found()
    for area in EVERY_AREA:
        assert found.get(f"{wire.site.url}/api/v1/readings/{area}"), area
    assert {"pincang", "memukul"} <= set(found[f"{wire.site.url}/live?lang=id&pace=wall"])
    assert "pincang" in found[f"{wire.site.url}/api/v1/stage"]
    sources = [source["name"] for reading in wire.site.hub.readings.values() for source in reading["sources"]]
    assert sorted(sources) == sorted(source.name for source in wire.site.config.sources)


async def test_what_was_recorded_for_the_room_is_not_played_to_visitors(wire: Wire, tmp_path: Path) -> None:
    site, folder = wire.site, tmp_path / "replay"
    tours, hall = Tours(site.store), site.hub.touring
    await tours.set_guests({"hall": None})
    await until("the room has the hall", lambda: hall.audience("hall") == "operator")
    begun = datetime.now(UTC)
    async with recording(site.hub, folder) as recorder:
        recorder.seats["hall"].due_visitors = 0.0
        await asyncio.sleep(4 * FLUSH)
    kept = Player(Recording(folder / "hall"), 0).picture
    assert leaks(str(kept), MARKS), "what the room saw is recorded as it was"
    await tours.set_guests({"hall": datetime.now(UTC)})
    await until("the hall has guests", lambda: hall.audience("hall") == "visitor")
    replays = Replays(site.hub, folder)
    playing = asyncio.create_task(replays.run())
    try:
        async with wire.listening(site.url, "?screen=hall&lang=id&pace=wall"):
            now = datetime.now(UTC)
            replay = Replay(kind="replay", of="hall", start=begun, at=begun, since=now, speed=1, ends=now + LONGEST)
            await replays.kept.put("hall", replay)
            await until("it plays", lambda: "hall" in replays.playing)
            await asyncio.sleep(2)
    finally:
        playing.cancel()
        await asyncio.wait([playing])
    assert b'"replay":{' in wire.read[-1][1]
    assert wire.found() == {}


def passing(area: str, put_back: Callable[[Any, Any], None]) -> Callable[[Reading, Reading], Reading]:
    """A mask that lets one thing of an area through."""

    def leak(whole: Reading, masked: Reading) -> Reading:
        if masked["area"] == area:
            put_back(whole, masked)
        return masked

    return leak


def headlines(whole: Any, masked: Any) -> None:
    for one, other in zip(whole["newest"], masked["newest"], strict=True):
        other["headline"] = one["headline"]


def points(whole: Any, masked: Any) -> None:
    for one, other in zip(whole["newest"], masked["newest"], strict=True):
        other["lat"], other["lon"] = one["lat"], one["lon"]


def reasons(whole: Any, masked: Any) -> None:
    for one, other in zip(whole["abnormal"], masked["abnormal"], strict=True):
        other["reason"] = one["reason"]


def contacts(whole: Any, masked: Any) -> None:
    for one, other in zip(whole["sources"], masked["sources"], strict=True):
        other["contact"] = one["contact"]


def categories(whole: Any, masked: Any) -> None:
    for one, other in zip(whole["newest"], masked["newest"], strict=True):
        other["category"] = one["category"]


PLANTED = {
    "headlines": ("traffic", headlines, "id"),
    "points": ("traffic", points, "en"),
    "reasons": ("apps", reasons, "en"),
    "contacts": ("apps", contacts, "id"),
    "categories": ("complaints", categories, "id"),
}


@pytest.mark.parametrize("planted", PLANTED)
async def test_a_planted_leak_is_found(wire: Wire, planted: str) -> None:
    area, put_back, language = PLANTED[planted]
    hub, leak = wire.site.hub, passing(area, put_back)
    mask = hub.pictures.mask
    hub.pictures.mask = lambda reading: leak(reading, mask(reading))
    hub.pictures.masked.clear()
    screen = "hall" if planted == "contacts" else "main"
    async with wire.listening(wire.site.url, f"?screen={screen}&lang={language}&pace=wall"):
        await asyncio.sleep(0.5)
    assert wire.found(), planted
