"""The board of adopters: each count means one thing, each fact has its source, and nothing is made up."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.adoption import STAGES, Adopted, board, regions_of
from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.source import City
from collectors.store import Store
from config import load
from layouts.adoption import since
from layouts.words import Words
from tests.broken_configs import Broken
from tests.site import ROOT, Served, serving
from tests.test_config import mistakes, written

NAMED = ("applications: apps.csv", "applications: apps.csv\nadoption: adoption.csv")
HEAD = "region,region_code,application,stage,since,source\n"
FILE = f"""{HEAD}Lebak,36.02,,visit,2016-09-21,https://a.example/1
Lebak,36.02,,agreement,2017,https://a.example/2 https://b.example/3
Lebak,36.02,one,live,2018-03,https://a.example/4
Cilegon,36.72,one,live,2017,https://a.example/5
Cilegon,36.72,one,stopped,2019,https://a.example/6
Cilegon,36.72,two,training,,https://a.example/7
"Serang, kota atau kab.",,,,2016,https://a.example/8
"""


def facts(text: str, tmp_path: Path) -> Any:
    (tmp_path / "adoption.csv").write_text(text, encoding="utf-8")
    path = written(
        tmp_path, Broken("adoption", ("applications: apps.csv", "applications: apps.csv\nadoption: adoption.csv"))
    )
    return load(path, {"BASE": "http://127.0.0.1:1"}).adoption


def told(text: str, tmp_path: Path) -> list[str]:
    (tmp_path / "adoption.csv").write_text(text, encoding="utf-8")
    path = written(tmp_path, Broken("adoption", NAMED))
    return [one.removeprefix("city.yaml:20:1: adoption: ") for one in mistakes(path)]


def counts(found: Any) -> dict[str | None, tuple[int, int]]:
    return {one["stage"]: (one["regions"], one["pairs"]) for one in found["stages"]}


def test_each_count_means_one_thing(tmp_path: Path) -> None:
    found = board(facts(FILE, tmp_path))
    assert (found["regions"], found["applications"]) == (3, 2)
    assert counts(found) == {
        "visit": (1, 0), "mou": (0, 0), "agreement": (1, 0), "training": (1, 1), "live": (2, 1), "stopped": (1, 1),
        None: (1, 0),
    }  # fmt: skip


def test_what_stopped_is_not_live_and_what_has_no_date_is_older_than_what_has(tmp_path: Path) -> None:
    cilegon, lebak, serang = regions_of(facts(FILE, tmp_path))
    assert {id: fact.stage for id, fact in cilegon.at.items()} == {"one": "stopped", "two": "training"}
    assert {id: fact.stage for id, fact in lebak.at.items()} == {None: "agreement", "one": "live"}
    assert (serang.code, serang.at[None].stage) == (None, None)


Facts = st.lists(
    st.builds(
        Adopted,
        region=st.sampled_from(["A", "B", "C"]),
        application=st.sampled_from([None, "one", "two"]),
        stage=st.sampled_from([None, *STAGES]),
        since=st.sampled_from([None, "2016", "2017-05", "2018-01-02"]),
        source=st.just("https://a.example"),
    ),
    max_size=20,
)


@given(Facts)
def test_every_pair_is_in_one_stage_and_every_region_in_those_it_reached(each: list[Adopted]) -> None:
    found = counts(board(each))
    pairs = {(fact.region, fact.application) for fact in each if fact.application}
    assert sum(pairs_in for _, pairs_in in found.values()) == len(pairs)
    for stage, (regions, pairs_in) in found.items():
        assert regions == len({fact.region for fact in each if fact.stage == stage})
        assert pairs_in <= len({(f.region, f.application) for f in each if f.stage == stage and f.application})


MUST = "must be"
WRONG = [
    ("", f"1:1: found the columns none; {MUST} region,region_code,application,stage,since,source"),
    (
        "region;stage\n",
        f"1:1: found the columns region;stage; {MUST} region,region_code,application,stage,since,source",
    ),
    (f"{HEAD},36.02,,visit,,https://a.example\n", "2:1: region: is missing"),
    (
        f"{HEAD}A,3602,,visit,,https://a.example\n",
        f"2:3: region_code: found '3602'; {MUST} the code of a kabupaten or kota, such as 36.02, or empty",
    ),
    (
        f"{HEAD}A,,three,visit,,https://a.example\n",
        f"2:4: application: found 'three'; {MUST} the id of a row of the applications file, or empty where the source "
        "does not say",
    ),
    (
        f"{HEAD}A,,one,used,,https://a.example\n",
        "2:8: stage: found 'used'; allowed: 'visit', 'mou', 'agreement', 'training', 'live', 'stopped'",
    ),
    (
        f'{HEAD}"A, ""B""",,one,live,2017-13,https://a.example\n',
        f"2:22: since: found '2017-13'; {MUST} a year, a month or a day: 2016, 2016-09 or 2016-09-21",
    ),
    (f"{HEAD}A,,one,live,2017,\n", "2:18: source: is missing"),
    (
        f"{HEAD}A,,one,live,2017,javascript:alert(1)\n",
        f"2:18: source: found 'javascript:alert(1)'; {MUST} the address of a page that says so, or several, with one "
        "blank",
    ),
    (f"{HEAD}A,,one,live\n", "2:8: has 4 cells, not 6; put a text with a comma in quotes"),
    (
        f"{HEAD}A,,one,live,2017,https://a.example\na,,one,live,2017,https://b.example\n",
        "3:1: says the same as line 2; name both sources in one row",
    ),
    (f'{HEAD}"A\n', "2:1: unexpected end of data"),
]


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_a_wrong_row_is_told_with_its_line_and_column(tmp_path: Path, text: str, said: str) -> None:
    assert told(text, tmp_path) == [f"adoption.csv:{said}"]


