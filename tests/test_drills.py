"""A drill that is written plays over the present city, as it says, and the city itself stays as it is."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from collectors.replays import Replays as Kept
from collectors.replays import written_drill
from collectors.source import EVERY_AREA
from config import ConfigError, load
from dashboards.incident import Incident, changed
from dashboards.replaying import Replays
from tests.collecting import until
from tests.records import level
from tests.site import DEMO, ROOT, Served, shipped
from tests.test_replaying import is_replayed, live, replayed, replaying

NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)


def drill(*turns: tuple[float, str, dict[str, Any]], minutes: float = 10) -> Incident:
    listed = [{"minute": minute, "area": area, "set": put} for minute, area, put in turns]
    return Incident.model_validate({"name": {"en": "x"}, "minutes": minutes, "turns": listed})


def city_reading() -> Any:
    posts = [{"id": "a", "siaga": 4, "steps": {"3": 100}}, {"id": "b", "siaga": 4, "steps": {}}]
    return {"area": "water", "level": "normal", "raised": 0, "posts": posts, "by": {"36.71": 1}}


def test_what_has_come_by_now_is_changed_and_nothing_else() -> None:
    given = {"water": city_reading()}
    before = deepcopy(given)
    incident = drill(
        (2, "water", {"level": "alarm", "posts[b].siaga": 1}),
        (1, "water", {"level": "watch", "posts[b].siaga": 3}),
    )
    began, missing = changed(incident, given, NOW, NOW + timedelta(seconds=59))  # type: ignore[arg-type]
    assert (began, missing) == (before, [])
    first, _ = changed(incident, given, NOW, NOW + timedelta(minutes=1))  # type: ignore[arg-type]
    water: Any = first["water"]
    assert water["level"] == "watch"
    assert water["posts"][0]["siaga"] == 3 and water["posts"][0]["id"] == "b"
    last, _ = changed(incident, given, NOW, NOW + timedelta(minutes=5))  # type: ignore[arg-type]
    water = last["water"]
    assert (water["level"], water["posts"][0]["siaga"], water["posts"][1]["id"]) == ("alarm", 1, "a")
    assert given == before


@pytest.mark.parametrize("path", ["none", "posts[c].siaga", "posts[9]", "level[0]", "raised.more", "posts.siaga"])
def test_a_place_that_is_not_there_is_told_and_left_out(path: str) -> None:
    given = {"water": city_reading()}
    found, missing = changed(drill((0, "water", {path: 1})), given, NOW, NOW)  # type: ignore[arg-type]
    assert found == given and missing == [f"water: {path}"]


def test_a_new_one_comes_first_and_now_is_the_moment_of_the_change() -> None:
    given = {"water": city_reading()}
    incident = drill((1, "water", {"posts[+]": {"id": "c", "updated": "now"}, "posts[0].siaga": 2}))
    found, missing = changed(incident, given, NOW, NOW + timedelta(minutes=3))  # type: ignore[arg-type]
    water: Any = found["water"]
    assert water["posts"][0] == {"id": "c", "updated": "2026-11-26T03:01:00Z"}
    assert missing == ["water: posts[0].siaga"], "what was put there has no such field"


def test_the_shipped_drills_name_only_what_the_shipped_city_has() -> None:
    assert shipped().drills.keys() >= {"flood"}
    for name, incident in shipped().drills.items():
        assert incident.name.id and incident.name.en, name


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name: {id: x}\nminutes: 5\nturns:\n  - {minute: 6, area: water, set: {level: alarm}}\n", "is over after 5"),
        ("name: {id: x}\nminutes: 5\nturns:\n  - {minute: 1, area: rain, set: {level: alarm}}\n", "allowed:"),
        ("name: {id: x}\nminutes: 5\nturns:\n  - {minute: 1, area: water, set: {'a b': 1}}\n", "write a place"),
        ("name: {id: x}\nminutes: 5\nturns: []\n", "must hold at least one"),
        ("name: {id: x}\nminutes: 500\nturns:\n  - {minute: 1, area: water, set: {level: alarm}}\n", "at most 180"),
        ("name: {id: x}\nmore: 1\nminutes: 5\nturns:\n  - {minute: 1, area: water, set: {a: 1}}\n", "unknown key"),
        ("[]", "must be a block of keys"),
    ],
)
def test_a_mistake_in_a_drill_is_told_with_its_place(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "drills").mkdir()
    (tmp_path / "drills" / "flood.yaml").write_text(text, encoding="utf-8")
    config = (ROOT / "config.yaml").read_text(encoding="utf-8").replace("assets/", f"{ROOT}/assets/")
    config = config.replace("drills: cities/tangerang/drills", "drills: drills").replace("cities/", f"{ROOT}/cities/")
    (tmp_path / "config.yaml").write_text(config, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "config.yaml", {"DEMO": DEMO})
    assert any("drills/flood.yaml" in one and says in one for one in caught.value.mistakes), caught.value.mistakes


async def test_it_is_played_on_its_screen_alone_and_reaches_no_reading(site: Served, tmp_path: Path) -> None:
    await site.publish_all()
    await site.publish("water", level("kali-sabi", updated=datetime.now(UTC)))
    await until("all is read", lambda: len(site.hub.readings) == len(EVERY_AREA))
    incident = drill((0, "beds", {"level": "alarm", "icu.free": 0}), (0.02, "apps", {"level": "alarm", "down": 77}))
    readings = deepcopy(site.hub.readings)
    async with replaying(site, tmp_path) as replays, site.viewer() as viewing:
        replays.drills = {"test": incident}
        await live(viewing)
        await Kept(site.store).put("main", written_drill("test", "main", 0.1, datetime.now(UTC)))
        first = await replayed(viewing)
        assert first["replay"]["kind"] == "drill" and first["tiles"]["beds"]["state"]["level"] == "alarm"
        assert abs(first["at"] - datetime.now(UTC).timestamp() * 1000) < 10_000, "a written drill is of this day"
        apps = await viewing.until("the next turn", lambda one: "apps" in one.get("tiles", {}))
        assert apps["t"] == "set" and apps["tiles"]["apps"]["state"]["level"] == "alarm"
        async with site.viewer("?screen=hall&pace=wall") as other:
            assert not is_replayed(await other.next())
        for area in ("beds", "apps"):
            _, _, told = await site.get(f"/api/v1/readings/{area}")
            assert told["level"] != "alarm" and told["value"] == readings[area]["value"]
        again = await live(viewing)
        assert again["tiles"]["beds"]["state"]["level"] != "alarm", "and it ends by itself"


async def test_a_drill_that_is_gone_from_the_file_is_over(site: Served, tmp_path: Path) -> None:
    async with replaying(site, tmp_path), site.viewer() as viewing:
        await viewing.next()
        await Kept(site.store).put("main", written_drill("gone", "main", 5, datetime.now(UTC)))
        await live(viewing)


async def test_what_a_drill_names_in_vain_is_logged_once(site: Served, tmp_path: Path) -> None:
    await site.publish_all()
    await until("all is read", lambda: len(site.hub.readings) == len(EVERY_AREA))
    with capture_logs() as logs:
        async with replaying(site, tmp_path) as replays, site.viewer() as viewing:
            assert isinstance(replays, Replays)
            replays.drills = {"test": drill((0, "beds", {"nothing": 1}))}
            await Kept(site.store).put("main", written_drill("test", "main", 0.05, datetime.now(UTC)))
            await replayed(viewing)
            await live(viewing)
    assert [one["place"] for one in logs if "place" in one] == ["beds: nothing"]
