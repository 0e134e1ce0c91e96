"""A recording is what the walls were sent: every change, whatever happens to the program or the disk meanwhile."""

from __future__ import annotations

import asyncio
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from collectors.source import EVERY_AREA
from dashboards import recording as recorder_file
from dashboards.alarms import alarms_in
from dashboards.player import Player
from dashboards.recorded import Recording
from dashboards.recording import Tape
from dashboards.recording_file import ENDING
from dashboards.screen import Recorded
from dashboards.wire import frame, unframed
from tests.collecting import until
from tests.records import complaint
from tests.site import Served, Viewing
from tests.taping import beat, change, everything, recording, written

AT = round(datetime(2026, 11, 25, 16, 59, 30, tzinfo=UTC).timestamp() * 1000)
"""Half a minute before midnight in Tangerang, and before the hour everywhere."""
MINUTE, HOUR = 60_000, 3_600_000


def all_of(folder: Path, at: int = 0, until: int = 1 << 52) -> tuple[Player, list[dict[str, Any]]]:
    player = Player(Recording(folder), at)
    return player, player.upto(until)


async def heard(site: Served, viewing: Viewing, count: int) -> None:
    """So many changes, each of which the viewer has got."""
    for n in range(count):
        now = datetime.now(UTC)
        await site.publish("complaints", *(complaint(f"{i}", requested=now) for i in range(n + 3)))
        await viewing.next("set")


async def test_what_is_replayed_is_what_a_viewer_was_sent_frame_by_frame(site: Served, tmp_path: Path) -> None:
    await site.publish_all()
    await until("all is read", lambda: len(site.hub.readings) == len(EVERY_AREA))
    async with recording(site.hub, tmp_path) as recorder, site.viewer() as viewing:
        first = await viewing.next("all")
        await heard(site, viewing, 3)
        recorder.seats["main"].due = 0.0  # a complete picture in between, for those who begin there
        await until("it was asked for", lambda: recorder.seats["main"].due > 1)
        await heard(site, viewing, 3)
        site.hub.set_notice("sesuatu")
        await viewing.until("the notice", lambda one: one.get("notice"))
        end = site.hub.pictures.tiles["id", "operator"]["complaints"]
    player, given = all_of(tmp_path / "main", first["at"])
    sent = [one for one in viewing.heard[1:] if one["t"] != "beat"]
    assert len(sent) >= 7 and [one for one in given if one["t"] != "beat"] == sent
    assert player.picture is not None and player.picture["tiles"]["complaints"] == end
    assert (tmp_path / "hall").is_dir(), "every screen is recorded"


async def test_any_moment_is_the_picture_of_that_moment(tmp_path: Path) -> None:
    messages = [everything(0, AT, "0")]
    for n in range(1, 400):
        messages.append(change(n, AT + n * 1000, str(n)))
        if n % 50 == 0:
            messages.append(everything(n, AT + n * 1000 + 1, str(n)))
    written(tmp_path, messages)
    for n in (0, 1, 49, 50, 51, 199, 200, 399):
        player = Player(Recording(tmp_path), AT + n * 1000 + 500)
        assert player.picture is not None
        assert player.picture["tiles"]["beds"]["props"] == {"free": {"text": str(n)}, "total": {"text": "80"}}
        after = player.upto(AT + 1000 * 1000)
        assert [one["n"] for one in after] == list(range(n + 1, 400)), "no change twice, no complete picture between"


async def test_a_recording_goes_over_midnight_and_the_hour(tmp_path: Path) -> None:
    messages = [everything(0, AT)]
    for n in range(1, 60):
        messages += [change(n, AT + n * 2000, str(n)), everything(n, AT + n * 2000, str(n))]
    written(tmp_path, messages)
    assert len(list(tmp_path.glob(f"*{ENDING}"))) == 2
    _, given = all_of(tmp_path, AT)
    assert [one["n"] for one in given] == list(range(1, 60))
    assert Recording(tmp_path).spans() == [(AT, AT + 59 * 2000)]


