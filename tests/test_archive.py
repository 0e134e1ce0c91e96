"""The audit archive: what was sent, as it was sent, once a day, bounded in days and size, without secrets."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from multidict import CIMultiDict
from structlog.testing import capture_logs

from collectors.answer import Answer
from collectors.archive import BLOCK, Archive, Keeping
from tests.collecting import until

NOW = datetime.now(UTC)


def answer(body: bytes, received: datetime = NOW, **headers: str) -> Answer:
    given = CIMultiDict({name.replace("_", "-"): value for name, value in headers.items()})
    return Answer("a.example", "http://a.example/?key=hush", 200, given, body, received, 1, received, None)


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def written(folder: Path, keeping: Keeping, *answers: Answer, source: str = "laksa") -> Archive:
    """An archive that has just written these answers, as a program that was started for them."""
    archive = Archive(folder, keeping)
    archive.look()
    for each in answers:
        archive.keep(source, each)
    archive.write(archive._waiting)
    return archive


@asynccontextmanager
async def running(archive: Archive) -> AsyncIterator[None]:
    task = asyncio.create_task(archive.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_a_payload_is_there_as_it_was_sent_for_the_programs_user_alone(tmp_path: Path) -> None:
    archive = Archive(tmp_path, Keeping())
    async with running(archive):
        archive.keep("laksa", answer(b'[{"id": 1}]', Content_Type="application/json", Set_Cookie="session=hush"))
        [path] = await until("it is written", lambda: files(tmp_path))
    assert path.parent == tmp_path / "laksa" / f"{NOW:%Y-%m-%d}"
    assert path.name.startswith(f"{NOW:%H%M%S}.")
    text = gzip.decompress(path.read_bytes())
    assert text == b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[{"id": 1}]'
    assert (path.stat().st_mode & 0o077, path.parent.stat().st_mode & 0o077) == (0, 0)


def test_what_is_sent_again_and_again_is_kept_once_a_day_by_each_source(tmp_path: Path) -> None:
    same = [answer(b"same", NOW + timedelta(seconds=number)) for number in range(3)]
    written(tmp_path, Keeping(), *same, answer(b"other"))
    written(tmp_path, Keeping(), *same)
    assert len(files(tmp_path / "laksa")) == 2
    written(tmp_path, Keeping(), *same, source="waze")
    assert len(files(tmp_path / "waze")) == 1
    written(tmp_path, Keeping(), answer(b"same", NOW + timedelta(days=1)))
    assert len(files(tmp_path / "laksa")) == 3


def test_days_that_are_over_end_and_the_oldest_go_first_where_there_is_no_room(tmp_path: Path) -> None:
    days = [answer(bytes([day]) * 100, NOW - timedelta(days=day)) for day in range(10)]
    archive = written(tmp_path, Keeping(days=7), *days)
    archive.prune(NOW)
    left = {path.parent.name for path in files(tmp_path)}
    assert left == {f"{NOW - timedelta(days=day):%Y-%m-%d}" for day in range(8)}
    archive.most = len(files(tmp_path)) // 2 * BLOCK
    archive.prune(NOW)
    left = {path.parent.name for path in files(tmp_path)}
    assert f"{NOW:%Y-%m-%d}" in left
    assert max(left) == f"{NOW:%Y-%m-%d}" and len(left) in (3, 4)


def test_the_size_is_bounded_while_it_runs(tmp_path: Path) -> None:
    archive = Archive(tmp_path, Keeping())
    archive.most = 20 * BLOCK
    for number in range(100):
        archive.keep("laksa", answer(str(number).encode(), NOW + timedelta(seconds=number)))
        archive.write(archive._waiting)
        archive._waiting = []
    assert 10 < len(files(tmp_path)) <= 20
    newest = max(files(tmp_path))
    assert gzip.decompress(newest.read_bytes()).endswith(b"99")


async def test_a_disk_that_cannot_be_written_costs_the_archive_alone(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    archive = Archive(tmp_path / "file", Keeping())
    with capture_logs() as log:
        async with running(archive):
            for number in range(3):
                archive.keep("laksa", answer(str(number).encode()))
                while archive.dropped <= number:
                    await asyncio.sleep(0.01)
    assert [one["event"] for one in log] == ["archive not written"]


def test_a_file_that_vanishes_while_it_is_counted_costs_nothing(tmp_path: Path) -> None:
    written(tmp_path, Keeping(), answer(b"there"))
    assert len(files(tmp_path)) == 1
    (tmp_path / "laksa" / f"{NOW:%Y-%m-%d}" / "000000.000Z-00.http.gz").symlink_to(tmp_path / "gone")
    archive = Archive(tmp_path, Keeping())
    archive.look()
    assert archive._bytes == BLOCK
    archive.prune(NOW)
    assert archive._bytes == BLOCK


async def test_an_archive_that_cannot_be_read_is_said_once_and_what_comes_is_kept(tmp_path: Path) -> None:
    day = tmp_path / "laksa" / f"{NOW:%Y-%m-%d}"
    day.mkdir(parents=True)
    (day / "000000.000Z-00.http.gz").symlink_to("000000.000Z-00.http.gz")
    archive = Archive(tmp_path, Keeping())
    with capture_logs() as log:
        async with running(archive):
            archive.keep("waze", answer(b"new"))
            await until("it is written", lambda: files(tmp_path / "waze"))
            await archive.prune_now()
            await archive.prune_now()
    assert [one["event"] for one in log] == ["archive not read", "archive not pruned"]


@pytest.mark.parametrize("size", [1000, 20 << 20])
def test_what_waits_to_be_written_is_bounded(tmp_path: Path, size: int) -> None:
    archive = Archive(tmp_path, Keeping())
    for number in range(40):
        archive.keep("laksa", answer(bytes([number]) * size))
    assert archive._bytes_waiting <= 32 << 20
    assert archive.dropped == (39 if size > 1000 else 0)
