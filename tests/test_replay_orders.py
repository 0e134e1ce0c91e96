"""What operators ask of replays: answered by name and moment, so that asking twice does no harm."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from collectors.replays import Replays
from collectors.store import Store
from dashboards.body import RefusedError
from dashboards.replay_orders import ReplayOrders
from dashboards.screen import Language
from tests.site import Served, shipped
from tests.taping import beat, change, everything, written

MINUTE = 60_000


def now_ms() -> int:
    return round(datetime.now(UTC).timestamp() * 1000)


def iso(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat()


@pytest.fixture
def began(tmp_path: Path) -> int:
    """Since when main was recorded: two hours ago, with an alarm of four minutes, and a pause of half an hour."""
    at = now_ms() // 1000 * 1000 - 120 * MINUTE
    messages = [everything(0, at)]
    for n in range(1, 120):
        if not 60 < n < 90:
            level = "alarm" if 20 <= n < 24 else "normal"
            messages += [change(n, at + n * MINUTE, str(n), level), beat(n, at + n * MINUTE + 59_000)]
    written(tmp_path / "main", messages, flush=1)
    return at


@pytest.fixture
def orders(store: Store, tmp_path: Path) -> ReplayOrders:
    return ReplayOrders(store, shipped().screens, tmp_path, shipped().city.timezone, shipped().drills)


async def ask(orders: ReplayOrders, **asked: Any) -> Any:
    return (await orders.order(json.dumps(asked).encode()))["playing"]


async def test_what_was_recorded_is_told_with_its_gaps_and_alarms(orders: ReplayOrders, began: int) -> None:
    board = await orders.board()
    main = board["screens"]["main"]
    assert [(one["start"], one["end"]) for one in main["stretches"]] == [
        (told(began), told(began + 60 * MINUTE + 59_000)),
        (told(began + 90 * MINUTE), told(began + 119 * MINUTE + 59_000)),
    ]
    assert main["alarms"] == [{"at": told(began + 20 * MINUTE), "tile": "beds", "until": told(began + 24 * MINUTE)}]
    assert main["playing"] is None
    assert board["screens"]["hall"] == {"stretches": [], "alarms": [], "megabytes": 0.0, "playing": None}


def told(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


async def test_a_moment_plays_changes_its_speed_stands_and_ends(orders: ReplayOrders, began: int) -> None:
    at = began + 10 * MINUTE
    for _ in range(2):
        plays = await ask(orders, screen="hall", of="main", kind="drill", at=iso(at), until=iso(at + MINUTE), speed=1)
        assert (plays["kind"], plays["of"], plays["speed"], plays["start"]) == ("drill", "main", 1.0, told(at))
        assert plays["until"] == told(at + MINUTE)
    paused = await ask(orders, screen="hall", speed=0)
    assert (paused["speed"], paused["kind"], paused["until"]) == (0.0, "drill", told(at + MINUTE))
    kept = (await Replays(orders.kept.store).all())["hall"]
    assert timedelta() <= kept.at - datetime.fromtimestamp(at / 1000, UTC) < timedelta(seconds=10)
    faster = await ask(orders, screen="hall", speed=60)
    assert faster["speed"] == 60 and faster["start"] == told(at)
    jumped = await ask(orders, screen="hall", at=iso(began + 30 * MINUTE), speed=5)
    assert (jumped["at"], jumped["of"], jumped["until"]) == (told(began + 30 * MINUTE), "main", None)
    assert await ask(orders, screen="hall", stop=True) is None
    assert await ask(orders, screen="hall", stop=True) is None
    assert await Replays(orders.kept.store).all() == {}


async def test_a_drill_that_is_written_begins_now_and_goes_at_its_own_pace(orders: ReplayOrders, began: int) -> None:
    board = await orders.board()
    assert board["drills"]["flood"]["minutes"] == 10 and board["drills"]["flood"]["name"].keys() == {"id", "en"}
    plays = await ask(orders, screen="hall", drill="flood")
    assert (plays["kind"], plays["script"], plays["speed"]) == ("drill", "flood", 1.0)
    with pytest.raises(RefusedError, match="its own pace"):
        await ask(orders, screen="hall", speed=5)
    with pytest.raises(RefusedError, match="there is no such drill; there are flood"):
        await ask(orders, screen="hall", drill="none")
    recorded = await ask(orders, screen="hall", of="main", at=iso(began + MINUTE))
    assert recorded["script"] is None and recorded["at"] == told(began + MINUTE)
    assert await ask(orders, screen="hall", stop=True) is None


async def test_a_moment_before_the_recording_is_its_first(orders: ReplayOrders, began: int) -> None:
    assert (await ask(orders, screen="main", at=iso(began - 99 * MINUTE)))["at"] == told(began)


async def test_today_is_played_within_a_minute_from_where_it_was_recorded(orders: ReplayOrders, began: int) -> None:
    plays = await ask(orders, screen="main", today=True)
    zone = shipped().city.timezone
    midnight = datetime.now(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    start = datetime.fromisoformat(plays["start"])
    assert start == max(datetime.fromtimestamp(began / 1000, UTC), midnight.astimezone(UTC))
    until = datetime.fromisoformat(plays["until"])
    assert 59 < (until - start).total_seconds() / plays["speed"] < 61


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"screen": "none", "stop": True}, "there is no such screen"),
        ({"screen": "main", "of": "../x", "at": "2026-11-26T00:00:00Z"}, "there is no such screen"),
        ({"screen": "hall", "at": "2026-11-26T00:00:00Z"}, "nothing was recorded of the screen hall"),
        ({"screen": "main"}, "send "),
        ({"screen": "main", "speed": 5}, "send "),
        ({"screen": "main", "at": "yesterday"}, "send "),
        ({"screen": "main", "at": "2026-11-26T00:00:00"}, "send "),
        ({"screen": "main", "at": "2126-11-26T00:00:00Z", "speed": 61}, "send "),
        ({"screen": "main", "at": "2026-11-26T00:00:00Z", "until": "2026-11-26T00:00:00Z"}, "until must be after at"),
        ({"screen": "main", "stop": False}, "send "),
        ({"screen": "main", "stop": True, "more": 1}, "send "),
    ],
)
async def test_what_makes_no_sense_is_refused(
    orders: ReplayOrders, began: int, asked: dict[str, Any], says: str
) -> None:
    del began
    with pytest.raises(RefusedError, match=says) as caught:
        await ask(orders, **asked)
    assert caught.value.status == 422


@pytest.mark.parametrize("language", ["id", "en"])
async def test_the_page_has_the_words_of_its_language_and_no_scripts_but_its_own(
    quiet: Served, language: Language
) -> None:
    status, _, page = await quiet.get(f"/replay?lang={language}")
    assert status == 200
    assert ("Hari ini dalam 60 detik" if language == "id" else "Today in sixty seconds") in page
    assert "/assets/replay.js" in page and "card.js" not in page
    _, _, start = await quiet.get("/")
    assert "replay.js" not in start and "replay-wall.js" in start
