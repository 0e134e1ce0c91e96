"""Mapped water posts: levels in either unit, stages by word and by threshold, places wherever the water comes from."""

from __future__ import annotations

from typing import Any

import pytest

from collectors.mapped_areas import AREAS
from collectors.mapped_settings import MappedSettings
from collectors.push import Push, PushSettings
from collectors.records import WaterLevel
from collectors.times import iso
from collectors.water_stage import reached
from tests.mapped import ASKED, read
from tests.sources import city, source

POSTS = MappedSettings(fields={name: name for name in AREAS["water"].fields})


async def post(held: MappedSettings = POSTS, /, **fields: Any) -> WaterLevel:
    (record,) = (await read([{"id": "alamanda", **fields}], held, "water")).records
    assert isinstance(record, WaterLevel)
    return record


async def test_a_post_is_read_whole() -> None:
    one = await post(
        post="Alamanda", river="Kali Contoh", level_cm="123,4", status="Siaga III", siaga_3=150, siaga_1="2.500",
        trend="Naik", upstream="ya", updated=iso(ASKED), lat="-6.18", lon="106.63",
    )  # fmt: skip
    assert (one.id, one.post, one.river, one.level_cm, one.siaga) == ("alamanda", "Alamanda", "Kali Contoh", 123.4, 3)
    assert (one.siaga_4, one.siaga_3, one.siaga_1, one.trend) == (None, 150, 2.5, "rising")
    assert (one.upstream, one.updated, one.lat, one.lon) == (True, ASKED, -6.18, 106.63)


async def test_metres_become_centimetres_and_so_do_their_thresholds() -> None:
    held = MappedSettings(fields={"id": "id", "level_m": "tma", "siaga_3": "s3"})
    one = await post(held, tma=1.2345, s3="1,5")
    assert (one.level_cm, one.siaga_3) == (123.4, 150)


async def sent(row: dict[str, Any], **fields: str) -> WaterLevel:
    held = PushSettings(token_env="POST_TOKEN", fields=fields)
    pushing = Push(source("push", "", held, area="water"), city())
    (record,) = (await pushing.sent([row], ASKED)).records
    assert isinstance(record, WaterLevel)
    return record


async def test_a_sender_may_send_centimetres_or_metres_and_each_post_keeps_its_own_unit() -> None:
    for row in (
        {"level_cm": 250, "siaga_3": 200},
        {"level_m": 2.5, "siaga_3": 2},
        {"level_cm": 250, "level_m": None, "siaga_3": 200},
        {"level_cm": 250, "level_m": "", "siaga_3": 200},
    ):
        one = await sent({"id": "P1", **row})
        assert (one.level_cm, one.siaga_3) == (250, 200), row
    silent = await sent({"id": "P1", "siaga_3": 200})
    assert (silent.level_cm, silent.siaga_3) == (None, 200)


async def test_thresholds_of_a_sender_that_only_knows_metres_are_metres_while_its_level_is_missing() -> None:
    for row in ({"id": "P1", "tma": None, "siaga_3": 2}, {"id": "P1", "siaga_3": 2}):
        assert (await sent(row, level_m="tma")).siaga_3 == 200
    one = await sent({"id": "P1", "cm": 250, "level_m": 9, "siaga_3": 200}, level_cm="cm")
    assert (one.level_cm, one.siaga_3) == (250, 200)


@pytest.mark.parametrize("told", [None, "", "NA", -999, "-9999", 65535, True, "tinggi", "NaN"])
async def test_what_is_no_level_is_unknown_and_never_zero(told: Any) -> None:
    assert (await post(level_cm=told)).level_cm is None


@pytest.mark.parametrize("told", [0, "0", -190, "-12.5"])
async def test_zero_and_what_is_below_are_levels(told: Any) -> None:
    assert (await post(level_cm=told)).level_cm == float(told)


@pytest.mark.parametrize(
    ("word", "siaga"),
    [("SIAGA 1", 1), ("siaga_ii", 2), ("Siaga", 2), ("waspada", 3), ("Normal", 4), ("2", None), (2, None), ("?", None)],
)
async def test_stages_by_word_but_not_by_bare_number(word: Any, siaga: int | None) -> None:
    assert (await post(level_cm=1, status=word)).siaga == siaga


async def test_a_city_says_what_the_numbers_of_its_source_mean() -> None:
    held = MappedSettings(fields=dict(POSTS.fields), statuses={"2": "siaga_3"})
    assert (await post(held, level_cm=1, status=2)).siaga == 3


async def test_places_outside_the_city_are_kept_swapped_ones_turned_and_null_island_is_none() -> None:
    assert ((await post(level_cm=1, lat=-6.455, lon=106.685)).lat, True) == (-6.455, True)
    turned = await post(level_cm=1, lat=106.685, lon=-6.455)
    assert (turned.lat, turned.lon) == (-6.455, 106.685)
    assert (await post(level_cm=1, lat=0, lon=0)).lat is None


async def test_what_the_city_knows_of_a_post_is_added_to_what_its_source_tells() -> None:
    facts: dict[str, Any] = {
        "alamanda": {"siaga_3": 150, "upstream": True, "river": "Kali Contoh"},
        "other": {"lat": 1},
    }
    one = await post(MappedSettings(fields={"id": "id", "level_cm": "cm", "river": "r"}, facts=facts), cm=90, r="?")
    assert (one.siaga_3, one.upstream, one.river, one.level_cm, one.lat) == (150, True, "Kali Contoh", 90, None)


@pytest.mark.parametrize(
    ("level", "thresholds", "stage"),
    [
        (149, {3: 150, 2: 200, 1: 250}, 4),
        (150, {3: 150, 2: 200, 1: 250}, 3),
        (250, {3: 150, 2: 200, 1: 250}, 1),
        (180, {3: 150, 1: 250}, 3),
        (180, {2: 200, 1: 250}, None),
        (10, {4: 60}, None),
        (10, {}, None),
        (None, {3: 150}, None),
    ],
)
def test_a_stage_is_only_what_the_thresholds_tell(
    level: float | None, thresholds: dict[Any, float], stage: int | None
) -> None:
    assert reached(level, thresholds) == stage
