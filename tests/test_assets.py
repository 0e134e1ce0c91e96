"""What is kept for ever has an address of its own for every content."""

from __future__ import annotations

import gzip
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from dash import Dash

from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.source import City
from dashboards.assets import Assets
from dashboards.index import finished
from dashboards.suites import Suites
from tests.site import Served, serving

FOR_EVER = "public, max-age=31536000, immutable"
PAGE = '<link href="/assets/a.css"><script src="/assets/b.js?m=1795491924.35"></script><img src="/assets/none.png">'
PACKED = {"Accept-Encoding": "gzip"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / "f.woff2").write_bytes(b"font one")
    (tmp_path / "a.css").write_text('@font-face{src:url("fonts/f.woff2")} i{mask:url("data:image/svg+xml,x")}')
    (tmp_path / "b.js").write_text("'use strict';" * 20)
    return tmp_path


def addresses(assets: Assets) -> list[str]:
    return re.findall(r'"(/assets/[^"]+)"', assets.in_page(PAGE))


def test_an_address_changes_with_the_content_and_with_nothing_else(folder: Path) -> None:
    assets = Assets(folder)
    style, script, missing = addresses(assets)
    assert missing == "/assets/none.png"
    os.utime(folder / "b.js", (1, 1))
    assert addresses(assets) == [style, script, missing]
    (folder / "b.js").write_text("'changed';")
    assert addresses(assets)[0] == style
    assert addresses(assets)[1] != script