@settings(max_examples=25)
@given(cut=st.integers(min_value=0, max_value=4000), broken=st.booleans())
def test_whatever_is_left_of_a_torn_file_is_read_and_what_follows_too(
    tmp_path_factory: pytest.TempPathFactory, cut: int, broken: bool
) -> None:
    folder = tmp_path_factory.mktemp("torn")
    written(folder, [everything(0, AT), *(change(n, AT + n * 100, str(n)) for n in range(1, 100))])
    (path,) = folder.glob(f"*{ENDING}")
    whole = path.read_bytes()
    at = min(cut, len(whole) - 1)
    path.write_bytes(whole[:at] + (b"\xff" + whole[at + 1 :] if broken else b""))
    later = AT + HOUR
    written(folder, [everything(0, later, "new"), change(1, later + 100, "newer")])
    found = Recording(folder)
    with capture_logs() as logs:
        player = Player(found, AT)
        given = player.upto(later + 1000)
        found.spans()
        found.spans()
    numbers = [one["n"] for one in given if one["t"] == "set" and one["at"] < later]
    assert numbers == list(range(1, len(numbers) + 1)), "a beginning of it, without a gap"
    assert player.picture is not None and player.picture["tiles"]["beds"]["props"]["free"]["text"] == "newer"
    assert len([one for one in logs if one["event"] == "recording torn"]) <= 1


async def test_a_torn_file_is_said_once(tmp_path: Path) -> None:
    written(tmp_path, [everything(0, AT), *(change(n, AT + n * 100, str(n)) for n in range(1, 100))])
    (path,) = tmp_path.glob(f"*{ENDING}")
    path.write_bytes(path.read_bytes()[:-7])
    written(tmp_path, [everything(0, AT + HOUR)])
    found = Recording(tmp_path)
    with capture_logs() as logs:
        for _ in range(3):
            found.spans()
            Player(found, AT).upto(AT + 2 * HOUR)
    assert [one["event"] for one in logs] == ["recording torn"]