def test_every_wrong_row_is_told_and_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert len(told(f"{HEAD}A,1,,,,https://a.example\nB,,,,x,https://a.example\n", tmp_path)) == 2
    path = written(tmp_path, Broken("adoption", ("applications: apps.csv", "applications: apps.csv\nadoption: no.csv")))
    assert mistakes(path) == ["city.yaml:20:1: adoption: there is no file no.csv"]


def test_the_shipped_table_claims_no_more_than_its_sources_say() -> None:
    shipped = load(ROOT / "config.yaml", {"DEMO": "http://127.0.0.1:1"}).adoption
    assert len(shipped) == 20 and all(fact.sources for fact in shipped)
    assert {(fact.application, fact.stage) for fact in shipped} == {(None, None)}
    assert [fact.region for fact in shipped if fact.region_code is None] == ["Serang", "Malang", "Bekasi", "Jayapura"]


@pytest.fixture
async def site(
    redis_server: EmbeddedRedis, store: Store, districts: Districts, city: City, tmp_path: Path
) -> AsyncIterator[Served]:
    """The shipped city with more facts than are published."""
    del store
    text = (ROOT / "config.yaml").read_text(encoding="utf-8").replace("assets/", f"{ROOT}/assets/")
    text = text.replace("adoption: cities/tangerang/adoption.csv", f"adoption: {tmp_path}/adoption.csv")
    (tmp_path / "config.yaml").write_text(text.replace("cities/", f"{ROOT}/cities/"), encoding="utf-8")
    mine = FILE.replace(",one,", ",laksa-app,").replace(",two,", ",tangerang-live,").replace("Lebak", "Lebak <b>")
    (tmp_path / "adoption.csv").write_text(mine, encoding="utf-8")
    async with serving(redis_server.url, districts, city, tmp_path / "config.yaml") as served:
        yield served


def texts(body: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


async def test_the_board_shows_shape_and_word_and_every_source(site: Served) -> None:
    status, _, body = await site.get("/adoption?lang=en")
    said = texts(body)
    assert status == 200 and "Lebak &lt;b&gt;" in body
    assert "Live 1 region × application, now 2 regions, ever" in said
    assert "Visited 1 regions, ever" in said and "MoU – none is on record" in said
    assert "Stage not said 1 regions named as adopters" in said
    assert body.count("of-live") >= 2 and body.count("of-stopped") >= 2 and body.count("of-None") >= 2
    for number in range(1, 9):
        assert len(re.findall(rf'href="https://[ab]\.example/{number}"', body)) == 1
    anchors = set(re.findall(r'href="#(fact-[^"]+)"', body))
    assert anchors and anchors <= set(re.findall(r'id="(fact-[^"]+)"', body))
    assert "DEMO" not in said, "these are facts"


async def test_the_board_speaks_both_languages_and_is_read_by_programs(site: Served) -> None:
    indonesian = texts((await site.get("/adoption?lang=id"))[2])
    assert "Tahap tidak disebut" in indonesian and "Stage not said" not in indonesian and "Mar 2018" in indonesian
    found = (await site.get("/api/v1/adoption"))[2]
    assert len(found["facts"]) == 7 and found["facts"][1]["sources"] == ["https://a.example/2", "https://b.example/3"]
    assert counts(found)["live"] == (2, 1)


async def test_without_a_table_the_board_says_how_to_name_one(
    redis_server: EmbeddedRedis, districts: Districts, city: City, tmp_path: Path
) -> None:
    text = (ROOT / "config.yaml").read_text(encoding="utf-8").replace("assets/", f"{ROOT}/assets/")
    text = text.replace("adoption: cities/tangerang/adoption.csv\n", "").replace("cities/", f"{ROOT}/cities/")
    (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
    async with serving(redis_server.url, districts, city, tmp_path / "config.yaml") as served:
        said = texts((await served.get("/adoption?lang=en"))[2])
    assert "No region is listed yet" in said and "adoption: cities/" in said


@pytest.mark.parametrize(("text", "said"), [("2016", "2016"), ("2016-09", "Sep 2016"), ("2016-09-21", "21 Sep 2016")])
def test_a_time_is_as_exact_as_it_is_known(text: str, said: str) -> None:
    assert since(text, Words("id")) == said
    assert since(None, Words("id")) == "–"