def test_the_same_length_at_the_same_time_is_still_another_content(folder: Path) -> None:
    before = addresses(Assets(folder))
    stat = (folder / "b.js").stat()
    (folder / "b.js").write_text('"use strict";' * 20)
    os.utime(folder / "b.js", ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert addresses(Assets(folder))[1] != before[1]


def test_a_style_follows_the_font_it_names(folder: Path) -> None:
    assets = Assets(folder)
    before = addresses(assets)[0]
    (folder / "fonts" / "f.woff2").write_bytes(b"font two, longer")
    after = addresses(assets)[0]
    assert after != before
    text = assets.files["a.css"].body.decode()
    assert f'url("/assets/fonts/f.woff2?m={assets.files["fonts/f.woff2"].tag}")' in text
    assert 'url("data:image/svg+xml,x")' in text


def test_only_the_right_address_is_kept_for_ever(folder: Path) -> None:
    assets = Assets(folder)
    path, _, query = addresses(assets)[1].partition("?")
    kept = assets.asked(path, query, {})
    assert kept is not None
    assert kept.headers["cache-control"] == FOR_EVER
    for other in ("", "m=0123456789ab", "m="):
        answer = assets.asked(path, other, {})
        assert answer is not None
        assert answer.headers["cache-control"] == "no-cache"
    (folder / "b.js").write_text("'changed';")
    again = assets.asked(path, query, {"if-none-match": kept.headers["etag"]})
    assert again is not None and again.status_code == 304, "what nobody has asked for since is still what it was"


def test_a_wall_is_spared_what_it_never_uses_and_other_pages_are_not(folder: Path) -> None:
    app = Dash("x")
    page = "".join(
        f'<script src="/_dash-component-suites/{name}"></script>\n'
        for name in ("dash/deps/react@18.v1m1.js", "dash/html/h.v1m1.js", "dash/dash_table/b.v1m1.js", "dbc/d.v1m1.js")
    )
    page += '<link rel="stylesheet" href="/_dash-component-suites/dbc/d.css"><script>{"serve_locally":true}</script>'
    wall = finished(page, "/wall/main", Assets(folder), Suites(app))
    desk = finished(page, "/explore/beds", Assets(folder), Suites(app))
    assert "react@18" in wall and "html/h" in wall
    assert "dash_table" not in wall and "dbc" not in wall
    assert all(part in desk for part in ("react@18", "dash_table", "dbc/d.v1m1.js", "dbc/d.css"))


@pytest.fixture
async def site(redis_server: EmbeddedRedis, store: object, districts: Districts, city: City) -> AsyncIterator[Served]:
    async with serving(redis_server.url, districts, city) as served:
        yield served


async def test_every_file_of_a_page_is_served_whole_packed_and_for_ever(quiet: Served) -> None:
    _, headers, page = await quiet.get("/")
    assert headers["Cache-Control"] == "no-cache"
    files = re.findall(r'(?:src|href)="(/(?:assets|_dash-component-suites)/[^"]+)"', page)
    assert len(files) > 15
    for file in files:
        status, headers, text = await quiet.get(file, headers=PACKED)
        assert (status, headers["Cache-Control"]) == (200, FOR_EVER), file
        assert text, file
        status, headers, nothing = await quiet.get(file, headers={"If-None-Match": headers["ETag"]})
        assert (status, nothing) == (304, ""), file


async def test_plotly_has_an_address_that_may_be_kept_for_ever(quiet: Served) -> None:
    """Dash itself would fetch it where nothing says which version it is, and read it anew for everybody."""
    _, _, page = await quiet.get("/")
    assert '"serve_locally":false' in page
    address = page.split('"plotlyjs_url":"')[1].split('"')[0]
    status, headers, script = await quiet.get(address, headers=PACKED)
    assert (status, headers["Cache-Control"], headers["Content-Encoding"]) == (200, FOR_EVER, "gzip")
    assert int(headers["Content-Length"]) < 1_600_000
    assert len(script) > 3_000_000


async def test_who_cannot_unpack_gets_it_as_it_is(quiet: Served) -> None:
    _, packed, text = await quiet.get("/assets/tile.js", headers=PACKED)
    _, plain, same = await quiet.get("/assets/tile.js", headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain and packed["Content-Encoding"] == "gzip"
    assert packed["Vary"] == plain["Vary"] == "Accept-Encoding"
    assert text == same
    assert int(packed["Content-Length"]) < len(gzip.compress(same.encode())) + 50


async def test_a_made_up_version_takes_no_room() -> None:
    """An address names its version within a pattern that anybody can fill in."""
    app = Dash("x")
    app.registered_paths["dash"].add("deps/react@18.3.1.min.js")
    suites = Suites(app)
    for made_up in range(5):
        answer = await suites.asked(f"/_dash-component-suites/dash/deps/react@18.v9m{made_up}.3.1.min.js", {})
        assert answer is not None and len(answer.body) > 5000
    assert len(suites.kept) == 1
    assert await suites.asked("/_dash-component-suites/dash/deps/../dash.py", {}) is None


async def test_a_script_that_is_registered_but_missing_is_not_found() -> None:
    app = Dash("x")
    app.registered_paths["dash"].add("deps/none.js")
    assert await Suites(app).asked("/_dash-component-suites/dash/deps/none.js", {}) is None


@pytest.mark.parametrize("path", ["/map.svg", "/assets/tile.js"])
async def test_a_tag_is_known_only_where_it_is_listed_whole(quiet: Served, path: str) -> None:
    tag = (await quiet.get(path))[1]["ETag"]
    for known, status in (
        (tag, 304), (tag.removeprefix("W/"), 304), (f'"x", {tag}', 304), ("*", 304),
        (tag.strip('W/"'), 200), (f'"x{tag[3:]}', 200), (f'{tag[:-1]}x"', 200), ('"x"', 200),
    ):  # fmt: skip
        assert (await quiet.get(path, headers={"If-None-Match": known}))[0] == status, known


@pytest.mark.parametrize("path", ["/map.svg", "/assets/tile.js", "/", "/api/v1/sources", "/_dash-component-suites/{}"])
async def test_whoever_does_not_want_gzip_does_not_get_it(full: Served, path: str) -> None:
    script = re.findall(r"/_dash-component-suites/([^\"]+)", (await full.get("/"))[2])[0]
    for accepted, packs in (("gzip", True), ("br, gzip;q=0.5", True), ("gzip;q=0", False), ("br, GZIP; q=0.00", False)):
        _, headers, _ = await full.get(path.format(script), headers={"Accept-Encoding": accepted})
        assert ("Content-Encoding" in headers) is packs, accepted