async def test_beats_are_kept_once_a_minute_and_where_the_store_comes_or_goes(tmp_path: Path) -> None:
    messages = [everything(0, AT), *(beat(0, AT + n * 2000, not 10 <= n < 20) for n in range(1, 90))]
    written(tmp_path, messages)
    _, given = all_of(tmp_path, AT)
    assert [(one["at"] - AT) // 2000 for one in given if not one["store"]] == [10]
    assert 4 <= len(given) <= 6


async def test_what_is_older_or_more_than_asked_for_is_ended(tmp_path: Path) -> None:
    noise = os.urandom(30_000).hex()
    for hour in range(6):
        shelf = written(tmp_path, [everything(0, AT + hour * HOUR, noise + str(hour))])
    files = sorted(tmp_path.glob(f"*{ENDING}"))
    assert len(files) == 6
    now = datetime.now(UTC)
    for age, path in zip((30, 26, 23, 3, 2, 1), files, strict=True):
        os.utime(path, (0, now.timestamp() - age * 3600))
    shelf.prune(now, Recorded(hours=24))
    assert sorted(tmp_path.glob(f"*{ENDING}")) == files[2:]
    size = files[-1].stat().st_size
    many = [everything(0, AT + n, os.urandom(100_000).hex()) for n in range(40)]
    written(tmp_path / "full", many, Recorded(megabytes=1), flush=1)
    total = Recording(tmp_path / "full").size()
    assert size < total <= 1 << 20
    assert Recording(tmp_path / "full").spans()[-1][1] == AT + 39


async def test_alarms_are_noted_with_their_beginning_and_their_end(tmp_path: Path) -> None:
    levels = ["normal", "watch", "alarm", "alarm", "normal", "alarm"]
    messages = [everything(0, AT), *(change(n + 1, AT + n * MINUTE, "1", level) for n, level in enumerate(levels))]
    written(tmp_path, messages)
    written(tmp_path, [everything(0, AT + 10 * MINUTE, "1", "alarm")])  # the program began anew: it is the same alarm
    found = alarms_in(tmp_path / "alarms.jsonl")
    assert [(one["at"] - AT) // MINUTE for one in found] == [2, 5]
    assert found[0]["until"] == AT + 4 * MINUTE and found[1]["until"] is None and found[0]["tile"] == "beds"
    with (tmp_path / "alarms.jsonl").open("ab") as file:
        file.write(b'{"at": 1, "ti')
    assert len(alarms_in(tmp_path / "alarms.jsonl")) == 2
    shelf = written(tmp_path, [everything(0, AT + 11 * MINUTE)])
    shelf.prune(datetime.fromtimestamp(AT / 1000, UTC) + timedelta(hours=24, minutes=3), Recorded())
    assert [one["at"] for one in alarms_in(tmp_path / "alarms.jsonl")] == [AT + 5 * MINUTE]


async def test_after_another_configuration_recording_goes_on(site: Served, tmp_path: Path) -> None:
    await site.publish_all()
    async with recording(site.hub, tmp_path) as recorder:
        before = recorder.seats["main"]
        site.hub.adopt(site.config.screens, site.hub.words, "another", site.hub.pictures.mask)
        await until("it sits again", lambda: recorder.seats.get("main") not in (None, before))
        assert recorder.seats["main"].viewer in site.hub.groups["main", "id", "wall"].viewers
    player, _ = all_of(tmp_path / "main")
    assert player.picture is not None and player.picture["build"] == "another"


async def test_a_screen_that_is_taken_away_ends_no_recording_of_another(site: Served, tmp_path: Path) -> None:
    await site.publish_all()
    await until("all is read", lambda: len(site.hub.readings) == len(EVERY_AREA))
    async with recording(site.hub, tmp_path) as recorder:
        before = recorder.seats["main"]
        before.due_visitors, recorder.seats["hall"].due_visitors = 1e12, 0.0
        screens = {"main": site.config.screens["main"]}
        site.hub.adopt(screens, site.hub.words, "another", site.hub.pictures.mask)
        await until("it sits again", lambda: recorder.seats.get("main") not in (None, before))
        assert recorder.seats.keys() == {"main"}


async def test_one_process_records_and_the_next_takes_over(site: Served, tmp_path: Path) -> None:
    async with recording(site.hub, tmp_path):
        other = recorder_file.Recorder(site.hub, tmp_path, Recorded())
        task = asyncio.create_task(other.run())
        await asyncio.sleep(0.2)
        assert not other.seats and not task.done()
    await until("the other records", lambda: len(other.seats) == len(site.hub.screens))
    task.cancel()
    await asyncio.wait([task])


async def test_no_hours_is_no_recording(site: Served, tmp_path: Path) -> None:
    recorder = recorder_file.Recorder(site.hub, tmp_path, Recorded(hours=0))
    recorder.attend()
    assert not recorder.seats and not any(group.viewers for group in site.hub.groups.values())


async def test_a_disk_that_cannot_be_written_costs_the_recording_alone(site: Served, tmp_path: Path) -> None:
    await site.publish_all()
    (tmp_path / "main").write_text("a file where a folder should be")
    with capture_logs() as logs:
        async with recording(site.hub, tmp_path) as recorder, site.viewer() as viewing:
            await viewing.next("all")
            for _ in range(2):
                recorder.keep(recorder.taken())
            await heard(site, viewing, 1)
    assert len([one for one in logs if one["event"] == "not recorded"]) == 1
    assert list((tmp_path / "hall").glob(f"*{ENDING}")), "the other screens are recorded"


def test_a_tape_that_is_not_emptied_says_that_it_is_full() -> None:
    tape = Tape()
    tape.write(b"x" * recorder_file.MOST_WAITING)
    assert tape.get_write_buffer_size() == 0
    tape.write(b"x")
    assert tape.get_write_buffer_size() > 0
    assert len(tape.take()) == 2 and tape.get_write_buffer_size() == 0


@given(st.binary(max_size=300) | st.integers(60_000, 70_000).map(bytes))
@settings(max_examples=30)
def test_a_frame_without_its_head_is_the_text(text: bytes) -> None:
    assert unframed(frame(text)) == text


def test_any_minute_of_a_busy_day_is_there_at_once(tmp_path: Path) -> None:
    """A day of a change a second; no timing is promised here, only that what is read is little."""
    texts = {f"s{i}": {"text": "x" * 20} for i in range(100)}
    messages = []
    for minute in range(0, 24 * 60, 5):
        at = AT + minute * MINUTE
        picture = everything(minute, at, str(minute))
        picture["tiles"]["apps"]["props"] |= texts
        messages += [picture, change(minute, at + 1000, str(minute))]
    written(tmp_path, messages)
    found = Recording(tmp_path)
    began = time.process_time()
    player = Player(found, AT + 13 * HOUR + 7 * MINUTE)
    assert player.picture is not None and player.picture["tiles"]["beds"]["props"]["free"]["text"] == str(13 * 60 + 5)
    assert time.process_time() >= began
    assert orjson.dumps(player.picture)
